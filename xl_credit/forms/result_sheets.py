"""评级结果, 审批路线, 级别变动, 核对 and 政策: titled list objects with one styled row, which the tool fills and lets grow."""

from collections.abc import Mapping, Sequence

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_credit.forms.evaluation_sheet import LEVEL_COLOURS
from xl_credit.forms.look import (
    BAD,
    GOOD,
    POOR,
    WRITTEN_FILL,
    Look,
    colour_words,
    dropdown,
    heading,
    print_filled_rows,
    print_on_a4,
)
from xl_credit.policy import flat
from xl_credit.quarter.columns import (
    CHANGE_COLUMNS,
    CHANGES,
    CHECK_COLUMNS,
    CHECK_KEPT,
    CHECKS,
    POLICY_COPY,
    RESULT_COLUMNS,
    RESULTS,
    ROUTE_KEPT,
    ROUTE_WRITTEN,
    ROUTES,
    WRAPPED,
    titled,
)
from xl_credit.rules.approval import APPROVED_STATE, STATES
from xl_credit.rules.changes import DOWN, FIRST, STOPPED, UP
from xl_credit.rules.figures import PARTS, Policy
from xl_credit.rules.records import HELD, INCOMPLETE, UNRATED
from xl_credit.tables import column_letters

HEADER_ROW = 4  # of these sheets, counted from 1
# one A4 page wide at a size that can be read: long texts wrap, and the rows, which have no height of their own, grow with them
_WIDE = {
    "客户编码": 9.3, "客户名称": 15, "业务员": 6.8, "业务类别": 5, "得分": 5, "原级别": 7.8, "调整": 16, "级别": 7.8, "赊欠限额": 8,
    "建议额度": 8, "建议期限": 8, "额度依据": 15, "评级状态": 8, "依据": 30, "路线": 11, "步骤": 5.5, "岗位": 12.5, "权限依据": 28,
    "送审额度": 8.3, "送审期限": 8.3, "审批意见": 22, "审批人": 9, "审批日期": 11, "到位期限": 11, "状态": 8, "重点客户": 6, "上季级别": 8.5,
    "本季级别": 8.5, "方向": 8, "原因": 32, "条文": 13, "重点客户说明": 46, "位置": 13, "发现": 40, "允许": 30, "影响": 20, "处理说明": 24,
}  # fmt: skip
_DATES = ("审批日期", "到位期限")
_MONEY = ("赊欠限额", "建议额度", "送审额度")


def add_result_sheets(look: Look, policy: Policy, note: str) -> None:
    """All sheets that a regeneration writes, in the order in which they are read."""
    add_results(look, note)
    add_routes(look, note)
    add_changes(look, note)
    add_checks(look, note)
    add_policy_copy(look, policy)


def titled_table(
    look: Look, name: str, title: str, note: str, columns: Sequence[str], *, tab: str, object_name: str,
    styles: Mapping[str, Format] | None = None,
) -> Worksheet:  # fmt: skip
    """A sheet with title, note line and an empty list object under ``columns``."""
    sheet = look.sheet(name, tab)
    heading(look, sheet, title, note, len(columns))
    sheet.set_row(2, 6)
    sheet.set_row(HEADER_ROW - 1, 34)
    headers = []
    for column, header in enumerate(columns):
        style = (styles or {}).get(header) or _style(look, header)
        sheet.set_column(column, column, _WIDE.get(header, 10))
        sheet.write_blank(HEADER_ROW, column, None, style)
        headers.append({"header": titled(header), "header_format": look.header})
    sheet.add_table(HEADER_ROW - 1, 0, HEADER_ROW, len(columns) - 1, {"name": object_name, "style": None, "columns": headers})
    sheet.freeze_panes(HEADER_ROW, 2)
    print_on_a4(sheet, len(columns), (HEADER_ROW - 1, HEADER_ROW - 1))
    return sheet


def _style(look: Look, header: str) -> Format:
    kept = header in ROUTE_KEPT or header in CHECK_KEPT
    base = {} if kept else {"bg_color": WRITTEN_FILL}
    if header in WRAPPED:
        return look.cell(text_wrap=True, align="left", font_size=9, **base)
    if header in _DATES:
        return look.cell(num_format="yyyy-mm-dd", align="center", **base)
    if header in _MONEY:
        return look.cell(num_format="#,##0.00", **base)
    as_text = {"num_format": "@"} if header in ("客户编码", "合同编号") else {}
    return look.cell(align="center", text_wrap=header in ("级别", "原级别", "路线", "岗位"), **as_text, **base)


def add_results(look: Look, note: str) -> None:
    sheet = titled_table(look, RESULTS, "客户信用评级结果", note, RESULT_COLUMNS, tab="#548235", object_name="评级结果表")
    for part in PARTS:
        sheet.set_column(RESULT_COLUMNS.index(part), RESULT_COLUMNS.index(part), 5)
    colour_words(look, sheet, RESULT_COLUMNS.index("级别"), HEADER_ROW, LEVEL_COLOURS)
    colour_words(look, sheet, RESULT_COLUMNS.index("评级状态"), HEADER_ROW, {INCOMPLETE: BAD, UNRATED: POOR, HELD: POOR})


def add_routes(look: Look, note: str) -> None:
    columns = (*ROUTE_WRITTEN, *ROUTE_KEPT)
    sheet = titled_table(look, ROUTES, "客户授信审批路线", note, columns, tab="#BF8F00", object_name="审批路线表")
    sheet.set_column(columns.index("客户名称"), columns.index("客户名称"), 25)  # many rows a customer: one line each
    dropdown(sheet, columns.index("状态"), HEADER_ROW, STATES, "状态")
    colour_words(look, sheet, columns.index("状态"), HEADER_ROW, {APPROVED_STATE: GOOD, "退回": POOR, "否决": BAD})
    column = columns.index("审批日期")
    sheet.data_validation(HEADER_ROW, column, 19999, column, {
        "validate": "date", "criteria": ">", "value": "=DATE(2000,1,1)", "error_title": "审批日期", "error_message": "请填日期,如 2026-10-15",
    })  # fmt: skip


def add_changes(look: Look, note: str) -> None:
    sheet = titled_table(look, CHANGES, "客户级别变动", note, CHANGE_COLUMNS, tab="#7030A0", object_name="级别变动表")
    colours = {UP: GOOD, DOWN: BAD, STOPPED: BAD, FIRST: POOR}
    colour_words(look, sheet, CHANGE_COLUMNS.index("方向"), HEADER_ROW, colours)


def add_checks(look: Look, note: str) -> None:
    columns = (*CHECK_COLUMNS, *CHECK_KEPT)
    link = look.cell(font_color="#0563C1", underline=1, bg_color=WRITTEN_FILL)
    titled_table(look, CHECKS, "核对:须处理的问题", note, columns, tab="#C00000", object_name="核对表", styles={"位置": link})


def add_policy_copy(look: Look, policy: Policy) -> None:
    """The branch's copy of the quarter's policy, at the rows that the native formulas look up."""
    sheet = look.sheet(POLICY_COPY, "#7F7F7F")
    heading(look, sheet, "信用政策(总部下发,请勿修改)", flat.policy_note(policy), len(flat.HEADERS))
    sheet.write(2, 0, "本表由总部政策文件更新;修改请在政策文件中进行。", look.note)
    for column, header in enumerate(flat.HEADERS):
        sheet.write(flat.HEADER_ROW - 1, column, header, look.header)
    for offset, row in enumerate(flat.flat_rows(policy)):
        _policy_row(look, sheet, flat.HEADER_ROW + offset, row)
    for column, width in enumerate((12, 23, 40, 9, 8, 9, 8, 11, 15, 10, 10, 9, 15)):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(flat.HEADER_ROW, 2)
    edge = {"border": 1, "border_color": "#A6A6A6"}  # only rows in use have borders: the blocks' spare rows stay white
    area = f"A{flat.HEADER_ROW + 1}:{column_letters(len(flat.HEADERS) - 1)}{flat.HEADER_ROW + len(flat.flat_rows(policy))}"
    in_use = {"type": "formula", "criteria": f'=$B{flat.HEADER_ROW + 1}<>""', "format": look.book.add_format(edge)}
    sheet.conditional_format(area, in_use)
    sheet.protect("", {"select_locked_cells": True, "select_unlocked_cells": True, "format_columns": True})
    print_on_a4(sheet, len(flat.HEADERS), (flat.HEADER_ROW - 1, flat.HEADER_ROW - 1), whole_columns=False)
    print_filled_rows(look, sheet, len(flat.HEADERS), flat.NAME, flat.HEADER_ROW)


def _policy_row(look: Look, sheet: Worksheet, number: int, row: list[object]) -> None:
    for column, value in enumerate(row):
        if hasattr(value, "year"):
            sheet.write_datetime(number, column, value, look.format(num_format="yyyy-mm-dd", align="center"))
        elif isinstance(value, str):
            sheet.write_string(number, column, value, look.format(shrink=True, align="left"))
        elif value is None:
            sheet.write_blank(number, column, None, look.format())
        else:
            sheet.write_number(number, column, value, look.format(align="center"))
