"""cells.py and tables.py: what people type, and where it stands."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from xl_credit import cells
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.tables import Grid, column_index, column_letters, find_table, header_name, is_blank_row


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (0.1, "0.1"), (1e-7, "1E-7"), (1200, "1200"), (1200.0, "1200"), (1e22, "10000000000000000000000"),
        ("1,200.50", "1200.50"), ("１２００．５", "1200.5"), ("１，２００", "1200"), ("¥100", "100"), ("￥100", "100"),
        (" 12 000 ", "12000"), ("-3", "-3"), ("+3", "3"), (".5", "0.5"), ("1.5e3", "1500"), (Decimal("7.50"), "7.50"),
    ],
)  # fmt: skip
def test_a_number_is_read_exactly_as_written(value, number):
    assert cells.parse_decimal(value) == Decimal(number)


@pytest.mark.parametrize(
    "value",
    ["十", "12万", "1,20", "1.2.3", "--1", "+", "e5", "5%", "#DIV/0!", True, float("nan"), float("inf"), date(2026, 1, 1)],
)
def test_what_is_no_number_raises_with_what_was_found(value):
    with pytest.raises(CreditError, match="值为“.*允许:数字"):
        cells.parse_decimal(value)


@pytest.mark.parametrize("value", [None, "", "  ", "\u3000"])
def test_a_blank_is_called_blank(value):
    assert cells.is_blank(value)
    with pytest.raises(CreditError, match="为空;允许:数字"):
        cells.parse_decimal(value)


@pytest.mark.parametrize("value", [0, 0.0, False, "0", "无"])
def test_zero_and_words_are_not_blank(value):
    assert not cells.is_blank(value)


@pytest.mark.parametrize(
    ("value", "in_yuan", "wan"),
    [
        (1000.0000004, False, "1000"), (1000.0000005, False, "1000.000001"), (999.9999996, False, "1000"),
        (0.1 + 0.2, False, "0.3"), ("10,000,000", True, "1000"), (10000000.01, True, "1000.000001"), (10000000.004, True, "1000"),
    ],
)  # fmt: skip
def test_amounts_are_held_to_the_fen(value, in_yuan, wan):
    assert cells.parse_wan(value, in_yuan=in_yuan) == Decimal(wan)


@pytest.mark.parametrize("value", [1e12, -1e12, "1e300"])
def test_absurd_amounts_raise(value):
    with pytest.raises(CreditError, match="绝对值小于1万亿"):
        cells.parse_wan(value)


@pytest.mark.parametrize(
    ("value", "fen"),
    [
        ("1,200.50元", 120050), ("１，２００．５０元", 120050), ("1200圆整", 120000), ("￥1,200.50", 120050), (" ¥ 1,200.50 ", 120050), ("¥-1,200.50", -120050),
        ("-¥1,200.50", -120050), ("(1,200.50)", -120050), ("（1,200.50）", -120050), ("(¥1,200.50)", -120050), ("RMB 1,200.5", 120050),
        ("CNY1200.5", 120050), ("人民币1200.5元", 120050), ("−1200.5", -120050), ("+1200.5", 120050), ("-1,200.50元", -120050),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_accounting_formats_show_it(value, fen):
    assert cells.parse_fen(value) == fen
    assert not cells.is_finer_than_fen(value, fen)


@pytest.mark.parametrize(
    "value", ["$1,200", "US$1200", "HK$1200", "€1200", "1200美元", "USD1200", "1.2万", "1.2万元", "(1200", "1200)", "(-1200)", "-¥-1200", "1,20元", "元", "¥", "()"]
)
def test_another_currency_or_a_mark_too_many_is_no_amount(value):
    with pytest.raises(CreditError, match="允许:数字"):
        cells.parse_fen(value)


def test_an_amount_of_yuan_is_none_under_a_header_of_ten_thousands():
    assert cells.parse_fen("¥35.5", in_wan=True) == 35500000
    with pytest.raises(CreditError, match="值为“35.5元”;允许:数字"):
        cells.parse_fen("35.5元", in_wan=True)


@pytest.mark.parametrize(("value", "number"), [(0, 0), (3.0, 3), ("９０", 90), ("1e2", 100)])
def test_a_whole_number_is_read(value, number):
    assert cells.parse_whole(value) == number


@pytest.mark.parametrize("value", [1.5, -1, "1e10", "1e-400"])
def test_what_is_no_whole_number_raises(value):
    with pytest.raises(CreditError, match="允许:不小于0的整数"):
        cells.parse_whole(value)


@pytest.mark.parametrize(
    "value",
    [
        date(2026, 7, 1), datetime(2026, 7, 1, 23, 59), 46204, 46204.75, "2026-07-01", "2026/7/1", "2026.7.1", "2026年7月1日",
        "2026 年 7 月 1 日", "２０２６-０７-０１", "20260701", "2026-07-01 00:00:00", "2026-07-01T00:00:00", "2026/7/1 0:00",
    ],
)  # fmt: skip
def test_a_date_is_read_as_people_type_it(value):
    assert cells.parse_date(value) == date(2026, 7, 1)


@pytest.mark.parametrize(
    "value",
    [
        "2026-07-01 14:25:36", "2026/7/1 8:05", "2026-07-01T14:25:36", "2026-07-01 23:59:59.997", "2026/07/01 12:00:00 AM", "2026年7月1日14时",
        "2026年7月1日 14:05", "2026年7月1日 14时05分", "2026/7/1 下午2:05", "2026年7月1日 星期三", "2026年7月1日(周三)", "2026-07-01（周三）",
        "二〇二六年七月一日", "二○二六年七月一日", "46204.75", "46204.",
    ],
)  # fmt: skip
def test_a_date_is_read_as_other_systems_export_it(value):
    assert cells.parse_date(value) == date(2026, 7, 1)


@pytest.mark.parametrize(("value", "day"), [("二〇二六年十二月三十一日", 31), ("二〇二六年十二月二十日", 20), ("二〇二六年十二月十号", 10), ("二〇二六年十二月十九日", 19)])
def test_a_date_in_chinese_numerals_is_the_day_it_says(value, day):
    assert cells.parse_date(value) == date(2026, 12, day)


def test_a_time_does_not_run_into_the_day():
    assert cells.parse_date("2026-7-1 00:00") == date(2026, 7, 1)
    assert cells.parse_date("2026-7-10 0:00") == date(2026, 7, 10)
    assert cells.parse_date("2026年7月1日0时") == date(2026, 7, 1)
    assert cells.parse_date("2026-7-1 10:00") == date(2026, 7, 1)


@pytest.mark.parametrize(
    "value",
    [None, "", "昨天", "2026-02-29", "2026-13-01", "1/7/2026", "2026-07-01 24:30", "2026-07-01 8", "08:30", "星期三", "二〇二六年十三月一日", "二〇二六年一二月一日",
     "二〇二六年十月三十二日", "2026年7月", 0, 60, 110000, True, date(1899, 1, 1),
     date(2200, 1, 1), float("nan")],
)  # fmt: skip
def test_what_is_no_date_raises_with_an_example(value):
    with pytest.raises(CreditError, match="允许:日期,如 2026-07-01"):
        cells.parse_date(value)


def test_a_leap_day_is_a_date_and_its_serial_comes_back():
    assert cells.parse_date("2028-02-29") == date(2028, 2, 29)
    assert cells.parse_date(cells.serial(date(2028, 2, 29))) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("value", "flag"), [("是", True), (" 是 ", True), (True, True), ("否", False), ("", False), (None, False)]
)
def test_a_flag_is_yes_or_no_and_a_blank_is_no(value, flag):
    assert cells.parse_flag(value) is flag


@pytest.mark.parametrize("value", ["对", "Y", 1, 0, 1.0])
def test_any_other_flag_raises(value):
    with pytest.raises(CreditError, match="允许:是、否"):
        cells.parse_flag(value)


def test_a_state_forgives_full_width_and_stray_blanks():
    assert cells.parse_state(" 未 年检 ", {"具备": 2, "未年检": 0}) == "未年检"
    assert cells.parse_state("ＩＳＯ", {"ISO": 1}) == "ISO"


@pytest.mark.parametrize(("value", "found"), [("有", "值为“有”"), (None, "为空"), ("", "为空")])
def test_an_unknown_state_raises_with_all_that_are_allowed(value, found):
    with pytest.raises(CreditError, match=f"{found};允许:具备、无"):
        cells.parse_state(value, {"具备": 2, "无": 0})


@pytest.mark.parametrize(
    ("value", "text"), [(1001.0, "1001"), (1.5, "1.5"), (True, "是"), (False, "否"), (None, ""), (" A-01 ", "A-01"), (7, "7")]
)
def test_a_cells_text(value, text):
    assert cells.text(value) == text


@pytest.mark.parametrize("value", ["=1+1", "+86", "-", "@a", "\tx", "甲公司", ""])
def test_text_comes_back_from_csv_and_runs_as_no_formula(value):
    written = cells.csv_text(value)
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cells.from_csv_text(written) == value


class TestTables:
    def grid(self, *rows):
        return Grid("评估表", rows)

    @pytest.mark.parametrize(
        ("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")]
    )
    def test_columns_are_named_as_the_sheet_names_them(self, index, letters):
        assert (column_letters(index), column_index(letters)) == (letters, index)

    @pytest.mark.parametrize(
        ("header", "name"),
        [("申请额度(万元)", ("申请额度", "万元")), ("申请额度(元)", ("申请额度", "元")), (" 年 限(年)", ("年限", "年")),
         ("客户(全称)", ("客户(全称)", "")), (None, ("", "")), (5, ("", ""))],
    )  # fmt: skip
    def test_a_header_is_read_apart_from_its_unit(self, header, name):
        assert header_name(header) == name

    def test_a_table_is_found_below_titles_and_in_any_column_order(self):
        table = find_table(self.grid(["客户评估"], [], ["名称", None, "编号(元)"], ["甲", None, 1]), ["编号", "名称"], ["备注"])
        assert (table.header, table.columns, table.units["编号"]) == (2, {"名称": 0, "编号": 2}, "元")
        [(number, row)] = table.body()
        assert (number, table.value(row, "编号"), table.value(row, "备注"), table.cell(number, "编号")) == (4, 1, None, "C4")

    def test_a_short_row_has_blanks(self):
        table = find_table(self.grid(["编号", "名称"], [1]), ["编号", "名称"])
        assert table.value([1], "名称") is None

    def test_a_missing_column_is_named_with_the_header_row(self):
        with pytest.raises(CreditError, match="评估表!2:2:缺少列“金额”"):
            find_table(self.grid([], ["编号", "名称"]), ["编号", "名称", "金额"])

    def test_a_column_that_stands_twice_is_named_with_both_cells(self):
        with pytest.raises(CreditError, match=r"评估表:有两列都叫“名称”\(B1、C1\)"):
            find_table(self.grid(["编号", "名称", "名称"]), ["编号", "名称"])

    def test_a_sheet_without_the_table_says_which_headers_it_needs(self):
        with pytest.raises(CreditError, match="评估表:找不到表头;允许:含“编号、名称、金额”等列的表头行"):
            find_table(self.grid(["甲", "乙"], ["编号", "x"]), ["编号", "名称", "金额"])

    def test_a_row_is_blank_where_the_tables_columns_are(self):
        assert is_blank_row([None, " ", "旁注"], [0, 1])
        assert is_blank_row([], [0, 1])
        assert not is_blank_row([None, 0], [0, 1])


def test_a_problem_says_file_sheet_and_cell():
    problem = Problem("评估表", "C17", "营业执照为“有”", "具备、无", "第七条(3)①", "该户未评级")
    assert problem.line("华东.xlsx") == "华东.xlsx!评估表!C17:营业执照为“有”;允许:具备、无(第七条(3)①)"
    assert Problem("", "", "文件损坏", "", "", "").line() == "文件损坏"
