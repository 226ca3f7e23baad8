"""What lies in a folder: branch workbooks, ledger files by branch, and the policy that a run works by."""

import re
from dataclasses import dataclass
from pathlib import Path

from xl_credit.books.policy_file import policy_in_force
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.branch import branch_name
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.figures import Policy
from xl_credit.rules.quarter import Quarter

POLICY_FILE, HEAD_OFFICE_FILE = "政策.xlsx", "总部汇总.xlsx"
_LEDGER = re.compile(r"(应收|往来)?台账")
_SERVICE = re.compile("客户服务|巡访情况报告书|客户卡")  # customer service's own workbooks
_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".et")  # the last three are found so that they can be refused by name


@dataclass(frozen=True, slots=True)
class Chosen:
    """The policy of a run, the file it came from (``None``: the built-in sample), and what the linter says of that file."""

    policy: Policy
    file: Path | None
    problems: tuple[Problem, ...]


def find_workbooks(folder: Path) -> list[Path]:
    """The folder's branch workbooks by name: lock files, hidden files, ledgers, service, the policy and the roll-up left out."""
    return [path for path in _files(folder) if not _LEDGER.search(path.stem) and not _SERVICE.search(path.stem)]


def find_ledgers(folder: Path) -> dict[str, Path]:
    """The folder's ledger files (华东台账.xlsx) by branch."""
    return {branch_name(Path(_LEDGER.sub("", path.stem) + path.suffix)): path for path in _files(folder) if _LEDGER.search(path.stem)}


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise CreditError(f"没有文件夹“{folder}”", allowed="放有分公司工作簿的文件夹")
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() in _SUFFIXES
        and not path.name.startswith(("~$", "."))
        and path.stem not in (Path(POLICY_FILE).stem, Path(HEAD_OFFICE_FILE).stem)
        and path.is_file()
    )


def choose_policy(source: Path, quarter: Quarter, given: Path | None) -> Chosen:
    """The policy named, else 政策.xlsx in the source folder or beside it, else the sample."""
    if given is None:
        given = next((path for path in (source / POLICY_FILE, source.parent / POLICY_FILE) if path.is_file()), None)
    if given is None:
        return Chosen(sample_policy(), None, ())
    policy, problems = policy_in_force(given, quarter)
    return Chosen(policy, given, problems)
