"""审批路线 of a branch workbook: our steps written, people's entries kept, judged and carried over (第六条, 第十条, 第十七条, 第二十条)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xl_credit.books.book import Book
from xl_credit.books.fill import Fill
from xl_credit.cells import folded, is_blank, parse_date, parse_decimal, text
from xl_credit.quarter.columns import NOT_YET, NOTE_LABEL, ROUTE_KEPT, ROUTE_KEYS, ROUTE_WRITTEN, ROUTES, wrapped
from xl_credit.quarter.results import Decided, number
from xl_credit.rules.approval import APPROVED_STATE, Decision, in_force_by, overstepped
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.figures import CREDIT_ROUTE, LOW_LEVEL_ROUTE, RATING_ROUTE, Number, Policy
from xl_credit.rules.levels import plain
from xl_credit.rules.quarter import Quarter
from xl_credit.tables import Row, Table, column_letters, find_table

GONE = "不在本季路线中"
AGREED = ("同意", APPROVED_STATE)
_SUBMITTED = ("送审额度", "送审期限")

Carried = Mapping[tuple[str, ...], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Written:
    """What people wrote at a step of 审批路线, and in which row (``None``: in the copy that is being replaced)."""

    row: int | None
    state: str
    person: str
    day: date | None
    submitted: Decimal | None
    term_days: int | None

    @property
    def is_approval(self) -> bool:
        return self.state == APPROVED_STATE and self.day is not None

    def is_outgrown(self, submitted: Number, term_days: int) -> bool:
        """第二十条: agreed to for less, or for a shorter term, than is now put forward."""
        if self.state not in AGREED or self.submitted is None or self.term_days is None:
            return False
        return submitted > self.submitted or term_days > self.term_days


def read_written(table: Table, carried: Carried) -> tuple[dict[tuple[str, ...], Written], list[Problem]]:
    """People's entries by (code, route, step), those of ``carried`` where the table has none; and dates that cannot be read."""
    found: dict[tuple[str, ...], Written] = {}
    problems: list[Problem] = []
    raw = {key: (None, entries) for key, entries in carried.items()}
    for row_number, row in table.body():
        entries = _entries(table, row)
        if entries:
            key = tuple(folded(table.value(row, name)) for name in ROUTE_KEYS)
            earlier = raw.get(key, (None, {}))[1]
            if earlier and is_blank(entries["状态"]):  # the figures go with the agreement that was given for them
                entries |= {name: earlier[name] for name in _SUBMITTED}
            raw[key] = (row_number, {name: earlier.get(name) if is_blank(value) else value for name, value in entries.items()})
    for key, (row_number, entries) in raw.items():
        try:
            when = None if is_blank(entries["审批日期"]) else parse_date(entries["审批日期"])
        except CreditError as error:
            cell = table.cell(row_number, "审批日期") if row_number else ""
            problems.append(Problem(ROUTES, cell, f"审批日期{error.found}", error.allowed, "第十七条", "到位期限未计算", key[0]))
            when = None
        amounts = [_figure(entries[name]) for name in _SUBMITTED]
        found[key] = Written(row_number, folded(entries["状态"]), folded(entries["审批人"]), when, *amounts)
    return found, problems


def _entries(table: Table, row: Row) -> dict[str, object]:
    """What people wrote in a row, with the amount and term it was written for; empty where they wrote nothing."""
    entries = {name: table.value(row, name) for name in ROUTE_KEPT}
    if all(is_blank(value) for value in entries.values()):
        return {}
    return entries | {name: table.value(row, name) for name in _SUBMITTED}


def _figure(value: object) -> Decimal | None:
    try:
        return parse_decimal(value)
    except CreditError:
        return None


def overstep_problems(
    policy: Policy, decided: Iterable[Decided], written: Mapping[tuple[str, ...], Written], place: Callable[[tuple], str]
) -> list[Problem]:
    """第二十条: 批准 recorded at a step without the authority, with the daily rate of the penalty interest."""
    recorded: dict[tuple[str, str], dict[int, Written]] = {}
    for (code, route, step), entry in written.items():
        if step.isdecimal():
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
                problems.append(Problem(ROUTES, place(key), why, "由有权批准的岗位批准", "第二十条", effect, one.entry.code))
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
            amounts, due = (submitted, term) if is_credit else (None, None), None
            if found and is_credit and found.is_outgrown(submitted, term):  # what was agreed to stays in sight
                amounts = (number(found.submitted), number(found.term_days))
            elif found and is_credit and decides and found.is_approval:
                due = in_force_by(policy, found.day)
            rows.append([code, name, step.route, step.number, step.role, authority, *amounts, due])
    return rows


def outgrown_problems(decided: Iterable[Decided], written: Mapping[tuple[str, ...], Written], place: Callable[[tuple], str]) -> list[Problem]:
    """第二十条: an agreement given for less than is now put forward is no agreement; the figures it was given for are kept."""
    problems = []
    for one in decided:
        for step, _, _ in one.route:
            key = (folded(one.entry.code), step.route, str(step.number))
            entry = written.get(key)
            if entry and step.route != RATING_ROUTE and entry.is_outgrown(one.proposal.submitted, one.proposal.term_days):
                was = f"{plain(entry.submitted)}万元、{entry.term_days}天"
                found = f"{step.role}{entry.state}的是{was},现为{plain(one.proposal.submitted)}万元、{one.proposal.term_days}天"
                allowed = "按新的额度和期限重新审批(先清空原审批记录)"
                problems.append(Problem(ROUTES, place(key), found, allowed, "第二十条", "原审批不适用", one.entry.code))
    return problems


def stale_approvals(book: Book, quarter: Quarter) -> list[Problem]:
    """People's entries that belong to another quarter are kept, but never taken for this quarter's approvals."""
    note = book.read_beside(ROUTES, NOTE_LABEL)
    if note is None or _is_of(note[2], quarter) or NOT_YET in note[2]:
        return []
    table = find_table(book.grid(ROUTES), ROUTE_WRITTEN, ROUTE_KEPT)
    if not any(_entries(table, row) for _, row in table.body()):
        return []
    whose = note[2].removeprefix(NOTE_LABEL).split(" ")[0]
    cell = f"{column_letters(note[1])}{note[0] + 1}"
    allowed = f"清空上季审批记录,或改用空白模板;已全部换成本季的,把{cell}改为“{NOTE_LABEL}{quarter.title}”"
    return [Problem(ROUTES, cell, f"表中是{whose}的审批记录", allowed, "第八条(5)", "记录保留,不作为本季审批")]


def _is_of(note: str, quarter: Quarter) -> bool:
    return note.startswith(f"{NOTE_LABEL}{quarter.title}")


def fill_routes(book: Book, policy: Policy, decided: list[Decided], replaced: Carried, stale: bool) -> list[Problem]:
    """Write our steps; ``replaced`` is what people wrote into the copy that is being replaced. Gives what is to be looked into."""
    table = find_table(book.grid(ROUTES), ROUTE_WRITTEN, ROUTE_KEPT)
    if stale:
        written, problems, replaced = {}, _left_behind(table, replaced), {}
    else:
        written, problems = read_written(table, replaced)
    kept = {key: {name: entries[name] for name in ROUTE_KEPT} for key, entries in replaced.items()}
    rows = route_rows(policy, decided, written)
    lost = _lost_steps(table, rows, kept)
    rows += lost.values()
    table, filled = book.fill(ROUTES, Fill(ROUTE_KEYS, ROUTE_WRITTEN, rows, ("权限依据", GONE), ROUTE_KEPT, kept, wrapped(ROUTE_WRITTEN)))
    problems += _differing(table, kept) if kept else []
    for key in (*filled.gone, *lost):
        found = f"{'/'.join(key)}已有审批记录,但本季路线中没有这一步"
        problems.append(Problem(ROUTES, "", found, "核对审批记录", "第十条", "原记录保留", key[0]))
    if not written:
        return problems
    row_of = {tuple(map(folded, (row[0], row[2], row[3]))): at for row, at in zip(rows, filled.row_numbers, strict=True)}

    def place(key: tuple[str, ...]) -> str:
        row = row_of.get(key) or written[key].row
        return table.cell(row, "状态") if row else ""

    return problems + overstep_problems(policy, decided, written, place) + outgrown_problems(decided, written, place)


def _left_behind(table: Table, replaced: Carried) -> list[Problem]:
    """While the source holds another quarter's entries, what people wrote into the result cannot be told apart: it is said."""
    own = {tuple(folded(table.value(row, name)) for name in ROUTE_KEYS): _entries(table, row) for _, row in table.body()}
    new = [key for key, entries in replaced.items() if any(entries[name] != own.get(key, {}).get(name) for name in ROUTE_KEPT)]
    if not new:
        return []
    found = f"原结果中有{len(new)}条审批记录没有带入"
    return [Problem(ROUTES, "", found, "先清空来源中的上季审批记录,再把本季记录写入", "第十条", "原结果已存入备份")]


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


def read_replaced(book: Book, quarter: Quarter, stale: bool) -> Carried:
    """What people wrote into 审批路线 of the workbook that is about to be replaced, by (code, route, step).

    Only this quarter's: another quarter's result has nothing to carry over, unless the source itself is ``stale``.
    """
    note = book.read_beside(ROUTES, NOTE_LABEL) if ROUTES in book.grids else None
    if note is None or not (stale or _is_of(note[2], quarter)):
        return {}
    table = find_table(book.grid(ROUTES), ROUTE_WRITTEN, ROUTE_KEPT)
    entries = {tuple(folded(table.value(row, name)) for name in ROUTE_KEYS): _entries(table, row) for _, row in table.body()}
    return {key: found for key, found in entries.items() if found}
