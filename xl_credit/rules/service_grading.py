"""第四条(1): customers graded for service by 性质, 规模, 销售额 and 发展趋势."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import Number
from xl_credit.rules.levels import plain
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.service_figures import CRITERIA, NATURE, NO_COMPARISON, SALES, SIZE, TREND, Grade, ServicePolicy

ARTICLE = "第四条(1)"
_SHARE, _POINT = Decimal("0.0001"), Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Graded:
    """A customer's service grade. ``points`` follow the four criteria, ``growth`` is ``None`` without an earlier quarter.

    ``unknown`` names the criteria of which nothing usable is known; they count 0.
    """

    points: tuple[Number, ...]
    growth: Decimal | None
    score: Decimal
    grade: Grade
    unknown: tuple[str, ...]
    basis: str


def growth(sales: Mapping[Quarter, Decimal], quarter: Quarter, quarters: int) -> Decimal | None:
    """How a year's sales have moved, as a share of those at the earliest of the last ``quarters`` quarters before.

    Each quarter's amount is that of the 12 months to its end, as the 评估表 has it. ``None`` without one that is above 0.

    >>> q = Quarter(2026, 3)
    >>> growth({q: Decimal(110), q.previous: Decimal(100)}, q, 4)
    Decimal('0.1000')
    """
    now, before, at = sales.get(quarter), None, quarter
    for _ in range(quarters):
        at = at.previous
        if sales.get(at, 0) > 0:
            before = sales[at]
    if now is None or before is None:
        return None
    return ((now - before) / before).quantize(_SHARE, ROUND_HALF_UP)


def grade(policy: ServicePolicy, nature: str, size: str, sales: Decimal | None, moved: Decimal | None) -> Graded:
    """第四条(1): the weighted score and its grade; what is not known counts 0 and is named."""
    given = {NATURE: nature, SIZE: size, SALES: sales, TREND: NO_COMPARISON if moved is None else moved}
    found = {name: _points(policy, name, given[name]) for name in CRITERIA}
    unknown = tuple(name for name in CRITERIA if found[name] is None)
    points = tuple(found[name] or 0 for name in CRITERIA)
    total = sum(weight for _, weight in policy.weights)
    weights = dict(policy.weights)
    score = sum((Decimal(weights[name]) * mark for name, mark in zip(CRITERIA, points, strict=True)), Decimal(0)) / total
    score = score.quantize(_POINT, ROUND_HALF_UP)
    return Graded(points, moved, score, grade_of(policy, score), unknown, _basis(given, points, weights, score))


def grade_of(policy: ServicePolicy, score: Decimal) -> Grade:
    """The highest grade whose lower bound the score reaches; the last one has none below it."""
    reached = [one for one in policy.grades if score >= one.lower]
    return max(reached, key=lambda one: one.lower) if reached else min(policy.grades, key=lambda one: one.lower)


def _points(policy: ServicePolicy, criterion: str, value: object) -> Number | None:
    if value is None or value == "":
        return None
    mine = [step for step in policy.steps if step.criterion == criterion]
    if isinstance(value, str):
        return next((step.points for step in mine if step.name == value), None)
    found = next((step.points for step in mine if step.holds(value)), None)
    if found is None:
        raise CreditError(f"服务政策“{criterion}”没有包含{value}的档次", allowed="档次相接、不留空档", article=ARTICLE)
    return found


def _basis(given: Mapping[str, object], points: tuple[Number, ...], weights: Mapping[str, Number], score: Decimal) -> str:
    """The sentence that explains the score."""
    pieces = []
    for name, mark in zip(CRITERIA, points, strict=True):
        pieces.append(f"{name}{_shown(name, given[name])} {plain(mark)}分×{plain(weights[name])}%")
    return f"{' + '.join(pieces)} = {plain(score)}分"


def _shown(name: str, value: object) -> str:
    if value is None or value == "":
        return "未填"
    if isinstance(value, str):
        return value
    return f"{plain(value)}万元" if name == SALES else f"{value:+.1%}"
