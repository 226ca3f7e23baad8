"""第十一条, 第十二条, 第十五条, 第二十条: may this order be produced, may this shipment leave."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from xl_credit.rules.ageing import Ageing
from xl_credit.rules.credit_lines import CreditLine, Standing, authorised_roles, standing
from xl_credit.rules.figures import Policy
from xl_credit.rules.ledger import FEN_IN_YUAN, in_yuan

ORDER, SHIPMENT = "订单", "发货"
RELEASED, TRIMMED, SUSPENDED, REFUSED, CASH = "放行", "裁减", "暂停", "不予放行", "现款"
ARTICLES = {ORDER: "第十一条", SHIPMENT: "第十二条"}
_LAST = 10**9  # documents without a priority come after all that have one


class Override(NamedTuple):
    """例外审批 of one document: who let it pass, why, from when and until when."""

    role: str
    person: str
    reason: str
    given: date | None
    until: date | None


class Document(NamedTuple):
    """An order or a shipment to be decided on. ``counted_fen`` of it is in the exposure already; ``order`` is what it ships."""

    kind: str
    number: str
    customer: str
    day: date
    fen: int
    priority: int | None = None
    counted_fen: int = 0
    order: str = ""
    override: Override | None = None


class Exposure(NamedTuple):
    """What a customer owes or will: the ledger balance, and orders released and not shipped, by number."""

    ageing: Ageing | None
    orders: Mapping[str, int]

    @property
    def balance_fen(self) -> int:
        return self.ageing.balance if self.ageing else 0


class Verdict(NamedTuple):
    """What was decided on a document and the figures it rests on; ``exception`` says what came of an override.

    ``decision`` is what the rules alone come to; ``text`` what holds.
    """

    document: Document
    standing: Standing
    balance_fen: int
    orders_fen: int
    batch_fen: int
    room_fen: int
    late_fen: int
    late_days: int
    decision: str
    released_fen: int
    reason: str
    article: str
    exception: str = ""
    oversteps: bool = False

    @property
    def text(self) -> str:
        """The decision as it is written: 裁减 with its amount, 放行 where an exception lets the document pass."""
        passes = self.exception and not self.oversteps and self.released_fen == self.document.fen
        return RELEASED if passes else decision_text(self.decision, self.room_fen)


def decision_text(decision: str, room_fen: int) -> str:
    """The decision as it is written: 裁减 with what it is trimmed to.

    >>> decision_text(TRIMMED, 26_000_000), decision_text(RELEASED, 0)
    ('裁减至260,000元', '放行')
    """
    return f"{TRIMMED}至{in_yuan(room_fen)}" if decision == TRIMMED else decision


def past_term(ageing: Ageing, term_days: int | None, as_of: date) -> tuple[int, int]:
    """第十一条, 第十二条: open 分 past their credit term, and the most days past it.

    An amount is past its term after its due date, and after the customer's 授信期限 from shipment even where the line says later.
    """
    total = most = 0
    for item in ageing.items:
        line = item.shipment
        days = (as_of - line.due).days
        if term_days is not None:
            days = max(days, (as_of - line.shipped).days - term_days)
        if days > 0:
            total += item.fen
            most = max(most, days)
    return total, most


def release(policy: Policy, kind: str, fen: int, limit_fen: int, room_fen: int, late_fen: int, late_days: int) -> tuple[str, int, str]:
    """第十一条, 第十二条: (decision, 分 released, why) for one document within a limit above 0.

    Nothing passes while more than the tolerance is past its term. What fits into the head-room passes; of an order as much as fits.
    """
    tolerance, stopped = int(policy.gate_tolerance_yuan * FEN_IN_YUAN), SUSPENDED if kind == ORDER else REFUSED
    if late_fen > tolerance:
        return stopped, 0, f"有{in_yuan(late_fen)}超过授信期限,最长超期{late_days}天"
    if fen - room_fen <= tolerance:
        return RELEASED, fen, f"敞口在授信额度{in_yuan(limit_fen)}以内"
    short = f"可用额度{in_yuan(max(0, room_fen))},本单{in_yuan(fen)}超出{in_yuan(fen - max(0, room_fen))}"
    if kind == ORDER and room_fen > tolerance:
        return TRIMMED, room_fen, short
    return stopped, 0, short


class _Account:
    """One customer's head-room while a list of documents is worked through."""

    def __init__(self, policy: Policy, line: CreditLine, exposure: Exposure, as_of: date) -> None:
        self.policy, self.line, self.as_of = policy, line, as_of
        self.standing = standing(policy, line, as_of)
        self.balance, self.orders, self.batch = exposure.balance_fen, dict(exposure.orders), 0
        self.orders_fen = sum(self.orders.values())
        late = past_term(exposure.ageing, self.standing.term_days, as_of) if exposure.ageing else (0, 0)
        self.late_fen, self.late_days = late

    def decide(self, document: Document) -> Verdict:
        counted = min(document.counted_fen, document.fen)
        counted += min(self.orders.get(document.order, 0), document.fen - counted) if document.order else 0
        batch, room = self.batch, self.standing.limit_fen - (self.balance + self.orders_fen + self.batch - counted)
        decision, released, reason, article = self._by_rule(document, room)
        exception, oversteps = "", False
        if document.override and decision != RELEASED:
            exception, oversteps, passed = self._override(document, room)
            released = document.fen if passed else released
        if released > 0:
            self.batch += max(0, released - counted)
            if document.order in self.orders:  # shipped out of an order that was counted
                self.orders[document.order] -= min(self.orders[document.order], released - min(document.counted_fen, released))
            if document.kind == ORDER:
                self.orders[document.number] = self.orders.get(document.number, 0) + max(0, released - counted)
        return Verdict(
            document, self.standing, self.balance, self.orders_fen, batch, room, self.late_fen, self.late_days, decision, released,
            reason, article, exception, oversteps,
        )  # fmt: skip

    def _by_rule(self, document: Document, room: int) -> tuple[str, int, str, str]:
        if self.standing.limit_fen <= 0:
            return CASH, 0, self.standing.basis, self.standing.article
        return (*release(self.policy, document.kind, document.fen, self.standing.limit_fen, room, self.late_fen, self.late_days), ARTICLES[document.kind])

    def _override(self, document: Document, room: int) -> tuple[str, bool, bool]:
        """第二十条: (what is said of the override, whether it oversteps, whether it lets the document pass)."""
        given = document.override
        missing = [name for name, value in (("批准人", given.person), ("岗位", given.role), ("原因", given.reason), ("截止日", given.until)) if not value]
        if missing:
            return f"例外审批缺{'、'.join(missing)},不算数", False, False
        after = self.standing.limit_fen - room + document.fen
        term = max(self.standing.term_days or self.policy.default_term_days, (self.standing.term_days or 0) + self.late_days)
        roles = authorised_roles(self.policy, after, term, self.line.low_level)
        if given.role not in roles:
            allowed = f",有权批准的是{'、'.join(roles)}" if roles else ",此金额和期限没有有权审批人"
            return f"越权:{given.role}({given.person})无权批准敞口{in_yuan(after)}{allowed}(第二十条)", True, False
        if given.given and given.given > self.as_of:
            return f"例外审批自{given.given}起,尚未生效", False, False
        if given.until < self.as_of:
            return f"例外审批已于{given.until}失效", False, False
        return f"例外放行:{given.role}({given.person}),至{given.until},{given.reason}(第十九条)", False, True


def in_order(documents: Iterable[Document]) -> list[Document]:
    """The order in which documents take up head-room: stated priority (1 first, none last), then day, then number."""
    return sorted(documents, key=lambda one: (_LAST if one.priority is None else one.priority, one.day, one.number, one.fen))


def decide_all(
    policy: Policy, documents: Iterable[Document], lines: Mapping[str, CreditLine], exposures: Mapping[str, Exposure], as_of: date
) -> list[Verdict]:
    """第十一条, 第十二条: each document in the order of :func:`in_order`, each released one taking head-room from the next."""
    customers: dict[str, _Account] = {}
    verdicts = []
    for document in in_order(documents):
        code = document.customer
        if code not in customers:
            line, exposure = lines.get(code) or CreditLine(code), exposures.get(code) or Exposure(None, {})
            customers[code] = _Account(policy, line, exposure, as_of)
        verdicts.append(customers[code].decide(document))
    return verdicts

