"""A row of the 评估表, selected in a sheet, rated by the same reader as the whole sheet."""

from collections.abc import Sequence
from functools import lru_cache

from xl_credit.quarter.columns import AMOUNTS, EVALUATION, EVALUATION_COLUMNS, REQUEST_COLUMNS
from xl_credit.quarter.evaluation import EvaluationReader
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import Policy
from xl_credit.rules.levels import rate
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.records import Rating
from xl_credit.tables import Grid, find_table

_NUMBERS = frozenset((*AMOUNTS, "A类业务额", "B类业务额", "企业设立年限", "申请额度", "申请期限"))
FULL, WITHOUT_REQUEST = len(EVALUATION_COLUMNS), len(EVALUATION_COLUMNS) - len(REQUEST_COLUMNS)


def _cell(header: str, value: object) -> object:
    """Some hosts hand a blank over as 0: where no number belongs it is a blank."""
    return None if header not in _NUMBERS and not isinstance(value, bool | str) and value == 0 else value


@lru_cache(maxsize=32)
def _reader(policy: Policy, quarter: Quarter) -> EvaluationReader:
    return EvaluationReader(find_table(Grid(EVALUATION, [EVALUATION_COLUMNS]), EVALUATION_COLUMNS), policy, quarter)


def rate_row(row: Sequence[object], quarter: Quarter | None, policy: Policy) -> Rating:
    """第七条, 第八条 for one row in the template's order of columns, with or without the four of the application.

    Raises what is wrong with its first bad cell: 「营业执照值为“有”;允许:具备、未年检、无(第七条(3)①)」.
    """
    if quarter is None:
        raise CreditError("缺少参数“季度”", allowed="如 2026Q3", article="第八条(5)")
    cells = [*map(_cell, EVALUATION_COLUMNS, row), *[None] * (FULL - len(row))]
    entry = _reader(policy, quarter).entry(1, cells)
    if entry.customer is None:
        first = entry.problems[0]
        raise CreditError(first.found, allowed=first.allowed, article=first.article)
    return rate(policy, entry.customer, quarter)
