"""The header found under titles, over two rows, merged or not; the same header known again, another one not."""

import pytest

from tests.intake.exports import HEAD, line
from xl_credit.intake.header import find_layout, find_layouts
from xl_credit.intake.sources import SourceSheet
from xl_credit.intake.words import target
from xl_credit.rules.errors import CreditError

SHIP = target("发货台账")


def layout(*rows, merges=(), kind="发货台账"):
    return find_layout(SourceSheet("", rows, merges), target(kind))


def test_the_header_lies_under_titles_and_blank_rows():
    found = layout(["销售出库明细表"], [], ["单位:华鼎", "", "打印日期:2026-10-01"], HEAD, line())
    assert (found.top, found.bottom, found.labels) == (3, 3, HEAD)


@pytest.mark.parametrize(("depth", "found"), [(59, True), (60, False)])
def test_a_header_lies_among_the_first_sixty_rows(depth, found):
    assert bool(layout(*[["标题"]] * depth, HEAD, line())) is found


def test_a_header_of_two_rows_by_its_merged_cells():
    upper = ["单据编号", "日期", "客户", "", "本币", "", ""]
    lower = ["", "", "编码", "名称", "无税金额", "税额", "价税合计"]
    merges = [((0, 0), (1, 0)), ((0, 1), (1, 1)), ((0, 2), (0, 3)), ((0, 4), (0, 6))]
    found = layout(upper, lower, line(), merges=merges)
    assert (found.top, found.bottom) == (0, 1)
    assert found.labels == ("单据编号", "日期", "客户·编码", "客户·名称", "本币·无税金额", "本币·税额", "本币·价税合计")
    assert found.columns[6].keys == ("本币价税合计", "价税合计")


def test_a_header_of_two_rows_in_a_text_file_goes_on_to_the_right():
    found = layout(["单据编号", "日期", "客户", "", "金额", "", "备注"], ["", "", "编码", "名称", "无税金额", "价税合计", ""], line())
    assert found.labels == ("单据编号", "日期", "客户·编码", "客户·名称", "金额·无税金额", "金额·价税合计", "备注")


def test_rows_of_data_are_no_second_header_row():
    assert layout(HEAD, [1, 2, 3, 4, 5, 6, 7], line()).bottom == 0
    assert layout(HEAD, line(), line()).bottom == 0


def test_columns_of_one_name_are_told_apart():
    assert layout([*HEAD, "价税合计", "备注"], line()).labels[-2:] == ("价税合计#2", "备注#2")


@pytest.mark.parametrize(("label", "unit"), [("价税合计(元)", "元"), ("价税合计（万元）", "万元"), ("价税合计", "")])
def test_the_unit_in_a_header_is_no_part_of_its_name(label, unit):
    column = layout([*HEAD[:4], label], line()).columns[4]
    assert (column.label, column.unit) == ("价税合计", unit)


@pytest.mark.parametrize(("words", "unit"), [("单位:万元", "万元"), ("金额单位：人民币元", "元"), ("单位:千元", "千元"), ("单位:元大都商贸", ""), ("核算单位:华鼎", "")])
def test_the_unit_of_amounts_in_a_line_above(words, unit):
    assert layout(["表"], ["", words], HEAD, line()).unit == unit


def test_the_order_of_the_columns_makes_no_other_header():
    assert layout(HEAD, line()).fingerprint(SHIP) == layout(HEAD[::-1], line()[::-1]).fingerprint(SHIP)


@pytest.mark.parametrize("changed", [HEAD[:-1], (*HEAD, "部门"), (*HEAD[:-1], "说明"), ("单据号", *HEAD[1:])])
def test_another_name_makes_another_header(changed):
    assert layout(HEAD, line()).fingerprint(SHIP) != layout(changed, line()).fingerprint(SHIP)


def test_another_ledger_makes_another_fingerprint():
    assert layout(HEAD, line()).fingerprint(SHIP) != layout(HEAD, line()).fingerprint(target("订单"))


@pytest.mark.parametrize("noise", ["单据编号*", " 单据 编号 ", "【单据编号】", "单据编号：", "單據編號"])
def test_marks_and_blanks_in_a_header_do_not_matter(noise):
    found = layout([noise, *HEAD[1:]], line())
    assert ("单据编号" in found.columns[0].keys) is (noise != "單據編號")


def test_sheets_of_one_header_are_one_list_continued():
    sheets = [SourceSheet("7月", [HEAD, line()]), SourceSheet("8月", [["标题"], HEAD, line()]), SourceSheet("说明", [["本表由系统导出"]])]
    assert [one.sheet.name for one in find_layouts(sheets, SHIP, "来源")] == ["7月", "8月"]


def test_sheets_of_different_headers_are_asked_about():
    sheets = [SourceSheet("甲", [HEAD, line()]), SourceSheet("乙", [HEAD[:-1], line()])]
    with pytest.raises(CreditError, match="表头不同的工作表:甲、乙;允许:用 --sheet"):
        find_layouts(sheets, SHIP, "来源")


@pytest.mark.parametrize("rows", [[], [["姓名", "年龄"], ["张三", 5]], [["金额"], [5]], [["数量", "单价", "备注"]]])
def test_what_has_no_header_is_refused(rows):
    with pytest.raises(CreditError, match="找不到表头"):
        find_layouts([SourceSheet("", rows)], SHIP, "来源")


def test_the_top_of_a_printed_page_repeats_the_header():
    found = layout(HEAD, line())
    assert found.is_header_again(HEAD) and found.is_header_again([f" {name} " for name in HEAD])
    assert not found.is_header_again(line()) and not found.is_header_again(["单据编号"]) and not found.is_header_again([*HEAD[:-1], "X"])
