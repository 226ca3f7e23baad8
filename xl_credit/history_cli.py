"""The verbs for quarters gone by: history, rerun and whatif; merged into the command line by :mod:`xl_credit.cli`."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xl_credit.console import say, show_problems, writing
from xl_credit.ledger_cli import Format
from xl_credit.rules.errors import CreditError
from xl_credit.rules.quarter import Quarter

if TYPE_CHECKING:
    from xl_credit.history.finding import Found
    from xl_credit.history.store import Snapshot
    from xl_credit.history.whatif import WhatIf
    from xl_credit.quarter.run import Report
    from xl_credit.rules.figures import Policy

app = typer.Typer()

FormatOption = Annotated[Format, typer.Option("--format", "-f", help="输出格式")]
QuarterOption = Annotated[str | None, typer.Option("--quarter", "-q", help="季度,如 2026Q3;默认取最近一季的快照", metavar="季度")]
OutOption = Annotated[Path | None, typer.Option(help="另写一个带图表的新工作簿", metavar="文件")]


def keep(report: "Report") -> bool:
    """Keep the run as a snapshot; what stands in the way is said, the run itself stands all the same."""
    from xl_credit.history.taking import take_snapshot

    try:
        path = take_snapshot(report)
    except CreditError as error:
        say(f"没有留下快照:{error}", error=True)
        return False
    if path:
        say(f"快照:{path}")
    return True


@app.command()
def history(
    customer: Annotated[str, typer.Argument(help="客户编码、名称,或名称的一部分", metavar="客户")],
    folders: Annotated[list[Path] | None, typer.Argument(help="放有快照的文件夹(连同下级)或快照文件;默认为当前文件夹", metavar="文件夹")] = None,
    branch: Annotated[str, typer.Option("--branch", help="几家分公司有同一编码时指定其中一家", metavar="分公司")] = "",
    format: FormatOption = Format.table,
    out: OutOption = None,
) -> None:
    """客户历史:一个客户各季度的得分、级别、变动及原因、限额、额度与应收,由各季度的快照得出。"""
    from xl_credit.history.path import doubled, find_customer, path_records
    from xl_credit.history.path_output import build_path_workbook, path_csv, path_json
    from xl_credit.history_console import show_path

    target = _new_workbook(out)
    places = folders or [Path()]
    found = _found(places)
    _say_aside(found)
    if not found.standing:
        raise CreditError("没有找到快照", where="、".join(map(str, places)), allowed="regenerate 写出的 快照 文件夹,或其上级")
    rows = find_customer(found.standing, customer, branch)
    records, twice = path_records(rows), doubled(rows)
    if format is Format.table:
        show_path(records)
    else:
        _write(format, lambda: path_json(records, found.aside), lambda: path_csv(records))
    if target:
        with writing(target):
            build_path_workbook(target, records)
        say(f"已写出:{target}", error=format is not Format.table)
    for line in twice:
        say(line, error=True)
    raise typer.Exit(1 if found.aside or twice else 0)


@app.command()
def rerun(
    place: Annotated[Path, typer.Argument(help="快照文件,或其上级文件夹", metavar="快照")],
    quarter: QuarterOption = None,
    sources: Annotated[list[Path] | None, typer.Option("--sources", help="再核对来源文件是否仍是当时的内容:放有它们的文件夹(连同下级);可多次给出", metavar="文件夹")] = None,
    format: FormatOption = Format.table,
) -> None:
    """重评:按快照自带的评估表和政策、用现在的规则再评一次,逐值比较;没有差异为 0,有差异逐项列出。"""
    from xl_credit.history import rerun as again
    from xl_credit.history.rerun_output import rerun_csv, rerun_json
    from xl_credit.history.sources import SAME, check_sources
    from xl_credit.history_console import show_rerun

    found = None if place.is_file() else _found([place])
    snapshot = _chosen(place, quarter, found)
    with _steps(len(snapshot.branches)) as step:
        outcome = again.rerun(snapshot, step)
    files = check_sources(snapshot, sources) if sources else []
    if format is Format.table:
        show_rerun(snapshot, outcome, files)
    else:
        _write(format, lambda: rerun_json(snapshot, outcome, files), lambda: rerun_csv(outcome))
    _say_aside(found)
    gone = [one for one in files if one[2] != SAME]
    raise typer.Exit(1 if outcome.differences or gone or (found and found.aside) else 0)


@app.command()
def whatif(
    place: Annotated[Path, typer.Argument(help="快照文件、其上级文件夹,或放有分公司工作簿的文件夹", metavar="快照或文件夹")],
    policy: Annotated[Path, typer.Option("--policy", help="要对比的政策文件", metavar="文件")],
    version: Annotated[str, typer.Option("--version", help="政策文件有几个版本时指定其中一个;不论生效日期", metavar="版本")] = "",
    quarter: QuarterOption = None,
    workbooks: Annotated[bool, typer.Option("--workbooks", help="不用快照,直接按文件夹中的分公司工作簿测算")] = False,
    format: FormatOption = Format.table,
    out: OutOption = None,
) -> None:
    """换政策测算:谁的级别会变、额度合计与年度预算、须由总经理审批的户数;只算不写。"""
    from xl_credit.books.policy_file import policy_version
    from xl_credit.history.whatif_tables import whatif_csv, whatif_json
    from xl_credit.history.whatif_workbook import build_whatif_workbook
    from xl_credit.history_console import show_whatif

    target = _new_workbook(out)
    other, problems = policy_version(policy, version)
    outcome, aside = _what_if(place, quarter, other, workbooks)
    if format is Format.table:
        show_whatif(outcome)
    else:
        _write(format, lambda: whatif_json(outcome), lambda: whatif_csv(outcome))
    if target:
        with writing(target):
            build_whatif_workbook(target, outcome)
        say(f"已写出:{target}", error=format is not Format.table)
    for word, figures in (("现行", outcome.policy), ("对比", outcome.other)):
        if figures.notice:
            say(f"{word}政策“{figures.version}”:{figures.notice}", error=True)
    for line in (*aside, *outcome.errors):
        say(line, error=True)
    show_problems(problems, policy.name)
    raise typer.Exit(1 if problems or aside or outcome.errors else 0)


def _what_if(place: Path, quarter: str | None, other: "Policy", workbooks: bool) -> tuple["WhatIf", Sequence[str]]:
    """The quarter under both policies, from its snapshot, else from the branch workbooks of the folder."""
    from xl_credit.history.rerun import policy_of
    from xl_credit.history.whatif import snapshot_branches, what_if, workbook_branches
    from xl_credit.quarter.finding import choose_policy, find_workbooks

    wanted = Quarter.parse(quarter) if quarter else None
    found = None if workbooks or place.is_file() else _found([place])
    aside = found.aside if found else ()
    if not workbooks and (found is None or found.of(wanted)):
        snapshot = _chosen(place, quarter, found)
        with _steps(len(snapshot.branches)) as step:
            return what_if(snapshot.quarter, policy_of(snapshot), other, f"快照{snapshot.name}", snapshot_branches(snapshot), step), aside
    files = find_workbooks(place)
    if not files:
        raise CreditError("既没有该季度的快照,也没有分公司工作簿", where=str(place), allowed="快照,或至少一个 .xlsx 或 .xlsm 工作簿")
    if wanted is None:
        raise CreditError("按工作簿测算须给出 --quarter", allowed="如 --quarter 2026Q3")
    figures = choose_policy(place, wanted, None).policy
    with _steps(len(files)) as step:
        return what_if(wanted, figures, other, f"{len(files)}个分公司工作簿", workbook_branches(files, figures, wanted), step), aside


def _found(places: Sequence[Path]) -> "Found":
    from xl_credit.history.finding import find_snapshots, snapshot_paths

    with _steps(len(snapshot_paths(places))) as step:
        return find_snapshots(places, lambda path: step(path.name))


def _chosen(place: Path, quarter: str | None, found: "Found | None") -> "Snapshot":
    """The snapshot named, or the one that stands below the folder; of the quarter, where one is given."""
    from xl_credit.history.store import read_snapshot

    wanted = Quarter.parse(quarter) if quarter else None
    snapshot = found.of(wanted) if found else read_snapshot(place)
    if snapshot is None:
        raise CreditError(f"没有找到{wanted or ''}快照", where=str(place), allowed="regenerate 写出的 快照 文件夹,或其上级")
    if wanted and snapshot.quarter != wanted:
        raise CreditError(f"快照是{snapshot.quarter}的", where=snapshot.name, allowed=f"{wanted}的快照")
    return snapshot


def _say_aside(found: "Found | None") -> None:
    for line in found.aside if found else ():
        say(line, error=True)


@contextmanager
def _steps(total: int) -> Iterator[Callable[[str], None]]:
    from xl_credit.ledger_console import steps

    with steps(total) as step:
        yield step


def _write(format: Format, as_json: Callable[[], str], as_csv: Callable[[], str]) -> None:
    sys.stdout.write(as_json() + "\n" if format is Format.json else as_csv())


def _new_workbook(path: Path | None) -> Path | None:
    if path is None:
        return None
    if path.exists():
        raise CreditError("文件已存在", where=str(path), allowed="换一个文件名")
    if not path.parent.is_dir() or path.suffix.lower() != ".xlsx":
        raise CreditError("写不出结果文件", where=str(path), allowed="现有文件夹中的 .xlsx 文件名")
    return path
