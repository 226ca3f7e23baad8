"""Measure, show, and with ``--write`` keep the figures in RESULTS.md: every contender in the same run, in alternating order."""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
if __package__ in (None, ""):  # started as a file
    sys.path.insert(0, str(HERE.parent))

from benchmarks.branches_run import BranchResults, measure_branches, show_branches, write_branches  # noqa: E402
from benchmarks.functions_report import FunctionResults, show_functions, write_functions  # noqa: E402
from benchmarks.functions_run import measure_functions  # noqa: E402
from benchmarks.ledger_report import LedgerResults, show_ledgers, write_ledgers  # noqa: E402
from benchmarks.ledger_run import measure_ledgers  # noqa: E402
from benchmarks.report import Line, Results, show, write  # noqa: E402

Sample = dict[str, object]
OURS, ANALYST, FLOOR = "本工具,分公司工作簿", "openpyxl+pandas 脚本", "下限 calamine+"


@dataclass(frozen=True)
class Contender:
    name: str
    task: str
    more: tuple[str, ...] = ()


CONTENDERS = (
    Contender(OURS, "branches"),
    Contender("本工具,含总部汇总,1进程", "quarter", ("1",)),
    Contender("本工具,含总部汇总,2进程", "quarter", ("2",)),
    Contender(ANALYST, "analyst"),
    Contender(f"{FLOOR}wolfxl", "floor", ("wolfxl",)),
    Contender(f"{FLOOR}XlsxWriter", "floor", ("XlsxWriter",)),
)


def measured(task: str, *arguments: object) -> Sample:
    """The figures of one task, done in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.tasks", task, *map(str, arguments)]
    path = os.pathsep.join(filter(None, (str(HERE.parent), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": path}, cwd=HERE.parent)
    if done.returncode:
        raise RuntimeError(f"{task}: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def line(name: str, samples: Sequence[Sample]) -> Line:
    """Medians of wall and CPU; the highest peak."""
    wall, cpu = (median(sample[key] for sample in samples) for key in ("wall", "cpu"))
    return Line(name, wall, cpu, max(sample["peak_mb"] for sample in samples))


def measure_rules(count: int, repeat: int) -> tuple[Line, int]:
    samples = [measured("rules", count) for _ in range(repeat)]
    return line(f"规则,{count}个客户", samples), int(samples[0]["customers"])


def prepare(folder: Path, branches: int, customers: int) -> tuple[int, int]:
    """Workbooks made, tool and script proved to agree; (cells that the tool writes, customers)."""
    measured("make", folder, branches, customers)
    ours, theirs = folder / "ours", folder / "theirs"
    ours.mkdir()
    theirs.mkdir()
    done = measured("branches", folder, ours)
    measured("analyst", folder, theirs)
    compared = measured("compare", folder, ours, theirs)
    if compared["count"]:
        raise SystemExit(f"脚本与工具结果不一致:{compared['count']}处,如 {compared['differences'][:3]}")
    return int(measured("values", folder, ours)["cells"]), int(done["customers"])


def measure_quarter(folder: Path, repeat: int) -> list[Line]:
    """Rounds over all contenders, every second one backwards."""
    samples: dict[str, list[Sample]] = {one.name: [] for one in CONTENDERS}
    for number in range(repeat):
        for one in CONTENDERS if number % 2 == 0 else reversed(CONTENDERS):
            samples[one.name].append(measured(one.task, folder, "-", *one.more))
    return [line(name, found) for name, found in samples.items()]


def measure(options: argparse.Namespace) -> Results:
    rules, distinct = measure_rules(options.rules, options.repeat)
    with tempfile.TemporaryDirectory() as folder:
        cells, customers = prepare(Path(folder), options.branches, options.customers)
        lines = measure_quarter(Path(folder), options.repeat)
    floor = min((one for one in lines if one.name.startswith(FLOOR)), key=lambda one: one.cpu)
    script = next(one for one in lines if one.name == ANALYST)
    size = f"{options.branches} 个分公司工作簿,共 {customers} 个客户,写 {cells} 格"
    return Results(machine(), size, options.repeat, rules, distinct, tuple(lines), script, floor)


def machine() -> str:
    return f"{os.cpu_count()} 核,Python {platform.python_version()}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="测速:规则、整季重新生成、台账账龄、表格函数,与通常的脚本、读写下限和自带公式同场比较。"
    )  # fmt: skip
    parser.add_argument("--only", choices=("quarter", "ledger", "functions", "branches"), help="只测一部分:规则与整季,台账账龄,表格函数,或总部与分公司")
    parser.add_argument("--branches", type=int, default=40, help="分公司工作簿数")
    parser.add_argument("--customers", type=int, default=500, help="每个工作簿的客户数")
    parser.add_argument("--rules", type=int, default=100_000, help="只测规则时的客户数")
    parser.add_argument("--lines", type=int, nargs="+", default=[10_000, 100_000, 1_000_000], help="台账的行数,可给几个", metavar="行数")
    parser.add_argument("--packs", type=int, nargs=2, default=[200, 100], help="总部与分公司:工作簿数,每个的客户数", metavar=("工作簿", "客户"))
    parser.add_argument("--rows", type=int, default=5000, help="表格函数的行数")
    parser.add_argument("--repeat", type=int, default=3, help="轮数,取中位数;台账取最快的一轮")
    parser.add_argument("--write", action="store_true", help="写入 benchmarks/RESULTS.md")
    return parser


def main(arguments: Sequence[str] | None = None) -> tuple[Results | None, LedgerResults | None, FunctionResults | None, BranchResults | None]:
    options = _parser().parse_args(arguments)
    parts = {
        "quarter": (lambda: measure(options), show, write),
        "ledger": (lambda: measure_ledgers(measured, machine(), options.lines, options.repeat), show_ledgers, write_ledgers),
        "functions": (lambda: measure_functions(measured, machine(), options.rows, options.repeat), show_functions, write_functions),
        "branches": (lambda: measure_branches(measured, machine(), *options.packs, options.repeat), show_branches, write_branches),
    }
    return tuple(_part(*part, options.write) if options.only in (None, name) else None for name, part in parts.items())


def _part(measuring: Callable[[], object], showing: Callable[[object], None], writing: Callable[[object, Path], None], is_kept: bool) -> object:
    results = measuring()
    showing(results)
    if is_kept:
        writing(results, HERE / "RESULTS.md")
    return results


if __name__ == "__main__":
    main()
