"""New bytes put in a file's place in one step, once they are read back and found to be what was asked for."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from xl_credit.books.container import Entry, read_entries
from xl_credit.books.disk import os_error
from xl_credit.books.places import is_remote
from xl_credit.books.safe_xml import is_well_formed
from xl_credit.rules.errors import CreditError

TEMPORARY = (".xl-credit-", ".tmp")  # how the name of a file that is not in place yet begins and ends
_WHOLE_PUTS = {"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss", "oci", "obs", "memory"}  # an object is there whole or not at all

Check = Callable[[bytes], None]


def put_in_place(
    target: Path, data: bytes, entries: Mapping[str, Entry], changed: Mapping[str, bytes], *,
    present: bytes | None, mode_of: Path, keep_backup: Path | None,
) -> None:  # fmt: skip
    """Write beside the target, verify, keep the ``present`` file as the backup, replace; the target is whole whatever fails."""

    def check(written: bytes) -> None:
        _verify(written, entries, changed, target)

    if is_remote(target):
        check(data)
        if keep_backup is not None and present is not None:
            _keep(target, present, keep_backup)
        _put_remote(target, data, present)
        return
    mode = (mode_of.stat().st_mode & 0o777 | 0o200) if mode_of.exists() else 0o644
    backed_up = keep_backup is not None and present is not None
    _put_local(target, data, mode, check, (lambda: _keep(target, present, Path(keep_backup))) if backed_up else _nothing)


def put_bytes(target: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Any other file of ours put in place in one step, whole or not at all; what was there before is replaced."""
    try:
        if is_remote(target):
            _put_remote(target, data, target.read_bytes() if target.exists() else None)
        else:
            _put_local(target, data, mode)
    except OSError as error:
        raise os_error(error, target, "写入") from None


def _nothing(*_: object) -> None:
    pass


def _put_local(target: Path, data: bytes, mode: int, check: Check = _nothing, keep: Callable[[], Path | None] = _nothing) -> None:
    """Written beside the target, checked, then moved onto it; what ``keep`` has made is gone again where that fails."""
    handle, temp_name = tempfile.mkstemp(prefix=TEMPORARY[0], suffix=TEMPORARY[1], dir=target.parent)
    temp, backup = Path(temp_name), None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        check(temp.read_bytes())
        os.chmod(temp, mode)
        backup = keep()
        os.replace(temp, target)
    except BaseException:
        temp.unlink(missing_ok=True)
        if backup is not None:
            backup.unlink(missing_ok=True)
        raise


def _put_remote(target: Path, data: bytes, present: bytes | None) -> None:
    """An object is replaced whole by its store; elsewhere a file beside the target is moved onto it. Then it is read back."""
    if target.protocol in _WHOLE_PUTS:
        target.write_bytes(data)
    else:
        beside = target.with_name(f"{TEMPORARY[0]}{hashlib.sha256(data).hexdigest()[:16]}{TEMPORARY[1]}")
        beside.write_bytes(data)
        target.fs.mv(beside.path, target.path)
    target.fs.invalidate_cache()
    if target.read_bytes() != data:
        if present is not None:
            target.write_bytes(present)
        raise CreditError("写入后读回的内容不同;已放回原文件" if present is not None else "写入后读回的内容不同", where=target.name)


def _keep(target: Path, present: bytes, backup: Path) -> Path | None:
    """The backup made now, or None where an equal one is there already."""
    if backup.exists():
        if backup.read_bytes() == present:
            return None
        raise CreditError(f"备份文件 {backup.name} 已存在且内容不同,未写入", where=target.name, allowed="换一个备份文件名")
    backup.parent.mkdir(parents=True, exist_ok=True)
    if is_remote(backup):
        backup.write_bytes(present)
        return backup
    try:
        os.link(target, backup)
    except OSError:  # another disk, or a file system without hard links
        shutil.copy2(target, backup)
    return backup


def _verify(written_bytes: bytes, entries: Mapping[str, Entry], changed: Mapping[str, bytes], target: Path) -> None:
    """What was written, read back: ``CreditError`` unless it is the original with exactly the changes asked for."""
    def fail(part: str, why: str) -> CreditError:
        return CreditError(f"写入后校验失败:部件 {part} {why};原文件未动", where=target.name)

    written = read_entries(target, written_bytes)
    if list(written) != [*entries, *(part for part in changed if part not in entries)]:
        raise CreditError("写入后校验失败:部件清单不符;原文件未动", where=target.name)
    for part, entry in written.items():
        if part not in changed:
            if not entry.same_as(entries[part]):
                raise fail(part, "与原文件不同")
        elif not entry.holds(changed[part]):
            raise fail(part, "与写入内容不同")
        elif part.lower().endswith((".xml", ".rels")) and not is_well_formed(changed[part]):
            raise fail(part, "不是合格的 XML")
