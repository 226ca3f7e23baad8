"""第七条 注 a–c, 第八条(5): the quarter, its rating period, and how long a customer has been traded with."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from xl_credit.rules.errors import CreditError

_TEXT = re.compile(r"^\s*(\d{4})\s*(?:年)?\s*(?:Q|第)?\s*([1-4一二三四])\s*(?:季度)?\s*$", re.IGNORECASE)
_CHINESE = {"一": 1, "二": 2, "三": 3, "四": 4}


@dataclass(frozen=True)
class Quarter:
    """A calendar quarter.

    >>> q = Quarter.parse("2026Q3")
    >>> q.end, q.period_start, str(q.previous), q.title
    (datetime.date(2026, 9, 30), datetime.date(2025, 10, 1), '2026Q2', '2026年第3季度')
    """

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """``2026Q3`` or ``2026年第三季度``; anything else raises 「季度为“…”;允许:如 2026Q3」."""
        found = _TEXT.match(str(text))
        if not found or not 1900 < int(found[1]) < 9999:
            raise CreditError(f"季度为“{text}”", allowed="如 2026Q3", article="第八条(5)")
        return cls(int(found[1]), _CHINESE.get(found[2]) or int(found[2]))

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """The quarter that a day lies in.

        >>> str(Quarter.of(date(2026, 10, 1)))
        '2026Q4'
        """
        return cls(day.year, (day.month + 2) // 3)

    @cached_property
    def end(self) -> date:
        month = self.number * 3
        return date(self.year, month, calendar.monthrange(self.year, month)[1])

    @property
    def first_day(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @cached_property
    def period_start(self) -> date:
        """First day of the 12 months that end with the quarter."""
        return add_months(self.end + timedelta(days=1), -12)

    @property
    def previous(self) -> "Quarter":
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    @property
    def title(self) -> str:
        return f"{self.year}年第{self.number}季度"

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"


def add_months(day: date, months: int) -> date:
    """EDATE: the same day so many months on, held to the month's last day.

    >>> add_months(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, calendar.monthrange(years, month + 1)[1]))


def trading_months(first: date, end: date) -> int:
    """Completed calendar months from the first trade to the period's end, both days counted (第七条 注 a).

    >>> trading_months(date(2026, 7, 1), date(2026, 9, 30)), trading_months(date(2026, 7, 2), date(2026, 9, 30))
    (3, 2)
    """
    after = end + timedelta(days=1)
    return (after.year - first.year) * 12 + after.month - first.month - (after.day < first.day)


def trading_days(first: date, end: date) -> int:
    """Days from the first trade to the period's end, both counted (第七条 注 b)."""
    return (end - first).days + 1
