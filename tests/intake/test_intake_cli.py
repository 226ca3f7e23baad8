"""``xl-credit intake`` as a person runs it: confirmed once, remembered, corrected, asked; exit codes and one line."""

import json
import os
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from tests.conftest import ROOT, files_in, run_cli
from tests.intake.exports import HEAD, confirmed, intake, line, listed, mapped, text_file
from tests.receivables.desk import money_book, one_line, run_here, shipped

PLAIN = (HEAD, line(), line("XS2", amount="50"))
TWO = ("单据编号", "单据日期", "客户编码", "金额", "金额")


@pytest.fixture
def export(tmp_path) -> Path:
    return text_file(tmp_path / "出库.csv", *PLAIN)


def memory(export: Path) -> dict:
    return json.loads((export.parent / "导入对应.json").read_text("utf-8"))["对应"]


class TestConfirming:
    def test_without_a_terminal_nothing_is_done_before_it_is_confirmed(self, export, tmp_path):
        before = files_in(tmp_path)
        ended = run_cli("intake", export, "--as", "发货台账", "--out", tmp_path / "台账.xlsx")
        assert (ended.code, ended.has_traceback) == (2, False) and files_in(tmp_path) == before
        (only,) = ended.error_lines
        assert "列的对应还没有确认" in only and "--yes" in only and "--mapping" in only
        assert "价税合计" in ended.out and "100.00  50" in ended.out and "XS001  XS2" in ended.out

    def test_the_proposal_as_json(self, export):
        ended, found = intake(export)
        assert ended.code == 2 and found["状态"] == "待确认" and mapped(found)["金额"] == "价税合计"
        assert found["对应"][0] == {"本表列": "发货单号", "来源列": "A", "来源表头": "单据编号", "依据": "叫法“单据编号”", "样例": "XS001  XS2"}

    def test_what_yes_agrees_to_is_shown_once(self, export):
        first, second = (run_here("intake", export, "--as", "发货台账", "--yes") for _ in range(2))
        assert "叫法“价税合计”" in first.out and "叫法" not in second.out and first.code == second.code == 0

    @pytest.mark.parametrize("word", ["--yes", "--confirm"])
    def test_confirmed_once_it_is_remembered(self, export, word):
        assert intake(export, "发货台账", word)[0].code == 0
        (entry,) = memory(export).values()
        assert entry["台账"] == "发货台账" and entry["表头"] == list(HEAD) and entry["对应"]["金额"] == "价税合计"
        assert intake(export)[0].code == 0

    def test_another_order_of_columns_is_the_same_header(self, export, tmp_path):
        first = confirmed(export)
        turned = text_file(tmp_path / "倒.csv", *(row[::-1] for row in PLAIN))
        ended, found = intake(turned)
        assert ended.code == 0 and found["记录"] == first["记录"]

    @pytest.mark.parametrize("head", [(*HEAD[:-1], "说明"), (*HEAD, "部门"), HEAD[:-1]])
    def test_another_header_is_asked_about_again(self, export, tmp_path, head):
        confirmed(export)
        changed = text_file(tmp_path / "改.csv", head, *PLAIN[1:])
        assert intake(changed)[0].code == 2
        confirmed(changed)
        assert len(memory(export)) == 2 and intake(export)[0].code == 0

    def test_the_memory_in_a_file_of_its_own(self, export, tmp_path):
        place = tmp_path / "对应" / "记住.json"
        place.parent.mkdir()
        assert intake(export, "发货台账", "--yes", "--memory", place)[0].code == 0
        assert place.exists() and not (tmp_path / "导入对应.json").exists() and intake(export)[0].code == 2

    @pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"对应": []}', '{"对应": {"x": 5}}', '{"对应": {"x": {}}}'])
    def test_a_memory_that_is_none_is_left_alone(self, export, text):
        place = export.parent / "导入对应.json"
        place.write_text(text, "utf-8")
        assert "导入对应.json" in one_line(intake(export, "发货台账", "--yes")[0]) and place.read_text("utf-8") == text

    def test_a_person_may_correct_the_memory(self, export):
        confirmed(export)
        place = export.parent / "导入对应.json"
        place.write_text(place.read_text("utf-8").replace('"摘要": "备注"', '"摘要": "单据状态"'), "utf-8")
        assert mapped(intake(export)[1])["摘要"] == "单据状态"
        place.write_text(place.read_text("utf-8").replace('"金额": "价税合计"', '"金额": "不存在"'), "utf-8")
        assert "来源没有列“不存在”" in one_line(intake(export)[0])


class TestMappingFile:
    def test_the_proposal_is_written_to_be_looked_at_and_used_the_next_time(self, export, tmp_path):
        place = tmp_path / "对应.json"
        ended, _ = intake(export, "发货台账", "--mapping", place)
        assert ended.code == 2 and "建议的对应已写入" in ended.error_lines[0]
        place.write_text(place.read_text("utf-8").replace('"摘要": "备注"', '"摘要": "单据状态"'), "utf-8")
        found = intake(export, "发货台账", "--mapping", place)[1]
        assert mapped(found)["摘要"] == "单据状态" and found["对应"][0]["依据"] == "对应.json给出"

    def test_a_plain_mapping_is_one_too(self, export, tmp_path):
        place = tmp_path / "对应.json"
        place.write_text(json.dumps({"发货单号": "单据编号", "客户编码": "C", "发货日期": "单据日期", "金额": "E"}, ensure_ascii=False), "utf-8")
        assert mapped(intake(export, "发货台账", "--mapping", place)[1]) == {"发货单号": "单据编号", "客户编码": "客户编码", "发货日期": "单据日期", "金额": "价税合计"}

    def test_yes_saves_it_as_well(self, export, tmp_path):
        assert intake(export, "发货台账", "--yes", "--mapping", tmp_path / "对应.json")[0].code == 0 and (tmp_path / "对应.json").exists()

    @pytest.mark.parametrize(("text", "words"), [("[]", "不是列的对应"), ('{"金额": "价税合计"}', "对应中缺少发货单号"), ('{"金额": 5}', "不是列的对应"), ('{"x": "y"}', "“x”不是发货台账的列")])
    def test_one_that_cannot_be_used(self, export, tmp_path, text, words):
        place = tmp_path / "对应.json"
        place.write_text(text, "utf-8")
        assert words in one_line(intake(export, "发货台账", "--mapping", place)[0])


class TestCorrecting:
    def test_a_single_column(self, export):
        found = confirmed(export, "发货台账", "--map", "摘要=单据状态", "--map", "客户名称=")
        assert mapped(found)["摘要"] == "单据状态" and "客户名称" not in mapped(found)
        assert mapped(intake(export)[1])["摘要"] == "单据状态"  # remembered so

    def test_what_is_ambiguous_is_not_settled_by_yes(self, tmp_path):
        export = text_file(tmp_path / "出库.csv", TWO, ["X1", "2026-07-01", "K1", "100", "113"])
        ended, found = intake(export, "发货台账", "--yes")
        assert ended.code == 2 and "金额有歧义" in ended.err and "--map 金额=来源列" in ended.err and found["歧义"]["金额"]
        assert not (tmp_path / "导入对应.json").exists()
        assert confirmed(export, "发货台账", "--map", "金额=金额#2")["勾稽"]["来源合计"] == 113
        assert intake(export)[1]["勾稽"]["来源合计"] == 113

    def test_a_column_that_is_missing_is_named_with_the_columns_there_are(self, tmp_path):
        export = text_file(tmp_path / "出库.csv", ("单据编号", "单据日期", "客户编码", "折后"), ["X1", "2026-07-01", "K1", "100"])
        ended, _ = intake(export, "发货台账", "--yes")
        assert "找不到“金额”的列" in ended.err and "来源的列:单据编号、单据日期、客户编码、折后" in ended.err
        assert confirmed(export, "发货台账", "--map", "金额=折后")["勾稽"]["新增"]["金额"] == 100

    def test_names_as_codes_only_where_that_is_said(self, tmp_path):
        export = text_file(tmp_path / "出库.csv", ("单据编号", "日期", "客户名称", "金额"), ["X1", "2026-07-01", "甲公司", "100"])
        assert "以名称作编码" in listed(confirmed(export), "拒绝")[0]["允许"]
        assert confirmed(export, "发货台账", "--map", "客户编码=客户名称")["记录"][0]["客户编码"] == "甲公司"

    def test_heads_written_once_are_carried_down_where_that_is_said(self, tmp_path):
        rows = [line("X1", amount="5"), ["", "", "", "", "6", "", ""], ["合计", "", "", "", "11", "", ""]]
        export = text_file(tmp_path / "出库.csv", HEAD, *rows)
        assert confirmed(export)["勾稽"]["拒绝"] == {"行数": 1, "金额": 6}
        found = confirmed(export, "发货台账", "--fill-down")
        assert [(one["发货单号"], one["客户编码"], one["金额"]) for one in found["记录"]] == [("X1", "K1", 5), ("X1", "K1", 6)]


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal")
class TestAsking:
    def asked(self, export: Path, typed: str, *more: str | Path) -> tuple[int, str]:
        """On a terminal of its own: exit code and all that it showed."""
        import pty

        arguments = [sys.executable, "-m", "xl_credit.cli", "intake", str(export), "--as", "发货台账", *map(str, more)]
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(ROOT)
            os.execv(sys.executable, arguments)
        shown = b""
        os.write(terminal, typed.encode())
        try:
            while part := os.read(terminal, 65536):
                shown += part
        except OSError:  # the other end is closed
            pass
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode("utf-8", "replace")

    def test_yes_goes_on_and_is_remembered(self, export):
        code, shown = self.asked(export, "y\n")
        assert code == 0 and "对应是否正确" in shown and "价税合计" in shown and memory(export)
        code, shown = self.asked(export, "")
        assert code == 0 and "对应是否正确" not in shown

    def test_a_column_is_corrected_and_asked_about_again(self, export):
        code, shown = self.asked(export, "摘要=没有\n摘要=单据状态\ny\n")
        assert code == 0 and shown.count("对应是否正确") == 3 and "来源没有列“没有”" in shown
        assert next(iter(memory(export).values()))["对应"]["摘要"] == "单据状态"

    def test_no_leaves_everything_as_it_was(self, export, tmp_path):
        before = files_in(tmp_path)
        code, shown = self.asked(export, "n\n", "--out", tmp_path / "台账.xlsx")
        assert code == 2 and "未导入" in shown and "Traceback" not in shown and files_in(tmp_path) == before

    def test_what_is_ambiguous_has_to_be_settled(self, tmp_path):
        export = text_file(tmp_path / "出库.csv", TWO, ["X1", "2026-07-01", "K1", "100", "113"])
        code, shown = self.asked(export, "y\n金额=金额\ny\n")
        assert code == 0 and "金额有歧义" in shown


class TestEnding:
    def test_a_clean_export_ends_with_0_and_says_how_it_ties_out(self, export, tmp_path):
        ended = run_cli("intake", export, "--as", "发货台账", "--yes", "--out", tmp_path / "台账.xlsx")
        assert (ended.code, ended.err) == (0, "") and "150.00" in ended.out and "勾稽:相符" in ended.out and "台账.xlsx" in ended.out

    @pytest.mark.parametrize(
        "row",
        [line("X9", day="x"), line("X9", state="怪"), ["合计", "", "", "", "1.00"], line(), line("X9", code="K7", name="甲 公司")],
        ids=["拒绝", "提示", "合计不符", "重复", "客户"],
    )
    def test_what_has_to_be_looked_into_ends_with_1(self, tmp_path, row):
        ended = run_here("intake", text_file(tmp_path / "出库.csv", *PLAIN, row), "--as", "发货台账", "--yes")
        assert ended.code == 1 and ended.err and not ended.has_traceback

    def test_void_rows_and_printout_lines_are_nothing_to_look_into(self, tmp_path):
        path = text_file(tmp_path / "出库.csv", *PLAIN, line("X3", state="作废"), ["合计", "", "", "", "250"], ["制表:张三"])
        assert run_here("intake", path, "--as", "发货台账", "--yes").code == 0

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            (["--as", "应收"], "--as 为“应收”;允许:发货台账、回款台账、客户、订单"), (["--as", "发货台账", "--yes", "--out", "结果.csv"], "写不出结果文件"),
            (["--as", "发货台账", "--yes", "--out", "没有/台账.xlsx"], "写不出结果文件"), (["--as", "发货台账", "--yes", "--into", "没有.xlsx"], "文件不存在"),
            (["--as", "发货台账", "--yes", "--map", "x"], "--map 为“x”"), (["--as", "发货台账", "--yes", "--customers", "没有.xlsx"], "文件不存在"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_done_is_one_line(self, export, tmp_path, more, words):
        more = [str(tmp_path / one) if one.endswith((".csv", ".xlsx")) else one for one in more]
        assert words in one_line(run_here("intake", export, *more))

    def test_the_export_itself_is_never_written_to(self, tmp_path):
        book = money_book(tmp_path / "台账.xlsx", [shipped()])
        before = book.read_bytes()
        for more in (["--into", book], ["--out", book]):
            assert "不能写回来源文件" in one_line(run_here("intake", book, "--as", "发货台账", "--yes", *more))
        assert book.read_bytes() == before

    def test_the_names_of_the_sheets_are_kinds_too(self, tmp_path):
        export = text_file(tmp_path / "订单.csv", ("订单号", "日期", "客户编码", "金额"), ["D1", "2026-07-01", "K1", "5"])
        assert confirmed(export, "订单台账")["台账"] == "订单台账"

    def test_json_has_exact_figures_under_the_sheets_own_words(self, tmp_path):
        export = text_file(tmp_path / "出库.csv", HEAD, line(amount="0.10"), line("X2", amount="0.20"), line("X3", amount="1,234,567.89", day="x"))
        found = confirmed(export)
        assert found["勾稽"]["来源合计"] == Decimal("1234568.19") and found["勾稽"]["差额"] == 0
        assert found["勾稽"]["拒绝"] == {"行数": 1, "金额": Decimal("1234567.89")} and found["勾稽"]["新增"]["金额"] == Decimal("0.3")
        assert found["记录"][0]["发货日期"] == "2026-07-01" and found["记录"][0]["到期日"] is None

    def test_markup_in_a_cell_is_shown_as_it_stands(self, tmp_path):
        export = text_file(tmp_path / "[red]出库[.csv", HEAD, line(note="[bold]x[/red]", name="[/]"), line("X2", day="[red]"))
        ended = run_here("intake", export, "--as", "发货台账")
        assert ended.code == 2 and "[bold]x[/red]" in ended.out and not ended.has_traceback
        assert "[red]" in run_here("intake", export, "--as", "发货台账", "--yes").err
