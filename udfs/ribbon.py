"""The ribbon's commands: the only place where they are declared. Each works on the open workbook and says in one line what it did."""

from xl_credit.hosts import live_commands as live
from xl_credit.hosts import service_commands as service
from xl_credit.hosts.commanding import Commands
from xl_credit.quarter.columns import CHANGES, CHECKS, POLICY_COPY, RESULTS, ROUTES
from xl_credit.receivables.columns import AGEING, GATE, STATEMENT

COMMANDS = Commands()
command = COMMANDS.declare
TAB = "客户信用"


@command("评级本簿", "评级", "按评估表给全部客户评级,并写出审批路线、级别变动、核对;有台账的还有账龄、预警、放行审核", "TableAutoFormat", is_large=True)
def rate_book(book):
    return live.refresh(book, RESULTS)


@command("审批路线", "评级", "更新审批路线并转到该表;已填的审批意见不动", "ReviewAcceptChange")
def approval_routes(book):
    return live.refresh(book, ROUTES)


@command("级别变动", "评级", "与上季比较级别并转到该表", "SortDialog")
def level_changes(book):
    return live.refresh(book, CHANGES)


@command("核对", "评级", "列出须处理的问题并转到该表", "ErrorChecking")
def checks(book):
    return live.refresh(book, CHECKS)


@command("账龄表", "应收账款", "由发货台账和回款台账重建账龄并转到该表", "ChartInsert", is_large=True)
def ageing(book):
    return live.refresh(book, AGEING)


@command("放行审核", "应收账款", "审核待审的订单和发货并转到该表", "AcceptInvitation")
def gate(book):
    return live.refresh(book, GATE)


@command("生成对账单", "应收账款", "更新往来明细和对账单并转到对账单,可选客户打印", "FilePrint")
def statements(book):
    return live.refresh(book, STATEMENT)


@command("巡访计划", "客户服务", "在客户服务工作簿里:给客户分级,编排巡访要点最后一个季度的巡访计划并转到该表;改动过的行不动", "DateAndTimeInsert", is_large=True)
def visit_plan(book):
    return service.plan(book)


@command("客户卡", "客户服务", "在客户服务工作簿里:更新服务等级、额度、账龄,转到客户卡,可选客户打印", "DataFormExcel")
def customer_card(book):
    return service.card(book)


@command("评价建议", "客户服务", "在客户服务工作簿里:由巡访记录提出评价建议并转到该表;已填的采纳意见不动", "ReviewNewComment")
def advice(book):
    return service.advice(book)


@command("打开政策", "政策与帮助", "转到本簿的政策表", "FileOpen")
def open_policy(book):
    return live.show(book, POLICY_COPY)


@command("检查更新/关于", "政策与帮助", "程序版本和所用政策", "Info")
def about(book):
    return live.about(book)
