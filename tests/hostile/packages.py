"""Mutations of what a package holds and how its parts point to each other."""

import re
from collections.abc import Callable
from random import Random

from tests.hostile.parts import Parts

Mutator = Callable[[Parts, Random], None]
PACKAGE: list[Mutator] = []
_TYPES, _LINKS, _BOOK = "[Content_Types].xml", "xl/_rels/workbook.xml.rels", "xl/workbook.xml"
_BAD_NAMES = ("../../climbed.xml", "..\\climbed.xml", "/etc/climbed.xml", "C:\\climbed.xml", "\\\\server\\x.xml", "xl/../../climbed.xml",
              "xl/\x01.xml", "XL/WORKBOOK.XML", "xl/worksheets/", "xl/worksheets/sheet1.xml ", "_rels/../xl/x.xml", "NUL", "é.xml",
              "xl/worksheets/%2e%2e/x.xml", "[trash]/0000.dat", "xl/vbaProject.bin", "_xmlsignatures/origin.sigs")  # fmt: skip
_BAD_TARGETS = ("../../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "http://127.0.0.1:9/x.xml", "\\\\server\\share\\x.xml", "", "#",
                "worksheets/sheet99.xml", "workbook.xml", "../[Content_Types].xml", "worksheets", "WORKSHEETS/SHEET2.XML", "%77orksheets/sheet1.xml",
                "worksheets/sheet1.xml#A1", " worksheets/sheet1.xml", "styles.xml", "sharedStrings.xml", "%00", "%ff%fe")  # fmt: skip
_BAD_TYPES = ("externalLinkPath", "oleObject", "vbaProject", "chartsheet", "dialogsheet", "xlMacrosheet", "worksheet", "table", "comments", "")


def package(mutator: Mutator) -> Mutator:
    PACKAGE.append(mutator)
    return mutator


def _one(found: list[re.Match], random: Random) -> re.Match | None:
    return random.choice(found) if found else None


def _replaced(parts: Parts, part: str, pattern: str, new: str, random: Random) -> None:
    """One of the pattern's occurrences in the part, its first group replaced."""
    text = parts.text(part)
    found = _one(list(re.finditer(pattern, text)), random)
    if found:
        parts.put(part, text[: found.start(1)] + new + text[found.end(1) :])


def _links_part(parts: Parts, random: Random) -> str:
    return random.choice([name for name in parts if name.endswith(".rels")] or [_LINKS])


@package
def part_removed(parts: Parts, random: Random) -> None:
    del parts[random.choice(list(parts))]


@package
def known_part_removed(parts: Parts, random: Random) -> None:
    known = [_TYPES, _LINKS, "_rels/.rels", "xl/styles.xml", "xl/sharedStrings.xml", _BOOK, "xl/theme/theme1.xml", "docProps/app.xml"]
    parts.pop(random.choice(known), None)


@package
def part_emptied(parts: Parts, random: Random) -> None:
    parts[random.choice(list(parts))] = random.choice((b"", b" ", b"<", b"\0" * 100, b"<?xml version='1.0'?>", b"<a/>", b"\xef\xbb\xbf"))


@package
def parts_swapped(parts: Parts, random: Random) -> None:
    one, other = random.choice(list(parts)), random.choice(list(parts))
    parts[one], parts[other] = parts[other], parts[one]


@package
def sheets_swapped(parts: Parts, random: Random) -> None:
    sheets = list(parts.sheets().values())
    one, other = random.choice(sheets), random.choice(sheets)
    parts[one], parts[other] = parts[other], parts[one]


@package
def part_of_a_bad_name(parts: Parts, random: Random) -> None:
    parts[random.choice(_BAD_NAMES)] = random.choice((b"<a/>", b"", b"MZ", random.randbytes(50)))


@package
def part_renamed(parts: Parts, random: Random) -> None:
    old = random.choice(list(parts))
    renamed = {random.choice((*_BAD_NAMES, old.upper(), "/" + old, old.replace("/", "\\"))) if name == old else name: data for name, data in parts.items()}
    parts.clear()
    parts.update(renamed)


@package
def case_twin(parts: Parts, random: Random) -> None:
    name = random.choice(list(parts))
    parts[random.choice((name.upper(), "/" + name, name.replace("/", "\\"), name.title()))] = b"<a/>"


@package
def order_shuffled(parts: Parts, random: Random) -> None:
    items = list(parts.items())
    random.shuffle(items)
    parts.clear()
    parts.update(items)


@package
def very_many_parts(parts: Parts, random: Random) -> None:
    for number in range(random.choice((500, 10_001))):
        parts[f"xl/media/image{number}.png"] = b""


@package
def content_types_lie(parts: Parts, random: Random) -> None:
    _replaced(parts, _TYPES, r'ContentType="([^"]*)"', random.choice(("text/plain", "", "application/vnd.ms-office.vbaProject",
              "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml")), random)  # fmt: skip


@package
def content_type_dropped(parts: Parts, random: Random) -> None:
    _replaced(parts, _TYPES, r"(<(?:Override|Default)\b[^>]*/>)", "", random)


@package
def link_elsewhere(parts: Parts, random: Random) -> None:
    _replaced(parts, _links_part(parts, random), r'Target="([^"]*)"', random.choice(_BAD_TARGETS), random)


@package
def book_link_elsewhere(parts: Parts, random: Random) -> None:
    if _LINKS in parts:
        _replaced(parts, _LINKS, r'Target="([^"]*)"', random.choice(_BAD_TARGETS), random)


@package
def link_of_another_type(parts: Parts, random: Random) -> None:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    _replaced(parts, _links_part(parts, random), r'Type="([^"]*)"', base + random.choice(_BAD_TYPES), random)


@package
def link_made_external(parts: Parts, random: Random) -> None:
    _replaced(parts, _links_part(parts, random), r"<Relationship( )", ' TargetMode="External" ', random)


@package
def link_dropped(parts: Parts, random: Random) -> None:
    _replaced(parts, _links_part(parts, random), r"(<Relationship\b[^>]*/>)", "", random)


@package
def link_doubled(parts: Parts, random: Random) -> None:
    """Two relationships of one id."""
    part = _links_part(parts, random)
    found = re.findall(r"<Relationship\b[^>]*/>", parts.text(part))
    if found:
        parts.put(part, parts.text(part).replace("</Relationships>", random.choice(found) + "</Relationships>"))


@package
def link_ids_mixed(parts: Parts, random: Random) -> None:
    """Two sheets with one relationship: one part would stand for both."""
    if _BOOK in parts:
        ids = re.findall(r'r:id="([^"]*)"', parts.text(_BOOK))
        _replaced(parts, _BOOK, r'<sheet\b[^>]*r:id="([^"]*)"', random.choice([*ids, "", "rId999", "rid1"]), random)


@package
def links_part_added(parts: Parts, random: Random) -> None:
    """A sheet that points to a table, a comment, a drawing, another book that is not there."""
    part = random.choice(list(parts.sheets().values()) or [_BOOK])
    name = f"{part.rpartition('/')[0]}/_rels/{part.rpartition('/')[2]}.rels"
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    target, mode = random.choice(_BAD_TARGETS), random.choice(("", ' TargetMode="External"', ' TargetMode="Internal"'))
    parts[name] = (f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
                   f'Type="{base}{random.choice(_BAD_TYPES)}" Target="{target}"{mode}/></Relationships>').encode()  # fmt: skip


@package
def external_book(parts: Parts, random: Random) -> None:
    """A link to another workbook, which must be kept and never followed."""
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts["xl/externalLinks/externalLink1.xml"] = (
        f'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><externalBook xmlns:r="{base}" r:id="rId1"/></externalLink>'
    ).encode()
    parts["xl/externalLinks/_rels/externalLink1.xml.rels"] = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{base}/externalLinkPath" '
        'Target="http://127.0.0.1:9/secret.xlsx" TargetMode="External"/></Relationships>'
    ).encode()
    if _LINKS in parts:
        line = f'<Relationship Id="rIdX" Type="{base}/externalLink" Target="externalLinks/externalLink1.xml"/></Relationships>'
        parts.put(_LINKS, parts.text(_LINKS).replace("</Relationships>", line))


@package
def macros_added(parts: Parts, random: Random) -> None:
    parts["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.randbytes(2000)
    base = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    if _LINKS in parts:
        parts.put(_LINKS, parts.text(_LINKS).replace("</Relationships>", f'<Relationship Id="rIdV" Type="{base}" Target="vbaProject.bin"/></Relationships>'))


@package
def sheet_names_changed(parts: Parts, random: Random) -> None:
    names = ("评估表", "评级结果", " 评估表 ", "核对", "", "a" * 40, "甲!乙", "'甲'", "[1]甲", "评估表\n", "=1+1", "&lt;b&gt;", "政策", "審批", "_xlnm")
    if _BOOK in parts:
        _replaced(parts, _BOOK, r'<sheet\b[^>]*?\sname="([^"]*)"', random.choice(names), random)


@package
def sheet_attribute_odd(parts: Parts, random: Random) -> None:
    if _BOOK in parts:
        text, sheet = parts.text(_BOOK), random.choice(('sheetId="-1"', 'sheetId="99999999999999999999"', 'state="veryHidden"', 'state="?"', 'sheetId="x"'))
        attribute = sheet.partition("=")[0]
        tags = list(re.finditer(r"<sheet\s[^>]*>", text))
        if tags:
            tag = random.choice(tags)
            new = re.sub(rf'\s{attribute}="[^"]*"', "", tag[0]).replace("<sheet", f"<sheet {sheet}")
            parts.put(_BOOK, text[: tag.start()] + new + text[tag.end() :])


@package
def from_1904(parts: Parts, random: Random) -> None:
    if _BOOK in parts:
        value = random.choice(("1", "true", "0", "yes", ""))
        parts.put(_BOOK, re.sub(r"<workbookPr\b", f'<workbookPr date1904="{value}"', parts.text(_BOOK), count=1))


@package
def defined_name_odd(parts: Parts, random: Random) -> None:
    if _BOOK in parts:
        name = random.choice((
            '<definedName name="_xlnm.Auto_Open">#REF!</definedName>', '<definedName name="甲" localSheetId="999">评估表!$A$1</definedName>',
            '<definedName name="甲" localSheetId="-1">1</definedName>', "<definedName/>", '<definedName name="">=cmd|\' /C calc\'!A0</definedName>',
            f'<definedName name="长">{"A1+" * 3000}1</definedName>', '<definedName name="评估表">[1]Sheet1!$A$1</definedName>',
        ))  # fmt: skip
        text = parts.text(_BOOK)
        if "</definedNames>" in text:
            parts.put(_BOOK, text.replace("</definedNames>", name + "</definedNames>"))
