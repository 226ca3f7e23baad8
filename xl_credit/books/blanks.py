"""Why a cell reads as blank: an error value, or a formula that was never calculated, says so instead of passing for empty."""

import re
from collections.abc import Collection

from xl_credit.books.package import Package
from xl_credit.books.sheet_xml import plain_text
from xl_credit.books.workbook import read_sheets

_VALUE = re.compile(r"<v>([^<]*)</v>")


def blank_reasons(package: Package, sheet_name: str, cells: Collection[str]) -> dict[str, str]:
    """For each of the cells that is not truly empty, what is in it: 「为错误值 #N/A」, 「的公式没有计算结果」."""
    sheet = read_sheets(package).find(sheet_name)
    if not sheet or not cells:
        return {}
    xml = plain_text(package.read(sheet.part))
    found = {}
    for cell in cells:
        element = _element(xml, cell)
        value = _VALUE.search(element)
        if ' t="e"' in element and value:
            found[cell] = f"为错误值 {value[1]}"
        elif "<f" in element and not (value and value[1]):
            found[cell] = "的公式没有计算结果"
    return found


def _element(xml: str, cell: str) -> str:
    """The cell's XML, empty where it holds nothing."""
    start = xml.find(f'r="{cell}"')
    tag_end = xml.find(">", start)
    if start < 0 or xml[tag_end - 1] == "/":
        return ""
    return xml[xml.rfind("<", 0, start) : xml.find("</c>", tag_end)]
