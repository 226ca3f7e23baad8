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


def _direction(policy: Policy, past: PastRating, rating: Rating) -> str:
    if past.level is None:
        return FIRST if rating.is_rated else ""
    if not rating.is_rated:
        return STOPPED
    before = policy.level_row.get((past.level, past.business))
    if before is None:
        return "" if past.level == rating.level else FIRST
    if before == rating.row:
        return ""
    return UP if rating.row < before else DOWN


def _reason(past: PastRating, rating: Rating, direction: str) -> str:
    now = ";".join(map(str, rating.adjustments))
    if direction == STOPPED:
        return now
    moves = moved_parts(past.parts, rating.parts)
    notes = [moves] if moves else []
    if past.business and past.business != rating.business:
        notes.append(f"业务类型由{past.business}转为{rating.business}")
    if now and now != past.adjustments:
        notes.append(now)
    elif past.adjustments and not now:
        notes.append(f"上季调整不再适用:{past.adjustments}")
    return ";".join(notes) or "政策档次变化"


def level_change(policy: Policy, past: PastRating, rating: Rating, limit: Decimal) -> LevelChange | None:
    """The change of one customer, or ``None`` where the level stands; ``limit`` is the limit now proposed (万元)."""
    direction = _direction(policy, past, rating)
    if not direction:
        return None
    customer = rating.customer
    before, after = past.level or past.status, rating.level or rating.status
    reason = _reason(past, rating, direction)
    paragraph = ""
    if customer.is_key:
        paragraph = (
            f"重点客户{customer.name}({customer.code})信用级别由{before}变为{after}({direction})。"
            f"主要原因:{reason}。建议即时提请将授信额度调整为{plain(limit)}万元(第十四条)。"
        )
    return LevelChange(
        customer.code, customer.name, customer.is_key, before, after, direction, reason, limit, "第十四条", paragraph
    )
