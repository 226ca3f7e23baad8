"""The script that a finance analyst would write for one branch workbook: openpyxl and pandas, the regulation's figures typed in.

It stands alone and rates for real, so that what it costs is what the same work costs by the usual means. It does less than
the tool: it neither compares with last quarter nor lists problems, and what a workbook has beyond openpyxl's model is lost.
"""

import re
from copy import copy
from datetime import date, datetime
from pathlib import Path

import pandas as pd
from openpyxl import load_workbook

PERIOD_START, PERIOD_END = date(2025, 10, 1), date(2026, 9, 30)
LICENCES = {"营业执照": 2, "税务登记证": 1, "特殊行业许可证": 1, "一般纳税人资格证": 2, "商标许可证": 1, "合同订单": 2, "委托加工证明": 1}
CERTIFICATES = {"ISO9000认证": 2, "ISO14000认证": 1, "银行信用级别": 1, "纳税信用级别": 1}
OPINIONS = {
    "合作态度": {"不配合": 0, "配合": 1, "非常配合": 2},
    "客户产品销售状况": {"较差": 0, "普通": 1, "良好": 2, "非常好": 5},
    "企业经营状态": {"半停产": 0, "一般": 1, "满负荷": 2},
    "员工平均工资水平": {"比较低": 0, "普通": 1, "比较高": 2, "非常高": 3},
}
BAD = {
    "拖延回款": {"无": 0, "客户不按照合同约定结算": -1, "客户承诺后也未按期付款": -2},
    "对账不良记录": {"无": 0, "被迫对账": -1, "拒绝对账": -3},
}
SALES = [(1000, False, 20), (800, True, 19), (600, True, 17), (400, True, 15), (200, True, 12), (100, True, 10), (0, False, 5)]
PROFIT = [(200, False, 20), (150, True, 18), (100, True, 15), (60, True, 10), (30, True, 8), (10, True, 6), (0, False, 5)]
PAID = [(1000, False, 30), (800, True, 25), (600, True, 22), (400, True, 20), (200, True, 15), (100, True, 10)]
LEVELS = [(90, "特级", "一级", 80), (80, "一级", "二级", 50), (70, "二级", "三级", 30), (60, "三级", "四级", 10), (None, "四级", "四级以下", 0)]
RATING_STEPS = [("市场部专人", "分析整理客户材料"), ("市场部经理", "提出初步等级"), ("财务部", "评定初步方案"), ("营销总监", "审批"), ("总经理", "审批")]
CREDIT_STEPS = [("市场部", "综合评级"), ("市场部", "提出额度与期限方案"), ("销售副总", "审核"), ("财务部", "审核"), ("财务副总经理", "审批"), ("总经理", "审批")]
LOW_STEPS = [("市场部", "综合评级"), ("市场部", "提出额度与期限方案"), ("销售副总", "控制额度")]
NEEDED = [*LICENCES, *CERTIFICATES, *OPINIONS, *BAD, "年交易额", "年赢利额", "年回款额", "企业设立年限", "首次交易日期", "业务类型"]


def band(value, bands, otherwise):
    for bound, included, points in bands:
        if value > bound or (included and value == bound):
            return points
    return otherwise


def years_points(years):
    return 3 if years > 5 else 2 if years >= 3 else 1 if years >= 1 else 0


def blank(value):
    return value is None or value == "" or value != value


def business_type(row):
    if row["业务类型"] != "混合":
        return row["业务类型"]
    return "A" if row["A类业务额"] > row["B类业务额"] else "B"


def months_traded(first):
    return (2026 - first.year) * 12 + 10 - first.month - (first.day > 1)


def read_table(sheet):
    """评估表 → DataFrame; headers stand in row 5, their units in brackets are left out."""
    rows = sheet.iter_rows(min_row=5, values_only=True)
    headers = [re.split(r"[\s((]", str(name))[0] for name in next(rows)]
    frame = pd.DataFrame([row for row in rows if not blank(row[0])], columns=headers)
    frame["首次交易日期"] = [day.date() if isinstance(day, datetime) else day for day in frame["首次交易日期"]]
    return frame.astype(object)


def add_scores(frame):
    frame["资料不全"] = frame[NEEDED].isna().any(axis=1) | (frame[NEEDED] == "").any(axis=1)
    frame["业务类别"] = [business_type(row) for row in frame.to_dict("records")]
    frame["新客户月数"] = [months_traded(first) if first >= PERIOD_START else 99 for first in frame["首次交易日期"]]
    days = [(PERIOD_END - first).days + 1 if months < 9 else 365 for first, months in zip(frame["首次交易日期"], frame["新客户月数"], strict=True)]
    frame["法律资质"] = sum((frame[name] == "具备") * points for name, points in LICENCES.items())
    frame["其他资质"] = sum((frame[name] == "具备") * points for name, points in CERTIFICATES.items())
    for part, source, bands, otherwise in (
        ("交易金额", "年交易额", SALES, 0), ("赢利贡献", "年赢利额", PROFIT, 0), ("回款总额", "年回款额", PAID, 5),
    ):
        frame[part] = [band(amount * 365 / count, bands, otherwise) for amount, count in zip(frame[source], days, strict=True)]
    frame["主观评价"] = sum(frame[name].map(points) for name, points in OPINIONS.items()) + frame["企业设立年限"].map(years_points)
    frame["不良记录"] = sum(frame[name].map(points) for name, points in BAD.items())
    parts = ["法律资质", "其他资质", "交易金额", "赢利贡献", "回款总额", "主观评价", "不良记录"]
    frame["得分"] = frame[parts].sum(axis=1).clip(0, 100)
    return frame


def rate(row):
    """Adds status, levels, limit and proposal to one row."""
    row.update(评级状态="已评级", 原级别=None, 级别=None, 赊欠限额=0, 建议额度=0, 建议期限=0, 送审额度=0, 调整=[], 额度依据="", 档=None)
    if row["资料不全"]:
        row.update(评级状态="资料不全", 额度依据="资料不全,执行现款管理")
        return row
    if row["法律资质"] == 0:
        row["调整"].append("无任何法律资质,不予评级,现款现货(第八条(1))")
    if row["新客户月数"] < 3:
        row["调整"].append(f"新开发客户交易满{row['新客户月数']}个月,不足3个月,不参与评级(第七条注a)")
    is_false = row["弄虚作假"] == "是"
    if row["调整"] or is_false:
        row["评级状态"] = "不予评级" if row["调整"] else "暂缓评级"
        if is_false:
            row["调整"].append("隐瞒、伪造资料,罚款5000元,重新评估前暂缓评级(第八条(7))")
    else:
        set_level(row)
    propose(row, cash_only=row["法律资质"] == 0 or is_false)
    return row


def set_level(row):
    base = next(i for i, level in enumerate(LEVELS) if level[0] is None or row["得分"] >= level[0])
    at = base
    if row["主观评价"] < 10:
        row["调整"].append(f"主观评价{row['主观评价']}分低于10分,下调1级(第八条(2))")
        at += 1
    if row["业务员垫支"] == "是":
        row["调整"].append("业务员代客户垫支,下调1级(第八条(3))")
        at += 1
    at = min(at, len(LEVELS) - 1)
    name = 1 if row["业务类别"] == "A" else 2
    row.update(原级别=LEVELS[base][name], 级别=LEVELS[at][name], 赊欠限额=LEVELS[at][3], 档=at)


def propose(row, cash_only):
    asked = 0 if blank(row["申请额度"]) else row["申请额度"]
    term = 90 if blank(row["申请期限"]) else int(row["申请期限"])
    if asked <= 0:
        row["额度依据"] = "未申请信用额度,执行现款管理(第十五条)"
    elif blank(row["合同编号"]):
        row["额度依据"] = "申请无合同编号,不予提出额度(第九条(3))"
    elif cash_only:
        row["额度依据"] = "现款现货,不授信"
    elif row["评级状态"] != "已评级":
        row.update(送审额度=asked, 建议期限=term, 额度依据=f"未参与评级,申请{asked}万元须另行报批(第十条(7))")
    elif row["档"] == len(LEVELS) - 1:
        row.update(送审额度=min(asked, 5), 建议期限=term, 额度依据="低于四级,由销售副总在5万元内控制(第十条(6))")
    else:
        amount = min(asked, row["赊欠限额"])
        row.update(建议额度=amount, 送审额度=amount, 建议期限=term, 额度依据=f"申请{asked}万元,限额{row['赊欠限额']}万元(第九条)")


def result_values(row):
    rated = row["评级状态"] == "已评级"
    parts = ["法律资质", "其他资质", "交易金额", "赢利贡献", "回款总额", "主观评价", "不良记录"]
    reason = f"得分{row['得分']}分,{row['业务类别']}业务评为{row['原级别']},赊欠限额{row['赊欠限额']}万元。" if rated else row["评级状态"]
    return [
        row["客户编码"], row["客户名称"], row["业务员"], None if row["资料不全"] else row["业务类别"],
        *((row[part] if rated else None) for part in parts), row["得分"] if rated else None, row["原级别"], ";".join(row["调整"]) or None,
        row["级别"], row["赊欠限额"], row["建议额度"], row["建议期限"], row["额度依据"], row["评级状态"], reason,
    ]  # fmt: skip


def route_values(row):
    rows = []
    if row["评级状态"] == "已评级":
        for number, (role, action) in enumerate(RATING_STEPS, 1):
            rows.append([row["客户编码"], row["客户名称"], "信用评级", number, role, f"{action}(第六条)", None, None, None])
    if row["送审额度"] > 0:
        low = row["档"] == len(LEVELS) - 1
        within = row["送审额度"] <= 50 and row["建议期限"] <= 90
        steps = LOW_STEPS if low else CREDIT_STEPS[:5] if within else CREDIT_STEPS
        for number, (role, action) in enumerate(steps, 1):
            head = [row["客户编码"], row["客户名称"], "四级以下授信" if low else "授信审批", number, role]
            rows.append([*head, f"{action}(第十条)", row["送审额度"], row["建议期限"], None])
    return rows


def write_rows(sheet, rows):
    """Into row 5 and below, every cell in the look of row 5; the table grows with them."""
    looks = [copy(sheet.cell(5, column)._style) for column in range(1, sheet.max_column + 1)]
    for number, values in enumerate(rows, 5):
        for column, look in enumerate(looks, 1):
            cell = sheet.cell(number, column)
            if column <= len(values):
                value = values[column - 1]
                cell.value = value.item() if hasattr(value, "item") else value
            cell._style = copy(look)
    for table in sheet.tables.values():
        first, last = table.ref.split(":")
        letters = last.rstrip("0123456789")
        table.ref = f"{first}:{letters}{max(5, 4 + len(rows))}"
        if table.autoFilter:
            table.autoFilter.ref = table.ref


def regenerate(source: Path, target: Path) -> list[list[object]]:
    """One branch workbook; gives the rows of 评级结果."""
    book = load_workbook(source)
    rows = [rate(row) for row in add_scores(read_table(book["评估表"])).to_dict("records")]
    results = [result_values(row) for row in rows]
    write_rows(book["评级结果"], results)
    write_rows(book["审批路线"], [values for row in rows for values in route_values(row)])
    book.save(target)
    return results
