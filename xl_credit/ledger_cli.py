"""The verbs for ledgers: ageing, gate and statement; merged into the command line by :mod:`xl_credit.cli`."""

import sys
import tempfile
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xl_credit.books.places import is_remote, place, real
from xl_credit.cells import folded, parse_date
from xl_credit.console import say, show_problems, writing
from xl_credit.rules.ageing import Allocation, Basis, Method, Recognition
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import Policy
from xl_credit.rules.ledger import cut
from xl_credit.rules.quarter import Quarter

if TYPE_CHECKING:
    from xl_credit.quarter.gate_file import GateFile
    from xl_credit.receivables.ledgers import Ledgers
    from xl_credit.receivables.picture import Picture
    from xl_credit.rules.credit_lines import CreditLine
    from xl_credit.rules.ledger import Account

app = typer.Typer()

PolicyOption = Annotated[Path | None, typer.Option("--policy", help="总部政策文件;默认取来源文件夹或其上级的 政策.xlsx,再无则用示例政策", metavar="文件", parser=place)]
JobsOption = Annotated[int, typer.Option("--jobs", help="同时处理的进程数", min=1, max=61)]
SchedulerOption = Annotated[str, typer.Option("--scheduler", help="改在 Dask 集群上处理:调度器地址,如 tcp://主机:8786(须装附加包 cluster)", metavar="地址")]
BasisOption = Annotated[Basis, typer.Option("--basis", help="账龄起算:due 到期日,shipment 发货日")]
AllocateOption = Annotated[Allocation, typer.Option("--allocate", help="核销:matched 逐笔(按核销单号),fifo 先到期先核销")]
RecogniseOption = Annotated[Recognition, typer.Option("--recognise", help="回款生效:received 按回款日期追溯,allocated 按核销日期")]
Ledger = Annotated[Path, typer.Argument(help="含 发货台账、回款台账 的 .xlsx/.xlsm,或同样列名的 .csv(UTF-8、GB18030)", metavar="文件", parser=place)]
CollectionsOption = Annotated[
    Path | None, typer.Option("--collections", help="另一个文件里的 回款台账;默认取同名的 回款台账 CSV", metavar="文件", parser=place)
]


class Format(StrEnum):
    table = "table"
    json = "json"
    csv = "csv"


def parse_day(text: str, option: str) -> date:
    """A day given on the command line; raises 「--as-of 值为“…”;允许:日期,如 2026-07-01」."""
    try:
        return parse_date(text)
    except CreditError as error:
        raise CreditError(f"{option} {error.found}", allowed="日期,如 2026-09-30") from None


def _opening(since: str | None, as_of: date) -> date | None:
    """The day at whose end a bridge begins; raises 「--since 为…;允许:早于截止日…」."""
    day = parse_day(since, "--since") if since else None
    if day and day >= as_of:
        raise CreditError(f"--since 为{day}", allowed=f"早于截止日{as_of}的日期")
    return day


def new_file(path: Path, source: Path, *others: Path | None) -> Path:
    """Where a result may be written: none of the files it is made from, in a folder that is there."""
    if path.exists() and any(one is not None and real(one) == real(path) for one in (source, *others)):
        raise CreditError("不能写回来源文件", where=str(path), allowed="另一个文件名")
    there = is_remote(path) or path.parent.is_dir()  # an object store has no folders, only names
    if not there or path.suffix.lower() not in (".xlsx", ".xlsm"):
        raise CreditError("写不出结果文件", where=str(path), allowed="现有文件夹中的 .xlsx 文件名")
    wanted = ".xlsx" if source.suffix.lower() == ".csv" else source.suffix.lower()
    if path.suffix.lower() != wanted:
        raise CreditError(f"扩展名与来源{source.suffix}不同", where=path.name, allowed=f"{wanted}文件")
    return path


def _policy(file: Path, day: date, given: Path | None) -> Policy:
    from xl_credit.quarter.finding import choose_policy

    chosen = choose_policy(file.parent, Quarter.of(day), given)
    show_problems(chosen.problems, chosen.file.name if chosen.file else "")
    if chosen.policy.notice:
        say(chosen.policy.notice, error=True)
    return chosen.policy


@app.command()
def ageing(
    file: Ledger,
    as_of: Annotated[str, typer.Option("--as-of", help="截止日,如 2026-09-30;之后的发货和回款不计", metavar="日期")],
    basis: BasisOption = Basis.due,
    allocate: AllocateOption = Allocation.matched,
    recognise: RecogniseOption = Recognition.received,
    since: Annotated[str | None, typer.Option("--since", help="另给出该日日终以来的账龄变动,如年初的 2025-12-31", metavar="日期")] = None,
    collections: CollectionsOption = None,
    policy: PolicyOption = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="输出格式")] = Format.table,
    out: Annotated[Path | None, typer.Option(help="另写一个工作簿:来源的副本,加上 账龄表、账龄明细(--since:账龄变动)", metavar="文件", parser=place)] = None,
    jobs: JobsOption = 1,
    scheduler: SchedulerOption = "",
) -> None:
    """账龄:任一日期,由发货和回款逐笔重建;各区间合计 + 未核销 = 余额。"""
    from xl_credit.forms.template_files import report_template
    from xl_credit.ledger_console import show_ageing, show_bridge, steps
    from xl_credit.quarter.columns import NOTE_LABEL
    from xl_credit.quarter.notes import note_line
    from xl_credit.receivables.output import ageing_csv, ageing_json, write_ageing
    from xl_credit.receivables.picture import Picture
    from xl_credit.receivables.spreading import age_through
    from xl_credit.work.units import How

    method = Method(parse_day(as_of, "--as-of"), basis, allocate, recognise)
    opening = _opening(since, method.as_of)
    figures = _policy(file, method.as_of, policy)
    target = new_file(out, file, collections or _counterpart(file)) if out else None
    with steps(4 if target else 2) as step, tempfile.TemporaryDirectory() as folder:
        step("读取台账")
        picture = Picture(figures, *_read(file, figures, collections), method, age_through(How(jobs, scheduler)))
        step("计算账龄")
        picture.ageings  # noqa: B018 - worked out here, under the progress bar
        if target:
            step("写出工作簿")
            note = (NOTE_LABEL, note_line(figures, Quarter.of(method.as_of)))
            write_ageing(picture, file, report_template(figures, Path(folder)), target, note, opening)
        step("完成")
    if format is Format.table:
        show_ageing(picture)
        if opening:
            show_bridge(picture, opening)
    else:
        sys.stdout.write(ageing_json(picture, opening) + "\n" if format is Format.json else ageing_csv(picture))
    if target:
        say(f"已写出:{target}", error=format is not Format.table)
    show_problems(picture.ledgers.problems, file.name)
    raise typer.Exit(1 if picture.ledgers.problems else 0)


@app.command()
def gate(
    file: Annotated[Path, typer.Argument(help="评级后的分公司工作簿,含 订单台账 或 发货申请", metavar="文件")],
    orders: Annotated[bool, typer.Option("--orders", help="审核 订单台账 中待审的订单(第十一条)")] = False,
    shipments: Annotated[bool, typer.Option("--shipments", help="审核 发货申请 中待审的发货(第十二条)")] = False,
    as_of: Annotated[str | None, typer.Option("--as-of", help="审核日;默认为待审单据中最晚的日期", metavar="日期")] = None,
    ledger: Annotated[Path | None, typer.Option("--ledger", help="台账另在一个工作簿时;默认取旁边的 分公司台账", metavar="文件")] = None,
    previous: Annotated[Path | None, typer.Option("--previous", help="上季工作簿或其文件夹,其中批准的额度仍有效;默认取旁边以上季命名的文件夹", metavar="文件")] = None,
    policy: PolicyOption = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="输出格式")] = Format.table,
    out: Annotated[Path | None, typer.Option(help="另写一个工作簿:来源的副本,加上 放行审核", metavar="文件")] = None,
) -> None:
    """放行审核:按优先级逐单审核额度与期限,放行、裁减、暂停、不予放行或现款。"""
    from xl_credit.forms.template_files import report_template
    from xl_credit.ledger_console import show_verdicts
    from xl_credit.quarter.gate_file import GateFile
    from xl_credit.receivables.output import gate_csv, gate_json

    if orders == shipments:
        raise CreditError("请给出 --orders 或 --shipments 其中一个")
    given, target = parse_day(as_of, "--as-of") if as_of else None, new_file(out, file, ledger) if out else None
    job = GateFile(file, ledger, orders, previous)
    day = given or job.last_day()
    figures = _policy(file, day, policy)
    picture, verdicts, problems = job.decide(figures, day)
    if target:
        with tempfile.TemporaryDirectory() as folder:
            problems = job.write(picture, report_template(figures, Path(folder)), target)
    _say_sources(job, ledger, previous)
    if format is Format.table:
        show_verdicts(picture, verdicts)
    else:
        sys.stdout.write(gate_json(picture, verdicts) + "\n" if format is Format.json else gate_csv(picture, verdicts))
    if target:
        say(f"已写出:{target}", error=format is not Format.table)
    show_problems(problems, file.name)
    raise typer.Exit(1 if problems else 0)


def _say_sources(job: "GateFile", ledger: Path | None, previous: Path | None) -> None:
    """Files that were found and not given are said out loud, and so is it where last quarter's approvals are not known."""
    if job.ledger and not ledger:
        say(f"台账:{job.ledger.name}", error=True)
    if job.past and not previous:
        say(f"上季批准的额度取自:{job.past.parent.name}/{job.past.name}", error=True)
    if job.quarter and not job.past:
        say(f"没有找到{job.quarter.previous.title}的工作簿,那时批准的额度没有计入;请用 --previous 给出", error=True)


@app.command()
def statement(
    file: Ledger,
    as_of: Annotated[str, typer.Option("--as-of", help="对账截止日,如 2026-09-30", metavar="日期")],
    out: Annotated[Path, typer.Option(help="写到的文件夹,每个客户一个工作簿", metavar="文件夹")],
    start: Annotated[str | None, typer.Option("--from", help="对账起始日;默认为截止日所在季度的第一天", metavar="日期")] = None,
    customer: Annotated[list[str] | None, typer.Option("--customer", "-c", help="只要这些客户编码;可多次给出", metavar="编码")] = None,
    collections: CollectionsOption = None,
    policy: PolicyOption = None,
) -> None:
    """对账单:每个客户一个可打印、可寄出的工作簿,期初、逐笔往来、期末、账龄与签章栏。"""
    from xl_credit.forms.statement_file import build_statement, file_names
    from xl_credit.ledger_console import steps
    from xl_credit.receivables.picture import Picture

    end = parse_day(as_of, "--as-of")
    first = parse_day(start, "--from") if start else Quarter.of(end).first_day
    if first > end:
        raise CreditError(f"--from 为{first}", allowed=f"不晚于截止日{end}")
    figures = _policy(file, end, policy)
    picture = Picture(figures, *_read(file, figures, collections), Method(end))
    accounts = _chosen(picture, customer)
    out.mkdir(parents=True, exist_ok=True)
    names = file_names([picture.shown(account.customer) for account in accounts], end)
    with steps(len(accounts)) as step:
        for account, name in zip(accounts, names, strict=True):
            step(picture.shown(account.customer))
            with writing(out / name):
                build_statement(out / name, picture, account, first)
    say(f"已写出{len(accounts)}份对账单:{out}")
    show_problems(picture.ledgers.problems, file.name)
    raise typer.Exit(1 if picture.ledgers.problems else 0)


def _read(file: Path, figures: Policy, collections: Path | None) -> "tuple[Ledgers, dict[str, CreditLine]]":
    """The ledgers, and what is known of their customers' credit; which other files that came from is said once they could be used."""
    from xl_credit.quarter.beside import branch_beside
    from xl_credit.quarter.ledger_file import read_file

    beside, own = branch_beside(file), None if collections else _counterpart(file)
    found = read_file(file, figures, collections or own, beside)
    if own:
        say(f"回款台账:{own.name}", error=True)
    if beside:  # names, salespeople and credit terms stand in it
        say(f"客户资料取自:{beside.name}", error=True)
    return found


def _counterpart(file: Path) -> Path | None:
    from xl_credit.quarter.ledger_file import counterpart

    return counterpart(file)


def _chosen(picture: "Picture", customers: list[str] | None) -> list["Account"]:
    """The customers named; without names, all that owe or moved anything by the day."""
    by_code = {account.customer: account for account in picture.ledgers.accounts}
    if not customers:
        return [account for account in by_code.values() if cut(account, picture.as_of)[1:] != ([], [])]
    missing = [code for code in customers if folded(code) not in by_code]
    if missing:
        raise CreditError(f"台账中没有客户{'、'.join(missing)}", allowed="台账中的客户编码")
    return [by_code[code] for code in dict.fromkeys(map(folded, customers))]
