"""What one measuring process does: ``python -m benchmarks.tasks 任务 文件夹 …`` prints its figures as JSON.

Only the work is timed: imports, plans and the floor's values to write are ready before the clock starts.
"""

import json
import pickle
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random

from benchmarks import branches_tasks, functions_tasks, ledger_tasks
from benchmarks.clock import Clock, peak_mb

WRITTEN = ("评级结果", "审批路线", "级别变动", "核对")


def rules(clock: Clock, count: str) -> dict[str, object]:
    """Rate, propose and route so many distinct customers, one after another."""
    from benchmarks.drawn import NOW, customer_of, drawn_record
    from xl_credit.policy.sample import sample_policy
    from xl_credit.rules.approval import routes_for
    from xl_credit.rules.levels import rate
    from xl_credit.rules.limits import proposed_limit

    draw, policy = Random("rules"), sample_policy()
    customers = [customer_of(drawn_record(draw, f"K{number:07d}")) for number in range(int(count))]
    steps = 0
    with clock.running():
        for customer in customers:
            rating = rate(policy, customer, NOW)
            steps += len(routes_for(policy, rating, proposed_limit(policy, rating)))
    return {"customers": len(set(customers)), "steps": steps}


def make(clock: Clock, folder: str, branches: str, customers: str) -> dict[str, object]:
    """The workbooks to be measured."""
    from benchmarks.making import make as make_workbooks

    with clock.running():
        make_workbooks(Path(folder), int(branches), int(customers))
    return {}


def branches(clock: Clock, folder: str, out: str) -> dict[str, object]:
    """Every branch workbook regenerated in one process, no roll-up: the same work as the peers' (and more)."""
    from benchmarks.making import plan_into
    from xl_credit.quarter.branch import regenerate_branch

    plan = plan_into(Path(folder), Path(out))
    with clock.running():
        results = [regenerate_branch(job) for job in plan.jobs]
    return _checked(results)


def quarter(clock: Clock, folder: str, out: str, jobs: str) -> dict[str, object]:
    """The whole run with the roll-up for head office, in one process or several."""
    from benchmarks.making import HEAD_OFFICE, plan_into
    from xl_credit.quarter.run import run
    from xl_credit.work.units import How

    plan = plan_into(Path(folder), Path(out))
    with clock.running():
        report = run(plan, Path(folder) / HEAD_OFFICE, How(int(jobs)))
    if report.head_office_error:
        raise RuntimeError(report.head_office_error)
    return _checked(report.results) | {"jobs": int(jobs)}


def _checked(results: list) -> dict[str, object]:
    errors = [result.error for result in results if result.error]
    if errors:
        raise RuntimeError(errors)
    return {"customers": sum(len(one.outcomes) for one in results), "changes": sum(len(one.changes) for one in results)}


def analyst(clock: Clock, folder: str, out: str) -> dict[str, object]:
    """The usual script over every branch workbook."""
    from benchmarks.analyst_script import regenerate

    with clock.running():
        counts = [len(regenerate(path, Path(out) / path.name)) for path in sorted((Path(folder) / "本季").iterdir())]
    return {"customers": sum(counts)}


def values(clock: Clock, folder: str, regenerated: str) -> dict[str, object]:
    """What the tool wrote, kept a file a branch, for the floor to write again."""
    from python_calamine import CalamineWorkbook

    cells, target = 0, Path(folder) / "要写的值"
    target.mkdir(exist_ok=True)
    for path in sorted(Path(regenerated).glob("B*.xlsx")):
        with CalamineWorkbook.from_path(str(path)) as book:
            sheets = {name: book.get_sheet_by_name(name).to_python() for name in WRITTEN}
        cells += sum(value != "" for rows in sheets.values() for row in rows for value in row)
        (target / f"{path.stem}.pickle").write_bytes(pickle.dumps(sheets))
    return {"cells": cells}


def floor(clock: Clock, folder: str, out: str, writer: str) -> dict[str, object]:
    """Read what the tool reads, write what it writes, compute nothing."""
    from benchmarks.floor import READ_BEFORE, READ_NOW, WRITERS, read

    root, write, rows = Path(folder), WRITERS[writer], 0
    for path in sorted((root / "本季").iterdir()):
        sheets = pickle.loads((root / "要写的值" / f"{path.stem}.pickle").read_bytes())
        with clock.running():
            rows += read(path, READ_NOW) + read(root / "上季" / path.name, READ_BEFORE)
            write(Path(out) / path.name, sheets)
    return {"rows": rows}


def compare(clock: Clock, folder: str, ours: str, theirs: str) -> dict[str, object]:
    """Levels, limits and routes that the tool and the usual script do not agree on."""
    from benchmarks.agreement import differences

    found = [line for path in sorted((Path(folder) / "本季").iterdir()) for line in differences(Path(ours) / path.name, Path(theirs) / path.name)]
    return {"differences": found[:20], "count": len(found)}


TASKS: dict[str, Callable[..., dict[str, object]]] = {
    task.__name__: task for task in (rules, make, branches, quarter, analyst, values, floor, compare, *ledger_tasks.TASKS, *branches_tasks.TASKS, *functions_tasks.TASKS)
}


def main(arguments: list[str]) -> None:
    task, *rest = arguments
    clock = Clock()
    if "-" in rest:
        with tempfile.TemporaryDirectory() as own:  # an out folder of "-" is thrown away
            rest = [own if given == "-" else given for given in rest]
            found = TASKS[task](clock, *rest)
    else:
        found = TASKS[task](clock, *rest)
    print(json.dumps({"wall": clock.wall, "cpu": clock.cpu, "peak_mb": peak_mb(int(found.get("jobs", 1)))} | found))


if __name__ == "__main__":
    main(sys.argv[1:])
