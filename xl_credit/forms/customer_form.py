"""The one-customer form 客户信用评估表, laid out as the regulation's tables are (第七条), filled by formulas for the chosen customer."""

from xlsxwriter.worksheet import Worksheet

from xl_credit.forms.formulas import COLUMNS, HEADER_ROW, LEVEL, LIMIT, PART_COLUMNS, STATUS, TOTAL
from xl_credit.forms.look import HEADER_FILL, WRITTEN_FILL, Look
from xl_credit.policy.flat import BLOCKS, CONTENT, NAME, VALUE, version_cell
from xl_credit.quarter.columns import (
    AMOUNTS,
    BAD_ITEMS,
    CERTIFICATES,
    EVALUATION,
    FORM,
    LICENCES,
    RESULTS,
    SUBJECTIVE_ITEMS,
)
from xl_credit.rules.figures import PARTS, RATING_ROUTE, Policy
from xl_credit.tables import column_letters

_CHOSEN = "$C$3"
_LAST = 20000
_ROW = "$H$3"  # the chosen customer's row within the 评估表's body, hidden in the margin
_RANGES = dict(zip(PARTS, ("0~10", "0~5", "0~20", "0~20", "5~30", "0~15", "-5~0"), strict=True))


def add_customer_form(look: Look, policy: Policy, first_code: str = "") -> None:
    """A4, one page: choose a customer's code in the yellow cell; everything else follows."""
    sheet = look.sheet(FORM, "#2E75B6")
    for column, width in enumerate((13, 20, 24, 12, 12, 14)):
        sheet.set_column(column, column, width)
    sheet.set_column(6, 7, 3, look.format(font_color="#FFFFFF"))
    sheet.set_row(0, 32)
    sheet.merge_range(0, 0, 0, 5, "客户信用评估表", look.title)
    notice = f'=IF({version_cell(3)}="已核定","","示例政策,未经核定")'
    sheet.merge_range(1, 0, 1, 5, "", look.format(font_color="#C00000", bold=True, align="center"))
    sheet.write_formula(1, 0, notice, look.format(font_color="#C00000", bold=True, align="center"), policy.notice)
    _chooser(look, sheet, first_code)
    row = _master(look, sheet, 3)
    row = _score_tables(look, sheet, row)
    row = _conclusion(look, sheet, row)
    row = _signatures(look, sheet, row, policy)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)
    sheet.print_area(0, 0, row - 1, 5)
    sheet.center_horizontally()
    sheet.set_margins(left=0.5, right=0.5, top=0.5, bottom=0.5)
    sheet.set_footer('&C&"宋体"&9第 &P 页 共 &N 页')


def _body(header: str) -> str:
    letters = column_letters(COLUMNS.index(header))
    return f"{EVALUATION}!${letters}${HEADER_ROW + 1}:${letters}${_LAST}"


def _of_customer(header: str) -> str:
    """The chosen customer's cell in the 评估表; blank stays blank."""
    found = f"INDEX({_body(header)},{_ROW})"
    return f'=IF(ISNUMBER({_ROW}),IF({found}="","",{found}),"")'


def _chooser(look: Look, sheet: Worksheet, first_code: str) -> None:
    sheet.set_row(2, 22)
    sheet.merge_range(2, 0, 2, 1, "客户编码(请选择)", look.cell(bold=True, align="right", bg_color=HEADER_FILL))
    sheet.write(2, 2, first_code or None, look.cell(bold=True, align="center", bg_color="#FFFF99", num_format="@"))
    codes = _body("客户编码").split("!")
    sheet.data_validation(2, 2, 2, 2, {"validate": "list", "source": f"={codes[0]}!{codes[1]}", "error_message": "请选择评估表中的客户编码"})
    sheet.write(2, 3, "季度", look.cell(bold=True, align="center", bg_color=HEADER_FILL))
    sheet.merge_range(2, 4, 2, 5, "", look.cell(align="center"))
    sheet.write_formula(2, 4, f'={EVALUATION}!$F$3&""', look.cell(align="center"), "")
    sheet.write_formula(2, 7, f'=IF({_CHOSEN}="","",MATCH({_CHOSEN},{_body("客户编码")},0))', look.format(font_color="#FFFFFF"), "")


def _master(look: Look, sheet: Worksheet, row: int) -> int:
    label, value = look.cell(bold=True, align="center", bg_color=HEADER_FILL), look.cell(align="left")
    day = look.cell(align="left", num_format="yyyy-mm-dd")
    pairs = (("客户名称", "业务员"), ("业务类型", "首次交易日期"), ("申请额度", "申请期限"), ("合同编号", "重点客户"))
    titles = {"申请额度": "申请额度(万元)", "申请期限": "申请期限(天)"}
    for left, right in pairs:
        sheet.write(row, 0, titles.get(left, left), label)
        sheet.merge_range(row, 1, row, 2, "", value)
        sheet.write_formula(row, 1, _of_customer(left), value, "")
        sheet.write(row, 3, titles.get(right, right), label)
        sheet.merge_range(row, 4, row, 5, "", value)
        sheet.write_formula(row, 4, _of_customer(right), day if right == "首次交易日期" else value, "")
        row += 1
    return row


def _score_tables(look: Look, sheet: Worksheet, row: int) -> int:
    for column, header in enumerate(("项目", "内容", "本客户情况", "单项得分", "项目得分", "分值范围")):
        sheet.write(row, column, header, look.header)
    row += 1
    groups = (LICENCES, CERTIFICATES, AMOUNTS[:1], AMOUNTS[1:2], AMOUNTS[2:], SUBJECTIVE_ITEMS, BAD_ITEMS)
    for mark, part, items, column_name in zip("①②③④⑤⑥⑦", PARTS, groups, PART_COLUMNS, strict=True):
        row = _part_block(look, sheet, row, f"{mark}{part}", items, column_name, _RANGES[part])
    return row


def _part_block(look: Look, sheet: Worksheet, row: int, title: str, items: tuple[str, ...], part_column: str, span: str) -> int:
    centre, left = look.cell(align="center", text_wrap=True), look.cell(align="left")
    last = row + len(items) - 1
    for offset, item in enumerate(items):
        sheet.write(row + offset, 1, f"{item}(万元)" if item in AMOUNTS else item, left)
        sheet.write_formula(row + offset, 2, _of_customer(item), look.cell(align="center", num_format="#,##0.00" if item in AMOUNTS else "General"), "")
        sheet.write_formula(row + offset, 3, _item_points(item, row + offset + 1), centre, "")
    columns = ((0, title, None), (4, "", _of_customer(part_column)), (5, span, None))
    for column, text, formula in columns:
        style = look.cell(align="center", bold=column != 5, text_wrap=True)
        if last > row:
            sheet.merge_range(row, column, last, column, text, style)
        else:
            sheet.write(row, column, text, style)
        if formula:
            sheet.write_formula(row, column, formula, style, "")
    return last + 1


def _item_points(item: str, row: int) -> str:
    if item in AMOUNTS:
        part = PART_COLUMNS[2 + AMOUNTS.index(item)]
        return _of_customer(part)
    block = BLOCKS["评分"]
    items, states, points = (block.range(column) for column in (NAME, CONTENT, VALUE))
    cell = f"$C{row}"
    if item == "企业设立年限":
        others = ",".join(f"$D{r}" for r in (row - 3, row - 2, row - 1, row + 1))
        whole = _of_customer(PART_COLUMNS[5]).lstrip("=")
        return f'=IF(OR({cell}="",{whole}=""),"",{whole}-SUM({others}))'
    return f'=IF({cell}="","",SUMIFS({points},{items},"{item}",{states},{cell}))'


def _conclusion(look: Look, sheet: Worksheet, row: int) -> int:
    label, value = look.cell(bold=True, align="center", bg_color=HEADER_FILL), look.cell(bold=True, align="center", bg_color=WRITTEN_FILL)
    for column, (title, header) in enumerate((("暂评得分", TOTAL), ("暂评级别", LEVEL), ("暂评限额(万元)", LIMIT))):
        sheet.write(row, column * 2, title, label)
        sheet.write_formula(row, column * 2 + 1, _of_customer(header), value, "")
    row += 1
    for column, (title, header) in enumerate((("评定得分", "得分"), ("评定级别", "级别"), ("评定限额(万元)", "赊欠限额"))):
        sheet.write(row, column * 2, title, label)
        sheet.write_formula(row, column * 2 + 1, _result(header), value, "")
    row += 1
    sheet.set_row(row, 58)
    sheet.write(row, 0, "评定依据", label)
    wrapped = look.cell(text_wrap=True, align="left")
    sheet.merge_range(row, 1, row, 5, "", wrapped)
    sheet.write_formula(row, 1, _result("依据", f'IF({_CHOSEN}="","","尚未评定;暂评状态:"&{_of_customer(STATUS).lstrip("=")})'), wrapped, "")
    return row + 1


def _result(header: str, otherwise: str = '""') -> str:
    """The chosen customer's decided figure, found in 评级结果 by header and code, wherever people moved the columns."""
    area = f"{RESULTS}!$A$4:$AZ${_LAST}"
    headers, codes = f"{RESULTS}!$A$4:$AZ$4", f"{RESULTS}!$A$4:$A${_LAST}"
    from xl_credit.quarter.columns import titled

    found = f'INDEX({area},MATCH({_CHOSEN},{codes},0),MATCH("{titled(header)}",{headers},0))'
    return f'=IF(ISNUMBER(MATCH({_CHOSEN},{codes},0)),IF({found}="",{otherwise},{found}),{otherwise})'


def _signatures(look: Look, sheet: Worksheet, row: int, policy: Policy) -> int:
    """A box for each step of the rating route (第六条)."""
    label = look.cell(bold=True, align="center", bg_color=HEADER_FILL, text_wrap=True)
    box = look.cell(align="left", valign="bottom", font_size=9, font_color="#595959")
    for step in policy.route[RATING_ROUTE]:
        sheet.set_row(row, 27)
        sheet.write(row, 0, step.role, label)
        sheet.write(row, 1, f"{step.action}({step.article})", look.cell(font_size=9, align="center", text_wrap=True))
        sheet.merge_range(row, 2, row, 5, "意见:                         签名:            日期:    年  月  日", box)
        row += 1
    return row
