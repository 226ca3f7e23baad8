"""A returned workbook against the pack as it was sent: locked cells, sheets, and the 评估表's rows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from xl_credit.books.contents import At, Content, Contents, Reader
from xl_credit.books.formula_text import Place
from xl_credit.books.package import Package
from xl_credit.books.workbook import Sheets, read_sheets
from xl_credit.branches.findings import Finding
from xl_credit.branches.locked import KEY, NAME, Lock, code_of, header_columns, near, read_lock, told
from xl_credit.cells import folded, text
from xl_credit.forms.formulas import COLUMNS, HEADER_ROW
from xl_credit.quarter.columns import EVALUATION, EVALUATION_COLUMNS
from xl_credit.tables import column_letters

_RESTORE = "恢复下发时的内容(可从下发的工作簿复制该单元格)"


@dataclass(frozen=True)
class Sent:
    """The pack as it was sent: what is locked, and every cell for the words 下发时为."""

    package: Package
    lock: Lock

    @cached_property
    def sheets(self) -> Sheets:
        return read_sheets(self.package)

    @cached_property
    def _read(self) -> Callable[[str], Contents]:
        reader = Reader(self.package, formats_to=0)
        return cache(lambda sheet: reader.read(self.sheets.find(sheet).part))

    def cell(self, sheet: str, at: At) -> str:
        return as_text(self._read(sheet).cells.get(at), at)

    def rows(self, sheet: str) -> list[list[object]]:
        """A sheet's values as rows."""
        cells = self._read(sheet).cells
        rows: list[list[object]] = [[None] * (1 + max(column for _, column in cells)) for _ in range(max(row for row, _ in cells))]
        for (row, column), content in cells.items():
            rows[row - 1][column] = content.value
        return rows

    def entry(self, code: str, header: str) -> str:
        """What was filled in for a customer under a header of the 评估表."""
        row = self._rows.get(folded(code))
        return self.cell(EVALUATION, (row, COLUMNS.index(header))) if row else ""

    @cached_property
    def _rows(self) -> Mapping[str, int]:
        return {folded(code): row for row, code, _ in self.lock.customers}


def read_sent(package: Package) -> Sent:
    return Sent(package, read_lock(package))


def as_text(content: Content | None, at: At) -> str:
    """What a person sees in the formula bar."""
    if content is None:
        return ""
    return content.formula_at(at) or text(content.value)


class Returned:
    """The sheets of a returned workbook, their columns found by header, so that a column put in moves nothing."""

    def __init__(self, package: Package) -> None:
        self.package, self.sheets, self._reader = package, read_sheets(package), Reader(package, formats_to=0)
        self._contents: dict[str, Contents] = {}

    def contents(self, name: str) -> Contents | None:
        """``None`` where there is no such worksheet."""
        sheet = self.sheets.find(name)
        if sheet is None or sheet.part not in self.package or sheet.kind != "worksheet":
            return None
        if name not in self._contents:
            self._contents[name] = self._reader.read(sheet.part)
        return self._contents[name]

    @cached_property
    def columns(self) -> Mapping[str, int]:
        """Where each header of the 评估表 now stands; the first, where one stands twice."""
        contents = self.contents(EVALUATION)
        found: dict[str, int] = {}
        for column, name in sorted(header_columns(contents)) if contents else ():
            found.setdefault(name, column)
        return _with_retitled(found)

    @property
    def has_headers(self) -> bool:
        """Whether the 评估表's header row is where it was."""
        contents = self.contents(EVALUATION)
        there = {name for _, name in header_columns(contents)} if contents else set()
        return len(there & set(EVALUATION_COLUMNS)) * 2 >= len(EVALUATION_COLUMNS)

    @cached_property
    def place(self) -> Place:
        """Where a cell of the returned workbook lay in the pack; nowhere for the cells of a column that was put in."""
        sent_of = {column: COLUMNS.index(name) for name, column in self.columns.items()}
        last = max(sent_of, default=0)

        def place(sheet: str, row: int, column: int) -> At | None:
            if sheet != EVALUATION or not sent_of:
                return near(sheet, row, column)
            if column > last:
                return near(sheet, row, column - last + len(COLUMNS) - 1)
            return near(sheet, row, sent_of[column]) if column in sent_of else None

        return place


def _with_retitled(columns: dict[str, int]) -> dict[str, int]:
    """A column whose header was typed over is the one beside its neighbour, where no other header of ours stands."""
    taken = set(columns.values())
    for at, name in enumerate(COLUMNS):
        beside = columns.get(COLUMNS[at - 1], -2) + 1 if at else 0
        if name not in columns and beside >= 0 and beside not in taken:
            columns[name] = beside
            taken.add(beside)
    return columns


def compare(sent: Sent, returned: Returned) -> list[Finding]:
    """Everything locked that is not as it was sent, sheet by sheet; customers lost, renamed or repeated; rows hidden."""
    found = list(_sheets(sent, returned))
    for name in sent.lock.sheets:
        contents = returned.contents(name)
        if contents is None:
            continue
        if name == EVALUATION and not returned.has_headers:
            found += _lost_headers(sent, returned)
            continue
        if name == EVALUATION and (gone := _taken_out(returned)):
            found += [*gone, *(_customers(sent, returned, contents) if {KEY, NAME} <= returned.columns.keys() else ())]
            continue
        found += _locked_cells(sent, returned, name, contents)
        if name == EVALUATION:
            found += [*_row_formulas(sent, returned, contents), *_customers(sent, returned, contents), *_hidden_rows(returned, contents)]
    return found


def _sheets(sent: Sent, returned: Returned) -> Iterator[Finding]:
    for name, state in sent.lock.states.items():
        sheet = returned.sheets.find(name)
        if sheet is None or returned.contents(name) is None:
            yield Finding(name, "", "缺少工作表", name, "没有", "从下发的工作簿把该工作表复制回来,名称不变")
        elif (sheet.state == "visible") != (state == "visible"):
            now = "隐藏" if state == "visible" else "显示"
            yield Finding(name, "", f"工作表被{now}", "显示" if state == "visible" else "隐藏", now, "恢复原来的显示状态")


def _lost_headers(sent: Sent, returned: Returned) -> Iterator[Finding]:
    """One finding for a table that is not where it was, instead of one for each of its cells."""
    first = sent.cell(EVALUATION, (HEADER_ROW, 0))
    now = as_text(returned.contents(EVALUATION).cells.get((HEADER_ROW, 0)), (HEADER_ROW, 0))
    yield Finding(EVALUATION, f"A{HEADER_ROW}", "表头不在原处", first, now, f"不要在表头以上增删行,表头应在第{HEADER_ROW}行")


def _taken_out(returned: Returned) -> list[Finding]:
    """Columns of ours that are gone."""
    return [
        Finding(EVALUATION, f"{column_letters(at)}{HEADER_ROW}", "列被删除", name, "没有", "恢复下发时的列")
        for at, name in enumerate(COLUMNS) if name not in returned.columns
    ]  # fmt: skip


def _locked_cells(sent: Sent, returned: Returned, name: str, contents: Contents) -> Iterator[Finding]:
    lock, seen = sent.lock.sheets[name], {}
    there = {}  # pack's cell → returned workbook's
    for at, content in contents.cells.items():
        place = returned.place(name, *at)
        if place is not None and (name != EVALUATION or at[0] <= HEADER_ROW):
            seen[place], there[place] = told(content, name, returned.place), at
    back = _back(returned) if name == EVALUATION else {}
    for at in sorted({*lock.cells, *(lock.blank & seen.keys())}):
        was, now = lock.cells.get(at, ""), seen.get(at, "")
        if was != now:
            own = there.get(at, (at[0], back.get(at[1], at[1])))
            yield changed(name, own, sent.cell(name, at), as_text(contents.cells.get(own), own), was, now)


def _back(returned: Returned) -> dict[int, int]:
    """The returned workbook's column of each column of the pack."""
    return {COLUMNS.index(name): column for name, column in returned.columns.items()}


def changed(sheet: str, at: At, was: str, now: str, was_told: str, now_told: str) -> Finding:
    """A locked cell that differs, in the words for what happened to it."""
    if was_told.startswith("=") and not now_told.startswith("="):
        what = "公式被改为文字" if now_told.startswith("“") else "公式被改为数值" if now_told else "公式被删除"
    elif was_told.startswith("="):
        what = "公式被改动"
    else:
        what = "锁定单元格被改动"
    return Finding(sheet, f"{column_letters(at[1])}{at[0]}", what, was, now, _RESTORE)


def _row_formulas(sent: Sent, returned: Returned, contents: Contents) -> Iterator[Finding]:
    """Every row that was prepared has the same formulas; rows that are wholly empty now are no rows any more."""
    filled = {row for row, column in contents.cells if row > HEADER_ROW}
    columns = {header: returned.columns[header] for header in sent.lock.formulas if header in returned.columns}
    # a formula that is kept once for many rows is the same in all of them
    formula_told = cache(lambda formula, anchor: told(Content(None, formula, anchor), EVALUATION, returned.place))
    for row in sorted(row for row in filled if row <= sent.lock.last_row):
        for header, column in columns.items():
            content, was = contents.cells.get((row, column)), sent.lock.formulas[header]
            is_formula = content is not None and content.formula is not None
            now = formula_told(content.formula, content.anchor) if is_formula else told(content, EVALUATION, returned.place)
            if now != was:
                as_sent = sent.cell(EVALUATION, (row, COLUMNS.index(header)))
                yield changed(EVALUATION, (row, column), as_sent, as_text(content, (row, column)), was, now)


def _customers(sent: Sent, returned: Returned, contents: Contents) -> list[Finding]:
    """The customers that were sent: each once, under its own code and name; wherever its row was sorted to."""
    code_column, name_column = returned.columns[KEY], returned.columns[NAME]
    rows: dict[str, list[int]] = {}
    for row, column in sorted(contents.cells):
        if column == code_column and row > HEADER_ROW and (code := code_of(contents.cells[row, column])):
            rows.setdefault(code, []).append(row)
    known, found = {folded(code) for _, code, _ in sent.lock.customers}, []
    for row, code, name in sent.lock.customers:
        numbers = rows.get(folded(code), [])
        if numbers:
            found += _renamed(numbers[0], name, contents, name_column)
        else:
            found.append(_lost_customer(row, code, name, contents, code_column, known))
    return found + _repeated(rows, code_column)


def _renamed(row: int, name: str, contents: Contents, column: int) -> list[Finding]:
    now = text(content.value) if (content := contents.cells.get((row, column))) else ""
    if folded(now) == folded(name):
        return []
    mend = "恢复下发时的名称;客户改名请另行告知总部"
    return [Finding(EVALUATION, f"{column_letters(column)}{row}", "客户名称被改动", name, now, mend)]


def _lost_customer(row: int, code: str, name: str, contents: Contents, column: int, known: set[str]) -> Finding:
    """A code typed over where it stood, or a row that is nowhere any more."""
    now = contents.cells.get((row, column))
    if code_of(now) in known:
        mend = f"补回客户{name}({code})一行"
        return Finding(EVALUATION, f"{column_letters(column)}{row}", "下发的客户不见了", code, "没有", mend)
    mend = "恢复下发时的编码;不再往来的客户也请保留该行"
    return Finding(EVALUATION, f"{column_letters(column)}{row}", "客户编码被改动", code, text(now.value) if now else "", mend)


def _repeated(rows: Mapping[str, list[int]], column: int) -> list[Finding]:
    letters = column_letters(column)
    return [
        Finding(EVALUATION, f"{letters}{row}", "客户重复", "一行", f"与{letters}{numbers[0]}同为“{code}”", "每个客户只留一行")
        for code, numbers in rows.items() for row in numbers[1:]
    ]  # fmt: skip


def _hidden_rows(returned: Returned, contents: Contents) -> list[Finding]:
    """Rows with entries that are hidden by hand; what a filter hides is only filtered."""
    if contents.is_filtered:
        return []
    inputs = {column for header, column in returned.columns.items() if header in EVALUATION_COLUMNS}
    filled = {row for row, column in contents.cells if column in inputs}
    return [
        Finding(EVALUATION, f"A{row}", "行被隐藏", "显示", "隐藏", "取消隐藏该行")
        for row in sorted(contents.hidden_rows & filled) if row > HEADER_ROW
    ]  # fmt: skip
