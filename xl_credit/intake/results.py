"""What became of an export, row by row and in sum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from xl_credit.intake.header import Layout
from xl_credit.intake.mapping import Matching
from xl_credit.intake.words import Target

NEW, KNOWN, VOID_LINE, DIFFERS, REJECTED, OTHER = OUTCOMES = ("新增", "已有", "作废", "差异", "拒绝", "他方")
SUM, REMARK, LEFT = "合计行", "提示", "非数据行"


class Line(NamedTuple):
    """A row that can be taken over: ``values`` under the target's columns, the amount in 分 with its sign, where it stands."""

    cell: str
    values: tuple[object, ...]
    fen: int
    is_void: bool
    rows: int = 1  # of the export, where several are one document


class Finding(NamedTuple):
    """One thing to be listed: ``kind`` is one of the outcomes, 合计行, 提示 or 非数据行; ``fen`` is ``None`` where no amount was read."""

    kind: str
    cell: str
    found: str
    allowed: str = ""
    number: str = ""
    customer: str = ""
    fen: int | None = None
    rows: int = 1


class Share(NamedTuple):
    """So many rows, and their amount in 分."""

    rows: int = 0
    fen: int = 0

    def plus(self, fen: int | None, rows: int = 1) -> "Share":
        return Share(self.rows + rows, self.fen + (fen or 0))


@dataclass
class Read:
    """An export read: its rows, and what is not taken over.

    ``source`` is what the amount column says in the rows that are documents, added up before anything is decided about them;
    ``turned_fen`` what changes it where rows marked 红字 bear a positive amount.
    """

    target: Target
    layouts: Sequence[Layout]
    matching: Matching
    lines: list[Line] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    source: Share = Share()
    turned_fen: int = 0
    unread: int = 0
    rounded: int = 0
    blank: int = 0
    merged: int = 0


@dataclass(frozen=True)
class Settled:
    """Every row of the export with what became of it; the rows of all outcomes are the source's rows, and so are their amounts."""

    read: Read
    fresh: tuple[Line, ...]
    shares: Mapping[str, Share]
    findings: tuple[Finding, ...]

    @property
    def accounted(self) -> Share:
        return Share(sum(share.rows for share in self.shares.values()), sum(share.fen for share in self.shares.values()))

    @property
    def difference_fen(self) -> int:
        """0 where accepted and rejected are the source's total."""
        return self.read.source.fen + self.read.turned_fen - self.accounted.fen

    @property
    def ties_out(self) -> bool:
        return self.difference_fen == 0 and self.accounted.rows == self.read.source.rows

    @property
    def problems(self) -> tuple[Finding, ...]:
        """What somebody has to look into."""
        return tuple(one for one in self.findings if one.kind in (DIFFERS, REJECTED, REMARK) or (one.kind == SUM and one.allowed))
