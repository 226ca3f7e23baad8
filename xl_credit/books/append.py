"""Rows put behind those that a table has: nothing that stands in it is written again."""

from collections.abc import Collection, Sequence

from xl_credit.books.book import Book
from xl_credit.books.fill import RowWriter
from xl_credit.books.laying import refuse_collision
from xl_credit.books.list_objects import last_body_row, list_object_at, resize
from xl_credit.cells import is_blank
from xl_credit.tables import Table, find_table


class Appending:
    """The end of a table: ``first`` is the sheet's row in which the next one goes; prepared blank rows are used first."""

    def __init__(self, book: Book, name: str, columns: Sequence[str], key: str, more: Collection[str] = ()) -> None:
        """``columns`` are those that will be written, those of ``more`` that the table has among them; ``key`` tells a row from a remark.

        Raises as :func:`find_table` does, and 「表“…”有汇总行」.
        """
        self.book, self.name = book, name
        self.table: Table = find_table(book.grid(name), columns, more)
        self.columns = tuple(name for name in (*columns, *more) if name in self.table.columns)
        self._item = list_object_at(book.package, book.sheets.find(book.sheet_name(name)).part, self.table)
        self._last = last_body_row(self._item, self.table, (key,))
        self.first = self._free()

    def _free(self) -> int:
        """The row below the last in which our columns have anything, or anybody has typed anything."""
        ours, last = set(self.table.columns.values()), self.table.header + 1
        for number, row in self.table.body():
            if number > self._last:
                break
            filled = [column for column, value in enumerate(row) if not is_blank(value)]
            if any(column in ours or self.book.sheet(self.name).formula(number, column) is None for column in filled):
                last = number
        return last + 1

    def write(self, rows: Sequence[Sequence[object]]) -> range:
        """The values under ``columns``; returns the sheet's rows that they have. Raises 「表下方第n行另有内容…」."""
        numbers = range(self.first, self.first + len(rows))
        if not rows:
            return numbers
        refuse_collision(self.table, self._last, numbers[-1])
        writer = RowWriter(self.book.sheet(self.name), self.table, self.columns, self.book.sheets.date1904)
        for number, row in zip(numbers, rows, strict=True):
            writer.write(number, row)
        if self._item and numbers[-1] > self._last:
            resize(self.book.package, self._item, numbers[-1])
        self.first, self._last = numbers[-1] + 1, max(self._last, numbers[-1])
        return numbers
