"""What the sheets of 应收台账 share: a column's look by what it holds, sheets with title and note lines, lists that grow."""

from collections.abc import Collection, Mapping, Sequence

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_credit.forms.look import BAD, GOOD, NOTE_FILL, WRITTEN_FILL, Look, heading, print_on_a4
from xl_credit.quarter.columns import NOTE_LABEL
from xl_credit.receivables.columns import AGEING, BASIS_LABEL, UNITS, WRAPPED, titled
from xl_credit.rules.figures import CREDIT_ROUTE, LOW_LEVEL_ROUTE, Policy
from xl_credit.tables import column_letters

INPUT_TAB, REPORT_TAB = "#2E75B6", "#548235"
HEADER = 3  # header row of the plain sheets, counted from 0
LAST = 20000  # rules for cells reach this far down a list
NOT_MADE = "尚未生成"
NOTE = f"{NOTE_LABEL}{NOT_MADE}"
MONEY, MONEY_OR_DASH, SHARE, RATE, DATE = (
    "#,##0.00;[Red]-#,##0.00", '#,##0.00;[Red]-#,##0.00;"-"', "0.0%", "0.00%", "yyyy-mm-dd",
)  # fmt: skip
_TEXTS = {"分期", "季度"}  # and numbers of documents: 001 is not 1
_WHOLE = {"天数", "序号", "优先级"}
_SHRUNK = {"客户名称", "业务员"}  # in rows that people type into, which keep their height
WIDTHS = {
    "客户编码": 10, "客户名称": 20, "业务员": 8, "摘要": 18, "原因": 18, "说明": 34, "理由": 24, "条文": 12, "处理说明": 20, "依据": 30,
    "分期": 6, "优先级": 7, "状态": 8, "季度": 9, "结果": 11, "经办人": 9, "类别": 11, "批准岗位": 13, "批准人": 9, "到期日依据": 12,
    "账龄区间": 9, "六个月期满日": 11, "合同状态": 11, "性质": 10, "责任人": 12, "序号": 5, "天数": 7,
}  # fmt: skip


def is_money(header: str) -> bool:
    return UNITS.get(header) in ("元", "万元")


def is_date(header: str) -> bool:
    return header.endswith(("日", "日期"))


def is_whole(header: str) -> bool:
    return UNITS.get(header) == "天" or header in _WHOLE


def is_text(header: str) -> bool:
    """Codes and numbers of documents, which may begin with a zero."""
    return header in _TEXTS or header.endswith(("编码", "编号", "单号", "订单号"))


def width(header: str) -> float:
    if header in WIDTHS:
        return WIDTHS[header]
    return 13.5 if is_money(header) else 11 if is_date(header) else 7.5 if is_whole(header) else 13 if is_text(header) else 10


def style(look: Look, header: str, *, typed: bool = False, **more: object) -> Format:
    """The look of a column's cells by what the column holds; grey what the tool writes, white what people type."""
    base = more if typed else {"bg_color": WRITTEN_FILL} | more
    if is_money(header):
        return look.cell(**{"num_format": MONEY, "align": "right", "shrink": True} | base)
    if is_date(header):
        return look.cell(num_format=DATE, align="center", **base)
    if is_whole(header):
        return look.cell(num_format="0", align="center", **base)
    if is_text(header):
        return look.cell(num_format="@", align="center", shrink=True, **base)
    if header in WRAPPED and not (typed and header in _SHRUNK):
        return look.cell(align="left", text_wrap=True, font_size=9, **base)
    return look.cell(align="left" if header in WRAPPED else "center", shrink=True, **base)


def pixels(widths: Sequence[float]) -> int:
    """How wide these columns are together, for what is to stand over them."""
    return sum(int(chars * 7 + 0.5) + 5 for chars in widths)


def object_name(sheet: str) -> str:
    """The list object's name on a sheet; formulas on other sheets call it by this."""
    return "客户账龄表" if sheet == AGEING else f"{sheet}表"


def column_of(sheet: str, header: str) -> str:
    """A list's column as formulas name it, however many rows the list has come to have.

    >>> column_of("罚息", "罚息")
    '罚息表[罚息(元)]'
    """
    return f"{object_name(sheet)}[{titled(header)}]"


def deciding_roles(policy: Policy) -> tuple[str, ...]:
    """第十条(5)(6): the posts that may decide on credit."""
    steps = (*policy.route[CREDIT_ROUTE], *policy.route[LOW_LEVEL_ROUTE])
    return tuple(dict.fromkeys(step.role for step in steps if step.final))


def report_sheet(look: Look, name: str, title: str, note: str, widths: Sequence[float], *, header: int = HEADER) -> Worksheet:
    """A report's sheet: title, the note line (quarter and policy) and the line that says how the figures were made."""
    sheet = look.sheet(name, REPORT_TAB)
    heading(look, sheet, title, note, len(widths))
    sheet.merge_range(2, 0, 2, len(widths) - 1, f"{BASIS_LABEL}{NOT_MADE}", look.note)
    for column, wide in enumerate(widths):
        sheet.set_column(column, column, wide)
    print_on_a4(sheet, len(widths), (header, header))
    return sheet


def add_list(
    look: Look, sheet: Worksheet, columns: Sequence[str], header: int, *, kept: Collection[str] = (), rows: int = 1,
    styles: Mapping[str, Format] | None = None, headers: Mapping[str, Format] | None = None,
) -> None:  # fmt: skip
    """An empty list object whose first row gives the filled rows their look; ``kept`` are the columns that people fill."""
    sheet.set_row(header, 32)
    titles = []
    for column, name in enumerate(columns):
        shape = (styles or {}).get(name) or style(look, name, typed=name in kept)
        for row in range(header + 1, header + 1 + rows):
            sheet.write_blank(row, column, None, shape)
        titles.append({"header": titled(name), "header_format": (headers or {}).get(name, look.header)})
    settings = {"name": object_name(sheet.get_name()), "style": None, "columns": titles}
    sheet.add_table(header, 0, header + rows, len(columns) - 1, settings)


def formula(sheet: Worksheet, row: int, column: int, text: str, look: Format) -> None:
    """A formula without a last result: LibreOffice then works it out on opening, as Excel always does."""
    sheet.write_formula(row, column, text, look, "")


def tie_out(look: Look, sheet: Worksheet, row: int, column: int, difference: str) -> None:
    """相符 where the cell ``difference`` is 0, else 不符, in green or red."""
    formula(sheet, row, column, f'=IF({difference}=0,"相符","不符")', look.cell(bold=True, align="center", bg_color=NOTE_FILL))
    for word, (fill, font) in (("相符", GOOD), ("不符", BAD)):
        shape = look.book.add_format({"bg_color": fill, "font_color": font})
        sheet.conditional_format(row, column, row, column, {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": shape})


def colour_where(look: Look, sheet: Worksheet, area: tuple[int, int, int, int], condition: str, **properties: object) -> None:
    """A format for the area's cells for which the condition, written for its first cell, holds."""
    sheet.conditional_format(*area, {"type": "formula", "criteria": condition, "format": look.book.add_format(properties)})


def colour_above_zero(look: Look, sheet: Worksheet, column: int, first: int, colours: tuple[str, str] = BAD) -> None:
    cell = f"{column_letters(column)}{first + 1}"
    condition = f"=AND(ISNUMBER({cell}),{cell}>0)"
    colour_where(look, sheet, (first, column, LAST - 1, column), condition, bg_color=colours[0], font_color=colours[1])


def choose_role(sheet: Worksheet, column: int, first: int, policy: Policy, what: str) -> None:
    """The posts that may decide; another may be entered all the same, for what was approved without authority is on record too."""
    sheet.data_validation(first, column, LAST - 1, column, {
        "validate": "list", "source": list(deciding_roles(policy)), "error_type": "warning", "error_title": f"{what}没有审批权限",
        "error_message": f"有权审批的岗位:{'、'.join(deciding_roles(policy))}。仍要填写,将按越权(第二十条)处理。"[:250],
    })  # fmt: skip


def require_date(sheet: Worksheet, column: int, first: int, what: str) -> None:
    _require(sheet, column, first, what, "请填日期,如 2026-07-01", "=DATE(1949,10,1)", "=DATE(2199,12,31)", "date")


def require_money(sheet: Worksheet, column: int, first: int, what: str, *, negative: bool) -> None:
    least, words = (-1e12, "请填数字,减少填负数") if negative else (0, "请填不小于0的数字")
    _require(sheet, column, first, what, words, least, 1e12, "decimal")


def require_whole(sheet: Worksheet, column: int, first: int, what: str, least: int) -> None:
    _require(sheet, column, first, what, f"请填不小于{least}的整数", least, 100000, "integer")


def _require(sheet: Worksheet, column: int, first: int, what: str, words: str, least: object, most: object, kind: str) -> None:
    sheet.data_validation(first, column, LAST - 1, column, {
        "validate": kind, "criteria": "between", "minimum": least, "maximum": most, "error_title": what[:32],
        "error_message": f"{what}{words}",
    })  # fmt: skip
