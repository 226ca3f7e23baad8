"""第七条(2)(3): part scores at, below and above every threshold."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from xl_credit.rules.errors import CreditError
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.records import PartScores
from xl_credit.rules.scoring import (
    annualised,
    annualised_days,
    bad_record_score,
    collection_score,
    legal_score,
    other_score,
    part_scores,
    profit_score,
    sales_score,
    subjective_score,
    total_score,
)

FEN = Decimal("0.000001")
SALES_POINTS, SALES_BOUNDS = (20, 19, 17, 15, 12, 10, 5), (1000, 800, 600, 400, 200, 100)
PROFIT_POINTS, PROFIT_BOUNDS = (20, 18, 15, 10, 8, 6, 5), (200, 150, 100, 60, 30, 10)
COLLECTION_POINTS = (30, 25, 22, 20, 15, 10, 5)


def around(bounds, points):
    """(amount, points) just below, at and just above each threshold, by the words 超过, 低于 of the tables."""
    cases = []
    for place, bound in enumerate(bounds):
        above, below = points[place], points[place + 1]
        at = points[1] if place == 0 else above  # 「超过」 the first threshold is strict; the others belong to the better band
        cases += [(Decimal(bound) - FEN, below), (Decimal(bound), at), (Decimal(bound) + FEN, above)]
    return cases


@pytest.mark.parametrize(("amount", "points"), around(SALES_BOUNDS, SALES_POINTS))
def test_sales_around_every_threshold(policy, amount, points):
    assert sales_score(policy, amount) == points


@pytest.mark.parametrize(("amount", "points"), around(PROFIT_BOUNDS, PROFIT_POINTS))
def test_profit_around_every_threshold(policy, amount, points):
    assert profit_score(policy, amount) == points


@pytest.mark.parametrize(("amount", "points"), around(SALES_BOUNDS, COLLECTION_POINTS))
def test_collections_around_every_threshold(policy, amount, points):
    assert collection_score(policy, amount) == points


@pytest.mark.parametrize(("amount", "points"), [(FEN, 5), (Decimal(0), 0), (-FEN, 0), (Decimal(-500), 0)])
def test_no_sales_and_no_profit_score_nothing(policy, amount, points):
    assert sales_score(policy, amount) == points
    assert profit_score(policy, amount) == points


@pytest.mark.parametrize("amount", [Decimal(0), Decimal(-1), FEN])
def test_collections_never_score_below_5(policy, amount):
    assert collection_score(policy, amount) == 5


@pytest.mark.parametrize(("place", "points"), list(enumerate([2, 1, 1, 2, 1, 2, 1])))
def test_each_licence_scores_alone(policy, place, points):
    licences = ["无"] * 7
    licences[place] = "具备"
    assert legal_score(policy, licences) == points


@pytest.mark.parametrize("place", range(4))
def test_a_licence_held_but_not_inspected_scores_nothing(policy, place):
    licences = ["无"] * 7
    licences[place] = "未年检"
    assert legal_score(policy, licences) == 0


@pytest.mark.parametrize("place", [4, 5, 6])
def test_the_last_three_papers_know_no_inspection(policy, place):
    licences = ["无"] * 7
    licences[place] = "未年检"
    with pytest.raises(CreditError, match="允许:具备、无"):
        legal_score(policy, licences)


def test_all_licences_score_10_and_none_score_0(policy):
    assert legal_score(policy, ["具备"] * 7) == 10
    assert legal_score(policy, ["无"] * 7) == 0


@pytest.mark.parametrize(("place", "points"), list(enumerate([2, 1, 1, 1])))
def test_each_certificate_scores_alone_and_only_if_inspected(policy, place, points):
    for state, expected in (("具备", points), ("未年检", 0)):
        certificates = ["无"] * 4
        certificates[place] = state
        assert other_score(policy, certificates) == expected


def test_an_unknown_state_names_item_state_and_what_is_allowed(policy):
    with pytest.raises(CreditError) as caught:
        legal_score(policy, ["有", *["无"] * 6])
    assert str(caught.value) == "营业执照为“有”;允许:具备、未年检、无(第七条(3)①)"


def test_a_wrong_number_of_states_raises(policy):
    with pytest.raises(CreditError, match="法律资质给出6项;允许:7项"):
        legal_score(policy, ["具备"] * 6)


WORST = ("不配合", "较差", "半停产", "比较低")


@pytest.mark.parametrize(
    ("place", "state", "points"),
    [
        (0, "配合", 1), (0, "非常配合", 2),
        (1, "普通", 1), (1, "良好", 2), (1, "非常好", 5),
        (2, "一般", 1), (2, "满负荷", 2),
        (3, "普通", 1), (3, "比较高", 2), (3, "非常高", 3),
    ],
)  # fmt: skip
def test_each_opinion_scores_alone(policy, place, state, points):
    states = list(WORST)
    states[place] = state
    assert subjective_score(policy, states, Decimal(0)) == points


@pytest.mark.parametrize(
    ("years", "points"),
    [("0", 0), ("0.99", 0), ("1", 1), ("2.99", 1), ("3", 2), ("5", 2), ("5.01", 3), ("100", 3)],
)
def test_years_in_business_around_every_threshold(policy, years, points):
    assert subjective_score(policy, WORST, Decimal(years)) == points


def test_the_best_opinions_make_15(policy):
    assert subjective_score(policy, ("非常配合", "非常好", "满负荷", "非常高"), Decimal(6)) == 15


@pytest.mark.parametrize(
    ("late", "reconciliation", "points"),
    [
        ("无", "无", 0),
        ("客户不按照合同约定结算", "无", -1),
        ("客户承诺后也未按期付款", "无", -2),
        ("无", "被迫对账", -1),
        ("无", "拒绝对账", -3),
        ("客户承诺后也未按期付款", "拒绝对账", -5),
    ],
)
def test_bad_records_take_points_off(policy, late, reconciliation, points):
    assert bad_record_score(policy, (late, reconciliation)) == points


@pytest.mark.parametrize(
    ("parts", "total"),
    [
        ((10, 5, 20, 20, 30, 15, 0), 100),
        ((10, 5, 20, 20, 30, 15, -5), 95),
        ((0, 0, 0, 0, 5, 0, -5), 0),
        ((0, 0, 0, 0, 0, 0, -5), 0),
        ((11, 5, 20, 20, 30, 15, 0), 100),
    ],
)
def test_the_total_is_held_to_0_and_100(parts, total):
    assert total_score(PartScores(*parts)) == total


class TestNewCustomers:
    """第七条 注 a–c, for the quarter that ends 2026-09-30."""

    @pytest.mark.parametrize(
        ("first", "days"),
        [
            (date(2020, 1, 1), None),
            (date(2025, 9, 30), None),
            (date(2025, 10, 1), None),
            (date(2025, 12, 31), None),
            (date(2026, 1, 1), None),
            (date(2026, 1, 2), 272),
            (date(2026, 7, 1), 92),
            (date(2026, 7, 2), 91),
            (date(2026, 9, 30), 1),
        ],
    )
    def test_nine_months_count_as_a_year_and_fewer_are_annualised(self, policy, quarter, first, days):
        assert annualised_days(policy, first, quarter) == days

    def test_a_customer_from_before_the_period_is_never_annualised(self, policy, quarter):
        assert annualised_days(replace(policy, whole_year_months=24), date(2025, 9, 30), quarter) is None

    def test_a_leap_years_february_counts_29_days(self, policy):
        assert annualised_days(policy, date(2028, 1, 1), Quarter(2028, 1)) == 91
        assert annualised_days(policy, date(2027, 1, 1), Quarter(2027, 1)) == 90

    def test_a_first_trade_after_the_periods_end_raises(self, policy, quarter):
        with pytest.raises(CreditError, match="首次交易日期2026-10-01晚于期末;允许:不晚于2026-09-30"):
            annualised_days(policy, date(2026, 10, 1), quarter)

    def test_annualised_amounts_are_not_rounded_before_banding(self, policy):
        exact = Decimal("25.205479")  # the 分 below and above 100 a year in 92 days
        assert sales_score(policy, annualised(policy, exact, 92)) == 5
        assert sales_score(policy, annualised(policy, exact + FEN, 92)) == 10

    def test_all_three_amounts_are_annualised_and_nothing_else(self, policy, customer):
        new = customer(sales=Decimal(50), profit=Decimal(20), collections=Decimal(50))
        whole, quarterly = part_scores(policy, new, None), part_scores(policy, new, 73)
        assert (whole.sales, whole.profit, whole.collections) == (5, 6, 5)
        assert (quarterly.sales, quarterly.profit, quarterly.collections) == (12, 15, 15)
        assert whole._replace(sales=0, profit=0, collections=0) == quarterly._replace(sales=0, profit=0, collections=0)
