"""How far a worksheet's cells reach, told from its XML before a reader lays them out as a full rectangle in memory."""

import re
from collections.abc import Collection

from xl_credit.books.package import Package
from xl_credit.books.workbook import read_sheets
from xl_credit.rules.errors import CreditError
from xl_credit.tables import column_index

_MOST_CELLS = 60_000_000
# a cell right of column ZZ or below row 79,999, or one oddly written; the literal starts keep the searches fast
_FAR_CELL = re.compile(rb' r(?:="(?:[A-Za-z]{3}\d|[A-Za-z]{1,2}(?:[89]\d{4}|\d{6}))|=[^"]|\s+=)')
# a cell right of column BB or below row 1,099,999, or one oddly written: a long ledger has none
_WIDE_CELL = re.compile(rb' r(?:="(?:[A-Za-z]{3}\d|[C-Zc-z][A-Za-z]\d|[Bb][C-Zc-z]\d|[A-Za-z]{1,2}(?:1[1-9]|[2-9]\d)\d{5})|=[^"]|\s+=)')
_ODD_CELL = re.compile(rb"r=(?<=[\t\r\n]r=)")
_FILLED_CELL = re.compile(rb"""<(?:\w+:)?c\s(?:[^>]*\s)?r\s*=\s*["']([A-Za-z]{1,3})(\d{1,7})["'](?:[^>]*[^>/])?>""")


def refuse_vast_sheets(package: Package, names: Collection[str] | None) -> None:
    """Raises 「工作表有1048576行×16384列…」 where a named sheet has a value so far out that reading it would fill the memory."""
    for sheet in read_sheets(package):
        if (names is None or sheet.name in names) and sheet.part in package:
            data = package.read(sheet.part)
            rows, columns = filled_extent(data) if _may_be_vast(data) else (0, 0)
            if rows * columns > _MOST_CELLS:
                size = f"{rows}行×{columns}列"
                where = f"{package.path.name}!{sheet.name}"
                raise CreditError(f"工作表有{size}", where=where, allowed="删除远处的单元格后再用")


def _may_be_vast(data: bytes) -> bool:
    """Cells within ZZ79999, or within BB1099999, are too few to fill the memory."""
    return bool(_ODD_CELL.search(data) or (_FAR_CELL.search(data) and _WIDE_CELL.search(data)))


def filled_extent(data: bytes) -> tuple[int, int]:
    """Last row and column with a cell that has content.

    >>> filled_extent(b'<row r="1"><c r="B2"><v>1</v></c><c r="XFD1048576" s="1"/></row>')
    (2, 2)
    """
    rows, columns = 0, set()
    for cell in _FILLED_CELL.finditer(data):
        rows = max(rows, int(cell[2]))
        columns.add(cell[1])
    return rows, max((column_index(letters.decode().upper()) + 1 for letters in columns), default=0)
