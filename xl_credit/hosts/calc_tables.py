"""Tables and names of a Calc document as xlwings asks for them; Excel's tables are database ranges there."""

from collections.abc import Iterator

from xlwings import base_classes

from xl_credit.hosts.calc_range import Range


class Table(base_classes.Table):
    """A database range with a header row."""

    api: object = None  # in place of the property that the base class has

    def __init__(self, sheet: object, api: object) -> None:
        self._sheet, self.api = sheet, api

    @property
    def parent(self) -> object:
        return self._sheet

    @property
    def name(self) -> str:
        return self.api.Name

    @name.setter
    def name(self, value: str) -> None:
        self.api.Name = value

    display_name = name

    @property
    def range(self) -> Range:
        return Range.of(self._sheet, self.api.DataArea)

    @property
    def show_headers(self) -> bool:
        return self.api.ContainsHeader

    @property
    def show_totals(self) -> bool:
        return self.api.TotalsRow

    @property
    def show_autofilter(self) -> bool:
        return self.api.AutoFilter

    @show_autofilter.setter
    def show_autofilter(self, value: bool) -> None:
        self.api.AutoFilter = value

    @property
    def header_row_range(self) -> Range | None:
        return self._rows(0, 1) if self.show_headers else None

    @property
    def data_body_range(self) -> Range | None:
        below = int(self.show_headers)
        count = self.range.shape[0] - below - int(self.show_totals)
        return self._rows(below, count) if count > 0 else None

    @property
    def totals_row_range(self) -> Range | None:
        return self._rows(self.range.shape[0] - 1, 1) if self.show_totals else None

    def _rows(self, start: int, count: int) -> Range:
        whole = self.range
        return Range(self._sheet, whole.row + start, whole.column, count, whole.shape[1])

    def holds(self, row: int, column: int) -> bool:
        whole = self.range
        return whole.row <= row < whole.row + whole.shape[0] and whole.column <= column < whole.column + whole.shape[1]

    def resize(self, range: object) -> None:
        """To an xlwings range that begins in the same row."""
        if range.row != self.range.row:
            raise ValueError(f"the table {self.name} begins in row {self.range.row}, not {range.row}")
        self.api.DataArea = range.impl.api.RangeAddress


class Tables(base_classes.Collection, base_classes.Tables):
    """The database ranges of one sheet."""

    api: object = None  # in place of the property that the base class has

    def __init__(self, sheet: object) -> None:
        self._sheet, self.api = sheet, sheet.book.api.DatabaseRanges

    @property
    def parent(self) -> object:
        return self._sheet

    def __iter__(self) -> Iterator[Table]:
        place = self._sheet.api.RangeAddress.Sheet
        found = (self.api.getByName(name) for name in self.api.ElementNames)
        return (Table(self._sheet, one) for one in found if one.DataArea.Sheet == place)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, key: str) -> bool:
        return any(table.name == key for table in self)

    def __call__(self, key: int | str) -> Table:
        tables = list(self)
        if isinstance(key, int):
            return tables[key - 1]
        return next(table for table in tables if table.name.casefold() == key.casefold())

    def add(self, source_type=None, source=None, link_source=None, has_headers=None, destination=None, table_style_name=None, name=None):
        """A table over an xlwings range; Calc has no table styles."""
        name = name or f"Table{self.api.Count + 1}"
        self.api.addNewByName(name, source.impl.api.RangeAddress)
        table = Table(self._sheet, self.api.getByName(name))
        table.api.ContainsHeader = has_headers is not False
        table.show_autofilter = True
        return table


class Name(base_classes.Name):
    """A defined name of the document or, with ``prefix``, of one sheet."""

    api: object = None  # in place of the property that the base class has

    def __init__(self, book: object, api: object, prefix: str = "") -> None:
        self._book, self.api, self._prefix = book, api, prefix

    @property
    def name(self) -> str:
        return self._prefix + self.api.Name

    @property
    def refers_to(self) -> str:
        return self._book.formulas.to_excel(f"={self.api.Content}")

    @refers_to.setter
    def refers_to(self, value: str) -> None:
        self.api.Content = self._book.formulas.to_calc(value).removeprefix("=")

    @property
    def refers_to_range(self) -> Range:
        address = self.api.ReferredCells.RangeAddress
        return Range.of(self._book.sheets(address.Sheet + 1), address)

    def delete(self) -> None:
        self._book.api.NamedRanges.removeByName(self.api.Name)


class Names(base_classes.Names):
    """The names of a document."""

    api: object = None  # in place of the property that the base class has

    def __init__(self, book: object) -> None:
        self._book, self.api = book, book.api.NamedRanges

    def __len__(self) -> int:
        return self.api.Count

    def __call__(self, key: int | str) -> Name:
        names = self.api.ElementNames
        return Name(self._book, self.api.getByName(names[key - 1] if isinstance(key, int) else key))

    def contains(self, key: int | str) -> bool:
        return 1 <= key <= len(self) if isinstance(key, int) else self.api.hasByName(key)

    def add(self, name: str, refers_to: str) -> Name:
        from com.sun.star.table import CellAddress

        self.api.addNewByName(name, self._book.formulas.to_calc(refers_to).removeprefix("="), CellAddress(), 0)
        return self(name)
