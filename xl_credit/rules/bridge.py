"""第十三条: from one day's ageing to another's: opening + shipments − collections = closing, and how every bucket moved."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from xl_credit.rules.ageing import Ageing, Method, age
from xl_credit.rules.ledger import Account


class Movement(NamedTuple):
    """One bucket's way: ``opening + shipped − settled + moved_in − moved_out = closing``."""

    opening: int
    shipped: int
    settled: int
    moved_in: int
    moved_out: int
    closing: int


class Bridge(NamedTuple):
    """``opening + shipments − collections = closing`` for the balance, and the same for every bucket and what is unapplied.

    ``shipments`` are net of credit notes. The sum of all ``settled`` less the change of ``unapplied`` is credits + collections.
    """

    opening: int
    shipments: int
    collections: int
    closing: int
    buckets: tuple[Movement, ...]
    unapplied: Movement


def bridge(account: Account, start: date, method: Method, bounds: Sequence[int]) -> Bridge:
    """What happened to one account after ``start`` and up to ``method.as_of``, by events."""
    before, after = age(account, method._replace(as_of=start), bounds), age(account, method, bounds)
    shipped = sum(line.fen for line in account.shipments if start < line.shipped <= method.as_of)
    collected = sum(line.fen for line in account.collections if start < line.received <= method.as_of)
    debits = [line for line in account.shipments if start < line.shipped <= method.as_of and line.fen > 0]
    movements = _movements(before, after, debits)
    rest = after.unapplied - before.unapplied
    unapplied = Movement(before.unapplied, 0, -rest, 0, 0, after.unapplied)
    return Bridge(before.balance, shipped, collected, after.balance, movements, unapplied)


def _movements(before: Ageing, after: Ageing, new: Sequence) -> tuple[Movement, ...]:
    """Settled counts against the bucket in which an amount lay at the start; of a new shipment, against the one it ends in."""
    size = len(before.buckets)
    shipped, settled, moved_in, moved_out = ([0] * size for _ in range(4))
    was = {id(item.shipment): item for item in before.items}
    now = {id(item.shipment): item for item in after.items}
    fresh = {id(line) for line in new}
    for line in new:
        left = now.get(id(line))
        bucket = left.bucket if left else 0
        shipped[bucket] += line.fen
        settled[bucket] += line.fen - (left.fen if left else 0)
    for key in (was.keys() | now.keys()) - fresh:
        old, left = was.get(key), now.get(key)
        bucket = old.bucket if old else left.bucket  # reopened by a bounced collection
        open_now = left.fen if left else 0
        settled[bucket] += (old.fen if old else 0) - open_now
        if left and left.bucket != bucket:
            moved_out[bucket] += open_now
            moved_in[left.bucket] += open_now
    columns = zip(before.buckets, shipped, settled, moved_in, moved_out, after.buckets, strict=True)
    return tuple(Movement(*column) for column in columns)


def total(bridges: Sequence[Bridge], buckets: int) -> Bridge:
    """All accounts' bridges added up."""
    sums = [sum(getattr(one, name) for one in bridges) for name in ("opening", "shipments", "collections", "closing")]
    return Bridge(*sums, tuple(_sum([one.buckets[i] for one in bridges]) for i in range(buckets)), _sum([one.unapplied for one in bridges]))


def _sum(movements: Sequence[Movement]) -> Movement:
    return Movement(*(sum(column) for column in zip(*movements, strict=True))) if movements else Movement(0, 0, 0, 0, 0, 0)
