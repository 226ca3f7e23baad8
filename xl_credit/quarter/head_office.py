"""The head-office workbook (总部汇总): every branch's results into one, people's notes and sheets in it kept."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from xl_credit.books.book import Book
from xl_credit.books.fill import Fill
from xl_credit.books.sheet_xml import RowXml, SheetXml, Value
from xl_credit.quarter.branch import BranchResult
from xl_credit.quarter.columns import CHECK_KEPT, NOTE_LABEL
from xl_credit.quarter.consolidation import (
    ALL_CHANGE_COLUMNS,
    APPROVER_COLUMNS,
    BRANCH_COLUMNS,
    BUDGET_COLUMNS,
    CHART_COLUMNS,
    CUT_COLUMNS,
    DISTRIBUTION_COLUMNS,
    EXCEPTION_COLUMNS,
    MOST_CHARTED,
    NOT_RATED,
    NOT_REPORTED,
    TOP_APPROVAL_COLUMNS,
    WRAPPED_COLUMNS,
    Matrix,
    Rows,
    all_change_rows,
    approver_rows,
    branch_rows,
    budget_rows,
    charted_rows,
    check_all,
    cut_rows,
    distribution_rows,
    exception_rows,
    level_matrix,
    top_approval_rows,
    top_approver,
)
from xl_credit.quarter.head_office_receivables import RECEIVABLES_SHEETS, fill_receivables
from xl_credit.quarter.head_office_totals import (
    cache_budget,
    cache_budget_chart,
    cache_distribution,
    cache_matrix,
    cache_sums,
    cache_sums_below,
)
from xl_credit.quarter.last_results import LastResults
from xl_credit.quarter.notes import note_line
from xl_credit.quarter.results import number
from xl_credit.rules.budget import BudgetCheck
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import Policy
from xl_credit.rules.quarter import Quarter
from xl_credit.tables import Table, find_table

OVERVIEW, DISTRIBUTION, MATRIX, CHANGES, BUDGET, CUTS, EXCEPTIONS, APPROVALS, CHARTS = (
    "总览", "级别分布", "变动矩阵", "级别变动", "预算", "裁减建议", "例外", "审批汇总", "图表",
)  # fmt: skip
FILLED_SHEETS = (OVERVIEW, DISTRIBUTION, MATRIX, CHANGES, BUDGET, CUTS, EXCEPTIONS, APPROVALS)

# fixed blocks have room for the longest level table that a policy may have; rows without use are hidden
MOST_LEVELS, MOST_APPROVERS = 10, 8
MATRIX_COLUMNS = MOST_LEVELS + len(NOT_RATED)
MATRIX_CORNER, BUDGET_LABEL, TOP_LABEL = "上季 \\ 本季", "年度授信预算(万元)", "须由"
BUDGET_CHART_LABEL = "图表数据:预算使用"
NO_LONGER_CUT = "本季不需裁减"
_NO_PAST_NOTE = "没有提供上季工作簿,变动未计算"
_HIDDEN = re.compile(r'\shidden="[^"]*"')


def write_head_office(
    template: Path, target: Path, results: Sequence[BranchResult], policy: Policy, quarter: Quarter, past_known: bool,
    *, backup: Path | None = None,
) -> bool:  # fmt: skip
    """Roll all branches up into ``target``; True where the file changed.

    A workbook that is there already is refreshed, so that what people added to it stays; sheets that it lacks come from the
    template, those on receivables only where a branch keeps ledgers. A file there that cannot be read raises and stays as it
    is. What keeps 图表 or a sheet on receivables alone from being made raises once all others are written.
    """
    book = Book(target if target.exists() else template, FILLED_SHEETS, template, also=(CHARTS, *RECEIVABLES_SHEETS))
    problems = _attach(book, (CHARTS,), template)
    if any(result.receivables for result in results):
        problems += _attach(book, RECEIVABLES_SHEETS, template)
    last, note = LastResults(book, template), note_line(policy, quarter)
    _fill_lists(book, last, policy, results)
    _fill_distribution(book, last, policy, results)
    _fill_matrix(book, last, level_matrix(policy, results))
    _fill_approvers(book, last, policy, results)
    for sheet in (*FILLED_SHEETS, CHARTS):
        if sheet in book.grids:
            book.write_beside(sheet, NOTE_LABEL, note if past_known else f"{note}  {_NO_PAST_NOTE}")
    problems += fill_receivables(book, results, policy, last, (NOTE_LABEL, note))
    changed = book.save(target, keep_backup=backup)
    if problems:
        raise problems[0] if len(problems) == 1 else CreditError(";".join(problem.line() for problem in problems))
    return changed


def _attach(book: Book, names: Sequence[str], template: Path) -> list[CreditError]:
    """Sheets with charts: a workbook that cannot take them lacks only these."""
    try:
        book.attach(names, template)
    except CreditError as error:
        return [error]
    return []


def _fill_lists(book: Book, last: LastResults, policy: Policy, results: Sequence[BranchResult]) -> None:
    check = check_all(policy, results)
    customer = ("分公司", "客户编码")
    branches, cuts = branch_rows(results), cut_rows(check)
    table = _list(book, OVERVIEW, Fill(("分公司",), BRANCH_COLUMNS, branches, ("状态", NOT_REPORTED)))
    cache_sums(last, table, BRANCH_COLUMNS[2:-2], [row[2:-2] for row in branches])
    _list(book, CHANGES, Fill(customer, ALL_CHANGE_COLUMNS, all_change_rows(results), ("方向", "本季无变动")))
    _list(book, BUDGET, Fill(("分公司",), BUDGET_COLUMNS, budget_rows(results, check), ("授信户数", NOT_REPORTED)))
    table = _list(book, CUTS, Fill(customer, CUT_COLUMNS, cuts, ("依据", NO_LONGER_CUT)))
    cache_sums(last, table, CUT_COLUMNS[4:-1], [row[4:-1] for row in cuts])
    keys = ("分公司", "位置", "客户编码", "发现")
    _list(book, EXCEPTIONS, Fill(keys, EXCEPTION_COLUMNS, exception_rows(results, check), ("影响", "已不再出现"), CHECK_KEPT))
    rows = top_approval_rows(policy, results)
    _list(book, APPROVALS, Fill(customer, TOP_APPROVAL_COLUMNS, rows, ("终审岗位", "本季不需报批")))
    row, column = _place(book, BUDGET, BUDGET_LABEL)
    book.sheet(BUDGET).set(row + 1, column, number(policy.annual_budget))
    cache_budget(last, BUDGET, row + 1, column, check.budget, check.used)
    if CHARTS in book.grids:
        _fill_charts(book, last, check, results)


def _list(book: Book, name: str, fill: Fill) -> Table:
    """Fill a list and give its rows the height that their text needs."""
    return book.fill(name, replace(fill, wrapped=tuple(header for header in fill.columns if header in WRAPPED_COLUMNS)))[0]


def _fill_distribution(book: Book, last: LastResults, policy: Policy, results: Sequence[BranchResult]) -> None:
    levels, others = distribution_rows(policy, results)
    if len(levels) > MOST_LEVELS:
        raise CreditError(f"等级表有{len(levels)}档", where=DISTRIBUTION, allowed=f"不超过{MOST_LEVELS}档", article="第七条(4)")
    table = find_table(book.grid(DISTRIBUTION), DISTRIBUTION_COLUMNS)
    first = table.header + 2
    _put(book, table, DISTRIBUTION_COLUMNS, first, levels, MOST_LEVELS)
    _put(book, table, DISTRIBUTION_COLUMNS, first + MOST_LEVELS, others, len(others))
    cache_distribution(last, table, DISTRIBUTION_COLUMNS, levels, others, MOST_LEVELS)


def _fill_matrix(book: Book, last: LastResults, matrix: Matrix) -> None:
    """The level names stand beside and above the counts; 合计 lies between, so that unused rows and columns come last."""
    row, column = _place(book, MATRIX, MATRIX_CORNER)
    sheet, first = book.sheet(MATRIX), row + 2
    _line(sheet, row, column + 2, matrix.columns, MATRIX_COLUMNS, sheet.style(row, column + 2))
    name_style, count_style = sheet.style(first, column), sheet.style(first, column + 2)
    for index in range(MATRIX_COLUMNS + 1):
        used = index < len(matrix.rows)
        _line(sheet, first + index, column, matrix.rows[index : index + 1], 1, name_style)
        _line(sheet, first + index, column + 2, matrix.counts[index] if used else (), MATRIX_COLUMNS, count_style)
    cache_matrix(last, MATRIX, row, column, matrix.counts, MATRIX_COLUMNS)


def _line(sheet: SheetXml, row: int, column: int, values: Sequence[Value], room: int, style: str) -> None:
    """Values into a stretch of ``room`` cells; the rest of it is emptied and loses its frame."""
    for offset in range(room):
        used, at = offset < len(values), column + offset
        sheet.set(row, at, values[offset] if used else None, (sheet.style(row, at) or style) if used else "")


def _fill_approvers(book: Book, last: LastResults, policy: Policy, results: Sequence[BranchResult]) -> None:
    table, rows = find_table(book.grid(APPROVALS), APPROVER_COLUMNS), approver_rows(policy, results)[:MOST_APPROVERS]
    _put(book, table, APPROVER_COLUMNS, table.header + 2, rows, MOST_APPROVERS)
    cache_sums_below(last, table, APPROVER_COLUMNS[1:], MOST_APPROVERS, [row[1:] for row in rows])
    book.write_beside(APPROVALS, TOP_LABEL, f"{TOP_LABEL}{top_approver(policy)}审批的客户(第十条(5)(7))")


def _fill_charts(book: Book, last: LastResults, check: BudgetCheck, results: Sequence[BranchResult]) -> None:
    table = find_table(book.grid(CHARTS), CHART_COLUMNS)
    _put(book, table, CHART_COLUMNS, table.header + 2, charted_rows(results), MOST_CHARTED)
    found = book.read_beside(CHARTS, BUDGET_CHART_LABEL)
    if found:
        cache_budget_chart(last, CHARTS, found[0] + 3, found[1] + 1, check.budget, check.used)


def _place(book: Book, name: str, text: str) -> tuple[int, int]:
    """Row (from 1) and column (from 0) of the cell that says ``text``; raises where people have taken it away."""
    found = book.read_beside(name, text)
    if not found:
        raise CreditError(f"找不到“{text}”", where=f"{book.path.name}!{name}", allowed="保留模板中的这一格,或删去此表后重新生成")
    return found[0] + 1, found[1]


def _put(book: Book, table: Table, columns: Sequence[str], first: int, rows: Rows, room: int) -> None:
    """Rows into a fixed block of ``room`` rows; those left over are emptied and hidden, so that charts leave them out."""
    sheet = book.sheet(table.grid.name)
    for offset in range(room):
        values = rows[offset] if offset < len(rows) else [None] * len(columns)
        for name, value in zip(columns, values, strict=True):
            sheet.set(first + offset, table.columns[name], value)
        record: RowXml = sheet.rows[first + offset]
        record.attributes = _HIDDEN.sub("", record.attributes) + ("" if offset < len(rows) else ' hidden="1"')
