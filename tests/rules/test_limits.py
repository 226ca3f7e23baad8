"""第九条, 第十条(6)(7), 第十五条: what may be proposed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.rules.customers import customer, rated
from xl_credit.rules.levels import rate
from xl_credit.rules.limits import is_last_row, proposed_limit

FEN = Decimal("0.000001")


@pytest.mark.parametrize(
    ("asked", "limit", "article"),
    [
        (FEN, FEN, "第九条(2)"),
        (Decimal(50) - FEN, Decimal(50) - FEN, "第九条(2)"),
        (Decimal(50), Decimal(50), "第九条(2)"),
        (Decimal(50) + FEN, Decimal(50), "第八条(8)"),
        (Decimal(500), Decimal(50), "第八条(8)"),
    ],
)
def test_the_proposal_is_the_request_held_to_the_levels_limit(policy, asked, limit, article):
    proposal = proposed_limit(policy, rated(85, requested=asked))
    assert (proposal.limit, proposal.submitted, proposal.article) == (limit, limit, article)


def test_the_basis_says_request_level_and_limit(policy):
    assert proposed_limit(policy, rated(85)).basis == "申请60万元,以一级限额50万元为限"
    assert proposed_limit(policy, rated(95)).basis == "按申请60万元,未超过级别限额"


@pytest.mark.parametrize("asked", [None, Decimal(0), Decimal(-5)])
def test_who_asks_for_nothing_pays_cash(policy, asked):
    proposal = proposed_limit(policy, rated(95, requested=asked))
    assert (proposal.limit, proposal.submitted, proposal.term_days, proposal.article) == (0, 0, 0, "第十五条")


def test_without_a_contract_nothing_is_proposed(policy):
    proposal = proposed_limit(policy, rated(95, contract=""))
    assert (proposal.limit, proposal.submitted, proposal.article) == (0, 0, "第九条(3)")


def test_a_customer_too_new_to_be_rated_gets_nothing_but_may_apply(policy, quarter):
    proposal = proposed_limit(policy, rate(policy, customer(first_trade=date(2026, 9, 1)), quarter))
    assert (proposal.limit, proposal.submitted, proposal.article) == (0, 60, "第十条(7)")


@pytest.mark.parametrize(
    ("changes", "article"), [({"licences": ("无",) * 7}, "第八条(1)"), ({"falsified": True}, "第八条(7)")], ids=["no licence", "held"]
)
def test_without_licence_or_with_false_papers_a_customer_pays_cash_and_may_not_apply(policy, quarter, changes, article):
    proposal = proposed_limit(policy, rate(policy, customer(**changes), quarter))
    assert (proposal.limit, proposal.submitted, proposal.article) == (0, 0, article)


@pytest.mark.parametrize("business", ["A", "B"])
@pytest.mark.parametrize(("asked", "submitted"), [("4.999999", "4.999999"), ("5", "5"), ("5.000001", "5"), ("60", "5")])
def test_below_level_four_at_most_5_goes_to_the_sales_director(policy, business, asked, submitted):
    rating = rated(59, business, requested=Decimal(asked))
    assert is_last_row(policy, rating)
    proposal = proposed_limit(policy, rating)
    assert (proposal.limit, proposal.submitted, proposal.article) == (0, Decimal(submitted), "第十条(6)")


@pytest.mark.parametrize(("total", "last"), [(60, False), (59, True)])
def test_the_last_row_begins_below_60(policy, total, last):
    assert is_last_row(policy, rated(total)) is last


@pytest.mark.parametrize(("days", "term"), [(None, 90), (30, 30), (120, 120)])
def test_the_term_is_as_requested_or_the_policys(policy, days, term):
    assert proposed_limit(policy, rated(85, requested_days=days)).term_days == term


def test_the_cap_below_level_four_is_policy(policy):
    assert proposed_limit(replace(policy, low_level_cap=Decimal(3)), rated(10)).submitted == 3
