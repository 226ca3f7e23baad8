"""分发清单: what was sent to whom, what has come back. People keep remarks and columns of their own in it."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

from xl_credit.books.book import Book
from xl_credit.books.fill import Fill
from xl_credit.branches.names import BRANCH, LIST_COLUMNS, LIST_FILE, LIST_KEPT, LIST_SHEET, OUTSTANDING, RETURNED, SENT_BACK
from xl_credit.cells import folded, text
from xl_credit.forms.look import FAIR, GOOD, POOR, WRITTEN_FILL, Look, colour_words, heading, print_filled_rows, print_on_a4
from xl_credit.tables import find_table

_WIDTHS = {
    "分公司": 12, "联系人": 9, "季度": 8.5, "文件": 15, "客户数": 7, "上季工作簿": 15, "模板版本": 8, "政策版本": 14, "打开密码": 8,
    "SHA-256": 30, "状态": 8.5, "收回日期": 11, "问题数": 7, "归档": 25, "备注": 20,
}  # fmt: skip
_HEADER_ROW, _DIGEST = 4, "SHA-256"
_WRAPPED = ("文件", "上季工作簿", "政策版本", _DIGEST, "归档")
_NOTE = "由 distribute 和 collect 填写;备注和自加的列由人填写,程序保留"
_GONE = "已不在分公司名单"


@dataclass(frozen=True, slots=True)
class Line:
    """One branch's line; the fields are ``LIST_COLUMNS`` in their order."""

    branch: str
    contact: str
    quarter: str
    file: str
    customers: str
    previous: str
    template: str
    policy: str
    password: str
    sha256: str
    state: str = OUTSTANDING
    returned_on: str = ""
    problems: str = ""
    archive: str = ""

    @property
    def has_come_back(self) -> bool:
        return self.state in (RETURNED, SENT_BACK)

    def with_return(self, state: str, day: str, problems: int, archive: str) -> "Line":
        return replace(self, state=state, returned_on=day, problems=str(problems), archive=archive)


def read_checklist(folder: Path) -> dict[str, Line]:
    """The folder's list by branch; empty where there is none yet."""
    path = folder / LIST_FILE
    if not path.exists():
        return {}
    table = find_table(Book(path, (LIST_SHEET,)).grid(LIST_SHEET), LIST_COLUMNS)
    found = {}
    for _, row in table.body():
        values = [text(table.value(row, header)) for header in LIST_COLUMNS]
        if values[0] and values[LIST_COLUMNS.index("状态")] != _GONE:
            found[values[0]] = Line(*values)
    return found


def write_checklist(folder: Path, lines: Mapping[str, Line]) -> bool:
    """The list brought up to date, people's entries kept; False where no byte of it changed."""
    target = folder / LIST_FILE
    rows = [_row(line) for line in lines.values()]
    fill = Fill((BRANCH,), LIST_COLUMNS, rows, ("状态", _GONE), LIST_KEPT, wrapped=_WRAPPED)
    with tempfile.TemporaryDirectory() as temporary:
        source = target
        if not target.exists():
            source = Path(temporary) / LIST_FILE
            _build(source)
        book = Book(source, (LIST_SHEET,))
        if _holds(book, rows):
            return False
        book.fill(LIST_SHEET, fill)
        return book.save(target)


def _row(line: Line) -> list[object]:
    values = [getattr(line, field.name) for field in fields(line)]
    return [int(value) if header in ("客户数", "问题数") and value.isdigit() else value for header, value in zip(LIST_COLUMNS, values, strict=True)]


def _holds(book: Book, rows: Sequence[Sequence[object]]) -> bool:
    """Whether the table says all this already, in this order; people may have sorted it otherwise, which a new fill forgives."""
    table = find_table(book.grid(LIST_SHEET), LIST_COLUMNS)
    present = [[text(table.value(row, header)) for header in LIST_COLUMNS] for _, row in table.body()]
    wanted = [[text(value) for value in row] for row in rows]
    return [row for row in present if row[0] and row[LIST_COLUMNS.index("状态")] != _GONE] == wanted


def _build(path: Path) -> None:
    look, columns = Look(path), (*LIST_COLUMNS, *LIST_KEPT)
    sheet = look.sheet(LIST_SHEET, "#2E75B6")
    heading(look, sheet, "评估表分发与收回清单", _NOTE, len(columns))
    sheet.set_row(2, 6)
    sheet.set_row(_HEADER_ROW - 1, 34)
    for column, header in enumerate(columns):
        wide = header in (*_WRAPPED, *LIST_KEPT)
        fill = {} if header in LIST_KEPT else {"bg_color": WRITTEN_FILL}
        small = {"font_size": 8} if header == _DIGEST else {}
        style = look.cell(align="left" if wide or header == BRANCH else "center", text_wrap=wide, **small, **fill)
        sheet.set_column(column, column, _WIDTHS[header])
        sheet.write_blank(_HEADER_ROW, column, None, style)
    headers = [{"header": header, "header_format": look.header} for header in columns]
    sheet.add_table(_HEADER_ROW - 1, 0, _HEADER_ROW, len(columns) - 1, {"name": "分发清单表", "style": None, "columns": headers})
    colour_words(look, sheet, columns.index("状态"), _HEADER_ROW, {RETURNED: GOOD, OUTSTANDING: FAIR, SENT_BACK: POOR})
    sheet.freeze_panes(_HEADER_ROW, 1)
    print_on_a4(sheet, len(columns), (_HEADER_ROW - 1, _HEADER_ROW - 1), whole_columns=False)
    print_filled_rows(look, sheet, len(columns), 0, _HEADER_ROW)
    look.close()


def listed(lines: Mapping[str, Line], name: str) -> Line | None:
    """The line of a branch, its name compared as everywhere."""
    return next((line for branch, line in lines.items() if folded(branch) == folded(name)), None)
