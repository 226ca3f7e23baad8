"""One workbook being worked on: read its tables, fill them, save it whole."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from xl_credit.books.blanks import blank_reasons
from xl_credit.books.charts import follow_rows
from xl_credit.books.fill import Fill, Filled, fill_table, stored
from xl_credit.books.graft import attach_sheets
from xl_credit.books.links import link_cells
from xl_credit.books.list_objects import last_body_row, list_object_at, resize
from xl_credit.books.package import Package, read_package, relationships, write_package
from xl_credit.books.reading import read_grids
from xl_credit.books.row_heights import fit_rows, release_empty
from xl_credit.books.sheet_xml import SheetXml, Value
from xl_credit.books.workbook import Sheets, read_sheets, request_recalculation, whole_number
from xl_credit.rules.errors import CreditError
from xl_credit.tables import Grid, Table, find_table


class Book:
    """A workbook with the sheets we take part in. Nothing reaches the file before :meth:`save`."""

    def __init__(self, path: Path, names: Collection[str], template: Path | None = None, *, also: Collection[str] = ()) -> None:
        """``names`` are the sheets to read; those the workbook lacks are attached from ``template`` where one is given.

        Sheets named in ``also`` are read where they are there.
        """
        self.path = path
        self.package: Package = read_package(path, may_be_open=path == template)  # a new workbook begins as the template
        self.sheets: Sheets = read_sheets(self.package)
        present = {name for name in (*names, *also) if self.sheets.find(name)}
        self.grids: dict[str, Grid] = read_grids(self.package, present)
        self.attached: tuple[str, ...] = ()
        self._opened: dict[str, SheetXml] = {}
        if template:
            self.attach(names, template)

    def attach(self, names: Collection[str], template: Path) -> None:
        """Those of the sheets that the workbook lacks, from ``template``."""
        missing = [name for name in names if name not in self.grids]
        if missing:
            source = read_package(template, may_be_open=True)
            self.attached += attach_sheets(self.package, source, missing).added
            self.sheets = read_sheets(self.package)
            self.grids |= read_grids(source, set(missing))

    def grid(self, name: str) -> Grid:
        """The sheet's values; raises 「没有工作表“评估表”…」."""
        if name not in self.grids:
            raise CreditError(f"没有工作表“{name}”", where=self.path.name, allowed=f"含“{name}”的工作簿")
        return self.grids[name]

    def sheet_name(self, name: str) -> str:
        """What the workbook itself calls the sheet: ours, or in another case or with blanks at its ends."""
        found = self.sheets.find(name)
        return found.name if found else name

    def sheet(self, name: str) -> SheetXml:
        """The sheet's part, taken apart for writing; written back by :meth:`save`."""
        if name not in self._opened:
            self._opened[name] = SheetXml(self.package.read(self.sheets.find(name).part), f"{self.path.name}!{name}")
        return self._opened[name]

    def fill(self, name: str, fill: Fill) -> tuple[Table, Filled]:
        """Write a table's rows; its list object, where it has one, is resized to them."""
        table = find_table(self.grid(name), fill.columns, fill.kept)
        part = self.sheets.find(name).part
        item = list_object_at(self.package, part, table)
        filled = fill_table(
            self.sheet(name), table, fill, last_body_row(item, table, fill.keys),
            date1904=self.sheets.date1904, commented=self._commented(part),
        )  # fmt: skip
        if item:
            resize(self.package, item, filled.last_row)
        if fill.wrapped:
            self._fit(name, table, fill, filled)
        return table, filled

    def _commented(self, part: str) -> set[int]:
        """Rows in which people commented on a cell."""
        comments = [link.target for link in relationships(self.package, part) if link.kind == "comments" and not link.external]
        cells = [node.get("ref", "") for target in comments for node in self.package.xml(target).iter("{*}comment")]
        return {number for cell in cells if (number := whole_number(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")))}

    def _fit(self, name: str, table: Table, fill: Fill, filled: Filled) -> None:
        places = [(fill.columns.index(header), table.columns[header]) for header in fill.wrapped]
        written = zip(filled.row_numbers, fill.rows, strict=True)
        fit_rows(self.sheet(name), ((number, [(column, row[place]) for place, column in places]) for number, row in written))
        release_empty(self.sheet(name), filled.last_row)

    def blank_reasons(self, name: str, cells: Sequence[str]) -> dict[str, str]:
        """What is really in cells that read as empty: an error value, a formula never calculated."""
        return blank_reasons(self.package, name, cells)

    def link(self, name: str, column: int, targets: Mapping[int, str]) -> None:
        link_cells(self.sheet(name), column, targets)

    def chart_rows(self, name: str, first_row: int, last_row: int) -> None:
        """Have the sheet's own charts end with the list that starts in ``first_row``."""
        follow_rows(self.package, self.sheets.find(name), first_row, last_row)

    def read_beside(self, name: str, label: str) -> tuple[int, int, str] | None:
        """Row, column (0-based) and text of the cell above the table whose text starts with ``label``."""
        for index, row in enumerate(self.grid(name).rows[:60]):
            for column, value in enumerate(row):
                if isinstance(value, str) and value.startswith(label):
                    return index, column, value
        return None

    def write_beside(self, name: str, label: str, text: str) -> None:
        """Put ``text`` into the cell that starts with ``label``, where people have left it there."""
        found = self.read_beside(name, label)
        if found and found[2] != text:
            self.sheet(name).set(found[0] + 1, found[1], text)

    def write_block(self, name: str, first_row: int, rows: list[list[Value]]) -> list[tuple[int, int, object, object]]:
        """Hold a fixed block of cells to ``rows``; returns (row, column, was, is) of each cell that differed."""
        grid, changes = self.grid(name), []
        for offset, values in enumerate(rows):
            number = first_row + offset
            present = grid.rows[number - 1] if number <= len(grid.rows) else ()
            for column, value in enumerate(values):
                was = present[column] if column < len(present) else None
                if not _same(was, value):
                    changes.append((number, column, was, value))
                    self.sheet(name).set(number, column, stored(value, self.sheets.date1904))
        return changes

    def save(self, target: Path, *, keep_backup: Path | None = None, announce: Callable[[bytes, bool], None] = lambda data, changes: None) -> bool:
        """Check and write the workbook; True where the file at ``target`` changed. Formulas are recalculated on opening.

        ``announce`` is told the bytes, and whether they change the target, before anything is done to it.
        """
        for name, sheet in self._opened.items():
            part = self.sheets.find(name).part
            data = sheet.data()
            if data != self.package.read(part):
                self.package.replace(part, data)
        if self.package.changed:
            request_recalculation(self.package)
        return write_package(self.package, target, keep_backup=keep_backup, announce=announce)


def _same(was: object, value: Value) -> bool:
    if was in (None, "") or value in (None, ""):
        return was in (None, "") and value in (None, "")
    if isinstance(was, float) and not isinstance(value, str):
        return not hasattr(value, "year") and was == float(value)
    return was == value
