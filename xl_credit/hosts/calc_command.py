"""A button of Calc's toolbar carried out on the workbook in front; one line is said in a bar above the sheet, whatever happens."""

import json
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path

from xl_credit.hosts.commanding import Command
from xl_credit.rules.errors import CreditError

_SPREADSHEET = "com.sun.star.sheet.SpreadsheetDocument"
_BAR = "org.xlcredit.message"
_DONE, _FAILED = 1, 3  # com.sun.star.frame.InfobarType
_PACKAGES = Path(__file__).parents[3] / "packages.json"  # written beside pythonpath/ by xl_credit.hosts.calc_extension
_under_way: list[str] = []
_HEAVY = ("matplotlib", "numpy", "pandas", "PIL", "plotly", "polars")  # xlwings takes them where it finds them; we need none


def run(context: object, tag: str) -> str:
    """Carry out the command that ``tag`` names; gives the line that it ends with, also where it failed.

    A click while one is under way, which showing how far it has come lets through, does nothing.
    """
    if _under_way:
        return ""
    _under_way.append(tag)
    try:
        return _run(context, tag)
    finally:
        _under_way.clear()


def _run(context: object, tag: str) -> str:
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    document = desktop.getCurrentComponent()
    if document is None or not document.supportsService(_SPREADSHEET):
        return ""
    line, failed = _carried_out(context, document, tag)
    _say(document.CurrentController, line, failed)
    return line


def _carried_out(context: object, document: object, tag: str) -> tuple[str, bool]:
    """The closing line, and whether it tells of a failure."""
    try:
        commands, book = _prepared(context, document)
        command = commands.get(tag)
        if command is None:
            raise CreditError(f"没有命令“{tag}”", allowed="、".join(one.label for one in commands.values()))
        return f"{command.label}:{command.body(book)}", False
    except CreditError as error:
        return str(error), True
    except ImportError as error:
        return f"LibreOffice 里缺少 {error.name};允许:用 xl-credit calc 打开 LibreOffice", True
    except Exception as error:  # the program's own fault: a person reads one line, the rest goes where a developer looks
        traceback.print_exc(file=sys.stderr)
        why = " ".join(str(error).split()) or "没有说明"
        return f"程序出错({type(error).__name__}:{why});没有做完的改动已退回", True


def _prepared(context: object, document: object) -> tuple[Mapping[str, Command], object]:
    """The command list, and the workbook as its commands take it; imported here, as functions in cells need none of it."""
    _reach_packages(_PACKAGES)
    _import_light("xlwings")
    from udfs.ribbon import COMMANDS
    from xl_credit.hosts.calc_engine import open_book
    from xl_credit.hosts.calc_host import CalcHost
    from xl_credit.hosts.live_commands import OpenWorkbook

    return COMMANDS.by_tag, OpenWorkbook(open_book(context, document), CalcHost())


def _reach_packages(note: Path) -> None:
    """Let this Python find the packages of the one that built the extension, where the two are of one version."""
    if not note.is_file():
        return
    found = json.loads(note.read_text("utf-8"))
    if tuple(found["version"]) != sys.version_info[:2]:
        theirs, ours = (".".join(map(str, version)) for version in (found["version"], sys.version_info[:2]))
        raise CreditError(f"xl-credit 装在 Python {theirs},LibreOffice 用的是 {ours}", allowed=f"把 xl-credit 装在 Python {ours};单元格函数不受影响")
    sys.path.extend(place for place in found["places"] if place not in sys.path)


def _import_light(name: str) -> None:
    """Import a module without the big libraries that it would take along."""
    absent = [heavy for heavy in _HEAVY if heavy not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))
    try:
        __import__(name)
    finally:
        for heavy in absent:
            del sys.modules[heavy]


def _say(controller: object, line: str, failed: bool) -> None:
    """Show the line above the sheet, in place of the last one; a document without a window shows nothing."""
    if controller is None or not hasattr(controller, "appendInfobar"):
        return
    if controller.hasInfobar(_BAR):
        controller.removeInfobar(_BAR)
    controller.appendInfobar(_BAR, "", line, _FAILED if failed else _DONE, (), True)
