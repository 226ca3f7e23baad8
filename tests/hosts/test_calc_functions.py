"""The spreadsheet functions in cells of a running LibreOffice Calc, and the names they go by in files."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import build_branch, record
from tests.hosts.calc_desk import Desk, desk
from udfs.functions import TABLE
from xl_credit.books.package import read_package, write_package
from xl_credit.hosts.calc_extension import build_folder, build_oxt
from xl_credit.hosts.calc_names import formulas, has_excel_names, into_calc, out_of_calc
from xl_credit.hosts.calling import call

pytestmark = [pytest.mark.host, pytest.mark.xdist_group("calc")]
ROWS = 500
SHEET = "xl/worksheets/sheet1.xml"
EXCELS = ['TIER_LIMIT(A1,"A")', '[1]!TIER_LIMIT(A1,"A")', '_xll.TIER_LIMIT(A1,"A")', '1+tier_limit( A1 ,"A")', 'IF(A1="TIER_LIMIT(",1,2)', "SUM(1,2)"]


@pytest.fixture(scope="module")
def calc(tmp_path_factory) -> Iterator[Desk]:
    with desk(tmp_path_factory.mktemp("calc")) as running:
        yield running


@pytest.fixture
def sheet(calc) -> Desk:
    calc.show()
    return calc


def answers(name: str, *given: object) -> list[list[object]]:
    """As cells hold them."""
    return [[float(value) if not isinstance(value, str) else value for value in row] for row in call(TABLE.functions[name], given)]


def test_a_typed_formula_gives_what_the_rules_give(sheet):
    assert sheet.type("Sheet1", "A1", '=TIER_LIMIT("一级";"A")')[0] == "50"
    assert sheet.type("Sheet1", "A2", '=CREDIT_TIER(85;"A";8;"是")')[0] == answers("CREDIT_TIER", 85, "A", 8, "是")[0][0]
    assert sheet.type("Sheet1", "A3", "=POLICY_VERSION()")[0] == answers("POLICY_VERSION", None)[0][0]


def test_one_array_of_500_rows_is_answered_row_by_row(sheet):
    scores = [[number % 120 / 1.2, "AB"[number % 2]] for number in range(ROWS)]
    sheet.put("Sheet1", f"A1:B{ROWS}", scores)
    levels = sheet.spill("Sheet1", f"C1:C{ROWS}", f"=CREDIT_TIER(A1:A{ROWS};B1:B{ROWS})")
    assert levels == answers("CREDIT_TIER", [[score] for score, _ in scores], [[business] for _, business in scores], None, None)
    assert len({level for (level,) in levels}) > 5


def test_blanks_are_answered_as_in_every_host(sheet):
    sheet.put("Sheet1", "A1:A3", [[85], [""], [55]])
    assert sheet.spill("Sheet1", "B1:B3", '=CREDIT_TIER(A1:A3;"A")') == answers("CREDIT_TIER", [[85], [None], [55]], "A", None, None)


def test_a_wrong_value_is_answered_with_one_chinese_line(sheet):
    assert sheet.type("Sheet1", "A1", '=TIER_LIMIT("九级";"A")')[0] == answers("TIER_LIMIT", "九级", "A")[0][0]
    assert "允许" in sheet.type("Sheet1", "A1", '=CREDIT_TIER(101;"A")')[0]


def test_an_error_in_a_cell_goes_on_to_the_function_s_cell(sheet):
    sheet.type("Sheet1", "A1", "=1/0")
    assert sheet.type("Sheet1", "B1", '=TIER_LIMIT(A1;"A")')[2] == 532


@pytest.mark.parametrize("name", list(TABLE.functions))
def test_the_function_wizard_shows_names_help_and_arguments_in_chinese(calc, name):
    function, (description, labels) = TABLE.functions[name], calc.wizard(name)
    assert function.help in description and function.article in description
    assert labels[: len(function.arguments)] == [argument.label for argument in function.arguments]


def workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active["A1"] = "一级"
    for row, formula in enumerate(EXCELS, start=1):
        book.active[f"B{row}"] = f"={formula}"
    book.save(path)
    return path


def test_formulas_with_excel_s_names_are_computed_on_opening(calc, tmp_path):
    source, copy = workbook(tmp_path / "名称.xlsx"), tmp_path / "副本.xlsx"
    package = read_package(source)
    assert has_excel_names(package)
    into_calc(package)
    write_package(package, copy)
    calc.show(copy)
    assert calc.read("Sheet", "B1:B6") == [[50], [50], [50], [51], [2], [3]]
    calc.show(source)
    assert calc.read("Sheet", "B1:B1") != [[50]]  # without the filter


def test_the_names_go_back_as_they_were_and_new_ones_plain(calc, tmp_path):
    source, copy, saved = workbook(tmp_path / "名称.xlsx"), tmp_path / "副本.xlsx", tmp_path / "存.xlsx"
    package = read_package(source)
    into_calc(package)
    write_package(package, copy)
    calc.show(copy)
    calc.type("Sheet", "C1", '=CREDIT_TIER(85;"A")')
    calc.save(saved.as_uri())
    package = read_package(saved)
    out_of_calc(package, read_package(source))
    back = dict(formulas(package.read(SHEET)))
    wanted = [EXCELS[0], EXCELS[0], *EXCELS[2:]]  # the linked add-in that [1] stood for is gone from the saved file
    assert [back[f"B{row}"] for row in range(1, 7)] == wanted and back["C1"] == 'CREDIT_TIER(85,"A")'


def test_the_extension_is_the_same_bytes_each_time_and_stale_files_go(tmp_path):
    for name in ("a.oxt", "b.oxt"):
        build_oxt(tmp_path / name)
    assert (tmp_path / "a.oxt").read_bytes() == (tmp_path / "b.oxt").read_bytes()
    folder = tmp_path / "扩展"
    assert build_folder(folder) and build_folder(folder) == []
    (folder / "pythonpath" / "old.py").write_text("1")
    assert build_folder(folder) == [folder / "pythonpath" / "old.py"]


def test_every_example_of_the_function_page_is_answered_as_it_stands_there(calc, tmp_path):
    """Typed in Excel's way into a branch's workbook."""
    source, copy = build_branch(tmp_path / "例.xlsx", [record("K1"), record("K2")]), tmp_path / "副本.xlsx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it does not understand print areas of whole columns
        book = openpyxl.load_workbook(source)
    sheet = book.create_sheet("例")
    for row, function in enumerate(TABLE.functions.values(), start=1):
        sheet[f"A{row}"] = function.example
    book.save(source)
    package = read_package(source)
    into_calc(package)
    write_package(package, copy)
    calc.show(copy)
    answered = dict(zip(TABLE.functions, (value for (value,) in calc.read("例", f"A1:A{len(TABLE.functions)}")), strict=True))
    assert {name for name, value in answered.items() if value in ("", None) or "允许" in str(value)} == set()
    assert (answered["SALES_SCORE"], answered["CREDIT_TIER"], answered["ANNUALIZED"], answered["FINAL_APPROVER"]) == (19, "一级", 813.3152173913044, "总经理")
