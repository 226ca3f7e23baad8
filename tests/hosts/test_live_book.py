"""The ribbon's commands on an open workbook give the very cells that ``regenerate`` gives on the saved file."""

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.conftest import WORKBOOKS, build_branch, record
from tests.hosts.open_book import OpenBook, OpenHost
from udfs.ribbon import COMMANDS
from xl_credit.books.book import Book
from xl_credit.forms.template_files import RATING, RECEIVABLES, template_path
from xl_credit.hosts.live_commands import OpenWorkbook
from xl_credit.hosts.live_sheet import LiveSheet, plain
from xl_credit.quarter.branch import SHEETS, Job, regenerate_branch
from xl_credit.quarter.columns import CHECKS, RESULTS, ROUTES
from xl_credit.quarter.finding import find_ledgers
from xl_credit.quarter.receivables import LedgerSource
from xl_credit.receivables.columns import AGEING, GATE, REPORTS, STATEMENT
from xl_credit.rules.ageing import Method
from xl_credit.rules.errors import CreditError
from xl_credit.rules.quarter import Quarter

QUARTER = Quarter.parse("2026Q3")


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    for quarter in ("2026Q2", "2026Q3"):
        shutil.copytree(WORKBOOKS / quarter, folder / quarter)
    return folder


def regenerated(company: Path, branch: str, out: Path) -> Path:
    """As the command line does it, with the policy that stands in the workbook (the sample's)."""
    from xl_credit.policy.sample import sample_policy

    source, target = company / "2026Q3" / f"{branch}.xlsx", out / f"{branch}.xlsx"
    ledgers = LedgerSource(template_path(RECEIVABLES), Method(QUARTER.end), find_ledgers(source.parent).get(branch))
    past = company / "2026Q2" / f"{branch}.xlsx"
    result = regenerate_branch(Job(source, target, QUARTER, sample_policy(), template_path(RATING), past, None, (), ledgers))
    assert not result.error
    return target


def bare(value: object) -> object:
    if isinstance(value, datetime):
        return value.date() if value.time() == datetime.min.time() else value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return None if value == "" else value


def cells(rows) -> list[list[object]]:
    """Values as they compare, empty rows and columns at the ends left out."""
    trimmed = [[bare(value) for value in row] for row in rows]
    for row in trimmed:
        while row and row[-1] is None:
            row.pop()
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    return trimmed


def run(book: OpenBook, tag: str) -> tuple[str, OpenHost]:
    host = OpenHost()
    return COMMANDS.by_tag[tag].body(OpenWorkbook(book, host)), host


@pytest.mark.parametrize("branch", ["华东", "华南", "西南"])
def test_the_open_workbook_gets_the_cells_of_the_regenerated_file(company, tmp_path, branch):
    book = OpenBook(company / "2026Q3" / f"{branch}.xlsx")
    said, host = run(book, "rate_book")
    assert said.startswith("2026年第3季度:") and book.active == RESULTS and host.commands == [RESULTS]
    saved = Book(regenerated(company, branch, tmp_path), (*SHEETS, *REPORTS))
    formulas = {AGEING, "账龄变动", "四项目标", "罚息", STATEMENT}  # their totals are worked out by the program that has them open
    for name in (*SHEETS, *REPORTS):
        live, file = cells(book[name].rows()), cells(saved.grid(name).rows)
        if name in formulas:
            live, file = (without_formulas(book, name, rows) for rows in (live, file))
        assert live == file, name


def without_formulas(book: OpenBook, name: str, rows: list[list[object]]) -> list[list[object]]:
    places = book[name].formulas
    kept = [[None if (row, column) in places else value for column, value in enumerate(values, 1)] for row, values in enumerate(rows, 1)]
    return cells(kept)


def test_a_second_run_changes_no_cell(company):
    book = OpenBook(company / "2026Q3" / "华南.xlsx")
    run(book, "rate_book")
    before = {sheet.name: dict(sheet.values) for sheet in book.sheets}
    run(book, "ageing")
    assert book.active == AGEING
    changed = {sheet.name for sheet in book.sheets if cells(sheet.rows()) != cells_of(before[sheet.name])}
    assert changed == set()


def cells_of(values: dict) -> list[list[object]]:
    last = max(row for row, _ in values), max(column for _, column in values)
    return cells([[values.get((row, column)) for column in range(1, last[1] + 1)] for row in range(1, last[0] + 1)])


def test_only_rows_behind_the_table_s_last_are_made_to_look_like_it(company):
    book = OpenBook(company / "2026Q3" / "华南.xlsx")
    _, host = run(book, "rate_book")
    row, first, last = host.extended[RESULTS]
    assert first == row + 1 and last == len(cells(book[RESULTS].rows()))
    _, host = run(book, "rate_book")
    assert host.extended == {}


def test_how_far_it_has_come_is_told_sheet_by_sheet(company):
    book = OpenBook(company / "2026Q3" / "华南.xlsx")
    _, host = run(book, "rate_book")
    read, rate, *writes = host.progress
    assert (read, rate) == ("读取", "评级和账龄") and f"写入 {RESULTS}(" in "".join(writes) and f"写入 {AGEING}(" in "".join(writes)
    assert [text.rpartition("(")[2] for text in writes] == [f"{number}/{len(writes)})" for number in range(1, len(writes) + 1)]


def test_blocks_not_cells_are_written(company):
    book = OpenBook(company / "2026Q3" / "华南.xlsx")
    run(book, "rate_book")
    assert book[RESULTS].writes <= 3 and book["账龄明细"].writes <= 4


def test_people_s_opinions_stay_where_they_are(company):
    book = OpenBook(company / "2026Q3" / "华东.xlsx")
    run(book, "approval_routes")
    opinions = [value for value in book[ROUTES].values.values() if value == "老客户,同意"]
    assert opinions == ["老客户,同意"] and book.active == ROUTES


@pytest.mark.parametrize("tag", [tag for tag, one in COMMANDS.by_tag.items() if tag != "rate_book" and one.group != "客户服务"])
def test_every_command_ends_with_one_line(company, tag):
    book = OpenBook(company / "2026Q3" / "华南.xlsx")
    run(book, "rate_book")
    said, _ = run(book, tag)
    assert said and "\n" not in said


def test_a_workbook_without_ledgers_has_no_ageing_and_says_how_to_get_one(tmp_path):
    book = OpenBook(build_branch(tmp_path / "甲.xlsx", [record("J1")]))
    with pytest.raises(CreditError, match=AGEING):
        run(book, "ageing")
    assert book[RESULTS].rows()  # rated all the same


def test_a_table_without_its_quarter_is_refused_in_one_line(tmp_path):
    book = OpenBook(build_branch(tmp_path / "甲.xlsx", [record("J1")], quarter=""))
    with pytest.raises(CreditError, match="没有写明季度"):
        run(book, "checks")
    assert book[CHECKS].writes == 0


def test_the_list_object_follows_its_rows(company):
    book = OpenBook(company / "2026Q3" / "华南.xlsx")
    run(book, "gate")
    (table,) = book[GATE].tables
    assert table.range.last_cell.row == max(row for row, _ in book[GATE].values)


class TestBlocks:
    def test_neighbours_make_one_block_and_gaps_make_two(self):
        sheet = LiveSheet()
        for row in (5, 6, 7):
            for column in (0, 1, 3):
                sheet.set(row, column, row * 10 + column)
        assert sorted(sheet.blocks()) == [(5, 0, [[50, 51], [60, 61], [70, 71]]), (5, 3, [[53], [63], [73]])]

    def test_a_missing_row_parts_a_block(self):
        sheet = LiveSheet()
        for row in (1, 2, 4):
            sheet.set(row, 0, row)
        assert sorted(sheet.blocks()) == [(1, 0, [[1], [2]]), (4, 0, [[4]])]

    def test_the_last_value_of_a_cell_counts(self):
        sheet = LiveSheet()
        sheet.set(1, 0, "a")
        sheet.set(1, 0, "b")
        assert list(sheet.blocks()) == [(1, 0, [["b"]])]

    def test_values_are_such_as_every_program_takes(self):
        from decimal import Decimal

        assert [plain(value) for value in (Decimal("1.50"), Decimal(3), date(2026, 9, 30), "x", None)] == [1.5, 3, datetime(2026, 9, 30), "x", None]
