"""What a run came to, branch by branch: the closing table."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from xl_credit.quarter.branch import BranchResult
from xl_credit.quarter.receivables import Receivables
from xl_credit.rules.changes import DOWN, FIRST, STOPPED, UP
from xl_credit.rules.records import HELD, INCOMPLETE, RATED, UNRATED


class Owed(NamedTuple):
    """What the customers of a branch owe, in 分: the balance, what of it is open on shipments, and overdue."""

    balance: int
    opened: int
    overdue: int

    @property
    def overdue_share(self) -> Decimal:
        return Decimal(self.overdue) / self.opened if self.opened else Decimal(0)


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one branch (or of all); ``owed`` is ``None`` where there are no ledgers."""

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
    owed: Owed | None = None


COUNTED = ("customers", "rated", "unrated", "held", "incomplete", "up", "down", "first", "stopped", "proposed", "problems")


def tally(result: BranchResult) -> Tally:
    status = Counter(outcome.status for outcome in result.outcomes)
    moved = Counter(change.direction for change in result.changes)
    proposed = sum((outcome.proposed for outcome in result.outcomes), Decimal(0))
    return Tally(
        result.branch, len(result.outcomes), status[RATED], status[UNRATED], status[HELD], status[INCOMPLETE],
        moved[UP], moved[DOWN], moved[FIRST], moved[STOPPED], proposed, len(result.problems) + bool(result.error), result.error,
        _owed(result.receivables) if result.receivables else None,
    )  # fmt: skip


def _owed(receivables: Receivables) -> Owed:
    sums = receivables.sums()
    return Owed(sum(one.balance for one in receivables.debtors), sum(sums), sum(sums[1:]))


def total(tallies: Sequence[Tally]) -> Tally:
    """合计 over all branches."""
    sums = (sum(getattr(one, name) for one in tallies) for name in COUNTED)
    owed = [one.owed for one in tallies if one.owed]
    return Tally("合计", *sums, "", Owed(*map(sum, zip(*owed, strict=True))) if owed else None)
