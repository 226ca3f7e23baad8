"""A table in a sheet, found by its header row; a column by its header, never by position."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from xl_credit.cells import folded, is_blank
from xl_credit.rules.errors import CreditError

_HEADER_DEPTH = 60  # a header row lies near the top; below this it is data
_UNIT = re.compile(r"\((万元|元|天|日|个月|月|分|年|%)[^()]*\)$")

Row = Sequence[object]


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet's cell values; ``rows[0]`` is the sheet's first row. ``date1904`` tells how a bare serial counts."""

    name: str
    rows: Sequence[Row]
    date1904: bool = False


@dataclass(frozen=True)
class Table:
    """Where a table's header and columns lie in its grid (0-based)."""

    grid: Grid
    header: int
    columns: dict[str, int]
    units: dict[str, str]

    def body(self) -> Iterator[tuple[int, Row]]:
        """(sheet row number, values) of each row below the header."""
        for index in range(self.header + 1, len(self.grid.rows)):
            yield index + 1, self.grid.rows[index]

    def value(self, row: Row, header: str) -> object:
        """The cell under ``header``; ``None`` where the table has no such column or the row is short."""
        column = self.columns.get(header)
        return row[column] if column is not None and column < len(row) else None

    def cell(self, row_number: int, header: str) -> str:
        """``C17``; for a column that the table lacks, the row's first cell."""
        return f"{column_letters(self.columns.get(header, 0))}{row_number}"


def column_letters(index: int) -> str:
    """0-based column to letters.

    >>> column_letters(0), column_letters(26), column_letters(701)
    ('A', 'AA', 'ZZ')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """Letters to 0-based column.

    >>> column_index("A"), column_index("AA")
    (0, 26)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def header_name(value: object) -> tuple[str, str]:
    """A header without its unit, and the unit: 「申请额度(万元)」 → (申请额度, 万元)."""
    if not isinstance(value, str):
        return "", ""
    name = folded(value)
    unit = _UNIT.search(name)
    return (name[: unit.start()], unit[1]) if unit else (name, "")


def find_table(grid: Grid, required: Collection[str], optional: Collection[str] = ()) -> Table:
    """The table whose header row names most of ``required``.

    Raises 「评估表:缺少列“年交易额”…」 when a required column is missing, 「…有两列…」 when one that is read stands twice.
    """
    wanted = {header_name(name)[0]: name for name in (*required, *optional)}
    needed = {header_name(name)[0] for name in required}
    best, best_row = 0, -1
    for index, row in enumerate(grid.rows[:_HEADER_DEPTH]):
        hits = len(needed & {header_name(value)[0] for value in row if isinstance(value, str)})
        if hits > best:
            best, best_row = hits, index
    if best_row < 0 or best * 2 < len(needed):
        raise CreditError("找不到表头", where=grid.name, allowed="含“" + "、".join(list(required)[:6]) + "”等列的表头行")
    return _columns(grid, best_row, wanted, required)


def _columns(grid: Grid, header: int, wanted: dict[str, str], required: Collection[str]) -> Table:
    columns: dict[str, int] = {}
    units: dict[str, str] = {}
    for index, value in enumerate(grid.rows[header]):
        name, unit = header_name(value)
        if name not in wanted:
            continue
        known = wanted[name]
        if known in columns:
            cells = f"{column_letters(columns[known])}{header + 1}、{column_letters(index)}{header + 1}"
            raise CreditError(f"有两列都叫“{known}”({cells})", where=grid.name, allowed="每个列名只出现一次")
        columns[known], units[known] = index, unit
    missing = [name for name in required if name not in columns]
    if missing:
        raise CreditError("缺少列“" + "”“".join(missing) + "”", where=f"{grid.name}!{header + 1}:{header + 1}", allowed="模板的列名")
    return Table(grid, header, columns, units)


def is_blank_row(row: Row, columns: Collection[int]) -> bool:
    return all(column >= len(row) or is_blank(row[column]) for column in columns)
