"""The spreadsheet functions: one table, one way of calling it, whatever a host hands over."""

import re
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.conftest import ROOT
from tests.test_docs import script
from udfs.functions import TABLE
from xl_credit.cells import serial
from xl_credit.hosts.calling import call
from xl_credit.policy.flat import HEADERS, flat_rows
from xl_credit.policy.flat_reading import read_flat
from xl_credit.policy.sample import sample_policy
from xl_credit.rules.errors import CreditError

FUNCTIONS = TABLE.functions
WANTED = ["CREDIT_SCORE", "LEGAL_SCORE", "OTHER_SCORE", "SALES_SCORE", "PROFIT_SCORE", "COLLECTION_SCORE", "SUBJECTIVE_SCORE", "BAD_RECORD_SCORE", "CREDIT_TIER", "TIER_LIMIT", "CREDIT_LIMIT", "CREDIT_REASON", "ANNUALIZED", "APPROVAL_ROUTE", "FINAL_APPROVER", "AGING_BUCKET", "SIX_MONTH_BREACH", "RELEASE_CHECK", "OVERDUE_PENALTY", "POLICY_VERSION"]
ROW = [
    "K1", "甲公司", "A", None, None, date(2020, 1, 1), "否", "张三", *["具备"] * 7, *["具备"] * 4, 1200, 300, 1200, "非常配合", "非常好", "满负荷",
    8, "非常高", "无", "无", "否", "否",
]  # fmt: skip


def one(name: str, *given: object) -> object:
    (row,) = call(FUNCTIONS[name], given)
    (value,) = row
    return value


def column(name: str, *given: object) -> list[object]:
    return [row[0] for row in call(FUNCTIONS[name], given)]


def test_every_function_that_was_asked_for_is_there():
    assert list(FUNCTIONS) == WANTED


@pytest.mark.parametrize("name", WANTED)
def test_each_says_what_it_is_which_article_and_ends_with_the_policy(name):
    function = FUNCTIONS[name]
    assert function.help and function.article and function.example.startswith(f"={name}(")
    assert function.arguments[-1].is_policy
    assert all(argument.label and argument.help and argument.name.isascii() for argument in function.arguments)


def test_the_page_of_the_functions_is_made_from_the_table():
    assert (ROOT / "docs" / "functions.md").read_text("utf-8") == script("make_functions").page(), "run: python docs/make_functions.py"


def test_no_body_is_longer_than_five_lines():
    text = (ROOT / "udfs" / "functions.py").read_text("utf-8")
    bodies = re.findall(r"^def \w+\([^)]*\):\n((?:    .*\n)+)", text, re.M)
    assert bodies and max(body.count("\n") for body in bodies) <= 5


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("CREDIT_SCORE", ([ROW], "2026Q3"), 100), ("CREDIT_SCORE", ([[10, 5, 20, 20, 30, 15, -5]],), 95),
        ("LEGAL_SCORE", (["具备"] * 6 + ["无"],), 9), ("OTHER_SCORE", (["具备", "未年检", "无", "具备"],), 3),
        ("SALES_SCORE", (1000,), 19), ("SALES_SCORE", (1000.01,), 20), ("SALES_SCORE", (0,), 0), ("PROFIT_SCORE", (-1,), 0),
        ("COLLECTION_SCORE", (99.99,), 5), ("SUBJECTIVE_SCORE", (["配合", "良好", "一般", 3, "普通"],), 7),
        ("BAD_RECORD_SCORE", (["无", "拒绝对账"],), -3), ("CREDIT_TIER", (90, "A"), "特级"), ("CREDIT_TIER", (89.99, "A"), "一级"),
        ("CREDIT_TIER", (90, "B"), "一级"), ("CREDIT_TIER", (90, "A", 10), "特级"), ("CREDIT_TIER", (90, "A", 9), "一级"),
        ("CREDIT_TIER", (90, "A", 9, "是"), "二级"), ("CREDIT_TIER", (0, "A", 0, "是"), "四级"), ("TIER_LIMIT", ("一级", "A业务"), 50),
        ("CREDIT_LIMIT", (60, "A"), 10), ("CREDIT_LIMIT", (59, "A"), 0), ("ANNUALIZED", (205, "2026-01-01", "2026Q3"), 205),
        ("ANNUALIZED", (92, "2026-07-01", "2026Q3"), 365), ("APPROVAL_ROUTE", (50, 90), "市场部→销售副总→财务部→财务副总经理"),
        ("FINAL_APPROVER", (50, 90), "财务副总经理"), ("FINAL_APPROVER", (50, 91), "总经理"), ("FINAL_APPROVER", (5, 30, "是"), "销售副总"),
        ("AGING_BUCKET", ("2026-09-30", "2026-09-30"), "未到期"), ("AGING_BUCKET", ("2026-08-31", "2026-09-30"), "1–30"),
        ("AGING_BUCKET", ("2026-08-30", "2026-09-30"), "31–60"), ("SIX_MONTH_BREACH", ("2026-03-31", "2026-09-30"), "否"),
        ("SIX_MONTH_BREACH", ("2026-03-31", "2026-10-01"), "是"), ("RELEASE_CHECK", ("订单", 240001, 500000, 260000), "放行"),
        ("RELEASE_CHECK", ("订单", 240001.01, 500000, 260000), "裁减至240,000元"), ("RELEASE_CHECK", ("发货", 300000, 500000, 260000), "不予放行"),
        ("RELEASE_CHECK", ("订单", 1, 0, 0), "现款"), ("RELEASE_CHECK", ("订单", 1, 500000, 0, 1.01), "暂停"),
        ("OVERDUE_PENALTY", (50000, 15), 375), ("POLICY_VERSION", (), "示例2020(2020-01-01起,草案) 示例政策,未经核定"),
    ],
)  # fmt: skip
def test_what_each_gives(name, given, value):
    assert one(name, *given) == value


def test_the_reason_is_the_rating_s_own():
    assert one("CREDIT_REASON", [ROW], "2026Q3").startswith("得分100分,A业务评为特级")


def test_a_customer_that_is_not_rated_says_why_instead_of_a_score():
    row = [*ROW[:8], *["无"] * 7, *ROW[15:]]
    assert one("CREDIT_SCORE", [row], "2026Q3").startswith("不予评级:无任何法律资质")


class TestShapes:
    def test_a_column_is_answered_by_a_column_in_one_call(self):
        assert column("SALES_SCORE", [[1000], [1001], [0]]) == [19, 20, 0]

    def test_a_row_by_a_row_and_a_block_by_a_block(self):
        assert call(FUNCTIONS["SALES_SCORE"], [[[1000, 1001], [0, 100]]]) == [[19, 20], [0, 10]]

    def test_a_single_cell_goes_along_with_every_case(self):
        assert column("TIER_LIMIT", [["一级"], ["二级"]], "A") == [50, 30]
        assert call(FUNCTIONS["CREDIT_TIER"], [[[95], [65]], [["A", "B"]]]) == [["特级", "一级"], ["三级", "四级"]]

    def test_ranges_of_different_sizes_are_refused_in_one_line(self):
        assert column("TIER_LIMIT", [["一级"], ["二级"]], [["A"], ["B"], ["A"]]) == ["各区域大小不同(2、3);允许:行列数相同的区域,或单个单元格"]

    def test_a_range_of_another_width_is_refused_in_one_line(self):
        assert one("LEGAL_SCORE", [["具备"] * 6]) == "“七项证照”有6列;允许:7列的区域"

    def test_what_is_wrong_in_one_row_spoils_no_other(self):
        rows = [["具备"] * 7, ["具备"] * 6 + ["有"], ["具备"] * 7]
        assert column("LEGAL_SCORE", rows) == [10, "委托加工证明为“有”;允许:具备、无(第七条(3)①)", 10]

    def test_blank_rows_of_a_range_stay_blank(self):
        assert column("CREDIT_SCORE", [ROW, [None] * 31, [""] * 31, ROW], "2026Q3") == [100, "", "", 100]

    def test_rows_with_the_application_are_taken_too(self):
        assert one("CREDIT_SCORE", [[*ROW, 60, 60, "新增", "HT1"]], "2026Q3") == 100


class TestWhatHostsHandOver:
    @pytest.mark.parametrize("blank", [None, "", " ", 0.0])
    def test_a_blank_amount_is_0(self, blank):
        assert one("SALES_SCORE", [[blank]]) == 0

    @pytest.mark.parametrize("blank", ["", " ", 0.0, 0])
    def test_a_blank_word_is_missing(self, blank):
        assert one("TIER_LIMIT", [[blank]], "A") == "级别为空;允许:文字"

    @pytest.mark.parametrize("blank", ["", 0.0, 0])
    def test_a_blank_date_is_missing(self, blank):
        assert one("AGING_BUCKET", [[blank]], "2026-09-30").startswith("到期日日期为空") or "日期为空" in one("AGING_BUCKET", [[blank]], "2026-09-30")

    @pytest.mark.parametrize("day", [date(2026, 8, 31), datetime(2026, 8, 31), serial(date(2026, 8, 31)), 46265.0, "2026年8月31日", "20260831"])
    def test_a_day_in_any_form(self, day):
        assert one("AGING_BUCKET", day, date(2026, 9, 30)) == "1–30"

    @pytest.mark.parametrize(("flag", "level"), [(True, "一级"), (1.0, "一级"), ("是", "一级"), (False, "特级"), (0.0, "特级"), ("否", "特级"), ("", "特级")])
    def test_yes_and_no_in_any_form(self, flag, level):
        assert one("CREDIT_TIER", 95, "A", 15, [[flag]]) == level

    def test_blanks_that_arrive_as_0_in_a_row_are_blanks_where_no_number_belongs(self):
        row = [0 if value is None or header in (6, 7) else value for header, value in enumerate(ROW)]
        assert one("CREDIT_SCORE", [row], "2026Q3") == 100

    def test_tuples_and_single_rows_are_ranges_too(self):
        assert call(FUNCTIONS["SALES_SCORE"], [((1000.0,), (0.0,))]) == [[19], [0]]
        assert one("LEGAL_SCORE", ("具备",) * 7) == 10

    def test_a_number_that_is_text_is_a_number(self):
        assert one("SALES_SCORE", "1,000.50") == 20

    def test_a_missing_argument_is_named(self):
        assert one("CREDIT_SCORE", [ROW]) == "缺少参数“季度”;允许:如 2026Q3(第八条(5))"
        assert one("TIER_LIMIT", "一级") == "缺少参数“业务类型”;允许:A 或 B"

    def test_no_value_is_a_type_that_a_host_cannot_show(self):
        values = [one("ANNUALIZED", 205, "2026-07-01", "2026Q3"), one("OVERDUE_PENALTY", 1.5, 1), one("SIX_MONTH_BREACH", "2026-01-01", "2026-09-01")]
        assert [type(value) for value in values] == [float, int, str]


class TestPolicy:
    def rows(self, **changes: object) -> list[list[object]]:
        from dataclasses import replace

        return [[*HEADERS], *flat_rows(replace(sample_policy(), **changes))]

    def test_the_workbook_s_own_policy_counts(self):
        rows = self.rows(subjective_floor=5, version="本簿")
        assert one("CREDIT_TIER", 95, "A", 9, None, rows) == "特级"
        assert one("POLICY_VERSION", rows).startswith("本簿(")

    def test_what_is_read_back_from_the_sheet_is_the_policy(self):
        as_cells = [[float(v) if isinstance(v, Decimal | int) else "" if v is None else v for v in row] for row in flat_rows(sample_policy())]
        assert read_flat(as_cells).same_figures(sample_policy())

    def test_an_empty_range_means_the_installed_policy(self):
        assert one("POLICY_VERSION", [["", ""], [None, 0.0]]).startswith("示例2020")

    def test_a_range_that_is_no_policy_is_refused_in_one_line(self):
        assert one("TIER_LIMIT", "一级", "A", [["随便"] * 13] * 5).startswith("政策表缺少“政策版本、等级、审批权限”")

    def test_a_lacking_figure_is_named(self):
        rows = [row for row in flat_rows(sample_policy()) if row[1] != "日罚息率"]
        with pytest.raises(CreditError, match="日罚息率"):
            read_flat(rows)


HEAVY = {"pandas", "numpy", "matplotlib", "PIL", "polars", "openpyxl", "lxml", "python_calamine", "xlsxwriter", "typer", "rich", "xlwings"}
FIRST_ANSWER = """
from udfs.functions import TABLE
from xl_credit.hosts.calling import call
assert call(TABLE.functions["CREDIT_TIER"], (85, "A")) == [["一级"]]
"""


@pytest.mark.parametrize("code", ["import udfs.functions", FIRST_ANSWER], ids=["loaded", "first answer"])
def test_the_functions_load_and_answer_without_any_table_or_workbook_library(code):
    assert loaded(code) == set()


def test_a_heavy_package_on_that_path_would_be_seen():
    assert loaded("import udfs.functions, xlsxwriter") == {"xlsxwriter"}


def test_excel_s_functions_answer_where_xlwings_finds_none_of_what_it_would_take_along():
    absent = HEAVY - {"xlwings"}
    code = f"import sys; sys.modules.update(dict.fromkeys({absent})); import udfs.excel; assert udfs.excel.CREDIT_TIER(85, 'A') == [['一级']]"
    assert loaded(f"{code}; [sys.modules.pop(name) for name in {absent}]") == {"xlwings"}


def loaded(code: str) -> set[str]:
    """The big packages that a fresh Python has after it."""
    done = subprocess.run([sys.executable, "-c", f"{code}\nimport sys; print(*({HEAVY} & {{*sys.modules}}))"], cwd=ROOT, capture_output=True, text=True, check=True)
    return {*done.stdout.split()}


class TestAmounts:
    @pytest.mark.parametrize(("amount", "points"), [(800, 19), (799.9999999999, 19), (799.999999, 17), (1000, 19), (1000.0000000001, 19), (1000.000001, 20)])
    def test_the_noise_of_a_sum_moves_no_border(self, amount, points):
        assert one("SALES_SCORE", amount) == points

    def test_an_annualised_amount_is_not_rounded_up_to_its_border(self):
        just_below = one("ANNUALIZED", 328.767123, "2026-05-04", "2026Q3")  # 150 days
        assert 799.999999 < just_below < 800 and one("SALES_SCORE", just_below) == one("SALES_SCORE", 799.99)

    def test_what_is_annualised_is_held_to_the_fen(self):
        assert one("ANNUALIZED", 92.0000004, "2026-07-01", "2026Q3") == one("ANNUALIZED", 92 + 1e-14, "2026-07-01", "2026Q3") == 365

    @pytest.mark.parametrize("score", [89.99999999999999, 90.00000000000001])
    def test_a_total_that_a_sheet_added_up_is_the_total(self, score):
        assert one("CREDIT_TIER", score, "A") == one("CREDIT_TIER", 90, "A")

    def test_a_limit_is_held_to_the_fen(self):
        assert one("FINAL_APPROVER", 50.0000004, 90) == one("FINAL_APPROVER", 50, 90) != one("FINAL_APPROVER", 50.000001, 90)

    @pytest.mark.parametrize("amount", [1e300, "1e999", -1e300])
    @pytest.mark.parametrize(("name", "given"), [
        ("ANNUALIZED", ("2026-07-01", "2026Q3")), ("OVERDUE_PENALTY", (15,)), ("APPROVAL_ROUTE", (60,)), ("FINAL_APPROVER", (60,)),
    ])  # fmt: skip
    def test_an_amount_beyond_all_sense_is_refused_in_one_line(self, name, given, amount):
        assert re.fullmatch(r".{1,12}“.{1,12}”;允许:绝对值小于1万亿万?元的数字", one(name, amount, *given))

    def test_a_gate_s_amounts_beyond_all_sense_too(self):
        assert one("RELEASE_CHECK", "订单", 1e300, 1, 1) == "本单金额值为“1e+300”;允许:绝对值小于1万亿元的数字"

    @pytest.mark.parametrize("name", ["APPROVAL_ROUTE", "FINAL_APPROVER", "OVERDUE_PENALTY"])
    def test_less_than_nothing_is_refused(self, name):
        assert one(name, -0.01, 60).endswith("值为“-0.01”;允许:不小于0的数字")
