"""A VBA project written clean (MS-OVBA): source only, no compiled code beside it, the same bytes for the same source."""

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from xl_credit.hosts.excel_compound import compound_file
from xl_credit.hosts.excel_compression import compressed

# No compiled code: the program that opens the project compiles its source (2.3.4.1).
_NOTHING_COMPILED = bytes.fromhex("cc61ffff000000")
_COOKIE = struct.pack("<H", 0xFFFF)
_REFERENCES = (
    ("stdole", r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation"),
    ("Office", r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#C:\Program Files\Common Files\Microsoft Shared\OFFICE16\MSO.DLL"
               "#Microsoft Office 16.0 Object Library"),
)  # fmt: skip
_EXTENDER = "[Host Extender Info]\r\n&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000\r\n"


class Kind(Enum):
    """What a module is: the word for it in the PROJECT stream, and the class that code behind something is based on."""

    STANDARD = ("Module", "")
    CLASS = ("Class", "{FCFB3D2A-A0FA-1068-A738-08002B3371B5}")
    WORKBOOK = ("Document", "{00020819-0000-0000-C000-000000000046}")
    SHEET = ("Document", "{00020820-0000-0000-C000-000000000046}")

    @property
    def word(self) -> str:
        return self.value[0]

    @property
    def base(self) -> str:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Module:
    """A module as the project keeps it: ASCII, lines ended by CR LF, ``Attribute`` lines first."""

    name: str
    kind: Kind
    source: str


def module(name: str, kind: Kind, source: str) -> Module:
    """A module from exported or hand-written source; ``ValueError`` unless it is ASCII and names itself ``name``.

    An exported class has a preamble that the project does not keep, and lacks the class it is based on.
    """
    if not source.isascii():
        raise ValueError(f"{name}: VBA source must be ASCII")
    lines = re.sub(r"\AVERSION 1\.0 CLASS\s+BEGIN.*?\bEND\s*\n", "", source, flags=re.DOTALL).splitlines()
    if not lines or lines[0] != f'Attribute VB_Name = "{name}"':
        raise ValueError(f"{name}: the source names itself {lines[0] if lines else 'nothing'}")
    if kind.base and not any(line.startswith("Attribute VB_Base") for line in lines):
        lines.insert(1, f'Attribute VB_Base = "0{kind.base}"')
    lines = [line for line in lines if not line.startswith("Attribute VB_Description")]  # kept a second time elsewhere
    return Module(name, kind, "\r\n".join(lines) + "\r\n")


def behind(name: str, kind: Kind, code: str = "") -> Module:
    """The module behind the workbook or a sheet."""
    attributes = {"GlobalNameSpace": False, "Creatable": False, "PredeclaredId": True, "Exposed": True, "TemplateDerived": False, "Customizable": True}
    head = [f'Attribute VB_Name = "{name}"', f'Attribute VB_Base = "0{kind.base}"']
    head += [f"Attribute VB_{attribute} = {value}" for attribute, value in attributes.items()]
    return module(name, kind, "\n".join([*head, code]))


def vba_project(name: str, modules: Sequence[Module], project_id: str) -> bytes:
    """``vbaProject.bin`` of these modules; ``project_id`` is a GUID in braces."""
    streams = {one.name: compressed(one.source.encode("ascii")) for one in modules}
    if len({name.lower() for name in (name, *streams)}) < len(modules) + 1:
        raise ValueError("two modules, or a module and the project, have one name")
    storage = streams | {"dir": compressed(_directory(name, modules)), "_VBA_PROJECT": _NOTHING_COMPILED}
    names = b"".join(one.name.encode() + b"\0" + one.name.encode("utf-16-le") + b"\0\0" for one in modules)
    text = _project_text(name, modules, project_id).encode("ascii")
    return compound_file({"VBA": storage, "PROJECT": text, "PROJECTwm": names + b"\0\0"})


def _record(number: int, data: bytes) -> bytes:
    return struct.pack("<HL", number, len(data)) + data


def _both(number: int, text: str, wide_number: int) -> bytes:
    """A text in the project's code page and again in UTF-16."""
    return _record(number, text.encode("ascii")) + _record(wide_number, text.encode("utf-16-le"))


def _directory(name: str, modules: Sequence[Module]) -> bytes:
    """The dir stream (2.3.4.2): information, references, modules."""
    zero, english = struct.pack("<L", 0), struct.pack("<L", 0x409)
    return b"".join((
        _record(0x01, struct.pack("<L", 1)), _record(0x02, english), _record(0x14, english), _record(0x03, struct.pack("<H", 1252)),
        _record(0x04, name.encode("ascii")), _both(0x05, "", 0x40), _record(0x06, b"") + _record(0x3D, b""), _record(0x07, zero),
        _record(0x08, zero), struct.pack("<HLLH", 0x09, 4, 1, 0), _both(0x0C, "", 0x3C),
        *(_reference(*reference) for reference in _REFERENCES),
        _record(0x0F, struct.pack("<H", len(modules))), _record(0x13, _COOKIE), *map(_module_records, modules), _record(0x10, b""),
    ))  # fmt: skip


def _reference(name: str, library: str) -> bytes:
    path = library.encode("ascii")
    return _both(0x16, name, 0x3E) + _record(0x0D, struct.pack("<L", len(path)) + path + bytes(6))


def _module_records(one: Module) -> bytes:
    """Source from the stream's first byte on: offset 0."""
    return b"".join((
        _both(0x19, one.name, 0x47), _both(0x1A, one.name, 0x32), _both(0x1C, "", 0x48), _record(0x31, bytes(4)), _record(0x1E, bytes(4)),
        _record(0x2C, _COOKIE), _record(0x21 if one.kind is Kind.STANDARD else 0x22, b""), _record(0x2B, b""),
    ))  # fmt: skip


def _project_text(name: str, modules: Sequence[Module], project_id: str) -> str:
    """The PROJECT stream (2.3.1): not protected, no password, visible."""
    entries = [f"{one.kind.word}={one.name}" + ("/&H00000000" if one.kind.word == "Document" else "") for one in modules]
    protection = {"CMG": bytes(4), "DPB": b"\0", "GC": b"\xff"}
    hidden = [f'{key}="{encrypted(data, project_id)}"' for key, data in protection.items()]
    head = [f'ID="{project_id}"', *entries, f'Name="{name}"', 'HelpContextID="0"', 'VersionCompatible32="393222000"', *hidden]
    windows = [f"{one.name}=0, 0, 0, 0, C" for one in modules]
    return "\r\n".join([*head, "", _EXTENDER, "[Workspace]", *windows, ""])


def encrypted(data: bytes, project_id: str, seed: int = 0x5D) -> str:
    """Data Encryption of the PROJECT stream (2.4.3.2), in hexadecimal; every call with the same seed, so that bytes repeat."""
    key = sum(project_id.encode("ascii")) & 0xFF
    output, plain_before = [seed, seed ^ 2, seed ^ key], key
    for byte in bytes(seed >> 1 & 3) + struct.pack("<L", len(data)) + data:
        output.append(byte ^ (output[-2] + plain_before & 0xFF))
        plain_before = byte
    return bytes(output).hex().upper()
