"""Why a cell reads as blank: an error value, or a formula that was never calculated, says so instead of passing for empty."""

import re
from collections.abc import Collection

from xl_credit.books.package import Package
from xl_credit.books.workbook import read_sheets

_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)<")
_ODD_ELEMENT = re.compile(rb"""<(?:\w+:)?c\s+r="([A-Z]+\d+)"(?:[^<>]*\st="e"[^<>]*[^/<>]>|[^<>]*[^/<>]>(?=<(?:\w+:)?f[\s/>])|>(?=<(?:\w+:)?f[\s/>])).*?(?=</(?:\w+:)?c>)""", re.S)
_LOOKED_UP_ONE_BY_ONE = 50
_CELL_END = re.compile(rb"</(?:\w+:)?c>")


def blank_reasons(package: Package, sheet_name: str, cells: Collection[str]) -> dict[str, str]:
    """For each of the cells that is not truly empty, what is in it: 「为错误值 #N/A」, 「的公式没有计算结果」."""
    sheet = read_sheets(package).find(sheet_name)
    if not sheet or not cells:
        return {}
    xml = package.read(sheet.part)
    elements = _elements(xml, cells)
    found = {}
    for cell in cells:
        element = elements.get(cell.encode(), b"")
        value = _VALUE.search(element)
        if b't="e"' in element and value:
            found[cell] = f"为错误值 {value[1].decode('utf-8', 'replace')}"
        elif b"<f" in element and not (value and value[1]):
            found[cell] = "的公式没有计算结果"
    return found


def _elements(xml: bytes, cells: Collection[str]) -> dict[bytes, bytes]:
    """The cells' XML by reference; where many are asked for, in one pass over those that hold an error or a formula."""
    if len(cells) <= _LOOKED_UP_ONE_BY_ONE:
        return {cell: _element(xml, cell) for cell in map(str.encode, cells)}
    return {found[1]: found[0] for found in _ODD_ELEMENT.finditer(xml)}


def _element(xml: bytes, cell: bytes) -> bytes:
    """The cell's XML, empty where it holds nothing (or where the part writes its cells in a way of its own)."""
    start = xml.find(b' r="%b"' % cell)
    tag_end = xml.find(b">", start)
    if start < 0 or xml[tag_end - 1 : tag_end] == b"/":
        return b""
    end = _CELL_END.search(xml, tag_end)
    return xml[xml.rfind(b"<", 0, start) : end.start()] if end else b""
