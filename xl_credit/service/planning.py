"""第四条(1)(2), 第五条: the quarter's visits proposed in a service workbook; rows that people touched stay as and where they are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from xl_credit.books.book import Book
from xl_credit.books.fill import Fill
from xl_credit.books.kept import Kept
from xl_credit.cells import folded, text
from xl_credit.forms import service_columns as c
from xl_credit.policy.service import figure_rows
from xl_credit.quarter.columns import NOTE_LABEL
from xl_credit.rules.errors import Problem
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.service_figures import ServicePolicy
from xl_credit.rules.service_staff import CLERK, LEAD, Person, shortfall, technicians
from xl_credit.rules.visits import Fixed, Visit, Visited, overloaded, plan_visits
from xl_credit.service.book import ServiceData, read_service
from xl_credit.service.credit import Credit
from xl_credit.service.earlier import kept_plan, with_earlier
from xl_credit.service.grading import ClientGrade, fill_grades, grade_clients
from xl_credit.service.plan_rows import PlanRow, in_quarter, plan_number, read_plan, row_values, visit_number
from xl_credit.tables import Grid, find_table, is_blank_row

_GONE = "本季不再列入"


@dataclass(frozen=True)
class Planning:
    """What came of a unit's plan. ``kept`` are the rows of the quarter that people had touched."""

    unit: str
    quarter: Quarter
    grades: tuple[ClientGrade, ...]
    visits: tuple[Visit, ...]
    kept: tuple[PlanRow, ...]
    loads: Mapping[str, int]
    problems: tuple[Problem, ...] = field(default=())


def plan_quarter(
    book: Book, unit: str, credit: Credit, policy: ServicePolicy, quarter: Quarter, as_of: date, replaced: Book | None = None
) -> Planning:
    """Bring 客户档案, 服务分级, 巡访要点 and 巡访计划 up to date for the quarter; ``as_of`` is the day whose concerns count.

    What people changed in the result that is ``replaced`` counts as if they had changed it here.
    """
    add_rated_clients(book, credit)
    data = read_service(_grids(book), policy, unit)
    problems = [*data.problems, *credit.problems, *staff_problems(data, policy)]
    grades, found = grade_clients(data, credit, policy, quarter, as_of)
    rows, wrong = read_plan(book.grid(c.PLAN))
    rows = with_earlier(rows, replaced)
    problems += [*found, *wrong]
    visits, kept, more = _propose(data, grades, policy, quarter, in_quarter(rows, quarter))
    problems += more
    note = (NOTE_LABEL, note_text(policy, f"{quarter.title}  分级至{as_of}"))
    visitors = {one.code: one.visitor for one in visits}
    fill_grades(book, grades, credit, as_of, visitors, note)
    _fill_plan(book, data, rows, kept, visits, quarter, note, kept_plan(replaced))
    problems += fill_focus(book, data, quarter)
    refresh_figures(book, policy)
    loads = Counter(one.visitor for one in visits) + Counter(one.visitor for one in kept if one.visitor)
    days = [(one.visitor, one.day) for one in (*visits, *kept) if one.day and one.visitor]
    for (person, day), count in overloaded(policy, days).items():
        problems.append(Problem(c.PLAN, "", f"{person}{day}有{count}次巡访", f"每人每日不超过{policy.visits_per_day}次", "第四条(2)", "请调整或增加巡访人"))
    return Planning(unit, quarter, tuple(grades), tuple(visits), tuple(kept), loads, tuple(problems))


def note_text(policy: ServicePolicy, what: str) -> str:
    line = f"{NOTE_LABEL}{what}  服务政策:{policy.version}"
    return f"{line}  {policy.notice}" if policy.notice else line


def _grids(book: Book) -> dict[str, Grid]:
    return {name: book.grids[name] for name in book.grids}


def add_rated_clients(book: Book, credit: Credit) -> None:
    """第四条(3)①: customers that are rated and not in 客户档案 follow at its end, with what the 评估表 says of them."""
    if not credit.latest or c.CLIENTS not in book.grids:
        return
    table = find_table(book.grid(c.CLIENTS), ("客户编码", "客户名称"), ("业务员", "首次交易日期"))
    columns = ("客户编码", "客户名称", *(name for name in ("业务员", "首次交易日期") if name in table.columns))
    places = [table.columns[name] for name in columns]
    present = [[table.value(row, name) for name in columns] for _, row in table.body() if not is_blank_row(row, places)]
    known = {folded(row[0]) for row in present}
    new = [dict(zip(("客户编码", "客户名称", "业务员", "首次交易日期"), names, strict=True)) for code, names in credit.latest.names.items() if code not in known]
    if not new:
        return
    numbers = {number for number, row in table.body() if not is_blank_row(row, places)}
    rows = [[None if value == "" else value for value in row] for row in present] + [[one[name] or None for name in columns] for one in new]
    book.fill(c.CLIENTS, Fill(("客户编码",), columns, rows, ("客户名称", ""), pinned=numbers, keeps_length=True))
    _grow_grid(book, columns, table.columns, table.header, rows[len(present):], max(numbers, default=table.header + 1))


def _grow_grid(book: Book, columns: Sequence[str], places: Mapping[str, int], header: int, rows: Sequence[Sequence[object]], last: int) -> None:
    """What was just added is read with the rest."""
    grid = book.grids[c.CLIENTS]
    body = [list(row) for row in grid.rows]
    for number, values in enumerate(rows, last):
        while number >= len(body):
            body.append([None] * len(body[header]))
        for name, value in zip(columns, values, strict=True):
            body[number][places[name]] = value
    book.grids[c.CLIENTS] = Grid(grid.name, body, grid.date1904)


def staff_problems(data: ServiceData, policy: ServicePolicy) -> list[Problem]:
    """第七条: technicians of each region; 任职条件 of each person."""
    found = []
    if not data.people:
        return found
    regions = dict.fromkeys(one.region for one in data.clients if one.region)
    for one in technicians(policy, data.people, regions):
        if one.missing:
            found.append(Problem(c.PEOPLE, "", f"地区“{one.region}”有技术人员{one.there}名", f"每地区{one.wanted}名", "第七条", f"缺{one.missing}名"))
    for person in data.people:
        lacks = shortfall(policy, person)
        if lacks:
            found.append(Problem(c.PEOPLE, person.where.partition("!")[2], f"{person.name}({person.role}){lacks}", "任职条件", "任职条件", "请核对"))
    return found


def visitors_of(people: Sequence[Person], regions: Sequence[str]) -> dict[str, list[str]]:
    """第四条(2): who may be sent to a region: its own 专员, else those without a region, else its 主管."""
    found = {}
    for region in dict.fromkeys(regions):
        for role in (CLERK, LEAD):
            own = [one.name for one in people if one.role == role and one.region == region]
            found[region] = own or [one.name for one in people if one.role == role and not one.region]
            if found[region]:
                break
    return found


def _propose(
    data: ServiceData, grades: Sequence[ClientGrade], policy: ServicePolicy, quarter: Quarter, present: Sequence[PlanRow]
) -> tuple[list[Visit], list[PlanRow], list[Problem]]:
    kept = [one for one in present if one.touched or one.values["实际日期"]]
    near = visitors_of(data.people, [data.region_of(one.client.code) for one in grades])
    customers, problems = [], []
    for one in grades:
        client, region = one.client, data.region_of(one.client.code)
        visitor = folded(client.visitor)
        if not visitor and not near.get(region):
            allowed = "在人员表登记该地区的客户服务专员,或指定巡访人"
            problems.append(Problem(c.CLIENTS, client.where, f"地区“{region}”没有巡访人", allowed, "第四条(2)", "未列入计划", client.written))
            continue
        customers.append(Visited(client.code, client.name, region, one.graded.grade, visitor, one.concerns, one.more))
    fixed = [Fixed(one.code, visit_number(one), one.day, one.visitor) for one in kept]
    return plan_visits(policy, quarter, customers, near, fixed), kept, problems


def _fill_plan(
    book: Book, data: ServiceData, rows: Sequence[PlanRow], kept: Sequence[PlanRow], visits: Sequence[Visit], quarter: Quarter, note: tuple[str, str],
    carried: Kept,
) -> None:  # fmt: skip
    """Rows of other quarters and rows that people touched as they stand, then what is proposed."""
    of_quarter = set(map(id, in_quarter(rows, quarter)))
    stays = [one for one in rows if id(one) not in of_quarter] + list(kept)
    standing = [row_values(one) for one in sorted(stays, key=lambda one: (not one.row, one.row, one.number)) if one.number]
    proposed = [_visit_row(data, one, quarter) for one in visits]
    fill = Fill(
        ("计划编号",), c.PLAN_COLUMNS, [*standing, *proposed], ("执行情况", _GONE), c.PLAN_KEPT, carried, wrapped=("列入原因", "客户名称"),
        pinned={one.row for one in stays if one.row}, keeps_length=True,
    )  # fmt: skip
    book.fill(c.PLAN, fill)
    book.write_beside(c.PLAN, *note)


def _visit_row(data: ServiceData, one: Visit, quarter: Quarter) -> list[object]:
    return [
        plan_number(quarter, one.code, one.number), str(quarter), f"{one.day:%Y-%m}", data.shown(one.code), one.name or None, one.region or None, one.grade,
        f"{one.number}/{one.of}", one.day, one.visitor, one.reason, one.day, one.visitor, None, None,
    ]  # fmt: skip


def fill_focus(book: Book, data: ServiceData, quarter: Quarter) -> list[Problem]:
    """第五条: 年度, 季度 and 月度 lines for the quarter, for people to fill; what is missing in the quarter's own is a problem."""
    if c.FOCUS not in book.grids:
        return []
    months = [f"{quarter.year}-{quarter.number * 3 - left:02d}" for left in (2, 1, 0)]
    wanted = [("年度", str(quarter.year)), ("季度", str(quarter)), *(("月度", month) for month in months)]
    table = find_table(book.grid(c.FOCUS), ("层次", "期间"))
    places = list(table.columns.values())
    present = [(text(table.value(row, "层次")), text(table.value(row, "期间"))) for _, row in table.body() if not is_blank_row(row, places)]
    numbers = {number for number, row in table.body() if not is_blank_row(row, places)}
    known = {(folded(level), folded(period).upper()) for level, period in present}
    new = [list(pair) for pair in wanted if pair not in known]
    if new:
        book.fill(c.FOCUS, Fill(("层次", "期间"), ("层次", "期间"), [*map(list, present), *new], ("期间", ""), pinned=numbers, keeps_length=True))
    mine = next((one for one in data.focus if (one.level, one.period) == ("季度", str(quarter))), None)
    names = ("重点推销商品", "重点调查项目", "特别调查项目", "具体巡访活动安排")
    values = (mine.goods, mine.surveys, mine.special, mine.arrangement) if mine else ("",) * len(names)
    missing = [name for name, value in zip(names, values, strict=True) if not value]
    if missing:
        return [Problem(c.FOCUS, "", f"{quarter.title}的{'、'.join(missing)}没有填写", "计划内容须包括的四项", "第五条", "请主管填写并报批")]
    return [] if mine.approved else [Problem(c.FOCUS, "", f"{quarter.title}的巡访要点尚未批准", "上级批准", "第五条", "请报批")]


def refresh_figures(book: Book, policy: ServicePolicy) -> None:
    """参数: the figures that the sheets' formulas look up are those of the policy in force."""
    if c.FIGURES not in book.grids:
        return
    table, rows = find_table(book.grid(c.FIGURES), c.FIGURE_COLUMNS), figure_rows(policy)
    present = [[text(table.value(row, name)) for name in c.FIGURE_COLUMNS] for _, row in table.body()]
    if [row for row in present if any(row)] != [[text(value) for value in row] for row in rows]:
        book.fill(c.FIGURES, Fill(("键",), c.FIGURE_COLUMNS, rows, ("文字", "已不采用")))
