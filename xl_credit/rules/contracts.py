"""授信客户赊销合同的跟踪 (第九条(3), 第十三条): what of each contract is shipped, collected and outstanding, and what is next due."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from xl_credit.rules.ageing import Ageing
from xl_credit.rules.ledger import Account, Shipment, in_yuan

NOT_SHIPPED, RUNNING, OVERDUE, SETTLED, EXCEEDED, UNKNOWN = ("未发货", "履行中", "逾期", "已结清", "超合同发货", "无合同")


class Contract(NamedTuple):
    """A line of 合同台账; ``term_days`` from shipment to due date, for a customer that no credit term was granted."""

    number: str
    customer: str
    name: str
    salesperson: str
    fen: int
    until: date | None
    term_days: int | None = None


class Track(NamedTuple):
    """Where a contract stands on a day. ``next_due`` is the earliest due date still open; ``days_over`` from it."""

    contract: Contract
    shipped: int
    collected: int
    outstanding: int
    next_due: date | None
    days_over: int
    state: str
    text: str


def track(contracts: Iterable[Contract], accounts: Iterable[tuple[Account, Ageing]], as_of: date) -> list[Track]:
    """Every contract, then those that shipments name and 合同台账 does not have (credit rests on contracts: 第九条(3))."""
    lines: dict[tuple[str, str], list[Shipment]] = defaultdict(list)
    left: dict[tuple[str, str], list[tuple[Shipment, int]]] = defaultdict(list)
    for account, ageing in accounts:
        of_number = {line.number: line.contract for line in account.shipments if line.contract and line.fen > 0}
        for line in account.shipments:
            contract = line.contract or of_number.get(line.credits, "")
            if contract and line.shipped <= as_of:
                lines[account.customer, contract].append(line)
        for item in ageing.items:
            if item.shipment.contract:
                left[account.customer, item.shipment.contract].append((item.shipment, item.fen))
    known = {(one.customer, one.number): one for one in contracts}
    stray = sorted(lines.keys() - known.keys())
    everything = [*known.values(), *(Contract(number, customer, "", "", 0, None) for customer, number in stray)]
    return [_track(one, lines[one.customer, one.number], left[one.customer, one.number], as_of, (one.customer, one.number) in known) for one in everything]


def _track(contract: Contract, lines: list[Shipment], left: list[tuple[Shipment, int]], as_of: date, is_known: bool) -> Track:
    shipped = sum(line.fen for line in lines)
    outstanding = sum(fen for _, fen in left)
    next_due = min((line.due for line, _ in left), default=None)
    over = max(0, (as_of - next_due).days) if next_due else 0
    late = sum(fen for line, fen in left if line.due < as_of)
    notes = []
    if is_known and shipped > contract.fen:
        notes.append(f"发货超过合同金额{in_yuan(shipped - contract.fen)}")
    if late:
        notes.append(f"逾期{in_yuan(late)}")
    if contract.until and contract.until < as_of and (outstanding or shipped < contract.fen):
        notes.append(f"合同已于{contract.until}到期")
    if not is_known:
        notes.append("合同台账中没有此合同")
    state = _state(contract, shipped, outstanding, late, is_known)
    return Track(contract, shipped, shipped - outstanding, outstanding, next_due, over, state, ";".join(notes))


def _state(contract: Contract, shipped: int, outstanding: int, late: int, is_known: bool) -> str:
    if not is_known:
        return UNKNOWN
    if late:
        return OVERDUE
    if shipped > contract.fen:
        return EXCEEDED
    if shipped == 0:
        return NOT_SHIPPED
    return SETTLED if outstanding == 0 and shipped == contract.fen else RUNNING
