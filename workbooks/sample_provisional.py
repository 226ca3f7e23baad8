"""What the native formulas of the 评估表 come to, computed by the rules, for viewers that do not calculate.

A formula sees less than the rules do: a number typed as text is no number to it, and the row is 资料不全 until it is rated.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from xl_credit.cells import parse_wan
from xl_credit.quarter.columns import (
    AMOUNTS,
    BAD_ITEMS,
    CERTIFICATES,
    EVALUATION,
    EVALUATION_COLUMNS,
    LICENCES,
    SUBJECTIVE_ITEMS,
)
from xl_credit.quarter.evaluation import read_entries
from xl_credit.quarter.results import Decided, decide
from xl_credit.rules import scoring
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import Policy
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.records import INCOMPLETE
from xl_credit.tables import Grid

Record = Mapping[str, object]
_AMOUNT_SCORES = (scoring.sales_score, scoring.profit_score, scoring.collection_score)
_NUMBERS = (*AMOUNTS, "A类业务额", "B类业务额", "企业设立年限", "申请额度", "申请期限", "首次交易日期")


def provisional(policy: Policy, quarter: Quarter, records: Sequence[Record]) -> list[list[object]]:
    """Each row's results in the order of ``formulas.PROVISIONAL_COLUMNS``; an empty text where the formula gives one."""
    grid = Grid(EVALUATION, [EVALUATION_COLUMNS, *([record.get(name) for name in EVALUATION_COLUMNS] for record in records)])
    decided = [decide(policy, entry, quarter, EVALUATION) for entry in read_entries(grid, policy, quarter)]
    return [_row(policy, quarter, record, one) for record, one in zip(records, decided, strict=True)]


def _row(policy: Policy, quarter: Quarter, record: Record, decided: Decided) -> list[object]:
    days, rating = _days(policy, quarter, record), decided.rating
    is_readable = rating is not None and not any(isinstance(record.get(name), str) for name in _NUMBERS)
    status = decided.status if is_readable else INCOMPLETE
    if not is_readable or not rating.is_rated:
        return [days, *_parts(policy, record, days), "", "", 0, status, ""]
    return [days, *rating.parts, rating.total, rating.level, int(rating.limit), status, rating.row + 1]


def _days(policy: Policy, quarter: Quarter, record: Record) -> object:
    first = record.get("首次交易日期")
    if not isinstance(first, date) or first > quarter.end:
        return ""
    days = scoring.annualised_days(policy, first, quarter)
    return "" if days is None else days


def _parts(policy: Policy, record: Record, days: object) -> list[object]:
    """The seven parts one by one, since each shows what it can while another is still missing."""

    def states(*names: str) -> tuple[object, ...]:
        return tuple(record.get(name) for name in names)

    opinions, years = states(*SUBJECTIVE_ITEMS[:3], SUBJECTIVE_ITEMS[4]), record.get("企业设立年限")
    return [
        _points(lambda: scoring.legal_score(policy, states(*LICENCES))),
        _points(lambda: scoring.other_score(policy, states(*CERTIFICATES))),
        *(_amount(policy, score, record.get(name), days) for score, name in zip(_AMOUNT_SCORES, AMOUNTS, strict=True)),
        "" if _is_missing(years) else _points(lambda: scoring.subjective_score(policy, opinions, Decimal(str(years)))),
        _points(lambda: scoring.bad_record_score(policy, states(*BAD_ITEMS))),
    ]


def _points(score: Callable[[], object]) -> object:
    try:
        return score()
    except CreditError:
        return ""


def _is_missing(value: object) -> bool:
    return value is None or isinstance(value, str)


def _amount(policy: Policy, score: Callable, value: object, days: object) -> object:
    if _is_missing(value):
        return ""
    amount = parse_wan(value)
    return score(policy, amount if days == "" else scoring.annualised(policy, amount, days))
