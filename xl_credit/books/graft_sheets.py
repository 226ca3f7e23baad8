"""A template's worksheet and its tables rewritten for the workbook they join: strings, formats, formulas, dates."""

import re

from lxml import etree

from xl_credit.books.graft_drawings import not_carried, place_drawing
from xl_credit.books.graft_parts import Graft, relative
from xl_credit.books.workbook import MAIN, Relationship, Sheet, relationships, renamed
from xl_credit.rules.errors import CreditError

_CARRIED = ("table", "hyperlink", "drawing")
_DATE_SYSTEMS_APART = 1462  # days between the 1900 and the 1904 date system
_FORMULAS = ("f", "formula", "formula1", "formula2", "calculatedColumnFormula", "totalsRowFormula")


def place_sheet(graft: Graft, sheet: Sheet) -> tuple[Sheet, str]:
    """Make the sheet's parts; the sheet and its new part name."""
    links = _sheet_links(graft, sheet)
    part, lines = graft.fresh_part("worksheets/sheet"), []
    for item in links:
        goal = item.target
        if item.kind == "table":
            goal = relative(part, _place_table(graft, item.target))
        elif item.kind == "drawing":
            goal = relative(part, place_drawing(graft, sheet, item.target))
        lines.append(graft.relationship(item.id, item.kind, goal, external=item.external))
    root = graft.template.xml(sheet.part)
    _adapt_sheet(graft, root)
    graft.put(part, graft.serialised(root), "worksheet", lines)
    return sheet, part


def _sheet_links(graft: Graft, sheet: Sheet) -> tuple[Relationship, ...]:
    links = relationships(graft.template, sheet.part)
    foreign = sorted({item.kind for item in links if item.kind not in _CARRIED or (item.external and item.kind != "hyperlink")})
    if sheet.kind != "worksheet" or foreign:
        raise not_carried("、".join(foreign) or sheet.kind, sheet)
    return links


def _adapt_sheet(graft: Graft, root: etree._Element) -> None:
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


def _adapt_common(graft: Graft, root: etree._Element) -> None:
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


def _shift_dates(graft: Graft, root: etree._Element, days: int) -> None:
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


def _place_table(graft: Graft, source: str) -> str:
    root = graft.template.xml(source)
    part = graft.fresh_part("tables/table")
    old = root.get("displayName", "")
    name, number = graft.renamed.get(old, old), max([0, *graft.tables.values()]) + 1
    graft.tables[name.casefold()] = number
    for key, value in (("id", str(number)), ("name", name), ("displayName", name)):
        root.set(key, value)
    _adapt_common(graft, root)
    graft.put(part, graft.serialised(root), "table")
    return part
