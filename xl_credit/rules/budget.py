"""第九条(4): granted limits may not exceed the year's budget; what to cut back if they do."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from xl_credit.rules.figures import Number


@dataclass(frozen=True, slots=True)
class Granted:
    """A proposed limit with what decides who is cut first."""

    branch: str
    code: str
    name: str
    total: Number
    limit: Decimal


@dataclass(frozen=True, slots=True)
class Cut:
    granted: Granted
    to: Decimal


@dataclass(frozen=True, slots=True)
class BudgetCheck:
    budget: Decimal
    used: Decimal
    over: Decimal
    cuts: tuple[Cut, ...]


def check_budget(budget: Decimal, limits: Iterable[Granted]) -> BudgetCheck:
    """第九条(4): the sum against the budget, and the cut-back that meets it: lowest score first, then by branch and code.

    >>> a, b = Granted("华东", "1", "甲", 85, Decimal(50)), Granted("华东", "2", "乙", 65, Decimal(10))
    >>> check = check_budget(Decimal(55), [a, b])
    >>> check.over, [(c.granted.code, c.to) for c in check.cuts]
    (Decimal('5'), [('2', Decimal('5'))])
    """
    limits = sorted((g for g in limits if g.limit > 0), key=lambda g: (g.total, g.branch, g.code))
    used = sum((g.limit for g in limits), Decimal(0))
    over = left = max(Decimal(0), used - budget)
    cuts = []
    for granted in limits:
        if left <= 0:
            break
        cut = min(left, granted.limit)
        cuts.append(Cut(granted, granted.limit - cut))
        left -= cut
    return BudgetCheck(budget, used, over, tuple(cuts))
