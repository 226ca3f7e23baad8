"""客户卡 (第九条): one customer on one A4 page, filled by native formulas for the chosen customer, or with values to hand on."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_credit.forms import service_columns as c
from xl_credit.forms.look import HEADER_FILL, NOTE_FILL, Look
from xl_credit.forms.service_look import FIRST, FORM_TAB, LAST, Record, choose, codes_source, is_date, is_money, protect
from xl_credit.rules.service_figures import ServicePolicy
from xl_credit.tables import column_letters

_WIDTHS = (11, 12.5, 11, 12.5, 11, 12.5, 11, 12.5)
_LAST_COLUMN = len(_WIDTHS) - 1
_HELPER = len(_WIDTHS)  # hidden: in which row of its list a line stands
_CHOSEN = "$B$3"
VISITS, COMPLAINTS, PLANNED, SURVEYS = "最近巡访", "未结投诉", "待访计划", "满意度"
MASTER_LINES = (
    ("客户名称", "经营项目"), ("地区", "性质", "规模", "首次交易日期"), ("联系人", "联系电话", "业务员", "巡访人"), ("地址", "备注"),
)  # fmt: skip
CREDIT_LINES = (("服务等级", "服务得分", "每季巡访次数", "年交易额"), ("信用级别", "赊欠限额", "授信额度", "授信期限"))
AGEING_LINES = (("应收余额", "未到期", "逾期金额", "最长逾期"),)
# heading → (sheet, lines shown, (header, first column, last column, label))
LISTS: dict[str, tuple[str, int, tuple[tuple[str, int, int], ...]]] = {
    VISITS: (c.DAILY, 5, (("巡访日期", 0, 0), ("巡访人", 1, 1), ("巡访内容", 2, 4), ("客户意见", 5, 6), ("问题状态", 7, 7))),
    COMPLAINTS: (c.COMPLAINTS, 3, (("受理日期", 0, 0), ("投诉类型", 1, 1), ("投诉内容", 2, 5), ("应结日期", 6, 6), ("处理人", 7, 7))),
    PLANNED: (c.PLAN, 3, (("计划日期", 0, 0), ("巡访人", 1, 1), ("列入原因", 2, 4), ("具体安排", 5, 7))),
    SURVEYS: (c.SURVEYS, 2, (("调查日期", 0, 0), ("平均分", 1, 1), ("客户意见", 2, 5), ("处理情况", 6, 7))),
}  # fmt: skip


class Formula(str):
    """Text that is written as a formula; all other text stays text."""


class Source(NamedTuple):
    """Where a card's cells come from: of the customer by (sheet, header), of a list's n-th line by (heading, n, header, row)."""

    of_customer: Callable[[str, str], object]
    of_line: Callable[[str, int, str, int], object]
    code: object
    native: bool


def native_source(policy: ServicePolicy) -> Source:
    """The formulas of the template's own card."""

    def of_customer(sheet: str, header: str) -> Formula:
        columns = c.LAYOUT.get(sheet) or c.GRADE_COLUMNS
        there = f"INDEX({_area(sheet, columns, header)},MATCH({_CHOSEN},{_area(sheet, columns, '客户编码')},0))"
        return Formula(f'=IF({_CHOSEN}="","",IFERROR(IF({there}="","",{there}),""))')

    def of_line(heading: str, number: int, header: str, row: int) -> Formula:
        sheet = LISTS[heading][0]
        columns = _columns(policy, sheet)
        letters, helper = column_letters(columns.index(header)), f"${column_letters(_HELPER)}${row + 1}"
        there = f"INDEX({sheet}!${letters}$1:${letters}${LAST},{helper})"
        return Formula(f'=IF(N({helper})<=0,"",IF({there}="","",{there}))')

    return Source(of_customer, of_line, None, True)


def _columns(policy: ServicePolicy, sheet: str) -> Sequence[str]:
    if sheet == c.SURVEYS:
        return c.survey_columns(policy.survey_items)
    return c.PLAN_ORDER if sheet == c.PLAN else c.LAYOUT[sheet]


def _area(sheet: str, columns: Sequence[str], header: str, first: int = FIRST) -> str:
    letters = column_letters(list(columns).index(header))
    return f"{sheet}!${letters}${first + 1}:${letters}${LAST}"


def _helper(policy: ServicePolicy, heading: str, number: int) -> str:
    """The row of the n-th line: the latest visits and surveys, complaints without a closing day, plans without a visit."""
    sheet = LISTS[heading][0]
    columns = _columns(policy, sheet)
    codes = _area(sheet, columns, "客户编码")
    mine = f"({codes}={_CHOSEN})"
    if heading in (VISITS, SURVEYS):
        return f'=IF({_CHOSEN}="",0,SUMPRODUCT(LARGE({mine}*ROW({codes}),{number})))'
    undone = _area(sheet, columns, "结案日期" if heading == COMPLAINTS else "实际日期")
    first = f'SUMPRODUCT(LARGE({mine}*({undone}="")*({LAST}+1-ROW({codes})),{number}))'
    return f'=IF({_CHOSEN}="",0,IF({first}=0,0,{LAST}+1-{first}))'


def add_card(look: Look, policy: ServicePolicy, chosen: str = "") -> None:
    """The template's card: choose a customer in the yellow cell."""
    sheet = look.sheet(c.CARD, FORM_TAB)
    draw_card(look, sheet, policy, native_source(policy), chosen)
    sheet.set_column(_HELPER, _HELPER, 3, None, {"hidden": True})
    choose(sheet, 1, codes_source(c.CLIENTS), "客户编码", first=2, last=3)
    protect(sheet)


def draw_card(look: Look, sheet: Worksheet, policy: ServicePolicy, source: Source, chosen: str, note: str = "") -> None:
    """One card; a page of A4 upright."""
    for column, wide in enumerate(_WIDTHS):
        sheet.set_column(column, column, wide)
    sheet.set_row(0, 32)
    sheet.merge_range(0, 0, 0, _LAST_COLUMN, "客 户 卡", look.title)
    words = note or "随巡访日报一并呈报(客户服务管理办法第九条)"
    sheet.merge_range(1, 0, 1, _LAST_COLUMN, words, look.format(font_size=9, font_color="#7F6000", align="center"))
    row = _chooser(look, sheet, source, chosen)
    row = _pairs(look, sheet, row, "基本资料", c.CLIENTS, MASTER_LINES, source)
    row = _pairs(look, sheet, row, "服务等级与信用", c.GRADES, CREDIT_LINES, source)
    row = _long(look, sheet, row, "分级依据", source.of_customer(c.GRADES, "依据"))
    row = _pairs(look, sheet, row, "应收账款", c.GRADES, AGEING_LINES, source)
    row = _long(look, sheet, row, "账龄分布", source.of_customer(c.GRADES, "账龄分布"))
    for heading in LISTS:
        row = _lines(look, sheet, policy, row, heading, source)
    row = _signatures(look, sheet, row)
    sheet.set_paper(9)
    sheet.set_portrait()
    sheet.fit_to_pages(1, 1)
    sheet.print_area(0, 0, row - 1, _LAST_COLUMN)
    sheet.center_horizontally()
    sheet.set_margins(left=0.4, right=0.4, top=0.45, bottom=0.5)
    sheet.set_footer('&L&"宋体"&9&A&R&"宋体"&9第 &P 页')


def _chooser(look: Look, sheet: Worksheet, source: Source, chosen: str) -> int:
    sheet.set_row(2, 24)
    sheet.write(2, 0, "客户编码" + ("(请选)" if source.native else ""), _label(look))
    open_cell = look.cell(bold=True, align="center", bg_color="#FFFF99" if source.native else NOTE_FILL, num_format="@", font_size=11, locked=False)
    sheet.merge_range(2, 1, 2, 2, "", open_cell)
    if source.native:
        sheet.write_string(2, 1, chosen, open_cell) if chosen else sheet.write_blank(2, 1, None, open_cell)
    else:
        sheet.write_string(2, 1, str(source.code), open_cell)
    sheet.write(2, 3, "统计日", _label(look))
    day = look.cell(align="center", num_format="yyyy-mm-dd")
    sheet.merge_range(2, 4, 2, 5, "", day)
    _put(sheet, 2, 4, source.of_customer(c.GRADES, "统计日"), day)
    sheet.write(2, 6, "填卡日期", _label(look))
    sheet.write_blank(2, 7, None, look.cell(align="center", num_format="yyyy-mm-dd", locked=False))
    return 3


def _label(look: Look) -> Format:
    return look.cell(bold=True, align="center", bg_color=HEADER_FILL, text_wrap=True, font_size=9)


def _put(sheet: Worksheet, row: int, column: int, value: object, shape: Format) -> None:
    if isinstance(value, Formula):
        sheet.write_formula(row, column, value, shape, "")
    elif isinstance(value, str) and value:
        sheet.write_string(row, column, value, shape)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, shape)
    elif value is None or value == "":
        sheet.write_blank(row, column, None, shape)
    else:
        sheet.write_number(row, column, value, shape)


def _shape(look: Look, header: str, *, long: bool = False) -> Format:
    if is_date(header):
        return look.cell(num_format="yyyy-mm-dd", align="center", shrink=True)
    if is_money(header):
        return look.cell(num_format="#,##0.00;[Red]-#,##0.00", align="right", shrink=True)
    if long:
        return look.cell(align="left", text_wrap=True, font_size=9)
    return look.cell(align="center", shrink=True)


def _section(look: Look, sheet: Worksheet, row: int, title: str) -> int:
    sheet.set_row(row, 18)
    sheet.merge_range(row, 0, row, _LAST_COLUMN, title, look.cell(bold=True, bg_color=NOTE_FILL, indent=1))
    return row + 1


def _pairs(look: Look, sheet: Worksheet, row: int, title: str, name: str, lines: Sequence[Sequence[str]], source: Source) -> int:
    row = _section(look, sheet, row, title)
    for line in lines:
        wide = len(line) == 2
        sheet.set_row(row, 24 if wide else 20)
        for place, header in enumerate(line):
            column = place * (4 if wide else 2)
            sheet.write(row, column, c.titled(header), _label(look))
            shape = _shape(look, header, long=wide and not is_date(header))
            if wide:
                sheet.merge_range(row, column + 1, row, column + 3, "", shape)
            of = c.GRADES if header == "巡访人" else name  # who visits now, also where 客户档案 leaves it to the plan
            _put(sheet, row, column + 1, source.of_customer(of, header), shape)
        row += 1
    return row


def _long(look: Look, sheet: Worksheet, row: int, title: str, value: object) -> int:
    sheet.set_row(row, 28)
    sheet.write(row, 0, title, _label(look))
    shape = look.cell(align="left", text_wrap=True, font_size=9)
    sheet.merge_range(row, 1, row, _LAST_COLUMN, "", shape)
    _put(sheet, row, 1, value, shape)
    return row + 1


def _lines(look: Look, sheet: Worksheet, policy: ServicePolicy, row: int, heading: str, source: Source) -> int:
    _, shown, cells = LISTS[heading]
    row = _section(look, sheet, row, heading)
    for header, first, last in cells:
        _merged(sheet, row, first, last, header, _label(look))
    for number in range(1, shown + 1):
        at = row + number
        sheet.set_row(at, 27)
        if source.native:
            sheet.write_formula(at, _HELPER, _helper(policy, heading, number), look.format(font_color="#FFFFFF"), "")
        for header, first, last in cells:
            shape = _shape(look, header, long=last > first)
            _merged(sheet, at, first, last, "", shape)
            _put(sheet, at, first, source.of_line(heading, number, header, at), shape)
    return row + shown + 1


def _merged(sheet: Worksheet, row: int, first: int, last: int, text: str, shape: Format) -> None:
    if last > first:
        sheet.merge_range(row, first, row, last, text, shape)
    else:
        sheet.write(row, first, text, shape)


def _signatures(look: Look, sheet: Worksheet, row: int) -> int:
    box = look.cell(align="left", valign="bottom", font_size=9, font_color="#595959", locked=False)
    sheet.set_row(row, 34)
    for column, text in ((0, "巡访人签字:"), (4, "客户服务主管审阅:")):
        sheet.merge_range(row, column, row, column + 3, text, box)
    return row + 1


def value_source(code: str, customer: Mapping[str, Record], lines: Mapping[str, Sequence[Record]]) -> Source:
    """A card of values: ``customer`` by sheet, ``lines`` by heading in the order they are to stand."""

    def of_customer(sheet: str, header: str) -> object:
        return customer.get(sheet, {}).get(header)

    def of_line(heading: str, number: int, header: str, row: int) -> object:
        mine = lines.get(heading, ())
        return mine[number - 1].get(header) if number <= len(mine) else None

    return Source(of_customer, of_line, code, False)
