"""The branch workbook's sheets and headers, in the regulation's words: the one place where they are spelled."""

from xl_credit.rules.figures import PARTS

EVALUATION, RESULTS, ROUTES, CHANGES, CHECKS, FORM, POLICY_COPY = (
    "评估表", "评级结果", "审批路线", "级别变动", "核对", "客户信用评估表", "政策",
)  # fmt: skip

NOTE_LABEL, NOT_YET = "季度:", "尚未评级"  # how the note above each written table begins, and what it says before the first run

LICENCES = ("营业执照", "税务登记证", "特殊行业许可证", "一般纳税人资格证", "商标许可证", "合同订单", "委托加工证明")
CERTIFICATES = ("ISO9000认证", "ISO14000认证", "银行信用级别", "纳税信用级别")
AMOUNTS = ("年交易额", "年赢利额", "年回款额")
SUBJECTIVE_ITEMS = ("合作态度", "客户产品销售状况", "企业经营状态", "企业设立年限", "员工平均工资水平")
BAD_ITEMS = ("拖延回款", "对账不良记录")

MASTER_COLUMNS = ("客户编码", "客户名称", "业务类型", "A类业务额", "B类业务额", "首次交易日期", "重点客户", "业务员")
FLAG_COLUMNS = ("业务员垫支", "弄虚作假")
REQUEST_COLUMNS = ("申请额度", "申请期限", "申请类型", "合同编号")
EVALUATION_COLUMNS = (
    *MASTER_COLUMNS, *LICENCES, *CERTIFICATES, *AMOUNTS, *SUBJECTIVE_ITEMS, *BAD_ITEMS, *FLAG_COLUMNS, *REQUEST_COLUMNS,
)  # fmt: skip
BUSINESS_TYPES = ("A", "B", "混合")
REQUEST_TYPES = ("新增", "增加", "延期")

RESULT_COLUMNS = (
    "客户编码", "客户名称", "业务员", "业务类别", *PARTS, "得分", "原级别", "调整", "级别", "赊欠限额", "建议额度", "建议期限",
    "额度依据", "评级状态", "依据",
)  # fmt: skip
ROUTE_KEYS = ("客户编码", "路线", "步骤")
ROUTE_WRITTEN = ("客户编码", "客户名称", "路线", "步骤", "岗位", "权限依据", "送审额度", "送审期限", "到位期限")
ROUTE_KEPT = ("审批意见", "审批人", "审批日期", "状态")
CHANGE_COLUMNS = ("客户编码", "客户名称", "重点客户", "上季级别", "本季级别", "方向", "原因", "建议额度", "条文", "重点客户说明")
CHECK_COLUMNS = ("位置", "客户编码", "发现", "允许", "条文", "影响")
CHECK_KEPT = ("处理说明",)

WRAPPED = frozenset(
    ("客户名称", "调整", "依据", "额度依据", "权限依据", "审批意见", "原因", "重点客户说明", "发现", "允许", "影响", "处理说明", "条文")
)  # printed over several lines where the text is long

UNITS = {
    "A类业务额": "万元", "B类业务额": "万元", "年交易额": "万元", "年赢利额": "万元", "年回款额": "万元", "申请额度": "万元",
    "申请期限": "天", "赊欠限额": "万元", "建议额度": "万元", "建议期限": "天", "送审额度": "万元", "送审期限": "天",
    "企业设立年限": "年", "暂评限额": "万元", "折算天数": "天",
}  # fmt: skip


def titled(header: str) -> str:
    """A header as it is printed, with its unit.

    >>> titled("申请额度"), titled("客户名称")
    ('申请额度(万元)', '客户名称')
    """
    return f"{header}({UNITS[header]})" if header in UNITS else header


def wrapped(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the columns whose text may take several lines."""
    return tuple(header for header in columns if header in WRAPPED)
