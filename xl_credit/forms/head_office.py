"""The head-office workbook's template (总部汇总.xlsx): titled tables that grow, fixed blocks with native formulas, charts."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_credit.forms.evaluation_sheet import LEVEL_COLOURS
from xl_credit.forms.head_office_charts import add_charts
from xl_credit.forms.look import BAD, FAIR, GOOD, POOR, Look, colour_words, heading, print_on_a4
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
from xl_credit.rules.changes import DOWN, FIRST, STOPPED, UP
from xl_credit.rules.records import HELD, INCOMPLETE, UNRATED
from xl_credit.tables import column_letters

NOTE = "季度:(运行 xl-credit 后填入)"
COUNT, MONEY, SHARE = '#,##0;-#,##0;"-"', '#,##0.00;-#,##0.00;"-"', "0.0%"
_LAST = 5000  # formulas reach this far down a list
_MONEY = {"建议额度", "送审额度", "级别限额", "应裁减", "裁减后额度", "裁减", "送审额度合计"}
_COUNTS = {
    "客户数", "已评级", *NOT_RATED, "上升", "下降", "新评级", "转为不评级", "问题数", "授信户数", "户数", "上季户数", "本季户数", "A业务户数",
    "B业务户数",
}  # fmt: skip
_CENTRED = {"重点客户", "上季级别", "本季级别", "方向", "状态", "业务员", "得分", "级别", "条文", "终审岗位", "档次"}
_WRAPPED = {"说明", "原因", "重点客户说明", "发现", "允许", "影响", "处理说明", "依据", "文件", "位置"}
_WIDTHS = {
    "分公司": 16, "文件": 24, "客户编码": 12, "客户名称": 28, "说明": 36, "原因": 44, "重点客户说明": 56, "发现": 48, "允许": 30, "影响": 22,
    "处理说明": 24, "位置": 18, "依据": 32, "建议额度": 14, "送审额度": 14, "裁减后额度": 14, "条文": 13, "终审岗位": 15, "送审额度合计": 16,
    "应裁减": 13, "裁减": 13, "级别限额": 12, "得分": 10, "授信户数": 12, "占合计": 10,
}  # fmt: skip
_DIRECTIONS = {UP: GOOD, DOWN: BAD, FIRST: FAIR, STOPPED: BAD}
_STATUSES = {UNRATED: BAD, HELD: POOR, INCOMPLETE: POOR}


def build_head_office(path: Path) -> None:
    """Write the template; two builds give the same bytes."""
    look = Look(path)
    add_overview(look)
    add_distribution(look)
    add_matrix(look)
    add_changes(look)
    add_budget(look)
    add_cuts(look)
    add_exceptions(look)
    add_approvals(look)
    add_charts(look, NOTE)
    look.close()


def in_print(header: str) -> str:
    return f"{header}(万元)" if header in _MONEY else header


def style(look: Look, header: str, **more: object) -> Format:
    """The look of a column by what it holds."""
    if header in _MONEY:
        return look.cell(num_format=MONEY, **more)
    if header in _COUNTS:
        return look.cell(num_format=COUNT, align="center", **more)
    if header == "占合计":
        return look.cell(num_format=SHARE, align="center", **more)
    if header in _WRAPPED:
        return look.cell(text_wrap=True, font_size=9, **more)
    return look.cell(align="center", **more) if header in _CENTRED else look.cell(**more)


def titled(
    look: Look, name: str, title: str, columns: Sequence[str], header: int, tab: str, widths: Mapping[str, float] | None = None
) -> Worksheet:
    """A sheet with title, note line and column widths; ``header`` is the header row that each printed page repeats (from 0)."""
    sheet = look.sheet(name, tab)
    heading(look, sheet, title, NOTE, len(columns))
    sheet.set_row(2, 6)
    sheet.set_row(header, 32)
    for column, text in enumerate(columns):
        sheet.set_column(column, column, (widths or {}).get(text) or _WIDTHS.get(text, 9.5))
    print_on_a4(sheet, len(columns), (header, header))
    return sheet


def add_list(look: Look, sheet: Worksheet, columns: Sequence[str], header: int, name: str) -> None:
    """An empty list object with one row whose look the filled rows take; panes frozen under its header."""
    for column, text in enumerate(columns):
        sheet.write_blank(header + 1, column, None, style(look, text))
    headers = [{"header": in_print(text), "header_format": look.header} for text in columns]
    sheet.add_table(header, 0, header + 1, len(columns) - 1, {"name": name, "style": None, "columns": headers})
    sheet.freeze_panes(header + 1, 2)


def formula(sheet: Worksheet, row: int, column: int, text: str, look: Format) -> None:
    """A formula without a last result: LibreOffice then works it out on opening, as Excel always does."""
    sheet.write_formula(row, column, text, look, "")


def sum_of(columns: Sequence[str], header: int, summed: str, mark: str, left_out: str) -> str:
    """The column's sum without the rows kept only for people's notes, which say ``left_out`` under ``mark``."""
    reach = [f"${column_letters(columns.index(text))}${header + 2}:${column_letters(columns.index(text))}${_LAST}" for text in (summed, mark)]
    return f'SUMIFS({reach[0]},{reach[1]},"<>{left_out}")'


def add_overview(look: Look) -> None:
    """总览: a row per branch, 合计 above it so that the table may grow."""
    header = 4
    sheet = titled(look, sheets.OVERVIEW, "客户信用管理季度汇总", BRANCH_COLUMNS, header, "#1F4E78")
    bold = {"bold": True, "bg_color": "#FFF2CC"}
    sheet.set_row(3, 22)
    for column, text in enumerate(BRANCH_COLUMNS):
        if text in _MONEY or text in _COUNTS:
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


def colour_above_zero(look: Look, sheet: Worksheet, column: int, first: int, colours: tuple[str, str]) -> None:
    shape = look.book.add_format({"font_color": colours[1], "bold": True})
    sheet.conditional_format(first, column, _LAST - 1, column, {"type": "cell", "criteria": ">", "value": 0, "format": shape})


def bars(sheet: Worksheet, column: int, first: int) -> None:
    """Data bars from 0, plain colour, so that amounts compare at a glance and still print."""
    sheet.conditional_format(first, column, _LAST - 1, column, {
        "type": "data_bar", "bar_color": "#9DC3E6", "bar_solid": True, "min_type": "num", "min_value": 0,
    })  # fmt: skip


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
        more = {"bold": True, "bg_color": "#FFF2CC"} if row == total else {}
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
    bars(sheet, columns.index("占比"), header + 1)
    sheet.write(total + 1, 0, "上季户数只计本季仍在评估表、且上季级别与现行等级表可比的客户。占比以本季全部客户为底。", look.note)
    sheet.freeze_panes(header + 1, 1)


def _total_line(look: Look, sheet: Worksheet, columns: Sequence[str], header: int, total: int) -> None:
    more = {"bold": True, "bg_color": "#FFF2CC"}
    sheet.write(total, 0, "合计", look.cell(align="center", **more))
    for text in ("上季户数", "本季户数", "建议额度", "A业务户数", "B业务户数"):
        letters = column_letters(columns.index(text))
        formula(sheet, total, columns.index(text), f"=SUM({letters}{header + 2}:{letters}{total})", style(look, text, **more))


def add_matrix(look: Look) -> None:
    """变动矩阵: last quarter's level by this quarter's; only rows and columns with a name show, the diagonal in grey."""
    columns = ("上季", "合计", *[""] * sheets.MATRIX_COLUMNS)
    header, first = 3, 5  # the totals lie between, so that unused rows and columns come last
    last, right = first + sheets.MATRIX_COLUMNS, sheets.MATRIX_COLUMNS + 1
    sheet = titled(look, sheets.MATRIX, "客户信用级别变动矩阵(户)", columns, header, "#7030A0", {"上季": 18, "合计": 10})
    total = look.cell(num_format=COUNT, align="center", bold=True, bg_color="#FFF2CC")
    sheet.write(header, 0, sheets.MATRIX_CORNER, look.header)
    sheet.write(header, 1, "上季合计", look.header)
    sheet.write(first - 1, 0, "本季合计", look.cell(align="center", bold=True, bg_color="#FFF2CC"))
    plain = look.format(num_format=COUNT, align="center")
    for row in range(first, last + 1):
        sheet.set_row(row, 22)
        sheet.write_blank(row, 0, None, look.format(align="center", bold=True))
        reach = f"C{row + 1}:{column_letters(right)}{row + 1}"
        formula(sheet, row, 1, f'=IF($A{row + 1}="","",SUM({reach}))', look.format(num_format=COUNT, align="center", bold=True))
        for column in range(2, right + 1):
            sheet.write_blank(row, column, None, plain)
    for column in range(2, right + 1):
        letters = column_letters(column)
        sheet.write_blank(header, column, None, look.format(align="center", bold=True, text_wrap=True))
        text = f'=IF({letters}${header + 1}="","",SUM({letters}{first + 1}:{letters}{last + 1}))'
        formula(sheet, first - 1, column, text, look.format(num_format=COUNT, align="center", bold=True))
    formula(sheet, first - 1, 1, f"=SUM(B{first + 1}:B{last + 1})", total)
    sheet.set_row(first - 1, 22)
    _matrix_colours(look, sheet, header, first, last, right)
    text = "每一格是上季在该行、本季在该列的客户数。对角线(灰)为级别未变;右上(红)为下降,左下(绿)为上升。"
    sheet.write(last + 1, 0, text, look.note)
    sheet.freeze_panes(first, 2)


def _matrix_colours(look: Look, sheet: Worksheet, header: int, first: int, last: int, right: int) -> None:
    edge = {"border": 1, "border_color": "#A6A6A6"}
    grey, head, box, sums = (
        look.book.add_format(more | edge)
        for more in ({"bg_color": "#BFBFBF"}, {"bg_color": "#D9E2F3"}, {}, {"bg_color": "#FFF2CC"})
    )
    corner = f"C{header + 1}"
    diagonal = {"type": "formula", "criteria": f'=AND($A{first + 1}<>"",$A{first + 1}=C${header + 1})', "format": grey}
    sheet.conditional_format(first, 2, last, right, diagonal)
    worse = " ".join(f"{column_letters(3 + i)}{first + 2 + i}:{column_letters(right)}{first + 2 + i}" for i in range(right - 2))
    better = " ".join(f"C{first + 3 + i}:{column_letters(2 + i)}{first + 3 + i}" for i in range(right - 2))
    for area, colour in ((worse, "#F4A7A7"), (better, "#A5D6A0")):
        sheet.conditional_format(area.split()[0], {
            "type": "2_color_scale", "multi_range": area, "min_type": "num", "min_value": 0, "min_color": "#FFFFFF", "max_color": colour,
        })  # fmt: skip
    boxed = f'=AND($A{first + 1}<>"",C${header + 1}<>"")'
    sheet.conditional_format(first, 2, last, right, {"type": "formula", "criteria": boxed, "format": box})
    sheet.conditional_format(first, 0, last, 0, {"type": "formula", "criteria": f'=$A{first + 1}<>""', "format": head})
    sheet.conditional_format(first, 1, last, 1, {"type": "formula", "criteria": f'=$A{first + 1}<>""', "format": sums})
    sheet.conditional_format(header, 2, header, right, {"type": "formula", "criteria": f'={corner}<>""', "format": head})
    sheet.conditional_format(first - 1, 2, first - 1, right, {"type": "formula", "criteria": f'=C${header + 1}<>""', "format": sums})


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
    more = {"bold": True, "bg_color": "#FFF2CC"}
    for column, text in enumerate(CUT_COLUMNS):
        if text in _MONEY:
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
        sheet.conditional_format(4, effect, _LAST * 4 - 1, effect, rule)


def add_approvals(look: Look) -> None:
    """审批汇总: what awaits whose decision above, the customers for the last in the route below."""
    header, room = 4 + sheets.MOST_APPROVERS + 3, sheets.MOST_APPROVERS
    sheet = titled(look, sheets.APPROVALS, "授信审批汇总", TOP_APPROVAL_COLUMNS, header, "#BF8F00", {"分公司": 18})
    sheet.set_row(3, 26)
    more = {"bold": True, "bg_color": "#FFF2CC"}
    for column, text in enumerate(APPROVER_COLUMNS):
        sheet.write(3, column, in_print(text), look.header)
        for row in range(4, 4 + room):
            sheet.write_blank(row, column, None, style(look, text))
        letters = column_letters(column)
        if column:
            formula(sheet, 4 + room, column, f"=SUM({letters}5:{letters}{4 + room})", style(look, text, **more))
    sheet.write(4 + room, 0, "合计", look.cell(align="center", **more))
    sheet.set_row(5 + room, 8)
    sheet.write(6 + room, 0, sheets.TOP_LABEL, look.format(bold=True, font_size=11))
    add_list(look, sheet, TOP_APPROVAL_COLUMNS, header, "上级审批表")
    sheet.freeze_panes(0, 0)
    colour_words(look, sheet, TOP_APPROVAL_COLUMNS.index("级别"), header + 1, LEVEL_COLOURS | _STATUSES)
