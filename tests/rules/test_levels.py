"""第七条(4), 第八条: levels, exclusions and downgrades."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.rules.customers import OPINIONS_OF_9, OPINIONS_OF_10, customer, rated
from xl_credit.rules.errors import CreditError
from xl_credit.rules.levels import credit_limit, explain, judged_business, level_row, plain, rate
from xl_credit.rules.records import HELD, RATED, UNRATED

FEN = Decimal("0.000001")


@pytest.mark.parametrize(
    ("total", "a", "b", "limit"),
    [
        (100, "特级", "一级", 80), (90, "特级", "一级", 80),
        (Decimal("89.5"), "一级", "二级", 50), (80, "一级", "二级", 50),
        (79, "二级", "三级", 30), (70, "二级", "三级", 30),
        (69, "三级", "四级", 10), (60, "三级", "四级", 10),
        (59, "四级", "四级以下", 0), (0, "四级", "四级以下", 0),
    ],
)  # fmt: skip
def test_each_band_begins_at_its_lower_bound(policy, total, a, b, limit):
    row = policy.levels[level_row(policy, total)]
    assert (row.level("A"), row.level("B"), row.limit) == (a, b, limit)


@pytest.mark.parametrize(
    ("level", "business", "limit"),
    [("特级", "A", 80), ("一级", "A", 50), ("一级", "B", 80), ("四级", "A", 0), ("四级", "B", 10), ("四级以下", "B", 0)],
)
def test_a_level_and_its_business_type_give_the_limit(policy, level, business, limit):
    assert credit_limit(policy, level, business) == limit


def test_a_level_that_the_business_type_lacks_raises(policy):
    with pytest.raises(CreditError, match="B业务没有“特级”;允许:一级、二级、三级、四级、四级以下"):
        credit_limit(policy, "特级", "B")


class TestMixedBusiness:
    """第八条(4)."""

    @pytest.mark.parametrize(("a", "b", "judged"), [("100.01", "100", "A"), ("100", "100.01", "B"), ("100", "100", "B")])
    def test_the_larger_amount_decides_and_equal_ones_are_judged_as_b(self, policy, a, b, judged):
        mixed = customer(business="混合", amount_a=Decimal(a), amount_b=Decimal(b))
        assert judged_business(policy, mixed) == judged

    def test_the_policy_may_judge_equal_amounts_as_a(self, policy):
        mixed = customer(business="混合", amount_a=Decimal(1), amount_b=Decimal(1))
        assert judged_business(replace(policy, mixed_tie="A"), mixed) == "A"

    @pytest.mark.parametrize("missing", ["amount_a", "amount_b"])
    def test_a_missing_amount_raises(self, policy, missing):
        amounts = {"amount_a": Decimal(1), "amount_b": Decimal(1), missing: None}
        with pytest.raises(CreditError, match="混合业务缺少A类或B类业务额"):
            judged_business(policy, customer(business="混合", **amounts))

    def test_amounts_do_not_matter_to_business_of_one_type(self, policy):
        assert judged_business(policy, customer(business="A", amount_a=Decimal(1), amount_b=Decimal(9))) == "A"


class TestExclusions:
    @pytest.mark.parametrize("states", [("无",) * 7, ("未年检",) * 4 + ("无",) * 3])
    def test_without_any_legal_qualification_nobody_is_rated(self, policy, quarter, states):
        rating = rate(policy, customer(licences=states), quarter)
        assert (rating.status, rating.total, rating.row, rating.level, rating.limit) == (UNRATED, None, None, None, 0)
        assert [(step.article, step.levels_down) for step in rating.adjustments] == [("第八条(1)", 0)]
        assert "法律风险由业务人员承担" in explain(rating) and "现款" in explain(rating)

    @pytest.mark.parametrize("paper", range(7))
    def test_a_single_qualification_is_enough_to_be_rated(self, policy, quarter, paper):
        states = tuple("具备" if place == paper else "无" for place in range(7))
        assert rate(policy, customer(licences=states), quarter).status == RATED

    @pytest.mark.parametrize(
        ("first", "status"),
        [
            (date(2026, 9, 30), UNRATED),
            (date(2026, 8, 1), UNRATED),
            (date(2026, 7, 2), UNRATED),
            (date(2026, 7, 1), RATED),
            (date(2026, 6, 30), RATED),
        ],
    )
    def test_a_customer_of_fewer_than_three_months_is_not_rated(self, policy, quarter, first, status):
        assert rate(policy, customer(first_trade=first), quarter).status == status

    def test_falsified_papers_hold_the_rating_and_name_fine_and_person(self, policy, quarter):
        rating = rate(policy, customer(falsified=True), quarter)
        assert (rating.status, rating.limit) == (HELD, 0)
        assert str(rating.adjustments[0]) == "隐瞒、伪造资料,对责任人张三罚款5000元,重新评估前暂缓评级(第八条(7))"

    def test_a_second_reason_makes_a_held_rating_none_at_all(self, policy, quarter):
        rating = rate(policy, customer(falsified=True, licences=("无",) * 7), quarter)
        assert rating.status == UNRATED
        assert [step.article for step in rating.adjustments] == ["第八条(1)", "第八条(7)"]

    def test_an_unrated_customers_part_scores_are_still_shown(self, policy, quarter):
        assert rate(policy, customer(licences=("无",) * 7), quarter).parts.collections == 30


class TestDowngrades:
    @pytest.mark.parametrize(
        ("changes", "articles", "level"),
        [
            ({}, [], "特级"),
            (OPINIONS_OF_10, [], "特级"),
            (OPINIONS_OF_9, ["第八条(2)"], "一级"),
            ({"salesperson_advanced": True}, ["第八条(3)"], "一级"),
            ({"salesperson_advanced": True, **OPINIONS_OF_9}, ["第八条(2)", "第八条(3)"], "二级"),
        ],
    )
    def test_each_downgrade_is_one_level_and_both_are_two(self, policy, quarter, changes, articles, level):
        rating = rate(policy, customer(**changes), quarter)
        assert (rating.base_level, rating.level) == ("特级", level)
        assert [step.article for step in rating.adjustments] == articles
        assert rating.limit == credit_limit(policy, level, "A")

    @pytest.mark.parametrize("business", ["A", "B"])
    def test_the_last_row_is_the_floor(self, policy, quarter, business):
        poor = {"sales": Decimal(0), "profit": Decimal(0), "collections": Decimal(900)}
        base = rate(policy, customer(business=business, **poor), quarter)
        assert (base.total, base.row) == (55, 4)
        low = rate(policy, customer(business=business, salesperson_advanced=True, **poor, **OPINIONS_OF_9), quarter)
        assert (low.row, low.level) == (4, policy.levels[4].level(business))
        assert len(low.adjustments) == 2

    def test_one_row_above_the_floor_two_downgrades_are_one(self, policy, quarter):
        changes = {"sales": Decimal(700), "profit": Decimal(0), "collections": Decimal(500)} | OPINIONS_OF_9
        rating = rate(policy, customer(salesperson_advanced=True, **changes), quarter)
        assert (rating.total, rating.base_row, rating.row) == (61, 3, 4)


class TestExplanation:
    def test_it_says_mixed_business_annualising_points_and_downgrade(self, policy, quarter):
        mixed = {"business": "混合", "amount_a": Decimal(5), "amount_b": Decimal(9)}
        new = customer(first_trade=date(2026, 7, 1), salesperson_advanced=True, **mixed)
        assert explain(rate(policy, new, quarter)) == (
            "新开发客户按92天折算年额(第七条注b);混合业务按B业务评价(第八条(4));得分100分,B业务评为一级(第七条(4));"
            "业务员代客户垫支,下调1级(第八条(3)),定为二级,赊欠限额50万元。"
        )

    def test_a_plain_rating_is_one_sentence(self):
        assert explain(rated(85)) == "得分85分,A业务评为一级(第七条(4)),赊欠限额50万元。"


@pytest.mark.parametrize(
    ("number", "text"),
    [(5, "5"), (100, "100"), (Decimal("1E+2"), "100"), (Decimal("0.50"), "0.5"), (Decimal("0.000000"), "0"), (-3, "-3")],
)
def test_figures_are_written_as_people_do(number, text):
    assert plain(number) == text
