"""第七条(4), 第六条, 第十条: whether levels, limits and approval routes leave no customer without a decision."""

from collections.abc import Iterator
from decimal import Decimal

from xl_credit.policy.findings import VersionRows, finding
from xl_credit.policy.lint_bands import Span, check_cover
from xl_credit.policy.reading import PolicyRow
from xl_credit.policy.sheets import AUTHORITY
from xl_credit.rules.approval import credit_route
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.figures import CREDIT_ROUTE, LOW_LEVEL_ROUTE, RATING_ROUTE, Step
from xl_credit.rules.levels import plain

_LOWEST, _HIGHEST = 0, 100  # scores are held to these (第七条(2)), so a bound at or beyond them is as good as open
_ROUTES = {RATING_ROUTE: "第六条", CREDIT_ROUTE: "第十条", LOW_LEVEL_ROUTE: "第十条(6)"}
_UNDECIDED = "相应客户没有有权审批人"
_HEADERS = ("得分下限", "得分上限")


def check_levels(version: VersionRows) -> Iterator[Problem]:
    """第七条(4): score bands hold 0–100 once, from the lower bound up to below the upper one."""
    spans = []
    for level, row in version.levels():
        lower = None if level.lower is None or level.lower <= _LOWEST else level.lower
        upper = None if level.upper is None or level.upper > _HIGHEST else level.upper
        spans.append(Span(lower, True, upper, False, row, _HEADERS))
    yield from check_cover("等级", spans)
    for header, field in (("A业务等级", "level_a"), ("B业务等级", "level_b")):
        yield from _check_names(version, header, field)


def _check_names(version: VersionRows, header: str, field: str) -> Iterator[Problem]:
    """第七条(4): a level name says one row, and so one limit, of its business type."""
    seen: set[str] = set()
    for level, row in version.levels():
        name = getattr(level, field)
        if not name:
            yield finding(row, header, f"{header}没有名称", "等级名称")
        elif name in seen:
            yield finding(row, header, f"{header}“{name}”重复", "每个等级一行", effect="同一等级有两个限额")
        seen.add(name)


def check_limits(version: VersionRows) -> Iterator[Problem]:
    """第八条(8): limits are not negative and fall with the level, for they are what tells customers apart."""
    levels = version.levels()
    for level, row in levels:
        if level.limit < 0:
            yield finding(row, "赊欠限额", f"赊欠限额为{plain(level.limit)}万元", "不小于0的数字")
    for (better, _), (level, row) in zip(levels, levels[1:], strict=False):
        if level.limit >= better.limit:
            found = f"{level.level_a}/{level.level_b}的限额{plain(level.limit)}万元,不低于上一级的{plain(better.limit)}万元"
            yield finding(row, "赊欠限额", found, "限额随等级降低而减少", article="第八条(8)", effect="限额与等级不符")


def check_routes(version: VersionRows) -> Iterator[Problem]:
    """第六条, 第十条: the three routes are there, their steps numbered 1 to n, each with a post."""
    for step, row in version.steps():
        if step.route not in _ROUTES:
            yield finding(row, "路线", f"路线为“{step.route}”", "、".join(_ROUTES))
        if not step.role:
            yield finding(row, "岗位", "岗位为空", "岗位名称")
    for route, article in _ROUTES.items():
        steps = _steps(version, route)
        if not steps:
            yield Problem(AUTHORITY, "", f"缺少路线“{route}”", "、".join(_ROUTES), article, _UNDECIDED)
        for wanted, (step, row) in enumerate(steps, start=1):
            if step.number != wanted:
                yield finding(row, "步骤", f"“{route}”的步骤{step.number}重复或跳号", f"由1起逐一编号,此处应为{wanted}")
                break
        yield from _check_caps(route, steps)


def _steps(version: VersionRows, route: str) -> list[tuple[Step, PolicyRow]]:
    return sorted((pair for pair in version.steps() if pair[0].route == route), key=lambda pair: pair[0].number)


def _check_caps(route: str, steps: list[tuple[Step, PolicyRow]]) -> Iterator[Problem]:
    """第十条(5): authority grows along a route; a later final step never may decide less than an earlier one."""
    finals = [pair for pair in steps if pair[0].final]
    for header, field, unit in (("额度上限", "limit_cap", "万元"), ("期限上限", "term_cap_days", "天")):
        for (before, _), (after, row) in zip(finals, finals[1:], strict=False):
            low, high = getattr(before, field), getattr(after, field)
            if high is not None and (low is None or high < low):
                reached = "不限" if low is None else f"{plain(low)}{unit}"
                found = f"“{route}”的{after.role}{header}{plain(high)}{unit},低于前一审批人{before.role}的{reached}"
                yield finding(row, header, found, "权限沿路线不减")


def check_approvers(version: VersionRows) -> Iterator[Problem]:
    """第十条(5)(6): somebody may decide every level's limit and the amount below level four, at any term."""
    present = {step.route for step, _ in version.steps()}
    if CREDIT_ROUTE in present:
        for level, row in version.levels():
            yield from _check_approver(version, row, "赊欠限额", level.limit, low_level=False)
    if LOW_LEVEL_ROUTE in present:
        row = version.figure("low_level_cap")
        yield from _check_approver(version, row, "数值", version.policy.low_level_cap, low_level=True)


def _check_approver(version: VersionRows, row: PolicyRow, header: str, limit: Decimal, *, low_level: bool) -> Iterator[Problem]:
    """At the default term, and at one longer than any step is held to."""
    policy = version.policy
    caps = [step.term_cap_days for step in policy.routes if step.term_cap_days is not None]
    for term in (policy.default_term_days, max([policy.default_term_days, *caps]) + 1):
        try:
            credit_route(policy, limit, term, low_level)
        except CreditError as error:
            route, article = (LOW_LEVEL_ROUTE, _ROUTES[LOW_LEVEL_ROUTE]) if low_level else (CREDIT_ROUTE, error.article)
            allowed = f"“{route}”中有岗位可终审此额度与期限"
            yield finding(row, header, error.found, allowed, article=article, effect=_UNDECIDED)
            return
