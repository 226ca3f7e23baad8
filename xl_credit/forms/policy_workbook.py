"""The policy workbook: head office's file, one sheet a table, every figure with unit, article and effective date."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from xl_credit.cells import is_blank, parse_date, parse_decimal, serial
from xl_credit.forms.look import BAD, GOOD, POOR, Look, colour_words, dropdown, heading, print_on_a4
from xl_credit.policy.service import COLUMNS as SERVICE_COLUMNS
from xl_credit.policy.service import KINDS, sample_service_grid
from xl_credit.policy.service import SHEET as SERVICE_SHEET
from xl_credit.policy.sheets import ADJUSTMENTS, AUTHORITY, BANDS, COLUMNS, DAYS, LEVELS, OTHERS, PARTS_SHEET, VERSIONS
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import APPROVED, CREDIT_ROUTE, DRAFT, LOW_LEVEL_ROUTE, PARTS, RATING_ROUTE
from xl_credit.tables import Grid, column_letters

HEADER_ROW = 4
_TITLES = {
    VERSIONS: "信用政策版本", PARTS_SHEET: "评分项目与分值(第七条(2))", BANDS: "评分档次(第七条(3))", LEVELS: "等级划分与赊欠限额(第七条(4))",
    ADJUSTMENTS: "调整规则(第七条注、第八条)", AUTHORITY: "审批权限(第六条、第十条)", DAYS: "账龄与天数(第四条、第十三条、第十七条)",
    OTHERS: "其他参数(第九条、第十条、第二十条)", SERVICE_SHEET: "客户服务(客户服务管理办法;可没有此表,没有则用示例数值)",
}  # fmt: skip
_NOTE = "黄色为公司核定的数值;未定的写××,政策检查会指出。同一文件可放多个版本,按生效日期取用。"
_WIDTHS = {
    "版本": 13, "生效日期": 12, "说明": 48, "评分依据": 44, "内容": 20, "档次": 24, "规则": 26, "参数": 22, "事项": 22, "岗位": 15,
    "路线": 14, "类别": 12, "项目": 16, "文字": 16, "条文": 16, "核定人": 12,
}  # fmt: skip
_FIGURES = ("最低分", "最高分", "下限", "上限", "分值", "得分下限", "得分上限", "赊欠限额", "数值", "额度上限", "期限上限", "步骤")
_SPARE_ROWS = 60


def build_policy_workbook(path: Path, grids: Mapping[str, Grid]) -> None:
    """Write the tables as a workbook to be filled in, approved and sent out; the same tables give the same bytes."""
    look = Look(path)
    for name in COLUMNS:
        _table_sheet(look, name, grids[name], COLUMNS[name])
    _table_sheet(look, SERVICE_SHEET, sample_service_grid(), SERVICE_COLUMNS)
    look.close()


def _table_sheet(look: Look, name: str, grid: Grid, columns: Sequence[str]) -> None:
    sheet = look.sheet(name, "#BF8F00")
    heading(look, sheet, _TITLES[name], _NOTE, len(columns))
    for column, header in enumerate(columns):
        sheet.set_column(column, column, _WIDTHS.get(header, 11))
        sheet.write(HEADER_ROW - 1, column, header, look.header)
    body = grid.rows[1:]
    for offset in range(len(body) + _SPARE_ROWS):
        values = body[offset] if offset < len(body) else [None] * len(columns)
        for column, header in enumerate(columns):
            _cell(look, sheet, HEADER_ROW + offset, column, header, values[column], name)
    _choices(look, sheet, name, columns)
    sheet.freeze_panes(HEADER_ROW, 1)
    print_on_a4(sheet, len(columns), (HEADER_ROW - 1, HEADER_ROW - 1))
    sheet.print_area(0, 0, HEADER_ROW + len(body), len(columns) - 1)


def _cell(look: Look, sheet: Worksheet, row: int, column: int, header: str, value: object, name: str) -> None:
    style = _style(look, header)
    if header == "生效日期" and name != VERSIONS:
        key = f"{column_letters(0)}{row + 1}"
        formula = f"=IF({key}=\"\",\"\",IFERROR(INDEX({VERSIONS}!$B$5:$B$64,MATCH({key},{VERSIONS}!$A$5:$A$64,0)),\"\"))"
        sheet.write_formula(row, column, formula, style, "" if is_blank(value) else serial(parse_date(value)))
    elif is_blank(value):
        sheet.write_blank(row, column, None, style)
    elif header == "生效日期":
        sheet.write_datetime(row, column, parse_date(value), style)
    elif header in _FIGURES and (number := _number(value)) is not None:
        sheet.write_number(row, column, number, style)
    else:
        sheet.write_string(row, column, str(value), style)


def _number(value: object):
    try:
        return parse_decimal(value)
    except CreditError:
        return None


def _style(look: Look, header: str):
    if header in _FIGURES:
        return look.cell(bg_color="#FFF2CC", align="center")
    if header == "生效日期":
        return look.cell(num_format="yyyy-mm-dd", align="center")
    if header in ("说明", "评分依据"):
        return look.cell(text_wrap=True, font_size=9)
    return look.cell(align="center")


def _choices(look: Look, sheet: Worksheet, name: str, columns: Sequence[str]) -> None:
    lists = {
        VERSIONS: {"状态": (DRAFT, APPROVED)}, PARTS_SHEET: {"项目": PARTS}, BANDS: {"项目": PARTS, "含下限": ("是", "否"), "含上限": ("是", "否")},
        SERVICE_SHEET: {"类别": KINDS}, AUTHORITY: {"路线": (RATING_ROUTE, CREDIT_ROUTE, LOW_LEVEL_ROUTE), "可终审": ("是", "否")},
    }  # fmt: skip
    for header, choices in lists.get(name, {}).items():
        dropdown(sheet, columns.index(header), HEADER_ROW, choices, header)
    if name == VERSIONS:
        colour_words(look, sheet, columns.index("状态"), HEADER_ROW, {APPROVED: GOOD, DRAFT: POOR})
    unfilled = look.book.add_format({"bg_color": BAD[0], "font_color": BAD[1]})
    area = f"A{HEADER_ROW + 1}:{column_letters(len(columns) - 1)}2000"
    sheet.conditional_format(area, {"type": "text", "criteria": "containing", "value": "××", "format": unfilled})
