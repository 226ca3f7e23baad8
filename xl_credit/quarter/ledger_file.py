"""A ledger file, workbook or CSV, with what it says of its customers' credit: read without a regeneration of the quarter."""

from collections.abc import Sequence
from pathlib import Path

from xl_credit.books.package import read_package
from xl_credit.books.reading import read_grids, read_table_file
from xl_credit.cells import folded, text
from xl_credit.quarter.columns import EVALUATION, RESULTS, ROUTES
from xl_credit.quarter.credit_lines import grants_in_routes, written_lines, written_terms
from xl_credit.receivables.columns import COLLECTIONS, LEDGERS, REQUIRED, SHIPMENTS
from xl_credit.receivables.ledgers import Ledgers, read_ledgers
from xl_credit.rules.credit_lines import CreditLine
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import Policy
from xl_credit.tables import Grid, find_table, header_name

CSV_SUFFIX = ".csv"
_MONEY_LEDGERS = (SHIPMENTS, COLLECTIONS)


def read_file(path: Path, policy: Policy, collections: Path | None = None) -> tuple[Ledgers, dict[str, CreditLine]]:
    """A workbook's ledgers and what it says of its customers' credit; or CSV files with the columns of 发货台账 and 回款台账.

    ``collections`` is the 回款台账 in a file of its own. Raises 「…没有台账…」 where there is neither of the two.
    """
    grids = _csv_grids(path) if path.suffix.lower() == CSV_SUFFIX else _sheets(path)
    if collections:
        more = _csv_grids(collections) if collections.suffix.lower() == CSV_SUFFIX else _sheets(collections)
        if COLLECTIONS not in more:
            raise CreditError(f"没有“{COLLECTIONS}”的列", where=collections.name, allowed="、".join(REQUIRED[COLLECTIONS]))
        grids[COLLECTIONS] = more[COLLECTIONS]
    if not any(name in grids for name in LEDGERS):
        raise CreditError("没有台账", where=path.name, allowed=f"含“{SHIPMENTS}”“{COLLECTIONS}”的工作簿,或其列名的 CSV", article="第十三条")
    results = grids.get(RESULTS)
    ledgers = read_ledgers(grids, policy, written_terms(results))
    lines = written_lines(policy, results, grants_in_routes(policy, grids.get(ROUTES)))
    return ledgers, {**_named(grids.get(EVALUATION)), **lines}


def _sheets(path: Path) -> dict[str, Grid]:
    return read_grids(read_package(path), {*LEDGERS, RESULTS, ROUTES, EVALUATION})


def _named(grid: Grid | None) -> dict[str, CreditLine]:
    """Names and salespeople from a 评估表 that nobody has rated yet."""
    if grid is None:
        return {}
    table = find_table(grid, ("客户编码", "客户名称"), ("业务员",))
    found = {}
    for _, row in table.body():
        code = folded(table.value(row, "客户编码"))
        if code:
            found[code] = CreditLine(code, text(table.value(row, "客户名称")), text(table.value(row, "业务员")))
    return found


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
    return {kind: Grid(kind, _lines_of(grid.rows, at, names.index(REQUIRED[kind][2]))) for kind in kinds}


def _kinds(row: Sequence[object]) -> list[str]:
    names = {header_name(value)[0] for value in row}
    return [kind for kind in _MONEY_LEDGERS if names >= {*REQUIRED[kind]}]


def _lines_of(rows: Sequence[Sequence[object]], header: int, column: int) -> list[Sequence[object]]:
    """The list with the lines of the other kind emptied: row numbers stay."""
    return [row if i <= header or (column < len(row) and row[column]) else () for i, row in enumerate(rows)]


def counterpart(path: Path) -> Path | None:
    """The 回款台账 CSV beside a 发货台账 CSV: the same name with the one word for the other."""
    if path.suffix.lower() != CSV_SUFFIX or SHIPMENTS not in path.stem:
        return None
    other = path.with_name(path.name.replace(SHIPMENTS, COLLECTIONS))
    return other if other.is_file() else None
