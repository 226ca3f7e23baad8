"""Row heights for wrapped text: programs that do not measure rows on opening would show only the first line."""

import re
from collections.abc import Iterable
from functools import lru_cache
from math import ceil

from xl_credit.books.sheet_xml import RowXml, SheetXml

_COLUMN = re.compile(r"<col\s[^>]*>")
_ATTRIBUTE = re.compile(r"""\s(min|max|width)\s*=\s*["'](\d{1,6}(?:\.\d*)?)["']""")
_HEIGHT = re.compile(r'\sht="[^"]*"')
_DEFAULT_WIDTH = 8.43
_POINT_9 = 0.92  # width of 9-point text in units of a column's width, which counts 10-point digits
_WIDE = "WFA"  # Unicode classes that take two columns in a Chinese font
_LEAST, _LINE, _EDGE = 20, 12, 6  # points


def fit_rows(sheet: SheetXml, rows: Iterable[tuple[int, Iterable[tuple[int, object]]]]) -> None:
    """Give each row (number, wrapped cells as (column, value)) the height that its longest text needs.

    A height that people set themselves stays. Heights are not marked as custom, so that programs may fit them anew.
    """
    widths = column_widths(sheet)
    for number, cells in rows:
        record = sheet.rows.get(number)
        if record is None or 'customHeight="1"' in record.attributes:
            continue
        lines = max((line_count(value, widths.get(column, _DEFAULT_WIDTH)) for column, value in cells), default=1)
        record.attributes = f'{_HEIGHT.sub("", record.attributes)} ht="{max(_LEAST, lines * _LINE + _EDGE)}"'


def release_empty(sheet: SheetXml, after: int) -> None:
    """Rows below ``after`` that hold no value any more lose the height that an earlier text gave them."""
    for number, record in sheet.rows.items():
        if number > after and "customHeight" not in record.attributes and not _has_values(record):
            record.attributes = _HEIGHT.sub("", record.attributes)


def _has_values(record: RowXml) -> bool:
    return any("</" in cell for cell in record.cells.values())


def column_widths(sheet: SheetXml) -> dict[int, float]:
    """0-based column → its width in characters, for the columns that have one of their own that can be read."""
    widths: dict[int, float] = {}
    for element in _COLUMN.findall(sheet.head):
        found = {name: float(value) for name, value in _ATTRIBUTE.findall(element)}
        if len(found) == 3 and found["max"] - found["min"] < 1000:  # one element for all columns to the sheet's edge is no width of ours
            widths |= dict.fromkeys(range(int(found["min"]) - 1, int(found["max"])), found["width"])
    return widths


@lru_cache(maxsize=65536)
def line_count(value: object, width: float) -> int:
    """Lines that a text takes in a column so many characters wide; Chinese characters count two.

    >>> line_count("主观评价低于十分", 9), line_count("两\\n行", 20), line_count(None, 5)
    (2, 2, 1)
    """
    if not isinstance(value, str):
        return 1
    room = max(1.0, width - 1)
    return sum(max(1, ceil(text_width(line) * _POINT_9 / room)) for line in value.split("\n"))


def text_width(text: str) -> int:
    """Columns that a text takes: GB 18030 spends two bytes on what is printed full-width, one on the rest."""
    return len(text.encode("gb18030", "replace"))
