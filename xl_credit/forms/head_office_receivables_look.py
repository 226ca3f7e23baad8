"""What the head-office sheets on receivables share: note lines, a chart above the list, sums, lists in 元."""

from collections.abc import Mapping, Sequence

from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_credit.forms.head_office_look import NOTE
from xl_credit.forms.look import NOTE_FILL, Look, heading, print_on_a4
from xl_credit.forms.receivables_look import MONEY, object_name, pixels
from xl_credit.quarter.head_office_receivables import LEDGERS_LABEL
from xl_credit.receivables.columns import BASIS_LABEL, titled

CHART_TOP, CHART_ROWS = 4, 16  # counted from 0, as all rows here
_CHART_ROW, _PIXELS_A_POINT = 15, 96 / 72  # 20 pixels, a whole number
_NOT_YET, _TAB = "尚未汇总", "#C55A11"


def money_sheet(look: Look, name: str, title: str, widths: Sequence[float], header: int) -> Worksheet:
    """A sheet with its title, the lines on quarter, method and branches, and its columns' widths."""
    sheet = look.sheet(name, _TAB)
    heading(look, sheet, title, NOTE, len(widths))
    for row, label in ((2, BASIS_LABEL), (3, LEDGERS_LABEL)):
        write_note(look, sheet, row, label, len(widths))
    for column, wide in enumerate(widths):
        sheet.set_column(column, column, wide)
    print_on_a4(sheet, len(widths), (header, header))
    return sheet


def write_note(look: Look, sheet: Worksheet, row: int, label: str, columns: int) -> None:
    """A line above the list that the tool writes, known by its label."""
    shape = look.format(font_size=9, font_color="#7F6000", text_wrap=True)
    sheet.merge_range(row, 0, row, columns - 1, f"{label}{_NOT_YET}", shape)


def place_chart(sheet: Worksheet, chart: Chart, widths: Sequence[float]) -> None:
    """Over rows of an outline group, so that one click folds the chart away."""
    for row in range(CHART_TOP, CHART_TOP + CHART_ROWS):
        sheet.set_row(row, _CHART_ROW, None, {"level": 1})
    chart.set_size({"width": pixels(widths) - 8, "height": int(CHART_ROWS * _CHART_ROW * _PIXELS_A_POINT) - 8})
    sheet.insert_chart(CHART_TOP, 0, chart, {"x_offset": 4, "y_offset": 3, "object_position": 1})


def summed(look: Look, **more: object) -> Format:
    """The look of a sum above a list."""
    return look.cell(**{"bold": True, "bg_color": NOTE_FILL, "align": "right", "num_format": MONEY, "shrink": True} | more)


def listed(look: Look) -> dict[str, Format]:
    """The look of columns that say whose a row is."""
    centred = look.cell(align="center", shrink=True)
    names = dict.fromkeys(("分公司", "客户名称"), look.cell(shrink=True))
    return names | dict.fromkeys(("客户编码", "业务员"), centred)


def add_list(
    look: Look, sheet: Worksheet, columns: Sequence[str], header: int, bodies: Mapping[str, Format],
    heads: Mapping[str, Format] | None = None,
) -> None:  # fmt: skip
    """An empty list object with one row whose look the filled rows take."""
    sheet.set_row(header, 32)
    fallback = look.cell(align="right", num_format=MONEY, shrink=True)
    for column, name in enumerate(columns):
        sheet.write_blank(header + 1, column, None, bodies.get(name, fallback))
    headers = [{"header": titled(name), "header_format": (heads or {}).get(name, look.header)} for name in columns]
    settings = {"name": object_name(sheet.get_name()), "style": None, "columns": headers}
    sheet.add_table(header, 0, header + 1, len(columns) - 1, settings)
