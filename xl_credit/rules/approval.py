"""第六条, 第十条, 第十七条, 第二十条: who rates, who grants, by when it is in force, and who overstepped."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import CREDIT_ROUTE, LOW_LEVEL_ROUTE, RATING_ROUTE, Policy, Step
from xl_credit.rules.levels import plain
from xl_credit.rules.limits import is_last_row
from xl_credit.rules.quarter import add_months
from xl_credit.rules.records import Proposal, Rating, RouteStep

APPROVED_STATE = "批准"
STATES = ("待审", "同意", APPROVED_STATE, "退回", "否决")


@lru_cache(maxsize=64)
def rating_route(policy: Policy) -> tuple[RouteStep, ...]:
    """第六条: 市场部专人 → 市场部经理 → 财务部 → 营销总监 → 总经理, as the policy lists them."""
    steps = policy.route[RATING_ROUTE]
    return tuple(RouteStep(step, f"{step.action}({step.article})", step is steps[-1]) for step in steps)


def _caps(step: Step) -> str:
    """The authority of a deciding step in words."""
    caps = []
    if step.limit_cap is not None:
        caps.append(f"额度{plain(step.limit_cap)}万元(含)以下")
    if step.term_cap_days is not None:
        caps.append(f"期限{step.term_cap_days}天以内")
    return "、".join(caps)


def _authority(step: Step, decides: bool) -> str:
    caps = _caps(step)
    if step.final and not decides:
        return f"{step.action},超出其权限({caps}),须报上级审批({step.article})"
    return f"{step.action}{',' + caps if caps else ''}({step.article})"


@lru_cache(maxsize=4096)
def credit_route(policy: Policy, limit: Decimal, term_days: int, low_level: bool = False) -> tuple[RouteStep, ...]:
    """第十条(1)–(6): the steps up to the first that may decide this limit (万元) and term (days).

    Raises 「额度…万元、期限…天没有有权审批人(第十条(5))」 where the policy gives nobody the authority.
    """
    route = []
    for step in policy.route[LOW_LEVEL_ROUTE if low_level else CREDIT_ROUTE]:
        decides = step.may_decide(limit, term_days)
        route.append(RouteStep(step, _authority(step, decides), decides))
        if decides:
            return tuple(route)
    raise CreditError(f"额度{plain(limit)}万元、期限{term_days}天没有有权审批人", article="第十条(5)")


def final_approver(route: tuple[RouteStep, ...]) -> str:
    """The post that decides: the route's last."""
    return route[-1].step.role


def routes_for(policy: Policy, rating: Rating, proposal: Proposal) -> tuple[RouteStep, ...]:
    """All steps of a customer's quarter: the rating route if rated, the credit route if there is something to grant."""
    steps = rating_route(policy) if rating.is_rated else ()
    if proposal.submitted > 0:
        steps += credit_route(policy, proposal.submitted, proposal.term_days, is_last_row(policy, rating))
    return steps


def in_force_by(policy: Policy, approved_on: date) -> date:
    """第十七条: the last day by which an approved limit must be in force."""
    return add_months(approved_on, policy.in_force_months)


class Decision(NamedTuple):
    """What a person wrote at a step of a route."""

    step: int
    state: str
    person: str


def overstepped(route: tuple[RouteStep, ...], decisions: Iterable[Decision]) -> list[tuple[Decision, str]]:
    """第二十条: decisions recorded as 批准 at a step that has no authority for this limit or term, with the reason."""
    deciding = {item.step.number for item in route if item.decides}
    roles = {item.step.number: item.step.role for item in route}
    found = []
    for decision in decisions:
        if decision.state == APPROVED_STATE and decision.step not in deciding:
            role = roles.get(decision.step, f"第{decision.step}步")
            found.append((decision, f"{role}({decision.person or '未签名'})越权批准,有权批准的是{final_approver(route)}"))
    return found
