"""What an export may call our columns, and what each of our tables takes from it: data in ``synonyms.toml``, read once."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from xl_credit.cells import folded
from xl_credit.quarter.columns import EVALUATION, MASTER_COLUMNS
from xl_credit.receivables.columns import COLLECTIONS, LAYOUT, OPTIONAL, ORDERS, REQUIRED, SHIPMENTS
from xl_credit.rules.errors import CreditError

ORDER, CUSTOMER = "订单", "客户"
KINDS = (SHIPMENTS, COLLECTIONS, CUSTOMER, ORDER)
CODE, NAME, AMOUNT, STATE, NOTE = "客户编码", "客户名称", "金额", "状态", "摘要"
DEBIT, CREDIT, SIDE, CURRENCY, TAX, RED, VOIDED, TYPE = "借方", "贷方", "方向", "币种", "税额", "红字", "作废", "单据类型"
DATES = frozenset(("发货日期", "回款日期", "下单日期", "到期日", "核销日期", "首次交易日期"))
DAYS, NUMBERS = frozenset(("账期", "优先级")), frozenset(("A类业务额", "B类业务额"))
_NOISE = re.compile(r"[()\[\]【】〔〕{}<>《》*＊:：·.。,、/\\|_\-—–\"'“”#№?？!！~]")

Ranks = tuple[tuple[str, ...], ...]


def header_key(label: str) -> str:
    """A header as names are compared: width, blanks, brackets and punctuation aside.

    >>> header_key(" 单据编号 * "), header_key("金额（本币）")
    ('单据编号', '金额本币')
    """
    return _NOISE.sub("", folded(label)).upper()


@dataclass(frozen=True)
class Target:
    """A table of ours that an export is turned into.

    ``names``: our column → what it may be called, in ranks, the best first. ``number``, ``day`` and ``amount`` are the columns that
    bear a document's number, its date and its money; empty where the table has none. ``sides`` are the account's own and its
    other side (借, 贷); ``foreign_types`` are words in 单据类型 by which a row belongs to another ledger.
    """

    kind: str
    sheet: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    names: Mapping[str, Ranks]
    number: str
    day: str
    amount: str
    sides: tuple[str, str] | None
    foreign_types: tuple[str, ...] = ()

    @property
    def is_money(self) -> bool:
        return bool(self.amount)


@dataclass(frozen=True)
class Rules:
    """The rest of the table: columns read beside ours, and what is known of some names."""

    beside: Mapping[str, Ranks]
    net: frozenset[str]
    maybe_net: frozenset[str]
    foreign: frozenset[str]
    home: frozenset[str]
    monthly: frozenset[str]
    order_states: Mapping[str, str]


@cache
def _data() -> dict:
    return tomllib.loads((resources.files("xl_credit.intake") / "synonyms.toml").read_text("utf-8"))


def _ranks(names: list) -> Ranks:
    return tuple(tuple(map(header_key, [name] if isinstance(name, str) else name)) for name in names)


@cache
def target(kind: str) -> Target:
    """The table for ``--as``; raises 「--as 为“…”;允许:发货台账、回款台账、客户、订单」."""
    kind = {"订单台账": ORDER, "评估表": CUSTOMER}.get(kind, kind)
    if kind not in KINDS:
        raise CreditError(f"--as 为“{kind}”", allowed="、".join(KINDS))
    sheet = {ORDER: ORDERS, CUSTOMER: EVALUATION}.get(kind, kind)
    columns = MASTER_COLUMNS if kind == CUSTOMER else tuple(dict.fromkeys((*LAYOUT[sheet], *OPTIONAL[sheet])))
    words, data = _data()["共用"] | _data()[kind]["列"], _data()[kind]
    names = {column: _ranks(words.get(column, [column])) for column in columns}
    if kind == CUSTOMER:
        return Target(kind, sheet, columns, (CODE, NAME), names, CODE, "", "", None)
    number, _, day, amount = REQUIRED[sheet]
    sides = tuple(data["借贷"]) if "借贷" in data else None
    others = tuple(_data()["规则"]["他类"].get(kind, ()))
    return Target(kind, sheet, columns, REQUIRED[sheet], names, number, day, amount, sides, others)


@cache
def rules() -> Rules:
    data = _data()["规则"]
    sets = [frozenset(map(header_key, data[name])) for name in ("不含税", "可能不含税", "原币", "本币", "每月重编")]
    beside = {name: _ranks(names) for name, names in _data()["旁列"].items()}
    states = {folded(word): ours for ours, words in _data()["订单状态"].items() for word in words}
    return Rules(beside, *sets, states)
