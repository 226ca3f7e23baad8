"""Excel's own tables (list objects): where one lies, and its reach after rows were added or taken away."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from xl_credit.books.package import Package
from xl_credit.books.workbook import relationships
from xl_credit.rules.errors import CreditError
from xl_credit.tables import Table, column_index, column_letters

_REACH = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})")
_LAST_ROW = re.compile(rb'(\sref="[^":]+:\$?[A-Z]+\$?)\d+(")')

_LEAST_FILLED = 4  # cells that tell a row of ours from a remark below the table


@dataclass(frozen=True, slots=True)
class ListObject:
    """A table part with its reach: rows counted from 1, columns from 0."""

    part: str
    name: str
    first_row: int
    last_row: int
    first_column: int
    last_column: int
    has_totals: bool


def list_object_at(package: Package, sheet_part: str, table: Table) -> ListObject | None:
    """The list object whose header row is the table's header row, if there is one."""
    for link in relationships(package, sheet_part):
        if link.kind == "table" and not link.external:
            root = package.xml(link.target)
            found = _REACH.fullmatch(root.get("ref", ""))
            if found and int(found[2]) == table.header + 1:
                return ListObject(
                    link.target, root.get("displayName", ""), int(found[2]), int(found[4]),
                    column_index(found[1]), column_index(found[3]), root.get("totalsRowCount", "0") != "0",
                )  # fmt: skip
    return None


def last_body_row(item: ListObject | None, table: Table, keys: Sequence[str]) -> int:
    """The last row that belongs to the table: the list object's own.

    In a plain range, the last before the first empty row; rows emptied by an earlier run do not end it where keyed rows follow.
    """
    if item:
        if item.has_totals:
            raise CreditError(f"表“{item.name}”有汇总行", where=table.grid.name, allowed="先在“表设计”中关闭汇总行")
        return item.last_row
    last, unbroken = table.header + 1, True
    for number, row in table.body():
        filled = sum(value not in (None, "") for value in row)
        unbroken = unbroken and filled > 0
        if unbroken or (filled >= _LEAST_FILLED and all(table.value(row, key) not in (None, "") for key in keys)):
            last = number
    return last


def resize(package: Package, item: ListObject, last_row: int) -> None:
    """Let the list object, its filter and sort order reach to ``last_row``; the part is untouched where they do already."""
    if item.last_row == last_row:
        return
    data = package.read(item.part)
    head, mark, tail = data.partition(b"<tableColumns")
    if not mark:
        raise CreditError(f"表“{item.name}”的定义读不懂", where=package.path.name, allowed="未损坏的表")
    package.replace(item.part, _LAST_ROW.sub(rb"\g<1>%d\g<2>" % last_row, head) + mark + tail)


def widen(package: Package, item: ListObject, headers: Sequence[str]) -> None:
    """Let the list object reach over so many more columns to its right, named as their header cells say."""
    data = package.read(item.part).decode()
    last = f"{column_letters(item.last_column)}{item.last_row}"
    wider = f"{column_letters(item.last_column + len(headers))}{item.last_row}"
    numbers = [int(number) for number in re.findall(r'<tableColumn\b[^>]*?\sid="(\d+)"', data)]
    columns = "".join(
        f"<tableColumn id=\"{number}\" name={quoteattr(header.replace(chr(10), '_x000a_'))}/>" for number, header in enumerate(headers, max(numbers) + 1)
    )
    data = re.sub(rf'(\sref="[^":]+:)\$?{last[: -len(str(item.last_row))]}\$?{item.last_row}"', rf'\g<1>{wider}"', data)
    data = re.sub(r'(<tableColumns\b[^>]*\scount=")\d+"', rf'\g<1>{len(numbers) + len(headers)}"', data)
    package.replace(item.part, data.replace("</tableColumns>", f"{columns}</tableColumns>").encode())
