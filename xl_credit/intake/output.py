"""An import written into a workbook: new rows behind those that are there, and how it came about in the check sheets."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from xl_credit.books.append import Appending
from xl_credit.books.book import Book
from xl_credit.books.row_heights import column_widths, fit_rows, line_count
from xl_credit.books.sheet_xml import Formula, SheetXml
from xl_credit.cells import text
from xl_credit.intake.columns import CHECK, CHECK_COLUMNS, IMPORT, LISTED, LISTED_COLUMNS, MAPPED, MAPPED_COLUMNS
from xl_credit.intake.header import Layout
from xl_credit.intake.mapping import Matching, Pick, columns_of
from xl_credit.intake.parties import LIST_COLUMNS, LIST_SHEET, Answer
from xl_credit.intake.results import DIFFERS, KNOWN, LEFT, NEW, OTHER, REJECTED, SUM, VOID_LINE, Finding, Settled
from xl_credit.intake.sections import sum_label
from xl_credit.intake.values import cell_text
from xl_credit.intake.words import NOTE, Target
from xl_credit.receivables.lines import collector_paused
from xl_credit.receivables.rows import yuan_cell
from xl_credit.rules.errors import CreditError
from xl_credit.rules.ledger import FEN_IN_WAN
from xl_credit.tables import column_letters, find_table

CHECK_SHEETS = (CHECK, MAPPED, LISTED, LIST_SHEET)
_MOST_LEFT = 500  # lines of the printout that are listed one by one; rejects all are
_LISTED_ORDER = (REJECTED, DIFFERS, SUM, "提示", OTHER, LEFT)
_SAMPLES = 3
_MOST_FITTED = 2_000


def open_target(base: Path, target: Target, template: Path, checks: Path) -> Book:
    """The workbook to write into, with the table and the check sheets put in where it lacks them."""
    book = Book(base, (target.sheet,), template, also=("评估表", "发货台账", "回款台账", "订单台账", *CHECK_SHEETS))
    book.attach(CHECK_SHEETS, checks)
    return book


@collector_paused()
def write_import(book: Book, settled: Settled, file: str, digest: str, answers: Sequence[tuple[Answer, int]]) -> bool:
    """Everything into the workbook; False where there is nothing that it does not hold already."""
    target = settled.read.target
    if not settled.fresh and _imported_before(book, target, digest):
        return False
    dropped = _append_lines(book, settled)
    number = _next_import(book)
    _write(book, LISTED, LISTED_COLUMNS, IMPORT, [(number, *row) for row in finding_rows(settled.findings)])
    _write(book, MAPPED, MAPPED_COLUMNS, IMPORT, [(number, *row) for row in mapping_rows(settled.read.matching, settled.read.layouts)])
    _write(book, LIST_SHEET, LIST_COLUMNS, "归并编码", _new_answers(book, answers))
    at = Appending(book, CHECK, CHECK_COLUMNS, IMPORT)
    _write(book, CHECK, CHECK_COLUMNS, IMPORT, [_check_row(book, at, settled, number, file, digest, dropped)])
    return True


def _append_lines(book: Book, settled: Settled) -> list[str]:
    """The new rows, under those of our columns that the table has; which of them it has not."""
    target = settled.read.target
    filled = [name for place, name in enumerate(target.columns) if any(line.values[place] not in (None, "") for line in settled.fresh)]
    end = Appending(book, target.sheet, target.required, target.number, [name for name in filled if name not in target.required])
    if not settled.fresh:
        return []
    for number, row in end.table.body():
        if sum_label(row):
            where = f"{book.path.name}!{target.sheet}!{number}:{number}"
            raise CreditError("表中有合计行,新增的行会排在它下面", where=where, allowed="合计行移到表外或表的上方")
    places = [target.columns.index(name) for name in end.columns]
    rows: Iterable[list] = ([line.values[place] for place in places] for line in settled.fresh)
    if target.is_money and end.table.units.get(target.amount) == "万元":
        at = end.columns.index(target.amount)
        rows = ([*row[:at], line.fen / FEN_IN_WAN, *row[at + 1 :]] for row, line in zip(rows, settled.fresh, strict=True))
    numbers = end.write(list(rows))
    if NOTE in end.columns:
        notes = (line.values[target.columns.index(NOTE)] for line in settled.fresh)
        _make_room(book.sheet(target.sheet), end.table.columns[NOTE], zip(numbers, notes, strict=True))
    return [name for name in filled if name not in end.columns]


def _make_room(sheet: SheetXml, column: int, notes: Iterable[tuple[int, object]]) -> None:
    """Rows whose note takes more than one line get the height for it; all others keep the sheet's own."""
    width = column_widths(sheet).get(column)
    if width:
        fit_rows(sheet, [(number, [(column, note)]) for number, note in notes if line_count(note, width) > 1])


def _write(book: Book, name: str, columns: Sequence[str], key: str, rows: Sequence[Sequence[object]]) -> None:
    end = Appending(book, name, columns, key)
    numbers = end.write(rows)
    at = [(place, end.table.columns[header]) for place, header in enumerate(columns) if header in _WRAPPED]
    if at and len(rows) < _MOST_FITTED:
        fit_rows(book.sheet(name), ((number, [(column, row[place]) for place, column in at]) for number, row in zip(numbers, rows, strict=True)))


_WRAPPED = frozenset(("发现", "允许", "依据", "样例", "来源文件", "说明", "来源名称", "归并名称", "来源表头"))


def _imported_before(book: Book, target: Target, digest: str) -> bool:
    table = find_table(book.grid(CHECK), CHECK_COLUMNS)
    return any((text(table.value(row, "台账")), text(table.value(row, "文件指纹"))) == (target.sheet, digest) for _, row in table.body())


def _next_import(book: Book) -> int:
    table = find_table(book.grid(CHECK), CHECK_COLUMNS)
    return max((int(value) for _, row in table.body() if isinstance(value := table.value(row, IMPORT), int | float)), default=0) + 1


def _new_answers(book: Book, answers: Sequence[tuple[Answer, int]]) -> list[tuple[object, ...]]:
    table = find_table(book.grid(LIST_SHEET), LIST_COLUMNS[:4], LIST_COLUMNS[4:])
    there = {Answer(*(text(table.value(row, name)) for name in LIST_COLUMNS[:3])).pair for _, row in table.body()}
    return [
        (one.code or None, one.name or None, one.to_code, one.to_name or None, one.basis, rows, None, None)
        for one, rows in answers if one.pair not in there
    ]  # fmt: skip


def _check_row(book: Book, at: Appending, settled: Settled, number: int, file: str, digest: str, dropped: Sequence[str]) -> list[object]:
    """The tie-out; what was not taken over is added up from 导入明细 by formula, and so is the difference."""
    read, shares, row = settled.read, settled.shares, at.first
    cell = {name: f"{column_letters(column)}{row}" for name, column in at.table.columns.items()}
    listed = find_table(book.grid(LISTED), LISTED_COLUMNS)
    letters = {name: f"{LISTED}!${column_letters(column)}:${column_letters(column)}" for name, column in listed.columns.items()}

    def added(kind: str) -> Formula:
        sums = f'SUMIFS({letters["金额"]},{letters[IMPORT]},{cell[IMPORT]},{letters["类别"]},"{kind}")'
        return Formula(f"ROUND({sums},2)", yuan_cell(shares[kind].fen))

    parts = "".join(f"-{cell[name]}" for name in (NEW, KNOWN, VOID_LINE, DIFFERS, REJECTED, OTHER))
    difference = Formula(f"ROUND({cell['来源合计']}+{cell['红字取负']}{parts},2)", yuan_cell(settled.difference_fen))
    verdict = Formula(f'IF({cell["差额"]}=0,"相符","不符")', "相符" if settled.difference_fen == 0 else "不符")
    return [
        number, read.target.sheet, file, digest, read.source.rows, yuan_cell(read.source.fen), yuan_cell(read.turned_fen),
        sum(line.rows for line in settled.fresh), yuan_cell(shares[NEW].fen), yuan_cell(shares[KNOWN].fen), yuan_cell(shares[VOID_LINE].fen),
        added(DIFFERS), added(REJECTED), added(OTHER), difference, verdict, sums_verdict(settled),
        remarks(settled, dropped),
    ]  # fmt: skip


def sums_verdict(settled: Settled) -> str:
    """What the export's own sums say: 相符, 不符, or that there are none."""
    sums = [one for one in settled.findings if one.kind == SUM]
    return "无合计行" if not sums else "不符" if any(one.allowed for one in sums) else "相符"


def remarks(settled: Settled, dropped: Sequence[str] = ()) -> str:
    """What the figures do not say of themselves."""
    read, shares = settled.read, settled.shares
    said = [f"{name}{shares[name].rows}行" for name in (KNOWN, VOID_LINE, DIFFERS, REJECTED, OTHER) if shares[name].rows]
    said += [f"金额读不出的{read.unread}行"] * bool(read.unread)
    said += [f"四舍五入到分{read.rounded}行"] * bool(read.rounded)
    said += [f"按客户对照归并{read.merged}行"] * bool(read.merged)
    said += [f"空行{read.blank}行"] * bool(read.blank)
    said += [f"簿中没有{'、'.join(dropped)}列,未写入"] * bool(dropped)
    return ";".join(said)


def finding_rows(findings: Sequence[Finding]) -> list[list[object]]:
    """导入明细, what has to be looked into first; of printout lines the first few hundred."""
    ordered = sorted(findings, key=lambda one: _LISTED_ORDER.index(one.kind))
    left = sum(one.kind == LEFT for one in ordered)
    shown = ordered if left <= _MOST_LEFT else ordered[: _MOST_LEFT - left]
    rows: list[list[object]] = [
        [one.kind, one.cell, one.number or None, one.customer or None, None if one.fen is None else yuan_cell(one.fen), one.found, one.allowed or None]
        for one in shown
    ]  # fmt: skip
    if left > _MOST_LEFT:
        rows.append([LEFT, None, None, None, None, f"另有{left - _MOST_LEFT}行:表头、合计、说明等", None])
    return rows


def mapping_rows(matching: Matching, layouts: Sequence[Layout]) -> list[list[object]]:
    """导入对应: each of our columns with the export's, why, and what stands in its first rows."""
    rows = []
    for name, pick in matching:
        letters = "、".join(column.letters for column in columns_of(pick, layouts[0])) or "—"
        rows.append([name, letters, pick.shown, pick.doubt or pick.reason, "  ".join(samples(layouts[0], pick)) or None])
    return rows


def samples(layout: Layout, pick: Pick) -> list[str]:
    """The first values that differ under the pick's columns."""
    columns, found = columns_of(pick, layout), {}
    for _, row in layout.body():
        words = "-".join(cell_text(row[column.index])[:20] for column in columns if column.index < len(row) and row[column.index] != "")
        if words and not layout.is_header_again(row) and not sum_label(row):
            found[words] = None
        if len(found) == _SAMPLES:
            break
    return list(found)
