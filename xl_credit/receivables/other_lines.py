"""订单台账, 发货申请, 合同台账, 授信台账 and 对账记录 as the rules' records."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from xl_credit.cells import folded, is_blank, parse_whole
from xl_credit.receivables.columns import CONTRACTS, GRANT_KINDS, GRANTS, ORDERS, RECONCILIATIONS, REQUESTS
from xl_credit.receivables.lines import LEFT_OUT, LineReader
from xl_credit.rules.contracts import Contract
from xl_credit.rules.credit_lines import TEMPORARY, Grant
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.goals import Reconciliation
from xl_credit.rules.quarter import Quarter
from xl_credit.tables import Grid, Row

WAITING, FREED, SHIPPED, CANCELLED = "待审", "已放行", "已发货", "已取消"


class Paper(NamedTuple):
    """A line of 订单台账 or 发货申请. ``order`` is what a request ships, ``shipment`` the 发货单 it became."""

    number: str
    customer: str
    day: date
    fen: int
    priority: int | None
    state: str
    order: str
    shipment: str
    name: str
    row: int


@dataclass(frozen=True, slots=True)
class Others:
    """What stands in the sheets beside the money ledgers; empty where there are none."""

    orders: tuple[Paper, ...] = ()
    requests: tuple[Paper, ...] = ()
    contracts: tuple[Contract, ...] = ()
    grants: tuple[tuple[str, Grant], ...] = ()
    reconciliations: tuple[Reconciliation, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_papers(grid: Grid, sheet: str) -> tuple[list[Paper], list[Problem]]:
    """第十一条, 第十二条: orders or shipment requests; a state that is not known counts as 待审."""
    reader = LineReader(grid, sheet, "第十一条" if sheet == ORDERS else "第十二条")
    numbered, dated = ("订单号", "下单日期") if sheet == ORDERS else ("申请单号", "申请日期")
    papers, rows_of = [], {}
    for number, row in reader.lines():
        code, day, fen = _code(reader, number, row), reader.needed_day(number, row, dated), reader.fen(number, row)
        if not code or day is None or fen is None:
            continue
        if fen <= 0:
            reader.note(number, row, "金额", f"为{reader.text(row, '金额')}", "大于0的金额")
            continue
        key = reader.key(row, numbered)
        if not key:
            reader.note(number, row, numbered, "为空", "单号")
            continue
        if key in rows_of:
            reader.note(number, row, numbered, f"“{key}”与第{rows_of[key]}行重复", "每张单据一行")
            continue
        rows_of[key] = number
        priority = reader.whole(number, row, "优先级", parse_whole, "按没有优先级处理")
        papers.append(Paper(
            key, code, day, fen, priority, _state(reader, number, row), "" if sheet == ORDERS else reader.key(row, "订单号"),
            reader.key(row, "发货单号"), reader.text(row, "客户名称"), number,
        ))  # fmt: skip
    return papers, reader.problems


def _code(reader: LineReader, number: int, row: Row) -> str:
    code = reader.key(row, "客户编码")
    if not code:
        reader.note(number, row, "客户编码", "为空", "客户编码")
    return code


def _state(reader: LineReader, number: int, row: Row) -> str:
    state = reader.key(row, "状态")
    if state not in ("", WAITING, FREED, SHIPPED, CANCELLED):
        reader.note(number, row, "状态", f"为“{state}”", "、".join((WAITING, FREED, SHIPPED, CANCELLED, "作废")), "按待审处理")
    return state if state in (FREED, SHIPPED, CANCELLED) else WAITING


def read_contracts(grid: Grid) -> tuple[list[Contract], list[Problem]]:
    """合同台账; amounts are the contracts' own, in the header's unit."""
    reader = LineReader(grid, CONTRACTS, "第九条(3)")
    found, rows_of = [], {}
    for number, row in reader.lines():
        code, key, fen = _code(reader, number, row), reader.key(row, "合同编号"), reader.fen(number, row, "合同金额")
        if not code or fen is None:
            continue
        if not key or (code, key) in rows_of:
            found_text = "为空" if not key else f"“{key}”与第{rows_of[code, key]}行重复"
            reader.note(number, row, "合同编号", found_text, "每份合同一行")
            continue
        rows_of[code, key] = number
        until = reader.day(number, row, "截止日期", "截止日期不计")
        found.append(Contract(key, code, reader.text(row, "客户名称"), reader.text(row, "业务员"), fen, until, reader.days(number, row, "账期", "账期不计")))
    return found, reader.problems


def read_grants(grid: Grid) -> tuple[list[tuple[str, Grant]], list[Problem]]:
    """第十条, 第十七条: (customer, grant) of each line of 授信台账; a temporary increase needs the day on which it ends."""
    reader = LineReader(grid, GRANTS, "第十条")
    found = []
    for number, row in reader.lines():
        if "撤销" in reader.key(row, "状态"):
            continue
        code, kind = _code(reader, number, row), reader.key(row, "类别")
        if kind not in GRANT_KINDS:
            reader.note(number, row, "类别", f"为“{kind}”" if kind else "为空", "、".join(GRANT_KINDS))
            continue
        in_yuan = reader.table.units.get("额度") == "元"
        fen = reader.fen(number, row, "额度")
        fen = fen if fen is None or in_yuan or reader.table.units.get("额度") == "万元" else fen * 10_000
        start, end = reader.needed_day(number, row, "生效日期"), reader.day(number, row, "截止日期")
        if not code or fen is None or start is None or (end is None and not is_blank(reader.value(row, "截止日期"))):
            continue
        if (kind == TEMPORARY and end is None) or (end is not None and end < start):
            reader.note(number, row, "截止日期", "为空" if end is None else f"{end}早于生效日期{start}", "临时增加须写明截止日期,不早于生效日期")
            continue
        term = reader.days(number, row, "期限")
        if term is None and not is_blank(reader.value(row, "期限")):
            continue
        found.append((code, Grant(
            kind, fen, term, start, end, reader.key(row, "批准岗位"), reader.text(row, "批准人"), reader.text(row, "原因"),
            reader.table.cell(number, "批准岗位"),
        )))  # fmt: skip
    return found, reader.problems


def read_reconciliations(grid: Grid) -> tuple[list[Reconciliation], list[Problem]]:
    """第四条(3): one line a customer and quarter; of two lines of one quarter the one signed first counts."""
    reader = LineReader(grid, RECONCILIATIONS, "第四条(3)")
    found = []
    for number, row in reader.lines():
        code, written = _code(reader, number, row), reader.text(row, "季度")
        try:
            quarter = Quarter.parse(folded(written))
        except CreditError as error:
            reader.note(number, row, "季度", f"为“{written}”", error.allowed)
            continue
        signed = reader.day(number, row, "回签日期", "视为未回签")
        confirmed = None
        if not is_blank(reader.value(row, "客户确认余额")):
            confirmed = reader.fen(number, row, "客户确认余额", "确认余额不比对")
        if code:
            cell = reader.table.cell(number, "客户确认余额")
            found.append(Reconciliation(code, quarter, signed, reader.key(row, "结果"), confirmed, cell))
    return found, reader.problems


def read_others(grids: dict[str, Grid]) -> Others:
    """All of them that there are; a sheet whose columns are not found is a problem and counts as absent."""
    problems: list[Problem] = []

    def read(sheet: str, reading) -> Iterator:
        if sheet not in grids:
            return
        try:
            lines, noted = reading(grids[sheet])
        except CreditError as error:
            problems.append(Problem(sheet, "", error.found, error.allowed, error.article, f"{sheet}{LEFT_OUT[2:]}"))
            return
        problems.extend(noted)
        yield from lines

    return Others(
        tuple(read(ORDERS, lambda grid: read_papers(grid, ORDERS))), tuple(read(REQUESTS, lambda grid: read_papers(grid, REQUESTS))),
        tuple(read(CONTRACTS, read_contracts)), tuple(read(GRANTS, read_grants)),
        tuple(read(RECONCILIATIONS, read_reconciliations)), tuple(problems),
    )  # fmt: skip
