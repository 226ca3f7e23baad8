"""Each customer's credit line: its rating, and the limits that were approved for it in 审批路线."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from xl_credit.books.package import read_package
from xl_credit.books.reading import read_grids
from xl_credit.cells import folded, is_blank, parse_decimal, parse_whole, text
from xl_credit.quarter.columns import RESULTS, ROUTE_KEPT, ROUTE_WRITTEN, ROUTES
from xl_credit.quarter.past import read_past
from xl_credit.quarter.results import Decided
from xl_credit.quarter.routes import Written, read_written
from xl_credit.rules.credit_lines import GRANTED, CreditLine, Grant
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import CREDIT_ROUTE, LOW_LEVEL_ROUTE, Policy
from xl_credit.rules.ledger import fen_of_wan
from xl_credit.rules.records import HELD, RATED, PastRating
from xl_credit.tables import Grid, Table, find_table

Grants = Mapping[str, Sequence[Grant]]


def approved_grants(policy: Policy, written: Mapping[tuple[str, ...], Written]) -> dict[str, list[Grant]]:
    """第十条, 第十七条: every dated 批准 in the credit routes is a grant of what it was given for, from that day on.

    Whether the post had the authority for it is judged where the grant is used (第二十条).
    """
    found: dict[str, list[Grant]] = {}
    for (code, route, step), entry in written.items():
        roles = {str(one.number): one.role for one in policy.route.get(route, ())}
        if route not in (CREDIT_ROUTE, LOW_LEVEL_ROUTE) or not entry.is_approval or entry.submitted is None or step not in roles:
            continue
        term = None if entry.term_days is None else int(entry.term_days)
        fen = fen_of_wan(entry.submitted)
        found.setdefault(code, []).append(Grant(GRANTED, fen, term, entry.day, None, roles[step], entry.person, low_level=route == LOW_LEVEL_ROUTE))
    return found


def grants_in_routes(policy: Policy, grid: Grid | None) -> dict[str, list[Grant]]:
    """The grants in a workbook's 审批路线 as it stands; none where it has no such sheet."""
    if grid is None:
        return {}
    written, _ = read_written(find_table(grid, ROUTE_WRITTEN, ROUTE_KEPT), {})
    return approved_grants(policy, written)


def named_lines(grid: Grid | None) -> dict[str, CreditLine]:
    """Names and salespeople by folded code from a 评估表 or 评级结果, without any credit."""
    if grid is None:
        return {}
    table = find_table(grid, ("客户编码", "客户名称"), ("业务员",))
    found = {}
    for _, row in table.body():
        code = folded(table.value(row, "客户编码"))
        if code:
            found[code] = CreditLine(code, text(table.value(row, "客户名称")), text(table.value(row, "业务员")), written=text(table.value(row, "客户编码")))
    return found


def with_people(lines: Mapping[str, CreditLine], named: Mapping[str, CreditLine]) -> dict[str, CreditLine]:
    """``lines`` with names and salespeople from ``named`` where they have none, and after them the customers that only it knows."""
    found = {
        code: line._replace(name=line.name or named[code].name, salesperson=line.salesperson or named[code].salesperson) if code in named else line
        for code, line in lines.items()
    }
    return {**found, **{code: line for code, line in named.items() if code not in lines}}


def past_sheets(past: Path | None) -> dict[str, Grid]:
    """审批路线 and 评级结果 of last quarter's workbook; none where there is no such file."""
    return read_grids(read_package(past), {ROUTES, RESULTS}) if past else {}


def merged(*several: Grants) -> dict[str, tuple[Grant, ...]]:
    """Grants of several workbooks; one that stands in two of them counts once."""
    codes = dict.fromkeys(code for grants in several for code in grants)
    return {code: tuple(dict.fromkeys(grant for grants in several for grant in grants.get(code, ()))) for code in codes}


def rated_lines(policy: Policy, decided: Iterable[Decided], grants: Grants) -> dict[str, CreditLine]:
    """Credit lines by folded code from what was just decided."""
    found = {}
    for one in decided:
        code, rating = folded(one.entry.code), one.rating
        if not code:
            continue
        is_rated = rating is not None and rating.is_rated
        barred = rating is not None and any(reason.cash_only for reason in rating.adjustments)
        found[code] = CreditLine(
            code, one.entry.name, one.entry.salesperson, one.status, rating.level if is_rated else "",
            fen_of_wan(rating.limit) if is_rated else None, is_rated and rating.row == len(policy.levels) - 1, barred,
            fen_of_wan(one.proposal.submitted) if one.proposal else 0, tuple(grants.get(code, ())), one.entry.code,
        )  # fmt: skip
    return found


def lines_before(policy: Policy, lines: Mapping[str, CreditLine], past: Mapping[str, PastRating] | None) -> dict[str, CreditLine]:
    """The lines as they were in force during the quarter: by last quarter's levels, where those are known."""
    found = dict(lines)
    for code, before in (past or {}).items():
        if code in found:
            row = policy.level_row.get((before.level, before.business)) if before.level else None
            found[code] = found[code]._replace(
                status=before.status, level=before.level or "", cap_fen=None if row is None else fen_of_wan(policy.levels[row].limit),
                low_level=row == len(policy.levels) - 1, cash_only=before.status == HELD or "第八条(1)" in before.adjustments,
            )  # fmt: skip
    return found


def written_lines(policy: Policy, results: Grid | None, grants: Grants) -> dict[str, CreditLine]:
    """Credit lines by folded code from a 评级结果 sheet as it stands; none where it was never written."""
    if results is None:
        return {}
    past = read_past(results)
    table = find_table(results, ("客户编码",), ("业务员", "赊欠限额", "建议额度", "建议期限"))
    found = {}
    for _, row in table.body():
        code = folded(table.value(row, "客户编码"))
        if code not in past or code in found:
            continue
        before = past[code]
        level_row = policy.level_row.get((before.level, before.business)) if before.level else None
        found[code] = CreditLine(
            code, before.name, text(table.value(row, "业务员")), before.status, before.level or "",
            _fen(table, row, "赊欠限额") if before.status == RATED else None, level_row == len(policy.levels) - 1,
            before.status == HELD or "第八条(1)" in before.adjustments, _fen(table, row, "建议额度") or 0, tuple(grants.get(code, ())),
            before.code,
        )  # fmt: skip
    return found


def written_terms(results: Grid | None) -> dict[str, int]:
    """建议期限 of a 评级结果 sheet by folded code, where it says one."""
    if results is None:
        return {}
    table = find_table(results, ("客户编码",), ("建议期限",))
    found = {}
    for _, row in table.body():
        value = table.value(row, "建议期限")
        if not is_blank(value):
            try:
                days = parse_whole(value)
            except CreditError:
                continue
            if days:
                found[folded(table.value(row, "客户编码"))] = days
    return found


def proposed_terms(decided: Iterable[Decided]) -> dict[str, int]:
    """The terms just proposed, by folded code."""
    return {folded(one.entry.code): one.proposal.term_days for one in decided if one.proposal and one.proposal.term_days}


def _fen(table: Table, row: Sequence[object], header: str) -> int | None:
    value = table.value(row, header)
    try:
        return None if is_blank(value) else fen_of_wan(parse_decimal(value))
    except CreditError:
        return None
