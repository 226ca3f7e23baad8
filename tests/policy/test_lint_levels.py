"""Findings about levels, limits and approval routes."""

import pytest


class TestLevels:
    def test_a_gap_between_levels_is_found(self, book):
        cell = book.put("等级与限额", "得分下限", "75", A业务等级="二级")
        problem = book.only()
        assert problem.cell == cell and "空出不小于70且小于75的数" in problem.found

    def test_overlapping_levels_are_found(self, book):
        book.put("等级与限额", "得分上限", "82", A业务等级="二级")
        problem = book.only()
        assert problem.cell == book.cell("等级与限额", "得分下限", A业务等级="一级") and "不小于80且小于82" in problem.found

    def test_a_top_level_that_ends_at_100_leaves_100_points_without_level(self, book):
        cell = book.put("等级与限额", "得分上限", "100", A业务等级="特级")
        assert book.only().cell == cell

    def test_a_bottom_level_that_begins_at_0_is_as_good_as_open(self, book):
        book.put("等级与限额", "得分下限", "0", A业务等级="四级")
        assert book.findings() == ()

    @pytest.mark.parametrize("column", ["A业务等级", "B业务等级"])
    def test_a_level_without_name_is_found(self, book, column):
        cell = book.put("等级与限额", column, "", 得分下限="70")
        assert book.only().cell == cell

    @pytest.mark.parametrize(("column", "name"), [("A业务等级", "一级"), ("B业务等级", "二级")])
    def test_a_level_name_used_twice_for_a_business_type_is_found(self, book, column, name):
        cell = book.put("等级与限额", column, name, 得分下限="70")
        problem = book.only()
        assert problem.cell == cell and f"“{name}”重复" in problem.found

    def test_a_level_without_limit_is_found(self, book):
        cell = book.put("等级与限额", "赊欠限额", "", A业务等级="二级")
        problem = book.only()
        assert (problem.cell, problem.found) == (cell, "赊欠限额为空")

    @pytest.mark.parametrize("limit", ["50", "60"])
    def test_a_limit_that_does_not_fall_with_the_level_is_found(self, book, limit):
        cell = book.put("等级与限额", "赊欠限额", limit, A业务等级="二级")
        problem = book.only()
        assert problem.cell == cell and f"限额{limit}万元,不低于上一级的50万元" in problem.found

    def test_a_negative_limit_is_found(self, book):
        cell = book.put("等级与限额", "赊欠限额", "-1", A业务等级="四级")
        assert book.only().cell == cell


class TestRoutes:
    def test_a_limit_that_nobody_may_decide_is_found_at_the_limit(self, book):
        book.put("审批权限", "额度上限", "70", 路线="授信审批", 岗位="总经理")
        problem = book.only()
        assert (problem.sheet, problem.cell) == ("等级与限额", book.cell("等级与限额", "赊欠限额", 赊欠限额="80"))
        assert problem.found == "额度80万元、期限90天没有有权审批人" and problem.effect == "相应客户没有有权审批人"

    def test_a_longer_term_that_nobody_may_decide_is_found(self, book):
        book.put("审批权限", "期限上限", "180", 路线="授信审批", 岗位="总经理")
        findings = book.findings()
        assert len(findings) == 5 and all("期限181天" in problem.found for problem in findings)

    def test_the_amount_below_level_four_needs_an_approver(self, book):
        cell = book.put("其他参数", "数值", "6", 参数="低于四级额度上限")
        problem = book.only()
        assert (problem.cell, problem.article) == (cell, "第十条(6)")

    @pytest.mark.parametrize("route", ["信用评级", "授信审批", "四级以下授信"])
    def test_a_missing_route_is_named(self, book, route):
        rows = book.sheets["审批权限"]
        rows[:] = [row for row in rows if row[1] != route]
        assert book.only().found == f"缺少路线“{route}”"

    def test_an_unknown_route_is_found(self, book):
        number = book.repeat("审批权限", {"路线": "特批"}, 路线="授信审批")
        assert book.only().cell == f"B{number}"

    def test_a_step_number_used_twice_is_found(self, book):
        cell = book.put("审批权限", "步骤", "3", 路线="授信审批", 步骤="4")
        problem = book.only()
        assert problem.cell == cell and "此处应为4" in problem.allowed

    def test_a_skipped_step_number_is_found(self, book):
        cell = book.put("审批权限", "步骤", "7", 路线="授信审批", 步骤="6")
        assert book.only().cell == cell

    def test_a_step_without_post_is_found(self, book):
        cell = book.put("审批权限", "岗位", "", 路线="信用评级", 步骤="2")
        assert book.only().cell == cell

    def test_authority_that_shrinks_along_the_route_is_found(self, book):
        book.put("审批权限", "额度上限", "90", 路线="授信审批", 岗位="财务副总经理")
        cell = book.put("审批权限", "额度上限", "80", 路线="授信审批", 岗位="总经理")
        problem = book.only()
        assert problem.cell == cell and "低于前一审批人财务副总经理的90万元" in problem.found

    def test_a_capped_step_after_an_uncapped_one_is_found(self, book):
        book.put("审批权限", "期限上限", "", 路线="授信审批", 岗位="财务副总经理")
        cell = book.put("审批权限", "期限上限", "90", 路线="授信审批", 岗位="总经理")
        assert "不限" in book.found_at("审批权限", cell)[0].found
