"""Ledger results on the console: what a manager asks first, as tables."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from xl_credit.console import err_console, escape, say, tables_console
from xl_credit.receivables.columns import BRIDGE_COLUMNS
from xl_credit.receivables.output import ageing_records, bridge_records
from xl_credit.receivables.picture import Picture
from xl_credit.receivables.rows import UNAPPLIED
from xl_credit.rules.gates import Verdict
from xl_credit.rules.ledger import yuan

_SHOWN = 40  # customers on the console; --out, --format hold them all


@contextmanager
def steps(total: int) -> Iterator:
    """Progress over the steps of one piece of work; call the result with what is done next."""
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=err_console,
        disable=not err_console.is_terminal, transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task("", total=total)

        def step(what: str) -> None:
            bar.update(task, description=what, advance=1 if bar.tasks[0].description else 0)

        yield step


def show_ageing(picture: Picture) -> None:
    """账龄表: the largest balances, all customers' sums."""
    columns, records, totals = ageing_records(picture)
    shown = [name for name in columns if name not in ("业务员",)]
    table = Table(title="应收账款账龄(元)", caption=escape(picture.method.text), show_footer=True)
    for name in shown:
        is_text = name in ("客户编码", "客户名称")
        table.add_column(name, _text(totals.get(name, ""), name), justify="left" if is_text else "right", no_wrap=not is_text)
    table.columns[0].footer = "合计"
    for record in records[:_SHOWN]:
        table.add_row(*(_text(record[name], name) for name in shown))
    tables_console.print(table)
    if len(records) > _SHOWN:
        say(f"……另有{len(records) - _SHOWN}户,见 --out 的工作簿或 --format csv|json")
    open_yuan = sum(value for name, value in totals.items() if name in columns[3:-5])
    say(f"勾稽:各区间{open_yuan:,.2f} + 未核销{totals['未核销']:,.2f} = 余额{totals['余额']:,.2f}")


def show_bridge(picture: Picture, since: date) -> None:
    """账龄变动: from the end of ``since``, bucket by bucket."""
    table = Table(title=f"账龄变动({since}日终至{picture.as_of},元)")
    for header in BRIDGE_COLUMNS:
        table.add_column(header, justify="left" if header == BRIDGE_COLUMNS[0] else "right", no_wrap=True)
    for record in bridge_records(picture, since):
        table.add_row(*(_text(value, header) for header, value in record.items()), end_section=record[BRIDGE_COLUMNS[0]] == UNAPPLIED)
    tables_console.print(table)


def _text(value: object, name: str) -> str:
    if value is None or isinstance(value, str):
        return escape(value or "")
    if name == "逾期占比":
        return f"{value:.1%}"
    return f"{value:,}" if name == "最长逾期" else f"{value:,.2f}"


def show_verdicts(picture: Picture, verdicts: Sequence[Verdict]) -> None:
    """放行审核: every document in the order in which it took head-room."""
    table = Table(title=f"放行审核({picture.as_of},元)")
    for header in ("单号", "客户", "金额", "应收余额", "授信额度", "可用额度", "决定", "理由与条文"):
        is_text = header in ("单号", "客户", "决定", "理由与条文")
        table.add_column(header, justify="left" if is_text else "right", overflow="fold", no_wrap=not is_text)
    for one in verdicts:
        line = picture.lines[one.document.customer]
        money = (one.document.fen, one.balance_fen, one.standing.limit_fen, one.room_fen)
        reason = f"{one.reason}({one.article})" + (f";{one.exception}" if one.exception else "")
        table.add_row(
            escape(one.document.number), escape(f"{picture.shown(line.code)} {line.name}"), *(f"{yuan(fen):,.2f}" for fen in money),
            one.text, escape(reason),
        )  # fmt: skip
    tables_console.print(table)
