"""A worksheet part taken apart into rows and cells and put together again, every cell that is not ours byte for byte.

Works on the text: the parts before and after ``<sheetData>`` stay as they are, and cells keep their own XML unless set.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from xml.sax.saxutils import escape

from lxml import etree

from xl_credit.cells import serial
from xl_credit.rules.errors import CreditError
from xl_credit.tables import column_index, column_letters

_DATA = re.compile(r"<sheetData\s*/>|<sheetData[^>]*>(.*?)</sheetData>", re.DOTALL)
_ROW = re.compile(r"<row\b([^>]*?)(?:/>|>(.*?)</row>)", re.DOTALL)
_CELL = re.compile(r"<c\b([^>]*?)(?:/>|>.*?</c>)", re.DOTALL)
_REF = re.compile(r'\br="([A-Z]+)(\d+)"')
_ROW_NUMBER = re.compile(r'\br="(\d+)"')
_STYLE = re.compile(r'\bs="(\d+)"')
_SPANS = re.compile(r'\s(?:spans|r)="[^"]*"')
_PREFIXED = re.compile(r"<(\w+):worksheet\b")
_DIMENSION = re.compile(r'<dimension ref="[^"]*"\s*/>')
_SINGLE_QUOTED = re.compile(rb"<(?:\w+:)?(?:row|c)\s[^>]*='")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
_ESCAPED_LOOK = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

Value = str | int | float | Decimal | date | None


class RowXml:
    """A row: its attributes and its cells' XML by 0-based column."""

    __slots__ = ("attributes", "cells")

    def __init__(self, attributes: str, cells: dict[int, str]) -> None:
        self.attributes, self.cells = attributes, cells


class SheetXml:
    """A worksheet part; ``rows`` by row number. ``data()`` gives the part back."""

    def __init__(self, part: bytes, where: str) -> None:
        text = _plain_text(part)
        found = _DATA.search(text)
        if not found:
            raise CreditError("工作表里没有单元格区", where=where, allowed="普通工作表")
        self.head, self.tail = text[: found.start()], text[found.end() :]
        self.rows = _rows(found[1] or "")

    def style(self, row: int, column: int) -> str:
        """The cell's style attribute with a leading blank, or nothing."""
        record = self.rows.get(row)
        found = _STYLE.search(record.cells.get(column, "")[:80]) if record else None
        return f" {found[0]}" if found else ""

    def set(self, row: int, column: int, value: Value, style: str | None = None) -> None:
        """Put a value into a cell, in the cell's own style unless another is given."""
        record = self.rows.setdefault(row, RowXml("", {}))
        attribute = self.style(row, column) if style is None else style
        record.cells[column] = cell_xml(f"{column_letters(column)}{row}", attribute, value)

    def data(self) -> bytes:
        numbers = sorted(self.rows)
        body = "".join([_row_xml(number, self.rows[number]) for number in numbers])
        head = _DIMENSION.sub(f'<dimension ref="{self._dimension(numbers)}"/>', self.head, count=1)
        return f"{head}<sheetData>{body}</sheetData>{self.tail}".encode()

    def _dimension(self, numbers: list[int]) -> str:
        filled = [number for number in numbers if self.rows[number].cells]
        if not filled:
            return "A1"
        first = min(min(self.rows[number].cells) for number in filled)
        last = max(max(self.rows[number].cells) for number in filled)
        return f"{column_letters(first)}{filled[0]}:{column_letters(last)}{filled[-1]}"


def cell_xml(reference: str, style: str, value: Value) -> str:
    """One ``<c>``; text is always an inline string, so nothing that looks like a formula ever becomes one.

    >>> cell_xml("B2", ' s="3"', "=1+1")
    '<c r="B2" s="3" t="inlineStr"><is><t>=1+1</t></is></c>'
    >>> cell_xml("C2", "", Decimal("10.50"))
    '<c r="C2"><v>10.50</v></c>'
    """
    if isinstance(value, str) and value:
        return f'<c r="{reference}"{style} t="inlineStr"><is><t{text_xml(value)}</t></is></c>'
    if value is None or value == "":
        return f'<c r="{reference}"{style}/>'
    if isinstance(value, bool):
        return f'<c r="{reference}"{style} t="b"><v>{value:d}</v></c>'
    if isinstance(value, date):
        value = serial(value.date() if isinstance(value, datetime) else value)
    return f'<c r="{reference}"{style}><v>{value}</v></c>'


def text_xml(value: str) -> str:
    """What follows ``<t``: the attribute that keeps outer blanks where there are any, and the escaped text."""
    if _ESCAPED_LOOK.search(value):
        value = _ESCAPED_LOOK.sub("_x005F_", value)
    if _ILLEGAL.search(value):
        value = _ILLEGAL.sub(lambda found: f"_x{ord(found[0]):04X}_", value)
    keep = ' xml:space="preserve"' if value != value.strip() or "\n" in value else ""
    return f"{keep}>{escape(value)}"


def _plain_text(part: bytes) -> str:
    """The part as UTF-8 text without element prefix, CDATA or comments, so that rows can be cut by their tags."""
    if b"<!DOCTYPE" in part:
        raise CreditError("工作表含有 DTD 声明", allowed="不含 DTD 的工作表")
    head = part[:1000]
    declared = re.match(rb"<\?xml[^>]*encoding=[\"']([^\"']+)", head)
    plain = head.lstrip(b"\xef\xbb\xbf").startswith(b"<") and (not declared or declared[1].lower() == b"utf-8")
    if not plain or b"<![CDATA[" in part or b"<!--" in part or _SINGLE_QUOTED.search(part):
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, strip_cdata=True)
        part = etree.tostring(etree.fromstring(part, parser), xml_declaration=True, encoding="UTF-8", standalone=True)
    text = part.decode("utf-8-sig")
    prefix = _PREFIXED.search(text[:2000])
    if prefix:
        name = prefix[1]
        text = text.replace(f"<{name}:", "<").replace(f"</{name}:", "</").replace(f"xmlns:{name}=", "xmlns=", 1)
    return text


def _rows(body: str) -> dict[int, RowXml]:
    rows: dict[int, RowXml] = {}
    number = 0
    for match in _ROW.finditer(body):
        attributes = match[1]
        found = _ROW_NUMBER.search(attributes)
        number = int(found[1]) if found else number + 1
        rows[number] = RowXml(_SPANS.sub("", attributes).rstrip(), _cells(match[2]) if match[2] else {})
    return rows


def _cells(inner: str) -> dict[int, str]:
    cells: dict[int, str] = {}
    column = -1
    for match in _CELL.finditer(inner):
        found = _REF.search(match[1])
        if found:
            column = column_index(found[1])
            cells[column] = match[0]
        else:
            column += 1
            cells[column] = match[0]
    return cells


def _row_xml(number: int, row: RowXml) -> str:
    cells = row.cells
    columns = list(cells)
    if any(a > b for a, b in zip(columns, columns[1:], strict=False)):
        columns.sort()
    if not cells:
        return f'<row r="{number}"{row.attributes}/>'
    return f'<row r="{number}"{row.attributes}>{"".join([cells[column] for column in columns])}</row>'
