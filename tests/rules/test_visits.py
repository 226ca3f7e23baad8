"""第四条(1)(2), 第五条: who visits whom, how often, when and why; what people settled stays."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xl_credit.policy.service import sample_service
from xl_credit.rules.errors import CreditError
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.service_calendar import is_working_day, working_days
from xl_credit.rules.visits import Fixed, Visited, overloaded, plan_visits, reason

POLICY = sample_service()
FIRST, SECOND, THIRD, FOURTH = POLICY.grades
Q4 = Quarter(2026, 4)


def customer(code: str = "K1", grade=FIRST, region: str = "东", **more) -> Visited:
    return Visited(code, f"{code}公司", region, grade, **more)


def test_a_customer_is_visited_as_often_as_its_grade_says():
    visits = plan_visits(POLICY, Q4, [customer("K1", FIRST), customer("K2", FOURTH)], {"东": ["甲"]})
    assert Counter(one.code for one in visits) == {"K1": FIRST.visits, "K2": FOURTH.visits}
    assert [(one.number, one.of) for one in visits if one.code == "K1"] == [(number, 6) for number in range(1, 7)]


def test_visits_are_spread_evenly_over_the_quarter():
    days = [one.day for one in plan_visits(POLICY, Q4, [customer()], {"东": ["甲"]})]
    gaps = [(later - earlier).days for earlier, later in zip(days, days[1:], strict=False)]
    assert days == sorted(days) and min(gaps) >= 7 and max(gaps) <= 24


def test_nobody_is_sent_out_on_a_day_off():
    visits = plan_visits(POLICY, Q4, [customer(f"K{n}") for n in range(20)], {"东": ["甲", "乙"]})
    assert all(is_working_day(POLICY, one.day) and Q4.first_day <= one.day <= Q4.end for one in visits)


def test_the_calendar_knows_holidays_and_weekends_worked():
    assert not is_working_day(POLICY, date(2026, 10, 1)) and not is_working_day(POLICY, date(2026, 10, 7))
    assert is_working_day(POLICY, date(2026, 10, 8)) and is_working_day(POLICY, date(2026, 10, 10)) and not is_working_day(POLICY, date(2026, 10, 11))
    assert working_days(POLICY, date(2026, 10, 1), date(2026, 10, 11)) == [date(2026, 10, 8), date(2026, 10, 9), date(2026, 10, 10)]


def test_a_customer_s_own_visitor_goes():
    assert {one.visitor for one in plan_visits(POLICY, Q4, [customer(visitor="丙")], {"东": ["甲"]})} == {"丙"}


def test_customers_without_a_visitor_are_shared_out_evenly_among_those_of_their_region():
    customers = [customer(f"K{n}", grade) for n, grade in enumerate([FIRST] * 4 + [SECOND] * 6 + [FOURTH] * 5)]
    loads = Counter(one.visitor for one in plan_visits(POLICY, Q4, customers, {"东": ["甲", "乙", "丙"]}))
    assert set(loads) == {"甲", "乙", "丙"} and max(loads.values()) - min(loads.values()) <= FIRST.visits


def test_no_visitor_has_more_a_day_than_the_policy_says_while_there_is_room():
    visits = plan_visits(POLICY, Q4, [customer(f"K{n}") for n in range(25)], {"东": ["甲"]})  # 150 visits, 59 working days, 3 a day
    assert overloaded(POLICY, [(one.visitor, one.day) for one in visits]) == {}


def test_more_than_a_visitor_can_do_is_planned_all_the_same_and_named():
    visits = plan_visits(POLICY, Q4, [customer(f"K{n}") for n in range(40)], {"东": ["甲"]})
    assert len(visits) == 240 and overloaded(POLICY, [(one.visitor, one.day) for one in visits])


def test_a_region_without_anybody_is_refused():
    with pytest.raises(CreditError, match="地区“西”没有巡访人"):
        plan_visits(POLICY, Q4, [customer(region="西")], {"东": ["甲"]})


def test_the_first_visit_says_what_calls_for_one():
    one = customer(grade=SECOND, concerns=("逾期货款35,000元",))
    assert reason(one, 1) == "乙级客户每季巡访3次,第1次;逾期货款35,000元" and reason(one, 2) == "乙级客户每季巡访3次,第2次"


def test_a_concern_brings_more_visits_and_they_say_so():
    one = customer(grade=FOURTH, concerns=("未结投诉1件",), more=1)
    visits = plan_visits(POLICY, Q4, [one], {"东": ["甲"]})
    assert [visit.reason for visit in visits] == ["丁级客户每季巡访1次,第1次;未结投诉1件", "加访(1/1);未结投诉1件"]


def test_what_people_settled_is_not_proposed_again_and_counts_for_the_day():
    day = working_days(POLICY, Q4.first_day, Q4.end)[4]
    fixed = [Fixed("K1", 1, day, "甲"), *(Fixed(f"X{n}", 0, day, "甲") for n in range(2))]
    visits = plan_visits(POLICY, Q4, [customer("K1", SECOND), *(customer(f"Y{n}", FOURTH) for n in range(8))], {"东": ["甲"]}, fixed)
    assert [one.number for one in visits if one.code == "K1"] == [2, 3] and day not in {one.day for one in visits}


people = st.lists(st.sampled_from(["甲", "乙", "丙"]), min_size=1, max_size=3, unique=True)
cases = st.lists(
    st.tuples(st.sampled_from(POLICY.grades), st.sampled_from(["东", "西"]), st.sampled_from(["", "", "丁"]), st.integers(0, 2)), min_size=1, max_size=25,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(cases, people, people, st.sets(st.integers(0, 24), max_size=5))
def test_every_visit_that_is_due_is_planned_exactly_once(rows, east, west, settled):
    customers = [customer(f"K{n}", grade, region, visitor=visitor, more=more) for n, (grade, region, visitor, more) in enumerate(rows)]
    fixed = [Fixed(f"K{n}", 1, Q4.first_day, "甲") for n in settled]
    visits = plan_visits(POLICY, Q4, customers, {"东": east, "西": west}, fixed)
    planned = Counter((one.code, one.number) for one in visits) + Counter((one.code, 1) for one in fixed if int(one.code[1:]) < len(rows))
    assert planned == Counter((one.code, number) for one in customers for number in range(1, one.visits + 1))


@settings(max_examples=20, deadline=None)
@given(cases, people)
def test_the_same_customers_in_another_order_give_the_same_plan(rows, names):
    customers = [customer(f"K{n}", grade, "东", visitor=visitor) for n, (grade, _, visitor, _) in enumerate(rows)]
    assert plan_visits(POLICY, Q4, customers, {"东": names}) == plan_visits(POLICY, Q4, customers[::-1], {"东": names})
