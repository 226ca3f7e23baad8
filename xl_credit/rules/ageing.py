"""第四条, 第十三条: what of each shipment is still open on a day, how old it is, and what money has not been put on anything.

Rebuilt from the ledger's events for any day, never from a balance. For every account, to the 分::

    sum of the buckets + unapplied = balance

``unapplied`` is signed like the balance: money received and not put on a shipment is negative.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from xl_credit.rules.ledger import Account, Collection, Shipment, balance_fen, cut

NOT_DUE = "未到期"


class Basis(StrEnum):
    """From which day an open amount ages."""

    due = "due"
    shipment = "shipment"


class Allocation(StrEnum):
    """What a collection settles: the shipment it names, or always what is due first."""

    matched = "matched"
    fifo = "fifo"


class Recognition(StrEnum):
    """From which day a collection has settled what it names: the day it came in, or the day it was allocated."""

    received = "received"
    allocated = "allocated"


class Method(NamedTuple):
    """How an ageing is made; printed on every sheet."""

    as_of: date
    basis: Basis = Basis.due
    allocation: Allocation = Allocation.matched
    recognition: Recognition = Recognition.received

    @property
    def text(self) -> str:
        """The method in the words that stand on the sheet."""
        basis = "按到期日" if self.basis is Basis.due else "按发货日(当日发货列入未到期)"
        allocation = "逐笔核销" if self.allocation is Allocation.matched else "先到期先核销"
        recognition = "按回款日期追溯" if self.recognition is Recognition.received else "按核销日期"
        return f"截至{self.as_of}  {basis}计算账龄  {allocation}  回款{recognition}"


class OpenItem(NamedTuple):
    """What is left of a shipment line; ``days`` past the basis day (not above 0: not due), ``bucket`` from 0 = 未到期."""

    shipment: Shipment
    fen: int
    days: int
    bucket: int


class Ageing(NamedTuple):
    """One customer's open items, their sums by bucket, what is unapplied, and the balance that these come to."""

    customer: str
    buckets: tuple[int, ...]
    unapplied: int
    balance: int
    items: tuple[OpenItem, ...]

    @property
    def open_fen(self) -> int:
        return sum(self.buckets)

    @property
    def overdue_fen(self) -> int:
        return sum(self.buckets[1:])

    @property
    def oldest_days(self) -> int:
        return max((item.days for item in self.items), default=0)


def bucket_labels(bounds: Sequence[int]) -> tuple[str, ...]:
    """The buckets' names from their upper bounds (policy 账龄区间上限).

    >>> bucket_labels((30, 60, 90, 180))
    ('未到期', '1–30', '31–60', '61–90', '91–180', '>180')
    """
    starts = (1, *(bound + 1 for bound in bounds))
    return (NOT_DUE, *(f"{start}–{bound}" for start, bound in zip(starts, bounds, strict=False)), f">{bounds[-1]}")


def bucket_of(days: int, bounds: Sequence[int]) -> int:
    """The bucket of an amount so many days past its day: a bound belongs to its bucket, and on the day itself nothing is overdue.

    >>> [bucket_of(days, (30, 60, 90, 180)) for days in (0, 1, 30, 31, 180, 181)]
    [0, 1, 1, 2, 4, 5]
    """
    return 0 if days <= 0 else bisect_left(bounds, days) + 1


def _by_due(line: Shipment) -> tuple[object, ...]:
    """先到期先核销: by due date, then number; the rest only makes the order independent of the rows' order."""
    return line.due, line.number, line.shipped, line.instalment, line.fen, line.contract, line.order, line.note


def age(account: Account, method: Method, bounds: Sequence[int]) -> Ageing:
    """第十三条: the account at the end of ``method.as_of``; later events are as if they had not been."""
    account = cut(account, method.as_of)
    left, unapplied = settle(account, method)
    of_due, as_of = method.basis is Basis.due, method.as_of
    items, buckets = [], [0] * (len(bounds) + 2)
    for line, fen in left:
        days = (as_of - (line.due if of_due else line.shipped)).days
        bucket = bucket_of(days, bounds)
        buckets[bucket] += fen
        items.append(OpenItem(line, fen, days, bucket))
    return Ageing(account.customer, tuple(buckets), unapplied, balance_fen(account), tuple(items))


def age_all(accounts: Iterable[Account], method: Method, bounds: Sequence[int]) -> list[Ageing]:
    """Every account, in the order given."""
    return [age(account, method, bounds) for account in accounts]


def settle(account: Account, method: Method) -> tuple[list[tuple[Shipment, int]], int]:
    """What is left open of each line, due first, and the signed rest that lies on no shipment.

    What names a shipment of this customer settles it, instalments in the order of their due dates; what is over stays
    unapplied, and so does what names a shipment that is not there (yet). What names none settles what is due first.
    """
    debits = sorted((line for line in account.shipments if line.fen > 0), key=_by_due)
    named, free, aside = _credits(account, method)
    left: list[tuple[Shipment, int]] = []
    for line in debits:
        fen = line.fen
        available = named.get(line.number, 0) if named else 0
        if available > 0:
            used = min(available, fen)
            fen -= used
            named[line.number] = available - used
        if fen and free > 0:
            used = min(free, fen)
            fen, free = fen - used, free - used
        if fen:
            left.append((line, fen))
    return left, -free - aside - sum(named.values())


def _credits(account: Account, method: Method) -> tuple[dict[str, int], int, int]:
    """Credits and collections by the shipment they name, those that name none, and those that are not allocated yet.

    A credit note corrects the shipment it names under either allocation; only money is put on what is due first by 先到期先核销.
    More taken back from a shipment than had been put on it is taken from what came without a name.
    """
    named: dict[str, int] = defaultdict(int)
    for line in account.shipments:
        if line.fen < 0:
            named[line.credits] -= line.fen
    counted, waiting = account.collections, []
    if method.recognition is Recognition.allocated:
        counted = [line for line in account.collections if line.allocated <= method.as_of]
        waiting = [line for line in account.collections if line.allocated > method.as_of]
    aside = sum(line.fen for line in waiting)
    if method.allocation is Allocation.fifo:
        named[""] += sum(line.fen for line in counted)
    else:
        aside += _put_by_name(named, counted, waiting)
    free = named.pop("", 0)
    for number in [number for number, fen in named.items() if fen < 0]:
        free += named.pop(number)
    return named, free, aside


def _put_by_name(named: dict[str, int], counted: Sequence[Collection], waiting: Sequence[Collection]) -> int:
    """Put each collection on the shipment it names; what bounced is taken off what it had settled.

    A bounced collection may name no shipment and bear the number of the one that it undoes: where that had been put on
    several shipments, it is taken off the last numbered first. Returns what bounced of collections ``waiting`` to be
    allocated: it undoes those and nothing else.
    """
    bounced: dict[str, int] = defaultdict(int)
    settled: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    undone = {line.number for line in counted if line.fen < 0 and not line.settles and line.number}
    for line in counted:
        if line.fen < 0 and not line.settles and line.number:
            bounced[line.number] -= line.fen
            continue
        named[line.settles] += line.fen
        if line.number in undone:
            settled[line.number][line.settles] += line.fen
    for number, fen in bounced.items():
        for name, paid in sorted(settled[number].items(), reverse=True):
            back = min(fen, max(0, paid))
            fen -= back
            named[name] -= back
        bounced[number] = fen
    aside = 0
    for line in sorted(waiting, key=lambda line: (line.number, line.settles, line.fen)):
        for left, key in ((bounced, line.number), (named, line.settles)):
            short = left.get(key, 0) if left is bounced else -left.get(key, 0)
            back = min(max(0, short), max(0, line.fen)) if key else 0
            if back:
                left[key] += -back if left is bounced else back
                line = line._replace(fen=line.fen - back)
                aside -= back
    named[""] -= sum(bounced.values())
    return aside
