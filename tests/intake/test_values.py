"""Amounts, dates and flags in every form that an export has them."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xl_credit.intake.values import AMOUNT_FORMS, accounting_fen, cell_text, export_date, is_nothing, is_rounded, is_yes
from xl_credit.rules.errors import CreditError


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("1200", 120000), ("1200.5", 120050), ("1,200.00", 120000), ("12,345,678.90", 1234567890), ("-1,200.00", -120000),
        ("1,200.00-", -120000), ("(1,200.00)", -120000), ("（１，２００．００）", -120000), ("１２００", 120000), ("￥1,200.00", 120000),
        ("¥-1,200.00", -120000), ("-¥1,200.00", -120000), ("－1200", -120000), ("−1200", -120000), ("1200元", 120000), (" 1 200.00 ", 120000),
        ("RMB 1,200", 120000), ("+5", 500), (".5", 50), ("5.", 500), ("0", 0), ("-0.00", 0), ("0.01", 1), ("-0.01", -1), ("(0.01)", -1),
        ('="1,200.00"', 120000), (1200, 120000), (1200.5, 120050), (-0.01, -1), (0.1 + 0.2, 30), ("999,999,999,999.99", 99999999999999),
        ("0.005", 1), ("1.004", 100), ("1.005", 101),
    ],
)  # fmt: skip
def test_an_amount_is_what_its_form_says(written, fen):
    assert accounting_fen(written) == fen


@pytest.mark.parametrize(
    "written",
    ["", " ", "abc", "1,20", "12,34.00", "1,200,00", "1.200,00", "(1,200.00", "1,200.00)", "(-1,200.00)", "-1,200.00-", "--5", "5--", "1e5", "NaN",
     "inf", "1.2.3", "=1+1", "#REF!", "¥", "-", "12万", "1200USD", True, False, None, date(2026, 7, 1), "1000000000000"],
)  # fmt: skip
def test_what_is_no_amount_says_what_is_allowed(written):
    with pytest.raises(CreditError) as error:
        accounting_fen(written)
    assert "允许" in str(error.value) and (error.value.allowed == AMOUNT_FORMS or "1万亿" in error.value.allowed)


@given(st.integers(-(10**13) + 1, 10**13 - 1), st.sampled_from(["{}", "¥{}", " {} ", "{}元"]))
def test_an_amount_in_any_form_is_the_amount(fen, form):
    plain = f"{Decimal(abs(fen)) / 100:,.2f}"
    forms = [plain] if fen >= 0 else [f"-{plain}", f"{plain}-", f"({plain})"]
    for one in (*forms, *(one.replace(",", "") for one in forms)):
        assert accounting_fen(form.format(one) if fen >= 0 else one) == fen
        assert not is_rounded(one, fen)


def test_wan_is_ten_thousand_yuan():
    assert accounting_fen("1.2345", in_wan=True) == 1234500 and accounting_fen("(3)", in_wan=True) == -3000000


@pytest.mark.parametrize(("written", "rounded"), [("1.005", True), ("1.00", False), ("1.000", False), (1.005, True), (1.01, False), ("(1.005)", True)])
def test_what_is_finer_than_a_fen_is_said(written, rounded):
    assert is_rounded(written, accounting_fen(written)) is rounded


@pytest.mark.parametrize("written", [None, "", "  ", "-", "—", "－", " -- "])
def test_nothing_in_an_amount_cell(written):
    assert is_nothing(written)


@pytest.mark.parametrize("written", ["0", 0, "0.00", "-5", "x"])
def test_a_nought_is_something(written):
    assert not is_nothing(written)


@pytest.mark.parametrize(
    "written",
    ["2026-07-01", "2026-7-1", "2026/7/1", "2026.07.01", "2026年7月1日", "２０２６年７月１日", "20260701", "2026-07-01 13:45", "2026-07-01 13:45:22",
     "2026-07-01T00:00:00.000", "20260701134522", "2026年7月1日 星期三", "2026—07—01", '="2026-07-01"', " 2026-07-01\t", 46204, 46204.75, "46204",
     20260701, date(2026, 7, 1), datetime(2026, 7, 1, 23, 59)],
)  # fmt: skip
def test_a_date_is_its_day(written):
    assert export_date(written) == date(2026, 7, 1)


@pytest.mark.parametrize("written", ["2026-02-29", "2026-13-01", "2026-00-10", "26-07-01", "07/01/2026", "7月1日", "2026-07", "x", "", True, 5, "1899-12-31"])
def test_what_is_no_date_says_what_is_allowed(written):
    with pytest.raises(CreditError, match="允许:日期"):
        export_date(written)


def test_a_serial_of_a_1904_workbook():
    assert export_date(46204 - 1462, date1904=True) == date(2026, 7, 1)


@pytest.mark.parametrize(("written", "text"), [('="00123"', "00123"), ("=1+1", "=1+1"), ('="a"&"b"', '="a"&"b"'), (1001.0, "1001"), ("00123\t", "00123"), (None, "")])
def test_a_code_is_its_text_and_no_formula(written, text):
    assert cell_text(written) == text


@pytest.mark.parametrize(("written", "yes"), [("是", True), ("Y", True), ("√", True), (1, True), ("作废", True), ("否", False), ("N", False), ("", False),
                                              (None, False), ("未作废", False), ("非作废", False), (0, False)])  # fmt: skip
def test_a_flag(written, yes):
    assert is_yes(written, "作废") is yes
