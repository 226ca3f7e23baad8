"""第十条: a unit's month out of its lists: visits, voices, market, problems, urgent reports, complaints, satisfaction, effect."""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from xl_credit.forms import service_columns as c
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.service_figures import Matter, ServicePolicy
from xl_credit.rules.service_staff import named
from xl_credit.rules.service_terms import OVERDUE, OVERDUE_DONE, Summary, Term, summarise
from xl_credit.rules.visit_effect import Effect, effect
from xl_credit.rules.visit_matching import Kept, Made, match, report_delay
from xl_credit.service.book import ServiceData
from xl_credit.service.credit import Credit
from xl_credit.service.plan_rows import PlanRow
from xl_credit.service.records import Complaint, Daily, Survey, Urgent

_MONTH = re.compile(r"^\s*(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*月?\s*$")


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month.

    >>> str(Month.parse("2026年9月")), Month(2026, 2).last
    ('2026-09', datetime.date(2026, 2, 28))
    """

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """``2026-09`` or ``2026年9月``; anything else raises 「月份为“…”;允许:如 2026-09」."""
        found = _MONTH.match(text)
        if not found or not 1 <= int(found[2]) <= 12 or not 1900 < int(found[1]) < 9999:
            raise CreditError(f"月份为“{text}”", allowed="如 2026-09", article="第十条")
        return cls(int(found[1]), int(found[2]))

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    def holds(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last

    @property
    def title(self) -> str:
        return f"{self.year}年{self.number}月"

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"


@dataclass(frozen=True, slots=True)
class Routed:
    """第十一条: an urgent report with the post and the person that answer it, and its term."""

    report: Urgent
    matter: Matter
    person: str
    term: Term


@dataclass(frozen=True)
class Rollup:
    """One unit's month. ``kept`` are its planned visits, ``extra`` those nobody had planned, ``dailies`` its reports."""

    unit: str
    month: Month
    as_of: date
    policy: ServicePolicy
    data: ServiceData
    kept: tuple[Kept, ...]
    extra: tuple[Made, ...]
    grades: dict[str, str]
    effects: tuple[Effect, ...]
    problems: tuple[Problem, ...] = field(default=())

    @property
    def until(self) -> date:
        """The last day whose events are the month's; how they stand is judged on ``as_of``, which may be later."""
        return min(self.as_of, self.month.last)

    @cached_property
    def dailies(self) -> tuple[Daily, ...]:
        return tuple(one for one in self.data.dailies if self.month.first <= one.day <= self.until)

    @cached_property
    def daily_of_row(self) -> dict[int, Daily]:
        return {one.row: one for one in self.data.dailies}

    @cached_property
    def open_problems(self) -> tuple[Daily, ...]:
        """Problems of this month and of earlier ones that were not solved by its end: the latest word on each."""
        return tuple(one for one in self._latest_problems if one.problem_state not in (c.SOLVED, c.NONE))

    @cached_property
    def solved_problems(self) -> tuple[Daily, ...]:
        """What was solved in a report of this month."""
        return tuple(one for one in self._latest_problems if one.problem_state == c.SOLVED and self.month.holds(one.day))

    @cached_property
    def _latest_problems(self) -> tuple[Daily, ...]:
        latest: dict[tuple[str, str], Daily] = {}
        for one in sorted(self.data.dailies, key=lambda one: (one.day, one.row)):
            if one.problem and one.day <= self.until:
                latest[one.code, one.problem] = one
        return tuple(latest.values())

    @cached_property
    def urgents(self) -> tuple[Routed, ...]:
        """Reports of the month, and earlier ones without an answer by its first day."""
        return tuple(self._routed(one) for one in self.data.urgents if self._concerns(one.day, one.answered))

    def _concerns(self, day: date, done: date | None) -> bool:
        """Whether something that began on ``day`` came up in the month, or still stood open when it began."""
        return day <= self.until and (day >= self.month.first or done is None or done >= self.month.first)

    def _routed(self, one: Urgent) -> Routed:
        matter = self.policy.matter(one.matter)
        return Routed(one, matter, named(self.data.people, matter.role, self.data.region_of(one.code)), Term(one.day, matter.days, one.answered))

    @cached_property
    def complaints(self) -> tuple[tuple[Complaint, Term], ...]:
        """Complaints of the month, and earlier ones that were not closed by its first day."""
        mine = [one for one in self.data.complaints if self._concerns(one.day, one.closed)]
        return tuple((one, Term(one.day, self.policy.complaint_days[one.kind], one.closed)) for one in mine)

    @cached_property
    def surveys(self) -> tuple[Survey, ...]:
        return tuple(one for one in self.data.surveys if self.month.holds(one.day) and one.mean is not None)

    @property
    def late_reports(self) -> int:
        return sum(report_delay(self.policy, one.day, one.reported, self.as_of) > 0 for one in self.dailies)

    @property
    def voices(self) -> int:
        return sum(len(one.voices) for one in self.dailies)

    @property
    def late_answers(self) -> int:
        return sum(one.term.state(self.as_of) in (OVERDUE, OVERDUE_DONE) for one in self.urgents)

    @property
    def late_complaints(self) -> int:
        return sum(term.state(self.as_of) in (OVERDUE, OVERDUE_DONE) for _, term in self.complaints)

    @property
    def new_complaints(self) -> int:
        return sum(self.month.holds(one.day) for one, _ in self.complaints)

    @property
    def closed_complaints(self) -> int:
        return sum(self.month.holds(one.closed) and one.closed <= self.as_of for one, _ in self.complaints)

    @property
    def new_problems(self) -> int:
        """Problems that no report before the month speaks of."""
        before = {(one.code, one.problem) for one in self.data.dailies if one.day < self.month.first}
        return len({(one.code, one.problem) for one in self.dailies if one.problem and one.problem_state != c.NONE} - before)


def complaint_summary(rollups: Sequence[Rollup]) -> list[Summary]:
    """职责6: by type, over the units."""
    policy, as_of = rollups[0].policy, rollups[0].as_of
    terms = [(one.kind, term) for rollup in rollups for one, term in rollup.complaints]
    return summarise(tuple(policy.complaint_days), terms, as_of)


def satisfaction(rollups: Sequence[Rollup]) -> tuple[Decimal | None, list[tuple[str, Decimal | None, Decimal | None]]]:
    """职责4: the month's mean of means, and each item's mean in the month and before it."""
    now = [one for rollup in rollups for one in rollup.surveys]
    before = [one for rollup in rollups for one in rollup.data.surveys if one.day < rollup.month.first]
    items = [
        (item, _mean([one.scores[place] for one in now]), _mean([one.scores[place] for one in before]))
        for place, item in enumerate(rollups[0].policy.survey_items)
    ]  # fmt: skip
    return _mean([one.mean for one in now]), items


def _mean(values: Sequence[Decimal | None]) -> Decimal | None:
    given = [value for value in values if value is not None]
    return (sum(given, Decimal(0)) / len(given)).quantize(Decimal("0.01")) if given else None


def roll_up(
    data: ServiceData, rows: Sequence[PlanRow], grades: dict[str, str], credit: Credit, policy: ServicePolicy, month: Month, as_of: date,
    problems: Sequence[Problem] = (),
) -> Rollup:  # fmt: skip
    """The month as it stood on ``as_of``. Visits are matched with the whole plan, so that one made early or late finds its row."""
    planned = [one.planned for one in rows if one.planned]
    made = [Made(one.row, one.code, one.day, one.visitor, one.plan) for one in data.dailies]
    kept, extra = match(policy, planned, made, as_of)
    mine = tuple(one for one in kept if month.holds(one.planned.day))
    of_month = tuple(one for one in extra if month.holds(one.day))
    found = [*problems, *_unreported(data, policy, month, as_of), *_late_gifts(data, policy), *_unhanded(data, as_of)]
    return Rollup(data.unit, month, as_of, policy, data, mine, of_month, grades, tuple(_effects(data, credit, policy, month, as_of)), tuple(found))


def _effects(data: ServiceData, credit: Credit, policy: ServicePolicy, month: Month, as_of: date) -> list[Effect]:
    """第九条(4): of customers with a ledger, from their first visit within 效果观察天数 before the month on.

    So every visit is reported on once its stretch has passed. What came after ``as_of`` does not count.
    """
    visits: dict[str, list[date]] = {}
    start = month.first - timedelta(days=policy.effect_days)
    for one in data.dailies:
        if start <= one.day <= min(as_of, month.last):
            visits.setdefault(one.code, []).append(one.day)
    ledger = credit.picture.as_of if credit.picture else as_of
    return [
        effect(code, days, credit.shipped.get(code, ()), credit.collected.get(code, ()), policy.effect_days, min(as_of, ledger))
        for code, days in sorted(visits.items()) if code in credit.shipped or code in credit.collected
    ]  # fmt: skip


def _unreported(data: ServiceData, policy: ServicePolicy, month: Month, as_of: date) -> list[Problem]:
    """第九条, 第十一条: reports that are missing or late, without a 客户卡, or that say 已上报 and name no urgent report."""
    found, numbers = [], {one.number for one in data.urgents}
    for one in data.dailies:
        if not month.holds(one.day) or one.day > as_of:
            continue
        where = one.where.partition("!")[2]
        delay = report_delay(policy, one.day, one.reported, as_of)
        if delay:
            text = f"{one.visitor}{one.day}的日报{'迟' if one.reported else '未上报,已过'}{delay}天"
            found.append(Problem(c.DAILY, where, text, f"巡访后{policy.report_days}天内", "第九条", "迟报", one.code))
        if not one.has_card:
            found.append(Problem(c.DAILY, where, "没有附客户卡", "一同呈报客户卡", "第九条", "请补报", one.code))
        if one.problem_state == c.REPORTED and one.urgent not in numbers:
            found.append(Problem(c.DAILY, where, f"问题“{one.problem[:20]}”已上报而没有紧急报告", "填写紧急报告及其编号", "第十一条", "未转上级", one.code))
    return found


def _unhanded(data: ServiceData, as_of: date) -> list[Problem]:
    """第七条: 「重大技术问题由技术部门予以协助解决」: those that nobody has handed over."""
    return [
        Problem(c.SUPPORT, one.where.partition("!")[2], f"重大技术问题“{one.text[:20]}”没有移交技术部门", "移交技术部门协助解决", "第七条", "请移交", one.code)
        for one in data.supports if one.major and one.handed_over is None and one.day <= as_of
    ]  # fmt: skip


def _late_gifts(data: ServiceData, policy: ServicePolicy) -> list[Problem]:
    """第六条: gifts handed over without approval, approved by another post than may approve them, or over the year's budget."""
    found, spent = [], {}
    roles = {one.name: one.role for one in data.people}
    order = [step.role for step in policy.gift_steps]
    for one in sorted(data.gifts, key=lambda one: one.day):
        where = one.where.partition("!")[2]
        try:
            wanted = policy.gift_approver(one.amount)
        except CreditError as error:
            found.append(Problem(c.GIFTS, where, error.found, error.allowed, "第六条", "不得赠送", one.code))
            continue
        if one.given and one.result != c.APPROVED:
            found.append(Problem(c.GIFTS, where, f"{one.number}未经批准已于{one.given}赠送", "批准后赠送", "第六条", "请说明", one.code))
        role = roles.get(one.approver, "")
        if one.result and one.approver and role in order and order.index(role) < order.index(wanted):
            found.append(Problem(c.GIFTS, where, f"{one.amount:f}元由{role}{one.approver}审批", f"{wanted}审批", "第六条", "越权,须补报", one.code))
        if one.result == c.APPROVED:
            spent[one.day.year] = spent.get(one.day.year, Decimal(0)) + one.amount
            if spent[one.day.year] > policy.annual_gifts_yuan:
                text = f"{one.day.year}年礼品已批准{spent[one.day.year]:f}元"
                found.append(Problem(c.GIFTS, where, text, f"年度预算{policy.annual_gifts_yuan:f}元", "第六条", "超预算", one.code))
    return found


