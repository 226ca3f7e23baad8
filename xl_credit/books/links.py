"""Links from cells to other cells of the same workbook."""

import re
from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

from xl_credit.books.sheet_xml import SheetXml
from xl_credit.tables import column_letters

_LINKS = re.compile(r"<hyperlinks\b[^>]*>(.*?)</hyperlinks>|<hyperlinks\b[^>]*/>", re.DOTALL)
_LINK = re.compile(r"<hyperlink\b[^>]*?/>|<hyperlink\b[^>]*>.*?</hyperlink>", re.DOTALL)
_AFTER = re.compile(
    r"<(?:printOptions|pageMargins|pageSetup|headerFooter|rowBreaks|colBreaks|customProperties|cellWatches|ignoredErrors"
    r"|smartTags|drawing|legacyDrawing|legacyDrawingHF|picture|oleObjects|controls|webPublishItems|tableParts|extLst)\b"
    r"|</worksheet>"
)


def link_cells(sheet: SheetXml, column: int, links: Mapping[int, str]) -> None:
    """Make each row's cell in ``column`` a link to ``'评估表'!C17``; links in other columns are left as they are."""
    mine = re.compile(rf'\bref="{column_letters(column)}\d+"')
    found = _LINKS.search(sheet.tail)
    others = [item for item in _LINK.findall(found[1] or "")] if found else []
    others = [item for item in others if not mine.search(item)]
    new = [
        f'<hyperlink ref="{column_letters(column)}{row}" location={quoteattr(target)}/>' for row, target in sorted(links.items())
    ]
    block = f"<hyperlinks>{''.join(others + new)}</hyperlinks>" if others or new else ""
    if found:
        sheet.tail = sheet.tail[: found.start()] + block + sheet.tail[found.end() :]
    elif block:
        place = _AFTER.search(sheet.tail).start()
        sheet.tail = sheet.tail[:place] + block + sheet.tail[place:]


def cell_target(sheet: str, cell: str) -> str:
    """``'评估表'!C17``, the quotes doubled where a sheet's name has one."""
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{cell or 'A1'}"
