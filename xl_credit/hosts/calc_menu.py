"""The command list as LibreOffice Calc reads it: a menu, and a toolbar docked under the others."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from xl_credit.hosts.calc_add_in import node, prop, registry_file
from xl_credit.hosts.commanding import Command

RUNNER = "org.xlcredit.Commands"  # the service that runs a command by its tag
CALC = "com.sun.star.sheet.SpreadsheetDocument"
TOOLBAR = "org.xlcredit.toolbar"
_SEPARATOR = "private:separator"
_TEXT_AND_ICON, _BELOW_THE_OTHERS = "2", "0,3"


def command_url(tag: str) -> str:
    """The command as Calc knows it: what menu, toolbar, key bindings and macros dispatch."""
    return f"service:{RUNNER}?{tag}"


def menu_registry(title: str, commands: Sequence[Command]) -> str:
    """Addons.xcu: the menu, the toolbar and the pictures."""
    return registry_file("Addons", "org.openoffice.Office", node("AddonUI", [
        node("OfficeMenuBar", [node("org.xlcredit.menu", [
            prop("Title", title), prop("Context", CALC), node("Submenu", _entries(commands), replace=False),
        ])], replace=False),
        node("OfficeToolBar", [node(TOOLBAR, _entries(commands))], replace=False),
        node("Images", map(_picture, commands), replace=False),
    ], replace=False))  # fmt: skip


def _entries(commands: Sequence[Command]) -> Iterable[str]:
    """The commands in their order, a line between two groups; the registry sorts its nodes by name, hence the numbers."""
    number = 0
    for place, (_, group) in enumerate(groupby(commands, key=lambda command: command.group)):
        if place:
            number += 1
            yield node(f"m{number:03}", [prop("URL", _SEPARATOR)])
        for command in group:
            number += 1
            yield node(f"m{number:03}", [
                prop("URL", command_url(command.tag)), prop("Title", command.label), prop("Target", "_self"), prop("Context", CALC),
            ])  # fmt: skip


def _picture(command: Command) -> str:
    url = f"%origin%/{picture_path(command.tag)}"
    return node(command.tag, [
        prop("URL", command_url(command.tag)),
        node("UserDefinedImages", [prop("ImageSmallURL", url), prop("ImageBigURL", url)], replace=False),
    ])  # fmt: skip


def picture_path(tag: str) -> str:
    return f"icons/{tag}.svg"


def window_registry(title: str) -> str:
    """CalcWindowState.xcu: the toolbar is there and docked when Calc opens for the first time."""
    return registry_file("CalcWindowState", "org.openoffice.Office.UI", node("UIElements", [node("States", [
        node(f"private:resource/toolbar/addon_{TOOLBAR}", [
            prop("UIName", title, "xs:string"), prop("Docked", "true", "xs:boolean"), prop("Visible", "true", "xs:boolean"),
            prop("DockingArea", "0", "xs:int"), prop("DockPos", _BELOW_THE_OTHERS, "xs:string"),
            prop("Style", _TEXT_AND_ICON, "xs:int"),
        ]),
    ], replace=False)], replace=False))  # fmt: skip
