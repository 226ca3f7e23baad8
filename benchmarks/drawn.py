"""Customers drawn by a seeded generator, as rows of the 评估表 and as the records that the rules take."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from xl_credit.quarter.columns import AMOUNTS, BAD_ITEMS, CERTIFICATES, LICENCES, SUBJECTIVE_ITEMS
from xl_credit.rules.figures import Policy
from xl_credit.rules.levels import rate
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.records import INCOMPLETE, Customer

BEFORE, NOW = Quarter(2026, 2), Quarter(2026, 3)
_FEN = Decimal("0.000001")
_OPINIONS = (
    ("不配合", "配合", "非常配合"), ("较差", "普通", "良好", "非常好"), ("半停产", "一般", "满负荷"),
    (0.5, 1, 2, 3, 4.5, 5, 6, 8, 12, 20), ("比较低", "普通", "比较高", "非常高"),
)  # fmt: skip
_RECORDS = (("无", "客户不按照合同约定结算", "客户承诺后也未按期付款"), ("无", "被迫对账", "拒绝对账"))
_SELLERS = ("周敏", "沈国强", "陆佳怡", "顾文斌", "陈志伟", "黄丽娟", "罗小兰", "唐建军")

Record = Mapping[str, object]


def drawn_record(draw: Random, code: str) -> dict[str, object]:
    """One customer's complete row: of every kind and every quality, some new, some on both businesses."""
    quality = draw.betavariate(3, 1.4)
    sales = round(20 + 1500 * quality**1.8 * draw.uniform(0.5, 1.3), 2)
    amounts = (sales, round(sales * draw.uniform(-0.02, 0.26), 2), round(sales * draw.uniform(0.7, 1.05), 2))
    record: dict[str, object] = {"客户编码": code, "客户名称": f"{code}号商贸有限公司", "业务员": draw.choice(_SELLERS)}
    record |= {name: "具备" if draw.random() < 0.7 + 0.3 * quality else "无" for name in LICENCES}
    record |= {name: "具备" if draw.random() < quality else draw.choice(("无", "未年检")) for name in CERTIFICATES}
    record |= dict(zip(AMOUNTS, amounts, strict=True))
    record |= {name: _better(draw, quality, states) for name, states in zip(SUBJECTIVE_ITEMS, _OPINIONS, strict=True)}
    record |= {name: draw.choices(states, (12, 2, 1))[0] for name, states in zip(BAD_ITEMS, _RECORDS, strict=True)}
    record |= {name: _yes(draw, share) for name, share in (("业务员垫支", 0.04), ("弄虚作假", 0.005))}
    record |= {"重点客户": "是" if quality > 0.86 else "否", "首次交易日期": _first_trade(draw)}
    return record | _business(draw, sales) | _request(draw, code)


def _better(draw: Random, quality: float, states: tuple) -> object:
    place = quality * 0.75 + draw.random() * 0.45 - 0.1
    return states[max(0, min(len(states) - 1, int(place * len(states))))]


def _yes(draw: Random, share: float) -> str:
    return "是" if draw.random() < share else "否"


def _first_trade(draw: Random) -> date:
    """Mostly years ago; every twelfth customer within the rating period, a few of those too lately to be rated."""
    if draw.random() < 0.08:
        return NOW.end - timedelta(days=draw.randrange(50, 360))
    return date(2015, 1, 5) + timedelta(days=draw.randrange(3600))


def _business(draw: Random, sales: float) -> dict[str, object]:
    kind = draw.choices(("A", "B", "混合"), (6, 3, 1))[0]
    if kind != "混合":
        return {"业务类型": kind}
    of_a = round(sales * draw.uniform(0.2, 0.8), 2)
    return {"业务类型": kind, "A类业务额": of_a, "B类业务额": round(sales - of_a, 2)}


def _request(draw: Random, code: str) -> dict[str, object]:
    if draw.random() > 0.62:
        return {}
    amount, days = draw.choice((5, 8, 10, 20, 30, 40, 50, 60, 80)), draw.choice((30, 45, 60, 90))
    return {"申请额度": amount, "申请期限": days, "申请类型": "新增", "合同编号": f"HT-{code}" if draw.random() < 0.97 else ""}


def branch_records(branch: str, count: int, quarter: Quarter) -> list[dict[str, object]]:
    """A branch's customers in a quarter: the later one has other amounts, one row in a hundred lacks a licence's state."""
    rows = []
    for index in range(1, count + 1):
        code = f"{branch}-{index:04d}"
        record = drawn_record(Random(f"{code}-drawn"), code)
        if quarter == NOW:
            draw = Random(f"{code}-later")
            factor = draw.uniform(0.75, 1.3)
            record |= {name: round(record[name] * factor, 2) for name in AMOUNTS}
            if draw.random() < 0.01:
                record["营业执照"] = None
        if record["首次交易日期"] <= quarter.end:
            rows.append(record)
    return rows


def customer_of(record: Record) -> Customer:
    """The record that the rules take."""
    get = record.get
    amount = {name: None if get(name) is None else Decimal(str(get(name))).quantize(_FEN) for name in _AMOUNT_HEADERS}
    return Customer(
        get("客户编码"), get("客户名称"), get("业务类型"), amount["A类业务额"], amount["B类业务额"], get("首次交易日期"), get("重点客户") == "是",
        get("业务员"), tuple(map(get, LICENCES)), tuple(map(get, CERTIFICATES)), *(amount[name] for name in AMOUNTS),
        get("合作态度"), get("客户产品销售状况"), get("企业经营状态"), Decimal(str(get("企业设立年限"))), get("员工平均工资水平"),
        *map(get, BAD_ITEMS), get("业务员垫支") == "是", get("弄虚作假") == "是", amount["申请额度"], get("申请期限"),
        get("申请类型", ""), get("合同编号", ""),
    )  # fmt: skip


_AMOUNT_HEADERS = ("A类业务额", "B类业务额", "申请额度", *AMOUNTS)


def provisional(policy: Policy, quarter: Quarter, record: Record) -> list[object]:
    """What the 评估表's formulas come to, as a spreadsheet program would have stored it."""
    if record["营业执照"] is None:
        return ["", "", *[0] * 6, "", "", 0, INCOMPLETE, ""]
    rating = rate(policy, customer_of(record), quarter)
    days = "" if rating.annualised_days is None else rating.annualised_days
    if not rating.is_rated:
        return [days, *map(int, rating.parts), "", "", 0, rating.status, ""]
    return [days, *map(int, rating.parts), int(rating.total), rating.level, int(rating.limit), rating.status, rating.row + 1]
