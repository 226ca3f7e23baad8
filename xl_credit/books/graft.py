"""Whole worksheets of a template workbook attached to somebody else's workbook, which otherwise stays as it was.

Only four of its parts change: the content types, workbook.xml, its relationships and (at their ends) the styles.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from xl_credit.books.graft_commit import commit
from xl_credit.books.graft_names import names_to_copy, new_table_names, refuse_dangling, target_tables
from xl_credit.books.graft_parts import Graft
from xl_credit.books.graft_sheets import place_sheet
from xl_credit.books.package import Package
from xl_credit.books.styles import EMPTY_STYLES, StyleAppender
from xl_credit.books.workbook import MAIN, STRICT_MAIN, Sheet, Sheets, read_sheets, relationships
from xl_credit.rules.errors import CreditError


@dataclass(frozen=True, slots=True)
class AttachReport:
    """Sheets attached, and sheets left alone because the workbook has one of that name."""

    added: tuple[str, ...]
    kept: tuple[str, ...]


def attach_sheets(package: Package, template_package: Package, names: Sequence[str]) -> AttachReport:
    """Copy the template's worksheets ``names`` behind the package's own, with their look, tables, charts, rules, names.

    A sheet that the package has already is kept as it is. ``CreditError`` (and the package unchanged) when the package is
    signed, a template sheet holds what is not carried over (pictures, comments, …) or a formula would point nowhere.
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
    graft = Graft(package, template_package, target, source, strict, _styles(package, template_package, styles_part),
                  _shared_strings(template_package), target_tables(package, target))
    graft.renamed.update(new_table_names(graft, new))
    placed = [place_sheet(graft, sheet) for sheet in new]
    added_names = names_to_copy(graft, new)
    refuse_dangling(graft, new)
    commit(graft, placed, added_names, styles_part)
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
