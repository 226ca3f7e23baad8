"""Whole worksheets of a template workbook attached to somebody else's workbook, which otherwise stays as it was.

Only four of its parts change: the content types, workbook.xml, its relationships and (at their ends) the styles.
"""

import itertools
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from xl_credit.books.package import CONTENT_TYPES, Package
from xl_credit.books.styles import EMPTY_STYLES, StyleAppender
from xl_credit.books.workbook import (
    MAIN,
    RELATIONSHIPS,
    STRICT_MAIN,
    STRICT_RELATIONSHIPS,
    DefinedName,
    Relationship,
    Sheet,
    Sheets,
    content_type,
    insert_child,
    mentions,
    read_sheets,
    relationships,
    rels_name,
    renamed,
    request_recalculation,
    sheet_references,
    utf8,
    whole_number,
    workbook_section,
)
from xl_credit.rules.errors import CreditError

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_DATE_SYSTEMS_APART = 1462  # days between the 1900 and the 1904 date system
_FORMULAS = ("f", "formula", "formula1", "formula2", "calculatedColumnFormula", "totalsRowFormula")


@dataclass(frozen=True, slots=True)
class AttachReport:
    """Sheets attached, and sheets left alone because the workbook has one of that name."""

    added: tuple[str, ...]
    kept: tuple[str, ...]


@dataclass
class _Graft:
    """What is known of both sides, and the parts to be added."""

    package: Package
    template: Package
    target: Sheets
    source: Sheets
    strict: bool
    styles: StyleAppender
    shared: list[etree._Element]
    tables: dict[str, int]  # names and ids of the target's tables
    parts: dict[str, bytes] = field(default_factory=dict)
    types: list[str] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)


def attach_sheets(package: Package, template_package: Package, names: Sequence[str]) -> AttachReport:
    """Copy the template's worksheets ``names`` behind the package's own, with their look, tables, rules and names.

    A sheet that the package has already is kept as it is. ``CreditError`` (and the package unchanged) when the package is
    signed, a template sheet holds what is not carried over (drawings, comments, …) or a formula would point nowhere.
    """
    target, source = read_sheets(package), read_sheets(template_package)
    wanted = [_template_sheet(source, name) for name in dict.fromkeys(names)]
    new = [sheet for sheet in wanted if target.find(sheet.name) is None]
    kept = tuple(sheet.name for sheet in wanted if sheet not in new)
    if not new:
        return AttachReport((), kept)
    if _linked(template_package, "externalLink"):
        raise CreditError("模板含有外部链接,不能带入", where=template_package.path.name)
    if any(name.lower().startswith("_xmlsignatures/") for name in package.names()):
        raise CreditError("工作簿带有数字签名,加入工作表会使签名失效", where=package.path.name, allowed="先移除签名")
    strict, styles_part = _dialect(package), _linked(package, "styles")
    graft = _Graft(package, template_package, target, source, strict, _styles(package, template_package, styles_part),
                   _shared_strings(template_package), _target_tables(package, target))
    graft.renamed.update(_new_table_names(graft, new))
    placed = [_place_sheet(graft, sheet) for sheet in new]
    added_names = _names_to_copy(graft, new)
    _refuse_dangling(graft, new)
    _commit(graft, placed, added_names, styles_part)
    return AttachReport(tuple(sheet.name for sheet in new), kept)


def _template_sheet(source: Sheets, name: str) -> Sheet:
    sheet = source.find(name)
    if sheet is None:
        raise CreditError(f"模板中没有工作表“{name}”", allowed="、".join(item.name for item in source))
    return sheet


def _dialect(package: Package) -> bool:
    namespace = etree.QName(package.xml(package.workbook_part)).namespace
    if namespace not in (MAIN, STRICT_MAIN):
        raise CreditError("工作簿的 XML 命名空间不认识", where=package.path.name, allowed="用 Excel 另存为 .xlsx")
    return namespace == STRICT_MAIN


def _linked(package: Package, kind: str) -> str | None:
    found = relationships(package, package.workbook_part)
    return next((item.target for item in found if item.kind == kind and item.target in package), None)


def _styles(package: Package, template: Package, styles_part: str | None) -> StyleAppender:
    own = package.xml(styles_part) if styles_part else etree.fromstring(EMPTY_STYLES)
    return StyleAppender(own, template.xml(_linked(template, "styles") or "styles.xml"), package.path.name)


def _shared_strings(template: Package) -> list[etree._Element]:
    part = _linked(template, "sharedStrings")
    return template.xml(part).findall(f"{{{MAIN}}}si") if part else []


def _target_tables(package: Package, target: Sheets) -> dict[str, int]:
    found = {}
    for sheet in target:
        for item in relationships(package, sheet.part) if sheet.part else ():
            if item.kind == "table" and item.target in package:
                root = package.xml(item.target)
                for name in {root.get("displayName", ""), root.get("name", "")}:
                    found[name.casefold()] = whole_number(root.get("id")) or 0
    return found


def _place_sheet(graft: _Graft, sheet: Sheet) -> tuple[Sheet, str]:
    """Make the sheet's parts; the sheet and its new part name."""
    links = _sheet_links(graft, sheet)
    part = _fresh(graft, "worksheets/sheet")
    graft.parts[part] = b""  # the name is taken
    lines = []
    for item in links:
        goal = item.target
        if item.kind == "table":
            goal = _relative(part, _place_table(graft, item.target))
        lines.append(_relationship(graft, item.id, item.kind, goal, external=item.external))
    root = graft.template.xml(sheet.part)
    _adapt_sheet(graft, root)
    graft.parts[part] = _serialise(graft, root)
    graft.types.append(_override(part, "worksheet"))
    if lines:
        graft.parts[rels_name(part)] = f'{_HEAD}<Relationships xmlns="{_RELS}">{"".join(lines)}</Relationships>'.encode()
    return sheet, part


def _sheet_links(graft: _Graft, sheet: Sheet) -> tuple[Relationship, ...]:
    links = relationships(graft.template, sheet.part)
    foreign = sorted({item.kind for item in links} - {"table", "hyperlink"})
    if sheet.kind != "worksheet" or foreign:
        what = "、".join(foreign) or sheet.kind
        raise CreditError(f"模板工作表含有不能带入的内容({what})", where=sheet.name, allowed="单元格、表格、超链接")
    return links


def _adapt_sheet(graft: _Graft, root: etree._Element) -> None:
    """Strings, formats, names and dates of a template sheet turned into the target's."""
    if graft.target.date1904 != graft.source.date1904:
        _shift_dates(graft, root, -_DATE_SYSTEMS_APART if graft.target.date1904 else _DATE_SYSTEMS_APART)
    for cell in root.iter(f"{{{MAIN}}}c"):
        if cell.get("cm") or cell.get("vm"):
            raise CreditError("模板含有动态数组公式,不能带入", where=cell.get("r", ""))
        _restyle(cell, "s", graft.styles.xf(int(cell.get("s", "0"))))
        if cell.get("t") == "s":
            _inline(cell, graft.shared)
    for row in root.iterfind(f"{{{MAIN}}}sheetData/{{{MAIN}}}row[@s]"):
        row.set("s", str(graft.styles.xf(int(row.get("s")))))
    for column in root.iterfind(f"{{{MAIN}}}cols/{{{MAIN}}}col[@style]"):
        column.set("style", str(graft.styles.xf(int(column.get("style")))))
    for view in root.iterfind(f"{{{MAIN}}}sheetViews/{{{MAIN}}}sheetView[@tabSelected]"):
        del view.attrib["tabSelected"]
    for properties in root.iterfind(f"{{{MAIN}}}sheetPr[@codeName]"):  # a macro module of the template's, not of this book
        del properties.attrib["codeName"]
    _adapt_common(graft, root)


def _adapt_common(graft: _Graft, root: etree._Element) -> None:
    """Differential formats by their new index, formulas by the tables' new names."""
    for node in root.iter("{*}*"):
        for name in [name for name in node.attrib if name.lower().endswith("dxfid")]:
            node.set(name, str(graft.styles.dxf(int(node.get(name)))))
        if node.text and etree.QName(node).localname in _FORMULAS:
            node.text = renamed(node.text, graft.renamed)
            graft.formulas.append(node.text)


def _restyle(node: etree._Element, attribute: str, index: int) -> None:
    if index:
        node.set(attribute, str(index))
    else:
        node.attrib.pop(attribute, None)


def _inline(cell: etree._Element, shared: list[etree._Element]) -> None:
    """The text in the cell itself, so that the target's shared strings stay as they are."""
    value = cell.find(f"{{{MAIN}}}v")
    item = shared[int(value.text)]
    cell.remove(value)
    cell.set("t", "inlineStr")
    inline = etree.SubElement(cell, f"{{{MAIN}}}is")
    inline.extend(etree.fromstring(etree.tostring(child, with_tail=False)) for child in item)
    for scheme in inline.findall(f"{{{MAIN}}}r/{{{MAIN}}}rPr/{{{MAIN}}}scheme"):
        scheme.getparent().remove(scheme)


def _shift_dates(graft: _Graft, root: etree._Element, days: int) -> None:
    """Dates typed into the template mean the same day in a workbook that counts from another year."""
    for cell in root.iter(f"{{{MAIN}}}c"):
        value = cell.find(f"{{{MAIN}}}v")
        plain = cell.get("t", "n") == "n" and cell.find(f"{{{MAIN}}}f") is None and value is not None
        if plain and graft.styles.is_date(int(cell.get("s", "0"))) and float(value.text) >= 1:
            value.text = repr(float(value.text) + days).removesuffix(".0")
    for rule in root.iter(f"{{{MAIN}}}dataValidation"):
        for limit in rule if rule.get("type") == "date" else ():
            if re.fullmatch(r"\d+(\.\d+)?", limit.text or ""):
                limit.text = repr(float(limit.text) + days).removesuffix(".0")


def _place_table(graft: _Graft, source: str) -> str:
    root = graft.template.xml(source)
    part = _fresh(graft, "tables/table")
    old = root.get("displayName", "")
    name, number = graft.renamed.get(old, old), max([0, *graft.tables.values()]) + 1
    graft.tables[name.casefold()] = number
    for key, value in (("id", str(number)), ("name", name), ("displayName", name)):
        root.set(key, value)
    _adapt_common(graft, root)
    graft.parts[part] = _serialise(graft, root)
    graft.types.append(_override(part, "table"))
    return part


def _fresh(graft: _Graft, stem: str) -> str:
    """The first free numbered part name beside the workbook, after all that are there."""
    stem = posixpath.join(posixpath.dirname(graft.package.workbook_part), stem)
    pattern = re.compile(re.escape(stem) + r"(\d+)\.xml", re.I)
    taken = [int(found[1]) for name in (*graft.package.names(), *graft.parts) if (found := pattern.fullmatch(name))]
    return f"{stem}{max([0, *taken]) + 1}.xml"


def _serialise(graft: _Graft, root: etree._Element) -> bytes:
    return _speak(graft, etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _speak(graft: _Graft, data: bytes) -> bytes:
    """The part in the target's dialect: a strict workbook takes the same content under other namespaces."""
    if not graft.strict:
        return data
    return data.replace(MAIN.encode(), STRICT_MAIN.encode()).replace(RELATIONSHIPS.encode(), STRICT_RELATIONSHIPS.encode())


def _names_to_copy(graft: _Graft, new: Sequence[Sheet]) -> list[DefinedName]:
    """The new sheets' own names (print titles, …) under their new tab numbers, and the general names their formulas use."""
    tabs = {graft.source.items.index(sheet): len(graft.target) + at for at, sheet in enumerate(new)}
    copied = [DefinedName(item.name, renamed(item.text, graft.renamed), tabs[item.local_sheet], item.attributes)
              for item in graft.source.defined_names if item.local_sheet in tabs]
    graft.formulas.extend(item.text for item in copied)
    general = [item for item in graft.source.defined_names if item.local_sheet is None]
    while used := [item for item in general if any(mentions(text, item.name) for text in graft.formulas)]:
        general = [item for item in general if item not in used]
        for item in used:
            text = renamed(item.text, graft.renamed)
            graft.formulas.append(text)
            if not _is_there(graft, item.name, text):
                copied.append(DefinedName(item.name, text, None, item.attributes))
    return copied


def _is_there(graft: _Graft, name: str, text: str) -> bool:
    """Whether the target has this very name; one of another meaning would feed our formulas with other figures."""
    own = next((item.text for item in graft.target.defined_names
                if item.local_sheet is None and item.name.casefold() == name.casefold()), None)
    if name.casefold() in graft.tables or (own is not None and own.replace("'", "") != text.replace("'", "")):
        raise CreditError(f"名称“{name}”在工作簿中已另有所指", where=graft.package.path.name, allowed=f"={text}")
    return own is not None


def _refuse_dangling(graft: _Graft, new: Iterable[Sheet]) -> None:
    """A formula over a sheet or table that is not there makes Excel "repair" the file: refuse it before it is written."""
    there = {sheet.name.casefold() for sheet in (*graft.target, *new)}
    for formula in graft.formulas:
        for name in sorted(sheet_references(formula)):
            if name.casefold() not in there:
                raise CreditError(f"模板公式引用工作表“{name}”,工作簿中没有", where=graft.package.path.name, allowed="一并加入")
    tables = {name for sheet in graft.source if sheet not in new for name in _table_names(graft.template, sheet)}
    for table in sorted(tables):
        if table.casefold() not in graft.tables and any(mentions(formula, table) for formula in graft.formulas):
            raise CreditError(f"模板公式引用表格“{table}”,工作簿中没有", where=graft.package.path.name, allowed="一并加入")


def _table_names(template: Package, sheet: Sheet) -> list[str]:
    return [template.xml(item.target).get("displayName", "")
            for item in relationships(template, sheet.part) if item.kind == "table"]


def _new_table_names(graft: _Graft, new: Iterable[Sheet]) -> dict[str, str]:
    """Template table name -> name unique in the workbook, for those that cannot keep theirs."""
    taken, changed = {*graft.tables, *(item.name.casefold() for item in graft.target.defined_names)}, {}
    for name in (name for sheet in new for name in _table_names(graft.template, sheet)):
        free, number = name, 1
        while free.casefold() in taken:
            number += 1
            free = f"{name}_{number}"
        taken.add(free.casefold())
        if free != name:
            changed[name] = free
    return changed


def _commit(graft: _Graft, placed: Sequence[tuple[Sheet, str]], names: Sequence[DefinedName], styles_part: str | None) -> None:
    """Everything is made first and put into the package last: an error on the way changes nothing."""
    package, book = graft.package, graft.package.workbook_part
    links, link_lines = _next_ids(package), []
    sheets = []
    numbers = max([0, *(sheet.sheet_id for sheet in graft.target)])
    for at, (sheet, part) in enumerate(placed, start=1):
        link = next(links)
        link_lines.append(_relationship(graft, link, "worksheet", _relative(book, part)))
        state = "" if sheet.state == "visible" else f' state="{sheet.state}"'
        sheets.append(f'<sheet name={quoteattr(sheet.name)} sheetId="{numbers + at}"{state} {_id_attribute(graft, link)}/>')
    if styles_part is None:
        styles_part = _free_styles_part(package)
        graft.parts[styles_part] = graft.styles.appended(_speak(graft, EMPTY_STYLES))
        graft.types.append(_override(styles_part, "styles"))
        link_lines.append(_relationship(graft, next(links), "styles", _relative(book, styles_part)))
    else:
        graft.parts[styles_part] = graft.styles.appended(utf8(package, styles_part))
    if not content_type(package, rels_name(book)):
        graft.types.append('<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>')
    graft.parts[rels_name(book)] = insert_child(utf8(package, rels_name(book)), "", link_lines)
    graft.parts[CONTENT_TYPES] = insert_child(utf8(package, CONTENT_TYPES), "", graft.types)
    graft.parts[book] = _workbook_with(package, sheets, names)
    for part, data in graft.parts.items():
        (package.replace if part in package else package.add)(part, data)
    request_recalculation(package)


def _workbook_with(package: Package, sheets: Sequence[str], names: Sequence[DefinedName]) -> bytes:
    root, data = package.xml(package.workbook_part), utf8(package, package.workbook_part)
    if root.find("{*}bookViews") is None:  # the sheet views of the new sheets refer to the first
        data = workbook_section(data, "<bookViews><workbookView/></bookViews>")
    data = insert_child(data, "sheets", sheets)
    lines = [_name_line(item) for item in names]
    if root.find("{*}definedNames") is not None:
        return insert_child(data, "definedNames", lines)
    return workbook_section(data, f"<definedNames>{''.join(lines)}</definedNames>") if lines else data


def _name_line(item: DefinedName) -> str:
    kept = {key: value for key, value in item.attributes if key != "localSheetId"}
    if item.local_sheet is not None:
        kept["localSheetId"] = str(item.local_sheet)
    attributes = "".join(f" {key}={quoteattr(value)}" for key, value in kept.items())
    return f"<definedName{attributes}>{escape(item.text)}</definedName>"


def _id_attribute(graft: _Graft, link: str) -> str:
    namespace = STRICT_RELATIONSHIPS if graft.strict else RELATIONSHIPS
    known = graft.package.xml(graft.package.workbook_part).nsmap
    prefix = next((prefix for prefix, uri in known.items() if uri == namespace and prefix), None)
    return f'{prefix}:id="{link}"' if prefix else f'xmlns:r="{namespace}" r:id="{link}"'


def _next_ids(package: Package) -> Iterator[str]:
    taken = [int(found[1]) for item in relationships(package, package.workbook_part)
             if (found := re.fullmatch(r"rId(\d+)", item.id, re.I))]
    return (f"rId{number}" for number in itertools.count(max([0, *taken]) + 1))


def _free_styles_part(package: Package) -> str:
    folder = posixpath.dirname(package.workbook_part)
    names = (posixpath.join(folder, f"styles{number or ''}.xml") for number in itertools.count())
    return next(name for name in names if name not in package)


def _relative(base: str, part: str) -> str:
    return posixpath.relpath("/" + part, posixpath.join("/", posixpath.dirname(base)))


def _relationship(graft: _Graft, link: str, kind: str, target: str, *, external: bool = False) -> str:
    base = STRICT_RELATIONSHIPS if graft.strict else RELATIONSHIPS
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="{link}" Type="{base}/{kind}" Target={quoteattr(target)}{mode}/>'


def _override(part: str, kind: str) -> str:
    return f'<Override PartName={quoteattr("/" + part)} ContentType="{_TYPE}{kind}+xml"/>'
