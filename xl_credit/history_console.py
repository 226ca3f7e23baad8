"""Quarters gone by on the console, as tables."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from rich.table import Table

from xl_credit.console import escape, say, tables_console
from xl_credit.history import whatif_tables as tables
from xl_credit.history.rerun import DIFFERENCE_COLUMNS, Rerun
from xl_credit.history.sources import SAME, SOURCE_COLUMNS
from xl_credit.history.store import Snapshot
from xl_credit.history.whatif import WhatIf
from xl_credit.quarter.record import Cell

_SHOWN = 40  # rows on the console; --format and --out have them all
_PATH = ("季度", "分公司", "得分", "级别", "变动", "赊欠限额", "建议额度", "评级状态", "余额", "逾期", "原因", "政策")
_MOVED = ("分公司", "客户编码", "客户名称", "变动", "现行级别", "对比级别", "现行建议额度", "对比建议额度", "对比终审", "原因")
_FIGURES = {"得分", "赊欠限额", "建议额度", "余额", "逾期", "现行建议额度", "对比建议额度"}
_YUAN = {"余额", "逾期"}


def show_path(records: Sequence[Mapping[str, object]]) -> None:
    """The path of one customer: 万元, receivables in 元."""
    last = records[-1]
    title = f"客户历史:{last['客户编码']} {last['客户名称']}(额度为万元,应收为元)"
    _show(title, _PATH, [[one[name] for name in _PATH] for one in records], folding=("原因", "政策"))


def show_rerun(snapshot: Snapshot, outcome: Rerun, sources: Sequence[Sequence[Cell]]) -> None:
    """The differences, if any, and the sources that are not what they were."""
    if outcome.differences:
        _show("与快照的差异", DIFFERENCE_COLUMNS, outcome.differences, folding=("快照", "重算"))
    say(f"{snapshot.name}:{outcome.customers}户按{snapshot.policy_text}重新评级,差异{len(outcome.differences)}处", error=bool(outcome.differences))
    if sources:
        other = [one for one in sources if one[2] != SAME]
        if other:
            _show("来源文件", SOURCE_COLUMNS, other, folding=("所在",))
        say(f"来源文件{len(sources)}个,相符{len(sources) - len(other)}个", error=bool(other))


def show_whatif(found: WhatIf) -> None:
    """Levels before and after, the matrix, the budget, the approvals, and who would move."""
    say(f"{found.quarter.title}换政策测算({found.basis})")
    say(f"现行:{tables.policy_line(found.policy)}")
    say(f"对比:{tables.policy_line(found.other)}")
    _show("级别分布(限额和额度为万元)", tables.LEVEL_COLUMNS, tables.level_rows(found))
    _show("变动矩阵(户)", *tables.matrix_rows(found))
    _show("预算与审批", tables.BUDGET_COLUMNS, tables.budget_rows(found))
    _show("审批汇总", tables.APPROVAL_COLUMNS, tables.approval_rows(found))
    places = [tables.SHIFT_COLUMNS.index(name) for name in _MOVED]
    rows = [[row[place] for place in places] for row in tables.shift_rows(found)]
    if rows:
        _show("变动客户", _MOVED, rows, folding=("原因",))
    levels = sum(one.is_of_level for one in found.shifts)
    say(f"级别变动{levels}户,只有额度或终审变动{len(found.shifts) - levels}户")


def _show(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], folding: Sequence[str] = ()) -> None:
    table = Table(title=escape(title))
    for place, name in enumerate(columns):
        is_figure = name in _FIGURES or (place > 0 and bool(rows) and all(isinstance(row[place], int | Decimal) for row in rows))
        table.add_column(name, justify="right" if is_figure else "left", overflow="fold", no_wrap=name not in folding and not is_figure)
    for row in rows[:_SHOWN]:
        table.add_row(*(_text(value, name) for value, name in zip(row, columns, strict=True)))
    tables_console.print(table)
    if len(rows) > _SHOWN:
        say(f"……另有{len(rows) - _SHOWN}行,见 --format csv|json 或 --out 的工作簿")


def _text(value: object, name: str) -> str:
    if value is None:
        return "—"
    if isinstance(value, str):
        return escape(value)
    return f"{value:,.2f}" if name in _YUAN else f"{value:,}"
