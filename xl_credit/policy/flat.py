"""One version of the policy as the branch's 政策 sheet holds it: one table at fixed rows, so native formulas can look it up.

Blocks have a fixed capacity; a policy that outgrows one is refused with the figures.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from xl_credit.policy.sheets import FIGURES
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import Policy
from xl_credit.tables import column_letters

HEADERS = ("类别", "项目", "内容", "下限", "含下限", "上限", "含上限", "数值", "文字", "A业务", "B业务", "单位", "条文")
HEADER_ROW = 5



@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of rows in the 政策 sheet, first and last row counted from 1."""

    name: str
    first: int
    capacity: int

    @property
    def last(self) -> int:
        return self.first + self.capacity - 1

    def range(self, column: int) -> str:
        """``'政策'!$H$6:$H$30`` for formulas."""
        letters = column_letters(column)
        return f"政策!${letters}${self.first}:${letters}${self.last}"


def _blocks(capacities: Iterable[tuple[str, int]]) -> dict[str, Block]:
    first, blocks = HEADER_ROW + 1, {}
    for name, capacity in capacities:
        blocks[name] = Block(name, first, capacity)
        first += capacity
    return blocks


BLOCKS = _blocks((("版本", 4), ("单项", 24), ("等级", 10), ("项目", 8), ("审批", 30), ("评分", 124)))
KIND, NAME, CONTENT, LOWER, LOWER_IN, UPPER, UPPER_IN, VALUE, TEXT, A_LEVEL, B_LEVEL = range(11)


def figure_cell(field: str) -> str:
    """Where a single figure's number stands: ``政策!$H$12``."""
    index = next(i for i, figure in enumerate(FIGURES) if figure.field == field)
    column = TEXT if field in _TEXT_FIGURES else VALUE
    return f"政策!${column_letters(column)}${BLOCKS['单项'].first + index}"


def version_cell(index: int) -> str:
    """Version, effective date, approver and status, in this order."""
    return f"政策!${column_letters(VALUE if index == 1 else TEXT)}${BLOCKS['版本'].first + index}"


_TEXT_FIGURES = ("mixed_tie", "ageing_bounds_days")


def policy_note(policy: Policy) -> str:
    """The line above the table: which version it is, and whether it was ever approved."""
    return f"政策:{policy.version}({policy.effective}起,{policy.status}) {policy.notice}".rstrip()


def flat_rows(policy: Policy) -> list[list[object]]:
    """The rows below the header, capacity and all; ``None`` is an empty cell, dates are dates."""
    rows: list[list[object]] = []
    for name, body in _bodies(policy):
        capacity = BLOCKS[name].capacity
        if len(body) > capacity:
            raise CreditError(f"政策“{policy.version}”的{name}有{len(body)}行", allowed=f"不超过{capacity}行", article="第七条")
        rows += body + [[None] * len(HEADERS) for _ in range(capacity - len(body))]
    return rows


def _row(kind: str, name: str, *, article: str = "", unit: str = "", **cells: object) -> list[object]:
    row: list[object] = [None] * len(HEADERS)
    row[KIND], row[NAME], row[-2], row[-1] = kind, name, unit or None, article or None
    for key, value in cells.items():
        row[_PLACES[key]] = value
    return row


_PLACES = {
    "content": CONTENT, "lower": LOWER, "lower_in": LOWER_IN, "upper": UPPER, "upper_in": UPPER_IN, "value": VALUE,
    "text": TEXT, "a": A_LEVEL, "b": B_LEVEL,
}  # fmt: skip


def _bodies(policy: Policy) -> list[tuple[str, list[list[object]]]]:
    return [
        ("版本", _version_rows(policy)),
        ("单项", _figure_rows(policy)),
        ("等级", [_row("等级", f"第{i}档", lower=r.lower, lower_in=None if r.lower is None else "是", upper=r.upper, value=r.limit,
                       a=r.level_a, b=r.level_b, unit="万元", article="第七条(4)") for i, r in enumerate(policy.levels, 1)]),
        ("项目", [_row("项目", p.name, lower=p.low, upper=p.high, content=p.basis, unit="分", article=p.article) for p in policy.parts]),
        ("审批", [_row(s.route, s.role, content=s.action, lower=s.number, text="终审" if s.final else None, upper=s.limit_cap,
                       value=s.term_cap_days, unit="万元、天", article=s.article) for s in policy.routes]),
        ("评分", _score_rows(policy)),
    ]  # fmt: skip


def _version_rows(policy: Policy) -> list[list[object]]:
    return [
        _row("版本", "政策版本", text=policy.version),
        _row("版本", "生效日期", value=policy.effective),
        _row("版本", "核定人", text=policy.approved_by or None),
        _row("版本", "状态", text=policy.status, content=policy.notice or None),
    ]


def _figure_rows(policy: Policy) -> list[list[object]]:
    rows = []
    for figure in FIGURES:
        value = getattr(policy, figure.field)
        if isinstance(value, tuple):
            value = ",".join(map(str, value))
        place = "text" if figure.field in _TEXT_FIGURES else "value"
        rows.append(_row(figure.sheet, figure.name, unit=figure.unit, article=figure.article, **{place: value}))
    return rows


def _score_rows(policy: Policy) -> list[list[object]]:
    rows = []
    for item in policy.items:
        for text, points in item.options:
            rows.append(_row(item.part, item.name, content=text, value=points, unit=item.unit, article=item.article))
        for band in item.bands:
            rows.append(_row(
                item.part, item.name, lower=band.lower, lower_in=None if band.lower is None else _yes(band.lower_in),
                upper=band.upper, upper_in=None if band.upper is None else _yes(band.upper_in), value=band.points,
                unit=item.unit, article=item.article,
            ))  # fmt: skip
    return rows


def _yes(flag: bool) -> str:
    return "是" if flag else "否"
