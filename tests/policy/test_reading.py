"""Versions, dates and what cannot be read, each problem with its cell."""

from datetime import date
from decimal import Decimal

import pytest

from xl_credit.policy.sample import sample_policy
from xl_credit.rules.errors import CreditError
from xl_credit.rules.quarter import Quarter


def only(book):
    read = book.read()
    assert len(read.problems) == 1, [problem.line() for problem in read.problems]
    return read.problems[0]


class TestVersionInForce:
    @pytest.fixture
    def three(self, book):
        book.add_version("2025版", "2025-04-01", "已核定", "王总")
        book.add_version("2026版", "2026-07-01", "已核定", "王总")
        return book.read()

    def test_all_versions_of_a_file_are_read(self, three):
        assert three.problems == ()
        assert [policy.version for policy in three.versions] == ["示例2020", "2025版", "2026版"]

    @pytest.mark.parametrize(
        ("day", "version"),
        [
            (date(2025, 3, 31), "示例2020"),
            (date(2025, 4, 1), "2025版"),
            (date(2026, 6, 30), "2025版"),
            (date(2026, 7, 1), "2026版"),
            (date(2030, 1, 1), "2026版"),
        ],
    )
    def test_a_version_is_in_force_from_its_effective_date_on(self, three, day, version):
        assert three.in_force(day).version == version

    def test_a_quarter_is_rated_by_the_version_in_force_at_its_end(self, three):
        assert three.in_force(Quarter.parse("2026Q2").end).version == "2025版"
        assert three.in_force(Quarter.parse("2026Q3").end).version == "2026版"

    def test_before_the_first_version_there_is_none(self, three):
        with pytest.raises(CreditError, match="没有在2019-12-31有效的政策版本.*示例2020"):
            three.in_force(date(2019, 12, 31))

    def test_a_later_draft_never_beats_an_approved_version(self, book):
        book.add_version("正式", "2025-01-01", "已核定", "王总")
        book.add_version("新草案", "2026-01-01")
        assert book.read().in_force(date(2026, 9, 30)).version == "正式"

    def test_the_latest_draft_serves_where_none_is_approved_and_says_so(self, book):
        book.add_version("新草案", "2026-01-01")
        policy = book.read().in_force(date(2026, 9, 30))
        assert (policy.version, policy.notice) == ("新草案", "示例政策,未经核定")

    def test_a_draft_serves_until_the_approved_version_takes_effect(self, book):
        book.add_version("正式", "2026-07-01", "已核定", "王总")
        read = book.read()
        assert read.in_force(date(2026, 6, 30)).notice == "示例政策,未经核定"
        assert read.in_force(date(2026, 7, 1)).notice == ""

    def test_each_version_has_its_own_figures(self, book):
        book.add_version("二稿", "2021-01-01")
        book.put("其他参数", "数值", "7000", 版本="二稿", 参数="年度授信预算")
        assert [policy.annual_budget for policy in book.read().versions] == [Decimal(5000), Decimal(7000)]

    def test_a_version_with_a_problem_is_left_out_and_the_others_stay(self, book):
        book.add_version("二稿", "2021-01-01")
        book.put("其他参数", "数值", "××", 版本="二稿", 参数="年度授信预算")
        assert [policy.version for policy in book.read().versions] == ["示例2020"]


class TestWhatCannotBeRead:
    @pytest.mark.parametrize(
        ("sheet", "header", "row"),
        [
            ("评分档次", "下限", {"内容": "年交易额", "分值": "17"}),
            ("评分档次", "分值", {"内容": "年交易额", "分值": "17"}),
            ("等级与限额", "赊欠限额", {"A业务等级": "二级"}),
            ("审批权限", "额度上限", {"岗位": "财务副总经理"}),
            ("调整规则", "数值", {"规则": "弄虚作假罚款"}),
            ("其他参数", "数值", {"参数": "日罚息率"}),
            ("版本", "生效日期", {"版本": "示例2020"}),
        ],
    )
    def test_an_unfilled_figure_names_its_cell(self, book, sheet, header, row):
        cell = book.put(sheet, header, "××", **row)
        problem = only(book)
        assert (problem.sheet, problem.cell) == (sheet, cell)
        assert problem.found.endswith("××尚未填写") and problem.effect == "政策不能使用"
        assert book.read().versions == ()

    @pytest.mark.parametrize(
        ("sheet", "header", "value", "row", "allowed"),
        [
            ("评分档次", "分值", "五", {"内容": "年交易额", "分值": "17"}, "数字"),
            ("评分档次", "含下限", "含", {"内容": "年交易额", "分值": "17"}, "是、否"),
            ("等级与限额", "赊欠限额", "30万", {"A业务等级": "二级"}, "数字"),
            ("审批权限", "步骤", "1.5", {"路线": "信用评级", "步骤": "2"}, "不小于0的整数"),
            ("审批权限", "可终审", "可", {"岗位": "财务副总经理"}, "是、否"),
            ("调整规则", "数值", "C", {"规则": "混合业务相等时的类型"}, "A、B"),
            ("调整规则", "数值", "-1", {"规则": "弄虚作假罚款"}, "不小于0的数字"),
            ("账龄与天数", "数值", "60,30", {"参数": "账龄区间上限"}, "由小到大的天数,如 30,60,90,180"),
            ("其他参数", "数值", "5", {"参数": "日罚息率"}, "0到1之间的日利率,如0.0005"),
            ("版本", "状态", "有效", {"版本": "示例2020"}, "草案、已核定"),
            ("版本", "生效日期", "明年", {"版本": "示例2020"}, "日期,如 2026-07-01"),
        ],
    )
    def test_a_wrong_text_names_its_cell_and_what_is_allowed(self, book, *, sheet, header, value, row, allowed):
        cell = book.put(sheet, header, value, **row)
        problem = only(book)
        assert (problem.sheet, problem.cell, problem.allowed) == (sheet, cell, allowed)

    def test_an_unknown_part_names_its_cell(self, book):
        cell = book.put("评分项目", "项目", "信用记录", 项目="不良记录")
        assert only(book).cell == cell

    def test_an_approved_version_says_who_approved_it(self, book):
        cell = book.cell("版本", "核定人", 版本="示例2020")
        book.put("版本", "状态", "已核定", 版本="示例2020")
        assert only(book).cell == cell

    def test_a_figure_given_twice_names_its_second_row(self, book):
        number = book.repeat("其他参数", {"数值": "9000"}, 参数="年度授信预算")
        problem = only(book)
        assert (problem.sheet, problem.cell) == ("其他参数", f"C{number}")
        assert problem.found == "版本“示例2020”的“年度授信预算”有2行"

    def test_a_missing_figure_is_named(self, book):
        book.drop("其他参数", 参数="年度授信预算")
        assert (only(book).sheet, only(book).found) == ("其他参数", "缺少“年度授信预算”")

    def test_an_item_is_scored_by_options_or_by_bands_not_both(self, book):
        book.repeat("评分档次", {"档次": "其他", "上限": ""}, 内容="年交易额", 分值="0")
        assert "既有选项又有数值区间" in only(book).found

    def test_a_row_of_an_unknown_version_is_found(self, book):
        number = book.repeat("其他参数", {"版本": "示例2O20"}, 参数="年度授信预算")
        assert (only(book).cell, only(book).allowed) == (f"A{number}", "示例2020")

    def test_a_version_named_twice_is_used_neither_time(self, book):
        book.repeat("版本", {"生效日期": "2021-01-01"}, 版本="示例2020")
        read = book.read()
        assert [problem.cell for problem in read.problems] == ["A2", "A3"]
        assert read.versions == ()

    def test_one_bad_row_hides_no_other(self, book):
        cells = {book.put("其他参数", "数值", "××", 参数=name) for name in ("年度授信预算", "日罚息率")}
        assert {problem.cell for problem in book.read().problems} == cells


class TestSheets:
    def test_a_missing_sheet_is_named(self, book):
        del book.sheets["等级与限额"]
        assert only(book).found == "缺少工作表“等级与限额”"

    def test_a_missing_column_is_named(self, book):
        book.sheets["等级与限额"][0][5] = "限额"
        assert only(book).found == "缺少列“赊欠限额”"

    def test_a_version_without_rows_in_a_sheet_is_found(self, book):
        del book.sheets["审批权限"][1:]
        assert only(book).found == "版本“示例2020”没有任何行"

    def test_columns_may_stand_in_any_order_below_a_title(self, book):
        for name, rows in book.sheets.items():
            book.sheets[name] = [["公司政策"], [], *(row[::-1] for row in rows)]
        read = book.read()
        assert read.problems == () and read.versions[0].same_figures(sample_policy())

    def test_the_column_of_own_dates_may_be_left_out(self, book):
        for name, rows in book.sheets.items():
            if name != "版本":
                book.sheets[name] = [row[:-1] for row in rows]
        assert book.read().problems == ()
