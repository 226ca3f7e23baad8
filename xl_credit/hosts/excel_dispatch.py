"""A button's command carried out in a spreadsheet program: screen still meanwhile, one line said, whatever happens."""

import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from xl_credit.hosts.commanding import Command
from xl_credit.rules.errors import CreditError


class App(Protocol):
    """As much of a running spreadsheet program as a command needs; xlwings' App is one."""

    screen_updating: bool
    status_bar: object

    def alert(self, prompt: str, title: str) -> object:
        """Show a line that has to be read, until it is closed."""


@contextmanager
def still(app: App, line: str) -> Iterator[None]:
    """Screen updating off and ``line`` in the status bar; the screen is as before afterwards, also after an error."""
    before = app.screen_updating
    app.screen_updating = False
    try:
        app.status_bar = line
        yield
    finally:
        app.screen_updating = before


def dispatch(commands: Mapping[str, Command], tag: str, app: App, workbook: object) -> str:
    """Carry out the command that ``tag`` names on ``workbook``; the line that it ends with is in the status bar and given back.

    What went wrong is one line too, in the status bar and in a message: 「评级本簿:没有工作表“评估表”…」.
    """
    command = commands.get(tag)
    if command is None:
        return _failed(app, "客户信用", f"没有命令“{tag}”;允许:{'、'.join(one.label for one in commands.values())}")
    try:
        with still(app, f"{command.label}……"):
            line = command.body(workbook)
    except CreditError as error:
        return _failed(app, command.label, str(error))
    except Exception as error:  # the program's own fault: a person reads one line, the rest goes where a developer looks
        traceback.print_exc(file=sys.stderr)
        why = " ".join(str(error).split()) or "没有说明"
        return _failed(app, command.label, f"程序出错({type(error).__name__}:{why}),工作簿可能只更新了一部分;不保存关闭即可恢复")
    app.status_bar = f"{command.label}:{line}"
    return app.status_bar


def _failed(app: App, label: str, line: str) -> str:
    app.status_bar = f"{label}:{line}"
    app.alert(line, label)
    return app.status_bar
