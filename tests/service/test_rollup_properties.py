"""第十条: whatever was planned and reported, the totals of a month equal the rows they are made of."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from xl_credit.forms import service_columns as c
from xl_credit.forms import service_report_columns as k
from xl_credit.policy.service import sample_service
from xl_credit.service import report_rows as rows
from xl_credit.service.book import ServiceData
from xl_credit.service.credit import Credit
from xl_credit.service.plan_rows import PlanRow
from xl_credit.service.records import Daily
from xl_credit.service.rollup import Month, roll_up

POLICY, SEPTEMBER = sample_service(), Month(2026, 9)
FIRST = date(2026, 8, 15)

codes, visitors = st.sampled_from(["K1", "K2", "K3"]), st.sampled_from(["甲", "乙"])
planned = st.lists(st.tuples(codes, st.integers(0, 60), visitors), max_size=12)
visits = st.lists(
    st.tuples(codes, st.integers(0, 60), visitors, st.integers(-1, 11), st.sampled_from(["", *POLICY.opinions]), st.booleans(), st.booleans(),
              st.sampled_from(["", "破损", "错票"]), st.sampled_from(c.PROBLEM_STATES), st.integers(0, 5)),
    max_size=14,
)  # fmt: skip


def unit(name: str, plans, made):
    plan = [
        PlanRow(n, f"P{n}", "2026Q3", code, FIRST + timedelta(days=day), who, False, {"实际日期": None}) for n, (code, day, who) in enumerate(plans)
    ]
    dailies = tuple(
        Daily(n, f"R{n}", FIRST + timedelta(days=day), FIRST + timedelta(days=day + late), who, code, f"P{plan}" if plan >= 0 else "", "访", kind,
              "说" if said else "", "", "望" if wished else "", "", "", "", "", 0, 0, None, problem, "", "", state if problem else "无", "", "", (), True, "",
              "", f"巡访日报!A{n}")
        for n, (code, day, who, plan, kind, said, wished, problem, state, late) in enumerate(made, 5)
    )  # fmt: skip
    data = ServiceData(name, dailies=dailies)
    return roll_up(data, plan, {}, Credit(), POLICY, SEPTEMBER, SEPTEMBER.last)


@settings(max_examples=60, deadline=None)
@given(planned, visits, planned, visits)
def test_totals_equal_the_rows_of_units_and_visitors(plans, made, other_plans, other_made):
    rollups = [unit("东", plans, made), unit("西", other_plans, other_made)]
    company, lists = rows.tiles(rollups), rows.list_rows(rollups)
    places = {"计划巡访": 1, "完成": 2, "迟访": 3, "未访": 4, "计划外": 5, "日报": 7, "迟报": 8, "意见条数": 9, "未解决": 10}
    for name, place in places.items():
        assert company[name] == sum(row[place] for row in rows.unit_rows(rollups)), name
        if name != "未解决":  # one of an earlier month may be of somebody who was not out in this one
            assert company[name] == sum(row[place] for one in rollups for row in rows.visitor_rows(one)), name
    states = Counter(row[8] for row in lists[k.VISITS])
    assert (states["迟访"], states["未访"], states["计划外"]) == (company["迟访"], company["未访"], company["计划外"])
    assert sum(bool(row[1]) for row in lists[k.VISITS]) == company["计划巡访"]
    assert len(lists[k.VOICES]) == company["意见条数"] == sum(count for _, count in rows.opinion_counts(rollups))
    assert len(lists[k.PROBLEMS]) == company["未解决"] + company["已解决"]


@settings(max_examples=60, deadline=None)
@given(planned, visits)
def test_every_planned_visit_of_the_month_appears_once(plans, made):
    one = unit("东", plans, made)
    wanted = Counter(f"P{n}" for n, (_, day, _) in enumerate(plans) if SEPTEMBER.holds(FIRST + timedelta(days=day)))
    assert Counter(row[1] for row in rows.list_rows([one])[k.VISITS] if row[1]) == wanted
