"""The branches that get a pack, from head office's list: a workbook or CSV with the column 分公司."""

import re
from dataclasses import dataclass
from pathlib import Path

from xl_credit.books.package import read_package
from xl_credit.books.reading import read_grids, read_table_file
from xl_credit.branches.names import BRANCH, CONTACT, LIST_FILE, PREVIOUS_FILE
from xl_credit.cells import folded, is_blank, text
from xl_credit.quarter.branch import branch_name
from xl_credit.quarter.finding import HEAD_OFFICE_FILE, POLICY_FILE
from xl_credit.rules.errors import CreditError
from xl_credit.tables import Table, find_table, header_name

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_DEVICES = re.compile(r"(CON|PRN|AUX|NUL|COM\d|LPT\d)", re.IGNORECASE)
_LONGEST = 40
_TAKEN = {folded(Path(name).stem) for name in (LIST_FILE, HEAD_OFFICE_FILE, POLICY_FILE)}


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch as the list has it; ``previous`` names its workbook of last quarter where that is not called as the branch is."""

    name: str
    contact: str = ""
    previous: str = ""

    @property
    def file(self) -> str:
        return f"{self.name}.xlsx"


def read_branches(path: Path) -> list[Branch]:
    """The list's branches in its order. Raises where a name is none for a file, stands twice, or there is no branch at all."""
    table = _table(path)
    found: dict[str, Branch] = {}
    for number, row in table.body():
        name = text(table.value(row, BRANCH))
        if not name:
            if any(not is_blank(value) for value in row):
                raise CreditError("没有写分公司", where=f"{path.name}!{table.cell(number, BRANCH)}", allowed="分公司名称,或整行留空")
            continue
        where = f"{path.name}!{table.cell(number, BRANCH)}"
        _refuse_name(name, where)
        if folded(name).casefold() in found:
            raise CreditError(f"分公司“{name}”重复", where=where, allowed="每个分公司一行")
        found[folded(name).casefold()] = Branch(name, text(table.value(row, CONTACT)), text(table.value(row, PREVIOUS_FILE)))
    if not found:
        raise CreditError("没有一个分公司", where=path.name, allowed="“分公司”一列下每行一个名称")
    return list(found.values())


def _table(path: Path) -> Table:
    if path.suffix.lower() == ".csv":
        return find_table(read_table_file(path, BRANCH), (BRANCH,), (CONTACT, PREVIOUS_FILE))
    for grid in read_grids(read_package(path)).values():
        if any(header_name(value)[0] == BRANCH for row in grid.rows[:60] for value in row):
            return find_table(grid, (BRANCH,), (CONTACT, PREVIOUS_FILE))
    raise CreditError(f"没有一张表有“{BRANCH}”一列", where=path.name, allowed="含“分公司”列的工作簿或 CSV")


def _refuse_name(name: str, where: str) -> None:
    bad = _NOT_IN_NAMES.search(name)
    if bad or name.startswith((".", "~")) or name.endswith(".") or _DEVICES.fullmatch(name) or len(name) > _LONGEST:
        raise CreditError(f"“{name[:50]}”不能作文件名", where=where, allowed=f'不含 \\ / : * ? " < > |、不以点开头或结尾、不超过{_LONGEST}字的名称')
    if folded(name) in _TAKEN or "台账" in name or branch_name(Path(f"{name}.xlsx")) != name:
        raise CreditError(f"“{name}”不能作分公司名称", where=where, allowed="不带季度或“台账”、不与汇总或清单同名的名称")
