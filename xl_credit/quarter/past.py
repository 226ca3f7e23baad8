"""Last quarter's 评级结果, read back for comparison (第八条(5)(6))."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from xl_credit.books.package import read_package
from xl_credit.books.reading import read_grids
from xl_credit.cells import folded, is_blank, parse_number, text
from xl_credit.quarter.columns import NOTE_LABEL, RESULTS
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.figures import PARTS, Number
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.records import RATED, Customer, PartScores, PastRating
from xl_credit.tables import Grid, Row, Table, find_table

_NEEDED = ("客户编码", "客户名称", "业务类别", "级别", "评级状态")
_WELCOME = (*PARTS, "得分", "调整")


def read_past_file(path: Path, quarter: Quarter) -> tuple[dict[str, PastRating] | None, list[Problem]]:
    """Last quarter's ratings by customer code, and what is wrong with them; ``None`` where the file is of no use.

    The branch is rated all the same: only its changes need last quarter.
    """
    try:
        grids = read_grids(read_package(path), {RESULTS})
        if RESULTS not in grids:
            raise CreditError(f"没有工作表“{RESULTS}”", where=path.name, allowed="上季评级后的工作簿", article="第八条(5)")
        past = read_past(grids[RESULTS])
    except CreditError as error:
        return None, [Problem(RESULTS, "", f"上季文件用不了:{error.found}({path.name})", error.allowed, "第八条(5)", "级别变动未计算")]
    return past, _other_quarter(grids[RESULTS], path, quarter)


def _other_quarter(grid: Grid, path: Path, quarter: Quarter) -> list[Problem]:
    """The note above the table names its quarter; if that is not the one before, the changes are of some other span."""
    notes = [value for row in grid.rows[:10] for value in row if isinstance(value, str) and value.startswith(NOTE_LABEL)]
    if not notes or notes[0].startswith(f"{NOTE_LABEL}{quarter.previous.title}"):
        return []
    whose = notes[0].removeprefix(NOTE_LABEL).split(" ")[0]
    return [Problem(RESULTS, "", f"上季文件{path.name}是{whose}的", quarter.previous.title, "第八条(5)", "级别变动按该文件比较")]


def read_past(grid: Grid) -> dict[str, PastRating]:
    """Each customer's row of a 评级结果 sheet, by code with blanks and widths folded."""
    table = find_table(grid, _NEEDED, _WELCOME)
    found = {}
    for _, row in table.body():
        code = folded(table.value(row, "客户编码"))
        if code:
            found[code] = _past(table, row)
    return found


def _past(table: Table, row: Row) -> PastRating:
    def get(header: str) -> str:
        return text(table.value(row, header))

    scores = [_score(table.value(row, name)) for name in PARTS]
    parts = None if any(score is None for score in scores) else PartScores(*scores)
    level = get("级别") if get("评级状态") == RATED else ""
    return PastRating(
        get("客户编码"), get("客户名称"), get("评级状态"), get("业务类别"), level or None, parts,
        _score(table.value(row, "得分")), get("调整"),
    )  # fmt: skip


def _score(value: object) -> Number | None:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if is_blank(value):
        return None
    try:
        return parse_number(value)
    except CreditError:
        return None


def missing_customers(past: Mapping[str, PastRating], codes: set[str], sheet: str) -> list[Problem]:
    """Customers rated last quarter who are no longer in the 评估表: the rating is due every quarter (第八条(5))."""
    return [
        Problem(sheet, "", f"上季客户{one.name}({one.code})本季评估表中没有", "每季度更新评级,或确认已停止授信", "第八条(5)", "本季无评级", one.code)
        for code, one in past.items()
        if code not in codes and one.level is not None
    ]  # fmt: skip


def with_moved(past: Mapping[str, PastRating], here: Iterable[Customer], others: Sequence[Path], quarter: Quarter) -> dict[str, PastRating]:
    """``past`` and, for customers who must have been rated last quarter but not in this branch, what other branches say of them.

    The other branches' workbooks are read only where there is such a customer; code and name must both agree.
    """
    found = dict(past)
    for customer in here:
        code = folded(customer.code)
        if code not in found and customer.first_trade <= quarter.previous.end:
            for path in others:
                elsewhere = _known(path, quarter).get(code)
                if elsewhere and folded(elsewhere.name) == folded(customer.name):
                    found[code] = elsewhere
                    break
    return found


@lru_cache(maxsize=512)
def _known(path: Path, quarter: Quarter) -> Mapping[str, PastRating]:
    past, _ = read_past_file(path, quarter)
    return past or {}
