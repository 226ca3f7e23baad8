"""Head office's round of a quarter, measured in three parts: packs out, workbooks in, and the quarter regenerated from them."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from random import Random

from benchmarks.clock import Clock

KEY, FILED_ON = b"0123456789abcdef0123456789abcdef", date(2026, 12, 20)
BEFORE, LISTED, SENT, RETURNED = "上季", "分公司.json", "下发", "收回"


def branches_make(clock: Clock, folder: str, branches: str, customers: str) -> dict[str, object]:
    """Last quarter's rated workbooks, the packs that go out, and the same filled in."""
    from benchmarks.making import make as make_workbooks

    root = Path(folder)
    with clock.running():
        make_workbooks(root, int(branches), int(customers))
    names = sorted(path.stem for path in (root / BEFORE).glob("B*.xlsx"))
    (root / LISTED).write_text(json.dumps(names), "utf-8")
    _distribute(root, root / SENT, "1")
    (root / RETURNED).mkdir()
    draw, entries = Random("returned"), 0
    for path in sorted((root / SENT).glob("B*.xlsx")):
        entries += _fill_in(path, root / RETURNED / path.name, draw)
    return {"entries": entries, "bytes": sum(path.stat().st_size for path in (root / RETURNED).iterdir())}


def _fill_in(pack: Path, target: Path, draw: Random) -> int:
    """What a branch types: amounts and states for every customer."""
    from benchmarks.drawn import drawn_record
    from xl_credit.books.book import Book
    from xl_credit.quarter.columns import AMOUNTS, BAD_ITEMS, EVALUATION, SUBJECTIVE_ITEMS
    from xl_credit.tables import find_table

    book = Book(pack, (EVALUATION,))
    table = find_table(book.grid(EVALUATION), ("客户编码", *AMOUNTS))
    wanted = (*AMOUNTS, *SUBJECTIVE_ITEMS, *BAD_ITEMS)
    places = find_table(book.grid(EVALUATION), ("客户编码", *wanted)).columns
    count = 0
    for number, row in table.body():
        if table.value(row, "客户编码"):
            record = drawn_record(draw, "")
            for header in wanted:
                book.sheet(EVALUATION).set(number, places[header], record[header])
                count += 1
    book.save(target)
    return count


@contextmanager
def _how(jobs: str) -> Iterator[object]:
    """``1``, ``2`` processes, or ``dask``: two worker processes on this machine, started before the clock."""
    from xl_credit.work.units import How

    if jobs != "dask":
        yield How(int(jobs))
        return
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1", silence_logs=50) as cluster:
        yield How(1, cluster.scheduler_address)


def _distribute(root: Path, out: Path, jobs: str, clock: Clock | None = None) -> int:
    from xl_credit.branches.branch_list import Branch
    from xl_credit.branches.distributing import FAILED, distribute, plan_packs
    from xl_credit.policy.sample import sample_policy
    from xl_credit.rules.quarter import Quarter

    listed = [Branch(name) for name in json.loads((root / LISTED).read_text("utf-8"))]
    passwords = dict.fromkeys((one.name for one in listed), "")
    with _how(jobs) as how, (clock or Clock()).running():
        plan = plan_packs(listed, out, Quarter.parse("2026Q4"), sample_policy(), root / BEFORE, KEY, passwords, spare_rows=50)
        done = distribute(plan, out, how)
    if any(one.state == FAILED for one in done.made):
        raise RuntimeError([one.error for one in done.made if one.error][:3])
    return len(done.made)


def branches_out(clock: Clock, folder: str, out: str, jobs: str) -> dict[str, object]:
    """A pack for every branch, customers and standing entries filled in, sealed; with the checklist."""
    return {"files": _distribute(Path(folder), Path(out) / SENT, jobs, clock), "jobs": _workers(jobs)}


def branches_in(clock: Clock, folder: str, out: str, jobs: str) -> dict[str, object]:
    """Every returned workbook held against its pack and filed."""
    from xl_credit.branches.collecting import Desk, collect, plan_returns

    root, sent = Path(folder), Path(out) / SENT
    shutil.copytree(root / SENT, sent)  # the list in it is brought up to date
    desk = Desk(root / RETURNED, sent, Path(out) / "收下", FILED_ON)
    with _how(jobs) as how, clock.running():
        plan, _ = plan_returns(desk, KEY, {})
        done = collect(desk, plan, (), how)
    if done.has_problems:
        raise RuntimeError([one for one in done.outcomes if one.judged.findings][:2])
    return {"files": len(done.outcomes), "jobs": _workers(jobs)}


def branches_regenerated(clock: Clock, folder: str, out: str, jobs: str) -> dict[str, object]:
    """The quarter from the returned workbooks, against last quarter, with the roll-up and its snapshot."""
    from benchmarks.making import HEAD_OFFICE, TEMPLATE
    from xl_credit.history.taking import take_snapshot
    from xl_credit.quarter.run import make_plan, run
    from xl_credit.rules.quarter import Quarter

    root = Path(folder)
    with _how(jobs) as how, clock.running():
        plan = make_plan(root / RETURNED, Quarter.parse("2026Q4"), Path(out) / "结果", root / BEFORE, None, root / TEMPLATE)
        report = run(plan, root / HEAD_OFFICE, how)
        take_snapshot(report)
    if report.head_office_error or any(one.error for one in report.results):
        raise RuntimeError([report.head_office_error, *(one.error for one in report.results if one.error)][:3])
    return {"files": len(report.results), "customers": sum(len(one.outcomes) for one in report.results), "jobs": _workers(jobs)}


def branches_opened(clock: Clock, folder: str, out: str) -> dict[str, object]:
    """The peer: each returned workbook opened and saved again by openpyxl, nothing looked at."""
    import warnings

    import openpyxl

    warnings.simplefilter("ignore")
    paths = sorted((Path(folder) / RETURNED).glob("B*.xlsx"))
    with clock.running(), tempfile.TemporaryDirectory() as away:
        for path in paths:
            openpyxl.load_workbook(path).save(Path(away) / path.name)
    return {"files": len(paths)}


def _workers(jobs: str) -> int:
    return 2 if jobs == "dask" else int(jobs)


TASKS = (branches_make, branches_out, branches_in, branches_regenerated, branches_opened)
