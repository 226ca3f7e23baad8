"""Blocks of cells of a Calc sheet read and written in single calls over UNO, days and truth values told apart by their format."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from numbers import Real

DATE, TIME, LOGICAL = 2, 4, 1024  # com.sun.star.util.NumberFormat
_FORMULA, _VALUES = 16, 1 | 2 | 4 | 16  # CellFlags: what is computed; what a cell says, without the comment on it
_GENERAL, _DATE_FORMAT, _LOGICAL_FORMAT = "General", "yyyy-mm-dd", "BOOLEAN"

Rows = Sequence[Sequence[object]]


def format_key(document: object, code: str) -> int:
    """The document's number for a format written as in Excel."""
    from com.sun.star.lang import Locale

    formats, english = document.NumberFormats, Locale("en", "US", "")
    key = formats.queryKey(code, english, False)
    return key if key >= 0 else formats.addNew(code, english)


def epoch(document: object) -> datetime:
    """The day from which the document counts: 1899-12-30, or 1904-01-01."""
    start = document.NullDate
    return datetime(start.Year, start.Month, start.Day)


def read_block(document: object, block: object) -> list[list[object]]:
    """Numbers, texts, days, truth values; ``None`` for what is empty or an error."""
    rows = [[None if value == "" else value for value in row] for row in block.getDataArray()]
    start, place = epoch(document), block.RangeAddress
    for kind, address in _special_areas(document, block):
        for row in rows[address.StartRow - place.StartRow : address.EndRow - place.StartRow + 1]:
            for column in range(address.StartColumn - place.StartColumn, address.EndColumn - place.StartColumn + 1):
                if type(row[column]) is float:
                    row[column] = row[column] != 0 if kind & LOGICAL else _moment(start, row[column])
    return rows


def _moment(start: datetime, serial: float) -> datetime | float:
    try:
        return start + timedelta(milliseconds=round(serial * 86_400_000))
    except OverflowError:  # a number that is no day, however it is formatted
        return serial


def _special_areas(document: object, block: object) -> Iterator[tuple[int, object]]:
    """Areas of the block whose format makes a number a day or a truth value."""
    known: dict[int, int] = {}
    formats = document.NumberFormats
    areas = block.getUniqueCellFormatRanges()
    for number in range(areas.Count):
        same = areas.getByIndex(number)
        key = same.NumberFormat
        if key not in known:
            known[key] = formats.getByKey(key).Type
        if known[key] & (DATE | LOGICAL):
            yield from ((known[key], address) for address in same.RangeAddresses)


def write_block(document: object, sheet: object, block: object, rows: Rows, *, undoable: bool = True) -> None:
    """Values into a block of their size: text stays text whatever it begins with, ``None`` empties, comments and formats stay.

    To be undone, cells that change are written one by one: of a block written at once Calc keeps no undo step.
    """
    start = epoch(document)
    ready = [tuple(_stored(value, start) for value in row) for row in rows]
    if undoable:
        _write_changes(block, ready)
    else:
        for top, left, part in _around_comments(sheet, block.RangeAddress, ready):
            _write_part(sheet.getCellRangeByPosition(left, top, left + len(part[0]) - 1, top + len(part) - 1), part)
    _show_kinds(document, sheet, block.RangeAddress, rows)


def _write_changes(block: object, rows: list[tuple]) -> None:
    computed = _formula_cells(block)
    for row, (present, line) in enumerate(zip(block.getDataArray(), rows, strict=True)):
        for column, (was, new) in enumerate(zip(present, line, strict=True)):
            if new != was or (row, column) in computed:
                _write_cell(block.getCellByPosition(column, row), new)


def _formula_cells(block: object) -> set[tuple[int, int]]:
    """Row and column, within the block, of what is computed; writing a value there ends that, even the same value."""
    place = block.RangeAddress
    return {
        (row - place.StartRow, column - place.StartColumn) for area in block.queryContentCells(_FORMULA).RangeAddresses
        for row in range(area.StartRow, area.EndRow + 1) for column in range(area.StartColumn, area.EndColumn + 1)
    }  # fmt: skip


def _write_part(area: object, part: list[tuple]) -> None:
    if len(part) == len(part[0]) == 1:
        _write_cell(area.getCellByPosition(0, 0), part[0][0])
    else:
        area.setDataArray(tuple(part))


def _stored(value: object, start: datetime) -> object:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        return (moment.replace(tzinfo=None) - start) / timedelta(days=1)
    if isinstance(value, bool | Real | Decimal):
        number = float(value)
        return number if number == number else ""
    return str(value)


def _write_cell(cell: object, value: object) -> None:
    """One cell, whose comment stays."""
    if value == "":
        cell.clearContents(_VALUES)
    elif isinstance(value, str):
        cell.setString(value)
    else:
        cell.setValue(value)


def _around_comments(sheet: object, place: object, rows: list[tuple]) -> Iterator[tuple[int, int, list[tuple]]]:
    """(top, left, values) of parts in which no cell with a comment lies with others: writing a block removes its comments."""
    left, first = place.StartColumn, place.StartRow
    noted = _comments_in(sheet, place)
    begin = 0
    for row in sorted(noted):
        if begin < row:
            yield first + begin, left, rows[begin:row]
        stops, reach = sorted(noted[row]), 0
        for stop in [*stops, len(rows[row])]:
            if reach < stop:
                yield first + row, left + reach, [rows[row][reach:stop]]
            if stop < len(rows[row]):
                yield first + row, left + stop, [rows[row][stop : stop + 1]]
            reach = stop + 1
        begin = row + 1
    if begin < len(rows):
        yield first + begin, left, rows[begin:]


def _comments_in(sheet: object, place: object) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for column, row in comment_places(sheet):
        if place.StartRow <= row <= place.EndRow and place.StartColumn <= column <= place.EndColumn:
            found.setdefault(row - place.StartRow, set()).add(column - place.StartColumn)
    return found


def comment_places(sheet: object) -> list[tuple[int, int]]:
    """Column and row, from 0, of every cell that people commented on."""
    comments = sheet.Annotations
    places = [comments.getByIndex(number).Position for number in range(comments.Count)]
    return [(place.Column, place.Row) for place in places]


def _show_kinds(document: object, sheet: object, place: object, rows: Rows) -> None:
    """A day in cells without any format is shown as one, a truth value likewise; formats that are there stay."""
    for column in range(len(rows[0])):
        for code, begin, end in _runs([row[column] for row in rows]):
            area = sheet.getCellRangeByPosition(
                place.StartColumn + column, place.StartRow + begin, place.StartColumn + column, place.StartRow + end - 1
            )
            areas = area.getUniqueCellFormatRanges()
            for same in (areas.getByIndex(number) for number in range(areas.Count)):
                if document.NumberFormats.getByKey(same.NumberFormat).FormatString == _GENERAL:
                    same.NumberFormat = format_key(document, code)


def _runs(values: Sequence[object]) -> Iterator[tuple[str, int, int]]:
    """Stretches of days and of truth values: (format, first, behind the last)."""
    codes = [_DATE_FORMAT if isinstance(value, date) else _LOGICAL_FORMAT if isinstance(value, bool) else "" for value in values]
    begin = 0
    for end in range(1, len(codes) + 1):
        if end == len(codes) or codes[end] != codes[begin]:
            if codes[begin]:
                yield codes[begin], begin, end
            begin = end
