"""第八条(5): each regenerated quarter kept as it was: one snapshot a run, unless nothing has changed since the last."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from xl_credit.books.disk import file_digest
from xl_credit.books.places import is_remote
from xl_credit.books.saving import put_bytes
from xl_credit.history.contents import Row, run_tables
from xl_credit.history.store import FOLDER, SUFFIX, Snapshot, content_digest, named, read_head, read_snapshot, write_snapshot
from xl_credit.quarter.run import Plan, Report
from xl_credit.rules.errors import CreditError
from xl_credit.rules.quarter import Quarter


def take_snapshot(report: Report) -> Path | None:
    """Keep what the run came to in 快照/ of its folder; the file, or ``None`` where no branch could be used.

    It names the snapshots of the quarter that it takes the place of, so that the last one can be told without a clock. Where
    the last one says the same already, it stands. Raises where it cannot be written, or the last one has been damaged.
    """
    if all(result.record is None for result in report.results):
        return None
    folder = report.plan.out / FOLDER
    if not is_remote(folder):
        return _taken(report, folder)
    with tempfile.TemporaryDirectory() as here:  # a database is read and written on this machine's disk
        known = {path.name: path for path in folder.glob(f"{report.plan.quarter}-*{SUFFIX}")}
        for name, path in known.items():
            put_bytes(Path(here) / name, path.read_bytes())
        taken = _taken(report, Path(here))
        if taken.name not in known:
            put_bytes(folder / taken.name, taken.read_bytes())
    return folder / taken.name


def _taken(report: Report, folder: Path) -> Path:
    plan = report.plan
    tables = run_tables(plan.quarter, plan.policy, report.results, plan.past_known, _other_sources(plan))
    body = content_digest(tables)
    heads = last_of(_heads(folder, plan.quarter))
    for head in heads:
        if len(heads) == 1 and named(plan.quarter, body, head.follows) == head.name:
            read_snapshot(head.path)
            return head.path
    return write_snapshot(folder, plan.quarter, tables, body, sorted(head.name for head in heads))


def last_of(snapshots: Iterable[Snapshot]) -> list[Snapshot]:
    """Those that no other of the same quarter follows, by quarter and name."""
    found = sorted(snapshots, key=lambda one: (one.quarter.year, one.quarter.number, one.name))
    followed = {(one.quarter, name) for one in found for name in one.follows}
    return [one for one in found if (one.quarter, one.name) not in followed]


def _heads(folder: Path, quarter: Quarter) -> list[Snapshot]:
    found = []
    for path in sorted(folder.glob(f"{quarter}-*{SUFFIX}")):
        try:
            found.append(read_head(path))
        except CreditError:
            continue  # not of our making: what looks through the snapshots names it
    return found


def _other_sources(plan: Plan) -> list[Row]:
    """The policy's file, and last quarter's workbooks that are no present branch's: customers may have come from there."""
    own = {job.past for job in plan.jobs}
    past = [path for path in plan.past_files or () if path not in own]
    found = [("政策", plan.chosen.file.name, file_digest(plan.chosen.file))] if plan.chosen.file else []
    return [*found, *(("上季", path.name, file_digest(path)) for path in past)]
