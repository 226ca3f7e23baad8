"""The customers of the fictitious company: who they are, and what a quarter's 评估表 says of each.

Every customer draws from a generator seeded with its own code, so that one more customer changes no other.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from random import Random

from xl_credit.quarter.columns import AMOUNTS, BAD_ITEMS, CERTIFICATES, LICENCES, SUBJECTIVE_ITEMS
from xl_credit.rules.quarter import Quarter

SEED = "华鼎2026"
BRANCHES = {"华东": ("HD", 90), "华南": ("HN", 70), "西南": ("XN", 45)}
BEFORE, NOW = Quarter(2026, 2), Quarter(2026, 3)
NEW_OF, GONE_OF = 15, 22  # of so many customers one is new in the later quarter, one was there only in the earlier

_PLACES = {
    "华东": ("宁波", "温州", "常州", "嘉兴", "南通", "芜湖", "台州", "镇江", "扬州", "绍兴", "徐州", "金华"),
    "华南": ("佛山", "东莞", "中山", "惠州", "江门", "泉州", "漳州", "汕头", "柳州", "海口", "湛江", "肇庆"),
    "西南": ("绵阳", "德阳", "遵义", "曲靖", "宜宾", "泸州", "玉溪", "南充", "涪陵", "安顺", "乐山", "大理"),
}
_STYLES = ("晟", "鼎", "恒", "瑞", "泰", "嘉", "融", "锦", "远", "宏", "正", "博"), ("源", "达", "丰", "和", "盛", "诚", "骏", "禾", "川", "益")
_TRADES = ("五金制品", "机电设备", "建材", "纺织", "食品", "包装材料", "化工原料", "电子科技", "医疗器械", "农资", "家居用品", "汽配", "商贸", "塑胶")
_KINDS = ("有限公司", "有限公司", "有限责任公司", "股份有限公司", "商行", "经营部")
_SELLERS = {
    "华东": ("周敏", "沈国强", "陆佳怡", "顾文斌", "朱晓峰", "钱丽"),
    "华南": ("陈志伟", "黄丽娟", "梁浩", "林静", "何俊杰"),
    "西南": ("杨帆", "罗小兰", "唐建军", "冉琴"),
}

_HELD = dict.fromkeys((*LICENCES, *CERTIFICATES), "具备")
_CLEAN = dict.fromkeys(BAD_ITEMS, "无") | {"业务员垫支": "否", "弄虚作假": "否", "重点客户": "否", "业务类型": "A"}
_OPINIONS_15 = dict(zip(SUBJECTIVE_ITEMS, ("非常配合", "非常好", "满负荷", 8, "非常高"), strict=True))
_OPINIONS_10 = dict(zip(SUBJECTIVE_ITEMS, ("配合", "良好", "满负荷", 6, "比较高"), strict=True))
_FEW = {"ISO14000认证": "无", "纳税信用级别": "未年检"}  # leaves 3 of the 5 points of 其他资质


def _profile(sales: float, profit: float, collections: float, *others: Mapping[str, object]) -> dict[str, object]:
    merged = _HELD | _CLEAN | dict(zip(AMOUNTS, (sales, profit, collections), strict=True))
    for other in others:
        merged |= other
    return merged


PROFILES: dict[str, dict[str, object]] = {  # points: A's level, limit
    "优": _profile(1260, 265.5, 1180, _OPINIONS_15),  # 100: 特级, 80
    "良": _profile(720, 126.8, 860, _OPINIONS_10),  # 10+5+17+15+25+10+0 = 82: 一级, 50
    "中": _profile(655, 112, 468.2, _OPINIONS_10, _FEW),  # 10+3+17+15+20+10+0 = 75: 二级, 30
    "平": _profile(428, 66.6, 455, _OPINIONS_10, _FEW),  # 10+3+15+10+20+10+0 = 68: 三级, 10
    "弱": _profile(152, 18.5, 140, _OPINIONS_10, _FEW),  # 10+3+10+6+10+10+0 = 49: 四级, 0
}


def company_name(branch: str, code: str) -> str:
    """A name from the branch's places, stable for the code."""
    draw = Random(f"{SEED}-name-{code}")
    number = int(code.rpartition("-")[2])
    places, (first, second) = _PLACES[branch], _STYLES
    style = first[number % len(first)] + second[number // len(first) % len(second)]  # no two of a branch alike
    return f"{draw.choice(places)}{style}{draw.choice(_TRADES)}{draw.choice(_KINDS)}"


def _identity(branch: str, code: str) -> dict[str, object]:
    draw = Random(f"{SEED}-{code}")
    first_trade = date(2016, 1, 4) + timedelta(days=draw.randrange(3300))
    return {"客户编码": code, "客户名称": company_name(branch, code), "首次交易日期": first_trade, "业务员": draw.choice(_SELLERS[branch])}


def _state(draw: Random, quality: float, states: tuple[str, ...]) -> str:
    """One of the states, worst first; better ones with better quality."""
    place = quality * 0.75 + draw.random() * 0.45 - 0.1
    return states[max(0, min(len(states) - 1, int(place * len(states))))]


def _drawn(code: str) -> dict[str, object]:
    """A customer of no particular story."""
    draw = Random(f"{SEED}-drawn-{code}")
    quality = draw.betavariate(3.4, 1.3)
    record: dict[str, object] = {name: _licence(draw, quality, "未年检") for name in LICENCES[:4]}
    record |= {name: _licence(draw, quality, "无") for name in LICENCES[4:]}
    record |= {name: _state(draw, quality * draw.uniform(0.6, 1.2), ("无", "未年检", "具备", "具备")) for name in CERTIFICATES}
    sales = round(110 + 1550 * quality**1.6 * draw.uniform(0.5, 1.3), 2)
    record |= dict(zip(AMOUNTS, (sales, round(sales * draw.uniform(-0.01, 0.26), 2), round(sales * draw.uniform(0.72, 1.05), 2)), strict=True))
    record |= {
        "合作态度": _state(draw, quality, ("不配合", "配合", "非常配合")),
        "客户产品销售状况": _state(draw, quality, ("较差", "普通", "良好", "非常好")),
        "企业经营状态": _state(draw, quality, ("半停产", "一般", "满负荷", "满负荷")),
        "企业设立年限": draw.choice((0.5, 2, 3, 4, 5, 6, 8, 10, 12, 15)),
        "员工平均工资水平": _state(draw, quality, ("比较低", "普通", "比较高", "非常高")),
        "拖延回款": draw.choices(("无", "客户不按照合同约定结算", "客户承诺后也未按期付款"), (12, 2, 1))[0],
        "对账不良记录": draw.choices(("无", "被迫对账", "拒绝对账"), (14, 2, 1))[0],
        "业务员垫支": "是" if draw.random() < 0.04 else "否", "弄虚作假": "否", "重点客户": "是" if quality > 0.86 else "否",
    }  # fmt: skip
    return record | _business(draw, sales) | _request(draw, code, quality)


def _licence(draw: Random, quality: float, otherwise: str) -> str:
    return "具备" if draw.random() < 0.72 + 0.28 * quality else otherwise


def _business(draw: Random, sales: float) -> dict[str, object]:
    kind = draw.choices(("A", "B", "混合"), (6, 3, 1))[0]
    if kind != "混合":
        return {"业务类型": kind}
    of_a = round(sales * draw.uniform(0.2, 0.8), 2)
    return {"业务类型": kind, "A类业务额": of_a, "B类业务额": round(sales - of_a, 2)}


def _request(draw: Random, code: str, quality: float) -> dict[str, object]:
    if draw.random() > 0.62:
        return {}
    wanted = draw.choice((5, 8, 10, 20, 30, 50)) if quality < 0.8 else draw.choice((20, 30, 40, 50, 60, 80))
    return request(code, wanted, draw.choice((30, 45, 60, 60, 90)), draw.choices(("新增", "增加", "延期"), (7, 2, 1))[0])


def request(code: str, amount: object, days: int | None = 60, kind: str = "新增", *, contract: bool = True) -> dict[str, object]:
    """What a customer asks for, on a contract unless told."""
    number = f"HT-2026-{code.replace('-', '')}" if contract else ""
    return {"申请额度": amount, "申请期限": days, "申请类型": kind, "合同编号": number}


def _drifted(code: str, record: dict[str, object]) -> dict[str, object]:
    """The same customer a quarter later: amounts move, now and then an opinion or a licence does."""
    draw = Random(f"{SEED}-drift-{code}")
    factor = draw.uniform(0.78, 1.3)
    moved = record | {name: round(record[name] * factor * draw.uniform(0.95, 1.05), 2) for name in AMOUNTS}
    if draw.random() < 0.12:
        moved |= {"客户产品销售状况": draw.choice(("较差", "普通", "良好", "非常好"))}
    if draw.random() < 0.06:
        moved |= {"纳税信用级别": "未年检"}
    if record["业务类型"] == "混合":
        moved |= {name: round(record[name] * factor, 2) for name in ("A类业务额", "B类业务额")}
    return moved


def _ordinary(branch: str, code: str, number: int, quarter: Quarter) -> dict[str, object] | None:
    """A customer without a telling case; ``None`` in a quarter in which it is not (yet, any more) a customer."""
    is_new, is_gone = number % NEW_OF == 8, number % GONE_OF == 13
    if quarter == BEFORE:
        return None if is_new else _identity(branch, code) | _drawn(code)
    if is_gone and not is_new:
        return None
    record = _identity(branch, code) | _drifted(code, _drawn(code))
    if is_new:
        days = Random(f"{SEED}-new-{code}").randrange(150)
        record |= {"首次交易日期": date(2026, 4, 2) + timedelta(days=days)}
        record |= {name: round(record[name] * (181 - days) / 365, 2) for name in AMOUNTS}
    return record


def customers(branch: str, quarter: Quarter, cases: Iterable) -> list[dict[str, object]]:
    """The rows of a branch's 评估表 in the quarter, by code; ``cases`` take their customers' places."""
    prefix, count = BRANCHES[branch]
    telling: dict[str, list] = {}
    for case in cases:
        telling.setdefault(case.code, []).append(case)
    rows = []
    for number in range(1, count + 1):
        code = f"{prefix}-{number:04d}"
        if code in telling:
            rows += [row for case in telling[code] if (row := case.record(_identity(branch, code), quarter)) is not None]
        elif (row := _ordinary(branch, code, number, quarter)) is not None:
            rows.append(row)
    return rows
