"""第七条(2)(3): the seven part scores and the total.

Each part score takes what its table lists and gives points; a state that the table does not know raises with what is allowed.
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import (
    BAD,
    COLLECTIONS,
    LEGAL,
    OTHER,
    PROFIT,
    SALES,
    SUBJECTIVE,
    Number,
    Policy,
    ScoreItem,
)
from xl_credit.rules.quarter import Quarter, trading_days, trading_months
from xl_credit.rules.records import Customer, PartScores

_LOWEST, _HIGHEST = 0, 100  # 第七条(2): the table is out of 100 by its own definition, not by the company's choice


def option_points(item: ScoreItem, state: str) -> Number:
    """Points of one state; raises 「营业执照为“有”;允许:具备、未年检、无(第七条(3)①)」."""
    try:
        return item.option_points[state]
    except KeyError:
        raise CreditError(f"{item.name}为“{state}”", allowed=item.allowed, article=item.article) from None


@lru_cache(maxsize=65536)
def _options_score(policy: Policy, part: str, states: tuple[str, ...]) -> Number:
    items = [item for item in policy.items_of[part] if item.options]
    if len(items) != len(states):
        raise CreditError(f"{part}给出{len(states)}项", allowed=f"{len(items)}项", article=items[0].article if items else "第七条(3)")
    return sum(option_points(item, state) for item, state in zip(items, states, strict=True))


def legal_score(policy: Policy, licences: Sequence[str]) -> Number:
    """第七条(3)①: 0–10, the seven licences in the table's order; held but not inspected on time scores nothing."""
    return _options_score(policy, LEGAL, tuple(licences))


def other_score(policy: Policy, certificates: Sequence[str]) -> Number:
    """第七条(3)②: 0–5, the four certificates in the table's order."""
    return _options_score(policy, OTHER, tuple(certificates))


def _amount_score(policy: Policy, part: str, amount: Decimal) -> Number:
    return policy.items_of[part][0].points_at(amount)


def sales_score(policy: Policy, sales: Decimal) -> Number:
    """第七条(3)③: points for the year's sales (万元); no sales score 0."""
    return _amount_score(policy, SALES, sales)


def profit_score(policy: Policy, profit: Decimal) -> Number:
    """第七条(3)④: points for the year's profit (万元); none or a loss scores 0."""
    return _amount_score(policy, PROFIT, profit)


def collection_score(policy: Policy, collections: Decimal) -> Number:
    """第七条(3)⑤: points for the year's collections (万元)."""
    return _amount_score(policy, COLLECTIONS, collections)


def subjective_score(policy: Policy, states: Sequence[str], years: Decimal) -> Number:
    """第七条(3)⑥: 0–15; ``states`` are 合作态度, 客户产品销售状况, 企业经营状态, 员工平均工资水平; ``years`` 企业设立年限."""
    return _options_score(policy, SUBJECTIVE, tuple(states)) + policy.item["企业设立年限"].points_at(years)


def bad_record_score(policy: Policy, states: Sequence[str]) -> Number:
    """第七条(3)⑦: −5–0; ``states`` are 拖延回款 and 对账不良记录."""
    return _options_score(policy, BAD, tuple(states))


def annualised(policy: Policy, amount: Decimal, days: int) -> Decimal:
    """第七条 注 b: what was done in ``days`` days, as a year's amount, unrounded."""
    return amount * policy.year_days / days


def annualised_days(policy: Policy, first_trade, quarter: Quarter) -> int | None:
    """Days by which a new customer's amounts are annualised; ``None`` where they count as they are (第七条 注 b, c)."""
    if first_trade > quarter.end:
        raise CreditError(
            f"首次交易日期{first_trade}晚于期末", allowed=f"不晚于{quarter.end}的日期", article="第七条注a"
        )
    if first_trade < quarter.period_start or trading_months(first_trade, quarter.end) >= policy.whole_year_months:
        return None
    return trading_days(first_trade, quarter.end)


def part_scores(policy: Policy, customer: Customer, days: int | None) -> PartScores:
    """All seven, with amounts annualised from ``days`` days where that is not ``None``."""
    amounts = (customer.sales, customer.profit, customer.collections)
    if days is not None:
        amounts = tuple(annualised(policy, amount, days) for amount in amounts)
    sales, profit, collections = amounts
    opinions = (customer.cooperation, customer.product_sales, customer.operation, customer.wages)
    return PartScores(
        legal_score(policy, customer.licences),
        other_score(policy, customer.certificates),
        sales_score(policy, sales),
        profit_score(policy, profit),
        collection_score(policy, collections),
        subjective_score(policy, opinions, customer.years),
        bad_record_score(policy, (customer.late_payment, customer.reconciliation)),
    )


def total_score(parts: PartScores) -> Number:
    """第七条(2): the sum, held to 0–100.

    >>> total_score(PartScores(10, 5, 20, 20, 30, 15, -5))
    95
    """
    return min(_HIGHEST, max(_LOWEST, sum(parts)))
