"""Ledger files as they are handed in: workbooks and CSV in every encoding, one list or two, and where the collections come from."""

import shutil
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.receivables.desk import (
    AS_OF,
    DAY,
    DUE,
    MODES,
    PAID,
    POLICY,
    SHIP,
    aged,
    ageing,
    assert_ties_out,
    balances,
    money_book,
    one_line,
    paid,
    picture,
    run_here,
    shipped,
    write_book,
    write_csv,
)
from xl_credit.quarter.ledger_file import read_file
from xl_credit.receivables.output import ageing_csv
from xl_credit.rules.errors import CreditError

SHIPMENTS, COLLECTIONS = "发货台账", "回款台账"
COMBINED = ("发货单号", "回款单号", "客户编码", "发货日期", "回款日期", "金额(元)", "到期日", "核销单号")


def same_customers(path: Path, *more: str | Path) -> list[dict]:
    return ageing(path, *more)[1]["客户"]


class TestWorkbooks:
    def test_a_workbook_from_1904_gives_what_one_from_1900_gives(self, tmp_path):
        rows = [shipped("F1"), shipped("F2", day=datetime(2026, 7, 1, 8, 30), due="2026年7月31日"), shipped("F3", day="20260701", due="2026/7/31")]
        ours = money_book(tmp_path / "1900.xlsx", rows, [paid()])
        theirs = write_book(tmp_path / "1904.xlsx", {SHIPMENTS: [SHIP, *rows], COLLECTIONS: [PAID, paid()]}, from_1904=True)
        assert aged(ageing(ours)[1], "K1") == {"61–90": 260}
        assert same_customers(theirs) == same_customers(ours)

    @pytest.mark.parametrize("verb", [("ageing", "--as-of", AS_OF), ("gate", "--orders", "--as-of", AS_OF)])
    def test_a_formula_never_calculated_and_an_error_are_not_called_empty(self, tmp_path, verb):
        path = money_book(tmp_path / "台账.xlsx", [shipped("F1"), shipped("F2"), shipped("F3", amount=None)], 订单台账=[("订单号", "客户编码", "下单日期", "金额(元)")])
        book = openpyxl.load_workbook(path)
        sheet = book[SHIPMENTS]
        sheet["D2"], sheet["D3"] = "=10*5", "#N/A"
        sheet["D3"].data_type = "e"
        book.save(path)
        said = run_here(verb[0], path, *verb[1:]).err
        assert "发货台账!D2:金额的公式没有计算结果" in said and "发货台账!D3:金额为错误值 #N/A" in said and "发货台账!D4:金额为空" in said

    @pytest.mark.parametrize("from_1904", [False, True])
    def test_a_bare_serial_is_the_day_that_the_workbook_means(self, tmp_path, from_1904):
        """The column was formatted as a number: 46204 counted from 1900, 44742 from 1904."""
        path = write_book(tmp_path / "台账.xlsx", {SHIPMENTS: [SHIP, shipped(day=46204 - 1462 * from_1904, due=DUE)]}, from_1904=from_1904)
        assert [line.shipped for line in picture(path).ledgers.shipments] == [DAY]

    def test_eight_digits_typed_into_a_cell(self, tmp_path):
        path = money_book(tmp_path / "台账.xlsx", [shipped(day=20260701)])
        assert balances(ageing(path)[1]) == {"K1": 100}

    def test_sheets_under_titles_with_moved_and_strange_columns(self, tmp_path):
        header = ["序号", "摘要", "到期日", "金额（元）", "发货日期", "仓库", "客户编码", "发货单号"]
        rows = [[1, "更换作废发票", DUE, "1,000.50", "2026.7.1", "东", 1001, 7], [2, "作废", DUE, 500, DAY, "东", 1001, 8], [],
                [None, "合计", None, 1500.5, None, None, None, None]]  # fmt: skip
        path = write_book(tmp_path / "台账.xlsx", {"说明": [["x"]], SHIPMENTS: [["华东分公司发货台账"], ["截至:", "2026-09-30"], [], header, *rows]})
        ended, answer = ageing(path)
        assert (ended.code, {code: str(value) for code, value in balances(answer).items()}) == (0, {"1001": "1000.5"})

    def test_a_workbook_that_has_only_collections(self, tmp_path):
        path = write_book(tmp_path / "回款.xlsx", {COLLECTIONS: [PAID, paid(settles=None)]})
        ended, answer = ageing(path)
        assert ended.code == 0 and aged(answer, "K1") == {"未核销": -40}
        assert_ties_out(answer)

    def test_a_ledger_of_headers_alone_is_an_empty_ledger(self, tmp_path):
        ended, answer = ageing(money_book(tmp_path / "台账.xlsx", []))
        assert ended.code == 0 and answer["客户"] == [] and not any(answer["合计"].values())

    @pytest.mark.parametrize("sheets", [{"合同台账": [["合同编号", "客户编码", "合同金额(元)"], ["HT1", "K1", 5]]}, {"授信台账": [["客户编码"]]}])
    def test_a_workbook_without_either_ledger_has_no_ageing(self, tmp_path, sheets):
        """Its ledger is perhaps called 发货明细: a table of zeros would be wrong."""
        path = write_book(tmp_path / "台账.xlsx", {"发货明细": [SHIP, shipped()]} | sheets)
        assert "没有台账" in one_line(run_here("ageing", path, "--as-of", str(AS_OF), "--format", "json"))

    def test_names_and_salespeople_come_from_wherever_they_stand(self, tmp_path):
        evaluation = [["客户编码", "客户名称", "业务员"], ["K1", "甲公司", "张三"]]
        path = write_book(tmp_path / "台账.xlsx", {SHIPMENTS: [(*SHIP, "客户名称", "业务员"), [*shipped(), "甲", "李四"], [*shipped("F2", "K2"), "乙", "王五"]],
                                                 "评估表": evaluation})  # fmt: skip
        assert [(one["客户编码"], one["客户名称"], one["业务员"]) for one in same_customers(path)] == [("K1", "甲公司", "张三"), ("K2", "乙", "王五")]

    def test_how_a_customer_is_shown_does_not_depend_on_the_order_of_the_rows(self, tmp_path):
        rows = [[*shipped("F1", "ＫＡ-1", date(2026, 5, 1)), "老名"], [*shipped("F2", "KA-1", date(2026, 6, 1)), "新名"]]
        shown = [same_customers(write_book(tmp_path / "台账.xlsx", {SHIPMENTS: [(*SHIP, "客户名称"), *order]})) for order in (rows, rows[::-1])]
        assert shown[0] == shown[1]

    def test_a_cell_with_an_error_is_no_customer(self, tmp_path):
        path = money_book(tmp_path / "台账.xlsx", [shipped(), shipped("F2")])
        book = openpyxl.load_workbook(path)
        book[SHIPMENTS]["B3"].data_type, book[SHIPMENTS]["B3"].value = "e", "#N/A"
        book.save(path)
        ended, answer = ageing(path)
        assert (ended.code, balances(answer)) == (1, {"K1": 100}) and "发货台账!B3:客户编码" in ended.error_lines[-1]


class TestCsv:
    ROWS = (shipped("F1", "客一", "2026-07-01", "1,000.50", "2026-07-31"), shipped("F2", "K2", "2026/7/1", "￥20", ""))

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "gbk"])
    def test_the_encoding_makes_no_difference(self, tmp_path, encoding):
        plain = write_csv(tmp_path / "甲.csv", SHIP, *self.ROWS)
        other = write_csv(tmp_path / "乙.csv", SHIP, *self.ROWS, encoding=encoding)
        mine, theirs = (run_here("ageing", path, "--as-of", str(AS_OF), "--format", "csv") for path in (plain, other))
        assert mine.code == theirs.code == 1 and mine.out == theirs.out and "客一" in mine.out

    def test_what_a_workbook_says_a_csv_says(self, tmp_path):
        rows = [shipped("F1", "K1", "2026-07-01", "100.10", "2026-07-31"), shipped("F2", "1001", "20260701", "-3", "")]
        assert same_customers(write_csv(tmp_path / "台账.csv", SHIP, *rows)) == same_customers(money_book(tmp_path / "台账.xlsx", rows))

    def test_line_ends_quotes_and_titles(self, tmp_path):
        path = tmp_path / "台账.csv"
        path.write_bytes('华东,,,\r发货单号,"客户\n编码",发货日期,"金额（元）",到期日\rF1,K1,2026-07-01,"1,000",2026-07-31\r\r合计,,,"1,000"\r'.encode())
        ended, answer = ageing(path)
        assert (ended.code, balances(answer)) == (0, {"K1": 1000})

    def test_collections_alone(self, tmp_path):
        path = write_csv(tmp_path / "回款.csv", PAID, paid(settles="", day="2026-07-01"))
        assert aged(ageing(path)[1], "K1") == {"未核销": -40}

    def test_a_sibling_is_picked_up_and_said(self, tmp_path):
        path = write_csv(tmp_path / "2026年发货台账.csv", SHIP, shipped(day="2026-07-01", due="2026-07-31"))
        assert balances(ageing(path)[1]) == {"K1": 100}
        write_csv(tmp_path / "2026年回款台账.csv", PAID, paid(day="2026-07-05"), encoding="gb18030")
        ended, answer = ageing(path)
        assert balances(answer) == {"K1": 60} and "回款台账:2026年回款台账.csv" in ended.error_lines

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_collections_from_a_file_of_their_own_go_before_the_sibling(self, tmp_path, kind):
        path = write_csv(tmp_path / "发货台账.csv", SHIP, shipped(day="2026-07-01", due="2026-07-31"))
        write_csv(tmp_path / "回款台账.csv", PAID, paid(day="2026-07-05", amount=1))
        rows = [PAID, paid(day="2026-07-05", amount=25)]
        other = write_csv(tmp_path / "钱.csv", *rows) if kind == "csv" else write_book(tmp_path / "钱.xlsx", {COLLECTIONS: rows})
        ended, answer = ageing(path, "--collections", other)
        assert balances(answer) == {"K1": 75} and not any("回款台账.csv" in line for line in ended.error_lines)

    def test_a_problem_names_the_file_in_which_it_is(self, tmp_path):
        path = write_csv(tmp_path / "发货台账.csv", SHIP, shipped(day="2026-07-01", due="2026-07-31"))
        write_csv(tmp_path / "回款台账.csv", PAID, paid(day="x"))
        ended, _ = ageing(path)
        assert ended.error_lines[-1].startswith("回款台账.csv!")

    def test_a_file_that_holds_no_collections_is_refused_as_such(self, tmp_path):
        path = write_csv(tmp_path / "甲.csv", SHIP, shipped(day="2026-07-01", due="2026-07-31"))
        with pytest.raises(CreditError, match="没有“回款台账”的列"):
            read_file(path, POLICY, path)

    @pytest.mark.parametrize("own", ["workbook", "combined list"])
    def test_collections_given_apart_do_not_silently_replace_those_that_are_there(self, tmp_path, own):
        """100 shipped, 40 of it paid in the file itself, 5 in the other: nothing is guessed."""
        if own == "workbook":
            path = money_book(tmp_path / "台账.xlsx", [shipped()], [paid()])
        else:
            rows = [["F1", "", "K1", "2026-07-01", "", 100, "2026-07-31", ""], ["", "H1", "K1", "", "2026-07-05", 40, "", "F1"]]
            path = write_csv(tmp_path / "台账.csv", COMBINED, *rows)
        other = write_csv(tmp_path / "钱.csv", PAID, paid("H9", day="2026-07-06", amount=5))
        ended, _ = ageing(path, "--collections", other)
        assert ended.code == 2 and f"都有“{COLLECTIONS}”" in ended.err

    def test_a_sibling_does_not_silently_replace_the_collections_of_a_combined_list(self, tmp_path):
        rows = [["F1", "", "K1", "2026-07-01", "", 100, "2026-07-31", ""], ["", "H1", "K1", "", "2026-07-05", 40, "", "F1"]]
        path = write_csv(tmp_path / "发货台账.csv", COMBINED, *rows)
        write_csv(tmp_path / "回款台账.csv", PAID, paid("H9", day="2026-07-06", amount=5))
        ended, answer = ageing(path)
        assert balances(answer) in ({"K1": 55}, {"K1": 60}) or ended.code == 1


class TestCombinedList:
    def read(self, tmp_path: Path, *rows):
        return ageing(write_csv(tmp_path / "往来.csv", ("往来明细",), COMBINED, *rows))

    def test_each_line_is_what_its_date_says(self, tmp_path):
        ended, answer = self.read(
            tmp_path, ["F1", "", "K1", "2026-07-01", "", "100", "2026-07-31", ""], ["", "H1", "K1", "", "2026-07-05", "40", "", "F1"],
            ["F2", "", "K2", "2026-07-01", "", "70", "2026-12-31", ""], ["合计", "", "", "", "", "210", "", ""],
        )  # fmt: skip
        assert (ended.code, aged(answer, "K1"), aged(answer, "K2")) == (0, {"61–90": 60}, {"未到期": 70})

    def test_cells_are_named_where_they_stand_in_the_list(self, tmp_path):
        ended, _ = self.read(tmp_path, ["F1", "", "K1", "2026-07-01", "", "x", "2026-07-31", ""], ["", "H1", "K1", "", "2026-02-30", "40", "", "F1"])
        assert [line.split(":")[0] for line in ended.error_lines[1:]] == ["往来.csv!发货台账!F3", "往来.csv!回款台账!E4"]

    def test_a_line_without_either_date_is_not_lost_without_a_word(self, tmp_path):
        ended, answer = self.read(tmp_path, ["F1", "", "K1", "", "", "100", "2026-07-31", ""])
        assert ended.code == 1 and answer["问题"]

    def test_blanks_in_the_other_date_are_no_date(self, tmp_path):
        ended, answer = self.read(tmp_path, ["F1", "", "K1", "2026-07-01", " ", "100", "2026-07-31", ""])
        assert (ended.code, balances(answer)) == (0, {"K1": 100})


AMOUNTS = st.integers(-5_000, 10_000).map(lambda fen: f"{fen / 100:.2f}")
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31)).map(str)
CODES = st.sampled_from(["K1", "K2", " K2", "Ｋ3"])
NUMBERS = st.sampled_from(["", "F1", "F2", "F3"])
DUES = st.one_of(st.just(""), DAYS)
SHIPPED_ROWS = st.lists(st.tuples(NUMBERS, CODES, DAYS, AMOUNTS, DUES, NUMBERS, DUES, st.sampled_from(["", "1", "2"])), max_size=8)
PAID_ROWS = st.lists(st.tuples(st.sampled_from(["", "H1", "H2"]), CODES, DAYS, AMOUNTS, NUMBERS, DUES), max_size=8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("drawn")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), SHIPPED_ROWS, PAID_ROWS, st.dates(date(2025, 12, 1), date(2027, 6, 30)))
def test_any_ledger_ties_out_and_any_order_of_its_rows_gives_the_same(folder, data, shipments, collections, as_of):
    header, paid_header = (*SHIP, "冲减单号", "合同编号", "分期"), (*PAID, "核销日期")
    rows = [[number, code, day, amount, due, credits, "", part] for number, code, day, amount, due, credits, _, part in shipments]
    path = write_csv(folder / "发货.csv", header, *rows)
    money = write_csv(folder / "回款.csv", paid_header, *collections)
    mixed = write_csv(folder / "发货乱.csv", header, *data.draw(st.permutations(rows)))
    mixed_money = write_csv(folder / "回款乱.csv", paid_header, *data.draw(st.permutations(collections)))
    want: dict[str, int] = {}
    for sign, lines in ((1, shipments), (-1, collections)):
        for line in lines:
            code = line[1].strip().replace("Ｋ", "K")
            fen = round(float(line[3]) * 100)
            fen = -fen if sign > 0 and fen > 0 and line[5] else fen  # what names a shipment to be reduced reduces it
            want[code] = want.get(code, 0) + sign * fen * (line[2] <= str(as_of))
    for mode in MODES:
        made = picture(path, as_of, *mode, collections=money)
        for one in made.ageings:
            assert sum(one.buckets) + one.unapplied == one.balance == want[one.customer]
            assert sum(item.fen for item in one.items) == sum(one.buckets) and all(item.fen > 0 for item in one.items)
        assert {one.customer for one in made.ageings} == set(want)
        other = picture(mixed, as_of, *mode, collections=mixed_money)
        assert [one[:4] for one in other.ageings] == [one[:4] for one in made.ageings]
        assert ageing_csv(other).replace("Ｋ", "K") == ageing_csv(made).replace("Ｋ", "K")
    shutil.rmtree(folder, ignore_errors=False)
    folder.mkdir()
