"""The functions' figures as a table on the console and as a section of RESULTS.md."""

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.functions_office import WHOLE
from benchmarks.report import FUNCTIONS, WIDTH, markdown, put

_HEADERS = ("结果", "函数", "函数体 逐格", "函数体 溢出", "Calc 逐格", "Calc 溢出", "逐格为自带公式的", "溢出为自带公式的")


@dataclass(frozen=True)
class Row:
    """Microseconds a row: a call for each cell, and one call whose values spill."""

    key: str
    function: str
    body_single: float | None
    body_spilled: float | None
    calc_single: float
    calc_spilled: float


@dataclass(frozen=True)
class Start:
    """Milliseconds of CPU until a fresh Python is so far, and the big packages that it has then."""

    name: str
    milliseconds: float
    loaded: tuple[str, ...]


@dataclass(frozen=True)
class FunctionResults:
    """``native`` is what the template's own formulas take for the same: microseconds a row."""

    machine: str
    repeat: int
    customers: int
    rows: tuple[Row, ...]
    native: float
    compared: int
    starts: tuple[Start, ...]

    def cells(self, row: Row) -> tuple[str, ...]:
        figures = (row.body_single, row.body_spilled, row.calc_single, row.calc_spilled)
        ratios = [f"{taken / self.native:.2f}×" if row.key == WHOLE else "" for taken in (row.calc_single, row.calc_spilled)]
        return row.key, row.function, *("" if figure is None else f"{figure:.1f}" for figure in figures), *ratios

    def started(self) -> str:
        return ";".join(f"{one.name} {one.milliseconds:.0f} 毫秒" + (f"(载入 {'、'.join(one.loaded)})" if one.loaded else "") for one in self.starts)


def show_functions(results: FunctionResults, console: Console | None = None) -> None:
    console = console or Console()
    console.width = max(console.width, WIDTH + 20)
    table = Table(*_HEADERS, title=f"{results.customers:,}行,CPU微秒/行;自带公式 {results.native:.1f}")
    for row in results.rows:
        table.add_row(*results.cells(row))
    console.print(table)
    console.print(f"启动:{results.started()}")


def write_functions(results: FunctionResults, path: Path) -> None:
    table = markdown(_HEADERS, [results.cells(row) for row in results.rows], texts=2)
    put(path, FUNCTIONS, _TEXT.format(r=results, table=table, started=results.started()))


_TEXT = """
机器:{r.machine},LibreOffice 无界面。{r.customers:,} 行,每个数是每行的CPU微秒(别的程序争用处理器时几乎不变);函数体取 {r.repeat} 轮里最快的。逐格:每行一个
公式,一次调用一行;溢出:一个数组公式,一次调用全部行。函数体是同一函数在 Python 里的耗时,不含表格程序。

{table}

- 自带公式:评估表右侧的 13 列暂评公式在同一工作簿里重算,{r.native:.1f} 微秒/行。“整套评级”是同样这些事的 13 列函数:折算、七项得分、总分、级别、限额。
- Calc 的数是整簿重算(calculateAll)的耗时减去没有这些公式时的,短的重复多次取平均。“给出政策表”:每次调用都把 政策 表的 200 行交给函数,
  所以逐格时慢;要按本簿政策算很多行,宜用一个溢出的公式。
- 计时之前逐格核对:Calc 逐格、Calc 溢出与函数体的全部结果,自带公式的得分、级别、限额;共 {r.compared:,} 格,不一致 0 格。
- 启动(新的 Python 进程里导入,CPU 毫秒,取中位数):{started}。函数模块的路径上没有 pandas 等大的包(有测试)。
"""
