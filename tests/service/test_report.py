"""``service report``: a month rolled up for each unit and the company; urgent reports routed; totals equal the rows (第六条, 第九条–第十一条)."""

import re
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import build_branch, files_in, record, run_cli
from tests.service.desk import PEOPLE, build_service, client, daily, ratings, rows_of, type_in
from xl_credit.books.book import Book
from xl_credit.books.package import read_package
from xl_credit.forms import service_columns as c
from xl_credit.forms import service_report_columns as k

SEPTEMBER = "2026-09"


def day(number: int, month: int = 9) -> date:
    return date(2026, month, number)


DAILIES = [
    daily("K1", day(3), 日报编号="R1", 意见类别="价格", 客户意见="偏高", 客户希望="按量返利", 市场情况="需求平稳", 洽谈订货=20000),
    daily("K2", day(8), 日报编号="R2", 意见类别="交货", 客户建议="=1+1", 主要问题="破损", 处理过程="补发", 处理结果="已补", 问题状态="已解决"),
    daily("K2", day(9), 日报编号="R3", 竞争对手情况="新设仓库", 主要问题="排产冲突", 问题状态="处理中"),
    daily("K3", day(10), 日报编号="R4", 上报日期=day(13), 附客户卡="否", 主要问题="退货", 问题状态="已上报"),
    daily("K1", day(2, 10), 日报编号="R5"),
]  # fmt: skip
URGENTS = [
    {"报告编号": "J1", "报告日期": day(5), "报告人": "王主管", "客户编码": "K1", "事项类别": "交货", "问题经过": "停产", "答复日期": day(6)},
    {"报告编号": "J2", "报告日期": day(20), "报告人": "王主管", "客户编码": "K2", "事项类别": "货款与信用", "问题经过": "拖款"},
]  # fmt: skip
COMPLAINTS = [
    {"投诉编号": "T1", "受理日期": day(1), "客户编码": "K1", "投诉类型": "服务态度", "投诉内容": "生硬", "结案日期": day(3)},
    {"投诉编号": "T2", "受理日期": day(2), "客户编码": "K2", "投诉类型": "服务态度", "投诉内容": "推诿", "结案日期": day(8)},
    {"投诉编号": "T3", "受理日期": day(29), "客户编码": "K2", "投诉类型": "产品质量", "投诉内容": "色差"},
    {"投诉编号": "T0", "受理日期": day(1, 7), "客户编码": "K3", "投诉类型": "产品质量", "投诉内容": "划伤"},
]  # fmt: skip
SURVEYS = [
    {"调查编号": "D1", "调查日期": day(4), "客户编码": "K1", "产品质量": 5, "交货及时": 4, "价格水平": 3, "服务态度": 5, "技术支持": 4},
    {"调查编号": "D2", "调查日期": day(5), "客户编码": "K2", "产品质量": 2, "交货及时": 2}, {"调查编号": "D0", "调查日期": day(5, 6), "客户编码": "K2", "产品质量": 4},
]  # fmt: skip
GIFTS = [
    {"申请编号": "L1", "申请日期": day(3), "申请人": "李专员", "客户编码": "K1", "赠送事由": "周年", "数量": 2, "单价": 400, "审批结果": "同意", "审批人": "王主管"},
    {"申请编号": "L2", "申请日期": day(4), "申请人": "李专员", "客户编码": "K1", "赠送事由": "试用", "数量": 1, "单价": 100, "实际赠送日期": day(5)},
]  # fmt: skip
SUPPORTS = [
    {"服务编号": "S1", "日期": day(3), "类别": "技术问题", "客户编码": "K1", "内容": "控制器故障", "重大技术问题": "是"},
    {"服务编号": "S2", "日期": day(4), "类别": "技术问题", "客户编码": "K1", "内容": "已转", "重大技术问题": "是", "移交技术部门日期": day(4)},
]


def made(folder: Path) -> Path:
    lists = {c.SUPPORT: SUPPORTS, c.DAILY: DAILIES, c.URGENT: URGENTS, c.COMPLAINTS: COMPLAINTS, c.SURVEYS: SURVEYS, c.GIFTS: GIFTS}
    return build_service(folder / "甲客户服务.xlsx", **lists)


def report(source: Path, out: Path, *more: str | Path):
    return run_cli("service", "report", source, "--month", SEPTEMBER, "--out", out, *more)


@pytest.fixture(scope="module")
def reported(tmp_path_factory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("month")
    made(folder / "来源")
    book = folder / "来源" / "甲客户服务.xlsx"
    for row, (number, code, when) in enumerate([("2026Q3-K1-1", "K1", day(2)), ("2026Q3-K2-1", "K2", day(3)), ("2026Q3-K3-1", "K3", day(15))], 5):
        type_in(book, c.PLAN, row, 计划编号=number, 客户编码=code, 计划日期=when, 巡访人="李专员", 季度="2026Q3")
    type_in(book, c.PLAN, 8, 计划编号="2026Q3-K1-2", 客户编码="K1", 计划日期=day(20), 巡访人="赵专员", 季度="2026Q3")
    ended = report(folder / "来源", folder / "结果", "--ratings", ratings(folder / "2026Q3"))
    assert ended.code == 1 and not ended.has_traceback, ended.err
    return folder / "结果", ended.out + ended.err


def tile(path: Path, name: str, front: str = k.FRONT) -> object:
    rows = Book(path, (front,)).grid(front).rows
    at, column = next((at, column) for at, row in enumerate(rows[:10]) for column, value in enumerate(row) if value == name)
    return rows[at + 1][column]


def unit_report(out: Path) -> Path:
    return out / f"巡访情况报告书_甲_{SEPTEMBER}.xlsx"


def listed(out: Path, sheet: str) -> list[dict]:
    return rows_of(unit_report(out), sheet, k.LISTS[sheet][1])


def test_the_front_page_counts_what_was_planned_made_late_and_missed(reported):
    found = {name: tile(unit_report(reported[0]), name) for name in k.TILES}
    assert {name: found[name] for name in ("计划巡访", "完成", "迟访", "未访", "计划外", "日报", "迟报")} == {
        "计划巡访": 4, "完成": 3, "迟访": 1, "未访": 1, "计划外": 1, "日报": 4, "迟报": 1,
    }  # fmt: skip
    assert {name: found[name] for name in ("意见条数", "新增问题", "已解决", "未解决", "紧急报告", "逾期答复")} == {
        "意见条数": 3, "新增问题": 3, "已解决": 1, "未解决": 2, "紧急报告": 2, "逾期答复": 1,
    }  # fmt: skip
    assert {name: found[name] for name in ("新增投诉", "投诉办结", "投诉逾期", "满意度")} == {"新增投诉": 3, "投诉办结": 2, "投诉逾期": 2, "满意度": 3.1}


def test_every_planned_visit_appears_once_and_the_totals_equal_the_rows(reported):
    visits = listed(reported[0], k.VISITS)
    numbers = [row["计划编号"] for row in visits if row["计划编号"]]
    assert sorted(numbers) == ["2026Q3-K1-1", "2026Q3-K1-2", "2026Q3-K2-1", "2026Q3-K3-1"]
    states = {row["计划编号"] or row["日报"]: row["结果"] for row in visits}
    assert states == {"2026Q3-K1-1": "按期", "2026Q3-K2-1": "迟访", "2026Q3-K3-1": "按期", "2026Q3-K1-2": "未访", "R3": "计划外"}
    assert sum(row["日报"] in ("R1", "R2", "R3", "R4") for row in visits) == tile(unit_report(reported[0]), "日报")
    assert len(listed(reported[0], k.VOICES)) == tile(unit_report(reported[0]), "意见条数")


def test_the_company_s_page_is_the_sum_of_its_units(reported):
    company = reported[0] / f"客户服务汇总_{SEPTEMBER}.xlsx"
    assert [tile(company, name) for name in k.TILES] == [tile(unit_report(reported[0]), name) for name in k.TILES]
    by = rows_of(company, k.FRONT, k.BY_COLUMNS)
    assert [(row["对象"], row["计划"], row["完成"], row["日报"]) for row in by if row["对象"] == "甲"] == [("甲", 4, 3, 4)]


def test_voices_stand_by_category_and_text_that_looks_like_a_formula_stays_text(reported):
    found = [(row["类别"], row["性质"], row["内容"]) for row in listed(reported[0], k.VOICES)]
    assert found == [("价格", "意见", "偏高"), ("价格", "希望", "按量返利"), ("交货", "建议", "=1+1")]


def test_urgent_reports_go_to_the_superior_of_their_matter_with_a_day(reported):
    found = {row["报告编号"]: (row["受理岗位"], row["受理人"], row["情况"]) for row in listed(reported[0], k.URGENTS)}
    assert found == {"J1": ("销售部经理", "贺经理", "按期"), "J2": ("市场部经理", "", "逾期未结")} or found["J2"][1] is None
    assert "市场部经理 (人员表未登记)" in reported[1] and "2026-09-22" in reported[1]


def test_complaints_are_summed_by_type_with_the_time_they_took(reported):
    data = {row["投诉类型"]: (row["件数"], row["平均天数"]) for row in rows_of(unit_report(reported[0]), k.DATA, k.COMPLAINT_DATA)}
    assert data["服务态度"] == (2, 4.0) and data["产品质量"][0] == 2 and data["其他"][0] == 0
    assert {row["投诉编号"]: row["情况"] for row in listed(reported[0], k.COMPLAINTS)} == {"T1": "按期", "T2": "逾期办结", "T3": "办理中", "T0": "逾期未结"}


def test_satisfaction_has_this_month_and_before(reported):
    data = {row["满意度项目"]: (row["本月"], row["此前"]) for row in rows_of(unit_report(reported[0]), k.DATA, k.SURVEY_DATA)}
    assert data["产品质量"] == (3.5, 4.0) and data["技术支持"][0] == 4.0 and not data["技术支持"][1]
    assert {row["客户编码"]: row["关注"] for row in listed(reported[0], k.SATISFACTION)}["K2"] == "须加访"


@pytest.mark.parametrize(
    "said",
    ["没有附客户卡", "日报迟2天", "已上报而没有紧急报告", "800元由客户服务主管王主管审批;允许:销售部经理审批(第六条)", "L2未经批准已于2026-09-05赠送", "重大技术问题“控制器故障”没有移交技术部门"],
)
def test_what_the_articles_ask_for_and_is_missing_is_named(reported, said):
    assert said in reported[1]


def test_the_plan_is_marked_with_what_came_of_it(reported):
    rows = rows_of(reported[0] / "甲客户服务.xlsx", c.PLAN, ("计划编号", "实际日期", "执行情况"))
    assert {row["计划编号"]: row["执行情况"] for row in rows} == {"2026Q3-K1-1": "按期", "2026Q3-K2-1": "迟访", "2026Q3-K3-1": "按期", "2026Q3-K1-2": "未访"}


def test_the_report_has_native_charts_that_follow_the_visitors(reported):
    package = read_package(unit_report(reported[0]))
    charts = [name for name in package.names() if "charts/chart" in name]
    assert len(charts) == 4
    ends = {re.search(rf"{k.FRONT}!\$A\$(\d+):\$A\$(\d+)", package.read(name).decode()).groups() for name in charts if k.FRONT in package.read(name).decode()}
    (first, last), = ends
    assert int(last) - int(first) == 1  # two visitors


def test_a_second_run_changes_nothing_and_opinions_in_the_report_stay(reported, tmp_path):
    out = reported[0]
    source = out.parent / "来源"
    before = files_in(out)
    report(source, out, "--ratings", out.parent / "2026Q3")
    assert files_in(out) == before
    row = listed(out, k.PROBLEMS)[0]["row"]
    type_in(unit_report(out), k.PROBLEMS, row, 处理意见="限期解决")
    report(source, out, "--ratings", out.parent / "2026Q3")
    assert [one["处理意见"] for one in rows_of(unit_report(out), k.PROBLEMS, ("日报", "处理意见"))].count("限期解决") == 1


def test_the_page_goes_into_the_head_office_workbook_and_the_rest_of_it_stays(reported, tmp_path, branches, regenerate):
    regenerate(branches, out=tmp_path / "总部")
    target = tmp_path / "总部" / "总部汇总.xlsx"
    before = {name: read_package(target).read(name) for name in read_package(target).names() if "worksheets/sheet" in name and "_rels" not in name}
    ended = report(reported[0].parent / "来源", tmp_path / "月报", "--into", target)
    assert ended.code == 1, ended.err
    after = read_package(target)
    assert all(after.read(name) == data for name, data in before.items())
    assert tile(target, "计划巡访", k.HEAD_OFFICE_FRONT) == 4
    regenerate(branches, out=tmp_path / "总部")
    assert tile(target, "计划巡访", k.HEAD_OFFICE_FRONT) == 4


def test_collections_around_visits_come_from_the_ledger(tmp_path):
    from xl_credit.forms.receivables_workbook import build_receivables_workbook
    from xl_credit.policy.sample import sample_policy

    build_branch(tmp_path / "2026Q3" / "甲.xlsx", [record("K1")])
    ledgers = {
        "发货台账": [{"发货单号": "F1", "客户编码": "K1", "发货日期": day(20, 7), "金额": 1000}, {"发货单号": "F2", "客户编码": "K1", "发货日期": day(10, 8), "金额": 3000}],
        "回款台账": [{"回款单号": "H1", "客户编码": "K1", "回款日期": day(20, 8), "金额": 700}],
    }  # fmt: skip
    build_receivables_workbook(tmp_path / "2026Q3" / "甲台账.xlsx", sample_policy(), ledgers=ledgers, spare_rows=2)
    build_service(tmp_path / "甲客户服务.xlsx", **{c.DAILY: [daily("K1", day(5, 8)), daily("K1", day(7, 9))]})
    ended = report(tmp_path / "甲客户服务.xlsx", tmp_path / "月报", "--ratings", tmp_path / "2026Q3")
    (row,) = listed(tmp_path / "月报", k.EFFECTS)
    assert ended.code < 2 and (row["前期发货"], row["后期发货"], row["前期回款"], row["后期回款"], row["观察"]) == (1000, 3000, 0, 700, "已满期")


def test_two_files_of_one_unit_are_refused(tmp_path):
    build_service(tmp_path / "甲客户服务.xlsx")
    build_service(tmp_path / "客户服务_甲.xlsx")
    ended = report(tmp_path, tmp_path / "月报")
    assert ended.code == 2 and "是同一个营业单位" in ended.err


def test_a_bad_cell_costs_its_own_row_and_is_named(tmp_path):
    build_service(tmp_path / "甲客户服务.xlsx", **{c.DAILY: [daily("K1", day(1)) | {"巡访日期": "9月31日"}, daily("K2", day(2), 合作态度="还行")]})
    ended = report(tmp_path, tmp_path / "月报")
    assert "巡访日报!B5:巡访日期值为“9月31日”" in ended.err and "合作态度为“还行”;允许:非常配合、配合、不配合" in ended.err
    assert tile(unit_report(tmp_path / "月报"), "日报") == 1


def test_a_sheet_whose_columns_are_gone_is_named_and_the_others_count(tmp_path):
    path = build_service(tmp_path / "甲客户服务.xlsx", **{c.DAILY: [daily("K1", day(1))]})
    book = Book(path, (c.COMPLAINTS,))
    book.sheet(c.COMPLAINTS).set(4, 1, "日子")
    book.save(path)
    ended = report(tmp_path, tmp_path / "月报")
    assert "缺少列“受理日期”" in ended.err and tile(unit_report(tmp_path / "月报"), "日报") == 1


def test_the_technicians_of_every_region_are_counted(tmp_path):
    build_service(tmp_path / "甲客户服务.xlsx", **{c.PEOPLE: list(PEOPLE)[:-1], c.CLIENTS: [client("K1"), client("K2", 地区="西")]})
    ended = report(tmp_path, tmp_path / "月报")
    assert "地区“东”有技术人员11名;允许:每地区12名(第七条)" in ended.err and "地区“西”有技术人员0名" in ended.err
    rows = listed(tmp_path / "月报", k.STAFF)
    assert {(row["对象"], row["情况"]) for row in rows} >= {("东", "11名,缺1名"), ("西", "0名,缺12名")}


def test_one_workbook_that_cannot_be_used_does_not_stop_the_others(tmp_path):
    made(tmp_path)
    (tmp_path / "乙客户服务.xlsx").write_bytes(b"PK not a workbook")
    (tmp_path / "丙客户服务.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook\0".encode("utf-16-le"))
    ended = report(tmp_path, tmp_path / "月报")
    assert "不支持旧格式 .xls" in ended.err and "丙客户服务.xls" in ended.err
    assert ended.code == 1 and "乙客户服务.xlsx" in ended.err and "该单位未处理" in ended.err
    assert tile(unit_report(tmp_path / "月报"), "日报") == 4


def test_no_workbook_that_can_be_used_ends_the_run_in_one_line(tmp_path):
    (tmp_path / "乙客户服务.xlsx").write_bytes(b"PK not a workbook")
    ended = report(tmp_path, tmp_path / "月报")
    assert ended.code == 2 and len(ended.error_lines) == 1 and not ended.has_traceback


def test_without_ratings_the_grades_given_last_stand(reported, tmp_path):
    source = reported[0] / "甲客户服务.xlsx"
    columns = ("客户编码", "服务等级", "年交易额")
    run_cli("service", "report", source, "--month", SEPTEMBER, "--out", tmp_path / "月报", cwd=tmp_path)
    assert rows_of(tmp_path / "月报" / "甲客户服务.xlsx", c.GRADES, columns) == rows_of(source, c.GRADES, columns)


def test_ratings_are_found_in_folders_named_after_their_quarter(tmp_path):
    build_service(tmp_path / "客户服务" / "甲客户服务.xlsx")
    ratings(tmp_path / "2026Q3结果")
    ratings(tmp_path / "2026Q4", "2026Q4")  # later than the month: not known then
    run_cli("service", "report", tmp_path / "客户服务", "--month", SEPTEMBER, "--out", tmp_path / "月报")
    grades = rows_of(tmp_path / "月报" / "甲客户服务.xlsx", c.GRADES, ("客户编码", "年交易额"))
    assert {row["客户编码"]: row["年交易额"] for row in grades} == {"K1": 1200, "K2": 700, "K3": 90}


def test_what_a_role_is_sent_holds_everything_and_only_its_cells_are_open(reported, tmp_path):
    out = tmp_path / "甲客户服务.xlsx"
    ended = run_cli("service", "template", "--from", reported[0] / "甲客户服务.xlsx", "--role", "客户服务专员", "--out", out)
    assert ended.code == 0, ended.err
    for sheet, columns in ((c.DAILY, ("日报编号", "巡访日期", "客户意见")), (c.COMPLAINTS, ("投诉编号", "结案日期")), (c.PLAN, c.PLAN_ORDER), (c.GRADES, c.GRADE_COLUMNS)):
        assert rows_of(out, sheet, columns) == rows_of(reported[0] / "甲客户服务.xlsx", sheet, columns), sheet
    again = run_cli("service", "report", out, "--month", SEPTEMBER, "--out", tmp_path / "月报", "--ratings", reported[0].parent / "2026Q3")
    assert again.code == 1 and [tile(unit_report(tmp_path / "月报"), name) for name in k.TILES] == [tile(unit_report(reported[0]), name) for name in k.TILES]


def test_a_number_that_stands_twice_is_named_and_both_rows_count(tmp_path):
    build_service(tmp_path / "甲客户服务.xlsx", **{c.DAILY: [daily("K1", day(1), 日报编号="R1"), daily("K2", day(2), 日报编号="R1")]})
    ended = report(tmp_path, tmp_path / "月报")
    assert "巡访日报!A6:日报编号“R1”与A5重复" in ended.err and tile(unit_report(tmp_path / "月报"), "日报") == 2


def test_the_report_names_who_makes_it_up_and_who_gets_it(reported):
    note = Book(unit_report(reported[0]), (k.FRONT,)).grid(k.FRONT).rows[1][0]
    assert "填制:客户服务主管王主管  提交:销售部经理贺经理" in note and "2026年9月" in note


def test_a_later_day_of_judgement_brings_nothing_of_the_next_month_in(tmp_path):
    urgent = {"报告编号": "J9", "报告日期": day(3, 10), "报告人": "王主管", "客户编码": "K1", "事项类别": "交货", "问题经过": "下月的"}
    complaint = {"投诉编号": "T9", "受理日期": day(4, 10), "客户编码": "K1", "投诉类型": "其他", "投诉内容": "下月的"}
    late = {"投诉编号": "T8", "受理日期": day(28), "客户编码": "K1", "投诉类型": "服务态度", "投诉内容": "本月的", "结案日期": day(9, 10)}
    lists = {c.DAILY: [daily("K1", day(2), 主要问题="旧", 问题状态="处理中"), daily("K2", day(2), 主要问题="无"), daily("K1", day(5, 10), 主要问题="新", 问题状态="处理中")], c.URGENT: [urgent], c.COMPLAINTS: [late, complaint]}
    build_service(tmp_path / "甲客户服务.xlsx", **lists)
    report(tmp_path, tmp_path / "月报", "--as-of", "2026-10-31")
    assert listed(tmp_path / "月报", k.URGENTS) == [] and [row["情况"] for row in listed(tmp_path / "月报", k.COMPLAINTS)] == ["逾期办结"]
    assert (tile(unit_report(tmp_path / "月报"), "日报"), tile(unit_report(tmp_path / "月报"), "新增问题")) == (2, 1)


def test_a_problem_that_came_up_earlier_is_not_new_again(tmp_path):
    lists = {c.DAILY: [daily("K1", day(20, 8), 主要问题="错票", 问题状态="处理中"), daily("K1", day(3), 主要问题="错票", 问题状态="已解决")]}
    build_service(tmp_path / "甲客户服务.xlsx", **lists)
    report(tmp_path, tmp_path / "月报")
    assert [tile(unit_report(tmp_path / "月报"), name) for name in ("新增问题", "已解决", "未解决")] == [0, 1, 0]


def test_a_rating_workbook_is_no_service_workbook(tmp_path):
    path = build_branch(tmp_path / "甲.xlsx", [record("K1")])
    before = files_in(tmp_path)
    for arguments in (("plan", path, "--quarter", "2026Q4", "--in-place"), ("report", path, "--month", SEPTEMBER, "--in-place", "--out", tmp_path)):
        ended = run_cli("service", *arguments)
        assert ended.code == 2 and "没有工作表“客户档案”" in ended.err and files_in(tmp_path) == before
