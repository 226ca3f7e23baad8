"""Run by a Python of its own: a regeneration killed at chosen points, gone on with, and compared with one that nobody disturbed.

``python killing.py SOURCE OUT in-place|out SEED KILLS``: forks a run that is killed right before or after an operation on files,
checks what lies there, forks another that resumes, checks again; prints a line of JSON with what went wrong.
"""

import json
import os
import shutil
import signal
import sys
from pathlib import Path
from random import Random

from xl_credit.cli import main

TOUCHING = {"open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.chmod", "os.truncate", "os.utime", "shutil.copyfile", "sqlite3.connect"}
QUIET = os.devnull


def forked(arguments: list[str], below: Path, point: int | None) -> tuple[int, int]:
    """The command in a process of its own, killed at a ``point`` (``None``: never); (exit status, operations counted).

    Points 1 and 2 are right before and right after the first operation, 3 and 4 of the second, and so on.
    """
    counted, write = os.pipe()
    child = os.fork()
    if child:
        os.close(write)
        _, status = os.waitpid(child, 0)
        with os.fdopen(counted, "rb") as pipe:
            told = pipe.read()
        return status, int(told or 0)
    os.close(counted)
    with open(QUIET, "w", encoding="utf-8") as nothing:
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)
    operations = 0

    def hook(event: str, given: tuple) -> None:
        nonlocal operations
        if event in TOUCHING and any(str(below) in os.fsdecode(one) for one in given if isinstance(one, str | bytes)):
            operations += 1
            if point == 2 * operations - 1:
                os.kill(os.getpid(), signal.SIGKILL)
            if point == 2 * operations:
                sys.setprofile(lambda frame, what, _: what == "c_return" and os.kill(os.getpid(), signal.SIGKILL))

    sys.addaudithook(hook)
    sys.argv = ["xl-credit", *arguments]
    code = 0
    try:
        main()
    except SystemExit as end:
        code = end.code or 0
    os.write(write, str(operations).encode())
    os._exit(code)


def state(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "锁"}


def check_between(there: dict[str, bytes], before: dict[str, bytes], after: dict[str, bytes]) -> list[str]:
    """Every workbook is whole: as it was, or as it is meant to be; and none is gone."""
    found = [f"{name} is gone" for name in before if name.endswith(".xlsx") and name not in there]
    for name, data in there.items():
        if name.endswith(".xlsx") and data not in (before.get(name), after.get(name)):
            found.append(f"{name} is neither old nor new")
    return found


def try_out(source: Path, work: Path, in_place: bool, seed: str, kills: int) -> list[str]:
    def fresh() -> list[str]:
        shutil.rmtree(work, ignore_errors=True)
        if in_place:
            shutil.copytree(source, work)
            return ["regenerate", str(work), "-q", "2026Q3", "--in-place"]
        work.mkdir()
        return ["regenerate", str(source), "-q", "2026Q3", "--out", str(work)]

    arguments = fresh()
    before = state(work)
    status, operations = forked(arguments, work, None)
    after, wrong = state(work), []
    if os.waitstatus_to_exitcode(status) not in (0, 1) or operations < 20:
        return [f"the undisturbed run ended with {status} after {operations} operations"]
    for at in sorted(Random(seed).sample(range(1, 2 * operations + 1), min(kills, 2 * operations))):
        arguments = fresh()
        status, _ = forked(arguments, work, at)
        if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
            wrong.append(f"{at}: not killed ({status})")
        wrong += [f"{at}: {line}" for line in check_between(state(work), before, after)]
        resume = ["--resume"] if (work / "运行记录" / "计划.json").is_file() else []
        status, _ = forked([*arguments, *resume], work, None)
        if os.waitstatus_to_exitcode(status) not in (0, 1):
            wrong.append(f"{at}: going on ended with {os.waitstatus_to_exitcode(status)}")
        ended = state(work)
        wrong += [f"{at}: {name} differs in the end" for name in sorted({*ended, *after}) if ended.get(name) != after.get(name)]
    return wrong


if __name__ == "__main__":
    source, work, mode, seed, kills = sys.argv[1:]
    print(json.dumps(try_out(Path(source), Path(work), mode == "in-place", seed, int(kills)), ensure_ascii=False))
