"""第四条(1): customers graded for service by 性质, 规模, 销售额 and 发展趋势."""

from decimal import Decimal as D

import pytest

from xl_credit.policy.service import sample_service
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.service_grading import grade, grade_of, growth

POLICY = sample_service()
Q3 = Quarter(2026, 3)
Q2, Q1 = Q3.previous, Q3.previous.previous


@pytest.mark.parametrize(
    ("sales", "points"),
    [("1000", 100), ("999.999999", 85), ("600", 85), ("599.99", 65), ("300", 65), ("299.99", 45), ("100", 45), ("99.99", 20), ("0", 20), ("-5", 20)],
)
def test_a_band_of_sales_begins_with_its_lower_bound(sales, points):
    assert grade(POLICY, "经销商", "大型", D(sales), None).points[2] == points


@pytest.mark.parametrize(
    ("moved", "points"),
    [("0.1", 100), ("0.0999", 80), ("0.02", 80), ("0.0199", 60), ("0", 60), ("-0.02", 60), ("-0.0201", 40), ("-0.1", 40), ("-0.1001", 20), (None, 60)],
)
def test_a_band_of_the_trend_begins_with_its_lower_bound(moved, points):
    assert grade(POLICY, "经销商", "大型", D(500), None if moved is None else D(moved)).points[3] == points


def test_the_score_is_the_weighted_sum_and_says_how_it_came_about():
    one = grade(POLICY, "零售商", "中型", D(700), D("0.05"))  # 60×20% + 75×20% + 85×40% + 80×20%
    assert (one.points, one.score, one.grade.name, one.unknown) == ((60, 75, 85, 80), D("77.00"), "乙级", ())
    assert one.basis == "性质零售商 60分×20% + 规模中型 75分×20% + 销售额700万元 85分×40% + 发展趋势+5.0% 80分×20% = 77分"


@pytest.mark.parametrize(("score", "name"), [("100", "甲级"), ("80", "甲级"), ("79.99", "乙级"), ("65", "乙级"), ("64.99", "丙级"), ("50", "丙级"), ("49.99", "丁级"), ("0", "丁级")])
def test_a_grade_begins_with_its_lower_bound(score, name):
    assert grade_of(POLICY, D(score)).name == name


def test_what_is_not_known_counts_nothing_and_is_named():
    one = grade(POLICY, "", "大型", None, None)
    assert one.unknown == ("性质", "销售额") and one.points[:3] == (0, 100, 0) and "性质未填 0分" in one.basis


def test_growth_is_over_the_earliest_of_the_last_quarters():
    sales = {Q3: D(121), Q2: D(110), Q1: D(100)}
    assert growth(sales, Q3, 4) == D("0.2100") and growth(sales, Q3, 1) == D("0.1000")


@pytest.mark.parametrize("sales", [{}, {Q3: D(100)}, {Q2: D(100)}, {Q3: D(100), Q2: D(0)}, {Q3: D(100), Q2: D(-5)}])
def test_without_an_earlier_amount_above_nothing_there_is_no_growth(sales):
    assert growth(sales, Q3, 4) is None


def test_a_fall_to_nothing_is_minus_one():
    assert growth({Q3: D(0), Q2: D(80)}, Q3, 4) == D("-1.0000")
