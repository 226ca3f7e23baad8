"""第四条, 第十一条–第十三条, 第十七条–第二十条: the receivables of a branch workbook, where it (or its own ledger file) has ledgers."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xl_credit.books.book import Book
from xl_credit.books.package import read_package
from xl_credit.books.reading import read_grids
from xl_credit.quarter.blank_cells import explained
from xl_credit.quarter.columns import NOTE_LABEL, RESULTS, ROUTE_KEPT, ROUTE_WRITTEN, ROUTES
from xl_credit.quarter.credit_lines import (
    Grants,
    approved_grants,
    grants_in_routes,
    lines_before,
    merged,
    named_lines,
    past_sheets,
    proposed_terms,
    rated_lines,
    with_people,
)
from xl_credit.quarter.results import Decided
from xl_credit.quarter.routes import Carried, read_written
from xl_credit.receivables.columns import LEDGERS, REPORTS
from xl_credit.receivables.filling import Reports, fill_reports
from xl_credit.receivables.ledgers import has_rows, read_ledgers
from xl_credit.receivables.picture import Picture
from xl_credit.rules.ageing import Method
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.figures import Policy
from xl_credit.rules.goals import Goal, Shortfall
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.records import PastRating
from xl_credit.tables import Grid, find_table


@dataclass(frozen=True, slots=True)
class Debtor:
    """A customer's receivables as head office sees them, in 分."""

    code: str
    name: str
    salesperson: str
    buckets: tuple[int, ...]
    unapplied: int
    balance: int
    limit_fen: int


@dataclass(frozen=True, slots=True)
class Receivables:
    """What came of a branch's ledgers: plain figures that travel between processes."""

    method: Method
    debtors: tuple[Debtor, ...]
    goals: tuple[Goal, ...]
    alerts: tuple[tuple[str, int], ...]
    decisions: tuple[tuple[str, int], ...]
    penalties: tuple[tuple[str, str, int, int], ...]

    def sums(self) -> tuple[int, ...]:
        """Every bucket over all customers."""
        return tuple(map(sum, zip(*(one.buckets for one in self.debtors), strict=True)))


@dataclass(frozen=True, slots=True)
class LedgerSource:
    """Where a branch's receivables come from and go to, beside its rating workbook."""

    template: Path
    method: Method
    own_file: Path | None = None


@dataclass(frozen=True)
class LedgerSheets:
    """The ledger sheets of a branch: those of its workbook ``file``, and of ``own_file`` those that it names in ``from_own``."""

    grids: Mapping[str, Grid]
    file: Path
    own_file: Path | None = None
    from_own: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()

    def placed(self, problems: Iterable[Problem]) -> list[Problem]:
        """The problems with the ledger file's name where they lie in it, and what seemingly empty cells really hold."""
        found = explained([*problems], lambda one: self.own_file if one.sheet in self.from_own else self.file if one.sheet in LEDGERS else None)
        return [replace(one, file=self.own_file.name) if one.sheet in self.from_own else one for one in found]


def ledger_sheets(book: Book, own_file: Path | None) -> LedgerSheets:
    """The ledger sheets of the branch workbook and of its ledger file; a sheet that has rows in both is taken from the former."""
    found = {name: book.grids[name] for name in LEDGERS if name in book.grids}
    if own_file is None:
        return LedgerSheets(found, book.path)
    problems, from_own = [], set()
    for name, grid in read_grids(read_package(own_file), set(LEDGERS)).items():
        if name not in found or not has_rows(found[name]):
            found[name] = grid
            from_own.add(name)
        elif has_rows(grid):
            text = f"{book.path.name}和{own_file.name}都有“{name}”"
            problems.append(Problem(name, "", text, "台账只放一处", "第十三条", f"以{book.path.name}为准"))
    return LedgerSheets(found, book.path, own_file, frozenset(from_own), tuple(problems))


def fill_receivables(
    book: Book, policy: Policy, quarter: Quarter, source: LedgerSource, note: str, decided: Sequence[Decided],
    past: Mapping[str, PastRating] | None, replaced: Book | None, routes: Carried, past_file: Path | None = None,
) -> tuple[Receivables | None, list[Problem]]:  # fmt: skip
    """All of the receivables' sheets; ``None`` where there is no ledger, or none that can be read (which is a problem)."""
    sheets = ledger_sheets(book, source.own_file)
    problems = list(sheets.problems)
    if not sheets.grids:
        return None, problems
    try:
        ledgers = read_ledgers(sheets.grids, policy, proposed_terms(decided))
        if ledgers.is_empty:
            return None, sheets.placed([*problems, *ledgers.problems])
        before = past_sheets(past_file)
        lines = rated_lines(policy, decided, _grants(book, policy, before, routes))
        named = named_lines(before.get(RESULTS) if past is not None else None)
        lines = with_people(lines, {code: line for code, line in named.items() if code in ledgers.codes})
        picture = Picture(policy, ledgers, lines, source.method)
        book.attach(REPORTS, source.template)
        in_force = lines_before(policy, picture.lines, past)
        reports = fill_reports(book, picture, quarter, (NOTE_LABEL, note), replaced, in_force)
    except CreditError as error:
        sheet = error.where.partition("!")[0]
        sheet = sheet if sheet in sheets.grids else next(iter(sheets.grids))
        problems.append(Problem(sheet, "", error.line(), error.allowed, error.article, "账龄、预警、放行审核未生成"))
        return None, sheets.placed(problems)
    return _summary(reports), sheets.placed([*problems, *picture.problems(True), *reports.problems])


def _grants(book: Book, policy: Policy, before: Mapping[str, Grid], routes: Carried) -> Grants:
    """Approvals of this quarter, of the copy that is being replaced, and of last quarter."""
    written, _ = read_written(find_table(book.grid(ROUTES), ROUTE_WRITTEN, ROUTE_KEPT), routes)
    return merged(grants_in_routes(policy, before.get(ROUTES)), approved_grants(policy, written))


def _summary(reports: Reports) -> Receivables:
    picture = reports.picture
    limits = picture.limits()
    debtors = tuple(
        Debtor(picture.shown(one.customer), *picture.lines[one.customer][1:3], one.buckets, one.unapplied, one.balance, limits[one.customer])
        for one in picture.ageings if one.unapplied or any(one.buckets)
    )  # fmt: skip
    owed: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in reports.penalties:
        owed[one.person, one.kind][0] += one.interest_fen
        owed[one.person, one.kind][1] += 1
    goals = tuple(_shown(picture, goal) for goal in reports.goals)
    alerts = Counter(one.kind for one in picture.alerts())
    decisions = Counter(one.decision for one in reports.verdicts)
    penalties = tuple((person, kind, interest, count) for (person, kind), (interest, count) in sorted(owed.items()))
    return Receivables(picture.method, debtors, goals, tuple(alerts.items()), tuple(decisions.items()), penalties)


def _shown(picture: Picture, goal: Goal) -> Goal:
    """Customer codes as people write them."""
    return goal._replace(shortfalls=tuple(Shortfall(one.goal, picture.shown(one.customer), *one[2:]) for one in goal.shortfalls))
