"""The add-in read by programs that did not write it; every finding is a line, so that a planted fault can be seen to be found."""

import io
import re
import struct
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import olefile
import pyopenvba
from lxml import etree

from xl_credit.hosts.excel_ribbon import NAMESPACE

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # oletools' parser uses names that its own dependency has renamed
    from oletools.olevba import VBA_Parser

PROJECT_PART = "xl/vbaProject.bin"
_END, _FREE, _FAT, _NOBODY = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
_ADD_IN = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
_RIBBON = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"


def parts(data: bytes) -> dict[str, bytes]:
    """Every part, its CRC checked."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(content: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return stream.getvalue()


def by_olevba(project: bytes) -> dict[str, str]:
    """Each module's source; olevba reads bytes as a file would be read."""
    parser = VBA_Parser("vbaProject.bin", data=project)
    try:
        return {Path(stream).name: code for _, stream, _, code in parser.extract_macros()}
    finally:
        parser.close()


def by_pyopenvba(data: bytes, folder: Path) -> dict[str, str]:
    path = folder / "read.xlam"
    path.write_bytes(data)
    with pyopenvba.ExcelFile(path) as book:
        return {name: book.get_module(name) for name in book.module_names()}


def project_problems(project: bytes, sources: Mapping[str, str]) -> list[str]:
    """What keeps a VBA project from being clean and whole: the compound file, the streams, the sources."""
    for read in (_container_problems, _stream_problems, lambda data: _source_problems(data, sources)):
        found = _found(read, project)
        if found:
            return found
    return []


def _found(read: Callable[[bytes], list[str]], data: bytes) -> list[str]:
    try:
        return read(data)
    except Exception as error:  # a reader that gives up has noticed
        return [f"{type(error).__name__}: {error}"]


def _source_problems(project: bytes, sources: Mapping[str, str]) -> list[str]:
    found = by_olevba(project)
    return [f"module {name}" for name in sources.keys() | found.keys() if found.get(name) != sources.get(name)]


def _stream_problems(project: bytes) -> list[str]:
    """No compiled code beside the source, and no stream that nothing names."""
    with olefile.OleFileIO(io.BytesIO(project), raise_defects=olefile.DEFECT_INCORRECT) as container:
        names = {"/".join(path) for path in container.listdir()}
        text = container.openstream("PROJECT").read().decode("ascii")
        compiled = container.openstream("VBA/_VBA_PROJECT").read()
        modules = re.findall(r"^(?:Module|Class|Document)=(\w+)", text, re.M)
        starts = {name: container.openstream(f"VBA/{name}").read()[:1] for name in modules}
    problems = [] if compiled == bytes.fromhex("cc61ffff000000") else ["compiled code"]
    problems += [f"{name} begins with compiled code" for name, start in starts.items() if start != b"\x01"]
    expected = {"PROJECT", "PROJECTwm", "VBA/dir", "VBA/_VBA_PROJECT", *(f"VBA/{name}" for name in modules)}
    return problems + [f"stream {name}" for name in sorted(names ^ expected)]


def _container_problems(data: bytes) -> list[str]:
    """MS-CFB, taken apart from nothing: chains, sizes against the 4096 limit, the order and colours of names."""
    header = struct.unpack_from("<8s16sHHHHH6sLLLLLLLLL109L", data)
    fat_count, directory, cutoff, mini_start = header[9], header[10], header[12], header[13]
    if header[0] != b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" or (header[3], header[5], cutoff) != (3, 9, 4096) or len(data) % 512:
        return ["header"]
    fat = [number for sector in header[17 : 17 + fat_count] for number in struct.unpack_from("<128L", data, 512 * (sector + 1))]
    taken: set[int] = set()

    def chain(start: int) -> bytes:
        content = bytearray()
        while start != _END:
            if start in taken:
                raise ValueError(f"sector {start} belongs to two streams")
            taken.add(start)
            content += data[512 * (start + 1) : 512 * (start + 2)]
            start = fat[start]
        return bytes(content)

    records = chain(directory)
    entries = [_entry(records[at : at + 128]) for at in range(0, len(records), 128)]
    mini_fat, mini_stream = chain(mini_start), chain(entries[0]["start"])
    problems = [] if entries[0]["size"] <= len(mini_stream) else ["mini stream"]
    for entry in entries:
        if entry["kind"] == 2 and entry["size"] >= cutoff and len(chain(entry["start"])) - entry["size"] not in range(512):
            problems.append(f"chain of {entry['name']}")
        if entry["kind"] == 2 and entry["size"] < cutoff and 64 * _mini_length(mini_fat, entry["start"]) - entry["size"] not in range(64):
            problems.append(f"mini chain of {entry['name']}")
        if entry["kind"] in (1, 5):
            problems += _tree_problems(entries, entry["child"])
    used = {sector for sector, following in enumerate(fat) if following not in (_FREE, _FAT)}
    return problems + [f"sector {sector} belongs to nobody" for sector in used ^ taken]


def _entry(record: bytes) -> dict:
    name, length, kind, colour, left, right, child, _, _, _, _, start, size = struct.unpack("<64sHBBLLL16sLQQLQ", record)
    return {"name": name[: max(length - 2, 0)].decode("utf-16-le"), "kind": kind, "colour": colour, "left": left, "right": right,
            "child": child, "start": start, "size": size}  # fmt: skip


def _mini_length(mini_fat: bytes, start: int) -> int:
    count = 0
    while start != _END:
        start, count = struct.unpack_from("<L", mini_fat, 4 * start)[0], count + 1
    return count


def _tree_problems(entries: list[dict], root: int) -> list[str]:
    """Names in order, shorter ones first; no red node below a red one; as many black ones on every path."""
    names: list[str] = []
    problems: list[str] = []

    def blacks(number: int, under_red: bool) -> int:
        if number == _NOBODY:
            return 1
        entry = entries[number]
        if under_red and entry["colour"] == 0:
            problems.append(f"{entry['name']} is red below a red one")
        left = blacks(entry["left"], entry["colour"] == 0)
        names.append(entry["name"])
        right = blacks(entry["right"], entry["colour"] == 0)
        if left != right:
            problems.append(f"{entry['name']} stands askew")
        return left + entry["colour"]

    blacks(root, True)
    return problems + ([] if names == sorted(names, key=lambda name: (len(name), name.upper())) else ["names out of order"])


def package_problems(data: bytes, sources: Mapping[str, str], tags: Mapping[str, object]) -> list[str]:
    """What keeps the add-in from working: parts, types, relationships, the ribbon against VBA and Python, the project."""
    return _found(lambda content: _package_problems(content, sources, tags), data)


def _package_problems(data: bytes, sources: Mapping[str, str], tags: Mapping[str, object]) -> list[str]:
    content = parts(data)
    types = etree.fromstring(content["[Content_Types].xml"])
    overrides = {node.get("PartName").lstrip("/"): node.get("ContentType") for node in types.iterchildren("{*}Override")}
    defaults = {node.get("Extension") for node in types.iterchildren("{*}Default")}
    problems = [] if overrides.get("xl/workbook.xml") == _ADD_IN else ["content type of the add-in"]
    problems += [f"no content type: {name}" for name in content if name not in overrides and name.rsplit(".", 1)[-1] not in defaults | {"xml"}]
    problems += [f"no part: {name}" for name in overrides.keys() - content.keys()]
    related = {node.get("Type"): node.get("Target") for node in etree.fromstring(content["_rels/.rels"])}
    if related.get(_RIBBON) not in content:
        return [*problems, "no ribbon"]
    return problems + ribbon_problems(content[related[_RIBBON]], sources, tags) + project_problems(content[PROJECT_PART], sources)


def ribbon_problems(ribbon: bytes, sources: Mapping[str, str], tags: Mapping[str, object]) -> list[str]:
    """Unique ids; a Sub for every callback, that takes a control; a command for every tag, and a button for every command."""
    root = etree.fromstring(ribbon)
    nodes = list(root.iter(f"{{{NAMESPACE}}}*"))
    ids = [node.get("id") for node in nodes if node.get("id")]
    problems = [f"id {one} is there twice" for one in set(ids) if ids.count(one) > 1]
    code = "\n".join(sources.values())
    callbacks = {value for node in nodes for name, value in node.attrib.items() if name.startswith(("on", "get"))}
    problems += [f"no Sub {one}" for one in callbacks if not re.search(rf"^Public Sub {one}\(\w+ As IRibbonControl\)", code, re.M)]
    shown = [node.get("tag") for node in nodes if node.tag == f"{{{NAMESPACE}}}button"]
    problems += [f"tag {tag}" for tag in {*shown} ^ {*tags}]
    return problems + [f"{etree.QName(node).localname} has no place here" for node in nodes if etree.QName(node).localname == "menu"]
