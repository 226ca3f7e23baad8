"""What the service workbook's lists say, row by row. Money in 分; ``where`` is the row's first cell."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple


class Client(NamedTuple):
    """A row of 客户档案; ``values`` are its cells by header, as the 客户卡 shows them."""

    code: str
    written: str
    name: str
    region: str
    nature: str
    size: str
    salesperson: str
    visitor: str
    first_trade: date | None
    where: str
    values: dict[str, object]


class Daily(NamedTuple):
    """A row of 巡访日报 (第九条)."""

    row: int
    number: str
    day: date
    reported: date | None
    visitor: str
    code: str
    plan: str
    content: str
    opinion_kind: str
    opinion: str
    suggestion: str
    wish: str
    market: str
    rivals: str
    strategy: str
    outcome: str
    ordered_fen: int
    promised_fen: int
    promised_by: date | None
    problem: str
    handling: str
    result: str
    problem_state: str
    urgent: str
    others: str
    seen: tuple[tuple[str, str, str], ...]
    has_card: bool
    reviewed: str
    promise_where: str
    where: str

    @property
    def voices(self) -> tuple[tuple[str, str], ...]:
        """Opinions, suggestions and wishes that were noted."""
        kinds = (("意见", self.opinion), ("建议", self.suggestion), ("希望", self.wish))
        return tuple((kind, words) for kind, words in kinds if words)


class Urgent(NamedTuple):
    """A row of 紧急报告 (第十一条)."""

    number: str
    day: date
    person: str
    code: str
    matter: str
    text: str
    answer: str
    answered: date | None
    where: str


class Complaint(NamedTuple):
    """A row of 投诉记录 (职责6)."""

    number: str
    day: date
    code: str
    kind: str
    text: str
    handler: str
    result: str
    closed: date | None
    where: str


class Survey(NamedTuple):
    """A row of 满意度调查 (职责4): scores in the order of the policy's items, ``None`` where nothing was entered."""

    number: str
    day: date
    code: str
    scores: tuple[Decimal | None, ...]
    opinion: str
    handling: str
    where: str

    @property
    def mean(self) -> Decimal | None:
        given = [score for score in self.scores if score is not None]
        return sum(given, Decimal(0)) / len(given) if given else None


class Gift(NamedTuple):
    """A row of 赠送礼品预算申请 (第六条)."""

    number: str
    day: date
    code: str
    amount: Decimal
    result: str
    approver: str
    given: date | None
    where: str


class Proposal(NamedTuple):
    """A row of 客户提案 (职责5)."""

    number: str
    day: date
    code: str
    kind: str
    text: str
    state: str
    answered: date | None


class Support(NamedTuple):
    """A row of 技术支持与培训 (第三条(3), 第七条)."""

    day: date
    kind: str
    code: str
    text: str
    major: bool
    handed_over: date | None
    people: int
    done: date | None
    where: str


class Focus(NamedTuple):
    """A row of 巡访要点 (第五条)."""

    level: str
    period: str
    goods: str
    surveys: str
    special: str
    arrangement: str
    approved: bool


