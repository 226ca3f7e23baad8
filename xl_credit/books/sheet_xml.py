"""A worksheet part taken apart into rows and cells and put together again, every cell that is not ours byte for byte.

Works on the text: the parts before and after ``<sheetData>`` stay as they are, and cells keep their own XML unless set.
"""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from html import unescape
from typing import NamedTuple
from xml.sax.saxutils import escape

from lxml import etree

from xl_credit.cells import serial
from xl_credit.rules.errors import CreditError
from xl_credit.tables import column_index, column_letters

_DATA = re.compile(r"<sheetData\b[^>]*>")
_ROW = re.compile(r"<row\b([^>]*)>")
_CELL = re.compile(r'<c\b(?:\s+r="([A-Z]+)\d+")?([^>]*?)(?:/>|>.*?</c>)', re.DOTALL)
_REF = re.compile(r'\br="([A-Z]+)(\d+)"')
_DATA_END, _ROW_END = "</sheetData>", "</row>"
_ROW_NUMBER = re.compile(r'\br="(\d{1,9})"')
_STYLE = re.compile(r'\bs="(\d+)"')
_SPANS = re.compile(r'\s(?:spans|r)="[^"]*"')
_PREFIXED = re.compile(r"<(\w+):worksheet\b")
_DIMENSION = re.compile(r'<dimension ref="[^"]*"\s*/>')
_SINGLE_QUOTED = re.compile(rb"<(?:\w+:)?(?:row|c)\s[^>]*='")
_MOST_UNITS = 32_767
_BLANK_IN_END = re.compile(rb"</[^<>]*\s>")
_OTHER_PREFIX = re.compile(r"<[^\s<>/:]+:(?:row|c|sheetData)[\s/>]")
_ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|[\ud800-\udfff]")  # and the return, which a parser would make a new line
_FORMULA = re.compile(r"<f\b[^>]*?(?:/>|>(.*?)</f>)", re.DOTALL)
_TYPE = re.compile(r'\st="[^"]*"')
_ESCAPED_LOOK = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

_ENCODED_AT_ONCE = 2000

Value = str | int | float | Decimal | date | time | timedelta | None


class Formula(NamedTuple):
    """A formula of ours, without the equals sign, and its last result."""

    text: str
    result: str | int | float


class RowXml:
    """A row: its attributes and its cells' XML by 0-based column.

    The cells may be given as text, which is taken apart when they are asked for; with ``reach``, first and last column of a
    text whose cells are complete and in order, it goes back as it is.
    """

    __slots__ = ("_cells", "_reach", "attributes")

    def __init__(self, attributes: str, cells: dict[int, str] | str, reach: tuple[int, int] | None = None) -> None:
        self.attributes, self._cells, self._reach = attributes, cells, reach

    @property
    def cells(self) -> dict[int, str]:
        if isinstance(self._cells, str):
            self._cells, self._reach = _cells(self._cells), None
        return self._cells

    def has_formula(self) -> bool:
        return "<f" in self._cells if isinstance(self._cells, str) else any("<f" in cell for cell in self._cells.values())

    @property
    def reach(self) -> tuple[int, int] | None:
        """First and last column; ``None`` without cells."""
        if self._reach is None and self.cells:
            return min(self.cells), max(self.cells)
        return self._reach

    def xml(self, number: int) -> str:
        body = self._cells if self._reach else self._joined()
        return f'<row r="{number}"{self.attributes}>{body}</row>' if body else f'<row r="{number}"{self.attributes}/>'

    def _joined(self) -> str:
        columns = list(self.cells)
        in_order = sorted(columns)
        return "".join(self.cells.values() if columns == in_order else [self.cells[column] for column in in_order])


class SheetXml:
    """A worksheet part; ``rows`` by row number. ``data()`` gives the part back."""

    def __init__(self, part: bytes, where: str) -> None:
        try:
            text = plain_text(part)
        except (etree.XMLSyntaxError, UnicodeDecodeError):
            raise CreditError("XML 内容损坏,无法读取", where=where) from None
        found = _DATA.search(text)
        is_empty = found is not None and found[0].endswith("/>")
        end = -1 if found is None else found.end() if is_empty else text.find(_DATA_END, found.end())
        if end < 0:
            raise CreditError("工作表里没有单元格区", where=where, allowed="普通工作表")
        if _OTHER_PREFIX.search(text, found.end(), end):
            raise CreditError("单元格用了不止一种前缀", where=where, allowed="用 Excel 另存")
        self.head, self.tail = text[: found.start()], text[end if is_empty else end + len(_DATA_END) :]
        self.rows = {} if is_empty else _rows(text, found.end(), end)

    def style(self, row: int, column: int) -> str:
        """The cell's style attribute with a leading blank, or nothing."""
        record = self.rows.get(row)
        found = _STYLE.search(record.cells.get(column, "")[:80]) if record else None
        return f" {found[0]}" if found else ""

    def has_formula(self, row: int) -> bool:
        return row in self.rows and self.rows[row].has_formula()

    def set(self, row: int, column: int, value: Value, style: str | None = None) -> None:
        """Put a value into a cell, in the cell's own style unless another is given."""
        record = self.rows.setdefault(row, RowXml("", {}))
        attribute = self.style(row, column) if style is None else style
        record.cells[column] = cell_xml(f"{column_letters(column)}{row}", attribute, value)

    def formula(self, row: int, column: int) -> str | None:
        """The cell's formula; ``None`` where there is none, or where the file writes it out at another cell."""
        record = self.rows.get(row)
        found = _FORMULA.search(record.cells.get(column, "")) if record else None
        return unescape(found[1]) if found and found[1] else None

    def set_formula(self, row: int, column: int, formula: str, style: str | None = None) -> None:
        """Put a formula (without ``=``) into a cell, no result with it, in the cell's own style unless another is given."""
        record = self.rows.setdefault(row, RowXml("", {}))
        attribute = self.style(row, column) if style is None else style
        record.cells[column] = f'<c r="{column_letters(column)}{row}"{attribute}><f>{escape(formula)}</f></c>'

    def cache(self, row: int, column: int, value: Value) -> None:
        """Store a formula's last result with it (``None``: no result); a cell without a formula stays as it is."""
        record = self.rows.get(row)
        cell = record.cells.get(column, "") if record else ""
        found = _FORMULA.search(cell)
        if found:
            record.cells[column] = _with_result(cell, found, value)

    def data(self) -> bytes:
        numbers = sorted(self.rows)
        head = _DIMENSION.sub(f'<dimension ref="{self._dimension(numbers)}"/>', self.head, count=1)
        pieces = [f"{head}<sheetData>".encode()]  # encoded by and by: one Chinese character doubles the size of a text
        for start in range(0, len(numbers), _ENCODED_AT_ONCE):
            part = numbers[start : start + _ENCODED_AT_ONCE]
            pieces.append("".join([self.rows[number].xml(number) for number in part]).encode())
        return b"".join([*pieces, f"</sheetData>{self.tail}".encode()])

    def _dimension(self, numbers: list[int]) -> str:
        reaches = {number: reach for number in numbers if (reach := self.rows[number].reach)}
        if not reaches:
            return "A1"
        rows = list(reaches)
        first, last = min(first for first, _ in reaches.values()), max(last for _, last in reaches.values())
        return f"{column_letters(first)}{rows[0]}:{column_letters(last)}{rows[-1]}"


def cell_xml(reference: str, style: str, value: Value) -> str:
    """One ``<c>``; text is always an inline string, so nothing that looks like a formula ever becomes one.

    >>> cell_xml("B2", ' s="3"', "=1+1")
    '<c r="B2" s="3" t="inlineStr"><is><t>=1+1</t></is></c>'
    >>> cell_xml("C2", "", Decimal("10.50"))
    '<c r="C2"><v>10.50</v></c>'
    """
    return f'<c r="{reference}"{style}{value_xml(value)}'


def _with_result(cell: str, formula: re.Match[str], value: Value) -> str:
    """The cell with another last result.

    >>> cell = '<c r="B2" s="3"><f>A1&amp;"!"</f><v>1</v></c>'
    >>> _with_result(cell, _FORMULA.search(cell), "一<二")
    '<c r="B2" s="3" t="str"><f>A1&amp;"!"</f><v>一&lt;二</v></c>'
    """
    start = _TYPE.sub("", cell[: formula.start()]).rstrip()
    if isinstance(value, str):
        return f'{start[:-1]} t="str">{formula[0]}<v{text_xml(value)}</v></c>'
    return f"{start}{formula[0]}<v>{'' if value is None else value}</v></c>"


def value_xml(value: Value) -> str:
    """What follows a cell's reference and style: type, content and the closing tag."""
    if isinstance(value, str):
        return _text_cell(value)
    if value is None:
        return "/>"
    if isinstance(value, Formula):
        kind = ' t="str"' if isinstance(value.result, str) else ""
        result = text_xml(value.result) if kind else f">{value.result}"
        return f"{kind}><f>{escape(value.text)}</f><v{result}</v></c>"
    if isinstance(value, bool):
        return f' t="b"><v>{value:d}</v></c>'
    if isinstance(value, time):  # a date cell may hold a bare time
        value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    if isinstance(value, timedelta):
        value = value / timedelta(days=1)
    if isinstance(value, date):
        value = serial(value.date() if isinstance(value, datetime) else value)
    return f"><v>{value}</v></c>"


def held(value: str) -> str:
    """The text as far as a cell holds it, which is counted in UTF-16 units: Excel takes a file with a longer one for damaged.

    >>> held("长" * 40_000)[-3:], len(held("长" * 40_000)), held("短")
    ('长……', 32767, '短')
    """
    if len(value) * 2 <= _MOST_UNITS or len(value.encode("utf-16-le", "surrogatepass")) <= _MOST_UNITS * 2:
        return value
    return value.encode("utf-16-le", "surrogatepass")[: (_MOST_UNITS - 2) * 2].decode("utf-16-le", "ignore") + "……"


@lru_cache(maxsize=4096)  # the same names, posts and reasons stand in row after row
def _text_cell(value: str) -> str:
    return f' t="inlineStr"><is><t{text_xml(held(value))}</t></is></c>' if value else "/>"


def text_xml(value: str) -> str:
    """What follows ``<t``: the attribute that keeps outer blanks where there are any, and the escaped text."""
    if _ESCAPED_LOOK.search(value):
        value = _ESCAPED_LOOK.sub("_x005F_", value)
    if _ILLEGAL.search(value):
        value = _ILLEGAL.sub(lambda found: f"_x{ord(found[0]):04X}_", value)
    keep = ' xml:space="preserve"' if value != value.strip() or "\n" in value else ""
    return f"{keep}>{escape(value)}"


def plain_text(part: bytes) -> str:
    """The part as UTF-8 text without element prefix, CDATA, comments or instructions, so that rows can be cut by their tags."""
    has_markup = b"<!" in part
    if has_markup and b"<!DOCTYPE" in part:
        raise CreditError("工作表含有 DTD 声明", allowed="不含 DTD 的工作表")
    head = part[:1000]
    declared = re.match(rb"<\?xml[^>]*encoding=[\"']([^\"']+)", head)
    plain = head.lstrip(b"\xef\xbb\xbf").startswith(b"<") and (not declared or declared[1].lower() == b"utf-8")
    has_markup = has_markup and (b"<![CDATA[" in part or b"<!--" in part) or part.find(b"<?", 5) > 0
    is_odd = part.count(b"<") != part.count(b">") or _BLANK_IN_END.search(part)  # an angle inside an attribute or a text
    if not plain or has_markup or is_odd or (b"='" in part and _SINGLE_QUOTED.search(part)):
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, strip_cdata=True
        )  # fmt: skip
        part = etree.tostring(etree.fromstring(part, parser), xml_declaration=True, encoding="UTF-8", standalone=True)
    text = part.decode("utf-8-sig")
    prefix = _PREFIXED.search(text[:2000])
    if prefix:
        name = prefix[1]
        text = text.replace(f"<{name}:", "<").replace(f"</{name}:", "</").replace(f"xmlns:{name}=", "xmlns=", 1)
    return text


def _rows(text: str, start: int, end: int) -> dict[int, RowXml]:
    rows: dict[int, RowXml] = {}
    number = 0
    for match in _ROW.finditer(text, start, end):
        attributes = match[1]
        found = _ROW_NUMBER.search(attributes)
        number = int(found[1]) if found else number + 1
        inner = "" if attributes.endswith("/") else text[match.end() : text.find(_ROW_END, match.end(), end)]
        rows[number] = RowXml(_SPANS.sub("", attributes.removesuffix("/")).rstrip(), inner)
    return rows


def _cells(inner: str) -> dict[int, str]:
    cells: dict[int, str] = {}
    column = -1
    for match in _CELL.finditer(inner):
        letters = match[1]
        if letters is None:
            found = _REF.search(match[2])
            letters = found[1] if found else None
        column = column + 1 if letters is None else _column(letters)
        cells[column] = match[0]
    return cells


_column = lru_cache(maxsize=None)(column_index)
