"""What of a pack is locked, told so that sorting, a column of one's own or another program's way of saving makes no difference."""

import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from xl_credit.books.contents import At, Content, Contents, Reader
from xl_credit.books.formula_text import Place, normal
from xl_credit.books.package import Package
from xl_credit.books.workbook import read_sheets
from xl_credit.branches.names import MANIFEST_SHEET
from xl_credit.cells import folded, text
from xl_credit.forms.formulas import COLUMNS, HEADER_ROW, PROVISIONAL_COLUMNS
from xl_credit.quarter.columns import EVALUATION
from xl_credit.tables import header_name

KEY, NAME = "客户编码", "客户名称"
_FAR = 10_000  # a table's lookups end below any branch's last row; rows put in or taken out move that end and mean nothing


def told(content: Content | None, sheet: str, place: Place) -> str:
    """A cell's content in the words that are compared: a formula by what it does, a value by its type; nothing is ``""``.

    >>> told(Content(1.0), "A", near), told(Content("1"), "A", near), told(Content(None, "B1+1", (2, 2)), "A", near)
    ('1', '“1”', '=R[-1]C[-1]+1')
    """
    if content is None:
        return ""
    if content.formula is not None:
        return "=" + normal(content.formula, *content.anchor, sheet, place)
    if isinstance(content.value, bool):
        return "TRUE" if content.value else "FALSE"
    if isinstance(content.value, float):
        return f"{content.value:.15g}"
    return f"“{content.value}”" if content.value not in (None, "") else ""


def near(sheet: str, row: int, column: int) -> At:
    """Where a cell lies in a workbook laid out as it was sent."""
    return (row if row < _FAR else _FAR), column


@dataclass(frozen=True, slots=True)
class SheetLock:
    """A protected sheet as it was sent: its locked cells; of the 评估表 only those above its rows, which may be sorted."""

    cells: Mapping[At, str]
    blank: frozenset[At]  # locked and empty, among the sheet's own cells


@dataclass(frozen=True, slots=True)
class Lock:
    """All that is locked in a pack. ``formulas`` by header and ``customers`` (row, code, name) are the 评估表's rows."""

    sheets: Mapping[str, SheetLock]
    states: Mapping[str, str]
    formulas: Mapping[str, str]
    customers: tuple[tuple[int, str, str], ...]
    last_row: int


def read_lock(package: Package) -> Lock:
    """The pack's locked cells. Which cells these are is told by the pack as it was sent, never by what came back."""
    reader, sheets, states = Reader(package), {}, {}
    formulas, customers, last = {}, (), 0
    for sheet in read_sheets(package):
        if sheet.name == MANIFEST_SHEET:
            continue
        states[sheet.name] = "visible" if sheet.state == "visible" else "hidden"
        contents = reader.read(sheet.part)
        if sheet.name == EVALUATION:
            formulas, customers, last = _rows(contents, reader.locked_formats)
        if contents.is_protected:
            sheets[sheet.name] = _sheet_lock(sheet.name, contents, reader.locked_formats)
    return Lock(sheets, states, formulas, customers, last)


def _sheet_lock(name: str, contents: Contents, locked_formats: tuple[bool, ...]) -> SheetLock:
    cells, blank = {}, set()
    for at, style in contents.formats.items():
        if not locked_formats[style] or (name == EVALUATION and at[0] > HEADER_ROW):
            continue
        value = told(contents.cells.get(at), name, near)
        if value:
            cells[at] = value
        else:
            blank.add(at)
    return SheetLock(cells, frozenset(blank))


def _rows(contents: Contents, locked_formats: tuple[bool, ...]) -> tuple[dict[str, str], tuple[tuple[int, str, str], ...], int]:
    """The formulas that every row of the 评估表 has, its locked customers, and its last prepared row."""
    first = HEADER_ROW + 1
    formulas = {header: told(contents.cells.get((first, COLUMNS.index(header))), EVALUATION, near) for header in PROVISIONAL_COLUMNS}
    last = max(row for row, _ in contents.formats)
    customers = []
    for row in range(first, last + 1):
        code = contents.cells.get((row, COLUMNS.index(KEY)))
        if code and locked_formats[contents.formats[row, COLUMNS.index(KEY)]]:
            name = contents.cells.get((row, COLUMNS.index(NAME)))
            customers.append((row, text(code.value), text(name.value) if name else ""))
    return formulas, tuple(customers), last


def lock_digest(key: bytes, lock: Lock, identity: Mapping[str, str]) -> str:
    """HMAC-SHA256 over everything locked and the pack's identity: the same for the pack however it is sorted or saved."""
    content = {
        "identity": dict(sorted(identity.items())),
        "states": dict(sorted(lock.states.items())),
        "sheets": {name: sorted([row, column, value] for (row, column), value in one.cells.items()) for name, one in sorted(lock.sheets.items())},
        "formulas": dict(sorted(lock.formulas.items())),
        "customers": sorted([code, name] for _, code, name in lock.customers),
    }  # fmt: skip
    return hmac.new(key, json.dumps(content, ensure_ascii=False).encode(), sha256).hexdigest()


def header_columns(contents: Contents) -> Iterator[tuple[int, str]]:
    """Column and name of each header of ours in the 评估表's header row."""
    for (row, column), content in contents.cells.items():
        name = header_name(content.value)[0] if row == HEADER_ROW else ""
        if name in COLUMNS:
            yield column, name


def code_of(content: Content | None) -> str:
    """A customer's code as it is compared."""
    return folded(content.value) if content else ""
