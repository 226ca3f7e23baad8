"""The verbs between head office and the branches: distribute, collect and upgrade; merged by :mod:`xl_credit.cli`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from xl_credit.books.places import place
from xl_credit.console import SHOWN, err_console, escape, say, show_problems, tables_console
from xl_credit.ledger_cli import JobsOption, PolicyOption, SchedulerOption, new_file, parse_day
from xl_credit.rules.errors import CreditError
from xl_credit.rules.quarter import Quarter

if TYPE_CHECKING:
    from xl_credit.branches.collecting import Collection
    from xl_credit.branches.distributing import Distribution
    from xl_credit.branches.upgrade import Line, Report

app = typer.Typer()

KeyOption = Annotated[str, typer.Option("--key", help="下发密钥文件,第一次分发时生成,只有本人可读;写 keyring 则存在系统密钥环", metavar="文件")]
PasswordsOption = Annotated[
    str | None, typer.Option("--passwords", help="打开密码表(列:分公司、密码),只有本人可读;写 keyring 则取自系统密钥环;省略则不设密码", metavar="文件")
]


@contextmanager
def _progress(title: str, total: int) -> Iterator[Callable[[str], None]]:
    """A bar on the error stream; call it with each branch's name as it is finished."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=err_console, disable=not err_console.is_terminal, transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda name: bar.update(task, advance=1, description=f"{title} {escape(name)}")


@app.command()
def distribute(
    branches: Annotated[Path, typer.Option("--branches", help="分公司名单:工作簿或 CSV,列 分公司,另可有 联系人、上季工作簿", metavar="文件")],
    quarter: Annotated[str, typer.Option("--quarter", "-q", help="要填报的季度,如 2026Q4", metavar="季度")],
    out: Annotated[Path, typer.Option(help="写到的文件夹:每个分公司一个工作簿和 分发清单.xlsx", metavar="文件夹")],
    key: KeyOption,
    previous: Annotated[Path | None, typer.Option(help="上季评级后的工作簿所在文件夹,带入客户和长期资料", metavar="文件夹")] = None,
    passwords: PasswordsOption = None,
    policy: PolicyOption = None,
    spare_rows: Annotated[int, typer.Option("--spare-rows", help="给新客户预备的空行", min=1, max=5000)] = 50,
    lite: Annotated[bool, typer.Option("--lite", help="嵌入 xlwings Lite 代码(实验性),分公司不装程序也能试评")] = False,
    jobs: JobsOption = 1,
) -> None:
    """分发:每个分公司一个填报工作簿,带入客户和长期资料,只有填写处不锁定,并带清单供收回时核对。再次运行不动已收回的。"""
    from xl_credit.branches.branch_list import read_branches
    from xl_credit.branches.distributing import distribute as made
    from xl_credit.branches.distributing import plan_packs
    from xl_credit.branches.keys import read_key, read_passwords
    from xl_credit.quarter.finding import choose_policy
    from xl_credit.work.units import How

    parsed, names = Quarter.parse(quarter), read_branches(branches)
    if out.exists() and not out.is_dir():
        raise CreditError("下发文件夹是一个文件", where=str(out), allowed="文件夹")
    chosen = choose_policy(previous or branches.parent, parsed, policy)
    opening = read_passwords(passwords, [branch.name for branch in names])
    plan = plan_packs(
        names, out, parsed, chosen.policy, previous, read_key(key, make=True), opening, spare_rows=spare_rows,
        finish=_with_lite if lite else None,
    )  # fmt: skip
    with _progress(f"{parsed} 分发", len(plan)) as step:
        done = made(plan, out, How(jobs), lambda one: step(one.branch))
    _show_distribution(done, parsed)
    say(f"政策:{chosen.policy.version}({chosen.file or '内置示例政策'})")
    show_problems(chosen.problems, chosen.file.name if chosen.file else "")
    if chosen.policy.notice:
        say(chosen.policy.notice, error=True)
    raise typer.Exit(1 if done.has_problems or chosen.problems else 0)


def _with_lite(path: Path):
    from xl_credit.hosts.lite_package import embed

    return embed(path)[0]


def _show_distribution(done: "Distribution", quarter: Quarter) -> None:
    from xl_credit.branches.distributing import FAILED, REMADE

    table = Table(title=f"{quarter.title}分发")
    for header in ("分公司", "工作簿", "客户", "上季工作簿", "打开密码", "状态", "本次", "SHA-256"):
        table.add_column(header, justify="right" if header == "客户" else "left")
    for one in done.made:
        line = one.line
        cells = (line.file, line.customers, line.previous or "—", line.password, line.state) if line else ("—",) * 5
        table.add_row(
            *map(escape, (one.branch, *cells, one.state, line.sha256[:12] if line else "—")), style="red" if one.state == FAILED else None
        )
    tables_console.print(table)
    for one in done.made:
        if one.error:
            say(one.error, error=True)
    show_problems([problem for one in done.made for problem in one.problems], "")
    remade = [one.branch for one in done.made if one.state == REMADE]
    if remade:
        say(f"内容有变,须重新下发:{'、'.join(remade)}")
    if done.without_previous:
        say(f"没有上季工作簿,只有空行:{'、'.join(done.without_previous)}")
    say(f"分发清单:{done.checklist}")


@app.command()
def collect(
    folder: Annotated[Path, typer.Argument(help="放有收回工作簿的文件夹;里面的文件不动", metavar="收回文件夹", parser=place)],
    sent: Annotated[Path, typer.Option(help="distribute 的下发文件夹,内有 分发清单.xlsx", metavar="文件夹", parser=place)],
    key: KeyOption,
    out: Annotated[Path, typer.Option(help="结果文件夹:收下的工作簿(交给 regenerate),归档/日期/ 存原件,退回/ 存退回说明", metavar="文件夹", parser=place)],
    passwords: PasswordsOption = None,
    on: Annotated[str | None, typer.Option("--date", help="归档和退回说明的日期;默认为今天", metavar="日期")] = None,
    jobs: JobsOption = 1,
    scheduler: SchedulerOption = "",
) -> None:
    """收回:逐格与下发时核对;无误的归档并交给 regenerate,有误的写出退回说明,列出还没交的分公司。"""
    from xl_credit.branches.checklist import read_checklist
    from xl_credit.branches.collecting import Desk, plan_returns
    from xl_credit.branches.collecting import collect as collected
    from xl_credit.branches.keys import read_key, read_passwords
    from xl_credit.work.holding import held
    from xl_credit.work.units import How

    desk = Desk(folder, sent, out, parse_day(on, "--date") if on else date.today())
    opening = read_passwords(passwords, list(read_checklist(sent))) if passwords else {}
    plan, others = plan_returns(desk, read_key(key), opening)
    with held(out), _progress("收回核对", len(plan)) as step:
        done = collected(desk, plan, others, How(jobs, scheduler), lambda one: step(one.branch or one.file))
    _show_collection(done, desk.out)
    raise typer.Exit(1 if done.has_problems else 0)


def _show_findings(done: "Collection") -> None:
    """The first of every file, so that one with many does not hide the others'."""
    from xl_credit.branches.findings import grouped

    found = {one.judged.file: grouped(one.judged.findings) for one in done.outcomes if one.judged.findings}
    share = max(3, SHOWN // max(1, len(found)))
    for file, findings in found.items():
        for finding in findings[:share]:
            say(finding.line(file), error=True)
        if len(findings) > share:
            say(f"{file}:……另有{len(findings) - share}处,见退回说明", error=True)


def _show_collection(done: "Collection", out: Path) -> None:
    table = Table(title="收回核对")
    for header in ("分公司", "文件", "结果", "问题", "归档 / 退回说明"):
        table.add_column(header, justify="right" if header == "问题" else "left")
    for one in done.outcomes:
        judged, found = one.judged, len(one.judged.findings)
        place = one.place.relative_to(out).as_posix() if one.place else "—"
        cells = (judged.branch or "—", judged.file or "—", one.state, str(found) if judged.file else "—", place)
        table.add_row(*map(escape, cells), style=None if one.state.endswith("收下") else "red")
    tables_console.print(table)
    _show_findings(done)
    for one in done.outcomes:
        if one.judged.error:
            say(f"{one.judged.file}:未核对,{one.judged.error}", error=True)
        for note in one.judged.notes:
            say(f"{one.judged.file}:{note}")
    for name in done.ignored:
        say(f"{name}:不是工作簿,未处理")
    missing = [one.judged.branch for one in done.outcomes if not one.judged.file]
    if missing:
        say(f"还没交的分公司:{'、'.join(missing)}", error=True)
    say(f"收下的工作簿:{out}(接着运行 xl-credit regenerate {out} --quarter …)")


@app.command()
def upgrade(
    file: Annotated[Path, typer.Argument(help="由旧版模板填成的工作簿;不动", metavar="文件")],
    out: Annotated[Path, typer.Option(help="写到的新文件", metavar="文件")],
    quarter: Annotated[str | None, typer.Option("--quarter", "-q", help="取哪个季度的政策;默认为评估表上写的季度", metavar="季度")] = None,
    policy: PolicyOption = None,
) -> None:
    """升级:把旧版模板填成的工作簿升到当前版本;填写的内容、自加的列和表、批注、审批意见都留在原处,逐项报告。"""
    from xl_credit.branches.upgrade import quarter_of, upgrade_workbook
    from xl_credit.quarter.finding import choose_policy

    target = new_file(out, file)
    chosen = choose_policy(file.parent, Quarter.parse(quarter) if quarter else quarter_of(file), policy)
    _show_upgrade(upgrade_workbook(file, target, chosen.policy), target)
    show_problems(chosen.problems, chosen.file.name if chosen.file else "")
    if chosen.policy.notice:
        say(chosen.policy.notice, error=True)


def _show_upgrade(report: "Report", target: Path) -> None:
    table = Table(title=f"模板版本 {report.before} → {report.after}")
    for header in ("工作表", "单元格", "处理", "原内容"):
        table.add_column(header)
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in report.lines:
        groups.setdefault((line.sheet, line.what), []).append(line)
    for (sheet, what), lines in groups.items():
        first, more = lines[0], f"等{len(lines)}格" if len(lines) > 1 else ""
        cells = (sheet, f"{first.cell}{more}" or "—", what, first.was[:60] or "—")
        table.add_row(*map(escape, cells), style="red" if first.is_lost else None)
    for sheet, cells in report.kept:
        table.add_row(escape(sheet), "—", f"其余 {cells} 格留在原处", "—")
    tables_console.print(table)
    for line in report.lost:
        say(f"{target.name}!{line.sheet}!{line.cell}:{line.what},原为“{line.was}”", error=True)
    say(f"已写出:{target}" if report.lines else f"已是当前模板,原样写出:{target}")
    if report.lost:
        raise typer.Exit(1)
