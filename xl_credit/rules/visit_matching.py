"""第九条, 第十条: which planned visits were made, late, missed or are still to come, and which visits nobody had planned."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from xl_credit.rules.service_figures import ServicePolicy

ON_TIME, LATE, MISSED, TO_COME = "按期", "迟访", "未访", "未到期"


@dataclass(frozen=True, slots=True)
class Planned:
    """A row of 巡访计划."""

    number: str
    code: str
    day: date
    visitor: str


@dataclass(frozen=True, slots=True)
class Made:
    """A visit of 巡访日报; ``row`` tells it from others, ``plan`` is the 计划编号 it states."""

    row: int
    code: str
    day: date
    visitor: str
    plan: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A planned visit and what came of it; ``late_days`` counts from the planned day."""

    planned: Planned
    made: Made | None
    state: str
    late_days: int


def match(policy: ServicePolicy, planned: Sequence[Planned], made: Sequence[Made], as_of: date) -> tuple[list[Kept], list[Made]]:
    """Every planned visit once, in the order given, and the visits that belong to none.

    A visit belongs to the plan it states; one that states none to the nearest unmatched plan of its customer within 巡访对应天数.
    Later than 迟访宽限天数 after the planned day is late; not made by then is missed. What happened after ``as_of`` does not count.
    """
    known = {one.number: one for one in planned}
    taken: dict[str, Made] = {}
    free = []
    for visit in sorted((one for one in made if one.day <= as_of), key=lambda one: (one.day, one.row)):
        wanted = known.get(visit.plan)
        if wanted and wanted.code == visit.code and visit.plan not in taken:
            taken[visit.plan] = visit
        else:
            free.append(visit)
    extra, of_customer = [], defaultdict(list)
    for one in planned:
        of_customer[one.code].append(one)
    for visit in free:
        near = [one for one in of_customer[visit.code] if one.number not in taken and _gap(one, visit) <= policy.match_days]
        if near and visit.plan not in known:
            taken[min(near, key=lambda one: (_gap(one, visit), one.day, one.number)).number] = visit
        else:
            extra.append(visit)
    return [_kept(policy, one, taken.get(one.number), as_of) for one in planned], extra


def _gap(planned: Planned, visit: Made) -> int:
    return abs((planned.day - visit.day).days)


def _kept(policy: ServicePolicy, one: Planned, visit: Made | None, as_of: date) -> Kept:
    last = one.day + timedelta(days=policy.visit_grace_days)
    if visit:
        late = (visit.day - one.day).days
        return Kept(one, visit, LATE if visit.day > last else ON_TIME, max(0, late))
    return Kept(one, None, MISSED if as_of > last else TO_COME, max(0, (as_of - one.day).days))


def report_delay(policy: ServicePolicy, visited: date, reported: date | None, as_of: date) -> int:
    """第九条: days by which a daily report came (or is) late; 0 in time.

    >>> from types import SimpleNamespace
    >>> report_delay(SimpleNamespace(report_days=0), date(2026, 9, 1), date(2026, 9, 3), date(2026, 9, 30))
    2
    """
    due = visited + timedelta(days=policy.report_days)
    return max(0, ((reported or as_of) - due).days)
