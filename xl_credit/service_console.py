"""Results of customer service on the console: what a supervisor asks first, as tables."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table

from xl_credit.console import escape, tables_console

if TYPE_CHECKING:
    from xl_credit.service.planning import Planning
    from xl_credit.service.rollup import Rollup
    from xl_credit.service.work import Work


def show_plans(results: "Sequence[Planning]", work: "Work") -> None:
    """巡访计划: a row a unit: customers by grade, visits, and who makes how many."""
    grades = [one.name for one in work.policy.grades]
    table = Table(title=f"{results[0].quarter.title}巡访计划")
    for header in ("单位", "客户", *grades, "巡访次数", "其中已改动", "巡访人(次)", "问题"):
        table.add_column(header, justify="left" if header in ("单位", "巡访人(次)") else "right")
    for one in results:
        counts = Counter(grade.graded.grade.name for grade in one.grades)
        loads = "、".join(f"{name}{count}" for name, count in sorted(one.loads.items()))
        cells = (len(one.grades), *(counts[name] for name in grades), len(one.visits) + len(one.kept), len(one.kept))
        table.add_row(escape(one.unit), *map(str, cells), escape(loads), str(len(one.problems)))
    tables_console.print(table)


def show_reports(rollups: "Sequence[Rollup]") -> None:
    """每月巡访情况报告书: the front page's figures, a row a unit."""
    from xl_credit.service.report_rows import tiles

    shown = ("计划巡访", "完成", "迟访", "未访", "计划外", "日报", "迟报", "意见条数", "未解决", "紧急报告", "新增投诉", "满意度")
    table = Table(title=f"{rollups[0].month.title}巡访情况")
    for header in ("单位", *shown, "问题"):
        table.add_column(header, justify="right" if header != "单位" else "left")
    for label, mine in [*((one.unit, [one]) for one in rollups), ("合计", list(rollups))]:
        found = tiles(mine)
        cells = ("—" if found[name] is None else str(found[name]) for name in shown)
        table.add_row(escape(label), *cells, str(sum(len(one.problems) for one in mine)))
    tables_console.print(table)


def show_urgents(rollups: "Sequence[Rollup]") -> None:
    """第十一条: at once to whoever answers, with the day."""
    table = Table(title="巡访紧急报告")
    for header in ("单位", "编号", "报告日期", "客户", "事项", "受理", "答复期限", "情况"):
        table.add_column(header, overflow="fold")
    for rollup in rollups:
        for one in rollup.urgents:
            who = f"{one.matter.role} {one.person or '(人员表未登记)'}"
            cells = (rollup.unit, one.report.number, str(one.report.day), rollup.data.name_of(one.report.code), one.matter.name, who, str(one.term.due))
            table.add_row(*map(escape, cells), one.term.state(rollup.as_of))
    if table.row_count:
        tables_console.print(table)


