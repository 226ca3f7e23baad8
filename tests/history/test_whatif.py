"""Another policy tried on a quarter: who would move, the limits against the budget, and who would have to decide."""

import csv
import io
import json
import re
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings

from tests.conftest import WORKBOOKS, build_branch, files_in, record, run_cli
from tests.history.desk import POLICY, QUARTER, branches_of, facts_of, kept, leave_uncalculated, regenerated
from tests.history.drawn import branches as drawn_branches
from tests.policy.sample_book import SampleBook
from tests.test_cli import approved, write_policy
from xl_credit.cells import from_csv_text
from xl_credit.history import whatif_tables as tables
from xl_credit.history.store import read_snapshot
from xl_credit.history.whatif import AMOUNT, APPROVER, NO_MATCH, snapshot_branches, what_if, workbook_branches
from xl_credit.policy.flat import flat_rows
from xl_credit.policy.flat_reading import read_flat
from xl_credit.quarter.results import decide
from xl_credit.rules.figures import APPROVED, CREDIT_ROUTE, Policy

NOTICE = "示例政策,未经核定"


def tried(other: Policy, *branches, policy: Policy = POLICY):
    facts = [one if hasattr(one, "grid") else facts_of(one) for one in branches]
    return what_if(QUARTER, policy, other, "测试", [(name, f"{name}.xlsx", one) for name, one in zip("甲乙丙", facts, strict=False)])


def with_levels(**changes) -> Policy:
    """The sample policy with each level row changed by a function under its A level's name."""
    rows = tuple(changes.get(row.level_a, lambda one: one)(row) for row in POLICY.levels)
    return replace(POLICY, levels=rows)


def with_caps(limit: Decimal) -> Policy:
    """The sample policy whose 财务副总经理 decides up to this limit."""
    routes = tuple(replace(s, limit_cap=limit) if s.route == CREDIT_ROUTE and s.limit_cap is not None else s for s in POLICY.routes)
    return replace(POLICY, routes=routes)


def with_limit(level: str, limit: int) -> Policy:
    return with_levels(**{level: lambda row: replace(row, limit=Decimal(limit))})


class TestWhoWouldMove:
    @settings(max_examples=25, deadline=None, database=None, derandomize=True)
    @given(one=drawn_branches(), two=drawn_branches())
    def test_under_the_same_policy_nobody_does(self, one, two):
        found = tried(read_flat(flat_rows(POLICY)), one, two)
        assert found.shifts == ()
        assert all(row[tables.LEVEL_COLUMNS.index(name)] == 0 for row in tables.level_rows(found) for name in ("户数增减", "额度增减"))
        assert all(row[-1] == 0 for row in tables.budget_rows(found))
        labels, columns, counts = found.matrix()
        assert labels == columns and all(count == 0 for r, row in enumerate(counts) for c, count in enumerate(row) if r != c)

    def test_a_stricter_floor_lowers_by_the_rule_itself_and_says_why(self):
        found = tried(replace(POLICY, subjective_floor=15), [record("K1", 合作态度="配合"), record("K2")])
        (shift,) = found.shifts
        assert (shift.before.code, shift.way, shift.before.level, shift.after.level) == ("K1", "下降", "特级", "一级")
        assert shift.reason == "主观评价14分低于15分,下调1级(第八条(2))" and shift.is_of_level

    def test_bands_that_moved_are_named_by_the_parts(self):
        item = POLICY.item["年交易额"]
        higher = replace(item, bands=tuple(replace(b, lower=b.lower and b.lower * 2, upper=b.upper and b.upper * 2) for b in item.bands))
        other = replace(POLICY, items=tuple(higher if one is item else one for one in POLICY.items))
        (shift,) = tried(other, [record(年赢利额=120, 年回款额=800)]).shifts
        assert (shift.way, shift.reason, shift.before.total, shift.after.total) == ("下降", "交易金额 20→17(-3)", 90, 87)

    def test_a_threshold_of_the_level_table_moves_without_any_part(self):
        other = with_levels(特级=lambda row: replace(row, lower=Decimal(99)), 一级=lambda row: replace(row, upper=Decimal(99)))
        (shift,) = tried(other, [record("K1", 企业设立年限=4, 员工平均工资水平="比较高"), record("K2")]).shifts
        assert (shift.before.code, shift.way, shift.reason) == ("K1", "下降", "政策档次变化")

    def test_a_level_of_another_name_cannot_be_compared(self):
        other = with_levels(特级=lambda row: replace(row, level_a="甲等"))
        (shift,) = tried(other, [record()]).shifts
        assert (shift.way, shift.before.level, shift.after.level) == (NO_MATCH, "特级", "甲等")

    @pytest.mark.parametrize(("limit", "reason"), [(50, "赊欠限额80→50万元、建议额度60→50万元"), (70, "赊欠限额80→70万元"), (100, "赊欠限额80→100万元"), (80, None)])
    def test_a_limit_alone_is_a_change_of_amount(self, limit, reason):
        shifts = tried(with_limit("特级", limit), [record(申请额度=60)]).shifts
        assert [(one.way, one.reason, one.is_of_level) for one in shifts] == ([(AMOUNT, reason, False)] if reason else [])

    def test_what_is_submitted_below_level_four_counts(self):
        weak = record(年交易额=50, 年赢利额=20, 年回款额=50)
        (shift,) = tried(replace(POLICY, low_level_cap=Decimal(3)), [record(**{k: v for k, v in weak.items() if k.startswith("年")}, 业务类型="A", 合作态度="不配合")]).shifts
        assert (shift.way, shift.reason) == (AMOUNT, "送审额度5→3万元")

    @pytest.mark.parametrize(("cap", "moves"), [(59, False), (60, True)])
    def test_another_authority_changes_who_decides_and_nothing_else(self, cap, moves):
        found = tried(with_caps(Decimal(cap)), [record(申请额度=60)])
        assert [(one.way, one.reason) for one in found.shifts] == ([(APPROVER, "总经理→财务副总经理")] if moves else [])
        assert found.at_the_top() == (1, 0 if moves else 1)

    def test_a_state_that_the_other_policy_does_not_know_makes_the_row_incomplete(self):
        item = POLICY.item["合作态度"]
        other = replace(POLICY, items=tuple(replace(one, options=one.options[:2]) if one is item else one for one in POLICY.items))
        (shift,) = tried(other, [record()]).shifts
        assert (shift.way, shift.after.status) == ("转为不评级", "资料不全") and "合作态度值为“非常配合”" in shift.reason
        (back,) = tried(POLICY, [record()], policy=other).shifts
        assert back.way == "新评级"

    def test_newcomers_may_be_rated_by_another_rule(self):
        (shift,) = tried(replace(POLICY, unrated_months=1), [record(首次交易日期="2026-08-15")]).shifts
        assert (shift.way, shift.before.status, shift.after.status) == ("新评级", "不予评级", "已评级")


class TestFigures:
    def test_levels_matrix_budget_and_approvals_agree_with_the_customers(self):
        rows = [record(f"K{n}", 年交易额=100 * n, 年赢利额=30 * n, 申请额度=10 * n) for n in range(13)]
        found = tried(replace(with_limit("特级", 50), annual_budget=Decimal("100.5"), subjective_floor=20), rows[:7], rows[7:])
        after = [one for result in found.after for one in result.outcomes]
        levels = {row[0]: row for row in tables.level_rows(found)}
        assert sum(row[5] for row in levels.values()) == sum(row[6] for row in levels.values()) == 13
        headers, matrix = tables.matrix_rows(found)
        assert {row[0]: sum(row[1:]) for row in matrix} == {label: row[5] for label, row in levels.items()}
        assert {label: sum(row[place] for row in matrix) for place, label in enumerate(headers[1:], 1)} == {label: row[6] for label, row in levels.items()}
        budget = {row[0]: row[1:] for row in tables.budget_rows(found)}
        used = sum(one.proposed for one in after)
        assert budget["年度授信预算(万元)"] == [5000, Decimal("100.5"), Decimal("-4899.5")]
        assert budget["建议额度合计(万元)"][1] == used and budget["超出预算(万元)"][1] == used - Decimal("100.5") > 0
        assert budget["须裁减户数"][1] > 0 == budget["须裁减户数"][0]
        top = [one for one in after if one.final_approver == "总经理"]
        approvals = {row[0]: row for row in tables.approval_rows(found)}
        assert budget["须由总经理审批的户数"][1] == len(top) == approvals["总经理"][2]

    def test_levels_of_both_tables_are_listed_where_they_differ(self):
        found = tried(with_levels(特级=lambda row: replace(row, level_a="甲等", level_b="乙等")), [record()])
        assert [(row[0], row[5], row[6]) for row in tables.level_rows(found) if row[0] in ("特级/一级", "甲等/乙等")] == [("特级/一级", 1, 0), ("甲等/乙等", 0, 1)]
        assert found.matrix()[2][0][0] == 1

    def test_the_largest_change_of_a_level_comes_first(self):
        found = tried(replace(POLICY, subjective_floor=20), [record("K1", 申请额度=60), record("K2", 申请额度=80), record("K3", 申请额度=10)])
        assert [row[1] for row in tables.shift_rows(found)] == ["K2", "K1", "K3"]


@pytest.fixture(scope="module")
def other_policy(tmp_path_factory) -> Path:
    """A policy file: 一级's limit is 60, not 50; half the budget."""
    book = SampleBook()
    book.put("等级与限额", "赊欠限额", 60, A业务等级="一级")
    book.put("其他参数", "数值", 2500, 参数="年度授信预算")
    return write_policy(book, tmp_path_factory.mktemp("policy") / "新政策.xlsx")


class TestFromWhere:
    def test_workbooks_and_their_snapshot_give_the_same(self, tmp_path, other_policy):
        shutil.copytree(WORKBOOKS / "2026Q3", tmp_path / "结果", ignore=shutil.ignore_patterns("*台账*"))
        regenerated(tmp_path / "结果", tmp_path / "结果")
        one, two = (
            json.loads(run_cli("whatif", "--policy", other_policy, *place, "-q", "2026Q3", "--format", "json").out)
            for place in ([tmp_path / "结果"], [tmp_path / "结果", "--workbooks"])
        )
        assert one.pop("依据").startswith("快照2026Q3-") and two.pop("依据") == "3个分公司工作簿"
        assert one == two and one["级别变动户数"] == 0 and len(one["变动客户"]) > 20

    def test_the_snapshot_s_own_policy_is_the_one_compared_with(self, tmp_path, other_policy):
        policy = replace(POLICY, version="2026", status=APPROVED, approved_by="总经理")
        path = kept(tmp_path, branches_of(facts_of([record()]), policy=policy), policy).path
        done = run_cli("whatif", "--policy", other_policy, path)
        assert done.code == 0 and "现行:2026(2020-01-01起,已核定)" in done.out and f"对比政策“示例2020”:{NOTICE}" in done.err
        assert "现行政策" not in done.err

    def test_a_workbook_that_is_of_no_use_is_named_and_the_others_go_on(self, branches, other_policy):
        (branches / "坏.xlsx").write_bytes(b"")
        before = files_in(branches)
        done = run_cli("whatif", "--policy", other_policy, branches, "-q", "2026Q3", "--format", "json")
        told = json.loads(done.out)
        assert done.code == 1 and [line for line in done.error_lines if "坏.xlsx" in line and "文件为空" in line]
        assert len(told["问题"]) == 1 and sum(row["现行户数"] for row in told["级别分布"]) == 4 and files_in(branches) == before

    def test_cells_that_only_seem_empty_are_explained(self, tmp_path):
        path = build_branch(tmp_path / "甲.xlsx", [record()])
        leave_uncalculated(path, "年交易额")
        ((_, _, facts),) = workbook_branches([path], POLICY, QUARTER)
        assert facts.decide(POLICY, QUARTER)[0].problems[0].found == "年交易额的公式没有计算结果"

    def test_a_branch_without_customers_is_no_reason_to_stop(self, tmp_path, other_policy):
        build_branch(tmp_path / "甲.xlsx", [])
        assert run_cli("whatif", "--policy", other_policy, tmp_path, "-q", "2026Q3").code == 0

    @pytest.mark.parametrize(("arguments", "said"), [
        (["空"], "既没有该季度的快照,也没有分公司工作簿"), (["没有"], "没有“没有”"), (["来源"], "须给出 --quarter"), (["来源", "-q", "2026Q9"], "季度为“2026Q9”"),
        (["来源", "-q", "2026Q3", "--version", "2027"], "没有版本“2027”"), (["来源", "-q", "2026Q3", "--out", "表.csv"], ".xlsx 文件名"),
    ])  # fmt: skip
    def test_what_cannot_be_tried_is_one_line(self, branches, tmp_path, other_policy, arguments, said):
        (tmp_path / "空").mkdir()
        done = run_cli("whatif", "--policy", other_policy, *arguments, cwd=tmp_path)
        assert (done.code, done.out, len(done.error_lines)) == (2, "", 1) and said in done.err

    def test_of_several_versions_one_must_be_named_whatever_its_date(self, branches, tmp_path):
        book = SampleBook()
        book.add_version("2030版", "2030-01-01")
        path = write_policy(book, tmp_path / "两版.xlsx")
        asked = run_cli("whatif", "--policy", path, branches, "-q", "2026Q3")
        assert asked.code == 2 and "政策文件有2个版本" in asked.err and "示例2020、2030版" in asked.err
        done = run_cli("whatif", "--policy", path, branches, "-q", "2026Q3", "--version", "2030版")
        assert not done.has_traceback and "对比:2030版(2030-01-01起,草案)" in done.out

    def test_a_policy_with_gaps_is_refused(self, branches, tmp_path):
        book = SampleBook()
        book.put("其他参数", "数值", "××", 参数="年度授信预算")
        done = run_cli("whatif", "--policy", write_policy(book, tmp_path / "缺.xlsx"), branches, "-q", "2026Q3")
        assert done.code == 2 and "政策文件有问题" in done.err


class TestOutputs:
    @pytest.mark.parametrize("is_approved", [False, True])
    def test_an_unapproved_policy_is_marked_in_every_output_and_an_approved_one_in_none(self, branches, tmp_path, is_approved):
        book = SampleBook()
        book.put("等级与限额", "赊欠限额", 40, A业务等级="特级")
        path = write_policy(approved(book) if is_approved else book, tmp_path / "新.xlsx")
        write_policy(approved(SampleBook()), branches / "政策.xlsx")
        run = [run_cli("whatif", "--policy", path, branches, "-q", "2026Q3", "--format", form, "--out", tmp_path / f"{form}.xlsx") for form in ("table", "json", "csv")]
        assert [NOTICE in one.out for one in run] == [not is_approved] * 3 == [NOTICE in one.err for one in run]
        told = json.loads(run[1].out)
        assert (told["现行政策"]["提示"], told["对比政策"]["提示"]) == (None, None if is_approved else NOTICE)
        sheets = openpyxl.load_workbook(tmp_path / "json.xlsx").worksheets
        assert [NOTICE in f"{sheet['A2'].value}{sheet['A3'].value}" for sheet in sheets] == [not is_approved] * 3
        assert (tmp_path / "json.xlsx").read_bytes() == (tmp_path / "csv.xlsx").read_bytes()

    def test_table_json_csv_and_workbook_say_the_same(self, tmp_path, other_policy):
        records = [record("K1", 客户名称="=1+2", 业务员垫支="是"), record("K2", 业务员垫支="是", 申请额度=55.5), record("K3")]
        path = kept(tmp_path, branches_of(facts_of(records))).path
        table, text, commas = (run_cli("whatif", "--policy", other_policy, path, "--format", form) for form in ("table", "json", "csv"))
        told = json.loads(text.out)
        header, *rows = csv.reader(io.StringIO(commas.out))
        assert tuple(header[:-2]) == tables.SHIFT_COLUMNS and "'=1+2" in commas.out
        assert [[from_csv_text(value) for value in row[:-2]] for row in rows] == [["" if v is None else str(v) for v in one.values()] for one in told["变动客户"]]
        assert [(one["客户编码"], one["现行建议额度"], one["对比建议额度"]) for one in told["变动客户"]] == [("K1", 50, 60), ("K2", 50, 55.5)]
        assert re.search(r"│ 建议额度合计\(万元\) +│ +160 │ +175.5 │ +15.5 │", table.out)
        run_cli("whatif", "--policy", other_policy, path, "--out", tmp_path / "测算.xlsx")
        book = openpyxl.load_workbook(tmp_path / "测算.xlsx")
        assert book.sheetnames == ["对比总览", "变动矩阵", "变动客户"]
        written = [row for row in book["变动客户"].iter_rows(min_row=6, values_only=True)]
        assert [list(row) for row in written] == [list(one.values()) for one in told["变动客户"]] and book["变动客户"]["C6"].data_type == "s"
        assert [len(sheet._charts) for sheet in book.worksheets] == [2, 0, 0]

    def test_the_charts_stand_on_the_rows_they_draw(self, tmp_path, other_policy):
        path = kept(tmp_path, branches_of(facts_of([record()]))).path
        run_cli("whatif", "--policy", other_policy, path, "--out", tmp_path / "测算.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / "测算.xlsx")["对比总览"]
        levels, budget = ([one.val.numRef.f for one in chart.series] for chart in sheet._charts)
        assert levels == ["对比总览!$F$6:$F$13", "对比总览!$G$6:$G$13"]
        (row,) = [number for number in range(1, 40) if sheet.cell(number, 1).value == "年度授信预算(万元)"]
        assert budget == [f"对比总览!$B${row}:$B${row + 1}", f"对比总览!$C${row}:$C${row + 1}"]
        assert sheet.cell(13, 1).value == "资料不全" and sheet.cell(row + 1, 1).value == "建议额度合计(万元)"


def test_what_a_snapshot_gives_is_what_the_rules_give(tmp_path):
    snapshot = read_snapshot(kept(tmp_path, branches_of(facts_of([record("K1"), record("K2", 年回款额="?")]))).path)
    found = what_if(QUARTER, POLICY, with_limit("特级", 1), "", snapshot_branches(snapshot))
    entries = [one.entry for one in facts_of([record("K1"), record("K2", 年回款额="?")]).decide(POLICY, QUARTER)]
    limits = [decide(with_limit("特级", 1), entry, QUARTER, "评估表").proposal for entry in entries]
    assert [one.proposed for one in found.after[0].outcomes] == [limits[0].limit, 0] == [1, 0] and limits[1] is None
