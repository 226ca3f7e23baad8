"""What tests read in a head-office workbook: lists by their headers, formulas and the results stored with them."""

from collections.abc import Iterable
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from xl_credit.tables import header_name


def rows_under(sheet: Worksheet, header: str, second: str) -> list[dict[str, object]]:
    """Rows with something in their first column below the row that begins with these two headers, by header without unit."""
    rows = list(sheet.iter_rows(values_only=True))
    start = next(i for i, row in enumerate(rows) if row[:2] == (header, second))
    names = [header_name(name)[0] for name in rows[start]]
    found = []
    for row in rows[start + 1 :]:
        if row[0] is None:
            break
        found.append(dict(zip(names, row, strict=True)))
    return found


def formulas(path: Path) -> dict[tuple[str, str], str]:
    """Every formula of the workbook by sheet and cell."""
    cells = ((sheet.title, cell) for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row)
    return {(name, cell.coordinate): cell.value for name, cell in cells if cell.data_type == "f"}


def results_of(path: Path, cells: Iterable[tuple[str, str]]) -> dict[tuple[str, str], object]:
    """The last results stored with these formulas, binary noise and the ways to say nothing made alike."""
    book = openpyxl.load_workbook(path, data_only=True)
    found = {(name, place): book[name][place].value for name, place in cells}
    return {at: round(value, 9) if isinstance(value, float) else value or 0 for at, value in found.items()}
