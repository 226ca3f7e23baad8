"""Packs for all branches: made, compared with what lies there, written where they differ; nothing that has come back is touched."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from xl_credit.books.disk import file_bytes, refuse_open_elsewhere
from xl_credit.books.package import Package, write_package
from xl_credit.books.saving import put_bytes
from xl_credit.branches.branch_list import Branch
from xl_credit.branches.checklist import Line, listed, read_checklist, write_checklist
from xl_credit.branches.encryption import decrypted, encrypted, is_encrypted
from xl_credit.branches.names import LIST_FILE
from xl_credit.branches.pack import build_pack
from xl_credit.branches.prefill import NOTHING, Prefill, read_prefill
from xl_credit.cells import folded
from xl_credit.forms.template_version import TEMPLATE_VERSION
from xl_credit.quarter.branch import branch_name
from xl_credit.quarter.finding import find_workbooks
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.figures import Policy
from xl_credit.rules.quarter import Quarter
from xl_credit.work.units import HERE, How, in_order

NEW, SAME, REMADE, CAME_BACK, FAILED = "新生成", "未变", "已更新", "已收回,未动", "未生成"
Finish = Callable[[Path], Package]


@dataclass(frozen=True, slots=True)
class PackJob:
    """All that one branch's pack needs; sent to a worker process as it is."""

    branch: Branch
    target: Path
    quarter: Quarter
    policy: Policy
    previous: Path | None
    spare_rows: int
    key: bytes = field(repr=False)
    password: str = field(repr=False)
    finish: Finish | None
    line: Line | None


@dataclass(frozen=True, slots=True)
class Made:
    """What came of one branch's pack."""

    branch: str
    state: str
    line: Line | None
    problems: tuple[Problem, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Distribution:
    """How a distribution ended, in the list's order."""

    made: tuple[Made, ...]
    checklist: Path
    without_previous: tuple[str, ...]

    @property
    def has_problems(self) -> bool:
        return any(one.error or one.problems for one in self.made)


def plan_packs(
    branches: Sequence[Branch], out: Path, quarter: Quarter, policy: Policy, previous: Path | None, key: bytes,
    passwords: Mapping[str, str], *, spare_rows: int, finish: Finish | None = None,
) -> list[PackJob]:  # fmt: skip
    """Settle sources and targets; raises where the folder holds the packs of another quarter or a named workbook is not there."""
    lines = read_checklist(out)
    other = next((line for line in lines.values() if line.quarter != str(quarter)), None)
    if other:
        raise CreditError(f"文件夹里是{other.quarter}的下发件", where=str(out), allowed=f"{quarter} 另用一个文件夹")
    past = {folded(branch_name(path)): path for path in find_workbooks(previous)} if previous else {}
    return [
        PackJob(
            branch, out / branch.file, quarter, policy, _previous(branch, previous, past), spare_rows, key,
            passwords[branch.name], finish, listed(lines, branch.name),
        )
        for branch in branches
    ]  # fmt: skip


def _previous(branch: Branch, folder: Path | None, past: Mapping[str, Path]) -> Path | None:
    if folder is None or not branch.previous:
        return past.get(folded(branch.name))
    path = folder / branch.previous
    if Path(branch.previous).name != branch.previous or not path.is_file():
        raise CreditError(f"“{branch.name}”的上季工作簿“{branch.previous}”不在", where=str(folder), allowed="该文件夹里的文件名")
    return path


def distribute(
    jobs: Sequence[PackJob], out: Path, how: How = HERE, on_done: Callable[[Made], None] = lambda made: None
) -> Distribution:
    """Make the packs and bring the list up to date; ``on_done`` is told of each branch in the list's order."""
    out.mkdir(parents=True, exist_ok=True)
    made = []
    for one in in_order(_made, jobs, None, how, _lost):
        on_done(one)
        made.append(one)
    kept = read_checklist(out)
    lines = {name: line for name, line in kept.items() if line.has_come_back}  # also of a branch that is no longer named
    lines |= {job.branch.name: one.line for job, one in zip(jobs, made, strict=True) if one.line}
    ordered = [job.branch.name for job in jobs if job.branch.name in lines]
    write_checklist(out, {name: lines[name] for name in (*ordered, *(name for name in lines if name not in ordered))})
    return Distribution(tuple(made), out / LIST_FILE, tuple(job.branch.name for job in jobs if job.previous is None))


def _made(job: PackJob, _: None) -> Made:
    return make(job)


def _lost(job: PackJob, why: str) -> Made:
    return Made(job.branch.name, FAILED, job.line, (), f"{job.branch.name}:{why}")


def make(job: PackJob) -> Made:
    """One branch's pack; whatever is wrong is told of this branch alone."""
    if job.line and job.line.has_come_back:
        return Made(job.branch.name, CAME_BACK, job.line)
    try:
        prefill = read_prefill(job.previous, job.policy, job.quarter) if job.previous else NOTHING
        with tempfile.TemporaryDirectory() as folder:
            package = _built(job, prefill, Path(folder) / job.branch.file)
            state = _write(job, package)
        line = _line(job, len(prefill.records), file_bytes(job.target, may_be_open=True))
        return Made(job.branch.name, state, line, tuple(_of_file(job, problem) for problem in prefill.problems))
    except CreditError as error:
        return Made(job.branch.name, FAILED, job.line, (), f"{job.branch.name}:{error}")


def _built(job: PackJob, prefill: Prefill, path: Path) -> Package:
    package = build_pack(
        path, job.branch.name, job.quarter, job.policy, prefill, job.key, spare_rows=job.spare_rows, finish=job.finish
    )  # fmt: skip
    write_package(package, path)
    return job.finish(path) if job.finish else package


def _of_file(job: PackJob, problem: Problem) -> Problem:
    return Problem(
        problem.sheet, problem.cell, problem.found, problem.allowed, problem.article, problem.effect, problem.customer, job.previous.name
    )


def _write(job: PackJob, package: Package) -> str:
    """Put the pack in place where it is not there already, in the clear or behind the branch's password."""
    path = package.path
    write_package(package, path)
    data = path.read_bytes()
    present = file_bytes(job.target, may_be_open=True) if job.target.exists() else None
    if present is not None and _opened(present, job) == data:
        return SAME
    if present is not None and job.line is None:
        raise CreditError("文件已存在,却不在分发清单,未覆盖", where=job.target.name, allowed="移走该文件,或恢复分发清单")
    refuse_open_elsewhere(job.target)
    put_bytes(job.target, encrypted(data, job.password) if job.password else data)
    return NEW if present is None else REMADE


def _opened(present: bytes, job: PackJob) -> bytes | None:
    """What lies in the target now, opened with the password that it should have; ``None`` where it has another or none."""
    if is_encrypted(present) != bool(job.password):
        return None
    return decrypted(present, job.password, job.target.name) if job.password else present


def _line(job: PackJob, customers: int, data: bytes) -> Line:
    return Line(
        job.branch.name, job.branch.contact, str(job.quarter), job.branch.file, str(customers), job.previous.name if job.previous else "",
        str(TEMPLATE_VERSION), job.policy.version, "有" if job.password else "无", sha256(data).hexdigest(),
    )  # fmt: skip
