"""What a run came to, branch by branch: the closing table."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from xl_credit.quarter.branch import BranchResult
from xl_credit.rules.changes import DOWN, FIRST, STOPPED, UP
from xl_credit.rules.records import HELD, INCOMPLETE, RATED, UNRATED


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one branch (or of all)."""

    branch: str
    customers: int
    rated: int
    unrated: int
    held: int
    incomplete: int
    up: int
    down: int
    first: int
    stopped: int
    proposed: Decimal
    problems: int
    error: str


def tally(result: BranchResult) -> Tally:
    status = Counter(outcome.status for outcome in result.outcomes)
    moved = Counter(change.direction for change in result.changes)
    proposed = sum((outcome.proposed for outcome in result.outcomes), Decimal(0))
    return Tally(
        result.branch, len(result.outcomes), status[RATED], status[UNRATED], status[HELD], status[INCOMPLETE],
        moved[UP], moved[DOWN], moved[FIRST], moved[STOPPED], proposed, len(result.problems) + bool(result.error), result.error,
    )  # fmt: skip


def total(tallies: Sequence[Tally]) -> Tally:
    """合计 over all branches."""
    sums = (sum(getattr(one, name) for one in tallies) for name in Tally.__slots__[1:-1])
    return Tally("合计", *sums, "")
