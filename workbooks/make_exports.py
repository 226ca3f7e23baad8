"""Make the sample exports in 导出样例/: October 2026 of 华南 as ERP systems of several makes would hand it out.

    python workbooks/make_exports.py [--out DIR]

Each file has the dirt of its make: titles, merged two-row headers, page sums and repeated headers, text dates, separators, 红字, 作废,
a spelling of a known customer, rows that cannot be taken. The same bytes every time, but for the .xls, which LibreOffice
writes (``--xls``); it is made from the same cells.
"""

import argparse
import csv
import io
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

from sample_customers import company_name
from xlsxwriter import Workbook

SHIPPED, RECEIVED, ACCOUNT, CUSTOMERS, ORDERED = NAMES = (
    "用友U8-销售出库单列表.xlsx", "金蝶K3-收款单序时簿.xls", "用友-应收账款明细账.txt", "用友-客户档案.csv", "金蝶云-销售订单列表.csv",
)  # fmt: skip
CODES = ("HN-0001", "HN-0003", "HN-0011", "HN-0015", "HN-0024", "HN-0031", "HN-0032", "HN-0040")
TITLE, BLUE = "佛山市华鼎贸易制造有限公司华南分公司", "#DCE6F1"

Cells = list[object]


def name(code: str) -> str:
    return company_name("华南", code)


def money(fen: int) -> str:
    return f"{fen / 100:,.2f}"


def shipments() -> list[tuple[str, date, str, int]]:
    """(number, day, customer, 分 with tax)."""
    draw = Random("出库")
    days = sorted(draw.randrange(30) for _ in range(26))
    return [(f"XSCK2610{at:04}", date(2026, 10, 1) + timedelta(day), draw.choice(CODES), draw.randrange(80_000, 9_000_000)) for at, day in enumerate(days, 1)]


def net(fen: int) -> int:
    return round(fen / 1.13)


def shipped_rows() -> list[tuple[str, Cells]]:
    """(kind, cells) of the list of shipments; columns as under its two header rows."""
    rows: list[tuple[str, Cells]] = []
    page = total = 0
    lines = shipments()
    for at, (number, day, code, fen) in enumerate(lines):
        state, note, written = "已审核", "", day.isoformat()
        customer, amount = name(code), money(fen)
        if at == 3:
            fen, state, note = -fen // 10, "已审核", f"红字 退货,冲{lines[1][0]}"
            amount = f"({money(-fen)})"
        elif at == 7:
            state = "作废"
        elif at == 9:
            code, customer = "HN-0O32", "东莞远丰建材有限责任公司"  # the letter for the nought, another legal form
        elif at == 12:
            amount = amount.translate(str.maketrans("0123456789,.", "０１２３４５６７８９，．"))
        elif at == 15:
            written = "2026-10-32"
        elif at == 18:
            written, note = f"{day:%Y}年{day.month}月{day.day}日", "=HYPERLINK(\"http://example.invalid\")"
        page, total = page + fen, total + fen
        rows.append(("line", [number, written, code, customer, "陈志伟", draw_quantity(at), money(net(fen)), money(fen - net(fen)), amount, state, note]))
        if at == 12:
            rows += [("sum", ["本页合计", *[""] * 7, money(page)]), ("blank", []), ("title", [TITLE]), ("header", []), ("header2", [])]
            page = 0
    rows += [("sum", ["本页合计", *[""] * 7, money(page)]), ("sum", ["合计", *[""] * 7, money(total)])]
    rows += [("foot", ["制单:黄丽娟", "", "", "审核:", "", "", "打印日期:2026-11-02"])]
    return rows


def draw_quantity(at: int) -> int:
    return 5 + at * 7 % 90


def write_shipped(path: Path) -> None:
    """用友 U8: title, range, a header of two rows with merged groups, and all of it once more on the second page."""
    book = Workbook(str(path))
    book.set_properties({"created": date_of_build()})
    sheet = book.add_worksheet("销售出库单列表")
    head = book.add_format({"bold": True, "border": 1, "align": "center", "valign": "vcenter", "bg_color": BLUE})
    cell, title = book.add_format({"border": 1}), book.add_format({"bold": True, "font_size": 14, "align": "center"})
    sheet.merge_range(0, 0, 0, 10, "销售出库单列表", title)
    sheet.write(1, 0, f"核算单位:{TITLE}")
    sheet.write(1, 7, "单据日期:2026-10-01至2026-10-31")
    sheet.set_column(0, 10, 12)
    sheet.set_column(3, 3, 28)
    row = 2
    for kind, cells in [("header", []), ("header2", []), *shipped_rows()]:
        if kind == "header":
            _header(sheet, row, head)
        elif kind != "header2":
            for column, value in enumerate(cells):
                sheet.write_string(row, column, str(value), cell if kind in ("line", "sum") else None)
        row += 1
    book.close()


def date_of_build():
    from datetime import datetime

    return datetime(2020, 1, 1)


def _header(sheet, row: int, head) -> None:
    for column, label in ((0, "出库单号"), (1, "出库日期"), (4, "业务员"), (5, "数量"), (9, "单据状态"), (10, "备注")):
        sheet.merge_range(row, column, row + 1, column, label, head)
    sheet.merge_range(row, 2, row, 3, "客户", head)
    sheet.merge_range(row, 6, row, 8, "本币", head)
    for column, label in ((2, "编码"), (3, "名称"), (6, "无税金额"), (7, "税额"), (8, "价税合计")):
        sheet.write(row + 1, column, label, head)


def received_rows() -> list[Cells]:
    draw = Random("收款")
    rows: list[Cells] = [["收款单序时簿"], ["账套:华鼎华南", "", "", "", "币别:人民币"],
                         ["日期", "单据号", "往来单位代码", "往来单位名称", "币别", "结算方式", "收款金额", "核销单据号", "摘要", "审核标志"]]  # fmt: skip
    total = 0
    for at in range(1, 15):
        day, code = date(2026, 10, 2) + timedelta(at * 2 - 1), draw.choice(CODES)
        fen, number = draw.randrange(100_000, 5_000_000), f"SKD{at:06}"
        amount: object = fen / 100
        currency, state, note = "人民币", "Y", "货款"
        if at == 6:
            fen, note = -fen, "退票"
            amount = f"{money(-fen)}-"
        elif at == 10:
            amount, note = money(fen), "银承"
        elif at == 12:
            currency, amount = "美元", 1200
            fen = 120_000
        total += fen
        rows.append([day, number, code, name(code), currency, "电汇", amount, shipments()[at][0] if at % 3 else "", note, state])
    rows.append(["", "", "", "合计", "", "", total / 100])
    return rows


def write_received(path: Path, to_xls: bool) -> None:
    """金蝶 K3: numbers as numbers, dates as dates, one row in dollars; LibreOffice makes the old format of it."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / f"{path.stem}.xlsx"
        book = Workbook(str(plain))
        sheet, day = book.add_worksheet("收款单"), book.add_format({"num_format": "yyyy-mm-dd"})
        for row, cells in enumerate(received_rows()):
            for column, value in enumerate(cells):
                sheet.write(row, column, value, day if isinstance(value, date) else None)
        sheet.merge_range(0, 0, 0, 9, "收款单序时簿")
        book.close()
        if to_xls:
            profile = f"-env:UserInstallation=file://{folder}/profile"
            command = ["soffice", profile, "--headless", "--convert-to", "xls", "--outdir", str(path.parent), str(plain)]
            subprocess.run(command, check=True, capture_output=True, timeout=120)


def account_text() -> str:
    """用友: the account of receivables, customer by customer, 借 and 贷 side by side, with 本月合计 and 本年累计."""
    draw, lines = Random("明细账"), ["应收账款明细账", f"单位:{TITLE}\t\t\t\t期间:2026.10", ""]
    for code in CODES[:4]:
        lines += ["科目:1122 应收账款", f"客户:{code} {name(code)}", "2026年\t\t凭证字号\t摘要\t借方\t贷方\t方向\t余额", "月\t日\t\t\t\t\t\t"]
        balance = draw.randrange(1_000_000, 9_000_000)
        lines.append(f"10\t01\t\t期初余额\t\t\t借\t{money(balance)}")
        debits = credits = 0
        for at in range(1, 6):
            fen, is_sale = draw.randrange(90_000, 2_000_000), at % 2 == 1
            balance += fen if is_sale else -fen
            debits, credits = debits + fen * is_sale, credits + fen * (not is_sale)
            sides = f"{money(fen)}\t" if is_sale else f"\t{money(fen)}"
            lines.append(f"10\t{at * 5:02}\t记-{CODES.index(code) * 10 + at:04}\t{'销售' if is_sale else '收款'}\t{sides}\t借\t{money(balance)}")
        lines.append(f"10\t31\t\t本月合计\t{money(debits)}\t{money(credits)}\t借\t{money(balance)}")
        lines.append(f"10\t31\t\t本年累计\t{money(debits)}\t{money(credits)}\t借\t{money(balance)}")
        lines.append("")
    return "\r\n".join([*lines, "制表:林静\t\t第1页 共1页", ""])


def customer_rows() -> list[Cells]:
    rows: list[Cells] = [["客户档案"], [], ["客户编码", "客户名称", "客户简称", "业务类型", "发展日期", "专营业务员名称", "是否重点客户", "税号"]]
    rows += [[code, name(code), name(code)[:4], "A类", "2019-03-0" + str(at % 9 + 1), "陈志伟", "是" if at % 3 else "否", '="4406000' + str(at) + '"'] for at, code in enumerate(CODES)]
    rows += [["HN-0901", "广州新海商贸有限公司", "新海", "B类", "2026/10/12", "林静", "", ""], ["", "佛山临时客户", "", "", "", "", "", ""]]
    return rows


def order_rows() -> list[Cells]:
    """Two lines an order, as orders of two goods are listed."""
    draw = Random("订单")
    rows: list[Cells] = [["单据编号", "日期", "客户.编码", "客户.名称", "物料名称", "销售数量", "价税合计(本位币)", "单据状态", "关闭状态", "备注"]]
    for at in range(1, 9):
        code, day = draw.choice(CODES), date(2026, 10, 1) + timedelta(at * 3)
        for goods in ("钢管", "弯头")[: 1 + at % 2]:
            fen = draw.randrange(50_000, 3_000_000)
            rows.append([f"XSDD26{at:05}", day.isoformat() + " 00:00:00", code, name(code), goods, 10, money(fen), "已审核" if at != 5 else "作废", "未关闭", ""])
    return rows


def csv_bytes(rows: Sequence[Cells], encoding: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(encoding)


def make(folder: Path, to_xls: bool = False) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_shipped(folder / SHIPPED)
    write_received(folder / RECEIVED, to_xls)
    (folder / ACCOUNT).write_bytes(account_text().encode("gb18030"))
    (folder / CUSTOMERS).write_bytes(csv_bytes(customer_rows(), "utf-8-sig"))
    (folder / ORDERED).write_bytes(csv_bytes(order_rows(), "gb18030"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "导出样例")
    parser.add_argument("--xls", action="store_true", help="make the .xls too, with LibreOffice")
    arguments = parser.parse_args()
    make(arguments.out, arguments.xls)
