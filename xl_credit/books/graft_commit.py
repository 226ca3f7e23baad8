"""The four parts of a workbook that know its sheets, changed for the attached ones: everything, or nothing after an error."""

import itertools
import posixpath
import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from xl_credit.books.graft_parts import Graft, override, relative
from xl_credit.books.package import CONTENT_TYPES, Package
from xl_credit.books.styles import EMPTY_STYLES
from xl_credit.books.workbook import (
    DefinedName,
    Sheet,
    content_type,
    insert_child,
    relationships,
    rels_name,
    request_recalculation,
    utf8,
    workbook_section,
)


def commit(graft: Graft, placed: Sequence[tuple[Sheet, str]], names: Sequence[DefinedName], styles_part: str | None) -> None:
    """Everything is made first and put into the package last: an error on the way changes nothing."""
    package, book = graft.package, graft.package.workbook_part
    links, link_lines = _next_ids(package), []
    sheets = []
    numbers = max([0, *(sheet.sheet_id for sheet in graft.target)])
    for at, (sheet, part) in enumerate(placed, start=1):
        link = next(links)
        link_lines.append(graft.relationship(link, "worksheet", relative(book, part)))
        state = "" if sheet.state == "visible" else f' state="{sheet.state}"'
        sheets.append(f'<sheet name={quoteattr(sheet.name)} sheetId="{numbers + at}"{state} {graft.id_attribute(link)}/>')
    if styles_part is None:
        styles_part = _free_styles_part(package)
        graft.parts[styles_part] = graft.styles.appended(graft.in_dialect(EMPTY_STYLES))
        graft.types.append(override(styles_part, "styles"))
        link_lines.append(graft.relationship(next(links), "styles", relative(book, styles_part)))
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


def _next_ids(package: Package) -> Iterator[str]:
    taken = [int(found[1]) for item in relationships(package, package.workbook_part)
             if (found := re.fullmatch(r"rId(\d{1,18})", item.id, re.I))]
    return (f"rId{number}" for number in itertools.count(max([0, *taken]) + 1))


def _free_styles_part(package: Package) -> str:
    folder = posixpath.dirname(package.workbook_part)
    names = (posixpath.join(folder, f"styles{number or ''}.xml") for number in itertools.count())
    return next(name for name in names if name not in package)
