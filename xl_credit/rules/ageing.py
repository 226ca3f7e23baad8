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
    named, free, waiting = _credits(account, method)
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
    return left, waiting - free - sum(named.values())


def _credits(account: Account, method: Method) -> tuple[dict[str, int], int, int]:
    """Credits and collections by the shipment they name, those that name none, and (signed) what is not allocated yet.

    A credit note corrects the shipment it names under either allocation; only money is put on what is due first by 先到期先核销.
    """
    named: dict[str, int] = defaultdict(int)
    for line in account.shipments:
        if line.fen < 0:
            named[line.credits] -= line.fen
    matched, by_allocation = method.allocation is Allocation.matched, method.recognition is Recognition.allocated
    waiting, counted = 0, account.collections
    if by_allocation:
        counted = [line for line in account.collections if line.allocated <= method.as_of]
        waiting = -sum(line.fen for line in account.collections if line.allocated > method.as_of)
    if matched:
        for number, fen in _by_name(counted):
            named[number] += fen
    else:
        named[""] += sum(line.fen for line in counted)
    free = named.pop("", 0)
    for number in [number for number, fen in named.items() if fen < 0]:
        free += named.pop(number)  # more taken back than had been put on it: it had come without a name
    return named, free, waiting


def _by_name(collections: Sequence[Collection]) -> Iterable[tuple[str, int]]:
    """(shipment named, 分) of each collection; one that bounced and names no shipment is taken off what it had settled.

    It may bear the number of the collection that it undoes: where that had been put on several shipments, on the last
    numbered first.
    """
    bounced: dict[str, int] = defaultdict(int)
    for line in collections:
        if line.fen < 0 and not line.settles and line.number:
            bounced[line.number] -= line.fen
        else:
            yield line.settles, line.fen
    if not bounced:
        return
    settled: dict[str, dict[str, int]] = {number: defaultdict(int) for number in bounced}
    for line in collections:
        if line.number in bounced and (line.fen > 0 or line.settles):
            settled[line.number][line.settles] += line.fen
    for number, fen in bounced.items():
        for name, paid in sorted(settled[number].items(), reverse=True):
            back = min(fen, max(0, paid))
            fen -= back
            yield name, -back
        yield "", -fen
