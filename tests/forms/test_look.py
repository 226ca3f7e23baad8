"""What people see and print: dropdowns, frozen panes, paper, colours; and that the file is the same whenever it is built."""

import re
import warnings
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from xl_credit.forms.formulas import COLUMNS, HEADER_ROW, LEVEL, STATUS
from xl_credit.forms.rating_workbook import build_rating_workbook
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.columns import (
    BUSINESS_TYPES,
    CHANGES,
    CHECKS,
    EVALUATION,
    FLAG_COLUMNS,
    FORM,
    POLICY_COPY,
    REQUEST_TYPES,
    RESULT_COLUMNS,
    RESULTS,
    ROUTE_KEPT,
    ROUTE_WRITTEN,
    ROUTES,
)
from xl_credit.rules.approval import STATES
from xl_credit.rules.records import HELD, INCOMPLETE, UNRATED

POLICY = sample_policy()
SHEETS = (EVALUATION, RESULTS, ROUTES, CHANGES, CHECKS, POLICY_COPY, FORM)
TABLES = (EVALUATION, RESULTS, ROUTES, CHANGES, CHECKS, POLICY_COPY)
DANGEROUS = "=cmd|' /C calc'!A0"
ENUMERATED = {item.name: [text for text, _ in item.options] for item in POLICY.items if item.options} | {
    "业务类型": list(BUSINESS_TYPES), "申请类型": list(REQUEST_TYPES), "重点客户": ["是", "否"], **dict.fromkeys(FLAG_COLUMNS, ["是", "否"]),
}  # fmt: skip


def _build(path: Path) -> Path:
    build_rating_workbook(path, POLICY, branch="华东", quarter="2026Q3", records=[{"客户编码": "001", "客户名称": DANGEROUS}], spare_rows=5)
    return path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build(tmp_path_factory.mktemp("look") / "评级.xlsx")


@pytest.fixture(scope="module")
def book(built: Path) -> Workbook:
    with warnings.catch_warnings():  # openpyxl knows no print area that is worked out at printing
        warnings.filterwarnings("ignore", "Print area cannot be set")
        return openpyxl.load_workbook(built)


def _lists(sheet: Worksheet) -> dict[str, list[str]]:
    """Column letters → the words of its dropdown, for dropdowns that reach well below the prepared rows."""
    found = {}
    for rule in sheet.data_validations.dataValidation:
        for area in rule.sqref.ranges if rule.type == "list" and rule.formula1.startswith('"') else ():
            assert area.max_row >= 20000
            found[get_column_letter(area.min_col)] = rule.formula1.strip('"').split(",")
    return found


def test_every_enumerated_column_offers_exactly_the_policys_words(book: Workbook) -> None:
    letters = {header: get_column_letter(COLUMNS.index(header) + 1) for header in ENUMERATED}
    assert _lists(book[EVALUATION]) == {letters[header]: words for header, words in ENUMERATED.items()}
    states = get_column_letter((*ROUTE_WRITTEN, *ROUTE_KEPT).index("状态") + 1)
    assert _lists(book[ROUTES]) == {states: list(STATES)}


def test_dropdowns_have_a_message_of_their_own(book: Workbook) -> None:
    for rule in book[EVALUATION].data_validations.dataValidation:
        assert rule.error and rule.errorTitle


@pytest.mark.parametrize("name", SHEETS)
def test_paper_and_footer(name: str, book: Workbook) -> None:
    sheet = book[name]
    assert int(sheet.page_setup.paperSize) == 9
    assert sheet.page_setup.orientation == ("portrait" if name == FORM else "landscape")
    assert "&P" in sheet.oddFooter.center.text and "&N" in sheet.oddFooter.center.text
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert int(sheet.page_setup.fitToWidth or 1) == (2 if name == EVALUATION else 1)
    assert int(sheet.page_setup.fitToHeight or 0) == 0 or name == FORM


@pytest.mark.parametrize("name", TABLES)
def test_headers_stay_in_view_and_repeat_on_paper(name: str, book: Workbook) -> None:
    sheet = book[name]
    rows = [int(row) for row in re.findall(r"\d+", sheet.print_title_rows)]
    header = next(row for row in range(1, 10) if sheet.cell(row, 1).value in ("客户编码", "位置", "类别"))
    assert rows[-1] == header
    assert sheet.freeze_panes == f"C{header + 1}"
    if name == EVALUATION:
        assert sheet.print_title_cols == "$A:$B"


def test_prepared_rows_are_not_printed(built: Path) -> None:
    with zipfile.ZipFile(built) as package:
        names = dict(re.findall(r'Print_Area" localSheetId="(\d)">([^<]*)<', package.read("xl/workbook.xml").decode()))
    assert names["0"].startswith(f"{EVALUATION}!$A$1:INDEX({EVALUATION}!$AU$1:$AU$20000,MAX(6,")
    assert names["1"] == f"{RESULTS}!$A:${get_column_letter(len(RESULT_COLUMNS))}"


def _pages_at_full_size(sheet: Worksheet, columns: int, rows: int) -> tuple[float, float]:
    """(width, height) of the printed cells in A4 pages, at 7 pixels a character and 96 pixels an inch."""
    spans = [(one.min, min(one.max, columns), one.width) for one in sheet.column_dimensions.values()]
    width = sum((last - first + 1) * (chars * 7 + 5) for first, last, chars in spans if first <= columns) / 96
    height = sum(sheet.row_dimensions[number].height or 15 for number in range(1, rows + 1)) / 72
    short, long = (8.27, 11.69) if sheet.page_setup.orientation == "portrait" else (11.69, 8.27)
    margins = sheet.page_margins
    return width / (short - margins.left - margins.right), height / (long - margins.top - margins.bottom)


def test_form_and_results_print_at_a_size_that_can_be_read(book: Workbook) -> None:
    form = book[FORM]
    width, height = _pages_at_full_size(form, 6, form.max_row)
    assert max(width, height) < 1 / 0.85
    width, _ = _pages_at_full_size(book[RESULTS], len(RESULT_COLUMNS), 5)
    assert width < 1 / 0.7


def _conditions(sheet: Worksheet, header: str, columns: tuple[str, ...]) -> set[str]:
    letters = get_column_letter(columns.index(header) + 1)
    areas = sheet.conditional_formatting
    return {rule.formula[0].strip('"') for area in areas if str(area.sqref).startswith(letters) for rule in area.rules if rule.operator == "equal"}


def test_levels_and_problems_are_coloured(book: Workbook) -> None:
    levels = {name for row in POLICY.levels for name in (row.level_a, row.level_b)}
    assert levels <= _conditions(book[EVALUATION], LEVEL, COLUMNS)
    assert {INCOMPLETE, UNRATED, HELD} == _conditions(book[EVALUATION], STATUS, COLUMNS)
    assert levels <= _conditions(book[RESULTS], "级别", RESULT_COLUMNS)
    assert {INCOMPLETE, UNRATED, HELD} == _conditions(book[RESULTS], "评级状态", RESULT_COLUMNS)
    codes = [rule.formula[0] for area in book[EVALUATION].conditional_formatting if str(area.sqref) == "A6:A20000" for rule in area.rules]
    assert any("MATCH($A6,$A7:$A$20000,0)" in formula for formula in codes)


def test_codes_are_text_and_days_are_a_number(book: Workbook) -> None:
    for offset in range(6):
        row = HEADER_ROW + 1 + offset
        formats = {header: book[EVALUATION].cell(row, COLUMNS.index(header) + 1).number_format for header in COLUMNS}
        assert {formats[header] for header in ("客户编码", "客户名称", "合同编号")} == {"@"}
        assert formats["首次交易日期"] == "yyyy-mm-dd" and formats["折算天数"] == "0"
    assert book[FORM]["C3"].number_format == "@" and book[FORM]["C3"].value == "001"
    assert book[RESULTS].cell(5, 1).number_format == "@"


def test_a_name_that_looks_like_a_formula_stays_text(book: Workbook) -> None:
    cell = book[EVALUATION].cell(HEADER_ROW + 1, 2)
    assert (cell.value, cell.data_type) == (DANGEROUS, "s")


def test_fonts_are_those_of_every_chinese_office(book: Workbook) -> None:
    used = {cell.font.name for name in SHEETS for row in book[name].iter_rows(max_row=40) for cell in row}
    assert used == {"宋体", "微软雅黑"}


def test_rows_that_the_tool_copies_have_no_fixed_height(built: Path) -> None:
    """New rows of the result sheets take the first row's height: with one, long texts would be cut."""
    with zipfile.ZipFile(built) as package:
        for number in range(2, 6):
            row = re.search(r'<row r="5"[^>]*>', package.read(f"xl/worksheets/sheet{number}.xml").decode())[0]
            assert "ht=" not in row


def test_built_twice_gives_the_same_bytes(built: Path, tmp_path: Path) -> None:
    assert _build(tmp_path / "再建.xlsx").read_bytes() == built.read_bytes()


def test_properties_name_no_person_and_no_machine(built: Path) -> None:
    with zipfile.ZipFile(built) as package:
        core, app = (package.read(f"docProps/{name}.xml").decode() for name in ("core", "app"))
    assert set(re.findall(r"<(?:dc:creator|cp:lastModifiedBy)>([^<]*)<", core)) == {"xl-credit"}
    assert set(re.findall(r"<dcterms:\w+[^>]*>([^<]*)<", core)) == {"2020-01-01T00:00:00Z"}
    assert "<Company></Company>" in app and "<Manager>" not in app
