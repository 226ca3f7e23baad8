"""The script that an analyst would write for an ageing: pandas, collections merged by the shipment they name, the rest FIFO.

It stands alone and does the same work by the usual means: reads both ledgers, ages them as of a day, writes 账龄表 and 账龄明细
with the same columns. It lists no problems, checks nothing that was typed, and writes plain sheets.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

AS_OF = pd.Timestamp("2026-09-30")
DEFAULT_TERM = 90
EDGES, LABELS = [-np.inf, 0, 30, 60, 90, 180, np.inf], ["未到期", "1–30", "31–60", "61–90", "91–180", ">180"]
SHIPMENT_DATES, COLLECTION_DATES = ["发货日期", "到期日"], ["回款日期", "核销日期"]
TEXTS = dict.fromkeys(["发货单号", "客户编码", "合同编号", "订单号", "分期", "冲减单号", "摘要", "回款单号", "核销单号", "状态"], str)
DETAIL = ["客户编码", "客户名称", "发货单号", "分期", "合同编号", "发货日期", "到期日", "到期日依据", "金额(元)", "未收金额(元)", "天数", "账龄区间",
          "六个月期满日", "摘要"]  # fmt: skip


def read(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """发货台账 and 回款台账, of a workbook or of two CSV files."""
    if path.suffix == ".csv":
        shipments = pd.read_csv(path, dtype=TEXTS, parse_dates=SHIPMENT_DATES)
        other = path.with_name(path.name.replace("发货台账", "回款台账"))
        return shipments, pd.read_csv(other, dtype=TEXTS, parse_dates=COLLECTION_DATES)
    sheets = pd.read_excel(path, sheet_name=["发货台账", "回款台账"], engine="calamine", dtype=TEXTS)
    return sheets["发货台账"], sheets["回款台账"]


def prepare(shipments: pd.DataFrame, collections: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lines that count on the day, amounts in whole 分, due dates filled, bounced collections put on what they had paid."""
    shipments = shipments[(shipments["状态"] != "作废") & (shipments["发货日期"] <= AS_OF)].copy()
    collections = collections[(collections["状态"] != "作废") & (collections["回款日期"] <= AS_OF)].copy()
    for frame in (shipments, collections):
        frame["分"] = (frame["金额(元)"] * 100).round().astype("int64")
    shipments["到期日依据"] = np.where(shipments["到期日"].notna(), "台账到期日", "本行账期")
    terms = pd.to_timedelta(shipments["账期(天)"].fillna(DEFAULT_TERM), unit="D")
    shipments["到期日"] = shipments["到期日"].fillna(shipments["发货日期"] + terms)
    bounced = (collections["分"] < 0) & collections["核销单号"].isna()
    paid = collections[collections["分"] > 0].drop_duplicates("回款单号").set_index("回款单号")["核销单号"]
    collections.loc[bounced, "核销单号"] = collections.loc[bounced, "回款单号"].map(paid)
    return shipments, collections


def age(shipments: pd.DataFrame, collections: pd.DataFrame, matched: bool, settle: Callable) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Open shipments with their bucket; what of each customer's money is unapplied (negative); each customer's balance."""
    shipments, collections = prepare(shipments, collections)
    credits = shipments[shipments["分"] < 0]
    notes = pd.DataFrame({"客户编码": credits["客户编码"], "单号": credits["冲减单号"], "分": -credits["分"]})
    money = pd.DataFrame({"客户编码": collections["客户编码"], "单号": collections["核销单号"], "分": collections["分"]})
    if not matched:
        money["单号"] = np.nan
    paid = pd.concat([notes, money])
    named = paid[paid["单号"].notna()].groupby(["客户编码", "单号"])["分"].sum()
    free = paid[paid["单号"].isna()].groupby("客户编码")["分"].sum()
    free = free.add(named[named < 0].groupby("客户编码").sum(), fill_value=0)
    named = named[named > 0].rename("已核销").reset_index()

    debits = shipments[shipments["分"] > 0].sort_values(["客户编码", "到期日", "发货单号", "发货日期", "分期"])
    debits = debits.merge(named, how="left", left_on=["客户编码", "发货单号"], right_on=["客户编码", "单号"])
    before = debits.groupby(["客户编码", "发货单号"])["分"].cumsum() - debits["分"]  # instalments take their money in turn
    settled = (debits["已核销"].fillna(0).astype("int64") - before).clip(lower=0)
    debits["未收"] = debits["分"] - np.minimum(settled, debits["分"])
    debits = settle(debits, free.astype("int64"))

    debits = debits[debits["未收"] > 0].copy()
    debits["天数"] = (AS_OF - debits["到期日"]).dt.days
    debits["账龄区间"] = pd.cut(debits["天数"], EDGES, labels=LABELS)
    balance = shipments.groupby("客户编码")["分"].sum().sub(collections.groupby("客户编码")["分"].sum(), fill_value=0)
    unapplied = balance.sub(debits.groupby("客户编码")["未收"].sum(), fill_value=0)
    return debits, unapplied, balance


def by_customer(debits: pd.DataFrame, free: pd.Series) -> pd.DataFrame:
    """What names no shipment, put on each customer's open lines in turn: the loop that one writes first."""
    return debits.groupby("客户编码").apply(fifo, free.to_dict()).reset_index(level=0)


def fifo(lines: pd.DataFrame, free: dict[str, int]) -> pd.DataFrame:
    """One customer's open amounts, due first, less the money that names no shipment."""
    money, left = free.get(lines.name, 0), []
    for fen in lines["未收"]:
        used = min(max(money, 0), fen)
        left.append(fen - used)
        money -= used
    return lines.assign(未收=left)


def all_at_once(debits: pd.DataFrame, free: pd.Series) -> pd.DataFrame:
    """The same without a loop, by running totals: what somebody at home in pandas makes of it later."""
    before = debits.groupby("客户编码")["未收"].cumsum() - debits["未收"]
    money = debits["客户编码"].map(free).fillna(0).astype("int64") - before
    return debits.assign(未收=debits["未收"] - np.minimum(money.clip(lower=0), debits["未收"]))


SETTLING = {"apply": by_customer, "cumsum": all_at_once}


def tables(debits: pd.DataFrame, unapplied: pd.Series, balance: pd.Series, names: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    """账龄表 and 账龄明细 in 元."""
    table = debits.pivot_table(index="客户编码", columns="账龄区间", values="未收", aggfunc="sum", fill_value=0, observed=False)
    table = table.reindex(balance.index, fill_value=0)
    table.columns = LABELS
    total = table.sum(axis=1)
    table["逾期合计(元)"] = total - table["未到期"]
    table["逾期占比"] = (table["逾期合计(元)"] / total.where(total > 0)).fillna(0).round(4)
    table["最长逾期(天)"] = debits.groupby("客户编码")["天数"].max().clip(lower=0).reindex(table.index, fill_value=0)
    table["未核销(元)"], table["余额(元)"] = unapplied, balance
    table = table[(total > 0) | (table["未核销(元)"] != 0)].sort_values("余额(元)", ascending=False)
    money = [*LABELS, "逾期合计(元)", "未核销(元)", "余额(元)"]
    table[money] = table[money] / 100
    table.insert(0, "客户名称", names.reindex(table.index))
    detail = debits.assign(**{"未收金额(元)": debits["未收"] / 100, "六个月期满日": debits["发货日期"] + pd.DateOffset(months=6)})
    return table.reset_index(), detail[DETAIL]


def run(source: Path, target: Path, matched: bool, settle: Callable = by_customer) -> int:
    """The whole: read, age, write; gives the number of open shipments."""
    shipments, collections = read(source)
    names = pd.concat([shipments, collections]).drop_duplicates("客户编码").set_index("客户编码")["客户名称"]
    table, detail = tables(*age(shipments, collections, matched, settle), names)
    with pd.ExcelWriter(target, engine="xlsxwriter", datetime_format="yyyy-mm-dd") as book:
        table.to_excel(book, sheet_name="账龄表", index=False)
        detail.to_excel(book, sheet_name="账龄明细", index=False)
    return len(detail)
