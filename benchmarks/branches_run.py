"""Head office's round measured: one process, two, and a Dask cluster of two workers; and what they are measured against."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.report import BRANCHES, WIDTH, markdown, put

Sample = dict[str, object]
Measured = Callable[..., Sample]
PARTS = {"branches_out": "下发 distribute", "branches_in": "收回 collect", "branches_regenerated": "重新生成 regenerate"}
WAYS = {"1": "1 进程", "2": "2 进程", "dask": "Dask,2 个工作进程"}
_PEER = "openpyxl 打开并另存"
_HEADERS = ("做什么", "怎样", "秒", "毫秒/工作簿", "峰值MB", "快于1进程", "为 openpyxl 的")


@dataclass(frozen=True)
class BranchLine:
    """Median seconds and the highest peak of one part done in one way."""

    part: str
    way: str
    wall: float
    peak_mb: float


@dataclass(frozen=True)
class BranchResults:
    machine: str
    repeat: int
    branches: int
    customers: int
    entries: int
    lines: tuple[BranchLine, ...]
    peer: BranchLine

    def rows(self) -> list[tuple[str, ...]]:
        single = {line.part: line.wall for line in self.lines if line.way == WAYS["1"]}
        rows = [
            (line.part, line.way, f"{line.wall:.2f}", f"{line.wall / self.branches * 1000:.1f}", f"{line.peak_mb:.0f}",
             f"{single[line.part] / line.wall:.2f}×", f"{line.wall / self.peer.wall:.2f}×")
            for line in self.lines
        ]  # fmt: skip
        peer = self.peer
        return [*rows, (peer.part, peer.way, f"{peer.wall:.2f}", f"{peer.wall / self.branches * 1000:.1f}", f"{peer.peak_mb:.0f}", "", "1.00×")]


def measure_branches(measured: Measured, machine: str, branches: int, customers: int, repeat: int) -> BranchResults:
    """Rounds over all parts and ways, every second one backwards."""
    with tempfile.TemporaryDirectory() as folder:
        made = measured("branches_make", folder, branches, customers)
        wanted = [(part, way) for part in PARTS for way in WAYS]
        samples: dict[tuple[str, str], list[Sample]] = {one: [] for one in wanted}
        peers = []
        for number in range(repeat):
            for part, way in wanted if number % 2 == 0 else reversed(wanted):
                samples[part, way].append(measured(part, folder, "-", way))
            peers.append(measured("branches_opened", folder, "-"))
    lines = tuple(BranchLine(PARTS[part], WAYS[way], *_figures(found)) for (part, way), found in samples.items())
    return BranchResults(machine, repeat, branches, branches * customers, int(made["entries"]), lines, BranchLine(_PEER, "1 进程", *_figures(peers)))


def _figures(samples: list[Sample]) -> tuple[float, float]:
    return median(float(one["wall"]) for one in samples), max(float(one["peak_mb"]) for one in samples)


def show_branches(results: BranchResults) -> None:
    table = Table(title=f"总部与分公司:{results.branches}个工作簿,{results.customers}个客户")
    for place, header in enumerate(_HEADERS):
        table.add_column(header, justify="left" if place < 2 else "right")
    for row in results.rows():
        table.add_row(*row)
    Console(width=WIDTH).print(table)


def write_branches(results: BranchResults, path: Path) -> None:
    put(path, BRANCHES, _TEXT.format(r=results, table=markdown(_HEADERS, results.rows(), 2)))


_TEXT = """
机器:{r.machine}。{r.branches} 个分公司工作簿,共 {r.customers} 个客户,收回时填了 {r.entries} 格。每次在新进程里,只计工作本身(不计导入,也不计启动集群),
{r.repeat} 轮取中位数,峰值取最高;2 进程和 Dask 的峰值为主进程加两倍的最大工作进程。

{table}

- 下发:读上季工作簿,建填报工作簿(锁定、下拉、公式、清单),封印,写后读回;附分发清单。
- 收回:逐格与下发件核对,封印验过,原件归档,收下的放到 regenerate 取用处。
- 重新生成:读收下的与上季工作簿,评级,写四张表,总部汇总、运行记录、快照都在内。
- 对照:openpyxl 把同样的收回件逐个打开再另存,什么也不看。
"""
