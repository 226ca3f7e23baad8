"""How far a worksheet's cells reach, told from its XML before a reader lays them out as a full rectangle in memory."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from xl_credit.books.legible import sheets_read
from xl_credit.books.package import Package
from xl_credit.rules.errors import CreditError
from xl_credit.tables import column_index

_MOST_CELLS, _TAIL = 60_000_000, 1 << 16
_SPARSE_FROM, _LEAST_SHARE = 4_000_000, 8  # a rectangle so large in which fewer than one cell in eight is filled is no table


def _beyond(columns: bytes, rows: bytes) -> re.Pattern[bytes]:
    return re.compile(rb'<c r="(?:' + columns + rb"\d|[A-Za-z]+(?:" + rows + rb"))")


# cells that a box holds, and a cell outside it: beyond ZZ5599, Z149999, O259999, Z599999, Z1099999, BB1099999
_BOXES = (
    (4_000_000, _beyond(rb"[A-Za-z]{3,}", rb"5[6-9]\d\d|[6-9]\d{3}|\d{5}")),
    (3_900_000, _beyond(rb"[A-Za-z]{2,}", rb"1[5-9]\d{4}|[2-9]\d{5}|\d{7}")),
    (3_900_000, _beyond(rb"(?:[P-Zp-z]|[A-Za-z]{2,})", rb"2[6-9]\d{4}|[3-9]\d{5}|\d{7}")),
    (15_600_000, _beyond(rb"[A-Za-z]{2,}", rb"[6-9]\d{5}|\d{7}")),
    (28_600_000, _beyond(rb"[A-Za-z]{2,}", rb"1[1-9]\d{5}|[2-9]\d{6}|\d{8}")),
    (59_400_000, _beyond(rb"(?:[A-Za-z]{3,}|[C-Zc-z][A-Za-z]|[Bb][C-Zc-z])", rb"1[1-9]\d{5}|[2-9]\d{6}|\d{8}")),
)
_ODD_CELL = (re.compile(rb'<c(?! r="[A-Za-z]{1,3}\d{1,7}")[\s/>]'), re.compile(rb":c[\s/>]"))  # its place is not told by its first attribute
_TAG = re.compile(rb"""<(?:[^\s<>/:"'=]+:)?(row|c)(?=[\s/>])((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>""")
_ROW_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d{1,19})["']""")
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([^"']*)["']""")
_PLACE = re.compile(rb"([A-Za-z]{1,3})(\d{1,7})")  # with more letters or digits the reader would count round and begin anew


@dataclass(frozen=True, slots=True)
class Extent:
    """Last row and column with a cell that has content, and how many such cells there are."""

    rows: int
    columns: int
    filled: int

    @property
    def is_vast(self) -> bool:
        size = self.rows * self.columns
        return size > _MOST_CELLS or (size > _SPARSE_FROM and self.filled * _LEAST_SHARE < size)


def refuse_vast_sheets(package: Package, names: Collection[str] | None) -> None:
    """Raises 「工作表有1048576行×16384列…」 where a named sheet has a value so far out that reading it would fill the memory."""
    for sheet in sheets_read(package, names):
        data = package.read(sheet.part)
        where = f"{package.path.name}!{sheet.name}"
        reach = filled_extent(data, where) if _may_be_vast(data) else None
        if reach and reach.is_vast:
            size = f"{reach.rows}行×{reach.columns}列"
            raise CreditError(f"工作表有{size},其中有内容的只有{reach.filled}格", where=where, allowed="删除远处的单元格后再用")


def _may_be_vast(data: bytes) -> bool:
    """Whether it cannot be told at a glance that the cells lie within a box which is small enough, or full enough."""
    is_wide = data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4]  # UTF-16, UTF-32
    if is_wide or any(odd.search(data) for odd in _ODD_CELL):
        return True
    end = max(0, len(data) - _TAIL)  # the rows that reach furthest mostly come last
    size = next((cells for cells, outside in _BOXES if not (outside.search(data, end) or outside.search(data))), _MOST_CELLS + 1)
    return size > _MOST_CELLS or (size > _SPARSE_FROM and (data.count(b"<v") + data.count(b"<is")) * _LEAST_SHARE < size)


def filled_extent(data: bytes, where: str = "") -> Extent:
    """How far the cells reach that have content; those that do not say where they are lie right of the one before.

    Raises 「单元格位置“A99999999”不存在…」 for a place that no sheet has.

    >>> filled_extent(b'<row r="1"><c r="B2"><v>1</v></c><c r="XFD1048576" s="1"/><c s="1"></c></row>')
    Extent(rows=2, columns=2, filled=1)
    >>> filled_extent(b'<x:row r="7"><x:c s="1"/><x:c t="a>b"><x:v>1</x:v></x:c></x:row>')
    Extent(rows=7, columns=2, filled=1)
    """
    if b"\0" in data[:4]:
        data = data.replace(b"\0", b"")  # what is left of UTF-16 tells where the cells lie
    row = column = rows = columns = filled = 0
    for tag in _TAG.finditer(data):
        if tag[1] == b"row":
            number = _ROW_NUMBER.search(tag[2])
            row, column = int(number[1]) if number else row + 1, 0
            continue
        reference = _REFERENCE.search(tag[2])
        row, column = _place(reference[1], where) if reference else (row, column + 1)
        if not tag[2].endswith(b"/") and data[tag.end() : tag.end() + 2] != b"</":
            rows, columns, filled = max(rows, row), max(columns, column), filled + 1
    return Extent(rows, columns, filled)


def _place(reference: bytes, where: str) -> tuple[int, int]:
    found = _PLACE.fullmatch(reference)
    if not found:
        raise CreditError(f"单元格位置“{reference.decode('utf-8', 'replace')[:40]}”不存在", where=where, allowed="A1 至 XFD1048576")
    return int(found[2]), column_index(found[1].decode().upper()) + 1
