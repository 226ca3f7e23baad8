"""A quarter under another policy: every customer rated both ways by the same rules, and who would move."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xl_credit.books.blanks import blank_reasons
from xl_credit.books.package import read_package
from xl_credit.books.reading import read_grids
from xl_credit.history.rerun import branches_of
from xl_credit.history.store import Snapshot
from xl_credit.quarter.branch import BranchResult, Outcome, branch_name, outcome_of
from xl_credit.quarter.columns import EVALUATION
from xl_credit.quarter.consolidation import NOT_RATED, check_all, level_labels, top_approver
from xl_credit.quarter.record import Facts, doubtful_cells
from xl_credit.quarter.results import Decided
from xl_credit.rules.budget import BudgetCheck
from xl_credit.rules.changes import FIRST, STOPPED, as_past, level_change
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import Policy
from xl_credit.rules.levels import plain
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.records import INCOMPLETE, PastRating

NO_MATCH, AMOUNT, APPROVER = "级别不可比", "额度变化", "终审变化"  # beside the directions of a level change


@dataclass(frozen=True, slots=True)
class Shift:
    """A customer on whom the other policy decides otherwise: which way, why, and what it is now and would be."""

    branch: str
    way: str
    reason: str
    before: Outcome
    after: Outcome

    @property
    def is_of_level(self) -> bool:
        return self.way not in (AMOUNT, APPROVER)


@dataclass(frozen=True)
class WhatIf:
    """All of a quarter's customers as they are under ``policy`` and would be under ``other``."""

    quarter: Quarter
    policy: Policy
    other: Policy
    basis: str
    before: tuple[BranchResult, ...]
    after: tuple[BranchResult, ...]
    shifts: tuple[Shift, ...]

    @property
    def errors(self) -> list[str]:
        """Branches that could not be used, and why."""
        return [result.error for result in self.before if result.error]

    @property
    def sides(self) -> tuple[tuple[Policy, tuple[BranchResult, ...]], tuple[Policy, tuple[BranchResult, ...]]]:
        return (self.policy, self.before), (self.other, self.after)

    def budgets(self) -> tuple[BudgetCheck, BudgetCheck]:
        """第九条(4) before and after, each against its own policy's budget."""
        return tuple(check_all(policy, results) for policy, results in self.sides)

    def at_the_top(self) -> tuple[int, int]:
        """第十条(5): customers whose limit or term only 总经理 (the last in the route) may decide, before and after."""
        return tuple(
            sum(one.final_approver == top_approver(policy) for result in results for one in result.outcomes)
            for policy, results in self.sides
        )

    def matrix(self) -> tuple[list[str], list[str], list[list[int]]]:
        """Every customer once, by its level before (rows) and after (columns)."""
        before, after = ([*level_labels(policy), *NOT_RATED] for policy, _ in self.sides)
        pairs = Counter(
            (_label(before, old), _label(after, new))
            for was, now in zip(self.before, self.after, strict=True) for old, new in zip(was.outcomes, now.outcomes, strict=True)
        )  # fmt: skip
        return before, after, [[pairs[row, column] for column in after] for row in before]


def _label(labels: Sequence[str], outcome: Outcome) -> str:
    return outcome.status if outcome.row is None else labels[outcome.row]


Branch = tuple[str, str, Facts | CreditError]


def snapshot_branches(snapshot: Snapshot) -> Iterator[Branch]:
    """(分公司, 文件, facts) of a snapshot's branches, those that could not be used left out."""
    return ((branch, file, facts) for branch, file, facts in branches_of(snapshot) if facts)


def workbook_branches(files: Iterable[Path], policy: Policy, quarter: Quarter) -> Iterator[Branch]:
    """(分公司, 文件, facts) of branch workbooks as they lie there; the error in place of the facts of one that is of no use."""
    for path in files:
        try:
            yield branch_name(path), path.name, _workbook_facts(path, policy, quarter)
        except CreditError as error:
            yield branch_name(path), path.name, error


def _workbook_facts(path: Path, policy: Policy, quarter: Quarter) -> Facts:
    package = read_package(path)
    grids = read_grids(package, {EVALUATION})
    if EVALUATION not in grids:
        raise CreditError(f"没有工作表“{EVALUATION}”", where=path.name, allowed=f"含“{EVALUATION}”的工作簿", article="第五条")
    facts = Facts(grids[EVALUATION], {}, {})
    cells = doubtful_cells(facts.decide(policy, quarter))
    return replace(facts, blanks=blank_reasons(package, EVALUATION, cells)) if cells else facts


def what_if(
    quarter: Quarter, policy: Policy, other: Policy, basis: str, branches: Iterable[Branch], on_done: Callable[[str], None] = lambda branch: None
) -> WhatIf:
    """Rate every customer by ``policy`` and by ``other``; ``basis`` says what the facts were taken from."""
    before, after, shifts = [], [], []
    for branch, file, facts in branches:
        on_done(branch)
        if isinstance(facts, CreditError):
            line = str(facts) if file in str(facts) else f"{file}!{facts}"
            before.append(BranchResult(file, branch, line))
            after.append(BranchResult(file, branch, line))
            continue
        was, now = facts.decide(policy, quarter), facts.decide(other, quarter)
        before.append(BranchResult(file, branch, outcomes=tuple(outcome_of(policy, one, {}) for one in was)))
        after.append(BranchResult(file, branch, outcomes=tuple(outcome_of(other, one, {}) for one in now)))
        found = (_shift(other, branch, *four) for four in zip(was, now, before[-1].outcomes, after[-1].outcomes, strict=True))
        shifts += [shift for shift in found if shift]
    return WhatIf(quarter, policy, other, basis, tuple(before), tuple(after), tuple(shifts))


def _shift(other: Policy, branch: str, was: Decided, now: Decided, before: Outcome, after: Outcome) -> Shift | None:
    way, reason = _move(other, was, now)
    if way:
        return Shift(branch, way, reason, before, after)
    proposed, submitted = (before.proposed, after.proposed), (before.submitted, after.submitted)
    pairs = [("赊欠限额", (before.limit, after.limit)), ("建议额度", proposed)]
    pairs += [("送审额度", submitted)] if submitted != proposed else []
    amounts = [f"{name}{plain(old)}→{plain(new)}万元" for name, (old, new) in pairs if old != new]
    if amounts:
        return Shift(branch, AMOUNT, "、".join(amounts), before, after)
    if before.final_approver != after.final_approver:
        return Shift(branch, APPROVER, f"{before.final_approver or '不需审批'}→{after.final_approver or '不需审批'}", before, after)
    return None


def _move(other: Policy, was: Decided, now: Decided) -> tuple[str, str]:
    """第八条(6): the way of a level that moves and why; a level name that the other policy lacks cannot be compared."""
    entry = was.entry
    past = as_past(was.rating) if was.rating else PastRating(entry.code, entry.name, INCOMPLETE, "", None, None, None, "")
    if now.rating is None:
        return (STOPPED, ";".join(problem.line() for problem in now.problems)) if past.level else ("", "")
    change = level_change(other, past, now.rating, now.proposal.limit)
    if change is None:
        return "", ""
    return NO_MATCH if change.direction == FIRST and past.level else change.direction, change.reason
