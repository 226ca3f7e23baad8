"""A snapshot's file: an SQLite database that anybody can open, named by the digest of what is in it, never written twice."""

import json
import os
import re
import sqlite3
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import chain
from pathlib import Path

from xl_credit.books.disk import os_error
from xl_credit.history.contents import (
    ABOUT,
    BRANCHES,
    CHANGES,
    COLUMNS,
    CUSTOMERS,
    FACTS,
    FOLLOWS,
    FORMAT,
    OWED,
    Row,
    Tables,
)
from xl_credit.rules.errors import CreditError
from xl_credit.rules.quarter import Quarter

FOLDER, SUFFIX = "快照", ".sqlite"
NAME = re.compile(r"(\d{4}Q[1-4])-([0-9a-f]{12})\.sqlite")
_MOST_FACTS = 1 << 28  # bytes of one branch's 评估表: a million customers
_OURS = "xl-credit 写出、没有改动过的快照"

_NUMBERS = {CUSTOMERS: ("分公司号",), CHANGES: ("分公司号",), OWED: ("分公司号", "余额(分)", "逾期(分)", "未核销(分)")}
_STRANGE = [  # what a file of another make may have where numbers belong
    f'SELECT count(*) FROM "{table}" WHERE typeof("{column}") <> \'integer\'' + (
        f' OR "{column}" NOT BETWEEN 1 AND (SELECT count(*) FROM "{BRANCHES}")' if column == "分公司号" else ""
    ) for table, columns in _NUMBERS.items() for column in columns
]  # fmt: skip


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


_SCHEMA = [f'CREATE TABLE "{table}" ({_quoted(columns)})' for table, columns in COLUMNS.items()]
_TABLE = re.compile(r'CREATE TABLE "([^"]+)" \(("[^"]+"(?:, "[^"]+")*)\)')


@dataclass(frozen=True)
class Snapshot:
    """A quarter as it was regenerated once; ``follows`` are the earlier snapshots of that quarter that this one replaced.

    ``columns`` are those that its tables have: a snapshot of another version may have fewer or others than are written now.
    """

    path: Path
    quarter: Quarter
    about: dict[str, str]
    follows: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def policy_text(self) -> str:
        """Which policy it was rated by, and whether that was ever approved."""
        notice = self.about.get("政策提示")
        return f"{self.about.get('政策', '')}({self.about.get('政策状态', '')})" + (f" {notice}" if notice else "")

    def rows(self, table: str, *columns: str) -> list[Row]:
        """A table's rows in their order: all columns as they are written now, or those named; ``None`` where it lacks one."""
        with _opened(self.path) as database:
            return list(_rows(database, table, self.columns[table], columns or COLUMNS[table]))

    def facts_text(self, number: int) -> str | None:
        """The 评估表 of one branch, counted from 1."""
        with _opened(self.path) as database:
            packed = database.execute(f'SELECT "{FACTS}" FROM "{BRANCHES}" WHERE rowid = ?', (number,)).fetchone()
            return _unpacked(packed[0]) if packed else None

    @cached_property
    def branches(self) -> list[tuple[str, str, str]]:
        """(分公司, 文件, 有台账) of each branch; they are numbered from 1 in this order."""
        return self.rows(BRANCHES, "分公司", "文件", "有台账")


def content_digest(tables: Tables) -> "sha256":
    """The sha256 over all tables but 承接: their names, columns and every value, in order."""
    return _digest((name, columns, tables[name]) for name, columns in COLUMNS.items() if name != FOLLOWS)


def _digest(tables: Iterable[tuple[str, Sequence[str], Iterable[Row]]]) -> "sha256":
    digest = sha256()
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    for name, columns, rows in tables:
        for row in chain([(name, *columns)], rows):
            digest.update(f"{encode(row)}\n".encode())
    return digest


def named(quarter: Quarter, body: "sha256", follows: Sequence[str]) -> str:
    """The name of a snapshot with this content after these.

    >>> named(Quarter(2026, 3), sha256(b""), ())
    '2026Q3-8fe23c113fce.sqlite'
    """
    digest = body.copy()
    digest.update(f"{FOLLOWS}\n{json.dumps(list(follows), ensure_ascii=False)}\n".encode())
    return f"{quarter}-{digest.hexdigest()[:12]}{SUFFIX}"


def write_snapshot(folder: Path, quarter: Quarter, tables: Tables, body: "sha256", follows: Sequence[str]) -> Path:
    """A new file in the folder, read back before it gets its name, and read-only from then on; one of that name stays."""
    target = folder / named(quarter, body, follows)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(".xl-credit-*.tmp"):  # by a run that was killed
            left.unlink()
        handle, name = tempfile.mkstemp(prefix=".xl-credit-", suffix=".tmp", dir=folder)
        os.close(handle)
        temp = Path(name)
        try:
            _fill(temp, tables, follows)
            with _opened(temp) as database:
                if _name_of(database, quarter, COLUMNS) != target.name:
                    raise CreditError("写入后校验失败,未留快照", where=target.name)
            _settle(temp)
            if not target.exists():
                os.replace(temp, target)
                os.chmod(target, 0o444)
        finally:
            temp.unlink(missing_ok=True)
    except OSError as error:
        raise os_error(error, target, "写入") from None
    except sqlite3.Error as error:
        raise CreditError(f"快照写不出来({error})", where=target.name, allowed="可以写入、有空间的文件夹") from None
    return target


def _fill(path: Path, tables: Tables, follows: Sequence[str]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for line in ("journal_mode=OFF", "synchronous=OFF", "page_size=4096", "encoding='UTF-8'"):
            database.execute(f"PRAGMA {line}")
        database.execute("BEGIN")
        for line in _SCHEMA:
            database.execute(line)
        for name, columns in COLUMNS.items():
            rows = [(one,) for one in follows] if name == FOLLOWS else tables[name]
            rows = map(_packed, rows) if name == BRANCHES else rows
            database.executemany(f'INSERT INTO "{name}" VALUES ({",".join("?" * len(columns))})', rows)
        database.execute("COMMIT")


def _settle(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _packed(row: Row) -> tuple:
    place = COLUMNS[BRANCHES].index(FACTS)
    return (*row[:place], None if row[place] is None else zlib.compress(row[place].encode("utf-8"), 6), *row[place + 1 :])


def _unpacked(packed: bytes | None) -> str | None:
    if packed is None:
        return None
    opened = zlib.decompressobj()
    data = opened.decompress(packed, _MOST_FACTS)
    if not opened.eof:
        raise ValueError
    return data.decode("utf-8")


def read_snapshot(path: Path) -> Snapshot:
    """The snapshot, once every value in it has been found to be what its name was made from.

    Raises 「不是快照…」 for another file, 「快照内容与文件名不符,已被改动或损坏」 for one that is not as it was written.
    """
    return _read(path, True)


def read_head(path: Path) -> Snapshot:
    """The snapshot, its content not checked."""
    return _read(path, False)


def _read(path: Path, whole: bool) -> Snapshot:
    found = NAME.fullmatch(path.name)
    if not found:
        raise CreditError("不是快照的文件名", where=path.name, allowed="季度-12位摘要.sqlite,如 2026Q3-0123456789ab.sqlite")
    quarter = Quarter.parse(found[1])
    with _opened(path) as database:
        columns = _schema(database, path)
        about = dict(_rows(database, ABOUT, columns[ABOUT], COLUMNS[ABOUT]))
        follows = _follows(database, columns)
        if about.get("格式") != FORMAT:
            raise CreditError(f"快照格式为“{about.get('格式')}”", where=path.name, allowed=f"格式{FORMAT}")
        if about.get("季度") != str(quarter) or (whole and _name_of(database, quarter, columns) != path.name):
            raise CreditError("快照内容与文件名不符,已被改动或损坏", where=path.name, allowed=_OURS)
        if whole and any(database.execute(line).fetchone()[0] for line in _STRANGE):
            raise ValueError
    return Snapshot(path, quarter, about, follows, columns)


def _schema(database: sqlite3.Connection, path: Path) -> dict[str, tuple[str, ...]]:
    """The columns of each table; raises unless these are plain tables of our names and nothing else.

    No view or trigger of a foreign file is ever run.
    """
    found = [_TABLE.fullmatch(text or "") for (text,) in database.execute("SELECT sql FROM sqlite_master ORDER BY rowid")]
    columns = {one[1]: tuple(one[2][1:-1].split('", "')) for one in found if one}
    if not all(found) or columns.keys() != COLUMNS.keys():
        raise CreditError("不是快照", where=path.name, allowed=_OURS)
    return columns


def _follows(database: sqlite3.Connection, columns: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    return tuple(name for (name,) in _rows(database, FOLLOWS, columns[FOLLOWS], COLUMNS[FOLLOWS]))


def _name_of(database: sqlite3.Connection, quarter: Quarter, columns: Mapping[str, Sequence[str]]) -> str:
    body = _digest((table, own, _rows(database, table, own, own)) for table, own in columns.items() if table != FOLLOWS)
    return named(quarter, body, _follows(database, columns))


def _rows(database: sqlite3.Connection, table: str, there: Sequence[str], wanted: Sequence[str]) -> Iterator[Row]:
    chosen = ", ".join(f'"{name}"' if name in there else "NULL" for name in wanted)
    rows = database.execute(f'SELECT {chosen} FROM "{table}" ORDER BY rowid')
    if table != BRANCHES or FACTS not in wanted:
        return rows
    place = wanted.index(FACTS)
    return ((*row[:place], _unpacked(row[place]), *row[place + 1 :]) for row in rows)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file as a database that nothing can change; whatever is wrong with it in one line."""
    try:
        with path.open("rb"):
            pass
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            for line in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON"):
                database.execute(f"PRAGMA {line}")
            yield database
    except OSError as error:
        raise os_error(error, path, "读取") from None
    except (sqlite3.Error, sqlite3.Warning, ValueError, TypeError, zlib.error) as error:
        raise CreditError(f"快照读不出来,已损坏({type(error).__name__})", where=path.name, allowed=_OURS) from error
