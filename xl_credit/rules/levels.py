"""第七条(4), 第八条(1)–(4)(7): from points to a level and a limit, with the adjustments on the way."""

from collections.abc import Iterable
from decimal import Decimal

from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import Number, Policy
from xl_credit.rules.quarter import Quarter, trading_months
from xl_credit.rules.records import HELD, RATED, UNRATED, Adjustment, Customer, PartScores, Rating
from xl_credit.rules.scoring import annualised_days, part_scores, total_score

_NO_LIMIT = Decimal(0)


def judged_business(policy: Policy, customer: Customer) -> str:
    """第八条(4): mixed business is judged as the type with the larger amount; equal amounts as the policy says (B)."""
    if customer.business != "混合":
        return customer.business
    if customer.amount_a is None or customer.amount_b is None:
        raise CreditError("混合业务缺少A类或B类业务额", allowed="两类业务额(万元)", article="第八条(4)")
    if customer.amount_a == customer.amount_b:
        return policy.mixed_tie
    return "A" if customer.amount_a > customer.amount_b else "B"


def level_row(policy: Policy, total: Number) -> int:
    """第七条(4): the row of the level table that ``total`` falls in; a row's lower bound belongs to it (90分以上 includes 90)."""
    for index, row in enumerate(policy.levels):
        if row.lower is None or total >= row.lower:
            return index
    return len(policy.levels) - 1


def credit_limit(policy: Policy, level: str, business: str) -> Decimal:
    """第七条(4), 第八条(8): the most that may be owed at this level (万元).

    Raises 「A业务没有“五级”;允许:特级、一级、…(第七条(4))」 for a level that the business type does not have.
    """
    try:
        return policy.levels[policy.level_row[level, business]].limit
    except KeyError:
        names = "、".join(row.level(business) for row in policy.levels)
        raise CreditError(f"{business}业务没有“{level}”", allowed=names, article="第七条(4)") from None


def exclusions(policy: Policy, customer: Customer, parts: PartScores, quarter: Quarter) -> list[Adjustment]:
    """第八条(1)(7), 第七条 注 a: why a customer is not rated at all; empty where it is."""
    found = []
    if parts.legal == 0:
        found.append(Adjustment("无任何法律资质,不予评级,现款现货,法律风险由业务人员承担", "第八条(1)", cash_only=True))
    if customer.first_trade >= quarter.period_start:
        months = trading_months(customer.first_trade, quarter.end)
        if months < policy.unrated_months:
            found.append(Adjustment(f"新开发客户交易满{months}个月,不足{policy.unrated_months}个月,不参与评级", "第七条注a"))
    if customer.falsified:
        fine = f"{policy.falsification_fine_yuan.normalize():f}"
        person = f"责任人{customer.salesperson}" if customer.salesperson else "责任人"
        found.append(Adjustment(f"隐瞒、伪造资料,对{person}罚款{fine}元,重新评估前暂缓评级", "第八条(7)", cash_only=True))
    return found


def downgrades(policy: Policy, subjective: Number, salesperson_advanced: bool) -> list[Adjustment]:
    """第八条(2)(3): the levels that a rated customer goes down, in the regulation's order."""
    found = []
    if subjective < policy.subjective_floor:
        text = f"主观评价{subjective}分低于{policy.subjective_floor}分,下调{policy.subjective_drop}级"
        found.append(Adjustment(text, "第八条(2)", policy.subjective_drop))
    if salesperson_advanced:
        found.append(Adjustment(f"业务员代客户垫支,下调{policy.advance_drop}级", "第八条(3)", policy.advance_drop))
    return found


def lowered(policy: Policy, row: int, steps: Iterable[Adjustment]) -> int:
    """第八条: the row of the level table after the downgrades; the floor is the last row."""
    return min(len(policy.levels) - 1, row + sum(step.levels_down for step in steps))


def rate(policy: Policy, customer: Customer, quarter: Quarter) -> Rating:
    """第七条, 第八条: the whole rating of one customer for the quarter."""
    business = judged_business(policy, customer)
    days = annualised_days(policy, customer.first_trade, quarter)
    parts = part_scores(policy, customer, days)
    excluded = exclusions(policy, customer, parts, quarter)
    if excluded:
        only_held = all(reason.article == "第八条(7)" for reason in excluded)
        status = HELD if only_held else UNRATED
        return Rating(customer, status, business, parts, days, None, None, None, None, None, _NO_LIMIT, tuple(excluded))
    total = total_score(parts)
    base = level_row(policy, total)
    steps = downgrades(policy, parts.subjective, customer.salesperson_advanced)
    row = lowered(policy, base, steps) if steps else base
    levels = policy.levels
    return Rating(
        customer, RATED, business, parts, days, total, base, row,
        levels[base].level(business), levels[row].level(business), levels[row].limit, tuple(steps),
    )  # fmt: skip


def explain(rating: Rating) -> str:
    """One sentence that a manager can read: how the level and the limit came about, with the articles."""
    if not rating.is_rated:
        return ";".join(map(str, rating.adjustments)) + ";赊欠限额为0,执行现款管理(第十五条)。"
    text = f"得分{rating.total}分,{rating.business}业务评为{rating.base_level}(第七条(4))"
    if rating.customer.business == "混合":
        text = f"混合业务按{rating.business}业务评价(第八条(4));" + text
    if rating.annualised_days is not None:
        text = f"新开发客户按{rating.annualised_days}天折算年额(第七条注b);" + text
    if rating.adjustments:
        text += ";" + ";".join(map(str, rating.adjustments)) + f",定为{rating.level}"
    return f"{text},赊欠限额{plain(rating.limit)}万元。"


def plain(number: Number) -> str:
    """A figure as people write it: no exponent, no idle zeros.

    >>> plain(Decimal("80.00")), plain(Decimal("100")), plain(Decimal("7.50"))
    ('80', '100', '7.5')
    """
    text = f"{number:f}" if isinstance(number, Decimal) else str(number)
    return text.rstrip("0").rstrip(".") if "." in text else text
