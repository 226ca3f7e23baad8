"""The sheets and headers of ledgers and receivables reports: the one place where they are spelled."""

from collections.abc import Sequence

# what people keep: (required columns, columns that are read where they are there)
SHIPMENTS, COLLECTIONS, RECONCILIATIONS, ORDERS, REQUESTS, CONTRACTS, GRANTS = LEDGERS = (
    "发货台账", "回款台账", "对账记录", "订单台账", "发货申请", "合同台账", "授信台账",
)  # fmt: skip
REQUIRED: dict[str, tuple[str, ...]] = {
    SHIPMENTS: ("发货单号", "客户编码", "发货日期", "金额"),
    COLLECTIONS: ("回款单号", "客户编码", "回款日期", "金额"),
    RECONCILIATIONS: ("客户编码", "季度", "回签日期"),
    ORDERS: ("订单号", "客户编码", "下单日期", "金额"),
    REQUESTS: ("申请单号", "客户编码", "申请日期", "金额"),
    CONTRACTS: ("合同编号", "客户编码", "合同金额"),
    GRANTS: ("客户编码", "类别", "额度", "生效日期", "批准岗位"),
}
OPTIONAL: dict[str, tuple[str, ...]] = {
    SHIPMENTS: ("客户名称", "业务员", "账期", "到期日", "合同编号", "订单号", "分期", "冲减单号", "状态", "摘要"),
    COLLECTIONS: ("客户名称", "核销单号", "核销日期", "状态", "摘要"),
    RECONCILIATIONS: ("客户名称", "发出日期", "客户确认余额", "结果", "经办人", "摘要"),
    ORDERS: ("客户名称", "合同编号", "优先级", "状态", "摘要"),
    REQUESTS: ("客户名称", "订单号", "优先级", "发货单号", "状态", "摘要"),
    CONTRACTS: ("客户名称", "业务员", "签订日期", "截止日期", "账期", "状态", "摘要"),
    GRANTS: ("客户名称", "期限", "截止日期", "批准人", "批准日期", "原因", "状态"),
}
CURRENCY, HOME_CURRENCY = "币种", frozenset(("", "人民币", "人民币元", "RMB", "CNY", "元", "本位币"))  # read wherever amounts of 元 stand
# the columns as they stand in the template, in reading order
LAYOUT: dict[str, tuple[str, ...]] = {
    SHIPMENTS: ("发货单号", "客户编码", "客户名称", "发货日期", "金额", "账期", "到期日", "合同编号", "订单号", "分期", "冲减单号", "状态", "摘要"),
    COLLECTIONS: ("回款单号", "客户编码", "客户名称", "回款日期", "金额", "核销单号", "核销日期", "状态", "摘要"),
    RECONCILIATIONS: ("客户编码", "客户名称", "季度", "发出日期", "回签日期", "客户确认余额", "结果", "经办人", "摘要"),
    ORDERS: ("订单号", "客户编码", "客户名称", "下单日期", "金额", "合同编号", "优先级", "状态", "摘要"),
    REQUESTS: ("申请单号", "客户编码", "客户名称", "申请日期", "金额", "订单号", "优先级", "发货单号", "状态", "摘要"),
    CONTRACTS: ("合同编号", "客户编码", "客户名称", "业务员", "签订日期", "合同金额", "截止日期", "账期", "状态", "摘要"),
    GRANTS: ("客户编码", "客户名称", "类别", "额度", "期限", "生效日期", "截止日期", "批准岗位", "批准人", "批准日期", "原因", "状态"),
}
VOID = "作废"
ORDER_STATES = ("待审", "已放行", "已发货", "已取消", VOID)
REQUEST_STATES = ("待审", "已发货", "已取消", VOID)
LINE_STATES = ("有效", "红字", VOID)
GRANT_KINDS = ("授信", "临时增加")
RECONCILED_STATES = ("相符", "不符已调节", "不符", "拒绝")

# what the tool writes
AGEING, DETAIL, BRIDGE, ALERTS, GATE, GOALS, TRACKING, PENALTIES, MOVEMENTS, STATEMENT = REPORTS = (
    "账龄表", "账龄明细", "账龄变动", "预警", "放行审核", "四项目标", "合同跟踪", "罚息", "往来明细", "对账单",
)  # fmt: skip
CHOOSER = "客户编码(请选择)"  # in 对账单, two cells left of the code
BASIS_LABEL = "口径:"  # how the line begins that says how the ageing was made

AGEING_HEAD, AGEING_TAIL = ("客户编码", "客户名称", "业务员"), ("逾期合计", "逾期占比", "最长逾期", "未核销", "余额")
DETAIL_COLUMNS = (
    "客户编码", "客户名称", "业务员", "发货单号", "分期", "合同编号", "发货日期", "到期日", "到期日依据", "金额", "未收金额", "天数",
    "账龄区间", "六个月期满日", "摘要",
)  # fmt: skip
BRIDGE_COLUMNS = ("账龄区间", "期初", "新增发货", "收回", "转入", "转出", "期末")
ALERT_COLUMNS = ("类别", "客户编码", "客户名称", "业务员", "发货单号", "发货日期", "到期日", "金额", "天数", "说明", "条文")
ALERT_KEYS, NOTE_KEPT = ("类别", "客户编码", "发货单号"), ("处理说明",)
GATE_COLUMNS = (
    "审核", "单号", "客户编码", "客户名称", "业务员", "日期", "优先级", "金额", "应收余额", "未发货订单", "本批已放行", "授信额度", "可用额度",
    "授信期限", "超期金额", "超期天数", "决定", "放行金额", "理由", "条文", "例外处理",
)  # fmt: skip
GATE_KEYS, GATE_KEPT = ("审核", "单号", "客户编码"), ("例外批准人", "例外岗位", "例外原因", "例外日期", "例外截止日", "处理说明")
GOAL_COLUMNS = ("目标", "应达", "应计户数", "达标户数", "完成率", "未达标户数", "条文")
SHORTFALL_COLUMNS = ("未达目标", "客户编码", "客户名称", "业务员", "原因", "金额")
TRACKING_COLUMNS = (
    "合同编号", "客户编码", "客户名称", "业务员", "合同金额", "已发货", "未发货", "已收回", "未收金额", "下次到期日", "超期天数", "合同状态",
    "说明",
)  # fmt: skip
PENALTY_COLUMNS = (
    "责任人", "客户编码", "客户名称", "性质", "起日", "止日", "天数", "余额", "允许额度", "超额金额", "日罚息率", "罚息", "依据", "条文",
)  # fmt: skip
MOVEMENT_COLUMNS = ("客户编码", "客户名称", "序号", "日期", "类别", "单号", "核销单号", "到期日", "应收增加", "应收减少", "余额", "摘要")

UNITS = {
    "金额": "元", "账期": "天", "合同金额": "元", "客户确认余额": "元", "额度": "万元", "期限": "天", "逾期合计": "元", "未核销": "元",
    "余额": "元", "最长逾期": "天", "未收金额": "元", "期初": "元", "新增发货": "元", "收回": "元", "转入": "元", "转出": "元", "期末": "元",
    "应收余额": "元", "未发货订单": "元", "本批已放行": "元", "授信额度": "元", "可用额度": "元", "授信期限": "天", "超期金额": "元",
    "超期天数": "天", "放行金额": "元", "已发货": "元", "未发货": "元", "已收回": "元", "允许额度": "元", "超额金额": "元", "罚息": "元",
    "应收增加": "元", "应收减少": "元",
}  # fmt: skip
WRAPPED = frozenset(
    ("客户名称", "说明", "理由", "条文", "例外处理", "例外原因", "处理说明", "原因", "依据", "摘要", "到期日依据")
)  # printed over several lines where the text is long


def titled(header: str) -> str:
    """A header as it is printed, with its unit.

    >>> titled("金额"), titled("摘要")
    ('金额(元)', '摘要')
    """
    return f"{header}({UNITS[header]})" if header in UNITS else header


def ageing_columns(labels: Sequence[str]) -> tuple[str, ...]:
    """账龄表: the customer, a column per bucket under its label, and what they come to."""
    return (*AGEING_HEAD, *labels, *AGEING_TAIL)
