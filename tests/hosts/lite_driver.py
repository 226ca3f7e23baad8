"""Runs main.py on what cases.json asks and leaves answers.json beside it: in Pyodide, and in a bare Python for comparison.

The folder of main.py is the first entry of sys.path. An open workbook is stood in for by lists of cells.
"""

import json
import sys
import time
import traceback
from datetime import datetime
from pathlib import Path


class Cells:
    """A stretch of a sheet, as xlwings hands it out."""

    def __init__(self, sheet, first, last):
        self.sheet, self.first, self.last = sheet, first, last
        self.row, self.column = first

    @property
    def last_cell(self):
        return Cells(self.sheet, self.last, self.last)

    def options(self, **options):
        assert options == {"ndim": 2}
        return self

    @property
    def value(self):
        rows = range(self.first[0], self.last[0] + 1)
        return [[self.sheet.cells.get((row, column)) for column in range(self.first[1], self.last[1] + 1)] for row in rows]

    @value.setter
    def value(self, rows):
        assert len(rows) == self.last[0] - self.first[0] + 1
        assert {len(row) for row in rows} == {self.last[1] - self.first[1] + 1}
        for number, row in enumerate(rows, self.first[0]):
            for column, value in enumerate(row, self.first[1]):
                self.sheet.cells[number, column] = entered(value)


def entered(value):
    """What Excel makes of it: text that looks like a number becomes one, unless an apostrophe holds it."""
    if not isinstance(value, str):
        assert value is None or isinstance(value, int | float | datetime), value
        return value
    if value.startswith("'"):
        return value[1:]
    assert value[:1] not in "=+-@" or not value, value
    try:
        return float(value)
    except ValueError:
        return value or None


class Table:
    def __init__(self, sheet, reach):
        (top, left), (bottom, right) = reach
        self.range, self.header_row_range = Cells(sheet, (top, left), (bottom, right)), Cells(sheet, (top, left), (top, right))

    def resize(self, cells):
        self.range = cells


class Sheet:
    def __init__(self, book, name, rows, tables):
        self.book, self.name = book, name
        self.cells = {(row, column): value(cell) for row, cells in enumerate(rows, 1) for column, cell in enumerate(cells, 1)}
        self.tables = [Table(self, reach) for reach in tables]

    @property
    def used_range(self):
        used = [place for place, cell in self.cells.items() if cell is not None] or [(1, 1)]
        return Cells(self, (1, 1), (max(row for row, _ in used), max(column for _, column in used)))

    def range(self, first, last):
        return Cells(self, first, last)

    def activate(self):
        self.book.active = self.name


class Book:
    def __init__(self, sheets):
        self.name = self.fullname = "分公司.xlsx"
        self.active, self.alerts, self.app = "", [], self
        self.sheets = [Sheet(self, name, *parts) for name, parts in sheets.items()]

    def alert(self, prompt, title):
        self.alerts.append([prompt, title])


def value(cell):
    return datetime.fromisoformat(cell["date"]) if isinstance(cell, dict) else cell


def plain(cell):
    return {"date": cell.isoformat()} if isinstance(cell, datetime) else cell


def run_script(main, name, sheets):
    book = Book(sheets)
    getattr(main, name)(book)
    cells = {sheet.name: [[plain(cell) for cell in row] for row in sheet.used_range.value] for sheet in book.sheets}
    reaches = {sheet.name: [[table.range.first, table.range.last] for table in sheet.tables] for sheet in book.sheets}
    return {"cells": cells, "tables": reaches, "active": book.active, "alerts": book.alerts}


def run():
    folder = Path(sys.path[0])
    cases = json.loads((folder / "cases.json").read_text("utf-8"))
    seconds = {"pyodide": globals().get("pyodide_seconds", 0)}
    started = time.perf_counter()
    import xlwings

    seconds["xlwings"] = time.perf_counter() - started
    started = time.perf_counter()
    import main

    seconds["main"] = time.perf_counter() - started
    started = time.perf_counter()
    called = [getattr(main, name)(*given) for name, given in cases["calls"]]
    seconds["calls"] = time.perf_counter() - started
    scripts = [run_script(main, name, sheets) for name, sheets in cases["scripts"]]
    answers = {
        "called": called, "scripts": scripts, "seconds": seconds, "python": sys.version.split()[0], "xlwings": xlwings.__version__,
        "registered": getattr(xlwings, "registered", None),
    }  # fmt: skip
    (folder / "answers.json").write_text(json.dumps(answers, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    try:
        run()
    except Exception:
        traceback.print_exc()  # as Pyodide shows it, with the lines that main.py keeps of itself
        sys.exit(1)
