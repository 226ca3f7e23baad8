"""Telling customers of the ledgers, second part: limits and who gave them, gates, penalties, contracts, reconciliations."""

from sample_ageing_cases import MANAGED, NOT_RECONCILED
from sample_ledger_lines import (
    FD,
    GM,
    XS,
    LedgerCase,
    contract,
    increase,
    limit,
    on,
    order,
    pay,
    request,
    ship,
    signed,
)

_USUAL = ship(1, on(8, 20), 100000, on(10, 19))  # where the case is not about the shipment

CREDIT_CASES: tuple[LedgerCase, ...] = (
    LedgerCase("HD-0020", "本季级别下降,余额超过新级别的限额", (
        ship(1, on(8, 18), 400000, on(10, 17)), ship(2, on(9, 5), 250000, on(11, 4)),
    ), {"未到期": 650000}, {1: (400000, -17), 2: (250000, -35)}, (("超额度", None, 150000, 0),),
        misses=(MANAGED,), says=(("预警", "一级限额50万元"),), grants=(limit(70, 60, on(11, 10, 2025), GM),)),
    LedgerCase("HD-0049", "上季级别已降,季中超过限额,业务员担罚息", (
        ship(1, on(7, 20), 300000, on(9, 18)), ship(2, on(8, 10), 250000, on(10, 9)), pay(1, on(9, 1), 300000, 1),
    ), {"未到期": 250000}, {2: (250000, -9)}, penalties=(("周敏", "降级超额", on(8, 10), on(8, 31), 550),),
        grants=(limit(60, 60, on(10, 20, 2025), GM),)),
    LedgerCase("HD-0088", "临时增加季中到期,自行失效", (
        ship(1, on(7, 10), 300000, on(9, 8)), ship(2, on(7, 25), 150000, on(9, 23)), pay(1, on(9, 8), 300000, 1),
        pay(2, on(9, 22), 150000, 2), ship(3, on(9, 24), 100000, on(11, 23)),
    ), {"未到期": 100000}, {3: (100000, -54)}, penalties=(
        ("沈国强", "例外超额", on(7, 25), on(8, 15), 1650), ("沈国强", "越权超额", on(8, 16), on(9, 7), 1725),
    ), grants=(limit(30), increase(20, on(7, 1), on(8, 15), FD, "旺季备货"))),
    LedgerCase("HD-0044", "销售副总越权批准临时增加,由其担罚息", (ship(1, on(8, 20), 350000, on(10, 19)),),
               {"未到期": 350000}, {1: (350000, -19)}, (("超额度", None, 150000, 0),),
               penalties=(("卢海生(销售副总)", "越权超额", on(8, 20), on(9, 30), 3150),), misses=(MANAGED,),
               problems=("销售副总(卢海生)越权批准临时增加",), grants=(limit(20), increase(20, on(8, 1), on(10, 31), XS, "老客户急单"))),
    LedgerCase("HD-0028", "降到四级以下,原批额度在5万元内有效", (ship(1, on(9, 10), 80000, on(11, 9)),),
               {"未到期": 80000}, {1: (80000, -40)}, (("超额度", None, 30000, 0),),
               misses=(MANAGED,), says=(("预警", "四级限额5万元"),), grants=(limit(10),)),
    LedgerCase("HD-0061", "超出五角:报表照列,容差只用于放行", (
        ship(1, on(8, 19), 200000.5, on(10, 18)),
    ), {"未到期": 200000.5}, {1: (200000.5, -18)}, (("超额度", None, 0.5, 0),),
        penalties=(("周敏", "越权超额", on(8, 19), on(9, 30), 0.01),), misses=(MANAGED,), grants=(limit(20),)),
    LedgerCase("HD-0015", "订单超出1元以内放行,其后没有额度", (
        ship(1, on(9, 2), 100000, on(11, 1)), order(1, on(9, 28), 100001), order(2, on(9, 29), 20000),
    ), {"未到期": 100000}, {1: (100000, -32)}, orders={1: "放行", 2: "暂停"}, grants=(limit(20),)),
    LedgerCase("HD-0045", "订单裁减到可用额度", (ship(1, on(8, 20), 220000, on(10, 19)), order(1, on(9, 28), 150000)),
               {"未到期": 220000}, {1: (220000, -19)}, orders={1: "裁减至80,000元"}, grants=(limit(30),)),
    LedgerCase("HD-0087", "有超期款:订单暂停,发货不放行", (
        ship(1, on(7, 12), 50000, on(9, 10)), order(1, on(9, 25), 60000), request(1, on(9, 29), 20000),
    ), {"1–30": 50000}, {1: (50000, 20)}, (("超期限", None, 50000, 20),), {1: "暂停"}, {1: "不予放行"},
        misses=(MANAGED,), grants=(limit(30),)),
    LedgerCase("HD-0073", "按优先级占用额度;季末之后的订单不审", (
        ship(1, on(9, 5), 200000, on(11, 4)), order(1, on(9, 10), 200000), order(2, on(9, 28), 150000, 2),
        order(3, on(9, 29), 100000, 1), order(4, on(10, 8), 10000, 1),
    ), {"未到期": 200000}, {1: (200000, -35)}, orders={3: "放行", 2: "放行", 1: "裁减至50,000元"}),
    LedgerCase("HD-0029", "已放行订单的发货不重复占用额度", (
        ship(1, on(9, 1), 100000, on(10, 31)), order(1, on(9, 15), 200000, state="已放行"),
        request(1, on(9, 28), 200000, 1), request(2, on(9, 29), 50000),
    ), {"未到期": 100000}, {1: (100000, -31)}, requests={1: "放行", 2: "不予放行"}, grants=(limit(30),)),
    LedgerCase("HD-0010", "已放行订单只计未发完的部分", (
        order(1, on(9, 3), 200000, state="已放行"), ship(1, on(9, 12), 80000, on(11, 11), 订单号=1), order(2, on(9, 29), 110000),
    ), {"未到期": 80000}, {1: (80000, -42)}, orders={2: "裁减至100,000元"}, grants=(limit(30),)),
    LedgerCase("HD-0056", "额度只见于上季审批路线", (ship(1, on(8, 20), 450000, on(10, 19)), order(1, on(9, 28), 50000)),
               {"未到期": 450000}, {1: (450000, -19)}, orders={1: "放行"}, grants=()),
    LedgerCase("HD-0067", "没有授信,现款", (ship(1, on(9, 3), 36000, on(9, 3)), pay(1, on(9, 3), 36000, 1), order(1, on(9, 28), 20000)),
               orders={1: "现款"}, says=(("放行审核", "第十五条"),), grants=()),
    LedgerCase("HD-0016", "法律资质0分,批过额度也只能现款", (
        ship(1, on(6, 20), 90000, on(8, 19)), pay(1, on(8, 19), 90000, 1), order(1, on(9, 26), 50000),
    ), orders={1: "现款"}, says=(("放行审核", "第八条(1)(7)"),)),
    LedgerCase("HN-0019", "四级以下,销售副总批5万元", (ship(1, on(8, 25), 48000, on(10, 24)), order(1, on(9, 29), 10000)),
               {"未到期": 48000}, {1: (48000, -24)}, orders={1: "裁减至2,000元"}, grants=(limit(5, role=XS),)),
    LedgerCase("HN-0056", "本季没有对账", (_USUAL,), {"未到期": 100000}, {1: (100000, -19)}, misses=NOT_RECONCILED, reconciled=()),
    LedgerCase("HN-0014", "对账单没有回签", (_USUAL,), {"未到期": 100000}, {1: (100000, -19)}, misses=NOT_RECONCILED,
               says=(("四项目标", "对账单未回签"),), reconciled=(signed(None, ""),)),
    LedgerCase("XN-0036", "客户拒绝对账", (_USUAL,), {"未到期": 100000}, {1: (100000, -19)}, misses=NOT_RECONCILED,
               says=(("四项目标", "客户拒绝对账"),), reconciled=(signed(on(10, 12), "拒绝"),)),
    LedgerCase("XN-0029", "对账迟3天回签", (_USUAL,), {"未到期": 100000}, {1: (100000, -19)}, misses=NOT_RECONCILED[1:],
               says=(("四项目标", "迟3天"),), reconciled=(signed(on(10, 18)),)),
    LedgerCase("XN-0034", "客户确认的余额不同", (_USUAL,), {"未到期": 100000}, {1: (100000, -19)},
               problems=("客户确认85,000元,台账100,000元,相差-15,000元",), reconciled=(signed(on(10, 12), "不符", 客户确认余额=85000),)),
    LedgerCase("XN-0015", "发货超过合同金额", (
        contract(2026, 300000), ship(1, on(8, 20), 200000, on(10, 19), 合同编号=2026), ship(2, on(9, 3), 130000, on(11, 2), 合同编号=2026),
    ), {"未到期": 330000}, {1: (200000, -19), 2: (130000, -33)}, contracts={2026: "超合同发货"}, says=(("合同跟踪", "发货超过合同金额30,000元"),)),
    LedgerCase("XN-0016", "合同款逾期", (contract(2026, 500000), ship(1, on(7, 15), 100000, on(9, 13), 合同编号=2026)),
               {"1–30": 100000}, {1: (100000, 17)}, (("超期限", None, 100000, 17),), contracts={2026: "逾期"}, misses=(MANAGED,)),
    LedgerCase("XN-0027", "合同已结清", (
        contract(2026, 150000), ship(1, on(5, 6), 150000, on(7, 5), 合同编号=2026), pay(1, on(7, 3), 150000, 1),
    ), contracts={2026: "已结清"}),
    LedgerCase("XN-0028", "合同没有登记;另一份到期未发货", (contract(2025, 200000, on(12, 31, 2025)), ship(1, on(8, 20), 70000, on(10, 19), 合同编号=2026)),
               {"未到期": 70000}, {1: (70000, -19)}, contracts={2025: "未发货", 2026: "无合同"}, says=(("合同跟踪", "合同台账中没有此合同"),)),
)  # fmt: skip
