"""The receivables' sheets of the head-office workbook: filled where a branch keeps ledgers, empty and saying so where none does."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from xl_credit.books.book import Book
from xl_credit.books.fill import Fill, Filled
from xl_credit.books.row_heights import column_widths, line_count
from xl_credit.books.sheet_xml import RowXml
from xl_credit.quarter import consolidated_receivables as c
from xl_credit.quarter.branch import BranchResult
from xl_credit.quarter.consolidation import NOT_REPORTED
from xl_credit.quarter.head_office_totals import cache_debtors, cache_goals, cache_owed, cache_penalties
from xl_credit.quarter.last_results import LastResults
from xl_credit.receivables.columns import BASIS_LABEL
from xl_credit.rules.ageing import NOT_DUE, bucket_labels
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import Policy
from xl_credit.tables import Table, find_table

OWED, DEBTORS, GOALS, SHORTFALLS, PENALTIES = RECEIVABLES_SHEETS = ("应收账款", "欠款大户", "四项目标", "未达标客户", "罚息汇总")
LEDGERS_LABEL, LARGEST_LABEL = "台账:", "大户:"
CHARTED = 60  # branches that a chart shows at most
_NO_LONGER = "已不再出现"
_BUCKET = re.compile(rf"{NOT_DUE}|\d+–\d+|>\d+")
_HEIGHT = re.compile(r'\s(?:ht|customHeight)="[^"]*"')
_LINE, _EDGE = 13, 4  # points



def fill_receivables(
    book: Book, results: Sequence[BranchResult], policy: Policy, last: LastResults, note: tuple[str, str]
) -> list[CreditError]:
    """Fill those of the sheets that the workbook has; ``note`` is (label, line) above each.

    One that cannot be filled stays as it is, and why is returned.
    """
    labels, problems = bucket_labels(policy.ageing_bounds_days), []
    if not any(c.with_ledgers(results)):
        labels = _written_buckets(book) or labels
    stale = _other_buckets(book, labels)
    if stale:
        problems.append(_buckets_error(book, stale, labels))
    fills: dict[str, Callable[[], None]] = {
        OWED: lambda: _fill_owed(book, results, labels, last), DEBTORS: lambda: _fill_debtors(book, results, labels, last),
        GOALS: lambda: _fill_goals(book, results, last), SHORTFALLS: lambda: _fill_shortfalls(book, results),
        PENALTIES: lambda: _fill_penalties(book, results, last),
    }  # fmt: skip
    for name, fill in fills.items():
        if name in book.grids and name not in stale:
            try:
                fill()
                book.write_beside(name, *note)
                _write_notes(book, name, results)
            except CreditError as error:
                problems.append(error)
    return problems


def _written_buckets(book: Book) -> tuple[str, ...]:
    """The buckets that 应收账款 has now: without any ledgers they need not be those of the policy."""
    table = _table(book, OWED, (*c.OWED_HEAD, *c.OWED_TAIL))
    return tuple(text for text in map(str, table.grid.rows[table.header]) if _BUCKET.fullmatch(text)) if table else ()


def _other_buckets(book: Book, labels: Sequence[str]) -> list[str]:
    """Sheets whose columns are other buckets than these."""
    ends = {OWED: (*c.OWED_HEAD, *c.OWED_TAIL), DEBTORS: (*c.DEBTOR_HEAD, *c.DEBTOR_TAIL)}
    tables = {name: _table(book, name, columns, labels) for name, columns in ends.items()}
    return [name for name, table in tables.items() if table and not table.columns.keys() >= set(labels)]


def _table(book: Book, name: str, columns: Sequence[str], others: Sequence[str] = ()) -> Table | None:
    """The sheet's list; ``None`` where there is none: what is wrong with it is said when it is filled."""
    try:
        return find_table(book.grid(name), columns, others)
    except CreditError:
        return None


def _buckets_error(book: Book, stale: Sequence[str], labels: Sequence[str]) -> CreditError:
    sheets = "、".join(f"“{name}”" for name in stale)
    allowed = f"删去工作表{sheets}后重新生成(账龄区间为{'、'.join(labels)})"
    return CreditError(f"工作表{sheets}的账龄区间与政策不同,未更新", where=book.path.name, allowed=allowed, article="第十三条")


def _fill(book: Book, name: str, fill: Fill) -> tuple[Table, Filled]:
    """Fill a list; its rows get the height that long reasons need."""
    wrapped = tuple(header for header in fill.columns if header == "原因")
    return book.fill(name, replace(fill, wrapped=wrapped, empties_gone=True))


def _chart(book: Book, name: str, table: Table, filled: Filled) -> None:
    first = table.header + 2
    last = max(filled.row_numbers, default=first)
    book.chart_rows(name, first, min(last, first + CHARTED - 1))


def _fill_owed(book: Book, results: Sequence[BranchResult], labels: Sequence[str], last: LastResults) -> None:
    rows = c.owed_rows(results, len(labels))
    table, filled = _fill(book, OWED, Fill(("分公司",), c.owed_columns(labels), rows, ("客户数", NOT_REPORTED)))
    _chart(book, OWED, table, filled)
    cache_owed(last, table, c.owed_columns(labels), len(labels), rows)


def _fill_debtors(book: Book, results: Sequence[BranchResult], labels: Sequence[str], last: LastResults) -> None:
    rows = c.debtor_rows(results)
    fill = Fill(("分公司", "客户编码"), c.debtor_columns(labels), rows, ("业务员", f"不在前{c.LARGEST}户"))
    table, _ = _fill(book, DEBTORS, fill)
    book.write_beside(DEBTORS, LARGEST_LABEL, f"{LARGEST_LABEL}{c.debtors_line(results, rows)}")
    cache_debtors(last, table, c.debtor_columns(labels), len(c.DEBTOR_HEAD), rows)


def _fill_goals(book: Book, results: Sequence[BranchResult], last: LastResults) -> None:
    rows = c.goal_rows(results)
    table, filled = _fill(book, GOALS, Fill(("分公司",), c.BRANCH_GOAL_COLUMNS, rows, (c.BRANCH_GOAL_COLUMNS[1], NOT_REPORTED)))
    _chart(book, GOALS, table, filled)
    cache_goals(last, table, c.BRANCH_GOAL_COLUMNS[1:], c.goal_cells(c.company_goals(results)))


def _fill_shortfalls(book: Book, results: Sequence[BranchResult]) -> None:
    keys, rows = ("分公司", "未达目标", "客户编码"), c.all_shortfall_rows(results)
    _fill(book, SHORTFALLS, Fill(keys, c.ALL_SHORTFALL_COLUMNS, rows, ("原因", "已达目标"), c.SHORTFALL_KEPT))


def _fill_penalties(book: Book, results: Sequence[BranchResult], last: LastResults) -> None:
    rows = c.penalty_sum_rows(results)
    table, _ = _fill(book, PENALTIES, Fill(("分公司", "责任人", "性质"), c.PENALTY_SUM_COLUMNS, rows, ("条文", _NO_LONGER)))
    cache_penalties(last, table, rows)


def _write_notes(book: Book, name: str, results: Sequence[BranchResult]) -> None:
    """Above each list: how the ageing was made, and which branches are in it."""
    method = next((receivables.method.text for _, receivables in c.with_ledgers(results)), c.NO_LEDGERS)
    book.write_beside(name, BASIS_LABEL, f"{BASIS_LABEL}{method}")
    text = f"{LEDGERS_LABEL}{c.ledgers_line(results)}"
    book.write_beside(name, LEDGERS_LABEL, text)
    found = book.read_beside(name, LEDGERS_LABEL)
    if found:
        _fit_note(book, name, found[0] + 1, text)


def _fit_note(book: Book, name: str, row: int, text: str) -> None:
    """The note's row is as high as the names of all branches need over the width of the sheet."""
    sheet = book.sheet(name)
    height = _LINE * line_count(text, sum(column_widths(sheet).values())) + _EDGE
    record = sheet.rows.setdefault(row, RowXml("", {}))
    record.attributes = f'{_HEIGHT.sub("", record.attributes)} ht="{height}" customHeight="1"'
