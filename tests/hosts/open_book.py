"""A workbook as if a spreadsheet program had it open: the surface of xlwings that the live layer uses, over values in memory."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import openpyxl
from openpyxl.utils import range_boundaries

from xl_credit.hosts.live_book import Progress


def _load(path: Path) -> tuple[openpyxl.Workbook, openpyxl.Workbook]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it does not understand print areas of whole columns
        return openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)


class OpenRange:
    def __init__(self, sheet: "OpenSheet", first: tuple[int, int], last: tuple[int, int]) -> None:
        self.sheet, (self.row, self.column), (self._last_row, self._last_column) = sheet, first, last

    @property
    def last_cell(self) -> "OpenRange":
        last = (self._last_row, self._last_column)
        return OpenRange(self.sheet, last, last)

    def options(self, **_: object) -> "OpenRange":
        return self

    def _cells(self, of: dict[tuple[int, int], object]) -> list[list[object]]:
        columns = range(self.column, self._last_column + 1)
        return [[of.get((row, column)) for column in columns] for row in range(self.row, self._last_row + 1)]

    @property
    def value(self) -> list[list[object]]:
        return self._cells(self.sheet.values)

    @value.setter
    def value(self, rows: Sequence[Sequence[object]]) -> None:
        self.sheet.writes += 1
        for row, values in enumerate(rows, start=self.row):
            for column, value in enumerate(values, start=self.column):
                assert not isinstance(value, str) or not value.startswith(("=", "+", "-", "@")), f"{value!r} would become a formula"
                value = value[1:] if isinstance(value, str) and value.startswith("'") else value
                self.sheet.values[row, column] = value
                self.sheet.formulas.pop((row, column), None)

    @property
    def formula(self) -> list[list[object]]:
        return self._cells({**self.sheet.values, **self.sheet.formulas})


class OpenTable:
    def __init__(self, sheet: "OpenSheet", reach: OpenRange) -> None:
        self.sheet, self.range = sheet, reach

    @property
    def header_row_range(self) -> OpenRange:
        return OpenRange(self.sheet, (self.range.row, self.range.column), (self.range.row, self.range.last_cell.column))

    def resize(self, reach: OpenRange) -> None:
        self.range = reach


class OpenSheet:
    def __init__(self, book: "OpenBook", values: object, formulas: object) -> None:
        self.book, self.name, self.writes = book, values.title, 0
        self.values = {(c.row, c.column): c.value for row in values.iter_rows() for c in row if c.value is not None}
        found = {(c.row, c.column): c.value for row in formulas.iter_rows() for c in row if c.data_type == "f"}
        self.formulas = {place: str(getattr(value, "text", value)) for place, value in found.items()}
        self.tables = [OpenTable(self, self._reach(table.ref)) for table in formulas.tables.values()]

    def _reach(self, reference: str) -> OpenRange:
        left, top, right, bottom = range_boundaries(reference)
        return OpenRange(self, (top, left), (bottom, right))

    def range(self, first: tuple[int, int], last: tuple[int, int] | None = None) -> OpenRange:
        return OpenRange(self, first, last or first)

    @property
    def used_range(self) -> OpenRange:
        return OpenRange(self, (1, 1), (max(row for row, _ in self.values), max(column for _, column in self.values)))

    def activate(self) -> None:
        self.book.active = self.name

    def rows(self) -> list[list[object]]:
        return self.used_range.value


class OpenBook:
    """The workbook at ``path``, open; nothing is ever saved."""

    def __init__(self, path: Path) -> None:
        self.fullname, self.name, self.active = str(path), path.name, ""
        self.sheets: list[OpenSheet] = []
        self.take(path)

    def take(self, path: Path, names: Sequence[str] | None = None) -> None:
        values, formulas = _load(path)
        for sheet in values.worksheets:
            if names is None or sheet.title in names:
                self.sheets.append(OpenSheet(self, sheet, formulas[sheet.title]))

    def __getitem__(self, name: str) -> OpenSheet:
        return next(sheet for sheet in self.sheets if sheet.name == name)


class OpenHost:
    """The program that has it open."""

    def __init__(self) -> None:
        self.commands: list[str] = []
        self.progress: list[str] = []
        self.extended: dict[str, tuple[int, int, int]] = {}

    def text(self, value: str) -> str:
        return f"'{value}"

    def commented_rows(self, sheet: OpenSheet) -> set[int]:
        return set()

    def copy_sheets(self, book: OpenBook, template: Path, names: Sequence[str]) -> None:
        book.take(template, names)

    def extend_format(self, sheet: OpenSheet, row: int, first: int, last: int) -> None:
        assert row < first <= last and sheet.name not in self.extended
        self.extended[sheet.name] = (row, first, last)

    def show(self, sheet: OpenSheet) -> None:
        sheet.activate()

    @contextmanager
    def command(self, book: OpenBook, label: str) -> Iterator[Progress]:
        self.commands.append(label)
        yield self.progress.append
