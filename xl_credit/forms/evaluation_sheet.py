"""The 评估表: one row a customer, dropdowns for every enumerated column, provisional score and level by native formulas."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_cell_to_rowcol
from xlsxwriter.worksheet import Worksheet

from xl_credit.cells import serial
from xl_credit.forms import formulas
from xl_credit.forms.formulas import COLUMNS, HEADER_ROW, LAST_ROW, PROVISIONAL_COLUMNS, Row
from xl_credit.forms.look import (
    BAD,
    FAIR,
    GOOD,
    INPUT_FILL,
    NOTE_FILL,
    POOR,
    WRITTEN_FILL,
    Look,
    colour_words,
    dropdown,
    print_filled_rows,
    print_on_a4,
)
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
from xl_credit.rules.quarter import Quarter, add_months
from xl_credit.rules.records import HELD, INCOMPLETE, UNRATED

_GROUPS = (
    ("客户资料", MASTER_COLUMNS), ("①法律资质(10分)", LICENCES), ("②其他资质(5分)", CERTIFICATES), ("③④⑤ 金额(年)", AMOUNTS),
    ("⑥主观评价(15分)", SUBJECTIVE_ITEMS), ("⑦不良记录", BAD_ITEMS), ("调整(第八条)", FLAG_COLUMNS), ("授信申请(第九、十条)", REQUEST_COLUMNS),
    ("暂评(公式,以评级结果为准)", PROVISIONAL_COLUMNS),
)  # fmt: skip
# Two A4 pages wide at a size that can be read. Both halves, key columns included, are as good as equally wide, so that
# "fit to 2 pages" breaks between ⑤ and ⑥ and not within a group.
_WIDTHS = {
    "客户编码": 10, "客户名称": 23, "业务类型": 7.5, "A类业务额": 12, "B类业务额": 12, "首次交易日期": 11.5, "重点客户": 7.5, "业务员": 8.5,
    **dict.fromkeys((*LICENCES, *CERTIFICATES), 8.7), **dict.fromkeys(AMOUNTS, 12.5), "合作态度": 8, "客户产品销售状况": 8, "企业经营状态": 7,
    "员工平均工资水平": 8, "拖延回款": 17, "对账不良记录": 8, "申请额度": 9, "合同编号": 11, "暂评级别": 8.5, "暂评限额": 7, "暂评状态": 8.5,
}  # fmt: skip
_SHRUNK = ("客户名称", "拖延回款", "合同编号", "业务员")  # one line whatever the text: rows keep their height everywhere
_MONEY = ("A类业务额", "B类业务额", "申请额度", *AMOUNTS)

# in all rows but the first: share_formulas lets them share the first row's, and XlsxWriter takes 0.4 ms to look through a long one
_FILLED_DOWN = ("=0",) * len(PROVISIONAL_COLUMNS)

Record = Mapping[str, object]


def add_evaluation_sheet(
    look: Look, policy: Policy, *, branch: str = "", quarter: str = "", records: Sequence[Record] = (), spare_rows: int = 300,
    provisional: Sequence[Sequence[object]] = (),
) -> Worksheet:  # fmt: skip
    """The sheet with ``records`` filled in and ``spare_rows`` more ready for typing, to be followed by ``share_formulas``.

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
    visible = len(COLUMNS) - 1  # the last column, 暂评档次, is hidden
    print_on_a4(sheet, visible, (HEADER_ROW - 2, HEADER_ROW - 1), pages_wide=2, whole_columns=False)
    print_filled_rows(look, sheet, visible, COLUMNS.index("客户名称"), HEADER_ROW)
    sheet.repeat_columns(0, 1)
    sheet.set_margins(left=0.25, right=0.25, top=0.5, bottom=0.55)
    return sheet


def _heading(look: Look, sheet: Worksheet, branch: str, quarter: str, policy: Policy) -> None:
    """Title over the first printed page; below it the branch, the quarter with its dates, and the policy in use."""
    sheet.set_row(0, 30)
    last = COLUMNS.index(AMOUNTS[-1])  # the first printed page ends here
    sheet.merge_range(0, 0, 0, last, "客户信用评估表", look.title)
    red = look.format(font_color="#C00000", bold=True, align="center")
    sheet.merge_range(1, 0, 1, last, "", red)
    sheet.write_formula(1, 0, f'=IF({version_cell(3)}="已核定","","示例政策,未经核定")', red, policy.notice)
    label, entry = look.format(bold=True, align="right"), look.cell(bg_color=INPUT_FILL, align="center")
    sheet.write(2, 0, "分公司", label)
    sheet.write(2, 1, branch or None, entry)
    sheet.write(2, 4, "季度", label)
    sheet.write(2, 5, quarter or None, entry)
    _period(look, sheet, label, quarter, policy)
    _policy_line(look, sheet, label, policy)
    sheet.data_validation(2, 5, 2, 5, {
        "validate": "custom", "value": '=AND(LEN(F3)=6,MID(F3,5,1)="Q",ISNUMBER(VALUE(LEFT(F3,4))),ISNUMBER(FIND(RIGHT(F3,1),"1234")))',
        "error_title": "季度", "error_message": "季度写作 2026Q3",
    })  # fmt: skip
    blank = look.book.add_format({"bg_color": NOTE_FILL})
    sheet.conditional_format("F3", {"type": "blanks", "format": blank})


def _period(look: Look, sheet: Worksheet, label: Format, quarter: str, policy: Policy) -> None:
    """第七条注: the dates that every row's formulas look at, where ``formulas`` says they stand."""
    day = look.cell(num_format="yyyy-mm-dd", align="center", bg_color=WRITTEN_FILL)
    names = ("期末日期", "期初日期", "首次交易自此日起折算年额", "首次交易自此日起不参与评级")
    places = (formulas.PERIOD_END, formulas.PERIOD_START, formulas.ANNUALISED_FROM, formulas.UNRATED_FROM)
    cached = _period_serials(quarter, policy)
    for name, place, formula, value in zip(names, places, formulas.period_formulas("F3"), cached, strict=True):
        row, column = xl_cell_to_rowcol(place)
        if len(name) > 4:
            sheet.merge_range(row, column - 3, row, column - 1, name, label)
        else:
            sheet.write(row, column - 1, name, label)
        sheet.merge_range(row, column, row, column + 1, "", day)
        sheet.write_formula(row, column, formula, day, value)


def _period_serials(quarter: str, policy: Policy) -> tuple[object, ...]:
    if not quarter:
        return ("",) * 4
    parsed = Quarter.parse(quarter)
    start, after = serial(parsed.period_start), parsed.end + timedelta(days=1)
    borders = (max(start, serial(add_months(after, -months)) + 1) for months in (policy.whole_year_months, policy.unrated_months))
    return serial(parsed.end), start, *borders


def _policy_line(look: Look, sheet: Worksheet, label: Format, policy: Policy) -> None:
    version, effective, status = version_cell(0), version_cell(1), version_cell(3)
    style = look.cell(align="left", bg_color=WRITTEN_FILL)
    first = COLUMNS.index("纳税信用级别")
    sheet.write(2, first - 1, "政策", label)
    sheet.merge_range(2, first, 2, first + 3, "", style)
    named = f'={version}&"("&TEXT({effective},"yyyy-mm-dd")&"起,"&{status}&")"'
    sheet.write_formula(2, first, named, style, f"{policy.version}({policy.effective}起,{policy.status})")


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
            sheet.write(HEADER_ROW - 1, column, titled(header).replace("(", "\n("), look.header)
            column += 1


def _width(header: str) -> float:
    if header in _WIDTHS:
        return _WIDTHS[header]
    return 5.8 if header in PROVISIONAL_COLUMNS else 6.5


def _style(look: Look, header: str) -> Format:
    if header in PROVISIONAL_COLUMNS:  # days would else be shown as a date, as the cells that they are computed from
        return look.cell(bg_color=WRITTEN_FILL, align="center", **({"num_format": "0"} if header == formulas.DAYS else {}))
    if header in _MONEY:
        return look.cell(num_format="#,##0.00")
    if header == "首次交易日期":
        return look.cell(num_format="yyyy-mm-dd", align="center")
    as_text = {"num_format": "@"} if header in ("客户编码", "客户名称", "合同编号") else {}
    if header in _SHRUNK:
        return look.cell(shrink=True, align="center" if header == "业务员" else "left", **as_text)
    return look.cell(align="center", **as_text)


def _write_row(sheet: Worksheet, row: int, record: Record, cached: Sequence[object], styles: Sequence[Format]) -> None:
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
    own = formulas.provisional_formulas(row + 1) if row == HEADER_ROW else _FILLED_DOWN
    for offset, formula in enumerate(own):
        value = cached[offset] if offset < len(cached) and cached[offset] is not None else ""
        sheet.write_formula(row, first + offset, formula, styles[first + offset], value)


def _validations(sheet: Worksheet, policy: Policy) -> None:
    lists = {item.name: tuple(text for text, _ in item.options) for item in policy.items if item.options}
    lists |= {"业务类型": BUSINESS_TYPES, "申请类型": REQUEST_TYPES}
    lists |= dict.fromkeys(("重点客户", *FLAG_COLUMNS), ("是", "否"))
    for header, choices in lists.items():
        dropdown(sheet, COLUMNS.index(header), HEADER_ROW, choices, header)
    for header in (*_MONEY, "企业设立年限", "申请期限"):
        _restrict(sheet, header, "请填数字", {
            "validate": "integer" if header == "申请期限" else "decimal", "criteria": "between",
            "minimum": -1_000_000_000 if header in AMOUNTS else 0, "maximum": 500 if header == "企业设立年限" else 1_000_000_000,
        })  # fmt: skip
    _restrict(sheet, "首次交易日期", "请填日期,如 2026-07-01", {
        "validate": "date", "criteria": "between", "minimum": date(1949, 10, 1), "maximum": date(2199, 12, 31),
    })  # fmt: skip


def _restrict(sheet: Worksheet, header: str, message: str, rule: dict[str, object]) -> None:
    column, name = COLUMNS.index(header), titled(header)
    titles = {"error_title": name, "error_message": f"{name}{message}"}
    sheet.data_validation(HEADER_ROW, column, LAST_ROW - 1, column, rule | titles)


def _conditional(look: Look, sheet: Worksheet) -> None:
    """Colours for the outcome; red for what cannot be used, yellow for what is still to be filled in."""
    colour_words(look, sheet, COLUMNS.index(formulas.STATUS), HEADER_ROW, {INCOMPLETE: BAD, UNRATED: POOR, HELD: POOR})
    colour_words(look, sheet, COLUMNS.index(formulas.LEVEL), HEADER_ROW, LEVEL_COLOURS)
    red = look.book.add_format({"bg_color": BAD[0], "font_color": BAD[1]})
    row, first = Row(HEADER_ROW + 1), HEADER_ROW + 1
    incomplete = f'${row[formulas.STATUS]}="{INCOMPLETE}"'
    repeated = f"COUNT(MATCH($A{first},$A${HEADER_ROW}:$A{HEADER_ROW},0),MATCH($A{first},$A{first + 1}:$A${LAST_ROW},0))"
    _colour(sheet, ("客户编码", "客户编码"), f'=AND($A{first}<>"",{repeated}>0)', red)
    for header in (*_MONEY, "首次交易日期", "企业设立年限", "申请期限"):
        _colour(sheet, (header, header), f"=ISTEXT({row[header]})", red)
    yellow = look.book.add_format({"bg_color": NOTE_FILL})
    for span in (("客户编码", "业务类型"), ("首次交易日期", "首次交易日期"), (LICENCES[0], BAD_ITEMS[-1])):
        _colour(sheet, span, f'=AND({incomplete},{row[span[0]]}="")', yellow)
    mixed = f'AND({incomplete},${row["业务类型"]}="混合",{row["A类业务额"]}="")'
    _colour(sheet, ("A类业务额", "B类业务额"), f"={mixed}", yellow)
    _colour(sheet, ("客户名称", "客户名称"), f"={incomplete}", look.book.add_format({"font_color": BAD[1]}))


def _colour(sheet: Worksheet, span: tuple[str, str], condition: str, style: Format) -> None:
    area = f"{Row(HEADER_ROW + 1)[span[0]]}:{Row(LAST_ROW)[span[1]]}"
    sheet.conditional_format(area, {"type": "formula", "criteria": condition, "format": style})


LEVEL_COLOURS = {"特级": GOOD, "一级": GOOD, "二级": FAIR, "三级": FAIR, "四级": POOR, "四级以下": BAD}
