"""Where a table's rows go, keyed, so that whatever people wrote beside our columns keeps its row.

Where people wrote nothing beside our columns, the rows are laid out as given. Where they did, every row stays in its place:
known keys are refreshed where they stand, new ones follow at the end, and a row whose key is gone is kept, marked as gone.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from xl_credit.cells import folded, is_blank
from xl_credit.rules.errors import CreditError
from xl_credit.tables import Row, Table

Key = tuple[tuple[str, ...], int]



@dataclass(frozen=True, slots=True)
class Fill:
    """What to write: ``keys`` tell rows apart, ``columns`` are ours to write (keys among them), ``rows`` their values.

    ``kept`` are people's columns that we know; what stands in ``carried`` for a key is put there where the cell is blank.
    ``wrapped`` are the columns whose text may need several lines: rows get the height for it.
    ``gone`` is (column, text): how a row is marked that people wrote in and whose key is no longer there;
    with ``empties_gone`` its figures go, so that no sum counts them. ``pinned`` are sheet rows known to be people's although
    they wrote only in our columns. With ``keeps_length`` the table never gets shorter: its empty rows are for people.
    """

    keys: tuple[str, ...]
    columns: tuple[str, ...]
    rows: Sequence[Sequence[object]]
    gone: tuple[str, str]
    kept: tuple[str, ...] = ()
    carried: Mapping[tuple[str, ...], Mapping[str, object]] | None = None
    wrapped: tuple[str, ...] = ()
    empties_gone: bool = False
    pinned: Collection[int] = ()
    keeps_length: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """Where the rows went: sheet row of each given row, the last row in use, and the keys of rows kept though gone."""

    row_numbers: tuple[int, ...]
    last_row: int
    gone: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """``rows``: sheet row → index of the given row. ``gone``: sheet row → key of a kept row. ``cleared``: rows to be emptied."""

    rows: Mapping[int, int]
    gone: Mapping[int, tuple[str, ...]]
    cleared: tuple[int, ...]
    last: int

    def filled(self, count: int) -> Filled:
        """Where each of ``count`` given rows went."""
        numbers = {index: number for number, index in self.rows.items()}
        return Filled(tuple(numbers[index] for index in range(count)), self.last, tuple(self.gone[number] for number in sorted(self.gone)))


def lay_out(table: Table, fill: Fill, last_body_row: int, pinned: Collection[int]) -> Layout:
    """The rows of ``fill`` in a table that ends with ``last_body_row`` (people's text below it is not ours).

    Rows in which people wrote keep their place: a value beside our columns, or what makes ``pinned`` rows theirs.

    Raises 「…表下方第n行另有内容…」 where new rows would run into what stands below.
    """
    body = [(number, row) for number, row in table.body() if number <= last_body_row]
    ours = {table.columns[name] for name in fill.columns}
    people = {number for number, row in body if any(not is_blank(v) for i, v in enumerate(row) if i not in ours)}
    people |= {number for number, _ in body if number in pinned or number in fill.pinned}
    plan, gone = _plan(table, fill, body, people, _key_rows(table, body, fill.keys))
    last = max([last_body_row, *plan]) if people or fill.keeps_length else max([table.header + 2, *plan])
    refuse_collision(table, last_body_row, max(plan, default=0))
    cleared = tuple(number for number, _ in body if number not in plan and number not in people)
    return Layout(plan, gone, cleared, last)


def carried_entries(table: Table, fill: Fill, filled: Filled) -> Iterable[tuple[int, str, object]]:
    """(sheet row, column, value) of people's entries from another copy of the workbook, where this one has none."""
    if not fill.carried:
        return
    places = [fill.columns.index(name) for name in fill.keys]
    present = {number: row for number, row in table.body()}
    for number, values in zip(filled.row_numbers, fill.rows, strict=True):
        entries = fill.carried.get(_key([values[place] for place in places]))
        for name, value in (entries or {}).items():
            if name in table.columns and not is_blank(value) and is_blank(table.value(present.get(number, ()), name)):
                yield number, name, value


def _key(values: Sequence[object]) -> tuple[str, ...]:
    return tuple(map(folded, values))


def _key_rows(table: Table, body: Sequence[tuple[int, Row]], keys: Sequence[str]) -> dict[Key, int]:
    """Row of each key; the second row of a key that stands twice is its second occurrence."""
    found = _numbered(_key([table.value(row, name) for name in keys]) for _, row in body)
    return {key: number for key, (number, _) in zip(found, body, strict=True) if any(key[0])}


def _numbered(keys: Iterable[tuple[str, ...]]) -> list[Key]:
    """Each key with how many of its like came before."""
    seen: Counter[tuple[str, ...]] = Counter()
    numbered = []
    for key in keys:
        numbered.append((key, seen[key]))
        seen[key] += 1
    return numbered


def _plan(
    table: Table, fill: Fill, body: Sequence[tuple[int, Row]], people: set[int], key_rows: Mapping[Key, int]
) -> tuple[dict[int, int], dict[int, tuple[str, ...]]]:
    """(sheet row → index of the given row, sheet row → key that is gone but has people's entries)."""
    first = table.header + 2
    if not people:
        return {first + index: index for index in range(len(fill.rows))}, {}
    places = [fill.columns.index(name) for name in fill.keys]
    given = _numbered(_key([row[place] for place in places]) for row in fill.rows)
    plan = {key_rows[key]: index for index, key in enumerate(given) if key in key_rows}
    known = set(given)
    gone = {number: key[0] for key, number in key_rows.items() if key not in known and number in people}
    following = max([*people, *plan], default=first - 1) + 1
    for index, key in enumerate(given):
        if key not in key_rows:
            plan[following] = index
            following += 1
    return plan, gone


def refuse_collision(table: Table, last_body_row: int, last_planned: int) -> None:
    """Raises where rows down to ``last_planned`` would run into what stands below the table."""
    for number, row in table.body():
        if last_body_row < number <= last_planned and any(not is_blank(value) for value in row):
            raise CreditError(
                f"表下方第{number}行另有内容,新增的行放不下", where=table.grid.name, allowed="表下方留空,其他内容移到表右侧或别的工作表"
            )
