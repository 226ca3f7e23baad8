"""Lines of the sample ledgers as they are told in cases, and what a case of the receivables is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sample_customers import NOW
from sample_handwork import PEOPLE

from xl_credit.receivables.columns import COLLECTIONS, CONTRACTS, GRANTS, ORDERS, RECONCILIATIONS, REQUESTS, SHIPMENTS

AS_OF = NOW.end  # what the cases expect is as of this day
FROM, UNTIL = date(2025, 4, 20), date(2026, 10, 20)  # the ledgers reach past the quarter's end, as real ones do
GRANTED, INCREASE = "授信", "临时增加"
FD, GM, XS = "财务副总经理", "总经理", "销售副总"
_NEW_YEAR, _YEAR_END, _IN_TIME = date(2026, 1, 5), date(2026, 12, 31), date(2026, 10, 10)
_PREFIX = {"发货单号": "FH", "核销单号": "FH", "冲减单号": "FH", "回款单号": "HK", "订单号": "DD", "申请单号": "SQ"}

Record = dict[str, object]
Line = tuple[str, Record]  # the ledger's sheet, and what stands under its headers


def on(month: int, day: int, year: int = 2026) -> date:
    return date(year, month, day)


def before(days: int) -> date:
    """So many days before the day of the cases."""
    return AS_OF - timedelta(days=days)


def ship(place: int, shipped: object, yuan: object, due: object = None, **more: object) -> Line:
    """The customer's shipment number ``place``."""
    return SHIPMENTS, {"发货单号": place, "发货日期": shipped, "金额": yuan, "到期日": due, **more}


def pay(place: int, received: object, yuan: object, settles: int | str | None = None, **more: object) -> Line:
    return COLLECTIONS, {"回款单号": place, "回款日期": received, "金额": yuan, "核销单号": settles, **more}


def limit(wan: object, days: int | None = 60, start: date = _NEW_YEAR, role: str = FD, **more: object) -> Line:
    """A grant; ``类别``, ``截止日期`` and ``原因`` make it a temporary increase."""
    return GRANTS, {
        "类别": GRANTED, "额度": wan, "期限": days, "生效日期": start, "批准岗位": role, "批准人": PEOPLE[role], "批准日期": start, **more
    }  # fmt: skip


def increase(wan: object, start: date, end: date, role: str, why: str) -> Line:
    return limit(wan, None, start, role, 类别=INCREASE, 截止日期=end, 原因=why)


def order(place: int, day: date, yuan: object, priority: int | None = None, state: str = "待审", **more: object) -> Line:
    return ORDERS, {"订单号": place, "下单日期": day, "金额": yuan, "优先级": priority, "状态": state, **more}


def request(place: int, day: date, yuan: object, of_order: int | None = None, **more: object) -> Line:
    return REQUESTS, {"申请单号": place, "申请日期": day, "金额": yuan, "订单号": of_order, "状态": "待审", **more}


def contract(year: int, yuan: object, until: date = _YEAR_END, **more: object) -> Line:
    """The customer's contract of a year: HT-2026-HD0001."""
    return CONTRACTS, {"合同编号": year, "签订日期": date(year, 1, 6), "合同金额": yuan, "截止日期": until, **more}


def signed(day: date | None = _IN_TIME, result: str = "相符", **more: object) -> Line:
    """The statement of the quarter, sent in its first days; ``None``: it has not come back."""
    return RECONCILIATIONS, {"季度": str(NOW), "发出日期": on(10, 3), "回签日期": day, "结果": result, "经办人": "方晴"} | more


def number(header: str, code: str, place: object) -> object:
    """A document's number from its place among the customer's: 3 → FHHD0001-03. A text is one already."""
    if not isinstance(place, int):
        return place
    own = code.replace("-", "")
    return f"HT-{place}-{own}" if header == "合同编号" else f"{_PREFIX[header]}{own}-{place:02d}"


def spelled(line: Line, code: str, name: str) -> Line:
    """The line with its customer, and its numbers in full."""
    sheet, record = line
    full = {header: number(header, code, value) if header in (*_PREFIX, "合同编号") else value for header, value in record.items()}
    return sheet, {"客户编码": code, "客户名称": name, **full}


@dataclass(frozen=True)
class LedgerCase:
    """A customer whose ledger shows one rule, and all that the reports must say of it as of the quarter's end.

    Shipments, orders and requests are named by their place, instalments by (place, 分期); amounts are 元. ``ageing`` is the line
    of 账龄表, ``open`` 账龄明细 (未收金额, 天数), ``alerts`` 预警 (类别, shipment, 金额, 天数), ``penalties`` 罚息 (责任人, 性质, 起日, 止日, 罚息),
    ``misses`` the goals that it keeps from being met, ``says`` words that must stand in its lines of the report of that name, ``at`` the line of
    账龄表 on other days.
    """

    code: str
    what: str
    lines: tuple[Line, ...]
    ageing: Mapping[str, float] = field(default_factory=dict)
    open: Mapping[object, tuple[float, int]] = field(default_factory=dict)
    alerts: tuple[tuple[str, int | None, float, int], ...] = ()
    orders: Mapping[int, str] = field(default_factory=dict)
    requests: Mapping[int, str] = field(default_factory=dict)
    contracts: Mapping[int, str] = field(default_factory=dict)
    penalties: tuple[tuple[str, str, date, date, float], ...] = ()
    misses: tuple[str, ...] = ()
    says: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()
    at: Mapping[date, Mapping[str, float]] = field(default_factory=dict)
    grants: tuple[Line, ...] = (limit(50),)
    reconciled: tuple[Line, ...] = (signed(),)

    @property
    def everything(self) -> tuple[Line, ...]:
        return (*self.lines, *self.grants, *self.reconciled)
