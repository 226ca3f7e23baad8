"""One row of a list on a page of its own, to print and sign: 巡访日报表 (第九条), 紧急报告单 (第十一条), 礼品申请表 (第六条)."""

from collections.abc import Sequence
from typing import NamedTuple

from xl_credit.forms import service_columns as c
from xl_credit.forms.look import HEADER_FILL, NOTE_FILL, Look
from xl_credit.forms.service_look import FORM_TAB, choose, codes_source, is_date, is_money, of_list, protect

_WIDTHS = (13, 17, 13, 17, 13, 17)
_LAST_COLUMN = len(_WIDTHS) - 1
_CHOSEN, _ROW = "$B$3", "$G$3"  # G, hidden: in which row of the list the chosen one stands


class Block(NamedTuple):
    """A line of the form: up to three short cells, or one ``tall`` text (in points) over the whole width."""

    headers: tuple[str, ...]
    tall: float = 0


class Form(NamedTuple):
    """A printed form: its sheet and list, and its sections as (title, blocks)."""

    name: str
    title: str
    source: str
    sections: tuple[tuple[str, tuple[Block, ...]], ...]
    signatures: tuple[str, ...]


def _short(*headers: str) -> Block:
    return Block(headers)


def _tall(header: str, points: float = 44) -> Block:
    return Block((header,), points)


FORMS = (
    Form(c.DAILY_FORM, "巡 访 日 报 表", c.DAILY, (
        ("(1) 客户名称、巡访日期、巡访内容", (_short("客户编码", "客户名称", "巡访日期"), _short("巡访人", "巡访方式", "计划日期"), _short("上报日期", "按期情况", "上报情况"), _tall("巡访内容", 60))),
        ("(2) 客户意见、建议、希望", (_short("意见类别", "合作态度", "对账情况"), _tall("客户意见"), _tall("客户建议"), _tall("客户希望"))),
        ("(3) 市场情况、竞争对手情况及其他公司的销售策略", (_tall("市场情况"), _tall("竞争对手情况"), _tall("其他公司销售策略"))),
        ("(4) 巡访活动的效果", (_short("巡访效果", "洽谈订货", "承诺回款"), _short("承诺回款日期", "客户产品销售状况", "企业经营状态"), _tall("效果说明", 34))),
        ("(5) 主要问题的处理过程及结果", (_tall("主要问题"), _tall("处理过程"), _tall("处理结果"), _short("问题状态", "紧急报告编号", "附客户卡"))),
        ("(6) 其他必要报告事项", (_tall("其他事项"),)),
    ), ("巡访人签字:", "客户服务主管审阅:")),
    Form(c.URGENT_FORM, "巡 访 紧 急 报 告", c.URGENT, (
        ("报告", (_short("报告日期", "报告人", "日报编号"), _short("客户编码", "客户名称", "事项类别"), _tall("问题经过", 110), _tall("已采取措施", 70), _tall("请求事项", 70))),
        ("受理与答复(第十一条)", (_short("受理岗位", "受理人", "答复期限"), _tall("答复内容", 110), _short("答复人", "答复日期", "答复情况"))),
    ), ("报告单位主管签字:", "受理人签字:")),
    Form(c.GIFT_FORM, "赠送礼品预算申请表", c.GIFTS, (
        ("申请", (_short("申请日期", "申请人", "预计赠送日期"), _short("客户编码", "客户名称", "礼品名称"), _short("数量", "单价", "金额"), _tall("赠送事由", 90))),
        ("审批(第六条:报主管上级审批)", (_short("审批岗位", "应审批人", "审批结果"), _tall("审批意见", 70), _short("审批人", "审批日期", "实际赠送日期"))),
        ("赠送", (_short("签收人", "备注"),)),
    ), ("申请人签字:", "审批人签字:")),
)  # fmt: skip


def add_form(look: Look, form: Form, number: str = "") -> None:
    """A4 upright on one page: choose the number in the yellow cell, the rest follows; ``number`` is shown until then."""
    sheet = look.sheet(form.name, FORM_TAB)
    for column, wide in enumerate(_WIDTHS):
        sheet.set_column(column, column, wide)
    sheet.set_column(len(_WIDTHS), len(_WIDTHS), 3, None, {"hidden": True})
    sheet.set_row(0, 34)
    sheet.merge_range(0, 0, 0, _LAST_COLUMN, form.title, look.title)
    sheet.set_row(1, 8)
    key = c.KEY[form.source]
    chosen = look.cell(bold=True, align="center", bg_color="#FFFF99", num_format="@", locked=False)
    sheet.set_row(2, 24)
    sheet.write(2, 0, f"{key}(请选)", _label(look))
    sheet.merge_range(2, 1, 2, 2, "", chosen)
    if number:
        sheet.write_string(2, 1, number, chosen)
    sheet.merge_range(2, 3, 2, _LAST_COLUMN, "选编号即可打印;内容在清单中填写", look.cell(font_size=9, font_color="#7F6000", align="center"))
    place = 0 if form.source != c.DAILY else c.LAYOUT[c.DAILY].index(key)
    choose(sheet, 1, codes_source(form.source, place), key, first=2, last=3)
    sheet.write_formula(2, len(_WIDTHS), f'=IF({_CHOSEN}="","",IFERROR(MATCH({_CHOSEN},{of_list(form.source, key)},0),""))', look.format(), "")
    row = 3
    for title, blocks in form.sections:
        row = _section(look, sheet, row, title, form.source, blocks)
    box = look.cell(valign="bottom", font_size=9, font_color="#595959")
    sheet.set_row(row, 40)
    for place, text in enumerate(form.signatures):
        sheet.merge_range(row, place * 3, row, place * 3 + 2, f"{text}                日期:", box)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)
    sheet.print_area(0, 0, row, _LAST_COLUMN)
    sheet.center_horizontally()
    sheet.set_margins(left=0.5, right=0.5, top=0.5, bottom=0.5)
    sheet.set_footer('&L&"宋体"&9&A&R&"宋体"&9第 &P 页')
    protect(sheet)


def _label(look: Look):
    return look.cell(bold=True, align="center", bg_color=HEADER_FILL, text_wrap=True, font_size=9)


def _value(source: str, header: str) -> str:
    there = f"INDEX({of_list(source, header)},{_ROW})"
    return f'=IF(ISNUMBER({_ROW}),IF({there}="","",{there}),"")'


def _shape(look: Look, header: str, tall: bool):
    if is_date(header):
        return look.cell(num_format="yyyy-mm-dd", align="center")
    if is_money(header):
        return look.cell(num_format="#,##0.00", align="center", shrink=True)
    return look.cell(text_wrap=True, align="left", valign="top", indent=1) if tall else look.cell(align="center", shrink=True)


def _section(look: Look, sheet, row: int, title: str, source: str, blocks: Sequence[Block]) -> int:
    sheet.merge_range(row, 0, row, _LAST_COLUMN, title, look.cell(bold=True, bg_color=NOTE_FILL, indent=1))
    sheet.set_row(row, 20)
    for offset, block in enumerate(blocks, row + 1):
        sheet.set_row(offset, block.tall or 21)
        for place, header in enumerate(block.headers):
            column, last = place * 2, place * 2 + 1
            if place == len(block.headers) - 1:
                last = _LAST_COLUMN
            sheet.write(offset, column, c.titled(header), _label(look))
            shape = _shape(look, header, bool(block.tall))
            if last > column + 1:
                sheet.merge_range(offset, column + 1, offset, last, "", shape)
            sheet.write_formula(offset, column + 1, _value(source, header), shape, "")
    return row + 1 + len(blocks)


