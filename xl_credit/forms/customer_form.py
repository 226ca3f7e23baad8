"""The one-customer form 客户信用评估表, laid out as the regulation's tables are (第七条), filled by formulas for the chosen customer."""

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_credit.forms.formulas import (
    COLUMNS,
    HEADER_ROW,
    LAST_ROW,
    LEVEL,
    LIMIT,
    PART_COLUMNS,
    STATUS,
    TOTAL,
    band_points,
)
from xl_credit.forms.look import HEADER_FILL, WRITTEN_FILL, Look
from xl_credit.policy.flat import BLOCKS, CONTENT, LOWER, LOWER_IN, NAME, UPPER, UPPER_IN, VALUE, version_cell
from xl_credit.quarter.columns import (
    AMOUNTS,
    BAD_ITEMS,
    CERTIFICATES,
    EVALUATION,
    FORM,
    LICENCES,
    RESULTS,
    SUBJECTIVE_ITEMS,
    UNITS,
    titled,
)
from xl_credit.rules.figures import PARTS, RATING_ROUTE, Policy
from xl_credit.tables import column_letters

ITEM, CONTENT_COLUMN, STANDARD, STATE, POINTS, PART_POINTS, HELPER = range(7)
_WIDTHS = (13, 18, 41, 14, 6.5, 7.5)
_LAST = PART_POINTS
CHOSEN, _ROW, _RESULT_ROW = "$C$3", "$G$3", "$G$4"  # column G, hidden: in which row the customer stands in 评估表 and 评级结果
_RESULT_HEADERS = f"{RESULTS}!$A$4:$AZ$4"
_RESULT_AREA = f"{RESULTS}!$A$4:$AZ${LAST_ROW}"
_OPTIONS_SHOWN, _BANDS_SHOWN = 6, 10
_GROUPS = (LICENCES, CERTIFICATES, AMOUNTS[:1], AMOUNTS[1:2], AMOUNTS[2:], SUBJECTIVE_ITEMS, BAD_ITEMS)
_SCORES = BLOCKS["评分"]


def add_customer_form(look: Look, policy: Policy, first_code: str = "") -> None:
    """A4, one page: choose a customer's code in the yellow cell; everything else follows."""
    sheet = look.sheet(FORM, "#2E75B6")
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_column(HELPER, HELPER, 3, None, {"hidden": True})
    _title(look, sheet, policy)
    _chooser(look, sheet, first_code)
    row = _master(look, sheet, 3)
    row = _score_tables(look, sheet, row)
    row = _conclusion(look, sheet, row)
    row = _signatures(look, sheet, row, policy)
    sheet.set_paper(9)
    sheet.set_portrait()
    sheet.fit_to_pages(1, 1)
    sheet.print_area(0, 0, row - 1, _LAST)
    sheet.center_horizontally()
    sheet.set_margins(left=0.45, right=0.45, top=0.45, bottom=0.55)
    sheet.set_footer('&L&"宋体"&9&A&C&"宋体"&9第 &P 页 共 &N 页')


def _title(look: Look, sheet: Worksheet, policy: Policy) -> None:
    sheet.set_row(0, 30)
    sheet.merge_range(0, 0, 0, _LAST, "客户信用评估表", look.title)
    red = look.format(font_color="#C00000", bold=True, align="center")
    sheet.merge_range(1, 0, 1, _LAST, "", red)
    sheet.write_formula(1, 0, f'=IF({version_cell(3)}="已核定","","示例政策,未经核定")', red, policy.notice)


def _body(header: str) -> str:
    letters = column_letters(COLUMNS.index(header))
    return f"{EVALUATION}!${letters}${HEADER_ROW + 1}:${letters}${LAST_ROW}"


def _of_customer(header: str) -> str:
    """The chosen customer's cell in the 评估表; blank stays blank."""
    found = f"INDEX({_body(header)},{_ROW})"
    return f'=IF(ISNUMBER({_ROW}),IF({found}="","",{found}),"")'


def _result(header: str, otherwise: str = '""') -> str:
    """The chosen customer's decided figure, found in 评级结果 by header and code, wherever people moved the columns."""
    found = f'INDEX({_RESULT_AREA},{_RESULT_ROW},MATCH("{titled(header)}",{_RESULT_HEADERS},0))'
    return f'=IF(ISNUMBER({_RESULT_ROW}),IF({found}="",{otherwise},{found}),{otherwise})'


def _label(look: Look) -> Format:
    return look.cell(bold=True, align="center", bg_color=HEADER_FILL, text_wrap=True)


def _chooser(look: Look, sheet: Worksheet, first_code: str) -> None:
    sheet.set_row(2, 24)
    sheet.merge_range(2, 0, 2, 1, "客户编码(请选择)", _label(look))
    sheet.write(2, 2, first_code or None, look.cell(bold=True, align="center", bg_color="#FFFF99", num_format="@", font_size=11))
    sheet.data_validation(2, 2, 2, 2, {"validate": "list", "source": f"={_body('客户编码')}", "error_message": "请选择评估表中的客户编码"})
    sheet.write(2, 3, "季度", _label(look))
    quarter = look.cell(align="center", bold=True)
    sheet.merge_range(2, 4, 2, _LAST, "", quarter)
    sheet.write_formula(2, 4, f'={EVALUATION}!$F$3&""', quarter, "")
    codes = f'INDEX({_RESULT_AREA},0,MATCH("客户编码",{_RESULT_HEADERS},0))'
    for place, area in ((_ROW, _body("客户编码")), (_RESULT_ROW, codes)):
        sheet.write_formula(place, f'=IF({CHOSEN}="","",IFERROR(MATCH({CHOSEN},{area},0),""))', look.format(), "")


def _master(look: Look, sheet: Worksheet, row: int) -> int:
    value = look.cell(align="left", text_wrap=True)
    day = look.cell(align="left", num_format="yyyy-mm-dd")
    pairs = (("客户名称", "业务员"), ("业务类型", "首次交易日期"), ("申请额度", "申请期限"), ("合同编号", "重点客户"))
    for left, right in pairs:
        sheet.set_row(row, 21)
        sheet.write(row, 0, titled(left), _label(look))
        sheet.merge_range(row, 1, row, 2, "", value)
        sheet.write_formula(row, 1, _of_customer(left), value, "")
        sheet.write(row, 3, titled(right), _label(look))
        style = day if right == "首次交易日期" else value
        sheet.merge_range(row, 4, row, _LAST, "", style)
        sheet.write_formula(row, 4, _of_customer(right), style, "")
        row += 1
    return row


def _score_tables(look: Look, sheet: Worksheet, row: int) -> int:
    sheet.set_row(row, 22)
    for column, header in enumerate(("项目", "内容", "评分标准", "本客户情况", "得分", "项目得分")):
        sheet.write(row, column, header, look.header)
    row += 1
    for index, mark in enumerate("①②③④⑤⑥⑦"):
        row = _part_block(look, sheet, row, mark, index)
    return row


def _part_block(look: Look, sheet: Worksheet, row: int, mark: str, index: int) -> int:
    """One of the regulation's seven tables: a line an item, the part's points beside them."""
    items, last = _GROUPS[index], row + len(_GROUPS[index]) - 1
    for number, item in enumerate(items, row):
        _item_line(look, sheet, number, item)
    low, high = (f"INDEX({BLOCKS['项目'].range(column)},{index + 1})" for column in (LOWER, UPPER))
    merged = (
        (ITEM, f'="{mark}{PARTS[index]}"&CHAR(10)&"("&{low}&"~"&{high}&"分)"', look.cell(align="center", bold=True, text_wrap=True)),
        (PART_POINTS, _of_customer(PART_COLUMNS[index]), look.cell(align="center", bold=True)),
    )
    for column, formula, style in merged:
        if last > row:
            sheet.merge_range(row, column, last, column, "", style)
        sheet.write_formula(row, column, formula, style, "")
    return last + 1


def _item_line(look: Look, sheet: Worksheet, row: int, item: str) -> None:
    in_bands = item in AMOUNTS or item == "企业设立年限"
    sheet.set_row(row, 46 if item in AMOUNTS else 26 if item == BAD_ITEMS[0] else 17)
    centre = look.cell(align="center", text_wrap=True)
    shown = look.cell(align="center", num_format="#,##0.00") if item in AMOUNTS else centre
    sheet.write(row, CONTENT_COLUMN, titled(item), look.cell(align="left"))
    sheet.write_formula(row, HELPER, f'=MATCH("{item}",{_SCORES.range(NAME)},0)', look.format(), "")
    standard = _bands_text(item, row) if in_bands else _options_text(item, row)
    sheet.write_formula(row, STANDARD, standard, look.cell(align="left", text_wrap=True, font_size=9), "")
    sheet.write_formula(row, STATE, _of_customer(item), shown, "")
    sheet.write_formula(row, POINTS, _item_points(item, row), centre, "")


def _item_points(item: str, row: int) -> str:
    if item in AMOUNTS:  # its part has this one item, annualised where 注b says so
        return _of_customer(PART_COLUMNS[PARTS.index("交易金额") + AMOUNTS.index(item)])
    cell = f"${column_letters(STATE)}${row + 1}"
    if item == "企业设立年限":
        return f'=IF(ISNUMBER({cell}),{band_points(item, cell)},"")'
    items, states = _SCORES.range(NAME), _SCORES.range(CONTENT)
    return f'=IF(COUNTIFS({items},"{item}",{states},{cell})=0,"",SUMIFS({_SCORES.range(VALUE)},{items},"{item}",{states},{cell}))'


def _nth(column: int, row: int, offset: int) -> str:
    """The policy's cell in the item's n-th line, counted from where the hidden column says that its lines begin."""
    return f"INDEX({_SCORES.range(column)},${column_letters(HELPER)}${row + 1}+{offset})"


def _options_text(item: str, row: int) -> str:
    """第七条(3): the item's states with their points, as the policy has them."""
    pieces = []
    for offset in range(_OPTIONS_SHOWN):
        gap = "" if offset == 0 else '";"&'
        text = f'{gap}{_nth(CONTENT, row, offset)}&" "&{_nth(VALUE, row, offset)}&"分"'
        pieces.append(f'IF({_nth(NAME, row, offset)}="{item}",{text},"")')
    return "=" + "&".join(pieces)


def _bands_text(item: str, row: int) -> str:
    """第七条(3)③–⑤: the item's bands with their points, in the regulation's words 超过, 低于."""
    pieces = []
    for offset in range(_BANDS_SHOWN):
        low, high = _nth(LOWER, row, offset), _nth(UPPER, row, offset)
        over = f'IF({_nth(LOWER_IN, row, offset)}="是","不低于","超过")&{low}'
        under = f'IF({_nth(UPPER_IN, row, offset)}="是","不超过","低于")&{high}'
        span = f'IF({high}="",{over},IF({low}="",{under},{low}&"~"&{high}))'
        gap = "" if offset == 0 else '";"&'
        pieces.append(f'IF({_nth(NAME, row, offset)}="{item}",{gap}{span}&"{UNITS[item]} "&{_nth(VALUE, row, offset)}&"分","")')
    return "=" + "&".join(pieces)


def _conclusion(look: Look, sheet: Worksheet, row: int) -> int:
    """The provisional figures of the formulas above the decided ones of 评级结果, and the sentence that explains these."""
    label, value = _label(look), look.cell(bold=True, align="center", bg_color=WRITTEN_FILL)
    lines = (
        ("评定结论", ("得分", "级别", "赊欠限额(万元)"), "评级状态"),
        ("暂评(公式)", tuple(map(_of_customer, (TOTAL, LEVEL, LIMIT))), _of_customer(STATUS)),
        ("评定", tuple(map(_result, ("得分", "级别", "赊欠限额"))), _result("评级状态", '"尚未评定"')),
    )
    for title, cells, state in lines:
        sheet.set_row(row, 20)
        style = label if cells[0] == "得分" else value
        sheet.write(row, 0, title, label)
        for column, text in enumerate(cells, 1):
            _write(sheet, row, column, text, style)
        sheet.merge_range(row, 4, row, _LAST, "", style)
        _write(sheet, row, 4, state, style)
        row += 1
    sheet.set_row(row, 58)
    sheet.write(row, 0, "评定依据", label)
    wrapped = look.cell(text_wrap=True, align="left")
    sheet.merge_range(row, 1, row, _LAST, "", wrapped)
    sheet.write_formula(row, 1, _result("依据", f'IF({CHOSEN}="","","尚未评定,请先评级")'), wrapped, "")
    return row + 1


def _write(sheet: Worksheet, row: int, column: int, text: str, style: Format) -> None:
    if text.startswith("="):
        sheet.write_formula(row, column, text, style, "")
    else:
        sheet.write_string(row, column, text, style)


def _signatures(look: Look, sheet: Worksheet, row: int, policy: Policy) -> int:
    """A box for each step of the rating route (第六条)."""
    box = look.cell(align="left", valign="bottom", font_size=9, font_color="#595959")
    for step in policy.route[RATING_ROUTE]:
        sheet.set_row(row, 29)
        sheet.write(row, 0, step.role, _label(look))
        sheet.write(row, 1, f"{step.action}\n({step.article})", look.cell(font_size=9, align="center", text_wrap=True))
        sheet.write(row, 2, "意见:", box)
        sheet.merge_range(row, 3, row, _LAST, "签名:            日期:    年   月   日", box)
        row += 1
    return row
