"""Where the current template's cells lie in a workbook of an older one, in which people have put columns and rows of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from xl_credit.books.book import Book
from xl_credit.books.contents import At, Contents, Reader
from xl_credit.books.formula_text import column_spans
from xl_credit.forms.formulas import COLUMNS, HEADER_ROW
from xl_credit.forms.result_sheets import HEADER_ROW as RESULT_HEADER_ROW
from xl_credit.quarter.columns import (
    CHANGE_COLUMNS,
    CHANGES,
    CHECK_COLUMNS,
    CHECK_KEPT,
    CHECKS,
    EVALUATION,
    RESULT_COLUMNS,
    RESULTS,
    ROUTE_KEPT,
    ROUTE_WRITTEN,
    ROUTES,
)
from xl_credit.rules.errors import CreditError
from xl_credit.tables import column_letters, find_table

TABLES = {
    EVALUATION: COLUMNS, RESULTS: RESULT_COLUMNS, ROUTES: (*ROUTE_WRITTEN, *ROUTE_KEPT), CHANGES: CHANGE_COLUMNS,
    CHECKS: (*CHECK_COLUMNS, *CHECK_KEPT),
}  # fmt: skip
_KEYS = {CHECKS: ("位置", "发现")}


@dataclass(frozen=True, slots=True)
class TableLayout:
    """One table: its header row (from 1), where each of the template's columns lies, and which of them are new here."""

    header: int
    below: int  # how many rows lower than in the template
    columns: Mapping[str, int]
    new: tuple[str, ...]


def read_layouts(book: Book) -> dict[str, TableLayout]:
    """The tables of the workbook by sheet.

    A column that it lacks gets the empty one beside its neighbour, else the first right of everything.
    """
    reader = Reader(book.package)
    return {sheet: _layout(book, sheet, columns, reader.read(book.sheets.find(sheet).part)) for sheet, columns in TABLES.items()}


def _layout(book: Book, sheet: str, wanted: tuple[str, ...], contents: Contents) -> TableLayout:
    table = find_table(book.grid(sheet), _KEYS.get(sheet, ("客户编码", "客户名称")), wanted)
    columns = dict(table.columns)
    new = tuple(name for name in wanted if name not in columns)
    filled = {column for row, column in contents.cells if row > table.header}
    for name in new:
        at = wanted.index(name)
        beside = columns[wanted[at - 1]] + 1 if at and wanted[at - 1] in columns else -1
        taken = filled | set(columns.values())
        columns[name] = beside if beside >= 0 and beside not in taken else max(taken) + 1
    header_of_template = HEADER_ROW if sheet == EVALUATION else RESULT_HEADER_ROW
    return TableLayout(table.header + 1, table.header + 1 - header_of_template, columns, new)


class Layout:
    """Template's cell → the workbook's."""

    def __init__(self, tables: Mapping[str, TableLayout]) -> None:
        self._tables = tables

    def place(self, sheet: str, row: int, column: int) -> At:
        table, columns = self._tables.get(sheet), TABLES.get(sheet, ())
        if table is None:
            return row, column
        if column < len(columns):
            return row + table.below, table.columns[columns[column]]
        return row + table.below, column  # right of the template's columns lies nothing of ours

    def refuse_torn(self, formula: str, own_sheet: str) -> None:
        """Raises where a range of a template's formula would here take in other columns of ours than it means, or leave one out.

        The message says where an empty column has to be put in: the spreadsheet program that does it moves everything else along.
        """
        for sheet, first, last in column_spans(formula, own_sheet):
            table, columns = self._tables.get(sheet), TABLES.get(sheet, ())
            if table is None or last >= len(columns):
                continue
            meant = columns[first : last + 1]
            low, high = table.columns[meant[0]], table.columns[meant[-1]]
            inside = {name for name in columns if low <= table.columns[name] <= high}
            if inside != set(meant):
                self._refuse(sheet, table, meant)

    def _refuse(self, sheet: str, table: TableLayout, meant: Sequence[str]) -> NoReturn:
        new = [name for name in meant if name in table.new]
        if not new:
            raise CreditError(f"“{meant[0]}”到“{meant[-1]}”各列的次序与模板不同", where=sheet, allowed=f"依次为:{'、'.join(meant)}")
        columns = TABLES[sheet]
        neighbour = columns[columns.index(new[0]) - 1]
        cell = f"{column_letters(table.columns[neighbour])}{table.header}"
        raise CreditError(f"新列“{'、'.join(new)}”没有位置", where=sheet, allowed=f"先在“{neighbour}”({cell})右侧插入{len(new)}个空列,再升级")
