"""A workbook file is refused in one line, or goes back as it was with just the parts that were changed."""

import hashlib
import io
import os
import random
import struct
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from xl_credit.books import container, saving
from xl_credit.books import package as package_module
from xl_credit.books.package import Package, read_package, relationships, write_package
from xl_credit.books.workbook import content_type, read_sheets, request_recalculation
from xl_credit.rules.errors import CreditError

CORPUS = Path(os.environ.get("XL_CREDIT_CORPUS") or Path(__file__).parents[3] / "shared" / "corpus")
REFUSED = {
    "58616.xlsx": "工作簿已加密",
    "crash-9bf3cd4bd6f50a8a9339d363c2c7af14b536865c.xlsx": "工作簿已加密",
    "clusterfuzz-testcase-minimized-POIXSSFFuzzer-5265527465181184.xlsx": "文件损坏或不完整",
    "54764.xlsx": "DTD",
}
FILES = sorted(CORPUS.glob("*.xls*"))
OPENED = [path for path in FILES if path.name not in REFUSED]
needs_corpus = pytest.mark.skipif(not FILES, reason=f"no workbooks in {CORPUS}")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "华东.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("评估表")
        for row in range(200):
            sheet.write_row(row, 0, [f"客户{row}", row * 1.5, "=B1*2"])
        workbook.add_worksheet("备注").write("A1", "勿动")
    return path


def rezip(path: Path, change=lambda name, data: (name, data), *, extra=(), order=None) -> Path:
    """The same workbook zipped otherwise: parts renamed, changed, dropped (None) or added."""
    with zipfile.ZipFile(path) as old:
        items = [(info.filename, old.read(info)) for info in old.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in [*filter(None, (change(*item) for item in sorted(items, key=order or (lambda item: 0)))), *extra]:
            new.writestr(name, data)
    return path


def refusal(path: Path) -> str:
    """The one line with which the file is refused; the file's bytes stay."""
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(CreditError) as caught:
        read_package(path)
    assert before is None or path.read_bytes() == before
    line = str(caught.value)
    assert "\n" not in line and path.name in line
    return line


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {info.orig_filename: archive.read(info) for info in archive.infolist()}


def folder_is_clean(path: Path) -> bool:
    return not [item.name for item in path.parent.iterdir() if item.name.startswith(".xl-credit")]


# --- reading -----------------------------------------------------------------------------------------------------------

def test_parts_are_found_whatever_the_case_slash_or_backslash(book):
    package = read_package(book)
    assert package.workbook_part == "xl/workbook.xml"
    assert package.read("/XL/Worksheets\\SHEET1.xml") == parts(book)["xl/worksheets/sheet1.xml"]
    assert "xl/nothing.xml" not in package
    with pytest.raises(CreditError, match="工作簿缺少部件"):
        package.read("xl/nothing.xml")


def test_names_written_with_backslashes_and_absolute_targets_are_found_too(book):
    def other_hand(name: str, data: bytes) -> tuple[str, bytes]:
        data = data.replace(b'Target="xl/workbook.xml"', b'Target="\\xl\\workbook.xml"')
        return name.replace("/", "\\"), data.replace(b'Target="worksheets/', b'Target="/xl/worksheets/')

    package = read_package(rezip(book, other_hand))
    assert [sheet.part for sheet in read_sheets(package)] == ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"]
    assert content_type(package, "xl/worksheets/sheet1.xml").endswith("worksheet+xml")


def test_the_workbook_is_found_through_the_strict_relationship_too(book):
    old, new = b"http://schemas.openxmlformats.org/officeDocument/2006/", b"http://purl.oclc.org/ooxml/officeDocument/"
    package = read_package(rezip(book, lambda name, data: (name, data.replace(old, new))))
    assert package.workbook_part == "xl/workbook.xml"
    assert relationships(package, "")[0].kind == "officeDocument"


@needs_corpus
@pytest.mark.parametrize("path", [path for path in FILES if path.name in REFUSED], ids=lambda path: path.name)
def test_a_hostile_or_locked_public_file_is_refused_with_its_reason(path):
    assert REFUSED[path.name] in refusal(path)


@needs_corpus
@pytest.mark.parametrize("path", OPENED, ids=lambda path: path.name)
def test_every_whole_public_file_is_read_in_full(path):
    package = read_package(path)
    assert [package.read(name) for name in package.names()] == [
        data for name, data in parts(path).items() if not name.endswith("/")]
    assert len(read_sheets(package)) >= 1


def test_what_is_no_workbook_is_refused_by_what_it_is(tmp_path):
    def refused(name: str, data: bytes) -> str:
        (tmp_path / name).write_bytes(data)
        return refusal(tmp_path / name)

    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    assert "文件为空" in refused("a.xlsx", b"")
    assert "旧格式 .xls" in refused("b.xls", ole + "Workbook".encode("utf-16-le") + bytes(112))
    assert "已加密" in refused("c.xlsx", ole + "EncryptedPackage".encode("utf-16-le") + bytes(96))
    assert "不是 Excel 工作簿" in refused("d.xlsx", b"<html><table></table></html>")
    assert "不是 Excel 工作簿" in refused("e.xlsx", ole)
    assert "锁文件" in refused("~$f.xlsx", b"\5owner")
    assert "文件不存在" in refusal(tmp_path / "无此文件.xlsx")
    assert "是文件夹" in refusal(tmp_path)


def test_a_zip_that_holds_no_workbook_is_refused(book):
    original = book.read_bytes()
    assert "[Content_Types].xml" in refusal(rezip(book, lambda name, data: (name, data) if name[0] != "[" else None))
    book.write_bytes(original)
    assert "找不到工作簿部件" in refusal(rezip(book, lambda name, data: (name, data) if name != "xl/workbook.xml" else None))
    book.write_bytes(original)
    assert "找不到工作簿部件" in refusal(rezip(book, lambda name, data: (name, data) if name != "_rels/.rels" else None))
    book.write_bytes(original)
    assert "不是 Excel 工作簿" in refusal(rezip(book, lambda name, data: (name, data.replace(b"workbook", b"document"))))
    book.write_bytes(original)
    binary = rezip(book, lambda name, data: (name.replace("workbook.xml", "workbook.bin"), data.replace(
        b"workbook.xml", b"workbook.bin")))
    assert ".xlsb" in refusal(binary)


@pytest.mark.parametrize("lock", ["~$华东.xlsx", ".~lock.华东.xlsx#"])
def test_a_workbook_open_in_a_spreadsheet_program_is_neither_read_nor_written(book, tmp_path, lock):
    package = read_package(book)
    package.add("xl/new.xml", b"<a/>")
    (tmp_path / lock).write_bytes(b"x")
    assert "正在其他程序中打开" in refusal(book)
    before = book.read_bytes()
    with pytest.raises(CreditError, match="正在其他程序中打开"):
        write_package(package, book)
    assert book.read_bytes() == before


def test_a_file_cut_short_anywhere_or_with_flipped_bytes_is_refused_or_whole(book):
    data = book.read_bytes()
    for cut in range(0, len(data), 97):
        book.write_bytes(data[:cut])
        refusal(book)
    chance = random.Random(1)
    for _ in range(400):
        broken = bytearray(data)
        for _ in range(chance.choice((1, 1, 4))):
            broken[chance.randrange(len(data))] = chance.randrange(256)
        book.write_bytes(broken)
        try:
            package = read_package(book)
        except CreditError as error:
            assert "\n" not in str(error)
        else:  # a byte without meaning to the content was hit: a date, an attribute
            assert all(package.read(name) is not None for name in package.names())


def test_a_part_that_is_not_what_its_checksum_says_is_refused(book):
    data = bytearray(book.read_bytes())
    with zipfile.ZipFile(book) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    data[info.header_offset + 30 + len(info.filename) + 40] ^= 0xFF
    book.write_bytes(data)
    assert "文件损坏或不完整" in refusal(book)


def test_a_zip_bomb_is_refused_even_when_its_header_lies(book, monkeypatch):
    original = book.read_bytes()
    assert "压缩比异常" in refusal(rezip(book, extra=[("xl/media/a.bin", bytes(4 << 20))]))
    data = bytearray(book.read_bytes())
    at = data.rindex(b"xl/media/a.bin") - 46
    data[at + 24:at + 28] = struct.pack("<L", 1000)  # the directory now promises 1000 bytes
    book.write_bytes(data)
    assert "文件损坏或不完整" in refusal(book)
    book.write_bytes(original)
    monkeypatch.setattr(container, "_MAX_TOTAL", 10_000)
    assert "解压后过大" in refusal(book)
    monkeypatch.setattr(container, "_MAX_ENTRIES", 3)
    assert "个部件" in refusal(book)


def test_a_workbook_too_large_to_be_held_unpacked_is_read_and_written_the_same(book, tmp_path, monkeypatch):
    write_package(edited(book), tmp_path / "held.xlsx")
    monkeypatch.setattr(container, "_MAX_HELD", 10_000)
    assert [read_package(book).read(name) for name in parts(book)] == list(parts(book).values())
    write_package(edited(book), tmp_path / "not held.xlsx")
    assert (tmp_path / "held.xlsx").read_bytes() == (tmp_path / "not held.xlsx").read_bytes()


def test_entry_names_that_repeat_or_climb_out_are_refused(book):
    original = book.read_bytes()
    assert "重名部件" in refusal(rezip(book, extra=[("XL\\WORKBOOK.xml", b"<a/>")]))
    for name in ("../evil.xml", "xl/../../evil.xml", "C:/evil.xml", "xl/\tevil.xml"):
        book.write_bytes(original)
        assert "不安全的部件名" in refusal(rezip(book, extra=[(name, b"<a/>")]))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/sharedStrings.xml", "_rels/.rels", "docProps/core.xml"])
def test_an_entity_bomb_is_refused_and_never_expanded(book, part, encoding):
    head = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x 'ha'><!ENTITY y '&x;&x;&x;&x;'>]>"

    def arm(name: str, data: bytes) -> tuple[str, bytes]:
        text = data.decode().partition("?>")[2].lstrip()
        return name, (head + text).encode(encoding) if name == part else data

    assert "DTD" in refusal(rezip(book, arm))


def test_an_encrypted_zip_entry_or_an_unknown_compression_is_refused(book):
    original = book.read_bytes()
    data = bytearray(original)
    at = data.rindex(b"xl/workbook.xml") - 46
    data[at + 8] |= 1
    book.write_bytes(data)
    assert "加密" in refusal(book)
    book.write_bytes(original)
    with zipfile.ZipFile(book, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/x.bin", b"x" * 100)
    assert "压缩方式" in refusal(book)


@pytest.mark.skipif(os.name != "posix", reason="file modes of POSIX")
def test_a_file_without_read_permission_is_refused(book):
    book.chmod(0)
    user = os.geteuid()
    if user == 0:  # whom file modes do not bind
        os.seteuid(65534)
    try:
        with pytest.raises(CreditError, match="没有权限读取"):
            read_package(book)
    finally:
        os.seteuid(user)


# --- writing -----------------------------------------------------------------------------------------------------------

def edited(book: Path) -> Package:
    package = read_package(book)
    package.replace("xl/worksheets/sheet2.xml", package.read("xl/worksheets/sheet2.xml").replace(b"<sheetData", b"<sheetData "))
    package.add("xl/更多/new.xml", "<a>新</a>".encode())
    return package


def test_only_the_changed_parts_change_and_the_order_stays(book):
    before = parts(book)
    assert write_package(edited(book), book) is True
    after = parts(book)
    assert list(after) == [*before, "xl/更多/new.xml"]
    assert {name for name in before if after[name] != before[name]} == {"xl/worksheets/sheet2.xml"}
    with zipfile.ZipFile(book) as archive:
        assert archive.testzip() is None
        assert archive.getinfo("xl/更多/new.xml").date_time == (1980, 1, 1, 0, 0, 0)
    assert folder_is_clean(book)


def test_compressed_bytes_are_copied_and_data_descriptors_become_clean_headers(book):
    class Pipe(io.RawIOBase):  # zipfile writes data descriptors where it cannot seek back
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data) -> int:
            self.data += data
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in parts(book).items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 5, 6, 7, 8, 10)), data, zipfile.ZIP_DEFLATED)
    book.write_bytes(pipe.data)
    before = read_package(book)
    assert before._entries["xl/workbook.xml"].info.flag_bits & 8
    write_package(edited(book), book)
    after = read_package(book)
    for name, entry in before._entries.items():
        assert not after._entries[name].info.flag_bits & 8
        if name != "xl/worksheets/sheet2.xml":
            assert bytes(after._entries[name].raw) == bytes(entry.raw)
            assert after._entries[name].info.date_time == (2024, 5, 6, 7, 8, 10)


def test_zip64_headers_and_stored_entries_are_copied_right(book):
    content = parts(book)
    with zipfile.ZipFile(book, "w", zipfile.ZIP_STORED) as archive:
        for name, data in content.items():
            with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as file:
                file.write(data)
    write_package(edited(book), book)
    after = parts(book)
    assert all(after[name] == data for name, data in content.items() if name != "xl/worksheets/sheet2.xml")


@needs_corpus
@pytest.mark.parametrize("path", OPENED, ids=lambda path: path.name)
def test_public_files_keep_every_other_part(path, tmp_path):
    target = tmp_path / path.name
    package = read_package(path)
    package.add("xl/xlCredit.xml", b"<a/>")
    assert write_package(package, target)
    before, after = parts(path), parts(target)
    assert after.pop("xl/xlCredit.xml") == b"<a/>"
    assert list(after.items()) == list(before.items())
    again = read_package(target)
    assert again.names()[-1] == "xl/xlCredit.xml"


def test_writing_is_the_same_each_time_wherever_it_goes(book, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    digests = set()
    for target in (tmp_path / "a.xlsx", tmp_path / "elsewhere" / "b.xlsx"):
        write_package(edited(book), target)
        digests.add(hashlib.sha256(target.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_a_write_that_changes_no_byte_leaves_file_and_time_alone(book):
    os.utime(book, (1_000_000_000, 1_000_000_000))
    package = read_package(book)
    package.replace("xl/workbook.xml", package.read("xl/workbook.xml"))
    assert not package.changed
    assert write_package(package, book) is False
    package = edited(book)
    assert write_package(package, book) is True
    os.utime(book, (1_000_000_000, 1_000_000_000))
    assert write_package(package, book) is False
    assert write_package(read_package(book), book) is False
    assert book.stat().st_mtime == 1_000_000_000


def test_one_package_can_be_written_step_by_step(book):
    package = edited(book)
    write_package(package, book)
    package.replace("xl/更多/new.xml", b"<b/>")
    assert write_package(package, book) is True
    assert parts(book)["xl/更多/new.xml"] == b"<b/>"


def test_the_previous_file_is_kept_and_a_backup_never_overwritten(book, tmp_path):
    original, backup = book.read_bytes(), tmp_path / "华东.备份.xlsx"
    package = edited(book)
    write_package(package, book, keep_backup=backup)
    assert backup.read_bytes() == original
    package.replace("xl/更多/new.xml", b"<c/>")
    second = book.read_bytes()
    with pytest.raises(CreditError, match="备份文件 华东.备份.xlsx 已存在"):
        write_package(package, book, keep_backup=backup)
    assert (book.read_bytes(), backup.read_bytes()) == (second, original)
    assert folder_is_clean(book)


def test_a_file_changed_by_somebody_else_meanwhile_is_not_overwritten(book):
    package = edited(book)
    rezip(book, extra=[("xl/theirs.xml", b"<a/>")])
    theirs = book.read_bytes()
    with pytest.raises(CreditError, match="又被其他程序改动"):
        write_package(package, book)
    assert book.read_bytes() == theirs


def test_a_read_only_file_stays_as_it_is(book):
    package = edited(book)
    before = book.read_bytes()
    book.chmod(0o444)
    with pytest.raises(CreditError, match="只读"):
        write_package(package, book)
    assert book.read_bytes() == before


def test_the_files_permissions_and_a_link_to_it_survive(book, tmp_path):
    book.chmod(0o640)
    link = tmp_path / "快捷.xlsx"
    link.symlink_to(book)
    write_package(edited(link), link)
    assert link.is_symlink() and book.stat().st_mode & 0o777 == 0o640
    assert "xl/更多/new.xml" in parts(book)


@pytest.mark.parametrize(("number", "line"), [(28, "磁盘空间不足"), (30, "磁盘为只读"), (13, "没有权限")])
def test_a_disk_that_fails_leaves_the_target_whole(book, monkeypatch, number, line):
    package, before = edited(book), book.read_bytes()

    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(saving.os, "fsync", fail)
    with pytest.raises(CreditError, match=line):
        write_package(package, book)
    assert book.read_bytes() == before and folder_is_clean(book)


def test_a_folder_that_is_not_there_is_a_plain_message(book, tmp_path):
    with pytest.raises(CreditError, match="写入失败"):
        write_package(edited(book), tmp_path / "没有" / "x.xlsx")


def test_a_failure_at_the_last_step_removes_the_backup_and_the_temporary_file(book, tmp_path, monkeypatch):
    package, before = edited(book), book.read_bytes()
    monkeypatch.setattr(saving.os, "replace", lambda *_: (_ for _ in ()).throw(PermissionError(13, "busy")))
    with pytest.raises(CreditError, match="没有权限"):
        write_package(package, book, keep_backup=tmp_path / "备份.xlsx")
    assert book.read_bytes() == before and not (tmp_path / "备份.xlsx").exists() and folder_is_clean(book)


def test_a_backup_is_copied_where_hard_links_do_not_exist(book, tmp_path, monkeypatch):
    original = book.read_bytes()
    monkeypatch.setattr(saving.os, "link", lambda *_: (_ for _ in ()).throw(OSError(95, "no links")))
    write_package(edited(book), book, keep_backup=tmp_path / "备份.xlsx")
    assert (tmp_path / "备份.xlsx").read_bytes() == original


# --- planted faults: the check after writing must see them ---------------------------------------------------------------

def plant(monkeypatch, fault) -> None:
    honest = package_module.zip_bytes
    monkeypatch.setattr(package_module, "zip_bytes", lambda *args: fault(honest(*args)))


def rezipped(data: bytes, change) -> bytes:
    """A valid zip in which one thing is not as it was asked for."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            name, content = change(info.filename, old.read(info))
            new.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("fault", [
    lambda data: rezipped(data, lambda name, part: (name, part + b" " if name == "xl/styles.xml" else part)),
    lambda data: rezipped(data, lambda name, part: (name, part + b" " if name == "xl/worksheets/sheet2.xml" else part)),
    lambda data: rezipped(data, lambda name, part: (name.replace("styles", "style"), part)),
    lambda data: data[:-30],
    lambda data: data[:300] + bytes([data[300] ^ 1]) + data[301:],
], ids=["other part changed", "changed part not as given", "part renamed", "cut short", "one bit flipped"])
def test_a_planted_fault_in_the_written_file_is_found_and_the_target_kept(book, monkeypatch, fault):
    package, before = edited(book), book.read_bytes()
    plant(monkeypatch, fault)
    with pytest.raises(CreditError):
        write_package(package, book)
    assert book.read_bytes() == before and folder_is_clean(book)


@pytest.mark.parametrize("bad", [b"<a><b></a>", b"<a><x:b/></a>", b"", b"<!DOCTYPE a []><a/>", b"<a>\x01</a>"])
def test_a_changed_part_that_is_ill_formed_is_never_put_in_place(book, bad):
    package, before = read_package(book), book.read_bytes()
    package.replace("xl/worksheets/sheet2.xml", bad)
    with pytest.raises(CreditError, match="不是合格的 XML"):
        write_package(package, book)
    assert book.read_bytes() == before and folder_is_clean(book)


# --- workbook.xml ------------------------------------------------------------------------------------------------------

def with_workbook(book: Path, change) -> Package:
    return read_package(rezip(book, lambda name, data: (name, change(data) if name == "xl/workbook.xml" else data)))


@pytest.mark.parametrize(("old", "new", "expected"), [
    (b'<calcPr calcId="124519" fullCalcOnLoad="1"/>', b'<calcPr calcId="1"/>', b'<calcPr calcId="1" fullCalcOnLoad="1"/>'),
    (b'<calcPr calcId="124519" fullCalcOnLoad="1"/>', b"<calcPr fullCalcOnLoad='0' calcMode='manual' ></calcPr>",
     b"<calcPr calcMode='manual' fullCalcOnLoad=\"1\"></calcPr>"),
    (b'<calcPr calcId="124519" fullCalcOnLoad="1"/>', b'<extLst/>', b'</sheets><calcPr fullCalcOnLoad="1"/><extLst/>'),
    (b'<calcPr calcId="124519" fullCalcOnLoad="1"/>', b'', b'</sheets><calcPr fullCalcOnLoad="1"/></workbook>'),
])
def test_recalculation_is_asked_for_by_the_smallest_edit_and_only_once(book, old, new, expected):
    package = with_workbook(book, lambda data: data.replace(old, new))
    request_recalculation(package)
    data = package.read("xl/workbook.xml")
    assert expected in data
    request_recalculation(package)
    assert package.read("xl/workbook.xml") == data


def test_a_workbook_that_recalculates_already_is_not_changed(book):
    package = read_package(book)
    request_recalculation(package)
    assert not package.changed


def test_sheets_names_and_date_system_are_read_from_prefixed_strict_and_wide_text(book):
    def prefixed(data: bytes) -> bytes:
        text = data.decode().replace("<workbookPr ", '<workbookPr date1904="1" ').replace("<calcPr", (
            '<definedNames><definedName name="期限" localSheetId="1">评估表!$A$1</definedName></definedNames><calcPr'))
        text = text.replace("xmlns=", "xmlns:x=").replace("<", "<x:").replace("<x:?", "<?").replace("<x:/", "</x:")
        return text.replace("http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                            "http://purl.oclc.org/ooxml/spreadsheetml/main").replace("UTF-8", "UTF-16").encode("utf-16")

    package = with_workbook(book, prefixed)
    sheets = read_sheets(package)
    assert [(sheet.name, sheet.kind) for sheet in sheets] == [("评估表", "worksheet"), ("备注", "worksheet")]
    assert sheets.date1904 and sheets.find("评估表").sheet_id == 1
    assert [(item.name, item.text, item.local_sheet) for item in sheets.defined_names] == [("期限", "评估表!$A$1", 1)]
    package.replace(package.workbook_part, package.read(package.workbook_part).decode("utf-16").replace(
        ' fullCalcOnLoad="1"', "").encode("utf-16"))
    request_recalculation(package)
    assert b'<x:calcPr calcId="124519" fullCalcOnLoad="1"/>' in package.read(package.workbook_part)
