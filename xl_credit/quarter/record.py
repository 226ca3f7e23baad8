"""What a snapshot keeps of a branch: the 评估表 as it was read and what was decided, as plain values that travel between processes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from xl_credit.cells import folded
from xl_credit.quarter.columns import EVALUATION, EVALUATION_COLUMNS, RESULT_COLUMNS
from xl_credit.quarter.evaluation import explain_blanks, read_entries
from xl_credit.quarter.results import Decided, decide, result_row
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import Policy
from xl_credit.rules.levels import plain
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.records import INCOMPLETE, PartScores, PastRating
from xl_credit.tables import Grid, find_table

Cell = int | str | None
RECORD_COLUMNS = ("行", *RESULT_COLUMNS, "送审额度", "终审岗位", "重点客户", "上季级别")
_REASON = RESULT_COLUMNS.index("依据")
_MOST_INTEGER = 1 << 63
_MOST_ROWS, _MOST_COLUMNS = 1 << 20, 1 << 14  # of a worksheet
_DATE, _MOMENT, _TIME, _SPAN, _NUMBER = "日期", "时刻", "时间", "秒", "数"


@dataclass(frozen=True, slots=True)
class BranchRecord:
    """A branch in a snapshot. ``facts`` is JSON (:class:`Facts`), ``customers`` are rows of :data:`RECORD_COLUMNS`.

    ``sources`` are the files that all this came from, each as (kind, name, sha256).
    """

    facts: str
    customers: tuple[tuple[Cell, ...], ...]
    sources: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """An 评估表 as it was read; what its cells really held that read as blank; last quarter's ratings of its customers by folded code."""

    grid: Grid
    blanks: Mapping[str, str]
    past: Mapping[str, PastRating]

    def decide(self, policy: Policy, quarter: Quarter) -> list[Decided]:
        """第七条–第十条 for every row."""
        entries = explain_blanks(read_entries(self.grid, policy, quarter), lambda cells: self.blanks)
        return [decide(policy, entry, quarter, EVALUATION) for entry in entries]


def doubtful_cells(decided: Iterable[Decided]) -> list[str]:
    """Cells of the 评估表 that were a problem: what they really hold is worth a second look."""
    return [problem.cell for one in decided for problem in one.problems if problem.sheet == EVALUATION]


def final_approver_of(one: Decided) -> str:
    """第十条: the post that decides on what is submitted; empty where nothing is."""
    return one.route[-1].step.role if one.route and one.proposal and one.proposal.submitted > 0 else ""


def past_ratings(decided: Iterable[Decided], past: Mapping[str, PastRating]) -> dict[str, PastRating]:
    """Those of last quarter's ratings that this quarter's customers have."""
    codes = dict.fromkeys(folded(one.entry.code) for one in decided)
    return {code: past[code] for code in codes if code in past}


def branch_record(facts: Facts, decided: Sequence[Decided]) -> BranchRecord:
    """The branch's facts and what was decided on them."""
    return BranchRecord(_facts_text(facts, decided), tuple(_customer(one, facts.past) for one in decided))


def _customer(one: Decided, past: Mapping[str, PastRating]) -> tuple[Cell, ...]:
    row = result_row(one)
    if one.status != INCOMPLETE:
        row[_REASON] = None  # a sentence made of the other columns
    before, customer = past.get(folded(one.entry.code)), one.entry.customer
    more = (one.proposal.submitted if one.proposal else 0, final_approver_of(one) or None, "是" if customer and customer.is_key else "否",
            before.level or before.status if before else None)  # fmt: skip
    return tuple(map(stored, (one.entry.row, *row, *more)))


def stored(value: object) -> Cell:
    """A value as a database keeps it exactly: whole numbers as such, other decimals and dates as their text.

    >>> stored(Decimal("50.00")), stored(Decimal("12.50")), stored(date(2026, 9, 30)), stored("=1")
    (50, '12.5', '2026-09-30', '=1')
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if value == int(value):
        return int(value) if abs(value) < _MOST_INTEGER else str(int(value))
    return plain(value if isinstance(value, Decimal) else Decimal(repr(value)))


def _facts_text(facts: Facts, decided: Sequence[Decided]) -> str:
    table = find_table(facts.grid, EVALUATION_COLUMNS)
    rows, places = facts.grid.rows, [table.columns[name] for name in EVALUATION_COLUMNS]
    numbers = [one.entry.row for one in decided]
    whole = {
        "表头行": table.header + 1, "1904": facts.grid.date1904, "列": [[place, rows[table.header][place]] for place in places],
        "行": [[number, *_cells(rows[number - 1], places)] for number in numbers], "空格": [*facts.blanks.items()],
        "上季": [[code, one.code, one.name, one.status, one.business, one.level, one.parts, one.total, one.adjustments] for code, one in facts.past.items()],
    }  # fmt: skip
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"), default=_tagged)


def _cells(row: Sequence[object], places: Sequence[int]) -> list[object]:
    width = len(row)
    return [row[place] if place < width else None for place in places]


def _tagged(value: object) -> dict[str, object]:
    if isinstance(value, Decimal):
        return {_NUMBER: str(value)}
    if isinstance(value, timedelta):
        return {_SPAN: value.total_seconds()}
    kinds = ((datetime, _MOMENT), (date, _DATE), (time, _TIME))
    return {next(tag for kind, tag in kinds if isinstance(value, kind)): value.isoformat()}


_UNTAGGED = {
    _NUMBER: Decimal, _SPAN: lambda seconds: timedelta(seconds=seconds), _MOMENT: datetime.fromisoformat, _DATE: date.fromisoformat,
    _TIME: time.fromisoformat,
}  # fmt: skip


def _untagged(value: dict[str, object]) -> object:
    (tag, *more) = value
    return value if more or tag not in _UNTAGGED else _UNTAGGED[tag](value[tag])


def read_facts(text: str) -> Facts:
    """The opposite of what :func:`branch_record` wrote; raises 「评估表的存档读不出来」 for anything else."""
    try:
        whole = json.loads(text, object_hook=lambda value: _untagged(value) if len(value) == 1 else value)
        places = [place for place, _ in whole["列"]]
        height, width = max([whole["表头行"], *(row[0] for row in whole["行"])]), max(places) + 1
        if height > _MOST_ROWS or width > _MOST_COLUMNS:
            raise ValueError
        rows: list[list[object]] = [[]] * height
        if any(isinstance(value, list | dict) for row in whole["行"] for value in row):
            raise TypeError
        for number, *values in ([whole["表头行"], *(name for _, name in whole["列"])], *whole["行"]):
            rows[number - 1] = _placed(places, values, width)
        past = {code: _past(one) for code, *one in whole["上季"]}
        return Facts(Grid(EVALUATION, rows, whole["1904"]), dict(whole["空格"]), past)
    except (ValueError, TypeError, KeyError, IndexError, ArithmeticError, RecursionError) as error:
        raise CreditError("评估表的存档读不出来", allowed="本程序写出的快照") from error


def _past(one: Sequence[object]) -> PastRating:
    code, name, status, business, level, parts, total, adjustments = one
    numbers = [*(parts or ()), *([] if total is None else [total])]
    texts = [code, name, status, business, adjustments, *([] if level is None else [level])]
    if not all(type(value) in (int, Decimal) for value in numbers) or not all(isinstance(value, str) for value in texts):
        raise TypeError
    return PastRating(code, name, status, business, level, PartScores(*parts) if parts else None, total, adjustments)


def _placed(places: Sequence[int], values: Sequence[object], width: int) -> list[object]:
    row: list[object] = [None] * width
    for place, value in zip(places, values, strict=True):
        row[place] = value
    return row


