"""Results stored with formulas: the formula stays, the type fits the value, and only our own formulas have a result of ours."""

from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from xl_credit.books.book import Book
from xl_credit.books.sheet_xml import SheetXml
from xl_credit.quarter.last_results import LastResults

SHEET = """<worksheet><sheetData><row r="1"><c r="A1" s="4"><f>SUM(B1:C1)</f><v></v></c><c r="B1" t="str"><f>"a"&amp;"b"</f><v>ab</v></c>\
<c r="C1"><v>5</v></c><c r="D1" t="e"><f t="shared" si="0"/><v>#N/A</v></c><c r="E1"/></row></sheetData></worksheet>"""


@pytest.mark.parametrize(
    ("column", "value", "written"),
    [
        (0, 12, '<c r="A1" s="4"><f>SUM(B1:C1)</f><v>12</v></c>'),
        (0, "相<符", '<c r="A1" s="4" t="str"><f>SUM(B1:C1)</f><v>相&lt;符</v></c>'),
        (0, None, '<c r="A1" s="4"><f>SUM(B1:C1)</f><v></v></c>'),
        (1, 0.25, '<c r="B1"><f>"a"&amp;"b"</f><v>0.25</v></c>'),
        (1, None, '<c r="B1"><f>"a"&amp;"b"</f><v></v></c>'),
        (2, 7, '<c r="C1"><v>5</v></c>'),
        (3, "", '<c r="D1" t="str"><f t="shared" si="0"/><v></v></c>'),
        (4, 7, '<c r="E1"/>'),
    ],
)
def test_a_result_goes_beside_the_formula_and_nowhere_else(column, value, written):
    sheet = SheetXml(SHEET.encode(), "表")
    sheet.cache(1, column, value)
    assert sheet.rows[1].cells[column] == written


def test_a_cell_that_is_not_there_gets_no_result():
    sheet = SheetXml(SHEET.encode(), "表")
    sheet.cache(9, 0, 1)
    sheet.cache(1, 9, 1)
    assert sheet.data() == SheetXml(SHEET.encode(), "表").data()


def test_formulas_are_told_as_people_write_them():
    sheet = SheetXml(SHEET.encode(), "表")
    assert [sheet.formula(1, column) for column in range(6)] == ["SUM(B1:C1)", '"a"&"b"', None, None, None, None]


@pytest.fixture
def template(tmp_path) -> Path:
    with xlsxwriter.Workbook(tmp_path / "模板.xlsx") as book:
        sheet = book.add_worksheet("表")
        sheet.write_formula("A1", "=SUM(B1:C1)", None, "")
        sheet.write_formula("A2", "=SUM(B2:C2)", None, "")
    return tmp_path / "模板.xlsx"


def test_a_formula_of_the_template_has_its_result_and_one_that_people_changed_has_none(template, tmp_path):
    book = openpyxl.load_workbook(template)
    book["表"]["A2"], book["表"]["A3"] = "=MAX(B2:C2)", 9
    book.save(tmp_path / "账.xlsx")
    written = Book(tmp_path / "账.xlsx", ("表",))
    last = LastResults(written, template)
    for row in (1, 2, 3):
        last.put("表", row, 0, 5)
    written.save(tmp_path / "账.xlsx")
    stored = openpyxl.load_workbook(tmp_path / "账.xlsx", data_only=True)["表"]
    assert [stored[cell].value for cell in ("A1", "A2", "A3")] == [5, None, 9]
