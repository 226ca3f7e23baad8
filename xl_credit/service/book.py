"""A branch's service workbook as records: every list read where it is there, what is wrong collected cell by cell."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from xl_credit.forms import service_columns as c
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.service_evidence import RECONCILIATION
from xl_credit.rules.service_figures import NATURE, SIZE, ServicePolicy
from xl_credit.rules.service_staff import Person
from xl_credit.service import records as r
from xl_credit.service.lines import Line, Lines
from xl_credit.tables import Grid

SERVICE_NAME = "客户服务"
INPUTS = (c.PEOPLE, c.CLIENTS, c.FOCUS, c.DAILY, c.URGENT, c.GIFTS, c.SURVEYS, c.COMPLAINTS, c.PROPOSALS, c.SUPPORT)
WRITTEN = (c.GRADES, c.PLAN, c.ADVICE, c.FIGURES)
_ARTICLES = {
    c.PEOPLE: "第七条", c.CLIENTS: "第四条(1)", c.FOCUS: "第五条", c.DAILY: "第九条", c.URGENT: "第十一条", c.GIFTS: "第六条", c.SURVEYS: "职责4",
    c.COMPLAINTS: "职责6", c.PROPOSALS: "职责5", c.SUPPORT: "第三条(3)",
}  # fmt: skip


def unit_name(path: Path) -> str:
    """The branch by its service workbook's name.

    >>> unit_name(Path("华东客户服务.xlsx")), unit_name(Path("客户服务_西南.xlsx"))
    ('华东', '西南')
    """
    return path.stem.replace(SERVICE_NAME, "").strip("_- ") or path.stem


@dataclass(frozen=True)
class ServiceData:
    """Everything people entered, and what is wrong with it."""

    unit: str
    people: tuple[Person, ...] = ()
    clients: tuple[r.Client, ...] = ()
    focus: tuple[r.Focus, ...] = ()
    dailies: tuple[r.Daily, ...] = ()
    urgents: tuple[r.Urgent, ...] = ()
    gifts: tuple[r.Gift, ...] = ()
    surveys: tuple[r.Survey, ...] = ()
    complaints: tuple[r.Complaint, ...] = ()
    proposals: tuple[r.Proposal, ...] = ()
    supports: tuple[r.Support, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    @cached_property
    def client_of(self) -> dict[str, r.Client]:
        return {one.code: one for one in self.clients}

    def name_of(self, code: str) -> str:
        found = self.client_of.get(code)
        return found.name if found else ""

    def shown(self, code: str) -> str:
        found = self.client_of.get(code)
        return found.written if found else code

    def region_of(self, code: str) -> str:
        found = self.client_of.get(code)
        return (found.region if found else "") or self.unit


def read_service(grids: Mapping[str, Grid], policy: ServicePolicy, unit: str) -> ServiceData:
    """The lists among ``grids``. A sheet whose columns are missing is a problem; the others are read all the same."""
    problems: list[Problem] = []

    def read(sheet: str, make: Callable[[Line], object | None]) -> tuple:
        if sheet not in grids:
            return ()
        columns = c.survey_columns(policy.survey_items) if sheet == c.SURVEYS else c.LAYOUT[sheet]
        try:
            lines = Lines(grids[sheet], sheet, columns, _ARTICLES[sheet])
        except CreditError as error:
            problems.append(Problem(sheet, "", error.found, error.allowed, _ARTICLES[sheet], "该表未采用"))
            return ()
        found = tuple(one for one in map(make, lines) if one is not None)
        problems.extend(lines.problems)
        return found

    people = read(c.PEOPLE, _person)
    clients = read(c.CLIENTS, lambda line: _client(line, policy))
    data = ServiceData(
        unit, people, tuple(_first_of(clients, problems)), read(c.FOCUS, _focus), read(c.DAILY, lambda line: _daily(line, policy)),
        read(c.URGENT, lambda line: _urgent(line, policy)), read(c.GIFTS, _gift), read(c.SURVEYS, lambda line: _survey(line, policy)),
        read(c.COMPLAINTS, lambda line: _complaint(line, policy)), read(c.PROPOSALS, _proposal), read(c.SUPPORT, _support),
    )  # fmt: skip
    problems.extend(_strangers(data))
    for sheet, rows in ((c.DAILY, data.dailies), (c.URGENT, data.urgents), (c.COMPLAINTS, data.complaints), (c.GIFTS, data.gifts)):
        problems.extend(_repeated(sheet, rows))
    return ServiceData(**{name: getattr(data, name) for name in data.__dataclass_fields__} | {"problems": tuple(problems)})


def _first_of(clients: Iterable[r.Client], problems: list[Problem]) -> Iterator[r.Client]:
    """The first row of a code; another one of the same code is a problem."""
    seen = set()
    for one in clients:
        if one.code in seen:
            problems.append(Problem(c.CLIENTS, one.where, f"客户编码“{one.written}”重复", "每个客户一行", "第四条(1)", "以第一行为准", one.written))
        else:
            seen.add(one.code)
            yield one


def _repeated(sheet: str, rows: Iterable[r.Daily | r.Urgent | r.Complaint | r.Gift]) -> Iterator[Problem]:
    """A number that another row has already: both count, since nobody can tell which is meant."""
    first: dict[str, str] = {}
    for one in rows:
        if one.number and first.setdefault(one.number, one.where) != one.where:
            found = f"{c.KEY[sheet]}“{one.number}”与{first[one.number].partition('!')[2]}重复"
            yield Problem(sheet, one.where.partition("!")[2], found, "每行一个编号", _ARTICLES[sheet], "照常计入,请核对", one.code)


def _strangers(data: ServiceData) -> Iterator[Problem]:
    """Customers that are visited, surveyed or complain and are in no 客户档案."""
    known = {one.code for one in data.clients}
    rows = [(c.DAILY, one) for one in data.dailies] + [(c.URGENT, one) for one in data.urgents] + [(c.COMPLAINTS, one) for one in data.complaints]
    for sheet, one in rows:
        if known and one.code not in known:
            yield Problem(sheet, one.where.partition("!")[2], f"客户编码“{one.code}”不在客户档案", "客户档案中的客户", "第四条(3)①", "照常计入,不分级", one.code)


def _person(line: Line) -> Person | None:
    name = line.needed_key("姓名")
    if not name:
        return None
    return Person(
        name, line.key("岗位"), line.text("地区"), line.text("直接上级"), line.number_of("服务经验"), line.number_of("管理经验"), line.cell("姓名")
    )


def _client(line: Line, policy: ServicePolicy) -> r.Client | None:
    code = line.needed_key("客户编码")
    if not code:
        return None
    return r.Client(
        code, line.text("客户编码"), line.text("客户名称"), line.text("地区"), line.choice(NATURE, policy.names_of[NATURE], "性质按未填计"),
        line.choice(SIZE, policy.names_of[SIZE], "规模按未填计"), line.text("业务员"), line.text("巡访人"), line.day("首次交易日期", "首次交易日期未采用"),
        line.cell("客户编码").partition("!")[2], {name: line.value(name) for name in c.LAYOUT[c.CLIENTS]},
    )  # fmt: skip


def _focus(line: Line) -> r.Focus | None:
    names = ("重点推销商品", "重点调查项目", "特别调查项目", "具体巡访活动安排")
    return r.Focus(line.key("层次"), line.key("期间").upper(), *(line.text(name) for name in names), line.key("状态") == "已批准")


def _daily(line: Line, policy: ServicePolicy) -> r.Daily | None:
    day, code, visitor = line.needed_day("巡访日期"), line.needed_key("客户编码"), line.needed_key("巡访人")
    if day is None or not code or not visitor:
        return None
    seen = [
        (header, word, line.cell(header))
        for header in ("合作态度", "客户产品销售状况", "企业经营状态") if (word := line.choice(header, c.CHOICES[c.DAILY][header], "该项未采用"))
    ]  # fmt: skip
    reconciled = line.choice("对账情况", tuple(c.RECONCILED), "该项未采用")
    if reconciled:
        seen.append((RECONCILIATION, c.RECONCILED[reconciled], line.cell("对账情况")))
    texts = {name: line.text(name) for name in c.LAYOUT[c.DAILY]}
    return r.Daily(
        line.number, texts["日报编号"], day, line.day("上报日期", "按未上报计"), visitor, code, line.key("计划编号"), texts["巡访内容"],
        line.choice("意见类别", policy.opinions, "归入其他"), texts["客户意见"], texts["客户建议"], texts["客户希望"], texts["市场情况"],
        texts["竞争对手情况"], texts["其他公司销售策略"], texts["巡访效果"], line.fen("洽谈订货") or 0, line.fen("承诺回款") or 0,
        line.day("承诺回款日期", "该承诺未计入"), texts["主要问题"], texts["处理过程"], texts["处理结果"],
        line.choice("问题状态", c.PROBLEM_STATES, "按处理中计"), texts["紧急报告编号"], texts["其他事项"], tuple(seen), line.key("附客户卡") == "是",
        texts["主管审阅"], line.cell("承诺回款"), line.cell("日报编号"),
    )  # fmt: skip


def _urgent(line: Line, policy: ServicePolicy) -> r.Urgent | None:
    day, matter = line.needed_day("报告日期"), line.choice("事项类别", [one.name for one in policy.matters], "按“其他”受理")
    if day is None:
        return None
    return r.Urgent(
        line.text("报告编号"), day, line.text("报告人"), line.needed_key("客户编码"), matter or policy.matters[-1].name, line.text("问题经过"),
        line.text("答复内容"), line.day("答复日期", "按未答复计"), line.cell("报告编号"),
    )  # fmt: skip


def _gift(line: Line) -> r.Gift | None:
    day, count, price = line.needed_day("申请日期"), line.number_of("数量"), line.number_of("单价")
    if day is None or count is None or price is None:
        return None
    return r.Gift(
        line.text("申请编号"), day, line.key("客户编码"), count * price, line.choice("审批结果", (c.APPROVED, c.REFUSED_GIFT), "按未审批计"),
        line.key("审批人"), line.day("实际赠送日期", "按未赠送计"), line.cell("申请编号"),
    )  # fmt: skip


def _survey(line: Line, policy: ServicePolicy) -> r.Survey | None:
    day, code = line.needed_day("调查日期"), line.needed_key("客户编码")
    if day is None or not code:
        return None
    scores = []
    for item in policy.survey_items:
        score = line.number_of(item)
        if score is not None and not 1 <= score <= 5:
            line.note(item, f"为{score}", "1至5", "该项未计入")
            score = None
        scores.append(score)
    return r.Survey(line.text("调查编号"), day, code, tuple(scores), line.text("客户意见"), line.text("处理情况"), line.cell("调查编号"))


def _complaint(line: Line, policy: ServicePolicy) -> r.Complaint | None:
    day, code, kind = line.needed_day("受理日期"), line.needed_key("客户编码"), line.choice("投诉类型", tuple(policy.complaint_days), "按“其他”计")
    if day is None or not code:
        return None
    closed = line.day("结案日期", "按未结计")
    if closed is not None and closed < day:
        line.note("结案日期", f"{closed}早于受理日期{day}", f"不早于{day}", "按未结计")
        closed = None
    return r.Complaint(
        line.text("投诉编号"), day, code, kind or policy.complaints[-1][0], line.text("投诉内容"), line.text("处理人"), line.text("处理结果"), closed,
        line.cell("投诉编号"),
    )  # fmt: skip


def _proposal(line: Line) -> r.Proposal | None:
    day = line.needed_day("提出日期")
    if day is None:
        return None
    return r.Proposal(
        line.text("提案编号"), day, line.key("客户编码"), line.text("提案类别"), line.text("提案内容"), line.text("采纳情况"), line.day("答复客户日期", "按未答复计")
    )


def _support(line: Line) -> r.Support | None:
    day = line.needed_day("日期")
    if day is None:
        return None
    people = line.number_of("参加人数")
    return r.Support(
        day, line.text("类别"), line.key("客户编码"), line.text("内容"), line.key("重大技术问题") == "是", line.day("移交技术部门日期", "按未移交计"),
        int(people or 0), line.day("完成日期", "按未完成计"), line.cell("服务编号"),
    )  # fmt: skip


