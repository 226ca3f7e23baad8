"""The ribbon's commands in a running LibreOffice Calc: the cells that ``regenerate`` writes, one undo step, nothing of people's lost."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import WORKBOOKS, build_branch, record
from tests.hosts.calc_desk import Desk, desk
from tests.hosts.open_book import OpenBook
from tests.hosts.test_live_book import bare, cells, regenerated
from udfs.ribbon import COMMANDS
from xl_credit.cells import serial
from xl_credit.hosts import calc_command
from xl_credit.quarter.branch import SHEETS
from xl_credit.quarter.columns import EVALUATION, POLICY_COPY, RESULTS, ROUTES
from xl_credit.receivables.columns import AGEING, GATE, LEDGERS, REPORTS

pytestmark = [pytest.mark.host, pytest.mark.xdist_group("calc")]


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("calc company")
    for quarter in ("2026Q2", "2026Q3"):
        shutil.copytree(WORKBOOKS / quarter, folder / quarter)
    return folder


@pytest.fixture(scope="module")
def calc(tmp_path_factory) -> Iterator[Desk]:
    with desk(tmp_path_factory.mktemp("calc")) as running:
        yield running


def without(rows, places: dict[tuple[int, int], str]) -> list[list[object]]:
    """Values but for formulas, as Calc gives them over its bridge: days and truth values are numbers there."""
    return cells(
        [None if (row, column) in places else bridged(value) for column, value in enumerate(line, 1)] for row, line in enumerate(rows, 1)
    )


def bridged(value: object) -> object:
    value = bare(value)
    return float(serial(value)) if isinstance(value, date) else float(value) if isinstance(value, bool) else value


def everything(calc: Desk) -> dict[str, list]:
    return {name: cells(calc.used(name)) for name in calc.sheets()}


@pytest.mark.parametrize("branch", ["华东", "华南", "西南"])
def test_the_open_workbook_gets_the_cells_of_the_regenerated_file(calc, company, tmp_path, branch):
    wanted = OpenBook(regenerated(company, branch, tmp_path))
    calc.show(company / "2026Q3" / f"{branch}.xlsx")
    assert calc.command("rate_book").startswith("评级本簿:2026年第3季度")
    assert calc.active() == RESULTS and not calc.locked()
    compared = [sheet.name for sheet in wanted.sheets if sheet.name in {*SHEETS, *LEDGERS, *REPORTS}]
    assert {RESULTS, ROUTES, AGEING, GATE} <= {*compared}
    for name in compared:
        places = wanted[name].formulas
        assert without(calc.used(name), places) == without(wanted[name].rows(), places), name


def test_a_command_is_one_undo_step_and_undoing_it_gives_every_cell_back(calc, tmp_path):
    calc.show(build_branch(tmp_path / "撤销.xlsx", [record("K1"), record("K2"), record("K3")]))
    before = {name: without(calc.used(name), {}) for name in calc.sheets()}
    calc.command("rate_book")
    after = everything(calc)
    assert calc.undo_titles() == [RESULTS] and after[RESULTS] != before[RESULTS]
    calc.undo()
    assert {name: cells(calc.used(name)) for name in before} == before
    calc.redo()
    assert {name: cells(calc.used(name)) for name in before} == {name: after[name] for name in before}


def test_a_second_run_changes_no_cell(calc, company):
    calc.show(company / "2026Q3" / "华东.xlsx")
    calc.command("rate_book")
    before = everything(calc)
    calc.command("rate_book")
    assert everything(calc) == before


def test_new_rows_look_like_those_that_were_there(calc, company):
    calc.show(company / "2026Q3" / "华南.xlsx")
    plain = calc.look(RESULTS, "P70")
    calc.command("rate_book")
    assert calc.used(RESULTS)[69][0] and calc.look(RESULTS, "P70") == calc.look(RESULTS, "P5") != plain
    assert calc.used(RESULTS)[69] != calc.used(RESULTS)[4]


def test_people_s_opinions_and_comments_stay(calc, company):
    calc.show(company / "2026Q3" / "华东.xlsx")
    places = [(row, column) for row, line in enumerate(calc.used(ROUTES)) for column, value in enumerate(line) if value == "老客户,同意"]
    calc.note(RESULTS, "C5", "问过业务员")
    calc.command("approval_routes")
    assert len(places) == 1 and [value for line in calc.used(ROUTES) for value in line].count("老客户,同意") == 1
    assert "问过业务员" in calc.notes(RESULTS) and calc.active() == ROUTES


def test_text_that_looks_like_a_formula_stays_text(calc, tmp_path):
    path = build_branch(tmp_path / "文字.xlsx", [record("=1+1"), record("007"), record("+甲"), record("1E5")])
    calc.show(path)
    assert calc.command("rate_book").startswith("评级本簿")
    codes = {line[0] for line in calc.used(RESULTS)}
    assert {"=1+1", "007", "+甲", "1E5"} <= codes
    first = next(row for row, line in enumerate(calc.used(RESULTS), 1) if line[0] == "=1+1")
    assert calc.texts(RESULTS, f"A{first}:A{first + 3}") == [True] * 4


def test_after_a_failure_the_workbook_is_as_it_was_and_one_line_says_why(calc, company):
    calc.show(company / "2026Q3" / "华南.xlsx")
    row, column = next((row, column) for row, line in enumerate(calc.used(EVALUATION)) for column, value in enumerate(line) if value == "季度")
    calc.put(EVALUATION, f"{chr(66 + column)}{row + 1}", [["第三季"]])
    before = everything(calc)
    said = calc.command("rate_book")
    assert "第三季" in said and "\n" not in said
    after = everything(calc)
    assert {name: after[name] for name in before} == before and not calc.locked() and calc.said()


@pytest.mark.parametrize("tag", [tag for tag, one in COMMANDS.by_tag.items() if one.group != "客户服务"])
def test_every_command_says_one_line_under_its_own_name(calc, company, tag):
    calc.show(company / "2026Q3" / "西南.xlsx")
    said = calc.command(tag)
    assert said.startswith(f"{COMMANDS.by_tag[tag].label}:") and "\n" not in said and calc.said()
    if tag == "open_policy":
        assert calc.active() == POLICY_COPY


def test_a_click_while_a_command_is_under_way_does_nothing(monkeypatch):
    seen = []

    def run(context: object, tag: str) -> str:
        seen.append(tag)
        return f"{tag}:{calc_command.run(context, 'again')}"

    monkeypatch.setattr(calc_command, "_run", run)
    assert [calc_command.run(None, tag) for tag in ("one", "two")] == ["one:", "two:"] and seen == ["one", "two"]


def test_a_command_by_another_name_is_refused(calc):
    calc.show()
    assert calc.command("drop_all").startswith("没有命令“drop_all”")


def test_a_workbook_without_the_table_is_refused_in_one_line(calc):
    calc.show()
    said = calc.command("rate_book")
    assert "没有工作表“评估表”" in said and calc.sheets() == ["Sheet1"]


def test_charts_come_in_with_the_sheets_of_receivables(calc, company):
    calc.show(company / "2026Q3" / "华南.xlsx")
    calc.command("ageing")
    assert calc.active() == AGEING and calc.charts(AGEING) == 1
