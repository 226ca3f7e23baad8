"""Where an export's header lies (one to three rows, merged or not), and what each column is called."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from xl_credit.cells import folded, is_blank
from xl_credit.intake.sources import SourceSheet
from xl_credit.intake.values import cell_text
from xl_credit.intake.words import Target, header_key, rules
from xl_credit.rules.errors import CreditError
from xl_credit.tables import Row, column_letters, header_name

_DEPTH, _TALLEST = 60, 3
_LEAST = 2  # names known, of a row that can be a header
_UNIT_LINE = re.compile(r"(?:金额)?单位[:]?(?:人民币)?(元|万元|千元|百元|百万元|亿元)(?!\w)")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the export: ``label`` is unique in its sheet, ``keys`` are the names by which it may be known, the fullest first."""

    index: int
    label: str
    keys: tuple[str, ...]
    unit: str
    group: str

    @property
    def letters(self) -> str:
        return column_letters(self.index)


@dataclass(frozen=True)
class Layout:
    """A sheet with its header found: rows ``top`` to ``bottom``, counted from 0; ``unit`` is what a line above says of amounts."""

    sheet: SourceSheet
    top: int
    bottom: int
    columns: tuple[Column, ...]
    unit: str

    @cached_property
    def by_label(self) -> dict[str, Column]:
        return {column.label: column for column in self.columns}

    @cached_property
    def labels(self) -> tuple[str, ...]:
        return tuple(column.label for column in self.columns)

    def fingerprint(self, target: Target) -> str:
        """The same for the same header names, in whatever order: by it a confirmed mapping is found again."""
        names = "\n".join((target.kind, *sorted(self.labels)))
        return hashlib.sha256(names.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def is_header_again(self, row: Row) -> bool:
        """Whether a row repeats a row of the header, as the top of every printed page does."""
        return any(_repeats(row, self.sheet.rows[number]) for number in range(self.top, self.bottom + 1))

    def body(self) -> Iterable[tuple[int, Row]]:
        """(row counted from 0, cells) below the header."""
        rows = self.sheet.rows
        return ((number, rows[number]) for number in range(self.bottom + 1, len(rows)))

    def cell(self, row: int, column: int = 0) -> str:
        """``Sheet1!F12``; of a text file ``F12``."""
        place = f"{column_letters(column)}{row + 1}"
        return f"{self.sheet.name}!{place}" if self.sheet.name else place


def _repeats(row: Row, header: Row) -> bool:
    same = 0
    for value, name in zip(row, header, strict=False):
        if is_blank(value):
            continue
        if not isinstance(value, str) or is_blank(name) or folded(value) != folded(name):
            return False
        same += 1
    return same >= _LEAST and all(map(is_blank, row[len(header) :]))


def find_layouts(sheets: Sequence[SourceSheet], target: Target, file: str) -> list[Layout]:
    """Every sheet that has a header; sheets with one and the same header are one list continued.

    Raises 「…找不到表头…」, 「…有几张表头不同的工作表…」.
    """
    layouts = [found for sheet in sheets if (found := find_layout(sheet, target))]
    if not layouts:
        raise CreditError("找不到表头", where=file, allowed=f"含“{'、'.join(target.required)}”等列(或其常用叫法)的表头行")
    if len({layout.fingerprint(target) for layout in layouts}) > 1:
        names = "、".join(layout.sheet.name for layout in layouts)
        raise CreditError(f"有几张表头不同的工作表:{names}", where=file, allowed="用 --sheet 指明其中一张")
    return layouts


def find_layout(sheet: SourceSheet, target: Target) -> Layout | None:
    """The rows among the first that together name most of the target's columns; the fewest and the first of them."""
    depth = min(_DEPTH, len(sheet.rows))
    spread = _merged_values(sheet, depth)
    best: tuple[int, int, int] | None = None
    found: Layout | None = None
    for bottom in range(depth):
        if sum(isinstance(value, str) and not is_blank(value) for value in spread[bottom]) == 0:
            continue
        for height in range(1, min(_TALLEST, bottom + 1) + 1):
            columns = _columns(spread[bottom - height + 1 : bottom + 1], sheet.rows[bottom - height + 1])
            known, needed = _known(columns, target)
            rank = (known + needed, -height, -bottom)
            if known >= _LEAST and needed and (best is None or rank > best):
                best, found = rank, Layout(sheet, bottom - height + 1, bottom, columns, _unit_above(sheet, bottom - height + 1))
    return found


def _merged_values(sheet: SourceSheet, depth: int) -> list[list[object]]:
    """The first rows with each merged cell's value in all that it covers sideways (downwards its name would only be doubled)."""
    rows = [list(row) for row in sheet.rows[:depth]]
    for (top, left), (_, right) in sheet.merges:
        if top < depth and left < right:
            row = rows[top]
            value = row[left] if left < len(row) else None
            for column in range(left + 1, min(right + 1, len(row))):
                if is_blank(row[column]):
                    row[column] = value
    return rows


def _columns(rows: Sequence[Sequence[object]], first: Row) -> tuple[Column, ...]:
    """The columns that these header rows name: a group's name goes on to the right over names below it."""
    levels = [[_name(value) for value in row] for row in rows]
    width = max(map(len, levels))
    levels = [[*level, *[""] * (width - len(level))] for level in levels]
    for upper, lower in zip(levels, levels[1:], strict=False):
        for column in range(1, width):
            if not upper[column] and lower[column] and upper[column - 1] and lower[column - 1]:
                upper[column] = upper[column - 1]
    found, times = [], {}
    for column in range(width):
        parts = list(dict.fromkeys(level[column] for level in levels if level[column]))
        if not parts:
            continue
        bare, unit = header_name(parts[-1])
        label = "·".join([*parts[:-1], bare or parts[-1]])
        times[label] = times.get(label, 0) + 1
        names = [header_key("".join([*parts[:-1], bare])), header_key(bare)]
        shown = label if times[label] == 1 else f"{label}#{times[label]}"
        found.append(Column(column, shown, tuple(dict.fromkeys(names)), unit, "·".join(parts[:-1])))
    return tuple(found)


def _name(value: object) -> str:
    return folded(cell_text(value)) if isinstance(value, str) else ""


def _known(columns: Sequence[Column], target: Target) -> tuple[int, int]:
    """How many of the target's columns have a name here; how many of those that cannot be left out."""
    keys = {key for column in columns for key in column.keys}
    known = {name for name, ranks in target.names.items() if any(key in keys for rank in ranks for key in rank)}
    known |= {target.day} if target.day and {"月", "日"} <= keys else set()
    beside = sum(any(key in keys for rank in ranks for key in rank) for ranks in rules().beside.values())
    return len(known) + beside, len(known & set(target.required))


def _unit_above(sheet: SourceSheet, top: int) -> str:
    """「单位:万元」 in a line above the header; empty where nothing is said."""
    for row in sheet.rows[max(0, top - 10) : top]:
        for value in row:
            if isinstance(value, str) and (found := _UNIT_LINE.search(folded(value))):
                return found[1]
    return ""
