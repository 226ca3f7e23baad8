"""Workbooks, folders and policies as people leave them: awkward, and still nothing wrong, lost or unexplained."""

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from xl_credit.books.book import Book
from xl_credit.books.list_objects import ListObject, resize
from xl_credit.books.policy_file import policy_in_force
from xl_credit.books.sheet_xml import SheetXml
from xl_credit.cli import main
from xl_credit.console import show_ratings
from xl_credit.forms.policy_workbook import build_policy_workbook
from xl_credit.forms.template_files import HEAD_OFFICE, RATING, template_path
from xl_credit.policy.sample import sample_grids, sample_policy
from xl_credit.quarter.columns import CHECK_COLUMNS, CHECK_KEPT, CHECKS
from xl_credit.quarter.rating_table import rate_file
from xl_credit.quarter.run import Report, make_plan, run
from xl_credit.rules.errors import CreditError
from xl_credit.rules.quarter import Quarter
from xl_credit.tables import find_table

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
NOW = Quarter(2026, 3)
pytestmark = pytest.mark.filterwarnings("ignore:Print area")


@pytest.fixture
def source(tmp_path) -> Path:
    folder = tmp_path / "来源"
    folder.mkdir()
    shutil.copy(WORKBOOKS / "2026Q3" / "西南.xlsx", folder)
    return folder


def regenerate(source: Path, out: Path, previous: Path | None = None) -> Report:
    return run(make_plan(source, NOW, out, previous, None, template_path(RATING)), template_path(HEAD_OFFICE))


def rename_sheet(path: Path, old: str, new: str) -> None:
    workbook = openpyxl.load_workbook(path)
    workbook[old].title = new
    workbook.save(path)


def checks_of(path: Path) -> tuple[Book, list[tuple[int, dict[str, object]]]]:
    book = Book(path, (CHECKS,))
    table = find_table(book.grid(CHECKS), CHECK_COLUMNS, CHECK_KEPT)
    names = (*CHECK_COLUMNS, *CHECK_KEPT)
    rows = [(number, {name: table.value(row, name) for name in names}) for number, row in table.body()]
    return book, [(number, row) for number, row in rows if row["发现"]]


@pytest.mark.parametrize("sheet", ["评估表", "审批路线", "核对"])
def test_a_sheet_whose_name_ends_with_a_blank_is_still_that_sheet(source, tmp_path, sheet):
    path = source / "西南.xlsx"
    before = regenerate(source, tmp_path / "一").results[0]
    rename_sheet(path, sheet, f"{sheet} ")
    after = regenerate(source, tmp_path / "二").results[0]
    assert after.outcomes == before.outcomes and not after.error
    assert after.problems == before.problems  # 西南's overstepped approval is still seen
    assert openpyxl.load_workbook(tmp_path / "二" / "西南.xlsx").sheetnames.count(sheet) == 0


def test_a_workbook_whose_evaluation_sheet_ends_with_a_blank_can_be_rated_alone(source):
    path = source / "西南.xlsx"
    policy, _ = policy_in_force(WORKBOOKS / "政策.xlsx", NOW)
    before = rate_file(path, policy, NOW)
    rename_sheet(path, "评估表", "评估表 ")
    assert rate_file(path, policy, NOW) == before


def test_a_note_on_a_problem_written_in_the_output_survives_the_next_run_from_the_source(source, tmp_path):
    out = tmp_path / "结果"
    regenerate(source, out)
    book, rows = checks_of(out / "西南.xlsx")
    number, row = rows[0]
    table = find_table(book.grid(CHECKS), CHECK_COLUMNS, CHECK_KEPT)
    book.sheet(CHECKS).set(number, table.columns["处理说明"], "已催市场部")
    book.save(out / "西南.xlsx")
    regenerate(source, out)
    found = [(other["发现"], other["处理说明"]) for _, other in checks_of(out / "西南.xlsx")[1] if other["处理说明"]]
    assert found == [(row["发现"], "已催市场部")]
    written = (out / "西南.xlsx").read_bytes()
    regenerate(source, out)
    assert (out / "西南.xlsx").read_bytes() == written


def test_two_workbooks_of_one_branch_are_reported(source, tmp_path):
    for name in ("西南.xlsm", "西南_2026Q3.xlsx"):
        shutil.copy(source / "西南.xlsx", source / name)
    report = regenerate(source, tmp_path / "结果")
    said = [p.found for result in report.results for p in result.problems if "同为分公司" in p.found]
    assert said == ["西南.xlsm、西南.xlsx、西南_2026Q3.xlsx同为分公司“西南”"] * 3
    assert not any("都有送审额度" in p.found for result in report.results for p in result.problems)


def test_one_customer_with_credit_from_two_branches_is_reported(source, tmp_path):
    shutil.copy(source / "西南.xlsx", source / "西北.xlsx")
    report = regenerate(source, tmp_path / "结果")
    for result in report.results:
        asking = {one.code for one in result.outcomes if one.submitted > 0}
        assert {p.customer for p in result.problems if "都有送审额度" in p.found} == asking != set()
    assert report.has_problems


def test_a_branch_without_a_workbook_of_last_quarter_is_named(source, tmp_path):
    previous = tmp_path / "上季"
    previous.mkdir()
    shutil.copy(WORKBOOKS / "2026Q2" / "华东.xlsx", previous)
    report = regenerate(source, tmp_path / "结果", previous)
    assert report.results[0].notes[-1] == "上季文件夹中没有“西南”的工作簿,级别变动未计算"
    assert not any("上季" in note for note in regenerate(source, tmp_path / "再", None).results[0].notes)


@pytest.mark.parametrize(
    ("sheet", "column", "text", "said"),
    [
        ("评分档次", 3, "ISO14000认证", "“其他资质”的内容依次为"),
        ("评分档次", 3, "年交易额", "“交易金额”缺少内容“年交易额”"),
        ("评分档次", 2, "主观评价", "“主观评价”缺少内容"),
        ("审批权限", 2, "信用评级", "缺少路线“信用评级”"),
        ("审批权限", 2, "四级以下授信", "缺少路线“四级以下授信”"),
    ],
)
def test_a_policy_that_lacks_an_item_or_a_route_stops_the_run_with_one_line(source, tmp_path, sheet, column, text, said):
    path = source / "政策.xlsx"
    build_policy_workbook(path, sample_grids())
    workbook = openpyxl.load_workbook(path)
    rows = workbook[sheet]
    for number in range(rows.max_row, 0, -1):
        if rows.cell(number, column).value == text:
            rows.delete_rows(number)
    workbook.save(path)
    with pytest.raises(CreditError, match=said):
        regenerate(source, tmp_path / "结果")
    assert not (tmp_path / "结果").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="file names that are no text exist there only")
def test_a_file_whose_name_is_no_text_ends_without_a_traceback(source, tmp_path):
    odd = source / b"\xfe.xlsx".decode("utf-8", "surrogateescape")
    (source / "西南.xlsx").rename(odd)
    done = subprocess.run(
        [sys.executable, "-m", "xl_credit.cli", "rate", str(odd), "-q", "2026Q3"], capture_output=True, cwd=Path(__file__).parents[2]
    )  # fmt: skip
    assert done.returncode == 1 and b"Traceback" not in done.stderr and b"udcfe" in done.stderr


def test_the_sort_order_of_a_table_keeps_its_columns_when_the_table_grows(source):
    package = Book(source / "西南.xlsx", (CHECKS,)).package
    part = next(name for name in package.names() if name.startswith("xl/tables/"))
    sort = b'<autoFilter ref="A4:U7"/><sortState ref="A5:U7"><sortCondition ref="C5:C7"/></sortState><tableColumns'
    package.replace(part, re.sub(rb"<autoFilter.*<tableColumns", sort, re.sub(rb'\sref="[^"]*"', b' ref="A4:U7"', package.read(part), count=1)))
    resize(package, ListObject(part, "表", 4, 7, 0, 20, False), 12)
    assert re.findall(rb'\sref="([^"]*)"', package.read(part)) == [b"A4:U12", b"A4:U12", b"A5:U12", b"C5:C12"]


def test_a_sheet_whose_text_is_damaged_is_refused_in_one_line():
    with pytest.raises(CreditError, match="XML 内容损坏"):
        SheetXml(b"<worksheet><sheetData/>\xff</worksheet>", "甲.xlsx!核对")


def test_a_policy_named_in_brackets_is_shown_as_it_is_named(source, capsys):
    policy = replace(sample_policy(), version="[/试行]")
    show_ratings(rate_file(source / "西南.xlsx", policy, NOW), policy)
    assert "[/试行]" in capsys.readouterr().out


def test_an_interrupted_run_says_so_in_one_line(source, tmp_path, monkeypatch, capsys):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("xl_credit.quarter.run.regenerate_branch", interrupted)
    monkeypatch.setattr(sys, "argv", ["xl-credit", "regenerate", str(source), "-q", "2026Q3", "--out", str(tmp_path / "果")])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2 and "已中断" in capsys.readouterr().err
