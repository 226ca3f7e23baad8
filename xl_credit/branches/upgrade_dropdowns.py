"""Dropdowns and other limits of our columns as the current template has them; those that people set on columns of theirs stay."""

import re
from collections.abc import Callable, Collection
from html import unescape

from xl_credit.books.contents import At
from xl_credit.tables import column_index, column_letters

_ALL = re.compile(r"<dataValidations\b[^>]*>(.*?)</dataValidations>|<dataValidations\b[^>]*/>", re.DOTALL)
_ONE = re.compile(r"<dataValidation\b[^>]*?/>|<dataValidation\b[^>]*>.*?</dataValidation>", re.DOTALL)
_REACH = re.compile(r'\bsqref="([^"]*)"')
_RANGE = re.compile(r"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?")
_CONTENT = re.compile(r'\b(type|operator)="([^"]*)"|<formula[12]>(.*?)</formula[12]>', re.DOTALL)
_AFTER = re.compile(
    r"<(?:hyperlinks|printOptions|pageMargins|pageSetup|headerFooter|rowBreaks|colBreaks|customProperties|cellWatches|ignoredErrors"
    r"|smartTags|drawing|legacyDrawing|legacyDrawingHF|picture|oleObjects|controls|webPublishItems|tableParts|extLst)\b|</worksheet>"
)


def renewed(tail: str, template: str, own: Collection[int], header: int, place: Callable[[int, int], At]) -> tuple[str, int]:
    """What follows a sheet's rows, its columns ``own`` below row ``header`` with the template's limits; and how many are new.

    Where there are all of them already the text comes back as it is.
    """
    found = _ALL.search(tail)
    present = _ONE.findall(found[1] or "") if found else []
    wanted = [_moved(one, place) for one in _ONE.findall((_ALL.search(template) or [""])[0])]
    wanted = [one for one in wanted if (_spans(one) or [(0, 0, 0)])[0][0] > header]
    known = {_key(one) for one in present}
    new = [one for one in wanted if _key(one) not in known]
    if not new:
        return tail, 0
    kept = [one for one in present if not all(row > header and {first, last} <= set(own) for row, first, last in _spans(one))]
    both = [*kept, *wanted]
    block = f'<dataValidations count="{len(both)}">{"".join(both)}</dataValidations>'
    if found:
        return tail[: found.start()] + block + tail[found.end() :], len(new)
    start = _AFTER.search(tail).start()
    return tail[:start] + block + tail[start:], len(new)


def _spans(one: str) -> list[tuple[int, int, int]]:
    """(first row, first column, last column) of each range."""
    reach = _REACH.search(one)
    return [
        (int(row), column_index(first), column_index(last or first))
        for first, row, last, _ in _RANGE.findall(reach[1] if reach else "")
    ]  # fmt: skip


def _key(one: str) -> tuple[object, ...]:
    """What it allows, and where it begins; how far down it reaches and what it says to those who err is not compared."""
    said = {found for found in _CONTENT.findall(unescape(one)) if found[:2] != ("operator", "between")}  # what it is where nothing is said
    return tuple(sorted(_spans(one))), frozenset(said)


def _moved(one: str, place: Callable[[int, int], At]) -> str:
    """The limit for where the template's column lies; the limits of our columns name no other cell."""

    def there(found: re.Match[str]) -> str:
        first, row, last, end = found.groups()
        at = place(int(row), column_index(first))
        if last is None:
            return f"{column_letters(at[1])}{at[0]}"
        other = place(int(end), column_index(last))
        return f"{column_letters(at[1])}{at[0]}:{column_letters(other[1])}{other[0]}"

    return _REACH.sub(lambda found: f'sqref="{_RANGE.sub(there, found[1])}"', one, count=1)
