"""Rows into a list that grows, and into a block that does not."""

from collections.abc import Sequence
from dataclasses import replace

from xl_credit.books.book import Book
from xl_credit.books.fill import Fill, Filled
from xl_credit.receivables.columns import WRAPPED
from xl_credit.tables import Table, find_table

_MOST_FITTED = 20_000  # rows beyond these keep the sheet's own height: fitting them takes longer than writing them


def put_block(book: Book, name: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Rows into a block that does not grow, directly under its header."""
    table: Table = find_table(book.grid(name), columns)
    for number, values in enumerate(rows, start=table.header + 2):
        for header, value in zip(columns, values, strict=True):
            book.sheet(name).set(number, table.columns[header], value)


def fill_list(book: Book, name: str, fill: Fill) -> tuple[Table, Filled]:
    """Fill a list; columns whose text is long give their rows the height for it."""
    wrapped = tuple(header for header in fill.columns if header in WRAPPED) if len(fill.rows) < _MOST_FITTED else ()
    return book.fill(name, replace(fill, wrapped=wrapped))
