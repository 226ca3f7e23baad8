"""The figures as a table on the console and as RESULTS.md."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

_HEADERS = ("做法", "秒", "CPU秒", "峰值MB", "快于脚本", "同,按CPU", "为下限的", "同,按CPU")

WIDTH = 112
TITLE = "# 测速结果\n"
LEDGERS, FUNCTIONS, BRANCHES = SECTIONS = ("## 账龄 ledger lines\n", "## 表格函数 spreadsheet functions\n", "## 总部与分公司 branches\n")  # behind the first, each measured by itself


@dataclass(frozen=True)
class Line:
    """One contender: median seconds, highest peak."""

    name: str
    wall: float
    cpu: float
    peak_mb: float


@dataclass(frozen=True)
class Results:
    """All of a run; ``script`` and ``floor`` are the lines that the others are compared with."""

    machine: str
    size: str
    repeat: int
    rules: Line
    distinct: int
    lines: tuple[Line, ...]
    script: Line
    floor: Line

    @property
    def per_second(self) -> float:
        return self.distinct / self.rules.wall


def _cells(results: Results, line: Line) -> tuple[str, ...]:
    script, floor = results.script, results.floor
    faster = (f"{script.wall / line.wall:.1f}×", f"{script.cpu / line.cpu:.1f}×")
    above = (f"{line.wall / floor.wall:.2f}×", f"{line.cpu / floor.cpu:.2f}×")
    return line.name, f"{line.wall:.2f}", f"{line.cpu:.2f}", f"{line.peak_mb:.0f}", *faster, *above


def _rules(results: Results) -> str:
    return f"规则:{results.distinct} 个各不相同的客户 {results.rules.wall:.2f} 秒,每秒 {results.per_second:,.0f} 个,峰值 {results.rules.peak_mb:.0f} MB"


def show(results: Results, console: Console | None = None) -> None:
    console = console or Console()
    console.width = max(console.width, WIDTH)  # in a narrower window lines run over rather than lose figures
    console.print(_rules(results))
    table = Table(*_HEADERS, title=results.size)
    for line in results.lines:
        table.add_row(*_cells(results, line))
    console.print(table)


def write(results: Results, path: Path) -> None:
    """RESULTS.md, always laid out alike."""
    table = markdown(_HEADERS, [_cells(results, line) for line in results.lines])
    put(path, TITLE, _TEXT.format(r=results, rules=_rules(results), table=table))


def put(path: Path, section: str, text: str) -> None:
    """One section of RESULTS.md; the others stay as an earlier run wrote them."""
    before = path.read_text("utf-8") if path.is_file() else TITLE
    _, *found = re.split(f"^({'|'.join((TITLE, *SECTIONS))})", before, flags=re.M)
    sections = dict(zip(found[::2], found[1::2], strict=True)) | {section: text}
    path.write_text("\n".join(f"{name}{sections[name].rstrip()}\n" for name in (TITLE, *SECTIONS) if name in sections), "utf-8")


def markdown(headers: Sequence[str], rows: Sequence[Sequence[str]], texts: int = 1) -> str:
    """A table whose first ``texts`` columns are words, the others figures."""
    marks = ["---"] * texts + ["---:"] * (len(headers) - texts)
    return "\n".join(f"| {' | '.join(row)} |" for row in (headers, marks, *rows))


_TEXT = """
由 `python -m benchmarks --write` 写成。机器:{r.machine}。各做法在同一次运行里交替进行 {r.repeat} 轮,取中位数;每次都在新进程里,
只计工作本身(不计导入)。忙碌或不同的机器上绝对秒数会变,比例才可比;别的程序争用处理器时按CPU的比例更可靠(多进程一行只看“秒”)。

## 规则

{rules}。评级、建议额度、审批路线逐个计算,单核,政策只读一次。

## 一个季度

{r.size}(评级结果、审批路线、级别变动、核对)。

{table}

- 本工具:读本季与上季工作簿,评级,写四张表,核对政策表,无损保存,写后读回校验并落盘。
- openpyxl+pandas 脚本:`analyst_script.py`,只写评级结果与审批路线;级别、限额、得分、路线与本工具逐格核对一致后才计时。
- 下限:calamine 读同样的表,以两种最快的写法把同样的格写成新文件,什么也不算,不带格式,不保留原工作簿;“为下限的”按其中较快者。
- 2进程的峰值为主进程加两倍的最大工作进程。
"""
