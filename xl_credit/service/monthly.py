"""第九条, 第十条: a unit's month: its plan marked with what came of it, its grades and proposals renewed, its roll-up made."""

from dataclasses import dataclass
from datetime import date

from xl_credit.books.book import Book
from xl_credit.forms import service_columns as c
from xl_credit.quarter.columns import NOTE_LABEL
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.service_evidence import Advice
from xl_credit.rules.service_figures import ServicePolicy
from xl_credit.rules.visit_matching import Made, match
from xl_credit.service.advice import advise, fill_advice
from xl_credit.service.book import ServiceData, read_service
from xl_credit.service.credit import Credit
from xl_credit.service.earlier import kept_advice
from xl_credit.service.grading import fill_grades, grade_clients, written_grades
from xl_credit.service.plan_rows import PlanRow, latest_visitors, read_plan
from xl_credit.service.planning import note_text, refresh_figures, staff_problems
from xl_credit.service.rollup import Month, Rollup, roll_up
from xl_credit.tables import find_table


@dataclass(frozen=True)
class Monthly:
    """A unit's roll-up and what its records propose for the 评估表."""

    rollup: Rollup
    advice: tuple[Advice, ...]


def month_of_unit(
    book: Book, unit: str, credit: Credit, policy: ServicePolicy, month: Month, as_of: date, replaced: Book | None = None
) -> Monthly:
    """Renew the service workbook's written sheets as of the day and roll its month up; answers in the ``replaced`` result stay."""
    data = read_service(book.grids, policy, unit)
    problems = [*data.problems, *credit.problems, *staff_problems(data, policy)]
    quarter = Quarter.of(month.last)
    rows, wrong = read_plan(book.grid(c.PLAN)) if c.PLAN in book.grids else ([], [])
    grades, _ = grade_clients(data, credit, policy, quarter, as_of)
    note = (NOTE_LABEL, note_text(policy, f"{quarter.title}  截至{as_of}"))
    named = {one.client.code: one.graded.grade.name for one in grades}
    if credit.latest:
        fill_grades(book, grades, credit, as_of, latest_visitors(rows), note)
    else:
        named = written_grades(book)  # without sales to grade by, those given last stand
    mark_plan(book, data, rows, policy, as_of)
    found, doubts = advise(data, credit, policy, quarter, as_of)
    fill_advice(book, data, found, quarter, note, kept_advice(replaced))
    refresh_figures(book, policy)
    return Monthly(roll_up(data, rows, named, credit, policy, month, as_of, [*problems, *wrong, *doubts]), tuple(found))


def mark_plan(book: Book, data: ServiceData, rows: list[PlanRow], policy: ServicePolicy, as_of: date) -> None:
    """实际日期 and 执行情况 beside every planned visit; the rows stay where they are."""
    if not rows:
        return
    table = find_table(book.grid(c.PLAN), ("计划日期", "客户编码"), ("实际日期", "执行情况"))
    planned = [one for one in rows if one.planned]
    made = [Made(one.row, one.code, one.day, one.visitor, one.plan) for one in data.dailies]
    kept, _ = match(policy, [one.planned for one in planned], made, as_of)
    for row, one in zip(planned, kept, strict=True):
        for header, value in (("实际日期", one.made.day if one.made else None), ("执行情况", one.state)):
            if header in table.columns:
                book.sheet(c.PLAN).set(row.row, table.columns[header], value)
