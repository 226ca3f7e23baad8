"""xlwings over UNO, kept to what the commands use: the documents that a LibreOffice has open, their sheets and ranges."""

import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import xlwings
from xlwings import base_classes

from xl_credit.hosts.calc_formulas import FormulaTranslator
from xl_credit.hosts.calc_range import Range, cell_place
from xl_credit.hosts.calc_tables import Names, Tables

_SPREADSHEET = "com.sun.star.sheet.SpreadsheetDocument"


def calc_app(context: object) -> xlwings.App:
    """The running LibreOffice of a UNO component context, its own or a remote one."""
    return xlwings.App(impl=App(Engine(context)))


def open_book(context: object, document: object) -> xlwings.Book:
    """A spreadsheet document as an xlwings book."""
    return xlwings.Book(impl=Book(App(Engine(context)), document))


class Engine:
    """What xlwings' converters ask of an engine."""

    name, type = "calc", "desktop"

    def __init__(self, context: object) -> None:
        self.context = context

    @property
    def apps(self) -> list["App"]:
        return [App(self)]

    @staticmethod
    def prepare_xl_data_element(value: object, options: object) -> object:
        return value

    @staticmethod
    def clean_value_data(rows, datetime_builder, empty_as, number_builder, err_to_str):
        """What was read, days and numbers made into what the caller asked for."""
        return [[_cleaned(value, datetime_builder, empty_as, number_builder) for value in row] for row in rows]


def _cleaned(value: object, datetime_builder, empty_as, number_builder) -> object:
    if value is None:
        return empty_as
    if type(value) is float:
        return number_builder(value) if number_builder else value
    if isinstance(value, str | bool):
        return value
    return datetime_builder(
        year=value.year, month=value.month, day=value.day, hour=value.hour, minute=value.minute, second=value.second,
        microsecond=value.microsecond, tzinfo=None,
    )  # fmt: skip


class App(base_classes.App):
    """The program; the screen and the status bar are those of the document in front."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._is_updating, self._status, self._indicator = True, False, None

    @cached_property
    def api(self) -> object:
        return self.engine.context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", self.engine.context)

    @property
    def pid(self) -> int:
        return os.getpid()

    @property
    def books(self) -> "Books":
        return Books(self)

    @property
    def selection(self) -> Range | None:
        book = self.books.active
        with suppress(AttributeError):  # a shape, or several areas
            address = book.api.CurrentSelection.RangeAddress
            return Range.of(book.sheets(address.Sheet + 1), address)
        return None

    @property
    def screen_updating(self) -> bool:
        return self._is_updating

    @screen_updating.setter
    def screen_updating(self, wanted: bool) -> None:
        if wanted == self._is_updating:
            return
        for book in self.books:
            if wanted:
                book.api.removeActionLock()
                book.api.unlockControllers()
            else:
                book.api.lockControllers()
                book.api.addActionLock()
        self._is_updating = wanted

    @property
    def status_bar(self) -> str | bool:
        return self._status

    @status_bar.setter
    def status_bar(self, text: str | bool) -> None:
        if text and self._indicator is not None:
            self._indicator.setText(str(text))
        elif text and (controller := self.api.CurrentComponent.CurrentController) is not None:
            self._indicator = controller.StatusIndicator
            self._indicator.start(str(text), 0)
        elif not text and self._indicator is not None:
            self._indicator.end()
            self._indicator = None
        self._status = text

    def calculate(self) -> None:
        for book in self.books:
            book.api.calculateAll()


class Books(base_classes.Books):
    """The spreadsheet documents that are open."""

    def __init__(self, app: App) -> None:
        self.app = app

    def __iter__(self) -> Iterator["Book"]:
        documents = self.app.api.Components.createEnumeration()
        while documents.hasMoreElements():
            document = documents.nextElement()
            if hasattr(document, "supportsService") and document.supportsService(_SPREADSHEET):
                yield Book(self.app, document)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __call__(self, key: int | str) -> "Book":
        books = list(self)
        return books[key - 1] if isinstance(key, int) else next(book for book in books if book.name == key)

    @property
    def active(self) -> "Book":
        return Book(self.app, self.app.api.CurrentComponent)


class Book(base_classes.Book):
    """A document; ``api`` is Calc's own."""

    api: object = None  # in place of the property that the base class has

    def __init__(self, app: App, document: object) -> None:
        self._app, self.api = app, document
        self.brought_in: set[str] = set()  # sheets that a command has just added: undo does not take them away, nor what is in them

    @property
    def app(self) -> App:
        return self._app

    @cached_property
    def formulas(self) -> FormulaTranslator:
        return FormulaTranslator(self.api)

    @property
    def fullname(self) -> str:
        """The file's path; the window's title for a workbook never saved."""
        parts = urlsplit(self.api.URL)
        if parts.scheme != "file":
            return self.api.URL or self.api.Title
        return f"//{parts.netloc}{unquote(parts.path)}" if parts.netloc else url2pathname(parts.path)

    @property
    def name(self) -> str:
        return Path(self.fullname).name

    @property
    def sheets(self) -> "Sheets":
        return Sheets(self)

    @property
    def names(self) -> Names:
        return Names(self)

    def activate(self) -> None:
        self.api.CurrentController.Frame.activate()

    def close(self) -> None:
        self.api.close(True)


class Sheets(base_classes.Sheets):
    """A document's sheets in their order."""

    api: object = None  # in place of the property that the base class has

    def __init__(self, book: Book) -> None:
        self._book, self.api = book, book.api.Sheets

    def __iter__(self) -> Iterator["Sheet"]:
        return (Sheet(self._book, self.api.getByIndex(number)) for number in range(self.api.Count))

    def __len__(self) -> int:
        return self.api.Count

    def __call__(self, key: int | str) -> "Sheet":
        if isinstance(key, str) and not self.api.hasByName(key):
            raise KeyError(key)
        return Sheet(self._book, self.api.getByName(key) if isinstance(key, str) else self.api.getByIndex(key - 1))

    @property
    def active(self) -> "Sheet":
        return Sheet(self._book, self._book.api.CurrentController.ActiveSheet)

    def add(self, before: "Sheet | None" = None, after: "Sheet | None" = None, name: str | None = None) -> "Sheet":
        place = before.index - 1 if before else after.index if after else 0
        taken = set(self.api.ElementNames)
        name = name or next(f"Sheet{number}" for number in range(1, len(taken) + 2) if f"Sheet{number}" not in taken)
        self.api.insertNewByName(name, place)
        return self(name)


class Sheet(base_classes.Sheet):
    """One sheet; ``api`` is Calc's own."""

    api: object = None  # in place of the property that the base class has

    def __init__(self, book: Book, api: object) -> None:
        self._book, self.api = book, api

    @property
    def book(self) -> Book:
        return self._book

    @property
    def name(self) -> str:
        return self.api.Name

    @name.setter
    def name(self, value: str) -> None:
        self.api.Name = value

    @property
    def index(self) -> int:
        return self.api.RangeAddress.Sheet + 1

    @property
    def visible(self) -> bool:
        return self.api.IsVisible

    @visible.setter
    def visible(self, value: bool) -> None:
        self.api.IsVisible = value

    @property
    def tables(self) -> Tables:
        return Tables(self)

    @property
    def used_range(self) -> Range:
        """From A1 to the last cell that says something; formats alone do not count."""
        cursor = self.api.createCursor()
        cursor.gotoEndOfUsedArea(False)
        last = cursor.RangeAddress
        return Range(self, 1, 1, last.EndRow + 1, last.EndColumn + 1)

    @property
    def cells(self) -> Range:
        return Range.of(self, self.api.RangeAddress)

    def range(self, first: object, second: object = None) -> Range:
        """By (row, column), address or name; two of them span a rectangle."""
        one = self._corner(first)
        two = self._corner(second) if second is not None else one
        top, left = min(one.row, two.row), min(one.column, two.column)
        bottom = max(each.row + each.shape[0] for each in (one, two))
        right = max(each.column + each.shape[1] for each in (one, two))
        return Range(self, top, left, bottom - top, right - left)

    def _corner(self, given: object) -> Range:
        if isinstance(given, Range):
            return given
        if isinstance(given, tuple):
            return Range(self, *given)
        first, _, last = given.partition(":")
        if (start := cell_place(first)) and (end := cell_place(last or first)):
            return self.range(start, end)
        return self._book.names(given).refers_to_range

    def activate(self) -> None:
        self._book.api.CurrentController.setActiveSheet(self.api)

    select = activate

    def delete(self) -> None:
        self._book.api.Sheets.removeByName(self.name)
