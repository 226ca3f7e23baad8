"""What a person sees on the console: progress while it runs, a table when it is done."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from rich.console import Console
from rich.markup import escape as escape_markup
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from xl_credit.quarter.branch import BranchResult
from xl_credit.quarter.finding import HEAD_OFFICE_FILE
from xl_credit.quarter.results import Decided
from xl_credit.quarter.run import Plan, Report
from xl_credit.quarter.tally import COUNTED, Tally, tally, total
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.figures import Policy
from xl_credit.rules.ledger import yuan
from xl_credit.rules.levels import plain

_out, err_console = Console(highlight=False, soft_wrap=True), Console(stderr=True, highlight=False, soft_wrap=True)
tables_console = Console(highlight=False, width=None if _out.is_terminal else 160)  # a file or pipe has no width of its own
_OWED = ("应收余额(元)", "逾期占比")  # columns of the closing table where some branch has ledgers
# what would steer a terminal, or turn the order of its letters: shown as signs
_SIGNS = {code: 0x2400 + code for code in range(32)} | {code: 0xFFFD for code in (*range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A))}
SHOWN = 20  # problems on the console; the 核对 sheets hold them all


def printed(text: str) -> str:
    """Text of a workbook as a terminal may have it: one line that steers nothing.

    >>> printed("甲\\x1b[2J\\n乙")
    '甲␛[2J␊乙'
    """
    return text.translate(_SIGNS)


def escape(text: str) -> str:
    """The same for a table, which reads [bold] and its like."""
    return escape_markup(printed(text))


def say(line: str, *, error: bool = False) -> None:
    (err_console if error else _out).print(printed(line), style="bold red" if error else None, markup=False)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """XlsxWriter wraps what the system says in an exception of its own; a person reads one line all the same."""
    from xlsxwriter.exceptions import FileCreateError

    try:
        yield
    except FileCreateError as error:
        raise CreditError("文件写不出来", where=str(path), allowed="可以写入、没有在别处打开的文件") from error


def show_problems(problems: Sequence[Problem], file: str, limit: int | None = SHOWN) -> None:
    for problem in problems[:limit]:
        say(problem.said(file), error=True)
    if limit is not None and len(problems) > limit:
        say(f"……另有{len(problems) - limit}处问题", error=True)


def show_ratings(decided: Sequence[Decided], policy: Policy) -> None:
    """The ratings as a table: what a manager asks first."""
    table = Table(title=f"客户信用评级(政策 {escape(policy.version)})")
    for header, justify in (("客户编码", "left"), ("客户名称", "left"), ("得分", "right"), ("级别", "center"), ("赊欠限额(万元)", "right"),
                            ("建议额度(万元)", "right"), ("状态", "center"), ("调整", "left")):  # fmt: skip
        table.add_column(header, justify=justify)
    for one in decided:
        rating, proposal = one.rating, one.proposal
        adjustments = ";".join(map(str, rating.adjustments)) if rating else ";".join(p.line() for p in one.problems)
        table.add_row(
            *(escape(text) for text in (one.entry.code, one.entry.name)), plain(rating.total) if rating and rating.is_rated else "—",
            escape(rating.level or "—") if rating else "—", plain(rating.limit) if rating else "0", plain(proposal.limit) if proposal else "0",
            one.status, escape(adjustments),
        )  # fmt: skip
    tables_console.print(table)


class RunDisplay:
    """Progress of a regeneration on the error stream, so that the closing table alone is the output."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            console=err_console, disable=not err_console.is_terminal, transient=True,
        )  # fmt: skip

    def __enter__(self) -> "RunDisplay":
        self._progress.start()
        self._task = self._progress.add_task(f"{self.plan.quarter} 评级", total=len(self.plan.jobs))
        return self

    def __exit__(self, *exc: object) -> None:
        self._progress.stop()

    def done(self, result: BranchResult) -> None:
        self._progress.update(self._task, advance=1, description=f"{self.plan.quarter} {escape(result.branch)}")

    def close(self, report: Report) -> None:
        """The closing table, what could not be used, and where everything is."""
        if report.after_cut_off:
            say("上次运行没有做完,这次从头做起(接着做用 --resume)", error=True)
        _show_tallies([tally(result) for result in report.results], self.plan)
        for result in report.results:
            if result.error:
                say(result.error, error=True)
            for note in result.notes:
                say(f"{result.file}:{note}")
        _show_found(report.results)
        for name in self.plan.stray_ledgers:
            say(f"{name}:没有同名的分公司工作簿,未使用", error=True)
        if report.head_office_error:
            say(report.head_office_error, error=True)
        roll_up = "" if report.head_office_error else f"(总部汇总:{self.plan.out / HEAD_OFFICE_FILE})"
        say(f"结果:{self.plan.out}{roll_up}")
        chosen = self.plan.chosen
        say(f"政策:{chosen.policy.version}({chosen.file or '内置示例政策'})")
        show_problems(chosen.problems, chosen.file.name if chosen.file else "")
        if self.plan.policy.notice:
            say(self.plan.policy.notice, error=True)


def _show_found(results: Sequence[BranchResult]) -> None:
    """The first problems of each workbook, so that one with many does not hide the others'."""
    found = [result for result in results if result.problems]
    share = max(1, SHOWN // max(1, len(found)))
    shown = [(result.file, problem) for result in found for problem in result.problems[:share]][:SHOWN]
    for file, problem in shown:
        say(problem.said(file), error=True)
    rest = sum(len(result.problems) for result in found) - len(shown)
    if rest:
        say(f"……另有{rest}处问题,见各工作簿的 核对 表", error=True)


def _show_tallies(tallies: Sequence[Tally], plan: Plan) -> None:
    table = Table(title=f"{plan.quarter.title}评级", show_footer=True)
    sums = total(tallies)
    headers = ("分公司", "客户", "已评级", "不予评级", "暂缓", "资料不全", "上升", "下降", "新评", "停评", "建议额度(万元)", "问题")
    owed = _OWED if sums.owed else ()
    for place, (header, foot) in enumerate(zip((*headers, *owed), _tally_cells(sums, owed), strict=True)):
        table.add_column(header, foot, justify="right" if place else "left")
    for one in tallies:
        table.add_row(*_tally_cells(one, owed), style="red" if one.error else None)
    tables_console.print(table)


def _tally_cells(one: Tally, owed: Sequence[str]) -> list[str]:
    """A branch as a line of the closing table; one that could not be used has its name and its problems."""
    counts = [_shown(getattr(one, name)) for name in COUNTED]
    if one.error:
        counts[:-1] = ["—"] * (len(counts) - 1)
    figures = [f"{yuan(one.owed.balance):,.2f}", f"{one.owed.overdue_share:.1%}"] if one.owed else ["—"] * len(owed)
    return [_shown(one.branch), *counts, *figures]


def _shown(value: object) -> str:
    return escape(value) if isinstance(value, str) else f"{value:,.2f}" if isinstance(value, Decimal) else str(value)
