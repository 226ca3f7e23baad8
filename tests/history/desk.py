"""A quarter regenerated in this process, with its snapshot; and branches that were never in a file."""

import os
import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from tests.conftest import Record, record, table_rows
from xl_credit.books.package import read_package, write_package
from xl_credit.books.reading import read_grids
from xl_credit.books.workbook import read_sheets
from xl_credit.forms.template_files import HEAD_OFFICE, RATING, report_template, template_path
from xl_credit.history.contents import run_tables
from xl_credit.history.rerun import rated_again
from xl_credit.history.store import Snapshot, content_digest, read_snapshot, write_snapshot
from xl_credit.history.taking import take_snapshot
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.branch import BranchResult
from xl_credit.quarter.columns import EVALUATION, EVALUATION_COLUMNS, titled
from xl_credit.quarter.record import Facts
from xl_credit.quarter.run import LedgerPlan, make_plan, run
from xl_credit.rules.ageing import Method
from xl_credit.rules.figures import Policy
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.records import PastRating
from xl_credit.tables import Grid, find_table
from xl_credit.work.units import How

POLICY, QUARTER = sample_policy(), Quarter(2026, 3)


def regenerated(source: Path, out: Path, quarter: Quarter = QUARTER, previous: Path | None = None, jobs: int = 1) -> Path | None:
    """The quarter, and the file of its snapshot."""
    out.parent.mkdir(parents=True, exist_ok=True)
    sheets = LedgerPlan(lambda policy: report_template(policy, out.parent), Method(quarter.end))
    plan = make_plan(source, quarter, out, previous, None, template_path(RATING), sheets)
    return take_snapshot(run(plan, template_path(HEAD_OFFICE), How(jobs)))


def facts_of(
    records: Sequence[Record], past: Mapping[str, PastRating] | None = None, *, first_row: int = 1,
    columns: Sequence[str] = EVALUATION_COLUMNS, date1904: bool = False,
) -> Facts:  # fmt: skip
    """An 评估表 as it is read from a sheet whose table begins in ``first_row`` and has these columns."""
    header = [titled(name) for name in columns]
    rows = [["标题"] for _ in range(first_row - 1)] + [header] + [[one.get(name) for name in columns] for one in records]
    return Facts(Grid(EVALUATION, rows, date1904), {}, past or {})


def branches_of(*branches: Facts, policy: Policy = POLICY) -> list[BranchResult]:
    """Rated, under the names 甲, 乙, …"""
    return [rated_again(policy, QUARTER, name, f"{name}.xlsx", facts) for name, facts in zip("甲乙丙丁", branches, strict=False)]


def kept(
    folder: Path, results: Sequence[BranchResult], policy: Policy = POLICY, quarter: Quarter = QUARTER, follows: Sequence[str] = (), **changed
) -> Snapshot:
    """A snapshot of these results; ``changed`` tables stand in it instead."""
    tables = run_tables(quarter, policy, results, False) | changed
    return read_snapshot(write_snapshot(folder, quarter, tables, content_digest(tables), follows))


def snapshot_of(folder: Path, *records: Record) -> Snapshot:
    """One branch, 甲, with these customers."""
    return kept(folder, branches_of(facts_of(records or (record(),))))


def leave_uncalculated(path: Path, header: str) -> None:
    """The first customer's cell under ``header`` made a formula that was never calculated."""
    package, row = read_package(path), table_rows(path, EVALUATION)[0]["row"]
    cell = find_table(read_grids(package, {EVALUATION})[EVALUATION], (header,)).cell(row, header)
    part = read_sheets(package).find(EVALUATION).part
    xml, count = re.subn(rf'<c r="{cell}"([^>]*)><v>[^<]*</v></c>'.encode(), rf'<c r="{cell}"\1><f>600+50</f></c>'.encode(), package.read(part))
    assert count == 1
    package.replace(part, xml)
    write_package(package, path)


def alter(path: Path, *statements: str) -> None:
    """What somebody does who opens the file in a database program."""
    os.chmod(path, 0o644)
    with closing(sqlite3.connect(path)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()
