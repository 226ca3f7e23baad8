"""The spreadsheet functions measured: their bodies, in LibreOffice, against native formulas, and how soon they are there."""

import tempfile
from collections.abc import Callable, Sequence
from statistics import median

from benchmarks.functions_asked import ASKED
from benchmarks.functions_office import OWN_POLICY, WHOLE
from benchmarks.functions_report import FunctionResults, Row, Start

Sample = dict[str, object]
Measured = Callable[..., Sample]
_STARTS = 7  # a start is short, and so is easily disturbed
_ENOUGH = 0.3  # seconds of recalculating for each round that is asked for


def measure_functions(measured: Measured, machine: str, count: int, repeat: int) -> FunctionResults:
    """One workbook of ``count`` customers; the quickest of the rounds, and nothing is timed that does not agree."""
    with tempfile.TemporaryDirectory() as folder:
        made = measured("functions_make", folder, count)
        bodies = [measured("functions_bodies", folder)["bodies"] for _ in range(repeat)]
        calc = measured("functions_calc", folder, repeat * _ENOUGH)
    if calc["count"] or not calc["compared"]:
        raise SystemExit(f"表格函数在 LibreOffice 里、函数体里与自带公式不一致:{calc['count']}格,如 {calc['differences']}")
    rows = [_row(one.key, one.function, [sample[one.key] for sample in bodies], calc["calc"][one.key]) for one in ASKED]
    others = [Row(name, "", None, None, *calc["calc"][name]) for name in (OWN_POLICY, WHOLE)]
    starts = [measured("functions_start")["starts"] for _ in range(max(repeat, _STARTS))]
    return FunctionResults(
        machine, repeat, int(made["customers"]), (*rows, *others), float(calc["native"]), int(calc["compared"]),
        tuple(Start(name, median(sample[name][0] for sample in starts), tuple(starts[0][name][1])) for name in starts[0]),
    )  # fmt: skip


def _row(key: str, function: str, bodies: Sequence[Sequence[float]], calc: Sequence[float]) -> Row:
    single, spilled = (min(sample[way] for sample in bodies) for way in (0, 1))
    return Row(key, function, single, spilled, *calc)
