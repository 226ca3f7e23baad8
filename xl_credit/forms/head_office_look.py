"""What the head-office sheets share: columns' looks by what they hold, titled sheets, growing lists, sums above them."""

from collections.abc import Mapping, Sequence

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_credit.forms.look import Look, heading, print_on_a4
from xl_credit.quarter.consolidation import NOT_RATED, WRAPPED_COLUMNS
from xl_credit.tables import column_letters

NOTE = "季度:(运行 xl-credit 后填入)"
COUNT, MONEY, SHARE = '#,##0;-#,##0;"-"', '#,##0.00;-#,##0.00;"-"', "0.0%"
LAST = 5000  # formulas reach this far down a list
MONEY_COLUMNS = {"建议额度", "送审额度", "级别限额", "应裁减", "裁减后额度", "裁减", "送审额度合计"}
COUNT_COLUMNS = {
    "客户数", "已评级", *NOT_RATED, "上升", "下降", "新评级", "转为不评级", "问题数", "授信户数", "户数", "上季户数", "本季户数", "A业务户数",
    "B业务户数",
}  # fmt: skip
_CENTRED = {"重点客户", "上季级别", "本季级别", "方向", "状态", "业务员", "得分", "级别", "条文", "终审岗位", "档次"}
_WIDTHS = {
    "分公司": 16, "文件": 22, "客户编码": 12, "客户名称": 28, "说明": 32, "原因": 44, "重点客户说明": 56, "发现": 48, "允许": 30, "影响": 22,
    "处理说明": 24, "位置": 18, "依据": 32, "建议额度": 14, "送审额度": 14, "裁减后额度": 14, "条文": 13, "终审岗位": 15, "送审额度合计": 16,
    "应裁减": 13, "裁减": 13, "级别限额": 12, "得分": 10, "授信户数": 12, "占合计": 10,
}  # fmt: skip


def in_print(header: str) -> str:
    return f"{header}(万元)" if header in MONEY_COLUMNS else header


def style(look: Look, header: str, **more: object) -> Format:
    """The look of a column by what it holds."""
    if header in MONEY_COLUMNS:
        return look.cell(num_format=MONEY, align="right", indent=1, **more)
    if header in COUNT_COLUMNS:
        return look.cell(num_format=COUNT, align="center", **more)
    if header == "占合计":
        return look.cell(num_format=SHARE, align="center", **more)
    if header in WRAPPED_COLUMNS:
        return look.cell(text_wrap=True, font_size=9, **more)
    return look.cell(align="center", **more) if header in _CENTRED else look.cell(**more)


def titled(
    look: Look, name: str, title: str, columns: Sequence[str], header: int, tab: str, widths: Mapping[str, float] | None = None,
    *, title_columns: int = 0,
) -> Worksheet:  # fmt: skip
    """A sheet with title, note line and column widths; ``header`` is the header row that each printed page repeats (from 0)."""
    sheet = look.sheet(name, tab)
    heading(look, sheet, title, NOTE, title_columns or len(columns))
    sheet.set_row(2, 6)
    sheet.set_row(header, 32)
    for column, text in enumerate(columns):
        sheet.set_column(column, column, (widths or {}).get(text) or _WIDTHS.get(text, 9.5))
    print_on_a4(sheet, len(columns), (header, header))
    return sheet


def hint(look: Look, sheet: Worksheet, text: str) -> None:
    """How to read the sheet, under its note line."""
    sheet.set_row(2, 18)
    sheet.write(2, 0, text, look.format(font_size=9, font_color="#595959"))


def add_list(look: Look, sheet: Worksheet, columns: Sequence[str], header: int, name: str) -> None:
    """An empty list object with one row whose look the filled rows take; panes frozen under its header."""
    for column, text in enumerate(columns):
        sheet.write_blank(header + 1, column, None, style(look, text))
    headers = [{"header": in_print(text), "header_format": look.header} for text in columns]
    sheet.add_table(header, 0, header + 1, len(columns) - 1, {"name": name, "style": None, "columns": headers})
    sheet.freeze_panes(header + 1, 2)


def formula(sheet: Worksheet, row: int, column: int, text: str, look: Format) -> None:
    """A formula without a last result: LibreOffice then works it out on opening, as Excel always does."""
    sheet.write_formula(row, column, text, look, "")


def sum_of(columns: Sequence[str], header: int, summed: str, mark: str, left_out: str) -> str:
    """The column's sum without the rows kept only for people's notes, which say ``left_out`` under ``mark``."""
    letters = [column_letters(columns.index(text)) for text in (summed, mark)]
    reach = [f"${one}${header + 2}:${one}${LAST}" for one in letters]
    return f'SUMIFS({reach[0]},{reach[1]},"<>{left_out}")'


def colour_above_zero(look: Look, sheet: Worksheet, column: int, first: int, colours: tuple[str, str]) -> None:
    shape = look.book.add_format({"font_color": colours[1], "bold": True})
    sheet.conditional_format(first, column, LAST - 1, column, {"type": "cell", "criteria": ">", "value": 0, "format": shape})


def bars(sheet: Worksheet, column: int, first: int, last: int = LAST) -> None:
    """Data bars from 0, plain colour, so that amounts compare at a glance and still print."""
    sheet.conditional_format(first, column, last - 1, column, {
        "type": "data_bar", "bar_color": "#9DC3E6", "bar_solid": True, "min_type": "num", "min_value": 0,
    })  # fmt: skip
