"""The spreadsheet functions: the only place where they are declared. Every host builds what it shows and calls from this table."""

from xl_credit.hosts.declaring import Argument, Table, business, day, days, excess, fen, flag, limit, number, quarter, wan, word
from xl_credit.hosts.evaluation_rows import FULL, WITHOUT_REQUEST, rate_row
from xl_credit.rules import scoring
from xl_credit.rules.ageing import bucket_labels, bucket_of
from xl_credit.rules.alerts import is_unpaid_breach
from xl_credit.rules.approval import credit_route
from xl_credit.rules.approval import final_approver as last_of
from xl_credit.rules.errors import CreditError
from xl_credit.rules.gates import CASH, ORDER, SHIPMENT, decision_text, release
from xl_credit.rules.ledger import yuan
from xl_credit.rules.levels import credit_limit as limit_of
from xl_credit.rules.levels import downgrades, explain, level_row, lowered, plain
from xl_credit.rules.penalties import interest_fen
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.records import PartScores
from xl_credit.rules.scoring import annualised, annualised_days, total_score

TABLE = Table()
declare = TABLE.declare

ROWS = Argument("rows", "评估行", "评估表的一行或多行,从 客户编码 起的31列(或连申请共35列)", columns=(WITHOUT_REQUEST, FULL))
QUARTER = Argument("quarter", "季度", "如 2026Q3,或该季度的任一日期", quarter)
SCORE = Argument("score", "得分", "0到100分", number)
BUSINESS = Argument("business", "业务类型", "A 或 B", business)
LEVEL = Argument("level", "级别", "如 一级", word)
SUBJECTIVE = Argument("subjective", "主观评价得分", "低于10分下调一级(可省略)", number, optional=True)
ADVANCED = Argument("advanced", "业务员垫支", "是 或 否(可省略)", flag, optional=True)
LIMIT = Argument("amount", "额度", "万元", limit)
TERM = Argument("term", "期限", "天", days)
LOW = Argument("low_level", "低于四级", "是 或 否(可省略)", flag, optional=True)
AS_OF = Argument("as_of", "截止日", "日期,如 2026-09-30", day)


@declare("CREDIT_SCORE", "客户信用得分,0到100分", (
    Argument("rows", "评估行或七项得分", "评估表的行(31或35列),或七项得分(7列)", columns=(7, WITHOUT_REQUEST, FULL)),
    Argument("quarter", "季度", "如 2026Q3;给七项得分时可省略", quarter, optional=True),
), article="第七条(2)", unit="分", example='=CREDIT_SCORE(评估表!A6:AE6,"2026Q3")')  # fmt: skip
def credit_score(rows, quarter: Quarter | None, policy):
    if len(rows) == len(PartScores._fields):
        return total_score(PartScores(*map(number, rows)))
    return _rated(rows, quarter, policy).total


def _rated(rows, quarter, policy):
    """Raises where the customer is not rated: 「不予评级:…」 with the article."""
    rating = rate_row(rows, quarter, policy)
    if not rating.is_rated:
        raise CreditError(f"{rating.status}:{';'.join(map(str, rating.adjustments))}")
    return rating


@declare("LEGAL_SCORE", "法律资质得分,0到10分", (
    Argument("states", "七项证照", "营业执照、税务登记证、特殊行业许可证、一般纳税人资格证、商标许可证、合同订单、委托加工证明的状态", columns=(7,)),
), article="第七条(3)①", unit="分", example="=LEGAL_SCORE(评估表!I6:O6)")  # fmt: skip
def legal_score(states, policy):
    return scoring.legal_score(policy, tuple(map(word, states)))


@declare("OTHER_SCORE", "其他资质得分,0到5分", (
    Argument("states", "四项资质", "ISO9000认证、ISO14000认证、银行信用级别、纳税信用级别的状态", columns=(4,)),
), article="第七条(3)②", unit="分", example="=OTHER_SCORE(评估表!P6:S6)")  # fmt: skip
def other_score(states, policy):
    return scoring.other_score(policy, tuple(map(word, states)))


@declare("SALES_SCORE", "交易金额得分,0到20分", (Argument("sales", "年交易额", "万元", number),),
         article="第七条(3)③", unit="分", example="=SALES_SCORE(800)")  # fmt: skip
def sales_score(sales, policy):
    return scoring.sales_score(policy, sales)


@declare("PROFIT_SCORE", "赢利贡献得分,0到20分", (Argument("profit", "年赢利额", "万元", number),),
         article="第七条(3)④", unit="分", example="=PROFIT_SCORE(150)")  # fmt: skip
def profit_score(profit, policy):
    return scoring.profit_score(policy, profit)


@declare("COLLECTION_SCORE", "回款总额得分,5到30分", (Argument("collections", "年回款额", "万元", number),),
         article="第七条(3)⑤", unit="分", example="=COLLECTION_SCORE(1000)")  # fmt: skip
def collection_score(collections, policy):
    return scoring.collection_score(policy, collections)


@declare("SUBJECTIVE_SCORE", "主观评价得分,0到15分", (
    Argument("states", "五项评价", "合作态度、客户产品销售状况、企业经营状态、企业设立年限(年)、员工平均工资水平", columns=(5,)),
), article="第七条(3)⑥", unit="分", example="=SUBJECTIVE_SCORE(评估表!W6:AA6)")  # fmt: skip
def subjective_score(states, policy):
    *words, years, wages = states
    return scoring.subjective_score(policy, tuple(map(word, (*words, wages))), number(years))


@declare("BAD_RECORD_SCORE", "不良记录得分,-5到0分", (
    Argument("states", "两项记录", "拖延回款、对账不良记录", columns=(2,)),
), article="第七条(3)⑦", unit="分", example="=BAD_RECORD_SCORE(评估表!AB6:AC6)")  # fmt: skip
def bad_record_score(states, policy):
    return scoring.bad_record_score(policy, tuple(map(word, states)))


@declare("CREDIT_TIER", "得分对应的级别;给出主观评价和垫支时按第八条下调", (SCORE, BUSINESS, SUBJECTIVE, ADVANCED),
         article="第七条(4)、第八条(2)(3)", example='=CREDIT_TIER(85,"A")')  # fmt: skip
def credit_tier(score, business, subjective, advanced, policy):
    return policy.levels[_row(policy, score, subjective, advanced)].level(business)


def _row(policy, score, subjective, advanced):
    if not 0 <= score <= 100:
        raise CreditError(f"得分为{plain(score)}", allowed="0到100分", article="第七条(2)")
    floor = policy.subjective_floor if subjective is None else subjective
    return lowered(policy, level_row(policy, score), downgrades(policy, floor, bool(advanced)))


@declare("TIER_LIMIT", "级别对应的赊欠限额", (LEVEL, BUSINESS), article="第七条(4)、第八条(8)", unit="万元", example='=TIER_LIMIT("一级","A")')
def tier_limit(level, business, policy):
    return limit_of(policy, level, business)


@declare("CREDIT_LIMIT", "得分对应的赊欠限额;给出主观评价和垫支时按第八条下调", (SCORE, BUSINESS, SUBJECTIVE, ADVANCED),
         article="第七条(4)、第八条", unit="万元", example='=CREDIT_LIMIT(85,"A",9)')  # fmt: skip
def credit_limit(score, business, subjective, advanced, policy):
    return policy.levels[_row(policy, score, subjective, advanced)].limit


@declare("CREDIT_REASON", "评级的依据,一句话,注明条文", (ROWS, QUARTER), article="第七条、第八条",
         example='=CREDIT_REASON(评估表!A6:AE6,"2026Q3")')  # fmt: skip
def credit_reason(rows, quarter, policy):
    return explain(rate_row(rows, quarter, policy))


@declare("ANNUALIZED", "新客户的金额折算为年额;不需折算的原样", (
    Argument("amount", "金额", "万元", wan), Argument("first_trade", "首次交易日期", "日期", day), QUARTER,
), article="第七条注b、c", unit="万元", example='=ANNUALIZED(205,DATE(2026,7,1),"2026Q3")')  # fmt: skip
def annualized(amount, first_trade, quarter, policy):
    actual = annualised_days(policy, first_trade, quarter)
    return amount if actual is None else annualised(policy, amount, actual)


@declare("APPROVAL_ROUTE", "授信的审批路线,依次经过的岗位", (LIMIT, TERM, LOW), article="第十条", example="=APPROVAL_ROUTE(50,90)")
def approval_route(amount, term, low_level, policy):
    return "→".join(dict.fromkeys(step.step.role for step in credit_route(policy, amount, term, bool(low_level))))


@declare("FINAL_APPROVER", "授信的终审岗位", (LIMIT, TERM, LOW), article="第十条(5)(6)", example="=FINAL_APPROVER(60,90)")
def final_approver(amount, term, low_level, policy):
    return last_of(credit_route(policy, amount, term, bool(low_level)))


@declare("AGING_BUCKET", "账龄区间", (Argument("due", "到期日", "日期", day), AS_OF), article="第十三条",
         example="=AGING_BUCKET(DATE(2026,8,31),DATE(2026,9,30))")  # fmt: skip
def aging_bucket(due, as_of, policy):
    return bucket_labels(policy.ageing_bounds_days)[bucket_of((as_of - due).days, policy.ageing_bounds_days)]


@declare("SIX_MONTH_BREACH", "自发货起满六个月仍未回款:是 或 否", (Argument("shipped", "发货日期", "日期", day), AS_OF),
         article="第四条(2)", example="=SIX_MONTH_BREACH(DATE(2026,3,31),DATE(2026,10,1))")  # fmt: skip
def six_month_breach(shipped, as_of, policy):
    return is_unpaid_breach(policy, shipped, as_of)


@declare("RELEASE_CHECK", "订单或发货能否放行:放行、裁减至n元、暂停、不予放行、现款", (
    Argument("kind", "审核", "订单 或 发货", word), Argument("amount", "本单金额", "元", fen), Argument("limit", "授信额度", "元", fen),
    Argument("exposure", "已占用", "应收余额加已放行未发货的订单,元", fen), Argument("late", "超期金额", "超过授信期限的金额,元(可省略)", fen, optional=True),
), article="第十一条、第十二条、第十五条", example='=RELEASE_CHECK("订单",300000,500000,260000)')  # fmt: skip
def release_check(kind, amount, limit, exposure, late, policy):
    if kind not in (ORDER, SHIPMENT):
        raise CreditError(f"审核为“{kind}”", allowed=f"{ORDER}、{SHIPMENT}", article="第十一条、第十二条")
    room = limit - exposure
    return decision_text(CASH if limit <= 0 else release(policy, kind, amount, limit, room, late or 0, 0)[0], room)


@declare("OVERDUE_PENALTY", "罚息=超额金额×日罚息率×天数", (
    Argument("over", "超额金额", "元", excess), Argument("term", "天数", "天", days),
), article="第二十条", unit="元", example="=OVERDUE_PENALTY(50000,15)")  # fmt: skip
def overdue_penalty(over, term, policy):
    return yuan(interest_fen(over, policy.daily_penalty_rate, term))


@declare("POLICY_VERSION", "所用的政策版本及是否核定", (), article="政策", example="=POLICY_VERSION(政策!A6:M205)")
def policy_version(policy):
    return f"{policy.version}({policy.effective}起,{policy.status})" + (f" {policy.notice}" if policy.notice else "")
