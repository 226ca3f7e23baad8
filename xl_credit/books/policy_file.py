"""Head office's policy file → its versions (the tables' meaning is ``xl_credit.policy``'s)."""

from collections.abc import Sequence
from pathlib import Path

from xl_credit.books.package import read_package
from xl_credit.books.reading import read_grids
from xl_credit.policy.lint import check_policies, unusable
from xl_credit.policy.reading import Read, read_policies
from xl_credit.policy.service import SHEET, service_policy
from xl_credit.policy.sheets import COLUMNS
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.figures import Policy
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.service_figures import ServicePolicy


def read_policy_file(path: Path) -> Read:
    """Every version in the file, and every problem with its cell."""
    return read_policies(read_grids(read_package(path), set(COLUMNS)))


def service_in_force(path: Path | None, policy: Policy) -> tuple[ServicePolicy, tuple[Problem, ...]]:
    """The figures for customer service of the policy's version: the file's sheet 客户服务, else the sample's, which says so."""
    grid = read_grids(read_package(path), {SHEET}).get(SHEET) if path else None
    return service_policy(grid, policy.version, policy.notice)


def service_problems(path: Path, read: Read) -> tuple[Problem, ...]:
    """What is wrong with the sheet 客户服务, version by version; nothing where there is no such sheet."""
    return tuple(dict.fromkeys(problem for policy in read.versions for problem in service_in_force(path, policy)[1]))


def policy_in_force(path: Path, quarter: Quarter) -> tuple[Policy, tuple[Problem, ...]]:
    """The version in force on the quarter's last day, and what the linter says of the file.

    Raises with the first problems where the file cannot be read as a policy at all, or that version cannot be used.
    """
    read = read_policy_file(path)
    _refuse(path, read.problems)
    policy = read.in_force(quarter.end)
    _refuse(path, unusable(read, policy))
    return policy, check_policies(read)


def policy_version(path: Path, version: str = "") -> tuple[Policy, tuple[Problem, ...]]:
    """The version of that name whatever its date, and what the linter says of the file; without a name the file's only one.

    Raises 「政策文件有2个版本…」 where it has several and none is named.
    """
    read = read_policy_file(path)
    _refuse(path, read.problems)
    names = "、".join(policy.version for policy in read.versions)
    if not version and len(read.versions) > 1:
        raise CreditError(f"政策文件有{len(read.versions)}个版本", where=path.name, allowed=f"用 --version 指定其中一个:{names}")
    policy = next((one for one in read.versions if version in ("", one.version)), None)
    if policy is None:
        raise CreditError(f"政策文件中没有版本“{version}”", where=path.name, allowed=names)
    _refuse(path, unusable(read, policy))
    return policy, check_policies(read)


def _refuse(path: Path, problems: Sequence[Problem]) -> None:
    if problems:
        lines = ";".join(problem.line() for problem in problems[:3])
        more = f"……共{len(problems)}处" if len(problems) > 3 else ""
        raise CreditError(f"政策文件有问题:{lines}{more}", where=path.name, allowed="先运行 xl-credit policy check 并改正")
