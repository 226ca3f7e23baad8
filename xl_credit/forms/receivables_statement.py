"""对账单 (第四条(3)): one customer's statement of account on an A4 page, by formulas over 往来明细 and 账龄表, to be signed."""

from collections.abc import Sequence

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_credit.forms.look import BAD, BODY_FONT, HEADER_FILL, NOTE_FILL, TITLE_FONT, Look
from xl_credit.forms.receivables_ageing import LIST_HEADER
from xl_credit.forms.receivables_look import DATE, LAST, REPORT_TAB, colour_where, column_of, formula
from xl_credit.receivables.columns import AGEING, CHOOSER, MOVEMENTS, STATEMENT
from xl_credit.rules.statements import CLOSING, OPENING

MOST_LINES = 40  # movements on the page
CODE, FIRST_LINE = (2, 2), 7  # the yellow cell and the first line of the list, counted from 0
COLUMNS = ("序号", "日期", "类别", "单号", "到期日", "应收增加", "应收减少", "余额", "摘要")
REST = "其余"
_WIDTHS = (5, 11, 10.5, 15, 11.5, 14, 14, 15, 19)
_WITH_UNIT = {"应收增加": "应收增加(元)", "应收减少": "应收减少(元)", "余额": "余额(元)"}
_LAST = len(COLUMNS) - 1
_HELPER = _LAST + 1  # hidden: where the customer stands in the two lists, and which movement a line shows
_CHOSEN, _IN_AGEING, _FIRST, _COUNT = "$C$3", "$J$3", "$J$4", "$J$5"
_SEAL = "(盖章)                              经办人:                              日期:        年     月     日"
_MONEY, _MONEY_OR_BLANK = "#,##0.00;[Red]-#,##0.00", "#,##0.00;[Red]-#,##0.00;;@"
_INCREASE, _DECREASE, _BALANCE = "应收增加", "应收减少", "余额"
_OPENING_CELL, _CLOSING_CELL, _INCREASE_CELL, _DECREASE_CELL = "$F$4", "$H$4", "$C$5", "$F$5"


def add_statement(look: Look, labels: Sequence[str]) -> None:
    """Choose a customer's code in the yellow cell; everything else follows."""
    sheet = look.sheet(STATEMENT, REPORT_TAB)
    for column, wide in enumerate(_WIDTHS):
        sheet.set_column(column, column, wide)
    sheet.set_column(_HELPER, _HELPER, 3, None, {"hidden": True})
    _title(look, sheet)
    _chooser(look, sheet)
    _summary(look, sheet)
    row = _lines(look, sheet)
    row = _ageing_strip(look, sheet, row, labels)
    row = _confirmation(look, sheet, row)
    sheet.set_paper(9)
    sheet.set_portrait()
    sheet.fit_to_pages(1, 1)
    sheet.print_area(0, 0, row - 1, _LAST)
    sheet.center_horizontally()
    sheet.set_margins(left=0.4, right=0.4, top=0.45, bottom=0.55)
    sheet.set_footer(f'&L&"{BODY_FONT}"&9&A&C&"{BODY_FONT}"&9第 &P 页 共 &N 页')


def _title(look: Look, sheet: Worksheet) -> None:
    sheet.set_row(0, 32)
    sheet.merge_range(0, 0, 0, _LAST, "对 账 单", look.format(font_name=TITLE_FONT, font_size=18, bold=True, align="center"))
    sheet.set_row(1, 22)
    sheet.merge_range(1, 0, 1, 1, "发函单位", _label(look))
    sheet.merge_range(1, 2, 1, _LAST, "", look.cell(align="left", indent=1))


def _label(look: Look) -> Format:
    return look.cell(bold=True, align="center", bg_color=HEADER_FILL, shrink=True)


def _write(look: Look, sheet: Worksheet, row: int, columns: tuple[int, int], text: str, **shape: object) -> None:
    """A formula or a text over these columns of a row."""
    style = look.cell(**({"align": "center", "shrink": True} | shape))
    if columns[0] != columns[1]:
        sheet.merge_range(row, columns[0], row, columns[1], "", style)
    if text.startswith("="):
        formula(sheet, row, columns[0], text, style)
    else:
        sheet.write(row, columns[0], text or None, style)


def _chooser(look: Look, sheet: Worksheet) -> None:
    sheet.set_row(2, 24)
    label = _label(look)
    sheet.merge_range(2, 0, 2, 1, CHOOSER, label)
    yellow = look.cell(bold=True, align="center", bg_color="#FFFF99", num_format="@", font_size=11, shrink=True)
    sheet.merge_range(2, 2, 2, 3, "", yellow)
    first = f"{AGEING}!$A${LIST_HEADER + 2}"
    codes = f"=OFFSET({first},0,0,MAX(1,COUNTA({first}:$A${LAST})),1)"
    sheet.data_validation(*CODE, *CODE, {
        "validate": "list", "source": codes, "error_title": "客户编码", "error_message": f"请选择{AGEING}中的客户编码",
    })  # fmt: skip
    sheet.write(2, 4, "客户名称", label)
    name = _of_movements("客户名称", _FIRST)
    _write(look, sheet, 2, (5, _LAST), f'=IF(ISNUMBER({_FIRST}),{name}&"","")', bold=True, font_size=11)
    codes_of = column_of(MOVEMENTS, "客户编码")
    helper = look.format()
    found = {
        _IN_AGEING: f'=IF({_CHOSEN}="","",IFERROR(MATCH({_CHOSEN},{column_of(AGEING, "客户编码")},0),""))',
        _FIRST: f'=IF({_CHOSEN}="","",IFERROR(MATCH({_CHOSEN},{codes_of},0),""))',
        _COUNT: f'=IF(ISNUMBER({_FIRST}),MAX(0,SUMPRODUCT(--({codes_of}={_CHOSEN}))-2),0)',
    }  # fmt: skip
    for place, text in found.items():
        sheet.write_formula(place, text, helper, "")


def _of_movements(header: str, place: str) -> str:
    return f"INDEX({column_of(MOVEMENTS, header)},{place})"


def _between(header: str, first: str, last: str) -> str:
    """The sum of a stretch of the customer's movements; 期初 stands at ``_FIRST``."""
    return f"SUM({_of_movements(header, first)}:{_of_movements(header, last)})"


def _summary(look: Look, sheet: Worksheet) -> None:
    """The span of days, the opening balance, what came and went, the closing balance, and whether all that comes out."""
    closing_row = f"{_FIRST}+{_COUNT}+1"
    day = [f'TEXT({_of_movements("日期", place)},"{DATE}")' for place in (_FIRST, closing_row)]
    money = {"num_format": _MONEY, "align": "right", "bold": True}
    movements = (f"{_FIRST}+1", f"{_FIRST}+{_COUNT}")
    cells = (
        (3, "对账期间", (2, 3), f'{day[0]}&" 至 "&{day[1]}', {}),
        (3, "期初余额(元)", (5, 5), _of_movements(_BALANCE, _FIRST), money),
        (3, "期末余额(元)", (7, _LAST), _of_movements(_BALANCE, closing_row), money),
        (4, "本期增加(元)", (2, 3), f"IF({_COUNT}=0,0,{_between(_INCREASE, *movements)})", money),
        (4, "本期减少(元)", (5, 5), f"IF({_COUNT}=0,0,{_between(_DECREASE, *movements)})", money),
    )  # fmt: skip
    for row, title, columns, text, shape in cells:
        sheet.set_row(row, 21)
        _write(look, sheet, row, (0, 1) if columns[0] == 2 else (columns[0] - 1,) * 2, title, bold=True, bg_color=HEADER_FILL)
        _write(look, sheet, row, columns, f'=IF(ISNUMBER({_FIRST}),{text},"")', **shape)
    sheet.write(4, 6, "核对", _label(look))
    _write(look, sheet, 4, (7, _LAST), _check(), bold=True)
    colour_where(look, sheet, (4, 7, 4, _LAST), '=$H$5<>"相符"', bg_color=BAD[0], font_color=BAD[1])
    sheet.set_row(5, 8)


def _check() -> str:
    """What is wrong, if anything: no customer, no movements, figures that do not add up, another balance in 账龄表."""
    balance = f"INDEX({column_of(AGEING, '余额')},{_IN_AGEING})"
    adds_up = f"ROUND({_OPENING_CELL}+{_INCREASE_CELL}-{_DECREASE_CELL}-{_CLOSING_CELL},2)=0"
    return (
        f'=IF({_CHOSEN}="","请在黄色格选择客户",IF(NOT(ISNUMBER({_FIRST})),"{MOVEMENTS}中没有此客户",IF({adds_up},'
        f'IF(ISNUMBER({_IN_AGEING}),IF(ROUND({balance}-{_CLOSING_CELL},2)=0,"相符","与{AGEING}余额不符"),"相符"),"加减不符")))'
    )


def _lines(look: Look, sheet: Worksheet) -> int:
    """期初, the movements, what did not fit in one line, 期末; lines without use stay white."""
    header, count = FIRST_LINE - 1, MOST_LINES + 3
    sheet.set_row(header, 22)
    for column, text in enumerate(COLUMNS):
        sheet.write(header, column, _WITH_UNIT.get(text, text), look.header)
    shapes = [_line_shape(look, text) for text in COLUMNS]
    for index in range(count):
        row = FIRST_LINE + index
        sheet.set_row(row, 15.5)
        sheet.write_formula(row, _HELPER, _movement(index), look.format(), "")
        for column, text in enumerate(COLUMNS):
            formula(sheet, row, column, _line_cell(text, f"$J{row + 1}"), shapes[column])
    kind = f"$C{FIRST_LINE + 1}"
    area = (FIRST_LINE, 0, FIRST_LINE + count - 1, _LAST)
    edge = {"border": 1, "border_color": "#A6A6A6"}
    special = f'=OR({kind}="{OPENING}",{kind}="{CLOSING}",{kind}="{REST}")'
    for condition, shape in ((special, edge | {"bg_color": NOTE_FILL, "bold": True}), (f'=$J{FIRST_LINE + 1}<>""', edge)):
        rule = {"type": "formula", "criteria": condition, "format": look.book.add_format(shape), "stop_if_true": True}
        sheet.conditional_format(*area, rule)
    return FIRST_LINE + count


def _line_shape(look: Look, text: str) -> Format:
    if text in _WITH_UNIT:
        return look.format(num_format=_MONEY if text == _BALANCE else _MONEY_OR_BLANK, align="right", shrink=True)
    if text in ("日期", "到期日"):
        return look.format(num_format=DATE, align="center", shrink=True)
    return look.format(align="left" if text == "摘要" else "center", shrink=True)


def _movement(index: int) -> str:
    """Which row of 往来明细 the line shows: 0 期初, then the movements, the word 其余 where some are left, and last 期末."""
    shown, left = f"MIN({_COUNT},{MOST_LINES})", f"({_COUNT}>{MOST_LINES})"
    rest = f'IF(AND({left},{index}={MOST_LINES + 1}),"{REST}",IF({index}={shown}+1+{left},{_FIRST}+{_COUNT}+1,""))'
    return f'=IF(ISNUMBER({_FIRST}),IF({index}<={shown},{_FIRST}+{index},{rest}),"")'


def _line_cell(text: str, place: str) -> str:
    """A cell of the line; in the line of the rest, what the movements that are not shown come to."""
    found = _of_movements(text, place)
    first, last = f"{_FIRST}+{MOST_LINES + 1}", f"{_FIRST}+{_COUNT}"
    rest = {
        "类别": f'"{REST}"', "摘要": f'"{REST}"&({_COUNT}-{MOST_LINES})&"笔见{MOVEMENTS}"',
        _INCREASE: _between(_INCREASE, first, last), _DECREASE: _between(_DECREASE, first, last), _BALANCE: _of_movements(_BALANCE, last),
    }.get(text, '""')  # fmt: skip
    return f'=IF(ISNUMBER({place}),IF({found}="","",{found}),IF({place}="{REST}",{rest},""))'


def _ageing_strip(look: Look, sheet: Worksheet, row: int, labels: Sequence[str]) -> int:
    """第十三条: what of the balance is how old, and money that lies on no shipment; the line below says how that was made."""
    sheet.set_row(row, 8)
    row += 1
    items = (*labels, "未核销", _BALANCE)
    for start in range(0, len(items), _LAST):
        part = items[start : start + _LAST]
        sheet.merge_range(row, 0, row + 1, 0, "账\n龄", look.cell(bold=True, align="center", bg_color=HEADER_FILL, text_wrap=True))
        for column, header in enumerate(part, 1):
            title = {"未核销": "预收/未核销", _BALANCE: "余额合计"}.get(header, f"逾期{header}天" if header[-1].isdigit() else header)
            sheet.write(row, column, title, _label(look))
            found = f"INDEX({column_of(AGEING, header)},{_IN_AGEING})"
            _write(look, sheet, row + 1, (column, column), f'=IF(ISNUMBER({_IN_AGEING}),N({found}),"")', num_format=_MONEY, align="right")
        for offset, tall in enumerate((18, 20)):
            sheet.set_row(row + offset, tall)
        row += 2
    sheet.set_row(row, 15)
    sheet.merge_range(row, 0, row, _LAST, "", look.note)
    formula(sheet, row, 0, f'="账龄单位:元。"&{AGEING}!$A$3', look.note)
    return row + 1


def _confirmation(look: Look, sheet: Worksheet, row: int) -> int:
    """What the customer says of the balance, and both sides' seals."""
    sheet.set_row(row, 18)
    day = f'TEXT({_of_movements("日期", f"{_FIRST}+{_COUNT}+1")},"{DATE}")'
    whose = f'IF({_CLOSING_CELL}<0,"贵方在我方的预收余额为 ","贵方应付我方余额为 ")'
    balance = f'"请核对以上往来。截至 "&{day}&" "&{whose}&TEXT(ABS({_CLOSING_CELL}),"#,##0.00")'
    text = f'=IF(ISNUMBER({_FIRST}),{balance}&" 元,请在下栏确认并签章后寄回。","")'
    plain = look.format(align="left")
    sheet.merge_range(row, 0, row, _LAST, "", plain)
    formula(sheet, row, 0, text, plain)
    bold, box = _label(look), {"align": "left", "indent": 1, "shrink": False}
    lines = (
        ("客户确认", "□ 相符          □ 不符,差异金额:                    元", 22),
        ("差异说明", "", 42),
        ("客户盖章", _SEAL, 50),
        ("发函单位", _SEAL, 50),
    )
    for offset, (title, words, tall) in enumerate(lines, 1):
        sheet.set_row(row + offset, tall)
        sheet.merge_range(row + offset, 0, row + offset, 1, title, bold)
        _write(look, sheet, row + offset, (2, _LAST), words, **box)
    return row + 1 + len(lines)
