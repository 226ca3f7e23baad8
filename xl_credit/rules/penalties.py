"""第十九条, 第二十条: penalty interest = what was over the limit × daily rate × days, by the person who answers for it."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import NamedTuple

from xl_credit.rules.credit_lines import GRANTED, CreditLine, Standing, standing
from xl_credit.rules.figures import Policy
from xl_credit.rules.ledger import Account

DOWNGRADED, EXCEPTION, UNAUTHORISED = KINDS = ("降级超额", "例外超额", "越权超额")
ARTICLES = {DOWNGRADED: "第十九条", EXCEPTION: "第十九条", UNAUTHORISED: "第二十条"}
_DAY = timedelta(days=1)
_NOBODY = "责任人未登记"


class Penalty(NamedTuple):
    """Days ``start`` to ``end`` (both counted) on which a customer owed ``over_fen`` more than was allowed."""

    person: str
    customer: str
    name: str
    kind: str
    start: date
    end: date
    balance_fen: int
    allowed_fen: int
    over_fen: int
    rate: Decimal
    interest_fen: int
    basis: str

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def article(self) -> str:
        return ARTICLES[self.kind]


def interest_fen(over_fen: int, rate: Decimal, days: int) -> int:
    """第二十条: over-limit 分 × daily rate × days, to the 分.

    >>> interest_fen(1_000_000, Decimal("0.0005"), 10)
    5000
    """
    return int((over_fen * rate * days).quantize(Decimal(1), ROUND_HALF_UP))


def penalties(policy: Policy, line: CreditLine, account: Account, start: date, end: date) -> list[Penalty]:
    """The days from ``start`` to ``end`` on which the account was over its limit, cut where an amount changed.

    Over because the level fell, or by an exception that somebody with authority made: 第十九条, the salesperson answers.
    Over without authority: 第二十条, whoever overstepped answers, else the salesperson.
    """
    found: list[Penalty] = []
    for first, last, balance in _runs(line, account, start, end):
        now = standing(policy, line, first)
        for kind, over, allowed in _excess(balance, now):
            for person, part, basis in _answer(line, kind, over, allowed, now):
                amount = interest_fen(part, policy.daily_penalty_rate, (last - first).days + 1)
                found.append(Penalty(
                    person, line.code, line.name, kind, first, last, balance, allowed, part, policy.daily_penalty_rate, amount, basis,
                ))  # fmt: skip
                allowed += part
    return found


def _excess(balance: int, now: Standing) -> Iterator[tuple[str, int, int]]:
    """What lies over the norm, from the inside out: allowed before the downgrade, allowed for a time, allowed by nobody."""
    floor = now.norm_fen
    for kind, reach in ((DOWNGRADED, now.granted_fen), (EXCEPTION, max(now.granted_fen, floor) + now.temporary_fen)):
        over = min(balance, reach) - floor
        if over > 0:
            yield kind, over, floor
        floor = max(floor, reach)
    if balance > floor:
        yield UNAUTHORISED, balance - floor, floor


def _answer(line: CreditLine, kind: str, over: int, allowed: int, now: Standing) -> Iterator[tuple[str, int, str]]:
    """Who answers for how much of it, and why: an overstepped grant for what it reaches to, the salesperson for the rest."""
    salesperson = line.salesperson or _NOBODY
    if kind == DOWNGRADED:
        yield salesperson, over, f"级别限额低于已批额度:{now.basis}"
        return
    if kind == EXCEPTION:
        yield salesperson, over, f"例外审批:{now.basis}"
        return
    for grant in reversed(now.unauthorised):  # who overstepped last answers for all that he reaches
        reach = grant.fen if grant.kind == GRANTED else grant.fen + allowed
        part = min(over, reach - allowed)
        if part > 0:
            basis = f"{grant.role}{grant.start}越权批准{grant.kind}{grant.reason and ':' + grant.reason}"
            yield f"{grant.person or '未签名'}({grant.role})", part, basis
            over, allowed = over - part, allowed + part
    if over > 0:
        yield salesperson, over, f"超出已批额度,没有有权批准:{now.basis}"


def _runs(line: CreditLine, account: Account, start: date, end: date) -> Iterator[tuple[date, date, int]]:
    """Stretches of days on which the balance at the day's end and the grants in force stay the same, and something is owed."""
    changes: dict[date, int] = {}
    opening = 0
    for day, fen in _events(account):
        if day < start:
            opening += fen
        elif day <= end:
            changes[day] = changes.get(day, 0) + fen
    edges = {start, end + _DAY, *(day for day, fen in changes.items() if fen)}
    for grant in line.grants:
        edges.update(day for day in (grant.start, grant.end + _DAY if grant.end else None) if day and start < day <= end)
    balance = opening
    for day, after in pairwise(sorted(edges)):
        balance += changes.get(day, 0)
        if balance > 0:
            yield day, after - _DAY, balance


def _events(account: Account) -> Iterator[tuple[date, int]]:
    for shipment in account.shipments:
        yield shipment.shipped, shipment.fen
    for collection in account.collections:
        yield collection.received, -collection.fen
