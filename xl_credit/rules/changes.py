"""第八条(6), 第十四条: whose level moved since last quarter, which part scores moved it, and what follows for the limit."""

from decimal import Decimal

from xl_credit.rules.figures import PARTS, Number, Policy
from xl_credit.rules.levels import plain
from xl_credit.rules.records import LevelChange, PartScores, PastRating, Rating

UP, DOWN, FIRST, STOPPED = "上升", "下降", "新评级", "转为不评级"


def moved_parts(before: PartScores | None, after: PartScores) -> str:
    """The part scores that moved: 「交易金额 15→19(+4)、主观评价 12→9(-3)」; empty where none did."""
    if before is None:
        return ""
    moves = [
        f"{name} {plain(old)}→{plain(new)}({_signed(new - old)})"
        for name, old, new in zip(PARTS, before, after, strict=True)
        if old != new
    ]
    return "、".join(moves)


def _signed(difference: Number) -> str:
    return f"{'+' if difference > 0 else ''}{plain(difference)}"


def direction(policy: Policy, past: PastRating, level: str | None, row: int | None) -> str:
    """第八条(6): which way a customer went from ``past`` to ``level`` in ``row`` of the level table; empty where it stands.

    A level that the table lacks is compared by name.
    """
    if past.level is None:
        return FIRST if level is not None else ""
    if level is None:
        return STOPPED
    before = policy.level_row.get((past.level, past.business))
    if before is None:
        return "" if past.level == level else FIRST
    if before == row:
        return ""
    return UP if row is not None and row < before else DOWN


def as_past(rating: Rating) -> PastRating:
    """What a later quarter finds of a rating."""
    known, adjustments = rating.customer, ";".join(map(str, rating.adjustments))
    return PastRating(known.code, known.name, rating.status, rating.business, rating.level, rating.parts, rating.total, adjustments)


def why_moved(past: PastRating, now: PastRating) -> str:
    """第八条(6): the part scores, the business type and the adjustments that differ; empty where none does."""
    moves = moved_parts(past.parts, now.parts) if now.parts else ""
    notes = [moves] if moves else []
    if past.business and past.business != now.business:
        notes.append(f"业务类型由{past.business}转为{now.business}")
    if now.adjustments and now.adjustments != past.adjustments:
        notes.append(now.adjustments)
    elif past.adjustments and not now.adjustments:
        notes.append(f"上季调整不再适用:{past.adjustments}")
    return ";".join(notes)


def level_change(policy: Policy, past: PastRating, rating: Rating, limit: Decimal) -> LevelChange | None:
    """The change of one customer, or ``None`` where the level stands; ``limit`` is the limit now proposed (万元)."""
    way = direction(policy, past, rating.level, rating.row)
    if not way:
        return None
    customer, now = rating.customer, as_past(rating)
    before, after = past.level or past.status, rating.level or rating.status
    reason = now.adjustments if way == STOPPED else why_moved(past, now) or "政策档次变化"
    paragraph = ""
    if customer.is_key:
        paragraph = (
            f"重点客户{customer.name}({customer.code})信用级别由{before}变为{after}({way})。"
            f"主要原因:{reason}。建议即时提请将授信额度调整为{plain(limit)}万元(第十四条)。"
        )
    return LevelChange(
        customer.code, customer.name, customer.is_key, before, after, way, reason, limit, "第十四条", paragraph
    )
