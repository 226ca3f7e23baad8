"""One customer's path over the quarters kept in snapshots."""

import csv
import io
import json
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import record, run_cli
from tests.history.desk import POLICY, alter, branches_of, facts_of, kept
from xl_credit.cells import from_csv_text
from xl_credit.history.finding import find_snapshots
from xl_credit.history.path import PATH_COLUMNS, doubled, find_customer, path_records
from xl_credit.quarter.receivables import Debtor, Receivables
from xl_credit.rules.ageing import Method
from xl_credit.rules.changes import as_past
from xl_credit.rules.errors import CreditError
from xl_credit.rules.quarter import Quarter

Q1, Q2, Q3, Q4 = (Quarter(2026, number) for number in (1, 2, 3, 4))


def quarter(folder: Path, when: Quarter, *branches, **changed):
    """A snapshot of the quarter with these branches, each a list of records (or facts)."""
    facts = [one if hasattr(one, "grid") else facts_of(one) for one in branches]
    return kept(folder / str(when), branches_of(*facts), quarter=when, **changed)


def path_of(folder: Path, wanted: str, branch: str = "") -> list[dict]:
    return path_records(find_customer(find_snapshots([folder]).standing, wanted, branch))


class TestThePath:
    def test_quarters_come_in_their_order_with_what_each_said(self, tmp_path):
        for when, sales in ((Q3, 1200), (Q1, 150), (Q2, 700)):
            quarter(tmp_path, when, [record("K1", 年交易额=sales, 申请额度=12.5)])
        rows = path_of(tmp_path, "K1")
        assert [(one["季度"], one["得分"], one["级别"], one["赊欠限额"], one["建议额度"]) for one in rows] == [
            ("2026Q1", 90, "特级", 80, Decimal("12.5")), ("2026Q2", 97, "特级", 80, Decimal("12.5")), ("2026Q3", 100, "特级", 80, Decimal("12.5")),
        ]  # fmt: skip
        assert [(one["变动"], one["原因"]) for one in rows] == [
            (None, None), ("不变", "交易金额 10→17(+7)"), ("不变", "交易金额 17→20(+3)"),
        ]  # fmt: skip

    def test_a_level_that_moved_says_from_where_which_way_and_which_parts(self, tmp_path):
        quarter(tmp_path, Q1, [record("K1")])
        quarter(tmp_path, Q2, [record("K1", 年交易额=50, 业务员垫支="是")])
        assert [(one["变动"], one["原因"]) for one in path_of(tmp_path, "K1")][1] == (
            "特级→二级 下降", "交易金额 20→5(-15);业务员代客户垫支,下调1级(第八条(3))"
        )  # fmt: skip

    def test_last_quarter_as_the_run_saw_it_comes_before_the_snapshot_before(self, tmp_path):
        quarter(tmp_path, Q2, [record("K1")])
        seen = as_past(facts_of([record("K1", 年回款额=50, 年赢利额=20)]).decide(POLICY, Q2)[0].rating)
        quarter(tmp_path, Q3, facts_of([record("K1")], {"K1": seen}))
        last = path_of(tmp_path, "K1")[1]
        assert (last["变动"], last["原因"]) == ("三级→特级 上升", "赢利贡献 6→20(+14)、回款总额 5→30(+25)")

    def test_a_quarter_left_out_is_named_in_the_reason(self, tmp_path):
        quarter(tmp_path, Q1, [record("K1", 年交易额=150)])
        quarter(tmp_path, Q3, [record("K1")])
        assert path_of(tmp_path, "K1")[1]["原因"] == "较2026Q1:交易金额 10→20(+10)"

    def test_who_stops_being_rated_and_starts_again(self, tmp_path):
        quarter(tmp_path, Q1, [record("K1")])
        quarter(tmp_path, Q2, [record("K1", 弄虚作假="是")])
        quarter(tmp_path, Q3, [record("K1", 年回款额="很多")])
        quarter(tmp_path, Q4, [record("K1")])
        first, held, broken, again = path_of(tmp_path, "K1")
        assert (held["变动"], held["得分"], held["级别"], held["赊欠限额"]) == ("特级→暂缓评级 转为不评级", None, None, 0)
        assert "第八条(7)" in held["原因"]
        assert (broken["评级状态"], broken["变动"]) == ("资料不全", "不变") and "年回款额值为“很多”" in broken["原因"]
        assert again["变动"] == "资料不全→特级 新评级"

    def test_balance_and_overdue_are_known_where_the_branch_keeps_ledgers(self, tmp_path):
        debtor = Debtor("K1", "甲", "张三", (10050, 200), -50, 10200, 0)
        results = branches_of(facts_of([record("K1"), record("K2")]), facts_of([record("K3")]))
        results[0] = replace(results[0], receivables=Receivables(Method(Q3.end), (debtor,), (), (), (), ()))
        kept(tmp_path, results)
        assert [(one["余额"], one["逾期"]) for code in ("K1", "K2", "K3") for one in path_of(tmp_path, code)] == [(102, 2), (0, 0), (None, None)]

    def test_a_customer_that_stands_twice_has_both_its_rows(self, tmp_path):
        quarter(tmp_path, Q3, [record("K1"), record("K1")])
        rows = path_of(tmp_path, "K1")
        assert len(rows) == 2 and all("重复" in one["原因"] for one in rows)


class TestWhoIsMeant:
    @pytest.fixture
    def folder(self, tmp_path) -> Path:
        quarter(tmp_path, Q1, [record("K1", 客户名称="远达商贸"), record("K11", 客户名称="远达商贸集团")], [record("K1", 客户名称="另一家")])
        quarter(tmp_path, Q2, [record("K11", 客户名称="远达商贸集团(新)")], [record("K1", 客户名称="另一家"), record("K2", 客户名称="远 达 食品")])
        return tmp_path

    @pytest.mark.parametrize(("wanted", "code", "quarters"), [
        ("k2", None, 0), ("K2", "K2", 1), ("K11", "K11", 2), ("远达商贸", "K1", 1), ("远达食品", "K2", 1), ("另一", "K1", 2),
        ("集团", "K11", 2), ("(新)", "K11", 2),
    ])  # fmt: skip
    def test_by_code_by_name_or_by_a_part_of_it(self, folder, wanted, code, quarters):
        if code is None:
            with pytest.raises(CreditError, match="没有客户“k2”"):
                path_of(folder, wanted)
        else:
            assert {one["客户编码"] for one in path_of(folder, wanted)} == {code} and len(path_of(folder, wanted)) == quarters

    def test_several_are_listed(self, folder):
        with pytest.raises(CreditError, match="“远达”对应3个客户.*K1 远达商贸\\(甲\\).*K11 远达商贸集团\\(新\\)\\(甲\\).*K2 远 达 食品\\(乙\\)"):
            path_of(folder, "远达")

    def test_one_code_in_two_branches_is_two_customers_until_a_branch_is_named(self, folder):
        with pytest.raises(CreditError, match="“K1”对应2个客户.*--branch"):
            path_of(folder, "K1")
        assert [one["客户名称"] for one in path_of(folder, "K1", "甲")] == ["远达商贸"]
        assert [one["客户名称"] for one in path_of(folder, "K1", "乙")] == ["另一家"] * 2
        with pytest.raises(CreditError, match="没有分公司“丙”的客户“K1”"):
            path_of(folder, "K1", "丙")

    def test_who_moved_branch_with_code_and_name_is_one_customer(self, tmp_path):
        quarter(tmp_path, Q1, [record("K1")], [record("K9")])
        quarter(tmp_path, Q2, [record("K8")], [record("K1")])
        assert [(one["季度"], one["分公司"]) for one in path_of(tmp_path, "K1")] == [("2026Q1", "甲"), ("2026Q2", "乙")]

    def test_nobody_is_meant_by_nothing(self, folder):
        with pytest.raises(CreditError, match="没有客户“ ”"):
            path_of(folder, " ")


class TestWhichSnapshots:
    def test_of_a_quarter_regenerated_again_the_last_stands(self, tmp_path):
        first = quarter(tmp_path, Q3, [record("K1", 年交易额=150)])
        kept(tmp_path, branches_of(facts_of([record("K1")])), follows=[first.name])
        (row,) = path_of(tmp_path, "K1")
        assert row["得分"] == 100

    def test_copies_count_once_and_two_that_do_not_follow_one_another_are_both_shown(self, tmp_path):
        one = quarter(tmp_path, Q3, [record("K1", 年交易额=150)])
        shutil.copytree(one.path.parent, tmp_path / "副本")
        assert len(path_of(tmp_path, "K1")) == 1
        kept(tmp_path / "别处", branches_of(facts_of([record("K1")])))
        rows = find_customer(find_snapshots([tmp_path]).standing, "K1")
        assert sorted(one["得分"] for one in path_records(rows)) == [90, 100]
        (line,) = doubled(rows)
        assert line.startswith("2026Q3有互不承接的快照")

    def test_two_branches_kept_apart_do_not_get_in_each_other_s_way(self, tmp_path):
        quarter(tmp_path, Q3, [record("K1")])
        kept(tmp_path / "别处", branches_of(facts_of([record("K2")])))
        assert doubled(find_customer(find_snapshots([tmp_path]).standing, "K2")) == []

    def test_damaged_and_foreign_files_are_named_and_left_aside_and_others_databases_are_none_of_ours(self, tmp_path):
        good, bad = quarter(tmp_path, Q3, [record("K1")]), quarter(tmp_path, Q2, [record("K1")])
        alter(bad.path, 'UPDATE "客户" SET "得分" = 1')
        (tmp_path / "快照").mkdir()
        (tmp_path / "快照" / "笔记.sqlite").write_bytes(b"x")
        (tmp_path / "浏览器.sqlite").write_bytes(b"x")
        (tmp_path / "快照" / ".xl-credit-1.tmp").write_bytes(b"x")
        found = find_snapshots([tmp_path])
        assert [one.name for one in found.standing] == [good.name]
        assert [Path(line.split(":")[0]).name for line in found.aside] == [bad.name, "笔记.sqlite"]
        done = run_cli("history", "K1", tmp_path)
        assert done.code == 1 and all(name in done.err for name in (bad.name, "笔记.sqlite")) and "浏览器" not in done.err

    def test_there_may_be_none(self, tmp_path):
        done = run_cli("history", "K1", tmp_path)
        assert (done.code, done.out, len(done.error_lines)) == (2, "", 1) and "没有找到快照" in done.err
        assert "没有“" in run_cli("history", "K1", tmp_path / "没有").err


@pytest.fixture(scope="module")
def three(tmp_path_factory) -> Path:
    """A customer over three quarters."""
    folder = tmp_path_factory.mktemp("path")
    for when, sales in ((Q1, 150), (Q2, 700), (Q3, 1200)):
        quarter(folder, when, [record("K1", 客户名称="=1+2", 年交易额=sales, 申请额度=12.5)])
    return folder


class TestOutputs:
    def test_table_json_and_csv_say_the_same_and_name_an_unapproved_policy(self, three):
        table, text, commas = (run_cli("history", "K1", three, "--format", form) for form in ("table", "json", "csv"))
        told = json.loads(text.out)
        assert told["未采用"] == [] and [list(one) for one in told["季度"]] == [list(PATH_COLUMNS)] * 3
        header, *rows = csv.reader(io.StringIO(commas.out))
        assert header == list(PATH_COLUMNS) and "'=1+2" in commas.out
        assert [[from_csv_text(value) for value in row] for row in rows] == [["" if v is None else str(v) for v in one.values()] for one in told["季度"]]
        lines = [[cell.strip() for cell in line.strip("│").split("│")] for line in table.out.splitlines() if line.startswith("│ 2026")]
        assert [(line[0], line[2], line[6]) for line in lines] == [(one["季度"], str(one["得分"]), str(one["建议额度"])) for one in told["季度"]]
        assert "未经核定" in table.out and all("未经核定" in one["政策"] for one in told["季度"])

    def test_the_workbook_has_a_line_chart_over_the_rows_and_text_stays_text(self, three, tmp_path):
        done = run_cli("history", "K1", three, "--out", tmp_path / "历史.xlsx")
        assert done.code == 0 and "已写出" in done.out
        sheet = openpyxl.load_workbook(tmp_path / "历史.xlsx")["客户历史"]
        rows = [row for row in sheet.iter_rows(min_row=5, values_only=True) if row[0]]
        assert [row[0] for row in rows] == ["季度", "2026Q1", "2026Q2", "2026Q3"] and rows[0].index("赊欠限额(万元)") == 5
        (chart,) = sheet._charts
        ranges = [one.val.numRef.f for axes in chart._charts for one in axes.series]
        assert ranges == ["客户历史!$C$6:$C$8", "客户历史!$F$6:$F$8", "客户历史!$G$6:$G$8"]
        assert "未经核定" in str(sheet["A3"].value) and sheet["A1"].data_type == "s"

    def test_the_same_path_gives_the_same_workbook(self, three, tmp_path):
        for name in ("一.xlsx", "二.xlsx"):
            run_cli("history", "K1", three, "--out", tmp_path / name, "--format", "json")
        assert (tmp_path / "一.xlsx").read_bytes() == (tmp_path / "二.xlsx").read_bytes()

    @pytest.mark.parametrize(("name", "said"), [("历史.xls", "xlsx"), ("没有/历史.xlsx", "现有文件夹"), ("有.xlsx", "文件已存在")])
    def test_a_workbook_is_never_written_over_or_elsewhere(self, three, tmp_path, name, said):
        (tmp_path / "有.xlsx").write_bytes(b"mine")
        done = run_cli("history", "K1", three, "--out", tmp_path / name)
        assert (done.code, done.out, len(done.error_lines)) == (2, "", 1) and said in done.err
        assert (tmp_path / "有.xlsx").read_bytes() == b"mine"
