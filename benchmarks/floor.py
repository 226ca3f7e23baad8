"""The floor: reading the same sheets by the fastest reader and writing the same cells into new files by the fastest writers."""

from collections.abc import Callable, Sequence
from pathlib import Path

import wolfxl
import xlsxwriter
from python_calamine import CalamineWorkbook

Sheets = dict[str, Sequence[Sequence[object]]]
READ_NOW, READ_BEFORE = ("评估表", "评级结果", "审批路线", "级别变动", "核对", "政策"), ("评级结果",)


def read(path: Path, sheets: Sequence[str]) -> int:
    """The sheets' cells as Python values; how many rows there were."""
    with CalamineWorkbook.from_path(str(path)) as book:
        return sum(len(book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in sheets)


def write_wolfxl(path: Path, sheets: Sheets) -> None:
    book = wolfxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(str(path))


def write_xlsxwriter(path: Path, sheets: Sheets) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()


WRITERS: dict[str, Callable[[Path, Sheets], None]] = {"wolfxl": write_wolfxl, "XlsxWriter": write_xlsxwriter}
