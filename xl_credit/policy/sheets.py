"""The policy workbook's sheets and columns, and every single figure's place: declared once, for reading, writing and checking."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from xl_credit.cells import folded, parse_decimal, parse_number, parse_whole
from xl_credit.rules.errors import CreditError

VERSIONS, PARTS_SHEET, BANDS, LEVELS, ADJUSTMENTS, AUTHORITY, DAYS, OTHERS = (
    "版本", "评分项目", "评分档次", "等级与限额", "调整规则", "审批权限", "账龄与天数", "其他参数",
)  # fmt: skip

_TAIL = ("单位", "条文", "生效日期")
COLUMNS: dict[str, tuple[str, ...]] = {
    VERSIONS: ("版本", "生效日期", "核定人", "状态", "说明"),
    PARTS_SHEET: ("版本", "项目", "最低分", "最高分", "评分依据", *_TAIL),
    BANDS: ("版本", "项目", "内容", "档次", "下限", "含下限", "上限", "含上限", "分值", *_TAIL),
    LEVELS: ("版本", "得分下限", "得分上限", "A业务等级", "B业务等级", "赊欠限额", *_TAIL),
    ADJUSTMENTS: ("版本", "规则", "数值", "说明", *_TAIL),
    AUTHORITY: ("版本", "路线", "步骤", "岗位", "事项", "可终审", "额度上限", "期限上限", *_TAIL),
    DAYS: ("版本", "参数", "数值", "说明", *_TAIL),
    OTHERS: ("版本", "参数", "数值", "说明", *_TAIL),
}  # fmt: skip
NAME_COLUMN = {ADJUSTMENTS: "规则", DAYS: "参数", OTHERS: "参数"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A single figure: the sheet and row name it stands under, the field of ``Policy`` it fills, and how it is read."""

    sheet: str
    name: str
    field: str
    unit: str
    article: str
    note: str
    parse: Callable[[object], object]


def _rate(value: object) -> Decimal:
    number = parse_decimal(value)
    if not 0 <= number < 1:
        raise CreditError(f"值为“{value}”", allowed="0到1之间的日利率,如0.0005")
    return number


def _amount(value: object) -> Decimal:
    number = parse_decimal(value)
    if number < 0:
        raise CreditError(f"值为“{value}”", allowed="不小于0的数字")
    return number


def _bounds(value: object) -> tuple[int, ...]:
    written = folded(value).replace("、", ",").replace("/", ",").replace(",", ",")
    bounds = tuple(parse_whole(part) for part in written.split(","))
    if list(bounds) != sorted(set(bounds)) or not bounds or bounds[0] <= 0:
        raise CreditError(f"值为“{value}”", allowed="由小到大的天数,如 30,60,90,180")
    return bounds


def _business(value: object) -> str:
    written = folded(value)
    if written not in ("A", "B"):
        raise CreditError(f"值为“{value}”", allowed="A、B")
    return written


FIGURES: tuple[Figure, ...] = (
    Figure(ADJUSTMENTS, "不参与评级的新客户月数", "unrated_months", "个月", "第七条注a", "交易不足此月数的新客户不参与评级", parse_whole),
    Figure(ADJUSTMENTS, "视同全年的新客户月数", "whole_year_months", "个月", "第七条注b、c", "达到此月数按实际额,不足的折算为年额", parse_whole),
    Figure(ADJUSTMENTS, "全年折算天数", "year_days", "天", "第七条注b", "折算年额=实际额×此天数÷实际天数", parse_whole),
    Figure(ADJUSTMENTS, "主观评价下调线", "subjective_floor", "分", "第八条(2)", "主观评价低于此分下调级别", parse_number),
    Figure(ADJUSTMENTS, "主观评价下调级数", "subjective_drop", "级", "第八条(2)", "", parse_whole),
    Figure(ADJUSTMENTS, "业务员垫支下调级数", "advance_drop", "级", "第八条(3)", "业务员自行代客户垫支款项", parse_whole),
    Figure(ADJUSTMENTS, "混合业务相等时的类型", "mixed_tie", "", "第八条(4)", "两类业务额相等时按此类型评价", _business),
    Figure(ADJUSTMENTS, "弄虚作假罚款", "falsification_fine_yuan", "元", "第八条(7)", "隐瞒、伪造客户资料的罚款", _amount),
    Figure(DAYS, "账龄区间上限", "ageing_bounds_days", "天", "第四条、第十三条", "逾期天数分档,含上限", _bounds),
    Figure(DAYS, "未回款月数", "unpaid_months", "个月", "第四条(2)", "自发货起满此月数未回款", parse_whole),
    Figure(DAYS, "未回款预警天数", "unpaid_warning_days", "天", "第四条(2)", "提前预警", parse_whole),
    Figure(DAYS, "到期提醒天数", "due_warning_days", "天", "第十三条", "到期前提醒业务人员", parse_whole),
    Figure(DAYS, "授信到位月数", "in_force_months", "个月", "第十七条", "批准后到位的期限", parse_whole),
    Figure(DAYS, "默认授信期限", "default_term_days", "天", "第十条(5)", "未填申请期限时采用", parse_whole),
    Figure(OTHERS, "年度授信预算", "annual_budget", "万元", "第九条(4)", "授信总额度不得超过", _amount),
    Figure(OTHERS, "低于四级额度上限", "low_level_cap", "万元", "第十条(6)", "由销售副总控制的额度", _amount),
    Figure(OTHERS, "日罚息率", "daily_penalty_rate", "每天", "第二十条", "超出信用部分×日罚息率×天数", _rate),
    Figure(OTHERS, "放行容差", "gate_tolerance_yuan", "元", "第十一条、第十二条", "放行审核的容差,报表不用", _amount),
    # 政策 sheets in branch workbooks are looked up by row: a new figure goes to the end
    Figure(DAYS, "对账期限", "reconcile_within_days", "天", "第四条(3)", "季末后此天数内客户回签为及时对账", parse_whole),
)  # fmt: skip
