"""第九条(4): the year's budget."""

from decimal import Decimal

import pytest

from xl_credit.rules.budget import Granted, check_budget


def granted(code: str, total: int, limit: str, branch: str = "华东") -> Granted:
    return Granted(branch, code, f"客户{code}", total, Decimal(limit))


THREE = [granted("1", 95, "80"), granted("2", 65, "10"), granted("3", 85, "50")]


@pytest.mark.parametrize(("budget", "over"), [("140.000001", "0"), ("140", "0"), ("139.999999", "0.000001")])
def test_exactly_the_budget_is_within_it(budget, over):
    check = check_budget(Decimal(budget), THREE)
    assert (check.used, check.over) == (Decimal(140), Decimal(over))
    assert bool(check.cuts) is (Decimal(over) > 0)


@pytest.mark.parametrize(
    ("budget", "cuts"),
    [
        ("135", [("2", "5")]),
        ("130", [("2", "0")]),
        ("129", [("2", "0"), ("3", "49")]),
        ("80", [("2", "0"), ("3", "0")]),
        ("0", [("2", "0"), ("3", "0"), ("1", "0")]),
    ],
)
def test_the_lowest_score_is_cut_first_and_only_as_far_as_needed(budget, cuts):
    found = check_budget(Decimal(budget), THREE).cuts
    assert [(cut.granted.code, cut.to) for cut in found] == [(code, Decimal(to)) for code, to in cuts]


def test_equal_scores_are_cut_by_branch_and_code():
    equal = [granted("9", 70, "10", "华东"), granted("1", 70, "10", "华南"), granted("2", 70, "10", "华东")]
    cuts = check_budget(Decimal(5), equal).cuts
    assert [(cut.granted.branch, cut.granted.code) for cut in cuts] == [("华东", "2"), ("华东", "9"), ("华南", "1")]


def test_customers_without_limit_are_neither_counted_nor_cut():
    check = check_budget(Decimal(5), [granted("1", 10, "0"), granted("2", 90, "10")])
    assert (check.used, [cut.granted.code for cut in check.cuts]) == (Decimal(10), ["2"])


def test_no_limits_at_all_use_nothing():
    assert check_budget(Decimal(0), []).over == 0
