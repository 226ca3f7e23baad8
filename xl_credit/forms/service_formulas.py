"""The native formulas of the service workbook's lists: names looked up, lateness, due days, who approves (第六条, 第九条, 第十一条)."""

from xl_credit.forms import service_columns as c
from xl_credit.forms.service_look import figure, of_list, of_row
from xl_credit.rules.service_figures import ServicePolicy


def formulas(policy: ServicePolicy) -> dict[str, dict[str, str]]:
    """Sheet → column → formula."""
    named = (c.DAILY, c.URGENT, c.GIFTS, c.SURVEYS, c.COMPLAINTS, c.PROPOSALS, c.SUPPORT)
    found: dict[str, dict[str, str]] = {sheet: {"客户名称": _name(sheet)} for sheet in named}
    found[c.PEOPLE] = {"任职条件": _qualified()}
    found[c.DAILY] |= _daily()
    found[c.URGENT] |= _urgent()
    found[c.GIFTS] |= _gifts(policy)
    found[c.SURVEYS] |= {"平均分": _average(policy)}
    found[c.COMPLAINTS] |= _complaints()
    return found


def _name(sheet: str) -> str:
    code = of_row(sheet, "客户编码")
    there = f'INDEX({of_list(c.CLIENTS, "客户名称")},MATCH({code},{of_list(c.CLIENTS, "客户编码")},0))'
    return f'=IF({code}="","",IFERROR({there},"未建档"))'


def _holder(role: str) -> str:
    """The first person of a post in 人员."""
    return f'IFERROR(INDEX({of_list(c.PEOPLE, "姓名")},MATCH({role},{of_list(c.PEOPLE, "岗位")},0)),"")'


def _qualified() -> str:
    """任职条件: years of service (数值) and of leading it (文字)."""
    role, years, lead = (of_row(c.PEOPLE, name) for name in ("岗位", "服务经验", "管理经验"))
    asked, asked_lead = figure("任职条件", role), figure("任职条件", role, "文字")
    return f'=IF({role}="","",IFERROR(IF(AND(N({years})>={asked},N({lead})>=VALUE({asked_lead})),"符合","不足"),"—"))'


def _daily() -> dict[str, str]:
    """第九条: lateness against the plan, and of the report itself."""
    plan, day, sent = (of_row(c.DAILY, name) for name in ("计划编号", "巡访日期", "上报日期"))
    planned = of_row(c.DAILY, "计划日期")
    found = f'INDEX({of_list(c.PLAN, "计划日期")},MATCH({plan},{of_list(c.PLAN, "计划编号")},0))'
    grace, within = figure("单项数值", '"迟访宽限天数"'), figure("单项数值", '"日报上报天数"')
    return {
        "计划日期": f'=IF({plan}="","",IFERROR({found},"无此计划"))',
        "按期情况": f'=IF({day}="","",IF(NOT(ISNUMBER({planned})),"计划外",IF({day}<={planned}+{grace},"按期","迟"&({day}-{planned})&"天")))',
        "上报情况": f'=IF({day}="","",IF({sent}="","未上报",IF({sent}<={day}+{within},"按时","迟"&({sent}-{day}-{within})&"天")))',
    }


def _urgent() -> dict[str, str]:
    """第十一条: the post that answers, who holds it, and until when."""
    matter, day, answered = (of_row(c.URGENT, name) for name in ("事项类别", "报告日期", "答复日期"))
    role, due = of_row(c.URGENT, "受理岗位"), of_row(c.URGENT, "答复期限")
    return {
        "受理岗位": f'=IF({matter}="","",IFERROR({figure("紧急事项", matter, "文字")},""))',
        "受理人": f'=IF({role}="","",{_holder(role)})',
        "答复期限": f'=IF(OR({matter}="",{day}=""),"",IFERROR({day}+{figure("紧急事项", matter)},""))',
        "答复情况": _state(due, answered, "待答复", "逾期未复"),
    }


def _state(due: str, done: str, waiting: str, overdue: str) -> str:
    late = f'IF({done}<={due},"按期","逾期"&({done}-{due})&"天")'
    return f'=IF(NOT(ISNUMBER({due})),"",IF({done}="",IF(TODAY()>{due},"{overdue}","{waiting}"),{late}))'


def _gifts(policy: ServicePolicy) -> dict[str, str]:
    """第六条: the amount, and the post that may approve it."""
    count, price, amount, role = (of_row(c.GIFTS, name) for name in ("数量", "单价", "金额", "审批岗位"))
    who = '"超出各岗位权限"'
    for step in reversed(policy.gift_steps):
        cap = figure("礼品审批", f'"{step.role}"')
        who = f'"{step.role}"' if step.cap_yuan is None else f'IF({amount}<={cap},"{step.role}",{who})'
    return {
        "金额": f'=IF(OR({count}="",{price}=""),"",ROUND({count}*{price},2))',
        "审批岗位": f'=IF({amount}="","",{who})',
        "应审批人": f'=IF({role}="","",{_holder(role)})',
    }


def _average(policy: ServicePolicy) -> str:
    span = f"{c.list_name(c.SURVEYS)}[[#This Row],[{policy.survey_items[0]}]:[{policy.survey_items[-1]}]]"
    return f'=IF(COUNT({span})=0,"",ROUND(AVERAGE({span}),2))'


def _complaints() -> dict[str, str]:
    """职责6: the day by which it is to be closed, and how long it took."""
    kind, came, closed = (of_row(c.COMPLAINTS, name) for name in ("投诉类型", "受理日期", "结案日期"))
    due = of_row(c.COMPLAINTS, "应结日期")
    return {
        "应结日期": f'=IF(OR({kind}="",{came}=""),"",IFERROR({came}+{figure("投诉类型", kind)},""))',
        "用时": f'=IF({came}="","",IF({closed}="",TODAY(),{closed})-{came})',
        "办理情况": _state(due, closed, "办理中", "逾期未结"),
    }
