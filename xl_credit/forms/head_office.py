"""The head-office workbook's template (总部汇总.xlsx): titled tables that grow, fixed blocks with native formulas, charts."""

from collections.abc import Sequence
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from xl_credit.forms.evaluation_sheet import LEVEL_COLOURS
from xl_credit.forms.head_office_charts import add_charts
from xl_credit.forms.head_office_goals import add_goals, add_penalty_sums, add_shortfalls
from xl_credit.forms.head_office_look import (
    COUNT,
    COUNT_COLUMNS,
    LAST,
    MONEY,
    MONEY_COLUMNS,
    NOTE,
    SHARE,
    add_list,
    bars,
    colour_above_zero,
    formula,
    hint,
    in_print,
    style,
    sum_of,
    titled,
)
from xl_credit.forms.head_office_receivables import add_debtors, add_owed
from xl_credit.forms.look import BAD, FAIR, GOOD, HEADER_FILL, NOTE_FILL, POOR, Look, colour_words
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter import head_office as sheets
from xl_credit.quarter.columns import CHECK_KEPT
from xl_credit.quarter.consolidation import (
    ALL_CHANGE_COLUMNS,
    APPROVER_COLUMNS,
    BRANCH_COLUMNS,
    BUDGET_COLUMNS,
    CUT_COLUMNS,
    DISTRIBUTION_COLUMNS,
    EXCEPTION_COLUMNS,
    NOT_RATED,
    NOT_REPORTED,
    TOP_APPROVAL_COLUMNS,
    TROUBLED,
    UNUSABLE,
    USABLE,
)
from xl_credit.rules.ageing import bucket_labels
from xl_credit.rules.changes import DOWN, FIRST, STOPPED, UP
from xl_credit.rules.figures import Policy
from xl_credit.rules.records import HELD, INCOMPLETE, UNRATED
from xl_credit.tables import column_letters

_DIRECTIONS = {UP: GOOD, DOWN: BAD, FIRST: FAIR, STOPPED: BAD}
_STATUSES = {UNRATED: BAD, HELD: POOR, INCOMPLETE: POOR}


def build_head_office(path: Path, policy: Policy | None = None) -> None:
    """Write the template, its ageing columns those of the policy (the sample where none is given); two builds give the same bytes."""
    look, labels = Look(path), bucket_labels((policy or sample_policy()).ageing_bounds_days)
    add_overview(look)
    add_distribution(look)
    add_matrix(look)
    add_changes(look)
    add_budget(look)
    add_cuts(look)
    add_exceptions(look)
    add_approvals(look)
    add_charts(look, NOTE)
    add_owed(look, labels)
    add_debtors(look, labels)
    add_goals(look)
    add_shortfalls(look)
    add_penalty_sums(look)
    look.close()


def add_overview(look: Look) -> None:
    """总览: a row per branch, 合计 above it so that the table may grow."""
    header = 4
    sheet = titled(look, sheets.OVERVIEW, "客户信用管理季度汇总", BRANCH_COLUMNS, header, "#1F4E78")
    bold = {"bold": True, "bg_color": NOTE_FILL}
    sheet.set_row(3, 22)
    for column, text in enumerate(BRANCH_COLUMNS):
        if text in MONEY_COLUMNS or text in COUNT_COLUMNS:
            total = sum_of(BRANCH_COLUMNS, header, text, "状态", NOT_REPORTED)
            formula(sheet, 3, column, f"={total}", style(look, text, **bold))
        else:
            sheet.write(3, column, "合计" if column == 0 else "", look.cell(align="center", **bold))
    add_list(look, sheet, BRANCH_COLUMNS, header, "总览表")
    colour_words(look, sheet, BRANCH_COLUMNS.index("状态"), header + 1, {USABLE: GOOD, TROUBLED: POOR, UNUSABLE: BAD})
    colour_above_zero(look, sheet, BRANCH_COLUMNS.index("问题数"), header + 1, POOR)
    colour_above_zero(look, sheet, BRANCH_COLUMNS.index("下降"), header + 1, BAD)
    colour_above_zero(look, sheet, BRANCH_COLUMNS.index("上升"), header + 1, GOOD)
    bars(sheet, BRANCH_COLUMNS.index("建议额度"), header + 1)


def add_distribution(look: Look) -> None:
    """级别分布: room for every level table, then the customers without a level, then 合计."""
    columns = (*DISTRIBUTION_COLUMNS, "增减", "占比")
    header, room = 3, sheets.MOST_LEVELS + len(NOT_RATED)
    widths = {"档次": 18, "得分": 20, "级别限额": 14, "建议额度": 16} | dict.fromkeys(columns[3:5] + columns[6:], 12)
    sheet = titled(look, sheets.DISTRIBUTION, "客户信用级别分布", columns, header, "#548235", widths)
    letter = {text: column_letters(columns.index(text)) for text in columns}
    total = header + 1 + room
    for column, text in enumerate(columns):
        sheet.write(header, column, in_print(text), look.header)
    for row in range(header + 1, total + 1):
        more = {"bold": True, "bg_color": NOTE_FILL} if row == total else {}
        sheet.set_row(row, 21)
        for column, text in enumerate(DISTRIBUTION_COLUMNS):
            sheet.write_blank(row, column, None, style(look, text, **more))
        n = row + 1
        formula(sheet, row, columns.index("增减"), f"={letter['本季户数']}{n}-{letter['上季户数']}{n}",
                look.cell(num_format='+#,##0;-#,##0;"-"', align="center", **more))  # fmt: skip
        now = letter["本季户数"]
        formula(sheet, row, columns.index("占比"), f"=IF({now}${total + 1}=0,0,{now}{n}/{now}${total + 1})",
                look.cell(num_format=SHARE, align="center", **more))  # fmt: skip
    _total_line(look, sheet, columns, header, total)
    bars(sheet, columns.index("占比"), header + 1, total)
    hint(look, sheet, "上季户数只计本季仍在评估表、且上季级别与现行等级表可比的客户。占比以本季全部客户为底。")
    sheet.freeze_panes(header + 1, 1)


def _total_line(look: Look, sheet: Worksheet, columns: Sequence[str], header: int, total: int) -> None:
    more = {"bold": True, "bg_color": NOTE_FILL}
    sheet.write(total, 0, "合计", look.cell(align="center", **more))
    for text in ("上季户数", "本季户数", "建议额度", "A业务户数", "B业务户数"):
        letters = column_letters(columns.index(text))
        formula(sheet, total, columns.index(text), f"=SUM({letters}{header + 2}:{letters}{total})", style(look, text, **more))


def add_matrix(look: Look) -> None:
    """变动矩阵: last quarter's level by this quarter's; only rows and columns with a name show, the diagonal in grey."""
    columns = ("上季", "合计", *[""] * sheets.MATRIX_COLUMNS)
    header, first = 3, 5  # the totals lie between, so that unused rows and columns come last
    last, right = first + sheets.MATRIX_COLUMNS, sheets.MATRIX_COLUMNS + 1
    widths = {"上季": 18, "合计": 10, "": 11}
    sheet = titled(look, sheets.MATRIX, "客户信用级别变动矩阵(户)", columns, header, "#7030A0", widths, title_columns=10)
    total = look.cell(num_format=COUNT, align="center", bold=True, bg_color=NOTE_FILL)
    sheet.write(header, 0, sheets.MATRIX_CORNER, look.header)
    sheet.write(header, 1, "上季合计", look.header)
    sheet.write(first - 1, 0, "本季合计", look.cell(align="center", bold=True, bg_color=NOTE_FILL))
    box, name = look.cell(num_format=COUNT, align="center"), look.cell(align="center", bold=True, bg_color=HEADER_FILL)
    sum_look = look.format(num_format=COUNT, align="center", bold=True)
    for row in range(first, last + 1):
        sheet.set_row(row, 22)
        sheet.write_blank(row, 0, None, name)
        reach = f"C{row + 1}:{column_letters(right)}{row + 1}"
        formula(sheet, row, 1, f'=IF($A{row + 1}="","",SUM({reach}))', sum_look)
        for column in range(2, right + 1):
            sheet.write_blank(row, column, None, box)
    for column in range(2, right + 1):
        letters = column_letters(column)
        sheet.write_blank(header, column, None, look.header)
        text = f'=IF({letters}${header + 1}="","",SUM({letters}{first + 1}:{letters}{last + 1}))'
        formula(sheet, first - 1, column, text, sum_look)
    formula(sheet, first - 1, 1, f"=SUM(B{first + 1}:B{last + 1})", total)
    sheet.set_row(first - 1, 22)
    _matrix_colours(look, sheet, header, first, right)
    hint(look, sheet, "每一格是上季在该行、本季在该列的客户数。对角线(灰)为级别未变;右上(红)为下降,左下(绿)为上升。")
    sheet.freeze_panes(first, 2)


def _matrix_colours(look: Look, sheet: Worksheet, header: int, first: int, right: int) -> None:
    """No two rules over one cell: LibreOffice would draw only one of them."""
    letters, diagonal = column_letters(right), range(2, right + 1)
    cells = {column: first + column for column in diagonal}  # row (from 1); the customers without last quarter's level lie above
    same = " ".join(f"{column_letters(column)}{row}" for column, row in cells.items())
    worse = " ".join(f"{column_letters(column + 1)}{row}:{letters}{row}" for column, row in cells.items() if column < right)
    better = " ".join(f"C{row}:{column_letters(column - 1)}{row}" for column, row in cells.items() if column > 2)
    edge = {"border": 1, "border_color": "#A6A6A6"}
    grey, sums = (look.book.add_format({"bg_color": colour} | edge) for colour in ("#BFBFBF", NOTE_FILL))
    place = f"C{cells[2]}"
    sheet.conditional_format(place, {"type": "no_blanks", "multi_range": same, "format": grey})
    for area, colour in ((worse, "#F4A7A7"), (better, "#A5D6A0")):
        sheet.conditional_format(area.split()[0], {
            "type": "2_color_scale", "multi_range": area, "min_type": "num", "min_value": 0, "min_color": "#FFFFFF",
            "max_color": colour,
        })  # fmt: skip
    for row, column, to_row, to_column, named in (
        (first, 1, first + right - 1, 1, f"$A{first + 1}"), (first - 1, 2, first - 1, right, f"C${header + 1}"),
    ):  # fmt: skip
        rule = {"type": "formula", "criteria": f'={named}<>""', "format": sums}
        sheet.conditional_format(row, column, to_row, to_column, rule)


def add_changes(look: Look) -> None:
    sheet = titled(look, sheets.CHANGES, "客户信用级别变动", ALL_CHANGE_COLUMNS, 3, "#7030A0")
    add_list(look, sheet, ALL_CHANGE_COLUMNS, 3, "级别变动表")
    sheet.freeze_panes(4, 3)
    colour_words(look, sheet, ALL_CHANGE_COLUMNS.index("方向"), 4, _DIRECTIONS)
    for text in ("上季级别", "本季级别"):
        colour_words(look, sheet, ALL_CHANGE_COLUMNS.index(text), 4, LEVEL_COLOURS | _STATUSES)


def add_budget(look: Look) -> None:
    """预算: the year's budget against the sum proposed (第九条(4)), and every branch's part."""
    header = 6
    widths = dict.fromkeys(BUDGET_COLUMNS, 20)
    sheet = titled(look, sheets.BUDGET, "年度授信预算", BUDGET_COLUMNS, header, "#BF8F00", widths)
    used = sum_of(BUDGET_COLUMNS, header, "建议额度", "授信户数", NOT_REPORTED)
    figures = (
        (sheets.BUDGET_LABEL, None, MONEY), ("已建议额度(万元)", f"={used}", MONEY), ("使用率", "=IF(A5=0,0,B5/A5)", SHARE),
        ("超出(万元)", "=MAX(0,B5-A5)", MONEY), ("剩余(万元)", "=MAX(0,A5-B5)", MONEY),
        ("结论", '=IF(D5>0,"超出预算,须裁减","在预算内")', "General"),
    )  # fmt: skip
    sheet.set_row(4, 30)
    for column, (label, text, num_format) in enumerate(figures):
        big = look.cell(num_format=num_format, align="center", bold=True, font_size=12 if column == 5 else 14)
        sheet.write(3, column, label, look.header)
        if text:
            formula(sheet, 4, column, text, big)
        else:
            sheet.write_blank(4, column, None, big)
    sheet.set_row(5, 8)
    add_list(look, sheet, BUDGET_COLUMNS, header, "预算表")
    bars(sheet, BUDGET_COLUMNS.index("占合计"), header + 1)
    for word, colours in (("超出", BAD), ("在预算内", GOOD)):
        shape = look.book.add_format({"bg_color": colours[0], "font_color": colours[1]})
        sheet.conditional_format("F5", {"type": "text", "criteria": "begins with", "value": word, "format": shape})
    over = look.book.add_format({"bg_color": BAD[0], "font_color": BAD[1]})
    sheet.conditional_format("C5:D5", {"type": "formula", "criteria": "=$D$5>0", "format": over})


def add_cuts(look: Look) -> None:
    sheet = titled(look, sheets.CUTS, "超预算裁减建议(第九条(4):得分最低者先裁减)", CUT_COLUMNS, 4, "#C00000")
    more = {"bold": True, "bg_color": NOTE_FILL}
    for column, text in enumerate(CUT_COLUMNS):
        if text in MONEY_COLUMNS:
            total = sum_of(CUT_COLUMNS, 4, text, "依据", sheets.NO_LONGER_CUT)
            formula(sheet, 3, column, f"={total}", style(look, text, **more))
        else:
            sheet.write(3, column, "合计" if column == 0 else "", look.cell(align="center", **more))
    sheet.set_row(3, 22)
    add_list(look, sheet, CUT_COLUMNS, 4, "裁减表")


def add_exceptions(look: Look) -> None:
    columns = (*EXCEPTION_COLUMNS, *CHECK_KEPT)
    sheet = titled(look, sheets.EXCEPTIONS, "例外:须处理的问题", columns, 3, "#C00000")
    add_list(look, sheet, columns, 3, "例外表")
    effect = columns.index("影响")
    for word, colours in (("不评级", BAD), ("未汇总", BAD), ("越权", BAD), ("裁减", BAD), ("已不再出现", GOOD)):
        shape = look.book.add_format({"bg_color": colours[0], "font_color": colours[1]})
        rule = {"type": "text", "criteria": "containing", "value": word, "format": shape}
        sheet.conditional_format(4, effect, LAST * 4 - 1, effect, rule)


def add_approvals(look: Look) -> None:
    """审批汇总: what awaits whose decision above, the customers for the last in the route below."""
    header, room = 4 + sheets.MOST_APPROVERS + 3, sheets.MOST_APPROVERS
    sheet = titled(look, sheets.APPROVALS, "授信审批汇总", TOP_APPROVAL_COLUMNS, header, "#BF8F00", {"分公司": 18})
    sheet.set_row(3, 26)
    more = {"bold": True, "bg_color": NOTE_FILL}
    for column, text in enumerate(APPROVER_COLUMNS):
        sheet.write(3, column, in_print(text), look.header)
        for row in range(4, 4 + room):
            sheet.set_row(row, 20)
            sheet.write_blank(row, column, None, style(look, text))
        letters = column_letters(column)
        if column:
            formula(sheet, 4 + room, column, f"=SUM({letters}5:{letters}{4 + room})", style(look, text, **more))
    sheet.write(4 + room, 0, "合计", look.cell(align="center", **more))
    sheet.set_row(4 + room, 20)
    sheet.set_row(5 + room, 8)
    sheet.set_row(6 + room, 22)
    sheet.write(6 + room, 0, sheets.TOP_LABEL, look.format(bold=True, font_size=11))
    add_list(look, sheet, TOP_APPROVAL_COLUMNS, header, "上级审批表")
    sheet.freeze_panes(0, 0)
    colour_words(look, sheet, TOP_APPROVAL_COLUMNS.index("级别"), header + 1, LEVEL_COLOURS | _STATUSES)
