"""A quarter of customer service of the fictitious company: service workbooks of its three branches under 客户服务/.

``TELLING_SERVICE`` names what each shows of one article; a test holds the commands to it. Every customer draws from generators
seeded with its own code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import sample_service_words as words
from sample_customers import _PLACES, _SELLERS, BRANCHES, NOW, SEED
from sample_handwork import PEOPLE

from xl_credit.books.book import Book
from xl_credit.forms import service_columns as c
from xl_credit.forms.service_workbook import build_service_workbook
from xl_credit.policy.sample import sample_policy
from xl_credit.policy.service import sample_service
from xl_credit.service.book import INPUTS, WRITTEN
from xl_credit.service.credit import read_credit
from xl_credit.service.plan_rows import PlanRow, in_quarter, read_plan
from xl_credit.service.planning import plan_quarter
from xl_credit.tables import find_table

Record = dict[str, object]

FOLDER, MONTH = "客户服务", "2026-09"
FIRST, LAST = NOW.first_day, NOW.end
REGIONS = {"华东": ("江苏安徽", "浙江"), "华南": ("广东", "福建广西海南"), "西南": ("四川重庆", "云南贵州")}
_SECOND = {"温州", "宁波", "嘉兴", "台州", "绍兴", "金华", "泉州", "漳州", "柳州", "海口", "遵义", "曲靖", "玉溪", "安顺", "大理"}
_LEADS = {"华东": "叶岚", "华南": "苏志明", "西南": "马晓琳"}
_CLERKS = {
    "华东": (("江苏安徽", "徐静"), ("江苏安徽", "丁磊"), ("浙江", "潘悦"), ("浙江", "袁杰")), "华南": (("广东", "邓慧"), ("广东", "叶志勇"), ("福建广西海南", "林佩")),
    "西南": (("四川重庆", "蒲琳"), ("云南贵州", "段勇")),
}  # fmt: skip
SHORT_OF_TECHNICIANS = {"云南贵州": 11}  # 第七条: one short of twelve
SALES_HEAD, TECH_HEAD = "贺晓东", "秦工"


@dataclass(frozen=True)
class Told:
    """A customer that shows an article: what its reports say, and what the commands must make of it."""

    branch: str
    code: str
    what: str
    article: str
    daily: Mapping[str, object] = field(default_factory=dict)
    advice: tuple[str, str] | None = None  # (item, proposed)
    problem: str = ""


TELLING_SERVICE: tuple[Told, ...] = (
    Told("华东", "HD-0018", "三次巡访都不配合", "第七条(3)⑥", {"合作态度": "不配合"}, ("合作态度", "不配合")),
    Told("华东", "HD-0020", "销售状况一直较差", "第七条(3)⑥", {"客户产品销售状况": "较差"}, ("客户产品销售状况", "较差")),
    Told("华东", "HD-0022", "承诺八月底付九百万元没有付清", "第七条(3)⑦", {"承诺回款": 9_000_000, "承诺回款日期": date(2026, 8, 31)}, ("拖延回款", "客户承诺后也未按期付款")),
    Told("华南", "HN-0009", "巡访中拒绝对账", "第七条(3)⑦", {"对账情况": "拒绝对账"}, ("对账不良记录", "拒绝对账")),
    Told("华南", "HN-0012", "企业半停产", "第七条(3)⑥", {"企业经营状态": "半停产"}, ("企业经营状态", "半停产")),
    Told("西南", "XN-0012", "客户意见像公式,仍是文字", "第九条(2)", {"客户意见": '=HYPERLINK("http://example.com","点此领奖")', "意见类别": "其他"}),
    Told("西南", "XN-0014", "已上报而没有紧急报告", "第十一条", {"主要问题": "批量退货要求", "问题状态": "已上报", "处理过程": "电话请示"}, problem="已上报而没有紧急报告"),
)  # fmt: skip


def draw(what: str, code: str) -> Random:
    return Random(f"{SEED}-service-{what}-{code}")


def people_of(branch: str) -> list[Record]:
    found: list[Record] = [
        {"姓名": _LEADS[branch], "岗位": "客户服务主管", "直接上级": SALES_HEAD, "学历": "本科", "服务经验": 8, "管理经验": 3},
        *({"姓名": name, "岗位": "客户服务专员", "地区": region, "直接上级": _LEADS[branch], "学历": "专科", "服务经验": 2 + place} for place, (region, name) in enumerate(_CLERKS[branch])),
        *({"姓名": name, "岗位": "业务员"} for name in _SELLERS[branch]),
        {"姓名": SALES_HEAD, "岗位": "销售部经理"}, {"姓名": TECH_HEAD, "岗位": "技术部门经理"},
        *({"姓名": PEOPLE[role], "岗位": role} for role in ("市场部专人", "市场部经理", "财务部", "销售副总")),
    ]  # fmt: skip
    number = 0
    for region in REGIONS[branch]:
        for _ in range(SHORT_OF_TECHNICIANS.get(region, 12)):
            found.append({"姓名": _person(f"{branch}-技术{number}"), "岗位": "技术人员", "地区": region, "直接上级": TECH_HEAD})
            number += 1
    if branch == "西南":
        found[2]["服务经验"] = 0.5  # 任职条件1 asks for a year
    return found


def _person(key: str) -> str:
    one = draw("name", key)
    return one.choice(words.FAMILY_NAMES) + one.choice(words.GIVEN_NAMES)


def clients_of(branch: str, customers: Sequence[Mapping[str, object]]) -> list[Record]:
    """客户档案: every customer of the 评估表 once, with what service people know of it."""
    seen, found = set(), []
    for row in customers:
        code, name = str(row["客户编码"]), str(row["客户名称"])
        if code in seen:
            continue
        seen.add(code)
        one, sales = draw("client", code), _amount(row["年交易额"])
        place = name[:2] if name[:2] in _PLACES[branch] else _PLACES[branch][0]
        found.append({
            "客户编码": code, "客户名称": name, "地区": REGIONS[branch][place in _SECOND],
            "性质": one.choices(("经销商", "零售商", "委托加工工厂", "消费者"), (6, 3, 2, 0.4))[0],
            "规模": "大型" if sales > 1000 else "中型" if sales > 500 else "小型" if sales > 150 else "微型", "业务员": row["业务员"],
            "联系人": _person(code), "联系电话": f"0000-{one.randrange(1000000, 9999999)}", "地址": f"{place}市{one.choice(words.STREETS)}{one.randrange(1, 400)}号",
            "经营项目": name[4:8] if len(name) > 10 else "综合贸易", "首次交易日期": row["首次交易日期"] if isinstance(row["首次交易日期"], date) else None,
        })  # fmt: skip
    return found


def _amount(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 500.0


def focus_of(branch: str) -> list[Record]:
    names = ("基本方针", "重点推销商品", "重点调查项目", "特别调查项目", "具体巡访活动安排")
    spans = (("年度", "2026", date(2025, 12, 22)), ("季度", str(NOW), date(2026, 6, 24)), *(("月度", f"2026-{month:02d}", date(2026, month - 1, 27)) for month in (7, 8, 9)))
    return [
        {"层次": level, "期间": period, **dict(zip(names, words.FOCUS[level], strict=True)), "制订人": _LEADS[branch], "制订日期": day,
         "审批人": SALES_HEAD, "审批日期": day + timedelta(days=2), "状态": "已批准"}
        for level, period, day in spans
    ]  # fmt: skip


def dailies_of(branch: str, rows: Sequence[PlanRow]) -> list[Record]:
    """巡访日报 of the planned visits: most on their day, some late, a few not made; and a few that nobody had planned."""
    told, found = {one.code: one for one in TELLING_SERVICE if one.branch == branch}, []
    for row in rows:
        one = draw("visit", row.number)
        chance = one.random()
        if chance > 0.9 and row.code not in told:
            continue  # not made
        late = one.randrange(4, 9) if chance > 0.8 else one.choice((0, 0, 0, 0, 1, 2))
        day = _working(row.day + timedelta(days=late))
        if day > LAST:
            continue
        found.append(_daily(row.code, day, row.visitor, row.number if one.random() < 0.85 else "", one, told.get(row.code)))
        if one.random() < 0.03:
            found.append(_daily(row.code, _working(day + timedelta(days=1)), row.visitor, "", one, None) | {"巡访内容": "客户来访,商谈订货", "巡访方式": "来访"})
    found = sorted((one for one in found if one["巡访日期"] <= LAST), key=lambda one: (one["巡访日期"], one["巡访人"], one["客户编码"]))
    for number, one in enumerate(found, 1):
        one["日报编号"] = f"RB{BRANCHES[branch][0]}-{number:04d}"
    if branch == "华南":
        found[40]["巡访日期"] = "9月31日"  # a day that does not exist: the row is named, the others count
    return found


def _working(day: date) -> date:
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def _daily(code: str, day: date, visitor: str, plan: str, one: Random, told: Told | None) -> Record:
    kind = one.choice(list(words.OPINIONS))
    record: Record = {
        "巡访日期": day, "上报日期": day + timedelta(days=one.choices((0, 1, 3), (14, 5, 1))[0]), "巡访人": visitor, "客户编码": code, "计划编号": plan,
        "巡访方式": one.choices(("上门", "电话"), (9, 1))[0], "巡访内容": one.choice(words.CONTENT), "巡访效果": one.choices(("显著", "一般", "未达目的"), (3, 6, 1))[0],
        "附客户卡": "是" if one.random() < 0.97 else "否", "合作态度": "", "问题状态": "无",
    }  # fmt: skip
    if one.random() < 0.55:
        record |= {"意见类别": kind, one.choice(("客户意见", "客户建议", "客户希望")): one.choice(words.OPINIONS[kind])}
    if one.random() < 0.35:
        record |= {"市场情况": one.choice(words.MARKET)}
    if one.random() < 0.25:
        record |= {"竞争对手情况": one.choice(words.RIVALS), "其他公司销售策略": one.choice(words.STRATEGIES)}
    if one.random() < 0.3:
        record |= {"洽谈订货": one.randrange(2, 60) * 5000}
    if one.random() < 0.16:
        what, handling, result = one.choice(words.PROBLEMS)
        record |= {"主要问题": what, "处理过程": handling, "处理结果": result, "问题状态": "已解决" if result else "处理中"}
    if one.random() < 0.6:
        record |= {"主管审阅": "已阅", "审阅日期": day + timedelta(days=2)}
    says = dict(told.daily) if told else {}
    return record if says.get("承诺回款日期", day) < day else record | says


def others_of(branch: str, clients: Sequence[Record]) -> dict[str, list[Record]]:
    """Urgent reports, gifts, surveys, complaints, proposals and support of the quarter."""
    prefix, lead, clerks = BRANCHES[branch][0], _LEADS[branch], [name for _, name in _CLERKS[branch]]
    one = draw("others", branch)
    codes = [str(client["客户编码"]) for client in clients]

    def some(count: int) -> list[tuple[int, str, date]]:
        return [(number, code, _working(FIRST + timedelta(days=one.randrange(84)))) for number, code in enumerate(one.sample(codes, count), 1)]

    urgent = []
    for number, code, day in some(4):
        matter = ("质量与技术", "交货", "货款与信用", "价格与竞争")[number - 1]
        answered = None if number == 4 else day + timedelta(days=1 if number < 3 else 4)
        urgent.append({"报告编号": f"JJ{prefix}-{number:02d}", "报告日期": day, "报告人": lead, "客户编码": code, "事项类别": matter, "问题经过": "巡访中发现,本单位不能自行解决",
                       "已采取措施": "已与客户沟通,稳住合作", "请求事项": "请明确处理意见", "答复内容": "同意所报办法" if answered else "", "答复人": SALES_HEAD if answered else "", "答复日期": answered})  # fmt: skip
    gifts = []
    for number, code, day in some(5):
        why, what, count, price = words.GIFTS[number - 1]
        approved = number != 4
        gifts.append({"申请编号": f"LP{prefix}-{number:02d}", "申请日期": day, "申请人": one.choice(clerks), "客户编码": code, "赠送事由": why, "礼品名称": what, "数量": count, "单价": price,
                      "审批结果": "同意" if approved else "", "审批人": (lead if number < 5 else SALES_HEAD) if approved else "", "审批日期": day + timedelta(days=1) if approved else None})  # fmt: skip
    surveys = [
        {"调查编号": f"DC{prefix}-{number:03d}", "调查日期": day, "调查人": one.choice(clerks), "客户编码": code,
         **{item: max(1, min(5, round(one.gauss(4 if number % 9 else 2, 0.7)))) for item in sample_service().survey_items},
         "客户意见": one.choice(words.OPINIONS[one.choice(list(words.OPINIONS))]) if one.random() < 0.5 else ""}
        for number, code, day in some(max(12, len(codes) // 4))
    ]  # fmt: skip
    complaints = []
    kinds = list(words.COMPLAINTS)
    for number, code, day in some(max(8, len(codes) // 7)):
        kind = one.choice(kinds)
        closed = None if number % 6 == 0 else day + timedelta(days=one.randrange(1, 9))
        complaints.append({"投诉编号": f"TS{prefix}-{number:03d}", "受理日期": day, "受理人": one.choice(clerks), "客户编码": code, "投诉类型": kind, "投诉内容": one.choice(words.COMPLAINTS[kind]),
                           "处理人": one.choice(clerks), "处理过程": "核实并与相关部门协调", "处理结果": "已补救,客户认可" if closed else "", "结案日期": closed if closed and closed <= LAST else None,
                           "客户确认": "满意" if closed and closed <= LAST else ""})  # fmt: skip
    proposals = [
        {"提案编号": f"TA{prefix}-{number:02d}", "提出日期": day, "客户编码": code, "提案类别": words.PROPOSALS[number - 1][0], "提案内容": words.PROPOSALS[number - 1][1], "受理人": one.choice(clerks),
         "采纳情况": words.PROPOSALS[number - 1][2], "评审意见": "" if words.PROPOSALS[number - 1][2] == "待评审" else "经销售部评审"}
        for number, code, day in some(6)
    ]  # fmt: skip
    supports = [
        {"服务编号": f"JS{prefix}-{number:02d}", "日期": day, "类别": words.SUPPORTS[number - 1][0], "客户编码": code, "地区": next(x["地区"] for x in clients if x["客户编码"] == code), "内容": words.SUPPORTS[number - 1][1],
         "重大技术问题": words.SUPPORTS[number - 1][2], "移交技术部门日期": day + timedelta(days=1) if words.SUPPORTS[number - 1][2] == "是" else None, "参加人数": words.SUPPORTS[number - 1][3],
         "结果": "已完成", "完成日期": day + timedelta(days=2), "客户评价": "满意"}
        for number, code, day in some(6)
    ]  # fmt: skip
    found = {c.URGENT: urgent, c.GIFTS: gifts, c.SURVEYS: surveys, c.COMPLAINTS: complaints, c.PROPOSALS: proposals, c.SUPPORT: supports}
    key_day = {c.URGENT: "报告日期", c.GIFTS: "申请日期", c.SURVEYS: "调查日期", c.COMPLAINTS: "受理日期", c.PROPOSALS: "提出日期", c.SUPPORT: "日期"}
    return {sheet: sorted(rows, key=lambda row, sheet=sheet: row[key_day[sheet]]) for sheet, rows in found.items()}


def make_service(out: Path, branch: str, customers: Sequence[Mapping[str, object]], before: Path) -> None:
    """One branch's service workbook: planned at the quarter's start, kept by people since. ``before`` holds last quarter's ratings."""
    policy, clients = sample_service(), clients_of(branch, customers)
    records = {c.PEOPLE: people_of(branch), c.CLIENTS: clients, c.FOCUS: focus_of(branch), **others_of(branch, clients)}
    credit, day = read_credit(branch, [before], sample_policy(), NOW.previous.end), NOW.previous.end
    target = out / f"{branch}客户服务.xlsx"
    with TemporaryDirectory() as temporary:
        bare = Path(temporary) / f"{branch}客户服务.xlsx"
        build_service_workbook(bare, policy, branch=branch, records={name: rows for name, rows in records.items() if name in (c.PEOPLE, c.CLIENTS, c.FOCUS)}, spare_share=10)
        book = Book(bare, WRITTEN, also=INPUTS)
        plan_quarter(book, branch, credit, policy, NOW, day)
        planned = Path(temporary) / "计划.xlsx"
        book.save(planned)
        rows = in_quarter(read_plan(Book(planned, (c.PLAN,)).grid(c.PLAN))[0], NOW)
        records[c.DAILY] = dailies_of(branch, rows)
        build_service_workbook(bare, policy, branch=branch, records=records, spare_share=25)
        book = Book(bare, WRITTEN, also=INPUTS)
        plan_quarter(book, branch, credit, policy, NOW, day)
        book.save(target)
    _by_hand(target)


def _by_hand(path: Path) -> None:
    """What the supervisor changed in the plan: a later day, another visitor, what is to be done."""
    book = Book(path, (c.PLAN,))
    table = find_table(book.grid(c.PLAN), c.PLAN_ORDER)
    rows = [(number, row) for number, row in table.body() if table.value(row, "计划编号")]
    changes = ((5, "具体安排", "带新品样册,约采购经理"), (11, "重点推销商品", "小包装系列"), (17, "备注", "与业务员同行"), (23, "确认", "是"))
    for place, header, value in changes:
        book.sheet(c.PLAN).set(rows[place][0], table.columns[header], value)
    book.save(path)
