"""Each command as a person runs it: what it prints, what it writes, what it leaves alone, and its exit code."""

import os
import re
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import WORKBOOKS, build_branch, files_in, record, run_cli, table_rows, type_into, workbooks_in
from tests.policy.sample_book import SampleBook
from xl_credit.forms.policy_workbook import build_policy_workbook
from xl_credit.quarter.columns import EVALUATION, RESULTS, ROUTES
from xl_credit.tables import Grid

NOTICE = "示例政策,未经核定"
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)


def write_policy(book: SampleBook, path: Path) -> Path:
    build_policy_workbook(path, {name: Grid(name, rows) for name, rows in book.sheets.items()})
    return path


def approved(book: SampleBook) -> SampleBook:
    book.put("版本", "状态", "已核定", 版本="示例2020")
    book.put("版本", "核定人", "总经理", 版本="示例2020")
    return book


@pytest.fixture
def policy_path(tmp_path) -> Path:
    return tmp_path / "本公司政策.xlsx"


def one_line(ended) -> str:
    """The single line with which a run that could not start ends."""
    assert ended.code == 2 and not ended.has_traceback
    assert ended.out == "" and len(ended.error_lines) == 1, ended
    return ended.error_lines[0]


class TestRegenerate:
    def test_a_clean_quarter_ends_with_0_and_a_row_for_every_branch(self, branches, regenerate, tmp_path):
        ended = regenerate(branches)
        assert (ended.code, ended.has_traceback) == (0, False)
        assert re.search(r"│ 甲 +│ +2 │", ended.out) and re.search(r"│ 乙 +│ +2 │", ended.out) and "合计" in ended.out
        assert workbooks_in(tmp_path / "结果") == {"甲.xlsx", "乙.xlsx", "总部汇总.xlsx"}

    def test_the_sample_quarter_ends_with_1_and_names_the_cells(self, regenerate):
        ended = regenerate(WORKBOOKS / "2026Q3", "--previous", WORKBOOKS / "2026Q2", "--policy", WORKBOOKS / "政策.xlsx")
        assert (ended.code, ended.has_traceback) == (1, False)
        assert all(branch in ended.out for branch in ("华东", "华南", "西南"))
        assert re.search(r"^西南\.xlsx!评估表!I\d+:营业执照值为“有”;允许:具备、未年检、无", ended.err, re.M)

    def test_the_sources_stay_byte_for_byte(self, branches, regenerate):
        before = files_in(branches)
        regenerate(branches)
        assert files_in(branches) == before

    def test_twice_gives_the_same_bytes_and_touches_nothing_the_second_time(self, branches, regenerate, tmp_path):
        regenerate(branches, out=tmp_path / "一")
        regenerate(branches, out=tmp_path / "二")
        first = files_in(tmp_path / "一")
        assert first == files_in(tmp_path / "二")
        times = {path: path.stat().st_mtime_ns for path in (tmp_path / "一").glob("*.xlsx")}
        regenerate(branches, out=tmp_path / "一")
        assert files_in(tmp_path / "一") == first
        assert {path: path.stat().st_mtime_ns for path in (tmp_path / "一").glob("*.xlsx")} == times

    def test_several_processes_give_what_one_gives(self, regenerate, tmp_path):
        source, previous = WORKBOOKS / "2026Q3", ("--previous", WORKBOOKS / "2026Q2")
        one = regenerate(source, *previous, out=tmp_path / "一")
        two = regenerate(source, *previous, "--jobs", "2", out=tmp_path / "二")
        assert one.code == two.code == 1 and not two.has_traceback
        assert files_in(tmp_path / "一") == files_in(tmp_path / "二")
        assert one.out.replace(str(tmp_path / "一"), "") == two.out.replace(str(tmp_path / "二"), "")

    def test_opinions_typed_into_the_results_survive_the_next_run(self, branches, regenerate, tmp_path):
        regenerate(branches)
        path = tmp_path / "结果" / "甲.xlsx"
        row = next(row for row in table_rows(path, ROUTES) if row["路线"] == "授信审批")
        typed = {"审批意见": "同意,季末复核", "审批人": "李四", "审批日期": date(2026, 10, 12), "状态": "同意"}
        type_into(path, ROUTES, row["row"], typed)
        assert regenerate(branches).code == 0
        again = next(r for r in table_rows(path, ROUTES) if (r["客户编码"], r["路线"], r["步骤"]) == (row["客户编码"], "授信审批", row["步骤"]))
        assert {name: again[name] for name in typed} == typed

    def test_neither_or_both_targets_are_refused(self, branches):
        assert "--out" in one_line(run_cli("regenerate", branches, "--quarter", "2026Q3"))
        both = run_cli("regenerate", branches, "--quarter", "2026Q3", "--in-place", "--out", branches / "x")
        assert "--in-place" in one_line(both)


class TestInPlace:
    def test_what_is_replaced_is_kept_under_its_date(self, branches, regenerate):
        before = files_in(branches)
        assert regenerate(branches, "--in-place").code == 0
        after = files_in(branches)
        backups = {name: data for name, data in after.items() if name.startswith("备份")}
        assert len(backups) == 2
        for stem in ("甲", "乙"):
            name = next(name for name in backups if stem in name)
            assert re.search(rf"{stem}\.\d{{8}}-\d{{6}}\.xlsx$", name) and backups[name] == before[f"{stem}.xlsx"]
            assert after[f"{stem}.xlsx"] != before[f"{stem}.xlsx"]

    def test_a_run_that_changes_nothing_keeps_no_further_backup(self, branches, regenerate):
        regenerate(branches, "--in-place")
        once = files_in(branches)
        assert regenerate(branches, "--in-place").code == 0
        assert files_in(branches) == once

    def test_only_the_changed_workbook_gets_a_second_backup(self, branches, regenerate):
        regenerate(branches, "--in-place")
        first = table_rows(branches / "甲.xlsx", EVALUATION)[0]["row"]
        type_into(branches / "甲.xlsx", EVALUATION, first, {"年交易额": 650})
        regenerate(branches, "--in-place")
        names = [path.name for path in (branches / "备份").iterdir()]
        assert sorted(name[0] for name in names if name[0] in "甲乙") == ["乙", "甲", "甲"]

    def test_two_contents_of_the_same_second_are_both_kept(self, branches, regenerate):
        path, second = branches / "甲.xlsx", 1_790_000_000
        contents = []
        for sales in (650, 450):
            type_into(path, EVALUATION, table_rows(path, EVALUATION)[0]["row"], {"年交易额": sales})
            os.utime(path, (second, second))
            contents.append(path.read_bytes())
            assert regenerate(branches, "--in-place").code == 0
        kept = {one.read_bytes() for one in (branches / "备份").glob("甲.*")}
        assert kept == set(contents)


class TestWhatCannotBeUsed:
    @pytest.mark.parametrize(
        ("name", "spoil", "said"),
        [
            ("坏.xlsx", lambda path: path.write_bytes(path.read_bytes()[:-4000]), "损坏"),
            ("坏.xlsx", lambda path: path.write_bytes(OLE + "EncryptedPackage".encode("utf-16-le")), "加密"),
            ("坏.xls", lambda path: path.write_bytes(OLE + "Workbook\0".encode("utf-16-le")), "不支持旧格式 .xls"),
            ("坏.xlsx", lambda path: path.with_name("~$坏.xlsx").write_bytes(b"lock"), "正在其他程序中打开"),
            ("坏.xlsx", lambda path: path.write_bytes(b""), "文件为空"),
        ],
        ids=["damaged", "encrypted", "xls", "locked", "empty"],
    )
    def test_one_workbook_is_named_and_the_others_go_on(self, branches, regenerate, tmp_path, name, spoil, said):
        bad = branches / name
        shutil.copy(branches / "甲.xlsx", bad)
        spoil(bad)
        before = files_in(branches)
        ended = regenerate(branches)
        assert (ended.code, ended.has_traceback) == (1, False)
        assert [line for line in ended.error_lines if name in line and said in line], ended.err
        assert workbooks_in(tmp_path / "结果") == {"甲.xlsx", "乙.xlsx", "总部汇总.xlsx"}
        assert files_in(branches) == before

    def test_a_workbook_without_customers_is_no_reason_to_stop(self, branches, regenerate):
        build_branch(branches / "空.xlsx", [])
        ended = regenerate(branches)
        assert not ended.has_traceback and re.search(r"│ 空 +│ +0 │", ended.out)

    def test_a_folder_without_workbooks(self, tmp_path, regenerate):
        (tmp_path / "空").mkdir()
        assert "没有找到分公司工作簿" in one_line(regenerate(tmp_path / "空"))

    def test_a_folder_that_is_not_there(self, tmp_path, regenerate):
        assert "没有文件夹" in one_line(regenerate(tmp_path / "没有"))
        assert "没有文件夹" in one_line(regenerate(WORKBOOKS / "2026Q3", "--previous", tmp_path / "没有"))

    @pytest.mark.parametrize("quarter", ["2026Q5", "三季度", "2026-09", ""])
    def test_a_quarter_that_is_none(self, branches, regenerate, quarter):
        line = one_line(regenerate(branches, quarter=quarter))
        assert f"季度为“{quarter}”" in line and "2026Q3" in line

    def test_results_cannot_go_where_a_file_is(self, branches, regenerate, tmp_path):
        (tmp_path / "占用").write_text("x")
        ended = regenerate(branches, out=tmp_path / "占用")
        assert (ended.code, ended.has_traceback) == (2, False) and len(ended.error_lines) == 1

    def test_an_unknown_command_or_option_ends_with_2(self):
        for arguments in (("nosuch",), ("regenerate",), ("rate", "--nosuch")):
            ended = run_cli(*arguments)
            assert (ended.code, ended.has_traceback) == (2, False)


class TestPolicyOfARun:
    def test_an_unapproved_policy_is_said_on_the_console_and_in_every_sheet(self, branches, regenerate, tmp_path):
        ended = regenerate(branches)
        assert NOTICE in ended.err
        sheet = openpyxl_sheet(tmp_path / "结果" / "甲.xlsx", RESULTS)
        assert any(NOTICE in str(cell.value) for row in sheet.iter_rows(max_row=5) for cell in row)

    def test_an_approved_policy_is_not_called_a_sample(self, branches, regenerate, tmp_path, policy_path):
        ended = regenerate(branches, "--policy", write_policy(approved(SampleBook()), policy_path))
        assert ended.code == 0 and NOTICE not in ended.out + ended.err
        sheet = openpyxl_sheet(tmp_path / "结果" / "甲.xlsx", RESULTS)
        assert not any(NOTICE in str(cell.value) for row in sheet.iter_rows(max_row=5) for cell in row)

    def test_a_policy_with_figures_not_filled_in_stops_the_run(self, branches, regenerate, policy_path, tmp_path):
        book = SampleBook()
        cell = book.put("等级与限额", "赊欠限额", "××", A业务等级="特级")
        line = one_line(regenerate(branches, "--policy", write_policy(book, policy_path)))
        # the workbook has three rows above its header
        letters, number = re.fullmatch(r"([A-Z]+)(\d+)", cell).groups()
        assert f"等级与限额!{letters}{int(number) + 3}" in line and "××" in line
        assert not (tmp_path / "结果").exists()

    def test_the_quarter_picks_the_version(self, branches, regenerate, policy_path, tmp_path):
        book = approved(SampleBook())
        book.add_version("2026下半年", "2026-07-01", "已核定", "总经理")
        index = next(i for i, row in enumerate(book.sheets["等级与限额"]) if row[0] == "2026下半年" and "特级" in row)
        book.sheets["等级与限额"][index][book.sheets["等级与限额"][0].index("赊欠限额")] = "88"
        write_policy(book, policy_path)
        limits = {}
        for quarter in ("2026Q2", "2026Q3"):
            ended = regenerate(branches, "--policy", policy_path, quarter=quarter, out=tmp_path / quarter)
            assert not ended.has_traceback
            limits[quarter] = table_rows(tmp_path / quarter / "甲.xlsx", RESULTS)[0]["赊欠限额"]
        assert limits == {"2026Q2": 80, "2026Q3": 88}

    def test_a_policy_file_beside_the_source_folder_is_found(self, branches, regenerate):
        write_policy(approved(SampleBook()), branches.parent / "政策.xlsx")
        ended = regenerate(branches)
        assert "政策.xlsx" in ended.out and NOTICE not in ended.err

    def test_no_version_in_force_yet(self, branches, regenerate, policy_path):
        write_policy(SampleBook(), policy_path)
        assert "没有在1999-" in one_line(regenerate(branches, "--policy", policy_path, quarter="1999Q1"))


class TestPolicyCommands:
    def test_a_new_policy_passes_the_check_and_is_never_overwritten(self, policy_path):
        made = run_cli("policy", "new", policy_path)
        assert made.code == 0 and NOTICE in made.out
        checked = run_cli("policy", "check", policy_path)
        assert (checked.code, checked.err) == (0, "") and "政策检查通过" in checked.out
        before = policy_path.read_bytes()
        assert "文件已存在" in one_line(run_cli("policy", "new", policy_path))
        assert policy_path.read_bytes() == before

    def test_each_finding_is_a_line_with_its_cell(self, policy_path):
        book = SampleBook()
        book.put("评分档次", "下限", "××", 项目="交易金额", 分值="20")
        book.put("等级与限额", "赊欠限额", "60", A业务等级="一级")
        book.put("等级与限额", "赊欠限额", "××", A业务等级="特级")
        ended = run_cli("policy", "check", write_policy(book, policy_path))
        assert (ended.code, ended.has_traceback) == (1, False)
        assert [line for line in ended.error_lines if re.match(rf"{policy_path.name}!评分档次!E\d+:.*××", line)]
        assert "政策检查发现" in ended.err

    def test_a_file_that_is_no_policy(self, branches, tmp_path):
        ended = run_cli("policy", "check", branches / "甲.xlsx")
        assert (ended.code, ended.has_traceback) == (1, False) and "缺少工作表" in ended.err
        assert "文件不存在" in one_line(run_cli("policy", "check", tmp_path / "没有.xlsx"))

    def test_a_new_policy_needs_a_folder_and_its_extension(self, tmp_path):
        assert "写不出政策文件" in one_line(run_cli("policy", "new", tmp_path / "没有" / "政策.xlsx"))
        assert "写不出政策文件" in one_line(run_cli("policy", "new", tmp_path / "政策.docx"))


class TestAttachAndTemplates:
    @pytest.fixture
    def plain(self, tmp_path) -> Path:
        """A workbook of the team's own that knows nothing of ours."""
        book = openpyxl.Workbook()
        book.active.title = "台账"
        book.active.append(["客户", "余额"])
        book.active.append(["甲公司", 12.5])
        book.save(tmp_path / "台账.xlsx")
        return tmp_path / "台账.xlsx"

    def test_our_sheets_come_after_the_teams_own_and_the_workbook_can_be_rated(self, plain, tmp_path, regenerate):
        before = plain.read_bytes()
        new = tmp_path / "带表" / "台账.xlsx"
        new.parent.mkdir()
        ended = run_cli("attach", plain, "--out", new)
        assert ended.code == 0 and "评估表" in ended.out
        assert plain.read_bytes() == before
        names = openpyxl_book(new).sheetnames
        assert names[0] == "台账" and {"评估表", "评级结果", "审批路线", "级别变动", "核对", "政策", "客户信用评估表"} <= set(names)
        assert not regenerate(new.parent).has_traceback

    def test_nothing_is_overwritten(self, plain, tmp_path):
        other = tmp_path / "别的.xlsx"
        other.write_bytes(b"x")
        assert "文件已存在" in one_line(run_cli("attach", plain, "--out", other))
        assert "不能写回原文件" in one_line(run_cli("attach", plain, "--out", plain))
        assert other.read_bytes() == b"x"

    def test_the_extension_stays(self, plain, tmp_path):
        assert "扩展名" in one_line(run_cli("attach", plain, "--out", tmp_path / "台账.xlsm"))

    def test_the_templates_are_those_checked_in(self, tmp_path):
        ended = run_cli("templates", "--out", tmp_path / "模板")
        assert ended.code == 0
        assert files_in(tmp_path / "模板").keys() == {"客户信用评估.xlsx", "政策.xlsx", "总部汇总.xlsx", "应收台账.xlsx", "客户服务.xlsx"}
        assert all(name in ended.out for name in files_in(tmp_path / "模板"))

    def test_the_ledger_sheets_attach_alone(self, plain, tmp_path):
        ended = run_cli("attach", plain, "--ledgers", "--out", tmp_path / "新.xlsx")
        assert ended.code == 0 and "发货台账" in ended.out and "评估表" not in ended.out

    def test_a_place_that_cannot_be_written_to_is_named(self, tmp_path):
        (tmp_path / "模板" / "政策.xlsx").mkdir(parents=True)
        assert "文件写不出来" in one_line(run_cli("templates", "--out", tmp_path / "模板"))
        (tmp_path / "文件").write_text("x")
        assert "读写失败" in one_line(run_cli("templates", "--out", tmp_path / "文件"))


class TestRateCommand:
    def test_a_clean_sheet_is_shown_with_0_and_one_with_a_bad_cell_with_1(self, branches, tmp_path):
        ended = run_cli("rate", branches / "甲.xlsx", "-q", "2026Q3")
        assert ended.code == 0 and "J1公司" in ended.out and "特级" in ended.out
        bad = build_branch(tmp_path / "丙.xlsx", [record("B1", 营业执照="有"), record("B2")])
        ended = run_cli("rate", bad, "-q", "2026Q3")
        assert (ended.code, ended.has_traceback) == (1, False)
        assert [line for line in ended.error_lines if line.startswith("丙.xlsx!评估表!") and "营业执照值为“有”" in line]

    def test_a_file_that_is_not_there_or_has_no_such_sheet(self, tmp_path):
        assert "文件不存在" in one_line(run_cli("rate", tmp_path / "没有.xlsx", "-q", "2026Q3"))
        openpyxl.Workbook().save(tmp_path / "空.xlsx")
        assert "没有工作表“评估表”" in one_line(run_cli("rate", tmp_path / "空.xlsx", "-q", "2026Q3"))


def openpyxl_book(path: Path) -> openpyxl.Workbook:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a print area that is a formula is unknown to openpyxl
        return openpyxl.load_workbook(path)


def openpyxl_sheet(path: Path, name: str):
    return openpyxl_book(path)[name]
