"""第四条(1)(2), 第五条: who visits whom in a quarter, how often by service grade, on which days, and why.

Visits are spread evenly over the quarter's working days, over the visitors and, day by day, over what each can do. What people
have settled already (``Fixed``) is never moved: it is counted first and the rest is laid around it.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from xl_credit.rules.errors import CreditError
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.service_calendar import working_days
from xl_credit.rules.service_figures import Grade, ServicePolicy

ARTICLE = "第五条"


@dataclass(frozen=True, slots=True)
class Visited:
    """A customer to be visited. ``concerns`` are reasons for an early visit beyond the grade's own; ``more`` visits they bring."""

    code: str
    name: str
    region: str
    grade: Grade
    visitor: str = ""
    concerns: tuple[str, ...] = ()
    more: int = 0

    @property
    def visits(self) -> int:
        return self.grade.visits + self.more


@dataclass(frozen=True, slots=True)
class Fixed:
    """A visit that people have settled: the ``number``-th of its customer in the quarter (0: one beyond the plan)."""

    code: str
    number: int
    day: date | None
    visitor: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A proposed visit, the ``number``-th of ``of`` of its customer in the quarter."""

    code: str
    name: str
    region: str
    grade: str
    number: int
    of: int
    day: date
    visitor: str
    reason: str


@dataclass
class _Loads:
    """How many visits lie on whom and when."""

    of_day: Counter = field(default_factory=Counter)
    of_visitor: Counter = field(default_factory=Counter)
    of_week: Counter = field(default_factory=Counter)
    regions: dict = field(default_factory=lambda: defaultdict(Counter))

    def add(self, day: date | None, visitor: str, region: str) -> None:
        if day is not None:
            self.of_day[visitor, day] += 1
            self.of_week[region, day.isocalendar()[:2]] += 1
            self.regions[visitor, day][region] += 1


def plan_visits(
    policy: ServicePolicy, quarter: Quarter, customers: Sequence[Visited], visitors: Mapping[str, Sequence[str]],
    fixed: Sequence[Fixed] = (),
) -> list[Visit]:  # fmt: skip
    """The quarter's visits that are not settled already, by day, visitor and customer.

    ``visitors`` are the people of each region. A customer without a visitor of its own gets the one of its region who has the
    fewest visits. Raises 「地区“…”没有巡访人」 where there is none to give.
    """
    days = working_days(policy, quarter.first_day, quarter.end)
    if not days:
        raise CreditError(f"{quarter.title}没有工作日", allowed="休息日之外至少一天", article=ARTICLE)
    loads, settled = _Loads(), {(one.code, one.number) for one in fixed}
    regions = {one.code: one.region for one in customers}
    for one in fixed:
        loads.of_visitor[one.visitor] += 1
        loads.add(one.day, one.visitor, regions.get(one.code, ""))
    ordered = sorted(customers, key=lambda one: (-one.visits, one.code))
    who = _assigned(ordered, visitors, loads, settled)
    found = []
    for number, one in _rounds(ordered):
        if (one.code, number) in settled:
            continue
        day = _choose(policy, _slice(days, number, one.visits), who[one.code], one.region, loads)
        loads.add(day, who[one.code], one.region)
        found.append(Visit(one.code, one.name, one.region, one.grade.name, number, one.visits, day, who[one.code], reason(one, number)))
    return sorted(found, key=lambda visit: (visit.day, visit.visitor, visit.code, visit.number))


def _rounds(customers: Sequence[Visited]) -> Iterable[tuple[int, Visited]]:
    """Every customer's first visit before anybody's second, so that late ones cannot crowd early ones out."""
    most = max((one.visits for one in customers), default=0)
    return [(number, one) for number in range(1, most + 1) for one in customers if number <= one.visits]


def _assigned(
    customers: Sequence[Visited], visitors: Mapping[str, Sequence[str]], loads: _Loads, settled: Collection[tuple[str, int]]
) -> dict[str, str]:
    """第四条(2): each customer's visitor; those who have one already are counted before anybody is given one."""
    who = {}
    for one in sorted(customers, key=lambda one: not one.visitor):
        name = one.visitor
        if not name:
            near = visitors.get(one.region) or ()
            if not near:
                allowed = "在人员表登记该地区的客户服务专员,或在客户档案指定巡访人"
                raise CreditError(f"地区“{one.region or '未填'}”没有巡访人({one.code})", allowed=allowed, article="第四条(2)")
            name = min(near, key=lambda person: (loads.of_visitor[person], near.index(person)))
        who[one.code] = name
        loads.of_visitor[name] += sum((one.code, number) not in settled for number in range(1, one.visits + 1))
    return who


def _slice(days: Sequence[date], number: int, of: int) -> Sequence[date]:
    """The ``number``-th of ``of`` equal stretches of the quarter."""
    first, last = (number - 1) * len(days) // of, number * len(days) // of
    return days[first : max(last, first + 1)]


def _choose(policy: ServicePolicy, days: Sequence[date], visitor: str, region: str, loads: _Loads) -> date:
    """A day on which the visitor has room; among those the emptiest, where equal one on which the region is on the way anyway."""
    middle = days[len(days) // 2]

    def cost(day: date) -> tuple:
        load = loads.of_day[visitor, day]
        away = load and not loads.regions[visitor, day][region]
        return load >= policy.visits_per_day, load, bool(away), loads.of_week[region, day.isocalendar()[:2]], abs((day - middle).days), day

    return min(days, key=cost)


def reason(one: Visited, number: int) -> str:
    """Why the customer is on the plan: its grade's frequency, and on its first visit what calls for one."""
    text = f"{one.grade.name}客户每季巡访{one.grade.visits}次,第{number}次"
    if number > one.grade.visits:
        text = f"加访({number - one.grade.visits}/{one.more})"
    if one.concerns and (number == 1 or number > one.grade.visits):
        text += f";{'、'.join(one.concerns)}"
    return text


def overloaded(policy: ServicePolicy, days: Iterable[tuple[str, date]]) -> dict[tuple[str, date], int]:
    """第五条: (visitor, day) with more visits than a visitor makes a day."""
    return {key: count for key, count in sorted(Counter(days).items()) if count > policy.visits_per_day}
