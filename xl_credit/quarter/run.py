"""Regenerate a quarter: find the branch workbooks, work through them in processes, and roll them up for head office."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from xl_credit.books.places import absolute
from xl_credit.quarter.across import compared
from xl_credit.quarter.branch import BranchResult, Job, branch_name, regenerate_branch
from xl_credit.quarter.finding import HEAD_OFFICE_FILE, Chosen, choose_policy, find_ledgers, find_workbooks
from xl_credit.quarter.head_office import write_head_office
from xl_credit.quarter.journal import begin, end, finished, note, terms
from xl_credit.quarter.receivables import LedgerSource
from xl_credit.rules.ageing import Method
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import Policy
from xl_credit.rules.quarter import Quarter
from xl_credit.work.holding import held
from xl_credit.work.local_files import local_copy
from xl_credit.work.units import HERE, How, work_through

BACKUP_FOLDER = "备份"


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
    past_files: tuple[Path, ...] | None
    stray_ledgers: tuple[str, ...] = ()
    method: Method | None = None

    @property
    def past_known(self) -> bool:
        return self.past_files is not None

    @property
    def policy(self) -> Policy:
        return self.chosen.policy


@dataclass(frozen=True, slots=True)
class Report:
    """How a run ended: each branch's result in the order of their names."""

    plan: Plan
    results: tuple[BranchResult, ...]
    head_office_error: str = ""
    after_cut_off: bool = False  # an earlier run here had not ended, and was not gone on with

    @property
    def has_problems(self) -> bool:
        return bool(self.head_office_error or self.plan.chosen.problems or self.plan.stray_ledgers) or any(result.error or result.problems for result in self.results)


@dataclass(frozen=True, slots=True)
class Shared:
    """What all branches of a run have in common, sent to each worker once.

    ``records`` is where the journal is kept. ``files`` are templates, for workers that may not see this machine's disk.
    """

    policy: Policy
    past_files: tuple[Path, ...]
    records: Path
    files: Mapping[Path, bytes]


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
            ledgers=replace(sheets, own_file=ledgers.pop(branch_name(path), None)) if sheets else None,
        )
        for path in workbooks
    )  # fmt: skip
    stray = tuple(path.name for path in ledgers.values()) if sheets else ()
    return Plan(quarter, chosen, jobs, out, tuple(past.values()) if previous else None, stray, ledger_plan.method if ledger_plan else None)


def _past_files(previous: Path | None) -> dict[str, Path]:
    return {branch_name(path): path for path in find_workbooks(previous)} if previous else {}


def run(
    plan: Plan, head_office_template: Path, how: How = HERE, on_done: Callable[[BranchResult], None] = lambda result: None, *, resume: bool = False
) -> Report:  # fmt: skip
    """Work through the plan; ``on_done`` is told of each branch as it is finished, in no fixed order.

    With ``resume`` a run that was cut off is gone on with: what it had finished stands. Raises where the folder is in use by
    another run.
    """
    with held(plan.out) as records:
        cut_off = begin(records, terms(plan.quarter, plan.policy, plan.method, plan.past_files), resume)
        results = []
        bare = [replace(_absolute(job), policy=None) for job in plan.jobs]
        for result in work_through(_regenerate, bare, _shared(plan, records, how), how, _lost):
            on_done(result)
            results.append(result)
        report = _rolled_up(plan, head_office_template, results, cut_off)
        end(records)
        return report


def _shared(plan: Plan, records: Path, how: How) -> Shared:
    templates = {path for job in plan.jobs for path in (job.template, job.ledgers and job.ledgers.template) if path} if how.scheduler else ()
    return Shared(plan.policy, tuple(map(absolute, plan.past_files or ())), absolute(records), {path: path.read_bytes() for path in sorted(templates)})


def _absolute(job: Job) -> Job:
    """The job for a process that works in another folder."""
    ledgers = job.ledgers and replace(job.ledgers, own_file=job.ledgers.own_file and absolute(job.ledgers.own_file))
    past, backup = job.past and absolute(job.past), job.backup and absolute(job.backup)
    return replace(job, source=absolute(job.source), target=absolute(job.target), past=past, backup=backup, ledgers=ledgers)


def _rolled_up(plan: Plan, template: Path, results: list[BranchResult], cut_off: bool) -> Report:
    results.sort(key=lambda result: result.file)
    results = compared(results, {job.source.name for job in plan.jobs if plan.past_known and job.past is None})
    target = plan.out / HEAD_OFFICE_FILE
    try:
        write_head_office(template, target, results, plan.policy, plan.quarter, plan.past_known, backup=backup_path(plan.out, target))
    except CreditError as error:
        return Report(plan, tuple(results), str(error), cut_off)
    return Report(plan, tuple(results), "", cut_off)


def _regenerate(job: Job, shared: Shared) -> BranchResult:
    others = tuple(path for path in shared.past_files if path != job.past)
    job = _with_templates(replace(job, policy=shared.policy, others=others), shared.files)
    return finished(shared.records, job) or regenerate_branch(job, lambda result, data: note(shared.records, job, result, data))


def _with_templates(job: Job, files: Mapping[Path, bytes]) -> Job:
    """The job with its templates on this machine's disk."""
    if not files:
        return job
    ledgers = job.ledgers and replace(job.ledgers, template=local_copy(files[job.ledgers.template], job.ledgers.template.name))
    return replace(job, template=local_copy(files[job.template], job.template.name), ledgers=ledgers)


def _lost(job: Job, why: str) -> BranchResult:
    return BranchResult(job.source.name, branch_name(job.source), f"{job.source.name}:{why}")


def backup_path(folder: Path, target: Path) -> Path | None:
    """Where a file that is about to be replaced is kept, dated by its own last change: 备份/华东.20261105-093000.xlsx."""
    if not target.is_file():
        return None
    changed = datetime.fromtimestamp(target.stat().st_mtime, UTC)
    stem = f"{target.stem}.{changed:%Y%m%d-%H%M%S}"
    names = (f"{stem}{again}{target.suffix}" for again in ("", *(f"-{count}" for count in range(2, 1000))))
    paths = (folder / BACKUP_FOLDER / name for name in names)
    return next(path for path in paths if not path.exists() or path.read_bytes() == target.read_bytes())
