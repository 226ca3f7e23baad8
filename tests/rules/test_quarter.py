"""第七条 注 a–c, 第八条(5): quarters, months and days."""

from datetime import date

import pytest

from xl_credit.rules.errors import CreditError
from xl_credit.rules.quarter import Quarter, add_months, trading_days, trading_months


@pytest.mark.parametrize(
    "text", ["2026Q3", "2026q3", " 2026 Q3 ", "2026年第3季度", "2026年第三季度", "2026年3季度", "2026年三季度"]
)
def test_a_quarter_is_read_as_people_write_it(text):
    assert Quarter.parse(text) == Quarter(2026, 3)


@pytest.mark.parametrize("text", ["2026Q5", "2026Q0", "Q3", "2026", "", "26Q3", "2026年第五季度", "1899Q1", "9999Q1"])
def test_anything_else_raises_with_an_example(text):
    with pytest.raises(CreditError, match="允许:如 2026Q3"):
        Quarter.parse(text)


@pytest.mark.parametrize(
    ("text", "start", "end", "previous"),
    [
        ("2026Q1", date(2025, 4, 1), date(2026, 3, 31), "2025Q4"),
        ("2026Q2", date(2025, 7, 1), date(2026, 6, 30), "2026Q1"),
        ("2026Q3", date(2025, 10, 1), date(2026, 9, 30), "2026Q2"),
        ("2026Q4", date(2026, 1, 1), date(2026, 12, 31), "2026Q3"),
    ],
)
def test_the_rating_period_is_the_12_months_that_end_with_the_quarter(text, start, end, previous):
    quarter = Quarter.parse(text)
    assert (quarter.period_start, quarter.end, str(quarter.previous)) == (start, end, previous)


@pytest.mark.parametrize(
    ("first", "months"),
    [
        (date(2026, 9, 30), 0),
        (date(2026, 9, 1), 1),
        (date(2026, 8, 31), 1),
        (date(2026, 8, 2), 1),
        (date(2026, 8, 1), 2),
        (date(2026, 7, 2), 2),
        (date(2026, 7, 1), 3),
        (date(2026, 6, 30), 3),
        (date(2026, 2, 1), 8),
        (date(2026, 1, 31), 8),
        (date(2026, 1, 2), 8),
        (date(2026, 1, 1), 9),
        (date(2025, 10, 2), 11),
        (date(2025, 10, 1), 12),
    ],
)
def test_completed_months_to_30_september(first, months):
    assert trading_months(first, date(2026, 9, 30)) == months


@pytest.mark.parametrize(
    ("first", "end", "months", "days"),
    [
        (date(2027, 12, 31), date(2028, 3, 31), 3, 92),
        (date(2028, 1, 1), date(2028, 3, 31), 3, 91),
        (date(2028, 2, 29), date(2028, 3, 31), 1, 32),
        (date(2027, 2, 28), date(2027, 3, 31), 1, 32),
    ],
)
def test_months_and_days_across_a_february(first, end, months, days):
    assert (trading_months(first, end), trading_days(first, end)) == (months, days)


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 5, 31), 1, date(2026, 6, 30)),
        (date(2026, 6, 30), 1, date(2026, 7, 30)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 10, 1), -12, date(2025, 10, 1)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_added_are_held_to_the_months_last_day(day, months, result):
    assert add_months(day, months) == result
