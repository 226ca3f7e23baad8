"""Write a table's rows into the sheet that has it, keyed, leaving alone whatever people wrote beside our columns.

Where people wrote nothing beside our columns, the rows are laid out as given. Where they did, every row stays in its place:
known keys are refreshed where they stand, new ones follow at the end, and a row whose key is gone is kept, marked as gone.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from xl_credit.books.sheet_xml import RowXml, SheetXml, Value, cell_xml, value_xml
from xl_credit.cells import DAYS_TO_1904, folded, is_blank, serial
from xl_credit.rules.errors import CreditError
from xl_credit.tables import Row, Table, column_letters

Key = tuple[tuple[str, ...], int]



@dataclass(frozen=True, slots=True)
class Fill:
    """What to write: ``keys`` tell rows apart, ``columns`` are ours to write (keys among them), ``rows`` their values.

    ``kept`` are people's columns that we know; what stands in ``carried`` for a key is put there where the cell is blank.
    ``wrapped`` are the columns whose text may need several lines: rows get the height for it.
    ``gone`` is (column, text): how a row is marked that people wrote in and whose key is no longer there;
    with ``empties_gone`` its figures go, so that no sum counts them.
    """

    keys: tuple[str, ...]
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Value]]
    gone: tuple[str, str]
    kept: tuple[str, ...] = ()
    carried: Mapping[tuple[str, ...], Mapping[str, Value]] | None = None
    wrapped: tuple[str, ...] = ()
    empties_gone: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """Where the rows went: sheet row of each given row, the last row in use, and the keys of rows kept though gone."""

    row_numbers: tuple[int, ...]
    last_row: int
    gone: tuple[tuple[str, ...], ...]


def fill_table(
    sheet: SheetXml, table: Table, fill: Fill, last_body_row: int, *, date1904: bool = False, commented: Collection[int] = ()
) -> Filled:
    """Lay ``fill`` into ``sheet``; ``last_body_row`` is the table's last row (people's text below it is not ours).

    Rows in which people wrote keep their place: a value or a formula beside our columns, or a comment (rows ``commented``).

    Raises 「…表下方第n行另有内容…」 where new rows would run into what stands below.
    """
    body = [(number, row) for number, row in table.body() if number <= last_body_row]
    ours = {table.columns[name] for name in fill.columns}
    people = {number for number, row in body if any(not is_blank(v) for i, v in enumerate(row) if i not in ours)}
    people |= {number for number, _ in body if number in commented or sheet.has_formula(number)}
    key_rows = _key_rows(table, body, fill.keys)
    plan, gone = _plan(table, fill, body, people, key_rows)
    last = max([last_body_row, *plan]) if people else max([table.header + 2, *plan])
    _refuse_collision(table, last_body_row, max(plan, default=0))
    writer = _Writer(sheet, table, fill, date1904)
    numbers = {index: number for number, index in plan.items()}
    for number, index in plan.items():
        writer.write(number, fill.rows[index])
    used = set(plan)
    for number, _ in body:
        if number in used:
            continue
        if number in people and number in gone:
            if fill.empties_gone:
                writer.clear(number, keeping=fill.keys)
            writer.mark(number, fill.gone)
        elif number not in people:
            writer.clear(number)
    _carry(sheet, table, fill, numbers, date1904)
    gone_keys = tuple(gone[number] for number in sorted(gone))
    return Filled(tuple(numbers[index] for index in range(len(fill.rows))), last, gone_keys)


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


def _refuse_collision(table: Table, last_body_row: int, last_planned: int) -> None:
    for number, row in table.body():
        if last_body_row < number <= last_planned and any(not is_blank(value) for value in row):
            raise CreditError(
                f"表下方第{number}行另有内容,新增的行放不下", where=table.grid.name, allowed="表下方留空,其他内容移到表右侧或别的工作表"
            )


class _Writer:
    """Writes rows of one table: styles looked up once a column, our cells rebuilt, all others left as they are."""

    def __init__(self, sheet: SheetXml, table: Table, fill: Fill, date1904: bool) -> None:
        self.sheet, self.table, self.date1904 = sheet, table, date1904
        self.columns = [table.columns[name] for name in fill.columns]
        first = table.header + 2  # the row whose look new rows take
        model = sheet.rows.get(first) or RowXml("", {})
        self.model_attributes = _height_only(model.attributes)
        self.model_styles = {column: sheet.style(first, column) for column in model.cells}
        self.letters = [column_letters(column) for column in self.columns]
        self.styles = [self.model_styles.get(column, "") for column in self.columns]
        self.new_row, self.reach = self._new_row()

    def _new_row(self) -> tuple[str, tuple[int, int]]:
        """A row of new cells to be formatted with its number and our values' XML, people's cells empty; and its columns."""
        places = {column: f"{{{place}}}" for place, column in enumerate(self.columns, 1)}
        columns = sorted(self.model_styles.keys() | places)
        cells = [f'<c r="{column_letters(column)}{{0}}"{self.model_styles.get(column, "")}{places.get(column, "/>")}' for column in columns]
        return "".join(cells), (columns[0], columns[-1])

    def write(self, number: int, values: Sequence[Value]) -> None:
        record = self.sheet.rows.get(number)
        if self.date1904:
            values = [stored(value, True) for value in values]
        if record is None or not record.cells:
            attributes = record.attributes if record else self.model_attributes
            text = self.new_row.format(number, *map(value_xml, values))
            self.sheet.rows[number] = RowXml(attributes, text, self.reach)
            return
        cells = record.cells
        for column, letters, style, value in zip(self.columns, self.letters, self.styles, values, strict=True):
            own = self.sheet.style(number, column) if column in cells else ""
            cells[column] = cell_xml(f"{letters}{number}", own or style, value)

    def clear(self, number: int, keeping: Collection[str] = ()) -> None:
        if number in self.sheet.rows:
            kept = {self.table.columns[name] for name in keeping}
            for column, letters in zip(self.columns, self.letters, strict=True):
                if column in self.sheet.rows[number].cells and column not in kept:
                    style = self.sheet.style(number, column)
                    self.sheet.rows[number].cells[column] = f'<c r="{letters}{number}"{style}/>'

    def mark(self, number: int, gone: tuple[str, str]) -> None:
        self.sheet.set(number, self.table.columns[gone[0]], gone[1])


def stored(value: Value, date1904: bool) -> Value:
    """The value as the workbook keeps it: a date as a number of days in the workbook's own date system."""
    if not date1904 or not isinstance(value, date):
        return value
    return serial(value.date() if isinstance(value, datetime) else value) - DAYS_TO_1904


def _height_only(attributes: str) -> str:
    """Of the model row's attributes only those that are its look: height and default style."""
    keep = ("ht=", "customHeight=", "s=", "customFormat=")
    return "".join(f" {part}" for part in attributes.split() if part.startswith(keep))


def _carry(sheet: SheetXml, table: Table, fill: Fill, numbers: Mapping[int, int], date1904: bool) -> None:
    """People's entries from another copy of the workbook, put where this one has none."""
    if not fill.carried:
        return
    places = [fill.columns.index(name) for name in fill.keys]
    present = {number: row for number, row in table.body()}
    for index, values in enumerate(fill.rows):
        entries = fill.carried.get(_key([values[place] for place in places]))
        for name, value in (entries or {}).items():
            if name not in table.columns or is_blank(value):
                continue
            row = present.get(numbers[index], ())
            if is_blank(table.value(row, name)):
                sheet.set(numbers[index], table.columns[name], stored(value, date1904))
