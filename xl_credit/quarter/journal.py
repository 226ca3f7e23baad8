"""A run's journal in 运行记录: what each branch came to, written before its workbook is put in place.

So a run that is cut off anywhere can go on: a branch whose entry and workbook agree is done, any other is done again from its
source, which is still as it was.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec

from xl_credit import __version__
from xl_credit.books.disk import file_digest
from xl_credit.books.saving import put_bytes
from xl_credit.policy.flat import flat_rows
from xl_credit.quarter.branch import BranchResult, Job
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import Policy

_PLAN, _DONE, _ENTRY = "计划.json", "完成.json", ".json"


@dataclass(frozen=True, slots=True)
class Entry:
    """A branch's result, the sha256 of the workbook that goes with it, and of the files that it was made from."""

    inputs: tuple[str, ...]
    digest: str
    result: BranchResult


@dataclass(frozen=True, slots=True)
class Terms:
    """What must be the same for a run to be gone on with."""

    quarter: str
    version: str
    policy: str
    method: str
    past: tuple[str, ...] | None


def terms(quarter: object, policy: Policy, method: object, past: tuple[Path, ...] | None) -> Terms:
    """The terms of a run by version, policy and the names of last quarter's files."""
    figures = sha256(repr(flat_rows(policy)).encode()).hexdigest()
    return Terms(str(quarter), __version__, figures, str(method), None if past is None else tuple(path.name for path in past))


def begin(records: Path, wanted: Terms, resume: bool) -> bool:
    """Open the journal, empty unless ``resume``; True where it replaces that of a run that did not end.

    Raises 「没有可以接着做的运行…」 and 「上次运行的条件与这次不同…」.
    """
    there = records / _PLAN
    if resume:
        if not there.is_file():
            raise CreditError("没有可以接着做的运行", where=str(records.parent), allowed="去掉 --resume")
        if _decoded(there, Terms) != wanted:
            raise CreditError("上次运行的条件(季度、政策、口径、上季文件或版本)与这次不同", where=str(records.parent), allowed="条件相同,或去掉 --resume 从头做")
        return False
    cut_off = there.is_file() and not (records / _DONE).is_file()
    for path in sorted(records.iterdir()):
        if path.name.endswith(_ENTRY):
            path.unlink()
    put_bytes(there, msgspec.json.encode(wanted))
    return cut_off


def note(records: Path, job: Job, result: BranchResult, data: bytes) -> None:
    """Enter what the branch came to; ``data`` is the workbook that is about to take its place."""
    put_bytes(_entry(records, job), msgspec.json.encode(Entry(_inputs(job), sha256(data).hexdigest(), result)))


def finished(records: Path, job: Job) -> BranchResult | None:
    """The branch's result where it is done: its entry is there, its workbook is the one entered, and its sources are the same."""
    path = _entry(records, job)
    if not path.is_file() or not job.target.is_file():
        return None
    found = _decoded(path, Entry)
    if found is None or found.digest != file_digest(job.target) or found.inputs != _inputs(job):
        return None
    return found.result


def end(records: Path) -> None:
    """Mark the run as ended."""
    put_bytes(records / _DONE, b"{}")


def _entry(records: Path, job: Job) -> Path:
    return records / f"{job.source.name}{_ENTRY}"


def _inputs(job: Job) -> tuple[str, ...]:
    """Where a workbook is written back into itself, it is no input any more once that is done."""
    files = (job.source if job.target != job.source else None, job.past, job.ledgers.own_file if job.ledgers else None)
    return tuple(file_digest(path) if path else "" for path in files)


def _decoded(path: Path, kind: type) -> object | None:
    """What the file holds; ``None`` where it is none of ours."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (msgspec.MsgspecError, OSError):
        return None
