"""What the sheets of the service workbook share: columns' looks by what they hold, lists to type into, cells locked by role."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_credit.books.row_heights import line_count
from xl_credit.forms.look import WRITTEN_FILL, Look, heading, print_filled_rows, print_on_a4
from xl_credit.forms.service_columns import DAILY, UNITS, list_name, titled
from xl_credit.tables import column_letters

Record = Mapping[str, object]

HEADER, FIRST = 3, 4  # header row and first row of every list, from 0
LAST = 3000  # formulas of other sheets reach this far down a list
MASTER_TAB, PLAN_TAB, DAILY_TAB, FORM_TAB, CREDIT_TAB = "#1F4E78", "#548235", "#2E75B6", "#BF8F00", "#7F6000"
NEEDED_FILL, FORMULA_FILL = "#BDD7EE", "#EDEDED"
_A3, _FITS_A4 = 8, 190  # characters that a landscape page of A4 shows in a size one can read
_PROTECTION = {
    "format_columns": True, "format_rows": True, "sort": True, "autofilter": True, "select_locked_cells": True, "select_unlocked_cells": True,
}  # fmt: skip
_LONG = {
    "备注", "地址", "经营项目", "基本方针", "重点推销商品", "重点调查项目", "特别调查项目", "具体巡访活动安排", "具体安排", "巡访内容", "客户意见",
    "客户建议", "客户希望", "市场情况", "竞争对手情况", "其他公司销售策略", "效果说明", "主要问题", "处理过程", "处理结果", "其他事项", "主管审阅",
    "问题经过", "已采取措施", "请求事项", "答复内容", "赠送事由", "审批意见", "投诉内容", "提案内容", "评审意见", "实施结果", "内容", "结果",
    "处理情况", "列入原因", "依据", "来源", "说明", "账龄分布", "发现", "摘要",
}  # fmt: skip
_WIDTHS = {
    "客户编码": 11, "客户名称": 22, "联系电话": 14, "地址": 26, "期间": 10, "层次": 7, "日报编号": 13, "计划编号": 18, "报告编号": 13,
    "申请编号": 13, "调查编号": 13, "投诉编号": 13, "提案编号": 13, "服务编号": 13, "岗位": 14, "直接上级": 14, "受理岗位": 13, "审批岗位": 13,
    "礼品名称": 15, "服务等级": 9, "次序": 6, "季度": 9, "月份": 9, "确认": 6, "数量": 7, "意见类别": 9, "列入原因": 34, "依据": 58, "来源": 30,
    "账龄分布": 34, "执行情况": 12, "紧急报告编号": 13, "移交技术部门日期": 12, "评价项目": 15, "现评": 12, "建议": 20, "记录期间": 10, "条文": 12,
    "任职条件": 10, "性质": 12, "规模": 8, "姓名": 10, "营业单位": 12,
}  # fmt: skip


def is_date(header: str) -> bool:
    return header.endswith(("日", "日期", "期限")) and header not in UNITS


def is_money(header: str) -> bool:
    return UNITS.get(header) in ("元", "万元")


def is_number(header: str) -> bool:
    return is_money(header) or header in UNITS or header.endswith(("分", "次数")) or header in ("数量", "参加人数")


def is_code(header: str) -> bool:
    return header.endswith(("编码", "编号", "电话")) or header in ("期间", "季度", "月份")


def width(header: str) -> float:
    if header in _WIDTHS:
        return _WIDTHS[header]
    return 24 if header in _LONG else 12.5 if is_money(header) else 11 if is_date(header) else 9


def style(look: Look, header: str, **more: object) -> Format:
    """The look of a column's cells by what it holds."""
    if is_date(header):
        return look.cell(num_format="yyyy-mm-dd", align="center", **more)
    if is_money(header):
        return look.cell(num_format="#,##0.00;[Red]-#,##0.00", align="right", shrink=True, **more)
    if header == "增长率":
        return look.cell(num_format="+0.0%;[Red]-0.0%;0.0%", align="center", **more)
    if header.endswith("分") and header != "服务得分":
        return look.cell(num_format="0.0", align="center", **more)
    if is_code(header):
        return look.cell(num_format="@", align="center", shrink=True, **more)
    if header in _LONG:
        return look.cell(align="left", text_wrap=True, font_size=9, **more)
    return look.cell(align="left" if header == "客户名称" else "center", shrink=True, **more)


def of_row(sheet: str, header: str) -> str:
    """A list's cell in the formula's own row."""
    return f"{list_name(sheet)}[[#This Row],[{titled(header)}]]"


def of_list(sheet: str, header: str) -> str:
    """A list's whole column, however long it has become."""
    return f"{list_name(sheet)}[{titled(header)}]"


def figure(kind: str, name: str, column: str = "数值") -> str:
    """A figure of the sheet 参数; ``name`` is a formula's text, quoted where it is a word."""
    return f'INDEX({of_list("参数", column)},MATCH("{kind}|"&{name},{of_list("参数", "键")},0))'


def codes_source(sheet: str, column: int = 0) -> str:
    """The filled part of a list's column as the source of a dropdown."""
    letters = column_letters(column)
    return f"=OFFSET({sheet}!${letters}${FIRST + 1},0,0,MAX(1,COUNTA({sheet}!${letters}${FIRST + 1}:${letters}${LAST})),1)"


def title_sheet(look: Look, name: str, title: str, note: str, columns: Sequence[str], tab: str) -> Worksheet:
    """A list's sheet with its title, a line on how to fill it, and the widths of its columns."""
    sheet = look.sheet(name, tab)
    heading(look, sheet, title, note, min(len(columns), 8) if name == DAILY else len(columns))
    sheet.set_row(1, 18)
    sheet.set_row(2, 20)
    sheet.set_row(HEADER, 32)
    for column, header in enumerate(columns):
        sheet.set_column(column, column, width(header))
    print_on_a4(sheet, len(columns), (HEADER, HEADER), whole_columns=False, pages_wide=2 if name == DAILY else 1)
    if sum(map(width, columns)) > _FITS_A4:
        sheet.set_paper(_A3)
    return sheet


def add_list(
    look: Look, sheet: Worksheet, columns: Sequence[str], records: Sequence[Record], spare: int, *,
    open_to: Callable[[str], bool], formulas: Mapping[str, str] = {}, needed: Sequence[str] = (),
) -> None:  # fmt: skip
    """A list object with ``records`` and ``spare`` more rows; ``open_to`` says which columns may be typed into."""
    rows = max(1, len(records) + spare)
    styles = {}
    for header in columns:
        fill = {"bg_color": FORMULA_FILL} if header in formulas else {} if open_to(header) else {"bg_color": WRITTEN_FILL}
        styles[header] = style(look, header, locked=header in formulas or not open_to(header), **fill)
    titles = [
        {"header": titled(header), "header_format": look.cell(bold=True, align="center", text_wrap=True,
         bg_color=NEEDED_FILL if header in needed else "#D9E2F3")} | ({"formula": formulas[header]} if header in formulas else {})
        for header in columns
    ]  # fmt: skip
    settings = {"name": list_name(sheet.get_name()), "style": None, "columns": titles}
    sheet.add_table(HEADER, 0, HEADER + rows, len(columns) - 1, settings)
    for offset in range(rows):
        record = records[offset] if offset < len(records) else {}
        _write_row(sheet, FIRST + offset, columns, record, styles, formulas)


def _write_row(
    sheet: Worksheet, row: int, columns: Sequence[str], record: Record, styles: Mapping[str, Format], formulas: Mapping[str, str]
) -> None:
    for column, header in enumerate(columns):
        value = record.get(header)
        if header in formulas:
            sheet.write_formula(row, column, formulas[header], styles[header], "")
        elif isinstance(value, str) and value:
            sheet.write_string(row, column, value, styles[header])
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, styles[header])
        elif value is None or value == "":
            sheet.write_blank(row, column, None, styles[header])
        else:
            sheet.write_number(row, column, value, styles[header])
    lines = max((line_count(record.get(header), width(header)) for header in columns if header in _LONG), default=1)
    if lines > 1:
        sheet.set_row(row, lines * 12 + 6)


def finish_list(look: Look, sheet: Worksheet, columns: Sequence[str], key: str, *, frozen: int = 1, guarded: bool = True) -> None:
    """Panes, print area down to the last filled row, and, where ``guarded``, protection that leaves the open cells open."""
    sheet.freeze_panes(FIRST, frozen)
    print_filled_rows(look, sheet, len(columns), list(columns).index(key), FIRST)
    if guarded:
        protect(sheet)


def protect(sheet: Worksheet) -> None:
    """Without a password: it keeps fingers off formulas, not people out."""
    sheet.protect("", _PROTECTION)


def choose(sheet: Worksheet, column: int, choices: Sequence[str] | str, what: str, *, first: int = FIRST, last: int = LAST, strict: bool = True) -> None:
    """A dropdown of words, or of what a formula gives; without ``strict`` other words are asked about and then taken."""
    listed = choices if isinstance(choices, str) else list(choices)
    shown = "" if isinstance(choices, str) else ":" + "、".join(choices)
    sheet.data_validation(first, column, last - 1, column, {
        "validate": "list", "source": listed, "error_type": "stop" if strict else "warning", "error_title": "请核对",
        "error_message": f"{what}请从列表选择{shown}"[:250],
    })  # fmt: skip


def require(sheet: Worksheet, column: int, header: str) -> None:
    """Dates and numbers only, where the column holds them."""
    if is_date(header):
        rule = {"validate": "date", "criteria": "between", "minimum": "=DATE(1949,10,1)", "maximum": "=DATE(2199,12,31)", "error_message": f"{header}请填日期,如 2026-09-01"}
    elif is_number(header):
        rule = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1e12, "error_message": f"{header}请填不小于0的数字"}
    else:
        return
    sheet.data_validation(FIRST, column, LAST - 1, column, rule | {"error_title": header[:32]})
