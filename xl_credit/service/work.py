"""One run of a service command: which workbooks, which policy, where the results go."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from xl_credit.books.book import Book
from xl_credit.books.package import read_package
from xl_credit.books.policy_file import service_in_force
from xl_credit.books.reading import read_grids
from xl_credit.forms.service_columns import CLIENTS
from xl_credit.forms.service_workbook import build_service_workbook
from xl_credit.quarter.finding import Chosen, choose_policy
from xl_credit.quarter.run import backup_path
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.service_figures import ServicePolicy
from xl_credit.service.book import INPUTS, SERVICE_NAME, WRITTEN, unit_name
from xl_credit.service.credit import Credit, nearby_ratings, read_credit
from xl_credit.tables import Grid

_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".et")  # the last three are found so that they can be refused by name
_LATEST = Quarter(2199, 4)
_ROLLED_UP = re.compile(f"^{SERVICE_NAME}汇总|巡访情况报告书|客户卡")


@dataclass(frozen=True)
class Work:
    """What a run works on, settled before anything is written."""

    files: tuple[Path, ...]
    chosen: Chosen
    policy: ServicePolicy
    problems: tuple[Problem, ...]
    folders: tuple[Path, ...]
    as_of: date

    def credit(self, unit: str) -> Credit:
        return read_credit(unit, self.folders, self.chosen.policy, self.as_of) if self.folders else Credit()


def settle(source: Path, folders: Sequence[Path], given: Path | None, as_of: date) -> Work:
    """The service workbooks at ``source`` (a file, or a folder of them) and the policy in force on ``as_of``.

    Where no ``folders`` of rated workbooks are given, those named after a quarter beside the source are taken.
    """
    folder = source if source.is_dir() else source.parent
    for one in folders:
        if not one.is_dir():
            raise CreditError(f"没有文件夹“{one}”", allowed="评级后的分公司工作簿所在文件夹")
    chosen = choose_policy(folder, Quarter.of(as_of), given)
    policy, problems = service_in_force(chosen.file, chosen.policy)
    return Work(find_service_books(source), chosen, policy, (*chosen.problems, *problems), tuple(folders or nearby_ratings(folder, Quarter.of(as_of))), as_of)


def settle_policy(folder: Path, given: Path | None, day: date | None) -> tuple[Chosen, ServicePolicy, tuple[Problem, ...]]:
    """The policy for what has no day of its own: the one in force on ``day``, else the latest."""
    chosen = choose_policy(folder, Quarter.of(day) if day else _LATEST, given)
    policy, problems = service_in_force(chosen.file, chosen.policy)
    return chosen, policy, (*chosen.problems, *problems)


def read_grids_of(path: Path) -> dict[str, Grid]:
    """The sheets of a service workbook that are read."""
    return read_grids(read_package(path), {*INPUTS, *WRITTEN})


def find_service_books(source: Path) -> tuple[Path, ...]:
    """A file as it is; of a folder, its workbooks that bear 客户服务 in their names and are no report made of them."""
    if source.is_file():
        return (source,)
    if not source.is_dir():
        raise CreditError(f"没有“{source}”", allowed="客户服务工作簿,或放有它们的文件夹")
    found = [
        path for path in sorted(source.iterdir())
        if path.suffix.lower() in _SUFFIXES and SERVICE_NAME in path.stem and not path.name.startswith(("~$", ".")) and not _ROLLED_UP.search(path.stem)
    ]  # fmt: skip
    if not found:
        raise CreditError("没有找到客户服务工作簿", where=str(source), allowed=f"文件名含“{SERVICE_NAME}”的 .xlsx,如 华东{SERVICE_NAME}.xlsx")
    names: dict[str, Path] = {}
    for path in found:
        if unit_name(path) in names:
            raise CreditError(f"{names[unit_name(path)].name}和{path.name}是同一个营业单位", where=str(source), allowed="每个单位一个文件")
        names[unit_name(path)] = path
    return tuple(found)


def open_book(path: Path, policy: ServicePolicy, folder: Path) -> Book:
    """The workbook; written sheets that it lacks come from a template made for the policy in ``folder``.

    Raises 「没有工作表“客户档案”…」: another kind of workbook gets no sheets of ours.
    """
    book = Book(path, (), also=(*WRITTEN, *INPUTS))
    book.grid(CLIENTS)
    if not book.grids.keys() >= {*WRITTEN}:
        template = folder / "客户服务.xlsx"
        if not template.exists():
            build_service_workbook(template, policy, spare_share=10)
        book.attach(WRITTEN, template)
    return book


def target_of(path: Path, out: Path | None) -> tuple[Path, Path | None]:
    """Where a workbook's result goes, and where what is there now is kept: in place with a dated copy, or in ``out``."""
    if out is None:
        return path, backup_path(path.parent, path)
    target = out / path.name
    if target.exists() and target.samefile(path):
        raise CreditError("不能写回来源文件", where=str(target), allowed="另一个文件夹,或用 --in-place")
    return target, backup_path(out, target)
