"""A workbook file as an OPC zip package, changed part by part: what is not changed goes back as the very bytes it was.

``read_package`` refuses a file that is not a whole, closed, harmless .xlsx/.xlsm; ``write_package`` checks what it wrote
before it takes the target's place.
"""

import errno
import os
import posixpath
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from urllib.parse import unquote
from xml.parsers import expat

from lxml import etree

from xl_credit.rules.errors import CreditError

CONTENT_TYPES = "[Content_Types].xml"
_MAX_ENTRIES, _MAX_TOTAL = 10_000, 512 << 20
_MAX_RATIO, _RATIO_MATTERS_FROM = 250, 1 << 20  # sheets of equal rows reach 50:1; deflate itself ends at 1032:1
_LEVEL = 4  # 2.8 MB of sheet XML: level 1 11 ms 548 kB, 3 18 ms 491 kB, 4 17 ms 457 kB, 6 33 ms 403 kB
_OFFICE_DOCUMENT = ("http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument",
                    "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument")
_LOCAL, _CENTRAL, _END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s4H2LH")
_UTF8, _DEFLATE_HINTS, _ENCRYPTED = 0x800, 0x6, 0x41
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, ValueError, EOFError, OverflowError,
            IndexError, KeyError)  # all that zipfile is known to raise for a broken directory
_OS_REASONS = {errno.ENOSPC: "磁盘空间不足", errno.EDQUOT: "磁盘配额不足", errno.EROFS: "磁盘为只读",
               errno.ENAMETOOLONG: "文件名过长", errno.ENOENT: "文件夹不存在", errno.ENOTDIR: "路径中有一段不是文件夹"}


@dataclass(frozen=True, slots=True)
class _Entry:
    """One zip entry as it lies in the file: its directory record and its compressed bytes."""

    info: zipfile.ZipInfo
    raw_name: bytes
    raw: memoryview

    def inflate(self) -> bytes:
        """The content, never more than the directory promises; ``ValueError`` when length or CRC is not as promised."""
        size = self.info.file_size
        if self.info.compress_type == zipfile.ZIP_STORED:
            data = bytes(self.raw)
        else:
            data = zlib.decompressobj(-15).decompress(self.raw, size + 1)
        if len(data) != size or zlib.crc32(data) != self.info.CRC:
            raise ValueError(self.info.orig_filename)
        return data

    def same_as(self, other: "_Entry") -> bool:
        """Same CRC, same size, same compressed bytes."""
        return (self.info.CRC, self.info.file_size, self.raw) == (other.info.CRC, other.info.file_size, other.raw)


@dataclass(frozen=True, slots=True)
class Relationship:
    """One relationship; ``target`` is a part name, or the text as given when ``external``."""

    id: str
    type: str
    target: str
    external: bool

    @property
    def kind(self) -> str:
        """The last word of the type, the same in transitional and strict files: ``worksheet``, ``table``, ``styles``."""
        return self.type.rsplit("/", 1)[-1]


class Package:
    """The parts of one workbook file. Names are compared as OPC does: without case, leading slash or backslash."""

    def __init__(self, path: Path, data: bytes, entries: Mapping[str, _Entry]) -> None:
        self.path, self._data, self._on_disk, self._entries = path, data, data, entries
        self._by_key = {_key(name): name for name in entries if not name.endswith("/")}
        self._cache: dict[str, bytes] = {}
        self._changed: dict[str, bytes] = {}

    def names(self) -> list[str]:
        """Every part in file order, then the added ones."""
        return list(self._by_key.values())

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._by_key

    @property
    def changed(self) -> Mapping[str, bytes]:
        """Part name -> new content, of the parts replaced with something else or added."""
        return MappingProxyType(self._changed)

    def read(self, name: str) -> bytes:
        """The part as it now is."""
        name = self._known(name)
        if name in self._changed:
            return self._changed[name]
        if name not in self._cache:
            self._cache[name] = self._entries[name].inflate()
        return self._cache[name]

    def xml(self, name: str) -> etree._Element:
        """The part parsed: no entities, no network, no DTD; ``CreditError`` when it is not well-formed."""
        return parse_xml(self.read(name), f"{self.path.name}!{name}")

    def replace(self, name: str, data: bytes) -> None:
        """Give an existing part new content; the content it has on disk makes it unchanged again."""
        name = self._known(name)
        if name in self._entries:
            self._changed.pop(name, None)
        if name not in self._entries or self.read(name) != data:
            self._changed[name] = data

    def add(self, name: str, data: bytes) -> None:
        """A new part at the end of the package; ``CreditError`` if there is one of that name."""
        name = name.replace("\\", "/").lstrip("/")
        if name in self:
            raise CreditError(f"包内已有部件 {name}", where=self.path.name)
        self._by_key[_key(name)] = name
        self._changed[name] = data

    @cached_property
    def workbook_part(self) -> str:
        """Where the workbook is, as the package's own relationships say."""
        for relationship in relationships(self, ""):
            if relationship.type in _OFFICE_DOCUMENT and relationship.target in self:
                return self._known(relationship.target)
        raise CreditError("不是 Excel 工作簿(找不到工作簿部件)", where=self.path.name, allowed=".xlsx、.xlsm")

    def _known(self, name: str) -> str:
        try:
            return self._by_key[_key(name)]
        except KeyError:
            raise CreditError(f"工作簿缺少部件 {name}", where=self.path.name) from None


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def parse_xml(data: bytes, where: str) -> etree._Element:
    """Root of a part; a DTD, an entity or ill-formed text is a ``CreditError``."""
    _refuse_doctype(data, where)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise CreditError("XML 内容损坏,无法读取", where=where) from None


def _refuse_doctype(data: bytes, where: str) -> None:
    plain = data.replace(b"\0", b"") if b"\0" in data[:4] or data[:2] in (b"\xff\xfe", b"\xfe\xff") else data  # UTF-16/32
    if b"<!DOCTYPE" in plain:
        raise CreditError("XML 内含 DTD 实体声明,疑似恶意文件,已拒绝", where=where)


def relationships(package: Package, part: str) -> tuple[Relationship, ...]:
    """What ``part`` (``""`` = the package) points to; empty when it has no relationships part."""
    folder, leaf = posixpath.split(part.replace("\\", "/"))
    name = posixpath.join(folder, "_rels", f"{leaf}.rels")
    if name not in package:
        return ()
    found = []
    for node in package.xml(name).iterchildren("{*}Relationship"):
        target, external = node.get("Target", ""), node.get("TargetMode") == "External"
        if not external:
            target = posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/").partition("#")[0])).lstrip("/")
            target = target if target in package else unquote(target)
        found.append(Relationship(node.get("Id", ""), node.get("Type", ""), target, external))
    return tuple(found)


def read_package(path: str | Path) -> Package:
    """The package at ``path``, every entry checked (length, CRC, no DTD, workbook found); the file is only read.

    ``CreditError`` with one line when the file is open elsewhere, encrypted, .xls, .xlsb, damaged, a zip bomb or no workbook.
    """
    path = Path(path)
    data = _file_bytes(path)
    _refuse_other_formats(path, data)
    package = Package(path, data, _entries(path, data, inflate=True))
    if CONTENT_TYPES not in package:
        raise CreditError("不是 Excel 工作簿(缺少 [Content_Types].xml)", where=path.name, allowed=".xlsx、.xlsm")
    if package.workbook_part.lower().endswith(".bin"):
        raise CreditError("不支持二进制工作簿 .xlsb", where=path.name, allowed="另存为 .xlsx 或 .xlsm")
    if etree.QName(package.xml(package.workbook_part)).localname != "workbook":
        raise CreditError("不是 Excel 工作簿", where=path.name, allowed=".xlsx、.xlsm")
    return package


def _file_bytes(path: Path) -> bytes:
    if path.name.startswith("~$"):
        raise CreditError("这是 Excel 打开文件时的临时锁文件,不是工作簿", where=path.name)
    try:
        if path.is_dir():
            raise CreditError("是文件夹,不是工作簿", where=path.name)
        if not path.exists():
            raise CreditError("文件不存在", where=path.name)
        _refuse_open_elsewhere(path)
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise _os_error(error, path, "读取") from None


def _refuse_open_elsewhere(path: Path) -> None:
    for lock in (f"~${path.name}", f".~lock.{path.name}#"):  # Excel and WPS; LibreOffice
        if path.with_name(lock).exists():
            raise CreditError("正在其他程序中打开", where=path.name, allowed=f"先关闭;若确已关闭,删除锁文件 {lock}")


def _os_error(error: OSError | ValueError, path: Path, doing: str) -> CreditError:
    if isinstance(error, PermissionError):
        return CreditError(f"没有权限{doing},或文件正被其他程序占用", where=path.name)
    number = getattr(error, "errno", None)
    return CreditError(f"{doing}失败({_OS_REASONS.get(number) or errno.errorcode.get(number, '路径无效')})", where=path.name)


def _refuse_other_formats(path: Path, data: bytes) -> None:
    if not data:
        raise CreditError("文件为空(0 字节)", where=path.name)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):  # an OLE container: its stream names say what it holds
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise CreditError("工作簿已加密(设有打开密码)", where=path.name, allowed="先在 Excel 中取消打开密码")
        if any(f"{name}\0".encode("utf-16-le") in data for name in ("Workbook", "Book")):
            raise CreditError("不支持旧格式 .xls", where=path.name, allowed="另存为 .xlsx 或 .xlsm")
    if not data.startswith(b"PK"):
        raise CreditError("不是 Excel 工作簿", where=path.name, allowed=".xlsx、.xlsm")


def _entries(path: Path, data: bytes, *, inflate: bool) -> dict[str, _Entry]:
    """The zip's entries by part name; with ``inflate`` each is unpacked once to prove it whole and free of DTDs."""
    entries = {}
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            infos = archive.infolist()
        _refuse_bombs(path, infos)
        for info in infos:
            name, entry = info.orig_filename.replace("\\", "/").lstrip("/"), _entry(path, data, info)
            entries[name] = entry
            if inflate and name.lower().endswith((".xml", ".rels")):
                _refuse_doctype(entry.inflate(), f"{path.name}!{name}")
            elif inflate:
                entry.inflate()
    except _DAMAGED:
        raise CreditError("文件损坏或不完整(压缩包校验不通过)", where=path.name, allowed="用 Excel 修复或取备份") from None
    if len({_key(name) for name in entries}) < len(infos):
        raise CreditError("压缩包内有重名部件", where=path.name)
    return entries


def _refuse_bombs(path: Path, infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > _MAX_ENTRIES:
        raise CreditError(f"压缩包内有 {len(infos)} 个部件", where=path.name, allowed=f"不超过 {_MAX_ENTRIES} 个")
    if sum(info.file_size for info in infos) > _MAX_TOTAL:
        raise CreditError("解压后过大,疑似压缩炸弹", where=path.name, allowed=f"不超过 {_MAX_TOTAL >> 20} MB")
    for info in infos:
        if info.file_size > max(_RATIO_MATTERS_FROM, info.compress_size * _MAX_RATIO):
            raise CreditError(f"部件 {info.filename} 压缩比异常,疑似压缩炸弹", where=path.name, allowed=f"{_MAX_RATIO} 倍以内")


def _entry(path: Path, data: bytes, info: zipfile.ZipInfo) -> _Entry:
    name = info.orig_filename
    if not name or any(ord(char) < 32 for char in name) or ":" in name or {".", ".."} & set(name.replace("\\", "/").split("/")):
        raise CreditError("压缩包内有不安全的部件名", where=path.name)
    if info.flag_bits & _ENCRYPTED:
        raise CreditError("压缩包已加密", where=path.name, allowed="先取消密码")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise CreditError("压缩方式不是 Excel 所用", where=path.name, allowed="用 Excel 另存")
    header = _LOCAL.unpack_from(data, info.header_offset)
    start = info.header_offset + _LOCAL.size
    raw_name = name.encode("utf-8" if info.flag_bits & _UTF8 else "cp437")
    if header[0] != b"PK\3\4" or data[start:start + header[9]] != raw_name:
        raise ValueError(name)  # two readers would see two different files
    start += header[9] + header[10]
    return _Entry(info, raw_name, memoryview(data)[start:start + info.compress_size])


def write_package(package: Package, target: str | Path, *, keep_backup: Path | None = None) -> bool:
    """Write the package to ``target`` in one step; False (file and its time untouched) if that would change no byte.

    The new file is written beside the target and read back first: the unchanged parts equal the original's, the changed ones
    are as given and well-formed. Whatever fails is a ``CreditError`` and the target stays as it was. When True, the previous
    target is at ``keep_backup``; a different file already there is never overwritten.
    """
    target = Path(os.path.realpath(target))
    own = target == Path(os.path.realpath(package.path))
    try:
        present = target.read_bytes() if target.exists() else None
        data = _zip_bytes(package)
        if data == present:
            return False
        _refuse_open_elsewhere(target)
        if own and present != package._on_disk:
            raise CreditError("读取之后又被其他程序改动,未写入", where=target.name, allowed="重新运行")
        if present is not None and not target.stat().st_mode & 0o200:
            raise CreditError("文件为只读,未写入", where=target.name)
        _put(package, target, data, present, keep_backup)
    except OSError as error:
        raise _os_error(error, target, "写入") from None
    if own:
        package._on_disk = data
    return True


def _put(package: Package, target: Path, data: bytes, present: bytes | None, keep_backup: Path | None) -> None:
    handle, temp_name = tempfile.mkstemp(prefix=".xl-credit-", suffix=".tmp", dir=target.parent)
    temp, backup = Path(temp_name), None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _verify(package, temp, target.name)
        source = target if present is not None else package.path
        os.chmod(temp, (source.stat().st_mode & 0o777 | 0o200) if source.exists() else 0o644)
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
    try:
        os.link(target, backup)
    except OSError:  # another disk, or a file system without hard links
        shutil.copy2(target, backup)
    return backup


def _zip_bytes(package: Package) -> bytes:
    """The whole zip: entries in their order under clean headers (no data descriptors, no extras), raw bytes as they were."""
    if not package.changed:
        return package._data
    body, directory = bytearray(), bytearray()
    everything = [*package._entries, *(name for name in package.changed if name not in package._entries)]
    for name in everything:
        offset, (fields, raw_name, raw, info) = len(body), _record(package, name)
        body += _LOCAL.pack(b"PK\3\4", *fields, len(raw_name), 0) + raw_name + raw
        made_by = info.create_system << 8 | info.create_version
        directory += _CENTRAL.pack(b"PK\1\2", made_by, *fields, len(raw_name), 0, 0, 0, info.internal_attr,
                                   info.external_attr, offset) + raw_name
    end = _END.pack(b"PK\5\6", 0, 0, len(everything), len(everything), len(directory), len(body), 0)
    return bytes(body + directory + end)


def _record(package: Package, name: str) -> tuple[tuple[int, ...], bytes, bytes | memoryview, zipfile.ZipInfo]:
    """The header fields that local and central headers share, with name, compressed bytes and directory record."""
    entry = package._entries.get(name)
    info = entry.info if entry else zipfile.ZipInfo(name)  # 1980-01-01
    year, month, day, hour, minute, second = info.date_time
    stamp = (hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day)
    raw_name = entry.raw_name if entry else name.encode()
    flags = info.flag_bits & (_UTF8 | _DEFLATE_HINTS) if entry else 0 if name.isascii() else _UTF8
    if name not in package.changed:
        return (20, flags, info.compress_type, *stamp, info.CRC, len(entry.raw), info.file_size), raw_name, entry.raw, info
    data = package.changed[name]
    stream = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
    raw = stream.compress(data) + stream.flush()
    return (20, flags & _UTF8, zipfile.ZIP_DEFLATED, *stamp, zlib.crc32(data), len(raw), len(data)), raw_name, raw, info


def _verify(package: Package, temp: Path, name: str) -> None:
    """The file just written, read back: ``CreditError`` unless it is the original with exactly the changes asked for."""
    def fail(part: str, why: str) -> CreditError:
        return CreditError(f"写入后校验失败:部件 {part} {why};原文件未动", where=name)

    written = _entries(temp, temp.read_bytes(), inflate=False)
    added = [part for part in package.changed if part not in package._entries]
    if list(written) != [*package._entries, *added]:
        raise CreditError("写入后校验失败:部件清单不符;原文件未动", where=name)
    for part, entry in written.items():
        if part not in package.changed:
            if not entry.same_as(package._entries[part]):
                raise fail(part, "与原文件不同")
        elif not _reads_back(entry, package.changed[part]):
            raise fail(part, "与写入内容不同")
        elif part.lower().endswith((".xml", ".rels")) and not _well_formed(package.changed[part]):
            raise fail(part, "不是合格的 XML")


def _reads_back(entry: _Entry, data: bytes) -> bool:
    try:
        return entry.inflate() == data
    except (ValueError, zlib.error):
        return False


def _well_formed(data: bytes) -> bool:
    parser = expat.ParserCreate(namespace_separator=" ")  # with it, an undeclared prefix is an error too
    try:
        _refuse_doctype(data, "")
        parser.Parse(data, True)
    except (expat.ExpatError, CreditError):
        return False
    return True
