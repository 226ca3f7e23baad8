"""A sheet's charts follow its list: ranges that start in the list's first row end in its last.

Edited in the text, so that every other byte of the chart stays as it was.
"""

import re
from html import unescape

from xl_credit.books.package import Package, relationships
from xl_credit.books.workbook import Sheet, utf8

_REFERENCE = re.compile(  # with the element it stands in, where nothing lies between
    r"(?:<(?:[\w.-]+:)?(?P<role>\w+)>\s*)?"
    r"<(?P<tag>(?:[\w.-]+:)?(?P<kind>(?:num|str|multiLvlStr)Ref|datalabelsRange))(?:\s[^>]*)?>(?P<body>.*?)</(?P=tag)\s*>", re.S)
_FORMULA = re.compile(r"(?<=[<:])(?P<open>(?:f|sqref)(?:\s[^>]*)?>)(?P<sheet>[^<]+)!(?P<area>[^<!]+)(?=</)")
_CACHE = re.compile(r"<((?:[\w.-]+:)?(?:num|str|multiLvlStr|dlblRange)Cache)(?:\s[^>]*?)?(?:/>|>.*?</\1\s*>)", re.S)
_AREA = re.compile(r"\$([A-Z]{1,3})\$(\d{1,7})(?::\$([A-Z]{1,3})\$(\d{1,7}))?")
_ALONG_THE_LIST = ("cat", "val", "xVal", "yVal", "bubbleSize")  # where one cell is a list of one row, not a name or a title


def follow_rows(package: Package, sheet: Sheet, first_row: int, last_row: int) -> None:
    """End in ``last_row`` what the sheet's own charts show of the list in it that starts in ``first_row``.

    Their values of old are dropped, the spreadsheet program reads them anew. An empty list keeps its first row. As they were
    stay: names and titles, ranges that start elsewhere or lie along one row, several ranges together, and ranges of which
    somebody has filtered rows out of the chart.
    """
    for part in _chart_parts(package, sheet.part):
        data = utf8(package, part)
        text = data.decode("utf-8", "surrogateescape")
        new = _REFERENCE.sub(lambda found: _followed(found, sheet.name, first_row, max(first_row, last_row)), text)
        if new != text:
            package.replace(part, new.encode("utf-8", "surrogateescape"))


def _chart_parts(package: Package, sheet_part: str) -> list[str]:
    found = [sheet_part]
    for kind in ("drawing", "chart"):
        links = [item for part in found for item in relationships(package, part)]
        found = [item.target for item in links if item.kind == kind and not item.external and item.target in package]
    return list(dict.fromkeys(found))


def _followed(found: re.Match[str], name: str, first_row: int, last_row: int) -> str:
    """A reference with its range's new end and without cached values, or as it is."""
    body = found["body"]
    if found["role"] == "tx" or "fullRef>" in body or "levelRef>" in body:
        return found[0]

    def moved(formula: re.Match[str]) -> str:
        area = _AREA.fullmatch(formula["area"].strip())
        if not area or _sheet_name(formula["sheet"]) != name.casefold() or int(area[2]) != first_row:
            return formula[0]
        left, right, end = area[1], area[3] or area[1], int(area[4] or area[2])
        lone = area[3] is None and found["role"] not in _ALONG_THE_LIST
        across = left != right and end == first_row and found["kind"] != "multiLvlStrRef"
        if lone or across or end == last_row:
            return formula[0]
        return f"{formula['open']}{formula['sheet']}!${left}${first_row}:${right}${last_row}"

    new = _FORMULA.sub(moved, body)
    if new == body:
        return found[0]
    return found.string[found.start():found.start("body")] + _CACHE.sub("", new) + found.string[found.end("body"):found.end()]


def _sheet_name(written: str) -> str:
    """The name as a formula in a file writes it, folded: ``'账龄 表'`` and ``账龄 表`` are the same."""
    name = unescape(written).strip()
    return (name[1:-1].replace("''", "'") if name.startswith("'") else name).casefold()
