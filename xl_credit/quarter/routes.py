"""审批路线 of a branch workbook: our steps written, people's entries kept, judged and carried over (第六条, 第十条, 第十七条, 第二十条)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from xl_credit.books.book import Book
from xl_credit.books.fill import Fill
from xl_credit.cells import folded, is_blank, parse_date, text
from xl_credit.quarter.columns import ROUTE_KEPT, ROUTE_KEYS, ROUTE_WRITTEN, ROUTES, wrapped
from xl_credit.quarter.results import Decided, number
from xl_credit.rules.approval import APPROVED_STATE, Decision, in_force_by, overstepped
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.figures import CREDIT_ROUTE, LOW_LEVEL_ROUTE, Policy
from xl_credit.rules.levels import plain
from xl_credit.rules.quarter import Quarter
from xl_credit.tables import Table, find_table

GONE = "已不在评估表"
NOTE_LABEL, NOT_YET = "季度:", "尚未评级"

Carried = Mapping[tuple[str, ...], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Written:
    """What people wrote at a step of 审批路线, and in which row (``None``: in the copy that is being replaced)."""

    row: int | None
    state: str
    person: str
    day: date | None

    @property
    def is_approval(self) -> bool:
        return self.state == APPROVED_STATE and self.day is not None


def read_written(table: Table, carried: Mapping[tuple[str, ...], Mapping[str, object]]) -> tuple[dict[tuple[str, ...], Written], list[Problem]]:
    """People's entries by (code, route, step), those of ``carried`` where the table has none; and dates that cannot be read."""
    found: dict[tuple[str, ...], Written] = {}
    problems: list[Problem] = []
    raw = {key: (None, entries) for key, entries in carried.items()}
    for row_number, row in table.body():
        entries = {name: table.value(row, name) for name in ROUTE_KEPT}
        if any(not is_blank(value) for value in entries.values()):
            key = tuple(folded(table.value(row, name)) for name in ROUTE_KEYS)
            earlier = raw.get(key, (None, {}))[1]
            raw[key] = (row_number, {name: earlier.get(name) if is_blank(value) else value for name, value in entries.items()})
    for key, (row_number, entries) in raw.items():
        when = None
        if not is_blank(entries["审批日期"]):
            try:
                when = parse_date(entries["审批日期"])
            except CreditError as error:
                cell = table.cell(row_number, "审批日期") if row_number else ""
                found_text = f"审批日期{error.found}"
                problems.append(Problem(table.grid.name, cell, found_text, error.allowed, "第十七条", "到位期限未计算", key[0]))
        found[key] = Written(row_number, folded(entries["状态"]), folded(entries["审批人"]), when)
    return found, problems


def overstep_problems(
    policy: Policy, table: Table, decided: Iterable[Decided], written: Mapping[tuple[str, ...], Written], row_of: Mapping[tuple[str, ...], int]
) -> list[Problem]:
    """第二十条: 批准 recorded at a step without the authority, with the daily rate of the penalty interest."""
    recorded: dict[tuple[str, str], dict[int, Written]] = {}
    for (code, route, step), entry in written.items():
        if step.isdigit():
            recorded.setdefault((code, route), {})[int(step)] = entry
    effect = f"越权,超出信用部分按日{plain(policy.daily_penalty_rate * 100)}%计罚息"
    problems = []
    for one in decided:
        for route_name in (CREDIT_ROUTE, LOW_LEVEL_ROUTE):
            entries = recorded.get((folded(one.entry.code), route_name))
            steps = tuple(step for step in one.route if step.step.route == route_name)
            if not steps or not entries:  # a route that no longer applies is reported as a whole, where its rows are kept
                continue
            decisions = [Decision(number, entry.state, entry.person) for number, entry in entries.items()]
            for decision, why in overstepped(steps, decisions):
                key = (folded(one.entry.code), route_name, str(decision.step))
                row = row_of.get(key) or entries[decision.step].row
                cell = table.cell(row, "状态") if row else ""
                problems.append(Problem(table.grid.name, cell, why, "由有权批准的岗位批准", "第二十条", effect, one.entry.code))
    return problems


def route_rows(policy: Policy, decided: Iterable[Decided], written: Mapping[tuple[str, ...], Written]) -> list[list[object]]:
    """审批路线: customer × route × step, with the day by which an approved limit must be in force (第十七条)."""
    rows = []
    for one in decided:
        if not one.route:
            continue
        code, name = one.entry.code, one.entry.name
        key_code = folded(code)
        submitted, term = number(one.proposal.submitted), one.proposal.term_days
        for step, authority, decides in one.route:
            is_credit = step.route in (CREDIT_ROUTE, LOW_LEVEL_ROUTE)
            found = written.get((key_code, step.route, str(step.number))) if written else None
            due = in_force_by(policy, found.day) if found and decides and is_credit and found.is_approval else None
            amounts = (submitted, term) if is_credit else (None, None)
            rows.append([code, name, step.route, step.number, step.role, authority, *amounts, due])
    return rows


def stale_approvals(book: Book, quarter: Quarter) -> list[Problem]:
    """People's entries that belong to another quarter are kept, but never taken for this quarter's approvals."""
    note = book.read_beside(ROUTES, NOTE_LABEL)
    if note is None or quarter.title in note[2] or NOT_YET in note[2]:
        return []
    written, _ = read_written(find_table(book.grid(ROUTES), ROUTE_WRITTEN, ROUTE_KEPT), {})
    if not written:
        return []
    whose = note[2].removeprefix(NOTE_LABEL).split(" ")[0]
    found = f"表中是{whose}的审批记录"
    return [Problem(ROUTES, f"A{note[0] + 1}", found, "清空上季审批记录,或改用空白模板", "第八条(5)", "记录保留,不作为本季审批")]


def fill_routes(book: Book, policy: Policy, decided: list[Decided], carried: Carried | None, stale: bool) -> list[Problem]:
    table = find_table(book.grid(ROUTES), ROUTE_WRITTEN, ROUTE_KEPT)
    written, problems = ({}, []) if stale else read_written(table, carried or {})
    rows = route_rows(policy, decided, written)
    lost = _lost_steps(table, rows, carried or {})
    rows += lost.values()
    table, filled = book.fill(ROUTES, Fill(ROUTE_KEYS, ROUTE_WRITTEN, rows, ("权限依据", GONE), ROUTE_KEPT, carried, wrapped(ROUTE_WRITTEN)))
    problems += _differing(table, carried) if carried else []
    for key in (*filled.gone, *lost):
        found = f"{'/'.join(key)}已有审批记录,但本季路线中没有这一步"
        problems.append(Problem(ROUTES, "", found, "核对审批记录", "第十条", "原记录保留", key[0]))
    if not written:
        return problems
    row_of = {tuple(map(folded, (row[0], row[2], row[3]))): at for row, at in zip(rows, filled.row_numbers, strict=True)}
    return problems + overstep_problems(policy, table, decided, written, row_of)


def _differing(table: Table, carried: Carried) -> list[Problem]:
    """Entries that the source and the copy being replaced have both, but not alike: the source's stand, and it is said."""
    problems = []
    for row_number, row in table.body():
        other = carried.get(tuple(folded(table.value(row, name)) for name in ROUTE_KEYS), {})
        for name, value in other.items():
            mine = table.value(row, name)
            if not is_blank(mine) and not is_blank(value) and mine != value:
                found = f"{name}来源为“{text(mine)}”,原结果中为“{text(value)}”"
                cell, code = table.cell(row_number, name), folded(table.value(row, "客户编码"))
                problems.append(Problem(ROUTES, cell, found, "在来源工作簿中改正", "第十条", "以来源为准,原结果已存入备份", code))
    return problems


def _lost_steps(table: Table, rows: list[list[object]], carried: Carried) -> dict[tuple[str, ...], list[object]]:
    """Rows for steps that only the copy being replaced has entries for: they are kept there, marked as gone."""
    if not carried:
        return {}
    known = {tuple(map(folded, (row[0], row[2], row[3]))) for row in rows}
    known |= {  # the source's own entries are kept where they stand
        tuple(folded(table.value(row, name)) for name in ROUTE_KEYS)
        for _, row in table.body()
        if any(not is_blank(table.value(row, name)) for name in ROUTE_KEPT)
    }
    found = {}
    for key in carried:
        if key not in known:
            code, route, step = key
            found[key] = [code, None, route, int(step) if step.isdecimal() else step, None, GONE, None, None, None]
    return found


def read_carried(path: Path, quarter: Quarter) -> Carried:
    """What people wrote into 审批路线 of this quarter's workbook that is about to be replaced, by (code, route, step)."""
    book = Book(path, (ROUTES,))
    note = book.read_beside(ROUTES, NOTE_LABEL) if ROUTES in book.grids else None
    if note is None or quarter.title not in note[2]:
        return {}
    table = find_table(book.grid(ROUTES), ROUTE_WRITTEN, ROUTE_KEPT)
    found = {}
    for _, row in table.body():
        entries = {name: table.value(row, name) for name in ROUTE_KEPT}
        if any(not is_blank(value) for value in entries.values()):
            found[tuple(folded(table.value(row, name)) for name in ROUTE_KEYS)] = entries
    return found
