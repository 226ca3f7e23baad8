"""Telling customers of the ledgers, first part: how old an amount is, what settles it, what is counted at all."""

from datetime import date

from sample_ledger_lines import GM, LedgerCase, before, contract, limit, on, order, pay, ship, signed

MANAGED, UNPAID = "信用管理完成率", "六个月未回款客户"
NOT_RECONCILED = ("季度对账完成率", "对账及时率")
_BOUNDS = (1, 30, 31, 60, 61, 90, 91, 180, 181)


def _ageing_bounds() -> LedgerCase:
    """One shipment on each side of each bound, 10,000 元 the first, 10,000 more each next, all payable within 30 days."""
    days = dict(enumerate(_BOUNDS, start=1))
    lines = tuple(ship(place, before(past + 30), place * 10000, before(past)) for place, past in days.items())
    return LedgerCase(
        "HD-0004", "每档的上限与下一档的第一天", lines,
        {"1–30": 30000, "31–60": 70000, "61–90": 110000, "91–180": 150000, ">180": 90000},
        {place: (place * 10000, past) for place, past in days.items()},
        (("六个月未回款", 8, 80000, 26), ("六个月未回款", 9, 90000, 27), ("超期限", None, 450000, 181)),
        misses=(MANAGED, UNPAID), grants=(limit(50, 30),),
    )  # fmt: skip


def bare(day: date) -> int:
    """A date as it stands in a cell without a date's look, in a workbook that counts from 1904."""
    return (day - date(1904, 1, 1)).days


def _spellings() -> LedgerCase:
    shipped, due = on(8, 20), on(10, 19)
    ways = ((shipped, due), ("2026年8月20日", "2026年10月19日"), ("20260820", "20261019"), ("2026/8/20", "2026/10/19"),
            (" 2026.8.20 ", "2026-10-19"), ("２０２６－８－２０", due), (bare(shipped), bare(due)))  # fmt: skip
    lines = tuple(ship(place, shipped_as, 10000, due_as) for place, (shipped_as, due_as) in enumerate(ways, start=1))
    open_lines = {place: (10000, -19) for place in range(1, len(ways) + 1)}
    return LedgerCase("XN-0005", "同一天的七种写法", lines, {"未到期": 70000}, open_lines)


AGEING_CASES: tuple[LedgerCase, ...] = (
    LedgerCase("HD-0002", "今日到期不算逾期", (ship(1, on(8, 1), 200000, on(9, 30)),),
               {"未到期": 200000}, {1: (200000, 0)}, (("即将到期", 1, 200000, 0),)),
    _ageing_bounds(),
    LedgerCase("HD-0012", "满六个月按历月、月末截齐;违约在次日", (
        ship(1, on(3, 29), 80000, on(10, 20)), ship(2, on(3, 30), 90000, on(10, 20)), ship(3, on(3, 31), 100000, on(10, 20)),
    ), {"未到期": 270000}, {1: (80000, -20), 2: (90000, -20), 3: (100000, -20)},
        (("六个月未回款", 1, 80000, 1), ("将满六个月", 2, 90000, 1), ("将满六个月", 3, 100000, 1)),
        misses=(UNPAID,), says=(("预警", "2026-09-30满6个月,还有1天违约"),), grants=(limit(30, 240, role=GM),)),
    LedgerCase("HD-0026", "30天内将满六个月;还有31天的不提醒", (
        ship(1, on(4, 29), 60000, on(10, 20)), ship(2, on(4, 30), 70000, on(10, 20)),
    ), {"未到期": 130000}, {1: (60000, -20), 2: (70000, -20)}, (("将满六个月", 1, 60000, 30),), grants=(limit(30, 240, role=GM),)),
    LedgerCase("HD-0058", "7天内到期;还有8天的不提醒", (ship(1, on(8, 8), 50000, on(10, 7)), ship(2, on(8, 9), 60000, on(10, 8))),
               {"未到期": 110000}, {1: (50000, -7), 2: (60000, -8)}, (("即将到期", 1, 50000, 7),)),
    LedgerCase("HD-0064", "作废的行不计,夹有空格也不计", (
        ship(1, on(8, 10), 120000, on(10, 9)), ship(2, on(8, 11), 999000, on(10, 10), 状态=" 作 废 "), pay(1, on(9, 5), 20000, 1),
        pay(2, on(9, 6), 50000, 1, 摘要="【作废】与上笔重复"), order(1, on(9, 25), 900000, 状态="作废 "),
    ), {"未到期": 100000}, {1: (100000, -9)}),
    LedgerCase("HD-0072", "红字与原发货同号,漏填负号", (
        ship(1, on(8, 20), 100000, on(10, 19)), ship(1, on(9, 2), 12000, 状态="红字", 摘要="短少退回"),
    ), {"未到期": 88000}, {1: (88000, -19)}, problems=("标为红字或退回而金额为正",)),
    LedgerCase("HD-0081", "红字写明冲减单号,不冲先到期的", (
        ship(1, on(8, 12), 60000, on(10, 11)), ship(2, on(8, 25), 90000, on(10, 24)),
        ship(3, on(9, 8), -15000, 冲减单号=2, 状态="红字", 摘要="质量折让"),
    ), {"未到期": 135000}, {1: (60000, -11), 2: (75000, -24)}),
    LedgerCase("HN-0016", "退票,恢复原账龄(同一回款单号)", (
        ship(1, on(2, 10), 150000, on(5, 11)), pay(1, on(5, 8), 150000, 1, 摘要="银行承兑汇票"), pay(1, on(7, 2), -150000, 摘要="票据退票"),
    ), {"91–180": 150000}, {1: (150000, 142)}, (("六个月未回款", 1, 150000, 51), ("超期限", None, 150000, 142)),
        misses=(MANAGED, UNPAID), grants=(limit(50, 90),), at={on(7, 1): {}, on(7, 2): {"31–60": 150000}}),
    LedgerCase("HN-0031", "冲回,恢复原账龄(写明发货单号)", (
        ship(1, on(6, 15), 80000, on(8, 14)), pay(1, on(8, 14), 80000, 1), pay(2, on(9, 1), -80000, 1, 摘要="错账冲回"),
    ), {"31–60": 80000}, {1: (80000, 47)}, (("超期限", None, 80000, 47),), misses=(MANAGED,), at={on(8, 31): {}}),
    LedgerCase("HN-0018", "分期付款,各期按各自到期日", (
        ship(1, on(7, 1), 60000, on(7, 15), 分期="1"), ship(1, on(7, 1), 60000, on(8, 31), 分期="2"),
        ship(1, on(7, 1), 60000, on(10, 31), 分期="3"), pay(1, on(7, 20), 90000, 1),
    ), {"未到期": 60000, "1–30": 30000}, {(1, "2"): (30000, 30), (1, "3"): (60000, -31)}, (("超期限", None, 30000, 30),),
        misses=(MANAGED,), grants=(limit(50, 120, role=GM),)),
    LedgerCase("HN-0033", "没有到期日:按本行账期,再按客户期限", (
        ship(1, on(8, 1), 40000, 账期=45), ship(2, on(8, 1), 50000),
    ), {"未到期": 50000, "1–30": 40000}, {1: (40000, 15), 2: (50000, 0)}, (("超期限", None, 40000, 15), ("即将到期", 2, 50000, 0)),
        misses=(MANAGED,), says=(("账龄明细", "本行账期"), ("账龄明细", "客户授信期限"))),
    LedgerCase("HN-0066", "没有到期日,客户也没有期限:按默认期限", (ship(1, on(7, 2), 30000),), {"未到期": 30000}, {1: (30000, 0)},
               (("即将到期", 1, 30000, 0),), says=(("账龄明细", "默认授信期限"),), grants=(limit(50, None),)),
    LedgerCase("HN-0045", "没有写明单号的回款,先到期的先核销", (
        ship(1, on(7, 1), 50000, on(9, 28)), ship(2, on(7, 20), 60000, on(9, 10)), pay(1, on(9, 15), 70000),
    ), {"1–30": 40000}, {1: (40000, 2)}, (("超期限", None, 40000, 2),), misses=(MANAGED,), grants=(limit(50, 90),)),
    LedgerCase("HN-0061", "多付的款列为未核销,不冲别的发货", (
        ship(1, on(7, 10), 80000, on(9, 8)), pay(1, on(9, 7), 100000, 1), ship(2, on(9, 1), 50000, on(10, 31)),
    ), {"未到期": 50000, "未核销": -20000}, {2: (50000, -31)}),
    LedgerCase("HN-0062", "核销单号是别家的发货:不跨客户核销", (
        ship(1, on(8, 20), 70000, on(10, 19)), pay(1, on(9, 10), 30000, "FHHN0061-01"),
    ), {"未到期": 70000, "未核销": -30000}, {1: (70000, -19)}, problems=("核销单号“FHHN0061-01”是客户HN-0061的发货单",)),
    LedgerCase("HN-0001", "季末之后的发货和回款不计;对账在期限最后一天回签", (
        ship(1, on(8, 25), 120000, on(10, 24)), pay(1, on(10, 8), 120000, 1), ship(2, on(10, 5), 60000, on(12, 4)),
    ), {"未到期": 120000}, {1: (120000, -24)}, reconciled=(signed(on(10, 15)),), at={on(10, 20): {"未到期": 60000}}),
    LedgerCase("HD-0013", "已不在评估表的客户还有欠款", (ship(1, on(5, 20), 60000, on(7, 19)),), {"61–90": 60000}, {1: (60000, 73)},
               (("超期限", None, 60000, 73),), misses=(MANAGED,), problems=("不在评估表",), grants=(limit(30),)),
    _spellings(),
    LedgerCase("XN-0030", "红字冲减后,发货未超过合同金额", (
        contract(2026, 100000), ship(1, on(8, 20), 110000, on(10, 19), 合同编号=2026),
        ship(2, on(9, 1), -10000, 冲减单号=1, 状态="红字", 摘要="退货"),
    ), {"未到期": 100000}, {1: (100000, -19)}, contracts={2026: "履行中"}),
)  # fmt: skip
