"""第八条(8), 第九条, 第十条, 第十五条, 第十九条, 第二十条: how much a customer may owe on a day, for how long, and on whose word."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from xl_credit.rules.figures import CREDIT_ROUTE, LOW_LEVEL_ROUTE, Policy
from xl_credit.rules.ledger import FEN_IN_WAN, fen_of_wan

GRANTED, TEMPORARY = "授信", "临时增加"
NO_CREDIT = "未授信,执行现款管理"


class Grant(NamedTuple):
    """A limit somebody gave: for good, or for a time on top of it. In force from ``start`` to ``end``, both counted.

    ``low_level`` came by the route for customers below level four (第十条(6)), wherever the customer stands now.
    """

    kind: str
    fen: int
    term_days: int | None
    start: date
    end: date | None
    role: str
    person: str = ""
    reason: str = ""
    where: str = ""
    low_level: bool = False

    def holds_on(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)


class CreditLine(NamedTuple):
    """What is known of a customer's credit. ``code`` is as codes are compared, ``written`` as the 评估表 has it. ``cap_fen`` is the most its level allows (第八条(8)), ``None`` where it is not rated.

    ``cash_only`` bars every credit (第八条(1)(7)); ``low_level`` is below level four (第十条(6)).
    """

    code: str
    name: str = ""
    salesperson: str = ""
    status: str = ""
    level: str = ""
    cap_fen: int | None = None
    low_level: bool = False
    cash_only: bool = False
    proposed_fen: int = 0
    grants: tuple[Grant, ...] = ()
    written: str = ""


class Standing(NamedTuple):
    """A credit line on one day. ``limit_fen`` = ``norm_fen`` (what level and grant both allow) + ``temporary_fen``.

    ``granted_fen`` is what was granted, even where the level has come to allow less since (第十九条).
    ``term_days`` is ``None`` without a grant. ``unauthorised`` are grants in force given without authority (第二十条).
    """

    limit_fen: int
    norm_fen: int
    granted_fen: int
    temporary_fen: int
    term_days: int | None
    basis: str
    article: str
    unauthorised: tuple[Grant, ...] = ()


def authorised_roles(policy: Policy, fen: int, term_days: int, low_level: bool) -> tuple[str, ...]:
    """第十条(5)(6): every post that may decide this amount and term, whichever of them the route would reach first."""
    amount = Decimal(fen) / FEN_IN_WAN
    steps = policy.route[LOW_LEVEL_ROUTE if low_level else CREDIT_ROUTE]
    return tuple(dict.fromkeys(step.role for step in steps if step.may_decide(amount, term_days)))


def standing(policy: Policy, line: CreditLine, day: date) -> Standing:
    """第八条(8), 第十五条: the limit in force on ``day``.

    The latest authorised grant counts, held to what the level allows now; temporary increases come on top while they last.
    Without a grant, without a level that allows any, or barred to cash: 0.
    """
    valid, overstepped = _judged(policy, line)
    valid, unauthorised = ([grant for grant in some if grant.holds_on(day)] for some in (valid, overstepped))
    base = _latest(valid)
    if base is None or line.cash_only:
        return Standing(0, 0, 0, 0, None, _no_credit(line), _article(line), tuple(unauthorised))
    cap = cap_fen(policy, line)
    norm = base.fen if cap is None else min(base.fen, cap)
    extra = [grant for grant in valid if grant.kind == TEMPORARY]
    temporary = sum(grant.fen for grant in extra)
    term = max([_term(policy, base), *(grant.term_days for grant in extra if grant.term_days is not None)])
    return Standing(norm + temporary, norm, base.fen, temporary, term, _basis(line, base, cap, extra), "第八条(8)", tuple(unauthorised))


def cap_fen(policy: Policy, line: CreditLine) -> int | None:
    """第八条(8), 第十条(6): the most that the level allows; ``None`` where there is no level."""
    if line.cap_fen is None:
        return None
    return max(line.cap_fen, fen_of_wan(policy.low_level_cap)) if line.low_level else line.cap_fen


def unauthorised_grants(policy: Policy, line: CreditLine) -> tuple[Grant, ...]:
    """第二十条: grants given by somebody without the authority for their amount or term, whenever in force, as they are listed."""
    overstepped = _judged(policy, line)[1]
    return tuple(grant for grant in line.grants if grant in overstepped)


def _judged(policy: Policy, line: CreditLine) -> tuple[list[Grant], list[Grant]]:
    """Grants with and without authority, each judged as of the day it began.

    An increase needs the authority for what it brings the limit to on that day; a customer that has fallen below level four
    keeps (within 5万元) what was granted to it before.
    """
    valid: list[Grant] = []
    rest: list[Grant] = []
    for grant in sorted(line.grants, key=lambda grant: (grant.start, grant.kind != GRANTED, _order(grant))):
        before = [other for other in valid if other.holds_on(grant.start)]
        base, amount, term = _latest(before), grant.fen, _term(policy, grant)
        if grant.kind == TEMPORARY:
            amount += (base.fen if base else 0) + sum(other.fen for other in before if other.kind == TEMPORARY)
        roles = authorised_roles(policy, amount, term, False)
        if line.low_level or grant.low_level:
            roles += authorised_roles(policy, amount, term, True)
        (valid if grant.role in roles else rest).append(grant)
    return valid, rest


def _term(policy: Policy, grant: Grant) -> int:
    return policy.default_term_days if grant.term_days is None else grant.term_days


def _latest(grants: Iterable[Grant]) -> Grant | None:
    return max((grant for grant in grants if grant.kind == GRANTED), key=_order, default=None)


def _order(grant: Grant) -> tuple[object, ...]:
    return grant.start, grant.fen, grant.role, grant.person, grant.reason


def _basis(line: CreditLine, base: Grant, cap: int | None, extra: Iterable[Grant]) -> str:
    text = f"{base.role}{base.person and f'({base.person})'}{base.start}批准{_wan(base.fen)}"
    if cap is not None and cap < base.fen:
        text += f",{line.level}限额{_wan(cap)}"
    for grant in extra:
        text += f",临时增加{_wan(grant.fen)}至{grant.end}"
    return text


def _no_credit(line: CreditLine) -> str:
    if line.cash_only:
        return f"{line.status or '未评级'},现款现货"
    if line.proposed_fen > 0:
        return f"建议额度{_wan(line.proposed_fen)}尚未批准,执行现款管理"
    return NO_CREDIT if line.status else "未进行授信管理,执行现款管理"


def _article(line: CreditLine) -> str:
    return "第八条(1)(7)" if line.cash_only else "第十五条"


def _wan(fen: int) -> str:
    return f"{Decimal(fen) / FEN_IN_WAN:f}".rstrip("0").rstrip(".") + "万元" if fen % FEN_IN_WAN else f"{fen // FEN_IN_WAN}万元"
