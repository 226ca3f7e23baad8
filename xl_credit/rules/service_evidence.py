"""第七条(3)⑥⑦: what visits show of a customer, as proposals for 主观评价 and 不良记录. A person accepts them; nothing here rates."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from xl_credit.rules.ledger import in_yuan
from xl_credit.rules.service_figures import ServicePolicy

COOPERATION, PRODUCT_SALES, OPERATION = OBSERVED = ("合作态度", "客户产品销售状况", "企业经营状态")
LATE_PAYMENT, RECONCILIATION = "拖延回款", "对账不良记录"
BROKEN_PROMISE, REFUSED, FORCED, CLEAN = "客户承诺后也未按期付款", "拒绝对账", "被迫对账", "无"
_SUBJECTIVE, _BAD = "第七条(3)⑥", "第七条(3)⑦"


@dataclass(frozen=True, slots=True)
class Seen:
    """What one visit showed of an item: ``state`` in the 评估表's words; ``where`` is its cell."""

    code: str
    item: str
    state: str
    day: date
    where: str


@dataclass(frozen=True, slots=True)
class Promise:
    """A payment promised in a visit, in 分, due on ``due``."""

    code: str
    fen: int
    made: date
    due: date
    where: str


@dataclass(frozen=True, slots=True)
class Advice:
    """A proposal for one item of the 评估表, the sources it rests on, and why."""

    code: str
    item: str
    present: str
    proposed: str
    basis: str
    sources: tuple[str, ...]
    article: str


def advise_observed(policy: ServicePolicy, seen: Iterable[Seen], present: Mapping[tuple[str, str], str]) -> list[Advice]:
    """第七条(3)⑥: where most of enough visits agree on another state than the 评估表 has; of equally many the later counts.

    第七条(3)⑦ 对账: one refusal is enough, since it is what happened and not how somebody looked at it; the worst counts.
    """
    grouped: dict[tuple[str, str], list[Seen]] = {}
    for one in seen:
        grouped.setdefault((one.code, one.item), []).append(one)
    found = [_reconciled(key, mine, present) if key[1] == RECONCILIATION else _most(policy, key, mine, present) for key, mine in grouped.items()]
    return [one for one in found if one is not None]


def _most(policy: ServicePolicy, key: tuple[str, str], mine: Sequence[Seen], present: Mapping[tuple[str, str], str]) -> Advice | None:
    if len(mine) < policy.least_records:
        return None
    times = Counter(one.state for one in mine)
    latest = {one.state: one.day for one in sorted(mine, key=lambda one: one.day)}
    state = max(times, key=lambda name: (times[name], latest[name]))
    was = present.get(key, "")
    if state == was or key not in present:
        return None
    shown = "、".join(f"{name}{count}次" for name, count in times.most_common())
    sources = tuple(one.where for one in mine if one.state == state)
    return Advice(*key, was, state, f"{len(mine)}次巡访记录:{shown};最近{latest[state]}", sources, _SUBJECTIVE)


def _reconciled(key: tuple[str, str], mine: Sequence[Seen], present: Mapping[tuple[str, str], str]) -> Advice | None:
    states = [one.state for one in mine]
    state = REFUSED if REFUSED in states else FORCED if FORCED in states else CLEAN
    was = present.get(key, "")
    if state in (CLEAN, was) or was == REFUSED or key not in present:
        return None
    rows = [one for one in mine if one.state == state]
    days = "、".join(str(one.day) for one in rows)
    return Advice(*key, was, state, f"巡访中{state}{len(rows)}次({days})", tuple(one.where for one in rows), _BAD)


def broken(policy: ServicePolicy, promise: Promise, collected: Iterable[tuple[date, int]], as_of: date) -> int | None:
    """第七条(3)⑦: 分 short of a promise on its last day (with the policy's grace); ``None`` while that has not passed.

    What came in from the day of the promise on counts for it.
    """
    last = promise.due + timedelta(days=policy.promise_grace_days)
    if as_of <= last:
        return None
    came = sum(fen for day, fen in collected if promise.made <= day <= last)
    return max(0, promise.fen - came)


def advise_promises(
    policy: ServicePolicy, promises: Iterable[Promise], collected: Mapping[str, Sequence[tuple[date, int]]],
    present: Mapping[tuple[str, str], str], as_of: date,
) -> list[Advice]:  # fmt: skip
    """第七条(3)⑦ 拖延回款: customers whose money came short of what they had promised; only of those who have a ledger."""
    short: dict[str, list[tuple[Promise, int]]] = {}
    for one in promises:
        if one.code in collected:
            missing = broken(policy, one, collected[one.code], as_of)
            if missing:
                short.setdefault(one.code, []).append((one, missing))
    found = []
    for code, mine in short.items():
        was = present.get((code, LATE_PAYMENT))
        if was is not None and was != BROKEN_PROMISE:
            basis = ";".join(f"{one.made}承诺{one.due}前付{in_yuan(one.fen)},到期少付{in_yuan(missing)}" for one, missing in mine)
            found.append(Advice(code, LATE_PAYMENT, was, BROKEN_PROMISE, basis, tuple(one.where for one, _ in mine), _BAD))
    return found
