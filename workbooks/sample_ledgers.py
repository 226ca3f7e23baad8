"""The ledgers of the fictitious company for 2026Q3: 华东 keeps them in its rating workbook, the others in files of their own.

``TELLING_LEDGER`` names the customers that each show one rule of the receivables and what the reports must say of them;
``PLANTED`` are the bad rows. A test holds the regenerated quarter to both.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sample_ageing_cases import AGEING_CASES
from sample_credit_cases import CREDIT_CASES
from sample_customers import BEFORE, NOW
from sample_ledger_dirt import write_as_they_keep_it
from sample_ledger_lines import LedgerCase, Line, Record, on, spelled
from sample_trade import Party, trade_of

from xl_credit.books.graft import attach_sheets
from xl_credit.books.package import read_package, write_package
from xl_credit.books.reading import read_grids
from xl_credit.cells import parse_date, parse_date_1904, parse_wan
from xl_credit.forms.look import Look
from xl_credit.forms.receivables_ledgers import add_ledgers
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.columns import EVALUATION, EVALUATION_COLUMNS, ROUTES
from xl_credit.quarter.credit_lines import grants_in_routes, rated_lines
from xl_credit.quarter.evaluation import read_entries
from xl_credit.quarter.results import decide
from xl_credit.receivables.columns import (
    COLLECTIONS,
    CONTRACTS,
    GRANTS,
    LEDGERS,
    ORDERS,
    RECONCILIATIONS,
    REQUESTS,
    SHIPMENTS,
)
from xl_credit.rules.credit_lines import CreditLine, cap_fen
from xl_credit.rules.errors import CreditError
from xl_credit.rules.ledger import FEN_IN_WAN
from xl_credit.rules.quarter import Quarter
from xl_credit.tables import Grid

TELLING_LEDGER: tuple[LedgerCase, ...] = (*AGEING_CASES, *CREDIT_CASES)
_SORTED_BY = {
    SHIPMENTS: ("发货日期", "发货单号"), COLLECTIONS: ("回款日期", "回款单号"), RECONCILIATIONS: ("季度", "客户编码"), ORDERS: ("下单日期", "订单号"),
    REQUESTS: ("申请日期", "申请单号"), CONTRACTS: ("合同编号",), GRANTS: ("生效日期", "客户编码"),
}  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """A row with a fault, and what must be said of it."""

    branch: str
    sheet: str
    record: Record
    found: str


PLANTED: tuple[Planted, ...] = (
    Planted("华东", SHIPMENTS, {"发货单号": 90, "客户编码": "HD-0040", "发货日期": on(8, 11), "金额": "约3万元"}, "金额值为“约3万元”"),
    Planted("华东", COLLECTIONS, {"回款单号": 90, "客户编码": "HD-0040", "回款日期": on(10, 9), "金额": 26000, "核销单号": "FHHD0040-77"},
            "核销单号“FHHD0040-77”在该客户的发货台账中没有"),
    Planted("华东", ORDERS, {"订单号": 90, "客户编码": "HD-0040", "下单日期": on(9, 22), "金额": 0, "状态": "待审"}, "金额为0"),
    Planted("华南", COLLECTIONS, {"回款单号": 90, "客户编码": "HN-0026", "回款日期": "2026年6月31日", "金额": 18000}, "回款日期值为“2026年6月31日”"),
    Planted("华南", SHIPMENTS, {"发货单号": "FHHN0026-90", "客户编码": None, "发货日期": on(8, 14), "金额": 42000}, "客户编码为空"),
    Planted("华南", RECONCILIATIONS, {"客户编码": "HN-0026", "季度": "三季度", "回签日期": on(10, 9), "结果": "相符"}, "季度为“三季度”"),
    Planted("西南", SHIPMENTS, {"发货单号": 90, "客户编码": "XN-0032", "发货日期": None, "金额": 35000}, "发货日期为空"),
    Planted("西南", COLLECTIONS, {"回款单号": 90, "客户编码": "XN-0032", "回款日期": on(8, 3), "金额": "见附件"}, "金额值为“见附件”"),
    Planted("西南", GRANTS, {"客户编码": "XN-0032", "类别": "临时增加", "额度": 10, "生效日期": on(8, 1), "批准岗位": "财务副总经理"}, "截止日期为空"),
)  # fmt: skip


def ledger_records(branch: str, was: Sequence[Record], now: Sequence[Record], earlier: Path) -> dict[str, list[Record]]:
    """Every ledger sheet's rows. ``was`` and ``now`` are the customers of the two quarters, ``earlier`` is last quarter's workbook."""
    by_code = [{row["客户编码"]: row for row in rows} for rows in (was, now)]
    rows = by_code[1] | by_code[0]
    ledgers: dict[str, list[Record]] = {name: [] for name in LEDGERS}
    for code, lines in _lines(_parties(*by_code, earlier)):
        for sheet, record in (spelled(line, code, rows[code]["客户名称"]) for line in lines):
            ledgers[sheet].append(record | ({"业务员": rows[code]["业务员"]} if sheet == CONTRACTS else {}))
    for fault in PLANTED:
        if fault.branch == branch:
            code = fault.record["客户编码"]
            _, record = spelled((fault.sheet, fault.record), code or "", rows[code]["客户名称"] if code else "")
            ledgers[fault.sheet].append(record)
    for sheet, headers in _SORTED_BY.items():
        ledgers[sheet].sort(key=lambda record, headers=headers: [_place(header, record.get(header)) for header in headers])
    return ledgers


def _place(header: str, value: object) -> str:
    """Where a row stands by a date or number; one without a date that can be read stands at the end of June."""
    if not header.endswith("日期"):
        return str(value or "")
    try:
        return parse_date_1904(value).isoformat()
    except CreditError:
        return "2026-06-30"


def _lines(parties: Iterable[Party]) -> Iterator[tuple[str, Iterable[Line]]]:
    """By customer: the cases' as they are told, the others' as they trade; a few buy nothing."""
    cases = {case.code: case for case in TELLING_LEDGER}
    for party in sorted(parties, key=lambda party: party.code):
        if party.code in cases:
            yield party.code, cases[party.code].everything
        elif party.draw("trades").random() < 0.95:
            yield party.code, trade_of(party)


def _parties(was: Mapping[str, Record], now: Mapping[str, Record], earlier: Path) -> Iterator[Party]:
    """The customers with what last quarter allowed them."""
    policy, rated, rated_now = sample_policy(), _rated(was, BEFORE), _rated(now, NOW)
    approved = grants_in_routes(policy, read_grids(read_package(earlier), {ROUTES})[ROUTES])
    for code, row in {**now, **was}.items():
        line, later = rated.get(code), rated_now.get(code)
        stays_low = bool(line and later and line.low_level and later.low_level)  # who rises has no credit until it is granted anew
        has_credit = line is not None and not line.cash_only and stays_low == line.low_level
        cap = (cap_fen(policy, line) or 0) // FEN_IN_WAN if has_credit else 0
        yield Party(
            code, float(parse_wan(row["年交易额"])), parse_date(row["首次交易日期"]), cap, stays_low, bool(row.get("申请额度")),
            row["拖延回款"] != "无", code not in now, tuple(approved.get(code, ())),
        )  # fmt: skip


def _rated(rows: Mapping[str, Record], quarter: Quarter) -> dict[str, CreditLine]:
    policy = sample_policy()
    grid = Grid(EVALUATION, [EVALUATION_COLUMNS, *([row.get(name) for name in EVALUATION_COLUMNS] for row in rows.values())])
    return rated_lines(policy, [decide(policy, entry, quarter, EVALUATION) for entry in read_entries(grid, policy, quarter)], {})


def write_ledgers(branch: str, folder: Path, ledgers: Mapping[str, list[Record]]) -> None:
    """Where the branch keeps them: in its rating workbook, in the company's template, in sheets of its own making."""
    if branch == "西南":
        write_as_they_keep_it(folder / f"{branch}台账.xlsx", ledgers)
        return
    target = folder / f"{branch}.xlsx" if branch == "华东" else None
    with TemporaryDirectory() as temporary:
        made = Path(temporary) / "台账.xlsx" if target else folder / f"{branch}台账.xlsx"
        look = Look(made)
        add_ledgers(look, sample_policy(), ledgers, 20)
        look.close()
        if target:
            package = read_package(target)
            attach_sheets(package, read_package(made), LEDGERS)
            write_package(package, target)

