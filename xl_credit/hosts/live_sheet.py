"""Values on their way into an open sheet: collected cell by cell, written in as few blocks as they make."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

Block = tuple[int, int, list[list[object]]]


class LiveSheet:
    """The cells to be written to one sheet; rows count from 1, columns from 0, as in :class:`xl_credit.books.sheet_xml.SheetXml`."""

    def __init__(self) -> None:
        self.cells: dict[int, dict[int, object]] = {}

    def set(self, row: int, column: int, value: object, style: str | None = None) -> None:
        self.cells.setdefault(row, {})[column] = value

    def blocks(self) -> Iterator[Block]:
        """(first row, first column, values) of rectangles that hold every cell set, and no other."""
        open_blocks: dict[tuple[int, int], Block] = {}
        for row in sorted(self.cells):
            runs = dict(_runs(self.cells[row]))
            for span, block in list(open_blocks.items()):
                if block[0] + len(block[2]) != row or span not in runs:
                    yield open_blocks.pop(span)
            for span, values in runs.items():
                if span in open_blocks:
                    open_blocks[span][2].append(values)
                else:
                    open_blocks[span] = (row, span[0], [values])
        yield from open_blocks.values()


def _runs(cells: dict[int, object]) -> Iterator[tuple[tuple[int, int], list[object]]]:
    """Stretches of neighbouring columns in one row with their values."""
    columns = sorted(cells)
    start = 0
    for place in range(1, len(columns) + 1):
        if place == len(columns) or columns[place] != columns[place - 1] + 1:
            run = columns[start:place]
            yield (run[0], run[-1]), [cells[column] for column in run]
            start = place


def plain(value: object) -> object:
    """A value as every spreadsheet program takes it: no decimals, days as midnight."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return value
