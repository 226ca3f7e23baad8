"""regenerate_branch on copies of the sample workbooks: what it writes, what it keeps, what it refuses."""

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest

from xl_credit.books.book import Book
from xl_credit.books.package import read_package, relationships
from xl_credit.cells import folded, is_blank, parse_date, serial
from xl_credit.forms.rating_workbook import build_rating_workbook
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.branch import BranchResult, Job, regenerate_branch
from xl_credit.quarter.columns import (
    CHANGES,
    CHECKS,
    EVALUATION,
    EVALUATION_COLUMNS,
    POLICY_COPY,
    RESULTS,
    ROUTE_KEPT,
    ROUTES,
)
from xl_credit.rules.quarter import Quarter
from xl_credit.tables import Table, find_table

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
POLICY, NOW = sample_policy(), Quarter(2026, 3)
WRITTEN = (RESULTS, ROUTES, CHANGES, CHECKS)
GM_CODE = "XN-0010"  # asks for 80万, which 总经理 decides at step 6
pytestmark = pytest.mark.filterwarnings("ignore:Print area")  # a formula as print area: openpyxl leaves it out and says so


@pytest.fixture(scope="session")
def template(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("template") / "模板.xlsx"
    build_rating_workbook(path, POLICY, spare_rows=2)
    return path


@pytest.fixture
def run(template) -> Callable[..., BranchResult]:
    """Regenerate 2026Q3 from ``source`` into ``target``, in place where none is given."""

    def regenerate(source: Path, target: Path | None = None, **changes) -> BranchResult:
        return regenerate_branch(replace(Job(source, target or source, NOW, POLICY, template, None, None), **changes))

    return regenerate


@pytest.fixture
def southwest(tmp_path) -> Path:
    return copy(tmp_path, "西南")


@pytest.fixture
def east(tmp_path) -> Path:
    return copy(tmp_path, "华东")


def copy(folder: Path, branch: str) -> Path:
    path = folder / f"{branch}.xlsx"
    path.write_bytes((WORKBOOKS / "2026Q3" / path.name).read_bytes())
    return path


def table_of(path: Path, sheet: str) -> tuple[Book, Table]:
    book = Book(path, (sheet,))
    return book, find_table(book.grid(sheet), ("客户编码",) if sheet in (CHECKS,) else ("客户编码", "客户名称"))


def rows_of(path: Path, sheet: str) -> list[dict[str, object]]:
    """The rows of a sheet's table under all its headers, with ``row`` as their row in the sheet."""
    _, table = table_of(path, sheet)
    headers = [folded(name).partition("(")[0] for name in table.grid.rows[table.header]]
    body = [(number, row) for number, row in table.body() if any(not is_blank(value) for value in row)]
    return [{"row": number, **dict(zip(headers, row, strict=True))} for number, row in body]


def enter(path: Path, sheet: str, entries: dict[int, dict[str, object]]) -> None:
    """Type values into a table: row number → header → value."""
    book, table = table_of(path, sheet)
    headers = [folded(name).partition("(")[0] for name in table.grid.rows[table.header]]
    for number, values in entries.items():
        for header, value in values.items():
            book.sheet(sheet).set(number, headers.index(header), value)
    book.save(path)


def customer_row(path: Path, code: str) -> int:
    return next(row["row"] for row in rows_of(path, EVALUATION) if row["客户编码"] == code)


def rearrange(path: Path, change: Callable[[list[list[object]]], list[list[object]]]) -> None:
    """Give the 评估表 other rows or another order, as people do by inserting, deleting and sorting."""
    rows = [[row.get(name) for name in EVALUATION_COLUMNS] for row in rows_of(path, EVALUATION)]
    numbers = [row["row"] for row in rows_of(path, EVALUATION)]
    new = change([list(row) for row in rows])
    new += [[None] * len(EVALUATION_COLUMNS)] * (len(rows) - len(new))
    numbers += range(numbers[-1] + 1, numbers[-1] + 1 + len(new) - len(rows))
    enter(path, EVALUATION, {n: dict(zip(EVALUATION_COLUMNS, row, strict=True)) for n, row in zip(numbers, new, strict=True)})


def repacked(path: Path, change: Callable[[str, bytes], bytes]) -> None:
    with zipfile.ZipFile(path) as archive:
        content = [(info.orig_filename, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in content:
            new.writestr(name, change(name, data))


def parts(path: Path) -> dict[str, bytes]:
    package = read_package(path)
    return {name: package.read(name) for name in package.names()}


def sheet_part(path: Path, sheet: str) -> str:
    return Book(path, ()).sheets.find(sheet).part


def key(row: dict[str, object]) -> tuple[str, str, str]:
    return tuple(folded(row[name]) for name in ("客户编码", "路线", "步骤"))


def entries_of(path: Path) -> dict[tuple[str, str, str], tuple[object, ...]]:
    found = {key(row): tuple(row[name] or None for name in ROUTE_KEPT) for row in rows_of(path, ROUTES)}
    return {at: entries for at, entries in found.items() if any(entries)}


def approve(path: Path, codes: tuple[str, ...]) -> dict[tuple[str, str, str], tuple[object, ...]]:
    """Fill in every step of these customers, each with its own opinion; returns all that people's columns then hold."""
    rows = [row for row in rows_of(path, ROUTES) if row["客户编码"] in codes]
    last = {key(row)[:2]: row["步骤"] for row in rows}
    enter(path, ROUTES, {
        row["row"]: {
            "审批意见": f"意见{'/'.join(key(row))}", "审批人": row["岗位"], "审批日期": date(2026, 10, 8 + int(row["步骤"])),
            "状态": "批准" if row["步骤"] == last[key(row)[:2]] else "同意",
        } for row in rows
    })  # fmt: skip
    return entries_of(path)


# --- the same bytes, and all else untouched


@pytest.mark.parametrize("branch", ["华东", "华南", "西南"])
def test_twice_gives_the_same_bytes(tmp_path, run, branch):
    source, out = copy(tmp_path, branch), tmp_path / "out.xlsx"
    past = WORKBOOKS / "2026Q2" / source.name
    assert run(source, out, past=past).written
    first = out.read_bytes()
    assert not run(source, out, past=past).written
    assert out.read_bytes() == first
    assert run(source, past=past).written
    in_place = source.read_bytes()
    assert not run(source, past=past).written
    assert source.read_bytes() == in_place == first


@pytest.mark.parametrize("branch", ["华东", "华南", "西南"])
def test_every_part_that_is_not_ours_keeps_its_bytes(tmp_path, run, branch):
    source, out = copy(tmp_path, branch), tmp_path / "out.xlsx"
    run(source, out, past=WORKBOOKS / "2026Q2" / source.name)
    ours = {sheet_part(source, name) for name in WRITTEN}
    package = read_package(source)
    ours |= {link.target for sheet in set(ours) for link in relationships(package, sheet) if link.kind == "table"}
    before, after = parts(source), parts(out)
    assert list(before) == list(after)
    assert {name for name in before if before[name] != after[name]} <= ours


def test_around_the_cells_of_a_sheet_only_links_change(east, run, tmp_path):
    out = tmp_path / "out.xlsx"
    run(east, out)
    for name in WRITTEN:
        (head, tail), (new_head, new_tail) = (_around_cells(parts(path)[sheet_part(path, name)]) for path in (east, out))
        assert re.sub(rb"<dimension[^>]*>", b"", new_head) == re.sub(rb"<dimension[^>]*>", b"", head)
        assert re.sub(rb"<hyperlinks>.*?</hyperlinks>", b"", new_tail) == tail
        assert (b"<hyperlinks>" in new_tail) == (name == CHECKS)


def _around_cells(part: bytes) -> tuple[bytes, bytes]:
    head, _, rest = part.partition(b"<sheetData>")
    return head, rest.partition(b"</sheetData>")[2]


# --- people's entries


def _inserted(rows):
    new = dict(zip(EVALUATION_COLUMNS, rows[10], strict=True)) | {"客户编码": "XN-9999", "客户名称": "新插入的客户", "合同编号": "HT-1"}
    return [*rows[:3], list(new.values()), *rows[3:]]


@pytest.mark.parametrize(
    "change", [_inserted, lambda rows: rows[1:], lambda rows: rows[::-1]], ids=["inserted", "removed", "reordered"]
)
def test_approvals_stay_with_their_customer_route_and_step(southwest, run, change):
    run(southwest)
    codes = ("XN-0001", GM_CODE, "XN-0014")  # the first is the one that is removed
    before = approve(southwest, codes)
    rearrange(southwest, change)
    result = run(southwest)
    assert result.error == ""
    assert entries_of(southwest) == before
    rows = rows_of(southwest, ROUTES)
    assert len({key(row) for row in rows}) == len(rows)
    rated = {one.code for one in result.outcomes if one.level}
    assert {row["客户编码"] for row in rows if row["权限依据"] != "不在本季路线中"} >= rated
    gone = [row for row in rows if row["权限依据"] == "不在本季路线中"]
    assert {row["客户编码"] for row in gone} == {"XN-0001"} - {one.code for one in result.outcomes}
    assert {problem.customer for problem in result.problems if "没有这一步" in problem.found} == {row["客户编码"] for row in gone}
    assert run(southwest).written is False


def test_a_step_that_disappears_is_kept_and_reported(southwest, run):
    run(southwest)
    before = approve(southwest, (GM_CODE,))
    enter(southwest, EVALUATION, {customer_row(southwest, GM_CODE): {"申请额度": 40}})
    result = run(southwest)
    row = next(row for row in rows_of(southwest, ROUTES) if key(row) == (GM_CODE, "授信审批", "6"))
    assert row["权限依据"] == "不在本季路线中" and entries_of(southwest) == before
    assert [p.customer for p in result.problems if "没有这一步" in p.found] == [GM_CODE]


def test_a_column_of_ones_own_stays_in_its_rows(east, run):
    run(east)
    notes = {row["row"]: {"跟进备注": f"备注{row['客户编码']}"} for row in rows_of(east, RESULTS)}
    enter(east, RESULTS, notes)
    rearrange(east, lambda rows: rows[::-1])
    assert run(east).error == ""
    rows = [row for row in rows_of(east, RESULTS) if row["跟进备注"]]
    assert len(rows) == len(notes)
    assert all(row["跟进备注"] == f"备注{row['客户编码']}" for row in rows)


def test_two_rows_of_one_code_stay_two_rows_beside_notes(east, run):
    run(east)
    rows = [row for row in rows_of(east, RESULTS) if row["客户编码"] == "HD-0030"]
    assert len(rows) == 2 and len({row["客户名称"] for row in rows}) == 2
    assert [row["跟进备注"] for row in rows].count("两行是同一家,待合并") == 1


def test_a_note_on_a_problem_stays_with_the_problem(southwest, run):
    run(southwest)
    row = next(row for row in rows_of(southwest, CHECKS) if row["客户编码"] == "XN-0007")
    enter(southwest, CHECKS, {row["row"]: {"处理说明": "已催市场部"}})
    rearrange(southwest, _inserted)
    run(southwest)
    found = [row for row in rows_of(southwest, CHECKS) if row["处理说明"]]
    assert [(row["客户编码"], row["处理说明"]) for row in found] == [("XN-0007", "已催市场部")]
    assert found[0]["位置"].endswith(str(customer_row(southwest, "XN-0007")))


def test_entries_in_the_output_are_carried_over(southwest, run, tmp_path):
    out, source_bytes = tmp_path / "out.xlsx", southwest.read_bytes()
    run(southwest, out)
    rows = {key(row): row["row"] for row in rows_of(out, ROUTES)}
    enter(out, ROUTES, {
        rows["XN-0014", "授信审批", "5"]: {"审批日期": date(2026, 10, 13), "审批人": "郑雅芬", "状态": "批准", "审批意见": "同意"},
        rows[GM_CODE, "授信审批", "6"]: {"审批日期": date(2026, 10, 14), "审批人": "华振东", "状态": "批准", "审批意见": "同意"},
    })  # fmt: skip
    before = entries_of(out)
    result = run(southwest, out)
    assert entries_of(out) == before and southwest.read_bytes() == source_bytes
    due = {key(row): row["到位期限"] for row in rows_of(out, ROUTES) if row["到位期限"]}
    assert due == {(GM_CODE, "授信审批", "6"): date(2026, 11, 14), ("XN-0014", "授信审批", "5"): date(2026, 11, 13)}
    assert [p.article for p in result.problems if p.customer == GM_CODE] == ["第二十条"]  # step 5's 批准 is in the source
    assert not run(southwest, out).written


@pytest.mark.parametrize("source_is_rated", [False, True])
def test_an_entry_of_the_output_whose_step_is_gone_is_kept_and_reported(southwest, run, tmp_path, source_is_rated):
    out = tmp_path / "out.xlsx"
    if source_is_rated:
        run(southwest)
    run(southwest, out)
    approve(out, ("XN-0014",))
    rearrange(southwest, lambda rows: [row for row in rows if row[0] != "XN-0014"])
    before = entries_of(out)
    for _ in range(2):
        result = run(southwest, out)
        assert {p.customer for p in result.problems if "没有这一步" in p.found} == {"XN-0014"}
        assert entries_of(out) == before
    assert not result.written


@pytest.mark.parametrize(
    ("day", "state", "due"),
    [
        (date(2026, 10, 15), "批准", date(2026, 11, 15)),
        (date(2026, 10, 31), "批准", date(2026, 11, 30)),
        (date(2027, 1, 30), "批准", date(2027, 2, 28)),
        ("2026年10月15日", "批准", date(2026, 11, 15)),
        (date(2026, 10, 15), "同意", None),
        (None, "批准", None),
        ("下周", "批准", None),
    ],
)
def test_an_approved_limit_gets_its_last_day(southwest, run, day, state, due):
    run(southwest)
    row = next(row for row in rows_of(southwest, ROUTES) if key(row) == ("XN-0014", "授信审批", "5"))
    enter(southwest, ROUTES, {row["row"]: {"审批日期": day, "状态": state}})
    result = run(southwest)
    row = next(row for row in rows_of(southwest, ROUTES) if key(row) == ("XN-0014", "授信审批", "5"))
    assert (row["到位期限"] or None) == due
    assert any("审批日期" in p.found for p in result.problems) == (day == "下周")


def test_overstepping_is_flagged_at_the_cell(southwest, run):
    problem = next(p for p in run(southwest).problems if p.article == "第二十条")
    row = next(row for row in rows_of(southwest, ROUTES) if key(row) == (GM_CODE, "授信审批", "5"))
    assert (problem.customer, problem.sheet) == (GM_CODE, ROUTES) and problem.cell.endswith(str(row["row"]))
    assert "财务副总经理(郑雅芬)越权批准,有权批准的是总经理" in problem.found and "罚息" in problem.effect


# --- the workbook as a whole


def test_a_policy_copy_that_differs_is_put_right_and_told(southwest, run):
    book = Book(southwest, (POLICY_COPY,))
    pristine = book.grid(POLICY_COPY).rows
    cells = [(n, row.index(80.0)) for n, row in enumerate(book.grid(POLICY_COPY).rows, 1) if row[0] == "等级" and 80.0 in row]
    book.sheet(POLICY_COPY).set(cells[0][0], cells[0][1], 70)
    book.save(southwest)
    result = run(southwest)
    assert len(result.notes) == 1 and "政策表与总部不同" in result.notes[0] and "1格" in result.notes[0]
    assert Book(southwest, (POLICY_COPY,)).grid(POLICY_COPY).rows == pristine
    assert run(southwest).notes == ()


def test_sheets_that_are_missing_are_attached(southwest, run, tmp_path):
    bare = tmp_path / "只有评估表.xlsx"
    book = openpyxl.load_workbook(southwest)
    for name in book.sheetnames:
        if name != EVALUATION:
            del book[name]
    book.save(bare)
    result = run(bare)
    assert result.error == "" and result.notes == ("补上工作表:评级结果、审批路线、级别变动、核对、政策",)
    assert len(rows_of(bare, RESULTS)) == len(result.outcomes) > 40
    assert not run(bare).written


def test_without_the_evaluation_sheet_there_is_nothing_to_rate(southwest, run):
    repacked(southwest, lambda name, data: data.replace("评估表".encode(), "旧评表".encode()) if name == "xl/workbook.xml" else data)
    _refused(run, southwest, EVALUATION)


def test_a_bad_row_stops_no_other(southwest, run):
    rows = rows_of(southwest, EVALUATION)
    bad = {"营业执照": "有", "年交易额": "很多", "首次交易日期": "去年", "申请期限": -3, "客户名称": None}
    enter(southwest, EVALUATION, {rows[0]["row"]: bad, rows[4]["row"]: {"业务类型": "C", "企业设立年限": -1}})
    result = run(southwest)
    incomplete = {one.code for one in result.outcomes if one.status == "资料不全"}
    assert incomplete == {rows[0]["客户编码"], rows[4]["客户编码"], "XN-0006", "XN-0007"}
    assert len([p for p in result.problems if p.customer == rows[0]["客户编码"]]) == len(bad)
    assert len(result.outcomes) == len(rows)


def test_another_quarter_in_the_sheet_is_reported(southwest, run):
    assert not [p for p in run(southwest).problems if "季度为" in p.found]
    book = Book(southwest, (EVALUATION,))
    book.sheet(EVALUATION).set(3, 5, "2026Q2")
    book.save(southwest)
    problem = next(p for p in run(southwest).problems if "季度为" in p.found)
    assert (problem.cell, problem.found, problem.allowed) == ("F3", "季度为“2026Q2”", "2026Q3")


def test_a_workbook_with_dates_from_1904(southwest, run, tmp_path):
    out, plain = tmp_path / "1904.xlsx", tmp_path / "1900.xlsx"
    run(southwest, plain)
    enter(southwest, EVALUATION, {
        row["row"]: {"首次交易日期": serial(parse_date(row["首次交易日期"])) - 1462} for row in rows_of(southwest, EVALUATION)
    })  # fmt: skip
    day = serial(date(2026, 10, 15))
    before = f"<v>{day}</v>".encode(), f"<v>{serial(POLICY.effective)}</v>".encode()
    after = f"<v>{day - 1462}</v>".encode(), f"<v>{serial(POLICY.effective) - 1462}</v>".encode()

    def to_1904(name: str, data: bytes) -> bytes:
        if name == "xl/workbook.xml":
            return data.replace(b"<workbookPr ", b'<workbookPr date1904="1" ')
        return data.replace(before[0], after[0]).replace(before[1], after[1]) if "worksheets/sheet" in name else data

    repacked(southwest, to_1904)
    result = run(southwest, out)
    assert result.notes == () and rows_of(out, RESULTS) == rows_of(plain, RESULTS)
    approve(out, ("XN-0014",))
    enter(out, ROUTES, {row["row"]: {"审批日期": "2026-10-31"} for row in rows_of(out, ROUTES) if key(row)[2] == "5"})
    run(southwest, out)
    due = {key(row): row["到位期限"] for row in rows_of(out, ROUTES) if row["到位期限"]}
    assert due == {("XN-0014", "授信审批", "5"): date(2026, 11, 30)}
    assert rows_of(out, ROUTES) and entries_of(out)[GM_CODE, "授信审批", "5"][2] == date(2026, 10, 15)


def test_a_policy_copy_in_a_workbook_with_dates_from_1904_is_put_right_once(southwest, run):
    repacked(southwest, lambda name, data: data.replace(b"<workbookPr ", b'<workbookPr date1904="1" '))
    assert "1格" in run(southwest).notes[0]  # 生效日期, which the change of date system moved
    assert run(southwest).notes == ()
    dates = [value for row in Book(southwest, (POLICY_COPY,)).grid(POLICY_COPY).rows for value in row if isinstance(value, date)]
    assert dates == [POLICY.effective]


# --- refused, with one line, and nothing touched


def _refused(run, path: Path, *words: str) -> None:
    before = path.read_bytes()
    result = run(path, path.with_name("out.xlsx"))
    assert path.name in result.error and all(word in result.error for word in words), result.error
    assert (result.outcomes, result.problems, result.written) == ((), (), False)
    assert path.read_bytes() == before and not path.with_name("out.xlsx").exists()


def _set_cell(path: Path, sheet: str, row: int, column: int, value: object) -> None:
    book = Book(path, (sheet,))
    book.sheet(sheet).set(row, column, value)
    book.save(path)


def test_a_renamed_header_is_named(southwest, run):
    column = EVALUATION_COLUMNS.index("年交易额")
    _set_cell(southwest, EVALUATION, 5, column, "销售额")
    _refused(run, southwest, EVALUATION, "缺少列“年交易额”")


def test_a_header_that_stands_twice_is_named(southwest, run):
    _set_cell(southwest, EVALUATION, 5, EVALUATION_COLUMNS.index("年交易额"), "年赢利额(万元)")
    _refused(run, southwest, EVALUATION, "有两列都叫“年赢利额”")


def test_a_table_with_a_totals_row_is_refused(southwest, run):
    package = read_package(southwest)
    table = next(link.target for link in relationships(package, sheet_part(southwest, RESULTS)) if link.kind == "table")
    old, new = b'totalsRowShown="0"', b'totalsRowCount="1"'
    repacked(southwest, lambda name, data: data.replace(old, new) if name == table else data)
    _refused(run, southwest, RESULTS, "有汇总行")


def test_text_below_a_table_is_not_run_over(southwest, run):
    _set_cell(southwest, RESULTS, 20, 0, "制表:杨帆")
    _refused(run, southwest, RESULTS, "第20行另有内容")


@pytest.mark.parametrize("lock", ["~${}", ".~lock.{}#"])
def test_a_workbook_that_is_open_elsewhere(southwest, run, lock):
    southwest.with_name(lock.format(southwest.name)).write_bytes(b"")
    _refused(run, southwest, "正在其他程序中打开")


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (lambda data: data[: len(data) // 2], "损坏"),
        (lambda data: data[:3000] + bytes(50) + data[3050:], "损坏"),
        (lambda data: b"", "文件为空"),
        (lambda data: b"hello", "不是 Excel 工作簿"),
        (lambda data: _OLE + "Workbook\0".encode("utf-16-le"), ".xls"),
        (lambda data: _OLE + "EncryptedPackage\0".encode("utf-16-le"), "已加密"),
    ],
    ids=["cut", "overwritten", "empty", "text", "xls", "encrypted"],
)
def test_a_file_that_is_no_whole_workbook(southwest, run, content, word):
    southwest.write_bytes(content(southwest.read_bytes()))
    _refused(run, southwest, word)


def test_last_quarter_without_results_is_named_and_the_branch_is_rated_all_the_same(southwest, run, tmp_path):
    past = tmp_path / "上季.xlsx"
    openpyxl.Workbook().save(past)
    result = run(southwest, past=past)
    assert not result.error and result.outcomes and not result.changes
    found = [problem for problem in result.problems if "上季.xlsx" in problem.found]
    assert len(found) == 1 and RESULTS in found[0].found and found[0].effect == "级别变动未计算"


def test_a_backup_is_kept_of_what_is_replaced(southwest, run, tmp_path):
    before, backup = southwest.read_bytes(), tmp_path / "备份.xlsx"
    assert run(southwest, backup=backup).written
    assert backup.read_bytes() == before
    assert timedelta(0) <= timedelta(seconds=southwest.stat().st_mtime - backup.stat().st_mtime)
