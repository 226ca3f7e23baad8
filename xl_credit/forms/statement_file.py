"""对账单 (第四条(3)) as a workbook of its own, to be sent to one customer: values only, every movement, as many pages as it takes."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from xl_credit.forms.look import HEADER_FILL, NOTE_FILL, Look, print_on_a4
from xl_credit.receivables.picture import Picture
from xl_credit.receivables.rows import UNAPPLIED, yuan_cell
from xl_credit.rules.ageing import Ageing, bucket_labels
from xl_credit.rules.ledger import Account, in_yuan
from xl_credit.rules.statements import CLOSING, OPENING, Entry, statement

COLUMNS = ("序号", "日期", "类别", "单号", "到期日", "应收增加(元)", "应收减少(元)", "余额(元)", "摘要")
_WIDTHS = (5, 11, 10.5, 14, 11, 13.5, 13.5, 14, 13.5)
_LAST = len(COLUMNS) - 1
_MONEY = "#,##0.00;[Red]-#,##0.00"
_LONGEST = 40  # characters of a code in a file name: some file systems allow 255 bytes in all
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f.]')


def file_names(codes: Sequence[str], end: date) -> list[str]:
    """A file name for each customer's statement, whatever the codes hold; no two alike, also where case makes no difference.

    >>> file_names(["HD-01", "../HD:01"], date(2026, 9, 30))
    ['对账单_HD-01_2026-09-30.xlsx', '对账单_---HD-01_c8df9e_2026-09-30.xlsx']
    """
    plain = [_NOT_IN_NAMES.sub("-", code)[:_LONGEST] for code in codes]
    counts = Counter(name.casefold() for name in plain)
    marked = (
        name if name == code and counts[name.casefold()] == 1 else f"{name}_{sha256(code.encode()).hexdigest()[:6]}"
        for name, code in zip(plain, codes, strict=True)
    )
    return [f"对账单_{name}_{end}.xlsx" for name in marked]


def build_statement(path: Path, picture: Picture, account: Account, start: date) -> None:
    """One customer's movements from ``start`` to the picture's day, the ageing of what is left, and room to sign."""
    look = Look(path)
    sheet = look.sheet("对账单")
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    entries = statement(account, start, picture.as_of)
    line = picture.lines[account.customer]
    _heading(look, sheet, f"{picture.shown(account.customer)}  {line.name}".rstrip(), entries)
    row = _entries(look, sheet, 5, entries)
    row = _ageing(look, sheet, row + 1, picture, picture.ageing_of[account.customer])
    _confirmation(look, sheet, row + 1, entries[-1])
    print_on_a4(sheet, len(COLUMNS), (4, 4), landscape=False)
    look.close()


def _heading(look: Look, sheet: Worksheet, customer: str, entries: Sequence[Entry]) -> None:
    sheet.set_row(0, 32)
    sheet.merge_range(0, 0, 0, _LAST, "对 账 单", look.title)
    label, plain = look.cell(bold=True, align="center", bg_color=HEADER_FILL), look.cell(align="left", indent=1)
    for row, title, text in ((1, "发函单位", ""), (2, "客户", customer), (3, "对账期间", f"{entries[0].day} 至 {entries[-1].day}")):
        sheet.set_row(row, 22)
        sheet.merge_range(row, 0, row, 1, title, label)
        sheet.merge_range(row, 2, row, _LAST, "", plain)
        sheet.write_string(row, 2, text, plain)


def _entries(look: Look, sheet: Worksheet, first: int, entries: Sequence[Entry]) -> int:
    for column, header in enumerate(COLUMNS):
        sheet.write(first - 1, column, header, look.header)
    for offset, one in enumerate(entries):
        more = {"bold": True, "bg_color": NOTE_FILL} if one.kind in (OPENING, CLOSING) else {}
        money, text, day = look.cell(num_format=_MONEY, **more), look.cell(align="center", **more), look.cell(num_format="yyyy-mm-dd", align="center", **more)
        row = first + offset
        amounts = [None, None] if more else [yuan_cell(one.debit) or None, yuan_cell(one.credit) or None]
        sheet.write(row, 0, offset or None, text)
        sheet.write_datetime(row, 1, one.day, day)
        sheet.write_string(row, 2, one.kind, text)
        sheet.write_string(row, 3, one.number, look.cell(num_format="@", **more))
        sheet.write(row, 4, one.due, day)
        for column, value in zip((5, 6, 7), (*amounts, yuan_cell(one.balance)), strict=True):
            sheet.write(row, column, value, money)
        sheet.write_string(row, 8, one.note, look.cell(text_wrap=True, **more))
    return first + len(entries)


def _ageing(look: Look, sheet: Worksheet, row: int, picture: Picture, ageing: Ageing) -> int:
    labels = bucket_labels(picture.policy.ageing_bounds_days)
    pairs = [*zip(labels, ageing.buckets, strict=True), (UNAPPLIED, ageing.unapplied), ("余额", ageing.balance)]
    sheet.merge_range(row, 0, row, _LAST, f"账龄(元):{picture.method.text}", look.note)
    for start in range(0, len(pairs), len(COLUMNS) - 1):
        sheet.set_row(row + 1, 28)  # the labels stand on two lines in the narrow columns
        for column, (label, fen) in enumerate(pairs[start : start + len(COLUMNS) - 1], 1):
            sheet.write(row + 1, column, f"逾期{label}天" if label[-1].isdigit() else label, look.header)
            sheet.write_number(row + 2, column, yuan_cell(fen), look.cell(num_format=_MONEY, shrink=True))
        row += 2
    return row + 1


def _confirmation(look: Look, sheet: Worksheet, row: int, closing: Entry) -> None:
    whose = "贵方应付我方余额为" if closing.balance >= 0 else "贵方在我方的预收余额为"
    words = f"请核对以上往来。截至 {closing.day} {whose} {in_yuan(abs(closing.balance))},请在下栏确认并签章后寄回。"
    sheet.merge_range(row, 0, row, _LAST, words, look.format(align="left"))
    seal = "(盖章)                    经办人:                    日期:      年    月    日"
    lines = (("客户确认", "□ 相符      □ 不符,差异金额:              元", 22), ("差异说明", "", 40), ("客户盖章", seal, 48), ("发函单位", seal, 48))
    for offset, (title, text, height) in enumerate(lines, 1):
        sheet.set_row(row + offset, height)
        sheet.merge_range(row + offset, 0, row + offset, 1, title, look.cell(bold=True, align="center", bg_color=HEADER_FILL))
        sheet.merge_range(row + offset, 2, row + offset, _LAST, text, look.cell(align="left", indent=1))
