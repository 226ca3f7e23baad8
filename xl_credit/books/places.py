"""Where files lie: on this machine's disks, or at an address that fsspec reaches (an object store, a file server).

A remote place is a ``UPath``: it has the methods of a ``Path`` that reading needs, and is told from one by :func:`is_remote`.
"""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from xl_credit.rules.errors import CreditError

_KNOWN = "fsspec 认得的网址,如 s3://桶/文件夹"


def place(text: str) -> Path:
    """A path, or an address such as ``s3://桶/2026Q3``; ``file://`` is a path.

    Raises 「网址…用不了」 where the address is none or what reaches it is not installed, in one line.

    >>> place("2026Q3/华东.xlsx"), is_remote(place("file:///tmp/x"))
    (PosixPath('2026Q3/华东.xlsx'), False)
    """
    if "://" not in text:
        return Path(text)
    if text.startswith("file://"):
        return Path(url2pathname(unquote(urlsplit(text).path)))
    try:
        from upath import UPath

        found = UPath(text)
        found.fs  # noqa: B018 - made now, so that a package that it lacks is named here
    except ImportError as error:
        raise CreditError(f"网址“{text}”用不了:缺少 {error.name or 'fsspec 的存储包'}", allowed="pip install xl-credit[remote],以及该存储的 fsspec 包(如 s3fs)") from None
    except ValueError as error:
        raise CreditError(f"网址“{text}”用不了:{' '.join(str(error).split())}", allowed=_KNOWN) from None
    if not is_remote(found):
        raise CreditError(f"网址“{text}”用不了", allowed=_KNOWN)
    return found


def is_remote(path: Path) -> bool:
    return not isinstance(path, Path)


def real(path: Path) -> Path:
    """The file itself where the path leads over links."""
    return path if is_remote(path) else Path(os.path.realpath(path))


def absolute(path: Path) -> Path:
    """The same place for a process that works in another folder."""
    return path if is_remote(path) else path.absolute()
