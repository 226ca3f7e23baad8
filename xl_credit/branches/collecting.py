"""Returned workbooks in: judged one by one, good ones filed and handed to the regeneration, a letter for the others."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from xl_credit.books.disk import file_bytes, os_error, refuse_open_elsewhere
from xl_credit.books.places import absolute
from xl_credit.books.saving import put_bytes
from xl_credit.branches.checklist import Line, read_checklist, write_checklist
from xl_credit.branches.findings import Finding
from xl_credit.branches.judging import Judged, ReturnJob, judge
from xl_credit.branches.letter import build_letter
from xl_credit.branches.names import ARCHIVE_FOLDER, LETTER_FOLDER, LETTER_PREFIX, LIST_FILE, RETURNED, SENT_BACK
from xl_credit.quarter.run import BACKUP_FOLDER
from xl_credit.rules.errors import CreditError
from xl_credit.work.units import HERE, How, in_order

TAKEN, TAKEN_BEFORE, BACK, NOT_JUDGED, MISSING, AWAITED = "收下", "此前已收下", "退回", "未核对", "未收到", "已退回,未再交回"
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".et", ".ods")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A returned file, or a branch that sent none: what was found, and where the file or the letter lies now."""

    judged: Judged
    state: str
    place: Path | None = None


@dataclass(frozen=True, slots=True)
class Collection:
    """How a collection ended: files by name, then the branches that are still missing; other files are only named."""

    outcomes: tuple[Outcome, ...]
    ignored: tuple[str, ...]

    @property
    def has_problems(self) -> bool:
        return any(one.state not in (TAKEN, TAKEN_BEFORE) for one in self.outcomes)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where everything lies: what came back, what was sent, where the good ones go; and the day it is filed under."""

    returned: Path
    sent: Path
    out: Path
    day: date


def plan_returns(desk: Desk, key: bytes, passwords: Mapping[str, str]) -> tuple[list[ReturnJob], list[str]]:
    """The workbooks in the folder, and the names of what else lies there. Raises where nothing was ever sent."""
    lines = read_checklist(desk.sent)
    if not lines:
        raise CreditError("没有分发清单", where=str(desk.sent), allowed=f"distribute 的下发文件夹,内有 {LIST_FILE}")
    if not desk.returned.is_dir():
        raise CreditError(f"没有文件夹“{desk.returned}”", allowed="放有收回工作簿的文件夹")
    folders = [folder.resolve() for folder in (desk.returned, desk.sent, desk.out)]
    if len(set(folders)) < 3:
        raise CreditError("收回、下发和结果不能是同一个文件夹", where=str(desk.returned), allowed="三个不同的文件夹")
    there = sorted(path for path in desk.returned.iterdir() if path.is_file() and not path.name.startswith(("~$", ".")))
    workbooks = [path for path in there if path.suffix.lower() in _WORKBOOKS and not _is_ours(path)]
    others = [path.name for path in there if path not in workbooks and not _is_ours(path)]
    return [ReturnJob(absolute(path), absolute(desk.sent), lines, key, passwords) for path in workbooks], others


def _is_ours(path: Path) -> bool:
    return path.name == LIST_FILE or path.name.startswith(LETTER_PREFIX)


def collect(
    desk: Desk, jobs: Sequence[ReturnJob], ignored: Sequence[str] = (), how: How = HERE,
    on_done: Callable[[Judged], None] = lambda judged: None,
) -> Collection:  # fmt: skip
    """Judge the workbooks, file them, write the letters and bring the list up to date; the returned files stay as they are."""
    judged = []
    for one in in_order(_judge, [job.path for job in jobs], jobs[0] if jobs else None, how, _lost):
        on_done(one)
        judged.append(one)
    lines = read_checklist(desk.sent)
    outcomes = [_placed(desk, job.path, one, lines) for job, one in zip(jobs, _twice(judged, jobs), strict=True)]
    for one in sorted(outcomes, key=lambda one: one.state not in (TAKEN, TAKEN_BEFORE)):
        _note(lines, one, desk)
    write_checklist(desk.sent, lines)
    came = {one.judged.branch for one in outcomes}
    missing = [
        Outcome(Judged("", name), AWAITED if line.state == SENT_BACK else MISSING)
        for name, line in lines.items() if name not in came and line.state != RETURNED
    ]  # fmt: skip
    return Collection((*outcomes, *missing), tuple(ignored))


def _judge(path: Path, common: ReturnJob) -> Judged:
    return judge(replace(common, path=path))


def _lost(path: Path, why: str) -> Judged:
    return Judged(path.name, error=f"{path.name}:{why}")


def _twice(judged: Sequence[Judged], jobs: Sequence[ReturnJob]) -> Iterator[Judged]:
    """Two different workbooks of one branch are both sent back: nobody here can tell which one is meant."""
    files: dict[str, list[Path]] = {}
    for one, job in zip(judged, jobs, strict=True):
        if one.is_good:
            files.setdefault(one.branch, []).append(job.path)
    differ = {branch for branch, paths in files.items() if len(paths) > 1 and len({path.read_bytes() for path in paths}) > 1}
    for one in judged:
        if one.is_good and one.branch in differ:
            what = f"同一分公司有几份不同的工作簿:{'、'.join(path.name for path in files[one.branch])}"
            yield replace(one, findings=(Finding("", "", what, "", "", "只交回一份"),))
        else:
            yield one


def _placed(desk: Desk, path: Path, judged: Judged, lines: Mapping[str, Line]) -> Outcome:
    if judged.error:
        return Outcome(judged, NOT_JUDGED)
    if not judged.is_good:
        quarter = next(iter(lines.values())).quarter
        return Outcome(judged, BACK, _write_letter(desk, judged, quarter))
    data = file_bytes(path)
    kept = _archived(desk, judged.branch, data)
    if kept:
        return Outcome(judged, TAKEN_BEFORE, kept)
    return Outcome(judged, TAKEN, _file_away(desk, path, judged, data))


def _archived(desk: Desk, branch: str, data: bytes) -> Path | None:
    """Where this very file was filed already, whenever that was."""
    found = sorted((desk.out / ARCHIVE_FOLDER).glob(f"*/{_glob_safe(branch)}*"))
    return next((path for path in found if path.read_bytes() == data), None)


def _glob_safe(name: str) -> str:
    return "".join(f"[{char}]" if char in "[]*?" else char for char in name)


def _file_away(desk: Desk, path: Path, judged: Judged, data: bytes) -> Path:
    """The file as it came into the archive, and its content to where ``regenerate`` takes it; nothing there is lost."""
    suffix = path.suffix.lower()
    archive, target = desk.out / ARCHIVE_FOLDER / str(desk.day), desk.out / f"{judged.branch}{suffix}"
    try:
        archive.mkdir(parents=True, exist_ok=True)
        refuse_open_elsewhere(target)
        content = data if judged.opened is None else judged.opened
        for other in (target, *(desk.out / f"{judged.branch}{one}" for one in _WORKBOOKS if one != suffix)):
            if other.exists():
                _set_aside(desk, other, content)
        put_bytes(target, content)
        kept = _free(archive, judged.branch, suffix)
        put_bytes(kept, data)
    except OSError as error:
        raise os_error(error, target, "写入") from None
    return kept


def _set_aside(desk: Desk, old: Path, content: bytes) -> None:
    """What an earlier return or head office's own work left there is kept in 备份/."""
    if old.read_bytes() == content:
        return
    folder = desk.out / BACKUP_FOLDER
    folder.mkdir(exist_ok=True)
    old.rename(_free(folder, f"{old.stem}.{desk.day}", old.suffix))


def _free(folder: Path, stem: str, suffix: str) -> Path:
    names = (f"{stem}{again}{suffix}" for again in ("", *(f"-{count}" for count in range(2, 1000))))
    return next(path for name in names if not (path := folder / name).exists())


def _write_letter(desk: Desk, judged: Judged, quarter: str) -> Path:
    folder = desk.out / LETTER_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{LETTER_PREFIX}{Path(judged.file).stem}.xlsx"
    refuse_open_elsewhere(target)
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "letter.xlsx"
        build_letter(path, judged.branch, quarter, judged.file, desk.day, judged.findings)
        data = path.read_bytes()
    if not target.exists() or target.read_bytes() != data:
        put_bytes(target, data)
    return target


def _note(lines: dict[str, Line], outcome: Outcome, desk: Desk) -> None:
    """What the list says of the branch from now on; a good return is not undone by a worse one that comes later."""
    line, state = lines.get(outcome.judged.branch), outcome.state
    if line is None or state == NOT_JUDGED or (line.state == RETURNED and state != TAKEN):
        return
    day = outcome.place.parent.name if state == TAKEN_BEFORE else str(desk.day)
    place = outcome.place.relative_to(desk.out).as_posix()
    lines[line.branch] = line.with_return(SENT_BACK if state == BACK else RETURNED, day, len(outcome.judged.findings), place)
