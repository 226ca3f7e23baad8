"""The zip container of a workbook: its entries as they lie in the file, read with guards, and written with raw bytes kept."""

import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from xl_credit.books.safe_xml import refuse_doctype
from xl_credit.rules.errors import CreditError

_MAX_ENTRIES, _MAX_TOTAL = 10_000, 512 << 20
_MAX_RATIO, _RATIO_MATTERS_FROM = 250, 1 << 20  # sheets of equal rows reach 50:1; deflate itself ends at 1032:1
_MAX_HELD = 64 << 20  # of what was unpacked to be checked, so much is held for the readings that follow
_LEVEL = 4  # 2.8 MB of sheet XML: level 1 11 ms 548 kB, 3 18 ms 491 kB, 4 17 ms 457 kB, 6 33 ms 403 kB
_LOCAL, _CENTRAL, _END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s4H2LH")
_UTF8, _DEFLATE_HINTS, _ENCRYPTED = 0x800, 0x6, 0x41
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, ValueError, EOFError, OverflowError,
            IndexError, KeyError)  # all that zipfile is known to raise for a broken directory


@dataclass(frozen=True, slots=True)
class Entry:
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

    def holds(self, data: bytes) -> bool:
        """Whether it is whole and its content is ``data``."""
        try:
            return self.inflate() == data
        except (ValueError, zlib.error):
            return False

    def same_as(self, other: "Entry") -> bool:
        """Same CRC, same size, same compressed bytes."""
        alike = (self.info.CRC, self.info.file_size) == (other.info.CRC, other.info.file_size)
        return alike and bytes(self.raw) == bytes(other.raw)  # memoryviews compare byte by byte, ten times slower


def part_key(name: str) -> str:
    """A part name as OPC compares it: without case, leading slash or backslash."""
    return name.replace("\\", "/").lstrip("/").lower()


def read_entries(path: Path, data: bytes) -> dict[str, Entry]:
    """The zip's entries by part name, their headers checked and nothing unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            infos = archive.infolist()
        _refuse_bombs(path, infos)
        entries = {info.orig_filename.replace("\\", "/").lstrip("/"): _entry(path, data, info) for info in infos}
    except _DAMAGED:
        raise _damaged(path) from None
    if len({part_key(name) for name in entries}) < len(infos):
        raise CreditError("压缩包内有重名部件", where=path.name)
    return entries


def unpacked(path: Path, entries: Mapping[str, Entry]) -> dict[str, bytes]:
    """Every entry unpacked once to prove it whole and free of DTDs; the contents, or none of them where they are too large."""
    hold = sum(entry.info.file_size for entry in entries.values()) <= _MAX_HELD
    contents = {}
    for name, entry in entries.items():
        try:
            data = entry.inflate()
        except _DAMAGED:
            raise _damaged(path) from None
        if name.lower().endswith((".xml", ".rels")):
            refuse_doctype(data, f"{path.name}!{name}")
        if hold:
            contents[name] = data
    return contents


def _damaged(path: Path) -> CreditError:
    return CreditError("文件损坏或不完整(压缩包校验不通过)", where=path.name, allowed="用 Excel 修复或取备份")


def _refuse_bombs(path: Path, infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > _MAX_ENTRIES:
        raise CreditError(f"压缩包内有 {len(infos)} 个部件", where=path.name, allowed=f"不超过 {_MAX_ENTRIES} 个")
    if sum(info.file_size for info in infos) > _MAX_TOTAL:
        raise CreditError("解压后过大,疑似压缩炸弹", where=path.name, allowed=f"不超过 {_MAX_TOTAL >> 20} MB")
    for info in infos:
        if info.file_size > max(_RATIO_MATTERS_FROM, info.compress_size * _MAX_RATIO):
            raise CreditError(f"部件 {info.filename} 压缩比异常,疑似压缩炸弹", where=path.name, allowed=f"{_MAX_RATIO} 倍以内")


def _entry(path: Path, data: bytes, info: zipfile.ZipInfo) -> Entry:
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
    return Entry(info, raw_name, memoryview(data)[start:start + info.compress_size])


def zip_bytes(entries: Mapping[str, Entry], changed: Mapping[str, bytes]) -> bytes:
    """The whole zip: entries in their order under clean headers (no data descriptors, no extras), raw bytes as they were."""
    body, directory = bytearray(), bytearray()
    everything = [*entries, *(name for name in changed if name not in entries)]
    for name in everything:
        offset, (fields, raw_name, raw, info) = len(body), _record(name, entries.get(name), changed.get(name))
        body += _LOCAL.pack(b"PK\3\4", *fields, len(raw_name), 0) + raw_name
        body += raw
        made_by = info.create_system << 8 | info.create_version
        directory += _CENTRAL.pack(b"PK\1\2", made_by, *fields, len(raw_name), 0, 0, 0, info.internal_attr,
                                   info.external_attr, offset) + raw_name
    end = _END.pack(b"PK\5\6", 0, 0, len(everything), len(everything), len(directory), len(body), 0)
    return bytes(body + directory + end)


def _record(name: str, entry: Entry | None, data: bytes | None) -> tuple[
    tuple[int, ...], bytes, bytes | memoryview, zipfile.ZipInfo
]:  # fmt: skip
    """The header fields that local and central headers share, with name, compressed bytes and directory record."""
    info = entry.info if entry else zipfile.ZipInfo(name)  # 1980-01-01
    year, month, day, hour, minute, second = info.date_time
    stamp = (hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day)
    raw_name = entry.raw_name if entry else name.encode()
    flags = info.flag_bits & (_UTF8 | _DEFLATE_HINTS) if entry else 0 if name.isascii() else _UTF8
    if data is None:
        return (20, flags, info.compress_type, *stamp, info.CRC, len(entry.raw), info.file_size), raw_name, entry.raw, info
    stream = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
    raw = stream.compress(data) + stream.flush()
    return (20, flags & _UTF8, zipfile.ZIP_DEFLATED, *stamp, zlib.crc32(data), len(raw), len(data)), raw_name, raw, info
