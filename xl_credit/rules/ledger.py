"""第四条, 第十三条: the events of the receivables ledger, frozen; every amount in whole 分, so sums are exact.

A balance is never stored: it is what the events up to a day come to. Amounts are signed: a credit note or a returned shipment
is a negative shipment, a bounced or reversed collection a negative collection.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

FEN_IN_YUAN, FEN_IN_WAN = 100, 1_000_000
STATED, ROW_TERM, CUSTOMER_TERM, CONTRACT_TERM, DEFAULT_TERM = "台账到期日", "本行账期", "客户授信期限", "合同账期", "默认授信期限"


class Shipment(NamedTuple):
    """A line of 发货台账: what a customer owes from ``shipped``, payable on ``due``.

    Instalments of one shipment are lines with the same ``number``, each with its own ``due``. A negative line reduces the
    shipment it names in ``credits`` (a credit note without a name reduces what is due first).
    """

    number: str
    customer: str
    shipped: date
    fen: int
    due: date
    credits: str = ""
    instalment: str = ""
    contract: str = ""
    order: str = ""
    due_basis: str = STATED
    note: str = ""
    row: int = 0


class Collection(NamedTuple):
    """A line of 回款台账: money received on ``received`` and put on the shipment ``settles`` (nothing: on what is due first)."""

    number: str
    customer: str
    received: date
    fen: int
    settles: str
    allocated: date
    note: str = ""
    row: int = 0


class Account(NamedTuple):
    """One customer's part of the ledger."""

    customer: str
    shipments: Sequence[Shipment]
    collections: Sequence[Collection]


def accounts(shipments: Iterable[Shipment], collections: Iterable[Collection]) -> list[Account]:
    """The ledger by customer, in the order of their codes: nothing is ever settled across customers."""
    owed: dict[str, list[Shipment]] = defaultdict(list)
    paid: dict[str, list[Collection]] = defaultdict(list)
    for shipment in shipments:
        owed[shipment.customer].append(shipment)
    for collection in collections:
        paid[collection.customer].append(collection)
    return [Account(code, owed.get(code, ()), paid.get(code, ())) for code in sorted(owed.keys() | paid.keys())]


def cut(account: Account, as_of: date) -> Account:
    """The account as it stood at the end of ``as_of``: what was shipped or received later is left out."""
    return Account(
        account.customer,
        [line for line in account.shipments if line.shipped <= as_of],
        [line for line in account.collections if line.received <= as_of],
    )


def balance_fen(account: Account) -> int:
    """What the account comes to: shipments less collections."""
    return sum(line.fen for line in account.shipments) - sum(line.fen for line in account.collections)


def fen_of_wan(amount: Decimal | int) -> int:
    """万元 to 分.

    >>> fen_of_wan(Decimal("0.5"))
    500000
    """
    return int(amount * FEN_IN_WAN)


def fen_of_yuan(amount: Decimal | int) -> int:
    """元 to 分, half up.

    >>> fen_of_yuan(Decimal("12.345"))
    1235
    """
    return int((amount * FEN_IN_YUAN).quantize(Decimal(1), ROUND_HALF_UP))


def yuan(fen: int) -> Decimal:
    """分 to 元, exactly.

    >>> yuan(123450), yuan(-5)
    (Decimal('1234.5'), Decimal('-0.05'))
    """
    whole, rest = divmod(abs(fen), FEN_IN_YUAN)
    number = Decimal(f"{whole}.{rest:02d}") if rest else Decimal(whole)
    number = number.normalize() if rest else number
    return -number if fen < 0 else number


def in_yuan(fen: int) -> str:
    """An amount as people read it.

    >>> in_yuan(123456789), in_yuan(-50), in_yuan(1200000)
    ('1,234,567.89元', '-0.5元', '12,000元')
    """
    return f"{yuan(fen):,f}元"
