"""A filled workbook of an older template brought up to the current one: people's workbook stays, what is ours in it is renewed.

Nothing of people's moves: entries, columns, comments, charts, sheets and approvals keep their cells. What the current template has
and the workbook lacks is put around them, its formulas rewritten for where the columns lie here.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from xl_credit.books.book import Book
from xl_credit.books.contents import At, Contents, Reader
from xl_credit.books.custom_properties import put_properties
from xl_credit.books.formula_text import moved, normal
from xl_credit.books.list_objects import list_object_at, widen
from xl_credit.books.package import read_package
from xl_credit.books.sheet_xml import plain_text
from xl_credit.books.styles import StyleAppender
from xl_credit.books.workbook import read_sheets, relationships, utf8
from xl_credit.branches.upgrade_dropdowns import renewed
from xl_credit.branches.upgrade_layout import TABLES, Layout, TableLayout, read_layouts
from xl_credit.cells import text
from xl_credit.forms.formulas import COLUMNS, HEADER_ROW, PROVISIONAL_COLUMNS
from xl_credit.forms.rating_workbook import build_rating_workbook
from xl_credit.forms.result_sheets import HEADER_ROW as RESULT_HEADER_ROW
from xl_credit.forms.template_version import TEMPLATE_VERSION, VERSION_PROPERTY, template_version
from xl_credit.policy.flat import HEADER_ROW as POLICY_HEADER_ROW
from xl_credit.policy.flat import flat_rows, policy_note
from xl_credit.quarter.columns import EVALUATION, FORM, POLICY_COPY
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import Policy
from xl_credit.rules.quarter import Quarter
from xl_credit.tables import Table, column_letters, find_table

_SHEETS = (*TABLES, POLICY_COPY, FORM)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report: what was done where; ``is_lost`` where an entry of people's had no place and stands only here."""

    sheet: str
    cell: str
    what: str
    was: str = ""
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """From which version to which, what was done, and what was left as it was (sheet → filled cells)."""

    before: int
    after: int
    lines: tuple[Line, ...]
    kept: tuple[tuple[str, int], ...]

    @property
    def lost(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.is_lost)


def upgrade_workbook(path: Path, out: Path, policy: Policy) -> Report:
    """Write ``out``: the workbook with our sheets as the current template has them; ``path`` stays as it is.

    Raises where it has no 评估表, or was made by a newer version of the program than this one.
    """
    package = read_package(path)
    before = template_version(package)
    if before is None:
        raise CreditError(f"没有工作表“{EVALUATION}”", where=path.name, allowed="由模板填成的分公司工作簿", article="第五条")
    if before > TEMPLATE_VERSION:
        raise CreditError(f"模板版本{before}比本程序的{TEMPLATE_VERSION}新", where=path.name, allowed="用新版程序处理")
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "template.xlsx"
        build_rating_workbook(template, policy, spare_rows=1)
        book = Book(path, _SHEETS, template)
        lines = tuple(_Renewal(book, template, policy).lines()) if before < TEMPLATE_VERSION else ()
    if before < TEMPLATE_VERSION:
        put_properties(book.package, {VERSION_PROPERTY: str(TEMPLATE_VERSION)})
    kept = _kept(Reader(package), lines)
    book.save(out)
    return Report(before, TEMPLATE_VERSION, lines, kept)


def quarter_of(path: Path) -> Quarter:
    """The quarter beside the 季度 label of the workbook's 评估表. Raises 「…没有写季度…」."""
    book = Book(path, (EVALUATION,))
    label = book.read_beside(EVALUATION, "季度") if EVALUATION in book.grids else None
    row = book.grid(EVALUATION).rows[label[0]] if label else ()
    written = text(row[label[1] + 1]) if label and label[1] + 1 < len(row) else ""
    if not written:
        raise CreditError("评估表上没有写季度", where=path.name, allowed="用 --quarter 给出季度", article="第八条(5)")
    return Quarter.parse(written)


def _kept(old: Reader, lines: tuple[Line, ...]) -> tuple[tuple[str, int], ...]:
    """Of every sheet that the workbook had, how many filled cells are as they were."""
    changed = Counter(line.sheet for line in lines if line.was)
    sheets = [sheet for sheet in read_sheets(old.package) if sheet.kind == "worksheet" and sheet.part in old.package]
    return tuple((sheet.name, len(old.read(sheet.part).cells) - changed[sheet.name]) for sheet in sheets)


class _Renewal:
    """The work on one workbook: the template beside it, and where the template's cells lie in it."""

    def __init__(self, book: Book, template: Path, policy: Policy) -> None:
        self.book, self.policy = book, policy
        self.template = read_package(template)
        self._template_sheets = read_sheets(self.template)
        self._template_reader, self._reader = Reader(self.template), Reader(book.package)
        self.tables = read_layouts(book)
        self.layout = Layout(self.tables)
        self.styles_part = next(link.target for link in relationships(book.package, book.package.workbook_part) if link.kind == "styles")
        styles = next(link.target for link in relationships(self.template, self.template.workbook_part) if link.kind == "styles")
        self.styles = StyleAppender(book.package.xml(self.styles_part), self.template.xml(styles), book.path.name)

    def lines(self) -> Iterator[Line]:
        for name in self.book.attached:
            yield Line(name, "", "补上工作表")
        yield from self._policy_copy()
        for name in (*TABLES, FORM):
            if name not in self.book.attached:
                new, old = self._contents(name)
                yield from self._fixed(name, new, old)
                if name in TABLES:
                    yield from self._new_columns(name, self.tables[name], new)
                    yield from self._dropdowns(name)
                if name == EVALUATION:
                    yield from self._row_formulas(new, old)
        data = self.styles.appended(utf8(self.book.package, self.styles_part))
        self.book.package.replace(self.styles_part, data)

    def _contents(self, name: str) -> tuple[Contents, Contents]:
        new = self._template_reader.read(self._template_sheets.find(name).part)
        return new, self._reader.read(self.book.sheets.find(name).part)

    def _policy_copy(self) -> Iterator[Line]:
        """Head office's figures at the rows in which the formulas look them up."""
        if POLICY_COPY in self.book.attached:
            return
        changes = self.book.write_block(POLICY_COPY, POLICY_HEADER_ROW + 1, flat_rows(self.policy))
        self.book.write_beside(POLICY_COPY, "政策:", policy_note(self.policy))
        for row, column, was, now in changes:
            yield Line(POLICY_COPY, f"{column_letters(column)}{row}", f"政策表更新为“{text(now)}”", text(was))

    def _fixed(self, name: str, new: Contents, old: Contents) -> Iterator[Line]:
        """Headings and the one-customer form: our formulas renewed; a text is put only where there is none."""
        below = HEADER_ROW if name == EVALUATION else RESULT_HEADER_ROW if name in TABLES else 1 + max(row for row, _ in new.cells)
        for at, content in sorted(new.cells.items()):
            if at[0] >= below:
                continue  # headers are told by their names, and people may have given them another unit
            there = self.layout.place(name, *at)
            style = None if there in old.formats else self._style(new, at)
            if content.formula is not None:
                yield from self._formula(name, old, there, content.formula_at(at)[1:], style)
            elif there not in old.cells and name in (EVALUATION, FORM):
                self.book.sheet(name).set(*there, content.value, style)
                yield Line(name, _cell(there), f"补上“{text(content.value)}”")

    def _style(self, new: Contents, at: At) -> str:
        return f' s="{self.styles.xf(new.formats[at])}"'

    def _formula(self, name: str, old: Contents, there: At, formula: str, style: str | None) -> Iterator[Line]:
        """One formula of ours, where it is not there already; a value typed over it has no place but in the report."""
        present, wanted = old.cells.get(there), moved(formula, name, self.layout.place)
        if present is not None and present.formula is not None:
            if normal(present.formula, *present.anchor, name) == normal(wanted, *there, name):
                return
            self.layout.refuse_torn(formula, name)
            self.book.sheet(name).set_formula(*there, wanted, style)
            yield Line(name, _cell(there), "公式更新", present.formula_at(there))
            return
        self.layout.refuse_torn(formula, name)
        self.book.sheet(name).set_formula(*there, wanted, style)
        typed = present is not None
        yield Line(name, _cell(there), "手填的值由公式代替" if typed else "补上公式", text(present.value) if typed else "", typed)

    def _row_formulas(self, new: Contents, old: Contents) -> Iterator[Line]:
        """The provisional formulas of every row that has any of them or a customer."""
        layout = self.tables[EVALUATION]
        columns = {layout.columns[header] for header in (*PROVISIONAL_COLUMNS, "客户编码")}
        rows = sorted({row for row, column in old.cells if row > layout.header and column in columns})
        for header in PROVISIONAL_COLUMNS:
            model = HEADER_ROW + 1, COLUMNS.index(header)
            content = new.cells[model]
            style = self._style(new, model) if header in layout.new else None
            for row in rows:
                formula = content.formula_at((row - layout.below, model[1]))[1:]
                yield from self._formula(EVALUATION, old, (row, layout.columns[header]), formula, style)

    def _new_columns(self, name: str, layout: TableLayout, new: Contents) -> Iterator[Line]:
        """Columns that the older template had not: header and empty cells in the template's look, right of everything."""
        if not layout.new:
            return
        sheet, wanted = self.book.sheet(name), TABLES[name]
        header = layout.header - layout.below
        rows = [row for row in sheet.rows if row > layout.header]
        for title in layout.new:
            source, column = wanted.index(title), layout.columns[title]
            at = layout.header, column
            sheet.set(*at, new.cells[header, source].value, self._style(new, (header, source)))
            for row in rows if title not in PROVISIONAL_COLUMNS else ():
                sheet.set(row, column, None, self._style(new, (header + 1, source)))
            yield Line(name, _cell(at), f"新增列“{title}”")
        self._widen(name, layout, [text(new.cells[header, wanted.index(title)].value) for title in layout.new])

    def _widen(self, name: str, layout: TableLayout, titles: list[str]) -> None:
        table: Table = find_table(self.book.grid(name), ("客户编码",))
        item = list_object_at(self.book.package, self.book.sheets.find(name).part, table)
        if item is None:
            return
        if item.last_column + 1 != min(layout.columns[title] for title in layout.new):
            raise CreditError(f"表“{item.name}”右侧紧挨着别的内容,新列放不下", where=name, allowed="把表右侧的内容移开一些再升级")
        widen(self.book.package, item, titles)

    def _dropdowns(self, name: str) -> Iterator[Line]:
        source = self.template.read(self._template_sheets.find(name).part).decode()
        layout = self.tables[name]
        own = {layout.columns[header] for header in TABLES[name]}
        tail = plain_text(self.book.package.read(self.book.sheets.find(name).part)).partition("</sheetData>")[2]
        _, count = renewed(tail, source, own, layout.header, lambda *at: self.layout.place(name, *at))
        if count:
            sheet = self.book.sheet(name)
            sheet.tail, _ = renewed(sheet.tail, source, own, layout.header, lambda *at: self.layout.place(name, *at))
            yield Line(name, "", f"下拉选项和填写限制更新{count}处")


def _cell(at: At) -> str:
    return f"{column_letters(at[1])}{at[0]}"
