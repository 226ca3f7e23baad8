"""The ledgers of a branch that keeps them its own way: dates counted from 1904, dates and amounts as text, totals, blank rows."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from random import Random

from sample_ageing_cases import bare
from sample_customers import SEED
from sample_ledger_lines import Record
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_credit.receivables.columns import COLLECTIONS, LAYOUT, SHIPMENTS, titled

_TITLE_ROWS, _OWN_COLUMN = 4, "备注2"
_DAY_FORMS = ("{0.year}年{0.month}月{0.day}日", "{0:%Y%m%d}", "{0.year}/{0.month}/{0.day}", "{0.year}.{0.month}.{0.day}", "{0:%Y-%m-%d}")
_WIDE_DIGITS = str.maketrans("0123456789-", "０１２３４５６７８９－")


def write_as_they_keep_it(path: Path, ledgers: Mapping[str, Sequence[Record]]) -> None:
    """All ledger sheets in one workbook of the branch's own making; the same bytes every time."""
    book = Workbook(str(path), {"date_1904": True})
    book.set_properties({"created": datetime(2020, 1, 1), "author": "杨帆", "company": ""})
    looks = {"date": book.add_format({"num_format": "yyyy/m/d"}), "money": book.add_format({"num_format": "#,##0.00"}),
             "head": book.add_format({"bold": True, "bottom": 1}), "title": book.add_format({"bold": True, "font_size": 14})}  # fmt: skip
    for name, layout in LAYOUT.items():
        sheet = book.add_worksheet(name)
        _write(sheet, name, layout, ledgers[name], looks)
    book.close()


def _write(sheet: Worksheet, name: str, layout: Sequence[str], records: Sequence[Record], looks: Mapping[str, Format]) -> None:
    """A title, the header lower down with a column of their own before the rest, rows, a blank one at each month's end, the total."""
    draw = Random(f"{SEED}-dirt-{name}")
    sheet.write(0, 2, f"西南分公司{name}(内部)", looks["title"])
    sheet.write(1, 2, "制表:杨帆")
    headers = (_OWN_COLUMN, *layout)
    for column, header in enumerate(headers):
        sheet.write(_TITLE_ROWS, column, _header(header, draw), looks["head"])
        sheet.set_column(column, column, 13)
    row, month = _TITLE_ROWS + 1, None
    for record in records:
        day = next((value for value in record.values() if isinstance(value, date)), None)
        if name in (SHIPMENTS, COLLECTIONS) and day and month not in (None, day.month):
            row += 1
        month = day.month if day else month
        for column, header in enumerate(headers):
            _cell(sheet, row, column, header, record.get(header), draw, looks)
        row += 1
    if name in (SHIPMENTS, COLLECTIONS):
        sheet.write(row, headers.index("客户名称"), "合 计")
        sheet.write(row, headers.index("金额"), sum(r["金额"] for r in records if isinstance(r["金额"], int | float)), looks["money"])
    sheet.freeze_panes(_TITLE_ROWS + 1, 0)


def _header(header: str, draw: Random) -> str:
    written = titled(header)
    return written.replace("(", "（").replace(")", "）") if draw.random() < 0.5 else f"{written[:1]} {written[1:]} "


def _cell(sheet: Worksheet, row: int, column: int, header: str, value: object, draw: Random, looks: Mapping[str, Format]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        chance = draw.random()
        if chance > 0.14:
            sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), looks["date"])
        elif chance > 0.02:
            sheet.write_string(row, column, draw.choice(_DAY_FORMS).format(value))
        else:
            sheet.write_number(row, column, bare(value))
    elif isinstance(value, str):
        sheet.write_string(row, column, _code(value, draw) if header == "客户编码" else value)
    elif header.endswith("金额") and draw.random() < 0.03:
        sheet.write_string(row, column, draw.choice(("{:,.2f}", "￥{:.2f}", " {:.2f} ")).format(value))
    else:
        sheet.write_number(row, column, value, looks["money"] if isinstance(value, float) or abs(value) > 999 else None)


def _code(code: str, draw: Random) -> str:
    chance = draw.random()
    return f" {code} " if chance < 0.02 else code.translate(_WIDE_DIGITS) if chance < 0.04 else code
