"""第四条: the four goals of credit management, each with the customers that keep it from being met."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from xl_credit.rules.ageing import Ageing
from xl_credit.rules.alerts import is_unpaid_breach
from xl_credit.rules.credit_lines import CreditLine, standing
from xl_credit.rules.figures import Policy
from xl_credit.rules.gates import past_term
from xl_credit.rules.ledger import in_yuan
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.records import RATED

MANAGED, UNPAID, RECONCILED, ON_TIME = GOALS = ("信用管理完成率", "六个月未回款客户", "季度对账完成率", "对账及时率")
ARTICLES = dict(zip(GOALS, ("第四条(1)", "第四条(2)", "第四条(3)", "第四条(3)"), strict=True))
REFUSED = "拒绝"


class Reconciliation(NamedTuple):
    """A line of 对账记录: when the customer signed the quarter's statement, and with what result."""

    customer: str
    quarter: Quarter
    signed: date | None
    result: str
    confirmed_fen: int | None = None
    where: str = ""


class Shortfall(NamedTuple):
    """A customer that keeps a goal from being met, and why."""

    goal: str
    customer: str
    name: str
    salesperson: str
    reason: str
    fen: int


class Goal(NamedTuple):
    """One goal: of ``total`` customers ``met`` meet it. Goal (2) counts its customers, its aim is 0; the others are rates."""

    name: str
    total: int
    met: int
    shortfalls: tuple[Shortfall, ...]

    @property
    def rate(self) -> Decimal | None:
        return Decimal(self.met) / self.total if self.total else None


class Case(NamedTuple):
    """What the goals need to know of a customer; ``moved`` is whether there were shipments or collections in the quarter."""

    line: CreditLine
    ageing: Ageing | None
    moved: bool = False

    @property
    def balance_fen(self) -> int:
        return self.ageing.balance if self.ageing else 0


def in_management(policy: Policy, case: Case, as_of: date) -> bool:
    """第三条: customers that buy on credit: with a limit or an application for one, or with something unpaid."""
    line = case.line
    unpaid = case.ageing is not None and case.ageing.open_fen > 0
    return unpaid or line.proposed_fen > 0 or standing(policy, line, as_of).limit_fen > 0


def four_goals(
    policy: Policy, quarter: Quarter, as_of: date, cases: Iterable[Case], reconciliations: Mapping[str, Reconciliation]
) -> tuple[Goal, ...]:
    """第四条(1)–(3) for the customers given; a quarter is reconciled with whoever owed or moved anything in it."""
    managed = [case for case in cases if in_management(policy, case, as_of)]
    due = [case for case in managed if case.balance_fen or case.moved]
    deadline = quarter.end + timedelta(days=policy.reconcile_within_days)
    signed = {case.line.code: reconciliations.get(case.line.code) for case in due}
    return (
        _goal(MANAGED, managed, lambda case: _managed(policy, case, as_of)),
        _goal(UNPAID, managed, lambda case: _unpaid(policy, case, as_of)),
        _goal(RECONCILED, due, lambda case: _reconciled(signed[case.line.code], case)),
        _goal(ON_TIME, due, lambda case: _on_time(signed[case.line.code], case, deadline)),
    )


def _goal(name: str, cases: list[Case], why_not) -> Goal:
    found = [(case.line, reason) for case in cases if (reason := why_not(case))]
    shortfalls = tuple(Shortfall(name, line.code, line.name, line.salesperson, *reason) for line, reason in found)
    return Goal(name, len(cases), len(cases) - len(found), shortfalls)


def _managed(policy: Policy, case: Case, as_of: date) -> tuple[str, int] | None:
    """第四条(1): a valid rating this quarter, within limit and within term."""
    reasons, fen = [], 0
    if case.line.status != RATED:
        reasons.append(f"本季无有效评级({case.line.status or '不在评估表'})")
    now = standing(policy, case.line, as_of)
    if case.balance_fen > now.limit_fen:
        fen = case.balance_fen - now.limit_fen
        reasons.append(f"超授信额度{in_yuan(fen)}")
    late, days = past_term(case.ageing, now.term_days, as_of) if case.ageing else (0, 0)
    if late:
        reasons.append(f"{in_yuan(late)}超授信期限,最长{days}天")
    return (";".join(reasons), max(fen, late)) if reasons else None


def _unpaid(policy: Policy, case: Case, as_of: date) -> tuple[str, int] | None:
    late = [item for item in case.ageing.items if is_unpaid_breach(policy, item.shipment.shipped, as_of)] if case.ageing else []
    if not late:
        return None
    first = min(item.shipment.shipped for item in late)
    fen = sum(item.fen for item in late)
    return f"{len(late)}笔发货满{policy.unpaid_months}个月未回款,最早发货{first}", fen


def _reconciled(found: Reconciliation | None, case: Case) -> tuple[str, int] | None:
    if found is None or found.signed is None:
        return "本季未对账" if found is None else "对账单未回签", case.balance_fen
    return ("客户拒绝对账", case.balance_fen) if found.result == REFUSED else None


def _on_time(found: Reconciliation | None, case: Case, deadline: date) -> tuple[str, int] | None:
    missing = _reconciled(found, case)
    if missing:
        return missing
    if found.signed > deadline:
        return f"{found.signed}回签,期限{deadline},迟{(found.signed - deadline).days}天", case.balance_fen
    return None


def company(goals: Iterable[tuple[Goal, ...]]) -> tuple[Goal, ...]:
    """第四条 for all branches together: customers counted, not rates averaged."""
    each = list(goals)
    return tuple(
        Goal(name, sum(of[i].total for of in each), sum(of[i].met for of in each), tuple(one for of in each for one in of[i].shortfalls))
        for i, name in enumerate(GOALS)
    )
