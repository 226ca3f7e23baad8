"""Files that are damaged, disguised or made to do harm: refused in one line, in bounded time, and left as they were."""

import io
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import build_branch, files_in, record, run_cli, workbooks_in

_SECONDS = 20
_OLE = bytes.fromhex("d0cf11e0a1b11ae1000000000000000000000000000000003e000300feff0900") + bytes(480)
_BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">%s]><worksheet>&j;</worksheet>""" % b"".join(
    b'<!ENTITY %c "%s">' % (name, b"&%c;" % (name - 1) * 10) for name in b"bcdefghij"
)
_CORNERS = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
)


def rebuilt(change: Callable[[str, bytes], bytes], *extra: tuple[str, bytes]) -> Callable[[bytes], bytes]:
    """A good workbook with its parts changed and others added."""

    def make(good: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                new.writestr(name, change(name, old.read(name)))
            for name, data in extra:
                new.writestr(name, data)
        return out.getvalue()

    return make


def same(name: str, data: bytes) -> bytes:
    return data


def first_sheet(content: bytes) -> Callable[[str, bytes], bytes]:
    return lambda name, data: content if name == "xl/worksheets/sheet1.xml" else data


def understated(good: bytes) -> bytes:
    """A part that unpacks to far more than the directory says."""
    data = bytearray(rebuilt(same, ("xl/media/big.bin", bytes(40 << 20)))(good))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        name = data.rindex(b"xl/media/big.bin") if signature == b"PK\x01\x02" else data.index(b"xl/media/big.bin")
        start = data.rindex(signature, 0, name)
        struct.pack_into("<L", data, start + offset, 1000)
    return bytes(data)


def binary_workbook(good: bytes) -> bytes:
    """What .xlsb is: the same package with a binary workbook part."""
    kind = b"application/vnd.ms-excel.sheet.binary.macroEnabled.main"

    def change(name: str, data: bytes) -> bytes:
        data = data.replace(b"/xl/workbook.xml", b"/xl/workbook.bin").replace(b'"xl/workbook.xml"', b'"xl/workbook.bin"')
        return data.replace(b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", kind)

    made = zipfile.ZipFile(io.BytesIO(rebuilt(change)(good)))
    out = io.BytesIO()
    with made, zipfile.ZipFile(out, "w") as new:
        for name in made.namelist():
            new.writestr(name.replace("workbook.xml", "workbook.bin"), made.read(name))
    return out.getvalue()


HOSTILE: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "entity bomb": ("坏.xlsx", rebuilt(first_sheet(_BOMB)), "DTD"),
    "entity bomb in UTF-16": ("坏.xlsx", rebuilt(first_sheet(_BOMB.decode().encode("utf-16"))), "DTD"),
    "zip bomb": ("坏.xlsx", rebuilt(same, ("xl/media/big.bin", bytes(64 << 20))), "压缩炸弹"),
    "zip bomb that lies about its size": ("坏.xlsx", understated, "损坏"),
    "very many parts": ("坏.xlsx", rebuilt(same, *((f"xl/p{i}", b"") for i in range(10_001))), "部件"),
    "truncated": ("坏.xlsx", lambda good: good[: len(good) // 2], "损坏"),
    "a flipped byte": ("坏.xlsx", lambda good: good[:3000] + bytes([good[3000] ^ 255]) + good[3001:], "损坏"),
    "empty": ("坏.xlsx", lambda good: b"", "文件为空"),
    "text named .xlsx": ("坏.xlsx", lambda good: "客户编码,客户名称\n".encode(), "不是 Excel 工作簿"),
    "web page named .xlsx": ("坏.xlsx", lambda good: b"<html><table></table></html>", "不是 Excel 工作簿"),
    "another zip named .xlsx": ("坏.xlsx", lambda good: zip_of(("a.txt", b"x")), "不是 Excel 工作簿"),
    "a part that climbs": ("坏.xlsx", rebuilt(same, ("../../climbed.xml", b"<a/>")), "不安全的部件名"),
    "a part with a drive": ("坏.xlsx", rebuilt(same, ("C:/climbed.xml", b"<a/>")), "不安全的部件名"),
    "two parts of one name": ("坏.xlsx", rebuilt(same, ("XL/Workbook.xml", b"<a/>")), "重名部件"),
    "xlsb": ("坏.xlsb", binary_workbook, ".xlsb"),
    "xlsb named .xlsx": ("坏.xlsx", binary_workbook, ".xlsb"),
    "encrypted": ("坏.xlsx", lambda good: _OLE + "EncryptionInfo\0EncryptedPackage\0".encode("utf-16-le"), "已加密"),
    "xls": ("坏.xls", lambda good: _OLE + "Workbook\0".encode("utf-16-le"), "旧格式 .xls"),
    "xls named .xlsx": ("坏.xlsx", lambda good: _OLE + "Workbook\0".encode("utf-16-le"), "旧格式 .xls"),
    "cells in both corners": ("坏.xlsx", rebuilt(first_sheet(_CORNERS)), "1048576行"),
    "XML cut off": ("坏.xlsx", rebuilt(lambda name, data: data[:-40] if name == "xl/workbook.xml" else data), "XML 内容损坏"),
}  # fmt: skip


def zip_of(*parts: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for name, data in parts:
            new.writestr(name, data)
    return out.getvalue()


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> bytes:
    return build_branch(tmp_path_factory.mktemp("good") / "好.xlsx", [record("H1"), record("H2")]).read_bytes()


each = pytest.mark.parametrize("kind", HOSTILE)


@each
def test_rate_refuses_it_in_one_line(kind, good, tmp_path):
    name, make, said = HOSTILE[kind]
    path = tmp_path / name
    path.write_bytes(make(good))
    before, began = files_in(tmp_path), time.monotonic()
    ended = run_cli("rate", path, "-q", "2026Q3", timeout=_SECONDS)
    assert (ended.code, ended.out, ended.has_traceback) == (2, "", False), ended
    assert len(ended.error_lines) == 1 and name in ended.err and said in ended.err, ended.err
    assert files_in(tmp_path) == before and time.monotonic() - began < _SECONDS


@each
def test_a_regeneration_names_it_and_goes_on_with_the_others(kind, good, tmp_path):
    name, make, said = HOSTILE[kind]
    source, out = tmp_path / "来源", tmp_path / "结果"
    source.mkdir()
    (source / "好.xlsx").write_bytes(good)
    (source / name).write_bytes(make(good))
    before = files_in(source)
    ended = run_cli("regenerate", source, "-q", "2026Q3", "--out", out, timeout=_SECONDS)
    assert (ended.code, ended.has_traceback) == (1, False), ended
    lines = [line for line in ended.error_lines if name in line]
    assert len(lines) == 1 and said in lines[0], ended.err
    assert files_in(source) == before and workbooks_in(out) == {"好.xlsx", "总部汇总.xlsx"}
    assert not list(tmp_path.rglob("*climbed*"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\3\4" + bytes(range(256)) * 20, "坏.csv"),
        (b'"' + b"x" * 400_000, "CSV"),
        ("客户编码,客户名称\n".encode("utf-16"), "坏.csv"),
        (b"", "找不到表头"),
        ("甲,乙\n1,2\n".encode(), "找不到表头"),
    ],
    ids=["workbook named .csv", "a quote that never ends", "UTF-16", "empty", "another table"],
)
def test_a_bad_csv_is_refused_in_one_line(data, said, tmp_path):
    path = tmp_path / "坏.csv"
    path.write_bytes(data)
    ended = run_cli("rate", path, "-q", "2026Q3", timeout=_SECONDS)
    assert (ended.code, ended.out, ended.has_traceback) == (2, "", False), ended
    assert len(ended.error_lines) == 1 and said in ended.err
    assert path.read_bytes() == data


def test_a_formula_like_name_is_text_and_stays_text(tmp_path):
    name = '=HYPERLINK("http://example.com","x")'
    source = build_branch(tmp_path / "来源" / "甲.xlsx", [record("H1", 客户名称=name)])
    assert run_cli("regenerate", source.parent, "-q", "2026Q3", "--out", tmp_path / "结果").code == 0
    with zipfile.ZipFile(Path(tmp_path / "结果" / "甲.xlsx")) as archive:
        sheets = [archive.read(part).decode() for part in archive.namelist() if "worksheets/sheet" in part]
    assert not any("<f>HYPERLINK(" in sheet for sheet in sheets)
