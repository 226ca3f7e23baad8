"""Decisions → the rows of 评级结果, 审批路线 and 级别变动, in the columns' order."""

from dataclasses import dataclass

from xl_credit.quarter.evaluation import Entry
from xl_credit.rules.approval import routes_for
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.figures import PARTS, Number, Policy
from xl_credit.rules.levels import explain, rate
from xl_credit.rules.limits import proposed_limit
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.records import INCOMPLETE, LevelChange, Proposal, Rating, RouteStep


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


def change_row(change: LevelChange) -> list[object]:
    """One row of 级别变动."""
    return [
        change.code, change.name, "是" if change.is_key else "否", change.before, change.after, change.direction, change.reason,
        number(change.limit), change.article, change.paragraph or None,
    ]  # fmt: skip
