"""One version's figures beside the rows they were read from, so that a finding can name its cell."""

from collections.abc import Mapping
from dataclasses import dataclass

from xl_credit.cells import folded, is_blank, parse_decimal
from xl_credit.policy.reading import PolicyRow, Read
from xl_credit.policy.sheets import AUTHORITY, BANDS, FIGURES, LEVELS, NAME_COLUMN, PARTS_SHEET
from xl_credit.rules.errors import Problem
from xl_credit.rules.figures import LevelRow, Part, Policy, ScoreItem, Step

UNUSABLE = "政策不能使用"


@dataclass(frozen=True)
class VersionRows:
    """A version that could be read, with its rows by sheet in the order they stand."""

    policy: Policy
    rows: Mapping[str, list[PolicyRow]]

    @classmethod
    def of(cls, read: Read, policy: Policy) -> "VersionRows":
        mine = {sheet: [row for row in body if row.text("版本") == policy.version] for sheet, body in read.rows.items()}
        return cls(policy, mine)

    def parts(self) -> list[tuple[Part, PolicyRow]]:
        return list(zip(self.policy.parts, self.rows[PARTS_SHEET], strict=True))

    def items(self) -> list[tuple[ScoreItem, list[PolicyRow]]]:
        """Each item with its rows: row n of an item made of options (or of bands) is its nth option (or band)."""
        grouped: dict[tuple[str, str], list[PolicyRow]] = {}
        for row in self.rows[BANDS]:
            grouped.setdefault((folded(row.text("项目")), row.text("内容")), []).append(row)
        return list(zip(self.policy.items, grouped.values(), strict=True))

    def levels(self) -> list[tuple[LevelRow, PolicyRow]]:
        """Level rows from the best down, as ``Policy.levels`` holds them."""
        return list(zip(self.policy.levels, sorted(self.rows[LEVELS], key=_lower_bound, reverse=True), strict=True))

    def steps(self) -> list[tuple[Step, PolicyRow]]:
        return list(zip(self.policy.routes, self.rows[AUTHORITY], strict=True))

    def figure(self, field: str) -> PolicyRow:
        """The row of a single figure, by the field of ``Policy`` that it fills."""
        found = next(figure for figure in FIGURES if figure.field == field)
        return next(row for row in self.rows[found.sheet] if row.text(NAME_COLUMN[found.sheet]) == found.name)


def _lower_bound(row: PolicyRow) -> tuple:
    value = row.table.value(row.row, "得分下限")
    return (False, 0) if is_blank(value) else (True, parse_decimal(value))


def cell_of(row: PolicyRow, header: str) -> str:
    return row.table.cell(row.number, header)


def finding(row: PolicyRow, header: str, found: str, allowed: str, *, article: str = "", effect: str = UNUSABLE) -> Problem:
    """A problem at one cell of a row; the article is the row's own unless given."""
    return Problem(row.table.grid.name, cell_of(row, header), found, allowed, article or row.text("条文"), effect)
