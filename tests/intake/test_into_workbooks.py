"""Rows put into workbooks: new ones made, those that are there kept as they are, nothing doubled, nothing overwritten."""

import zipfile
from datetime import date
from pathlib import Path

import pytest

from tests.books.joining import complaints, needs_validator
from tests.conftest import ROOT, build_branch, files_in, record, table_rows, type_into
from tests.forms.office import convert
from tests.intake.exports import HEAD, confirmed, intake, line, listed, text_file
from tests.receivables.desk import ageing, assert_ties_out, balances, loaded, money_book, one_line, shipped, write_book
from xl_credit.books.append import Appending
from xl_credit.books.book import Book
from xl_credit.books.sheet_xml import Formula
from xl_credit.forms.template_files import RECEIVABLES, template_path
from xl_credit.rules.errors import CreditError

DAY = date(2026, 7, 1)
DIRTY = (line(), line("XS2", amount="(30.00)", note="=1+1"), line("XS3", day="x", amount="7"), line("XS4", amount="5", state="作废"))


@pytest.fixture
def export(tmp_path) -> Path:
    return text_file(tmp_path / "出库.csv", HEAD, *DIRTY, ["合计", "", "", "", "82.00"])


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


def ledger(path: Path) -> list[tuple]:
    return [(row["发货单号"], row["客户编码"], row["发货日期"], row["金额"], row["状态"]) for row in table_rows(path, "发货台账")]


class TestNewWorkbooks:
    def test_a_new_workbook_has_the_rows_and_ages(self, export, tmp_path):
        out = tmp_path / "台账.xlsx"
        confirmed(export, "发货台账", "--out", out)
        assert ledger(out) == [("XS001", "K1", DAY, 100, "有效"), ("XS2", "K1", DAY, -30, "有效"), ("XS4", "K1", DAY, 5, "作废")]
        ended, answer = ageing(out)
        assert not ended.has_traceback and balances(answer) == {"K1": 70}
        assert_ties_out(answer)

    def test_shipments_and_collections_in_one(self, export, tmp_path):
        out = tmp_path / "台账.xlsx"
        confirmed(export, "发货台账", "--out", out)
        paid = text_file(tmp_path / "收款.csv", ("收款单号", "收款日期", "客户编码", "收款金额", "核销单号"), ["H1", "2026-07-09", "K1", "40", "XS001"])
        confirmed(paid, "回款台账", "--into", out)
        assert balances(ageing(out)[1]) == {"K1": 30}
        assert [row["台账"] for row in checks(out)] == ["发货台账", "回款台账"]

    def test_the_same_export_gives_the_same_bytes(self, export, tmp_path):
        confirmed(export)  # remembered from here on
        for name in ("甲.xlsx", "乙.xlsx"):
            confirmed(export, "发货台账", "--out", tmp_path / name)
        assert (tmp_path / "甲.xlsx").read_bytes() == (tmp_path / "乙.xlsx").read_bytes()

    def test_text_that_looks_like_a_formula_is_text_in_the_workbook(self, export, tmp_path):
        out = tmp_path / "台账.xlsx"
        confirmed(export, "发货台账", "--out", out)
        cells = [cell for row in loaded(out)["发货台账"].iter_rows() for cell in row if cell.value == "=1+1"]
        assert [cell.data_type for cell in cells] == ["s"] or [cell.data_type for cell in cells] == ["inlineStr"]

    def test_a_long_note_gives_its_row_the_height_for_it(self, tmp_path):
        out = tmp_path / "台账.xlsx"
        confirmed(text_file(tmp_path / "出库.csv", HEAD, line(note="短"), line("X2", note="一段写得很长的摘要" * 5)), "发货台账", "--out", out)
        heights = loaded(out)["发货台账"].row_dimensions
        assert heights[6].height > 40 and (heights[5].height or 15) < 20

    def test_customers_make_a_rating_workbook(self, tmp_path):
        source = text_file(tmp_path / "客户.csv", ("客户编码", "客户名称", "建档日期"), *([f"K{at}", f"客户{at}", "2020-01-05"] for at in range(400)))
        confirmed(source, "客户", "--out", tmp_path / "评级.xlsx")
        rows = table_rows(tmp_path / "评级.xlsx", "评估表")
        assert len(rows) == 400 and rows[-1]["客户名称"] == "客户399" and rows[-1]["首次交易日期"] == date(2020, 1, 5)

    def test_orders_wait_for_the_gate(self, tmp_path):
        source = text_file(tmp_path / "订单.csv", ("订单号", "日期", "客户编码", "金额"), ["D1", "2026-07-01", "K1", "5"], ["D1", "2026-07-01", "K1", "6"])
        confirmed(source, "订单", "--out", tmp_path / "订单.xlsx")
        assert [(row["订单号"], row["金额"], row["状态"]) for row in table_rows(tmp_path / "订单.xlsx", "订单台账")] == [("D1", 11, "待审")]


def checks(path: Path) -> list[dict]:
    """导入核对 by its headers."""
    sheet = loaded(path)["导入核对"]
    head, *rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    return [dict(zip(head, row, strict=True)) for row in rows if row[0] is not None]


class TestTheCheckSheets:
    def test_what_was_refused_is_listed_with_its_reason(self, export, tmp_path):
        out = tmp_path / "台账.xlsx"
        confirmed(export, "发货台账", "--out", out)
        (row,) = [one for one in checks(out)]
        figures = ("来源行数", "来源合计", "新增行数", "新增", "已有", "作废")
        assert [row[name] for name in figures] == [4, 82, 3, 70, 0, 5]
        sheet = loaded(out)["导入明细"]
        refused = [[cell.value for cell in one] for one in sheet.iter_rows() if one[1].value == "拒绝"]
        assert refused == [[1, "拒绝", "B4", "XS3", "K1", 7, "发货日期值为“x”", "日期,如 2026-07-01", None]]
        mapping = [[cell.value for cell in one][1:4] for one in loaded(out)["导入对应"].iter_rows(min_row=5)]
        assert ["金额", "E", "价税合计"] in mapping

    @pytest.mark.host
    def test_the_tie_out_is_worked_out_by_the_workbook_itself(self, export, tmp_path):
        out = tmp_path / "台账.xlsx"
        confirmed(export, "发货台账", "--out", out)
        book = Book(out, ("导入明细",))
        number = next(at for at, one in enumerate(book.grid("导入明细").rows, 1) if "拒绝" in one)
        book.sheet("导入明细").set(number, 5, 6.99)  # somebody changes a figure
        book.save(tmp_path / "改.xlsx")
        sheets = [loaded(one, results=True)["导入核对"] for one in convert([out, tmp_path / "改.xlsx"], tmp_path / "算")]
        before, after = (dict(zip([cell.value for cell in one[4]], [cell.value for cell in one[5]], strict=True)) for one in sheets)
        assert (before["拒绝"], before["差额"], before["核对"]) == (7, 0, "相符")
        assert (after["差额"], after["核对"]) == (0.01, "不符")

    def test_last_results_are_stored_with_the_formulas(self, export, tmp_path):
        out = tmp_path / "台账.xlsx"
        confirmed(export, "发货台账", "--out", out)
        row = [cell.value for cell in loaded(out, results=True)["导入核对"][5]]
        assert row[-6:-1] == [7, 0, 0, "相符", "相符"]

    def test_what_people_write_beside_a_refusal_stays(self, export, tmp_path):
        out = tmp_path / "台账.xlsx"
        confirmed(export, "发货台账", "--out", out)
        book = Book(out, ("导入明细",))
        book.sheet("导入明细").set(5, 8, "已退回销售部")
        book.save(out)
        more = text_file(tmp_path / "十一月.csv", HEAD, line("XS9", day="y"), line("XS10"))
        confirmed(more, "发货台账", "--into", out)
        cells = [cell.value for row in loaded(out)["导入明细"].iter_rows() for cell in row]
        assert "已退回销售部" in cells and "发货日期值为“y”" in cells


@pytest.mark.host
@needs_validator
def test_office_finds_nothing_wrong_with_what_is_written(export, tmp_path):
    new, old = tmp_path / "台账.xlsx", build_branch(tmp_path / "甲.xlsx", [record("K1")])
    confirmed(export, "发货台账", "--out", new)
    confirmed(export, "发货台账", "--into", old)
    assert not complaints(new) and not complaints(old)


class TestExistingWorkbooks:
    @pytest.fixture
    def book(self, tmp_path) -> Path:
        return money_book(tmp_path / "旧.xlsx", [shipped("F1"), shipped("XS001", "K1", DAY, 100)], 说明=[["请勿删除", 1]])

    def test_documents_that_are_there_are_not_doubled(self, book, export, tmp_path):
        out = tmp_path / "新.xlsx"
        found = confirmed(export, "发货台账", "--into", book, "--out", out)
        assert found["勾稽"]["已有"] == {"行数": 1, "金额": 100} and found["勾稽"]["新增"]["行数"] == 1
        assert [row["发货单号"] for row in table_rows(out, "发货台账")] == ["F1", "XS001", "XS2", "XS4"]

    def test_every_other_part_stays_as_it_was(self, book, export, tmp_path):
        out, source = tmp_path / "新.xlsx", book.read_bytes()
        confirmed(export, "发货台账", "--into", book, "--out", out)
        before, after = parts(book), parts(out)
        changed = {name for name in before if before[name] != after.get(name)}
        ledger_part = "xl/worksheets/sheet1.xml"
        assert changed <= {ledger_part, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml", "xl/styles.xml", "docProps/app.xml"}
        assert book.read_bytes() == source
        assert [[cell.value for cell in row] for row in loaded(out)["说明"].iter_rows()] == [["请勿删除", 1]]

    @pytest.mark.parametrize(
        "there",
        [shipped("XS001", "K1", DAY, 100.01), shipped("XS001", "K2", DAY, 100), shipped("XS001", "K1", date(2026, 7, 2), 100), shipped("XS001", "K1", DAY, "x")],
    )
    def test_one_that_differs_is_reported_and_never_overwritten(self, export, tmp_path, there):
        book = money_book(tmp_path / "旧.xlsx", [there])
        found = confirmed(export, "发货台账", "--into", book, "--out", tmp_path / "新.xlsx")
        (finding,) = listed(found, "差异")
        assert finding["单号"] == "XS001" and "簿中同号的内容不同" in finding["发现"] and found["勾稽"]["差异"] == {"行数": 1, "金额": 100}
        (row,) = [row for row in table_rows(tmp_path / "新.xlsx", "发货台账") if row["发货单号"] == "XS001"]
        assert (row["金额"], row["客户编码"]) == (there[3], there[1])

    def test_a_document_of_two_lines_is_known_by_both(self, tmp_path):
        book = money_book(tmp_path / "旧.xlsx", [shipped("X1", amount=60), shipped("X1", amount=40)])
        same = text_file(tmp_path / "同.csv", HEAD, line("X1", amount="40"), line("X1", amount="60"))
        assert confirmed(same, "发货台账", "--into", book, "--out", tmp_path / "a.xlsx")["勾稽"]["已有"]["行数"] == 2
        one = text_file(tmp_path / "少.csv", HEAD, line("X1", amount="40"))
        assert confirmed(one, "发货台账", "--into", book, "--out", tmp_path / "b.xlsx")["勾稽"]["差异"]["行数"] == 1

    def test_what_people_add_to_a_row_makes_no_difference(self, export, tmp_path):
        out = tmp_path / "台账.xlsx"
        confirmed(export, "发货台账", "--out", out)
        type_into(out, "发货台账", 5, {"到期日": date(2026, 9, 1), "摘要": "已催收", "客户名称": "改过的名称"})
        again = confirmed(export, "发货台账", "--out", out)
        assert again["勾稽"]["已有"]["行数"] == 3 and not listed(again, "差异")
        assert table_rows(out, "发货台账")[0]["摘要"] == "已催收"

    @pytest.mark.parametrize("times", [1, 2])
    def test_running_it_again_changes_no_byte(self, export, tmp_path, times):
        out = tmp_path / "台账.xlsx"
        confirmed(export, "发货台账", "--out", out)
        before = files_in(tmp_path)
        for _ in range(times):
            assert confirmed(export, "发货台账", "--into", out)["记录"] == []
        assert files_in(tmp_path) == before

    def test_a_later_export_adds_what_is_new(self, export, tmp_path):
        out = tmp_path / "台账.xlsx"
        confirmed(export, "发货台账", "--out", out)
        later = text_file(tmp_path / "十一月.csv", HEAD, *DIRTY, line("XS5", amount="9"))
        found = confirmed(later, "发货台账", "--into", out)
        assert found["勾稽"]["已有"]["行数"] == 3 and [one["发货单号"] for one in found["记录"]] == ["XS5"]
        assert len(ledger(out)) == 4 and len(checks(out)) == 2

    def test_writing_back_keeps_the_file_as_it_was_before(self, book, export, tmp_path):
        raw = book.read_bytes()
        confirmed(export, "发货台账", "--into", book)
        (kept,) = (tmp_path / "备份").iterdir()
        assert kept.read_bytes() == raw != book.read_bytes()

    def test_a_ledger_in_wan_gets_wan(self, export, tmp_path):
        book = write_book(tmp_path / "旧.xlsx", {"发货台账": [("发货单号", "客户编码", "发货日期", "金额(万元)"), ["XS001", "K1", DAY, 0.01]]})
        found = confirmed(export, "发货台账", "--into", book, "--out", tmp_path / "新.xlsx")
        assert found["勾稽"]["已有"]["行数"] == 1
        assert [row["金额"] for row in table_rows(tmp_path / "新.xlsx", "发货台账")] == [0.01, -0.003, 0.0005]

    def test_a_workbook_of_1904_gets_its_own_dates(self, export, tmp_path):
        book = write_book(tmp_path / "旧.xlsx", {"发货台账": [("发货单号", "客户编码", "发货日期", "金额"), ["XS001", "K1", DAY, 100]]}, from_1904=True)
        out = tmp_path / "新.xlsx"
        assert confirmed(export, "发货台账", "--into", book, "--out", out)["勾稽"]["已有"]["行数"] == 1
        assert {row["发货日期"] for row in table_rows(out, "发货台账")} == {DAY}

    def test_a_column_that_the_ledger_has_beside_the_template_s_is_filled(self, tmp_path):
        source = text_file(tmp_path / "出库.csv", (*HEAD, "业务员"), [*line(), "张三"])
        book = write_book(tmp_path / "旧.xlsx", {"发货台账": [("发货单号", "客户编码", "业务员", "发货日期", "金额"), ["F1", "K1", "李四", DAY, 1]]})
        confirmed(source, "发货台账", "--into", book, "--out", tmp_path / "新.xlsx")
        assert [row["业务员"] for row in table_rows(tmp_path / "新.xlsx", "发货台账")] == ["李四", "张三"]
        assert checks(tmp_path / "新.xlsx")[0]["说明"] == "簿中没有客户名称、状态列,未写入"

    def test_a_workbook_without_the_ledger_gets_it(self, export, tmp_path):
        book = build_branch(tmp_path / "甲.xlsx", [record("K1")])
        out = tmp_path / "新.xlsx"
        confirmed(export, "发货台账", "--into", book, "--out", out)
        assert len(ledger(out)) == 3 and table_rows(out, "评估表")[0]["客户编码"] == "K1"

    def test_customers_go_behind_those_of_the_evaluation_sheet(self, tmp_path):
        book = build_branch(tmp_path / "甲.xlsx", [record("K1", 客户名称="甲"), record("K2", 客户名称="乙")])
        source = text_file(tmp_path / "客户.csv", ("客户编码", "客户名称"), ["K1", "甲"], ["K2", "改名"], ["K3", "丙"])
        found = confirmed(source, "客户", "--into", book, "--out", tmp_path / "新.xlsx")
        rows = table_rows(tmp_path / "新.xlsx", "评估表")
        assert [(row["客户编码"], row["客户名称"]) for row in rows] == [("K1", "甲"), ("K2", "乙"), ("K3", "丙")] and rows[0]["年交易额"] == 1200
        assert [one["客户编码"] for one in listed(found, "差异")] == ["K2"] and rows[2]["row"] == rows[1]["row"] + 1

    def test_a_sum_in_the_ledger_would_stand_in_the_way(self, export, tmp_path):
        book = money_book(tmp_path / "旧.xlsx", [shipped("F1"), ["合计", "", "", 100, ""]])
        ended, _ = intake(export, "发货台账", "--yes", "--into", book, "--out", tmp_path / "新.xlsx")
        assert "表中有合计行" in one_line(ended) and not (tmp_path / "新.xlsx").exists()

    def test_what_stands_below_the_ledger_is_not_run_over(self, tmp_path):
        rows = [("发货单号", "客户编码", "发货日期", "金额"), ["F1", "K1", DAY, 1], [], ["签字"]]
        book = write_book(tmp_path / "旧.xlsx", {"发货台账": rows})
        two = text_file(tmp_path / "两.csv", HEAD, line("X1"), line("X2"))
        assert "表下方第4行另有内容" in one_line(intake(two, "发货台账", "--yes", "--into", book, "--out", tmp_path / "新.xlsx")[0])
        one = text_file(tmp_path / "一.csv", HEAD, line("X1"))
        confirmed(one, "发货台账", "--into", book, "--out", tmp_path / "新.xlsx")
        assert [row[0].value for row in loaded(tmp_path / "新.xlsx")["发货台账"].iter_rows()][1:] == ["F1", "X1", "签字"]

    def test_a_workbook_open_elsewhere_is_left_alone(self, book, export, tmp_path):
        (tmp_path / f"~${book.name}").write_bytes(b"")
        assert "正在其他程序中打开" in one_line(intake(export, "发货台账", "--yes", "--into", book)[0])


class TestCustomerList:
    def test_proposals_are_written_and_an_answer_counts_next_time(self, tmp_path):
        out = tmp_path / "台账.xlsx"
        rows = [line("X1", code="K1", name="永丰商贸有限公司"), line("X2", code="K1", name="永丰商贸有限公司"), line("X3", code="K2", name="永丰商贸公司")]
        first = confirmed(text_file(tmp_path / "七月.csv", HEAD, *rows), "发货台账", "--out", out)
        assert [one["来源编码"] for one in first["客户归并建议"]] == ["K2"]
        assert [row["客户编码"] for row in table_rows(out, "发货台账")] == ["K1", "K1", "K2"]
        book = Book(out, ("客户对照",))
        assert book.grid("客户对照").rows[4][0] == "K2"
        book.sheet("客户对照").set(5, 6, "是")
        book.save(out)
        second = confirmed(text_file(tmp_path / "八月.csv", HEAD, *rows, line("X4", code="K2", name="永丰商贸公司")), "发货台账", "--into", out)
        assert second["客户归并建议"] == [] and second["勾稽"]["已有"]["行数"] == 3 and second["勾稽"]["差异"]["行数"] == 0
        assert second["记录"][0]["客户编码"] == "K1" and "按客户对照归并2行" in second["勾稽"]["说明"]

    def test_the_list_as_json_is_made_answered_and_used(self, tmp_path):
        people, rows = tmp_path / "客户对照.json", [line("X1", code="K1", name="永丰商贸"), line("X2", code="K2", name="永丰商贸公司")]
        source = text_file(tmp_path / "七月.csv", HEAD, *rows)
        confirmed(source, "发货台账", "--customers", people)
        text = people.read_text("utf-8")
        assert '"确认": ""' in text
        before = files_in(tmp_path)
        confirmed(source, "发货台账", "--customers", people)
        assert files_in(tmp_path) == before
        people.write_text(text.replace('"确认": ""', '"确认": "是"'), "utf-8")
        assert {one["客户编码"] for one in confirmed(source, "发货台账", "--customers", people)["记录"]} == {"K1"}

    def test_the_customers_of_a_rating_workbook_are_known(self, tmp_path):
        book = build_branch(tmp_path / "甲.xlsx", [record("K9", 客户名称="永丰商贸有限公司")])
        source = text_file(tmp_path / "七月.csv", ("单据编号", "日期", "客户名称", "金额"), ["X1", "2026-07-01", "永丰商贸有限公司", "5"], ["X2", "2026-07-01", "永丰商贸", "6"])
        found = confirmed(source, "发货台账", "--customers", book)
        assert [one["客户编码"] for one in found["记录"]] == ["K9"] and [one["归并编码"] for one in found["客户归并建议"]] == ["K9"]
        assert "“永丰商贸”不是已知客户" in listed(found, "拒绝")[0]["发现"]


class TestAppending:
    """The layer below: rows behind a table's last."""

    def test_prepared_rows_are_used_before_the_table_grows(self, tmp_path):
        book = Book(template_path(RECEIVABLES), ("发货台账",), template_path(RECEIVABLES))
        end = Appending(book, "发货台账", ("发货单号", "客户编码", "发货日期", "金额"), "发货单号")
        assert (end.first, end.write([["X1", "K1", DAY, 1]] * 3)) == (5, range(5, 8))
        assert end.write([["X2", "K1", DAY, 1]] * 300) == range(8, 308)
        book.save(tmp_path / "新.xlsx")
        sheet = loaded(tmp_path / "新.xlsx")["发货台账"]
        assert sheet.tables["发货台账表"].ref == "A4:M307" and len(table_rows(tmp_path / "新.xlsx", "发货台账")) == 303
        assert sheet["D307"].number_format == sheet["D5"].number_format == "yyyy-mm-dd" and sheet["E307"].border.left.style == "thin"

    def test_a_formula_of_ours_with_its_result(self, tmp_path):
        path = write_book(tmp_path / "簿.xlsx", {"表": [["甲", "乙"], ["a", 1]]})
        book = Book(path, ("表",))
        Appending(book, "表", ("甲", "乙"), "甲").write([["b", Formula('IF(B2>0,"是<否","")', "是<否")], ["c", Formula("B2+1", 2)]])
        book.save(path)
        formulas, results = (loaded(path, results=only)["表"] for only in (False, True))
        assert [formulas["B3"].value, formulas["B4"].value] == ['=IF(B2>0,"是<否","")', "=B2+1"]
        assert [results["B3"].value, results["B4"].value] == ["是<否", 2]

    def test_a_row_that_people_have_begun_is_theirs(self, tmp_path):
        path = write_book(tmp_path / "簿.xlsx", {"表": [["甲", "乙", "备忘"], ["a", 1], [None, None, "留给李四"]]})
        book = Book(path, ("表",))
        assert Appending(book, "表", ("甲", "乙"), "甲").first == 4

    def test_a_table_with_a_total_row_is_asked_about(self, tmp_path):
        from xlsxwriter import Workbook

        path = tmp_path / "簿.xlsx"
        book = Workbook(str(path))
        book.add_worksheet("表").add_table("A1:B3", {"total_row": True, "columns": [{"header": "甲"}, {"header": "乙"}]})
        book.close()
        with pytest.raises(CreditError, match="有汇总行"):
            Appending(Book(path, ("表",)), "表", ("甲", "乙"), "甲")


def test_the_templates_have_no_check_sheets():
    """They are put in by the first import, so that a template stays what people fill in."""
    assert "导入核对" not in loaded(ROOT / "templates" / RECEIVABLES).sheetnames
