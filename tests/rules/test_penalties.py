"""第十九条, 第二十条: over-limit part × daily rate × days, apart by why it was over and who answers for it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.customers import POLICY
from tests.rules.ledgers import DIRECTOR, account, after, bounced, credit, grant, increase, line, on, paid, ship, wan
from xl_credit.rules.ledger import Account, balance_fen, cut
from xl_credit.rules.penalties import DOWNGRADED, EXCEPTION, UNAUTHORISED, interest_fen, penalties

FIRST, LAST = on(7, 1), on(9, 30)
PLAIN = line(grant(wan(1), on(1, 1)))
DAILY = 500  # 分 a day on 1万元 at 0.0005


def found(policy, *lines, credit_line=PLAIN, start=FIRST, end=LAST):
    return penalties(policy, credit_line, account(*lines), start, end)


def rows(policy, *lines, **how):
    return [(one.kind, one.start, one.end, one.over_fen, one.interest_fen) for one in found(policy, *lines, **how)]


@pytest.mark.parametrize(
    ("over", "rate", "days", "fen"),
    [
        (wan(1), "0.0005", 1, 500),
        (wan(1), "0.0005", 92, 46_000),
        (1, "0.0005", 1, 0),
        (1, "0.0005", 999, 0),
        (1, "0.0005", 1000, 1),
        (1, "0.0005", 1001, 1),
        (999, "0.0005", 1, 0),
        (1000, "0.0005", 1, 1),
        (2999, "0.0005", 1, 1),
        (3000, "0.0005", 1, 2),
        (5000, "0.0005", 1, 3),
        (0, "0.0005", 10, 0),
        (wan(1), "0", 10, 0),
        (10**15, "0.000333", 365, 121_545_000_000_000),
        (10**15 + 1, "0.5", 1, 500_000_000_000_001),
    ],
)
def test_interest_is_rounded_half_up_to_the_fen(over, rate, days, fen):
    assert interest_fen(over, Decimal(rate), days) == fen


class TestDays:
    @pytest.mark.parametrize(
        ("shipped", "settled", "start", "end", "days"),
        [
            (on(8, 1), on(8, 2), on(8, 1), on(8, 1), 1),
            (on(8, 1), on(8, 11), on(8, 1), on(8, 10), 10),
            (on(6, 1), on(7, 2), FIRST, FIRST, 1),
            (on(7, 1), on(7, 3), on(7, 1), on(7, 2), 2),
            (on(9, 30), on(12, 1), LAST, LAST, 1),
            (on(1, 1), on(12, 31), FIRST, LAST, 92),
        ],
        ids=["one day", "ten days", "over before the first", "from the first", "on the last only", "throughout"],
    )
    def test_both_ends_are_counted(self, policy, shipped, settled, start, end, days):
        (one,) = found(policy, ship(fen=wan(2), shipped=shipped), paid(wan(2), "S1", settled))
        assert (one.start, one.end, one.days, one.over_fen, one.interest_fen) == (start, end, days, wan(1), days * DAILY)

    @pytest.mark.parametrize(("shipped", "settled"), [(on(8, 1), on(8, 1)), (on(6, 1), on(7, 1)), (on(10, 1), on(12, 1)), (on(1, 1), on(6, 1))])
    def test_paid_on_the_day_itself_or_outside_the_period_there_are_none(self, policy, shipped, settled):
        assert found(policy, ship(fen=wan(2), shipped=shipped), paid(wan(2), "S1", settled)) == []

    def test_a_period_of_one_day(self, policy):
        assert rows(policy, ship(fen=wan(2), shipped=on(1, 1)), start=on(8, 1), end=on(8, 1)) == [(UNAUTHORISED, on(8, 1), on(8, 1), wan(1), DAILY)]

    def test_a_leap_day_is_a_day(self, policy):
        (one,) = found(policy, ship(fen=wan(2), shipped=on(1, 1)), start=date(2028, 2, 1), end=date(2028, 2, 29))
        assert one.days == 29

    def test_every_change_of_the_balance_starts_another_stretch(self, policy):
        lines = [
            ship("S1", wan(2), on(6, 1)), paid(wan(1) // 2, "S1", on(7, 11)), credit(wan(1) // 4, "S1", on(7, 21)), ship("S2", wan(3), on(8, 1)),
            paid(wan(3), "S2", on(8, 11), number="R2"), bounced(wan(3), "S2", on(8, 21), "R2"), paid(wan(4), "", on(9, 1)),
        ]  # fmt: skip
        assert [(one.start, one.end, one.balance_fen, one.over_fen) for one in found(policy, *lines)] == [
            (on(7, 1), on(7, 10), 2_000_000, 1_000_000),
            (on(7, 11), on(7, 20), 1_500_000, 500_000),
            (on(7, 21), on(7, 31), 1_250_000, 250_000),
            (on(8, 1), on(8, 10), 4_250_000, 3_250_000),
            (on(8, 11), on(8, 20), 1_250_000, 250_000),
            (on(8, 21), on(8, 31), 4_250_000, 3_250_000),
        ]

    def test_the_rate_is_policy_and_stands_in_every_row(self, policy):
        (one,) = found(replace(policy, daily_penalty_rate=Decimal("0.001")), ship(fen=wan(2), shipped=on(1, 1)), end=FIRST)
        assert (one.rate, one.interest_fen) == (Decimal("0.001"), 1000)


class TestLimit:
    @pytest.mark.parametrize(("fen", "over"), [(wan(1) - 1, []), (wan(1), []), (wan(1) + 1, [1]), (wan(1) + 100, [100])])
    def test_the_first_fen_over_counts_without_tolerance(self, policy, fen, over):
        assert [one.over_fen for one in found(policy, ship(fen=fen, shipped=on(1, 1)))] == over

    @pytest.mark.parametrize("fen", [0, -1, -wan(9)])
    def test_who_owes_nothing_is_not_over_a_limit_of_nothing(self, policy, fen):
        assert found(policy, ship(fen=fen, shipped=on(1, 1)), credit_line=line()) == []

    def test_a_new_grant_ends_a_stretch_and_a_lapsed_one_starts_one(self, policy):
        credit_line = line(grant(wan(1), on(1, 1)), grant(wan(2), on(8, 1), on(8, 31)))
        assert rows(policy, ship(fen=wan(2), shipped=on(1, 1)), credit_line=credit_line) == [
            (UNAUTHORISED, on(7, 1), on(7, 31), wan(1), 31 * DAILY), (UNAUTHORISED, on(9, 1), on(9, 30), wan(1), 30 * DAILY),
        ]  # fmt: skip

    def test_a_grant_whose_edges_lie_outside_the_period_cuts_nothing(self, policy):
        credit_line = line(grant(wan(1), on(1, 1)), grant(wan(1), on(7, 1)), grant(wan(1), on(10, 1)), grant(wan(1), on(3, 1), on(9, 30)))
        assert len(found(policy, ship(fen=wan(2), shipped=on(1, 1)), credit_line=credit_line)) == 1


class TestWhy:
    OWES = ship(fen=wan(10), shipped=on(1, 1))

    def split(self, policy, credit_line, owes=OWES):
        return [(one.kind, one.allowed_fen // wan(1), one.over_fen // wan(1), one.article) for one in found(policy, owes, credit_line=credit_line)]

    def test_beyond_what_anybody_allowed(self, policy):
        assert self.split(policy, PLAIN) == [(UNAUTHORISED, 1, 9, "第二十条")]

    def test_what_was_granted_before_the_level_fell_is_apart(self, policy):
        assert self.split(policy, line(grant(wan(10)), cap_fen=wan(4))) == [(DOWNGRADED, 4, 6, "第十九条")]
        assert self.split(policy, line(grant(wan(7)), cap_fen=wan(4))) == [(DOWNGRADED, 4, 3, "第十九条"), (UNAUTHORISED, 7, 3, "第二十条")]
        assert self.split(policy, line(grant(wan(12)), cap_fen=wan(4))) == [(DOWNGRADED, 4, 6, "第十九条")]

    def test_so_is_what_was_allowed_for_a_time(self, policy):
        extra = increase(wan(3), on(1, 1), on(12, 31))
        assert self.split(policy, line(grant(wan(7)), extra)) == [(EXCEPTION, 7, 3, "第十九条")]
        assert self.split(policy, line(grant(wan(6)), extra)) == [(EXCEPTION, 6, 3, "第十九条"), (UNAUTHORISED, 9, 1, "第二十条")]
        assert self.split(policy, line(grant(wan(9)), extra)) == [(EXCEPTION, 9, 1, "第十九条")]

    def test_all_three_at_once(self, policy):
        credit_line = line(grant(wan(5)), increase(wan(2), on(1, 1), on(12, 31)), cap_fen=wan(2))
        assert self.split(policy, credit_line) == [(DOWNGRADED, 2, 3, "第十九条"), (EXCEPTION, 5, 2, "第十九条"), (UNAUTHORISED, 7, 3, "第二十条")]

    @pytest.mark.parametrize(("owes", "kinds"), [(2, []), (3, [DOWNGRADED]), (5, [DOWNGRADED]), (6, [DOWNGRADED, EXCEPTION]), (8, [DOWNGRADED, EXCEPTION, UNAUTHORISED])])
    def test_the_inner_part_is_filled_first(self, policy, owes, kinds):
        credit_line = line(grant(wan(5)), increase(wan(2), on(1, 1), on(12, 31)), cap_fen=wan(2))
        assert [one.kind for one in found(policy, ship(fen=wan(owes), shipped=on(1, 1)), credit_line=credit_line)] == kinds

    def test_a_temporary_increase_that_lapses_in_the_period_leaves_its_part_without_authority(self, policy):
        credit_line = line(grant(wan(9)), increase(wan(1), on(6, 1), on(8, 15)))
        assert rows(policy, self.OWES, credit_line=credit_line) == [
            (EXCEPTION, on(7, 1), on(8, 15), wan(1), 46 * DAILY), (UNAUTHORISED, on(8, 16), on(9, 30), wan(1), 46 * DAILY),
        ]  # fmt: skip

    def test_one_that_begins_in_the_period_holds_from_its_day(self, policy):
        credit_line = line(grant(wan(9)), increase(wan(1), on(8, 1), on(12, 31)))
        assert [row[:3] for row in rows(policy, self.OWES, credit_line=credit_line)] == [
            (UNAUTHORISED, on(7, 1), on(7, 31)), (EXCEPTION, on(8, 1), on(9, 30)),
        ]  # fmt: skip

    def test_below_level_four_what_was_granted_before_the_fall_counts_as_a_downgrade(self, policy):
        fallen = line(grant(wan(10)), level="四级", cap_fen=0, low_level=True)
        assert self.split(policy, fallen) == [(DOWNGRADED, 5, 5, "第十九条")]


class TestWho:
    OWES = ship(fen=wan(60), shipped=on(1, 1))

    def people(self, policy, credit_line, owes=OWES):
        return [(one.kind, one.person) for one in found(policy, owes, credit_line=credit_line)]

    def test_for_a_downgrade_and_an_exception_the_salesperson_answers(self, policy):
        credit_line = line(grant(wan(50)), increase(wan(10), on(1, 1), on(12, 31), DIRECTOR, person="赵总"), cap_fen=wan(30), salesperson="张三")
        assert self.people(policy, credit_line) == [(DOWNGRADED, "张三"), (EXCEPTION, "张三")]

    def test_without_anybodys_approval_too(self, policy):
        assert self.people(policy, line(grant(wan(20)), salesperson="张三")) == [(UNAUTHORISED, "张三")]

    def test_where_no_salesperson_is_known_that_is_said(self, policy):
        assert self.people(policy, line(grant(wan(20)), salesperson="")) == [(UNAUTHORISED, "责任人未登记")]

    @pytest.mark.parametrize(("person", "named"), [("李四", "李四(财务副总经理)"), ("", "未签名(财务副总经理)")])
    def test_whoever_overstepped_answers(self, policy, person, named):
        credit_line = line(grant(wan(20)), grant(wan(60), on(2, 1), person=person, reason="大单"))
        (one,) = found(policy, self.OWES, credit_line=credit_line)
        assert (one.person, one.over_fen, one.allowed_fen) == (named, wan(40), wan(20))
        assert one.basis == "财务副总经理2026-02-01越权批准授信:大单"

    def test_only_while_it_was_in_force(self, policy):
        credit_line = line(grant(wan(20)), increase(wan(40), on(8, 1), on(8, 31), person="李四"))
        assert self.people(policy, credit_line) == [(UNAUTHORISED, "张三"), (UNAUTHORISED, "李四(财务副总经理)"), (UNAUTHORISED, "张三")]

    def test_the_latest_of_several_answers(self, policy):
        credit_line = line(grant(wan(20)), grant(wan(55), on(2, 1), person="甲"), grant(wan(60), on(3, 1), person="乙"))
        assert self.people(policy, credit_line) == [(UNAUTHORISED, "乙(财务副总经理)")]

    def test_who_allowed_nothing_of_what_is_over_does_not(self, policy):
        credit_line = line(grant(wan(50)), grant(wan(5), on(2, 1), role="业务员", person="王五"))
        assert self.people(policy, credit_line) == [(UNAUTHORISED, "张三")]

    def test_every_row_names_customer_and_ground(self, policy):
        (one,) = found(policy, self.OWES, credit_line=line(grant(wan(20)), name="甲公司"))
        assert (one.customer, one.name, one.balance_fen) == ("K1", "甲公司", wan(60))
        assert one.basis == "超出已批额度,没有有权批准:财务副总经理2026-01-01批准20万元"


days = st.integers(0, 120).map(lambda number: after(on(6, 1), number))
shipments = st.lists(st.builds(ship, fen=st.integers(-wan(4), wan(12)), shipped=days), max_size=5)
collections = st.lists(st.builds(paid, fen=st.integers(-wan(4), wan(12)), received=days), max_size=5)
grants = st.lists(
    st.builds(grant, st.integers(0, wan(9)), days, st.none() | st.just(on(9, 1)), st.sampled_from(["财务副总经理", "总经理", "业务员"]))
    | st.builds(increase, st.integers(1, wan(3)), days, st.sampled_from([on(7, 20), on(8, 8), on(12, 31)])),
    max_size=4,
).map(lambda some: [one for one in some if one.end is None or one.start <= one.end])


@settings(max_examples=60, deadline=None, database=None, derandomize=True)
@given(shipments, collections, grants, st.integers(0, wan(9)))
def test_day_by_day_all_parts_together_are_what_is_over_the_norm(shipped, received, given_to, cap):
    from xl_credit.rules.credit_lines import standing

    credit_line, ledger = line(*given_to, cap_fen=cap), Account("K1", shipped, received)
    start, end = on(7, 5), on(9, 10)
    rows = penalties(POLICY, credit_line, ledger, start, end)
    for number in range((end - start).days + 1):
        day = after(start, number)
        over = max(0, balance_fen(cut(ledger, day)) - standing(POLICY, credit_line, day).norm_fen)
        parts = [row for row in rows if row.start <= day <= row.end]
        assert sum(row.over_fen for row in parts) == over
        assert len({row.kind for row in parts}) == len(parts) and all(row.over_fen > 0 for row in parts)
    assert all(start <= row.start <= row.end <= end for row in rows)
    assert all(abs(row.interest_fen - row.over_fen * row.rate * row.days) <= Decimal("0.5") for row in rows)
