"""第四条(2), 第十三条: 预警 — what salespeople must be told of: unpaid half-years, dates about to pass, limits and terms exceeded."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from xl_credit.rules.ageing import Ageing, OpenItem
from xl_credit.rules.credit_lines import CreditLine, standing
from xl_credit.rules.figures import Policy
from xl_credit.rules.gates import past_term
from xl_credit.rules.ledger import Shipment, in_yuan
from xl_credit.rules.quarter import add_months

UNPAID, NEARLY_UNPAID, FALLING_DUE, OVER_LIMIT, OVER_TERM = KINDS = ("六个月未回款", "将满六个月", "即将到期", "超额度", "超期限")


class Alert(NamedTuple):
    """One warning; those of a whole customer name no shipment. ``days`` is how many past (or until) the day it is about."""

    kind: str
    customer: str
    name: str
    salesperson: str
    shipment: Shipment | None
    fen: int
    days: int
    text: str
    article: str


def unpaid_until(policy: Policy, shipped: date) -> date:
    """第四条(2): the last day on which a shipment may be unpaid; the breach is the day after.

    >>> from types import SimpleNamespace
    >>> unpaid_until(SimpleNamespace(unpaid_months=6), date(2025, 8, 31))
    datetime.date(2026, 2, 28)
    """
    return add_months(shipped, policy.unpaid_months)


def is_unpaid_breach(policy: Policy, shipped: date, as_of: date) -> bool:
    """第四条(2): whether an amount still open on ``as_of`` has been so for more than the six months."""
    return as_of > unpaid_until(policy, shipped)


def alerts(policy: Policy, line: CreditLine, ageing: Ageing, as_of: date) -> list[Alert]:
    """Every warning of one customer, those of the whole account last. The gates' tolerance plays no part here."""
    found = [alert for item in ageing.items for alert in _of_item(policy, line, item, as_of)]
    return found + list(_of_account(policy, line, ageing, as_of))


def _of_item(policy: Policy, line: CreditLine, item: OpenItem, as_of: date) -> Iterable[Alert]:
    shipment = item.shipment

    def alert(kind: str, days: int, text: str, article: str) -> Alert:
        return Alert(kind, line.code, line.name, line.salesperson, shipment, item.fen, days, text, article)

    last = unpaid_until(policy, shipment.shipped)
    to_breach = (last - as_of).days + 1
    if to_breach <= 0:
        yield alert(UNPAID, 1 - to_breach, f"发货{shipment.shipped},{last}已满{policy.unpaid_months}个月仍未回款", "第四条(2)")
    elif to_breach <= policy.unpaid_warning_days:
        yield alert(NEARLY_UNPAID, to_breach, f"发货{shipment.shipped},{last}满{policy.unpaid_months}个月,还有{to_breach}天违约", "第四条(2)")
    to_due = (shipment.due - as_of).days
    if 0 <= to_due <= policy.due_warning_days:
        yield alert(FALLING_DUE, to_due, "今日到期" if to_due == 0 else f"{to_due}天后到期", "第十三条")


def _of_account(policy: Policy, line: CreditLine, ageing: Ageing, as_of: date) -> Iterable[Alert]:
    now = standing(policy, line, as_of)
    over = ageing.balance - now.limit_fen
    if over > 0:
        text = f"应收余额{in_yuan(ageing.balance)}超过授信额度{in_yuan(now.limit_fen)}({now.basis})"
        yield Alert(OVER_LIMIT, line.code, line.name, line.salesperson, None, over, 0, text, "第十三条、第十九条")
    late, days = past_term(ageing, now.term_days, as_of)
    if late > 0:
        text = f"{in_yuan(late)}超过授信期限,最长超期{days}天"
        yield Alert(OVER_TERM, line.code, line.name, line.salesperson, None, late, days, text, "第十三条")
