"""Our functions' names in a workbook's formulas, as Excel writes them <-> as LibreOffice computes them on opening: a filter over the file."""

import html
import re
from collections.abc import Callable, Iterable, Iterator
from xml.sax.saxutils import escape

from udfs.functions import TABLE
from xl_credit.books.package import Package, relationships
from xl_credit.books.workbook import read_sheets

_NAMES = "|".join(sorted(TABLE.functions, key=len, reverse=True))
_TEXT = r'"(?:[^"]|"")*"'  # a text in a formula says what it says
_BEFORE = r"(?P<before>_xll\.|\[\d+\]!|'[^']*\.xlam'!|[\w.]+\.xlam!)?"
_CALL = re.compile(rf"{_TEXT}|(?<![\w.!\]]){_BEFORE}(?P<name>{_NAMES})(?=\s*\()", re.IGNORECASE)
_CELL = re.compile(rb'(?s)(<c\b[^>]*?\br="([A-Z]+[0-9]+)"[^>]*(?<!/)>)(.*?)(</c>)')
_FORMULA = re.compile(rb"(?s)(<f\b[^>]*?(?<!/)>)(.*?)(</f>)")
_VALUE = re.compile(rb"(?s)<v>.*?</v>|<v/>")
_CALC = "_xll."

Change = Callable[[str, str], str]


def to_calc(formula: str) -> str:
    """With the names that Calc computes.

    >>> to_calc('IF(A1="TIER_LIMIT(",0,[1]!TIER_LIMIT(A1,"A"))')
    'IF(A1="TIER_LIMIT(",0,_xll.TIER_LIMIT(A1,"A"))'
    """
    return _CALL.sub(lambda found: _CALC + found["name"].upper() if found["name"] else found[0], formula)


def plain(formula: str) -> str:
    """With the names alone, as an analyst types them in Excel.

    >>> plain('1+_XLL.TIER_LIMIT(A1,"A")')
    '1+TIER_LIMIT(A1,"A")'
    """
    return _CALL.sub(lambda found: found["name"].upper() if found["name"] else found[0], formula)


def has_excel_names(package: Package) -> bool:
    """Whether some formula needs :func:`into_calc`."""
    return any(to_calc(text) != text for part in _sheets(package).values() for _, text in formulas(package.read(part)))


def into_calc(package: Package) -> None:
    """Every call of ours under the name that Calc knows, its kept value taken away so that it is computed."""
    for part in _sheets(package).values():
        package.replace(part, _changed(package.read(part), lambda _, text: to_calc(text), recompute=True))


def out_of_calc(package: Package, before: Package) -> None:
    """Calls as Excel has them: as they stood in ``before`` where the same formula stood in that cell, else by their plain names."""
    was = _sheets(before)
    links = _links(package) & _links(before)
    for name, part in _sheets(package).items():
        spelled = dict(formulas(before.read(was[name]))) if name in was else {}

        def as_before(cell: str, text: str, spelled: dict[str, str] = spelled) -> str:
            old = spelled.get(cell, "")
            same = _compared(old) == _compared(text) and {found["before"] for found in _calls(old)} <= {None, _CALC, *links}
            return old if old and same else plain(text)

        package.replace(part, _changed(package.read(part), as_before, recompute=False))


def _calls(formula: str) -> Iterator[re.Match[str]]:
    return (found for found in _CALL.finditer(formula) if found["name"])


def _compared(formula: str) -> str:
    return plain(formula).replace(" ", "").casefold()


def _links(package: Package) -> set[str]:
    """[1]! and so on, for the workbooks that this one says it looks at."""
    count = sum(one.kind == "externalLink" for one in relationships(package, package.workbook_part))
    return {f"[{number}]!" for number in range(1, count + 1)}


def _sheets(package: Package) -> dict[str, str]:
    return {sheet.name: sheet.part for sheet in read_sheets(package) if sheet.kind == "worksheet" and sheet.part}


def formulas(sheet: bytes) -> Iterable[tuple[str, str]]:
    """(cell, formula) of a sheet's XML."""
    for found in _CELL.finditer(sheet):
        if formula := _FORMULA.search(found[3]):
            yield found[2].decode(), html.unescape(formula[2].decode())


def _changed(sheet: bytes, change: Change, *, recompute: bool) -> bytes:
    def cell(found: re.Match[bytes]) -> bytes:
        formula = _FORMULA.search(found[3])
        if not formula:
            return found[0]
        text = html.unescape(formula[2].decode())
        new = change(found[2].decode(), text)
        if new == text:
            return found[0]
        inner = found[3][: formula.start(2)] + escape(new).encode() + found[3][formula.end(2) :]
        return found[1] + (_VALUE.sub(b"", inner) if recompute else inner) + found[4]

    return _CELL.sub(cell, sheet)
