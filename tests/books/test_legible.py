"""Sheets written as no spreadsheet program writes them: read whole, or refused; never a part of them, never the end of the process."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import build_branch, record, run_cli, table_rows
from tests.hostile.parts import Parts
from tests.receivables.desk import one_line, run_here
from xl_credit.books.book import Book
from xl_credit.books.extent import Extent, _may_be_vast, filled_extent
from xl_credit.books.row_heights import column_widths
from xl_credit.quarter.columns import CHECKS, EVALUATION, RESULTS

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FAR = {
    "plain": '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "behind an attribute with an angle": '<row r="1048576"><c odd="a>b" r="XFD1048576"><v>1</v></c></row>',
    "without saying where": '<row r="1048576">' + "<c/>" * 16_383 + "<c><v>1</v></c></row>",
    "the last of a row without saying where": '<row r="1048576"><c r="XFC1048576"/><c><v>1</v></c></row>',
    "under another prefix": f'<a-b:row xmlns:a-b="{_MAIN}" r="1048576"><a-b:c r="XFD1048576"><a-b:v>1</a-b:v></a-b:c></a-b:row>',
    "under a prefix that is no word": f'<a.b:row xmlns:a.b="{_MAIN}" r="1048576"><a.b:c r="XFD1048576"><a.b:v>1</a.b:v></a.b:c></a.b:row>',
    "in small letters": '<row r="1048576"><c r="xfd1048576"><v>1</v></c></row>',
    "beyond the last column there is": '<row r="1048576"><c r="ZZZZZ99999999"><v>1</v></c></row>',
    "with zeros before": '<row r="1048576"><c r="XFD0001048576"><v>1</v></c></row>',
    "at a place that the reader counts round to": '<row r="9"><c r="A99999999999999999999"><v>1</v></c></row>',
    "in a column of very many letters": '<row r="9"><c r="AAAAAAAA9"><v>1</v></c></row>',
    "said twice": '<row r="1048576"><c r="A9" r="XFD1048576"><v>1</v></c></row>',
    "in the last row alone": '<row r="1048576"><c r="BB1048576"><v>1</v></c></row>',
    "in two lines": '<row r="1048576"><c\nr="XFD1048576"><v>1</v></c></row>',
    "with blanks": '<row r="1048576"><c r = "XFD1048576" ><v>1</v></c></row>',
}


@pytest.fixture
def branch(tmp_path) -> Path:
    return build_branch(tmp_path / "来源" / "甲.xlsx", [record("H1"), record("H2"), record("H3")])


def written_anew(path: Path, change: Callable[[str], str], sheet: str = EVALUATION) -> Path:
    """The workbook with the text of one sheet changed."""
    parts = Parts.of(path.read_bytes())
    part = parts.sheets()[sheet]
    new = change(parts.text(part))
    assert new != parts.text(part)
    parts.put(part, new)
    path.write_bytes(parts.packed())
    return path


def row_of(text: str, number: int) -> str:
    return re.search(rf'<row r="{number}".*?</row>', text, re.S)[0]


@pytest.mark.parametrize("xml", FAR.values(), ids=FAR)
def test_a_cell_far_out_is_refused_however_it_is_written(xml, branch):
    """The reader would lay out 17 thousand million cells, and take the process with it."""
    ended = run_cli("rate", written_anew(branch, lambda text: text.replace("</sheetData>", xml + "</sheetData>")), "-q", "2026Q3", timeout=30)
    assert ended.code == 2 and len(ended.error_lines) == 1 and "甲.xlsx" in ended.err, ended


@pytest.mark.parametrize(
    ("rows", "columns", "filled", "is_vast"),
    [
        (1_048_576, 57, 60_000_000, False), (1_048_576, 58, 60_000_000, True), (250_000, 16, 2, False), (250_001, 16, 500_002, False),
        (250_001, 16, 500_001, True), (2, 16_384, 2, False),
    ],
)  # fmt: skip
def test_what_is_too_large_to_be_laid_out(rows, columns, filled, is_vast):
    assert Extent(rows, columns, filled).is_vast is is_vast


def test_cells_that_are_only_formatted_do_not_count():
    rows = b"".join(b'<row r="%d"><c r="A%d" s="1"/><c r="B%d" s="1"></c></row>' % (n, n, n) for n in (1, 50_000, 1_048_576))
    assert filled_extent(b'<row r="2"><c r="C2"><v>1</v></c></row>' + rows) == Extent(2, 3, 1)


def _second_area(text: str) -> str:
    return text.replace(row_of(text, 6), "</sheetData><sheetData>" + row_of(text, 6))


def _rows_behind(text: str) -> str:
    text, row = text.replace(row_of(text, 6), ""), row_of(text, 6)
    return text.replace("</sheetData>", f"</sheetData>{row}")


def _row_twice(text: str) -> str:
    return text.replace(row_of(text, 6), re.sub(r'r="([A-Z]*)6"', r'r="\g<1>5"', row_of(text, 6)))


def _prefixed_twice(text: str) -> str:
    row = re.sub(r"<(/?)(?=\w)", r"<\1x:", _row_twice(row_of(text, 6))).replace("<x:row", f'<x:row xmlns:x="{_MAIN}"')
    return text.replace(row_of(text, 6), row.replace('r="5"', 'r="7"'))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_second_area, "单元格区不止一个"),
        (_rows_behind, "单元格区不止一个"),
        (_row_twice, "第5行写了两次"),
        (_prefixed_twice, "写了两次"),
        (lambda text: text.replace(row_of(text, 6), row_of(text, 6).removesuffix("</row>")), "XML 内容损坏"),
        (lambda text: text.replace('<c r="A6"', '<c r="A6" r="A6"'), "XML 内容损坏"),
        (lambda text: text.replace('<c r="B6"', '<c r="A6"'), "单元格A6写了两次"),
    ],
    ids=["a second cell area", "rows behind the area", "a row's number twice", "twice under another prefix", "no end of a row", "an attribute twice", "a cell twice"],
)
def test_a_sheet_of_which_a_part_would_be_passed_over_is_refused(change, said, branch, tmp_path):
    line = one_line(run_here("rate", written_anew(branch, change), "-q", "2026Q3"))
    assert said in line and "甲.xlsx!评估表" in line
    assert run_here("regenerate", branch.parent, "-q", "2026Q3", "--out", tmp_path / "结果").code == 1
    assert not (tmp_path / "结果" / "甲.xlsx").exists()


def test_the_words_that_name_the_cell_area_may_stand_in_a_text(branch):
    changed = written_anew(branch, lambda text: text.replace("</sheetData>", '<row r="90"><c r="AZ90" t="inlineStr"><is><t>sheetData</t></is></c></row></sheetData>'))
    assert run_here("rate", changed, "-q", "2026Q3").code == 0


def test_two_sheets_of_one_part_are_refused(branch, tmp_path):
    """A result would be written over what people typed."""
    parts = Parts.of(branch.read_bytes())
    text = parts.text("xl/workbook.xml")
    links = dict(re.findall(r'<sheet name="([^"]*)"[^>]*r:id="([^"]*)"', text))
    parts.put("xl/workbook.xml", text.replace(f'r:id="{links[RESULTS]}"', f'r:id="{links[EVALUATION]}"'))
    branch.write_bytes(parts.packed())
    ended = run_here("regenerate", branch.parent, "-q", "2026Q3", "--out", tmp_path / "结果")
    assert ended.code == 1 and "同一个部件" in ended.err and not (tmp_path / "结果" / "甲.xlsx").exists()


@pytest.mark.parametrize("error", ["#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#PYTHON!"])
def test_an_error_value_newer_than_the_reader_costs_its_own_row(error, branch, tmp_path):
    cell = f'<c r="A6" t="e"><f>SEQUENCE(3)</f><v>{error}</v></c>'
    written_anew(branch, lambda text: re.sub(r'<c r="A6"[^>]*>.*?</c>', cell, text, count=1))
    assert run_here("regenerate", branch.parent, "-q", "2026Q3", "--out", tmp_path / "结果").code == 1
    result = tmp_path / "结果" / "甲.xlsx"
    assert {row["评级状态"] for row in table_rows(result, RESULTS)} == {"已评级"} and len(table_rows(result, RESULTS)) == 2
    assert cell in Parts.of(result.read_bytes()).text(Parts.of(result.read_bytes()).sheets()[EVALUATION])
    parts = Parts.of(result.read_bytes())
    assert f"客户编码为错误值 {error}" in parts.text(parts.sheets()[CHECKS])


def _corner(reference: str, filled: int) -> bytes:
    cells = b'<c r="A1"><v>1</v></c>' * (filled - 1)
    return b'<sheetData><row>%s<c r="%s"><v>1</v></c></row></sheetData>' % (cells, reference.encode())


@pytest.mark.parametrize("reference", ["XFD1048576", "XFD5700", "AAA1048576", "P1048576", "AB600000", "ZZ5700", "AA150000", "AC260000", "P260000"])
def test_a_lone_cell_outside_every_box_is_looked_at_closely(reference):
    assert filled_extent(_corner(reference, 2)).is_vast is _may_be_vast(_corner(reference, 2)) is True


@pytest.mark.parametrize("reference", ["O259999", "Z149999", "ZZ5599"])
def test_a_cell_inside_one_of_the_boxes_is_not(reference):
    assert filled_extent(_corner(reference, 2)).is_vast is _may_be_vast(_corner(reference, 2)) is False


@pytest.mark.parametrize(("reference", "filled"), [("Z599999", 1_950_000), ("M1048576", 3_575_000)])
def test_a_long_sheet_that_is_filled_is_not(reference, filled):
    assert filled_extent(_corner(reference, filled)).is_vast is _may_be_vast(_corner(reference, filled)) is False


@pytest.mark.parametrize(
    "column",
    [
        "<col/>", '<col min="x" max="y" width="z"/>', '<col min="5" max="2" width="3"/>', '<col min="1" max="99999999999" width="9"/>',
        '<col min="1" max="1" width="1e999"/>', '<col min="1" max="1" width="-5"/>', '<col min="1" max="1"/>', '<col min="0" max="0" width=""/>',
    ],
)  # fmt: skip
def test_a_column_width_that_is_none_is_passed_over(column, branch, tmp_path):
    for sheet in (RESULTS, CHECKS):
        written_anew(branch, lambda text: text.replace("<cols>", f"<cols>{column}", 1), sheet)
    assert run_here("regenerate", branch.parent, "-q", "2026Q3", "--out", tmp_path / "结果").code == 0


def test_a_column_width_in_single_quotes_counts(branch):
    written_anew(branch, lambda text: re.sub(r'<col min="1" max="1" width="[^"]*"', "<col min='1' max='1' width='44.5'", text, count=1), CHECKS)
    assert column_widths(Book(branch, (CHECKS,)).sheet(CHECKS))[0] == 44.5
