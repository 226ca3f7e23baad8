"""One customer's path over the quarters: what each snapshot says of it, and why it moved (第八条(5)(6))."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from xl_credit.cells import folded, parse_number
from xl_credit.history.contents import CUSTOMERS, OWED
from xl_credit.history.rerun import policy_of
from xl_credit.history.store import Snapshot
from xl_credit.quarter.record import RECORD_COLUMNS, Cell, read_facts
from xl_credit.receivables.rows import yuan_cell
from xl_credit.rules.changes import STOPPED, direction, why_moved
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import PARTS, Number
from xl_credit.rules.records import PartScores, PastRating

PATH_COLUMNS = (
    "季度", "分公司", "客户编码", "客户名称", "得分", "级别", "变动", "赊欠限额", "建议额度", "评级状态", "余额", "逾期", "原因", "政策", "快照",
)  # fmt: skip
UNCHANGED = "不变"
_LISTED = 12  # candidates named at most


@dataclass(frozen=True, slots=True)
class Seen:
    """A customer's row in a snapshot, by column; ``branch`` and its ``number`` there."""

    snapshot: Snapshot
    branch: str
    number: int
    row: dict[str, Cell]

    @property
    def code(self) -> str:
        return folded(self.row["客户编码"])

    @property
    def name(self) -> str:
        return folded(self.row["客户名称"])

    def figure(self, column: str) -> Number | None:
        value = self.row[column]
        return None if value is None else parse_number(value)

    def rating(self) -> PastRating:
        """What the quarter after it finds."""
        scores = [self.figure(name) for name in PARTS]
        parts = None if None in scores else PartScores(*scores)
        text = {name: self.row[name] or "" for name in ("客户编码", "客户名称", "评级状态", "业务类别", "调整")}
        return PastRating(
            text["客户编码"], text["客户名称"], text["评级状态"], text["业务类别"], self.row["级别"], parts, self.figure("得分"), text["调整"]
        )


def find_customer(snapshots: Sequence[Snapshot], wanted: str, branch: str = "") -> list[Seen]:
    """The rows of one customer in all snapshots, in their order: by its code, else its name, else a part of either.

    One customer is one code in one branch; in another branch it is the same where the name is the same too. Raises with the
    candidates where there are several, or with what there is where there is none.
    """
    key, everyone = folded(wanted), [seen for snapshot in snapshots for seen in _all_in(snapshot)]
    tests = (lambda one: one.code == key, lambda one: one.name == key, lambda one: key in one.name or key in one.code)
    matched = next((found for test in tests if (found := [one for one in everyone if test(one)])), []) if key else []
    codes = {one.code for one in matched}
    groups = _customers([one for one in everyone if one.code in codes])
    hit = set(map(id, matched))
    groups = [group for group in groups if any(id(one) in hit for one in group)]
    if branch:
        groups = [group for group in groups if any(folded(one.branch) == folded(branch) for one in group)]
    if len(groups) == 1:
        return groups[0]
    if not groups:
        where = f"分公司“{branch}”的" if branch else ""
        raise CreditError(f"{len(snapshots)}份快照中没有{where}客户“{wanted}”", allowed="客户编码、名称或名称的一部分")
    names = "、".join(_title(group[-1]) for group in groups[:_LISTED]) + ("……" if len(groups) > _LISTED else "")
    raise CreditError(f"“{wanted}”对应{len(groups)}个客户", allowed=f"其中一个的编码(同编码的加 --branch):{names}")


def _title(seen: Seen) -> str:
    return f"{seen.row['客户编码']} {seen.row['客户名称']}({seen.branch})"


def _all_in(snapshot: Snapshot) -> Iterator[Seen]:
    branches = [name for name, _, _ in snapshot.branches]
    for number, *values in snapshot.rows(CUSTOMERS):
        yield Seen(snapshot, branches[number - 1], number, dict(zip(RECORD_COLUMNS, values, strict=True)))


def _customers(rows: Iterable[Seen]) -> list[list[Seen]]:
    """Rows of the same code put together where branch or name is the same, directly or over other rows."""
    by_code: dict[str, list[Seen]] = {}
    for one in rows:
        by_code.setdefault(one.code, []).append(one)
    groups = [group for these in by_code.values() for group in _same(these)]
    return [sorted(group, key=lambda one: (one.snapshot.quarter.year, one.snapshot.quarter.number)) for group in groups]


def _same(rows: Iterable[Seen]) -> list[list[Seen]]:
    groups: list[list[Seen]] = []
    for one in rows:
        ours = [group for group in groups if any(one.name == other.name or folded(one.branch) == folded(other.branch) for other in group)]
        groups = [group for group in groups if group not in ours] + [[*(other for group in ours for other in group), one]]
    return groups


def path_records(rows: Sequence[Seen]) -> list[dict[str, object]]:
    """The path as objects under :data:`PATH_COLUMNS`; amounts of credit in 万元, 余额 and 逾期 in 元, ``None`` without ledgers."""
    earlier: list[Seen | None] = [None, *rows]
    return [_record(one, before) for one, before in zip(rows, earlier, strict=False)]


def _record(one: Seen, earlier: Seen | None) -> dict[str, object]:
    move, reason = _move(one, earlier)
    balance, overdue = _owed(one)
    row, snapshot = one.row, one.snapshot
    return {
        "季度": str(snapshot.quarter), "分公司": one.branch, "客户编码": row["客户编码"], "客户名称": row["客户名称"], "得分": one.figure("得分"),
        "级别": row["级别"], "变动": move, "赊欠限额": one.figure("赊欠限额"), "建议额度": one.figure("建议额度"), "评级状态": row["评级状态"],
        "余额": balance, "逾期": overdue, "原因": reason, "政策": snapshot.policy_text, "快照": snapshot.name,
    }  # fmt: skip


def _move(one: Seen, earlier: Seen | None) -> tuple[str | None, str | None]:
    """Which way it went and why: from last quarter as the run saw it, else from the snapshot before."""
    text = one.snapshot.facts_text(one.number)
    past, since = read_facts(text).past.get(one.code) if text else None, ""
    if past is None and earlier is not None and earlier.snapshot.quarter != one.snapshot.quarter:
        past, gone = earlier.rating(), earlier.snapshot.quarter
        since = "" if gone == one.snapshot.quarter.previous else f"较{gone}:"
    if past is None:
        return None, one.row["依据"]
    now, policy = one.rating(), policy_of(one.snapshot)
    way = direction(policy, past, now.level, policy.level_row.get((now.level, now.business)))
    why = one.row["依据"] or (now.adjustments if way == STOPPED else why_moved(past, now)) or ("政策档次变化" if way else "")
    move = f"{past.level or past.status}→{now.level or now.status} {way}" if way else UNCHANGED
    return move, f"{since}{why}" or None


def _owed(one: Seen) -> tuple[int | float | None, int | float | None]:
    if one.snapshot.branches[one.number - 1][2] != "是":
        return None, None
    owed = one.snapshot.rows(OWED, "分公司号", "客户编码", "余额(分)", "逾期(分)")
    found = ((balance, overdue) for number, code, balance, overdue in owed if number == one.number and folded(code) == one.code)
    balance, overdue = next(found, (0, 0))
    return yuan_cell(balance), yuan_cell(overdue)


def doubled(rows: Sequence[Seen]) -> list[str]:
    """Quarters for which several snapshots speak of the customer and none takes the other's place."""
    pairs = [(one, other) for one, other in pairwise(rows) if one.snapshot.quarter == other.snapshot.quarter and one.snapshot != other.snapshot]
    return [f"{one.snapshot.quarter}有互不承接的快照:{one.snapshot.path}、{other.snapshot.path},都已列出" for one, other in pairs]
