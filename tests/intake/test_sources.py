"""Files as they are handed in: every format and encoding, by their content; what is none is refused in one line."""

import random
import zipfile
from datetime import date

import pytest

from tests.conftest import WORKBOOKS
from tests.intake.exports import HEAD, confirmed, intake, line, text_file, workbook
from tests.receivables.desk import one_line, write_book
from xl_credit.intake.sources import read_source
from xl_credit.rules.errors import CreditError

ROWS = (HEAD, line(name="鱼骉公司"), line("XS2", amount="1,234.50", note='含,逗号、"引号"\n和换行'))
XLS = WORKBOOKS / "导出样例" / "金蝶K3-收款单序时簿.xls"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize(("separator", "ending"), [(",", "csv"), ("\t", "txt"), (";", "csv"), ("|", "txt"), ("\t", "csv"), ("\t", "xls")])
def test_text_in_every_encoding_and_with_every_separator(tmp_path, encoding, separator, ending):
    path = text_file(tmp_path / f"出库.{ending}", *ROWS, separator=separator, encoding=encoding)
    (sheet,) = read_source(path).sheets
    assert sheet.rows == [list(map(str, row)) for row in ROWS]
    assert confirmed(path)["勾稽"]["来源合计"] == pytest.approx(1334.5)


def test_a_text_with_more_commas_in_its_amounts_than_tabs(tmp_path):
    rows = [("单据编号", "客户编码", "日期", "金额"), *((f"X{at}", "K1", "2026-07-01", "1,234,567,890.00") for at in range(9))]
    path = tmp_path / "出库.txt"
    path.write_text("".join("\t".join(row) + "\n" for row in rows), "utf-8")
    assert confirmed(path)["勾稽"]["新增"]["行数"] == 9


def test_a_workbook_gives_what_the_text_gives(tmp_path):
    rows = [HEAD, line(), line("XS2", amount="1,234.50")]
    typed = [HEAD, line(day=date(2026, 7, 1), amount=100), line("XS2", day=date(2026, 7, 1), amount=1234.5)]
    plain = confirmed(text_file(tmp_path / "a.csv", *rows))["记录"]
    assert confirmed(workbook(tmp_path / "b.xlsx", {"出库": rows}))["记录"] == plain
    assert confirmed(workbook(tmp_path / "c.xlsx", {"出库": typed}))["记录"] == plain
    assert confirmed(write_book(tmp_path / "d.xlsx", {"出库": typed}, from_1904=True))["记录"] == plain


def test_a_sheet_is_chosen_by_its_name(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"甲": [HEAD, line()], "乙": [(*HEAD, "部门"), line("XS9")]})
    assert "用 --sheet 指明" in one_line(intake(path, "发货台账", "--yes")[0])
    assert [one["发货单号"] for one in confirmed(path, "发货台账", "--sheet", "乙")["记录"]] == ["XS9"]
    assert "没有工作表“丙”;允许:甲、乙" in one_line(intake(path, "发货台账", "--yes", "--sheet", "丙")[0])


def test_a_sheet_that_is_not_read_is_listed(tmp_path):
    found = confirmed(workbook(tmp_path / "a.xlsx", {"出库": [HEAD, line()], "附注": [["本表由系统导出"]]}))
    assert "工作表“附注”没有可识别的表头,未读" in [one["发现"] for one in found["明细"]]


def test_the_old_format_is_read_with_its_dates_and_merged_cells():
    (sheet,) = read_source(XLS).sheets
    assert sheet.name == "收款单" and sheet.rows[0][0] == "收款单序时簿" and sheet.rows[3][0] == date(2026, 10, 3)
    assert isinstance(sheet.rows[3][6], float) and sheet.merges[0] == [[0, 0], [0, 9]]


def test_a_sheet_of_the_old_format_by_its_name():
    assert read_source(XLS, "收款单").sheets[0].name == "收款单"
    with pytest.raises(CreditError, match="没有工作表“无”;允许:收款单"):
        read_source(XLS, "无")


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_file_of_the_old_format_is_read_or_refused(tmp_path, seed):
    """Its reader panics over some of these, and aborts the process over others."""
    draw, data = random.Random(seed), bytearray(XLS.read_bytes())
    for _ in range(draw.choice((1, 5, 40))):
        at = draw.randrange(len(data))
        data[at : at + 4] = draw.choice((b"\xff\xff\xff\x7f", bytes([draw.randrange(256)]), b""))
    path = tmp_path / "坏.xls"
    path.write_bytes(data)
    try:
        read_source(path)
    except CreditError as error:
        assert "坏.xls" in str(error) and "允许" in str(error)


def test_a_file_of_the_old_format_that_makes_its_reader_abort_is_refused(tmp_path):
    path = tmp_path / "坏.xls"
    path.write_bytes(OLE + b"\xff" * 4096)
    assert "旧格式 .xls 读不出来" in one_line(intake(path)[0])


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("空.csv", b"", "0 字节"), ("网页.xls", "<html><table><tr><td>单据编号</td></tr></table></html>".encode(), "网页"),
        ("网页.xls", b'<?xml version="1.0"?><Workbook/>', "网页"), ("加密.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "已加密"),
        ("乱.csv", bytes(range(256)) * 9, "编码认不出来"), ("图.csv", b"\x89PNG\r\n\x1a\n\0\0\0", "不是导出文件"), ("断.xlsx", b"PK\x03\x04" + bytes(90), "损坏"),
        ("引号.csv", '单据编号,"客户'.encode(), "文本格式有误"), ("长.csv", b"a," + b"b" * 200_000, "文本格式有误"), ("无.csv", "姓名,年龄\n张三,5\n".encode(), "找不到表头"),
        ("白.csv", b" \n\n,,,\n", "找不到表头"),
    ],
)  # fmt: skip
def test_what_is_no_export_is_refused_in_one_line(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    assert words in one_line(intake(path, "发货台账", "--yes")[0])


def test_a_file_that_is_not_there(tmp_path):
    assert "没有.csv:文件不存在" in one_line(intake(tmp_path / "没有.csv")[0])


def test_a_document_type_declaration_is_refused(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"出库": [HEAD, line()]})
    evil = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(evil, "w") as new:
        for item in old.namelist():
            data = old.read(item)
            if item.endswith("sheet1.xml"):
                data = data.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet', 1)
            new.writestr(item, data)
    assert "DTD" in one_line(intake(evil, "发货台账", "--yes")[0])


def test_rows_down_to_the_last_are_refused_before_they_fill_the_memory(tmp_path):
    rows = [HEAD, line(), *[[]] * 3]
    path = workbook(tmp_path / "a.xlsx", {"出库": rows})
    wide = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(wide, "w") as new:
        for item in old.namelist():
            data = old.read(item)
            if item.endswith("sheet1.xml"):
                data = data.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
            new.writestr(item, data)
    assert "1048576行" in one_line(intake(wide, "发货台账", "--yes")[0])
