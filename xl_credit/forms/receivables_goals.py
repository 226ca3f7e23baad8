"""账龄变动 (第十三条) and 四项目标 (第四条): blocks of fixed rows with native sums and checks, and the list of who falls short."""

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from xl_credit.forms.look import BAD, GOOD, NOTE_FILL, WRITTEN_FILL, Look
from xl_credit.forms.receivables_charts import goals_chart
from xl_credit.forms.receivables_look import (
    HEADER,
    MONEY,
    MONEY_OR_DASH,
    SHARE,
    add_list,
    colour_where,
    formula,
    pixels,
    report_sheet,
    tie_out,
)
from xl_credit.receivables.columns import BRIDGE, BRIDGE_COLUMNS, GOAL_COLUMNS, GOALS, SHORTFALL_COLUMNS, titled
from xl_credit.rules.goals import ARTICLES, UNPAID
from xl_credit.rules.goals import GOALS as GOAL_NAMES
from xl_credit.tables import column_letters

UNAPPLIED, DIFFERENCE = "未核销", "差额"
_CHART_ROWS = range(HEADER + 2 + len(GOAL_NAMES), HEADER + 2 + len(GOAL_NAMES) + 16)
SHORTFALL_HEADER = _CHART_ROWS[-1] + 2  # the list's title stands between
_GOAL_WIDTHS = (20, 12, 24, 11, 36, 14, 14)


def add_bridge(look: Look, labels: Sequence[str], note: str) -> None:
    """账龄变动: how every bucket went from the opening to the closing figure; every row and their sum must come out."""
    sheet = report_sheet(look, BRIDGE, "应收账款账龄变动", note, (14, *[16.5] * (len(BRIDGE_COLUMNS) - 1), 13))
    sheet.set_row(HEADER, 30)
    for column, text in enumerate((*map(titled, BRIDGE_COLUMNS), DIFFERENCE)):
        sheet.write(HEADER, column, text, look.header)
    first, total = HEADER + 1, HEADER + 2 + len(labels)
    for row, label in enumerate((*labels, UNAPPLIED), first):
        _bridge_row(look, sheet, row, label, {"bg_color": WRITTEN_FILL})
    more = {"bg_color": NOTE_FILL, "bold": True}
    _bridge_row(look, sheet, total, "合计", more)
    for column in range(1, len(BRIDGE_COLUMNS)):
        letters = column_letters(column)
        money = look.cell(num_format=MONEY_OR_DASH, align="right", **more)
        formula(sheet, total, column, f"=SUM({letters}{first + 1}:{letters}{total})", money)
    _bridge_check(look, sheet, first, total)
    sheet.freeze_panes(HEADER + 1, 1)


def _bridge_row(look: Look, sheet: Worksheet, row: int, label: str, more: dict[str, object]) -> None:
    """A bucket's line, and what is missing from 期初 + 新增 − 收回 + 转入 − 转出 to 期末."""
    sheet.set_row(row, 21)
    sheet.write(row, 0, label, look.cell(align="center", bold=True, bg_color=more["bg_color"]))
    for column in range(1, len(BRIDGE_COLUMNS)):
        sheet.write_blank(row, column, None, look.cell(num_format=MONEY_OR_DASH, align="right", **more))
    at = {text: f"{column_letters(column)}{row + 1}" for column, text in enumerate(BRIDGE_COLUMNS)}
    parts = "{期初}+{新增发货}-{收回}+{转入}-{转出}-{期末}".format(**at)
    formula(sheet, row, len(BRIDGE_COLUMNS), f"=ROUND({parts},2)", look.cell(num_format=MONEY_OR_DASH, align="right", **more))


def _bridge_check(look: Look, sheet: Worksheet, first: int, total: int) -> None:
    """Rows that are out by opposite amounts do not pass: the differences count without their signs."""
    row, last = total + 1, len(BRIDGE_COLUMNS)
    sheet.set_row(row, 21)
    words = look.cell(align="center", bold=True, bg_color=NOTE_FILL)
    sheet.merge_range(row, 0, row, last - 2, "勾稽(期初+新增发货−收回+转入−转出−期末,各行差额绝对值之和)", words)
    letters = column_letters(last)
    difference = f"=SUMPRODUCT(ABS({letters}{first + 1}:{letters}{total + 1}))"
    formula(sheet, row, last - 1, difference, look.cell(num_format=MONEY, align="right", bold=True, bg_color=NOTE_FILL))
    tie_out(look, sheet, row, last, f"{column_letters(last - 1)}{row + 1}")
    area, cell = (first, last, total, last), f"{letters}{first + 1}"
    colour_where(look, sheet, area, f"={cell}<>0", bg_color=BAD[0], font_color=BAD[1])


def add_goals(look: Look, note: str) -> None:
    """四项目标: the four above, the rates as a chart, and below it every customer that keeps one from being met."""
    sheet = report_sheet(look, GOALS, "客户信用管理目标(第四条)", note, _GOAL_WIDTHS)
    sheet.set_row(HEADER, 30)
    for column, text in enumerate(GOAL_COLUMNS):
        sheet.write(HEADER, column, text, look.header)
    for row, name in enumerate(GOAL_NAMES, HEADER + 1):
        _goal_row(look, sheet, row, name)
    _goal_colours(look, sheet)
    rates = tuple(index for index, name in enumerate(GOAL_NAMES) if name != UNPAID)
    chart = goals_chart(look, HEADER, GOAL_COLUMNS.index("目标"), GOAL_COLUMNS.index("完成率"), rates)
    chart.set_size({"width": pixels(_GOAL_WIDTHS) - 8, "height": len(_CHART_ROWS) * 20 - 24})
    sheet.insert_chart(_CHART_ROWS[0], 0, chart, {"x_offset": 4, "y_offset": 12, "object_position": 2})
    sheet.write(SHORTFALL_HEADER - 1, 0, "未达目标的客户", look.format(bold=True, font_size=11))
    sheet.set_row(SHORTFALL_HEADER - 1, 22)
    add_list(look, sheet, SHORTFALL_COLUMNS, SHORTFALL_HEADER)
    sheet.repeat_rows(SHORTFALL_HEADER)


def _goal_row(look: Look, sheet: Worksheet, row: int, name: str) -> None:
    sheet.set_row(row, 24)
    aim, aim_format = (0, '0"户"') if name == UNPAID else (1, "0%")
    cells = {"目标": name, "应达": aim, "条文": ARTICLES[name]}
    formats = {"应达": aim_format, "完成率": SHARE} | dict.fromkeys(("应计户数", "达标户数", "未达标户数"), "#,##0")
    for column, text in enumerate(GOAL_COLUMNS):
        shape = {"num_format": formats.get(text, "General"), "align": "center", "bg_color": WRITTEN_FILL, "bold": text in ("目标", "完成率")}
        sheet.write(row, column, cells.get(text), look.cell(**shape))


def _goal_colours(look: Look, sheet: Worksheet) -> None:
    """Green where the goal is met, red where it is not: a rate by its aim, the number of customers by their being none."""
    first, last = HEADER + 1, HEADER + len(GOAL_NAMES)
    letters = {text: f"${column_letters(column)}" for column, text in enumerate(GOAL_COLUMNS)}
    rate, short = (f"{letters[text]}{first + 1}" for text in ("完成率", "未达标户数"))
    for text, value in (("完成率", rate), ("未达标户数", short)):
        column = GOAL_COLUMNS.index(text)
        for condition, colours in ((f"{short}>0", BAD), (f"{short}=0", GOOD)):
            rule = f"=AND(ISNUMBER({value}),ISNUMBER({short}),{condition})"
            colour_where(look, sheet, (first, column, last, column), rule, bg_color=colours[0], font_color=colours[1])
