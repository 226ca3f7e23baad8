"""第十一条 and 专员职责6: what has to be answered or closed by a day: urgent reports and complaints."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

IN_TIME, OVERDUE_DONE, OPEN, OVERDUE = "按期", "逾期办结", "办理中", "逾期未结"
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Term:
    """Something that began on ``start`` and is to be done within ``days``; ``done`` is ``None`` while it is open."""

    start: date
    days: int
    done: date | None

    @property
    def due(self) -> date:
        return self.start + timedelta(days=self.days)

    def state(self, as_of: date) -> str:
        """On the due day itself nothing is overdue; what was done after ``as_of`` was open then.

        >>> Term(date(2026, 9, 1), 3, None).state(date(2026, 9, 4)), Term(date(2026, 9, 1), 3, None).state(date(2026, 9, 5))
        ('办理中', '逾期未结')
        """
        if self.done is not None and self.done <= as_of:
            return IN_TIME if self.done <= self.due else OVERDUE_DONE
        return OPEN if as_of <= self.due else OVERDUE

    def taken(self, as_of: date) -> int:
        """Days from the start to when it was done, or to ``as_of`` while it is open."""
        return ((self.done if self.done is not None and self.done <= as_of else as_of) - self.start).days


@dataclass(frozen=True, slots=True)
class Summary:
    """Terms of one kind: how many came, are done, are or were late, and the mean days to close of those done."""

    kind: str
    came: int
    done: int
    pending: int
    late: int
    mean_days: Decimal | None
    longest_days: int


def summarise(kinds: Sequence[str], terms: Iterable[tuple[str, Term]], as_of: date) -> list[Summary]:
    """One line for each kind in the order given; kinds that nobody listed follow."""
    grouped: dict[str, list[Term]] = {kind: [] for kind in kinds}
    for kind, term in terms:
        grouped.setdefault(kind, []).append(term)
    return [_summary(kind, mine, as_of) for kind, mine in grouped.items()]


def _summary(kind: str, terms: Sequence[Term], as_of: date) -> Summary:
    states = [term.state(as_of) for term in terms]
    closed = [term.taken(as_of) for term, state in zip(terms, states, strict=True) if state in (IN_TIME, OVERDUE_DONE)]
    mean = (Decimal(sum(closed)) / len(closed)).quantize(_TENTH, ROUND_HALF_UP) if closed else None
    late = sum(state in (OVERDUE, OVERDUE_DONE) for state in states)
    return Summary(kind, len(terms), len(closed), len(terms) - len(closed), late, mean, max((t.taken(as_of) for t in terms), default=0))
