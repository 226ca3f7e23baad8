"""Filled workbooks of older templates brought up to the current one: nothing of people's is lost, what is ours is renewed."""

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.branches.packs import EAST, POLICY, fill_in, rearranged
from tests.conftest import ROOT, build_branch, record, run_cli, table_rows, type_into
from tests.forms.office import convert
from xl_credit.books.book import Book
from xl_credit.books.contents import Reader
from xl_credit.books.custom_properties import put_properties
from xl_credit.books.formula_text import normal
from xl_credit.books.package import read_package, write_package
from xl_credit.books.workbook import read_sheets
from xl_credit.branches.upgrade import quarter_of, upgrade_workbook
from xl_credit.forms.formulas import COLUMNS, HEADER_ROW, PROVISIONAL_COLUMNS
from xl_credit.forms.template_files import RATING, template_path
from xl_credit.forms.template_version import TEMPLATE_VERSION, VERSION_PROPERTY, template_version
from xl_credit.quarter.columns import EVALUATION, EVALUATION_COLUMNS, FORM, POLICY_COPY, RESULTS, ROUTES
from xl_credit.rules.errors import CreditError
from xl_credit.tables import column_letters

pytestmark = pytest.mark.filterwarnings("ignore:Print area", "ignore:Data Validation")
HERE = Path(__file__).parent
OLD_FILLED = sorted((HERE / "old_filled").glob("*.xlsx"))
OLD_TEMPLATES = sorted((HERE / "old_templates").glob("*.xlsx"))
VALIDATOR = os.environ.get("XL_CREDIT_VALIDATOR") or shutil.which("ooxml-validator", path=str(ROOT / "node_modules" / ".bin"))


def told(path):
    """Every filled cell by sheet: what it does or says."""
    package = read_package(path)
    return {
        sheet.name: {
            at: one.value if one.formula is None else normal(one.formula, *one.anchor, sheet.name)
            for at, one in Reader(package).read(sheet.part).cells.items()
        }
        for sheet in read_sheets(package)
    }  # fmt: skip


@pytest.mark.parametrize("path", OLD_FILLED, ids=lambda path: path.stem)
def test_a_filled_workbook_of_the_first_template_keeps_every_cell_and_gets_what_is_new(path, tmp_path):
    out, before = tmp_path / "新.xlsx", path.read_bytes()
    report = upgrade_workbook(path, out, POLICY)
    assert (report.before, report.after, report.lost) == (1, TEMPLATE_VERSION, ()) and path.read_bytes() == before
    old, new = told(path), told(out)
    assert list(old) == list(new)
    assert [name for name in old if new[name] != old[name]] == [POLICY_COPY]
    assert old[POLICY_COPY].items() <= new[POLICY_COPY].items() and "对账期限" in new[POLICY_COPY].values()
    assert template_version(read_package(out)) == TEMPLATE_VERSION
    assert new[POLICY_COPY] == {at: value for at, value in told(template_path(RATING))[POLICY_COPY].items()}


def test_charts_columns_comments_and_sheets_of_ones_own_keep_their_bytes(tmp_path):
    path, report_in, out = OLD_FILLED[1], tmp_path / "旧.xlsx", tmp_path / "新.xlsx"
    book = openpyxl.load_workbook(path)  # as another program saves it, with a comment and a column in between
    book[EVALUATION]["B7"].comment = openpyxl.comments.Comment("问过业务员", "方晴")
    book[EVALUATION].cell(HEADER_ROW, len(COLUMNS) + 2, "跟进")
    book.save(report_in)
    upgrade_workbook(report_in, out, POLICY)
    parts = [{name: archive.read(name) for name in archive.namelist()} for archive in map(zipfile.ZipFile, (report_in, out))]
    sheets = {read_sheets(read_package(report_in)).find(name).part for name in (POLICY_COPY,)}
    changed = {name for name in parts[0] if parts[0][name] != parts[1][name]}
    assert changed <= {*sheets, "xl/workbook.xml", "[Content_Types].xml", "_rels/.rels"} and set(parts[1]) - set(parts[0]) == {"docProps/custom.xml"}
    assert any("comment" in name for name in parts[1])


def test_approvals_entries_and_own_columns_are_where_they_were(tmp_path):
    approved, own = OLD_FILLED
    upgrade_workbook(approved, tmp_path / "批.xlsx", POLICY)
    opinions = [row["审批意见"] for row in table_rows(tmp_path / "批.xlsx", ROUTES)]
    assert opinions == [row["审批意见"] for row in table_rows(approved, ROUTES)] and "同意,按期回款" in opinions
    upgrade_workbook(own, tmp_path / "列.xlsx", POLICY)
    assert "换了采购经理,下季再评" in [row["跟进备注"] for row in table_rows(tmp_path / "列.xlsx", RESULTS)]
    assert table_rows(tmp_path / "列.xlsx", EVALUATION) == table_rows(own, EVALUATION)
    assert openpyxl.load_workbook(tmp_path / "列.xlsx")["月度回款"]._charts


def test_a_template_filled_in_and_upgraded_is_rated(tmp_path, regenerate):
    filled = fill_in(OLD_TEMPLATES[0], tmp_path / "旧" / "甲.xlsx", EAST)
    book = Book(filled, (EVALUATION,))
    book.sheet(EVALUATION).set(3, 5, "2026Q3")
    book.save(filled)
    assert str(quarter_of(filled)) == "2026Q3"
    (tmp_path / "来源").mkdir()
    upgrade_workbook(filled, tmp_path / "来源" / "甲.xlsx", POLICY)
    assert regenerate(tmp_path / "来源").code == 0
    assert [row["级别"] for row in table_rows(tmp_path / "结果" / "甲.xlsx", RESULTS)] == ["一级", "一级", "特级"]


LOST = ("委托加工证明", "暂评档次")  # columns that a still older template might not have had


@pytest.fixture(scope="module")
def older(tmp_path_factory):
    """A workbook as of a template that lacked three columns; filled, with a note beside the table; and its like today."""
    folder = tmp_path_factory.mktemp("更旧")
    today = build_branch(folder / "今" / "甲.xlsx", [*EAST, record("K4", 首次交易日期=EAST[2]["首次交易日期"])])
    path = Path(shutil.copy(today, folder / "甲.xlsx"))
    order = [name for name in COLUMNS if name not in LOST]

    def place(sheet, row, column):
        if sheet == RESULTS:
            return None if column == 20 else (row, column)  # 依据, the list's last column
        if sheet != EVALUATION or column >= len(COLUMNS):
            return row, column
        return (row, order.index(COLUMNS[column])) if COLUMNS[column] in order else None

    rearranged(path, place)
    package = read_package(path)
    table = next(name for name in package.names() if "评级结果表" in package.read(name).decode("utf-8", "ignore") and "/tables/" in name)
    data = package.read(table).decode().replace('"A4:U5"', '"A4:T5"').replace('count="21"', 'count="20"').replace('<tableColumn id="21" name="依据"/>', "")
    package.replace(table, data.encode())
    put_properties(package, {VERSION_PROPERTY: "1"})
    write_package(package, path)
    book = Book(path, (EVALUATION,))
    book.sheet(EVALUATION).set(HEADER_ROW, len(order) + 1, "跟进")
    book.sheet(EVALUATION).set(HEADER_ROW + 2, len(order) + 1, "电话已通")
    book.save(path)
    return path, today, order


@pytest.fixture(scope="module")
def with_room(older, tmp_path_factory):
    """The same with an empty column put in, by a spreadsheet program, where the new one belongs."""
    path = Path(shutil.copy(older[0], tmp_path_factory.mktemp("空列") / "甲.xlsx"))
    after = older[2].index("合同订单")
    rearranged(path, lambda sheet, row, column: (row, column + (sheet == EVALUATION and column > after)))
    return path


def test_a_new_column_that_formulas_need_among_its_like_is_asked_room_for(older, tmp_path):
    with pytest.raises(CreditError, match=r"评估表:新列“委托加工证明”没有位置;允许:先在“合同订单”\(N5\)右侧插入1个空列,再升级"):
        upgrade_workbook(older[0], tmp_path / "甲.xlsx", POLICY)
    assert not (tmp_path / "甲.xlsx").exists()


def test_columns_that_are_new_are_put_in_and_every_entry_stays(older, with_room, tmp_path):
    out = tmp_path / "甲.xlsx"
    report = upgrade_workbook(with_room, out, POLICY)
    assert report.lost == ()
    assert [(line.sheet, line.cell, line.what) for line in report.lines if line.what.startswith("新增列")] == [
        (EVALUATION, "O5", "新增列“委托加工证明”"), (EVALUATION, "AV5", "新增列“暂评档次”"), (RESULTS, "U4", "新增列“依据”"),
    ]  # fmt: skip
    rows, was = table_rows(out, EVALUATION), table_rows(with_room, EVALUATION)
    for header in (*EVALUATION_COLUMNS, "跟进"):
        if header not in LOST:
            assert [row[header] for row in rows] == [row[header] for row in was], header
    assert rows[1]["跟进"] == "电话已通"
    assert openpyxl.load_workbook(out)[RESULTS].tables["评级结果表"].ref == "A4:U5"
    assert 'sqref="O6:O20000"' in Book(out, (EVALUATION,)).sheet(EVALUATION).tail


@pytest.mark.host
def test_after_an_upgrade_the_native_formulas_come_to_what_todays_template_gives(older, with_room, tmp_path):
    out = tmp_path / "升级.xlsx"
    upgrade_workbook(with_room, out, POLICY)
    for number in range(6, 10):
        type_into(out, EVALUATION, number, {"委托加工证明": "具备"})
    new, wanted = (table_rows(one, EVALUATION) for one in convert([out, older[1]], tmp_path / "lo"))
    for header in PROVISIONAL_COLUMNS:
        assert [row[header] for row in new] == [row[header] for row in wanted], header
    assert [row["暂评状态"] for row in new] == ["已评级"] * 4


@pytest.mark.skipif(not VALIDATOR, reason="no Open XML validator: set XL_CREDIT_VALIDATOR")
def test_the_validator_finds_nothing_in_an_upgraded_workbook(with_room, tmp_path):
    for number, path in enumerate((with_room, *OLD_FILLED)):
        out = tmp_path / f"{number}.xlsx"
        upgrade_workbook(path, out, POLICY)
        done = subprocess.run([*VALIDATOR.split(), str(out)], capture_output=True, text=True, timeout=60, check=False)
        assert '"errors":[]' in done.stdout.replace(" ", "").replace("\n", ""), done.stdout[:2000]


def test_a_value_typed_over_a_formula_has_no_place_and_is_told(with_room, tmp_path):
    path = Path(shutil.copy(with_room, tmp_path / "甲.xlsx"))
    column = COLUMNS.index("暂评得分")
    book = Book(path, (EVALUATION, FORM))
    book.sheet(EVALUATION).set(7, column, 88)
    book.sheet(FORM).set(4, 1, "手填的名称")
    book.save(path)
    report = upgrade_workbook(path, tmp_path / "新.xlsx", POLICY)
    assert {(line.sheet, line.cell, line.was) for line in report.lost} == {
        (EVALUATION, f"{column_letters(column)}7", "88"), (FORM, "B4", "手填的名称"),
    }  # fmt: skip


def test_a_table_with_something_right_beside_it_is_refused_and_nothing_is_written(with_room, tmp_path):
    path = Path(shutil.copy(with_room, tmp_path / "甲.xlsx"))
    book = Book(path, (RESULTS,))
    book.sheet(RESULTS).set(4, 20, "我的备注")
    book.save(path)
    with pytest.raises(CreditError, match="评级结果:表“评级结果表”右侧紧挨着别的内容"):
        upgrade_workbook(path, tmp_path / "新.xlsx", POLICY)
    assert not (tmp_path / "新.xlsx").exists()


def test_a_sheet_that_is_missing_is_put_in(tmp_path):
    path = build_branch(tmp_path / "甲.xlsx", EAST)
    book = openpyxl.load_workbook(path)
    del book["核对"]
    book.custom_doc_props[VERSION_PROPERTY].value = "1"
    book.save(path)
    report = upgrade_workbook(path, tmp_path / "新.xlsx", POLICY)
    assert ("核对", "补上工作表") in [(line.sheet, line.what) for line in report.lines]
    assert "核对" in told(tmp_path / "新.xlsx")


def test_the_current_version_is_left_alone_and_a_newer_one_is_refused(tmp_path):
    path, out = build_branch(tmp_path / "甲.xlsx", EAST), tmp_path / "新.xlsx"
    assert upgrade_workbook(path, out, POLICY).lines == () and out.read_bytes() == path.read_bytes()
    package = read_package(path)
    put_properties(package, {VERSION_PROPERTY: str(TEMPLATE_VERSION + 1)})
    write_package(package, path)
    with pytest.raises(CreditError, match=f"甲.xlsx:模板版本{TEMPLATE_VERSION + 1}比本程序的{TEMPLATE_VERSION}新"):
        upgrade_workbook(path, out, POLICY)


def test_from_the_command_line(tmp_path):
    out = tmp_path / "新.xlsx"
    ended = run_cli("upgrade", OLD_FILLED[1], "--out", out)
    assert ended.code == 0 and "模板版本 1 → 2" in ended.out and "政策表更新为“对账期限”" in ended.out and "月度回款" in ended.out
    assert run_cli("upgrade", OLD_TEMPLATES[0], "--out", out).code == 2  # it names no quarter
    assert run_cli("upgrade", out, "--out", out).code == 2
