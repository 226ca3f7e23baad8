"""Why a cell reads as blank: an error value, or a formula that was never calculated, says so instead of passing for empty."""

import re
from collections.abc import Collection

from xl_credit.books.package import Package
from xl_credit.books.workbook import read_sheets

_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)<")
_CELL_END = re.compile(rb"</(?:\w+:)?c>")


def blank_reasons(package: Package, sheet_name: str, cells: Collection[str]) -> dict[str, str]:
    """For each of the cells that is not truly empty, what is in it: 「为错误值 #N/A」, 「的公式没有计算结果」."""
    sheet = read_sheets(package).find(sheet_name)
    if not sheet or not cells:
        return {}
    xml = package.read(sheet.part)
    found = {}
    for cell in cells:
        element = _element(xml, cell.encode())
        value = _VALUE.search(element)
        if b't="e"' in element and value:
            found[cell] = f"为错误值 {value[1].decode()}"
        elif b"<f" in element and not (value and value[1]):
            found[cell] = "的公式没有计算结果"
    return found


def _element(xml: bytes, cell: bytes) -> bytes:
    """The cell's XML, empty where it holds nothing (or where the part writes its cells in a way of its own)."""
    start = xml.find(b' r="%b"' % cell)
    tag_end = xml.find(b">", start)
    if start < 0 or xml[tag_end - 1 : tag_end] == b"/":
        return b""
    end = _CELL_END.search(xml, tag_end)
    return xml[xml.rfind(b"<", 0, start) : end.start()] if end else b""
