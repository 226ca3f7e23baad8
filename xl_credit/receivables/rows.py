"""The picture as the rows of the report sheets, in the columns' order; money in 元."""

from collections.abc import Iterable, Sequence
from datetime import date

from xl_credit.receivables.picture import Picture
from xl_credit.rules.ageing import bucket_labels
from xl_credit.rules.alerts import unpaid_until
from xl_credit.rules.bridge import Bridge, Movement
from xl_credit.rules.contracts import Track
from xl_credit.rules.gates import Verdict
from xl_credit.rules.goals import ARTICLES, UNPAID, Goal
from xl_credit.rules.ledger import FEN_IN_YUAN
from xl_credit.rules.penalties import Penalty
from xl_credit.rules.statements import CLOSING, OPENING, statement

Cells = list[object]
UNAPPLIED = "未核销"
GONE = "已无余额"
_UNKNOWN = "未登记"  # the salesperson of a customer that no sheet gives one


def yuan_cell(fen: int) -> int | float:
    """分 as a cell's number of 元; exact, since its shortest text is what is stored.

    >>> yuan_cell(12345), yuan_cell(-500)
    (123.45, -5)
    """
    return fen / FEN_IN_YUAN if fen % FEN_IN_YUAN else fen // FEN_IN_YUAN


def party(picture: Picture, code: str) -> Cells:
    """客户编码, 客户名称, 业务员."""
    line = picture.lines.get(code)
    return [picture.shown(code), line.name or None if line else None, line.salesperson or None if line else None]


def ageing_rows(picture: Picture) -> list[Cells]:
    """账龄表: customers with anything open or unapplied, the largest balance first."""
    shown = [one for one in picture.ageings if one.unapplied or any(one.buckets)]
    shown.sort(key=lambda one: (-one.balance, one.customer))
    return [[
        *party(picture, one.customer), *map(yuan_cell, one.buckets), yuan_cell(one.overdue_fen),
        round(one.overdue_fen / one.open_fen, 4) if one.open_fen else 0, max(0, one.oldest_days), yuan_cell(one.unapplied),
        yuan_cell(one.balance),
    ] for one in shown]  # fmt: skip


def detail_rows(picture: Picture) -> list[Cells]:
    """账龄明细: every open line, by customer and due date."""
    labels, rows = bucket_labels(picture.policy.ageing_bounds_days), []
    until: dict[date, date] = {}
    for one in picture.ageings:
        head = party(picture, one.customer)
        for item in one.items:
            line = item.shipment
            if line.shipped not in until:
                until[line.shipped] = unpaid_until(picture.policy, line.shipped)
            rows.append([
                *head, line.number or None, line.instalment or None, line.contract or None, line.shipped, line.due, line.due_basis,
                yuan_cell(line.fen), yuan_cell(item.fen), item.days, labels[item.bucket], until[line.shipped], line.note or None,
            ])  # fmt: skip
    return rows


def bridge_rows(picture: Picture, whole: Bridge) -> list[Cells]:
    """账龄变动: a row per bucket, then what is unapplied."""
    labels = (*bucket_labels(picture.policy.ageing_bounds_days), UNAPPLIED)
    return [_movement(label, one) for label, one in zip(labels, (*whole.buckets, whole.unapplied), strict=True)]


def _movement(label: str, one: Movement) -> Cells:
    return [label, *map(yuan_cell, one)]


def alert_rows(picture: Picture) -> list[Cells]:
    """预警."""
    rows = []
    for one in picture.alerts():
        line, (code, name, person) = one.shipment, party(picture, one.customer)
        dates = [line.number or None, line.shipped, line.due] if line else [None, None, None]
        rows.append([one.kind, code, name, person or _UNKNOWN, *dates, yuan_cell(one.fen), one.days, one.text, one.article])
    return rows


def gate_rows(picture: Picture, verdicts: Iterable[Verdict]) -> list[Cells]:
    """放行审核: in the order in which the documents took head-room."""
    return [[
        one.document.kind, one.document.number, *party(picture, one.document.customer), one.document.day, one.document.priority,
        yuan_cell(one.document.fen), yuan_cell(one.balance_fen), yuan_cell(one.orders_fen), yuan_cell(one.batch_fen),
        yuan_cell(one.standing.limit_fen), yuan_cell(one.room_fen), one.standing.term_days, yuan_cell(one.late_fen), one.late_days,
        one.text, yuan_cell(one.released_fen), one.reason, one.article, one.exception or None,
    ] for one in verdicts]  # fmt: skip


def goal_rows(goals: Sequence[Goal]) -> list[Cells]:
    """四项目标: of (2) the customers are counted, of the others the rate."""
    return [[
        goal.name, 0 if goal.name == UNPAID else 1, goal.total, goal.met,
        None if goal.name == UNPAID or goal.rate is None else round(goal.rate, 4),
        goal.total - goal.met, ARTICLES[goal.name],
    ] for goal in goals]  # fmt: skip


def shortfall_rows(picture: Picture, goals: Iterable[Goal]) -> list[Cells]:
    """The customers that keep each goal from being met."""
    return [
        [one.goal, picture.shown(one.customer), one.name or None, one.salesperson or None, one.reason, yuan_cell(one.fen)]
        for goal in goals for one in goal.shortfalls
    ]  # fmt: skip


def tracking_rows(picture: Picture, tracks: Iterable[Track]) -> list[Cells]:
    """合同跟踪."""
    rows = []
    for one in tracks:
        contract = one.contract
        code, name, person = party(picture, contract.customer)
        rows.append([
            contract.number, code, contract.name or name, contract.salesperson or person, yuan_cell(contract.fen), yuan_cell(one.shipped),
            yuan_cell(max(0, contract.fen - one.shipped)), yuan_cell(one.collected), yuan_cell(one.outstanding), one.next_due,
            one.days_over, one.state, one.text or None,
        ])  # fmt: skip
    return rows


def penalty_rows(picture: Picture, found: Iterable[Penalty]) -> list[Cells]:
    """罚息: by person, every stretch of days with one amount."""
    return [[
        one.person, picture.shown(one.customer), one.name or None, one.kind, one.start, one.end, one.days, yuan_cell(one.balance_fen),
        yuan_cell(one.allowed_fen), yuan_cell(one.over_fen), one.rate, yuan_cell(one.interest_fen), one.basis, one.article,
    ] for one in found]  # fmt: skip


def movement_rows(picture: Picture, start: date) -> list[Cells]:
    """往来明细 from ``start``: customers in the order of their codes, each from its 期初 to its 期末; idle ones left out."""
    rows = []
    for account in picture.ledgers.accounts:
        entries = statement(account, start, picture.as_of)
        if len(entries) == 2 and not entries[0].balance:
            continue
        code, name, _ = party(picture, account.customer)
        for place, one in enumerate(entries):
            amounts = [None, None] if one.kind in (OPENING, CLOSING) else [yuan_cell(one.debit) or None, yuan_cell(one.credit) or None]
            rows.append([
                code, name, place, one.day, one.kind, one.number or None, one.settles or None, one.due, *amounts, yuan_cell(one.balance),
                one.note or None,
            ])  # fmt: skip
    return rows
