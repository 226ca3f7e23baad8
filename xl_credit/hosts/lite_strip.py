"""A statement's source without docstrings, comments, blank lines and the annotations that nothing reads at run time."""

import ast
import io
import tokenize
from collections.abc import Callable, Iterator

Edit = tuple[int, int, bytes]
Place = Callable[[int, int], int]


def is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def stripped(source: str, node: ast.stmt) -> str:
    """The lines of a top-level statement of ``source``, less what they can do without.

    >>> text = 'def f(a: int) -> int:\\n    \"\"\"Twice.\"\"\"\\n\\n    b: int = a  # once\\n    return a + b\\n'
    >>> print(stripped(text, ast.parse(text).body[0]))
    def f(a):
        b = a
        return a + b
    """
    lines = source.encode().splitlines(keepends=True)
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
    starts = [0]
    for line in lines[first - 1 : node.end_lineno]:
        starts.append(starts[-1] + len(line))
    text = b"".join(lines[first - 1 : node.end_lineno])

    def place(line: int, column: int) -> int:
        return starts[line - first] + column

    edits = [*_docstrings(node, place), *_annotations(node, place, text), *_comments(text)]
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return _without_blank_lines(text.decode())


def _without_blank_lines(text: str) -> str:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.start[0] != token.end[0] and token.type not in (tokenize.NEWLINE, tokenize.NL):
            raise ValueError(f"a string over several lines cannot be bundled: {token.string[:200]}")
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


def _docstrings(node: ast.stmt, place: Place) -> Iterator[Edit]:
    for one in ast.walk(node):
        if isinstance(one, ast.FunctionDef | ast.ClassDef) and is_docstring(one.body[0]):
            first = one.body[0]
            yield place(first.lineno, first.col_offset), place(first.end_lineno, first.end_col_offset), b"" if one.body[1:] else b"pass"


def _annotations(node: ast.stmt, place: Place, text: bytes) -> Iterator[Edit]:
    """Fields of classes keep theirs: dataclasses read them."""
    fields = {id(one) for parent in ast.walk(node) if isinstance(parent, ast.ClassDef) for one in parent.body}
    for one in ast.walk(node):
        if isinstance(one, ast.arg) and one.annotation:
            start = place(one.lineno, one.col_offset) + len(one.arg.encode())
            end = place(one.annotation.end_lineno, one.annotation.end_col_offset)
            yield (start, end + 3, b"=") if text[end:end + 3] == b" = " else (start, end, b"")
        elif isinstance(one, ast.FunctionDef) and one.returns:
            arrow = text.rindex(b"->", 0, place(one.returns.lineno, one.returns.col_offset))
            colon = text.index(b":", place(one.returns.end_lineno, one.returns.end_col_offset))
            yield len(text[:arrow].rstrip()), colon, b""
        elif isinstance(one, ast.AnnAssign) and id(one) not in fields:
            start = place(one.target.end_lineno, one.target.end_col_offset) if one.value else place(one.lineno, one.col_offset)
            end = place(one.annotation.end_lineno, one.annotation.end_col_offset)
            yield start, end, b"" if one.value else b"pass"


def _comments(text: bytes) -> Iterator[Edit]:
    lines = text.splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines))]
    for token in tokenize.generate_tokens(io.StringIO(text.decode()).readline):
        if token.type == tokenize.COMMENT:
            line = lines[token.start[0] - 1].decode()
            before, end = line[: token.start[1]].rstrip(), line[: token.end[1]]
            yield starts[token.start[0] - 1] + len(before.encode()), starts[token.start[0] - 1] + len(end.encode()), b""
