"""A year and a half of trade with the customers that have no case of their own: goods, money, contracts, orders, reconciliations.

Most stay within what was granted to them and pay about when they should: what goes beyond their head-room is paid at delivery.
Every customer draws from generators seeded with its own code.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from sample_customers import NOW, SEED
from sample_ledger_lines import (
    AS_OF,
    FD,
    FROM,
    GM,
    UNTIL,
    XS,
    Line,
    contract,
    limit,
    on,
    order,
    pay,
    request,
    ship,
    signed,
)

from xl_credit.receivables.columns import COLLECTIONS, SHIPMENTS
from xl_credit.rules.credit_lines import Grant
from xl_credit.rules.ledger import FEN_IN_WAN
from xl_credit.rules.quarter import Quarter

_TERMS = (30, 45, 60, 60, 90)
_STOPPED = date(2026, 6, 10)  # the last that customers who are gone by the later quarter bought


@dataclass(frozen=True)
class Party:
    """An ordinary customer. ``cap`` is what its level allowed last quarter in 万元; ``approved`` what the routes of last quarter gave."""

    code: str
    sales: float
    first_trade: date
    cap: int
    low: bool
    asks: bool
    is_slow: bool
    is_gone: bool
    approved: tuple[Grant, ...] = ()

    def draw(self, what: str) -> Random:
        return Random(f"{SEED}-{what}-{self.code}")


@dataclass
class Trade:
    """One customer's ledger while it is made."""

    party: Party
    grants: list[tuple[date, int]]
    term: int
    lines: list[Line] = field(default_factory=list)
    unpaid: list[tuple[date, date, float]] = field(default_factory=list)  # due, paid, 元
    shipments: int = 0
    collections: int = 0

    def limit_on(self, day: date) -> float:
        given = [wan for start, wan in self.grants if start <= day]
        return min(given[-1], self.party.cap) * 10000 if given else 0

    def owed_on(self, day: date) -> float:
        return sum(yuan for _, paid, yuan in self.unpaid if paid > day)

    def is_late_on(self, day: date) -> bool:
        return any(due < day < paid for due, paid, _ in self.unpaid)

    def pay(self, day: date, yuan: float, settles: int | None, **more: object) -> None:
        if day <= UNTIL:
            self.collections += 1
            self.lines.append(pay(self.collections, day, round(yuan, 2), settles, **more))


def trade_of(party: Party) -> list[Line]:
    """All of a customer's lines."""
    draw = party.draw("trade")
    granted = list(_granted(party))
    term = granted[0][1]["期限"] if granted else party.approved[0].term_days if party.approved else 60
    steps = [(line[1]["生效日期"], line[1]["额度"]) for line in granted] + [(one.start, one.fen // FEN_IN_WAN) for one in party.approved]
    trade = Trade(party, sorted(steps), term)
    every = draw.randrange(32, 66)
    day = max(FROM, party.first_trade) + timedelta(days=draw.randrange(every))
    while day <= (_STOPPED if party.is_gone else UNTIL):
        _deliver(trade, draw, day, party.sales * 10000 * every / 365 * draw.uniform(0.6, 1.4))
        day += timedelta(days=max(7, round(every * draw.uniform(0.7, 1.3))))
    trade.lines += granted
    _add_contracts(trade)
    _add_orders(trade)
    trade.lines += _reconciled(trade)
    return trade.lines


def _granted(party: Party) -> Iterator[Line]:
    """授信台账: what the customer was granted before the routes of last quarter; nothing for one who pays at delivery."""
    draw, approved = party.draw("grant"), party.approved
    wanted = 0.9 if approved else 0.75 if party.asks else 0.45
    if party.cap <= 0 or party.first_trade > on(3, 1) or draw.random() > wanted:
        return
    most = approved[0].fen // FEN_IN_WAN if approved else party.cap
    wan = max(1, round(most * draw.choice((0.5, 0.6, 0.8, 1, 1))))
    days = approved[0].term_days if approved else draw.choice(_TERMS)
    start = max(date(2025, 4, 8) + timedelta(days=draw.randrange(200)), party.first_trade + timedelta(days=90))
    role = XS if party.low else GM if wan > 50 or days > 90 else FD
    yield limit(wan, days, start, role, **({"截止日期": on(9, 15)} if party.is_gone else {}))


def _deliver(trade: Trade, draw: Random, day: date, yuan: float) -> None:
    """One shipment: what the head-room holds on credit, the rest paid at delivery."""
    yuan = round(yuan / 10) * 10.0 if draw.random() < 0.6 else round(yuan, 2)
    room = max(0.0, trade.limit_on(day) - trade.owed_on(day))
    if trade.is_late_on(day) and draw.random() < 0.85:
        room = 0.0
    credit = round(min(yuan, room * draw.uniform(0.75, 1)) / 100) * 100.0
    credit = min(yuan, credit) if credit > yuan * 0.1 else 0.0
    is_favour = not trade.grants and draw.random() < 0.02  # a salesperson lets goods go without a limit
    if is_favour:
        credit = round(yuan * 0.2)
    trade.shipments += 1
    place, due = trade.shipments, day + timedelta(days=trade.term if credit else 0)
    is_entered = not (credit and trade.grants) or draw.random() > 0.03  # now and then nobody enters the due date
    told = {"合同编号": day.year} if trade.grants else {}
    trade.lines.append(ship(place, day, yuan, due if is_entered else None, **told))
    if draw.random() < 0.012:
        trade.lines.append(ship(place, day, yuan, due, 状态="作废", 摘要="重复开单"))
    if yuan - credit > 0:
        trade.pay(day, yuan - credit, place, 摘要="款到发货" if not credit else "部分预收")
    if credit:
        _settle(trade, draw, place, day, due, credit)


def _settle(trade: Trade, draw: Random, place: int, day: date, due: date, credit: float) -> None:
    """What is returned, and when the rest is paid, in one or two sums."""
    if draw.random() < 0.04:
        back = round(credit * draw.uniform(0.03, 0.1), 2)
        later = day + timedelta(days=draw.randrange(3, 16))
        if later <= UNTIL:
            trade.shipments += 1
            trade.lines.append(ship(trade.shipments, later, -back, 冲减单号=place, 状态="红字", 摘要="退货"))
            credit -= back
    paid = due + timedelta(days=_delay(draw, trade.party.is_slow))
    paid = max(paid, day + timedelta(days=1))
    named = None if draw.random() < 0.1 else place
    first = credit
    if draw.random() < 0.18:
        first = round(credit * draw.uniform(0.4, 0.7) / 100) * 100.0
        rest = paid + timedelta(days=draw.randrange(3, 22))
        trade.unpaid.append((due, rest, credit - first))
        trade.pay(rest, credit - first, named)
    trade.unpaid.append((due, paid, first))
    allocated = paid + timedelta(days=draw.randrange(1, 6)) if draw.random() < 0.3 else None
    trade.pay(paid, first, named, **({"核销日期": allocated} if allocated else {}))


def _delay(draw: Random, is_slow: bool) -> int:
    """Days from the due date to the payment."""
    early, late, very_late = (0.55, 0.85, 0.97) if is_slow else (0.86, 0.965, 0.99)
    chance = draw.random()
    if chance < early:
        return -draw.randrange(12)
    if chance < late:
        return draw.randrange(1, 16)
    return draw.randrange(16, 80) if chance < very_late else draw.randrange(120, 400)


def _add_contracts(trade: Trade) -> None:
    """One contract a year for what was sold on credit: last year's over exactly what was shipped, this year's with room left."""
    shipped: dict[int, float] = {}
    of_place: dict[int, int] = {}
    for sheet, record in trade.lines:
        if sheet == SHIPMENTS and record.get("状态") != "作废":
            year = of_place.setdefault(record["发货单号"], record.get("合同编号") or of_place.get(record.get("冲减单号"), 0))
            shipped[year] = shipped.get(year, 0) + record["金额"]
    for year, yuan in sorted(shipped.items()):
        if year:
            amount = round(yuan, 2) if year < AS_OF.year else (yuan * 1.25 // 100000 + 1) * 100000
            trade.lines.append(contract(year, amount, date(year, 12, 31), 账期=trade.term))


def _add_orders(trade: Trade) -> None:
    """Orders behind some of the late shipments, and some that wait or are released; requests to ship, now and then."""
    draw, place = trade.party.draw("order"), 0
    for sheet, record in trade.lines:
        if sheet == SHIPMENTS and record["金额"] > 0 and record["发货日期"] >= on(7, 15) and "状态" not in record and draw.random() < 0.4:
            place += 1
            ordered = record["发货日期"] - timedelta(days=draw.randrange(5, 16))
            record["订单号"] = place
            trade.lines.append(order(place, ordered, record["金额"], state="已发货"))
    if not trade.party.is_gone:
        _add_waiting(trade, draw, place)


def _add_waiting(trade: Trade, draw: Random, place: int) -> None:
    """Orders that wait, or are released within the head-room; requests to ship what was released."""
    most, often = trade.limit_on(AS_OF) or 50000, 1 if trade.grants else 0.25
    room = trade.limit_on(AS_OF) - trade.owed_on(AS_OF)
    for chance, state, first in ((0.2, "已放行", on(9, 12)), (0.3, "待审", on(9, 21)), (0.06, "待审", on(10, 8)), (0.03, "已取消", on(9, 8))):
        yuan, day = round(most * draw.uniform(0.1, 0.5), -2), first + timedelta(days=draw.randrange(9))
        if draw.random() > chance * often or (state == "已放行" and yuan > room):
            continue
        place += 1
        priority = draw.choice((None, None, 1, 2, 3)) if state == "待审" else None
        trade.lines.append(order(place, day, yuan, priority, state))
        if state == "已放行" and draw.random() < 0.6:
            trade.lines.append(request(1, on(9, 24) + timedelta(days=draw.randrange(7)), yuan, place))


def _reconciled(trade: Trade) -> Iterator[Line]:
    """Statements of the quarter before, all signed in time, and of the quarter: a few late, refused, not returned, never sent."""
    if not trade.grants and not trade.party.asks:
        return
    draw = trade.party.draw("reconciled")
    for end in (NOW.previous.end, NOW.end):
        sent, back = (end + timedelta(days=draw.randrange(*span)) for span in ((2, 5), (6, 16)))
        often = (1, 0, 0, 0, 0, 0) if end != NOW.end else (83, 6, 2, 3, 3, 3)
        found = draw.choices(("相符", "迟", "拒绝", "未回签", "不符", "没有"), often)[0]
        confirmed: float | None = _balance(trade, end)
        if found == "迟":
            back, found = end + timedelta(days=draw.randrange(16, 21)), "相符"
        elif found == "不符":
            confirmed, found = (confirmed - draw.randrange(50, 900) * 10, found) if confirmed > 10000 else (confirmed, "相符")
        elif found in ("拒绝", "未回签"):
            confirmed, back, found = None, None if found == "未回签" else back, found.removesuffix("未回签")
        if found != "没有":
            yield signed(back, found, 季度=str(Quarter.of(end)), 发出日期=sent, 客户确认余额=confirmed and round(confirmed, 2))


def _balance(trade: Trade, day: date) -> float:
    """What the customer owes at the end of a day, by the lines themselves."""
    total = 0.0
    for sheet, record in trade.lines:
        if record.get("状态") != "作废":
            if sheet == SHIPMENTS and record["发货日期"] <= day:
                total += record["金额"]
            elif sheet == COLLECTIONS and record["回款日期"] <= day:
                total -= record["金额"]
    return round(total, 2)
