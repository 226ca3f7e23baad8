"""岗位职责 and who fills, checks and approves which sheet: the regulation's own words (岗位职责, 客户服务管理办法 第四条–第十一条)."""

from typing import NamedTuple

from xl_credit.forms import service_columns as c
from xl_credit.rules.service_staff import CLERK, LEAD, TECHNICIAN

MARKET, MARKET_HEAD, FINANCE, SALES_HEAD, SALES_VICE, TECH_HEAD, SALESPERSON = (
    "市场部专人", "市场部经理", "财务部", "销售部经理", "销售副总", "技术部门经理", "业务员",
)  # fmt: skip
ROLES = (LEAD, CLERK, SALESPERSON, TECHNICIAN, MARKET, MARKET_HEAD, FINANCE, SALES_HEAD, SALES_VICE, TECH_HEAD)


class Duty(NamedTuple):
    """One line of 岗位职责."""

    role: str
    kind: str
    number: int
    text: str


class Right(NamedTuple):
    """Who fills a sheet (and with which columns, ``()``: all that people fill), who checks and who approves it."""

    sheet: str
    fills: tuple[str, ...]
    checks: str
    approves: str
    article: str


_LEAD_WORDS = (
    "负责管理客服部门的日常工作,确保下属代表为客户提供优质服务,监控整体服务质量。", "负责制定与实施部门的各种流程制度、管理规范等。",
    "负责组建、培训、激励、管理服务团队。", "上报部门各类业务报表,并进行相应数据分析。", "完成领导指派的其他工作任务。",
)  # fmt: skip
_LEAD_ASKED = (
    "具备专科以上学历。", "具有3年以上的客户服务经验,其中至少1年以上的客户服务管理经验。",
    "有较强的团队建设能力、团队合作和沟通能力,以及较强的分析和处理问题的能力。",
    "具备专业的客户服务技能和优秀的服务意识,能够在压力大的情况下出色地完成工作。",
    "思维敏捷,工作态度热情、积极、主动,有良好的职业操守。", "能够熟练操作办公软件。",
)  # fmt: skip
_CLERK_WORDS = (
    "协助客户服务主管完成客户服务的各项制度的制定。", "负责客户需求信息的收集整理与分析,提出改善服务的具体建议和措施。",
    "接待来访客户,协助处理客户的一般问题要求。", "实施客户满意度调查。", "负责实施客户提案及提案的整理汇总。",
    "记录并处理一般性的客户投诉。", "完成上级临时指派的其他工作任务。",
)  # fmt: skip
_CLERK_ASKED = ("具有1年以上的相关客户服务工作经验。", "性格乐观开朗,有亲和力,沟通表达能力强。", "能够熟练操作办公软件。")
BELONGS = (
    (LEAD, f"直接上级:{SALES_HEAD}    直属下级:{CLERK}"),
    (CLERK, f"直接上级:{LEAD}    直属下级:无"),
)  # fmt: skip
DUTIES: tuple[Duty, ...] = tuple(
    Duty(role, kind, number, text)
    for role, kind, texts in ((LEAD, "职责", _LEAD_WORDS), (LEAD, "任职条件", _LEAD_ASKED), (CLERK, "职责", _CLERK_WORDS), (CLERK, "任职条件", _CLERK_ASKED))
    for number, text in enumerate(texts, 1)
)  # fmt: skip
QUALITIES = "客户服务人员须具备:情绪稳定、工作热忱、沟通协调能力强、工作效率高。"

RIGHTS: tuple[Right, ...] = (
    Right(c.PEOPLE, (LEAD,), SALES_HEAD, SALES_HEAD, "职责3、第七条"),
    Right(c.CLIENTS, (CLERK, MARKET), LEAD, LEAD, "职责2、第四条(3)①"),
    Right(c.GRADES, (), LEAD, SALES_HEAD, "第四条(1)"),
    Right(c.FOCUS, (LEAD,), SALES_HEAD, SALES_HEAD, "第五条"),
    Right(c.PLAN, (LEAD,), LEAD, SALES_HEAD, "第四条(2)、第五条"),
    Right(c.DAILY, (CLERK, SALESPERSON, TECHNICIAN), LEAD, LEAD, "第九条"),
    Right(c.URGENT, (LEAD,), SALES_HEAD, SALES_HEAD, "第十一条"),
    Right(c.GIFTS, (CLERK, SALESPERSON), LEAD, "按金额", "第六条"),
    Right(c.SURVEYS, (CLERK,), LEAD, LEAD, "职责4"),
    Right(c.COMPLAINTS, (CLERK,), LEAD, LEAD, "职责6"),
    Right(c.PROPOSALS, (CLERK,), LEAD, SALES_HEAD, "职责5"),
    Right(c.SUPPORT, (TECHNICIAN, CLERK), LEAD, TECH_HEAD, "第三条(3)、第七条"),
    Right(c.CARD, (), LEAD, LEAD, "第九条"),
    Right(c.ADVICE, (MARKET, MARKET_HEAD), MARKET_HEAD, FINANCE, "信用第六条"),
)
# columns that belong to whoever checks or approves, not to whoever fills the row
OTHERS_COLUMNS: dict[str, dict[str, tuple[str, ...]]] = {
    c.DAILY: {LEAD: ("主管审阅", "审阅日期")},
    c.FOCUS: {SALES_HEAD: ("审批人", "审批日期", "状态")},
    c.URGENT: {SALES_HEAD: ("答复内容", "答复人", "答复日期"), TECH_HEAD: ("答复内容", "答复人", "答复日期"), MARKET_HEAD: ("答复内容", "答复人", "答复日期")},
    c.GIFTS: dict.fromkeys((LEAD, SALES_HEAD, SALES_VICE), ("审批意见", "审批结果", "审批人", "审批日期")),
    c.PROPOSALS: dict.fromkeys((LEAD, SALES_HEAD), ("评审意见", "采纳情况")),
}  # fmt: skip


def may_fill(role: str | None, sheet: str, column: str) -> bool:
    """Whether a person of the role types into a column (``None``: the workbook everybody shares).

    >>> may_fill("客户服务专员", "巡访日报", "巡访内容"), may_fill("客户服务专员", "巡访日报", "主管审阅")
    (True, False)
    >>> may_fill("客户服务主管", "巡访日报", "主管审阅"), may_fill("财务部", "投诉记录", "处理结果")
    (True, False)
    """
    if role is None:
        return True
    others = OTHERS_COLUMNS.get(sheet, {})
    if any(column in columns for columns in others.values()):
        return column in others.get(role, ())
    return any(role in right.fills for right in RIGHTS if right.sheet == sheet)
