"""What one measuring process does with the spreadsheet functions; see :mod:`benchmarks.tasks`."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.clock import Clock

WORKBOOK = "函数.xlsx"
STARTS = {  # name → what a fresh Python does
    "函数模块": "import udfs.functions",
    "函数模块,到第一个答案": "from udfs.functions import TABLE\nfrom xl_credit.hosts.calling import call\ncall(TABLE.functions['CREDIT_TIER'], (85, 'A'))",
    "经典入口 udfs.excel,没有装 pandas": "import sys\nsys.modules.update(dict.fromkeys({heavy}))\nimport udfs.excel",
}
HEAVY = ("pandas", "numpy", "matplotlib", "PIL", "plotly", "polars", "openpyxl", "lxml", "python_calamine", "xlsxwriter", "typer", "rich")


def functions_make(clock: Clock, folder: str, count: str) -> dict[str, object]:
    """A branch's workbook of so many customers, native formulas and all."""
    from benchmarks.drawn import NOW, branch_records
    from xl_credit.forms.rating_workbook import build_rating_workbook
    from xl_credit.policy.sample import sample_policy

    records = [record for record in branch_records("B01", int(count) * 2, NOW) if record["营业执照"] is not None][: int(count)]
    with clock.running():
        build_rating_workbook(Path(folder) / WORKBOOK, sample_policy(), quarter=str(NOW), records=records, spare_rows=0)
    return {"customers": len(records)}


def _cells(folder: str) -> dict[str, list[object]]:
    """The workbook's columns, what stands beside them, and what the functions make of them in turn."""
    from benchmarks.drawn import NOW
    from benchmarks.functions_asked import ask_in_turn, table
    from udfs.functions import TABLE
    from xl_credit.books.book import Book
    from xl_credit.hosts.calling import call
    from xl_credit.policy.sample import sample_policy
    from xl_credit.quarter.columns import EVALUATION, EVALUATION_COLUMNS
    from xl_credit.quarter.evaluation import read_entries
    from xl_credit.quarter.results import decide
    from xl_credit.tables import find_table

    policy, grid = sample_policy(), Book(Path(folder) / WORKBOOK, (EVALUATION,)).grid(EVALUATION)
    decided = [decide(policy, entry, NOW, EVALUATION) for entry in read_entries(grid, policy, NOW)]
    body = find_table(grid, EVALUATION_COLUMNS)
    records = [{header: body.value(row, header) for header in EVALUATION_COLUMNS} for _, row in body.body()][: len(decided)]
    cells = table(records, decided, policy)
    return cells | ask_in_turn(cells, None, lambda name, given: call(TABLE.functions[name], given))


def functions_bodies(clock: Clock, folder: str) -> dict[str, object]:
    """Microseconds a row of every function's body: a call for each row, and one call for all."""
    from benchmarks.functions_asked import ASKED, arguments
    from udfs.functions import TABLE
    from xl_credit.hosts.calling import call

    cells, found = _cells(folder), {}
    for one in ASKED:
        function, spilled = TABLE.functions[one.function], arguments(one, cells, None)
        count = len(spilled[0])
        single = [[given[row : row + 1] if isinstance(given, list) else given for given in spilled] for row in range(count)]
        alone = _seconds(lambda function=function, single=single: [call(function, given) for given in single])
        together = _seconds(lambda function=function, spilled=spilled: call(function, spilled))
        found[one.key] = [alone / count * 1e6, together / count * 1e6]
    return {"bodies": found, "customers": count}


def _seconds(work: Callable[[], object]) -> float:
    """The quickest of three: the first one also fills the caches."""
    taken = []
    for _ in range(3):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return min(taken)


def functions_calc(clock: Clock, folder: str, enough: str) -> dict[str, object]:
    """Microseconds a row in LibreOffice, of every function, of all together, and of the native formulas; and whether they agree."""
    from benchmarks.functions_asked import ASKED, HELPED
    from benchmarks.functions_office import WHOLE, plan, run

    cells, root = _cells(folder), Path(folder)
    count = len(cells[ASKED[0].key])
    values = {key: cells[key] for key in (*HELPED, *(one.key for one in ASKED))}
    (root / "office").mkdir()
    with clock.running():
        said = run(plan((root / WORKBOOK).resolve().as_uri(), values, count, float(enough)), root / "office")
    calc = {name: [max(job[way] - said["without"], 0) / count * 1e6 for way in ("single", "spilled")] for name, job in said["jobs"].items()}
    native = (said["with_native"] - said["without"]) / count * 1e6
    return {"calc": calc, "native": native, "customers": count} | _compared(said, values, said["jobs"][WHOLE])


def _compared(said: dict, values: dict[str, list], whole: dict) -> dict[str, object]:
    """Cells in which Calc, single or spilled, and the bodies differ, and totals, levels, limits in which the native formulas do."""
    from benchmarks.functions_asked import ASKED
    from benchmarks.functions_office import WHOLE_KEYS
    from xl_credit.forms.formulas import LEVEL, LIMIT, PROVISIONAL_COLUMNS, STATUS, TOTAL
    from xl_credit.rules.records import RATED

    found = []
    for one in ASKED:
        for way in ("single", "spilled"):
            (cells,) = said["jobs"][one.key][f"{way}_cells"]
            found += [f"{one.key} {way}: {a!r} {b!r}" for (a,), b in zip(cells, values[one.key], strict=True) if a != b]
    keys = [one.key for one in ASKED if one.key in WHOLE_KEYS]
    columns = dict(zip(keys, whole["spilled_cells"], strict=True))
    for number, row in enumerate(said["native"]):
        native = dict(zip(PROVISIONAL_COLUMNS, row, strict=True))
        if native[STATUS] == RATED:
            pairs = zip((TOTAL, LEVEL, LIMIT), ("得分", "级别", "限额"), strict=True)
            found += [f"{key} {number}: {native[name]!r} {columns[key][number][0]!r}" for name, key in pairs if native[name] != columns[key][number][0]]
    return {"differences": found[:5], "count": len(found), "compared": (2 * len(ASKED) + 3) * len(said["native"])}


def functions_start(clock: Clock) -> dict[str, object]:
    """Milliseconds of CPU until a fresh Python has the functions, and which big packages it has then."""
    measured = "import time\nstarted = time.process_time()\n{}\ntaken = time.process_time() - started\nimport sys\nprint(taken, *({} & sys.modules.keys()))"
    found = {}
    for name, code in STARTS.items():
        text = measured.format(code.format(heavy=HEAVY[:6]), {*HEAVY})
        done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True, env=os.environ)
        taken, *loaded = done.stdout.split()
        found[name] = [float(taken) * 1000, [] if "heavy" in code else loaded]
    return {"starts": found}


TASKS = (functions_make, functions_bodies, functions_calc, functions_start)
