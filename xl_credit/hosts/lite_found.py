"""What a workbook's package holds of xlwings Lite: whose code, whether it is whole, and what hangs in the air."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from xl_credit.books.container import part_key
from xl_credit.books.package import Package, Relationship, relationships
from xl_credit.books.workbook import content_type
from xl_credit.hosts.lite_bundle import bundle, is_whole, version_of
from xl_credit.hosts.lite_xml import (
    EXTENSION_TYPE,
    FOLDER,
    TASKPANES_RELATIONSHIP,
    TASKPANES_TYPE,
    is_lite,
    property_names,
    settings_of,
)

MAIN = "main.py"


class State(StrEnum):
    """``foreign`` is Lite code that is not of our making, ``broken`` what another program left of an embedding."""

    absent = "没有"
    whole = "完好"
    edited = "已改动"
    foreign = "别的代码"
    broken = "残缺"


@dataclass(frozen=True, slots=True)
class Found:
    """``part`` is Lite's web extension, empty where there is none; ``version`` is that of the program that embedded it."""

    state: State
    part: str = ""
    version: str = ""
    settings: Mapping[str, str] | None = None
    why: str = ""

    @property
    def is_ours(self) -> bool:
        return self.state in (State.whole, State.edited, State.broken)

    @property
    def is_current(self) -> bool:
        """Whether embedding again would change nothing in the code."""
        return self.settings is not None and self.settings.get(MAIN) == bundle()


def look(package: Package) -> Found:
    """Whether the workbook has Lite code, whose, and whether it is whole."""
    shown, dangling = panes(package)
    for part in shown.values():
        if is_lite(package.xml(part)):
            return _judged(package, part, package.xml(part))
    if dangling:
        return Found(State.broken, why=f"{dangling[0]};另存它的程序(如 LibreOffice)没有保留代码")
    loose = loose_extensions(package)
    if loose:
        return Found(State.broken, why=f"没有任务窗格显示 {loose[0]}")
    return Found(State.absent)


def _judged(package: Package, part: str, root: etree._Element) -> Found:
    held = settings_of(root)
    main, wrong = held.get(MAIN, ""), _wrong_type(package, part)
    version = version_of(main) or ""
    if main and not version:
        return Found(State.foreign, part, "", held)
    if wrong or (not main and MAIN in property_names(root)):
        return Found(State.broken, part, version, held, wrong or f"{MAIN} 读不出来")
    if not main:
        return Found(State.absent, part, "", held)
    return Found(State.whole if is_whole(main) else State.edited, part, version, held)


def _wrong_type(package: Package, part: str) -> str:
    wanted = {part: EXTENSION_TYPE} | {link.target: TASKPANES_TYPE for link in pane_links(package)}
    wrong = [name for name, kind in wanted.items() if content_type(package, name) != kind]
    return f"{wrong[0]} 的内容类型不对" if wrong else ""


def pane_links(package: Package) -> list[Relationship]:
    """The package's relationships to lists of task panes."""
    return [link for link in relationships(package, "") if link.type == TASKPANES_RELATIONSHIP]


def panes(package: Package) -> tuple[dict[tuple[str, str], str], list[str]]:
    """(list of panes, relationship id) → web extension; and what leads nowhere, in words."""
    found, dangling = {}, []
    for link in pane_links(package):
        if link.target not in package:
            dangling.append(f"缺少 {link.target}")
            continue
        targets = {one.id: one.target for one in relationships(package, link.target) if one.target in package}
        for node in package.xml(link.target).iter("{*}webextensionref"):
            own = next((value for name, value in node.items() if etree.QName(name).localname == "id"), "")
            if own in targets:
                found[link.target, own] = targets[own]
            else:
                dangling.append(f"{link.target} 指向的扩展不在文件中")
    return found, dangling


def loose_extensions(package: Package) -> list[str]:
    """Lite's extensions that no pane shows."""
    shown = {part_key(part) for part in panes(package)[0].values()}
    names = [name for name in package.names() if re.fullmatch(rf"{FOLDER}/webextension\d*\.xml", part_key(name))]
    return [name for name in names if part_key(name) not in shown and is_lite(package.xml(name))]
