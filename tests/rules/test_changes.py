"""第八条(6), 第十四条: whose level moved, why, and what follows."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.rules.customers import OPINIONS_OF_9, customer, rated
from xl_credit.rules.changes import as_past as past
from xl_credit.rules.changes import level_change, moved_parts
from xl_credit.rules.levels import rate
from xl_credit.rules.records import PastRating

LIMIT = Decimal(50)
UNKNOWN = PastRating("C001", "甲公司", "不予评级", "A", None, None, None, "无任何法律资质")


@pytest.mark.parametrize(
    ("before", "now", "direction", "levels"),
    [(75, 85, "上升", ("二级", "一级")), (85, 75, "下降", ("一级", "二级")), (95, 40, "下降", ("特级", "四级"))],
)
def test_a_level_moves_up_or_down(policy, before, now, direction, levels):
    change = level_change(policy, past(rated(before)), rated(now), LIMIT)
    assert (change.direction, (change.before, change.after)) == (direction, levels)
    assert (change.article, change.limit) == ("第十四条", LIMIT)


def test_points_that_move_within_a_level_are_no_change(policy):
    assert level_change(policy, past(rated(80)), rated(89), LIMIT) is None


def test_a_first_rating_is_a_change(policy):
    change = level_change(policy, UNKNOWN, rated(85), LIMIT)
    assert (change.direction, change.before, change.after) == ("新评级", "不予评级", "一级")


def test_who_stops_being_rated_changes_and_the_reason_is_why(policy, quarter):
    change = level_change(policy, past(rated(85)), rate(policy, customer(licences=("无",) * 7), quarter), Decimal(0))
    assert (change.direction, change.before, change.after) == ("转为不评级", "一级", "不予评级")
    assert change.reason.startswith("无任何法律资质") and "第八条(1)" in change.reason


def test_unrated_before_and_now_is_no_change(policy, quarter):
    assert level_change(policy, UNKNOWN, rate(policy, customer(licences=("无",) * 7), quarter), Decimal(0)) is None


def test_a_business_type_that_changes_the_limit_is_a_change_with_that_reason(policy):
    change = level_change(policy, past(rated(85, "A")), replace(rated(75, "B"), parts=rated(85).parts), LIMIT)
    assert (change.before, change.after, change.direction) == ("一级", "三级", "下降")
    assert change.reason == "业务类型由A转为B"


def test_the_same_level_name_of_another_business_type_has_moved(policy):
    change = level_change(policy, past(rated(85, "A")), rated(95, "B"), LIMIT)
    assert (change.before, change.after, change.direction) == ("一级", "一级", "上升")


def test_another_name_for_the_same_row_has_not_moved(policy):
    assert level_change(policy, past(rated(85, "A")), rated(85, "B"), LIMIT) is None


@pytest.mark.parametrize(("level", "direction"), [("五级", "新评级"), ("一级", None)])
def test_a_past_level_that_the_policy_lacks_is_compared_by_name(policy, level, direction):
    change = level_change(policy, replace(past(rated(85)), business="", level=level), rated(85), LIMIT)
    assert (change and change.direction) == direction


def test_the_reason_names_the_part_scores_that_moved(policy, quarter):
    before = rate(policy, customer(), quarter)
    now = rate(policy, customer(sales=Decimal(150), reconciliation="被迫对账"), quarter)
    assert level_change(policy, past(before), now, LIMIT).reason == "交易金额 20→10(-10)、不良记录 0→-1(-1)"


def test_the_reason_names_a_new_adjustment(policy, quarter):
    now = rate(policy, customer(salesperson_advanced=True), quarter)
    change = level_change(policy, past(rate(policy, customer(), quarter)), now, LIMIT)
    assert change.reason == "业务员代客户垫支,下调1级(第八条(3))"


def test_the_reason_names_an_adjustment_that_no_longer_applies(policy, quarter):
    before = rate(policy, customer(salesperson_advanced=True), quarter)
    change = level_change(policy, past(before), rate(policy, customer(), quarter), LIMIT)
    assert (change.direction, change.reason) == ("上升", "上季调整不再适用:业务员代客户垫支,下调1级(第八条(3))")


def test_where_nothing_of_the_customer_moved_the_policy_did(policy, quarter):
    rating = rate(policy, customer(), quarter)
    change = level_change(policy, replace(past(rating), level="一级"), rating, LIMIT)
    assert change.reason == "政策档次变化"


def test_moved_parts_lists_all_that_moved_with_signs(policy, quarter):
    before, now = rate(policy, customer(**OPINIONS_OF_9), quarter).parts, rate(policy, customer(), quarter).parts
    assert moved_parts(before, now) == "主观评价 9→15(+6)"
    assert moved_parts(now, now) == moved_parts(None, now) == ""


class TestKeyCustomers:
    def test_a_key_customer_whose_level_moved_gets_its_own_paragraph(self, policy, quarter):
        now = rate(policy, customer(is_key=True, salesperson_advanced=True), quarter)
        assert level_change(policy, past(rate(policy, customer(), quarter)), now, LIMIT).paragraph == (
            "重点客户甲公司(C001)信用级别由特级变为一级(下降)。"
            "主要原因:业务员代客户垫支,下调1级(第八条(3))。建议即时提请将授信额度调整为50万元(第十四条)。"
        )

    def test_others_get_none(self, policy):
        assert level_change(policy, past(rated(75)), rated(85), LIMIT).paragraph == ""
