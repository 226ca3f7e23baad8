"""Put a picture into the report sheets of a workbook; people's notes and exceptions beside our columns stay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from xl_credit.books.book import Book
from xl_credit.books.fill import Fill
from xl_credit.books.kept import read_kept
from xl_credit.cells import is_blank
from xl_credit.receivables import columns as c
from xl_credit.receivables import rows as r
from xl_credit.receivables.gate_sheet import exception_grants, fill_gate
from xl_credit.receivables.listing import fill_list, put_block
from xl_credit.receivables.picture import Picture
from xl_credit.rules.ageing import bucket_labels
from xl_credit.rules.credit_lines import CreditLine
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.gates import Verdict
from xl_credit.rules.goals import Goal, Reconciliation
from xl_credit.rules.ledger import in_yuan
from xl_credit.rules.penalties import Penalty
from xl_credit.rules.quarter import Quarter

CHARTED = 15  # a chart with more customers than these cannot be read
_NO_LONGER = "已不再出现"
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Reports:
    """What was written, for whoever rolls it up, and what has to be looked into."""

    picture: Picture
    verdicts: tuple[Verdict, ...]
    goals: tuple[Goal, ...]
    penalties: tuple[Penalty, ...]
    problems: tuple[Problem, ...]


def fill_ageing(book: Book, picture: Picture) -> None:
    """账龄表 and 账龄明细; raises where the sheet's buckets are not the policy's."""
    labels = bucket_labels(picture.policy.ageing_bounds_days)
    columns = c.ageing_columns(labels)
    rows = r.ageing_rows(picture)
    try:
        table, filled = fill_list(book, c.AGEING, Fill(("客户编码",), columns, rows, ("业务员", r.GONE), empties_gone=True))
    except CreditError as error:
        if "缺少列" not in error.found:
            raise
        allowed = f"删去工作表“{c.AGEING}”后重新生成(账龄区间为{'、'.join(labels)})"
        raise CreditError(error.found, where=error.where, allowed=allowed, article="第十三条") from error
    first = table.header + 2
    book.chart_rows(c.AGEING, first, first + max(1, min(CHARTED, len(filled.row_numbers))) - 1)
    fill_list(book, c.DETAIL, Fill(("客户编码", "发货单号"), c.DETAIL_COLUMNS, r.detail_rows(picture), ("到期日依据", r.GONE), empties_gone=True))


def fill_bridge(book: Book, picture: Picture, since: date) -> None:
    """账龄变动 from the end of ``since``."""
    put_block(book, c.BRIDGE, c.BRIDGE_COLUMNS, r.bridge_rows(picture, picture.bridge(since)))


def fill_reports(
    book: Book, picture: Picture, quarter: Quarter, note: tuple[str, str], replaced: Book | None = None,
    in_force: Mapping[str, CreditLine] | None = None,
) -> Reports:  # fmt: skip
    """Every report sheet. ``note`` is (label, line) above each table; ``in_force`` are the credit lines of the quarter itself."""
    fill_ageing(book, picture)
    start = min(quarter.first_day, Quarter.of(picture.as_of).first_day) - _DAY  # a day before the quarter has a quarter of its own
    alerts = Fill(c.ALERT_KEYS, c.ALERT_COLUMNS, r.alert_rows(picture), ("条文", _NO_LONGER), c.NOTE_KEPT,
                  read_kept(replaced, c.ALERTS, c.ALERT_KEYS, c.NOTE_KEPT), empties_gone=True)  # fmt: skip
    fill_list(book, c.ALERTS, alerts)
    verdicts, problems = fill_gate(book, picture, replaced)
    exceptions = exception_grants(book, verdicts, replaced)
    goals = picture.goals(quarter)
    put_block(book, c.GOALS, c.GOAL_COLUMNS, r.goal_rows(goals))
    shortfalls = r.shortfall_rows(picture, goals)
    fill_list(book, c.GOALS, Fill(("未达目标", "客户编码"), c.SHORTFALL_COLUMNS, shortfalls, ("原因", "已达目标"), empties_gone=True))
    tracks = picture.tracks()
    fill_list(book, c.TRACKING, Fill(("客户编码", "合同编号"), c.TRACKING_COLUMNS, r.tracking_rows(picture, tracks), ("说明", "已无此合同"), empties_gone=True))
    lines = picture.lines if in_force is None else in_force
    lines = {code: line._replace(grants=(*line.grants, *exceptions.get(code, ()))) for code, line in lines.items()}
    penalties = tuple(picture.penalties(start + _DAY, lines))
    keys = ("责任人", "客户编码", "性质", "起日")
    fill_list(book, c.PENALTIES, Fill(keys, c.PENALTY_COLUMNS, r.penalty_rows(picture, penalties), ("依据", _NO_LONGER), empties_gone=True))
    movements = r.movement_rows(picture, start + _DAY)
    fill_list(book, c.MOVEMENTS, Fill(("客户编码", "序号"), c.MOVEMENT_COLUMNS, movements, ("摘要", _NO_LONGER), empties_gone=True))
    _choose_first(book, picture)
    fill_bridge(book, picture, start)
    write_notes(book, picture, note, c.REPORTS, start)
    return Reports(picture, verdicts, goals, penalties, (*problems, *_differences(picture, quarter)))


def _choose_first(book: Book, picture: Picture) -> None:
    """对账单 shows a customer from the start: the one with the largest balance, until somebody chooses."""
    found = book.read_beside(c.STATEMENT, c.CHOOSER)
    row = book.grid(c.STATEMENT).rows[found[0]] if found else ()
    shown = r.ageing_rows(picture)
    if found and shown and all(is_blank(value) for value in row[found[1] + 1 : found[1] + 3]):
        book.sheet(c.STATEMENT).set(found[0] + 1, found[1] + 2, shown[0][0])


def write_notes(book: Book, picture: Picture, note: tuple[str, str], sheets: Sequence[str], since: date | None = None) -> None:
    """Above each table: quarter and policy, and how the ageing was made; above 账龄变动 also at the end of which day it begins."""
    for sheet in sheets:
        if sheet in book.grids:
            book.write_beside(sheet, *note)
            opening = f"期初为{since}日终  " if sheet == c.BRIDGE and since else ""
            book.write_beside(sheet, c.BASIS_LABEL, f"{c.BASIS_LABEL}{opening}{picture.method.text}")


def _differences(picture: Picture, quarter: Quarter) -> list[Problem]:
    """第四条(3): what a customer confirmed for the quarter against the ledger's balance on its last day."""
    if picture.as_of != quarter.end:
        return []
    return [problem for one in picture.reconciled(quarter).values() for problem in _difference(picture, one)]


def _difference(picture: Picture, one: Reconciliation) -> list[Problem]:
    ageing = picture.ageing_of.get(one.customer)
    balance = ageing.balance if ageing else 0
    if one.confirmed_fen is None or one.confirmed_fen == balance:
        return []
    found = f"客户确认{in_yuan(one.confirmed_fen)},台账{in_yuan(balance)},相差{in_yuan(one.confirmed_fen - balance)}"
    return [Problem(c.RECONCILIATIONS, one.where, found, "与客户核对一致", "第四条(3)", "对账不符", picture.shown(one.customer))]
