"""xlwings Lite code put into a workbook's package and taken out of it; every part that is not about it keeps its bytes."""

import itertools
import zlib
from collections.abc import Collection, Mapping
from pathlib import Path

from udfs.functions import TABLE
from xl_credit.books.container import part_key, read_entries, unpacked
from xl_credit.books.disk import file_bytes
from xl_credit.books.package import CONTENT_TYPES, Package, read_package, relationships
from xl_credit.books.workbook import insert_child, read_sheets, rels_name, utf8
from xl_credit.hosts.lite_bundle import bundle
from xl_credit.hosts.lite_found import MAIN, Found, State, look, loose_extensions, pane_links, panes
from xl_credit.hosts.lite_xml import (
    EXTENSION_RELATIONSHIP,
    EXTENSION_TYPE,
    FOLDER,
    TASKPANES,
    TASKPANES_RELATIONSHIP,
    TASKPANES_TYPE,
    Node,
    extension_xml,
    override_xml,
    pane_xml,
    panes_xml,
    relationship_xml,
    relationships_xml,
    with_settings,
    without_children,
)
from xl_credit.rules.errors import CreditError

PYODIDE_VERSION, XLWINGS_VERSION, ADDIN_VERSION = "0.27.5", "0.37.8", "1.0.0.0-35"
FORMULA_PREFIX = "_xldudf_"  # how a file spells the name of an Office add-in's function
ROOT_RELATIONSHIPS = "_rels/.rels"


def settings() -> dict[str, str]:
    """What Lite finds in the workbook, by name."""
    requirements = f"xlwings=={XLWINGS_VERSION}\n"
    return {MAIN: bundle(), "requirements.txt": requirements, "pyodideVersion": PYODIDE_VERSION, "addinVersion": ADDIN_VERSION}


def embed(path: Path) -> tuple[Package, Found]:
    """The workbook with the code of this version, unwritten; and what it held before. Other settings of Lite's are kept.

    Raises where it is signed, holds other Lite code, or has a defined name that is a function's.
    """
    package = read_package(path)
    _refuse(package, path)
    before = look(package)
    if before.state is State.foreign:
        raise CreditError("已有别的 xlwings Lite 代码,未嵌入", where=path.name, allowed="没有 Lite 代码的工作簿,或另存一份")
    if before.part and before.state is not State.broken:
        package.replace(before.part, with_settings(utf8(package, before.part), settings()))
        return package, before
    if before.state is State.broken:
        package = _without(package, path, before)
    _add(package, before.settings or {})
    return package, before


def _refuse(package: Package, path: Path) -> None:
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        raise CreditError(f"不能嵌入 {path.suffix} 文件", where=path.name, allowed=".xlsx、.xlsm")
    if any(part_key(name).startswith("_xmlsignatures/") for name in package.names()):
        raise CreditError("工作簿带有数字签名,嵌入会使签名失效", where=path.name, allowed="先移除签名")
    taken = {name.upper() for name in TABLE.functions}
    for one in read_sheets(package).defined_names:
        if one.name.upper() in taken or one.name.lower().startswith(FORMULA_PREFIX):
            raise CreditError(f"已有名称“{one.name}”,与函数同名", where=path.name, allowed="改掉该名称再嵌入")


def strip(path: Path) -> tuple[Package, Found]:
    """The workbook without our Lite code, or without the broken rest of it, unwritten; other add-ins' panes stay."""
    package = read_package(path)
    before = look(package)
    if before.state is State.foreign:
        raise CreditError("里面是别的 xlwings Lite 代码,未取出", where=path.name, allowed="由本程序嵌入的工作簿")
    if not before.is_ours:
        raise CreditError("没有嵌入 xlwings Lite 代码", where=path.name, allowed="由本程序嵌入的工作簿")
    return _without(package, path, before), before


def _without(package: Package, path: Path, found: Found) -> Package:
    """A package like it, but for Lite's extension and panes that lead nowhere; what is left empty by that goes too."""
    kept = {key for key, part in panes(package)[0].items() if part != found.part}
    extensions = [*([found.part] if found.part else []), *loose_extensions(package)]
    gone = {*extensions, *map(rels_name, extensions)}
    if not any(part_key(link.target) == TASKPANES for link in pane_links(package)):
        gone |= {TASKPANES, rels_name(TASKPANES)}  # a list that nothing points to
    edits: dict[str, bytes] = {ROOT_RELATIONSHIPS: utf8(package, ROOT_RELATIONSHIPS)}
    for link in pane_links(package):
        ids = {own for target, own in kept if target == link.target}
        if ids:
            edits |= _thinned(package, link.target, ids)
        else:
            gone |= {link.target, rels_name(link.target)}
            edits[ROOT_RELATIONSHIPS] = without_children(edits[ROOT_RELATIONSHIPS], lambda nodes, own=link.id: nodes[0].get("Id") == own)
    keys = {part_key(name) for name in gone}
    edits[CONTENT_TYPES] = without_children(utf8(package, CONTENT_TYPES), lambda nodes: part_key(nodes[0].get("PartName", "")) in keys)
    return _rebuilt(path, keys, edits)


def _thinned(package: Package, part: str, ids: Collection[str]) -> dict[str, bytes]:
    """A list of panes and its relationships, those of ``ids`` only."""

    def is_gone(nodes: list[Node]) -> bool:
        own = [value for node in nodes for name, value in node.items() if name.endswith(":id")]
        return bool(own) and own[0] not in ids

    rels = rels_name(part)
    return {
        part: without_children(utf8(package, part), is_gone),
        rels: without_children(utf8(package, rels), lambda nodes: nodes[0].get("Id") not in ids),
    }


def _rebuilt(path: Path, gone: Collection[str], edits: Mapping[str, bytes]) -> Package:
    """The package as it is on the disk, without some parts and with others changed."""
    data = file_bytes(path)
    entries = {name: entry for name, entry in read_entries(path, data).items() if part_key(name) not in gone}
    package = Package(path, data, entries, unpacked(path, entries))
    for name, new in edits.items():
        package.replace(name, new)
    return package


def _add(package: Package, held: Mapping[str, str]) -> None:
    """The extension and its pane, beside those of other add-ins where there are any."""
    part = next(name for number in itertools.count(1) if (name := f"{FOLDER}/webextension{number}.xml") not in package)
    seed = ";".join(f"{name}:{zlib.crc32(package.read(name))}" for name in package.names())
    package.add(part, extension_xml(seed, {**held, **settings()}))
    types, present = [override_xml(part, EXTENSION_TYPE)], next((link.target for link in pane_links(package)), "")
    if present:
        link = _free_id(package, present)
        package.replace(present, insert_child(utf8(package, present), "", [pane_xml(link)]))
        _relate(package, rels_name(present), relationship_xml(link, EXTENSION_RELATIONSHIP, f"/{part}"))
    else:
        names = (TASKPANES, *(f"{FOLDER}/taskpanes{number}.xml" for number in range(1, 99)))
        panes_part = next(name for name in names if name not in package and rels_name(name) not in package)
        types.append(override_xml(panes_part, TASKPANES_TYPE))
        package.add(panes_part, panes_xml("rId1"))
        target = part.removeprefix(f"{FOLDER}/")
        package.add(rels_name(panes_part), relationships_xml(relationship_xml("rId1", EXTENSION_RELATIONSHIP, target)))
        _relate(package, ROOT_RELATIONSHIPS, relationship_xml(_free_id(package, ""), TASKPANES_RELATIONSHIP, panes_part))
    package.replace(CONTENT_TYPES, insert_child(utf8(package, CONTENT_TYPES), "", types))


def _relate(package: Package, rels: str, line: str) -> None:
    package.replace(rels, insert_child(utf8(package, rels), "", [line]))


def _free_id(package: Package, part: str) -> str:
    taken = {link.id.lower() for link in relationships(package, part)}
    return next(name for number in itertools.count(1) if (name := f"rIdLite{number}").lower() not in taken)
