"""Formulas repeated down a column, kept once as spreadsheet programs keep them when they save: a quarter of the sheet's size."""

import re
from pathlib import Path

from xl_credit.books.package import read_package, write_package
from xl_credit.books.workbook import read_sheets

_FORMULA_CELL = re.compile(rb'(<c r="([A-Z]+)(\d+)"[^>]*>)<f>([^<]*)</f>')


def share_formulas(path: Path, sheet: str, first_row: int, last_row: int) -> None:
    """Rewrite the sheet's formulas of these rows as shared formulas, each column's first row holding the text.

    The rows' formulas of a column must be one formula filled down, as the 评估表's are.
    """
    package = read_package(path)
    part = read_sheets(package).find(sheet).part
    shared: dict[bytes, int] = {}

    def share(found: re.Match[bytes]) -> bytes:
        cell, column, row, text = found.groups()
        if not first_row <= int(row) <= last_row:
            return found[0]
        if column in shared:
            return b'%b<f t="shared" si="%d"/>' % (cell, shared[column])
        shared[column] = len(shared)
        reach = b"%b%d:%b%d" % (column, int(row), column, last_row)
        return b'%b<f t="shared" ref="%b" si="%d">%b</f>' % (cell, reach, shared[column], text)

    package.replace(part, _FORMULA_CELL.sub(share, package.read(part)))
    write_package(package, path)
