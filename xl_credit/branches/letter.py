"""退回说明: the letter to a branch whose workbook has to be mended, one printable sheet, cell by cell."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from xl_credit.branches.findings import Finding, grouped
from xl_credit.branches.names import LETTER_SHEET
from xl_credit.forms.look import Look, print_on_a4

_COLUMNS = ("序号", "工作表", "单元格", "问题", "下发时", "现在", "请这样改")
_WIDTHS = (5, 12, 10, 20, 21, 21, 22)
_HEADER_ROW, _LAST = 6, len(_COLUMNS) - 1
_LINE_HEIGHT, _WIDE = 12.5, 1.75  # points a line; a Chinese character in widths of a digit at this size


def build_letter(path: Path, branch: str, quarter: str, file: str, day: date, findings: Sequence[Finding]) -> None:
    """Write the letter; the same findings on the same day always give the same bytes."""
    findings, count = grouped(findings), len(findings)
    look = Look(path)
    sheet = look.sheet(LETTER_SHEET, "#C00000")
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    _heading(look, sheet, branch, quarter, file, count)
    for column, header in enumerate(_COLUMNS):
        sheet.write_string(_HEADER_ROW - 1, column, header, look.header)
    for number, one in enumerate(findings, 1):
        _line(look, sheet, number, one)
    _closing(look, sheet, _HEADER_ROW + len(findings) + 1, day)
    sheet.freeze_panes(_HEADER_ROW, 0)
    print_on_a4(sheet, len(_COLUMNS), (_HEADER_ROW - 1, _HEADER_ROW - 1), landscape=False, whole_columns=False)
    look.close()


def _heading(look: Look, sheet: Worksheet, branch: str, quarter: str, file: str, count: int) -> None:
    sheet.set_row(0, 34)
    sheet.merge_range(0, 0, 0, _LAST, "客户信用评估表退回说明", look.title)
    plain = look.format(align="left", text_wrap=True, valign="top")
    addressed = f"{branch or '贵分公司'}:"
    words = (
        f"您好!贵分公司交回的 {quarter} 客户信用评估表(文件“{file}”)已收到,谢谢配合。经与下发的工作簿逐项核对,有以下 {count} 处需要更正,"
        "烦请按“请这样改”一栏改好后,将整个工作簿重新交回。除下列各处外,已填内容无须重填。"
    )
    for row, (text, height) in enumerate(((addressed, 20), (words, 50)), 2):
        sheet.set_row(row, height)
        sheet.merge_range(row, 0, row, _LAST, "", plain)
        sheet.write_string(row, 0, text, plain)
    sheet.set_row(4, 6)


def _line(look: Look, sheet: Worksheet, number: int, one: Finding) -> None:
    text, centre = look.cell(align="left", text_wrap=True, font_size=9), look.cell(align="center", text_wrap=True, font_size=9)
    was, now = one.change
    shown = (was or "(空白)", now or "(空白)") if was or now else ("—", "—")
    values = (one.sheet or "整个文件", one.cell or "—", one.what, *shown, one.mend)
    row = _HEADER_ROW + number - 1
    sheet.write_number(row, 0, number, centre)
    for column, value in enumerate(values, 1):
        sheet.write_string(row, column, value, centre if column < 3 else text)
    lines = max(-(-_width(value) // (_WIDTHS[column] - 1)) for column, value in enumerate(values, 1))
    sheet.set_row(row, max(18, lines * _LINE_HEIGHT + 5))


def _width(text: str) -> float:
    return sum(_WIDE if ord(char) > 0x2E7F else 1 for char in text)


def _closing(look: Look, sheet: Worksheet, row: int, day: date) -> None:
    plain, right = look.format(align="left", text_wrap=True), look.format(align="right")
    words = "改动锁定内容多因取消了工作表保护或整片粘贴所致,更正时可从下发的工作簿复制相应单元格。如有疑问,请与总部市场部联系。给您添麻烦了,感谢支持!"
    sheet.set_row(row, 34)
    sheet.merge_range(row, 0, row, _LAST, words, plain)
    for offset, text in enumerate(("总部市场部", f"{day.year}年{day.month}月{day.day}日"), 2):
        sheet.merge_range(row + offset, _LAST - 1, row + offset, _LAST, text, right)
