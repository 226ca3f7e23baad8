"""Decisions → the rows of 评级结果, 审批路线 and 级别变动, in the columns' order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from xl_credit.cells import folded, is_blank, parse_date
from xl_credit.quarter.columns import ROUTE_KEPT, ROUTE_KEYS
from xl_credit.quarter.evaluation import Entry
from xl_credit.rules.approval import APPROVED_STATE, Decision, in_force_by, overstepped, routes_for
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.figures import CREDIT_ROUTE, LOW_LEVEL_ROUTE, PARTS, Number, Policy
from xl_credit.rules.levels import explain, plain, rate
from xl_credit.rules.limits import proposed_limit
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.records import INCOMPLETE, LevelChange, Proposal, Rating, RouteStep
from xl_credit.tables import Table


@dataclass(frozen=True, slots=True)
class Decided:
    """All that was decided on one row of the 评估表; ``rating`` and ``proposal`` are ``None`` for an incomplete row."""

    entry: Entry
    rating: Rating | None
    proposal: Proposal | None
    route: tuple[RouteStep, ...]
    problems: tuple[Problem, ...]

    @property
    def status(self) -> str:
        return self.rating.status if self.rating else INCOMPLETE


def decide(policy: Policy, entry: Entry, quarter: Quarter, sheet: str) -> Decided:
    """Rate one row, propose its limit and lay its routes; what is wrong with it becomes problems of that row."""
    if entry.customer is None:
        return Decided(entry, None, None, (), entry.problems)
    try:
        rating = rate(policy, entry.customer, quarter)
    except CreditError as error:
        return Decided(entry, None, None, (), (_row_problem(sheet, entry, error, f"{INCOMPLETE},不评级"),))
    proposal = proposed_limit(policy, rating)
    try:
        return Decided(entry, rating, proposal, routes_for(policy, rating, proposal), ())
    except CreditError as error:
        return Decided(entry, rating, proposal, (), (_row_problem(sheet, entry, error, "没有审批路线"),))


def _row_problem(sheet: str, entry: Entry, error: CreditError, effect: str) -> Problem:
    return Problem(sheet, f"A{entry.row}", error.found, error.allowed, error.article, effect, entry.code)


def result_row(decided: Decided) -> list[object]:
    """One row of 评级结果; for a customer who is not rated the scores and levels are empty and the limit is 0."""
    entry, rating, proposal = decided.entry, decided.rating, decided.proposal
    if rating is None:
        reason = "资料不全:" + ";".join(problem.line().partition(":")[2] for problem in decided.problems)
        head = [entry.code, entry.name, entry.salesperson, None, *[None] * len(PARTS)]
        return [*head, None, None, None, None, 0, 0, 0, "资料不全,执行现款管理", INCOMPLETE, reason]
    parts = rating.parts if rating.is_rated else (None,) * len(PARTS)
    return [
        entry.code, entry.name, entry.salesperson, rating.business, *parts, rating.total, rating.base_level,
        ";".join(map(str, rating.adjustments)) or None, rating.level, number(rating.limit), number(proposal.limit),
        proposal.term_days, f"{proposal.basis}({proposal.article})", rating.status, explain(rating),
    ]  # fmt: skip


def number(value: Number) -> Number:
    """A whole decimal as an integer, so that files and JSON show 80 and not 80.000000."""
    return int(value) if value == int(value) else value.normalize()


def route_rows(policy: Policy, decided: Iterable[Decided], written: "Mapping[tuple[str, ...], Written]") -> list[list[object]]:
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


def change_row(change: LevelChange) -> list[object]:
    """One row of 级别变动."""
    return [
        change.code, change.name, "是" if change.is_key else "否", change.before, change.after, change.direction, change.reason,
        number(change.limit), change.article, change.paragraph or None,
    ]  # fmt: skip
