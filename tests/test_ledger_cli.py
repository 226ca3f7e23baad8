"""``xl-credit ageing``, ``gate`` and ``statement`` as a person runs them: exit codes, one line for what cannot be done, sources left alone."""

import json
import os
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.conftest import files_in, run_cli
from tests.receivables.desk import (
    AS_OF,
    DAY,
    DUE,
    PAID,
    POLICY,
    SHIP,
    loaded,
    money_book,
    one_line,
    paid,
    run_here,
    shipped,
    write_book,
    write_csv,
)

ORDERS = ("订单号", "客户编码", "下单日期", "金额(元)")
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)


@pytest.fixture
def book(tmp_path) -> Path:
    """A workbook with both ledgers, nothing wrong in it."""
    return money_book(tmp_path / "台账.xlsx", [shipped(), shipped("F2", "K2", amount=55.5)], [paid()], 订单台账=[ORDERS, ["D1", "K1", date(2026, 9, 28), 10]])


@pytest.fixture
def lines(tmp_path) -> Path:
    return write_csv(tmp_path / "发货台账.csv", SHIP, shipped(day=str(DAY), due=str(DUE)))


def age(path: Path, *more: str | Path, run=run_here):
    return run("ageing", path, "--as-of", str(AS_OF), *more)


class TestAgeing:
    def test_a_clean_ledger_ends_with_0(self, book):
        before = files_in(book.parent)
        ended = age(book, run=run_cli)
        assert (ended.code, ended.has_traceback) == (0, False)
        assert "截至2026-09-30" in ended.out and "115.50" in ended.out and "K2" in ended.out
        assert ended.error_lines == [POLICY.notice] and files_in(book.parent) == before

    def test_what_has_to_be_looked_into_ends_with_1_on_the_error_stream(self, tmp_path):
        ended = age(money_book(tmp_path / "台账.xlsx", [shipped(), shipped("F2", due=None), shipped("F3", day="2026-02-30")]), "-f", "json", run=run_cli)
        assert ended.code == 1 and not ended.has_traceback
        assert [line.split(";")[0] for line in ended.error_lines[1:]] == [
            "台账.xlsx!发货台账!C4:发货日期值为“2026-02-30”", "台账.xlsx!发货台账:1行没有到期日:第3行"
        ]
        assert json.loads(ended.out)["合计"]["余额"] == 200

    def test_what_came_of_it_is_said_with_it(self, tmp_path):
        ended = age(money_book(tmp_path / "台账.xlsx", [shipped("F2", due=None), shipped("F3", day="2026-02-30")]), "-f", "json", run=run_cli)
        came = [line.partition("→")[2] for line in ended.error_lines[1:]]
        assert came == ["本行未计入", "到期日按发货日期加默认授信期限90天推算"]
        assert [line.partition("→")[2] for line in json.loads(ended.out)["问题"]] == came

    def test_the_result_and_the_source_are_two_files(self, book, tmp_path):
        raw, target = book.read_bytes(), tmp_path / "结果.xlsx"
        ended = age(book, "--out", target)
        assert ended.code == 0 and target.is_file() and book.read_bytes() == raw and str(target) in ended.out

    @pytest.mark.parametrize("name", ["没有.xlsx", "没有.csv", "文件夹", "文件夹.csv", "文件夹/没有/台账.xlsx"])
    def test_what_is_not_there_or_no_file(self, tmp_path, name):
        (tmp_path / "文件夹").mkdir()
        (tmp_path / "文件夹.csv").mkdir()
        assert Path(name).name in one_line(age(tmp_path / name))

    @pytest.mark.parametrize(
        ("name", "content"),
        [("加密.xlsx", OLE + "EncryptedPackage".encode("utf-16-le")), ("旧.xlsx", OLE), ("空.xlsx", b""), ("断.xlsx", b"PK\x03\x04" + bytes(90)),
         ("空.csv", b""), ("乱.csv", bytes(range(256))), ("制表.csv", "发货单号\t客户编码\t发货日期\t金额\n".encode()), ("引号.csv", '发货单号,"客户'.encode()),
         ("别的.csv", "姓名,年龄\n张三,5\n".encode()), ("说明.txt", b"x"), ("unicode.csv", "发货单号,客户编码,发货日期,金额\n".encode("utf-16"))],
    )  # fmt: skip
    def test_what_cannot_be_read(self, tmp_path, name, content):
        (tmp_path / name).write_bytes(content)
        assert name in one_line(age(tmp_path / name))

    def test_half_a_workbook(self, book):
        book.write_bytes(book.read_bytes()[:-300])
        assert "台账.xlsx:文件损坏或不完整" in one_line(age(book, run=run_cli))

    @pytest.mark.parametrize(
        ("sheets", "said"),
        [({"别的": [["x"]]}, "没有台账"), ({"发货台账": []}, "发货台账:找不到表头"), ({"发货台账": [SHIP[:3], shipped()[:3]]}, "缺少列“金额”"),
         ({"发货台账": [(*SHIP, "客户编码"), [*shipped(), "K2"]]}, "发货台账:有两列都叫“客户编码”(B1、F1)"),
         ({"发货台账": [SHIP, shipped()], "回款台账": [PAID[1:], paid()[1:]]}, "缺少列“回款单号”")],
    )  # fmt: skip
    def test_sheets_that_no_ageing_can_be_made_of(self, tmp_path, sheets, said):
        assert said in one_line(age(write_book(tmp_path / "台账.xlsx", sheets)))

    @pytest.mark.parametrize("day", ["2026-02-30", "昨天", "", "1800-01-01", "2026"])
    def test_a_day_that_is_none(self, book, day):
        assert one_line(run_here("ageing", book, "--as-of", day)).startswith("--as-of ")

    @pytest.mark.parametrize("day", ["2026/9/30", "2026年9月30日", "20260930"])
    def test_a_day_as_people_write_it(self, book, day):
        assert json.loads(run_here("ageing", book, "--as-of", day, "-f", "json").out)["截止日"] == "2026-09-30"

    @pytest.mark.parametrize("day", ["1900-03-01", "2199-12-31"])
    def test_the_first_and_the_last_day_there_are(self, book, tmp_path, day):
        assert run_here("ageing", book, "--as-of", day, "--out", tmp_path / "结果.xlsx").code == 0

    def test_never_onto_the_source(self, book, lines, tmp_path):
        (tmp_path / "链接.xlsx").symlink_to(book)
        for source, target in ((book, book), (book, tmp_path / "链接.xlsx"), (lines, lines), (book, book.parent / ".." / book.parent.name / book.name)):
            raw = source.read_bytes()
            assert "不能写回来源文件" in one_line(age(source, "--out", target))
            assert source.read_bytes() == raw

    @pytest.mark.parametrize("verb", ["ageing", "gate"])
    def test_never_onto_the_other_source(self, book, tmp_path, verb):
        other = money_book(tmp_path / "另外.xlsx", [shipped("F7")], [paid("H7", settles=None)])
        raw = other.read_bytes()
        given = ("--as-of", str(AS_OF), "--collections", other) if verb == "ageing" else ("--orders", "--ledger", other)
        ended = run_here(verb, book, *given, "--out", other)
        assert other.read_bytes() == raw and ended.code == 2

    @pytest.mark.parametrize("target", ["没有/结果.xlsx", "结果.csv", "结果", "结果.xlsm", "夹.xlsx"])
    def test_where_nothing_can_be_written(self, book, tmp_path, target):
        (tmp_path / "夹.xlsx").mkdir()
        before = files_in(tmp_path)
        one_line(age(book, "--out", tmp_path / target, "--format", "json"))
        assert files_in(tmp_path) == before

    def test_collections_that_are_none(self, lines, tmp_path):
        assert "没有.csv" in one_line(age(lines, "--collections", tmp_path / "没有.csv"))
        assert "没有“回款台账”的列" in one_line(age(lines, "--collections", lines))

    def test_a_date_typed_into_the_term_ends_with_words(self, tmp_path):
        path = write_csv(tmp_path / "台账.csv", ("发货单号", "客户编码", "发货日期", "金额", "账期(天)"), ["F1", "K1", str(DAY), "100", "20260701"])
        ended = age(path, run=run_cli)
        assert not ended.has_traceback and ended.code == 1 and "账期" in ended.err

    def test_a_term_beyond_all_days_in_a_grant_ends_with_words(self, tmp_path):
        grants = [["客户编码", "类别", "额度(万元)", "期限(天)", "生效日期", "批准岗位"], ["K1", "授信", 10, 20260701, DAY, "总经理"]]
        assert age(money_book(tmp_path / "台账.xlsx", [shipped(due=None)], 授信台账=grants)).code == 1

    def test_more_customers_than_the_console_holds(self, tmp_path):
        ended = age(money_book(tmp_path / "台账.xlsx", [shipped(f"F{i}", f"K{i:03}") for i in range(60)]))
        assert ended.code == 0 and "另有20户" in ended.out and "6,000.00" in ended.out


class TestGate:
    @pytest.mark.parametrize(
        ("arguments", "said"),
        [((), "请给出 --orders 或 --shipments 其中一个"), (("--orders", "--shipments"), "请给出 --orders 或 --shipments 其中一个"),
         (("--shipments",), "没有工作表“发货申请”"), (("--orders", "--as-of", "x"), "--as-of 值为“x”"), (("--orders", "--ledger", "没有.xlsx"), "没有.xlsx")],
    )  # fmt: skip
    def test_what_cannot_be_done(self, book, arguments, said):
        assert said in one_line(run_here("gate", book, *arguments))

    @pytest.mark.parametrize("target", ["台账.xlsx", "没有/结果.xlsx", "结果.csv"])
    def test_where_nothing_can_be_written_nothing_is_printed_either(self, book, tmp_path, target):
        before = files_in(tmp_path)
        ended = run_here("gate", book, "--orders", "--out", tmp_path / target)
        assert files_in(tmp_path) == before and ended.code == 2
        one_line(ended)

    def test_a_list_without_its_columns_or_without_waiting_documents(self, tmp_path):
        path = write_book(tmp_path / "甲.xlsx", {"订单台账": [ORDERS[:3], ["D1", "K1", DAY]]})
        assert "缺少列“金额”" in one_line(run_here("gate", path, "--orders"))
        path = write_book(tmp_path / "乙.xlsx", {"订单台账": [ORDERS]})
        assert "没有待审的单据" in one_line(run_here("gate", path, "--orders"))
        assert run_here("gate", path, "--orders", "--as-of", "2026-09-30").code == 0

    def test_a_csv_is_no_branch_workbook(self, tmp_path):
        assert "订单.csv" in one_line(run_here("gate", write_csv(tmp_path / "订单.csv", ORDERS, ["D1", "K1", str(DAY), "5"]), "--orders"))

    def test_json_is_numbers_and_days(self, book):
        ended = run_cli("gate", book, "--orders", "--format", "json")
        answer = json.loads(ended.out)
        (one,) = answer["单据"]
        assert (ended.code, answer["截止日"]) == (0, "2026-09-28")
        assert (one["金额"], one["应收余额"], one["授信额度"], one["放行金额"], one["日期"], one["决定"]) == (10, 60, 0, 0, "2026-09-28", "现款")

    def test_text_that_looks_like_a_formula(self, tmp_path):
        path = write_book(tmp_path / "台账.xlsx", {"订单台账": [(*ORDERS, "客户名称"), ["=1+1", "@K", DAY, 5, "[b]+1[/b]"]]})
        assert json.loads(run_here("gate", path, "--orders", "-f", "json").out)["单据"][0]["单号"] == "=1+1"
        assert "'=1+1,'@K,[b]+1[/b]" in run_here("gate", path, "--orders", "-f", "csv").out
        target = tmp_path / "结果.xlsx"
        assert run_here("gate", path, "--orders", "--out", target).code == 0
        cells = [cell for row in loaded(target)["放行审核"].iter_rows() for cell in row if cell.value in ("=1+1", "@K")]
        assert [cell.data_type for cell in cells] == ["s", "s"]


def entries(path: Path) -> list[tuple]:
    """The lines of a statement from 期初 to 期末."""
    rows = [row for row in loaded(path).active.iter_rows(values_only=True)]
    kinds = [row[2] for row in rows]
    return rows[kinds.index("期初") : kinds.index("期末") + 1]


class TestStatement:
    def state(self, path: Path, out: Path, *more: str | Path, run=run_here):
        return run("statement", path, "--as-of", str(AS_OF), "--out", out, *more)

    def test_a_file_per_customer_that_leads_from_the_opening_to_the_balance(self, tmp_path):
        rows = [shipped("F0", day=date(2026, 5, 1), amount="1,000.10", due=date(2026, 6, 1)), shipped("F1", amount=0.2), shipped("C1", amount=-50, due=None),
                shipped("F2", "K2"), shipped("F9", day=date(2026, 10, 1), due=date(2026, 11, 1))]  # fmt: skip
        path = money_book(tmp_path / "台账.xlsx", rows, [paid(settles="F0", amount=0.3), paid("H2", day=date(2026, 8, 1), amount=-0.1, settles="F0")])
        out = tmp_path / "对账单"
        ended = self.state(path, out, run=run_cli)
        assert ended.code == 0 and "已写出2份对账单" in ended.out
        assert sorted(files_in(out)) == ["对账单_K1_2026-09-30.xlsx", "对账单_K2_2026-09-30.xlsx"]
        lines = entries(out / "对账单_K1_2026-09-30.xlsx")
        assert [row[2] for row in lines] == ["期初", "红字", "发货", "回款", "退回", "期末"]
        balance = Decimal("1000.10")
        for row in lines:
            balance += Decimal(str(row[5] or 0)) - Decimal(str(row[6] or 0))
            assert Decimal(str(row[7])) == balance
        assert balance == Decimal("950.10")

    def test_the_labels_of_the_ageing_have_the_height_of_two_lines(self, book, tmp_path):
        self.state(book, tmp_path / "单", "-c", "K2")
        sheet = loaded(tmp_path / "单" / "对账单_K2_2026-09-30.xlsx").active
        (label,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == "逾期91–180天"]
        assert sheet.row_dimensions[label.row].height > 27 and sheet.cell(label.row + 1, label.column).value == 0

    def test_of_the_customers_named_alone(self, book, tmp_path):
        assert self.state(book, tmp_path / "单", "-c", " Ｋ2 ", "-c", "K2").code == 0
        assert sorted(files_in(tmp_path / "单")) == ["对账单_K2_2026-09-30.xlsx"]

    @pytest.mark.parametrize(
        ("more", "said"),
        [(("-c", "K9"), "台账中没有客户K9"), (("--from", "2026-10-01"), "--from 为2026-10-01"), (("--from", "x"), "--from 值为“x”")],
    )
    def test_what_cannot_be_done(self, book, tmp_path, more, said):
        assert said in one_line(self.state(book, tmp_path / "单", *more))
        assert not (tmp_path / "单").exists()

    def test_onto_a_file_instead_of_a_folder(self, book):
        raw = book.read_bytes()
        one_line(self.state(book, book))
        assert book.read_bytes() == raw

    def test_the_sibling_with_the_collections_is_said_here_too(self, lines, tmp_path):
        write_csv(tmp_path / "回款台账.csv", PAID, paid(day=str(DAY)))
        ended = self.state(lines, tmp_path / "单")
        assert ended.code == 0 and "回款台账:回款台账.csv" in ended.error_lines

    def test_two_customers_never_get_one_file(self, tmp_path):
        """Codes that differ only in what a file name cannot hold: as many files as it says."""
        codes = ["A/1", "A-1", "A.1", "A:1", "a-1"]
        out = tmp_path / "单"
        ended = self.state(money_book(tmp_path / "台账.xlsx", [shipped(f"F{i}", code) for i, code in enumerate(codes)]), out)
        assert ended.code == 0 and f"已写出{len(codes)}份对账单" in ended.out
        names = [name.casefold() for name in files_in(out)]
        assert len(set(names)) == len(codes)

    def test_a_code_longer_than_a_file_name(self, tmp_path):
        ended = self.state(money_book(tmp_path / "台账.xlsx", [shipped(code="客" * 120)]), tmp_path / "单")
        assert not ended.has_traceback and ended.code in (0, 2)

    def test_a_statement_that_cannot_be_written_is_one_line(self, book, tmp_path):
        (tmp_path / "单" / "对账单_K1_2026-09-30.xlsx").mkdir(parents=True)
        one_line(self.state(book, tmp_path / "单"))

    def test_text_that_looks_like_a_formula(self, tmp_path):
        rows = [[*shipped("=1+1", '=HYPERLINK("x")'), "@SUM(A1)", "+86"]]
        path = write_book(tmp_path / "台账.xlsx", {"发货台账": [(*SHIP, "客户名称", "摘要"), *rows]})
        assert self.state(path, tmp_path / "单").code == 0
        (made,) = (tmp_path / "单").iterdir()
        assert {cell.data_type for row in loaded(made).active.iter_rows() for cell in row} <= {"n", "s", "d"}


def test_several_runs_leave_nothing_behind(book, tmp_path):
    work = tmp_path / "处"
    work.mkdir()
    shutil.copy(book, work / "台账.xlsx")
    here = os.getcwd()
    for arguments in (("ageing", "台账.xlsx", "--as-of", "2026-09-30"), ("gate", "台账.xlsx", "--orders")):
        assert run_cli(*arguments, cwd=work).code == 0
    assert [path.name for path in work.iterdir()] == ["台账.xlsx"] and os.getcwd() == here
