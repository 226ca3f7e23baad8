"""A module's source as its top-level statements, each with what it defines and uses, without what only readers of the repo need.

Docstrings, comments and annotations of functions go, by place in the text: what stays is as it was written, line for line,
whichever Python builds it.
"""

import ast
import importlib.util
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from xl_credit.hosts.lite_names import attributes_in, names_in
from xl_credit.hosts.lite_strip import is_docstring, stripped

_PURE = {"cache", "lru_cache", "dataclass", "cached_property", "contextmanager"}  # another decorator may enter it somewhere


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an imported name comes from; ``attribute`` is empty where it is the module itself."""

    module: str
    attribute: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of source: the names it looks up in its module, its (name, attribute) pairs, and the method that it is, if any."""

    text: str
    uses: frozenset[str]
    attributes: frozenset[tuple[str, str]]
    method: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One top-level statement in pieces: a class has one for each method, so that those not called can stay behind.

    ``binds`` are the names that it gives a meaning, ``acts`` whether it does more than that.
    """

    pieces: tuple[Piece, ...]
    binds: tuple[str, ...]
    acts: bool = False
    imports: dict[str, Origin] = field(default_factory=dict)

    def text(self, methods: Collection[str]) -> str:
        """The source with these methods of the class and no others."""
        kept = [piece.text for piece in self.pieces if not piece.method or piece.method in methods]
        return "\n".join(kept if len(kept) > 1 or len(self.pieces) == 1 else [*kept, "    pass"])


@cache
def module_path(name: str) -> Path | None:
    """The file of a module or package; ``None`` where there is no such module."""
    try:
        spec = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        return None
    return Path(spec.origin) if spec and spec.origin else None


@cache
def statements(name: str) -> tuple[Statement, ...]:
    """The module's statements in order, type-checking blocks left out."""
    return tuple(read_statements(module_path(name).read_text("utf-8"), name))


def read_statements(source: str, name: str) -> Iterator[Statement]:
    """As :func:`statements`, from text."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports = dict(_imports(node, name))
            yield Statement((), tuple(imports), imports=imports)
        elif not is_docstring(node) and not _is_type_checking(node):
            text = stripped(source, node)
            pieces = _class_pieces(text) if isinstance(node, ast.ClassDef) else (_piece(text),)
            yield Statement(tuple(pieces), tuple(_bound(node)), _acts(node))


def _piece(text: str, method: str = "") -> Piece:
    return Piece(text, frozenset(names_in(text)), frozenset(attributes_in(text)), method)


def _class_pieces(text: str) -> Iterator[Piece]:
    """Stretches between the methods, and each method that Python itself does not call."""
    lines, own = text.split("\n"), []
    for node in ast.parse(text).body[0].body:
        if isinstance(node, ast.FunctionDef) and not (node.name.startswith("_") and node.name.endswith("_")):
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)]) - 1
            own.append((first, node.end_lineno, node.name))
    end = 0
    for first, last, name in own:
        if first > end:
            yield _piece("\n".join(lines[end:first]))
        yield _piece("\n".join(lines[first:last]), name)
        end = last
    if end < len(lines):
        yield _piece("\n".join(lines[end:]))


def _imports(node: ast.Import | ast.ImportFrom, name: str) -> Iterator[tuple[str, Origin]]:
    if isinstance(node, ast.ImportFrom) and node.level:
        raise ValueError(f"{name} imports relatively; the bundle knows absolute imports only")
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            yield alias.asname or alias.name, Origin(node.module, alias.name)
        elif "." in alias.name and not alias.asname:
            raise ValueError(f"{name}: import {alias.name} needs a name of its own")
        else:
            yield alias.asname or alias.name, Origin(alias.name, "")


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _bound(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    else:
        yield from (one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store))


def _acts(node: ast.stmt) -> bool:
    """Whether leaving the statement out would lose more than the names that it binds."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        called = (one.func if isinstance(one, ast.Call) else one for one in node.decorator_list)
        return any(not isinstance(one, ast.Name) or one.id not in _PURE for one in called)
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else None
    return targets is None or not all(isinstance(one, ast.Name | ast.Tuple) for one in targets)
