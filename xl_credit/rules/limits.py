"""第九条, 第十条(6)(7), 第十五条: the limit and term that may be proposed for a customer."""

from decimal import Decimal

from xl_credit.rules.figures import Policy
from xl_credit.rules.levels import plain
from xl_credit.rules.records import Proposal, Rating

_NOTHING = Decimal(0)


def is_last_row(policy: Policy, rating: Rating) -> bool:
    """第十条(6): rated, but below level four."""
    return rating.row == len(policy.levels) - 1


def proposed_limit(policy: Policy, rating: Rating) -> Proposal:
    """第九条: no more than the level's limit, no more than was asked for, and only on a contract.

    Customers too new to be rated and those below level four get 0 here; what they ask for goes up the route as ``submitted``.
    Without a licence, or while held for false papers, a customer pays cash and nothing is submitted (第八条(1)(7)).
    """
    customer = rating.customer
    asked = customer.requested
    term = customer.requested_days if customer.requested_days is not None else policy.default_term_days
    if asked is None or asked <= 0:
        return Proposal(_NOTHING, _NOTHING, 0, "未申请信用额度,执行现款管理", "第十五条")
    if not customer.contract:
        return Proposal(_NOTHING, _NOTHING, 0, "申请无合同编号,不予提出额度", "第九条(3)")
    barred = [reason for reason in rating.adjustments if reason.cash_only]
    if barred:
        return Proposal(_NOTHING, _NOTHING, 0, "现款现货,不授信", barred[0].article)
    if not rating.is_rated:
        return Proposal(_NOTHING, asked, term, f"未参与评级,申请{plain(asked)}万元须另行报批", "第十条(7)")
    if is_last_row(policy, rating):
        amount = min(asked, policy.low_level_cap)
        return Proposal(_NOTHING, amount, term, f"低于四级,由销售副总在{plain(policy.low_level_cap)}万元内控制", "第十条(6)")
    if asked > rating.limit:
        basis = f"申请{plain(asked)}万元,以{rating.level}限额{plain(rating.limit)}万元为限"
        return Proposal(rating.limit, rating.limit, term, basis, "第八条(8)")
    return Proposal(asked, asked, term, f"按申请{plain(asked)}万元,未超过级别限额", "第九条(2)")
