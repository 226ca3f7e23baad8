"""Why a cell reads as blank: an error value, or a formula that was never calculated, says so instead of passing for empty."""

import re
from collections.abc import Collection

from xl_credit.books.package import Package
from xl_credit.books.sheet_xml import SheetXml
from xl_credit.books.workbook import read_sheets
from xl_credit.tables import column_index

_ADDRESS = re.compile(r"([A-Z]+)(\d+)")
_VALUE = re.compile(r"<v>([^<]*)</v>")


def blank_reasons(package: Package, sheet_name: str, cells: Collection[str]) -> dict[str, str]:
    """For each of the cells that is not truly empty, what is in it: 「为错误值 #N/A」, 「的公式没有计算结果」."""
    sheet = read_sheets(package).find(sheet_name)
    if not sheet or not cells:
        return {}
    rows = SheetXml(package.read(sheet.part), sheet_name).rows
    found = {}
    for cell in cells:
        address = _ADDRESS.fullmatch(cell)
        row = rows.get(int(address[2])) if address else None
        xml = row.cells.get(column_index(address[1]), "") if row else ""
        value = _VALUE.search(xml)
        if ' t="e"' in xml and value:
            found[cell] = f"为错误值 {value[1]}"
        elif "<f" in xml and not (value and value[1]):
            found[cell] = "的公式没有计算结果"
    return found
