"""Each finding, by changing the sample and looking for the changed cell among the findings."""

import pytest

from xl_credit.policy.sample import sample_policy

SALES = {"内容": "年交易额"}


def test_the_sample_policy_has_no_finding(book):
    assert book.findings() == ()


def test_the_sample_has_the_items_that_the_regulation_lists_in_its_order():
    names = {part: [item.name for item in items] for part, items in sample_policy().items_of.items()}
    assert names == {
        "法律资质": ["营业执照", "税务登记证", "特殊行业许可证", "一般纳税人资格证", "商标许可证", "合同订单", "委托加工证明"],
        "其他资质": ["ISO9000认证", "ISO14000认证", "银行信用级别", "纳税信用级别"],
        "交易金额": ["年交易额"],
        "赢利贡献": ["年赢利额"],
        "回款总额": ["年回款额"],
        "主观评价": ["合作态度", "客户产品销售状况", "企业经营状态", "企业设立年限", "员工平均工资水平"],
        "不良记录": ["拖延回款", "对账不良记录"],
    }
    assert {item.name for item in sample_policy().items if item.bands} == {"年交易额", "年赢利额", "年回款额", "企业设立年限"}


def test_a_problem_met_in_reading_is_among_the_findings(book):
    cell = book.put("其他参数", "数值", "××", 参数="年度授信预算")
    assert book.only().cell == cell


class TestBands:
    def test_a_gap_is_named_with_both_cells_and_the_numbers_missed(self, book):
        cell = book.put("评分档次", "下限", "650", 分值="17", **SALES)
        problem = book.only()
        other = book.cell("评分档次", "上限", 分值="15", **SALES)
        assert (problem.sheet, problem.cell) == ("评分档次", cell)
        assert problem.found == f"“年交易额”的{other}与{cell}之间空出不小于600且小于650的数"
        assert (problem.article, problem.effect) == ("第七条(3)③", "落在空档的客户无法评分")

    def test_an_overlap_is_named_with_both_cells_and_the_numbers_held_twice(self, book):
        cell = book.put("评分档次", "下限", "550", 分值="17", **SALES)
        other = book.cell("评分档次", "上限", 分值="15", **SALES)
        assert book.only().found == f"“年交易额”的{other}与{cell}重叠,不小于550且小于600的数有两档"

    def test_a_bound_that_both_bands_hold_is_held_twice(self, book):
        book.put("评分档次", "含上限", "是", 分值="15", **SALES)
        assert "恰为600的数有两档" in book.only().found

    def test_a_bound_that_neither_band_holds_is_a_gap(self, book):
        book.put("评分档次", "含下限", "否", 分值="17", **SALES)
        assert "空出恰为600的数" in book.only().found

    def test_a_band_within_another_overlaps_it_and_hides_no_gap(self, book):
        number = book.repeat("评分档次", {"下限": "650", "上限": "700"}, 分值="17", **SALES)
        problem = book.only()
        assert problem.cell == f"E{number}" and "不小于650且小于700的数有两档" in problem.found

    def test_the_lowest_band_must_be_open(self, book):
        cell = book.put("评分档次", "下限", "-100", 分值="0", **SALES)
        problem = book.only()
        assert problem.cell == cell and "没有包含不大于-100的档次" in problem.found

    def test_the_highest_band_must_be_open(self, book):
        cell = book.put("评分档次", "上限", "9999", 分值="20", **SALES)
        problem = book.only()
        assert problem.cell == cell and "没有包含不小于9999的档次" in problem.found

    def test_a_band_whose_bounds_are_swapped_holds_nothing(self, book):
        book.put("评分档次", "下限", "800", 分值="17", **SALES)
        cell = book.put("评分档次", "上限", "600", 分值="17", **SALES)
        assert "下限800与上限600之间没有数" in book.found_at("评分档次", cell.replace("G", "E"))[0].found

    def test_points_that_fall_as_the_amount_rises_are_found(self, book):
        cell = book.put("评分档次", "分值", "14", 分值="17", **SALES)
        problem = book.only()
        assert problem.cell == cell
        assert problem.found == "“年交易额”不小于600且小于800得14分,少于较低一档的15分"

    def test_years_in_business_are_checked_like_amounts(self, book):
        cell = book.put("评分档次", "下限", "6", 内容="企业设立年限", 分值="3")
        assert book.only().cell == cell


class TestOptions:
    def test_a_repeated_option_is_found(self, book):
        cell = book.put("评分档次", "档次", "配合", 内容="合作态度", 分值="2")
        problem = book.only()
        assert problem.cell == cell and "选项“配合”重复" in problem.found

    def test_an_option_without_text_is_found(self, book):
        cell = book.put("评分档次", "档次", " ", 内容="合作态度", 分值="2")
        assert book.only().cell == cell

    def test_a_text_that_still_has_its_crosses_is_found(self, book):
        cell = book.put("等级与限额", "A业务等级", "××", A业务等级="特级")
        problem = book.only()
        assert problem.cell == cell and "尚未填写" in problem.found

    def test_a_multiplication_sign_in_a_remark_is_none(self, book):
        book.put("其他参数", "说明", "甲×乙", 参数="年度授信预算")
        assert book.findings() == ()


class TestPartsAndItems:
    def test_points_above_a_parts_range_are_found(self, book):
        book.put("评分档次", "分值", "3", 内容="合作态度", 档次="非常配合")
        problem = book.only()
        assert problem.cell == book.cell("评分项目", "最高分", 项目="主观评价")
        assert problem.found == "“主观评价”最高分为15分,各项内容的最高分合计16分"

    def test_points_that_do_not_reach_down_to_a_parts_lowest_are_found(self, book):
        book.put("评分档次", "分值", "-1", 内容="对账不良记录", 档次="拒绝对账")
        assert book.only().cell == book.cell("评分项目", "最低分", 项目="不良记录")

    def test_band_points_are_held_to_their_parts_range(self, book):
        cell = book.put("评分项目", "最低分", "0", 项目="回款总额")
        problem = book.only()
        assert problem.cell == cell and "各项内容的最低分合计5分" in problem.found

    def test_highest_points_that_do_not_add_to_100_are_found(self, book):
        book.put("评分档次", "分值", "21", 分值="20", **SALES)
        book.put("评分项目", "最高分", "21", 项目="交易金额")
        problem = book.only()
        assert problem.found == "除“不良记录”外各项最高分合计101分" and problem.allowed == "100分"

    def test_a_missing_part_is_named(self, book):
        book.drop("评分项目", 项目="其他资质")
        assert "缺少项目“其他资质”" in [problem.found for problem in book.findings()]

    def test_a_repeated_part_is_found_at_its_second_row(self, book):
        number = book.repeat("评分项目", {}, 项目="其他资质")
        assert "重复" in book.found_at("评分项目", f"B{number}")[0].found

    def test_items_out_of_order_are_found_where_the_order_breaks(self, book):
        first = book.cell("评分档次", "内容", 内容="营业执照")
        rows = book.sheets["评分档次"]
        rows[1:4], rows[4:7] = rows[4:7], rows[1:4]
        problem = book.only()
        assert problem.cell == first and problem.allowed.startswith("营业执照、税务登记证")

    def test_a_missing_item_is_named(self, book):
        for _ in range(2):
            book.drop("评分档次", 内容="委托加工证明")
        assert "“法律资质”缺少内容“委托加工证明”" in [problem.found for problem in book.findings()]

    def test_a_part_without_any_item_is_named(self, book):
        for _ in range(8):
            book.drop("评分档次", **SALES)
        assert "“交易金额”缺少内容“年交易额”" in [problem.found for problem in book.findings()]

    def test_an_item_too_many_is_found_at_its_row(self, book):
        number = book.repeat("评分档次", {"内容": "环保证明", "分值": "0"}, 内容="营业执照")
        assert book.only().cell == f"C{number}"

    def test_an_amount_scored_by_options_is_found(self, book):
        for points in ("0", "5", "10", "12", "15", "17", "19", "20"):
            book.put("评分档次", "下限", "", 分值=points, **SALES)
            book.put("评分档次", "上限", "", 分值=points, **SALES)
        cell = book.cell("评分档次", "下限", **SALES)
        assert book.found_at("评分档次", cell)[0].found == "“年交易额”按选项评分"

    def test_a_state_scored_by_bands_is_found(self, book):
        for option, lower, upper in (("不配合", "", "1"), ("配合", "1", "2"), ("非常配合", "2", "")):
            row = {"内容": "合作态度", "档次": option}
            book.put("评分档次", "下限", lower, **row)
            book.put("评分档次", "上限", upper, **row)
            book.put("评分档次", "含下限", "是", **row)
            book.put("评分档次", "含上限", "否", **row)
        assert book.only().found == "“合作态度”按数值评分"


class TestVersionsAndFigures:
    def test_a_row_dated_otherwise_than_its_version_is_found(self, book):
        cell = book.put("等级与限额", "生效日期", "2021-01-01", A业务等级="二级")
        problem = book.only()
        assert (problem.sheet, problem.cell, problem.effect) == ("等级与限额", cell, "按版本的生效日期采用")

    @pytest.mark.parametrize("value", ["", "同上", "2020年1月1日"])
    def test_a_row_may_leave_its_date_out_or_write_it_in_words(self, book, value):
        book.put("等级与限额", "生效日期", value, A业务等级="二级")
        assert book.findings() == ()

    def test_two_versions_of_one_date_and_status_are_found(self, book):
        book.add_version("二稿", "2020-01-01")
        assert book.only().cell == "B3"

    def test_a_draft_and_an_approved_version_may_share_a_date(self, book):
        book.add_version("正式", "2020-01-01", "已核定", "王总")
        assert book.findings() == ()

    def test_a_fault_is_found_in_the_version_that_has_it(self, book):
        book.add_version("二稿", "2021-01-01")
        cell = book.put("等级与限额", "赊欠限额", "90", 版本="二稿", A业务等级="二级")
        assert book.only().cell == cell

    @pytest.mark.parametrize(
        ("name", "value"),
        [("不参与评级的新客户月数", "9"), ("视同全年的新客户月数", "13"), ("全年折算天数", "364")],
    )
    def test_an_implausible_figure_is_found_at_its_cell(self, book, name, value):
        cell = book.put("调整规则", "数值", value, 规则=name)
        assert book.only().cell == cell

    @pytest.mark.parametrize("days", ["360", "366"])
    def test_other_ways_to_count_a_year_are_allowed(self, book, days):
        book.put("调整规则", "数值", days, 规则="全年折算天数")
        assert book.findings() == ()

    @pytest.mark.parametrize("name", ["主观评价下调级数", "业务员垫支下调级数"])
    def test_a_negative_drop_is_found(self, book, name):
        cell = book.put("调整规则", "数值", "-1", 规则=name)
        assert book.only().cell == cell
