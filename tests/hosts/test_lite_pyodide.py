"""main.py run for real: in the Pyodide that Lite runs, under Node, without a network, against the package in CPython."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import ROOT, build_branch, record
from tests.forms.boundary import Drawer
from tests.hosts.lite_cases import QUARTER, calls
from tests.hosts.lite_running import prepare, run_bare, run_pyodide
from tests.hosts.test_lite_bundle import differences
from xl_credit.books.book import Book
from xl_credit.books.list_objects import list_object_at
from xl_credit.hosts.lite_bundle import bundle
from xl_credit.hosts.lite_package import PYODIDE_VERSION, XLWINGS_VERSION
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.columns import EVALUATION, POLICY_COPY, RESULT_COLUMNS, RESULTS, ROUTES
from xl_credit.tables import find_table

_PACKAGES = ("pyodide", "pyodide-314")  # the one named in the workbook, and the newest that Lite offers


@pytest.fixture(scope="module")
def rated(tmp_path_factory) -> tuple[Path, Path]:
    """A branch's workbook of many kinds of customers, some with faults, before and after ``regenerate``."""
    from tests.conftest import run_cli

    folder = tmp_path_factory.mktemp("lite")
    drawn = Drawer(sample_policy(), QUARTER, seed=11).rows()[::6]
    source = build_branch(folder / "来源" / "分公司.xlsx", [record("00012"), record("=1+1"), record("1E5"), *drawn])
    done = run_cli("regenerate", source.parent, "--quarter", "2026Q3", "--out", folder / "结果")
    assert done.code in (0, 1), done.err
    return source, folder / "结果" / source.name


@pytest.fixture(scope="module", params=_PACKAGES)
def answers(request, tmp_path_factory, rated) -> dict:
    asked = [("rate_book", as_open(rated[0])), ("open_policy", as_open(rated[0])), ("about", as_open(rated[0])), ("rate_book", {"别的表": [[["甲"]], []]})]
    return run_pyodide(prepare(tmp_path_factory.mktemp("lite") / "work", bundle(), calls(), asked), request.param)


def as_open(path: Path, names: tuple[str, ...] = (EVALUATION, RESULTS, ROUTES, POLICY_COPY)) -> dict:
    """The workbook's sheets as a program that has it open shows them: cells, and where the list objects lie."""
    book, sheets = Book(path, names), {}
    for name in names:
        headers = ("类别",) if name == POLICY_COPY else ("客户编码",)
        item = list_object_at(book.package, book.sheets.find(name).part, find_table(book.grid(name), headers))
        reaches = [[[item.first_row, item.first_column + 1], [item.last_row, item.last_column + 1]]] if item else []
        sheets[name] = [[[shown(cell) for cell in row] for row in book.grid(name).rows], reaches]
    return sheets


def shown(cell: object) -> object:
    if isinstance(cell, date):
        return {"date": datetime(cell.year, cell.month, cell.day).isoformat()}
    assert not isinstance(cell, timedelta)
    return None if cell == "" else cell


def body(rows: list, upto: int) -> list:
    """The rows of 评级结果 from its header on, whole numbers alike however they are kept, empty ends left away."""
    at = next(number for number, row in enumerate(rows) if row and row[0] == RESULT_COLUMNS[0])
    lines = [[int(cell) if isinstance(cell, float) and cell.is_integer() else cell for cell in row[:upto]] for row in rows[at:]]
    return [line for line in lines if any(cell is not None for cell in line)]


@pytest.mark.host
def test_every_function_gives_the_very_same_cells_in_pyodide(answers):
    assert sum(len(said) * len(said[0]) for said in answers["called"]) > 20_000
    assert differences(answers, calls()) == []


@pytest.mark.host
def test_xlwings_itself_is_there_and_is_the_one_named_in_the_workbook(answers):
    assert answers["xlwings"] == XLWINGS_VERSION


@pytest.mark.host
def test_how_soon_the_functions_are_ready_is_told(answers, record_property):
    for name, seconds in answers["seconds"].items():
        record_property(name, seconds)
    assert answers["seconds"].keys() == {"pyodide", "xlwings", "main", "calls"} and all(seconds > 0 for seconds in answers["seconds"].values())


@pytest.mark.host
def test_rating_the_open_workbook_gives_the_cells_that_regenerate_writes(answers, rated):
    done, expected = answers["scripts"][0], as_open(rated[1])
    assert done["alerts"] == [] and done["active"] == RESULTS
    ours, theirs = body(done["cells"][RESULTS], len(RESULT_COLUMNS)), body(expected[RESULTS][0], len(RESULT_COLUMNS))
    assert len(ours) > 60 and ours == theirs
    assert done["tables"][RESULTS] == expected[RESULTS][1]
    assert [row for row in done["cells"][RESULTS][:4] if row[0]] == [row[: len(done["cells"][RESULTS][0])] for row in expected[RESULTS][0][:4] if row[0]]


@pytest.mark.host
def test_rating_touches_no_other_sheet(answers, rated):
    before, after = as_open(rated[0]), answers["scripts"][0]["cells"]
    for name in (EVALUATION, ROUTES, POLICY_COPY):
        width = len(after[name][0])
        assert after[name] == [(row + [None] * width)[:width] for row in before[name][0][: len(after[name])]]


@pytest.mark.host
def test_the_other_buttons_answer(answers):
    _, policy, about, _ = answers["scripts"]
    assert policy["active"] == POLICY_COPY and "已转到 政策" in answers["printed"]
    assert about["alerts"] == [] and "xl-credit 0." in answers["printed"] and "实验性" in answers["printed"]


@pytest.mark.host
def test_a_workbook_without_our_sheets_is_told_in_one_line_and_left_alone(answers):
    done = answers["scripts"][3]
    assert [prompt.split(";")[0] for prompt, _ in done["alerts"]] == ["分公司.xlsx:没有工作表“评估表”"]
    assert done["cells"] == {"别的表": [["甲"]]}


@pytest.mark.host
def test_a_planted_fault_is_seen_in_pyodide(tmp_path):
    asked = [("CREDIT_TIER", [[[89.5], [90], [90.5]], "A"])]
    spoilt = bundle().replace("等级,第1档,,90", "等级,第1档,,90.5")
    assert len(differences(run_pyodide(prepare(tmp_path / "work", spoilt, asked), _PACKAGES[0]), asked)) == 1


def test_the_buttons_run_in_a_bare_python_too(tmp_path, rated):
    done = run_bare(prepare(tmp_path / "work", bundle(), [], [("rate_book", as_open(rated[0]))]))["scripts"][0]
    assert body(done["cells"][RESULTS], len(RESULT_COLUMNS)) == body(as_open(rated[1])[RESULTS][0], len(RESULT_COLUMNS))


def test_what_npm_installs_is_what_the_workbook_names():
    wanted = json.loads((ROOT / "package.json").read_text("utf-8"))["devDependencies"]
    assert wanted.get("pyodide") == PYODIDE_VERSION and wanted.get("pyodide-314", "").startswith("npm:pyodide@314.")
