"""The 政策 sheet of a branch workbook back to a policy: what :mod:`xl_credit.policy.flat` lays out, cell by cell."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from xl_credit.cells import folded, is_blank, parse_date, parse_decimal, parse_flag, parse_number, parse_whole, text
from xl_credit.policy.flat import A_LEVEL, B_LEVEL, CONTENT, KIND, LOWER, LOWER_IN, NAME, TEXT, UPPER, UPPER_IN, VALUE
from xl_credit.policy.sheets import FIGURES
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import (
    CREDIT_ROUTE,
    LOW_LEVEL_ROUTE,
    PARTS,
    RATING_ROUTE,
    Band,
    LevelRow,
    Part,
    Policy,
    ScoreItem,
    Step,
)

_UNIT, _ARTICLE = -2, -1
_ROUTES = (RATING_ROUTE, CREDIT_ROUTE, LOW_LEVEL_ROUTE)
Row = Sequence[object]


def read_flat(rows: Iterable[Row]) -> Policy:
    """The policy in the rows of a 政策 sheet, its heading rows forgiven.

    Raises 「政策表缺少“…”;允许:总部下发的政策表(政策)」 where a figure, the level table, or the routes are not there.
    """
    body = [row for row in rows if len(row) > UPPER_IN and not is_blank(row[KIND])]
    version = {text(row[NAME]): row for row in body if row[KIND] == "版本"}
    levels = tuple(_level(row) for row in body if row[KIND] == "等级")
    routes = tuple(_step(row) for row in body if row[KIND] in _ROUTES)
    missing = [name for name, found in (("政策版本", version), ("等级", levels), ("审批权限", routes)) if not found]
    if missing:
        raise _lacking("、".join(missing))
    return Policy(
        text(version["政策版本"][TEXT]), _effective(version.get("生效日期")), _text(version.get("核定人")), _text(version.get("状态")),
        tuple(_part(row) for row in body if row[KIND] == "项目"), _items(body), levels, routes, **_figures(body),
    )  # fmt: skip


def _lacking(what: str) -> CreditError:
    return CreditError(f"政策表缺少“{what}”", allowed="总部下发的政策表,从标题到末行", article="政策")


def _text(row: Row | None) -> str:
    return "" if row is None else text(row[TEXT])


def _effective(row: Row | None) -> date:
    if row is None:
        raise _lacking("生效日期")
    return parse_date(row[VALUE])


def _figures(body: Iterable[Row]) -> dict[str, object]:
    found = {(row[KIND], text(row[NAME])): row for row in body}
    values = {}
    for figure in FIGURES:
        row = found.get((figure.sheet, figure.name))
        if row is None:
            raise _lacking(figure.name)
        values[figure.field] = figure.parse(row[VALUE] if is_blank(row[TEXT]) else row[TEXT])
    return values


def _bound(value: object) -> Decimal | None:
    return None if is_blank(value) else parse_decimal(value)


def _level(row: Row) -> LevelRow:
    return LevelRow(_bound(row[LOWER]), _bound(row[UPPER]), folded(row[A_LEVEL]), folded(row[B_LEVEL]), parse_decimal(row[VALUE]))


def _part(row: Row) -> Part:
    return Part(text(row[NAME]), parse_number(row[LOWER]), parse_number(row[UPPER]), text(row[CONTENT]), text(row[_ARTICLE]))


def _step(row: Row) -> Step:
    cap, term = _bound(row[UPPER]), None if is_blank(row[VALUE]) else parse_whole(row[VALUE])
    return Step(text(row[KIND]), parse_whole(row[LOWER]), text(row[NAME]), text(row[CONTENT]), text(row[TEXT]) == "终审", cap, term, text(row[_ARTICLE]))


def _items(body: Iterable[Row]) -> tuple[ScoreItem, ...]:
    """Rows of one part and item, in the order in which they stand: options by 内容, bands by their bounds."""
    grouped: dict[tuple[str, str], list[Row]] = {}
    for row in body:
        if row[KIND] in PARTS:
            grouped.setdefault((text(row[KIND]), text(row[NAME])), []).append(row)
    return tuple(_item(part, name, rows) for (part, name), rows in grouped.items())


def _item(part: str, name: str, rows: Sequence[Row]) -> ScoreItem:
    options = tuple((folded(row[CONTENT]), parse_number(row[VALUE])) for row in rows if not is_blank(row[CONTENT]))
    bands = tuple(
        Band(_bound(row[LOWER]), parse_flag(row[LOWER_IN]), _bound(row[UPPER]), parse_flag(row[UPPER_IN]), parse_number(row[VALUE]))
        for row in rows if is_blank(row[CONTENT])
    )  # fmt: skip
    return ScoreItem(part, name, text(rows[0][_ARTICLE]), text(rows[0][_UNIT]), options, bands)
