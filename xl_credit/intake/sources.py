"""An export's file → its sheets' cells: .xlsx and .xlsm, .xls, and text with commas, tabs or semicolons between its cells.

What the file is its content says, not its name: many an ERP gives text the ending .xls.
"""

import csv
import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xl_credit.books.disk import file_bytes
from xl_credit.books.package import read_package
from xl_credit.books.reading import read_grids
from xl_credit.books.workbook import read_sheets
from xl_credit.cells import from_csv_text
from xl_credit.intake.xls_reading import MOST_MERGES, read_xls
from xl_credit.rules.errors import CreditError
from xl_credit.tables import Row, column_index

Merge = tuple[tuple[int, int], tuple[int, int]]

_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK"
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^<>]*?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_MOST_XLS, _MOST_TEXT = 128 << 20, 512 << 20
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ENCODINGS = ("utf-8", "gb18030")
_SEPARATORS = ("\t", ",", ";", "|")
_LOOKED_AT = 40  # lines by which the separator is told
FORMATS = ".xlsx、.xlsm、.xls,或 UTF-8、GB18030、UTF-16 的 .csv、.txt"


@dataclass(frozen=True)
class SourceSheet:
    """One sheet's cells; of a text file its name is empty. ``merges`` are ((row, column), (row, column)), counted from 0."""

    name: str
    rows: Sequence[Row]
    merges: Sequence[Merge] = ()
    date1904: bool = False


@dataclass(frozen=True)
class Source:
    """A file's sheets; ``digest`` tells one content from another."""

    file: str
    digest: str
    sheets: tuple[SourceSheet, ...]


def read_source(path: Path, sheet: str | None = None) -> Source:
    """All sheets with anything in them, or the one named.

    Raises 「…不是导出文件…」, 「…是网页(HTML)…」, 「…没有工作表“…”…」 and what :func:`read_package` refuses.
    """
    data = file_bytes(path)
    if not data:
        raise CreditError("文件为空(0 字节)", where=path.name, allowed=FORMATS)
    digest = hashlib.sha256(data).hexdigest()[:12]
    if data.startswith(_ZIP):
        sheets = _of_package(path, sheet)
    elif data.startswith(_OLE):
        sheets = _of_xls(path, data, sheet)
    else:
        sheets = [SourceSheet("", _text_rows(path, data))]
    return Source(path.name, digest, tuple(one for one in sheets if any(map(any, one.rows))))


def _of_package(path: Path, sheet: str | None) -> list[SourceSheet]:
    package = read_package(path)
    tabs = [one for one in read_sheets(package) if one.kind == "worksheet" and one.part in package]
    if sheet is not None and all(one.name != sheet for one in tabs):
        raise CreditError(f"没有工作表“{sheet}”", where=path.name, allowed="、".join(one.name for one in tabs))
    wanted = {one.name: one for one in tabs if sheet in (None, one.name)}
    return [SourceSheet(name, grid.rows, _merges(package.read(wanted[name].part)), grid.date1904) for name, grid in read_grids(package, wanted).items()]


def _merges(data: bytes) -> list[Merge]:
    """The merged ranges that a sheet's XML lists behind its cells."""
    found = []
    for top in _MERGED.finditer(data, max(0, data.rfind(b"</sheetData>"))):
        left, first, right, last = (part.decode() for part in top.groups())
        found.append(((int(first) - 1, column_index(left)), (int(last) - 1, column_index(right))))
        if len(found) == MOST_MERGES:
            break
    return found


def _of_xls(path: Path, data: bytes, sheet: str | None) -> list[SourceSheet]:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise CreditError("工作簿已加密(设有打开密码)", where=path.name, allowed="先在 Excel 中取消打开密码")
    if len(data) > _MOST_XLS:
        raise CreditError(f"文件有{len(data) >> 20} MB", where=path.name, allowed=f"不超过{_MOST_XLS >> 20} MB 的 .xls,或另存为 .xlsx")
    return [SourceSheet(*one) for one in read_xls(path.resolve(), sheet)]


def _text_rows(path: Path, data: bytes) -> list[Row]:
    if len(data) > _MOST_TEXT:
        raise CreditError(f"文件有{len(data) >> 20} MB", where=path.name, allowed=f"不超过{_MOST_TEXT >> 20} MB 的文本")
    written = _decoded(path, data)
    start = written[:2000].lstrip().lower()
    if start.startswith(("<!doctype", "<html", "<table", "<?xml", "<meta", "<head", "<style")):
        raise CreditError("是网页(HTML、XML)而不是表格", where=path.name, allowed="在 Excel 中打开后另存为 .xlsx")
    try:
        rows = list(csv.reader(io.StringIO(written, newline=""), delimiter=_separator(written), strict=True))
    except csv.Error as error:
        raise CreditError(f"文本格式有误:{error}", where=path.name, allowed="分隔符一致、引号成对的文本") from error
    return [[from_csv_text(value) for value in row] for row in rows] if "'" in written else rows


def _decoded(path: Path, data: bytes) -> str:
    marked = next((name for mark, name in _BOMS if data.startswith(mark)), None)
    for encoding in (marked,) if marked else _ENCODINGS:
        try:
            written = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in written:
            return written
    raise CreditError("不是导出文件,或编码认不出来", where=path.name, allowed=FORMATS)


def _separator(written: str) -> str:
    """What stands between the cells: the separator that most of the first lines have, and have equally often."""
    lines = [line for line in written[: 1 << 16].splitlines()[:_LOOKED_AT] if line.strip()]

    def weight(mark: str) -> tuple[int, int]:
        counts = [line.count(mark) for line in lines if mark in line]
        usual = max(set(counts), key=lambda count: (counts.count(count), count), default=0)
        return counts.count(usual) * min(usual, 50), -_SEPARATORS.index(mark)

    return max(_SEPARATORS, key=weight)
