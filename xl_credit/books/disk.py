"""A workbook's file on the disk: read whole, refused where another program has it open, faults of the disk in one line."""

import errno
from hashlib import sha256
from pathlib import Path

from xl_credit.rules.errors import CreditError

_OS_REASONS = {errno.ENOSPC: "磁盘空间不足", errno.EDQUOT: "磁盘配额不足", errno.EROFS: "磁盘为只读",
               errno.ENAMETOOLONG: "文件名过长", errno.ENOENT: "文件夹不存在", errno.ENOTDIR: "路径中有一段不是文件夹"}


def file_bytes(path: Path, *, may_be_open: bool = False) -> bytes:
    """The file's content; ``CreditError`` where it is none, is open elsewhere (unless it may be) or cannot be read."""
    if path.name.startswith("~$"):
        raise CreditError("这是 Excel 打开文件时的临时锁文件,不是工作簿", where=path.name)
    try:
        if path.is_dir():
            raise CreditError("是文件夹,不是工作簿", where=path.name)
        if not path.exists():
            raise CreditError("文件不存在", where=path.name)
        if not may_be_open:
            refuse_open_elsewhere(path)
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise os_error(error, path, "读取") from None


def file_digest(path: Path) -> str:
    """The file's sha256."""
    return sha256(file_bytes(path, may_be_open=True)).hexdigest()


def refuse_open_elsewhere(path: Path) -> None:
    """``CreditError`` while a spreadsheet program's lock file lies beside it."""
    for lock in (f"~${path.name}", f".~lock.{path.name}#"):  # Excel and WPS; LibreOffice
        if path.with_name(lock).exists():
            raise CreditError("正在其他程序中打开", where=path.name, allowed=f"先关闭;若确已关闭,删除锁文件 {lock}")


def os_error(error: OSError | ValueError, path: Path, doing: str) -> CreditError:
    """The disk's fault in our words; ``doing`` is 读取 or 写入."""
    if isinstance(error, PermissionError):
        return CreditError(f"没有权限{doing},或文件正被其他程序占用", where=path.name)
    number = getattr(error, "errno", None)
    return CreditError(f"{doing}失败({_OS_REASONS.get(number) or errno.errorcode.get(number, '路径无效')})", where=path.name)
