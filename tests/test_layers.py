"""Which way imports point, what the rules may not touch, and how long functions and files may get."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "xl_credit"
# each imports only those before it
LAYERS = (
    "rules", "cells", "tables", "policy", "books", "work", "receivables", "quarter", "forms", "history", "intake", "branches",
    "service", "hosts", "console", "ledger_console", "ledger_cli", "history_console", "history_cli", "intake_cli",
    "branches_cli", "service_console", "service_cli", "addin_cli", "hosts_cli", "lite_cli", "cli",
)  # fmt: skip
OUTSIDE_WORLD = {
    "asyncio", "csv", "glob", "importlib", "io", "json", "locale", "logging", "os", "pathlib", "pickle", "random", "secrets", "shutil",
    "socket", "sqlite3", "subprocess", "sys", "tempfile", "time", "tomllib", "urllib", "uuid", "zipfile",
}  # fmt: skip
FORBIDDEN_NAMES = {"open", "input", "print", "eval", "exec", "float", "complex", "__import__"}
FORBIDDEN_METHODS = {"open", "now", "today", "utcnow", "fromtimestamp", "read_text", "read_bytes", "write_text", "write_bytes"}
LONGEST_FUNCTION, LONGEST_FILE = 60, 400


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(tree: ast.AST, module: str, is_package: bool = False) -> Iterator[str]:
    """Every module that the source imports, relative imports resolved; ``from xl_credit import cells`` is xl_credit.cells."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module.split(".")[: len(module.split(".")) - node.level + is_package]
                base = ".".join([*package, *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names) if base == "xl_credit" else (base,)


def layer(module: str) -> str | None:
    """The layer of a module of the package; ``None`` for the package itself, its version and what is not ours."""
    parts = module.split(".")
    return parts[1] if parts[0] == "xl_credit" and len(parts) > 1 and parts[1] != "__version__" else None


def import_breaches(source: str, module: str, is_package: bool = False) -> list[str]:
    own, found = layer(module), []
    if own is not None and own not in LAYERS:
        return [f"{module} is in no layer: give {own} its place in LAYERS"]
    for name in imported(ast.parse(source), module, is_package):
        other = layer(name)
        if other is None:
            if name == "xl_credit" and own is not None:
                found.append(f"{module} imports the whole package")
        elif other not in LAYERS or own is None or LAYERS.index(other) > LAYERS.index(own):
            found.append(f"{module} imports {name}")
    return found


def rule_breaches(source: str, module: str) -> list[str]:
    """What a rule may not do: import beyond the standard library, read files or the clock, count in floats."""
    tree = ast.parse(source)
    found = []
    for name in imported(tree, module):
        top = name.split(".")[0]
        if top in OUTSIDE_WORLD or (top not in sys.stdlib_module_names and not name.startswith("xl_credit.rules")):
            found.append(f"{module} imports {name}")
    for node in ast.walk(tree):
        where = f"{module}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            found.append(f"{where} has the float {node.value}")
        if isinstance(node, ast.Name) and node.id in FORBIDDEN_NAMES:
            found.append(f"{where} uses {node.id}")
        if isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_METHODS:
            found.append(f"{where} uses {node.attr}")
    return found


def size_breaches(source: str, module: str) -> list[str]:
    found = []
    lines = len(source.splitlines())
    if lines > LONGEST_FILE:
        found.append(f"{module} has {lines} lines")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = node.end_lineno - node.lineno + 1
            if length > LONGEST_FUNCTION:
                found.append(f"{module}.{node.name} has {length} lines")
    return found


SOURCES = sorted(PACKAGE.rglob("*.py"))
RULES = sorted((PACKAGE / "rules").rglob("*.py"))
named = pytest.mark.parametrize("path", SOURCES, ids=module_name)


def test_the_package_is_found():
    assert {"xl_credit.cells", "xl_credit.rules.scoring", "xl_credit.policy.lint"} <= {module_name(path) for path in SOURCES}
    assert len(RULES) > 9


@named
def test_a_layer_imports_only_layers_before_it(path):
    assert import_breaches(path.read_text("utf-8"), module_name(path), path.name == "__init__.py") == []


@pytest.mark.parametrize("path", RULES, ids=module_name)
def test_a_rule_touches_neither_files_nor_clock_nor_floats(path):
    assert rule_breaches(path.read_text("utf-8"), module_name(path)) == []


@named
def test_functions_and_files_stay_short(path):
    assert size_breaches(path.read_text("utf-8"), module_name(path)) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("xl_credit.rules.levels", "from xl_credit.cells import text"),
        ("xl_credit.rules.levels", "import xl_credit.policy.reading"),
        ("xl_credit.cells", "from xl_credit import tables"),
        ("xl_credit.cells", "def late():\n    from xl_credit.books.package import Package"),
        ("xl_credit.policy.lint", "from ..quarter import columns"),
        ("xl_credit.policy.lint", "from .. import books"),
        ("xl_credit.books.package", "from xl_credit.forms.evaluation import build"),
        ("xl_credit.quarter.branch", "import xl_credit.forms as f"),
        ("xl_credit.quarter.rating", "from xl_credit.cli import main"),
        ("xl_credit.hosts.addin", "from xl_credit.cli import main"),
        ("xl_credit.cells", "import xl_credit"),
        ("xl_credit", "from xl_credit.rules import levels"),
        ("xl_credit.helpers", ""),
        ("xl_credit.cli", "from xl_credit.helpers import anything"),
    ],
)
def test_a_planted_import_against_the_arrows_is_caught(module, source):
    assert len(import_breaches(source, module)) == 1


@pytest.mark.parametrize(
    ("module", "source", "is_package"),
    [
        (
            "xl_credit.cli",
            "from xl_credit.quarter.rating import rate_book\nfrom xl_credit import __version__\nimport typer",
            False,
        ),
        ("xl_credit.tables", "from xl_credit.cells import text\nfrom xl_credit.rules.errors import CreditError", False),
        ("xl_credit.policy.lint", "from .reading import Read\nfrom . import sheets\nfrom ..cells import text", False),
        ("xl_credit.policy", "from .reading import Read", True),
        ("xl_credit", "", True),
    ],
)
def test_imports_along_the_arrows_are_not_caught(module, source, is_package):
    assert import_breaches(source, module, is_package) == []


@pytest.mark.parametrize(
    "source",
    [
        "import lxml", "import os", "from pathlib import Path", "import time", "from xl_credit.cells import text",
        "rate = 0.5", "share = 1e-3", "x = float('1')", "def f(p):\n    return open(p)", "from datetime import date\nd = date.today()",
        "import datetime\nd = datetime.datetime.now()", "def f(p):\n    return p.read_text()", "read = open",
        "import importlib",
    ],
)  # fmt: skip
def test_a_rule_that_touches_the_world_is_caught(source):
    assert len(rule_breaches(source, "xl_credit.rules.planted")) == 1


def test_a_rule_of_decimals_and_dates_is_not_caught():
    source = "from datetime import date\nfrom decimal import Decimal\nfrom xl_credit.rules.errors import CreditError\nx = Decimal('0.5')"
    assert rule_breaches(source, "xl_credit.rules.planted") == []


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ("def f():\n" + "    x = 1\n" * 59, 0),
        ("def f():\n" + "    x = 1\n" * 60, 1),
        ("class C:\n    async def f(self):\n" + "        x = 1\n" * 60, 1),
        ("x = 1\n" * 400, 0),
        ("x = 1\n" * 401, 1),
    ],
)
def test_what_is_too_long_is_caught(source, caught):
    assert len(size_breaches(source, "xl_credit.planted")) == caught
