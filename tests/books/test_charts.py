"""A sheet's charts follow its list as it grows and shrinks; whatever else is in them stays byte for byte."""

import re
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.chart import BarChart, Reference

from tests.books.joining import complaints, needs_validator, opened
from tests.books.test_attach_charts import charts_of, planted, references, write_list
from tests.forms.office import convert
from xl_credit.books.book import Book

CHART = "xl/charts/chart1.xml"


@pytest.fixture
def path(tmp_path) -> Path:
    with xlsxwriter.Workbook(tmp_path / "账.xlsx") as book:
        write_list(book)
        write_list(book, "别处")
    return tmp_path / "账.xlsx"


def followed(path: Path, last_row: int, name: str = "账龄表", first_row: int = 10) -> Book:
    book = Book(path, (name,))
    book.chart_rows(name, first_row, last_row)
    return book


def one_reference(path: Path, formula: str, old: str = "账龄表!$D$10:$D$24") -> Path:
    return planted(path, {CHART: (f"<c:f>{old}</c:f>".encode(), f"<c:f>{formula}</c:f>".encode())})


@pytest.mark.parametrize("last", [12, 23, 25, 300])
def test_ranges_end_with_the_list_and_names_stay(path, last):
    book = followed(path, last)
    assert references(book.package.read(CHART)) == [
        "账龄表!$D$9", f"账龄表!$C$10:$C${last}", f"账龄表!$D$10:$D${last}",
        "账龄表!$E$9", f"账龄表!$C$10:$C${last}", f"账龄表!$E$10:$E${last}"]
    assert set(book.package.changed) == {CHART}


def test_all_other_bytes_of_the_chart_stay_and_old_values_go(path):
    before = Book(path, ()).package.read(CHART).decode()
    after = followed(path, 30).package.read(CHART).decode()
    caches = re.findall(r"<c:(?:num|str)Cache>.*?</c:(?:num|str)Cache>", before)
    assert after.count("Cache>") == 4 and "<c:v>未到期</c:v>" in after and "客户3" not in after
    for cache in caches:
        before = before if cache in after else before.replace(cache, "")
    assert after == before.replace("$24<", "$30<")


def test_a_list_of_the_same_length_changes_nothing(path, tmp_path):
    book = followed(path, 24)
    assert not book.package.changed and not book.save(path)
    first = path.read_bytes()
    assert followed(path, 26).save(path) and not followed(path, 26).save(path) and path.read_bytes() != first


def test_a_sheet_without_charts_is_left_alone(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "无.xlsx") as book:
        book.add_worksheet("账龄表")
    assert not followed(tmp_path / "无.xlsx", 40).package.changed


def test_other_sheets_charts_and_ranges_from_another_row_stay(path):
    assert not followed(path, 40, first_row=11).package.changed
    assert charts_of(Book(path, ()).package, "别处") == ["xl/charts/chart2.xml"]
    one_reference(path, "别处!$D$10:$D$24")
    assert references(followed(path, 40).package.read(CHART))[1:3] == ["账龄表!$C$10:$C$40", "别处!$D$10:$D$24"]


@pytest.mark.parametrize("formula", [
    "(账龄表!$D$10:$D$12,账龄表!$D$14:$D$24)", "[1]账龄表!$D$10:$D$24", "'[别.xlsx]账龄表'!$D$10:$D$24", "账龄表!$D$10:$G$10",
    "账龄表!D10:D24", "大账龄表!$D$10:$D$24", "账龄表!欠款", "账龄表[金额]", "",
], ids=["several", "workbook 1", "another workbook", "along the row", "relative", "longer name", "a name", "a table", "empty"])
def test_what_is_no_range_of_the_list_stays_with_its_values(path, formula):
    one_reference(path, formula)
    text = followed(path, 40).package.read(CHART).decode()
    assert references(text.encode())[2] == formula and "账龄表!$E$10:$E$40" in text
    assert re.search(rf"<c:f>{re.escape(formula)}</c:f><c:numCache>", text)


@pytest.mark.parametrize("filtered", ["fullRef", "levelRef"])
def test_rows_that_somebody_filtered_out_of_a_chart_stay_so(path, filtered):
    kept = (f'<c:extLst><c:ext uri="x"><c15:{filtered} xmlns:c15="http://schemas.microsoft.com/office/drawing/2012/chart">'
            f"<c15:sqref>账龄表!$D$10:$D$24</c15:sqref></c15:{filtered}></c:ext></c:extLst><c:f>账龄表!$D$10:$D$20</c:f>")
    planted(path, {CHART: ("<c:f>账龄表!$D$10:$D$24</c:f>".encode(), kept.encode())})
    text = followed(path, 40).package.read(CHART).decode()
    assert kept in text and "$D$40" not in text and "$E$40" in text


@pytest.mark.parametrize("name", ["账龄表!$D$10", "账龄表!$D$10:$D$11"])
def test_a_series_name_or_title_in_the_first_row_stays_a_name(path, name):
    one_reference(path, name, "账龄表!$D$9")
    assert references(followed(path, 40).package.read(CHART))[0] == name


def test_one_cell_that_is_no_list_stays_one_cell(path):
    bars = "<c:plus><c:numRef><c:f>账龄表!$D$10</c:f></c:numRef></c:plus>"
    planted(path, {CHART: (b"</c:ser>", f"<c:errBars>{bars}</c:errBars></c:ser>".encode())})
    assert bars in followed(path, 40).package.read(CHART).decode()


def test_an_empty_list_keeps_its_first_row_and_grows_again(path):
    followed(path, 9).save(path)
    assert references(Book(path, ()).package.read(CHART))[2] == "账龄表!$D$10:$D$10"
    for old in ("账龄表!$D$10:$D$10", "账龄表!$E$10:$E$10"):  # as LibreOffice writes it
        one_reference(path, old.partition(":")[0], old)
    assert not followed(path, 9).package.changed
    assert references(followed(path, 12).package.read(CHART)) == [
        "账龄表!$D$9", "账龄表!$C$10:$C$12", "账龄表!$D$10:$D$12", "账龄表!$E$9", "账龄表!$C$10:$C$12", "账龄表!$E$10:$E$12"]


@pytest.mark.parametrize("name", ["Q&A's list", "账 龄", "A!B"])
def test_a_name_in_quotes_is_read_as_the_file_writes_it(tmp_path, name):
    with xlsxwriter.Workbook(tmp_path / "引.xlsx") as book:
        write_list(book, name)
    areas = [formula.rpartition("!")[2] for formula in references(followed(tmp_path / "引.xlsx", 99, name).package.read(CHART))]
    assert areas == ["$D$9", "$C$10:$C$99", "$D$10:$D$99", "$E$9", "$C$10:$C$99", "$E$10:$E$99"]


def test_a_sheet_in_another_case_is_the_same(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "大.xlsx") as book:
        write_list(book, "AGEING")
    one_reference(tmp_path / "大.xlsx", "ageing!$D$10:$D$24", "AGEING!$D$10:$D$24")
    assert b"ageing!$D$10:$D$50" in followed(tmp_path / "大.xlsx", 50, "Ageing").package.read(CHART)


def test_labels_from_cells_and_empty_caches_follow_too(path):
    labels = ('<c15:datalabelsRange xmlns:c15="http://schemas.microsoft.com/office/drawing/2012/chart"><c15:f>账龄表!$C$10:$C$24</c15:f>'
              '<c15:dlblRangeCache><c:ptCount val="0"/></c15:dlblRangeCache></c15:datalabelsRange>')
    planted(path, {CHART: (b"</c:ser>", f'<c:extLst><c:ext uri="y">{labels}</c:ext></c:extLst></c:ser>'.encode())})
    old = re.search(r"\$E\$24</c:f><c:numCache>.*?</c:numCache>", Book(path, ()).package.read(CHART).decode())[0]
    planted(path, {CHART: (old.encode(), b'$E$24</c:f><c:numCache a="1"/>')})
    text = followed(path, 40).package.read(CHART).decode()
    assert "<c15:f>账龄表!$C$10:$C$40</c15:f></c15:datalabelsRange>" in text and "<c:f>账龄表!$E$10:$E$40</c:f></c:numRef>" in text


def test_a_chart_in_another_hand_follows(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "账 龄"
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=4, min_row=9, max_row=24), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=3, min_row=10, max_row=24))
    sheet.add_chart(chart, "G2")
    book.save(tmp_path / "手.xlsx")
    text = followed(tmp_path / "手.xlsx", 30, "账 龄").package.read(CHART).decode()
    assert re.findall("<f>(.*?)</f>", text) == ["'账 龄'!D9", "'账 龄'!$C$10:$C$30", "'账 龄'!$D$10:$D$30"]


def test_a_chart_in_utf_16_is_left_alone_or_follows(path):
    wide = Book(path, ()).package.read(CHART).decode().replace("UTF-8", "UTF-16").encode("utf-16")
    planted(path, {CHART: (Book(path, ()).package.read(CHART), wide)})
    assert not followed(path, 24).package.changed
    assert "$D$10:$D$31" in followed(path, 31).package.read(CHART).decode()


def test_charts_of_a_sheet_just_attached_follow(path, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "华东.xlsx") as book:
        write_list(book, "台账")
    branch = Book(tmp_path / "华东.xlsx", ("账龄表",), path)
    branch.chart_rows("账龄表", 10, 13)
    branch.save(tmp_path / "华东.xlsx")
    chart = opened(tmp_path / "华东.xlsx")["账龄表"]._charts[0]
    assert [series.val.numRef.f for series in chart.series] == ["账龄表!$D$10:$D$13", "账龄表!$E$10:$E$13"]


@needs_validator
@pytest.mark.host
def test_the_validator_accepts_a_chart_without_its_values_of_old(path, tmp_path):
    followed(path, 14).save(tmp_path / "o.xlsx")
    assert not complaints(tmp_path / "o.xlsx")


@pytest.mark.host
def test_libreoffice_draws_the_rows_that_the_list_has_now(path, tmp_path):
    followed(path, 12).save(tmp_path / "o.xlsx")
    (again,) = convert([tmp_path / "o.xlsx"], tmp_path / "lo")
    values = openpyxl.load_workbook(again)["账龄表"]._charts[0].series[0].val.numRef.numCache
    assert [point.v for point in values.pt] == [10, 11, 12]
