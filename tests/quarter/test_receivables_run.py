"""A quarter regenerated with ledgers: in the branch workbook, in a file of their own, in both, in neither."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import build_branch, files_in, record, table_rows, type_into
from tests.receivables.desk import one_line, run_here
from xl_credit.books.book import Book
from xl_credit.cells import parse_date
from xl_credit.forms.attaching import attach_our_sheets
from xl_credit.forms.receivables_workbook import build_receivables_workbook
from xl_credit.forms.template_files import RECEIVABLES, template_path
from xl_credit.policy.sample import sample_policy
from xl_credit.receivables.columns import (
    AGEING,
    ALERTS,
    BRIDGE,
    BRIDGE_COLUMNS,
    COLLECTIONS,
    GATE,
    GOALS,
    GRANTS,
    LAYOUT,
    LEDGERS,
    MOVEMENTS,
    ORDERS,
    PENALTIES,
    REPORTS,
    SHIPMENTS,
)
from xl_credit.tables import find_table

SHIPPED = {"发货单号": "S1", "客户编码": "J1", "发货日期": date(2026, 7, 1), "金额": 450000, "到期日": date(2026, 12, 30), "合同编号": "HT-J1"}
GRANT = {"客户编码": "J1", "类别": "授信", "额度": 50, "期限": 200, "生效日期": date(2026, 1, 5), "批准岗位": "总经理", "批准人": "华总"}
ORDER = {"订单号": "O1", "客户编码": "J1", "下单日期": date(2026, 9, 20), "金额": 100000}


def ledgers(**more) -> dict:
    return {SHIPMENTS: [SHIPPED], GRANTS: [GRANT], ORDERS: [ORDER], **more}


@pytest.fixture
def own_file(branches):
    build_receivables_workbook(branches / "甲台账.xlsx", sample_policy(), ledgers=ledgers(), spare_rows=3)
    return branches


def test_a_branch_without_ledgers_gets_no_receivables_sheets(branches, regenerate, tmp_path):
    assert regenerate(branches).code == 0
    book = Book(tmp_path / "结果" / "乙.xlsx", (), also=REPORTS)
    assert not book.grids


def test_a_ledger_file_goes_with_the_branch_it_is_named_after_and_is_not_rated_itself(own_file, regenerate, tmp_path):
    ended = regenerate(own_file)
    assert ended.code == 0, ended.err
    assert "甲台账.xlsx" not in files_in(tmp_path / "结果")
    assert [(row["余额"], row["业务员"]) for row in table_rows(tmp_path / "结果" / "甲.xlsx", AGEING)] == [(450000, "张三")]
    assert not Book(tmp_path / "结果" / "乙.xlsx", (), also=REPORTS).grids


def test_all_report_sheets_are_there_after_a_run(own_file, regenerate, tmp_path):
    regenerate(own_file)
    assert set(Book(tmp_path / "结果" / "甲.xlsx", (), also=REPORTS).grids) == {*REPORTS}


def test_ledger_sheets_attached_to_the_branch_workbook_give_the_same_reports(own_file, regenerate, tmp_path):
    regenerate(own_file)
    inside = tmp_path / "来源二"
    shutil.copytree(own_file, inside)
    attach_our_sheets(own_file / "甲.xlsx", inside / "新甲.xlsx", ledgers=True)
    shutil.move(inside / "新甲.xlsx", inside / "甲.xlsx")
    (inside / "甲台账.xlsx").unlink()
    for sheet, rows in ledgers().items():
        book = Book(inside / "甲.xlsx", (sheet,))
        table = find_table(book.grid(sheet), LAYOUT[sheet])
        for header, value in rows[0].items():
            book.sheet(sheet).set(table.header + 2, table.columns[header], value)
        book.save(inside / "甲.xlsx")
    assert regenerate(inside, out=tmp_path / "结果二").code == 0
    for sheet in (AGEING, ALERTS, GATE, GOALS, PENALTIES):
        one, two = (Book(tmp_path / folder / "甲.xlsx", (sheet,)).grid(sheet).rows for folder in ("结果", "结果二"))
        assert one == two, sheet


def test_a_ledger_that_stands_in_both_is_taken_from_the_workbook_and_that_is_said(own_file, regenerate, tmp_path):
    attach_our_sheets(own_file / "甲.xlsx", tmp_path / "甲.xlsx", ledgers=True)
    shutil.move(tmp_path / "甲.xlsx", own_file / "甲.xlsx")
    type_into(own_file / "甲.xlsx", SHIPMENTS, 5, SHIPPED | {"金额": 120000})
    ended = regenerate(own_file)
    assert ended.code == 1 and "甲.xlsx和甲台账.xlsx都有“发货台账”" in ended.err
    assert [row["余额"] for row in table_rows(tmp_path / "结果" / "甲.xlsx", AGEING)] == [120000]


def test_a_ledger_file_without_a_branch_is_named(branches, regenerate):
    build_receivables_workbook(branches / "丙台账.xlsx", sample_policy(), spare_rows=3)
    ended = regenerate(branches)
    assert ended.code == 1 and "丙台账.xlsx" in ended.err


def test_a_template_that_somebody_is_looking_at_stops_nothing(own_file, tmp_path):
    template = shutil.copy(template_path(RECEIVABLES), tmp_path)
    (tmp_path / f".~lock.{RECEIVABLES}#").touch()
    book = Book(own_file / "甲.xlsx", (AGEING,), tmp_path / template)
    assert book.attached == (AGEING,)


def test_a_ledger_without_its_columns_costs_the_receivables_and_not_the_rating(own_file, regenerate, tmp_path):
    book = Book(own_file / "甲台账.xlsx", (SHIPMENTS,))
    table = find_table(book.grid(SHIPMENTS), LAYOUT[SHIPMENTS])
    book.sheet(SHIPMENTS).set(table.header + 1, table.columns["金额"], "数额")
    book.save(own_file / "甲台账.xlsx")
    ended = regenerate(own_file)
    assert ended.code == 1 and "金额" in ended.err and "Traceback" not in ended.err
    assert len(table_rows(tmp_path / "结果" / "甲.xlsx", "评级结果")) == 2


def test_problems_of_a_ledger_file_name_it_and_have_no_link_into_the_workbook(own_file, regenerate, tmp_path):
    build_receivables_workbook(own_file / "甲台账.xlsx", sample_policy(), ledgers=ledgers(**{SHIPMENTS: [SHIPPED | {"发货日期": "昨天"}]}))
    ended = regenerate(own_file)
    assert "甲台账.xlsx!发货台账!D5" in ended.err
    places = [row["位置"] for row in table_rows(tmp_path / "结果" / "甲.xlsx", "核对")]
    assert "甲台账.xlsx!发货台账!D5" in places


def test_the_day_of_the_ageing_is_the_quarters_last_unless_another_is_given(own_file, regenerate, tmp_path):
    regenerate(own_file, "--as-of", "2026-12-31")
    assert [row["1–30"] for row in table_rows(tmp_path / "结果" / "甲.xlsx", AGEING)] == [450000]
    regenerate(own_file, out=tmp_path / "季末")
    assert [row["未到期"] for row in table_rows(tmp_path / "季末" / "甲.xlsx", AGEING)] == [450000]


@pytest.mark.parametrize(("as_of", "opening", "first"), [("2026-06-30", 0, "2026-04-01"), ("2026-07-01", 200000, "2026-07-01"), ("2026-12-31", 200000, "2026-07-01")])
def test_movements_begin_with_the_quarter_or_with_that_of_an_earlier_day(branches, regenerate, tmp_path, as_of, opening, first):
    lines = [SHIPPED | {"发货单号": "S0", "发货日期": date(2026, 6, 1), "金额": 200000}, SHIPPED]
    build_receivables_workbook(branches / "甲台账.xlsx", sample_policy(), ledgers=ledgers(**{SHIPMENTS: lines}), spare_rows=3)
    regenerate(branches, "--as-of", as_of)
    result = tmp_path / "结果" / "甲.xlsx"
    grid = Book(result, (BRIDGE,)).grid(BRIDGE)
    table = find_table(grid, BRIDGE_COLUMNS)
    moved = [row for _, row in table.body()][:7]
    assert sum(table.value(row, "期初") for row in moved) == opening
    assert all(table.value(row, "收回") == 0 for row in moved)
    entries = table_rows(result, MOVEMENTS)
    assert [(row["类别"], str(parse_date(row["日期"]))) for row in (entries[0], entries[-1])] == [("期初", first), ("期末", as_of)]


def test_a_second_run_changes_nothing(own_file, regenerate, tmp_path):
    regenerate(own_file)
    before = files_in(tmp_path / "结果")
    regenerate(own_file)
    assert files_in(tmp_path / "结果") == before


def test_two_processes_give_the_same_bytes(own_file, regenerate, tmp_path):
    regenerate(own_file)
    regenerate(own_file, "--jobs", "2", out=tmp_path / "两个进程")
    assert files_in(tmp_path / "结果") == files_in(tmp_path / "两个进程")


def test_in_place_twice_keeps_notes_and_fills_the_sheets_again(own_file, regenerate):
    regenerate(own_file, "--in-place")
    row = table_rows(own_file / "甲.xlsx", ALERTS)
    assert not row or row[0]["处理说明"] in (None, "")
    gate = table_rows(own_file / "甲.xlsx", GATE)[0]
    type_into(own_file / "甲.xlsx", GATE, gate["row"], {"处理说明": "已通知业务员"})
    regenerate(own_file, "--in-place")
    assert table_rows(own_file / "甲.xlsx", GATE)[0]["处理说明"] == "已通知业务员"


@pytest.fixture
def approved_before(branches, regenerate, tmp_path):
    """Last quarter's folder, in which 40 万元 were approved for J1; the ledger file of this quarter grants nothing."""
    before = tmp_path / "2026Q2"
    build_branch(before / "甲.xlsx", [record("J1", 申请额度=40)], quarter="2026Q2")
    regenerate(before, "--in-place", quarter="2026Q2")
    rows = [row for row in table_rows(before / "甲.xlsx", "审批路线") if row["路线"] == "授信审批" and row["岗位"] == "财务副总经理"]
    type_into(before / "甲.xlsx", "审批路线", rows[0]["row"], {"状态": "批准", "审批人": "郑", "审批日期": date(2026, 7, 10)})
    more = {GRANTS: [], SHIPMENTS: [SHIPPED | {"金额": 100000, "发货日期": date(2026, 9, 1)}]}
    build_receivables_workbook(branches / "甲台账.xlsx", sample_policy(), ledgers=ledgers(**more), spare_rows=3)
    return before


def test_a_limit_approved_last_quarter_is_a_limit_now(branches, approved_before, regenerate, tmp_path):
    ended = regenerate(branches, "--previous", approved_before)
    gate = table_rows(tmp_path / "结果" / "甲.xlsx", GATE)[0]
    assert (gate["授信额度"], gate["决定"]) == (400000, "放行"), ended.err


class TestPeople:
    """第十三条: whoever has to be told is named, wherever a sheet says who it is."""

    def test_a_customer_no_longer_rated_has_last_quarter_s_salesperson_and_a_stranger_none(self, branches, approved_before, regenerate, tmp_path):
        build_branch(approved_before / "甲.xlsx", [record("J1"), record("J9", 业务员="李四")], quarter="2026Q2")
        regenerate(approved_before, "--in-place", quarter="2026Q2")
        lines = [SHIPPED, SHIPPED | {"发货单号": "S2", "客户编码": "J9"}, SHIPPED | {"发货单号": "S3", "客户编码": "J8"}]
        build_receivables_workbook(branches / "甲台账.xlsx", sample_policy(), ledgers=ledgers(**{SHIPMENTS: lines}), spare_rows=3)
        regenerate(branches, "--previous", approved_before)
        told = {row["客户编码"]: (row["客户名称"], row["业务员"]) for row in table_rows(tmp_path / "结果" / "甲.xlsx", ALERTS) if row["类别"] == "超额度"}
        assert told == {"J9": ("J9公司", "李四"), "J8": ("", "未登记")}

    def test_a_ledger_file_has_those_of_its_branch_workbook(self, own_file):
        ended = run_here("ageing", own_file / "甲台账.xlsx", "--as-of", "2026-09-30", "--format", "json")
        assert [(one["客户名称"], one["业务员"]) for one in json.loads(ended.out)["客户"]] == [("J1公司", "张三")]
        assert "客户资料取自:甲.xlsx" in ended.error_lines

    def test_and_its_credit_terms_once_it_is_rated(self, branches, regenerate):
        lines = [SHIPPED | {"到期日": None}]
        build_receivables_workbook(branches / "甲台账.xlsx", sample_policy(), ledgers=ledgers(**{SHIPMENTS: lines, GRANTS: []}), spare_rows=3)
        regenerate(branches, "--in-place")
        ended = run_here("ageing", branches / "甲台账.xlsx", "--as-of", "2026-09-30", "--format", "json")
        assert [(one["到期日"], one["依据"]) for one in json.loads(ended.out)["推算到期日"]] == [("2026-08-30", "客户授信期限")]

    def test_a_rating_not_made_yet_does_not_hide_them(self, own_file, tmp_path):
        shutil.copy(own_file / "甲.xlsx", tmp_path / "甲.xlsx")
        book = Book(tmp_path / "甲.xlsx", ("评级结果",))
        table = find_table(book.grid("评级结果"), ("客户编码", "客户名称"))
        book.sheet("评级结果").set(table.header + 2, table.columns["客户编码"], "J1")
        book.save(tmp_path / "甲.xlsx")
        shutil.copy(own_file / "甲台账.xlsx", tmp_path)
        ended = run_here("ageing", tmp_path / "甲台账.xlsx", "--as-of", "2026-09-30", "--format", "json")
        assert [(one["客户名称"], one["业务员"]) for one in json.loads(ended.out)["客户"]] == [("J1公司", "张三")]


class TestGateCommand:
    """``gate`` on a regenerated workbook decides as its 放行审核 does: by the same approvals and the same ledger file."""

    @pytest.fixture
    def rated(self, branches, approved_before, regenerate, tmp_path):
        regenerate(branches, "--previous", approved_before, "--in-place")
        return Path(shutil.copytree(branches, tmp_path / "2026Q3")) / "甲.xlsx"

    @staticmethod
    def decide(path, *more) -> tuple:
        ended = run_here("gate", path, "--orders", "--format", "json", *more)
        (one,) = json.loads(ended.out)["单据"]
        return ended.code, (one["授信额度"], one["决定"]), "\n".join(ended.error_lines)

    def test_both_files_are_found_beside_it_and_that_is_said(self, rated):
        code, decided, said = self.decide(rated)
        assert (code, decided) == (0, (400000, "放行"))
        assert "台账:甲台账.xlsx" in said and "上季批准的额度取自:2026Q2/甲.xlsx" in said

    @pytest.mark.parametrize("named", ["", "甲.xlsx"])
    def test_last_quarter_is_a_folder_or_a_file(self, rated, named, tmp_path):
        shutil.move(tmp_path / "2026Q2", tmp_path / "上季")
        code, decided, said = self.decide(rated, "--previous", tmp_path / "上季" / named)
        assert (code, decided) == (0, (400000, "放行")) and "上季批准" not in said

    def test_without_last_quarter_its_approvals_do_not_count_and_that_is_said(self, rated, tmp_path):
        shutil.rmtree(tmp_path / "2026Q2")
        _, decided, said = self.decide(rated)
        assert decided == (0, "现款") and "没有找到2026年第2季度的工作簿" in said

    @pytest.mark.parametrize("named", ["没有", "2026Q3/甲台账", "2026Q2/乙.xlsx"])
    def test_last_quarter_that_is_not_there_ends_the_run(self, rated, named, tmp_path):
        ended = run_here("gate", rated, "--orders", "--previous", tmp_path / named)
        assert one_line(ended).startswith(str(tmp_path / named))

    def test_a_folder_without_the_branch_ends_the_run(self, rated, tmp_path):
        (tmp_path / "空").mkdir()
        assert "没有上季工作簿" in one_line(run_here("gate", rated, "--orders", "--previous", tmp_path / "空"))

    def test_a_workbook_never_rated_needs_no_last_quarter(self, own_file):
        ended = run_here("gate", own_file / "甲台账.xlsx", "--orders")
        assert "季度的工作簿" not in ended.err and "裁减至50,000元" in ended.out


def test_what_is_only_proposed_is_no_limit(branches, regenerate, tmp_path):
    build_receivables_workbook(branches / "甲台账.xlsx", sample_policy(), ledgers=ledgers(**{GRANTS: []}), spare_rows=3)
    regenerate(branches)
    gate = table_rows(tmp_path / "结果" / "甲.xlsx", GATE)[0]
    assert (gate["授信额度"], gate["决定"]) == (0, "现款")
    assert "尚未批准" in gate["理由"]


class TestExceptions:
    """What people enter beside a decision, through two runs (第十九条, 第二十条)."""

    def run(self, own_file, regenerate, role: str, until=date(2026, 12, 31)) -> dict:
        over = {ORDERS: [ORDER], SHIPMENTS: [SHIPPED], COLLECTIONS: []}
        build_receivables_workbook(own_file / "甲台账.xlsx", sample_policy(), ledgers=ledgers(**over), spare_rows=3)
        regenerate(own_file, "--in-place")
        row = table_rows(own_file / "甲.xlsx", GATE)[0]
        assert row["决定"] == "裁减至50,000元"
        entries = {"例外批准人": "王五", "例外岗位": role, "例外原因": "旺季", "例外日期": date(2026, 9, 20), "例外截止日": until}
        type_into(own_file / "甲.xlsx", GATE, row["row"], entries)
        shipped = [SHIPPED, SHIPPED | {"发货单号": "S2", "发货日期": date(2026, 9, 21), "金额": 100000}]
        build_receivables_workbook(own_file / "甲台账.xlsx", sample_policy(), ledgers=ledgers(**over | {SHIPMENTS: shipped}), spare_rows=3)
        ended = regenerate(own_file, "--in-place")
        penalties = table_rows(own_file / "甲.xlsx", PENALTIES)
        return {"err": ended.err, "penalties": [(one["责任人"], one["性质"], one["天数"], one["超额金额"], one["罚息"]) for one in penalties]}

    def test_one_with_authority_is_charged_to_the_salesperson_as_an_exception(self, own_file, regenerate):
        found = self.run(own_file, regenerate, "总经理")
        assert found["penalties"] == [("张三", "例外超额", 10, 50000, 250)]

    def test_one_without_authority_is_charged_to_who_made_it(self, own_file, regenerate):
        found = self.run(own_file, regenerate, "财务副总经理")
        assert found["penalties"] == [("王五(财务副总经理)", "越权超额", 10, 50000, 250)]
        assert "越权" in found["err"]

    def test_after_its_last_day_nobody_allowed_what_is_over(self, own_file, regenerate):
        found = self.run(own_file, regenerate, "总经理", until=date(2026, 9, 25))
        assert found["penalties"] == [("张三", "例外超额", 5, 50000, 125), ("张三", "越权超额", 5, 50000, 125)]


def test_every_ledger_sheet_of_the_template_is_one_the_reader_knows():
    assert {*LAYOUT} == {*LEDGERS}
