"""The names and attributes that a stretch of source looks up."""

import ast
import builtins
import symtable
import textwrap
from collections.abc import Iterator

_GIVEN = frozenset(dir(builtins)) | {"__name__", "__file__"}


def names_in(text: str) -> set[str]:
    """Names that the statements look up in their module, not those of their own scopes, nor built-in ones.

    >>> sorted(names_in("def f(a, b=c):\\n    d = a + len(e)\\n    return [d for x in g(d)]"))
    ['c', 'e', 'g']
    """
    text, found = _parseable(text), set()
    tables = [symtable.symtable(text, "statement", "exec")]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        is_module = table.get_type() == "module"
        found |= {one.get_name() for one in table.get_symbols() if (one.is_referenced() if is_module else one.is_global())}
    fields = (one.annotation for one in ast.walk(ast.parse(text)) if isinstance(one, ast.AnnAssign))
    found |= {one.id for annotation in fields for one in ast.walk(annotation) if isinstance(one, ast.Name)}
    return found - _GIVEN


def attributes_in(text: str) -> Iterator[tuple[str, str]]:
    """(name before the dot, or empty for anything else; attribute).

    >>> sorted(attributes_in("cells.text(a.b.c)"))
    [('', 'c'), ('a', 'b'), ('cells', 'text')]
    """
    for node in ast.walk(ast.parse(_parseable(text))):
        if isinstance(node, ast.Attribute):
            yield node.value.id if isinstance(node.value, ast.Name) else "", node.attr


def _parseable(text: str) -> str:
    """Lines out of a class as lines of a module; a class's head alone gets a body."""
    text = textwrap.dedent(text)
    try:
        ast.parse(text)
    except SyntaxError:
        return f"{text}\n    pass"
    return text
