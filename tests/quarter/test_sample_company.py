"""The fictitious company in ``workbooks/``: the files are what the script makes, and each telling case tells what it should."""

import sys
from pathlib import Path

import openpyxl
import pytest

from xl_credit.books.book import Book
from xl_credit.books.policy_file import policy_in_force
from xl_credit.cells import folded
from xl_credit.forms import formulas
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.branch import BranchResult, Job, regenerate_branch
from xl_credit.quarter.columns import CHANGES, EVALUATION, RESULTS, ROUTES
from xl_credit.receivables.columns import LEDGERS
from xl_credit.rules.records import INCOMPLETE
from xl_credit.tables import find_table

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
sys.path.insert(0, str(WORKBOOKS))  # the script finds its own modules beside itself

from make_sample import BEFORE, BRANCHES, BY_HAND, NEW, NOW, TELLING, Case, make_sample  # noqa: E402
from sample_handwork import OWN_SHEET, RESULT_NOTE, RESULT_NOTES, ROUTE_NOTE  # noqa: E402

POLICY = sample_policy()
pytestmark = pytest.mark.filterwarnings("ignore:Print area")  # a formula as print area: openpyxl leaves it out and says so
each_case = pytest.mark.parametrize("case", TELLING, ids=lambda case: f"{case.code}-{case.what}")


def checked_in(quarter, branch: str) -> Path:
    return WORKBOOKS / str(quarter) / f"{branch}.xlsx"


def rows_of(path: Path, sheet: str) -> list[dict[str, object]]:
    """The rows of a sheet's table under all its headers, the formulas' last results as their values."""
    grid = Book(path, (sheet,)).grid(sheet)
    table = find_table(grid, ("客户编码", "客户名称"))
    headers = [folded(name).partition("(")[0] for name in grid.rows[table.header]]
    return [dict(zip(headers, row, strict=True)) for _, row in table.body() if any(value not in (None, "") for value in row)]


OWN = [path for path in WORKBOOKS.rglob("*.xlsx") if path.parent.name != "导出样例"]  # those are other programs' exports, of a script of their own


@pytest.fixture(scope="module")
def regenerated(tmp_path_factory) -> dict[str, tuple[BranchResult, Path]]:
    """2026Q3 regenerated from the checked-in files, compared with the checked-in 2026Q2."""
    out, made = tmp_path_factory.mktemp("out"), {}
    for branch in BRANCHES:
        source, target = checked_in(NOW, branch), out / f"{branch}.xlsx"
        made[branch] = regenerate_branch(Job(source, target, NOW, POLICY, source, checked_in(BEFORE, branch), None)), target
    return made


@pytest.fixture(scope="module")
def results(regenerated) -> dict[str, list[dict[str, object]]]:
    return {branch: rows_of(path, RESULTS) for branch, (_, path) in regenerated.items()}


@pytest.fixture(scope="module")
def routes(regenerated) -> dict[str, list[dict[str, object]]]:
    return {branch: rows_of(path, ROUTES) for branch, (_, path) in regenerated.items()}


def branch_of(case: Case) -> str:
    return next(branch for branch, (prefix, _) in BRANCHES.items() if case.code.startswith(prefix))


def test_the_checked_in_files_are_what_the_script_makes(tmp_path):
    make_sample(tmp_path)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.xlsx")}
    there = {path.relative_to(WORKBOOKS): path.read_bytes() for path in OWN}
    assert sorted(made) == sorted(there)
    assert [path for path in made if made[path] != there[path]] == []


def test_every_workbook_opens(regenerated):
    paths = [*OWN, *(path for _, path in regenerated.values())]
    ledgers = 2  # those of 华东 are in its rating workbook
    assert len(paths) == 3 * len(BRANCHES) + ledgers + 1 + len(BRANCHES)  # rated twice, and served
    for path in paths:
        openpyxl.load_workbook(path).close()


def test_the_policy_file_holds_the_sample_policy():
    read = policy_in_force(WORKBOOKS / "政策.xlsx", NOW)
    policy = read[0] if isinstance(read, tuple) else read
    assert policy.same_figures(POLICY)


@each_case
def test_a_telling_case_is_rated_as_the_table_says(case, results):
    mine = [row for row in results[branch_of(case)] if row["客户编码"] == case.code]
    assert mine
    for row in mine:
        found = row["评级状态"], row["级别"] or None, row["赊欠限额"], row["建议额度"]
        assert found == (case.status, case.level, case.limit, case.proposed)
        assert all(f"({article})" in row["调整"] for article in case.articles)
        assert row["调整"].count("(第") == len(case.articles)


@each_case
def test_a_telling_case_takes_its_route(case, regenerated, routes):
    outcome = next(one for one in regenerated[branch_of(case)][0].outcomes if one.code == case.code)
    assert outcome.final_approver == case.approver
    steps = [row for row in routes[branch_of(case)] if row["客户编码"] == case.code and row["路线"] != "信用评级"]
    assert max(steps, key=lambda row: row["步骤"])["岗位"] == case.approver if case.approver else steps == []
    assert sorted(row["步骤"] for row in steps) == list(range(1, len(steps) + 1))


@each_case
def test_a_case_was_a_customer_before_unless_it_is_new(case):
    earlier = {row["客户编码"]: row for row in rows_of(checked_in(BEFORE, branch_of(case)), RESULTS)}
    others = [other for other in TELLING if other.code == case.code and other is not case]
    assert (case.code in earlier) == (case.before != NEW or bool(others))
    if case.code in earlier:
        assert earlier[case.code]["评级状态"] == "已评级"


def test_customers_come_and_go(regenerated):
    for branch, (result, _) in regenerated.items():
        before = {row["客户编码"] for row in rows_of(checked_in(BEFORE, branch), RESULTS)}
        now = {one.code for one in result.outcomes}
        gone = {problem.customer for problem in result.problems if "本季评估表中没有" in problem.found}
        assert before - now == gone != set()
        assert now - before
    assert 190 < sum(len(result.outcomes) for result, _ in regenerated.values()) < 210


def test_levels_move_both_ways_and_key_customers_get_a_paragraph(regenerated):
    rows = {row["客户编码"]: row for _, path in regenerated.values() for row in rows_of(path, CHANGES)}
    for code, before, after, direction in (("HN-0021", "二级", "一级", "上升"), ("HN-0024", "特级", "二级", "下降")):
        assert (rows[code]["上季级别"], rows[code]["本季级别"], rows[code]["方向"]) == (before, after, direction)
        assert f"由{before}变为{after}" in rows[code]["重点客户说明"]
    for result, _ in regenerated.values():
        assert {"上升", "下降"} <= {change.direction for change in result.changes}


def test_only_the_planted_faults_are_found(regenerated):
    found = {
        branch: [(problem.customer, problem.article) for problem in result.problems if "本季评估表中没有" not in problem.found]
        for branch, (result, _) in regenerated.items()
    }
    assert found["华东"] == [("HD-0030", "第七条"), ("HD-0030", "第七条")]
    assert found["华南"] == []
    assert [code for code, _ in found["西南"]] == ["XN-0006", "XN-0007", "XN-0010"]
    assert found["西南"][-1] == ("XN-0010", "第二十条")
    assert all(result.error == "" and result.notes == () for result, _ in regenerated.values())


def test_the_cached_values_of_the_formulas_are_what_the_rules_say(results):
    for branch in BRANCHES:
        for row, decided in _in_pairs(rows_of(checked_in(NOW, branch), EVALUATION), results[branch]):
            assert set(formulas.PROVISIONAL_COLUMNS) <= set(row)
            if row["客户编码"] == "HD-0033":  # numbers typed as text: no formula reads them
                assert row[formulas.STATUS] == INCOMPLETE
                continue
            provisional = row[formulas.TOTAL], row[formulas.LEVEL], row[formulas.LIMIT], row[formulas.STATUS]
            assert provisional == (decided["得分"], decided["级别"], decided["赊欠限额"], decided["评级状态"]), row["客户编码"]


def _in_pairs(rows, results):
    """Each row of the 评估表 with a row of 评级结果 of its code; where people wrote beside the results, the order is theirs."""
    by_code = {row["客户编码"]: row for row in results}
    return [(row, by_code[row["客户编码"]]) for row in rows]


def test_the_earlier_quarter_is_finished(tmp_path):
    for branch in BRANCHES:
        source, target = checked_in(BEFORE, branch), tmp_path / f"{branch}.xlsx"
        target.write_bytes(source.read_bytes())
        result = regenerate_branch(Job(target, target, BEFORE, POLICY, target, None, None))
        assert (result.error, result.problems, result.written) == ("", (), False)
        rows = rows_of(source, ROUTES)
        granted = [row for row in rows if row["状态"] == "批准" and row["路线"] != "信用评级"]
        assert granted and all(row["到位期限"] for row in granted)
        assert {"同意", "批准", "待审"} <= {row["状态"] for row in rows}


def test_what_people_entered_before_the_run_stays(routes):
    for branch, entries in BY_HAND.items():
        for code, route, step, role, opinion, person, day, state in entries:
            row = next(r for r in routes[branch] if (r["客户编码"], r["路线"], r["步骤"]) == (code, route, step))
            assert (row["岗位"], row["审批意见"], row["审批人"], row["审批日期"], row["状态"]) == (role, opinion, person, day, state)


def test_a_branch_keeps_its_own_sheet_chart_and_columns(regenerated, results, routes):
    book = openpyxl.load_workbook(regenerated["华东"][1])
    assert len(book[OWN_SHEET]._charts) == 1
    # the script puts this one workbook together itself: it must not fall behind build_rating_workbook
    assert book.sheetnames == [*openpyxl.load_workbook(checked_in(NOW, "华南")).sheetnames, OWN_SHEET, *LEDGERS]
    notes = {row["客户编码"]: row[RESULT_NOTE] for row in results["华东"] if row[RESULT_NOTE]}
    assert notes == RESULT_NOTES
    assert [row["客户编码"] for row in routes["华东"] if row[ROUTE_NOTE]] == [entry[0] for entry in BY_HAND["华东"]]


def test_a_name_that_looks_like_a_formula_stays_text(regenerated):
    names = {case.stays["客户名称"] for case in TELLING if "客户名称" in case.stays}
    assert {name[0] for name in names} == set("=+@")
    book = openpyxl.load_workbook(regenerated["西南"][1])
    for sheet in (EVALUATION, RESULTS, ROUTES):
        cells = [cell for row in book[sheet].iter_rows() for cell in row if cell.value in names]
        assert {cell.value for cell in cells} == names
        assert {cell.data_type for cell in cells} == {"s"}
