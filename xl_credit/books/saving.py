"""A workbook's new bytes put in the target's place in one step, once they are read back and found to be what was asked for."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from xl_credit.books.container import Entry, read_entries
from xl_credit.books.safe_xml import is_well_formed
from xl_credit.rules.errors import CreditError


def put_in_place(
    target: Path, data: bytes, entries: Mapping[str, Entry], changed: Mapping[str, bytes], *,
    present: bytes | None, mode_of: Path, keep_backup: Path | None,
) -> None:  # fmt: skip
    """Write beside the target, verify, keep the ``present`` file as the backup, replace; the target is whole whatever fails."""
    handle, temp_name = tempfile.mkstemp(prefix=".xl-credit-", suffix=".tmp", dir=target.parent)
    temp, backup = Path(temp_name), None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _verify(temp, entries, changed, target.name)
        os.chmod(temp, (mode_of.stat().st_mode & 0o777 | 0o200) if mode_of.exists() else 0o644)
        if keep_backup is not None and present is not None:
            backup = _keep(target, present, Path(keep_backup))
        os.replace(temp, target)
    except BaseException:
        temp.unlink(missing_ok=True)
        if backup is not None:
            backup.unlink(missing_ok=True)
        raise


def _keep(target: Path, present: bytes, backup: Path) -> Path | None:
    """The backup made now, or None where an equal one is there already."""
    if backup.exists():
        if backup.read_bytes() == present:
            return None
        raise CreditError(f"备份文件 {backup.name} 已存在且内容不同,未写入", where=target.name, allowed="换一个备份文件名")
    backup.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(target, backup)
    except OSError:  # another disk, or a file system without hard links
        shutil.copy2(target, backup)
    return backup


def _verify(temp: Path, entries: Mapping[str, Entry], changed: Mapping[str, bytes], name: str) -> None:
    """The file just written, read back: ``CreditError`` unless it is the original with exactly the changes asked for."""
    def fail(part: str, why: str) -> CreditError:
        return CreditError(f"写入后校验失败:部件 {part} {why};原文件未动", where=name)

    written = read_entries(temp, temp.read_bytes())
    if list(written) != [*entries, *(part for part in changed if part not in entries)]:
        raise CreditError("写入后校验失败:部件清单不符;原文件未动", where=name)
    for part, entry in written.items():
        if part not in changed:
            if not entry.same_as(entries[part]):
                raise fail(part, "与原文件不同")
        elif not entry.holds(changed[part]):
            raise fail(part, "与写入内容不同")
        elif part.lower().endswith((".xml", ".rels")) and not is_well_formed(changed[part]):
            raise fail(part, "不是合格的 XML")


def put_bytes(target: Path, data: bytes, *, mode: int = 0o644) -> None:
    """A file that is no zip of ours put in place in one step, whole or not at all."""
    handle, temp_name = tempfile.mkstemp(prefix=".xl-credit-", suffix=".tmp", dir=target.parent)
    temp = Path(temp_name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temp, mode)
        os.replace(temp, target)
    except BaseException:
        temp.unlink(missing_ok=True)
        raise
