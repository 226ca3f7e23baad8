"""The company's figures as the rules see them: one dated version of the policy, frozen.

No figure of the regulation is a literal in the rules; it stands here, with unit and article, read from the policy workbook.
Money is 万元 unless a name ends ``_yuan``.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cached_property

from xl_credit.rules.errors import CreditError

Number = int | Decimal

LEGAL, OTHER, SALES, PROFIT, COLLECTIONS, SUBJECTIVE, BAD = PARTS = (
    "法律资质", "其他资质", "交易金额", "赢利贡献", "回款总额", "主观评价", "不良记录",
)  # fmt: skip
APPROVED, DRAFT = "已核定", "草案"
RATING_ROUTE, CREDIT_ROUTE, LOW_LEVEL_ROUTE = "信用评级", "授信审批", "四级以下授信"


@dataclass(frozen=True, slots=True)
class Part:
    """第七条(2): one of the seven parts and the range its points may take."""

    name: str
    low: Number
    high: Number
    basis: str
    article: str


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of values and its points. ``None`` is without bound; the flags say whether the bound itself belongs."""

    lower: Decimal | None
    lower_in: bool
    upper: Decimal | None
    upper_in: bool
    points: Number

    def holds(self, value: Decimal) -> bool:
        above = self.lower is None or value > self.lower or (self.lower_in and value == self.lower)
        below = self.upper is None or value < self.upper or (self.upper_in and value == self.upper)
        return above and below


@dataclass(frozen=True)
class ScoreItem:
    """第七条(3): one line of a scoring table, worth points by the state it is in (options) or by an amount (bands)."""

    part: str
    name: str
    article: str
    unit: str
    options: tuple[tuple[str, Number], ...] = ()
    bands: tuple[Band, ...] = ()

    @cached_property
    def option_points(self) -> dict[str, Number]:
        return dict(self.options)

    @property
    def allowed(self) -> str:
        return "、".join(text for text, _ in self.options) if self.options else f"数字({self.unit})"

    @cached_property
    def _stairs(self) -> tuple[list[Decimal], list[Decimal], list[Number]] | None:
        """Bands without gaps, as (bounds a value enters at or above, bounds it must exceed, points), for bisecting."""
        ordered = sorted(self.bands, key=lambda band: (band.lower is not None, band.lower or 0))
        if not ordered or ordered[0].lower is not None or ordered[-1].upper is not None:
            return None
        for below, above in zip(ordered, ordered[1:], strict=False):
            if below.upper != above.lower or below.upper_in == above.lower_in:
                return None
        steps = ordered[1:]
        return (
            [band.lower for band in steps if band.lower_in],
            [band.lower for band in steps if not band.lower_in],
            [band.points for band in ordered],
        )

    def points_at(self, value: Decimal) -> Number:
        """Points of the band that holds ``value``; a value in a gap raises (``policy check`` finds gaps beforehand)."""
        if self._stairs:
            inclusive, exclusive, points = self._stairs
            return points[bisect_right(inclusive, value) + bisect_left(exclusive, value)]
        for band in self.bands:
            if band.holds(value):
                return band.points
        raise CreditError(f"政策“{self.name}”没有包含 {value} 的档次", allowed="档次相接、不留空档", article=self.article)


@dataclass(frozen=True, slots=True)
class LevelRow:
    """第七条(4): a score band with its level names and its limit; ``lower`` itself belongs to the band."""

    lower: Decimal | None
    upper: Decimal | None
    level_a: str
    level_b: str
    limit: Decimal

    def level(self, business: str) -> str:
        return self.level_a if business == "A" else self.level_b


@dataclass(frozen=True, slots=True)
class Step:
    """第六条, 第十条: a step of an approval route; a final step decides within its limit (万元) and term (days)."""

    route: str
    number: int
    role: str
    action: str
    final: bool
    limit_cap: Decimal | None
    term_cap_days: int | None
    article: str

    def may_decide(self, limit: Decimal, term_days: int) -> bool:
        within_limit = self.limit_cap is None or limit <= self.limit_cap
        within_term = self.term_cap_days is None or term_days <= self.term_cap_days
        return self.final and within_limit and within_term


@dataclass(frozen=True, eq=False)  # compared and hashed as the one object it is: rules cache by policy
class Policy:
    """One version of the policy. The fields after ``routes`` are the single figures (调整规则, 账龄与天数, 其他参数)."""

    version: str
    effective: date
    approved_by: str
    status: str
    parts: tuple[Part, ...]
    items: tuple[ScoreItem, ...]
    levels: tuple[LevelRow, ...]
    routes: tuple[Step, ...]

    unrated_months: int
    whole_year_months: int
    year_days: int
    subjective_floor: Number
    subjective_drop: int
    advance_drop: int
    mixed_tie: str
    falsification_fine_yuan: Decimal

    ageing_bounds_days: tuple[int, ...]
    unpaid_months: int
    unpaid_warning_days: int
    due_warning_days: int
    in_force_months: int
    default_term_days: int
    reconcile_within_days: int

    annual_budget: Decimal
    low_level_cap: Decimal
    daily_penalty_rate: Decimal
    gate_tolerance_yuan: Decimal

    def same_figures(self, other: "Policy") -> bool:
        return all(getattr(self, f.name) == getattr(other, f.name) for f in fields(self))

    @property
    def is_approved(self) -> bool:
        return self.status == APPROVED

    @property
    def notice(self) -> str:
        """What outputs made with this policy must say; empty once it is approved."""
        return "" if self.is_approved else "示例政策,未经核定"

    @cached_property
    def item(self) -> dict[str, ScoreItem]:
        return {item.name: item for item in self.items}

    @cached_property
    def items_of(self) -> dict[str, tuple[ScoreItem, ...]]:
        return {part: tuple(item for item in self.items if item.part == part) for part in PARTS}

    @cached_property
    def route(self) -> dict[str, tuple[Step, ...]]:
        names = dict.fromkeys(step.route for step in self.routes)
        return {name: tuple(sorted((s for s in self.routes if s.route == name), key=lambda s: s.number)) for name in names}

    @cached_property
    def level_row(self) -> dict[tuple[str, str], int]:
        """(level, business) → its row in the level table, best first."""
        rows: dict[tuple[str, str], int] = {}
        for index, row in enumerate(self.levels):
            rows.setdefault((row.level_a, "A"), index)
            rows.setdefault((row.level_b, "B"), index)
        return rows
