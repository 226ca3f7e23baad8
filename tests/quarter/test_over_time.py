"""What a workbook goes through from run to run and quarter to quarter: nothing agreed to before passes for an agreement now."""

from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from tests.conftest import build_branch, record, table_rows, type_into
from xl_credit.books.book import Book
from xl_credit.books.sheet_xml import value_xml
from xl_credit.cells import parse_date_1904, serial
from xl_credit.forms.template_files import RATING, template_path
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.branch import BranchResult, Job, regenerate_branch
from xl_credit.quarter.columns import CHECKS, EVALUATION, EVALUATION_COLUMNS, RESULTS, ROUTES
from xl_credit.quarter.evaluation import read_entries
from xl_credit.rules.quarter import Quarter
from xl_credit.tables import Grid

POLICY, Q2, Q3, Q4 = sample_policy(), *map(Quarter.parse, ("2026Q2", "2026Q3", "2026Q4"))
pytestmark = pytest.mark.filterwarnings("ignore:Print area cannot be set:UserWarning")


def run(source: Path, target: Path | None = None, *, quarter=Q3, policy=POLICY, past: Path | None = None) -> BranchResult:
    result = regenerate_branch(Job(source, target or source, quarter, policy, template_path(RATING), past, None))
    assert not result.error, result.error
    return result


def route(path: Path, code: str, step: int, name: str = "授信审批") -> dict[str, object]:
    wanted = {"客户编码": code, "路线": name, "步骤": step}
    return next(row for row in table_rows(path, ROUTES) if all(row[header] == value for header, value in wanted.items()))


def approve(path: Path, code: str, step: int, **more: object) -> None:
    entries = {"审批意见": "同意", "审批人": "王总", "审批日期": date(2026, 10, 12), "状态": "批准"} | more
    type_into(path, ROUTES, route(path, code, step)["row"], entries)


def ask_for(path: Path, amount: int, days: int = 60) -> None:
    row = next(row for row in table_rows(path, EVALUATION) if row["客户编码"] == "K1")
    type_into(path, EVALUATION, row["row"], {"申请额度": amount, "申请期限": days})


@pytest.fixture
def branch(tmp_path) -> Path:
    path = build_branch(tmp_path / "甲.xlsx", [record("K1", 申请额度=30, 申请期限=60), record("K2"), record("K3")])
    run(path)
    return path


@pytest.mark.parametrize(("amount", "days", "stands"), [(30, 60, True), (20, 60, True), (31, 60, False), (30, 61, False)])
def test_an_approval_covers_what_it_was_given_for_and_no_more(branch, amount, days, stands):
    approve(branch, "K1", 5)
    ask_for(branch, amount, days)
    first = run(branch)
    found = [problem for problem in first.problems if problem.article == "第二十条"]
    row = route(branch, "K1", 5)
    assert (bool(row["到位期限"]), not found) == (stands, stands)
    assert row["送审额度"] == (min(30, amount) if stands else 30)
    if not stands:
        assert "现为" in found[0].found and found[0].cell == f"M{row['row']}"
    before = branch.read_bytes()
    assert run(branch).problems == first.problems and branch.read_bytes() == before


def test_approvals_of_another_quarter_are_kept_but_do_not_count(branch):
    approve(branch, "K1", 5)
    result = run(branch, quarter=Q4)
    assert any("2026年第3季度的审批记录" in problem.found for problem in result.problems)
    row = route(branch, "K1", 5)
    assert row["审批人"] == "王总" and not row["到位期限"]


def test_a_policy_version_named_after_a_quarter_does_not_make_old_approvals_new(tmp_path):
    policy = replace(POLICY, version="2026年第4季度版")
    path = build_branch(tmp_path / "甲.xlsx", [record("K1", 申请额度=30)])
    run(path, policy=policy)
    approve(path, "K1", 5)
    result = run(path, quarter=Q4, policy=policy)
    assert any("审批记录" in problem.found for problem in result.problems) and not route(path, "K1", 5)["到位期限"]


def test_entries_in_a_result_that_a_stale_source_cannot_take_over_are_reported(branch, tmp_path):
    approve(branch, "K1", 5)
    out = tmp_path / "结果.xlsx"
    run(branch, out, quarter=Q4)
    approve(out, "K2", 5, 审批人="李总", 审批日期=date(2027, 1, 5))
    result = run(branch, out, quarter=Q4)
    assert [problem.found for problem in result.problems if "没有带入" in problem.found] == ["原结果中有1条审批记录没有带入"]


def test_codes_that_differ_only_by_width_or_blanks_are_one_code(tmp_path):
    path = build_branch(tmp_path / "甲.xlsx", [record("A1"), record("A 1"), record("B1")])
    statuses = {outcome.code: outcome.status for outcome in run(path).outcomes}
    assert statuses == {"A1": "资料不全", "A 1": "资料不全", "B1": "已评级"}


def test_a_comment_stays_with_its_customer(branch):
    book = openpyxl.load_workbook(branch)
    row = next(row for row in table_rows(branch, RESULTS) if row["客户编码"] == "K3")["row"]
    book[RESULTS].cell(row, 1).comment = Comment("与客户核实过", "王")
    first = next(cells for cells in book[EVALUATION].iter_rows(min_row=6) if cells[0].value == "K2")
    for cell in first[: len(EVALUATION_COLUMNS)]:
        cell.value = None
    book.save(branch)
    run(branch)
    assert next(r for r in table_rows(branch, RESULTS) if r["客户编码"] == "K3")["row"] == row


def test_last_quarter_of_another_quarter_is_reported(branch, tmp_path):
    result = run(branch, tmp_path / "新.xlsx", past=branch)
    found = [problem for problem in result.problems if "2026年第3季度的" in problem.found]
    assert len(found) == 1 and found[0].allowed == Q2.title


def test_a_customer_who_moved_branch_is_compared_with_what_the_old_branch_said(branch, tmp_path):
    run(branch, quarter=Q2)
    here = build_branch(tmp_path / "乙.xlsx", [record("K1", 年交易额=50, 年赢利额=1), record("K9")])
    own = tmp_path / "上季" / "乙.xlsx"
    build_branch(own, [record("K9")], "2026Q2")
    run(own, quarter=Q2)
    result = regenerate_branch(Job(here, here, Q3, POLICY, template_path(RATING), own, None, (branch,)))
    assert [(change.code, change.before, change.direction) for change in result.changes] == [("K1", "特级", "下降")]


def test_a_customer_who_is_gone_leaves_no_figures_behind(branch):
    type_into(branch, RESULTS, 7, {"得分": 88})
    book = Book(branch, (RESULTS, EVALUATION))
    book.sheet(RESULTS).set(7, 40, "备注")
    for column in range(len(EVALUATION_COLUMNS)):
        book.sheet(EVALUATION).set(8, column, None)
    book.save(branch)
    run(branch)
    row = next(row for row in table_rows(branch, RESULTS) if row["客户编码"] == "K3")
    assert row["评级状态"] == "已不在评估表" and not row["得分"] and not row["赊欠限额"]


def test_a_total_row_below_the_customers_is_one_problem(tmp_path):
    path = build_branch(tmp_path / "甲.xlsx", [record("K1"), {"客户名称": "合计", "年交易额": 1200}])
    result = run(path)
    assert len(result.problems) == 1 and "合计" in result.problems[0].found
    assert len(table_rows(path, CHECKS)) in (0, 1)


def test_a_bare_serial_counts_from_1904_where_the_workbook_does():
    values = record("K1")
    row = [values.get(header) for header in EVALUATION_COLUMNS]
    day = EVALUATION_COLUMNS.index("首次交易日期")
    row[day] = float(serial(date(2026, 7, 1)) - 1462)
    [entry] = read_entries(Grid(EVALUATION, [list(EVALUATION_COLUMNS), row], date1904=True), POLICY, Q3)
    assert entry.customer.first_trade == date(2026, 7, 1) == parse_date_1904(row[day])


def test_an_approval_carried_over_covers_the_figures_it_was_given_for_in_the_copy(branch, tmp_path):
    type_into(branch, ROUTES, route(branch, "K1", 5)["row"], {"审批意见": "见附件"})
    ask_for(branch, 50)
    out = tmp_path / "结果.xlsx"
    run(branch, out)
    approve(out, "K1", 5, 审批意见=None)
    assert not [problem for problem in run(branch, out).problems if problem.article == "第二十条"]
    kept = route(out, "K1", 5)
    assert (kept["送审额度"], kept["审批意见"], kept["状态"]) == (50, "见附件", "批准") and kept["到位期限"]


def test_a_step_that_is_no_number_is_kept_and_does_not_stop_the_run(branch):
    type_into(branch, ROUTES, route(branch, "K1", 5)["row"], {"步骤": "❶", "状态": "批准"})
    assert any("本季路线中没有这一步" in problem.found for problem in run(branch).problems)


@pytest.mark.parametrize(("entry", "kept"), [(time(12), "0.5"), (timedelta(hours=30), "1.25")])
def test_a_time_in_a_cell_is_carried_over_as_a_number(entry, kept):
    assert value_xml(entry) == f"><v>{kept}</v></c>"


def test_rows_emptied_in_a_plain_range_do_not_cut_the_table_in_two(branch):
    book = openpyxl.load_workbook(branch)
    del book[ROUTES].tables["审批路线表"]
    book.save(branch)
    approve(branch, "K3", 5)
    for request in (None, 30, None, 30):
        ask_for(branch, request)
        assert not any("没有这一步" in problem.found for problem in run(branch).problems)
        assert route(branch, "K3", 5)["审批人"] == "王总"
    assert sum(row["客户编码"] == "K1" and row["路线"] == "授信审批" for row in table_rows(branch, ROUTES)) == 5
