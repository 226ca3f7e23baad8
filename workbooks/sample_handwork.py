"""What people do in the sample workbooks: approvals of the earlier quarter, notes, a sheet and columns of their own."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random

from sample_customers import SEED

from xl_credit.books.book import Book
from xl_credit.books.fill import Fill
from xl_credit.books.list_objects import list_object_at
from xl_credit.forms.look import BODY_FONT, Look
from xl_credit.forms.rating_workbook import build_rating_workbook
from xl_credit.quarter.columns import RESULT_COLUMNS, RESULTS, ROUTE_KEPT, ROUTE_KEYS, ROUTE_WRITTEN, ROUTES
from xl_credit.rules.figures import Policy
from xl_credit.rules.quarter import Quarter
from xl_credit.tables import column_letters, find_table

OWN_SHEET, RESULT_NOTE, ROUTE_NOTE = "月度回款", "跟进备注", "会签备注"
RESULT_NOTES = {"HD-0005": "国庆后上门对账", "HD-0020": "换了采购经理,下季再评", "HD-0030": "两行是同一家,待合并"}
PEOPLE = {
    "市场部专人": "方晴", "市场部经理": "石磊", "财务部": "郝敏", "营销总监": "贺建国", "总经理": "华振东", "市场部": "方晴",
    "销售副总": "卢海生", "财务副总经理": "郑雅芬",
}  # fmt: skip
_OPINIONS = ("同意", "同意,按期回款", "材料齐全,同意", "同意,注意账期")


def approve_quarter(path: Path, quarter: Quarter) -> None:
    """Two of three customers went through their routes in the weeks after the quarter's end; one in twelve was sent back."""
    book = Book(path, (ROUTES,))
    table = find_table(book.grid(ROUTES), ROUTE_WRITTEN, ROUTE_KEPT)
    steps: dict[tuple[object, object], list[tuple[int, Sequence[object]]]] = {}
    for number, row in table.body():
        steps.setdefault((table.value(row, "客户编码"), table.value(row, "路线")), []).append((number, row))
    for (code, _), rows in steps.items():
        draw = Random(f"{SEED}-approval-{code}")
        chance, day = draw.random(), quarter.end + timedelta(days=draw.randrange(5, 12))
        for place, (number, row) in enumerate(rows):
            is_last = place == len(rows) - 1
            if chance > 0.66 or (chance < 0.08 and is_last):
                state, opinion = ("待审", None) if chance > 0.66 else ("退回", "资料须补充,退回市场部")
            else:
                state, opinion = ("批准" if is_last else "同意"), draw.choice(_OPINIONS)
            signed = (PEOPLE[table.value(row, "岗位")], day) if opinion else (None, None)
            day += timedelta(days=draw.randrange(4))
            for header, value in zip(ROUTE_KEPT, (opinion, *signed, state), strict=True):
                book.sheet(ROUTES).set(number, table.columns[header], value)
    book.save(path)


def write_by_hand(path: Path, entries: Sequence[Sequence[object]], names: Mapping[str, str]) -> None:
    """Steps that people entered in 审批路线 themselves; where the workbook has columns of their own, notes in those."""
    book = Book(path, (ROUTES, RESULTS))
    rows = [[code, names[code], route, step, role, None, None, None, None] for code, route, step, role, *_ in entries]
    table, filled = book.fill(ROUTES, Fill(ROUTE_KEYS, ROUTE_WRITTEN, rows, ("权限依据", ""), ROUTE_KEPT))
    for number, entry in zip(filled.row_numbers, entries, strict=True):
        for header, value in zip(ROUTE_KEPT, entry[4:], strict=True):
            book.sheet(ROUTES).set(number, table.columns[header], value)
        if any(ROUTE_NOTE in row for row in book.grid(ROUTES).rows):
            book.sheet(ROUTES).set(number, len(ROUTE_WRITTEN) + len(ROUTE_KEPT), "已电话沟通")
    if any(RESULT_NOTE in row for row in book.grid(RESULTS).rows):
        _note_results(book, names)
    book.save(path)


def _note_results(book: Book, names: Mapping[str, str]) -> None:
    blank = [None] * (len(RESULT_COLUMNS) - 2)
    rows = [[code, names[code], *blank] for code in RESULT_NOTES]
    _, filled = book.fill(RESULTS, Fill(("客户编码",), RESULT_COLUMNS, rows, ("评级状态", "")))
    for number, note in zip(filled.row_numbers, RESULT_NOTES.values(), strict=True):
        book.sheet(RESULTS).set(number, len(RESULT_COLUMNS), note)


def build_with_own_sheet(path: Path, policy: Policy, **contents: object) -> None:
    """As ``build_rating_workbook`` does, with a sheet of the branch's own and two columns of its own."""
    build_rating_workbook(path, policy, **contents, more_sheets=_own_sheet)
    book = Book(path, (RESULTS, ROUTES))
    _own_column(book, RESULTS, RESULT_COLUMNS, RESULT_NOTE)
    _own_column(book, ROUTES, (*ROUTE_WRITTEN, *ROUTE_KEPT), ROUTE_NOTE)
    book.save(path)


def _own_sheet(look: Look) -> None:
    """Months and collections with a chart, as a branch keeps them beside the tool's sheets."""
    sheet = look.sheet(OWN_SHEET, "#FF66CC")
    sheet.set_column(0, 2, 14)
    for column, header in enumerate(("月份", "回款(万元)", "环比")):
        sheet.write(0, column, header, look.header)
    for row, (month, amount) in enumerate(zip(range(1, 10), (612, 540, 688, 701, 655, 730, 742, 698, 765), strict=True), start=1):
        sheet.write(row, 0, f"2026年{month}月", look.cell(align="center"))
        sheet.write_number(row, 1, amount, look.cell(num_format="#,##0.00", bg_color="#FFF2CC"))
        if row > 1:
            change = amount / sheet.table[row - 1][1].number - 1
            sheet.write_formula(row, 2, f"=B{row + 1}/B{row}-1", look.cell(num_format="0.0%"), change)
    chart = look.book.add_chart({"type": "column"})
    chart.add_series({"name": f"={OWN_SHEET}!$B$1", "categories": f"={OWN_SHEET}!$A$2:$A$10", "values": f"={OWN_SHEET}!$B$2:$B$10"})
    chart.set_title({"name": "华东月度回款", "name_font": {"name": BODY_FONT, "size": 12}})
    chart.set_y_axis({"name": "万元", "num_format": "#,##0"})
    chart.set_legend({"none": True})
    sheet.insert_chart("E2", chart)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 1)


def _own_column(book: Book, sheet: str, columns: Sequence[str], header: str) -> None:
    """One more column at the right of the sheet's list object, in the look of the one before it."""
    table, cells, column = find_table(book.grid(sheet), columns), book.sheet(sheet), len(columns)
    item = list_object_at(book.package, book.sheets.find(sheet).part, table)
    for row, value in ((item.first_row, header), (item.last_row, None)):
        cells.set(row, column, value, cells.style(row, column - 1))
    old = f"{column_letters(item.first_column)}{item.first_row}:{column_letters(item.last_column)}{item.last_row}"
    new = f"{column_letters(item.first_column)}{item.first_row}:{column_letters(column)}{item.last_row}"
    part = book.package.read(item.part).decode().replace(f'ref="{old}"', f'ref="{new}"')
    part = re.sub(r'<tableColumns count="\d+">', f'<tableColumns count="{column + 1}">', part)
    part = part.replace("</tableColumns>", f'<tableColumn id="{column + 1}" name="{header}"/></tableColumns>')
    book.package.replace(item.part, part.encode())
