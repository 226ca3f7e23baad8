"""第四条(3): the statement of account (对账单): one customer's movements over a span of days with the balance after each."""

from datetime import date
from typing import NamedTuple

from xl_credit.rules.ledger import Account

OPENING, SHIPPED, CREDITED, COLLECTED, RETURNED, CLOSING = ("期初", "发货", "红字", "回款", "退回", "期末")


class Entry(NamedTuple):
    """A line of the statement; ``debit`` raises what is owed, ``credit`` lowers it, ``balance`` is what is owed after it."""

    day: date
    kind: str
    number: str
    settles: str
    due: date | None
    debit: int
    credit: int
    balance: int
    note: str


def statement(account: Account, start: date, end: date) -> list[Entry]:
    """期初, every shipment and collection from ``start`` to ``end`` by day, 期末; shipments before collections on one day.

    Credit notes stand as negative shipments, bounced collections as negative collections: neither turns into its opposite.
    """
    events = [
        (line.shipped, 0, line.number, SHIPPED if line.fen >= 0 else CREDITED, line.credits, line.due if line.fen >= 0 else None, line.fen, 0, line.note)
        for line in account.shipments
    ] + [
        (line.received, 1, line.number, COLLECTED if line.fen >= 0 else RETURNED, line.settles, None, 0, line.fen, line.note)
        for line in account.collections
    ]
    events.sort(key=lambda event: (*event[:3], event[6], event[7], event[4], str(event[5]), event[8]))
    balance = sum(event[6] - event[7] for event in events if event[0] < start)
    entries = [Entry(start, OPENING, "", "", None, 0, 0, balance, "")]
    for day, _, number, kind, settles, due, debit, credit, note in events:
        if start <= day <= end:
            balance += debit - credit
            entries.append(Entry(day, kind, number, settles, due, debit, credit, balance, note))
    return [*entries, Entry(end, CLOSING, "", "", None, 0, 0, balance, "")]
