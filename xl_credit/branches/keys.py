"""Head office's key and the branches' opening passwords: from a file of one's own or the system's keyring, never an argument."""

import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

from xl_credit.books.disk import os_error
from xl_credit.books.reading import read_table_file
from xl_credit.branches.names import BRANCH, PASSWORD
from xl_credit.cells import folded, is_blank, text
from xl_credit.rules.errors import CreditError
from xl_credit.tables import find_table

KEYRING = "keyring"  # in place of a file's name
_SERVICE, _KEY_NAME, _PASSWORD_SERVICE = "xl-credit", "下发密钥", "xl-credit 分公司密码"
_KEY_BYTES, _LONGEST = 32, 255  # 255 is as long as Excel takes a password


def read_key(source: str, *, make: bool = False) -> bytes:
    """The key that seals the packs, from a file or ``keyring``; with ``make`` a new one where there is none yet.

    Raises 「…:密钥文件可被他人读取…」, 「…不是下发密钥…」 and, without ``make``, 「…没有下发密钥」.
    """
    if source == KEYRING:
        ring = _keyring()
        written = ring.get_password(_SERVICE, _KEY_NAME)
        if written is None and make:
            written = secrets.token_hex(_KEY_BYTES)
            ring.set_password(_SERVICE, _KEY_NAME, written)
        return _key(written, KEYRING)
    path = Path(source)
    if make and not path.exists():
        _make_key(path)
    refuse_shared(path, "密钥文件")
    try:
        return _key(path.read_text("ascii").strip(), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise os_error(error, path, "读取") from None


def _make_key(path: Path) -> None:
    """A new key that only its owner can read from the first moment on."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise os_error(error, path, "写入") from None


def _key(written: str | None, where: str) -> bytes:
    if written is None:
        raise CreditError("没有下发密钥", where=where, allowed="分发时所用的密钥")
    try:
        key = bytes.fromhex(written)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise CreditError("不是下发密钥", where=where, allowed=f"分发时生成的密钥文件({_KEY_BYTES * 2}位十六进制)")
    return key


def refuse_shared(path: Path, what: str) -> None:
    """Raises where others than the owner can read the file, on systems that tell; and where there is none."""
    if not path.is_file():
        raise CreditError(f"没有{what}", where=str(path), allowed=f"现有的{what}")
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
        raise CreditError(f"{what}可被他人读取", where=str(path), allowed=f"只有本人可读:chmod 600 {path.name}")


def read_passwords(source: str | None, branches: list[str]) -> dict[str, str]:
    """Each branch's opening password, ``""`` for none: from a table with 分公司 and 密码 (CSV or workbook), or ``keyring``.

    A branch that the table leaves out is an error; one whose 密码 is empty has none. In the keyring what is not there is none.
    """
    if source is None:
        return dict.fromkeys(branches, "")
    if source == KEYRING:
        ring = _keyring()
        return {branch: ring.get_password(_PASSWORD_SERVICE, branch) or "" for branch in branches}
    path = Path(source)
    refuse_shared(path, "密码文件")
    found = _password_rows(path)
    missing = [branch for branch in branches if folded(branch) not in found]
    if missing:
        raise CreditError(f"没有“{'”“'.join(missing)}”的密码", where=path.name, allowed="每个分公司一行;不设密码的,密码留空")
    return {branch: found[folded(branch)] for branch in branches}


def _password_rows(path: Path) -> Mapping[str, str]:
    table = find_table(read_table_file(path, PASSWORD), (BRANCH, PASSWORD))
    found = {}
    for number, row in table.body():
        branch, value = table.value(row, BRANCH), table.value(row, PASSWORD)
        if is_blank(branch):
            continue
        if folded(branch) in found:
            raise CreditError(f"“{text(branch)}”有两行", where=f"{path.name}!{table.cell(number, BRANCH)}", allowed="每个分公司一行")
        found[folded(branch)] = password = value if isinstance(value, str) else text(value)
        if len(password) > _LONGEST:
            raise CreditError("密码过长", where=f"{path.name}!{table.cell(number, PASSWORD)}", allowed=f"不超过{_LONGEST}个字符")
    return found


def _keyring():
    try:
        import keyring
        import keyring.errors
    except ImportError:
        raise CreditError("缺少组件 keyring", allowed="pip install 'xl-credit[passwords]',或改用文件") from None
    if keyring.get_keyring().priority < 1:  # the stand-ins of systems without one: nothing is kept, or anybody reads it
        raise CreditError("本机没有可用的系统密钥环", allowed="改用文件")
    return keyring
