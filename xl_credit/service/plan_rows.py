"""巡访计划 as it stands: whose row is whose, and which rows people have touched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from xl_credit.cells import folded, is_blank, parse_date, parse_date_1904, text
from xl_credit.forms import service_columns as c
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.visit_matching import Planned
from xl_credit.tables import Grid, find_table

_OURS = ("计划编号", "季度", "客户编码")


@dataclass(frozen=True)
class PlanRow:
    """A filled row. ``touched``: people changed day or visitor, wrote beside them, or entered the whole row."""

    row: int
    number: str
    quarter: str
    code: str
    day: date | None
    visitor: str
    touched: bool
    values: dict[str, object]

    @property
    def planned(self) -> Planned | None:
        """As the rules take it; a row without a day or a customer is none."""
        return Planned(folded(self.number) or f"第{self.row}行", self.code, self.day, self.visitor) if self.day and self.code else None


def read_plan(grid: Grid) -> tuple[list[PlanRow], list[Problem]]:
    """Every filled row, and the days in it that are no days; each 计划编号 must be its own."""
    table = find_table(grid, ("计划日期", "巡访人", "客户编码"), [name for name in c.PLAN_ORDER if name not in ("计划日期", "巡访人", "客户编码")])
    parse = parse_date_1904 if grid.date1904 else parse_date
    rows, problems, seen = [], [], {}
    for number, row in table.body():
        values = {name: table.value(row, name) for name in c.PLAN_ORDER}
        if all(is_blank(value) for value in values.values()):
            continue
        days: dict[str, date | None] = {}
        for name in ("计划日期", "建议日期", "实际日期"):
            try:
                days[name] = None if is_blank(values[name]) else parse(values[name])
            except CreditError as error:
                days[name] = None
                problems.append(Problem(c.PLAN, table.cell(number, name), f"{name}{error.found}", error.allowed, "第五条", "该行不计入", folded(values["客户编码"])))
            values[name] = days[name] if days[name] else values[name]
        name = text(values["计划编号"])
        if name and name in seen:
            problems.append(Problem(c.PLAN, table.cell(number, "计划编号"), f"计划编号“{name}”与第{seen[name]}行重复", "每次巡访一个编号", "第五条", "请核对", folded(values["客户编码"])))
        seen.setdefault(name, number)
        rows.append(PlanRow(
            number, name, folded(values["季度"]), folded(values["客户编码"]), days["计划日期"], folded(values["巡访人"]), _touched(values, days), values,
        ))  # fmt: skip
    return rows, problems


def _touched(values: dict[str, object], days: dict[str, date | None]) -> bool:
    by_hand = is_blank(values["建议日期"])  # the tool always says what it proposed
    moved = days["计划日期"] != days["建议日期"] or folded(values["巡访人"]) != folded(values["建议巡访人"])
    return by_hand or moved or any(not is_blank(values[name]) for name in c.PLAN_KEPT)


def visit_number(row: PlanRow) -> int:
    """Which visit of its customer a row is, by its 计划编号; 0 for one that people named themselves."""
    tail = row.number.rpartition("-")[2]
    return int(tail) if tail.isdigit() and row.number == plan_number(row.quarter, row.code, int(tail)) else 0


def plan_number(quarter: Quarter | str, code: str, number: int) -> str:
    """
    >>> plan_number(Quarter(2026, 4), "HD-0003", 2)
    '2026Q4-HD-0003-2'
    """
    return f"{quarter}-{code}-{number}"


def row_values(row: PlanRow) -> list[object]:
    """A row as it stands, under our columns."""
    return [None if is_blank(row.values[name]) else row.values[name] for name in c.PLAN_COLUMNS]


def in_quarter(rows: Sequence[PlanRow], quarter: Quarter) -> list[PlanRow]:
    """The rows of a quarter: by what they say, else by their day."""
    return [one for one in rows if (one.quarter or (one.day and str(Quarter.of(one.day)))) == str(quarter)]


def latest_visitors(rows: Sequence[PlanRow]) -> dict[str, str]:
    """Who visits each customer, by the latest row of the plan."""
    return {one.code: one.visitor for one in sorted(rows, key=lambda one: one.day or date.min) if one.visitor}
