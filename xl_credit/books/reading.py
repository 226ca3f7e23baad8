"""Files → grids of cell values: workbooks through python-calamine, CSV in the encodings that Chinese offices write."""

import csv
import io
import re
from collections.abc import Collection
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from xl_credit.books.disk import os_error
from xl_credit.books.extent import refuse_vast_sheets
from xl_credit.books.legible import refuse_illegible_sheets
from xl_credit.books.package import Package, read_package
from xl_credit.books.workbook import Sheets, read_sheets
from xl_credit.cells import from_csv_text
from xl_credit.rules.errors import CreditError
from xl_credit.tables import Grid

_HEAD_BYTES = 1 << 16
_UNKNOWN_ERROR = "Unsupported cell error value"
_ERROR_CELL = re.compile(  # up to its value, behind a formula where there is one
    rb"""(<(?:[^\s<>/:]+:)?c\s[^<>]*?\bt\s*=\s*["']e["'][^<>]*>(?:<(?:[^\s<>/:]+:)?f[^<>]*>(?:[^<]*</[^<>]*>)?)?<(?:[^\s<>/:]+:)?v[^<>]*>)[^<]*(<)"""
)
_CSV_ENCODINGS = ("utf-8-sig", "gb18030")


def read_grids(package: Package, names: Collection[str] | None = None) -> dict[str, Grid]:
    """The named worksheets (all by default) that the workbook has, under the names asked for; formulas as their last results."""
    sheets = read_sheets(package)
    actual = _actual_names(sheets, names)
    refuse_illegible_sheets(package, set(actual.values()))
    refuse_vast_sheets(package, set(actual.values()))
    try:
        try:
            rows = _rows(package.as_read, actual.values())
        except CalamineError as error:
            if _UNKNOWN_ERROR not in str(error):
                raise
            rows = _rows(_with_known_errors(package, sheets, actual.values()), actual.values())
    except CreditError:
        raise
    except (CalamineError, ValueError, OSError) as error:
        raise CreditError(f"工作簿读不出来:{error}", where=package.path.name, allowed="完好的 .xlsx 或 .xlsm 文件") from error
    return {name: Grid(name, rows[own], sheets.date1904) for name, own in actual.items() if own in rows}


def _rows(data: bytes, names: Collection[str]) -> dict[str, list[list[object]]]:
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        there = set(book.sheet_names)
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names if name in there}


def _with_known_errors(package: Package, sheets: Sheets, names: Collection[str]) -> bytes:
    """The workbook with #SPILL!, #CALC! and whatever Excel may add as #N/A: the reader takes a sheet for damaged that has one."""
    parts = {sheet.part for sheet in sheets if sheet.name in names and sheet.part in package}
    return package.bytes_with({part: _ERROR_CELL.sub(rb"\g<1>#N/A\g<2>", package.read(part)) for part in parts})


def _actual_names(sheets: Sheets, names: Collection[str] | None) -> dict[str, str]:
    """Name asked for → the sheet's own, which may differ in case or by blanks at its ends; those that there are."""
    found = {name: sheets.find(name) for name in ([sheet.name for sheet in sheets] if names is None else names)}
    return {name: sheet.name for name, sheet in found.items() if sheet}


def read_table_file(path: Path, sheet: str) -> Grid:
    """The named sheet of a workbook, or a CSV file as if it were that sheet."""
    if path.suffix.lower() == ".csv":
        return Grid(sheet, _csv_rows(path))
    grids = read_grids(read_package(path), {sheet})
    if sheet not in grids:
        raise CreditError(f"没有工作表“{sheet}”", where=path.name, allowed=f"含“{sheet}”的工作簿")
    return grids[sheet]


def read_csv_head(path: Path, sheet: str) -> Grid:
    """The first rows of a CSV file: enough to tell what it is, however long it is."""
    return Grid(sheet, _csv_rows(path, _HEAD_BYTES))


def _csv_rows(path: Path, most: int | None = None) -> list[list[object]]:
    try:
        raw = path.read_bytes() if most is None else _head(path, most)
    except OSError as error:
        raise os_error(error, path, "读取") from error
    for encoding in _CSV_ENCODINGS:
        try:
            decoded = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            rows = csv.reader(io.StringIO(decoded, newline=""), strict=most is None)
            if "'" not in decoded:  # nothing was kept from being taken for a formula
                return list(rows)
            return [[from_csv_text(value) for value in row] for row in rows]
        except csv.Error as error:
            raise CreditError(f"CSV 格式有误:{error}", where=path.name, allowed="逗号分隔、引号成对的 CSV") from error
    raise CreditError("CSV 的编码认不出来", where=path.name, allowed="UTF-8 或 GB18030")


def _head(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        raw = file.read(most)
    return raw if len(raw) < most else raw[: raw.rfind(b"\n") + 1]
