"""Small ledgers and credit lines, with what a test does not care about filled in. Amounts are 分 unless a name says otherwise."""

from datetime import date, timedelta

from tests.rules.customers import POLICY
from xl_credit.rules.ageing import Ageing, Allocation, Basis, Method, Recognition, age, bucket_labels
from xl_credit.rules.credit_lines import GRANTED, TEMPORARY, CreditLine, Grant
from xl_credit.rules.gates import ORDER, SHIPMENT, Document, Exposure, Override
from xl_credit.rules.ledger import FEN_IN_WAN, Account, Collection, Shipment, balance_fen
from xl_credit.rules.records import RATED

BOUNDS = POLICY.ageing_bounds_days
LABELS = bucket_labels(BOUNDS)
SHIPPED, DUE = date(2026, 1, 1), date(2026, 1, 31)
CUSTOMER = "K1"
FINANCE, DIRECTOR, SALES = "财务副总经理", "总经理", "销售副总"
METHODS = [(basis, allocation, recognition) for basis in Basis for allocation in Allocation for recognition in Recognition]


def on(month: int, day: int, year: int = 2026) -> date:
    return date(year, month, day)


def after(day: date, days: int) -> date:
    return day + timedelta(days=days)


def ship(number: str = "S1", fen: int = 100, shipped: date = SHIPPED, due: date | None = None, **more: object) -> Shipment:
    """A shipment of 1 January, payable within 30 days."""
    values = {"number": number, "customer": CUSTOMER, "shipped": shipped, "fen": fen, "due": due or after(shipped, 30)}
    return Shipment(**values | more)


def credit(fen: int, credits: str = "", shipped: date = SHIPPED, number: str = "C1", **more: object) -> Shipment:
    """A credit note over ``fen``."""
    return ship(number, -fen, shipped, shipped, credits=credits, **more)


def paid(fen: int = 100, settles: str = "", received: date = SHIPPED, allocated: date | None = None, number: str = "R1", **more) -> Collection:
    values = {"number": number, "customer": CUSTOMER, "received": received, "fen": fen, "settles": settles}
    return Collection(**values | {"allocated": allocated or received} | more)


def bounced(fen: int, settles: str = "", received: date = SHIPPED, number: str = "B1", allocated: date | None = None) -> Collection:
    """A collection taken back."""
    return paid(-fen, settles, received, allocated, number)


def account(*lines: Shipment | Collection) -> Account:
    """One customer's ledger of these lines."""
    assert len({line.customer for line in lines}) <= 1
    shipments = [line for line in lines if isinstance(line, Shipment)]
    return Account(lines[0].customer if lines else CUSTOMER, shipments, [line for line in lines if isinstance(line, Collection)])


def method(as_of: date, basis: str = "due", allocation: str = "matched", recognition: str = "received") -> Method:
    return Method(as_of, Basis(basis), Allocation(allocation), Recognition(recognition))


def aged(of: Account, as_of: date, **how: str) -> Ageing:
    """The ageing on a day; that it ties out is looked at every time."""
    ageing = age(of, method(as_of, **how), BOUNDS)
    known = [line for line in of.shipments if line.shipped <= as_of], [line for line in of.collections if line.received <= as_of]
    assert sum(ageing.buckets) + ageing.unapplied == ageing.balance == balance_fen(Account(of.customer, *known))
    return ageing


def sheet(of: Account, as_of: date, **how: str) -> dict[str, int]:
    """The customer's line of 账龄表, without what is 0."""
    ageing = aged(of, as_of, **how)
    return {label: fen for label, fen in zip((*LABELS, "未核销"), (*ageing.buckets, ageing.unapplied), strict=True) if fen}


def open_items(of: Account, as_of: date, **how: str) -> dict[str, int]:
    """What is open of each shipment (instalments as ``S1/2``), in the order of the 账龄明细."""
    items = aged(of, as_of, **how).items
    found = {item.shipment.number + (item.shipment.instalment and f"/{item.shipment.instalment}"): item.fen for item in items}
    assert len(found) == len(items)
    return found


def wan(amount: int | str) -> int:
    """万元 to 分, for whole 万元."""
    return int(amount) * FEN_IN_WAN


def grant(fen: int = wan(1), start: date = on(1, 1), end: date | None = None, role: str = FINANCE, term: int | None = None, **more: object) -> Grant:
    values = {"kind": GRANTED, "fen": fen, "term_days": term, "start": start, "end": end, "role": role}
    return Grant(**values | more)


def increase(fen: int, start: date, end: date, role: str = FINANCE, term: int | None = None, **more: object) -> Grant:
    """A temporary increase."""
    return grant(fen, start, end, role, term, kind=TEMPORARY, **more)


def line(*grants: Grant, **changes: object) -> CreditLine:
    """A rated customer of 一级 that may have 50 万元 and has what ``grants`` say."""
    values = {"name": "甲公司", "salesperson": "张三", "status": RATED, "level": "一级", "cap_fen": wan(50)}
    return CreditLine(CUSTOMER, grants=grants, **values | changes)


def low_line(*grants: Grant, **changes: object) -> CreditLine:
    """A customer below level four."""
    return line(*grants, **{"level": "四级", "cap_fen": 0, "low_level": True} | changes)


def order(number: str = "O1", fen: int = 100, **more: object) -> Document:
    return Document(**{"kind": ORDER, "number": number, "customer": CUSTOMER, "day": SHIPPED, "fen": fen} | more)


def shipment(number: str = "D1", fen: int = 100, **more: object) -> Document:
    return order(number, fen, **{"kind": SHIPMENT} | more)


def override(**changes: object) -> Override:
    """A complete one by the 总经理, from 1 January to 31 December."""
    values = {"role": DIRECTOR, "person": "赵总", "reason": "老客户", "given": on(1, 1), "until": on(12, 31)}
    return Override(**values | changes)


def exposure(*lines: Shipment | Collection, as_of: date = SHIPPED, orders: dict[str, int] | None = None) -> Exposure:
    return Exposure(aged(account(*lines), as_of) if lines else None, orders or {})
