"""Tables of results on a sheet of their own workbook: values only, text as text, a look by what a column holds."""

from collections.abc import Mapping, Sequence

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_credit.books.row_heights import line_count
from xl_credit.books.sheet_xml import Value
from xl_credit.forms.look import Look, heading, print_on_a4

COUNT, MONEY, POINTS = '#,##0;-#,##0;"-"', '#,##0.00;-#,##0.00;"-"', "0.##"
LEFT = {"原因", "客户名称", "政策", "快照", "分公司", "项目"}
_LINE, _EDGE = 13, 4  # points
_SMALL = {"原因", "政策", "快照"}


def titled_sheet(look: Look, name: str, title: str, note: str, widths: Sequence[float], *, hint: str = "") -> Worksheet:
    """Title and note over so many columns, a third line for what must not be overlooked."""
    sheet = look.sheet(name)
    heading(look, sheet, title, note, len(widths))
    sheet.set_row(2, 18 if hint else 6)
    if hint:
        sheet.merge_range(2, 0, 2, len(widths) - 1, hint, look.format(font_size=10, bold=True, font_color="#9C0006"))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    return sheet


def put_table(
    look: Look, sheet: Worksheet, first: int, columns: Sequence[str], rows: Sequence[Sequence[Value]], shapes: Mapping[str, str], *,
    height: int = 32, widths: Sequence[float] = (),
) -> int:  # fmt: skip
    """Header in row ``first`` (from 0) and the rows below it; ``shapes`` are number formats by header. Gives the next free row.

    With the columns' ``widths`` a row whose text takes several lines is made as high as that.
    """
    sheet.set_row(first, height)
    for column, header in enumerate(columns):
        sheet.write_string(first, column, header, look.header)
    for offset, row in enumerate(rows if widths else (), first + 1):
        lines = max(line_count(value, width) for value, width in zip(row, widths, strict=True))
        if lines > 1:
            sheet.set_row(offset, _LINE * lines + _EDGE)
    return put_rows(look, sheet, first + 1, columns, rows, shapes)


def put_rows(look: Look, sheet: Worksheet, first: int, columns: Sequence[str], rows: Sequence[Sequence[Value]], shapes: Mapping[str, str]) -> int:
    """Rows without a header of their own; gives the next free row."""
    styles = [_style(look, header, shapes) for header in columns]
    for offset, row in enumerate(rows, first):
        for column, (value, style) in enumerate(zip(row, styles, strict=True)):
            put(sheet, offset, column, value, style)
    return first + len(rows)


def put(sheet: Worksheet, row: int, column: int, value: Value, style: Format) -> None:
    """A value as what it is: text never becomes a formula or a link."""
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)


def _style(look: Look, header: str, shapes: Mapping[str, str]) -> Format:
    if header in shapes:
        shape = shapes[header]
        return look.cell(num_format=shape, **({"align": "right", "indent": 1} if shape == MONEY else {"align": "center"}))
    size = {"font_size": 9} if header in _SMALL else {}
    place = {"align": "left", "indent": 1} if header in LEFT else {"align": "center"}
    return look.cell(text_wrap=True, **place, **size)


def finish(sheet: Worksheet, columns: int, header: int, last_row: int) -> None:
    """Printed on A4 down to the last row."""
    print_on_a4(sheet, columns, (header, header), whole_columns=False)
    sheet.print_area(0, 0, last_row, columns - 1)
