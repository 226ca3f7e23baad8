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
    """A limit somebody gave: for good, or for a time on top of it. In force from ``start`` to ``end``, both counted."""

    kind: str
    fen: int
    term_days: int | None
    start: date
    end: date | None
    role: str
    person: str = ""
    reason: str = ""
    where: str = ""

    def holds_on(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)


class CreditLine(NamedTuple):
    """What is known of a customer's credit. ``cap_fen`` is the most its level allows (第八条(8)), ``None`` where it is not rated.

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
    in_force = [grant for grant in line.grants if grant.holds_on(day)]
    valid, unauthorised = _split(policy, line, in_force)
    base = max((grant for grant in valid if grant.kind == GRANTED), key=_latest, default=None)
    if base is None or line.cash_only:
        return Standing(0, 0, 0, 0, None, _no_credit(line), _article(line), unauthorised)
    cap = cap_fen(policy, line)
    norm = base.fen if cap is None else min(base.fen, cap)
    extra = [grant for grant in valid if grant.kind == TEMPORARY]
    temporary = sum(grant.fen for grant in extra)
    terms = [grant.term_days for grant in (base, *extra) if grant.term_days is not None]
    term = max(terms, default=policy.default_term_days)
    return Standing(norm + temporary, norm, base.fen, temporary, term, _basis(line, base, cap, extra), "第八条(8)", unauthorised)


def cap_fen(policy: Policy, line: CreditLine) -> int | None:
    """第八条(8), 第十条(6): the most that the level allows; ``None`` where there is no level."""
    if line.cap_fen is None:
        return None
    return max(line.cap_fen, fen_of_wan(policy.low_level_cap)) if line.low_level else line.cap_fen


def unauthorised_grants(policy: Policy, line: CreditLine) -> tuple[Grant, ...]:
    """第二十条: grants given by somebody without the authority for their amount or term, whenever in force."""
    found = {grant for day in {grant.start for grant in line.grants} for grant in _on(policy, line, day)}
    return tuple(grant for grant in line.grants if grant in found)


def _on(policy: Policy, line: CreditLine, day: date) -> tuple[Grant, ...]:
    return _split(policy, line, [grant for grant in line.grants if grant.holds_on(day)])[1]


def _split(policy: Policy, line: CreditLine, grants: Iterable[Grant]) -> tuple[list[Grant], tuple[Grant, ...]]:
    """Grants with and without authority; an increase needs the authority for what it brings the limit to."""
    valid, rest = [], []
    for grant in sorted(grants, key=lambda grant: (grant.kind != GRANTED, _latest(grant))):
        base = max((other.fen for other in valid if other.kind == GRANTED), default=0) if grant.kind == TEMPORARY else 0
        term = policy.default_term_days if grant.term_days is None else grant.term_days
        roles = authorised_roles(policy, base + grant.fen, term, line.low_level)
        (valid if grant.role in roles else rest).append(grant)
    return valid, tuple(rest)


def _latest(grant: Grant) -> tuple[object, ...]:
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
