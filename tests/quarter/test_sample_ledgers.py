"""The ledgers of the fictitious company: what the regenerated quarter says of them is what the telling cases say, and it ties out."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import median

import openpyxl
import pytest

from xl_credit.books.book import Book
from xl_credit.books.package import read_package
from xl_credit.books.workbook import read_sheets
from xl_credit.cells import folded, is_blank
from xl_credit.forms.receivables_workbook import build_receivables_workbook
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.branch import BranchResult, branch_name, regenerate_branch
from xl_credit.quarter.columns import RESULTS, ROUTES
from xl_credit.quarter.ledger_file import read_file
from xl_credit.quarter.run import LedgerPlan, Plan, make_plan
from xl_credit.receivables import columns as c
from xl_credit.receivables.picture import Picture
from xl_credit.rules.ageing import Method, bucket_labels
from xl_credit.tables import find_table

ROOT = Path(__file__).parents[2]
WORKBOOKS = ROOT / "workbooks"
sys.path.insert(0, str(WORKBOOKS))  # the script finds its own modules beside itself

from make_sample import make_workbook, of_branch  # noqa: E402
from sample_customers import BEFORE, BRANCHES, NOW, customers  # noqa: E402
from sample_handwork import OWN_SHEET, RESULT_NOTE, ROUTE_NOTE  # noqa: E402
from sample_ledger_lines import AS_OF, LedgerCase, Record, number  # noqa: E402
from sample_ledgers import PLANTED, TELLING_LEDGER, ledger_records  # noqa: E402

POLICY = sample_policy()
BUCKETS = (*bucket_labels(POLICY.ageing_bounds_days), "未核销")
pytestmark = [pytest.mark.filterwarnings(f"ignore:{what}") for what in ("Print area", ".*extension is not supported")]  # openpyxl leaves them out
each_case = pytest.mark.parametrize("case", TELLING_LEDGER, ids=lambda case: f"{case.code}-{case.what}")
each_branch = pytest.mark.parametrize("branch", BRANCHES)


def rows_of(path: Path, sheet: str, columns: tuple[str, ...] = ("客户编码", "客户名称")) -> list[dict[str, object]]:
    """The rows of a report's list, under its headers without their units."""
    grid = Book(path, (sheet,)).grid(sheet)
    table = find_table(grid, columns)
    headers = [folded(name).partition("(")[0] for name in grid.rows[table.header]]
    return [dict(zip(headers, row, strict=True)) for _, row in table.body() if not is_blank(table.value(row, "客户编码"))]


def branch_of(case: LedgerCase) -> str:
    return next(branch for branch, (prefix, _) in BRANCHES.items() if case.code.startswith(prefix))


@pytest.fixture(scope="module")
def plan(tmp_path_factory) -> Plan:
    """The quarter as ``regenerate`` plans it, with the ledgers that it finds."""
    out = tmp_path_factory.mktemp("quarter")
    template = out / "应收台账.xlsx"
    build_receivables_workbook(template, POLICY)
    ledgers = LedgerPlan(lambda policy: template, Method(AS_OF))
    rating = ROOT / "templates" / "客户信用评估.xlsx"
    return make_plan(WORKBOOKS / str(NOW), NOW, out / "results", WORKBOOKS / str(BEFORE), None, rating, ledgers)


@pytest.fixture(scope="module")
def regenerated(plan) -> dict[str, tuple[BranchResult, Path]]:
    plan.out.mkdir()
    return {branch_name(job.source): (regenerate_branch(job), job.target) for job in plan.jobs}


@pytest.fixture(scope="module")
def reports(regenerated) -> dict[str, dict[str, list[dict[str, object]]]]:
    """Branch → report → its rows."""
    columns = {c.GOALS: c.SHORTFALL_COLUMNS}
    names = (c.AGEING, c.DETAIL, c.ALERTS, c.GATE, c.GOALS, c.TRACKING, c.PENALTIES)
    return {branch: {name: rows_of(path, name, columns.get(name, ("客户编码", "客户名称"))) for name in names} for branch, (_, path) in regenerated.items()}


@pytest.fixture(scope="module")
def records(tmp_path_factory) -> dict[str, dict[str, list[Record]]]:
    """Branch → ledger → its rows, as the script puts them together."""
    folder = tmp_path_factory.mktemp("records")
    found = {}
    for branch in BRANCHES:
        was, now = (make_workbook(folder / f"{branch}{quarter}.xlsx", branch, quarter) for quarter in (BEFORE, NOW))
        found[branch] = ledger_records(branch, was, now, WORKBOOKS / str(BEFORE) / f"{branch}.xlsx")
    return found


@pytest.fixture(scope="module")
def mine(reports):
    """The rows of one report that speak of a case's customer, however its code was typed."""

    def find(case: LedgerCase, report: str) -> list[dict[str, object]]:
        return [row for row in reports[branch_of(case)][report] if folded(row["客户编码"]) == case.code]

    return find


def money(rows: list[dict[str, object]]) -> dict[str, float]:
    """A line of 账龄表 without what is 0."""
    return {name: row[name] for row in rows for name in BUCKETS if row[name]}


def ledger_of(branch: str) -> Path:
    own = WORKBOOKS / str(NOW) / f"{branch}台账.xlsx"
    return own if own.exists() else WORKBOOKS / str(NOW) / f"{branch}.xlsx"


@pytest.fixture(scope="module")
def on_day():
    """The picture of a branch's ledger alone, on any day."""
    read = {branch: read_file(ledger_of(branch), POLICY) for branch in BRANCHES}

    def picture(branch: str, day: date) -> Picture:
        return Picture(POLICY, *read[branch], Method(day))

    return picture


class TestTheCases:
    @each_case
    def test_ageing(self, case, mine):
        rows = mine(case, c.AGEING)
        assert money(rows) == case.ageing
        assert [row["余额"] for row in rows] == ([sum(case.ageing.values())] if case.ageing else [])

    @each_case
    def test_open_lines(self, case, mine):
        expected = {_named(case, place): found for place, found in case.open.items()}
        rows = mine(case, c.DETAIL)
        assert {(row["发货单号"], str(row["分期"] or "")): (row["未收金额"], row["天数"]) for row in rows} == expected
        assert len(rows) == len(expected)

    @each_case
    def test_alerts(self, case, mine):
        expected = [(kind, place and number("发货单号", case.code, place), yuan, days) for kind, place, yuan, days in case.alerts]
        found = [(row["类别"], row["发货单号"] or None, row["金额"], row["天数"]) for row in mine(case, c.ALERTS)]
        assert sorted(found, key=str) == sorted(expected, key=str)
        assert all(row["业务员"] and row["条文"] for row in mine(case, c.ALERTS) if case.code != "HD-0013")  # nobody rates that one

    @each_case
    def test_gates(self, case, mine):
        expected = {number("订单号", case.code, place): text for place, text in case.orders.items()}
        expected |= {number("申请单号", case.code, place): text for place, text in case.requests.items()}
        assert {row["单号"]: row["决定"] for row in mine(case, c.GATE)} == expected

    @each_case
    def test_contracts(self, case, mine):
        expected = {number("合同编号", case.code, year): state for year, state in case.contracts.items()}
        assert {row["合同编号"]: row["合同状态"] for row in mine(case, c.TRACKING)} == expected

    @each_case
    def test_penalties(self, case, mine):
        found = [(row["责任人"], row["性质"], row["起日"], row["止日"], row["罚息"]) for row in mine(case, c.PENALTIES)]
        assert sorted(found) == sorted(case.penalties)

    @each_case
    def test_goals(self, case, mine):
        assert sorted(row["未达目标"] for row in mine(case, c.GOALS)) == sorted(case.misses)

    @each_case
    def test_words(self, case, mine):
        for report, words in case.says:
            assert any(words in str(value) for row in mine(case, report) for value in row.values()), (report, words)

    @each_case
    def test_problems(self, case, regenerated):
        found = [one.found for one in regenerated[branch_of(case)][0].problems if folded(one.customer) == case.code]
        for words in case.problems:
            assert len([text for text in found if words in text]) == 1

    @each_case
    def test_other_days(self, case, on_day):
        for day, expected in case.at.items():
            ageing = on_day(branch_of(case), day).ageing_of.get(case.code)
            amounts = (*ageing.buckets, ageing.unapplied)
            assert {name: fen / 100 for name, fen in zip(BUCKETS, amounts, strict=True) if fen} == expected


def _named(case: LedgerCase, place: object) -> tuple[object, str]:
    """(发货单号, 分期) of a line that a case names by its place."""
    place, instalment = place if isinstance(place, tuple) else (place, "")
    return number("发货单号", case.code, place), instalment


def test_every_customer_has_one_case_and_every_rule_one_customer():
    codes = [case.code for case in TELLING_LEDGER]
    assert len(codes) == len(set(codes)) > 40
    alerts = {kind for case in TELLING_LEDGER for kind, *_ in case.alerts}
    assert alerts == {"六个月未回款", "将满六个月", "即将到期", "超额度", "超期限"}
    decisions = {text[:2] for case in TELLING_LEDGER for text in (*case.orders.values(), *case.requests.values())}
    assert decisions == {"放行", "裁减", "暂停", "不予", "现款"}
    assert {state for case in TELLING_LEDGER for state in case.contracts.values()} == {"未发货", "履行中", "逾期", "已结清", "超合同发货", "无合同"}
    assert {kind for case in TELLING_LEDGER for _, kind, *_ in case.penalties} == {"降级超额", "例外超额", "越权超额"}
    assert {goal for case in TELLING_LEDGER for goal in case.misses} == {"信用管理完成率", "六个月未回款客户", "季度对账完成率", "对账及时率"}


@pytest.mark.parametrize(("day", "breached"), [(date(2026, 9, 29), ()), (date(2026, 9, 30), (1,)), (date(2026, 10, 1), (1, 2, 3))])
def test_six_months_end_with_the_month_and_are_breached_the_day_after(on_day, day, breached):
    found = [alert for alert in on_day("华东", day).alerts() if alert.customer == "HD-0012" and alert.kind == "六个月未回款"]
    assert {alert.shipment.number for alert in found} == {f"FHHD0012-0{place}" for place in breached}


@each_branch
def test_the_ageing_ties_out(branch, reports, records):
    """Line by line, and against the ledger added up without any of the package's reading."""
    rows = reports[branch][c.AGEING]
    for row in rows:
        assert _fen(sum(row[name] for name in BUCKETS)) == _fen(row["余额"])
        assert _fen(sum(row[name] for name in BUCKETS[1:-1])) == _fen(row["逾期合计"])
    assert sum(_fen(row["余额"]) for row in rows) == _ledger_fen(records[branch])
    open_fen = sum(_fen(row["未收金额"]) for row in reports[branch][c.DETAIL])
    assert open_fen == sum(_fen(row[name]) for row in rows for name in BUCKETS[:-1])


def _fen(yuan: float) -> int:
    return round(yuan * 100)


def _ledger_fen(ledgers: Mapping[str, list[Record]]) -> int:
    """Shipments less collections up to the day, void rows and planted faults left out."""
    faults = [fault.record["金额"] for fault in PLANTED if fault.sheet in (c.SHIPMENTS, c.COLLECTIONS)]
    total = 0
    for sheet, header, sign in ((c.SHIPMENTS, "发货日期", 1), (c.COLLECTIONS, "回款日期", -1)):
        for row in ledgers[sheet]:
            is_void = any("作废" in folded(row.get(name) or "") for name in ("状态", "摘要"))
            if is_void or row["金额"] in faults or (isinstance(row[header], date) and row[header] > AS_OF):
                continue
            is_red = row.get("状态") == "红字" and row["金额"] > 0  # entered without its sign
            total += sign * _fen(row["金额"]) * (-1 if is_red else 1)
    return total


@each_branch
def test_only_the_planted_faults_are_found(branch, plan, regenerated, records):
    """Beside what the ratings raise: the planted rows, the cases' own, lines without due dates, balances confirmed otherwise."""
    job = next(job for job in plan.jobs if branch_name(job.source) == branch)
    bare = replace(job, ledgers=None, target=job.target.with_name(f"{branch}评级.xlsx"))
    rated = {one.found for one in regenerate_branch(bare).problems}
    found = [one for one in regenerated[branch][0].problems if one.found not in rated]
    expected = [fault.found for fault in PLANTED if fault.branch == branch]
    expected += [words for case in TELLING_LEDGER if branch_of(case) == branch for words in case.problems]
    differ = [row["客户编码"] for row in records[branch][c.RECONCILIATIONS] if row["季度"] == str(NOW) and row["结果"] == "不符"]
    rest = [one.found for one in found if "没有到期日" not in one.found and not (one.found.startswith("客户确认") and folded(one.customer) in differ)]
    for words in expected:
        rest = [text for text in rest if words not in text]
    assert rest == []
    assert all(any(words in one.found for one in found) for words in expected)
    assert {folded(one.customer) for one in found if one.found.startswith("客户确认")} == set(differ)


def test_each_branch_keeps_its_ledgers_where_it_does(plan):
    assert plan.stray_ledgers == ()
    own = {branch_name(job.source): job.ledgers.own_file and job.ledgers.own_file.name for job in plan.jobs}
    assert own == {"华东": None, "华南": "华南台账.xlsx", "西南": "西南台账.xlsx"}
    assert {branch: read_sheets(read_package(ledger_of(branch))).date1904 for branch in BRANCHES} == {"华东": False, "华南": False, "西南": True}


def test_a_branch_keeps_its_own_sheet_and_columns_beside_the_ledgers(regenerated):
    for path in (ledger_of("华东"), regenerated["华东"][1]):
        book = openpyxl.load_workbook(path)
        assert len(book[OWN_SHEET]._charts) == 1
        assert set(c.LEDGERS) <= set(book.sheetnames)
        for sheet, note in ((RESULTS, RESULT_NOTE), (ROUTES, ROUTE_NOTE)):
            assert any(note in row for row in book[sheet].iter_rows(max_row=10, values_only=True))
    assert set(c.REPORTS) <= set(openpyxl.load_workbook(regenerated["华东"][1]).sheetnames)
    assert not set(c.REPORTS) & set(openpyxl.load_workbook(ledger_of("华东")).sheetnames)


@each_branch
def test_the_ledger_is_in_line_with_what_the_customers_buy(branch, records, reports):
    told = {row["客户编码"]: row["年交易额"] for row in customers(branch, BEFORE, of_branch(branch))}
    cases = {case.code for case in TELLING_LEDGER}
    shipped: dict[str, float] = {}
    for row in records[branch][c.SHIPMENTS]:
        is_amount = isinstance(row["金额"], int | float) and row.get("状态") != "作废"
        if is_amount and isinstance(row["发货日期"], date) and date(2025, 7, 1) <= row["发货日期"] <= date(2026, 6, 30):
            shipped[row["客户编码"]] = shipped.get(row["客户编码"], 0) + row["金额"] / 10000
    ratios = [shipped[code] / told[code] for code in shipped.keys() & told.keys() - cases if isinstance(told[code], int | float)]
    assert len(ratios) > 0.6 * len(told) and 0.85 < median(ratios) < 1.15
    assert 0.25 < len(reports[branch][c.AGEING]) / len(told) < 0.6  # not every customer owes


def test_documents_are_numbered_once(records):
    for ledgers in records.values():
        for sheet, header in ((c.ORDERS, "订单号"), (c.COLLECTIONS, "回款单号")):
            numbers = [row[header] for row in ledgers[sheet]]
            twice = {one for one in numbers if numbers.count(one) > 1}
            assert twice <= {"HKHN0016-01"}  # the bounced one


def test_the_files_stay_small():
    assert max(path.stat().st_size for path in WORKBOOKS.rglob("*.xlsx")) < 250_000
