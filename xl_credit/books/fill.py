"""Write a table's rows into the sheet that has it, laid out by :mod:`xl_credit.books.laying`."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from xl_credit.books.laying import Fill, Filled, carried_entries, lay_out
from xl_credit.books.sheet_xml import RowXml, SheetXml, Value, cell_xml, value_xml
from xl_credit.cells import DAYS_TO_1904, serial
from xl_credit.tables import Table, column_letters

__all__ = ["Fill", "Filled", "fill_table", "stored"]


def fill_table(
    sheet: SheetXml, table: Table, fill: Fill, last_body_row: int, *, date1904: bool = False, commented: Collection[int] = ()
) -> Filled:
    """Lay ``fill`` into ``sheet``; ``last_body_row`` is the table's last row. Rows with a formula or a comment are people's."""
    body = range(table.header + 2, last_body_row + 1)
    pinned = {number for number in (*sheet.rows, *commented) if number in body and (number in commented or sheet.has_formula(number))}
    layout = lay_out(table, fill, last_body_row, pinned)
    writer = RowWriter(sheet, table, fill.columns, date1904)
    for number, index in layout.rows.items():
        writer.write(number, fill.rows[index])
    for number in layout.gone:
        if fill.empties_gone:
            writer.clear(number, keeping=fill.keys)
        writer.mark(number, fill.gone)
    for number in layout.cleared:
        writer.clear(number)
    filled = layout.filled(len(fill.rows))
    for number, name, value in carried_entries(table, fill, filled):
        sheet.set(number, table.columns[name], stored(value, date1904))
    return filled


class RowWriter:
    """Writes rows of one table: styles looked up once a column, our cells rebuilt, all others left as they are."""

    def __init__(self, sheet: SheetXml, table: Table, columns: Sequence[str], date1904: bool) -> None:
        self.sheet, self.table, self.date1904 = sheet, table, date1904
        self.columns = [table.columns[name] for name in columns]
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
