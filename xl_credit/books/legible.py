"""Worksheets of which a reader would silently pass over a part: refused before they are read."""

import re
from collections import Counter
from collections.abc import Collection
from xml.parsers import expat

from xl_credit.books.package import Package
from xl_credit.books.safe_xml import refuse_doctype
from xl_credit.books.workbook import Sheet, read_sheets
from xl_credit.rules.errors import CreditError

_ROWS, _PREFIXED_ROWS = (re.compile(start + rb'row\s[^<>]*?\br="(\d+)"') for start in (rb"<", rb"<[^\s<>/:]+:"))
_CELLS = re.compile(rb'<(?:[^\s<>/:]+:)?c\s[^<>]*?\br="([A-Z]+\d+)"')
_ANY_ROW = re.compile(rb"<(?:[^\s<>/:]+:)?row[\s/>]")
_AREA = b"sheetData"
_CELLS_LOOKED_AT = 8 << 20  # bytes of a part up to which every cell's place is compared; ledgers beyond it only by their rows
_ALLOWED = "用 Excel 打开并修复后另存"


def sheets_read(package: Package, names: Collection[str] | None) -> list[Sheet]:
    """The worksheets of these names (``None``: all) whose part is there."""
    return [sheet for sheet in read_sheets(package) if (names is None or sheet.name in names) and sheet.part in package]


def refuse_illegible_sheets(package: Package, names: Collection[str] | None) -> None:
    """Raises where a named sheet is ill-formed, or has a cell area, a row or a cell twice: 「第6行写了两次…」."""
    parts: dict[str, str] = {}
    for sheet in sheets_read(package, names):
        where = f"{package.path.name}!{sheet.name}"
        if sheet.part in parts:
            raise CreditError(f"与工作表“{parts[sheet.part]}”用的是同一个部件", where=where, allowed=_ALLOWED)
        parts[sheet.part] = sheet.name
        refuse_doctype(package.read(sheet.part), where)
        found = _fault(package.read(sheet.part))
        if found:
            raise CreditError(found, where=where, allowed=_ALLOWED)


def _fault(data: bytes) -> str:
    try:
        expat.ParserCreate().Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError):  # an encoding that expat cannot use, or nobody knows
        return "XML 内容损坏,无法读取"
    if data.count(_AREA) > 2 and len(_area_tags(data)) > 2 or _ANY_ROW.search(data, max(0, data.rfind(_AREA))):
        return "单元格区不止一个"
    row = _twice(_ROWS, data) or (_twice(_PREFIXED_ROWS, data) if b":row" in data else "")
    if row:
        return f"第{row}行写了两次"
    cell = _twice(_CELLS, data) if len(data) <= _CELLS_LOOKED_AT else ""
    return f"单元格{cell}写了两次" if cell else ""


def _twice(pattern: re.Pattern[bytes], data: bytes) -> str:
    """The first place that is written more than once."""
    places = pattern.findall(data)
    if len(set(places)) == len(places):
        return ""
    return next(place.decode() for place, times in Counter(places).items() if times > 1)


def _area_tags(data: bytes) -> list[str]:
    """The begin and end of every cell area; the word may stand in a text too."""
    found: list[str] = []

    def tag(name: str, *_: object) -> None:
        if name.rpartition(":")[2] == _AREA.decode():
            found.append(name)

    parser = expat.ParserCreate()
    parser.StartElementHandler = parser.EndElementHandler = tag
    parser.Parse(data, True)
    return found
