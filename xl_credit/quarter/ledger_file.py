"""A ledger file, workbook or CSV, with what it says of its customers' credit: read without a regeneration of the quarter."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from xl_credit.books.package import read_package
from xl_credit.books.reading import read_csv_head, read_grids, read_table_file
from xl_credit.cells import is_blank
from xl_credit.quarter.blank_cells import explained
from xl_credit.quarter.columns import EVALUATION, RESULTS, ROUTES
from xl_credit.quarter.credit_lines import grants_in_routes, named_lines, with_people, written_lines, written_terms
from xl_credit.receivables.columns import COLLECTIONS, LEDGERS, REQUIRED, SHIPMENTS
from xl_credit.receivables.ledgers import Ledgers, has_rows, read_ledgers
from xl_credit.rules.credit_lines import CreditLine
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.figures import Policy
from xl_credit.tables import Grid, header_name

CSV_SUFFIX = ".csv"
_MONEY_LEDGERS = (SHIPMENTS, COLLECTIONS)


def read_file(path: Path, policy: Policy, collections: Path | None = None, branch: Path | None = None) -> tuple[Ledgers, dict[str, CreditLine]]:
    """A workbook's ledgers and what it says of its customers' credit; or CSV files with the columns of 发货台账 and 回款台账.

    ``collections`` is the 回款台账 in a file of its own, ``branch`` the branch workbook that a ledger file goes with. Raises
    「…没有台账…」 where there is neither of the two, and where 回款台账 would be read from two files.
    """
    grids = _tables(path)
    own_sheets = frozenset(grids)
    if branch:
        grids = read_grids(read_package(branch), {RESULTS, ROUTES, EVALUATION}) | grids
    own = grids.get(COLLECTIONS)
    if collections:
        more = _tables(collections).get(COLLECTIONS)
        if more is None:
            raise CreditError(f"没有“{COLLECTIONS}”的列", where=collections.name, allowed="、".join(REQUIRED[COLLECTIONS]))
        if own is not None and has_rows(own):
            found = f"{path.name}和{collections.name}都有“{COLLECTIONS}”"
            raise CreditError(found, allowed="回款台账只放一处", article="第十三条")
        grids[COLLECTIONS] = more
    if not any(name in grids for name in _MONEY_LEDGERS):
        raise CreditError("没有台账", where=path.name, allowed=f"含“{SHIPMENTS}”“{COLLECTIONS}”的工作簿,或其列名的 CSV", article="第十三条")
    problems: list[Problem] = []
    results = grids.get(RESULTS)
    terms = _welcome(lambda: written_terms(results), problems, RESULTS)
    ledgers = read_ledgers(grids, policy, terms)
    grants = _welcome(lambda: grants_in_routes(policy, grids.get(ROUTES)), problems, ROUTES)
    lines = _welcome(lambda: written_lines(policy, results, grants), problems, RESULTS)
    named = _welcome(lambda: named_lines(grids.get(EVALUATION)), problems, EVALUATION)
    noted = [
        *(replace(one, file=branch.name) if branch and one.sheet not in own_sheets else one for one in problems),
        *(replace(one, file=collections.name) if collections and one.sheet == COLLECTIONS else one for one in ledgers.problems),
    ]
    is_book = path.suffix.lower() != CSV_SUFFIX
    noted = explained(noted, lambda one: path if is_book and not one.file and one.sheet in LEDGERS else None)
    return replace(ledgers, noted=tuple(noted)), with_people(lines, named)


def _welcome(reading: Callable[[], dict], problems: list[Problem], sheet: str) -> dict:
    """What a sheet beside the ledgers says; one that cannot be used is reported and left aside."""
    try:
        return reading()
    except CreditError as error:
        if not any(one.sheet == sheet for one in problems):
            problems.append(Problem(sheet, "", error.line(), error.allowed, error.article, "未采用"))
        return {}


def _tables(path: Path) -> dict[str, Grid]:
    return _csv_grids(path) if path.suffix.lower() == CSV_SUFFIX else _sheets(path)


def _sheets(path: Path) -> dict[str, Grid]:
    return read_grids(read_package(path), {*LEDGERS, RESULTS, ROUTES, EVALUATION})


def _csv_grids(path: Path) -> dict[str, Grid]:
    """By its header a CSV is 发货台账, 回款台账, or both in one list: then each line is what its date says it is."""
    grid = read_table_file(path, SHIPMENTS)
    at = next((i for i, row in enumerate(grid.rows[:60]) if _kinds(row)), None)
    if at is None:
        wanted = "、".join(REQUIRED[SHIPMENTS])
        raise CreditError("找不到表头", where=path.name, allowed=f"{wanted};或{'、'.join(REQUIRED[COLLECTIONS])}", article="第十三条")
    kinds = _kinds(grid.rows[at])
    if len(kinds) == 1:
        return {kinds[0]: Grid(kinds[0], grid.rows)}
    names = [header_name(value)[0] for value in grid.rows[at]]
    received = names.index(REQUIRED[COLLECTIONS][2])
    shipped = names.index(REQUIRED[SHIPMENTS][2])
    return {
        SHIPMENTS: Grid(SHIPMENTS, _lines_of(grid.rows, at, lambda row: _filled(row, shipped) or not _filled(row, received))),
        COLLECTIONS: Grid(COLLECTIONS, _lines_of(grid.rows, at, lambda row: _filled(row, received))),
    }


def _filled(row: Sequence[object], column: int) -> bool:
    return column < len(row) and not is_blank(row[column])


def _kinds(row: Sequence[object]) -> list[str]:
    names = {header_name(value)[0] for value in row}
    return [kind for kind in _MONEY_LEDGERS if names >= {*REQUIRED[kind]}]


def _lines_of(rows: Sequence[Sequence[object]], header: int, belongs: Callable[[Sequence[object]], bool]) -> list[Sequence[object]]:
    """The list with the lines of the other kind emptied: row numbers stay. A line without either date is a shipment's, to be reported."""
    return [row if i <= header or belongs(row) else () for i, row in enumerate(rows)]


def counterpart(path: Path) -> Path | None:
    """The 回款台账 CSV beside a 发货台账 CSV that holds nothing else: the same name with the one word for the other."""
    if path.suffix.lower() != CSV_SUFFIX or SHIPMENTS not in path.stem or not path.is_file():
        return None
    if next(filter(None, map(_kinds, read_csv_head(path, SHIPMENTS).rows)), None) != [SHIPMENTS]:
        return None
    other = path.with_name(path.name.replace(SHIPMENTS, COLLECTIONS))
    return other if other.is_file() else None
