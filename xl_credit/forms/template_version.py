"""Which version of the rating template a workbook was made from, and what tells the versions apart.

``TEMPLATE_VERSION`` stands in every workbook that is built, as a document property. A template whose cells, formulas or dropdowns
change needs the next number (a test holds it to that) and, in ``_BROUGHT``, what it brought.
"""

from xl_credit.books.custom_properties import read_properties
from xl_credit.books.package import Package
from xl_credit.books.reading import read_grids
from xl_credit.cells import text
from xl_credit.quarter.columns import EVALUATION, POLICY_COPY

TEMPLATE_VERSION = 2
VERSION_PROPERTY = "xl-credit 模板版本"
_BROUGHT = ((2, POLICY_COPY, "对账期限"),)  # what a workbook has from this version on, for those that do not say theirs


def template_version(package: Package) -> int | None:
    """The workbook's template version: as it says, else by what it holds; ``None`` where it is none of ours (no 评估表)."""
    said = read_properties(package).get(VERSION_PROPERTY, "")
    if said.isascii() and said.isdigit():
        return int(said)
    grids = read_grids(package, {EVALUATION, *(sheet for _, sheet, _ in _BROUGHT)})
    if EVALUATION not in grids:
        return None
    found = 1
    for version, sheet, brought in _BROUGHT:
        rows = grids[sheet].rows if sheet in grids else ()
        if any(text(value) == brought for row in rows for value in row):
            found = version
    return found
