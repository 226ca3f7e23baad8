"""The service workbook's native formulas, as LibreOffice works them out, and which cells each role may fill."""

import warnings
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from tests.books.joining import complaints, needs_validator
from tests.conftest import run_cli
from tests.forms.office import convert
from xl_credit.forms import service_columns as c
from xl_credit.forms.service_roles import DUTIES, RIGHTS, ROLES, may_fill
from xl_credit.forms.service_workbook import build_service_workbook
from xl_credit.policy.service import sample_service
from xl_credit.rules.service_terms import Term

POLICY = sample_service()


def on(day: int) -> date:
    return date(2026, 9, day)


RECORDS = {
    c.PEOPLE: [
        {"姓名": "王", "岗位": "客户服务主管", "地区": "东", "服务经验": 3, "管理经验": 1}, {"姓名": "李", "岗位": "客户服务专员", "地区": "东", "服务经验": 0.5},
        {"姓名": "秦", "岗位": "技术部门经理"}, {"姓名": "技", "岗位": "技术人员", "地区": "东"}, {"姓名": "贺", "岗位": "销售部经理"},
    ],
    c.CLIENTS: [{"客户编码": "K1", "客户名称": "甲公司", "地区": "东", "性质": "经销商", "规模": "大型"}],
    c.DAILY: [
        {"日报编号": "R1", "巡访日期": on(5), "上报日期": on(6), "巡访人": "李", "客户编码": "K1", "巡访内容": "访"},
        {"日报编号": "R2", "巡访日期": on(5), "上报日期": on(9), "巡访人": "李", "客户编码": "K9", "巡访内容": "访", "计划编号": "无此号"},
        {"日报编号": "R3", "巡访日期": on(5), "巡访人": "李", "客户编码": "K1", "巡访内容": "访", "洽谈订货": 100, "承诺回款": 50},
    ],
    c.URGENT: [
        {"报告编号": "J1", "报告日期": on(1), "客户编码": "K1", "事项类别": "质量与技术", "问题经过": "停机", "答复日期": on(2)},
        {"报告编号": "J2", "报告日期": on(1), "客户编码": "K1", "事项类别": "交货", "问题经过": "延误", "答复日期": on(4)},
    ],
    c.GIFTS: [
        {"申请编号": f"L{n}", "申请日期": on(1), "申请人": "李", "客户编码": "K1", "赠送事由": "贺", "数量": 1, "单价": price, "审批结果": result}
        for n, (price, result) in enumerate([(500, "同意"), (500.01, "不同意"), (3000.01, "")])
    ],
    c.SURVEYS: [{"调查编号": "D1", "调查日期": on(1), "客户编码": "K1", "产品质量": 5, "交货及时": 2}],
    c.COMPLAINTS: [
        {"投诉编号": "T1", "受理日期": on(1), "客户编码": "K1", "投诉类型": "服务态度", "投诉内容": "生硬", "结案日期": on(3)},
        {"投诉编号": "T2", "受理日期": on(1), "客户编码": "K1", "投诉类型": "服务态度", "投诉内容": "推诿", "结案日期": on(4)},
        {"投诉编号": "T3", "受理日期": on(1), "客户编码": "K1", "投诉类型": "服务态度", "投诉内容": "拖延"},
    ],
}  # fmt: skip


def load(path: Path, **how: object):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path, **how)


@pytest.fixture(scope="module")
def calculated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("service forms")
    build_service_workbook(folder / "甲客户服务.xlsx", POLICY, branch="甲", records=RECORDS, spare_share=3)
    return load(convert([folder / "甲客户服务.xlsx"], folder / "算过")[0], data_only=True)


def rows(book, sheet: str) -> list[dict[str, object]]:
    lines = [list(row) for row in book[sheet].iter_rows(min_row=4, values_only=True)]
    headers = [str(value or "").partition("(")[0] for value in lines[0]]
    return [dict(zip(headers, line, strict=True)) for line in lines[1:] if line[0]]


@pytest.mark.host
class TestNativeFormulas:
    def test_lateness_of_visits_and_reports(self, calculated):
        found = [(row["客户名称"], row["按期情况"], row["上报情况"]) for row in rows(calculated, c.DAILY)]
        assert found == [("甲公司", "计划外", "按时"), ("未建档", "计划外", "迟3天"), ("甲公司", "计划外", "未上报")]

    def test_an_urgent_report_has_its_superior_and_due_day_at_once(self, calculated):
        found = [(row["受理岗位"], row["受理人"], row["答复期限"], row["答复情况"]) for row in rows(calculated, c.URGENT)]
        assert found == [("技术部门经理", "秦", datetime(2026, 9, 2), "按期"), ("销售部经理", "贺", datetime(2026, 9, 2), "逾期2天")]

    def test_the_due_days_are_those_of_the_rules(self, calculated):
        for row, record in zip(rows(calculated, c.COMPLAINTS), RECORDS[c.COMPLAINTS], strict=True):
            term = Term(record["受理日期"], POLICY.complaint_days["服务态度"], record.get("结案日期"))
            assert row["应结日期"].date() == term.due and (row["办理情况"] == "按期") == (term.done == on(3))
        assert rows(calculated, c.COMPLAINTS)[2]["办理情况"] in ("逾期未结", "办理中")

    def test_the_approver_of_a_gift_is_the_rule_s(self, calculated):
        found = [(row["金额"], row["审批岗位"]) for row in rows(calculated, c.GIFTS)]
        assert found == [(500, "客户服务主管"), (500.01, "销售部经理"), (3000.01, "销售副总")]
        totals = [cell.value for cell in calculated[c.GIFTS][3]][:8]
        assert totals[1::2] == [60000, 500, 3000.01, 59500]

    def test_means_and_qualifications(self, calculated):
        assert [row["平均分"] for row in rows(calculated, c.SURVEYS)] == [3.5]
        assert [row["任职条件"] for row in rows(calculated, c.PEOPLE)] == ["符合", "不足", "—", "—", "—"]

    def test_no_formula_ends_in_an_error(self, calculated):
        errors = [f"{sheet.title}!{cell.coordinate}" for sheet in calculated for row in sheet.iter_rows() for cell in row if str(cell.value).startswith(("#", "Err:"))]
        assert errors == []


def unlocked(cells) -> set[str]:
    """Headers of the columns whose cells may be typed into."""
    assert cells.protection.sheet
    return {str(cells.cell(4, column).value).partition("(")[0] for column in range(1, cells.max_column + 1) if not cells.cell(5, column).protection.locked}


class TestRoles:
    @pytest.mark.parametrize("role", ["客户服务专员", "客户服务主管", "财务部", "技术人员"])
    def test_only_what_the_role_fills_is_open(self, tmp_path, role):
        build_service_workbook(tmp_path / "发放.xlsx", POLICY, branch="甲", role=role, spare_share=1)
        book = load(tmp_path / "发放.xlsx")
        for sheet in (c.DAILY, c.COMPLAINTS, c.GIFTS, c.FOCUS):
            formulas = {"客户名称", "计划日期", "按期情况", "上报情况", "应结日期", "用时", "办理情况", "金额", "审批岗位", "应审批人"}
            wanted = {column for column in c.LAYOUT[sheet] if may_fill(role, sheet, column)} - (formulas if sheet != c.FOCUS else set())
            assert unlocked(book[sheet]) == wanted, sheet

    def test_the_command_makes_it_for_a_role(self, tmp_path):
        out = tmp_path / "发放.xlsx"
        ended = run_cli("service", "template", "--role", "客户服务专员", "--branch", "甲", "--out", out)
        assert ended.code == 0 and "客户服务专员" in ended.out and out.exists()
        again = run_cli("service", "template", "--out", out)
        assert again.code == 2 and "文件已存在" in again.err

    def test_a_clerk_does_not_review_its_own_report_and_finance_fills_none(self):
        assert not may_fill("客户服务专员", c.DAILY, "主管审阅") and may_fill("客户服务主管", c.DAILY, "主管审阅")
        assert not may_fill("客户服务主管", c.DAILY, "巡访内容") and not any(may_fill("财务部", sheet, column) for sheet in c.LAYOUT for column in c.LAYOUT[sheet])

    def test_every_sheet_that_people_fill_has_somebody_who_does(self):
        known = {right.sheet: right for right in RIGHTS}
        assert set(c.LAYOUT) | {c.SURVEYS, c.PLAN, c.ADVICE} <= set(known)
        assert all(set(right.fills) <= set(ROLES) for right in RIGHTS)

    def test_the_duties_are_the_regulation_s_own_words(self):
        source = Path(__file__).parents[3] / "shared" / "source" / "regulation.zh.txt"
        if not source.is_file():
            pytest.skip(f"no regulation in {source.parent}")
        words = "".join(source.read_text("utf-8").split())
        assert [one.text for one in DUTIES if "".join(one.text.split()) not in words] == []


def test_the_policy_s_own_lists_are_in_the_dropdowns(tmp_path):
    path = tmp_path / "甲.xlsx"
    build_service_workbook(path, POLICY, spare_share=3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rules = {rule.formula1 for rule in load(path)[c.COMPLAINTS].data_validations.dataValidation}
    assert f'"{",".join(POLICY.complaint_days)}"' in rules


def test_two_builds_are_equal_to_the_byte(tmp_path):
    for name in ("一.xlsx", "二.xlsx"):
        build_service_workbook(tmp_path / name, POLICY, branch="甲", records=RECORDS, spare_share=3)
    assert (tmp_path / "一.xlsx").read_bytes() == (tmp_path / "二.xlsx").read_bytes()


@needs_validator
def test_microsoft_s_validator_has_nothing_against_workbook_reports_and_cards(tmp_path):
    path = tmp_path / "甲客户服务.xlsx"
    build_service_workbook(path, POLICY, branch="甲", records=RECORDS, spare_share=3)
    run_cli("service", "report", path, "--month", "2026-09", "--out", tmp_path / "月报")
    run_cli("service", "card", path, "--as-of", "2026-09-30", "--out", tmp_path / "卡.xlsx")
    made = [path, tmp_path / "卡.xlsx", *sorted((tmp_path / "月报").glob("*.xlsx"))]
    assert len(made) == 5 and {one.name: complaints(one) for one in made if complaints(one)} == {}
