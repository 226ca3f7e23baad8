"""A formula's text taken apart at its references: the same formula told in every row, and formulas moved with their cells.

What a spreadsheet program may write differently without changing what it means (blanks, quotes around a sheet's name, ``TRUE``
or ``TRUE()``, ``_xlfn.``) makes no difference to :func:`normal`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from xl_credit.tables import column_index, column_letters

_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")
    |(?P<sheet>'(?:[^']|'')*'!|[^\s'"!(),;:+\-*/^&=<>{}\[\]%$@#|]+!)
    |(?P<bracket>\[[^\[\]]*\])
    |(?P<error>\#(?:REF!|NULL!|DIV/0!|NUM!|VALUE!|NAME\?|N/A))
    |(?P<cell>\$?[A-Za-z]{1,3}\$?[0-9]{1,7}(?![\w.(!]))
    |(?P<columns>\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w.(!]))
    |(?P<rows>\$?[0-9]{1,7}:\$?[0-9]{1,7}(?![\w.(!]))
    |(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<name>[^\W\d][\w.\\]*)
    |(?P<blank>\s+)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_CELL = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})")
_FUTURE = re.compile(r"^(?:_xlfn\.|_xlws\.|_xludf\.|_xlpm\.)+", re.IGNORECASE)

Place = Callable[[str, int, int], tuple[int, int] | None]  # sheet, row and column (from 1 and 0) -> where that cell lies, or nowhere


@dataclass(frozen=True, slots=True)
class Reference:
    """One cell of a formula: ``sheet`` is ``""`` for the formula's own; row from 1, column from 0."""

    sheet: str
    row: int
    column: int
    row_fixed: bool
    column_fixed: bool


def _stays(sheet: str, row: int, column: int) -> tuple[int, int]:
    return row, column


def normal(formula: str, row: int, column: int, own_sheet: str = "", place: Place = _stays) -> str:
    """The formula of the cell at ``row`` and ``column`` with its relative references told from there: filled down, all are equal.

    ``place`` says where the cells that it names lie in the layout that is compared with; the formula's own place is put there too.

    >>> normal("SUM($B$2,  'A'!C7)+TRUE()", 7, 3), normal("=sum($B$2,A!C8)+TRUE", 8, 3)
    ('SUM(R2C1,A!R[0]C[-1])+TRUE', 'SUM(R2C1,A!R[0]C[-1])+TRUE')
    """
    at = place(own_sheet, row, column) or (row, column)
    pieces = []
    for kind, text, reference in _pieces(formula):
        if reference is not None:
            pieces.append(_relative(reference, at, own_sheet, place))
        elif kind == "number":
            pieces.append(f"{float(text):.15g}")
        elif kind == "name":
            pieces.append(_FUTURE.sub("", text).upper())
        elif kind not in ("sheet", "blank"):
            pieces.append(text.upper() if kind in ("columns", "rows", "bracket") else text)
    return "".join(pieces).removeprefix("=").replace("TRUE()", "TRUE").replace("FALSE()", "FALSE")


def _relative(one: Reference, at: tuple[int, int], own_sheet: str, place: Place) -> str:
    sheet = one.sheet if one.sheet.casefold() != own_sheet.casefold() else ""
    there = place(one.sheet or own_sheet, one.row, one.column)
    if there is None:
        return f"{sheet}!?" if sheet else "?"
    row = f"R{there[0]}" if one.row_fixed else f"R[{there[0] - at[0]}]"
    column = f"C{there[1]}" if one.column_fixed else f"C[{there[1] - at[1]}]"
    return f"{sheet}!{row}{column}" if sheet else f"{row}{column}"


def moved(formula: str, own_sheet: str, place: Place) -> str:
    """The formula with every cell that it names put where ``place`` says; one that is nowhere stays as written.

    >>> moved("IF(A5>0,B!$A$2,\\"A5\\")", "A", lambda sheet, row, column: (row, column + 2) if sheet == "A" else None)
    'IF(C5>0,B!$A$2,"A5")'
    """
    pieces = []
    for _, text, reference in _pieces(formula):
        there = place(reference.sheet or own_sheet, reference.row, reference.column) if reference else None
        pieces.append(_written(reference, *there) if reference and there else text)
    return "".join(pieces)


def shifted(formula: str, rows: int, columns: int) -> str:
    """The formula filled so many rows down and columns to the right.

    >>> shifted("A1+$B2&C$3", 2, 1)
    'B3+$B4&D$3'
    """
    pieces = []
    for _, text, one in _pieces(formula):
        if one is not None:
            text = _written(one, one.row + (0 if one.row_fixed else rows), one.column + (0 if one.column_fixed else columns))
        pieces.append(text)
    return "".join(pieces)


def column_spans(formula: str, own_sheet: str) -> Iterator[tuple[str, int, int]]:
    """Sheet, first and last column of every range of cells in the formula that is wider than one column.

    >>> list(column_spans("SUM(B2:D9)+N(A1)+甲!$A$1:$A$9+甲!C1:D1", "乙"))
    [('乙', 1, 3), ('甲', 2, 3)]
    """
    pieces = _pieces(formula)
    for (_, _, first), (_, colon, _), (_, _, last) in zip(pieces, pieces[1:], pieces[2:], strict=False):
        if first and last and colon == ":" and first.column != last.column:
            yield first.sheet or own_sheet, first.column, last.column


def _written(one: Reference, row: int, column: int) -> str:
    return f"{'$' * one.column_fixed}{column_letters(column)}{'$' * one.row_fixed}{row}"


@lru_cache(maxsize=512)
def _pieces(formula: str) -> tuple[tuple[str, str, Reference | None], ...]:
    return tuple(_read(formula))


def _read(formula: str) -> Iterator[tuple[str, str, Reference | None]]:
    """(kind, text, the cell it names) of each piece, in order; a sheet's name holds for both ends of a range."""
    sheet, open_range = "", False
    for found in _TOKEN.finditer(formula):
        kind, text = found.lastgroup, found[0]
        if kind == "sheet":
            sheet, open_range = text[:-1].strip("'").replace("''", "'"), True
            yield kind, text, None
        elif kind == "cell":
            fixed_column, letters, fixed_row, digits = _CELL.fullmatch(text).groups()
            yield kind, text, Reference(sheet, int(digits), column_index(letters.upper()), bool(fixed_row), bool(fixed_column))
            open_range = False
        else:
            if not (open_range or text == ":"):
                sheet = ""
            yield kind, text, None
