"""What the native formulas of the 评估表 come to for a row, computed by the rules, for viewers that do not calculate.

A formula sees less than the rules do: a number typed as text is no number to it, and the row is 资料不全 until it is rated.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from xl_credit.cells import parse_wan
from xl_credit.quarter.columns import AMOUNTS, BAD_ITEMS, CERTIFICATES, FLAG_COLUMNS, LICENCES, SUBJECTIVE_ITEMS
from xl_credit.rules import scoring
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import Policy
from xl_credit.rules.levels import level_row
from xl_credit.rules.quarter import Quarter, trading_months
from xl_credit.rules.records import HELD, INCOMPLETE, RATED, UNRATED

Record = Mapping[str, object]
_AMOUNT_SCORES = (scoring.sales_score, scoring.profit_score, scoring.collection_score)


def provisional(policy: Policy, quarter: Quarter, record: Record) -> list[object]:
    """In the order of ``formulas.PROVISIONAL_COLUMNS``; an empty text where the formula gives one."""
    days = _days(policy, quarter, record)
    parts = _parts(policy, record, days)
    status = _status(policy, quarter, record, parts)
    if status != RATED:
        return [days, *parts, "", "", 0, status, ""]
    total = scoring.total_score(parts)
    down = policy.subjective_drop * (parts[5] < policy.subjective_floor) + policy.advance_drop * (record.get("业务员垫支") == "是")
    step = min(len(policy.levels), 1 + level_row(policy, total) + down)
    row = policy.levels[step - 1]
    return [days, *parts, total, row.level(_business(policy, record)), int(row.limit), status, step]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal)


def _days(policy: Policy, quarter: Quarter, record: Record) -> object:
    first = record.get("首次交易日期")
    if not isinstance(first, date) or first > quarter.end:
        return ""
    days = scoring.annualised_days(policy, first, quarter)
    return "" if days is None else days


def _parts(policy: Policy, record: Record, days: object) -> list[object]:
    def states(names: tuple[str, ...]) -> tuple[object, ...]:
        return tuple(record.get(name) for name in names)

    opinions = states((*SUBJECTIVE_ITEMS[:3], SUBJECTIVE_ITEMS[4]))
    years = record.get("企业设立年限")
    return [
        _score(lambda: scoring.legal_score(policy, states(LICENCES))),
        _score(lambda: scoring.other_score(policy, states(CERTIFICATES))),
        *(_amount(policy, score, record.get(name), days) for score, name in zip(_AMOUNT_SCORES, AMOUNTS, strict=True)),
        _score(lambda: scoring.subjective_score(policy, opinions, Decimal(str(years)))) if _is_number(years) else "",
        _score(lambda: scoring.bad_record_score(policy, states(BAD_ITEMS))),
    ]


def _score(points) -> object:
    try:
        return points()
    except CreditError:
        return ""


def _amount(policy: Policy, score, value: object, days: object) -> object:
    if not _is_number(value):
        return ""
    amount = parse_wan(value)
    return score(policy, amount if days == "" else scoring.annualised(policy, amount, days))


def _status(policy: Policy, quarter: Quarter, record: Record, parts: list[object]) -> str:
    first = record.get("首次交易日期")
    known = _business(policy, record) in ("A", "B") and all(
        record.get(name) in (None, "", "是", "否") for name in ("重点客户", *FLAG_COLUMNS)
    )
    if "" in parts or not known or not isinstance(first, date) or first > quarter.end:
        return INCOMPLETE
    is_too_new = first >= quarter.period_start and trading_months(first, quarter.end) < policy.unrated_months
    if parts[0] == 0 or is_too_new:
        return UNRATED
    return HELD if record.get("弄虚作假") == "是" else RATED


def _business(policy: Policy, record: Record) -> str:
    kind, of_a, of_b = record.get("业务类型"), record.get("A类业务额"), record.get("B类业务额")
    if kind != "混合":
        return str(kind)
    if not (_is_number(of_a) and _is_number(of_b)):
        return ""
    return policy.mixed_tie if of_a == of_b else "A" if of_a > of_b else "B"
