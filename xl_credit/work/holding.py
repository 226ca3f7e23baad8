"""One run at a time in a folder: a second one is refused, and told who is at work there."""

import getpass
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from xl_credit.books.places import is_remote
from xl_credit.books.saving import TEMPORARY, put_bytes
from xl_credit.rules.errors import CreditError

RUN_FOLDER = "运行记录"
_LOCK, _HOLDER = "锁", "占用者"


@contextmanager
def held(folder: Path) -> Iterator[Path]:
    """The folder for this run alone, created where it is not there; gives its 运行记录.

    Raises 「…正由另一次运行使用(主机…,用户…,进程…)」. On this machine's disks the system lets go of the folder when the process ends,
    however it ends; what a process that was killed had begun to write is cleared away.
    """
    records = folder / RUN_FOLDER
    records.mkdir(parents=True, exist_ok=True)
    with (_held_remotely if is_remote(folder) else _held_here)(records):
        _sweep(folder, records)
        yield records
        _sweep(folder, records)  # a worker may have been killed while it wrote


@contextmanager
def _held_here(records: Path) -> Iterator[None]:
    lock = FileLock(records / _LOCK, blocking=False)
    try:
        lock.acquire()
    except Timeout:
        raise _in_use(records) from None
    try:
        put_bytes(records / _HOLDER, _us())
        yield
    finally:
        (records / _HOLDER).unlink(missing_ok=True)
        lock.release()


@contextmanager
def _held_remotely(records: Path) -> Iterator[None]:
    """By an object that only one can create; where the run that made it was on this machine and is gone, it is taken over."""
    holder = records / _HOLDER
    if holder.exists() and _is_gone(_holder(records)):
        holder.unlink()
    try:
        holder.fs.pipe_file(holder.path, _us(), mode="create")
    except FileExistsError:
        raise _in_use(records) from None
    try:
        yield
    finally:
        holder.unlink()


def _us() -> bytes:
    try:
        user = getpass.getuser()
    except (KeyError, OSError, ImportError):  # an account without a name
        user = ""
    return json.dumps({"主机": socket.gethostname(), "用户": user, "进程": os.getpid()}, ensure_ascii=False).encode()


def _holder(records: Path) -> dict[str, object]:
    try:
        found = json.loads((records / _HOLDER).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _in_use(records: Path) -> CreditError:
    found = _holder(records)
    who = ",".join(f"{name}{found[name]}" for name in ("主机", "用户", "进程") if found.get(name)) or "不明"
    allowed = "等它结束后再运行" + (f";确已中断的,删除 {RUN_FOLDER}/{_HOLDER}" if is_remote(records) else "")
    return CreditError(f"正由另一次运行使用({who})", where=str(records.parent), allowed=allowed)


def _is_gone(found: dict[str, object]) -> bool:
    process = found.get("进程")
    if os.name != "posix" or found.get("主机") != socket.gethostname() or not isinstance(process, int):
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _sweep(*folders: Path) -> None:
    """Files that a run cut off had not put in place yet."""
    start, end = TEMPORARY
    for folder in folders:
        for path in folder.iterdir():
            if path.name.startswith(start) and path.name.endswith(end):
                path.unlink(missing_ok=True)
