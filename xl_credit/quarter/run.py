"""Regenerate a quarter: find the branch workbooks, work through them in processes, and roll them up for head office."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

from xl_credit.books.policy_file import policy_in_force
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.across import compared
from xl_credit.quarter.branch import BranchResult, Job, branch_name, regenerate_branch
from xl_credit.quarter.head_office import write_head_office
from xl_credit.quarter.receivables import LedgerSource
from xl_credit.rules.ageing import Method
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.figures import Policy
from xl_credit.rules.quarter import Quarter

POLICY_FILE, HEAD_OFFICE_FILE, BACKUP_FOLDER = "政策.xlsx", "总部汇总.xlsx", "备份"
_LEDGER = re.compile(r"(应收|往来)?台账")
_SERVICE = re.compile("客户服务|巡访情况报告书|客户卡")  # customer service's own workbooks
_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".et")  # the last three are found so that they can be refused by name


@dataclass(frozen=True, slots=True)
class Chosen:
    """The policy of a run, the file it came from (``None``: the built-in sample), and what the linter says of that file."""

    policy: Policy
    file: Path | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class LedgerPlan:
    """How a run makes the receivables' sheets: the workbook that has them for a policy, and how amounts are aged."""

    template: Callable[[Policy], Path]
    method: Method


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run will do, settled before anything is written."""

    quarter: Quarter
    chosen: Chosen
    jobs: tuple[Job, ...]
    out: Path
    past_known: bool
    stray_ledgers: tuple[str, ...] = ()

    @property
    def policy(self) -> Policy:
        return self.chosen.policy


@dataclass(frozen=True, slots=True)
class Report:
    """How a run ended: each branch's result in the order of their names."""

    plan: Plan
    results: tuple[BranchResult, ...]
    head_office_error: str = ""

    @property
    def has_problems(self) -> bool:
        return bool(self.head_office_error or self.plan.chosen.problems or self.plan.stray_ledgers) or any(result.error or result.problems for result in self.results)


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


def make_plan(
    source: Path, quarter: Quarter, out: Path, previous: Path | None, policy_file: Path | None, template: Path,
    ledger_plan: LedgerPlan | None = None,
) -> Plan:  # fmt: skip
    """Settle policy, sources and targets; raises where the run cannot start at all.

    Without ``ledger_plan`` no receivables' sheets are made.
    """
    if out.exists() and not out.is_dir():
        raise CreditError("结果文件夹是一个文件", where=str(out), allowed="文件夹")
    chosen = choose_policy(source, quarter, policy_file)
    workbooks = find_workbooks(source)
    if not workbooks:
        raise CreditError("没有找到分公司工作簿", where=str(source), allowed="至少一个 .xlsx 或 .xlsm 工作簿")
    if out.resolve() == source.resolve():
        out = source  # however it was written, it is the same folder
    past, ledgers = _past_files(previous), find_ledgers(source)
    sheets = LedgerSource(ledger_plan.template(chosen.policy), ledger_plan.method) if ledger_plan else None
    jobs = tuple(
        Job(
            path, out / path.name, quarter, chosen.policy, template, past.get(branch_name(path)), backup_path(out, out / path.name),
            tuple(other for name, other in past.items() if name != branch_name(path)),
            replace(sheets, own_file=ledgers.pop(branch_name(path), None)) if sheets else None,
        )
        for path in workbooks
    )  # fmt: skip
    stray = tuple(path.name for path in ledgers.values()) if sheets else ()
    return Plan(quarter, chosen, jobs, out, previous is not None, stray)


def _past_files(previous: Path | None) -> dict[str, Path]:
    return {branch_name(path): path for path in find_workbooks(previous)} if previous else {}


def run(plan: Plan, head_office_template: Path, jobs: int = 1, on_done: Callable[[BranchResult], None] = lambda result: None) -> Report:
    """Work through the plan; ``on_done`` is told of each branch as it is finished, in no fixed order."""
    plan.out.mkdir(parents=True, exist_ok=True)
    results = []
    for result in _results(plan, jobs):
        on_done(result)
        results.append(result)
    results.sort(key=lambda result: result.file)
    results = compared(results, {job.source.name for job in plan.jobs if plan.past_known and job.past is None})
    try:
        target = plan.out / HEAD_OFFICE_FILE
        backup = backup_path(plan.out, target)
        write_head_office(
            head_office_template, target, results, plan.policy, plan.quarter, plan.past_known, backup=backup
        )
    except CreditError as error:
        return Report(plan, tuple(results), str(error))
    return Report(plan, tuple(results))


def _results(plan: Plan, jobs: int) -> Iterator[BranchResult]:
    if jobs <= 1 or len(plan.jobs) == 1:
        yield from map(_guarded, plan.jobs)
        return
    bare = [replace(job, policy=None) for job in plan.jobs]  # the policy goes to each process once
    context = get_context("spawn")  # the same on Windows, Mac and Linux
    with ProcessPoolExecutor(min(jobs, len(bare)), context, initializer=_take_policy, initargs=(plan.policy,)) as pool:
        futures = {pool.submit(_in_worker, job): job for job in bare}
        for future in as_completed(futures):
            try:
                yield future.result()
            except BrokenProcessPool:
                yield _lost(futures[future], "处理进程意外终止,未处理")


_worker_policy: list[Policy] = []


def _take_policy(policy: Policy) -> None:
    _worker_policy[:] = [policy]


def _in_worker(job: Job) -> BranchResult:
    return _guarded(replace(job, policy=_worker_policy[0]))


def _guarded(job: Job) -> BranchResult:
    try:
        return regenerate_branch(job)
    except MemoryError:
        return _lost(job, "内存不足,未处理")


def _lost(job: Job, why: str) -> BranchResult:
    return BranchResult(job.source.name, branch_name(job.source), f"{job.source.name}:{why}")


def backup_path(folder: Path, target: Path) -> Path | None:
    """Where a file that is about to be replaced is kept, dated by its own last change: 备份/华东.20261105-093000.xlsx."""
    if not target.is_file():
        return None
    changed = datetime.fromtimestamp(target.stat().st_mtime, UTC)
    stem = f"{target.stem}.{changed:%Y%m%d-%H%M%S}"
    names = (f"{stem}{again}{target.suffix}" for again in ("", *(f"-{count}" for count in range(2, 1000))))
    return next(path for name in names if not (path := folder / BACKUP_FOLDER / name).exists())
