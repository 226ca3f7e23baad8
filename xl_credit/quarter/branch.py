"""Regenerate one branch's rating workbook: read, rate, write back, and tell head office what came out."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from xl_credit.books.book import Book
from xl_credit.books.disk import file_digest
from xl_credit.books.fill import Fill
from xl_credit.books.kept import Kept, read_kept
from xl_credit.books.links import cell_target
from xl_credit.cells import folded, is_blank, text
from xl_credit.policy.flat import HEADER_ROW, HEADERS, flat_rows, policy_note
from xl_credit.quarter.columns import (
    CHANGE_COLUMNS,
    CHANGES,
    CHECK_COLUMNS,
    CHECK_KEPT,
    CHECKS,
    EVALUATION,
    NOTE_LABEL,
    POLICY_COPY,
    RESULT_COLUMNS,
    RESULTS,
    ROUTES,
    wrapped,
)
from xl_credit.quarter.evaluation import explain_blanks, read_entries
from xl_credit.quarter.notes import note_line
from xl_credit.quarter.past import missing_customers, read_past_file, with_moved
from xl_credit.quarter.receivables import LedgerSource, Receivables, fill_receivables
from xl_credit.quarter.record import BranchRecord, Facts, branch_record, doubtful_cells, final_approver_of, past_ratings
from xl_credit.quarter.results import Decided, change_row, decide, result_row
from xl_credit.quarter.routes import fill_routes, read_replaced, stale_approvals
from xl_credit.receivables.columns import ALERTS, GATE, LEDGERS, REPORTS
from xl_credit.rules.changes import level_change
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.figures import Number, Policy
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.records import LevelChange, PastRating
from xl_credit.tables import column_letters, find_table

_GONE = "已不在评估表"
_QUARTER_IN_NAME = re.compile(r"[\s_\-.()()]*(20\d\d\s*(?:年)?\s*(?:Q|第)\s*[1-4一二三四]\s*(?:季度)?)[\s_\-.()()]*", re.IGNORECASE)
CHECK_KEYS = ("客户编码", "发现")  # not 位置: a note stays with its problem when rows move
_NOTED = (ALERTS, GATE)  # people's entries in these are carried over from an earlier result
SHEETS = (EVALUATION, RESULTS, ROUTES, CHANGES, CHECKS, POLICY_COPY)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A customer as head office sees it. ``row`` and ``past_row`` count the level table from its best row, ``None`` unrated."""

    code: str
    name: str
    salesperson: str
    is_key: bool
    business: str
    status: str
    row: int | None
    level: str | None
    total: Number | None
    limit: Decimal
    proposed: Decimal
    submitted: Decimal
    final_approver: str
    past_row: int | None
    past_status: str


@dataclass(frozen=True, slots=True)
class BranchResult:
    """What came of one branch workbook; ``error`` is set, and nothing else, where it could not be used at all."""

    file: str
    branch: str
    error: str = ""
    outcomes: tuple[Outcome, ...] = ()
    changes: tuple[LevelChange, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    written: bool = False
    receivables: Receivables | None = None
    record: BranchRecord | None = None


def branch_name(path: Path) -> str:
    """The branch by its file's name, the quarter left out.

    >>> branch_name(Path("华东分公司_2026Q3.xlsx")), branch_name(Path("华南.xlsm"))
    ('华东分公司', '华南')
    """
    return _QUARTER_IN_NAME.sub("", path.stem) or path.stem


@dataclass(frozen=True, slots=True)
class Job:
    """All that one branch's regeneration needs; sent to a worker process as it is."""

    source: Path
    target: Path
    quarter: Quarter
    policy: Policy
    template: Path
    past: Path | None
    backup: Path | None
    others: tuple[Path, ...] = ()
    ledgers: LedgerSource | None = None


def rate_book(book: Book, policy: Policy, quarter: Quarter) -> list[Decided]:
    """第七条–第十条 for every row of the 评估表."""
    entries = read_entries(book.grid(EVALUATION), policy, quarter)
    entries = explain_blanks(entries, lambda cells: book.blank_reasons(EVALUATION, cells))
    return [decide(policy, entry, quarter, EVALUATION) for entry in entries]


def fill_book(
    book: Book, policy: Policy, quarter: Quarter, past: Mapping[str, PastRating] | None, replaced: Book | None = None,
    past_problems: Sequence[Problem] = (), others: Sequence[Path] = (), ledgers: LedgerSource | None = None, past_file: Path | None = None,
) -> BranchResult:  # fmt: skip
    """Rate a workbook's customers and put everything into its sheets; the caller saves.

    ``past`` are last quarter's ratings (``None``: not known) out of ``past_file``, ``replaced`` this quarter's earlier result, if
    there is one; ``others`` are the other branches' workbooks of last quarter, for customers who have moved here. With
    ``ledgers`` the receivables' sheets are made too, where there are any ledgers.
    """
    decided = rate_book(book, policy, quarter)
    problems = [problem for one in decided for problem in one.problems]
    problems += [*_quarter_problem(book, quarter), *past_problems]
    codes = {folded(one.entry.code) for one in decided}
    problems += missing_customers(past or {}, codes, EVALUATION)
    if past is not None:
        past = with_moved(past, [one.entry.customer for one in decided if one.entry.customer], others, quarter)
    changes = [] if past is None else changes_of(policy, decided, past)
    stale = stale_approvals(book, quarter)
    routes = read_replaced(replaced, quarter, bool(stale)) if replaced else {}
    problems += stale + fill_routes(book, policy, decided, routes, bool(stale))
    book.fill(RESULTS, Fill(("客户编码",), RESULT_COLUMNS, [result_row(one) for one in decided], ("评级状态", _GONE), wrapped=wrapped(RESULT_COLUMNS), empties_gone=True))
    _fill_changes(book, changes)
    notes, note, receivables = _refresh_policy(book, policy), note_line(policy, quarter), None
    if ledgers:
        receivables, found = fill_receivables(book, policy, quarter, ledgers, note, decided, past, replaced, routes, past_file)
        problems += found
    _fill_checks(book, problems, read_kept(replaced, CHECKS, CHECK_KEYS, CHECK_KEPT))
    for sheet in (RESULTS, CHANGES, CHECKS) if stale else (RESULTS, ROUTES, CHANGES, CHECKS):
        book.write_beside(sheet, NOTE_LABEL, note)
    outcomes = tuple(outcome_of(policy, one, past or {}) for one in decided)
    facts = Facts(book.grid(EVALUATION), _blanks(book, decided), past_ratings(decided, past or {}))
    return BranchResult(
        book.path.name, branch_name(book.path), "", outcomes, tuple(changes), tuple(problems), notes, receivables=receivables,
        record=branch_record(facts, decided),
    )  # fmt: skip


def _blanks(book: Book, decided: Sequence[Decided]) -> Mapping[str, str]:
    """What is really in cells of the 评估表 that read as empty, as far as they were a problem."""
    cells = doubtful_cells(decided)
    return book.blank_reasons(EVALUATION, cells) if cells else {}


def _quarter_problem(book: Book, quarter: Quarter) -> list[Problem]:
    """The 评估表 names its quarter beside a 季度 label; another quarter's table is reported, and rated as asked."""
    for index, row in enumerate(book.grid(EVALUATION).rows[:10]):
        for column, value in enumerate(row[:-1]):
            if isinstance(value, str) and folded(value) in ("季度", "季度:") and not is_blank(row[column + 1]):
                return _other_quarter(text(row[column + 1]), f"{column_letters(column + 1)}{index + 1}", quarter)
    return []


def _other_quarter(written: str, cell: str, quarter: Quarter) -> list[Problem]:
    try:
        if Quarter.parse(written) == quarter:
            return []
    except CreditError:
        pass  # not a quarter at all: reported like another quarter
    return [Problem(EVALUATION, cell, f"季度为“{written}”", str(quarter), "第八条(5)", "按所选季度评级")]


def changes_of(policy: Policy, decided: list[Decided], past: Mapping[str, PastRating]) -> list[LevelChange]:
    """第八条(6): those of the customers whose level moved."""
    found = []
    for one in decided:
        before = past.get(folded(one.entry.code))
        if before and one.rating:
            change = level_change(policy, before, one.rating, one.proposal.limit)
            if change:
                found.append(change)
    return found


def _fill_changes(book: Book, changes: list[LevelChange]) -> None:
    book.fill(CHANGES, Fill(("客户编码",), CHANGE_COLUMNS, [change_row(change) for change in changes], ("方向", "本季无变动"), wrapped=wrapped(CHANGE_COLUMNS)))


def _refresh_policy(book: Book, policy: Policy) -> tuple[str, ...]:
    """The quarter's policy is head office's: a copy in the workbook that differs is put right, and said so."""
    find_table(book.grid(POLICY_COPY), HEADERS[:3])
    differed = book.write_block(POLICY_COPY, HEADER_ROW + 1, flat_rows(policy))
    book.write_beside(POLICY_COPY, "政策:", policy_note(policy))
    if not differed or POLICY_COPY in book.attached:
        return ()
    return (f"政策表与总部不同,已按“{policy.version}”更新{len(differed)}格",)


def _fill_checks(book: Book, problems: list[Problem], carried: Kept) -> None:
    rows = [[p.place, p.customer, p.found, p.allowed, p.article, p.effect] for p in problems]
    gone = ("影响", "已不再出现")
    table, filled = book.fill(CHECKS, Fill(CHECK_KEYS, CHECK_COLUMNS, rows, gone, CHECK_KEPT, carried, wrapped(CHECK_COLUMNS)))
    links = {
        row: cell_target(book.sheet_name(problem.sheet), problem.cell)
        for row, problem in zip(filled.row_numbers, problems, strict=True)
        if not problem.file and book.sheets.find(problem.sheet)
    }
    book.link(CHECKS, table.columns["位置"], links)


def outcome_of(policy: Policy, one: Decided, past: Mapping[str, PastRating]) -> Outcome:
    """A decided customer as head office sees it."""
    before = past.get(folded(one.entry.code))
    past_row = policy.level_row.get((before.level, before.business)) if before and before.level else None
    rating, proposal, entry = one.rating, one.proposal, one.entry
    zero = Decimal(0)
    return Outcome(
        entry.code, entry.name, entry.salesperson, bool(entry.customer and entry.customer.is_key),
        rating.business if rating else "", one.status, rating.row if rating else None, rating.level if rating else None,
        rating.total if rating else None, rating.limit if rating else zero, proposal.limit if proposal else zero,
        proposal.submitted if proposal else zero, final_approver_of(one),
        past_row, before.status if before else "",
    )  # fmt: skip


Announce = Callable[[BranchResult, bytes], None]


def regenerate_branch(job: Job, announce: Announce = lambda result, data: None) -> BranchResult:
    """One workbook, whole: a workbook that cannot be used comes back as an ``error`` and its file stays as it was.

    ``announce`` is told the result and the workbook's new bytes before these take their place.
    """
    finished: list[BranchResult] = []
    try:
        past, past_problems = read_past_file(job.past, job.quarter) if job.past else (None, ())
        also = (*LEDGERS, *REPORTS) if job.ledgers else ()
        replaced = Book(job.target, (ROUTES, CHECKS), also=_NOTED) if job.target.exists() and job.target != job.source else None
        book = Book(job.source, SHEETS, job.template, also=also)
        if EVALUATION in book.attached:  # an empty one would pass for a branch without customers
            raise CreditError(f"没有工作表“{EVALUATION}”", allowed=f"含“{EVALUATION}”的工作簿", article="第五条")
        result = fill_book(book, job.policy, job.quarter, past, replaced, past_problems, job.others, job.ledgers, job.past)
        others = _other_sources(job, past is not None)

        def about_to_write(data: bytes, changes: bool) -> None:
            own = sha256(data).hexdigest() if job.target == job.source else book.package.digest
            finished.append(_finished(result, book, (("工作簿", job.source.name, own), *others), changes))
            announce(finished[0], data)

        book.save(job.target, keep_backup=job.backup, announce=about_to_write)
    except CreditError as error:
        line = str(error) if job.source.name in str(error) else f"{job.source.name}!{error}"
        return BranchResult(job.source.name, branch_name(job.source), line)
    return finished[0]


def _finished(result: BranchResult, book: Book, sources: tuple[tuple[str, str, str], ...], written: bool) -> BranchResult:
    attached = (f"补上工作表:{'、'.join(book.attached)}",) if book.attached else ()
    return replace(result, notes=(*attached, *result.notes), written=written, record=replace(result.record, sources=sources))


def _other_sources(job: Job, past_used: bool) -> tuple[tuple[str, str, str], ...]:
    """The files beside the branch's workbook that its results came from, by kind, name and sha256."""
    files = (("台账", job.ledgers.own_file if job.ledgers else None), ("上季", job.past if past_used else None))
    return tuple((kind, path.name, file_digest(path)) for kind, path in files if path)
