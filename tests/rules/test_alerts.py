"""第四条(2), 第十三条: what salespeople must be told of, and from which day."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.rules.ledgers import DUE, SHIPPED, account, after, aged, bounced, grant, increase, line, on, paid, ship, wan
from xl_credit.rules.alerts import (
    FALLING_DUE,
    KINDS,
    NEARLY_UNPAID,
    OVER_LIMIT,
    OVER_TERM,
    UNPAID,
    alerts,
    is_unpaid_breach,
    unpaid_until,
)

RICH = line(grant(wan(50), term=90), salesperson="张三")


def found(policy, lines, as_of, credit_line=RICH):
    return alerts(policy, credit_line, aged(account(*lines), as_of), as_of)


def kinds(policy, lines, as_of, credit_line=RICH):
    return [(alert.kind, alert.fen, alert.days) for alert in found(policy, lines, as_of, credit_line)]


@pytest.mark.parametrize(
    ("shipped", "last"),
    [
        (date(2026, 1, 1), date(2026, 7, 1)),
        (date(2026, 1, 31), date(2026, 7, 31)),
        (date(2026, 6, 30), date(2026, 12, 30)),
        (date(2026, 7, 15), date(2027, 1, 15)),
        (date(2025, 8, 28), date(2026, 2, 28)),
        (date(2025, 8, 29), date(2026, 2, 28)),
        (date(2025, 8, 31), date(2026, 2, 28)),
        (date(2027, 8, 28), date(2028, 2, 28)),
        (date(2027, 8, 29), date(2028, 2, 29)),
        (date(2027, 8, 30), date(2028, 2, 29)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2028, 8, 29)),
        (date(2026, 3, 31), date(2026, 9, 30)),
        (date(2026, 5, 31), date(2026, 11, 30)),
        (date(2026, 12, 31), date(2027, 6, 30)),
    ],
)
class TestSixCalendarMonths:
    def test_they_end_on_the_same_day_or_the_months_last(self, policy, shipped, last):
        assert unpaid_until(policy, shipped) == last

    @pytest.mark.parametrize(("days", "breach"), [(-1, False), (0, False), (1, True), (2, True)])
    def test_the_breach_is_the_day_after(self, policy, shipped, last, days, breach):
        assert is_unpaid_breach(policy, shipped, after(last, days)) is breach

    @pytest.mark.parametrize(("days", "alert"), [(-1, (NEARLY_UNPAID, 2)), (0, (NEARLY_UNPAID, 1)), (1, (UNPAID, 1)), (2, (UNPAID, 2)), (40, (UNPAID, 40))])
    def test_it_is_warned_of_before_and_told_from_then_on(self, policy, shipped, last, days, alert):
        lines = [ship(shipped=shipped, due=date(2030, 1, 1))]
        assert [(one.kind, one.days) for one in found(policy, lines, after(last, days), line(grant(wan(50), shipped, term=999, role="总经理")))] == [alert]


class TestSixMonths:
    LINES = [ship(fen=100, shipped=on(1, 1), due=on(12, 1))]  # the breach is on 2 July
    PATIENT = line(grant(wan(50), term=300, role="总经理"))

    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            (on(6, 1), []),
            (on(6, 2), [(NEARLY_UNPAID, 100, 30)]),
            (on(6, 3), [(NEARLY_UNPAID, 100, 29)]),
            (on(7, 1), [(NEARLY_UNPAID, 100, 1)]),
            (on(7, 2), [(UNPAID, 100, 1)]),
        ],
    )
    def test_it_is_warned_of_30_days_before_the_breach(self, policy, day, expected):
        assert kinds(policy, self.LINES, day, self.PATIENT) == expected

    @pytest.mark.parametrize(("warning", "expected"), [(0, []), (1, [(NEARLY_UNPAID, 100, 1)])])
    def test_the_warning_is_policy(self, policy, warning, expected):
        assert kinds(replace(policy, unpaid_warning_days=warning), self.LINES, on(7, 1), self.PATIENT) == expected

    def test_so_are_the_months(self, policy):
        three = replace(policy, unpaid_months=3)
        assert [kinds(three, self.LINES, day, self.PATIENT) for day in (on(4, 1), on(4, 2))] == [[(NEARLY_UNPAID, 100, 1)], [(UNPAID, 100, 1)]]

    def test_only_what_is_still_open_counts(self, policy):
        assert kinds(policy, [*self.LINES, paid(99, "S1")], on(7, 2), self.PATIENT) == [(UNPAID, 1, 1)]
        assert kinds(policy, [*self.LINES, paid(100, "S1")], on(7, 2), self.PATIENT) == []

    def test_money_for_another_shipment_does_not_help(self, policy):
        assert kinds(policy, [*self.LINES, paid(100, "S9")], on(7, 2), self.PATIENT) == [(UNPAID, 100, 1)]

    def test_a_bounced_collection_brings_it_back_at_once(self, policy):
        lines = [*self.LINES, paid(100, "S1", on(6, 1)), bounced(100, "S1", on(8, 1))]
        assert [kinds(policy, lines, day, self.PATIENT) for day in (on(7, 31), on(8, 1))] == [[], [(UNPAID, 100, 31)]]

    def test_every_instalment_counts_from_the_shipment(self, policy):
        lines = [ship(fen=40, due=on(2, 1), instalment="1"), ship(fen=60, due=on(12, 1), instalment="2"), paid(40, "S1")]
        assert kinds(policy, lines, on(7, 2), self.PATIENT) == [(UNPAID, 60, 1)]


class TestFallingDue:
    @pytest.mark.parametrize(
        ("days", "expected"),
        [(-8, []), (-7, [(FALLING_DUE, 100, 7)]), (-6, [(FALLING_DUE, 100, 6)]), (-1, [(FALLING_DUE, 100, 1)]), (0, [(FALLING_DUE, 100, 0)])],
    )
    def test_it_is_told_from_seven_days_before_to_the_day_itself(self, policy, days, expected):
        assert kinds(policy, [ship()], after(DUE, days)) == expected

    def test_on_the_day_after_it_is_over_term_instead(self, policy):
        assert kinds(policy, [ship()], after(DUE, 1)) == [(OVER_TERM, 100, 1)]

    def test_the_days_are_policy(self, policy):
        assert kinds(replace(policy, due_warning_days=1), [ship()], after(DUE, -2)) == []
        assert kinds(replace(policy, due_warning_days=0), [ship()], DUE) == [(FALLING_DUE, 100, 0)]

    def test_the_words(self, policy):
        assert [found(policy, [ship()], after(DUE, days))[0].text for days in (0, -1)] == ["今日到期", "1天后到期"]

    def test_a_shipment_may_be_told_of_twice(self, policy):
        lines = [ship(due=on(6, 30))]
        assert [one[0] for one in kinds(policy, lines, on(6, 30), line(grant(wan(50), term=300, role="总经理")))] == [NEARLY_UNPAID, FALLING_DUE]


class TestOverLimit:
    @pytest.mark.parametrize(("fen", "over"), [(wan(1) - 1, []), (wan(1), []), (wan(1) + 1, [(OVER_LIMIT, 1, 0)]), (wan(3), [(OVER_LIMIT, wan(2), 0)])])
    def test_one_fen_above_the_limit_is_told(self, policy, fen, over):
        assert kinds(policy, [ship(fen=fen)], SHIPPED, line(grant(wan(1)))) == over

    def test_the_tolerance_of_the_gates_plays_no_part(self, policy):
        lenient = replace(policy, gate_tolerance_yuan=Decimal(1_000_000))
        assert kinds(lenient, [ship(fen=wan(1) + 1)], SHIPPED, line(grant(wan(1)))) == [(OVER_LIMIT, 1, 0)]
        assert kinds(lenient, [ship(fen=1)], after(DUE, 1)) == [(OVER_TERM, 1, 1)]

    def test_who_has_no_credit_is_over_with_the_first_fen(self, policy):
        (alert,) = found(policy, [ship(fen=1)], SHIPPED, line())
        assert (alert.kind, alert.fen) == (OVER_LIMIT, 1)
        assert "现款" in alert.text

    @pytest.mark.parametrize(("day", "over"), [(on(1, 9), [1]), (on(1, 10), []), (on(1, 20), []), (on(1, 21), [1])])
    def test_a_temporary_increase_counts_while_it_lasts(self, policy, day, over):
        credit_line = line(grant(wan(1)), increase(1, on(1, 10), on(1, 20)))
        assert [one.fen for one in found(policy, [ship(fen=wan(1) + 1)], day, credit_line)] == over

    def test_the_words_name_balance_limit_and_ground(self, policy):
        (alert,) = found(policy, [ship(fen=wan(1) + 1)], SHIPPED, line(grant(wan(1), person="李四")))
        assert alert.text == "应收余额10,000.01元超过授信额度10,000元(财务副总经理(李四)2026-01-01批准1万元)"


class TestOverTerm:
    @pytest.mark.parametrize(("days", "expected"), [(-1, 0), (0, 0), (1, 100), (2, 100)])
    def test_an_amount_is_over_its_term_after_its_due_date(self, policy, days, expected):
        assert sum(one.fen for one in found(policy, [ship()], after(DUE, days)) if one.kind == OVER_TERM) == expected

    @pytest.mark.parametrize(("days", "expected"), [(59, []), (60, []), (61, [(OVER_TERM, 100, 1)]), (62, [(OVER_TERM, 100, 2)])])
    def test_a_later_due_date_does_not_lengthen_the_customers_term(self, policy, days, expected):
        assert kinds(policy, [ship(due=on(5, 31))], after(SHIPPED, days), line(grant(wan(50), term=60))) == expected

    def test_all_that_is_late_is_one_warning_with_the_longest_time(self, policy):
        lines = [ship("S1", 10, due=on(1, 31)), ship("S2", 20, due=on(2, 5)), ship("S3", 40, due=on(2, 28))]
        assert kinds(policy, lines, on(2, 10)) == [(OVER_TERM, 30, 10)]

    def test_without_a_grant_the_due_date_alone_counts(self, policy):
        assert [kinds(policy, [ship(due=on(5, 31))], day, line())[1:] for day in (on(5, 23), on(6, 1))] == [[], [(OVER_TERM, 100, 1)]]


class TestWarnings:
    LINES = [ship("S1", wan(1), on(1, 1), on(7, 5)), ship("S2", wan(1), on(1, 15), on(7, 2)), ship("S3", wan(1), on(6, 1), on(6, 30))]

    def test_each_names_the_customer_the_salesperson_and_the_article(self, policy):
        credit_line = line(grant(wan(1), term=90), salesperson="张三", name="甲公司")
        told = found(policy, self.LINES, on(7, 2), credit_line)
        assert {(one.customer, one.name, one.salesperson) for one in told} == {("K1", "甲公司", "张三")}
        assert {one.kind: one.article for one in told} == {
            UNPAID: "第四条(2)", NEARLY_UNPAID: "第四条(2)", FALLING_DUE: "第十三条", OVER_LIMIT: "第十三条、第十九条", OVER_TERM: "第十三条",
        }  # fmt: skip
        assert {one.kind for one in told} == set(KINDS)

    def test_those_of_shipments_come_first_as_they_are_due_and_name_them(self, policy):
        told = found(policy, self.LINES, on(7, 2), line(grant(wan(1), term=90)))
        assert [(one.kind, one.shipment and one.shipment.number, one.fen, one.days) for one in told] == [
            (NEARLY_UNPAID, "S2", wan(1), 14), (FALLING_DUE, "S2", wan(1), 0),
            (UNPAID, "S1", wan(1), 1), (FALLING_DUE, "S1", wan(1), 3),
            (OVER_LIMIT, None, wan(2), 0), (OVER_TERM, None, wan(3), 182 - 90),
        ]  # fmt: skip

    def test_who_owes_nothing_is_not_warned(self, policy):
        assert found(policy, [], on(7, 2)) == []
        assert found(policy, [ship(), paid(100, "S1")], on(7, 2)) == []
