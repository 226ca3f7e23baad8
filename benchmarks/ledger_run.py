"""Ledgers of growing size, aged by the tool and by the script, one after the other in the same run."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ledger_report import Case, LedgerResults
from benchmarks.report import Line

Sample = dict[str, object]
Measured = Callable[..., Sample]
WORK = {"age": "只算账龄", "csv": "CSV→账龄表、账龄明细", "xlsx": "xlsx→账龄表、账龄明细"}
ALLOCATIONS = ("matched", "fifo")
SETTLING = ("apply", "cumsum")  # the script's two ways


@dataclass(frozen=True)
class Job:
    """One thing to measure: a kind of work on a ledger of so many lines."""

    folder: Path
    lines: int
    work: str
    allocation: str

    def contenders(self) -> dict[str, tuple[object, ...]]:
        """Name → task and its arguments, in the order in which they run."""
        place = (self.folder, self.lines)
        if self.work == "age":
            script = {way: ("ledger_script_age", *place, self.allocation, way) for way in SETTLING}
            return {"tool": ("ledger_age", *place, self.allocation), **script}
        kind = (self.work, self.allocation)
        script = {way: ("ledger_script", *place, *kind, way, self._out(way)) for way in SETTLING}
        return {"tool": ("ledger_tool", *place, *kind, self._out("tool")), **script}

    def _out(self, name: str) -> Path:
        return self.folder / f"{name}.xlsx"

    def agrees(self, measured: Measured) -> int:
        """Customers compared; stops the run where tool and script differ in one of them."""
        if self.work == "age":
            return 0
        for way in SETTLING:
            found = measured("ledger_compare", self._out("tool"), self._out(way))
            if found["count"] or not found["customers"]:
                raise SystemExit(f"脚本与工具的账龄不一致({self}):{found['count']}户,如 {found['differences']}")
        return int(found["customers"])


def measure_ledgers(measured: Measured, machine: str, sizes: Sequence[int], repeat: int) -> LedgerResults:
    """Every size, work and allocation; a size's ledger is made, measured and thrown away."""
    cases, drawn = [], []
    for lines in sizes:
        with tempfile.TemporaryDirectory() as folder:
            made = measured("ledger_make", folder, lines)
            drawn.append((lines, *(int(made[name]) for name in ("shipments", "collections", "customers", "largest"))))
            jobs = [Job(Path(folder), lines, work, allocation) for work in WORK for allocation in ALLOCATIONS]
            cases += [_case(job, measured, repeat) for job in jobs]
    return LedgerResults(machine, repeat, tuple(drawn), tuple(cases))


def _case(job: Job, measured: Measured, repeat: int) -> Case:
    """The best of some rounds, every second one backwards: what disturbs a run only ever makes it longer."""
    samples: dict[str, list[Sample]] = {}
    compared = 0
    for name, arguments in _rounds(job, repeat):
        samples.setdefault(name, []).append(measured(*arguments))
        if not compared and len(samples) == 1 + len(SETTLING):
            compared = job.agrees(measured)
    lines = {name: _best(name, found) for name, found in samples.items()}
    return Case(job.lines, WORK[job.work], job.allocation, lines["tool"], lines["apply"], lines["cumsum"], int(samples["apply"][0]["open"]), compared)


def _rounds(job: Job, repeat: int) -> Iterator[tuple[str, tuple[object, ...]]]:
    for number in range(repeat):
        contenders = list(job.contenders().items())
        yield from contenders if number % 2 == 0 else reversed(contenders)


def _best(name: str, samples: Sequence[Sample]) -> Line:
    wall, cpu = (min(float(sample[key]) for sample in samples) for key in ("wall", "cpu"))
    return Line(name, wall, cpu, max(float(sample["peak_mb"]) for sample in samples))
