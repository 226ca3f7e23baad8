"""Write docs/cli.md from the command line itself: every command, argument and option as the program knows them.

    python docs/make_cli.py
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import get_args

import typer
from typer.models import OptionInfo

from xl_credit.cli import app

TARGET = Path(__file__).parent / "cli.md"
HEAD = """# `xl-credit`: commands 命令

Written by `python docs/make_cli.py` from the program; a test compares. Exit codes 退出码: **0** done, nothing to look into
(没有问题) · **1** done, and there are problems to look into (已完成,有问题待核对) · **2** could not run (未能运行,一行说明原因).
"""


@dataclass(frozen=True)
class Parameter:
    """An argument or option as its function declares it."""

    names: tuple[str, ...]
    is_option: bool
    is_required: bool
    value: str
    default: str
    help: str

    @property
    def in_usage(self) -> str:
        return " ".join(filter(None, (self.names[0], self.value))) if self.is_option else self.names[0]

    @property
    def row(self) -> str:
        names = ", ".join(f"`{name}`" for name in self.names)
        value = f"`{self.value}`" if self.is_option and self.value else ""
        return f"| {names} | {value.replace('|', ' / ')} | {'必填' if self.is_required else self.default} | {self.help} |"


def parameters(callback: Callable) -> list[Parameter]:
    return [_parameter(one) for one in inspect.signature(callback, eval_str=True).parameters.values()]


def _parameter(one: inspect.Parameter) -> Parameter:
    kind, info = get_args(one.annotation)[:2]
    is_option, is_required = isinstance(info, OptionInfo), one.default is inspect.Parameter.empty
    metavar = info.metavar or ""
    if not is_option:
        return Parameter((metavar,), False, is_required, "", "", info.help)
    declared = info.param_decls or ()
    declared = [name for name in (info.default, *declared) if isinstance(name, str)] if isinstance(info.default, str) else declared
    long = [name for name in declared if name.startswith("--")] or [f"--{one.name.replace('_', '-')}"]
    names = (*long, *(name for name in declared if not name.startswith("--")))
    if isinstance(kind, type) and issubclass(kind, Enum):
        metavar = "|".join(choice.value for choice in kind)
    value = "" if kind is bool else metavar or "数"
    default = getattr(one.default, "value", one.default)
    shown = "" if is_required or default is None or default is False else f"`{default}`"
    return Parameter(names, True, is_required, value, shown, info.help)


def commands(group: typer.Typer, names: tuple[str, ...] = ("xl-credit",)) -> Iterator[tuple[str, Callable]]:
    """Each command's function under its full name, in the program's order."""
    for command in group.registered_commands:
        yield " ".join((*names, command.name or command.callback.__name__)), command.callback
    for inner in group.registered_groups:
        yield from commands(inner.typer_instance, (*names, inner.name) if isinstance(inner.name, str) else names)


def section(name: str, callback: Callable) -> str:
    found = parameters(callback)
    given = [one.in_usage for one in found if one.is_required]
    usage = " ".join([name, *given, *["[选项]"] * any(one.is_option and not one.is_required for one in found)])
    table = "\n".join(("| 参数 | 值 | 默认 | 说明 |", "|---|---|---|---|", *(one.row for one in found)))
    return f"## {name}\n\n{inspect.getdoc(callback)}\n\n```\n{usage}\n```\n\n{table}\n"


def page() -> str:
    return "\n".join([HEAD, *(section(name, callback) for name, callback in commands(app))])


if __name__ == "__main__":
    TARGET.write_text(page(), "utf-8", newline="\n")
