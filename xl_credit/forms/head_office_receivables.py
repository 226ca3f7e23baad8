"""应收账款 (第十三条) and 欠款大户 of the head-office workbook: a column a bucket, sums and tie-out above lists that grow."""

from collections.abc import Sequence

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_credit.forms.head_office_look import LAST, bars, formula
from xl_credit.forms.head_office_receivables_charts import owed_chart
from xl_credit.forms.head_office_receivables_look import (
    CHART_ROWS,
    CHART_TOP,
    add_list,
    listed,
    money_sheet,
    place_chart,
    summed,
    write_note,
)
from xl_credit.forms.look import BAD, Look
from xl_credit.forms.receivables_charts import bucket_colours, hexed
from xl_credit.forms.receivables_look import MONEY, MONEY_OR_DASH, SHARE, colour_where, style, tie_out
from xl_credit.quarter.consolidated_receivables import (
    DEBTOR_HEAD,
    LARGEST,
    OWED_HEAD,
    OWED_TAIL,
    debtor_columns,
    owed_columns,
)
from xl_credit.quarter.head_office_receivables import DEBTORS, LARGEST_LABEL, OWED
from xl_credit.tables import column_letters

_TOTAL = CHART_TOP + CHART_ROWS  # counted from 0, as all rows here
_SHARES, _TIE_OUT, _HEADER = _TOTAL + 1, _TOTAL + 2, _TOTAL + 3
_COUNTS = ("客户数", "超额度户数", "六个月未回款户数")
_WIDTHS = {
    "分公司": 16, "客户数": 8.5, "逾期合计": 15, "逾期占比": 9, "未核销": 13.5, "余额": 15.5, "超额度户数": 9, "六个月未回款户数": 10.5,
    "客户编码": 12, "客户名称": 27, "业务员": 9, "授信额度": 14,
}  # fmt: skip
_BUCKET_WIDTH = 14
_LARGEST_LINE, _DEBTOR_HEADER = 4, 6
_FIRST = len(OWED_HEAD)


def add_owed(look: Look, labels: Sequence[str]) -> None:
    """应收账款: a row per branch; the sums, each bucket's share and the tie-out between chart and list."""
    columns = owed_columns(labels)
    widths = [_WIDTHS.get(header, _BUCKET_WIDTH) for header in columns]
    sheet = money_sheet(look, OWED, "应收账款汇总(元)", widths, _HEADER)
    place_chart(sheet, owed_chart(look, len(labels), _HEADER), widths)
    for row, label in ((_TOTAL, "合计"), (_SHARES, "占比"), (_TIE_OUT, "")):
        _line(look, sheet, row, label, len(columns))
    _totals(look, sheet, columns, labels)
    _tie_out(look, sheet, columns, labels)
    add_list(look, sheet, columns, _HEADER, _bodies(look, labels), _heads(look, labels))
    _colours(look, sheet, columns, labels)
    sheet.freeze_panes(0, 1)


def _bodies(look: Look, labels: Sequence[str]) -> dict[str, Format]:
    money, count = style(look, "余额", typed=True, num_format=MONEY_OR_DASH), look.cell(num_format='#,##0;-#,##0;"-"', align="center")
    found = dict.fromkeys((*labels, "逾期合计", "未核销"), money) | dict.fromkeys(_COUNTS, count)
    return found | {"分公司": look.cell(shrink=True), "逾期占比": look.cell(num_format=SHARE, align="center")}


def _heads(look: Look, labels: Sequence[str]) -> dict[str, Format]:
    """Each bucket's header in its colour in the chart."""
    colours = bucket_colours(len(labels))
    return {label: look.cell(bold=True, align="center", bg_color=hexed(colour, 0.5)) for label, colour in zip(labels, colours, strict=True)}


def _line(look: Look, sheet: Worksheet, row: int, label: str, columns: int) -> None:
    sheet.set_row(row, 20)
    for column in range(columns):
        sheet.write_blank(row, column, None, summed(look))
    sheet.write(row, 0, label, summed(look, align="center"))


def _totals(look: Look, sheet: Worksheet, columns: Sequence[str], labels: Sequence[str]) -> None:
    """Rows kept only for people's notes have no figures, so that plain sums leave them out."""
    share = summed(look, num_format=SHARE)
    opened = _across(_TOTAL, labels)
    for column, header in enumerate(columns):
        if header in OWED_HEAD[1:] + OWED_TAIL + tuple(labels) and header != "逾期占比":
            more = {"num_format": "#,##0", "align": "center"} if header in _COUNTS else {}
            formula(sheet, _TOTAL, column, f"=SUM({_down(column)})", summed(look, **more))
        if header in (*labels, "逾期合计"):
            formula(sheet, _SHARES, column, f"=IF(SUM({opened})=0,0,{column_letters(column)}{_TOTAL + 1}/SUM({opened}))", share)
    column, overdue = columns.index("逾期占比"), column_letters(columns.index("逾期合计"))
    formula(sheet, _TOTAL, column, f"={overdue}{_SHARES + 1}", summed(look, num_format=SHARE, align="center"))


def _down(column: int) -> str:
    """The list's column, as far as any list may reach."""
    letters = column_letters(column)
    return f"{letters}${_HEADER + 2}:{letters}${LAST}"


def _across(row: int, labels: Sequence[str]) -> str:
    """The buckets of one row."""
    return f"${column_letters(_FIRST)}${row + 1}:${column_letters(_FIRST + len(labels) - 1)}${row + 1}"


def _tie_out(look: Look, sheet: Worksheet, columns: Sequence[str], labels: Sequence[str]) -> None:
    """Buckets and what is unapplied come to the balance, to the 分: over all branches, and for how many they do not."""
    words = summed(look, align="center", num_format="General")
    sheet.merge_range(_TIE_OUT, 0, _TIE_OUT, _FIRST - 1, "勾稽(各区间+未核销−余额)", words)
    unapplied, balance = (columns.index(header) for header in ("未核销", "余额"))
    left, right = (f"{column_letters(column)}{_TOTAL + 1}" for column in (unapplied, balance))
    formula(sheet, _TIE_OUT, _FIRST, f"=ROUND(SUM({_across(_TOTAL, labels)})+{left}-{right},2)", summed(look))
    tie_out(look, sheet, _TIE_OUT, _FIRST + 1, f"{column_letters(_FIRST)}{_TIE_OUT + 1}")
    sheet.merge_range(_TIE_OUT, _FIRST + 2, _TIE_OUT, _FIRST + 3, "逐家不符(家)", words)
    parts = "+".join(_down(column) for column in (*range(_FIRST, _FIRST + len(labels)), unapplied))
    count = f"=SUMPRODUCT(--(ABS(ROUND({parts}-{_down(balance)},2))>0))"
    formula(sheet, _TIE_OUT, _FIRST + 4, count, summed(look, align="center", num_format="0"))
    cell = (_TIE_OUT, _FIRST + 4, _TIE_OUT, _FIRST + 4)
    colour_where(look, sheet, cell, f"={column_letters(_FIRST + 4)}{_TIE_OUT + 1}>0", bg_color=BAD[0], font_color=BAD[1])


def _colours(look: Look, sheet: Worksheet, columns: Sequence[str], labels: Sequence[str]) -> None:
    _pale_buckets(look, sheet, _FIRST, _HEADER + 1, labels)
    for header in ("逾期合计", "超额度户数", "六个月未回款户数"):
        column = columns.index(header)
        cell = f"{column_letters(column)}{_HEADER + 2}"
        area = (_HEADER + 1, column, LAST - 1, column)
        colour_where(look, sheet, area, f"=AND(ISNUMBER({cell}),{cell}>0)", font_color="#C00000", bold=True)
    column = columns.index("逾期占比")
    sheet.conditional_format(_HEADER + 1, column, LAST - 1, column, {
        "type": "data_bar", "bar_color": "#F4A7A7", "bar_solid": True, "min_type": "num", "min_value": 0, "max_type": "num",
        "max_value": 1,
    })  # fmt: skip


def _pale_buckets(look: Look, sheet: Worksheet, left: int, first: int, labels: Sequence[str]) -> None:
    """Amounts in the pale colour of their bucket."""
    for column, colour in enumerate(bucket_colours(len(labels)), left):
        cell = f"{column_letters(column)}{first + 1}"
        area = (first, column, LAST - 1, column)
        colour_where(look, sheet, area, f"=AND(ISNUMBER({cell}),{cell}<>0)", bg_color=hexed(colour, 0.72))


def add_debtors(look: Look, labels: Sequence[str]) -> None:
    """欠款大户: the customers with most overdue in the whole company, their sums above them."""
    columns = debtor_columns(labels)
    widths = [_WIDTHS.get(header, _BUCKET_WIDTH - 1) for header in columns]
    sheet = money_sheet(look, DEBTORS, f"欠款大户(全公司逾期最多的{LARGEST}户,元)", widths, _DEBTOR_HEADER)
    write_note(look, sheet, _LARGEST_LINE, LARGEST_LABEL, len(columns))
    _line(look, sheet, _DEBTOR_HEADER - 1, "合计", len(columns))
    for column in range(len(DEBTOR_HEAD), len(columns)):
        letters = column_letters(column)
        formula(sheet, _DEBTOR_HEADER - 1, column, f"=SUM({letters}${_DEBTOR_HEADER + 2}:{letters}${LAST})", summed(look))
    money = style(look, "余额", typed=True, num_format=MONEY_OR_DASH)
    bodies = listed(look) | dict.fromkeys((*labels, "逾期合计", "授信额度"), money) | {"余额": style(look, "余额", typed=True, num_format=MONEY)}
    add_list(look, sheet, columns, _DEBTOR_HEADER, bodies, _heads(look, labels))
    _pale_buckets(look, sheet, len(DEBTOR_HEAD), _DEBTOR_HEADER + 1, labels)
    bars(sheet, columns.index("逾期合计"), _DEBTOR_HEADER + 1)
    sheet.freeze_panes(_DEBTOR_HEADER + 1, 3)
