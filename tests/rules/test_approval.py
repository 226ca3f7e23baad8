"""第六条, 第十条, 第十七条, 第二十条: routes, authority and dates."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.rules.customers import customer, rated
from xl_credit.rules.approval import (
    Decision,
    credit_route,
    final_approver,
    in_force_by,
    overstepped,
    rating_route,
    routes_for,
)
from xl_credit.rules.errors import CreditError
from xl_credit.rules.levels import rate
from xl_credit.rules.limits import proposed_limit

CREDIT = ["市场部", "市场部", "销售副总", "财务部", "财务副总经理"]
RATING = ["市场部专人", "市场部经理", "财务部", "营销总监", "总经理"]


def roles(route):
    return [item.step.role for item in route]


def test_the_rating_route_is_that_of_article_6(policy):
    route = rating_route(policy)
    assert roles(route) == RATING
    assert [item.decides for item in route] == [False, False, False, False, True]


@pytest.mark.parametrize(
    ("limit", "days", "approver"),
    [
        ("49.999999", 90, "财务副总经理"),
        ("50", 90, "财务副总经理"),
        ("50.000001", 90, "总经理"),
        ("80", 90, "总经理"),
        ("50", 89, "财务副总经理"),
        ("50", 91, "总经理"),
        ("1", 91, "总经理"),
        ("80", 91, "总经理"),
    ],
)
def test_amount_and_term_decide_who_approves(policy, limit, days, approver):
    route = credit_route(policy, Decimal(limit), days)
    assert final_approver(route) == approver
    assert roles(route) == CREDIT + (["总经理"] if approver == "总经理" else [])
    assert [item.decides for item in route] == [False] * (len(route) - 1) + [True]


def test_a_step_without_authority_says_so(policy):
    route = credit_route(policy, Decimal(80), 90)
    assert route[4].authority == "审批,超出其权限(额度50万元(含)以下、期限90天以内),须报上级审批(第十条(5))"
    assert route[5].authority == "审批(第十条(5))"
    assert credit_route(policy, Decimal(50), 90)[4].authority == "审批,额度50万元(含)以下、期限90天以内(第十条(5))"


def test_below_level_four_the_sales_director_decides_up_to_5(policy):
    assert roles(credit_route(policy, Decimal(5), 90, low_level=True)) == ["市场部", "市场部", "销售副总"]
    with pytest.raises(CreditError, match=r"额度5\.000001万元、期限90天没有有权审批人"):
        credit_route(policy, Decimal("5.000001"), 90, low_level=True)


def test_without_an_authorised_post_the_route_raises(policy):
    steps = tuple(step for step in policy.routes if not (step.route == "授信审批" and step.role == "总经理"))
    with pytest.raises(CreditError, match=r"额度80万元、期限90天没有有权审批人\(第十条\(5\)\)"):
        credit_route(replace(policy, routes=steps), Decimal(80), 90)


class TestRoutesOfACustomer:
    def both(self, policy, rating):
        return roles(routes_for(policy, rating, proposed_limit(policy, rating)))

    def test_a_rated_customer_who_asks_takes_both_routes(self, policy):
        assert self.both(policy, rated(85)) == RATING + CREDIT

    def test_a_rated_customer_who_asks_for_nothing_takes_the_rating_route(self, policy):
        assert self.both(policy, rated(85, requested=None)) == RATING

    def test_an_unrated_customer_takes_the_credit_route_with_all_that_is_asked(self, policy, quarter):
        unrated = rate(policy, customer(first_trade=date(2026, 9, 1)), quarter)
        assert self.both(policy, unrated) == [*CREDIT, "总经理"]

    def test_an_unrated_customer_who_asks_for_nothing_takes_none(self, policy, quarter):
        assert self.both(policy, rate(policy, customer(first_trade=date(2026, 9, 1), requested=None), quarter)) == []

    def test_a_customer_below_level_four_ends_at_the_sales_director(self, policy):
        assert self.both(policy, rated(40)) == [*RATING, "市场部", "市场部", "销售副总"]

    @pytest.mark.parametrize("request_type", ["新增", "增加", "延期"])
    def test_increases_and_extensions_take_the_same_route(self, policy, request_type):
        assert self.both(policy, rated(85, request_type=request_type)) == RATING + CREDIT


@pytest.mark.parametrize(
    ("approved", "by"),
    [
        (date(2026, 9, 30), date(2026, 10, 30)),
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 12, 15), date(2027, 1, 15)),
    ],
)
def test_an_approved_limit_is_in_force_within_one_month(policy, approved, by):
    assert in_force_by(policy, approved) == by


class TestOverstepped:
    """第二十条."""

    def test_an_approval_beyond_ones_authority_is_found_with_the_reason(self, policy):
        route = credit_route(policy, Decimal(80), 90)
        decision = Decision(5, "批准", "李四")
        assert overstepped(route, [decision]) == [(decision, "财务副总经理(李四)越权批准,有权批准的是总经理")]

    def test_the_one_who_may_decide_does_not_overstep(self, policy):
        assert overstepped(credit_route(policy, Decimal(50), 90), [Decision(5, "批准", "李四")]) == []
        assert overstepped(credit_route(policy, Decimal(80), 90), [Decision(6, "批准", "赵总")]) == []

    @pytest.mark.parametrize("state", ["待审", "同意", "退回", "否决", ""])
    def test_only_an_approval_can_overstep(self, policy, state):
        assert overstepped(credit_route(policy, Decimal(80), 90), [Decision(3, state, "王五")]) == []

    def test_an_unsigned_approval_and_an_unknown_step_are_named_as_such(self, policy):
        route = credit_route(policy, Decimal(50), 90)
        reasons = [reason for _, reason in overstepped(route, [Decision(3, "批准", ""), Decision(9, "批准", "钱六")])]
        assert reasons == ["销售副总(未签名)越权批准,有权批准的是财务副总经理", "第9步(钱六)越权批准,有权批准的是财务副总经理"]
