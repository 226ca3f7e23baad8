"""第七条 and 岗位职责: technicians of each region, and whether people meet what their post asks for."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from xl_credit.rules.figures import Number
from xl_credit.rules.service_figures import ServicePolicy

LEAD, CLERK, TECHNICIAN = "客户服务主管", "客户服务专员", "技术人员"


@dataclass(frozen=True, slots=True)
class Person:
    """A row of 人员. Years are ``None`` where nothing is entered."""

    name: str
    role: str
    region: str
    superior: str = ""
    years: Number | None = None
    lead_years: Number | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class Staffing:
    """第七条: technicians that a region has and should have."""

    region: str
    there: int
    wanted: int

    @property
    def missing(self) -> int:
        return max(0, self.wanted - self.there)


def technicians(policy: ServicePolicy, people: Iterable[Person], regions: Iterable[str]) -> list[Staffing]:
    """第七条: 「对每一地区配置12名技术人员」, for every region that has customers or people."""
    there = Counter(one.region for one in people if one.role == TECHNICIAN)
    names = dict.fromkeys([*regions, *there])
    return [Staffing(name, there[name], policy.technicians) for name in names if name]


def shortfall(policy: ServicePolicy, person: Person) -> str:
    """任职条件: what a person lacks for the post; empty where nothing is asked for or nothing is missing."""
    asked = next((one for one in policy.requirements if one.role == person.role), None)
    if asked is None:
        return ""
    missing = [
        f"{what}{'未填' if has is None else f'{has}年'},须{wanted}年以上"
        for what, has, wanted in (("服务经验", person.years, asked.years), ("管理经验", person.lead_years, asked.lead_years))
        if wanted and (has is None or has < wanted)
    ]
    return "、".join(missing)


def named(people: Iterable[Person], role: str, region: str = "") -> str:
    """Who holds a post: the region's own, else one without a region; empty where nobody is entered."""
    mine = [one for one in people if one.role == role]
    own = [one.name for one in mine if one.region == region] or [one.name for one in mine if not one.region] or [one.name for one in mine]
    return own[0] if own else ""
