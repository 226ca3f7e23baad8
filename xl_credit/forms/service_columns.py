"""The sheets and headers of the service workbook (客户服务.xlsx): the one place where they are spelled."""

from collections.abc import Mapping

from xl_credit.rules.service_evidence import CLEAN, FORCED, REFUSED

DUTIES, PEOPLE, CLIENTS, GRADES, FOCUS, PLAN, EXECUTION, DAILY, DAILY_FORM, URGENT, URGENT_FORM, GIFTS, GIFT_FORM = (
    "岗位职责", "人员", "客户档案", "服务分级", "巡访要点", "巡访计划", "计划执行", "巡访日报", "巡访日报表", "紧急报告", "紧急报告单",
    "赠送礼品预算申请", "礼品申请表",
)  # fmt: skip
SURVEYS, COMPLAINTS, PROPOSALS, SUPPORT, CARD, ADVICE, FIGURES = (
    "满意度调查", "投诉记录", "客户提案", "技术支持与培训", "客户卡", "评价建议", "参数",
)  # fmt: skip

# what people fill, in reading order; columns in FORMULAS are worked out in the sheet itself
LAYOUT: dict[str, tuple[str, ...]] = {
    PEOPLE: ("姓名", "岗位", "地区", "直接上级", "入职日期", "学历", "服务经验", "管理经验", "联系电话", "备注", "任职条件"),
    CLIENTS: ("客户编码", "客户名称", "地区", "性质", "规模", "业务员", "巡访人", "联系人", "联系电话", "地址", "经营项目", "首次交易日期", "备注"),
    FOCUS: (
        "层次", "期间", "基本方针", "重点推销商品", "重点调查项目", "特别调查项目", "具体巡访活动安排", "制订人", "制订日期", "审批人", "审批日期", "状态",
    ),
    DAILY: (
        "日报编号", "巡访日期", "上报日期", "巡访人", "客户编码", "客户名称", "计划编号", "巡访方式", "巡访内容", "意见类别", "客户意见", "客户建议",
        "客户希望", "市场情况", "竞争对手情况", "其他公司销售策略", "巡访效果", "效果说明", "洽谈订货", "承诺回款", "承诺回款日期", "主要问题",
        "处理过程", "处理结果", "问题状态", "紧急报告编号", "其他事项", "合作态度", "客户产品销售状况", "企业经营状态", "对账情况", "附客户卡", "主管审阅",
        "审阅日期", "计划日期", "按期情况", "上报情况",
    ),
    URGENT: (
        "报告编号", "报告日期", "报告人", "日报编号", "客户编码", "客户名称", "事项类别", "问题经过", "已采取措施", "请求事项", "受理岗位", "受理人",
        "答复期限", "答复内容", "答复人", "答复日期", "答复情况",
    ),
    GIFTS: (
        "申请编号", "申请日期", "申请人", "客户编码", "客户名称", "赠送事由", "礼品名称", "数量", "单价", "金额", "预计赠送日期", "审批岗位", "应审批人",
        "审批意见", "审批结果", "审批人", "审批日期", "实际赠送日期", "签收人", "备注",
    ),
    COMPLAINTS: (
        "投诉编号", "受理日期", "受理人", "客户编码", "客户名称", "投诉类型", "投诉内容", "处理人", "处理过程", "处理结果", "结案日期", "客户确认",
        "应结日期", "用时", "办理情况",
    ),
    PROPOSALS: (
        "提案编号", "提出日期", "客户编码", "客户名称", "提案类别", "提案内容", "受理人", "评审意见", "采纳情况", "答复客户日期", "实施结果", "备注",
    ),
    SUPPORT: (
        "服务编号", "日期", "类别", "地区", "客户编码", "客户名称", "技术人员", "内容", "重大技术问题", "移交技术部门日期", "参加人数", "结果", "完成日期",
        "客户评价",
    ),
}  # fmt: skip
SURVEY_HEAD, SURVEY_TAIL = ("调查编号", "调查日期", "调查人", "客户编码", "客户名称"), ("平均分", "客户意见", "处理情况")

# what the tool writes, and what people keep beside it
GRADE_COLUMNS = (
    "客户编码", "客户名称", "地区", "性质", "规模", "年交易额", "增长率", "性质分", "规模分", "销售额分", "趋势分", "服务得分", "服务等级",
    "每季巡访次数", "巡访人", "依据", "信用级别", "赊欠限额", "授信额度", "授信期限", "应收余额", "未到期", "逾期金额", "最长逾期", "账龄分布", "统计日",
)  # fmt: skip
PLAN_COLUMNS = (
    "计划编号", "季度", "月份", "客户编码", "客户名称", "地区", "服务等级", "次序", "计划日期", "巡访人", "列入原因", "建议日期", "建议巡访人",
    "实际日期", "执行情况",
)  # fmt: skip
PLAN_KEPT = ("重点推销商品", "重点调查项目", "特别调查项目", "具体安排", "确认", "备注")
PLAN_ORDER = (*PLAN_COLUMNS[:11], *PLAN_KEPT, *PLAN_COLUMNS[11:])
ADVICE_COLUMNS = ("客户编码", "客户名称", "评价项目", "现评", "建议", "依据", "来源", "记录期间", "条文")
ADVICE_KEYS, ADVICE_KEPT = ("客户编码", "评价项目", "记录期间"), ("采纳", "采纳人", "采纳日期", "说明")
EXECUTION_COLUMNS = ("巡访人", "岗位", "地区", "计划", "完成", "按期", "迟访", "未访", "计划外", "完成率", "日报", "迟报")
FIGURE_COLUMNS = ("键", "类别", "项目", "数值", "文字")

KEY: dict[str, str] = {
    PEOPLE: "姓名", CLIENTS: "客户编码", FOCUS: "期间", DAILY: "日报编号", URGENT: "报告编号", GIFTS: "申请编号", SURVEYS: "调查编号",
    COMPLAINTS: "投诉编号", PROPOSALS: "提案编号", SUPPORT: "服务编号",
}  # fmt: skip
REQUIRED: dict[str, tuple[str, ...]] = {
    PEOPLE: ("姓名", "岗位"), CLIENTS: ("客户编码", "客户名称", "地区", "性质", "规模"), FOCUS: ("层次", "期间"),
    DAILY: ("巡访日期", "巡访人", "客户编码", "巡访内容"), URGENT: ("报告日期", "客户编码", "事项类别", "问题经过"),
    GIFTS: ("申请日期", "申请人", "客户编码", "赠送事由", "数量", "单价"), SURVEYS: ("调查日期", "客户编码"),
    COMPLAINTS: ("受理日期", "客户编码", "投诉类型", "投诉内容"), PROPOSALS: ("提出日期", "客户编码", "提案内容"), SUPPORT: ("日期", "类别", "内容"),
}  # fmt: skip

UNITS = {
    "服务经验": "年", "管理经验": "年", "洽谈订货": "元", "承诺回款": "元", "单价": "元", "金额": "元", "用时": "天", "年交易额": "万元",
    "赊欠限额": "万元", "授信额度": "万元", "授信期限": "天", "应收余额": "元", "未到期": "元", "逾期金额": "元", "最长逾期": "天",
}  # fmt: skip
PROBLEM_STATES = SOLVED, HANDLING, REPORTED, NONE = ("已解决", "处理中", "已上报", "无")
RECONCILED = {"正常": CLEAN, FORCED: FORCED, REFUSED: REFUSED}
PLAN_LEVELS = ("年度", "季度", "月度")
APPROVED, REFUSED_GIFT = "同意", "不同意"
ACCEPTED, DECLINED = "采纳", "不采纳"
YES_NO = ("是", "否")
CHOICES: dict[str, Mapping[str, tuple[str, ...]]] = {
    PEOPLE: {"学历": ("专科以下", "专科", "本科", "研究生")},
    CLIENTS: {},
    FOCUS: {"层次": PLAN_LEVELS, "状态": ("草拟", "已批准")},
    DAILY: {
        "巡访方式": ("上门", "来访", "电话"), "巡访效果": ("显著", "一般", "未达目的"), "问题状态": PROBLEM_STATES,
        "合作态度": ("非常配合", "配合", "不配合"), "客户产品销售状况": ("非常好", "良好", "普通", "较差"),
        "企业经营状态": ("满负荷", "一般", "半停产"), "对账情况": tuple(RECONCILED), "附客户卡": YES_NO,
    },
    URGENT: {},
    GIFTS: {"审批结果": (APPROVED, REFUSED_GIFT)},
    SURVEYS: {},
    COMPLAINTS: {"客户确认": ("满意", "基本满意", "不满意")},
    PROPOSALS: {"提案类别": ("产品", "价格与政策", "交货物流", "服务", "合作方式", "其他"), "采纳情况": ("待评审", "采纳", "部分采纳", "不采纳")},
    SUPPORT: {"类别": ("技术支持", "技术培训", "讲座", "定期检修", "技术问题"), "重大技术问题": YES_NO, "客户评价": ("满意", "基本满意", "不满意")},
}  # fmt: skip


def survey_columns(items: tuple[str, ...]) -> tuple[str, ...]:
    return (*SURVEY_HEAD, *items, *SURVEY_TAIL)


def titled(header: str) -> str:
    """A header as it is printed, with its unit.

    >>> titled("洽谈订货"), titled("客户意见")
    ('洽谈订货(元)', '客户意见')
    """
    return f"{header}({UNITS[header]})" if header in UNITS else header


def list_name(sheet: str) -> str:
    """The list object of a sheet, as formulas call it."""
    return f"{sheet}清单"
