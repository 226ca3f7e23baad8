"""The files that go with a branch workbook, by where they lie and what they are called: last quarter's, and the ledger's."""

from pathlib import Path

from xl_credit.quarter.branch import branch_name
from xl_credit.quarter.columns import NOTE_LABEL
from xl_credit.quarter.finding import find_ledgers, find_workbooks
from xl_credit.rules.errors import CreditError
from xl_credit.rules.quarter import Quarter
from xl_credit.tables import Grid


def past_beside(path: Path, quarter: Quarter) -> Path | None:
    """Last quarter's workbook of the same branch, in the folder named after that quarter beside this one's folder."""
    folder = path.resolve().parent.parent / str(quarter.previous)
    return _of_branch(folder, path) if folder.is_dir() else None


def past_given(given: Path, path: Path) -> Path:
    """Last quarter's workbook as it was named, or that of the same branch in the folder named; raises 「…没有…」."""
    found = _of_branch(given, path) if given.is_dir() else given
    if found is None or not found.is_file():
        raise CreditError("没有上季工作簿", where=str(given), allowed=f"上季的{branch_name(path)}工作簿,或放有它的文件夹")
    return found


def _of_branch(folder: Path, path: Path) -> Path | None:
    return next((one for one in find_workbooks(folder) if branch_name(one) == branch_name(path)), None)


def ledger_beside(path: Path) -> Path | None:
    """The ledger file (华东台账.xlsx) of a branch workbook, in the same folder."""
    return find_ledgers(path.resolve().parent).get(branch_name(path)) if path.is_file() else None


def branch_beside(path: Path) -> Path | None:
    """The branch workbook that a ledger file (华东台账.xlsx) goes with, in the same folder."""
    if not path.is_file():
        return None
    folder = path.resolve().parent
    branch = next((name for name, file in find_ledgers(folder).items() if file.name == path.name), None)
    return next((one for one in find_workbooks(folder) if branch_name(one) == branch), None) if branch else None


def rated_quarter(results: Grid | None) -> Quarter | None:
    """The quarter that the line above a 评级结果 names; ``None`` where it was never written."""
    for row in results.rows[:10] if results else ():
        for value in row:
            if isinstance(value, str) and value.startswith(NOTE_LABEL):
                try:
                    return Quarter.parse(value.removeprefix(NOTE_LABEL).split(" ")[0])
                except CreditError:
                    return None  # 尚未评级
    return None
