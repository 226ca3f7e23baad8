"""岗位职责: a unit's service workbook made anew for one role: everything in it, and only that role's cells open."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from xl_credit.books.book import Book
from xl_credit.books.fill import Fill
from xl_credit.cells import is_blank, parse_date, parse_date_1904
from xl_credit.forms import service_columns as c
from xl_credit.forms.service_look import is_date
from xl_credit.forms.service_workbook import build_service_workbook
from xl_credit.rules.errors import CreditError
from xl_credit.rules.service_figures import ServicePolicy
from xl_credit.service.book import INPUTS, WRITTEN
from xl_credit.service.work import read_grids_of
from xl_credit.tables import Grid, find_table, is_blank_row

_LONG = ("依据", "列入原因", "客户名称")
_WRITTEN = {c.GRADES: c.GRADE_COLUMNS, c.PLAN: c.PLAN_ORDER, c.ADVICE: (*c.ADVICE_COLUMNS, *c.ADVICE_KEPT)}


def hand_out(source: Path, out: Path, policy: ServicePolicy, branch: str, role: str | None) -> None:
    """Write ``out`` with all lists of ``source``. Raises where a list lacks its columns: nothing is left out in silence."""
    grids = read_grids_of(source)
    records = {name: _records(grids[name], name, policy) for name in INPUTS if name in grids}
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / out.name
        build_service_workbook(made, policy, branch=branch, role=role, records=records, spare_share=25)
        book = Book(made, WRITTEN)
        for name, columns in _WRITTEN.items():
            rows = _rows(grids[name], columns) if name in grids else []
            if rows:
                mark, wrapped = ("备注" if name == c.PLAN else "依据", ""), tuple(header for header in _LONG if header in columns)
                book.fill(name, Fill(columns[:1], columns, rows, mark, wrapped=wrapped, keeps_length=True))
        book.save(out)


def _records(grid: Grid, name: str, policy: ServicePolicy) -> list[Mapping[str, object]]:
    columns = c.survey_columns(policy.survey_items) if name == c.SURVEYS else c.LAYOUT[name]
    required = c.REQUIRED[name]
    table = find_table(grid, required, [header for header in columns if header not in required])
    there = [header for header in columns if header in table.columns]
    places = [table.columns[header] for header in required]
    return [
        {header: _value(grid, header, table.value(row, header)) for header in there}
        for _, row in table.body() if not is_blank_row(row, places)
    ]  # fmt: skip


def _rows(grid: Grid, columns: Sequence[str]) -> list[list[object]]:
    table = find_table(grid, columns)
    places = [table.columns[name] for name in columns]
    return [[_value(grid, name, table.value(row, name)) for name in columns] for _, row in table.body() if not is_blank_row(row, places)]


def _value(grid: Grid, header: str, value: object) -> object:
    """A day as a day, whatever the cell's format has become; what is no day stays as it was written."""
    if is_blank(value):
        return None
    if not is_date(header):
        return value
    try:
        return (parse_date_1904 if grid.date1904 else parse_date)(value)
    except CreditError:
        return value
