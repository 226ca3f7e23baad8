"""The sheets 导入核对, 导入对应, 导入明细 and 客户对照, empty, in the look of our workbooks; and a workbook of ledgers to import into."""

from collections.abc import Mapping
from pathlib import Path

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_credit.forms.look import (
    BAD,
    FAIR,
    GOOD,
    POOR,
    WRITTEN_FILL,
    Look,
    colour_words,
    dropdown,
    heading,
    print_filled_rows,
    print_on_a4,
)
from xl_credit.forms.rating_workbook import build_rating_workbook
from xl_credit.forms.receivables_ledgers import add_ledgers
from xl_credit.forms.receivables_look import MONEY as MONEY_FORMAT
from xl_credit.forms.receivables_look import REPORT_TAB, add_list
from xl_credit.intake.columns import CHECK, COUNTS, LISTED, LISTED_KEPT, MAPPED, MONEY, SHEETS
from xl_credit.intake.parties import CONFIRMED, LIST_SHEET, REMARKS
from xl_credit.intake.words import Target
from xl_credit.rules.figures import Policy

HEADER = 3
_TITLES = {
    CHECK: ("导入核对", "每次导入一行:来源合计 + 红字取负 = 新增 + 已有 + 作废 + 差异 + 拒绝 + 他方。灰底由程序填写;差额、核对为公式,随“导入明细”重算。"),
    MAPPED: ("导入对应", "来源的哪一列成为本表的哪一列,为什么,头几行的内容。"),
    LISTED: ("导入明细", "未计入的每一行及原因:拒绝、差异(簿中同号内容不同)、他方(借贷另一方)、合计行的核对、提示、非数据行。“处理说明”由人填写。"),
    LIST_SHEET: ("客户对照", "可能是同一客户的写法。在“确认”选是,下次导入即按“归并编码”计入;选否,不再提出。从不自动归并。"),
}  # fmt: skip
_WIDTHS = {
    "导入": 6, "台账": 10, "来源文件": 22, "文件指纹": 13, "来源行数": 7, "新增行数": 7, "合计行": 9, "说明": 26, "核对": 7,
    "本表列": 13, "来源列": 8, "来源表头": 22, "依据": 34, "样例": 48, "类别": 9, "位置": 17, "单号": 18, "客户编码": 12, "金额": 13,
    "发现": 48, "允许": 36, "处理说明": 20, "来源编码": 13, "来源名称": 30, "归并编码": 13, "归并名称": 30, "行数": 7, "确认": 7,
}  # fmt: skip
_LEFT = frozenset(("来源文件", "说明", "来源表头", "依据", "样例", "位置", "发现", "允许", "处理说明", "来源名称", "归并名称"))
_TYPED = (*LISTED_KEPT, CONFIRMED, REMARKS)


def build_base(path: Path, target: Target, policy: Policy, rows: int) -> None:
    """A workbook to import into: the ledgers, or for customers the rating workbook with room for ``rows``; then the check sheets."""
    if target.is_money:
        look = Look(path)
        add_ledgers(look, policy, {}, 50)
        add_check_sheets(look)
        look.close()
    else:
        build_rating_workbook(path, policy, spare_rows=rows + 50, more_sheets=add_check_sheets)


def build_check_sheets(path: Path) -> None:
    """The check sheets alone, to be put into a workbook that lacks them."""
    look = Look(path)
    add_check_sheets(look)
    look.close()


def add_check_sheets(look: Look) -> None:
    for name, columns in SHEETS.items():
        sheet = look.sheet(name, REPORT_TAB)
        heading(look, sheet, *_TITLES[name], len(columns))
        sheet.set_row(1, 15)
        for column, header in enumerate(columns):
            sheet.set_column(column, column, _WIDTHS.get(header, 12))
        add_list(look, sheet, columns, HEADER, kept=_TYPED, styles=_styles(look, columns))
        sheet.freeze_panes(HEADER + 1, 1)
        print_on_a4(sheet, len(columns), (HEADER, HEADER), whole_columns=False)
        print_filled_rows(look, sheet, len(columns), 0 if name != LIST_SHEET else columns.index("归并编码"), HEADER + 1)
        _colours(look, sheet, name, columns)


def _styles(look: Look, columns: tuple[str, ...]) -> Mapping[str, Format]:
    return {header: _style(look, header) for header in columns}


def _style(look: Look, header: str) -> Format:
    fill = {} if header in _TYPED else {"bg_color": WRITTEN_FILL}
    if header in MONEY:
        return look.cell(num_format=MONEY_FORMAT, align="right", shrink=True, **fill)
    if header in COUNTS:
        return look.cell(num_format="0", align="center", **fill)
    if header in _LEFT:
        return look.cell(align="left", text_wrap=True, font_size=9, **fill)
    return look.cell(align="center", shrink=True, num_format="@" if header.endswith(("编码", "单号", "指纹")) else "General", **fill)


def _colours(look: Look, sheet: Worksheet, name: str, columns: tuple[str, ...]) -> None:
    first = HEADER + 1
    if name == CHECK:
        colour_words(look, sheet, columns.index("核对"), first, {"相符": GOOD, "不符": BAD})
        colour_words(look, sheet, columns.index("合计行"), first, {"相符": GOOD, "不符": BAD})
    elif name == LISTED:
        colour_words(look, sheet, columns.index("类别"), first, {"拒绝": BAD, "差异": BAD, "提示": POOR, "他方": FAIR})
    elif name == LIST_SHEET:
        colour_words(look, sheet, columns.index(CONFIRMED), first, {"是": GOOD, "否": POOR})
        dropdown(sheet, columns.index(CONFIRMED), first, ("是", "否"), CONFIRMED)
