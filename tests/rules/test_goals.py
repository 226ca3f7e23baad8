"""第四条: the four goals, with the customers that keep each from being met."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.rules.ledgers import account, aged, bounced, grant, increase, line, on, paid, ship, wan
from xl_credit.rules.goals import (
    ARTICLES,
    GOALS,
    MANAGED,
    ON_TIME,
    RECONCILED,
    UNPAID,
    Case,
    Goal,
    Reconciliation,
    company,
    four_goals,
    in_management,
)
from xl_credit.rules.records import HELD, INCOMPLETE, UNRATED

DAY = on(9, 30)  # the last of QUARTER
LINE = line(grant(wan(1), term=90))
SHIPPED_LATELY = ship("S1", 100, on(9, 1), on(10, 1))


def case(code="K1", *lines, credit_line=LINE, moved=True, day=DAY):
    return Case(credit_line._replace(code=code, name=f"{code}公司"), aged(account(*lines), day) if lines else None, moved)


def signed(day=on(9, 30), code="K1", result="相符", quarter=None):
    return Reconciliation(code, quarter, day, result)


def goals(policy, quarter, *cases, records=(), day=DAY):
    found = four_goals(policy, quarter, day, cases, {one.customer: one for one in records})
    assert [goal.name for goal in found] == list(GOALS)
    return dict(zip(GOALS, found, strict=True))


def short(goal):
    """Who keeps the goal from being met: (customer, amount)."""
    return [(one.customer, one.fen) for one in goal.shortfalls]


class TestManagement:
    """第三条."""

    @pytest.mark.parametrize(
        ("one", "counts"),
        [
            (case("K1", credit_line=line()), False),
            (case("K1", SHIPPED_LATELY, credit_line=line()), True),
            (case("K1", credit_line=line(proposed_fen=1)), True),
            (case("K1", credit_line=line(grant(1))), True),
            (case("K1", credit_line=line(grant(1), cash_only=True)), False),
            (case("K1", credit_line=line(grant(1, end=on(9, 29)))), False),
            (case("K1", credit_line=line(grant(1, end=on(9, 30)))), True),
            (case("K1", SHIPPED_LATELY, paid(100, "S1"), credit_line=line()), False),
            (case("K1", paid(100), credit_line=line()), False),
        ],
        ids=["nothing", "owes", "applies", "has a limit", "cash only", "lapsed", "last day", "paid", "paid in advance"],
    )
    def test_who_owes_applies_or_has_a_limit_is_in_it(self, policy, one, counts):
        assert in_management(policy, one, DAY) is counts

    def test_who_has_something_unpaid_is_in_it_though_other_money_of_his_lies_unapplied(self, policy, quarter):
        one = case("K1", ship("S1", 100, on(1, 1)), paid(100, "S9", on(2, 1)), credit_line=line())
        assert in_management(policy, one, DAY) is True
        assert short(goals(policy, quarter, one)[UNPAID]) == [("K1", 100)]

    def test_who_is_not_in_it_counts_for_no_goal(self, policy, quarter):
        found = goals(policy, quarter, case(credit_line=line()))
        assert [(goal.total, goal.met, goal.shortfalls, goal.rate) for goal in found.values()] == [(0, 0, (), None)] * 4


class TestManagedWell:
    """第四条(1)."""

    def reason(self, policy, quarter, one):
        goal = goals(policy, quarter, one)[MANAGED]
        assert goal.met == goal.total - len(goal.shortfalls)
        return [(short.reason, short.fen) for short in goal.shortfalls]

    def test_rated_within_limit_and_within_term(self, policy, quarter):
        assert self.reason(policy, quarter, case("K1", SHIPPED_LATELY)) == []
        assert self.reason(policy, quarter, case()) == []

    @pytest.mark.parametrize("status", [UNRATED, HELD, INCOMPLETE])
    def test_without_a_valid_rating(self, policy, quarter, status):
        assert self.reason(policy, quarter, case(credit_line=LINE._replace(status=status))) == [(f"本季无有效评级({status})", 0)]

    def test_in_no_rating_at_all(self, policy, quarter):
        assert self.reason(policy, quarter, case(credit_line=LINE._replace(status=""))) == [("本季无有效评级(不在评估表)", 0)]

    @pytest.mark.parametrize(
        ("fen", "expected"), [(wan(1) - 1, []), (wan(1), []), (wan(1) + 1, [("超授信额度0.01元", 1)]), (wan(3), [("超授信额度20,000元", wan(2))])]
    )
    def test_over_the_limit_by_one_fen_without_tolerance(self, policy, quarter, fen, expected):
        lenient = replace(policy, gate_tolerance_yuan=Decimal(1_000_000))
        assert self.reason(lenient, quarter, case("K1", SHIPPED_LATELY._replace(fen=fen))) == expected

    def test_a_temporary_increase_counts_while_it_lasts(self, policy, quarter):
        lines = SHIPPED_LATELY._replace(fen=wan(2))
        found = [
            self.reason(policy, quarter, case("K1", lines, credit_line=line(grant(wan(1)), increase(wan(1), on(9, 1), end)))) for end in (on(9, 29), on(9, 30))
        ]
        assert found == [[("超授信额度10,000元", wan(1))], []]

    @pytest.mark.parametrize(("due", "expected"), [(on(10, 1), []), (on(9, 30), []), (on(9, 29), [("1元超授信期限,最长1天", 100)])])
    def test_past_the_term(self, policy, quarter, due, expected):
        assert self.reason(policy, quarter, case("K1", SHIPPED_LATELY._replace(due=due))) == expected

    @pytest.mark.parametrize(("shipped", "expected"), [(on(7, 2), []), (on(7, 1), [("1元超授信期限,最长1天", 100)])])
    def test_past_the_customers_90_days(self, policy, quarter, shipped, expected):
        assert self.reason(policy, quarter, case("K1", ship("S1", 100, shipped, on(12, 31)))) == expected

    def test_all_reasons_are_named_with_the_larger_amount(self, policy, quarter):
        lines = [ship("S1", wan(1), on(8, 1), on(9, 1)), ship("S2", 100, on(9, 1), on(10, 1))]
        one = case("K1", *lines, credit_line=LINE._replace(status=HELD))
        assert self.reason(policy, quarter, one) == [("本季无有效评级(暂缓评级);超授信额度1元;10,000元超授信期限,最长29天", wan(1))]

    def test_the_rate_is_that_of_those_who_meet_it(self, policy, quarter):
        bad = case("K2", SHIPPED_LATELY._replace(fen=wan(2)))
        goal = goals(policy, quarter, case("K1"), bad, case("K3"), case("K4", credit_line=line()))[MANAGED]
        assert (goal.total, goal.met, goal.rate) == (3, 2, Decimal(2) / 3)
        assert goal.shortfalls[0][:4] == (MANAGED, "K2", "K2公司", "张三")


class TestSixMonthsUnpaid:
    """第四条(2)."""

    @pytest.mark.parametrize(
        ("shipped", "expected"), [(on(3, 31), []), (on(3, 30), []), (on(3, 29), [("K1", 100)]), (on(1, 1), [("K1", 100)])]
    )
    def test_from_the_day_after_six_calendar_months(self, policy, quarter, shipped, expected):
        goal = goals(policy, quarter, case("K1", ship("S1", 100, shipped, on(12, 31))))[UNPAID]
        assert (short(goal), goal.total, goal.met) == (expected, 1, 1 - len(expected))

    def test_reason_and_amount_are_of_all_such_shipments(self, policy, quarter):
        lines = [ship("S1", 100, on(1, 5)), ship("S2", 70, on(2, 5)), ship("S3", 30, on(9, 5)), paid(40, "S2", on(3, 1))]
        (found,) = goals(policy, quarter, case("K1", *lines))[UNPAID].shortfalls
        assert (found.reason, found.fen) == ("2笔发货满6个月未回款,最早发货2026-01-05", 130)

    def test_paid_it_counts_no_more_and_bounced_it_does_again(self, policy, quarter):
        lines = [ship("S1", 100, on(1, 5)), paid(100, "S1", on(3, 1))]
        assert short(goals(policy, quarter, case("K1", *lines))[UNPAID]) == []
        assert short(goals(policy, quarter, case("K1", *lines, bounced(100, "S1", on(9, 30))))[UNPAID]) == [("K1", 100)]

    def test_customers_are_counted_not_shipments(self, policy, quarter):
        old = [ship(f"S{i}", 100, on(1, 5)) for i in range(4)]
        goal = goals(policy, quarter, case("K1", *old), case("K2", *old), case("K3", SHIPPED_LATELY))[UNPAID]
        assert (len(goal.shortfalls), goal.total, goal.met) == (2, 3, 1)


class TestReconciled:
    """第四条(3)."""

    @pytest.mark.parametrize(
        ("record", "reason"),
        [
            ([signed()], None),
            ([signed(result="不符已调节")], None),
            ([signed(result="")], None),
            ([], "本季未对账"),
            ([signed(None)], "对账单未回签"),
            ([signed(result="拒绝")], "客户拒绝对账"),
            ([signed(code="K2")], "本季未对账"),
        ],
        ids=["agreed", "settled", "no result", "none", "not signed", "refused", "another's"],
    )
    def test_with_a_statement_that_the_customer_signed(self, policy, quarter, record, reason):
        found = goals(policy, quarter, case("K1", SHIPPED_LATELY), records=record)
        expected = [(reason, 100)] if reason else []
        for name in (RECONCILED, ON_TIME):
            assert [(one.reason, one.fen) for one in found[name].shortfalls] == expected
            assert (found[name].total, found[name].met) == (1, 1 - len(expected))

    @pytest.mark.parametrize(
        ("one", "counts"),
        [
            (case("K1", SHIPPED_LATELY, moved=False), True),
            (case("K1", moved=True), True),
            (case("K1", moved=False), False),
            (case("K1", paid(50), moved=False), True),
            (case("K1", SHIPPED_LATELY, paid(100, "S1"), moved=False), False),
        ],
        ids=["owes", "moved", "neither", "is owed", "square"],
    )
    def test_whoever_owed_or_moved_anything_has_one_due(self, policy, quarter, one, counts):
        found = goals(policy, quarter, one)
        assert [found[name].total for name in GOALS] == [1, 1, counts, counts]

    @pytest.mark.parametrize(
        ("day", "late"), [(on(9, 30), 0), (on(10, 14), 0), (on(10, 15), 0), (on(10, 16), 1), (on(12, 1), 47)]
    )
    def test_in_time_is_within_15_days_of_the_quarters_end(self, policy, quarter, day, late):
        found = goals(policy, quarter, case("K1", SHIPPED_LATELY), records=[signed(day)], day=on(9, 30))
        assert short(found[RECONCILED]) == []
        assert [(one.reason, one.fen) for one in found[ON_TIME].shortfalls] == ([(f"{day}回签,期限2026-10-15,迟{late}天", 100)] if late else [])

    def test_the_15_days_are_policy(self, policy, quarter):
        same_day = replace(policy, reconcile_within_days=0)
        counts = [
            goals(same_day, quarter, case(), records=[signed(quarter.end + timedelta(days=late))])[ON_TIME].met for late in (0, 1)
        ]
        assert counts == [1, 0]

    def test_signed_before_the_quarters_end_is_in_time(self, policy, quarter):
        assert goals(policy, quarter, case(), records=[signed(on(8, 1))])[ON_TIME].met == 1


def test_nobody_meets_and_nobody_misses_a_goal_of_nobody(policy, quarter):
    for goal in goals(policy, quarter).values():
        assert (goal.total, goal.met, goal.shortfalls, goal.rate) == (0, 0, (), None)


def test_a_rate_is_exact():
    assert Goal(MANAGED, 3, 1, ()).rate == Decimal(1) / 3
    assert [Goal(MANAGED, 7, met, ()).rate for met in (0, 7)] == [0, 1]


def test_every_goal_has_its_article():
    assert ARTICLES == {MANAGED: "第四条(1)", UNPAID: "第四条(2)", RECONCILED: "第四条(3)", ON_TIME: "第四条(3)"}


class TestCompany:
    def branches(self, policy, quarter):
        good, bad = case("J1", SHIPPED_LATELY), case("Y1", SHIPPED_LATELY._replace(fen=wan(2)))
        one = four_goals(policy, quarter, DAY, [good], {"J1": signed(code="J1")})
        other = four_goals(policy, quarter, DAY, [bad, case("Y2"), case("Y3")], {})
        return one, other

    def test_it_counts_customers_and_does_not_average_rates(self, policy, quarter):
        whole = company(self.branches(policy, quarter))
        assert [(goal.name, goal.total, goal.met) for goal in whole] == [(MANAGED, 4, 3), (UNPAID, 4, 4), (RECONCILED, 4, 1), (ON_TIME, 4, 1)]
        assert [goal.rate for goal in whole] == [Decimal("0.75"), 1, Decimal("0.25"), Decimal("0.25")]

    def test_it_lists_every_branchs_customers_in_their_order(self, policy, quarter):
        whole = company(self.branches(policy, quarter))
        assert [[one.customer for one in goal.shortfalls] for goal in whole] == [["Y1"], [], ["Y1", "Y2", "Y3"], ["Y1", "Y2", "Y3"]]

    def test_one_branch_alone_is_the_company(self, policy, quarter):
        one, _ = self.branches(policy, quarter)
        assert company([one]) == one
        assert company(iter([one])) == one

    def test_without_branches_there_is_nobody(self):
        assert [(goal.name, goal.total, goal.met, goal.rate) for goal in company([])] == [(name, 0, 0, None) for name in GOALS]
