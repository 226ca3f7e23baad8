"""The 评估表: one row a customer, dropdowns for every enumerated column, provisional score and level by native formulas."""

from collections.abc import Mapping, Sequence
from datetime import date

from xlsxwriter.worksheet import Worksheet

from xl_credit.forms import formulas
from xl_credit.forms.formulas import COLUMNS, HEADER_ROW, PROVISIONAL_COLUMNS
from xl_credit.forms.look import BAD, FAIR, GOOD, NOTE_FILL, POOR, WRITTEN_FILL, Look, colour_words, dropdown, print_on_a4
from xl_credit.policy.flat import version_cell
from xl_credit.quarter.columns import (
    AMOUNTS,
    BAD_ITEMS,
    BUSINESS_TYPES,
    CERTIFICATES,
    EVALUATION,
    FLAG_COLUMNS,
    LICENCES,
    MASTER_COLUMNS,
    REQUEST_COLUMNS,
    REQUEST_TYPES,
    SUBJECTIVE_ITEMS,
    titled,
)
from xl_credit.rules.figures import Policy
from xl_credit.rules.records import HELD, INCOMPLETE, UNRATED

_GROUPS = (
    ("客户资料", MASTER_COLUMNS), ("①法律资质(10分)", LICENCES), ("②其他资质(5分)", CERTIFICATES), ("③④⑤ 金额(年)", AMOUNTS),
    ("⑥主观评价(15分)", SUBJECTIVE_ITEMS), ("⑦不良记录", BAD_ITEMS), ("调整(第八条)", FLAG_COLUMNS), ("授信申请(第九、十条)", REQUEST_COLUMNS),
    ("暂评(公式,以评级结果为准)", PROVISIONAL_COLUMNS),
)  # fmt: skip
_WIDTHS = {"客户编码": 11, "客户名称": 28, "首次交易日期": 12, "拖延回款": 24, "合同编号": 15, "客户产品销售状况": 10}
_MONEY = ("A类业务额", "B类业务额", "申请额度", *AMOUNTS)

Record = Mapping[str, object]


def add_evaluation_sheet(
    look: Look, policy: Policy, *, branch: str = "", quarter: str = "", records: Sequence[Record] = (), spare_rows: int = 300,
    provisional: Sequence[Sequence[object]] = (),
) -> Worksheet:  # fmt: skip
    """The sheet with ``records`` filled in and ``spare_rows`` more ready for typing.

    ``provisional`` are the formulas' results for each record, kept as cached values for viewers that do not calculate.
    """
    sheet = look.sheet(EVALUATION, "#2E75B6")
    _heading(look, sheet, branch, quarter, policy)
    _headers(look, sheet)
    styles = [_style(look, header) for header in COLUMNS]
    for index in range(len(records) + spare_rows):
        record = records[index] if index < len(records) else {}
        cached = provisional[index] if index < len(provisional) else ()
        _write_row(sheet, HEADER_ROW + index, record, cached, styles)
    _validations(sheet, policy)
    _conditional(look, sheet)
    sheet.freeze_panes(HEADER_ROW, 2)
    sheet.autofilter(HEADER_ROW - 1, 0, HEADER_ROW - 1 + max(1, len(records) + spare_rows), len(COLUMNS) - 1)
    print_on_a4(sheet, len(COLUMNS) - 1, (HEADER_ROW - 2, HEADER_ROW - 1), pages_wide=2)
    sheet.repeat_columns(0, 1)
    return sheet


def _heading(look: Look, sheet: Worksheet, branch: str, quarter: str, policy: Policy) -> None:
    sheet.set_row(0, 30)
    sheet.merge_range(0, 0, 0, 22, "客户信用评估表", look.title)
    status, version, effective = version_cell(3), version_cell(0), version_cell(1)
    notice = f'=IF({status}="已核定","","示例政策,未经核定")'
    sheet.merge_range(1, 0, 1, 22, "", look.format(font_color="#C00000", bold=True, align="center"))
    sheet.write_formula(1, 0, notice, look.format(font_color="#C00000", bold=True, align="center"), policy.notice)
    label, entry = look.format(bold=True, align="right"), look.cell(bg_color="#FFFFFF", align="center")
    end = '=IF(LEN(F3)<6,"",DATE(VALUE(LEFT(F3,4)),VALUE(RIGHT(F3,1))*3+1,0))'
    start = '=IF(ISNUMBER($L$3),DATE(YEAR($L$3+1)-1,MONTH($L$3+1),1),"")'
    day = look.cell(num_format="yyyy-mm-dd", align="center", bg_color=WRITTEN_FILL)
    sheet.write(2, 0, "分公司", label)
    sheet.write(2, 1, branch or None, entry)
    sheet.write(2, 4, "季度", label)
    sheet.write(2, 5, quarter or None, entry)
    sheet.write(2, 10, "期末日期", label)
    sheet.write_formula(2, 11, end, day, _serial(quarter, end=True))
    sheet.write(2, 14, "期初日期", label)
    sheet.write_formula(2, 15, start, day, _serial(quarter, end=False))
    sheet.write(2, 18, "政策", label)
    version_style = look.cell(align="left", bg_color=WRITTEN_FILL)
    sheet.merge_range(2, 19, 2, 22, "", version_style)
    named = f'={version}&"("&TEXT({effective},"yyyy-mm-dd")&"起,"&{status}&")"'
    sheet.write_formula(2, 19, named, version_style, f"{policy.version}({policy.effective}起,{policy.status})")
    sheet.data_validation(2, 5, 2, 5, {
        "validate": "custom", "value": '=AND(LEN(F3)=6,MID(F3,5,1)="Q",ISNUMBER(VALUE(LEFT(F3,4))),ISNUMBER(FIND(RIGHT(F3,1),"1234")))',
        "error_title": "季度", "error_message": "季度写作 2026Q3",
    })  # fmt: skip


def _serial(quarter: str, *, end: bool) -> object:
    from xl_credit.cells import serial
    from xl_credit.rules.quarter import Quarter

    if not quarter:
        return ""
    parsed = Quarter.parse(quarter)
    return serial(parsed.end if end else parsed.period_start)


def _headers(look: Look, sheet: Worksheet) -> None:
    column = 0
    group_style = look.cell(bold=True, bg_color="#BDD7EE", align="center")
    sheet.set_row(HEADER_ROW - 2, 18)
    sheet.set_row(HEADER_ROW - 1, 48)
    for name, headers in _GROUPS:
        sheet.merge_range(HEADER_ROW - 2, column, HEADER_ROW - 2, column + len(headers) - 1, name, group_style)
        for header in headers:
            hidden = {"hidden": True} if header == formulas.STEP else {}
            sheet.set_column(column, column, _width(header), None, hidden)
            sheet.write(HEADER_ROW - 1, column, titled(header), look.header)
            column += 1


def _width(header: str) -> float:
    if header in _WIDTHS:
        return _WIDTHS[header]
    return 11 if header in _MONEY else 9.5


def _style(look: Look, header: str):
    if header in PROVISIONAL_COLUMNS:
        return look.cell(bg_color=WRITTEN_FILL, align="center", num_format="0.##" if header == formulas.LIMIT else "General")
    if header in _MONEY:
        return look.cell(num_format="#,##0.00")
    if header == "首次交易日期":
        return look.cell(num_format="yyyy-mm-dd", align="center")
    if header in ("客户编码", "合同编号"):
        return look.cell(num_format="@")
    if header == "客户名称":
        return look.cell()
    return look.cell(align="center")


def _write_row(sheet: Worksheet, row: int, record: Record, cached: Sequence[object], styles: list) -> None:
    for column, header in enumerate(COLUMNS[: -len(PROVISIONAL_COLUMNS)]):
        value = record.get(header)
        if isinstance(value, str) and value:
            sheet.write_string(row, column, value, styles[column])
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, styles[column])
        elif value is None or value == "":
            sheet.write_blank(row, column, None, styles[column])
        else:
            sheet.write_number(row, column, value, styles[column])
    first = len(COLUMNS) - len(PROVISIONAL_COLUMNS)
    for offset, formula in enumerate(formulas.provisional_formulas(row + 1)):
        value = cached[offset] if offset < len(cached) and cached[offset] is not None else ""
        sheet.write_formula(row, first + offset, formula, styles[first + offset], value)


def _validations(sheet: Worksheet, policy: Policy) -> None:
    lists = {item.name: tuple(text for text, _ in item.options) for item in policy.items if item.options}
    lists |= {"业务类型": BUSINESS_TYPES, "申请类型": REQUEST_TYPES}
    lists |= dict.fromkeys(("重点客户", *FLAG_COLUMNS), ("是", "否"))
    for header, choices in lists.items():
        dropdown(sheet, COLUMNS.index(header), HEADER_ROW, choices, header)
    for header in (*_MONEY, "企业设立年限", "申请期限"):
        column = COLUMNS.index(header)
        low = -1e9 if header in AMOUNTS else 0
        kind = "integer" if header == "申请期限" else "decimal"
        sheet.data_validation(HEADER_ROW, column, 19999, column, {
            "validate": kind, "criteria": "between", "minimum": int(low), "maximum": 1_000_000_000,
            "error_title": titled(header), "error_message": f"{titled(header)}请填数字",
        })  # fmt: skip
    column = COLUMNS.index("首次交易日期")
    sheet.data_validation(HEADER_ROW, column, 19999, column, {
        "validate": "date", "criteria": "between", "minimum": date(1949, 10, 1), "maximum": date(2199, 12, 31),
        "error_title": "首次交易日期", "error_message": "请填日期,如 2026-07-01",
    })  # fmt: skip


def _conditional(look: Look, sheet: Worksheet) -> None:
    status, level = COLUMNS.index(formulas.STATUS), COLUMNS.index(formulas.LEVEL)
    colour_words(look, sheet, status, HEADER_ROW, {INCOMPLETE: BAD, UNRATED: POOR, HELD: POOR})
    colour_words(look, sheet, level, HEADER_ROW, LEVEL_COLOURS)
    code, name = "A", "B"
    duplicate = look.book.add_format({"bg_color": BAD[0], "font_color": BAD[1]})
    first = HEADER_ROW + 1
    sheet.conditional_format(f"{code}{first}:{code}20000", {
        "type": "formula", "criteria": f'=AND($A{first}<>"",COUNTIF($A${first}:$A$20000,$A{first})>1)', "format": duplicate,
    })  # fmt: skip
    status_cell = f"${formulas.Row(first)[formulas.STATUS].rstrip('0123456789')}{first}"
    missing = look.book.add_format({"bg_color": NOTE_FILL})
    last = formulas.Row(20000)[BAD_ITEMS[-1]]
    sheet.conditional_format(f"{formulas.Row(first)[LICENCES[0]]}:{last}", {
        "type": "formula", "criteria": f'=AND({status_cell}="{INCOMPLETE}",{formulas.Row(first)[LICENCES[0]]}="")', "format": missing,
    })  # fmt: skip
    sheet.conditional_format(f"{name}{first}:{name}20000", {
        "type": "formula", "criteria": f'={status_cell}="{INCOMPLETE}"', "format": look.book.add_format({"font_color": BAD[1]}),
    })  # fmt: skip


LEVEL_COLOURS = {"特级": GOOD, "一级": GOOD, "二级": FAIR, "三级": FAIR, "四级": POOR, "四级以下": BAD}
