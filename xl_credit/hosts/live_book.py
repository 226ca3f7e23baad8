"""A workbook open in a spreadsheet program, with the surface of :class:`xl_credit.books.book.Book`: read and written in blocks."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from xl_credit.books.laying import Fill, Filled, Layout, carried_entries, lay_out
from xl_credit.books.list_objects import last_body_row
from xl_credit.hosts.live_sheet import LiveSheet, plain
from xl_credit.rules.errors import CreditError
from xl_credit.tables import Grid, Table, find_table

Progress = Callable[[str], None]


class Host(Protocol):
    """What differs between the programs that can have the workbook open."""

    def text(self, value: str) -> object:
        """The text as it must be handed over so that it stays text, whatever it begins with."""

    def commented_rows(self, sheet: object) -> Collection[int]:
        """Rows in which people commented on a cell."""

    def copy_sheets(self, book: object, template: Path, names: Sequence[str]) -> None:
        """Whole sheets of a template behind the workbook's own."""

    def extend_format(self, sheet: object, row: int, first: int, last: int) -> None:
        """Rows ``first`` to ``last``, new at the end of a table, look like its row ``row``."""

    def show(self, sheet: object) -> None:
        """Bring a sheet of the workbook in front to the front."""

    def command(self, book: object, label: str) -> AbstractContextManager[Progress]:
        """Screen updating off, one undo step where the program can; as it was afterwards, also after an error.

        What it gives shows in the status bar how far the command has come.
        """


class _Sheets:
    """The workbook's sheets by name, another case and blanks at the ends forgiven."""

    def __init__(self, book: object) -> None:
        self._book = book

    def find(self, name: str) -> object | None:
        wanted = name.strip().casefold()
        return next((sheet for sheet in self._book.sheets if sheet.name.strip().casefold() == wanted), None)


class LiveBook:
    """An open workbook's sheets that we take part in; nothing is written before :meth:`save`."""

    def __init__(self, book: object, host: Host, names: Collection[str], template: Path | None = None, *, also: Collection[str] = ()) -> None:
        """``book`` is an xlwings book; ``names``, ``template`` and ``also`` as for a workbook file."""
        self.book, self.host = book, host
        self.path = Path(book.fullname or book.name)
        self.sheets = _Sheets(book)
        self.attached: tuple[str, ...] = ()
        self.grids: dict[str, Grid] = {}
        self._open: dict[str, LiveSheet] = {}
        self._resized: dict[str, tuple[object, int]] = {}
        self._grown: dict[str, tuple[int, int, int]] = {}
        self._read([name for name in (*names, *also) if self.sheets.find(name)])
        if template:
            self.attach(names, template)

    def _read(self, names: Collection[str]) -> None:
        for name in names:
            sheet = self.sheets.find(name)
            last = sheet.used_range.last_cell
            rows = sheet.range((1, 1), (last.row, last.column)).options(ndim=2).value
            self.grids[name] = Grid(name, rows)

    def attach(self, names: Collection[str], template: Path) -> None:
        missing = [name for name in names if name not in self.grids]
        if missing:
            self.host.copy_sheets(self.book, template, missing)
            self.attached += tuple(missing)
            self._read(missing)

    def grid(self, name: str) -> Grid:
        if name not in self.grids:
            raise CreditError(f"没有工作表“{name}”", where=self.path.name, allowed=f"含“{name}”的工作簿")
        return self.grids[name]

    def sheet_name(self, name: str) -> str:
        found = self.sheets.find(name)
        return found.name if found else name

    def sheet(self, name: str) -> LiveSheet:
        return self._open.setdefault(name, LiveSheet())

    def blank_reasons(self, name: str, cells: Sequence[str]) -> dict[str, str]:
        return {}

    def fill(self, name: str, fill: Fill) -> tuple[Table, Filled]:
        """Lay a table's rows out as in a file; the list object that holds it is resized when the book is saved."""
        table = find_table(self.grid(name), fill.columns, fill.kept)
        sheet = self.sheets.find(name)
        item = next((one for one in sheet.tables if one.header_row_range.row == table.header + 1), None)
        last = item.range.last_cell.row if item else last_body_row(None, table, fill.keys)
        layout = lay_out(table, fill, last, self._pinned(sheet, table, last))
        self._write(name, table, fill, layout)
        filled = layout.filled(len(fill.rows))
        for number, header, value in carried_entries(table, fill, filled):
            self.sheet(name).set(number, table.columns[header], value)
        if layout.last > last > table.header + 1:
            self._grown[name] = (last, last + 1, layout.last)
        if item and layout.last != last:
            self._resized[name] = (item, layout.last)
        return table, filled

    def _pinned(self, sheet: object, table: Table, last: int) -> set[int]:
        """Rows with a formula or a comment are people's."""
        first = table.header + 2
        pinned = {*self.host.commented_rows(sheet)}
        width = max((len(row) for row in table.grid.rows), default=1)
        if last >= first:
            formulas = sheet.range((first, 1), (last, width)).options(ndim=2).formula
            for number, (row, present) in enumerate(zip(formulas, _present(table, first, last), strict=True), start=first):
                if any(isinstance(cell, str) and cell.startswith("=") and cell != value for cell, value in zip(row, present, strict=False)):
                    pinned.add(number)
        return pinned

    def _write(self, name: str, table: Table, fill: Fill, layout: Layout) -> None:
        sheet, columns = self.sheet(name), [table.columns[header] for header in fill.columns]
        for number, index in layout.rows.items():
            for column, value in zip(columns, fill.rows[index], strict=True):
                sheet.set(number, column, value)
        kept = {table.columns[key] for key in fill.keys}
        for number in (*layout.cleared, *(layout.gone if fill.empties_gone else ())):
            for column in columns:
                if number in layout.cleared or column not in kept:
                    sheet.set(number, column, None)
        for number in layout.gone:
            sheet.set(number, table.columns[fill.gone[0]], fill.gone[1])

    def link(self, name: str, column: int, targets: Mapping[int, str]) -> None:
        """Links to cells are made in files only."""

    def chart_rows(self, name: str, first_row: int, last_row: int) -> None:
        """Charts of an open workbook keep the rows they draw."""

    def read_beside(self, name: str, label: str) -> tuple[int, int, str] | None:
        for index, row in enumerate(self.grid(name).rows[:60]):
            for column, value in enumerate(row):
                if isinstance(value, str) and value.startswith(label):
                    return index, column, value
        return None

    def write_beside(self, name: str, label: str, text: str) -> None:
        found = self.read_beside(name, label)
        if found and found[2] != text:
            self.sheet(name).set(found[0] + 1, found[1], text)

    def write_block(self, name: str, first_row: int, rows: list[list[object]]) -> list[tuple[int, int, object, object]]:
        """As in a file; values compare as the program gives them back."""
        grid, changes = self.grid(name), []
        for number, values in enumerate(rows, start=first_row):
            present = grid.rows[number - 1] if number <= len(grid.rows) else ()
            for column, value in enumerate(values):
                was = present[column] if column < len(present) else None
                if (plain(was) or None) != (plain(value) or None) and not (was in (None, "") and value in (None, "")):
                    changes.append((number, column, was, value))
                    self.sheet(name).set(number, column, value)
        return changes

    def save(self, progress: Progress = lambda text: None) -> None:
        """Put everything into the open workbook, block by block; the file itself is the user's to save."""
        for name, (item, last) in self._resized.items():
            sheet, reach = self.sheets.find(name), item.range
            item.resize(sheet.range((reach.row, reach.column), (last, reach.last_cell.column)))
        for name, rows in self._grown.items():
            self.host.extend_format(self.sheets.find(name), *rows)
        for number, (name, cells) in enumerate(self._open.items(), start=1):
            progress(f"写入 {name}({number}/{len(self._open)})")
            sheet = self.sheets.find(name)
            for row, column, values in cells.blocks():
                ready = [[self._ready(value) for value in line] for line in values]
                sheet.range((row, column + 1), (row + len(ready) - 1, column + len(ready[0]))).value = ready

    def _ready(self, value: object) -> object:
        return self.host.text(value) if isinstance(value, str) else plain(value)


def _present(table: Table, first: int, last: int) -> list[Sequence[object]]:
    rows = table.grid.rows
    return [rows[number - 1] if number <= len(rows) else () for number in range(first, last + 1)]
