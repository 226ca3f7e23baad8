"""Names and tables that formulas of attached sheets use: carried over, given a free name, or refused where they would dangle."""

from collections.abc import Iterable, Sequence

from xl_credit.books.graft_parts import Graft
from xl_credit.books.package import Package
from xl_credit.books.workbook import (
    DefinedName,
    Sheet,
    Sheets,
    mentions,
    relationships,
    renamed,
    sheet_references,
    whole_number,
)
from xl_credit.rules.errors import CreditError


def target_tables(package: Package, target: Sheets) -> dict[str, int]:
    """Name (casefolded) -> id of every table in the workbook."""
    found = {}
    for sheet in target:
        for item in relationships(package, sheet.part) if sheet.part else ():
            if item.kind == "table" and item.target in package:
                root = package.xml(item.target)
                for name in {root.get("displayName", ""), root.get("name", "")}:
                    found[name.casefold()] = whole_number(root.get("id")) or 0
    return found


def new_table_names(graft: Graft, new: Iterable[Sheet]) -> dict[str, str]:
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


def _table_names(template: Package, sheet: Sheet) -> list[str]:
    return [template.xml(item.target).get("displayName", "")
            for item in relationships(template, sheet.part) if item.kind == "table"]


def names_to_copy(graft: Graft, new: Sequence[Sheet]) -> list[DefinedName]:
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


def _is_there(graft: Graft, name: str, text: str) -> bool:
    """Whether the target has this very name; one of another meaning would feed our formulas with other figures."""
    own = next((item.text for item in graft.target.defined_names
                if item.local_sheet is None and item.name.casefold() == name.casefold()), None)
    if name.casefold() in graft.tables or (own is not None and own.replace("'", "") != text.replace("'", "")):
        raise CreditError(f"名称“{name}”在工作簿中已另有所指", where=graft.package.path.name, allowed=f"={text}")
    return own is not None


def refuse_dangling(graft: Graft, new: Iterable[Sheet]) -> None:
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
