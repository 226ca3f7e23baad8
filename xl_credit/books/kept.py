"""People's entries beside our columns in a copy of the workbook that is about to be replaced."""

from collections.abc import Mapping, Sequence

from xl_credit.books.book import Book
from xl_credit.cells import folded, is_blank
from xl_credit.tables import find_table

Kept = Mapping[tuple[str, ...], Mapping[str, object]]


def read_kept(book: Book | None, sheet: str, keys: Sequence[str], kept: Sequence[str]) -> dict[tuple[str, ...], dict[str, object]]:
    """What people wrote in the ``kept`` columns of a sheet, by the row's keys; empty where there is no such sheet."""
    if book is None or sheet not in book.grids:
        return {}
    table = find_table(book.grid(sheet), keys, kept)
    found = {}
    for _, row in table.body():
        entries = {name: table.value(row, name) for name in kept}
        if any(not is_blank(value) for value in entries.values()):
            found[tuple(folded(table.value(row, name)) for name in keys)] = entries
    return found
