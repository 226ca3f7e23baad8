"""The ledgers' figures as a table on the console and as a section of RESULTS.md."""

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.report import LEDGERS, WIDTH, Line, markdown, put

_HEADERS = ("行数", "做什么", "核销", "本工具 秒", "CPU秒", "微秒/行", "峰值MB", "脚本 秒", "CPU秒", "峰值MB", "快于脚本", "无循环脚本 CPU秒", "快于它")


@dataclass(frozen=True)
class Case:
    """One work on one ledger: the tool, the script, the script without its loop."""

    lines: int
    work: str
    allocation: str
    tool: Line
    script: Line
    loopless: Line
    open_lines: int
    customers: int

    def cells(self) -> tuple[str, ...]:
        tool, script, loopless = self.tool, self.script, self.loopless
        return (
            f"{self.lines:,}", self.work, self.allocation, f"{tool.wall:.2f}", f"{tool.cpu:.2f}", f"{tool.cpu / self.lines * 1e6:.1f}",
            f"{tool.peak_mb:,.0f}", f"{script.wall:.2f}", f"{script.cpu:.2f}", f"{script.peak_mb:,.0f}", f"{script.cpu / tool.cpu:.1f}×",
            f"{loopless.cpu:.2f}", f"{loopless.cpu / tool.cpu:.1f}×",
        )  # fmt: skip


@dataclass(frozen=True)
class LedgerResults:
    """``drawn`` are (lines, shipments, collections, customers, lines of the largest) of each ledger."""

    machine: str
    repeat: int
    drawn: tuple[tuple[int, int, int, int, int], ...]
    cases: tuple[Case, ...]

    def ledgers(self) -> str:
        return ";".join(
            f"{lines:,}行({shipments:,}发货、{collections:,}回款,{customers:,}户,最大一户{largest:,}行)"
            for lines, shipments, collections, customers, largest in self.drawn
        )  # fmt: skip

    @property
    def compared(self) -> int:
        return sum(case.customers for case in self.cases)


def show_ledgers(results: LedgerResults, console: Console | None = None) -> None:
    console = console or Console()
    console.width = max(console.width, WIDTH + 60)
    table = Table(*_HEADERS, title=results.ledgers())
    for case in results.cases:
        table.add_row(*case.cells())
    console.print(table)


def write_ledgers(results: LedgerResults, path: Path) -> None:
    table = markdown(_HEADERS, [case.cells() for case in results.cases], texts=3)
    put(path, LEDGERS, f"\n{_TEXT.format(r=results, ledgers=results.ledgers(), table=table)}")


_TEXT = """机器:{r.machine}。每种做法每轮在新进程里跑一次,各轮交替,共 {r.repeat} 轮,取最快的一轮(别的程序争用处理器只会使它变慢),峰值取最高;
“快于脚本”“微秒/行”按CPU秒(都只用一核)。台账:{ledgers};期限内的部分收款、一次付多笔、红字、分期、退票、作废、没有到期日的行都有。

{table}

- 本工具:整条命令 `xl-credit ageing 台账 --as-of 2026-09-30 --out 账龄.xlsx`:逐格校验并列出问题,账龄表、账龄明细写进带格式、勾稽公式和图表的
  工作簿(xlsx 来源的原有内容逐字节保留),写后读回校验;只算账龄的一行是内存里的记录到账龄,不含读写(其峰值含事先的读入,脚本也一样)。
- 脚本:`ledger_script.py`,pandas 的通常写法:read_csv 或 read_excel(calamine),核销单号 merge,其余 groupby.apply 逐户先到期先核销,
  pd.cut、pivot_table,to_excel(xlsxwriter)同样两张表;不校验、不带格式。无循环脚本:只把 apply 里的循环换成 cumsum,其余相同。
- 每种规模、来源、核销方式都把两张账龄表逐户逐区间核对到分:共核对 {r.compared} 户次,不一致 0 户。
"""
