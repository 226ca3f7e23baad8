"""What one measuring process does with a ledger; see :mod:`benchmarks.tasks`. ``lines`` is the size, a folder under ``folder``.

Imports are done before the clock starts, for the script as for the tool.
"""

import io
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path

from benchmarks.clock import Clock

AS_OF = date(2026, 9, 30)
WORKBOOK, CSV = "台账.xlsx", "发货台账.csv"
_SOURCE = {"csv": CSV, "xlsx": WORKBOOK}


def _source(folder: str, lines: str, kind: str) -> Path:
    return Path(folder) / lines / _SOURCE[kind]


def ledger_make(clock: Clock, folder: str, lines: str) -> dict[str, object]:
    """The ledger, as two CSV files and as a workbook."""
    from benchmarks.ledger_drawn import drawn_ledger, write_csv, write_xlsx

    target = Path(folder) / lines
    target.mkdir()
    with clock.running():
        ledger = drawn_ledger(int(lines))
        write_csv(ledger, target)
        write_xlsx(ledger, target / WORKBOOK)
    return {"shipments": len(ledger.shipments), "collections": len(ledger.collections), "customers": ledger.customers, "largest": ledger.largest}


def ledger_age(clock: Clock, folder: str, lines: str, allocation: str) -> dict[str, object]:
    """Ageing alone, the records in memory already."""
    from xl_credit.policy.sample import sample_policy
    from xl_credit.quarter.ledger_file import read_file
    from xl_credit.rules.ageing import Allocation, Method, age_all
    from xl_credit.rules.ledger import accounts

    policy, method = sample_policy(), Method(AS_OF, allocation=Allocation(allocation))
    source = _source(folder, lines, "csv")
    ledgers, _ = read_file(source, policy, source.with_name("回款台账.csv"))
    with clock.running():
        ageings = age_all(accounts(ledgers.shipments, ledgers.collections), method, policy.ageing_bounds_days)
    return {"open": sum(len(one.items) for one in ageings)}


def ledger_tool(clock: Clock, folder: str, lines: str, kind: str, allocation: str, out: str) -> dict[str, object]:
    """The whole command: ``xl-credit ageing 台账 --as-of … --out …``."""
    from xl_credit import cli
    from xl_credit.forms import template_files  # noqa: F401 - the command imports as it goes
    from xl_credit.quarter import ledger_file  # noqa: F401
    from xl_credit.receivables import output  # noqa: F401

    command = ["ageing", str(_source(folder, lines, kind)), "--as-of", str(AS_OF), "--allocate", allocation, "--out", str(_target(out))]
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said), clock.running():
        code = cli.app(command, standalone_mode=False)
    if code not in (0, 1):  # 1: it lists due dates that it derived, documents that are not there
        raise RuntimeError(f"{code}: {said.getvalue()[-500:]}")
    return {}


def ledger_script_age(clock: Clock, folder: str, lines: str, allocation: str, settling: str) -> dict[str, object]:
    """The script's ageing alone, the frames in memory already."""
    from benchmarks import ledger_script as script

    shipments, collections = script.read(_source(folder, lines, "csv"))
    with clock.running():
        debits, *_ = script.age(shipments, collections, allocation == "matched", script.SETTLING[settling])
    return {"open": len(debits)}


def ledger_script(clock: Clock, folder: str, lines: str, kind: str, allocation: str, settling: str, out: str) -> dict[str, object]:
    """The whole script."""
    from benchmarks import ledger_script as script

    with clock.running():
        count = script.run(_source(folder, lines, kind), _target(out), allocation == "matched", script.SETTLING[settling])
    return {"open": count}


def _target(out: str) -> Path:
    """A file by its name; a folder gets one that is thrown away with it."""
    return Path(out) / "账龄.xlsx" if Path(out).is_dir() else Path(out)


def ledger_compare(clock: Clock, ours: str, theirs: str) -> dict[str, object]:
    """Customers of whom the two 账龄表 do not say the same, to the 分."""
    left, right = (dict(_customers(Path(path))) for path in (ours, theirs))
    found = [f"{code}: {left.get(code)} {right.get(code)}" for code in sorted(left.keys() | right.keys()) if left.get(code) != right.get(code)]
    return {"differences": found[:5], "count": len(found), "customers": len(left)}


def _customers(path: Path) -> Iterator[tuple[str, tuple[int, ...]]]:
    """(code, buckets, overdue, unapplied and balance in 分) of each customer in 账龄表."""
    from python_calamine import CalamineWorkbook

    from benchmarks.ledger_script import LABELS

    with CalamineWorkbook.from_path(str(path)) as book:
        rows = iter(book.get_sheet_by_name("账龄表").to_python(skip_empty_area=False))
    header = next([str(value).partition("(")[0] for value in row] for row in rows if row[0] == "客户编码")
    places = [header.index(name) for name in (*LABELS, "逾期合计", "未核销", "余额")]
    for row in rows:
        if row[0] and isinstance(row[places[-1]], int | float):
            yield str(row[0]), tuple(round(row[place] * 100) for place in places)


TASKS = (ledger_make, ledger_age, ledger_tool, ledger_script_age, ledger_script, ledger_compare)
