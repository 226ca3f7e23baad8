"""What workbook.xml says: sheets, names, date system; and the small insertions by which it and its like are changed.

Insertions are made in the text, at places found by the parser, so that every other byte of the part stays as it was.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.parsers import expat

from lxml import etree

from xl_credit.books.package import CONTENT_TYPES, Package, Relationship, relationships
from xl_credit.rules.errors import CreditError

__all__ = ["MAIN", "RELATIONSHIPS", "STRICT_MAIN", "STRICT_RELATIONSHIPS", "DefinedName", "Relationship", "Sheet", "Sheets",
           "content_type", "insert_child", "insert_section", "mentions", "read_sheets", "relationships",
           "rels_name", "renamed", "request_recalculation", "sheet_references", "utf8", "whole_number", "workbook_section"]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_RELATIONSHIPS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_WORKBOOK_ORDER = ("fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups",
                   "externalReferences", "definedNames", "calcPr", "oleSize", "customWorkbookViews", "pivotCaches",
                   "smartTagPr", "smartTagTypes", "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst")
_NOT_CODE = re.compile(r'("(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'|\[[^\[\]]*\])')  # strings, quoted sheet names, [columns]
_ERROR_VALUES = re.compile(r"#(?:REF|NULL|DIV/0|NUM|VALUE)!")
_BARE_SHEET = re.compile(r"([^\s'\"!(),;:+\-*/^&=<>{}\[\]%$@#|]+)!")
_LONGEST_NUMBER = 18  # digits; Python itself refuses some thousands
_TAG = re.compile(rb"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One tab, in tab order. ``part`` is ``""`` where the relationship is broken; ``kind`` is worksheet, chartsheet, …"""

    name: str
    part: str
    state: str
    sheet_id: int
    rel_id: str
    kind: str


@dataclass(frozen=True, slots=True)
class DefinedName:
    """A name and its formula text; ``local_sheet`` counts tabs from 0, None = the whole workbook."""

    name: str
    text: str
    local_sheet: int | None
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Sheets:
    """The tabs and names of a workbook."""

    items: tuple[Sheet, ...]
    date1904: bool
    defined_names: tuple[DefinedName, ...]

    def __iter__(self) -> Iterator[Sheet]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def find(self, name: str) -> Sheet | None:
        """The sheet of that name, without case as Excel compares; else the one whose name differs by blanks at its ends."""
        exact = next((sheet for sheet in self.items if sheet.name.casefold() == name.casefold()), None)
        return exact or next((sheet for sheet in self.items if sheet.name.strip().casefold() == name.casefold()), None)


def read_sheets(package: Package) -> Sheets:
    """Tabs, names and date system of the package's workbook; ``CreditError`` when the part is not readable."""
    root = package.xml(package.workbook_part)
    targets = {item.id: item for item in relationships(package, package.workbook_part)}
    items = tuple(_sheet(node, targets) for node in root.iterfind("{*}sheets/{*}sheet"))
    if not items:
        raise CreditError("工作簿里没有工作表", where=package.path.name)
    properties = root.find("{*}workbookPr")
    date1904 = properties is not None and properties.get("date1904") in ("1", "true")
    names = tuple(_defined_name(node) for node in root.iterfind("{*}definedNames/{*}definedName"))
    return Sheets(items, date1904, names)


def _sheet(node: etree._Element, targets: dict[str, Relationship]) -> Sheet:
    rel_id = node.get(f"{{{RELATIONSHIPS}}}id") or node.get(f"{{{STRICT_RELATIONSHIPS}}}id") or ""
    found = targets.get(rel_id)
    part, kind = (found.target, found.kind) if found and not found.external else ("", "")
    return Sheet(node.get("name", ""), part, node.get("state", "visible"), whole_number(node.get("sheetId")) or 0, rel_id, kind)


def _defined_name(node: etree._Element) -> DefinedName:
    local = whole_number(node.get("localSheetId"))
    return DefinedName(node.get("name", ""), node.text or "", local, tuple((str(k), str(v)) for k, v in node.items()))


def whole_number(text: str | None) -> int | None:
    """The number an attribute of a foreign file gives; None where it is missing or no plain number."""
    return int(text) if text and len(text) <= _LONGEST_NUMBER and text.isascii() and text.isdigit() else None


def rels_name(part: str) -> str:
    """``xl/workbook.xml`` -> ``xl/_rels/workbook.xml.rels``."""
    folder, leaf = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{leaf}.rels")


def content_type(package: Package, part: str) -> str:
    """The part's content type: its own override, else its extension's default, else empty."""
    types, wanted, extension = package.xml(CONTENT_TYPES), "/" + part.lstrip("/").lower(), part.rpartition(".")[2].lower()
    for node in types.iterchildren("{*}Override"):
        if "/" + node.get("PartName", "").replace("\\", "/").lstrip("/").lower() == wanted:
            return node.get("ContentType", "")
    return next((node.get("ContentType", "") for node in types.iterchildren("{*}Default")
                 if node.get("Extension", "").lower() == extension), "")


def request_recalculation(package: Package) -> None:
    """Have the spreadsheet program recalculate everything when it opens the file next; no change where that is set already."""
    data = utf8(package, package.workbook_part)
    start = next((start for local, start, _ in _scan(data)[0] if local == "calcPr"), None)
    if start is None:
        package.replace(package.workbook_part, workbook_section(data, '<calcPr fullCalcOnLoad="1"/>'))
        return
    end = _TAG.match(data, start).end()
    tag = data[start:end]
    old = re.search(rb"""\sfullCalcOnLoad\s*=\s*["']([^"']*)["']""", tag)
    if old and old[1] in (b"1", b"true"):
        return
    plain = tag if old is None else tag[:old.start()] + tag[old.end():]
    close = len(plain) - (2 if plain.endswith(b"/>") else 1)
    new = plain[:close].rstrip() + b' fullCalcOnLoad="1"' + plain[close:]
    package.replace(package.workbook_part, data[:start] + new + data[end:])


def sheet_references(formula: str) -> set[str]:
    """Names of the sheets that a formula (as a file holds it) points to.

    >>> sorted(sheet_references("SUM('政 策'!$A$1,表1[金额!])+IF(评估表!B2=\\"x!\\",#REF!,0)"))
    ['政 策', '评估表']
    """
    if "!" not in formula:
        return set()
    pieces, found = _NOT_CODE.split(_ERROR_VALUES.sub("", formula)), set()
    for at, piece in enumerate(pieces):
        if at % 2 == 0:
            found.update(_BARE_SHEET.findall(piece))
        elif piece.startswith("'") and pieces[at + 1].startswith("!"):
            found.update(piece[1:-1].replace("''", "'").split(":"))
    return found


def mentions(formula: str, name: str) -> bool:
    """Whether the formula uses this defined name or table (in its code, not in a string or a column's name)."""
    return name.casefold() in formula.casefold() and any(_word(name).search(piece) for piece in _NOT_CODE.split(formula)[::2])


def renamed(formula: str, names: Mapping[str, str]) -> str:
    """The formula with tables under new names.

    >>> renamed('SUM(表1[表1])&"表1"&表10', {"表1": "表1_2"})
    'SUM(表1_2[表1])&"表1"&表10'
    """
    if not names:
        return formula
    pieces = _NOT_CODE.split(formula)
    for old, new in names.items():
        pieces[::2] = [_word(old).sub(lambda _, new=new: new, piece) for piece in pieces[::2]]
    return "".join(pieces)


def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.\\]){re.escape(name)}(?![\w.(!])", re.I)


def workbook_section(data: bytes, fragment: str) -> bytes:
    """workbook.xml with a new section in its place by the schema."""
    return insert_section(data, fragment, _WORKBOOK_ORDER)


def utf8(package: Package, part: str) -> bytes:
    """The part's bytes if they are UTF-8 (with or without BOM), else the part written anew in UTF-8."""
    data = package.read(part)
    declared = re.match(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']+)""", data)
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4]
    if wide or (declared and declared[1].lower() not in (b"utf-8", b"utf8")):
        return etree.tostring(package.xml(part), xml_declaration=True, encoding="UTF-8", standalone=True)
    return data


def insert_child(data: bytes, section: str, fragments: Sequence[str], *, count: bool = False) -> bytes:
    """``fragments`` at the end of the root's child ``section`` (``""`` = of the root); with ``count`` its count grows too.

    >>> insert_child(b'<a><b count="1"><c/></b></a>', "b", ["<c/>"], count=True)
    b'<a><b count="2"><c/><c/></b></a>'
    >>> insert_child(b'<x:a xmlns:x="u"><x:b/></x:a>', "b", ["<c/>"])
    b'<x:a xmlns:x="u"><x:b><x:c/></x:b></x:a>'
    """
    if not fragments:
        return data
    children, (written, *whole) = _scan(data)
    start, end = next((span for local, *span in children if local == section), (None, None)) if section else whole
    if start is None:
        raise CreditError(f"XML 内容缺少 {section} 一节")
    opening = _TAG.match(data, start)[0]
    text = _prefixed("".join(fragments), written).encode()
    new = _counted(opening, len(fragments)) if count else opening
    if opening.endswith(b"/>"):
        name = re.match(rb"<([^\s/>]+)", opening)[1]
        return data[:start] + new[:-2].rstrip() + b">" + text + b"</" + name + b">" + data[end:]
    close = data.rindex(b"</", start, end)
    return data[:start] + new + data[start + len(opening):close] + text + data[close:]


def insert_section(data: bytes, fragment: str, order: Sequence[str]) -> bytes:
    """``fragment`` as a new child of the root, before the first child that comes later in ``order``.

    >>> insert_section(b"<w><a/><c/></w>", "<b/>", ["a", "b", "c"])
    b'<w><a/><b/><c/></w>'
    """
    own = re.match(r"<(\w+)", fragment)[1]
    later = order[order.index(own) + 1:]
    children, (written, *_) = _scan(data)
    at = next((start for local, start, _ in children if local in later), None)
    if at is None:
        return insert_child(data, "", [fragment])
    return data[:at] + _prefixed(fragment, written).encode() + data[at:]


def _prefixed(fragment: str, root: str) -> str:
    """The fragment under the prefix with which the root element is written."""
    prefix = f"{root.partition(':')[0]}:" if ":" in root else ""
    return re.sub(r"<(/?)(?=\w)(?![\w.-]+:)", rf"<\1{prefix}", fragment) if prefix else fragment


def _counted(tag: bytes, more: int) -> bytes:
    return re.sub(rb"""(\scount\s*=\s*["'])(\d{1,9})(?!\d)""", lambda found: found[1] + str(int(found[2]) + more).encode(), tag, count=1)


def _scan(data: bytes) -> tuple[list[tuple[str, int, int]], tuple[str, int, int]]:
    """Children of the root as (local name, start, end) in bytes, and (written name, start, end) of the root itself."""
    parser, spans, opened, root = expat.ParserCreate(), [], [], []

    def start(name: str, _: object) -> None:
        if not opened:
            root.append(name)
        opened.append(parser.CurrentByteIndex)

    def end(name: str) -> None:
        began = opened.pop()
        if len(opened) <= 1:  # a child of the root, or the root
            tag = _TAG.match(data, began)
            tag = tag if tag[0].endswith(b"/>") else _TAG.match(data, parser.CurrentByteIndex)
            spans.append((name.rpartition(":")[2], began, tag.end()))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise CreditError("XML 内容损坏,无法读取") from None
    *children, (_, began, ended) = spans
    return children, (root[0], began, ended)
