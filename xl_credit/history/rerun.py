"""A past quarter rated again from its snapshot's own facts and policy, with the rules of today: the same figures, or what differs."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from xl_credit.history.contents import BRANCHES, COLUMNS, CUSTOMERS, FACTS, POLICY, RATED, Row, rated_tables
from xl_credit.history.store import Snapshot
from xl_credit.policy.flat_reading import read_flat
from xl_credit.quarter.branch import BranchResult, changes_of, outcome_of
from xl_credit.quarter.record import Cell, Facts, branch_record, read_facts
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import Policy
from xl_credit.rules.quarter import Quarter

DIFFERENCE_COLUMNS = ("表", "分公司", "客户编码", "客户名称", "列", "快照", "重算")


@dataclass(frozen=True, slots=True)
class Rerun:
    """How many customers were rated again, and each value that came out otherwise, as a row of :data:`DIFFERENCE_COLUMNS`."""

    customers: int
    differences: tuple[tuple[Cell, ...], ...]


def policy_of(snapshot: Snapshot) -> Policy:
    """The policy that the quarter was rated by."""
    try:
        return read_flat(snapshot.rows(POLICY))
    except CreditError as error:
        raise CreditError(f"快照中的政策用不了:{error.found}", where=snapshot.name, allowed=error.allowed) from None


def branches_of(snapshot: Snapshot) -> Iterator[tuple[str, str, Facts | None]]:
    """(分公司, 文件, facts) of each branch; ``None`` for one whose workbook could not be used."""
    for branch, file, facts in snapshot.rows(BRANCHES, "分公司", "文件", FACTS):
        yield branch, file, None if facts is None else read_facts(facts)


def rated_again(policy: Policy, quarter: Quarter, branch: str, file: str, facts: Facts) -> BranchResult:
    """第七条–第十条, 第十四条 for a branch's facts, as a regeneration does it; nothing is written."""
    decided = facts.decide(policy, quarter)
    return BranchResult(
        file, branch, outcomes=tuple(outcome_of(policy, one, facts.past) for one in decided),
        changes=tuple(changes_of(policy, decided, facts.past)), record=branch_record(facts, decided),
    )  # fmt: skip


def rerun(snapshot: Snapshot, on_done: Callable[[str], None] = lambda branch: None) -> Rerun:
    """Rate every customer again and compare every value: customers, changes, levels, approvals and the budget.

    Receivables are no part of it: their ledgers are not in the snapshot, only what came of them and the files' digests.
    """
    policy, results = policy_of(snapshot), []
    for branch, file, facts in branches_of(snapshot):
        on_done(branch)
        result = rated_again(policy, snapshot.quarter, branch, file, facts) if facts else BranchResult(file, branch, "不能使用")
        results.append(result)
    again = rated_tables(policy, results)
    names = [name for name, _, _ in snapshot.branches]
    found = [one for table in RATED for one in _differing(snapshot, table, again[table], names)]
    return Rerun(len(again[CUSTOMERS]), tuple(found))


def _differing(snapshot: Snapshot, table: str, now: Sequence[Row], branches: Sequence[str]) -> Iterator[tuple[Cell, ...]]:
    """Only columns that the snapshot has are compared: it may be older than one."""
    columns = COLUMNS[table]
    compared = [(place, column) for place, column in enumerate(columns) if column in snapshot.columns[table]]
    for before, after in zip_longest(snapshot.rows(table), now):
        if before != after:
            who = _whose(columns, before or after, branches)
            for place, column in compared:
                old, new = (row[place] if row else None for row in (before, after))
                if old != new:
                    yield table, *who, column, old, new


def _whose(columns: Sequence[str], row: Row, branches: Sequence[str]) -> tuple[Cell, Cell, Cell]:
    """Branch, code and name; in the tables without customers the row's own first value stands for them."""
    if columns[0] != "分公司号":
        return None, None, row[0]
    values = dict(zip(columns, row, strict=True))
    return branches[values["分公司号"] - 1], values["客户编码"], values["客户名称"]
