"""Template sheets join a foreign workbook with their look; the rest of it stays byte for byte as it was."""

import difflib
import functools
import io
import os
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from tests.books.joining import (
    NAMES,
    VALIDATOR,
    attached,
    complaints,
    each_file,
    may_change,
    needs_corpus,
    needs_validator,
    new_complaints,
    opened,
    parts,
    prefixed,
    refused,
    rewritten,
    strict,
)
from xl_credit.books.graft import AttachReport
from xl_credit.books.package import read_package
from xl_credit.books.workbook import read_sheets


def build_template(path: Path) -> Path:
    """What the real templates hold, small: every kind of thing that attaching must carry."""
    with xlsxwriter.Workbook(path) as book:
        head = book.add_format({"bold": True, "font_name": "微软雅黑", "bg_color": "#1F4E78", "font_color": "#FFFFFF",
                                "border": 1, "align": "center", "text_wrap": True})
        entry = book.add_format({"bg_color": "#FFF2CC", "locked": False, "num_format": '#,##0.00"万元"'})
        day = book.add_format({"num_format": "yyyy年m月d日", "font_name": "宋体", "font_size": 9})
        bad, good = book.add_format({"bg_color": "#FFC7CE"}), book.add_format({"font_color": "#006100", "num_format": "0.0%"})
        policy, rating, result = (book.add_worksheet(name) for name in NAMES)
        policy.write_row("A1", ["项目", "值"], head)
        policy.write("A2", "期限", entry)
        policy.write_number("B2", 90, entry)
        policy.write_datetime("B3", datetime(2024, 1, 1), day)
        book.define_name("授权期限", "='政策'!$B$2")
        book.define_name("未用名称", "='政策'!$B$3")
        _rating_sheet(book, rating, head, entry, bad)
        result.write_formula("A1", "=SUM(客户表[金额])+SUMIFS(评估表!$B$2:$B$4,评估表!$A$2:$A$4,\"客户表\")", entry, 6)
        result.write_formula("A2", "=授权期限*2", good, 180)
        result.write_url("A3", "internal:'政策'!A1", string="回到政策")
        result.write_url("A4", "https://example.com/a?b=1&c=2", string="链接")
        result.conditional_format("A1:A9", {"type": "data_bar", "data_bar_2010": True})
        result.set_row(6, 30, head)
        result.hide()
        book.add_worksheet("说明").write("A1", "不带入")
    return path


def _rating_sheet(book, rating, head, entry, bad) -> None:
    rating.add_table("A1:C4", {"name": "客户表", "style": "Table Style Medium 2", "total_row": False, "columns": [
        {"header": "客户", "header_format": head}, {"header": "金额", "format": entry},
        {"header": "加倍", "formula": "=客户表[@[金额]]*2", "format": entry}]})
    for row, (name, amount) in enumerate([("=甲公司", 1), (" 乙 ", 2), ("丙", 3)], start=1):
        rating.write_string(row, 0, name)
        rating.write_number(row, 1, amount, entry)
    bold, red = book.add_format({"bold": True}), book.add_format({"color": "red"})
    rating.write_rich_string("E1", bold, "注意 ", red, " 不得改动", head)
    rating.data_validation("E2:E9", {"validate": "list", "source": ["A", "B", "混合"]})
    rating.data_validation("F2:F9", {"validate": "list", "source": "='政策'!$A$2:$A$3"})
    rating.conditional_format("B2:B9", {"type": "formula", "criteria": "=B2>授权期限", "format": bad})
    rating.freeze_panes(1, 1)
    rating.repeat_rows(0)
    rating.print_area("A1:F20")
    rating.set_landscape()
    rating.set_header("&C信用评估&R&D")
    rating.protect("", {"select_locked_cells": True})
    rating.set_column("A:A", 22, head)
    rating.activate()


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    return build_template(tmp_path_factory.mktemp("template") / "模板.xlsx")


@dataclass(frozen=True)
class Joined:
    """A public workbook with the sheets attached; ``verdict`` waits for what the validator finds new in it."""

    path: Path
    report: AttachReport
    verdict: Callable[[], Counter]


@pytest.fixture(scope="module")
def joined(template, tmp_path_factory, request) -> Iterator[Callable[[Path], Joined]]:
    """Makes each file once for all tests. The validator starts on it at once, on the other cores, while tests go on here;
    not in a pytest-xdist worker, of which each would do so for every file.
    """
    folder = tmp_path_factory.mktemp("joined")
    ahead = any("validator" in item.name for item in request.session.items) and "PYTEST_XDIST_WORKER" not in os.environ

    @functools.cache
    def join(path: Path) -> Joined:
        target = folder / path.name
        _, report = attached(path, template, target)
        if VALIDATOR and ahead:
            return Joined(target, report, validators.submit(new_complaints, path, target).result)
        return Joined(target, report, functools.partial(new_complaints, path, target))

    with ThreadPoolExecutor(os.cpu_count()) as validators:
        yield join
        validators.shutdown(cancel_futures=True)


@pytest.fixture(scope="module")
def template_book(template) -> openpyxl.Workbook:
    return opened(template)


@pytest.fixture
def plain(tmp_path) -> Path:
    """A workbook like a branch's own, with things of its own that ours must not disturb."""
    with xlsxwriter.Workbook(tmp_path / "华东.xlsx") as book:
        sheet = book.add_worksheet("台账")
        sheet.write_row("A1", ["甲", "乙"], book.add_format({"italic": True, "font_name": "Arial", "num_format": "0.000"}))
        sheet.add_table("D1:E3", {"name": "客户表"})
        sheet.conditional_format("A1:A3", {"type": "no_blanks", "format": book.add_format({"bold": True})})
        sheet.repeat_rows(0)
    return tmp_path / "华东.xlsx"


def font(cell) -> tuple:
    return cell.font.name, cell.font.sz, cell.font.b, cell.font.color.rgb if cell.font.color else None


def look(cell) -> tuple:
    return (font(cell), cell.fill.fgColor.rgb, cell.border.left.style, cell.number_format, cell.alignment.horizontal,
            cell.alignment.wrap_text, cell.protection.locked)


def text(value: object) -> str:
    """A value to be compared; a table may bear another name where its own was taken."""
    return str(value).replace("客户表_2[", "客户表[") if value is not None else ""


def same_cells(ours: openpyxl.Workbook, source: openpyxl.Workbook, name: str) -> None:
    for row in source[name].iter_rows():
        for cell in row:
            got = ours[name][cell.coordinate]
            assert text(got.value) == text(cell.value)
            if cell.value is not None or cell.has_style:
                assert look(got) == look(cell), (name, cell.coordinate)
    assert ours[name].freeze_panes == source[name].freeze_panes
    assert ours[name].print_title_rows == source[name].print_title_rows
    assert ours[name].protection.sheet == source[name].protection.sheet
    assert ours[name].sheet_state == source[name].sheet_state


@needs_corpus
@each_file
def test_sheets_join_any_public_workbook_and_every_other_part_stays(path, joined):
    ours = joined(path)
    package = read_package(ours.path)
    assert ours.report == AttachReport(NAMES, ())
    before, after = parts(path), parts(ours.path)
    assert list(after)[:len(before)] == list(before)
    changed = {name.replace("\\", "/").lower() for name, data in before.items() if after[name] != data}
    assert changed <= may_change(package)
    assert all(re.search(r"worksheets/|tables/|styles\.xml", name) for name in list(after)[len(before):])
    was, now = read_sheets(read_package(path)), read_sheets(package)
    assert now.items[:len(was)] == was.items and tuple(sheet.name for sheet in now.items[len(was):]) == NAMES
    assert now.defined_names[:len(was.defined_names)] == was.defined_names


@needs_corpus
@each_file
def test_what_openpyxl_opened_it_opens_still_and_the_look_is_the_templates(path, joined, template_book):
    if (original := opened(path)) is None:
        pytest.skip("openpyxl cannot open the original either")
    book, source = opened(joined(path).path), template_book
    assert book is not None and book.sheetnames == [*original.sheetnames, *NAMES]
    if original.epoch == source.epoch:
        for name in NAMES:
            same_cells(book, source, name)
    for name in original.sheetnames[:3]:
        sheet = original[name]
        for row in sheet.iter_rows(max_row=30) if hasattr(sheet, "iter_rows") else ():
            for cell in row:
                assert look(book[name][cell.coordinate]) == look(cell)


@needs_corpus
@needs_validator
@pytest.mark.host
@each_file
def test_the_validator_finds_nothing_that_the_original_did_not_have(path, joined):
    assert not joined(path).verdict()


@needs_validator
@pytest.mark.host
def test_the_validator_finds_nothing_in_a_clean_workbook_and_sees_a_planted_fault(plain, template, tmp_path):
    attached(plain, template, tmp_path / "ours.xlsx")
    assert not complaints(tmp_path / "ours.xlsx")
    rewritten(tmp_path / "ours.xlsx", lambda name, data: data.replace(b"cellXfs", b"cellXfz"))
    assert complaints(tmp_path / "ours.xlsx")


def test_texts_formulas_and_rules_arrive_as_they_were(plain, template, tmp_path):
    package, _ = attached(plain, template, tmp_path / "o.xlsx")
    book, source = opened(tmp_path / "o.xlsx"), opened(template)
    for name in ("政策", "评估表"):
        same_cells(book, source, name)
    sheet = book["评估表"]
    assert (sheet["A2"].value, sheet["A2"].data_type, sheet["A3"].value) == ("=甲公司", "s", " 乙 ")
    assert [rule.formula1 for rule in sheet.data_validations.dataValidation] == ['"A,B,混合"', "'政策'!$A$2:$A$3"]
    assert [rule.dxf.fill.bgColor.rgb for rules in sheet.conditional_formatting for rule in rules.rules] == ["FFFFC7CE"]
    assert sheet.print_title_rows == "$1:$1" and sheet.print_area == "'评估表'!$A$1:$F$20"
    assert sheet.oddHeader.center.text == "信用评估" and sheet.page_setup.orientation == "landscape"
    assert (book["结果 汇总"].sheet_state, book.active.title) == ("hidden", "台账")
    assert book["结果 汇总"]["A3"].hyperlink.location == "'政策'!A1"
    assert book["结果 汇总"]["A4"].hyperlink.target == "https://example.com/a?b=1&c=2"
    rich = package.read("xl/worksheets/sheet3.xml").decode()
    assert '<t xml:space="preserve">注意 </t>' in rich and "<scheme" not in rich and ' t="s"' not in rich
    assert sum(b'tabSelected="1"' in data for data in parts(tmp_path / "o.xlsx").values()) == 1


def test_a_table_whose_name_is_taken_gets_another_and_formulas_follow(plain, template, tmp_path):
    package, _ = attached(plain, template, tmp_path / "o.xlsx")
    book = opened(tmp_path / "o.xlsx")
    assert list(book["台账"].tables) == ["客户表"] and list(book["评估表"].tables) == ["客户表_2"]
    assert len({table.id for name in ("台账", "评估表") for table in book[name].tables.values()}) == 2
    assert book["结果 汇总"]["A1"].value == (
        '=SUM(客户表_2[金额])+SUMIFS(评估表!$B$2:$B$4,评估表!$A$2:$A$4,"客户表")')
    assert "xl/tables/table2.xml" in package and b"table2.xml" in package.read("xl/worksheets/_rels/sheet3.xml.rels")


def test_only_the_general_names_in_use_come_along(plain, template, tmp_path):
    package, _ = attached(plain, template, tmp_path / "o.xlsx")
    names = {(item.name, item.local_sheet): item.text for item in read_sheets(package).defined_names}
    assert names[("授权期限", None)] == "'政策'!$B$2" and ("未用名称", None) not in names
    assert names[("_xlnm.Print_Titles", 0)] == "台账!$1:$1" and names[("_xlnm.Print_Titles", 2)] == "评估表!$1:$1"


def test_a_sheet_that_is_there_already_is_kept(plain, template, tmp_path):
    rewritten(plain, lambda name, data: data.replace("台账".encode(), "政策".encode()))
    own = parts(plain)["xl/worksheets/sheet1.xml"]
    package, report = attached(plain, template, plain)
    assert report == AttachReport(("评估表", "结果 汇总"), ("政策",))
    assert package.read("xl/worksheets/sheet1.xml") == own
    before = plain.read_bytes()
    assert attached(plain, template, plain)[1] == AttachReport((), NAMES)
    assert plain.read_bytes() == before


def test_attaching_in_two_steps_shares_formats_and_names(plain, template, tmp_path):
    attached(plain, template, plain, NAMES[:2])
    styles = parts(plain)["xl/styles.xml"]
    package, report = attached(plain, template, plain, NAMES)
    assert report == AttachReport(NAMES[2:], NAMES[:2])
    assert [item.name for item in read_sheets(package).defined_names].count("授权期限") == 1
    assert abs(len(package.read("xl/styles.xml")) - len(styles)) < 2000


def test_existing_formats_never_move(plain, template, tmp_path):
    def sections(data: bytes) -> dict[str, list[bytes]]:
        return {tag: re.findall(rb"<(?:xf|font|fill|border|dxf)[ >/].*?(?=<(?:xf|font|fill|border|dxf)[ >/]|$)", body, re.S)
                for tag, body in re.findall(rb"<(fonts|fills|borders|cellXfs|dxfs)[ >](.*?)</\1>", data, re.S)}

    before = sections(parts(plain)["xl/styles.xml"])
    package, _ = attached(plain, template, tmp_path / "o.xlsx")
    after = sections(package.read("xl/styles.xml"))
    for tag, items in before.items():
        assert len(after[tag]) >= len(items)
        assert all(new.startswith(old) for old, new in zip(items, after[tag], strict=False))


def test_a_workbook_without_styles_gets_them(plain, template, tmp_path):
    def bare(name: str, data: bytes) -> bytes | None:
        data = re.sub(rb'<(Relationship|Override)[^>]*styles[^>]*/>', b"", data)
        return None if name == "xl/styles.xml" else re.sub(rb' s="\d+"| dxfId="\d+"', b"", data)

    package, _ = attached(rewritten(plain, bare), template, tmp_path / "o.xlsx")
    same_cells(opened(tmp_path / "o.xlsx"), opened(template), "政策")
    assert package.names()[-1] == "xl/styles.xml"


def test_a_workbook_with_prefixed_names_is_served_like_any_other(plain, template, tmp_path):
    package, _ = attached(rewritten(plain, prefixed), template, tmp_path / "o.xlsx")
    book = opened(tmp_path / "o.xlsx")
    for name in ("政策", "评估表"):
        same_cells(book, opened(template), name)
    assert b"<sheet " not in package.read("xl/workbook.xml") and b"<font>" not in package.read("xl/styles.xml")


def test_a_strict_workbook_gets_strict_parts(plain, template, tmp_path):
    package, _ = attached(rewritten(plain, strict), template, tmp_path / "o.xlsx")
    for name in package.names():
        if name.startswith("xl/") and "docProps" not in name:
            assert b"openxmlformats.org/spreadsheetml" not in package.read(name), name
            assert b"openxmlformats.org/officeDocument/2006/relationships" not in package.read(name), name


@needs_validator
@pytest.mark.host
@pytest.mark.parametrize("hand", [prefixed, strict])
def test_the_validator_accepts_prefixed_and_strict_results(plain, template, tmp_path, hand):
    rewritten(plain, hand)
    attached(plain, template, tmp_path / "o.xlsx")
    assert not new_complaints(plain, tmp_path / "o.xlsx")


@pytest.mark.parametrize("hand", [
    lambda name, data: b"\xef\xbb\xbf" + data if name.startswith("xl/") else data,
    lambda name, data: data.decode().replace("UTF-8", "UTF-16").encode("utf-16") if name.endswith(("book.xml", "s.xml")) else data,
    lambda name, data: data.decode().replace("UTF-8", "GB18030").encode("gb18030") if name == "xl/workbook.xml" else data,
    lambda name, data: re.sub(rb"<bookViews>.*</bookViews>", b"", data),
    lambda name, data: re.sub(rb"<calcPr[^>]*/>", b"<!-- </sheets> <calcPr/> --><calcPr calcId='1' \n/>", data),
    lambda name, data: re.sub(rb"(<styleSheet[^>]*)>.*", rb"\1/>", data, flags=re.S),
    lambda name, data: data.replace(b"<fonts", b'<numFmts><numFmt numFmtId="x" formatCode="0"/></numFmts><fonts'),
], ids=["byte order mark", "UTF-16", "GB18030", "no views", "comment", "empty styles", "odd number"])
def test_a_workbook_in_another_hand_is_served_too(template, tmp_path, hand):
    path = tmp_path / "别家.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("台账").write("A1", "甲")
    package, report = attached(rewritten(path, hand), template, path)
    assert report.added == NAMES
    assert b'fullCalcOnLoad="1"' in package.read("xl/workbook.xml") and b"bookViews" in package.read("xl/workbook.xml")
    assert [sheet.name for sheet in read_sheets(package)] == ["台账", *NAMES]
    if (book := opened(path)) is not None:
        same_cells(book, opened(template), "政策")


def test_what_workbook_xml_holds_besides_stays_to_the_byte(plain, template, tmp_path):
    odd = (b'<bookViews><!-- own --> <mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
           b"<mc:Choice Requires='x15' xmlns:x15='urn:x15'/></mc:AlternateContent>\r\n")
    rewritten(plain, lambda name, data: data.replace(b"<bookViews>", odd))
    before, after = parts(plain)["xl/workbook.xml"], attached(plain, template, plain)[0].read("xl/workbook.xml")
    steps = difflib.SequenceMatcher(None, before.decode(), after.decode(), autojunk=False).get_opcodes()
    assert odd in after and {step[0] for step in steps} == {"equal", "insert"}


@pytest.mark.parametrize(("hand", "match"), [
    (lambda name, data: re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", data), "没有工作表"),
    (lambda name, data: data.replace(b"spreadsheetml/2006/main", b"spreadsheetml/2007/main"), "命名空间不认识"),
    (lambda name, data: None if name == "xl/_rels/workbook.xml.rels" else data, "缺少部件"),
    (lambda name, data: data.replace(b"</fonts>", b""), "XML 内容损坏"),
])
def test_a_workbook_beyond_help_is_refused_and_not_changed(plain, template, hand, match):
    refused(rewritten(plain, hand), template, match)


def test_dates_mean_the_same_day_in_a_workbook_that_counts_from_1904(plain, template, tmp_path):
    rewritten(plain, lambda name, data: data.replace(b"<workbookPr ", b'<workbookPr date1904="1" '))
    attached(plain, template, tmp_path / "o.xlsx")
    value = opened(tmp_path / "o.xlsx")["政策"]["B3"].value
    assert (value.date() if isinstance(value, datetime) else value) == date(2024, 1, 1)


def test_a_signed_workbook_is_refused(plain, template):
    with zipfile.ZipFile(plain, "a") as archive:
        archive.writestr("_xmlsignatures/origin.sigs", b"")
    refused(plain, template, "数字签名")


def test_a_formula_that_would_point_nowhere_is_refused(plain, template):
    refused(plain, template, "引用工作表“政策”", ["评估表"])
    refused(plain, template, "引用工作表“评估表”", ["政策", "结果 汇总"])


def test_a_formula_over_a_table_that_stays_behind_is_refused(tmp_path, plain):
    with xlsxwriter.Workbook(tmp_path / "t.xlsx") as book:
        book.add_worksheet("甲").add_table("A1:B3", {"name": "别处"})
        book.add_worksheet("乙").write_formula("A1", "=ROWS(别处[])")
    refused(plain, tmp_path / "t.xlsx", "引用表格“别处”", ["乙"])


def test_a_name_of_another_meaning_is_refused_rather_than_read_wrongly(plain, template):
    with xlsxwriter.Workbook(plain) as book:
        book.add_worksheet("台账")
        book.define_name("授权期限", "=台账!$A$1")
    refused(plain, template, "名称“授权期限”在工作簿中已另有所指")


def test_a_sheet_the_template_does_not_have_is_refused_with_those_it_has(plain, template):
    refused(plain, template, "模板中没有工作表“无”;允许:政策、评估表、结果 汇总、说明", ["无"])


def test_a_template_sheet_with_a_comment_is_refused(plain, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "t.xlsx") as book:
        book.add_worksheet("批注").write_comment("A1", "x")
    refused(plain, tmp_path / "t.xlsx", "不能带入", ["批注"])


def test_the_result_is_the_same_each_time(plain, template, tmp_path):
    first, second = io.BytesIO(), io.BytesIO()
    for number, out in enumerate((first, second)):
        attached(plain, template, tmp_path / f"{number}.xlsx")
        out.write((tmp_path / f"{number}.xlsx").read_bytes())
    assert first.getvalue() == second.getvalue()
