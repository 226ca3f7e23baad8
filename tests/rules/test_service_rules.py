"""第六条, 第七条, 第九条(4), 第十一条 and 信用第七条(3)⑥⑦: approvers, technicians, effect, terms and what visits show."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest

from xl_credit.policy.service import sample_service
from xl_credit.rules.errors import CreditError
from xl_credit.rules.service_evidence import Promise, Seen, advise_observed, advise_promises, broken
from xl_credit.rules.service_staff import Person, named, shortfall, technicians
from xl_credit.rules.service_terms import IN_TIME, OPEN, OVERDUE, OVERDUE_DONE, Term, summarise
from xl_credit.rules.visit_effect import effect

POLICY = sample_service()
DAY = date(2026, 9, 10)


def later(days: int) -> date:
    return DAY + timedelta(days=days)


class TestGifts:
    @pytest.mark.parametrize(("amount", "role"), [("500", "客户服务主管"), ("500.01", "销售部经理"), ("3000", "销售部经理"), ("3000.01", "销售副总"), ("9999999", "销售副总")])
    def test_the_first_post_whose_bound_holds_the_amount_approves(self, amount, role):
        assert POLICY.gift_approver(D(amount)) == role


class TestUrgentReports:
    def test_the_matter_names_who_answers_and_by_when(self):
        matter = POLICY.matter("质量与技术")
        assert (matter.role, Term(DAY, matter.days, None).due) == ("技术部门经理", later(1))

    def test_an_unknown_matter_is_refused(self):
        with pytest.raises(CreditError, match="事项类别为“天气”;允许:质量与技术、"):
            POLICY.matter("天气")

    def test_the_region_s_own_answers_first(self):
        people = [Person("甲", "销售部经理", ""), Person("乙", "销售部经理", "东"), Person("丙", "财务部", "东")]
        assert named(people, "销售部经理", "东") == "乙" and named(people, "销售部经理", "西") == "甲" and named(people, "总经理") == ""


class TestTerms:
    @pytest.mark.parametrize(
        ("done", "as_of", "state"),
        [(None, 3, OPEN), (None, 4, OVERDUE), (3, 9, IN_TIME), (4, 9, OVERDUE_DONE), (8, 3, OPEN), (8, 5, OVERDUE), (3, 3, IN_TIME)],
    )
    def test_it_is_overdue_the_day_after_its_due_day(self, done, as_of, state):
        assert Term(DAY, 3, None if done is None else later(done)).state(later(as_of)) == state

    def test_kinds_are_summed_and_the_mean_is_of_those_closed(self):
        terms = [("甲", Term(DAY, 3, later(2))), ("甲", Term(DAY, 3, later(5))), ("甲", Term(DAY, 3, None)), ("丙", Term(DAY, 3, None))]
        first, second, third = summarise(("甲", "乙"), terms, later(10))
        assert (first.came, first.done, first.pending, first.late, first.mean_days, first.longest_days) == (3, 2, 1, 2, D("3.5"), 10)
        assert (second.came, second.mean_days) == (0, None) and (third.kind, third.late) == ("丙", 1)


class TestEffect:
    def test_the_day_before_counts_before_and_the_day_itself_after(self):
        orders = [(later(-31), 1), (later(-30), 10), (later(-1), 100), (DAY, 1000), (later(29), 10000), (later(30), 100000)]
        one = effect("K1", [later(5), DAY], orders, [], 30, later(60))
        assert (one.ordered_before, one.ordered_after, one.visits, one.whole) == (110, 11000, 2, True)

    @pytest.mark.parametrize(("as_of", "whole", "after"), [(28, False, 1), (29, True, 1), (0, False, 1), (-1, False, 0)])
    def test_it_is_whole_once_the_stretch_has_passed(self, as_of, whole, after):
        one = effect("K1", [DAY], [], [(DAY, 1), (later(40), 5)], 30, later(as_of))
        assert (one.whole, one.collected_after) == (whole, after)


class TestStaff:
    @pytest.mark.parametrize(("count", "missing"), [(11, 1), (12, 0), (13, 0), (0, 12)])
    def test_a_region_has_twelve_technicians(self, count, missing):
        found = technicians(POLICY, [Person(f"人{n}", "技术人员", "东") for n in range(count)], ["东"])
        assert [(one.region, one.there, one.missing) for one in found] == [("东", count, missing)]

    @pytest.mark.parametrize(
        ("role", "years", "lead", "lacks"),
        [
            ("客户服务主管", 3, 1, ""), ("客户服务主管", D("2.9"), 1, "服务经验2.9年,须3年以上"), ("客户服务主管", 3, D("0.5"), "管理经验0.5年,须1年以上"),
            ("客户服务专员", 1, None, ""), ("客户服务专员", None, None, "服务经验未填,须1年以上"), ("业务员", None, None, ""),
        ],
    )  # fmt: skip
    def test_a_post_asks_for_years(self, role, years, lead, lacks):
        assert shortfall(POLICY, Person("甲", role, "东", "", years, lead)) == lacks


def seen(state: str, days: int = 0, item: str = "合作态度", code: str = "K1") -> Seen:
    return Seen(code, item, state, later(days), f"巡访日报!A{days + 50}")


class TestWhatVisitsShow:
    PRESENT = {("K1", "合作态度"): "配合", ("K1", "对账不良记录"): "无", ("K1", "拖延回款"): "无"}

    def advise(self, *rows: Seen):
        return [(one.item, one.present, one.proposed, one.sources) for one in advise_observed(POLICY, rows, self.PRESENT)]

    def test_two_visits_that_agree_are_enough_and_one_is_not(self):
        assert self.advise(seen("不配合", 1)) == []
        assert self.advise(seen("不配合", 1), seen("不配合", 2)) == [("合作态度", "配合", "不配合", ("巡访日报!A51", "巡访日报!A52"))]

    def test_most_count_and_of_equally_many_the_later(self):
        assert self.advise(seen("不配合", 1), seen("非常配合", 2), seen("非常配合", 3))[0][2] == "非常配合"
        assert self.advise(seen("非常配合", 1), seen("不配合", 2))[0][2] == "不配合"

    def test_what_the_table_says_already_is_no_proposal(self):
        assert self.advise(seen("配合", 1), seen("配合", 2)) == []

    def test_a_customer_that_is_not_rated_gets_none(self):
        assert self.advise(seen("不配合", 1, code="K9"), seen("不配合", 2, code="K9")) == []

    @pytest.mark.parametrize(("states", "proposed"), [(["拒绝对账"], "拒绝对账"), (["被迫对账", "拒绝对账"], "拒绝对账"), (["无", "被迫对账"], "被迫对账"), (["无"], None)])
    def test_one_refusal_to_reconcile_is_enough_and_the_worst_counts(self, states, proposed):
        found = self.advise(*(seen(state, day, "对账不良记录") for day, state in enumerate(states)))
        assert [one[2] for one in found] == ([proposed] if proposed else [])

    @pytest.mark.parametrize(
        ("came", "as_of", "missing"),
        [([], 10, None), ([], 11, 1000), ([(5, 999)], 11, 1), ([(5, 1000)], 11, 0), ([(-1, 1000)], 11, 1000), ([(11, 1000)], 11, 1000), ([(10, 600), (0, 400)], 11, 0)],
    )
    def test_a_promise_is_broken_by_what_came_from_the_visit_to_the_promised_day(self, came, as_of, missing):
        promise = Promise("K1", 1000, DAY, later(10), "巡访日报!T5")
        assert broken(POLICY, promise, [(later(day), fen) for day, fen in came], later(as_of)) == missing

    def test_a_broken_promise_is_proposed_with_its_figures(self):
        promise = Promise("K1", 100_000, DAY, later(10), "巡访日报!T5")
        (found,) = advise_promises(POLICY, [promise], {"K1": [(later(3), 40_000)]}, self.PRESENT, later(20))
        assert (found.item, found.proposed, found.sources) == ("拖延回款", "客户承诺后也未按期付款", ("巡访日报!T5",)) and "到期少付600元" in found.basis

    def test_without_a_ledger_nothing_is_proposed(self):
        assert advise_promises(POLICY, [Promise("K1", 1, DAY, DAY, "")], {}, self.PRESENT, later(20)) == []
