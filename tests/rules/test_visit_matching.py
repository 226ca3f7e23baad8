"""第九条, 第十条: planned visits made, late, missed or to come; visits that nobody planned."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xl_credit.policy.service import sample_service
from xl_credit.rules.visit_matching import LATE, MISSED, ON_TIME, TO_COME, Made, Planned, match, report_delay

POLICY = sample_service()  # 3 days of grace, 15 days to match, a report within a day
DAY = date(2026, 9, 10)


def planned(number: str = "P1", code: str = "K1", day: date = DAY) -> Planned:
    return Planned(number, code, day, "甲")


def made(days: int, row: int = 5, code: str = "K1", plan: str = "") -> Made:
    return Made(row, code, DAY + timedelta(days=days), "甲", plan)


def states(plans, visits, as_of=date(2026, 9, 30)):
    kept, extra = match(POLICY, plans, visits, as_of)
    return [one.state for one in kept], [one.row for one in extra]


@pytest.mark.parametrize(("days", "state"), [(-2, ON_TIME), (0, ON_TIME), (3, ON_TIME), (4, LATE), (15, LATE)])
def test_a_visit_is_late_after_the_days_of_grace(days, state):
    assert states([planned()], [made(days)]) == ([state], [])


@pytest.mark.parametrize(("days", "found"), [(15, ([LATE], [])), (16, ([MISSED], [5])), (-15, ([ON_TIME], [])), (-16, ([MISSED], [5]))])
def test_a_visit_without_a_number_belongs_to_a_plan_within_the_policy_s_days(days, found):
    assert states([planned()], [made(days)]) == found


@pytest.mark.parametrize(("as_of", "state"), [(DAY, TO_COME), (DAY + timedelta(days=3), TO_COME), (DAY + timedelta(days=4), MISSED)])
def test_a_visit_is_missed_once_the_days_of_grace_are_over(as_of, state):
    assert states([planned()], [], as_of)[0] == [state]


def test_what_happened_later_does_not_count():
    assert states([planned()], [made(2)], DAY + timedelta(days=1)) == ([TO_COME], [])


def test_a_visit_belongs_to_the_plan_it_names_however_late():
    kept, extra = match(POLICY, [planned("P1"), planned("P2", day=DAY + timedelta(days=30))], [made(28, plan="P1")], date(2026, 12, 31))
    assert kept[0].made and kept[0].late_days == 28 and kept[1].state == MISSED and not extra


@pytest.mark.parametrize("visit", [made(0, code="K2", plan="P1"), made(0, code="K2")])
def test_another_customer_s_visit_is_not_this_one_s(visit):
    assert states([planned()], [visit]) == ([MISSED], [5])


def test_the_second_visit_that_names_a_plan_is_beyond_it():
    assert states([planned()], [made(0, 5, plan="P1"), made(1, 6, plan="P1")]) == ([ON_TIME], [6])


def test_a_name_that_nobody_knows_is_taken_for_none():
    assert states([planned()], [made(0, plan="旧编号")]) == ([ON_TIME], [])


def test_an_unnamed_visit_goes_to_the_nearest_plan():
    kept, _ = match(POLICY, [planned("P1"), planned("P2", day=DAY + timedelta(days=10))], [made(9)], date(2026, 9, 30))
    assert [bool(one.made) for one in kept] == [False, True]


@pytest.mark.parametrize(("reported", "delay"), [(DAY, 0), (DAY + timedelta(days=1), 0), (DAY + timedelta(days=2), 1), (None, 4)])
def test_a_report_is_late_after_the_policy_s_days(reported, delay):
    assert report_delay(POLICY, DAY, reported, DAY + timedelta(days=5)) == delay


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 60)), max_size=12),
    st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 75), st.integers(-1, 14)), max_size=15),
)
def test_every_planned_visit_appears_once_and_every_visit_is_in_one_place(plans, visits):
    rows = [planned(f"P{n}", code, DAY + timedelta(days=day)) for n, (code, day) in enumerate(plans)]
    done = [made(day, n, code, f"P{plan}" if plan >= 0 else "") for n, (code, day, plan) in enumerate(visits)]
    kept, extra = match(POLICY, rows, done, DAY + timedelta(days=100))
    assert [one.planned for one in kept] == rows
    assert Counter(one.made.row for one in kept if one.made) + Counter(one.row for one in extra) == Counter(one.row for one in done)
    assert all(one.made.code == one.planned.code for one in kept if one.made)
