"""Whether the files that a quarter was rated from are still what they were."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from xl_credit.books.disk import file_digest
from xl_credit.history.contents import SOURCES
from xl_credit.history.store import Snapshot
from xl_credit.quarter.record import Cell
from xl_credit.rules.errors import CreditError

SOURCE_COLUMNS = ("类别", "文件", "状态", "所在")
SAME, CHANGED, MISSING = "相符", "内容已变", "没有找到"
_SUFFIXES = (".xlsx", ".xlsm")


def check_sources(snapshot: Snapshot, folders: Sequence[Path]) -> list[tuple[Cell, ...]]:
    """Each source file as a row of :data:`SOURCE_COLUMNS`: found below the folders with its content, under whatever name; or not.

    A copy in 备份/ counts, since that is where in-place runs keep what they replaced.
    """
    for folder in folders:
        if not folder.is_dir():
            raise CreditError(f"没有文件夹“{folder}”", allowed="放有来源文件的文件夹")
    wanted = snapshot.rows(SOURCES)
    digests = dict(_digests(folders))
    by_digest: dict[str, Path] = {}
    for path, digest in digests.items():
        by_digest.setdefault(digest, path)
    return [_state(kind, name, digest, by_digest, digests) for kind, name, digest in wanted]


def _state(kind: str, name: str, digest: str, by_digest: dict[str, Path], digests: Iterable[Path]) -> tuple[Cell, ...]:
    if digest in by_digest:
        return kind, name, SAME, str(by_digest[digest])
    changed = next((path for path in digests if path.name == name), None)
    return (kind, name, CHANGED, str(changed)) if changed else (kind, name, MISSING, None)


def _digests(folders: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in _SUFFIXES and not path.name.startswith(("~$", ".")) and path.is_file():
                try:
                    yield path, file_digest(path)
                except CreditError:
                    continue  # what cannot be read is not found
