"""第九条(4): what orders and collections did around a customer's visits of a month."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Effect:
    """分 ordered (or shipped) and collected in equally long stretches before and from the first visit; ``whole`` once both have passed."""

    code: str
    first_visit: date
    visits: int
    ordered_before: int
    ordered_after: int
    collected_before: int
    collected_after: int
    whole: bool


def effect(
    code: str, visits: Sequence[date], orders: Iterable[tuple[date, int]], collections: Iterable[tuple[date, int]], days: int, as_of: date
) -> Effect:
    """The stretch before ends the day before the first visit; the one after begins with it. Nothing later than ``as_of`` counts."""
    first = min(visits)
    before, after = (first - timedelta(days=days), first), (first, min(first + timedelta(days=days), as_of + timedelta(days=1)))
    ordered, collected = list(orders), list(collections)
    sums = [_sum(entries, *span) for entries in (ordered, collected) for span in (before, after)]
    return Effect(code, first, len(visits), *sums, whole=first + timedelta(days=days) <= as_of + timedelta(days=1))


def _sum(entries: Iterable[tuple[date, int]], start: date, end: date) -> int:
    return sum(fen for day, fen in entries if start <= day < end)
