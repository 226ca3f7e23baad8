"""A workbook file as an OPC zip package, changed part by part: what is not changed goes back as the very bytes it was.

``read_package`` refuses a file that is not a whole, closed, harmless .xlsx/.xlsm; ``write_package`` checks what it wrote
before it takes the target's place.
"""

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from urllib.parse import unquote

from lxml import etree

from xl_credit.books.container import Entry, part_key, read_entries, unpacked, zip_bytes
from xl_credit.books.disk import file_bytes, os_error, refuse_open_elsewhere
from xl_credit.books.places import is_remote, real
from xl_credit.books.safe_xml import parse_xml
from xl_credit.books.saving import put_in_place
from xl_credit.rules.errors import CreditError

CONTENT_TYPES = "[Content_Types].xml"
_OFFICE_DOCUMENT = ("http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument",
                    "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument")


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

    def __init__(self, path: Path, data: bytes, entries: Mapping[str, Entry], contents: Mapping[str, bytes]) -> None:
        """``contents`` are those of the entries that are unpacked already."""
        self.path, self._data, self._on_disk, self._entries = path, data, data, entries
        self._by_key = {part_key(name): name for name in entries if not name.endswith("/")}
        self._cache: dict[str, bytes] = dict(contents)
        self._changed: dict[str, bytes] = {}

    def names(self) -> list[str]:
        """Every part in file order, then the added ones."""
        return list(self._by_key.values())

    def __contains__(self, name: str) -> bool:
        return part_key(name) in self._by_key

    @property
    def changed(self) -> Mapping[str, bytes]:
        """Part name -> new content, of the parts replaced with something else or added."""
        return MappingProxyType(self._changed)

    @property
    def as_read(self) -> bytes:
        """The file as it was read."""
        return self._data

    @property
    def digest(self) -> str:
        """The sha256 of the file as it was read or, once it was written back, as it is now."""
        return sha256(self._on_disk).hexdigest()

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
        self._by_key[part_key(name)] = name
        self._changed[name] = data

    def bytes_with(self, parts: Mapping[str, bytes]) -> bytes:
        """The file as it was read, but with this content of these parts; the package itself stays as it is."""
        return zip_bytes(self._entries, {self._known(name): data for name, data in parts.items()})

    @cached_property
    def workbook_part(self) -> str:
        """Where the workbook is, as the package's own relationships say."""
        for relationship in relationships(self, ""):
            if relationship.type in _OFFICE_DOCUMENT and relationship.target in self:
                return self._known(relationship.target)
        raise CreditError("不是 Excel 工作簿(找不到工作簿部件)", where=self.path.name, allowed=".xlsx、.xlsm")

    def _known(self, name: str) -> str:
        try:
            return self._by_key[part_key(name)]
        except KeyError:
            raise CreditError(f"工作簿缺少部件 {name}", where=self.path.name) from None


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


def read_package(path: str | Path, *, may_be_open: bool = False) -> Package:
    """The package at ``path``, every entry checked (length, CRC, no DTD, workbook found); the file is only read.

    ``may_be_open``: somebody may have it open, as people have a template open to look at it.

    ``CreditError`` with one line when the file is open elsewhere, encrypted, .xls, .xlsb, damaged, a zip bomb or no workbook.
    """
    path = Path(path) if isinstance(path, str) else path
    data = file_bytes(path, may_be_open=may_be_open)
    _refuse_other_formats(path, data)
    entries = read_entries(path, data)
    package = Package(path, data, entries, unpacked(path, entries))
    if CONTENT_TYPES not in package:
        raise CreditError("不是 Excel 工作簿(缺少 [Content_Types].xml)", where=path.name, allowed=".xlsx、.xlsm")
    if package.workbook_part.lower().endswith(".bin"):
        raise CreditError("不支持二进制工作簿 .xlsb", where=path.name, allowed="另存为 .xlsx 或 .xlsm")
    if etree.QName(package.xml(package.workbook_part)).localname != "workbook":
        raise CreditError("不是 Excel 工作簿", where=path.name, allowed=".xlsx、.xlsm")
    return package


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


def write_package(
    package: Package, target: str | Path, *, keep_backup: Path | None = None, announce: Callable[[bytes, bool], None] = lambda data, changes: None
) -> bool:  # fmt: skip
    """Write the package to ``target`` in one step; False (file and its time untouched) if that would change no byte.

    The new file is written beside the target and read back first: the unchanged parts equal the original's, the changed ones
    are as given and well-formed. Whatever fails is a ``CreditError`` and the target stays as it was. When True, the previous
    target is at ``keep_backup``; a different file already there is never overwritten. ``announce`` is told the bytes, and
    whether they change the target, before anything is done to it.
    """
    target = real(Path(target) if isinstance(target, str) else target)
    own = target == real(package.path)
    try:
        present = target.read_bytes() if target.exists() else None
        data = zip_bytes(package._entries, package.changed) if package.changed else package._data
        if data == present:
            announce(data, False)
            return False
        refuse_open_elsewhere(target)
        if own and present != package._on_disk:
            raise CreditError("读取之后又被其他程序改动,未写入", where=target.name, allowed="重新运行")
        if present is not None and not is_remote(target) and not target.stat().st_mode & 0o200:
            raise CreditError("文件为只读,未写入", where=target.name)
        announce(data, True)
        put_in_place(target, data, package._entries, package.changed, present=present, keep_backup=keep_backup,
                     mode_of=target if present is not None else package.path)
    except OSError as error:
        raise os_error(error, target, "写入") from None
    if own:
        package._on_disk = data
    return True
