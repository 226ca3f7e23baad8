"""``service plan``: customers graded, visits proposed; what people changed stays where it is (第四条, 第五条)."""

import shutil
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.conftest import files_in, run_cli
from tests.service.desk import build_service, client, daily, ratings, rows_of, type_in
from xl_credit.forms import service_columns as c

KEPT = ("计划编号", "客户编码", "计划日期", "巡访人", "建议日期", "具体安排", "列入原因", "次序")


@pytest.fixture(scope="module")
def branch(tmp_path_factory) -> Path:
    """A folder with 甲客户服务.xlsx and the ratings of two quarters."""
    folder = tmp_path_factory.mktemp("branch")
    build_service(folder / "来源" / "甲客户服务.xlsx")
    ratings(folder / "2026Q3")
    ratings(folder / "2026Q2", "2026Q2", 年交易额=1000)
    return folder


def plan(branch: Path, source: Path, out: Path, *more: str | Path, quarter: str = "2026Q4"):
    return run_cli("service", "plan", source, "--quarter", quarter, "--ratings", branch / "2026Q3", "--ratings", branch / "2026Q2", "--out", out, *more)


@pytest.fixture(scope="module")
def planned(branch) -> Path:
    ended = plan(branch, branch / "来源", branch / "结果")
    assert ended.code == 1 and not ended.has_traceback, ended.err
    return branch / "结果" / "甲客户服务.xlsx"


@pytest.fixture
def copy(planned, tmp_path) -> Path:
    target = tmp_path / "甲客户服务.xlsx"
    shutil.copy(planned, target)
    return target


def visits(path: Path) -> dict[str, dict]:
    return {row["计划编号"]: row for row in rows_of(path, c.PLAN, KEPT)}


def test_customers_are_graded_with_sales_and_trend_of_the_rated_quarters(planned):
    grades = {row["客户编码"]: row for row in rows_of(planned, c.GRADES, ("客户编码", "年交易额", "增长率", "服务等级", "服务得分", "依据"))}
    assert [(grades[code]["年交易额"], round(grades[code]["增长率"], 4), grades[code]["服务等级"]) for code in ("K1", "K2", "K3")] == [
        (1200, 0.2, "甲级"), (700, 0.0, "甲级"), (90, 0.0, "丁级"),
    ]  # fmt: skip
    assert "销售额1200万元 100分×40%" in grades["K1"]["依据"]


def test_every_visit_that_is_due_appears_once_with_its_reason(planned):
    assert Counter(row["客户编码"] for row in visits(planned).values()) == {"K1": 6, "K2": 6, "K3": 1}
    assert len(visits(planned)) == 13 and all("客户每季巡访" in row["列入原因"] for row in visits(planned).values())
    loads = Counter(row["巡访人"] for row in visits(planned).values())
    assert set(loads) == {"李专员", "赵专员"} and max(loads.values()) - min(loads.values()) <= 6


def test_the_lines_of_year_quarter_and_months_are_there_to_be_filled(planned):
    lines = [(row["层次"], row["期间"]) for row in rows_of(planned, c.FOCUS, ("层次", "期间"))]
    assert lines == [("年度", "2026"), ("季度", "2026Q4"), ("月度", "2026-10"), ("月度", "2026-11"), ("月度", "2026-12")]


def test_a_second_run_changes_no_byte(branch, planned, tmp_path):
    plan(branch, planned.parent, tmp_path / "再")
    assert (tmp_path / "再" / "甲客户服务.xlsx").read_bytes() == planned.read_bytes()


def test_a_row_that_people_changed_stays_as_and_where_it_is(branch, copy, tmp_path):
    before = visits(copy)
    moved, noted = before["2026Q4-K1-2"]["row"], before["2026Q4-K2-3"]["row"]
    type_in(copy, c.PLAN, moved, 计划日期=date(2026, 11, 30), 巡访人="王主管")
    type_in(copy, c.PLAN, noted, 具体安排="带样册")
    plan(branch, copy.parent, tmp_path / "再")
    after = visits(tmp_path / "再" / "甲客户服务.xlsx")
    assert (after["2026Q4-K1-2"]["row"], after["2026Q4-K1-2"]["计划日期"].day, after["2026Q4-K1-2"]["巡访人"]) == (moved, 30, "王主管")
    assert (after["2026Q4-K2-3"]["row"], after["2026Q4-K2-3"]["具体安排"]) == (noted, "带样册")
    assert after.keys() == before.keys()


def test_a_row_that_people_added_stays_and_one_without_a_number_too(branch, copy, tmp_path):
    last = max(row["row"] for row in visits(copy).values())
    type_in(copy, c.PLAN, last + 1, 计划编号="自加-1", 客户编码="K3", 计划日期=date(2026, 12, 1), 巡访人="李专员", 季度="2026Q4")
    type_in(copy, c.PLAN, last + 2, 客户编码="K3", 计划日期=date(2026, 12, 2), 巡访人="李专员")
    plan(branch, copy.parent, tmp_path / "再")
    rows = rows_of(tmp_path / "再" / "甲客户服务.xlsx", c.PLAN, KEPT)
    added = [row for row in rows if row["row"] in (last + 1, last + 2)]
    assert [row["计划编号"] or None for row in added] == ["自加-1", None] and all(row["客户编码"] == "K3" for row in added)
    assert Counter(row["客户编码"] for row in rows) == {"K1": 6, "K2": 6, "K3": 3}


def test_the_plan_of_another_quarter_stays(branch, copy, tmp_path):
    before = visits(copy)
    plan(branch, copy.parent, tmp_path / "再", quarter="2027Q1")
    after = visits(tmp_path / "再" / "甲客户服务.xlsx")
    assert {number: row["row"] for number, row in after.items() if number in before} == {number: row["row"] for number, row in before.items()}
    assert len(after) == 26


def test_what_people_changed_only_in_the_earlier_result_is_carried_over(branch, tmp_path):
    source, out = branch / "来源", tmp_path / "结果"
    plan(branch, source, out)
    result = out / "甲客户服务.xlsx"
    before = visits(result)
    type_in(result, c.PLAN, before["2026Q4-K1-1"]["row"], 计划日期=date(2026, 10, 30))
    type_in(result, c.PLAN, before["2026Q4-K2-1"]["row"], 具体安排="约采购经理")
    ended = plan(branch, source, out)
    after = visits(result)
    assert ended.code == 1 and after["2026Q4-K1-1"]["计划日期"] == datetime(2026, 10, 30) or after["2026Q4-K1-1"]["计划日期"] == date(2026, 10, 30)
    assert after["2026Q4-K2-1"]["具体安排"] == "约采购经理" and after.keys() == before.keys()
    assert list((out / "备份").iterdir())


def test_an_earlier_result_with_entries_that_the_source_lacks_is_not_overwritten(branch, tmp_path):
    source, out = branch / "来源", tmp_path / "结果"
    plan(branch, source, out)
    result = out / "甲客户服务.xlsx"
    type_in(result, c.DAILY, 5, 巡访日期=date(2026, 10, 9), 客户编码="K1", 巡访人="李专员", 巡访内容="回访")
    before = files_in(out)
    ended = plan(branch, source, out)
    assert ended.code == 2 and "巡访日报!B5" in ended.err and "重新生成会丢失" in ended.err and files_in(out) == before


def test_in_place_the_source_is_renewed_and_what_it_was_is_kept(branch, tmp_path):
    path = build_service(tmp_path / "甲客户服务.xlsx")
    was = path.read_bytes()
    ended = run_cli("service", "plan", path, "--quarter", "2026Q4", "--ratings", branch / "2026Q3", "--in-place")
    assert ended.code == 1 and len(visits(path)) > 6
    assert [one.read_bytes() for one in (tmp_path / "备份").iterdir()] == [was]


def test_concerns_bring_a_customer_forward_and_add_a_visit(branch, tmp_path):
    complaints = [{"投诉编号": "T1", "受理日期": date(2026, 9, 20), "客户编码": "K3", "投诉类型": "产品质量", "投诉内容": "色差"}]
    build_service(tmp_path / "甲客户服务.xlsx", **{c.COMPLAINTS: complaints})
    plan(branch, tmp_path / "甲客户服务.xlsx", tmp_path / "结果")
    mine = [row["列入原因"] for row in visits(tmp_path / "结果" / "甲客户服务.xlsx").values() if row["客户编码"] == "K3"]
    assert mine == ["丁级客户每季巡访1次,第1次;未结投诉1件", "加访(1/1);未结投诉1件"]


def test_rated_customers_that_the_archive_lacks_are_added_and_reported(branch, tmp_path):
    build_service(tmp_path / "甲客户服务.xlsx", **{c.CLIENTS: [client("K2")]})
    ended = plan(branch, tmp_path / "甲客户服务.xlsx", tmp_path / "结果")
    codes = [row["客户编码"] for row in rows_of(tmp_path / "结果" / "甲客户服务.xlsx", c.CLIENTS, ("客户编码", "客户名称"))]
    assert codes == ["K2", "K1", "K3"] and "2户没有性质、规模:K1、K3" in ended.err


def test_an_empty_archive_is_filled_and_keeps_its_empty_rows_in_the_list(branch, tmp_path):
    build_service(tmp_path / "甲客户服务.xlsx", **{c.CLIENTS: []})
    plan(branch, tmp_path / "甲客户服务.xlsx", tmp_path / "结果")
    from xl_credit.books.book import Book
    from xl_credit.books.list_objects import list_object_at
    from xl_credit.tables import find_table

    book = Book(tmp_path / "结果" / "甲客户服务.xlsx", (c.CLIENTS,))
    item = list_object_at(book.package, book.sheets.find(c.CLIENTS).part, find_table(book.grid(c.CLIENTS), ("客户编码", "客户名称")))
    assert len(rows_of(tmp_path / "结果" / "甲客户服务.xlsx", c.CLIENTS, ("客户编码",))) == 3 and item.last_row > 10


def test_a_region_without_visitors_is_a_problem_and_the_others_are_planned(branch, tmp_path):
    build_service(tmp_path / "甲客户服务.xlsx", **{c.PEOPLE: [{"姓名": "李专员", "岗位": "客户服务专员", "地区": "东", "服务经验": 2}], c.CLIENTS: [client("K1"), client("K2", 地区="西")]})
    ended = plan(branch, tmp_path / "甲客户服务.xlsx", tmp_path / "结果")
    assert "地区“西”没有巡访人" in ended.err
    assert {row["客户编码"] for row in visits(tmp_path / "结果" / "甲客户服务.xlsx").values()} == {"K1"}


def test_a_visit_that_was_made_is_not_planned_anew(branch, copy, tmp_path):
    row = visits(copy)["2026Q4-K3-1"]
    type_in(copy, c.DAILY, 5, **daily("K3", row["计划日期"], 计划编号="2026Q4-K3-1"))
    ended = run_cli("service", "report", copy, "--month", "2026-12", "--out", tmp_path / "月报", "--in-place")
    assert ended.code == 0, ended.err
    plan(branch, copy, tmp_path / "再")
    after = rows_of(tmp_path / "再" / "甲客户服务.xlsx", c.PLAN, ("计划编号", "执行情况"))
    assert {one["计划编号"]: one["执行情况"] for one in after}["2026Q4-K3-1"] == "按期"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("plan", "无此文件", "--quarter", "2026Q4", "--in-place"), "没有“无此文件”"), (("plan", ".", "--quarter", "四季度", "--in-place"), "季度为“四季度”"),
        (("plan", ".", "--quarter", "2026Q4"), "请给出 --out 文件夹"), (("plan", ".", "--quarter", "2026Q4", "--in-place", "--out", "x"), "只能用一个"),
        (("plan", ".", "--quarter", "2026Q4", "--in-place"), "没有找到客户服务工作簿"), (("report", ".", "--month", "2026-13", "--out", "x"), "月份为“2026-13”"),
        (("report", ".", "--month", "2026-09", "--out", "x", "--as-of", "2026-08-31"), "早于2026年9月"), (("card", "无", "--out", "x.xlsx", "--as-of", "2026-09-30"), "没有文件“无”"),
        (("template", "--out", "x.xlsx", "--role", "门卫"), "岗位为“门卫”"), (("template", "--out", "无此夹/x.xlsx"), "写不出结果文件"),
    ],
)  # fmt: skip
def test_what_cannot_run_says_why_in_one_line(tmp_path, arguments, said):
    ended = run_cli("service", *arguments, cwd=tmp_path)
    assert ended.code == 2 and said in ended.err and len(ended.error_lines) == 1 and files_in(tmp_path) == {}
