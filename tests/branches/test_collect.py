"""Workbooks in: what was planted is found at its cell, what people may do is not, and where everything goes."""

import re
import shutil
import warnings
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.branches.packs import EAST, FILLED, KEY, POLICY, QUARTER, SPARE, cell, fill_in, last_quarter, rearranged, send, spoil
from tests.conftest import build_branch, files_in, run_cli, table_rows
from tests.forms.office import convert
from xl_credit.books.book import Book
from xl_credit.books.package import Package, read_package, write_package
from xl_credit.books.sheet_xml import SheetXml
from xl_credit.books.workbook import read_sheets
from xl_credit.branches.checklist import read_checklist
from xl_credit.branches.collecting import AWAITED, BACK, MISSING, NOT_JUDGED, TAKEN, TAKEN_BEFORE, Desk, collect, plan_returns
from xl_credit.branches.comparing import read_sent
from xl_credit.branches.encryption import encrypted
from xl_credit.branches.judging import against, judge
from xl_credit.branches.manifest import read_manifest
from xl_credit.branches.names import LETTER_SHEET, MANIFEST_SHEET
from xl_credit.forms.formulas import COLUMNS, HEADER_ROW, PROVISIONAL_COLUMNS
from xl_credit.quarter.columns import BUSINESS_TYPES, EVALUATION, FORM, POLICY_COPY, REQUEST_TYPES, RESULTS
from xl_credit.tables import column_letters
from xl_credit.work.units import How

pytestmark = pytest.mark.filterwarnings("ignore:Print area")  # a formula as print area: openpyxl leaves it out and says so
ENTRIES = [FILLED, FILLED | {"A类业务额": 9, "B类业务额": 1}, FILLED]
DAY = date(2026, 11, 25)
LATER = date(2026, 11, 26)


@pytest.fixture(scope="module")
def previous(tmp_path_factory):
    return last_quarter(tmp_path_factory.mktemp("上季"))


@pytest.fixture(scope="module")
def _sent(previous, tmp_path_factory):
    out = tmp_path_factory.mktemp("下发")
    send(out, previous)
    return out


@pytest.fixture(scope="module")
def _filled(_sent, tmp_path_factory):
    return fill_in(_sent / "甲.xlsx", tmp_path_factory.mktemp("填") / "甲.xlsx", ENTRIES)


@pytest.fixture
def desk(_sent, tmp_path):
    """The three folders: what came back (nothing yet), what was sent, where results go."""
    (tmp_path / "收回").mkdir()
    return Desk(tmp_path / "收回", Path(shutil.copytree(_sent, tmp_path / "下发")), tmp_path / "结果", DAY)


@pytest.fixture
def returned(desk, _filled):
    """甲's workbook, filled in and back."""
    return Path(shutil.copy(_filled, desk.returned / "甲.xlsx"))


def run(desk, passwords=None, **options):
    return collect(desk, *plan_returns(desk, KEY, passwords or {}), **options)


def judged(desk, path, passwords=None):
    jobs, _ = plan_returns(desk, KEY, passwords or {})
    return judge(next(job for job in jobs if job.path == path))


def found(desk, path):
    """(place, what, was, now) of everything found."""
    one = judged(desk, path)
    assert not one.error, one.error
    return [("!".join(filter(None, (finding.sheet, finding.cell))), finding.what, finding.was, finding.now) for finding in one.findings]


def put(path, sheet, *changes):
    """(row, column, value) typed into a sheet."""
    book = Book(path, (sheet,))
    for row, column, value in changes:
        book.sheet(sheet).set(row, column, value)
    book.save(path)


def part_of(path, sheet):
    return read_sheets(read_package(path)).find(sheet).part


# what is fair


def test_a_workbook_filled_in_is_taken(desk, returned):
    assert found(desk, returned) == []


@pytest.mark.host
def test_a_workbook_saved_by_another_program_is_judged_as_what_it_is(desk, _filled, tmp_path):
    shutil.copy(convert([_filled], tmp_path / "lo")[0], desk.returned / "甲.xlsx")
    path = desk.returned / "甲.xlsx"
    assert found(desk, path) == [] and judged(desk, path).notes == ()
    put(path, EVALUATION, (*cell("暂评得分", 1), 90))  # and what is changed after that is found
    place = f"{EVALUATION}!{column_letters(COLUMNS.index('暂评得分'))}7"
    assert [(where, what, now) for where, what, _, now in found(desk, path)] == [(place, "公式被改为数值", "90")]


def by_openpyxl(path, change):
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)


def test_sorted_rows_own_columns_own_sheets_colours_and_comments_are_no_finding(desk, returned):
    def hands(book):
        sheet = book[EVALUATION]
        first, third = ([sheet.cell(row, column).value for column in range(1, len(COLUMNS) - len(PROVISIONAL_COLUMNS) + 1)] for row in (6, 8))
        for row, values in ((6, third), (8, first)):
            for column, value in enumerate(values, 1):
                sheet.cell(row, column).value = value
        sheet.cell(5, len(COLUMNS) + 2, "跟进")
        sheet.cell(6, len(COLUMNS) + 2, "=1+1")
        sheet["C6"].fill = openpyxl.styles.PatternFill("solid", "FFFF00")
        sheet["M7"].number_format = "0.0000"
        sheet.auto_filter.add_filter_column(2, ["A"])
        sheet.row_dimensions[7].hidden = True  # filtered out
        sheet.column_dimensions["D"].hidden = True
        book.create_sheet("我的表")["A1"] = "=评估表!B6"

    by_openpyxl(returned, hands)
    assert found(desk, returned) == []


def test_a_column_put_in_between_is_no_finding(desk, returned):
    rearranged(returned, lambda sheet, row, column: (row, column + (sheet == EVALUATION and column >= 4)))
    put(returned, EVALUATION, (HEADER_ROW, 4, "我的列"), (HEADER_ROW + 1, 4, "我的话"))
    assert found(desk, returned) == []
    put(returned, EVALUATION, (6, COLUMNS.index("暂评得分") + 1, 1))
    assert [(where, what) for where, what, *_ in found(desk, returned)] == [("评估表!AS6", "公式被改为数值")]


def test_full_width_and_text_that_reads_as_a_number_are_forgiven(desk, returned):
    put(returned, EVALUATION, (*cell("年交易额", 0), "１,250.50"), (*cell("营业执照", 0), " 具备 "), (*cell("首次交易日期", 0), "2020年1月1日"))
    assert found(desk, returned) == []


def test_results_that_the_code_in_a_lite_pack_wrote_are_no_finding(previous, tmp_path):
    from xl_credit.hosts.lite_package import embed

    desk = Desk(tmp_path / "收回", tmp_path / "下发", tmp_path / "结果", DAY)
    send(desk.sent, previous, ("甲",), finish=lambda path: embed(path)[0])
    path = fill_in(desk.sent / "甲.xlsx", desk.returned / "甲.xlsx", ENTRIES)
    put(path, RESULTS, (5, 0, "K1"))
    assert found(desk, path) == []


def test_a_new_customer_in_a_spare_row_is_no_finding(desk, returned):
    put(returned, EVALUATION, *((*cell(header, 3), value) for header, value in (FILLED | {"客户编码": "N1", "客户名称": "新客户"}).items()))
    assert found(desk, returned) == []


VALID = {
    **{item.name: st.sampled_from([text for text, _ in item.options]) for item in POLICY.items if item.options},
    "业务类型": st.sampled_from(BUSINESS_TYPES), "申请类型": st.sampled_from(REQUEST_TYPES), "首次交易日期": st.dates(date(1990, 1, 1), date(2026, 12, 31)),
    **dict.fromkeys(("重点客户", "业务员垫支", "弄虚作假"), st.sampled_from(["是", "否"])),
    **dict.fromkeys(("业务员", "合同编号"), st.text(max_size=8)), "企业设立年限": st.integers(0, 500), "申请期限": st.integers(0, 9999),
    **dict.fromkeys(("A类业务额", "B类业务额", "申请额度"), st.floats(0, 1e9)), **dict.fromkeys(("年交易额", "年赢利额", "年回款额"), st.floats(-1e9, 1e9)),
}  # fmt: skip
AN_ENTRY = st.sampled_from(sorted(VALID)).flatmap(lambda header: st.tuples(st.just(header), st.integers(0, 2 + SPARE), st.none() | VALID[header]))


@pytest.fixture(scope="module")
def baseline(_sent, _filled, tmp_path_factory):
    """The pack as sent, and filled in by a program that writes every formula out: then each cell can be changed by itself."""
    package, path = read_package(_sent / "甲.xlsx"), tmp_path_factory.mktemp("另存") / "甲.xlsx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        openpyxl.load_workbook(_filled).save(path)
    return read_sent(package), read_manifest(package), path


def with_cells(path, sheet, cells) -> Package:
    package = read_package(path)
    part = read_sheets(package).find(sheet).part
    xml = SheetXml(package.read(part), sheet)
    for row, column, value in cells:
        xml.set(row, column, value)
    package.replace(part, xml.data())
    return package


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(AN_ENTRY, max_size=25))
def test_any_entries_in_input_cells_are_no_finding(baseline, entries):
    sent, manifest, path = baseline
    package = with_cells(path, EVALUATION, [(*cell(header, offset), value) for header, offset, value in entries])
    assert against(sent, package, manifest, QUARTER) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_change_of_a_locked_cell_is_found_at_its_cell_and_nowhere_else(baseline, data):
    sent, manifest, path = baseline
    sheet = data.draw(st.sampled_from(sorted(sent.lock.sheets)))
    places = sorted(sent.lock.sheets[sheet].cells)
    if sheet == EVALUATION:
        places += [cell(header, offset) for header in PROVISIONAL_COLUMNS for offset in range(3 + SPARE)]
        places += [cell("客户名称", offset) for offset in range(3)]
    at = data.draw(st.sampled_from(places))
    value = data.draw(st.none() | st.just("别的") | st.integers(7777, 9999))
    found = against(sent, with_cells(path, sheet, [(*at, value)]), manifest, QUARTER)
    assert [(one.sheet, one.cell) for one in found] == [(sheet, f"{column_letters(at[1])}{at[0]}")]
    assert found[0].was == sent.cell(sheet, at) and found[0].now == ("" if value is None else str(value))


# what is found


@pytest.mark.parametrize(
    "sheet,change,place,what,was,now",
    [
        (EVALUATION, (3, 1, "乙"), "B3", "锁定单元格被改动", "甲", "乙"),
        (EVALUATION, (3, 5, "2026Q3"), "F3", "锁定单元格被改动", "2026Q4", "2026Q3"),
        (EVALUATION, (5, 19, "销售额"), "T5", "锁定单元格被改动", "年交易额\n(万元)", "销售额"),
        (EVALUATION, (1, 0, None), "A1", "锁定单元格被改动", "客户信用评估表", ""),
        (POLICY_COPY, (20, 7, 99), "H20", "锁定单元格被改动", "30", "99"),
        (POLICY_COPY, (200, 1, "加一行"), "B200", "锁定单元格被改动", "", "加一行"),
        (FORM, (4, 1, "手填"), "B4", "公式被改为文字", None, "手填"),
        (RESULTS, (5, 0, "K1"), "A5", "锁定单元格被改动", "", "K1"),
        (EVALUATION, (*cell("暂评状态", 2), None), "AU8", "公式被删除", None, ""),
        (EVALUATION, (*cell("暂评状态", 4), 5), "AU10", "公式被改为数值", None, "5"),
        (EVALUATION, (*cell("客户名称", 1), "改名"), "B7", "客户名称被改动", "K2公司", "改名"),
        (EVALUATION, (*cell("客户编码", 1), "K9"), "A7", "客户编码被改动", "K2", "K9"),
        (EVALUATION, (*cell("客户编码", 4), "K1"), "A10", "客户重复", "一行", "与A6同为“K1”"),
        (EVALUATION, (*cell("营业执照", 0), "有"), "I6", "营业执照的值不在下拉选项内", "未年检", "有"),
        (EVALUATION, (*cell("合作态度", 1), 2), "W7", "合作态度的值不在下拉选项内", "", "2"),
        (EVALUATION, (*cell("年交易额", 2), "约五百"), "T8", "年交易额填写的内容读不出来", "", "约五百"),
        (EVALUATION, (*cell("首次交易日期", 0), "去年"), "F6", "首次交易日期填写的内容读不出来", "43831", "去年"),
    ],
)  # fmt: skip
def test_a_planted_fault_is_found_at_its_cell(desk, returned, sheet, change, place, what, was, now):
    put(returned, sheet, change)
    (one,) = found(desk, returned)
    assert (one[0], one[1], one[3]) == (f"{sheet}!{place}", what, now)
    assert one[2].startswith("=") if was is None else one[2] == was


def test_a_formula_that_does_something_else_is_found_and_shown_where_it_differs(desk, returned):
    def change(book):
        sheet = book[EVALUATION]
        sheet["AR7"] = sheet["AR7"].value.replace("100", "99")

    by_openpyxl(returned, change)
    ((place, what, was, now),) = found(desk, returned)
    assert (place, what) == (f"{EVALUATION}!AR7", "公式被改动") and ("100" in was, "99" in now) == (True, True)


def test_a_customers_row_taken_out_is_found(desk, returned):
    def change(book):
        sheet = book[EVALUATION]
        for column in range(1, len(COLUMNS) - len(PROVISIONAL_COLUMNS) + 1):  # the last customer's row moved up over the second's
            sheet.cell(7, column).value = sheet.cell(8, column).value
            sheet.cell(8, column).value = None

    by_openpyxl(returned, change)
    assert found(desk, returned) == [(f"{EVALUATION}!A7", "下发的客户不见了", "K2", "没有")]


def test_a_row_hidden_by_hand_is_found_and_one_that_a_filter_hides_is_not(desk, returned):
    part = part_of(returned, EVALUATION)
    spoil(returned, part, (b'<row r="7"', b'<row hidden="1" r="7"'), (b'<row r="10"', b'<row hidden="1" r="10"'))  # 10 is empty
    assert found(desk, returned) == [(f"{EVALUATION}!A7", "行被隐藏", "显示", "隐藏")]
    package = read_package(returned)
    data = re.sub(rb"<autoFilter ref=\"([^\"]+)\"/>", rb'<autoFilter ref="\1"><filterColumn colId="2"/></autoFilter>', package.read(part))
    package.replace(part, data)
    write_package(package, returned)
    assert found(desk, returned) == []


def test_a_sheet_taken_out_renamed_or_hidden_is_found(desk, returned):
    def change(book):
        del book["核对"]
        book["级别变动"].title = "变动"
        book[POLICY_COPY].sheet_state = "hidden"

    by_openpyxl(returned, change)
    assert [(place, what) for place, what, *_ in found(desk, returned)] == [
        ("级别变动", "缺少工作表"), ("核对", "缺少工作表"), (POLICY_COPY, "工作表被隐藏"),
    ]  # fmt: skip


def test_rows_put_in_above_the_table_are_one_finding(desk, returned):
    by_openpyxl(returned, lambda book: book[EVALUATION].insert_rows(1))
    assert [(place, what) for place, what, *_ in found(desk, returned) if place.startswith(EVALUATION)] == [(f"{EVALUATION}!A5", "表头不在原处")]


def test_a_column_taken_out_is_one_finding(desk, returned):
    by_openpyxl(returned, lambda book: book[EVALUATION].delete_cols(4))
    assert (f"{EVALUATION}!D5", "列被删除", "A类业务额", "没有") in found(desk, returned)


# whose it is


def test_another_quarters_workbook_is_told(desk, previous, tmp_path):
    from xl_credit.rules.quarter import Quarter

    send(tmp_path / "早", None, quarter=Quarter.parse("2026Q3"))
    shutil.copy(tmp_path / "早" / "甲.xlsx", desk.returned)
    assert found(desk, desk.returned / "甲.xlsx") == [("", "季度不符", "2026Q4", "2026Q3")]


def test_another_branchs_workbook_is_told(desk, returned):
    path = returned.rename(desk.returned / "乙.xlsx")
    assert [what for _, what, *_ in found(desk, path)] == ["文件名是“乙”,内容是“甲”的工作簿"]


def test_a_pack_of_another_head_office_is_told(desk, previous, tmp_path):
    send(tmp_path / "别", previous, key=b"x" * 32)
    shutil.copy(tmp_path / "别" / "甲.xlsx", desk.returned)
    assert found(desk, desk.returned / "甲.xlsx")[0][:2] == (MANIFEST_SHEET, "下发信息被改动,或不是本总部下发的")


def test_an_older_pack_is_told_from_the_one_sent_last(desk, previous, tmp_path):
    shutil.copy(desk.sent / "甲.xlsx", desk.returned)
    send(desk.sent, previous, policy=replace(POLICY, version="新版"))
    assert [what for _, what, *_ in found(desk, desk.returned / "甲.xlsx")] == ["不是最近一次下发的工作簿"]


def test_an_old_template_is_told(desk):
    shutil.copy(Path(__file__).parent / "old_templates" / "1.xlsx", desk.returned / "甲.xlsx")
    assert found(desk, desk.returned / "甲.xlsx") == [("", "模板版本不符", "2", "1")]


def test_a_workbook_of_nobody_is_told(desk):
    build_branch(desk.returned / "丁.xlsx", EAST, quarter="2026Q4")
    assert [what for _, what, *_ in found(desk, desk.returned / "丁.xlsx")] == ["分公司“丁”不在分发清单"]


def test_a_workbook_without_its_hidden_part_is_recognised_by_content(desk, returned):
    def strip(book):
        del book[MANIFEST_SHEET]
        for name in list(book.custom_doc_props.names):
            del book.custom_doc_props[name]

    by_openpyxl(returned, strip)
    path = returned.rename(desk.returned / "评估表终稿.xlsx")
    one = judged(desk, path)
    assert (one.branch, one.findings, one.notes) == ("甲", (), ("隐藏的下发信息已丢失,按内容和分发清单核对",))
    put(path, EVALUATION, (3, 5, "2026Q2"))
    assert [what for _, what, *_ in found(desk, path)] == ["季度不符"]


@pytest.mark.parametrize("content,what", [(b"", "文件为空"), (b"PK\3\4xx", "文件损坏"), (b"hello", "不是 Excel 工作簿")])
def test_a_file_that_is_no_workbook_gets_a_letter_too(desk, content, what):
    (desk.returned / "甲.xlsx").write_bytes(content)
    done = run(desk)
    assert done.outcomes[0].state == BACK and what in done.outcomes[0].judged.findings[0].what and done.outcomes[0].place.exists()


def test_a_pack_that_was_changed_on_head_offices_own_disk_accuses_nobody(desk, returned):
    put(desk.sent / "甲.xlsx", POLICY_COPY, (20, 7, 99))
    one = run(desk).outcomes[0]
    assert one.state == NOT_JUDGED and "总部留存的下发件被改动过" in one.judged.error and one.judged.findings == ()
    assert read_checklist(desk.sent)["甲"].state == "未收回" and not list(desk.out.rglob("*.xlsx"))


# passwords


def test_what_comes_back_behind_its_password_is_opened_and_filed_as_it_came(previous, tmp_path):
    desk = Desk(tmp_path / "收回", tmp_path / "下发", tmp_path / "结果", DAY)
    send(desk.sent, previous, passwords={"乙": "乙的密码", "甲": "甲的密码"})
    from xl_credit.branches.encryption import decrypted

    clear = tmp_path / "clear" / "甲.xlsx"
    clear.parent.mkdir()
    clear.write_bytes(decrypted((desk.sent / "甲.xlsx").read_bytes(), "甲的密码", ""))
    fill_in(clear, clear, ENTRIES)
    desk.returned.mkdir()
    back = encrypted(clear.read_bytes(), "甲的密码")
    (desk.returned / "评估表.xlsx").write_bytes(back)
    passwords = {"乙": "乙的密码", "甲": "甲的密码", "丙": ""}
    done = run(desk, passwords)
    assert [(one.judged.branch, one.state) for one in done.outcomes[:1]] == [("甲", TAKEN)]
    assert (desk.out / "归档" / str(DAY) / "甲.xlsx").read_bytes() == back
    assert (desk.out / "甲.xlsx").read_bytes() == clear.read_bytes()
    (desk.returned / "评估表.xlsx").write_bytes(encrypted(clear.read_bytes(), "别的"))
    without = run(desk).outcomes[0]
    assert (without.state, without.judged.error) == (NOT_JUDGED, "设有打开密码,须用 --passwords 给出密码表")
    assert "打开密码不是下发时的密码" in run(desk, passwords).outcomes[0].judged.findings[0].what


# where it goes


def test_customers_of_whom_nothing_was_filled_in_are_counted_but_no_finding(desk):
    fill_in(desk.sent / "甲.xlsx", desk.returned / "甲.xlsx", [FILLED])
    one = judged(desk, desk.returned / "甲.xlsx")
    assert (one.findings, one.notes) == ((), ("3户中有2户本季一项未填",))


def test_good_ones_are_filed_others_get_a_letter_and_missing_ones_are_listed(desk, returned):
    fill_in(desk.sent / "乙.xlsx", desk.returned / "乙.xlsx", [FILLED | {"营业执照": "有"}])
    before = files_in(desk.returned)
    done = run(desk)
    assert [(one.judged.branch, one.state) for one in done.outcomes] == [("乙", BACK), ("甲", TAKEN), ("丙", MISSING)]
    assert set(files_in(desk.out)) == {"甲.xlsx", f"归档/{DAY}/甲.xlsx", "退回/退回说明_乙.xlsx"}
    assert files_in(desk.returned) == before and files_in(desk.out)["甲.xlsx"] == before["甲.xlsx"]
    lines = read_checklist(desk.sent)
    assert [(lines[name].state, lines[name].returned_on, lines[name].problems) for name in "甲乙丙"] == [
        ("已收回", "2026-11-25", "0"), ("已退回", "2026-11-25", "1"), ("未收回", "", ""),
    ]  # fmt: skip


def test_the_letter_is_one_printable_sheet_that_says_what_to_mend(desk, returned):
    put(returned, EVALUATION, (*cell("暂评得分", 1), 5), (*cell("合作态度", 0), "=1+1"))
    letter = run(desk).outcomes[0].place
    book = openpyxl.load_workbook(letter)
    assert book.sheetnames == [LETTER_SHEET]
    sheet = book[LETTER_SHEET]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=7, max_row=8)]
    assert [row[:4] for row in rows] == [[1, EVALUATION, "AR7", "公式被改为数值"], [2, EVALUATION, "W6", "合作态度的值不在下拉选项内"]]
    assert rows[0][4].startswith("=IF(") and rows[1][5] == "=1+1" and sheet.cell(7, 5).data_type == sheet.cell(8, 6).data_type == "s"
    assert sheet.page_setup.paperSize == "9" or sheet.page_setup.paperSize == 9
    assert sheet.print_title_rows and "2026年11月25日" in str([cell.value for row in sheet.iter_rows() for cell in row])


def test_values_pasted_over_the_whole_table_are_a_line_a_column_in_the_letter(desk, returned):
    def paste(book):
        for row in book[EVALUATION].iter_rows(min_row=HEADER_ROW + 1, min_col=COLUMNS.index(PROVISIONAL_COLUMNS[0]) + 1):
            for one in row:
                one.value = one.row

    by_openpyxl(returned, paste)
    done = run(desk)
    assert len(done.outcomes[0].judged.findings) == len(PROVISIONAL_COLUMNS) * (len(EAST) + SPARE)
    sheet = openpyxl.load_workbook(done.outcomes[0].place)[LETTER_SHEET]
    rows = [[one.value for one in row] for row in sheet.iter_rows(min_row=7, max_row=6 + len(PROVISIONAL_COLUMNS))]
    assert [row[2] for row in rows][:2] == ["AJ6:AJ12", "AK6:AK12"] and {row[5] for row in rows} == {"6(等7格)"}
    assert "以下 91 处" in sheet["A4"].value


def test_collecting_again_changes_nothing_and_takes_nothing_twice(desk, returned):
    run(desk)
    before, sent = files_in(desk.out), files_in(desk.sent)
    put(desk.out / "甲.xlsx", RESULTS, (5, 0, "总部已评"))  # head office has gone on working in it
    worked = (desk.out / "甲.xlsx").read_bytes()
    done = run(Desk(desk.returned, desk.sent, desk.out, LATER))
    assert done.outcomes[0].state == TAKEN_BEFORE and (desk.out / "甲.xlsx").read_bytes() == worked
    assert set(files_in(desk.out)) == set(before) and files_in(desk.sent) == sent


def test_a_newer_return_replaces_the_older_and_nothing_of_it_is_lost(desk, returned):
    run(desk)
    older = returned.read_bytes()
    put(returned, EVALUATION, (*cell("年交易额", 0), 999))
    assert run(Desk(desk.returned, desk.sent, desk.out, LATER)).outcomes[0].state == TAKEN
    kept = files_in(desk.out)
    assert kept["甲.xlsx"] == kept[f"归档/{LATER}/甲.xlsx"] == returned.read_bytes()
    assert kept[f"归档/{DAY}/甲.xlsx"] == kept[f"备份/甲.{LATER}.xlsx"] == older


def test_a_good_return_is_not_undone_by_a_bad_one_and_a_bad_one_is_waited_for(desk, returned):
    put(returned, EVALUATION, (*cell("营业执照", 0), "有"))
    run(desk)
    returned.unlink()
    assert (AWAITED, "甲") in [(one.state, one.judged.branch) for one in run(desk).outcomes]
    put(returned_again := Path(shutil.copy(desk.sent / "甲.xlsx", desk.returned)), EVALUATION, (*cell("营业执照", 0), "具备"))
    assert run(desk).outcomes[0].state == TAKEN
    put(returned_again, EVALUATION, (*cell("营业执照", 0), "有"))
    assert run(desk).outcomes[0].state == BACK and read_checklist(desk.sent)["甲"].state == "已收回"


def test_two_different_workbooks_of_one_branch_are_both_sent_back_and_two_equal_ones_are_one(desk, returned):
    other = Path(shutil.copy(returned, desk.returned / "甲 副本.xlsx"))
    assert sorted(one.state for one in run(desk).outcomes[:2]) == [TAKEN, TAKEN_BEFORE]
    put(other, EVALUATION, (*cell("年交易额", 0), 999))
    states = [(one.state, one.judged.findings[0].what) for one in run(desk).outcomes[:2]]
    assert states == [(BACK, "同一分公司有几份不同的工作簿:甲 副本.xlsx、甲.xlsx")] * 2


def test_what_was_filed_before_a_crash_is_noted_in_the_list_afterwards(desk, returned):
    listed = (desk.sent / "分发清单.xlsx").read_bytes()
    run(desk)
    (desk.sent / "分发清单.xlsx").write_bytes(listed)
    run(Desk(desk.returned, desk.sent, desk.out, LATER))
    line = read_checklist(desk.sent)["甲"]
    assert (line.state, line.returned_on, line.archive) == ("已收回", str(DAY), f"归档/{DAY}/甲.xlsx")


def test_two_processes_judge_alike(desk, returned):
    fill_in(desk.sent / "乙.xlsx", desk.returned / "乙.xlsx", [FILLED | {"营业执照": "有"}])
    alone = run(Desk(desk.returned, desk.sent, desk.out / "一", DAY))
    both = run(Desk(desk.returned, desk.sent, desk.out / "二", DAY), how=How(2))
    assert [(one.judged, one.state) for one in alone.outcomes] == [(one.judged, one.state) for one in both.outcomes]
    assert files_in(desk.out / "一") == files_in(desk.out / "二")


def test_from_the_command_line_into_the_regeneration(desk, returned, tmp_path, regenerate):
    key = tmp_path / "key"
    key.write_text(KEY.hex() + "\n")
    key.chmod(0o600)
    (desk.returned / "说明.txt").write_text("x")
    arguments = ("collect", desk.returned, "--sent", desk.sent, "--key", key, "--out", desk.out, "--date", "2026-11-25")
    ended = run_cli(*arguments)
    assert ended.code == 1 and not ended.has_traceback
    assert "收下" in ended.out and "说明.txt:不是工作簿,未处理" in ended.out and "还没交的分公司:乙、丙" in ended.err
    for name, entries in (("乙", [FILLED]), ("丙", [])):
        fill_in(desk.sent / f"{name}.xlsx", desk.returned / f"{name}.xlsx", entries)
    assert run_cli(*arguments).code == 0
    regenerate(desk.out, "--previous", desk.sent, quarter="2026Q4", out=tmp_path / "评")
    assert [row["评级状态"] for row in table_rows(tmp_path / "评" / "甲.xlsx", RESULTS)] == ["已评级"] * 3
    assert run_cli("collect", desk.returned, "--sent", desk.out, "--key", key, "--out", tmp_path / "o").code == 2
    assert run_cli("collect", desk.sent, "--sent", desk.sent, "--key", key, "--out", desk.out).code == 2
