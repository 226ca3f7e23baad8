"""发货台账 and 回款台账 as the rules' records: signs, due dates and names settled, what cannot be told reported."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Generic, TypeVar

from xl_credit.cells import folded, text
from xl_credit.receivables.columns import COLLECTIONS, SHIPMENTS
from xl_credit.receivables.lines import LineReader, collector_paused
from xl_credit.rules.errors import Problem
from xl_credit.rules.ledger import CONTRACT_TERM, CUSTOMER_TERM, DEFAULT_TERM, ROW_TERM, STATED, Collection, Shipment
from xl_credit.tables import Grid, Row

_RED_STATE = re.compile(r"(?<![未非无没不])(?<!没有)(红字|红冲|冲红|红票|贷项|退货|折让|冲销|冲回|冲正|退票|退汇|退款|退回|拒付|空头|撤销)")
RED_NOTE = re.compile(r"^\W*(红字|红冲|冲红|贷项|冲销|退票)")
_KNOWN_STATE = re.compile(
    r"^(|有效|正常|蓝字|已?审核|未审核|已记账|已入账|已到账|已收款|已开票|已发货|已出库|已确认|已?核销|未核销|部分核销|[已未]?结清|完成|已完成"
    r"|(有效|正常|蓝字)(发票|单据)|[未非无没不][有是]?(作废|红字|红冲|退货|退票|退款|退回|冲销))$"
)
_SEVERAL = re.compile(r"[\w)][、,;/+&和][\w(]")
_CHECK_BOTH = "按两笔计入,请核对"
_LISTED = 60  # row ranges named in one finding


@dataclass(frozen=True, slots=True)
class Terms:
    """Days from shipment to due date where the line itself says neither: the customer's, else its contract's, else the policy's.

    ``granted`` are (first day, last day, days) of the customer's grants: the latest in force at shipment counts, so that a
    later one does not change the past; ``of_customer`` is what the rating says of those without any. ``of_contract`` is by
    (customer, contract).
    """

    of_customer: Mapping[str, int] = field(default_factory=dict)
    default: int = 0
    granted: Mapping[str, Sequence[tuple[date, date, int]]] = field(default_factory=dict)
    of_contract: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def of(self, customer: str, shipped: date, contract: str = "") -> tuple[int, str]:
        in_force = [grant for grant in self.granted.get(customer, ()) if grant[0] <= shipped <= grant[1]]
        days = max(in_force)[2] if in_force else self.of_customer.get(customer)
        if days is not None:
            return days, CUSTOMER_TERM
        days = self.of_contract.get((customer, contract))
        return (self.default, DEFAULT_TERM) if days is None else (days, CONTRACT_TERM)


Line = TypeVar("Line", Shipment, Collection)


@dataclass(frozen=True, slots=True)
class Lines(Generic[Line]):
    """A ledger's lines, what people call the customers in it, and what is wrong with it."""

    lines: tuple[Line, ...]
    codes: Mapping[str, str]
    names: Mapping[str, str]
    salespeople: Mapping[str, str]
    problems: tuple[Problem, ...]


class _Parties:
    """How codes are written, and the names and salespeople that ledger rows give: the most frequent of each."""

    def __init__(self, reader: LineReader) -> None:
        self.reader = reader
        headers = [header for header in ("客户编码", "客户名称", "业务员") if header in reader.table.columns]
        self._times: dict[str, dict[tuple[str, object], int]] = {header: {} for header in headers}

    def code(self, number: int, row: Row) -> str:
        code = self.reader.key(row, "客户编码")
        if not code:
            self.reader.note(number, row, "客户编码", "为空", "客户编码")
            return code
        for header, times in self._times.items():
            written = code, self.reader.value(row, header)
            times[written] = times.get(written, 0) + 1
        return code

    def most(self, header: str) -> dict[str, str]:
        """Ties go to the first in order of their characters, so that the rows' order plays no part."""
        found: dict[str, dict[object, int]] = {}
        for (code, value), times in self._times.get(header, {}).items():
            if value is not None and value != "":
                found.setdefault(code, {})[value] = times
        return {code: text(max(sorted(counts, key=str, reverse=True), key=counts.__getitem__)) for code, counts in found.items()}


@lru_cache(maxsize=1024)  # the same few states stand in line after line
def meaning_of_state(state: str) -> tuple[bool, bool]:
    """Whether a state makes its line negative; whether it is known at all."""
    is_red = bool(_RED_STATE.search(state))
    return is_red, is_red or bool(_KNOWN_STATE.match(state))


def _signed(reader: LineReader, number: int, row: Row, fen: int) -> int:
    """红字, returns and reversals are negative; one entered without its sign is put right, and said so.

    A state that is not known counts as 有效, and that is said too.
    """
    state, note = reader.key(row, "状态"), reader.value(row, "摘要")
    is_red, is_known = meaning_of_state(state)
    if not is_known:
        reader.note(number, row, "状态", f"“{reader.text(row, '状态')}”不认识", "有效、红字、作废", "按有效计入,请核对")
    if fen <= 0:
        return fen
    why = "标为红字或退回" if is_red or (isinstance(note, str) and note and RED_NOTE.match(folded(note))) else ""
    if not why and reader.key(row, "冲减单号"):
        why = "填了冲减单号"
    if why:
        reader.note(number, row, "金额", f"{why}而金额为正", "红字、退回填负数", "按负数计入")
    return -fen if why else fen


@collector_paused()
def read_shipments(grid: Grid, terms: Terms) -> Lines[Shipment]:
    """Every line of 发货台账 that counts. A missing due date is the shipment date and the line's, customer's or contract's 账期."""
    reader = LineReader(grid, SHIPMENTS, "第十三条")
    parties, lines, derived = _Parties(reader), [], {}
    for number, row in reader.lines():
        code, shipped, fen = parties.code(number, row), reader.needed_day(number, row, "发货日期"), reader.fen(number, row)
        if not code or shipped is None or fen is None:
            continue
        fen = _signed(reader, number, row, fen)
        due, basis = _due(reader, number, row, code, shipped, terms, fen)
        if basis != STATED and fen > 0:
            derived.setdefault(basis, []).append(number)
        lines.append(Shipment(
            reader.number(row, "发货单号"), code, shipped, fen, due, reader.number(row, "冲减单号") if fen < 0 else "",
            reader.text(row, "分期"), reader.key(row, "合同编号"), reader.number(row, "订单号"), basis, reader.text(row, "摘要"), number,
        ))  # fmt: skip
    reader.problems += _derived(derived, terms)
    lines = list(_crediting(reader, lines))
    reader.problems += _repeated(reader, lines, attrgetter("number", "customer", "shipped", "fen", "due", "instalment"))
    return Lines(tuple(lines), parties.most("客户编码"), parties.most("客户名称"), parties.most("业务员"), tuple(reader.problems))


def _due(reader: LineReader, number: int, row: Row, code: str, shipped: date, terms: Terms, fen: int) -> tuple[date, str]:
    due = reader.day(number, row, "到期日", "按账期推算到期日")
    if due is not None:
        if due < shipped and fen > 0:
            reader.note(number, row, "到期日", f"{due}早于发货日期{shipped}", "不早于发货日期", "按所填到期日计账龄")
        return due, STATED
    days = reader.days(number, row, "账期", "按客户账期推算到期日")
    basis = ROW_TERM
    if days is None:
        days, basis = terms.of(code, shipped, reader.key(row, "合同编号"))
    return shipped + timedelta(days=days), basis


def _derived(rows: Mapping[str, list[int]], terms: Terms) -> Iterable[Problem]:
    """The lines without a due date, by where their term came from."""
    for basis in (ROW_TERM, CUSTOMER_TERM, CONTRACT_TERM, DEFAULT_TERM):
        if basis in rows:
            days = f"{terms.default}天" if basis == DEFAULT_TERM else ""
            found = f"{len(rows[basis])}行没有到期日:第{_ranges(rows[basis])}行"
            yield Problem(SHIPMENTS, "", found, "填写到期日", "第十三条", f"到期日按发货日期加{basis}{days}推算")


def _ranges(numbers: Sequence[int]) -> str:
    """Row numbers as people read them.

    >>> _ranges([3, 4, 5, 9])
    '3–5、9'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    shown = "、".join(f"{first}–{last}" if last > first else str(first) for first, last in runs[:_LISTED])
    return f"{shown}……" if len(runs) > _LISTED else shown


def _crediting(reader: LineReader, lines: Sequence[Shipment]) -> Iterable[Shipment]:
    """A credit note that names nothing but bears the number of a shipment of the same customer reduces that one."""
    named = {line.credits or line.number for line in lines if line.fen < 0}
    owed = {(line.customer, line.number) for line in lines if line.fen > 0 and line.number in named}
    for line in lines:
        if line.fen >= 0:
            yield line
        elif line.credits:
            if (line.customer, line.credits) not in owed:
                reader.problems.append(_not_there(SHIPMENTS, reader.table.cell(line.row, "冲减单号"), "冲减单号", line.credits, line.customer))
            yield line
        else:
            yield line._replace(credits=line.number) if (line.customer, line.number) in owed else line


def _not_there(sheet: str, cell: str, header: str, number: str, customer: str) -> Problem:
    allowed = "该客户的发货单号,一行一个" if _SEVERAL.search(number) else "该客户的发货单号"
    return Problem(sheet, cell, f"{header}“{number}”在该客户的发货台账中没有", allowed, "第十三条", "列为未核销", customer)


@collector_paused()
def read_collections(grid: Grid, shipments: Sequence[Shipment]) -> Lines[Collection]:
    """Every line of 回款台账 that counts; what was not allocated later counts from the day it came in.

    One that names a shipment which its customer does not have is reported; it stays unapplied.
    """
    reader = LineReader(grid, COLLECTIONS, "第十三条")
    parties, lines = _Parties(reader), []
    for number, row in reader.lines():
        code, received, fen = parties.code(number, row), reader.needed_day(number, row, "回款日期"), reader.fen(number, row)
        if not code or received is None or fen is None:
            continue
        fen = _signed(reader, number, row, fen)
        allocated = reader.day(number, row, "核销日期", "按回款日期核销") or received
        if allocated < received:
            reader.note(number, row, "核销日期", f"{allocated}早于回款日期{received}", "不早于回款日期", "按回款日期核销")
            allocated = received
        lines.append(Collection(
            reader.number(row, "回款单号"), code, received, fen, reader.number(row, "核销单号"), allocated, reader.text(row, "摘要"), number,
        ))  # fmt: skip
    reader.problems += _unknown_names(reader, shipments, lines)
    reader.problems += _repeated(reader, lines, attrgetter("number", "customer", "received", "fen", "settles"))
    return Lines(tuple(lines), parties.most("客户编码"), parties.most("客户名称"), parties.most("业务员"), tuple(reader.problems))


def _repeated(reader: LineReader, lines: Sequence[Line], identity: Callable[[Line], tuple]) -> Iterable[Problem]:
    """Lines alike in all that tells them apart: both count, since two deliveries may be alike, and somebody looks at them."""
    times = Counter(line.number for line in lines)
    first: dict[tuple, int] = {}
    for line in lines:
        if line.number and times[line.number] > 1:
            before = first.setdefault(identity(line), line.row)
            if before != line.row:
                cell = reader.table.cell(line.row, "金额")
                yield Problem(reader.sheet, cell, f"与第{before}行完全相同", "每笔一行", "第十三条", _CHECK_BOTH, line.customer)


def _unknown_names(reader: LineReader, shipments: Sequence[Shipment], collections: Iterable[Collection]) -> Iterable[Problem]:
    owed = {(line.customer, line.number) for line in shipments if line.fen > 0}
    astray = [line for line in collections if line.settles and (line.customer, line.settles) not in owed]
    named = {line.settles for line in astray}
    owners: dict[str, set[str]] = {}
    for line in shipments:
        if line.number in named and line.fen > 0:
            owners.setdefault(line.number, set()).add(line.customer)
    for line in astray:
        cell = reader.table.cell(line.row, "核销单号")
        if line.settles in owners:
            found = f"核销单号“{line.settles}”是客户{'、'.join(sorted(owners[line.settles]))}的发货单"
            yield Problem(COLLECTIONS, cell, found, "该客户自己的发货单号", "第十三条", "不跨客户核销,列为未核销", line.customer)
        else:
            yield _not_there(COLLECTIONS, cell, "核销单号", line.settles, line.customer)
