"""Frozen records that the rules take and give. Money in 万元; states are the regulation's own words."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from xl_credit.rules.figures import Number, Step

RATED, UNRATED, HELD, INCOMPLETE = "已评级", "不予评级", "暂缓评级", "资料不全"


@dataclass(frozen=True, slots=True)
class Customer:
    """One row of the 评估表, already parsed; tuples follow the regulation's order of items."""

    code: str
    name: str
    business: str
    amount_a: Decimal | None
    amount_b: Decimal | None
    first_trade: date
    is_key: bool
    salesperson: str
    licences: tuple[str, ...]
    certificates: tuple[str, ...]
    sales: Decimal
    profit: Decimal
    collections: Decimal
    cooperation: str
    product_sales: str
    operation: str
    years: Decimal
    wages: str
    late_payment: str
    reconciliation: str
    salesperson_advanced: bool
    falsified: bool
    requested: Decimal | None
    requested_days: int | None
    request_type: str
    contract: str


class PartScores(NamedTuple):
    """The seven part scores in the regulation's order (第七条(2))."""

    legal: Number
    other: Number
    sales: Number
    profit: Number
    collections: Number
    subjective: Number
    bad: Number


class Adjustment(NamedTuple):
    """第八条: what changed a rating, in one phrase, with its article and how many levels down.

    ``cash_only`` bars credit altogether, also by way of an application under 第十条(7).
    """

    text: str
    article: str
    levels_down: int = 0
    cash_only: bool = False

    def __str__(self) -> str:
        return f"{self.text}({self.article})"


@dataclass(frozen=True, slots=True)
class Rating:
    """第七条, 第八条: what the rules say of a customer. Unrated: no total, no level, limit 0 (第十五条)."""

    customer: Customer
    status: str
    business: str
    parts: PartScores
    annualised_days: int | None
    total: Number | None
    base_row: int | None
    row: int | None
    base_level: str | None
    level: str | None
    limit: Decimal
    adjustments: tuple[Adjustment, ...]

    @property
    def is_rated(self) -> bool:
        return self.status == RATED


class Proposal(NamedTuple):
    """第九条: the limit and term to put to the approvers. ``submitted`` is what the route is judged by."""

    limit: Decimal
    submitted: Decimal
    term_days: int
    basis: str
    article: str


class RouteStep(NamedTuple):
    """A step of a customer's approval route with the authority it rests on."""

    step: Step
    authority: str
    decides: bool


@dataclass(frozen=True, slots=True)
class PastRating:
    """What last quarter's 评级结果 says of a customer."""

    code: str
    name: str
    status: str
    business: str
    level: str | None
    parts: PartScores | None
    total: Number | None
    adjustments: str


@dataclass(frozen=True, slots=True)
class LevelChange:
    """第八条(6), 第十四条: a customer whose level moved."""

    code: str
    name: str
    is_key: bool
    before: str
    after: str
    direction: str
    reason: str
    limit: Decimal
    article: str
    paragraph: str
