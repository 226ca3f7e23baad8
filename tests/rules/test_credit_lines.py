"""第八条(8), 第十条, 第十五条, 第二十条: the limit and the term in force on a day, and on whose word."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.rules.ledgers import DIRECTOR, FINANCE, SALES, after, grant, increase, line, low_line, on, wan
from xl_credit.rules.credit_lines import authorised_roles, cap_fen, standing, unauthorised_grants

DAY = on(7, 1)


def limit(policy, credit_line, day=DAY):
    return standing(policy, credit_line, day).limit_fen


class TestLimit:
    @pytest.mark.parametrize(("granted", "norm"), [(wan(30) - 1, wan(30) - 1), (wan(30), wan(30)), (wan(30) + 1, wan(30)), (wan(50), wan(30))])
    def test_a_grant_is_held_to_what_the_level_allows(self, policy, granted, norm):
        now = standing(policy, line(grant(granted), cap_fen=wan(30)), DAY)
        assert (now.limit_fen, now.norm_fen, now.granted_fen, now.temporary_fen) == (norm, norm, granted, 0)

    def test_where_there_is_no_level_the_grant_stands_as_it_is(self, policy):
        assert limit(policy, line(grant(wan(50)), cap_fen=None, status="不予评级")) == wan(50)

    def test_a_level_that_allows_nothing_leaves_nothing(self, policy):
        now = standing(policy, line(grant(wan(30)), cap_fen=0), DAY)
        assert (now.limit_fen, now.granted_fen) == (0, wan(30))

    @pytest.mark.parametrize(("days", "found"), [(-1, 0), (0, wan(3)), (1, wan(3))])
    def test_a_grant_is_in_force_from_its_day(self, policy, days, found):
        assert limit(policy, line(grant(wan(3), start=DAY)), after(DAY, days)) == found

    @pytest.mark.parametrize(("days", "found"), [(-1, wan(3)), (0, wan(3)), (1, 0)])
    def test_and_to_its_last_day(self, policy, days, found):
        assert limit(policy, line(grant(wan(3), end=DAY)), after(DAY, days)) == found

    @pytest.mark.parametrize(("first", "second"), [(30, 20), (20, 30)])
    @pytest.mark.parametrize(("days", "is_second"), [(-1, False), (0, True), (1, True)])
    def test_the_latest_grant_wins_be_it_less_or_more(self, policy, first, second, days, is_second):
        grants = [grant(wan(first), on(1, 1)), grant(wan(second), on(5, 1))]
        for order in (grants, grants[::-1]):
            assert limit(policy, line(*order), after(on(5, 1), days)) == wan(second if is_second else first)

    def test_a_later_grant_without_authority_leaves_the_earlier_one(self, policy):
        now = standing(policy, line(grant(wan(20)), grant(wan(50) + 1, on(5, 1))), DAY)
        assert (now.limit_fen, [one.fen for one in now.unauthorised]) == (wan(20), [wan(50) + 1])

    def test_a_grant_of_nothing_ends_the_credit(self, policy):
        assert limit(policy, line(grant(wan(20)), grant(0, on(5, 1)))) == 0

    def test_the_ground_names_who_when_and_how_much(self, policy):
        now = standing(policy, line(grant(wan(50), on(3, 4), person="李四"), increase(5_500_000, on(6, 1), on(8, 1), DIRECTOR), cap_fen=wan(30)), DAY)
        assert now.basis == "财务副总经理(李四)2026-03-04批准50万元,一级限额30万元,临时增加5.5万元至2026-08-01"
        assert now.article == "第八条(8)"


class TestCash:
    @pytest.mark.parametrize(
        ("credit_line", "words", "article"),
        [
            (line(), "未授信,执行现款管理", "第十五条"),
            (line(status=""), "未进行授信管理,执行现款管理", "第十五条"),
            (line(proposed_fen=wan(30)), "建议额度30万元尚未批准,执行现款管理", "第十五条"),
            (line(grant(wan(30)), cash_only=True, status="不予评级"), "不予评级,现款现货", "第八条(1)(7)"),
        ],
        ids=["no grant", "unknown", "proposed", "cash only"],
    )
    def test_who_may_owe_nothing_and_why(self, policy, credit_line, words, article):
        now = standing(policy, credit_line, DAY)
        assert (now.limit_fen, now.norm_fen, now.temporary_fen, now.term_days, now.basis, now.article) == (0, 0, 0, None, words, article)

    def test_cash_only_bars_a_temporary_increase_too(self, policy):
        assert limit(policy, line(grant(wan(30)), increase(wan(5), on(1, 1), on(12, 31)), cash_only=True)) == 0

    def test_an_increase_without_a_grant_to_increase_is_none(self, policy):
        assert limit(policy, line(increase(wan(5), on(1, 1), on(12, 31)))) == 0

    @pytest.mark.parametrize("role", ["市场部", "财务部", "业务员", "", SALES])
    def test_a_grant_by_somebody_without_any_authority_is_none(self, policy, role):
        now = standing(policy, line(grant(1, role=role)), DAY)
        assert (now.limit_fen, [one.role for one in now.unauthorised]) == (0, [role])


class TestTemporaryIncrease:
    LINE = line(grant(wan(20)), increase(wan(5), on(7, 1), on(7, 31)))

    @pytest.mark.parametrize(
        ("day", "found"), [(on(6, 30), 20), (on(7, 1), 25), (on(7, 15), 25), (on(7, 31), 25), (on(8, 1), 20), (on(12, 31), 20)]
    )
    def test_it_comes_on_top_from_its_first_to_its_last_day_and_lapses_by_itself(self, policy, day, found):
        now = standing(policy, self.LINE, day)
        assert (now.limit_fen, now.norm_fen, now.temporary_fen) == (wan(found), wan(20), wan(found - 20))

    def test_it_comes_on_top_of_the_levels_limit(self, policy):
        now = standing(policy, line(grant(wan(30)), increase(wan(5), on(7, 1), on(7, 31)), cap_fen=wan(10)), DAY)
        assert (now.limit_fen, now.norm_fen, now.granted_fen) == (wan(15), wan(10), wan(30))

    def test_several_add_up_while_they_overlap(self, policy):
        both = line(grant(wan(20)), increase(wan(5), on(7, 1), on(7, 20)), increase(wan(3), on(7, 10), on(7, 31)))
        assert [limit(policy, both, day) // wan(1) for day in (on(7, 9), on(7, 10), on(7, 20), on(7, 21), on(8, 1))] == [25, 28, 28, 23, 20]

    @pytest.mark.parametrize(("fen", "found"), [(wan(10) - 1, wan(50) - 1), (wan(10), wan(50)), (wan(10) + 1, wan(40))])
    def test_it_needs_the_authority_for_what_it_brings_the_limit_to(self, policy, fen, found):
        assert limit(policy, line(grant(wan(40)), increase(fen, on(7, 1), on(7, 31)))) == found

    def test_the_director_may_bring_it_to_anything(self, policy):
        assert limit(policy, line(grant(wan(40)), increase(wan(400), on(7, 1), on(7, 31), DIRECTOR))) == wan(440)

    def test_it_is_measured_against_the_grant_in_force_not_one_long_superseded(self, policy):
        grants = [grant(wan(45), on(1, 1)), grant(wan(20), on(5, 1)), increase(wan(10), on(7, 1), on(7, 31))]
        assert limit(policy, line(*grants)) == wan(30)
        assert unauthorised_grants(policy, line(*grants)) == ()

    def test_two_that_together_exceed_the_authority_need_the_higher_one(self, policy):
        parts = [increase(wan(8), on(7, 1), on(7, 31), reason="一"), increase(wan(8), on(7, 1), on(7, 31), reason="二")]
        assert limit(policy, line(grant(wan(40)), *parts)) <= wan(50)
        assert len(unauthorised_grants(policy, line(grant(wan(40)), *parts))) == 1

    def test_a_later_grant_by_another_does_not_make_it_overstep_after_the_fact(self, policy):
        grants = [grant(wan(20)), increase(wan(10), on(6, 1), on(12, 31)), grant(wan(80), on(7, 1), role=DIRECTOR)]
        assert unauthorised_grants(policy, line(*grants, cap_fen=wan(80))) == ()


class TestTerm:
    @pytest.mark.parametrize(("given", "term"), [(None, 90), (30, 30), (60, 60), (90, 90)])
    def test_it_is_that_of_the_grant_or_the_policys(self, policy, given, term):
        assert standing(policy, line(grant(term=given)), DAY).term_days == term

    def test_the_policys_can_be_another(self, policy):
        assert standing(replace(policy, default_term_days=45), line(grant()), DAY).term_days == 45

    @pytest.mark.parametrize(("first", "then", "term"), [(30, 60, 60), (60, 30, 60), (60, None, 60)])
    def test_a_temporary_increase_may_lengthen_it_and_never_shortens_it(self, policy, first, then, term):
        credit_line = line(grant(term=first), increase(1, on(7, 1), on(7, 31), term=then))
        assert [standing(policy, credit_line, day).term_days for day in (on(6, 30), on(7, 1), on(8, 1))] == [first, term, first]

    def test_nor_does_it_shorten_the_policys(self, policy):
        assert standing(policy, line(grant(term=None), increase(1, on(7, 1), on(7, 31), term=30)), DAY).term_days == 90

    def test_the_latest_grants_term_counts_be_it_shorter(self, policy):
        assert standing(policy, line(grant(term=90), grant(start=on(5, 1), term=30)), DAY).term_days == 30


class TestAuthority:
    @pytest.mark.parametrize(
        ("fen", "days", "roles"),
        [
            (0, 0, (FINANCE, DIRECTOR)),
            (wan(50) - 1, 90, (FINANCE, DIRECTOR)),
            (wan(50), 89, (FINANCE, DIRECTOR)),
            (wan(50), 90, (FINANCE, DIRECTOR)),
            (wan(50), 91, (DIRECTOR,)),
            (wan(50) + 1, 90, (DIRECTOR,)),
            (1, 91, (DIRECTOR,)),
            (wan(5000), 999, (DIRECTOR,)),
        ],
    )
    def test_up_to_50_and_90_days_the_finance_director_above_the_general_manager_who_may_approve_anything(self, policy, fen, days, roles):
        assert authorised_roles(policy, fen, days, low_level=False) == roles

    @pytest.mark.parametrize(("fen", "roles"), [(wan(5) - 1, (SALES,)), (wan(5), (SALES,)), (wan(5) + 1, ())])
    def test_below_level_four_the_sales_director_up_to_5(self, policy, fen, roles):
        assert authorised_roles(policy, fen, 999, low_level=True) == roles

    @pytest.mark.parametrize(("role", "term", "found"), [(FINANCE, 90, wan(30)), (FINANCE, 91, 0), (DIRECTOR, 91, wan(30)), (FINANCE, None, wan(30))])
    def test_a_term_beyond_the_authority_makes_the_grant_void(self, policy, role, term, found):
        assert limit(policy, line(grant(wan(30), role=role, term=term))) == found

    def test_a_grant_without_a_term_is_taken_to_have_the_policys(self, policy):
        assert limit(replace(policy, default_term_days=91), line(grant(wan(30), term=None))) == 0

    @pytest.mark.parametrize(("role", "fen", "found"), [(FINANCE, wan(50), 50), (FINANCE, wan(50) + 1, 0), (DIRECTOR, wan(60), 60)])
    def test_an_amount_beyond_the_authority_makes_the_grant_void(self, policy, role, fen, found):
        assert limit(policy, line(grant(fen, role=role), cap_fen=wan(80))) == wan(found)


class TestBelowLevelFour:
    @pytest.mark.parametrize(("fen", "found"), [(wan(5) - 1, wan(5) - 1), (wan(5), wan(5)), (wan(5) + 1, 0)])
    def test_the_sales_director_may_give_up_to_5_though_the_level_has_no_limit(self, policy, fen, found):
        assert limit(policy, low_line(grant(fen, role=SALES))) == found

    def test_5_is_policy(self, policy):
        three = replace(policy, low_level_cap=Decimal(3))
        assert cap_fen(three, low_line()) == wan(3)
        assert cap_fen(policy, low_line(cap_fen=None)) is None
        assert cap_fen(policy, line(cap_fen=wan(30))) == wan(30)

    def test_what_was_granted_before_the_fall_is_held_to_5_and_not_against_who_granted_it(self, policy):
        fallen = low_line(grant(wan(30)))
        now = standing(policy, fallen, DAY)
        assert (now.limit_fen, now.granted_fen) == (wan(5), wan(30))
        assert unauthorised_grants(policy, fallen) == ()

    def test_above_level_four_the_sales_director_has_no_say(self, policy):
        assert limit(policy, line(grant(wan(5), role=SALES))) == 0


class TestUnauthorised:
    def test_all_are_found_whenever_they_were_in_force_in_the_order_they_are_listed(self, policy):
        past = grant(wan(60), on(1, 1, 2024), on(12, 31, 2024), person="甲")
        coming = grant(wan(1), on(1, 1, 2030), role="业务员", person="乙")
        credit_line = line(coming, grant(wan(20)), past, increase(wan(31), on(2, 1), on(2, 28), person="丙"))
        assert [one.person for one in unauthorised_grants(policy, credit_line)] == ["乙", "甲", "丙"]

    def test_authorised_grants_are_not(self, policy):
        assert unauthorised_grants(policy, line(grant(wan(50)), grant(wan(60), role=DIRECTOR), increase(wan(5), on(2, 1), on(3, 1), DIRECTOR))) == ()
        assert unauthorised_grants(policy, line()) == ()

    def test_on_a_day_only_those_in_force_stand_beside_the_limit(self, policy):
        credit_line = line(grant(wan(20)), increase(wan(31), on(7, 1), on(7, 31)))
        counts = [len(standing(policy, credit_line, day).unauthorised) for day in (on(6, 30), on(7, 1), on(7, 31), on(8, 1))]
        assert counts == [0, 1, 1, 0]
        assert {limit(policy, credit_line, day) for day in (on(6, 30), on(7, 15))} == {wan(20)}

    def test_without_any_valid_grant_they_are_reported_too(self, policy):
        now = standing(policy, line(grant(wan(51))), DAY)
        assert (now.limit_fen, len(now.unauthorised)) == (0, 1)
