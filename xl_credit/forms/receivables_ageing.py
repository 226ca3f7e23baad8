"""账龄表 (第十三条): a row a customer and a column a bucket, with the chart, the sums and the tie-out above the list, which grows."""

from collections.abc import Sequence

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_credit.forms.look import BAD, NOTE_FILL, Look
from xl_credit.forms.receivables_charts import ageing_chart, bucket_colours, hexed
from xl_credit.forms.receivables_look import (
    LAST,
    MONEY,
    MONEY_OR_DASH,
    SHARE,
    add_list,
    colour_where,
    column_of,
    formula,
    pixels,
    report_sheet,
    style,
    tie_out,
)
from xl_credit.receivables.columns import AGEING, AGEING_HEAD, ageing_columns
from xl_credit.tables import column_letters

CHART_ROWS = range(3, 18)  # counted from 0, as all rows here
TOTAL, SHARES, TIE_OUT, LIST_HEADER = 18, 19, 20, 21
_CHART_ROW_HEIGHT, _PIXELS_A_POINT = 13.5, 96 / 72  # 18 pixels, a whole number
_WIDTHS = {"客户编码": 11, "客户名称": 22, "业务员": 8, "逾期合计": 13.5, "逾期占比": 9, "最长逾期": 9, "未核销": 12.5, "余额": 13.5}
_BUCKET_WIDTH = 12.5
_FIRST = len(AGEING_HEAD)


def add_ageing(look: Look, labels: Sequence[str], note: str) -> None:
    columns = ageing_columns(labels)
    widths = [_WIDTHS.get(header, _BUCKET_WIDTH) for header in columns]
    sheet = report_sheet(look, AGEING, "应收账款账龄表", note, widths, header=LIST_HEADER)
    _chart(look, sheet, labels, widths)
    _totals(look, sheet, columns, labels)
    _shares(look, sheet, columns, labels)
    _tie_out(look, sheet, columns, labels)
    colours = bucket_colours(len(labels))
    heads = {label: look.cell(bold=True, align="center", bg_color=hexed(colour, 0.5)) for label, colour in zip(labels, colours, strict=True)}
    money = style(look, "余额", num_format=MONEY_OR_DASH)
    bodies = dict.fromkeys((*labels, "逾期合计", "未核销"), money) | {"逾期占比": style(look, "逾期占比", num_format=SHARE)}
    add_list(look, sheet, columns, LIST_HEADER, styles=bodies, headers=heads)
    _colours(look, sheet, columns, labels)
    sheet.freeze_panes(LIST_HEADER + 1, 2)
    sheet.set_zoom(85)  # what is frozen, the chart with it, leaves room for the list on a small screen too


def _chart(look: Look, sheet: Worksheet, labels: Sequence[str], widths: Sequence[float]) -> None:
    """Over rows of an outline group, so that one click folds the chart away."""
    for row in CHART_ROWS:
        sheet.set_row(row, _CHART_ROW_HEIGHT, None, {"level": 1})
    chart = ageing_chart(look, len(labels), LIST_HEADER)
    height = int(len(CHART_ROWS) * _CHART_ROW_HEIGHT * _PIXELS_A_POINT)
    chart.set_size({"width": pixels(widths) - 8, "height": height - 8})
    sheet.insert_chart(CHART_ROWS[0], 0, chart, {"x_offset": 4, "y_offset": 3, "object_position": 1})


def _sum_look(look: Look, **more: object) -> Format:
    return look.cell(**{"bold": True, "bg_color": NOTE_FILL, "align": "right", "num_format": MONEY, "shrink": True} | more)


def _line(look: Look, sheet: Worksheet, row: int, label: str, columns: Sequence[str]) -> None:
    """A line of the block above the list, still without figures."""
    sheet.set_row(row, 18)
    for column in range(len(columns)):
        sheet.write_blank(row, column, None, _sum_look(look))
    sheet.write(row, 0, label, _sum_look(look, align="center"))


def _totals(look: Look, sheet: Worksheet, columns: Sequence[str], labels: Sequence[str]) -> None:
    """Rows kept only for people's notes have no figures, so that plain sums leave them out."""
    _line(look, sheet, TOTAL, "合计", columns)
    for header in (*labels, "逾期合计", "未核销", "余额"):
        formula(sheet, TOTAL, columns.index(header), f"=SUM({column_of(AGEING, header)})", _sum_look(look))
    oldest = f"=MAX(0,{column_of(AGEING, '最长逾期')})"
    formula(sheet, TOTAL, columns.index("最长逾期"), oldest, _sum_look(look, num_format="0", align="center"))


def _shares(look: Look, sheet: Worksheet, columns: Sequence[str], labels: Sequence[str]) -> None:
    """Each bucket's share in what is open, and all overdue buckets' together."""
    _line(look, sheet, SHARES, "占比", columns)
    opened = f"SUM({_buckets(labels)})"
    share = _sum_look(look, num_format=SHARE)
    for header in (*labels, "逾期合计"):
        cell = f"{column_letters(columns.index(header))}${TOTAL + 1}"
        formula(sheet, SHARES, columns.index(header), f"=IF({opened}=0,0,{cell}/{opened})", share)
    overdue = column_letters(columns.index("逾期合计"))
    centred = _sum_look(look, num_format=SHARE, align="center")
    formula(sheet, TOTAL, columns.index("逾期占比"), f"={overdue}{SHARES + 1}", centred)


def _buckets(labels: Sequence[str]) -> str:
    """The buckets' sums in the total line."""
    return f"${column_letters(_FIRST)}${TOTAL + 1}:${column_letters(_FIRST + len(labels) - 1)}${TOTAL + 1}"


def _tie_out(look: Look, sheet: Worksheet, columns: Sequence[str], labels: Sequence[str]) -> None:
    """Buckets and what is unapplied come to the balance, to the 分: over all customers, and for how many they do not."""
    _line(look, sheet, TIE_OUT, "", columns)
    words = _sum_look(look, align="center", num_format="General")
    sheet.merge_range(TIE_OUT, 0, TIE_OUT, _FIRST - 1, "勾稽(各区间+未核销−余额)", words)
    unapplied, balance = (f"{column_letters(columns.index(header))}{TOTAL + 1}" for header in ("未核销", "余额"))
    formula(sheet, TIE_OUT, _FIRST, f"=ROUND(SUM({_buckets(labels)})+{unapplied}-{balance},2)", _sum_look(look))
    tie_out(look, sheet, TIE_OUT, _FIRST + 1, f"{column_letters(_FIRST)}{TIE_OUT + 1}")
    sheet.merge_range(TIE_OUT, _FIRST + 2, TIE_OUT, _FIRST + 3, "逐户不符(户)", words)
    row = "+".join(column_of(AGEING, header) for header in (*labels, "未核销"))
    count = f"=SUMPRODUCT(--(ABS(ROUND({row}-{column_of(AGEING, '余额')},2))>0))"
    formula(sheet, TIE_OUT, _FIRST + 4, count, _sum_look(look, align="center", num_format="0"))
    cell = (TIE_OUT, _FIRST + 4, TIE_OUT, _FIRST + 4)
    colour_where(look, sheet, cell, f"={column_letters(_FIRST + 4)}{TIE_OUT + 1}>0", bg_color=BAD[0], font_color=BAD[1])


def _colours(look: Look, sheet: Worksheet, columns: Sequence[str], labels: Sequence[str]) -> None:
    """Amounts in the pale colour of their bucket; how much of each customer's is overdue as a bar."""
    first = LIST_HEADER + 1
    for index, colour in enumerate(bucket_colours(len(labels))):
        cell = f"{column_letters(_FIRST + index)}{first + 1}"
        area = (first, _FIRST + index, LAST - 1, _FIRST + index)
        colour_where(look, sheet, area, f"=AND(ISNUMBER({cell}),{cell}<>0)", bg_color=hexed(colour, 0.72))
    for header in ("逾期合计", "最长逾期"):
        cell = f"{column_letters(columns.index(header))}{first + 1}"
        area = (first, columns.index(header), LAST - 1, columns.index(header))
        colour_where(look, sheet, area, f"=AND(ISNUMBER({cell}),{cell}>0)", font_color="#C00000", bold=True)
    column = columns.index("逾期占比")
    sheet.conditional_format(first, column, LAST - 1, column, {
        "type": "data_bar", "bar_color": "#F4A7A7", "bar_solid": True, "min_type": "num", "min_value": 0, "max_type": "num",
        "max_value": 1,
    })  # fmt: skip
