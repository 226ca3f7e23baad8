"""The company's figures for customer service (客户服务管理办法) as the rules see them: one version, frozen."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import Number

NATURE, SIZE, SALES, TREND = CRITERIA = ("性质", "规模", "销售额", "发展趋势")
NO_COMPARISON = "无可比"  # the trend of a customer without an earlier quarter


@dataclass(frozen=True, slots=True)
class Step:
    """第四条(1): points of a criterion, by what the customer is (``name``) or by an amount from ``lower`` up to below ``upper``."""

    criterion: str
    name: str
    lower: Decimal | None
    upper: Decimal | None
    points: Number

    def holds(self, amount: Decimal) -> bool:
        return not self.name and (self.lower is None or amount >= self.lower) and (self.upper is None or amount < self.upper)


@dataclass(frozen=True, slots=True)
class Grade:
    """第四条(1): a service grade from a score (the bound belongs to it), with how often its customers are visited a quarter."""

    name: str
    lower: Number
    visits: int


@dataclass(frozen=True, slots=True)
class Matter:
    """第十一条: what an urgent report is about, the post that answers it, and within how many days."""

    name: str
    role: str
    days: int


@dataclass(frozen=True, slots=True)
class GiftStep:
    """第六条: a post that may approve a gift up to ``cap_yuan``, without bound where that is ``None``."""

    role: str
    cap_yuan: Decimal | None


@dataclass(frozen=True, slots=True)
class Requirement:
    """任职条件: years of service, and of leading service, that a post asks for."""

    role: str
    years: Number
    lead_years: Number


@dataclass(frozen=True, eq=False)
class ServicePolicy:
    """One version of the figures. ``days_off`` and ``days_on`` are what the calendar has beyond Saturdays and Sundays."""

    version: str
    weights: tuple[tuple[str, Number], ...]
    steps: tuple[Step, ...]
    grades: tuple[Grade, ...]
    opinions: tuple[str, ...]
    complaints: tuple[tuple[str, int], ...]
    matters: tuple[Matter, ...]
    gift_steps: tuple[GiftStep, ...]
    survey_items: tuple[str, ...]
    requirements: tuple[Requirement, ...]
    accepting_roles: tuple[str, ...]
    days_off: frozenset[date]
    days_on: frozenset[date]

    report_days: int
    visit_grace_days: int
    match_days: int
    effect_days: int
    promise_grace_days: int
    least_records: int
    visits_per_day: int
    trend_quarters: int
    new_customer_days: int
    technicians: int
    low_satisfaction: Number
    annual_gifts_yuan: Decimal
    concern_visits: int
    notice: str = field(default="")

    @cached_property
    def names_of(self) -> dict[str, tuple[str, ...]]:
        """The choices of a criterion that is judged by words."""
        return {name: tuple(step.name for step in self.steps if step.criterion == name and step.name) for name in CRITERIA}

    @cached_property
    def complaint_days(self) -> dict[str, int]:
        return dict(self.complaints)

    def matter(self, name: str) -> Matter:
        """第十一条; raises 「事项类别为“…”;允许:…」."""
        found = next((one for one in self.matters if one.name == name), None)
        if found is None:
            raise CreditError(f"事项类别为“{name}”", allowed="、".join(one.name for one in self.matters), article="第十一条")
        return found

    def gift_approver(self, amount_yuan: Decimal) -> str:
        """第六条: the first post whose bound holds the amount; raises where none may approve it."""
        for step in self.gift_steps:
            if step.cap_yuan is None or amount_yuan <= step.cap_yuan:
                return step.role
        raise CreditError(f"礼品金额{amount_yuan}元没有审批岗位", allowed=f"不超过{self.gift_steps[-1].cap_yuan}元", article="第六条")
