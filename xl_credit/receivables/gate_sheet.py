"""放行审核: waiting documents decided, and the exceptions that people enter beside the decisions (第十一条, 第十二条, 第十九条, 第二十条)."""

from collections.abc import Mapping, Sequence
from datetime import date

from xl_credit.books.book import Book
from xl_credit.books.fill import Fill
from xl_credit.books.kept import read_kept
from xl_credit.cells import folded, is_blank, parse_date, parse_fen, text
from xl_credit.receivables import columns as c
from xl_credit.receivables import rows as r
from xl_credit.receivables.listing import fill_list
from xl_credit.receivables.picture import Picture
from xl_credit.rules.credit_lines import TEMPORARY, Grant
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.gates import ORDER, SHIPMENT, Override, Verdict
from xl_credit.tables import find_table


def fill_gate(
    book: Book, picture: Picture, replaced: Book | None = None, kinds: Sequence[str] = (ORDER, SHIPMENT)
) -> tuple[tuple[Verdict, ...], list[Problem]]:
    """放行审核: the waiting documents decided, exceptions that people entered beside them taken into account.

    Documents of a kind that is not among ``kinds`` stay as they were written.
    """
    carried = read_kept(replaced, c.GATE, c.GATE_KEYS, c.GATE_KEPT)
    own = read_kept(book, c.GATE, c.GATE_KEYS, c.GATE_KEPT)
    overrides, problems = read_overrides({**carried, **own})
    verdicts = tuple(verdict for kind in kinds for verdict in picture.verdicts(kind, overrides))
    rows = r.gate_rows(picture, verdicts) + _others(book, kinds)
    fill = Fill(c.GATE_KEYS, c.GATE_COLUMNS, rows, ("理由", "已不在待审单据中"), c.GATE_KEPT, carried)
    table, filled = fill_list(book, c.GATE, fill)
    cells = [table.cell(number, "例外岗位") for number in filled.row_numbers]
    return verdicts, problems + overstep_problems(picture, verdicts, cells)


def overstep_problems(picture: Picture, verdicts: Sequence[Verdict], cells: Sequence[str] = ()) -> list[Problem]:
    """第二十条: exceptions made without the authority; ``cells`` say where each verdict's exception was entered."""
    found = []
    for place, verdict in enumerate(verdicts):
        if verdict.oversteps:
            document = verdict.document
            text, cell = f"{document.kind}{document.number}:{verdict.exception}", cells[place] if cells else ""
            effect, code = "不予放行,按日计罚息", picture.shown(document.customer)
            found.append(Problem(c.GATE, cell, text, "由有权批准的岗位批准", "第二十条", effect, code))
    return found


def _others(book: Book, kinds: Sequence[str]) -> list[list[object]]:
    table = find_table(book.grid(c.GATE), c.GATE_COLUMNS)
    rows = [[table.value(row, name) for name in c.GATE_COLUMNS] for _, row in table.body()]
    return [[None if is_blank(value) else value for value in row] for row in rows if text(row[0]) in {ORDER, SHIPMENT} - {*kinds}]


def read_overrides(kept: Mapping[tuple[str, ...], Mapping[str, object]]) -> tuple[dict[tuple[str, str, str], Override], list[Problem]]:
    """第二十条: what people entered beside a document: who, in which post, why, from when until when."""
    found, problems = {}, []
    for key, entries in kept.items():
        if all(is_blank(entries.get(name)) for name in ("例外批准人", "例外岗位", "例外原因", "例外截止日")):
            continue
        days: dict[str, date | None] = {}
        for name in ("例外日期", "例外截止日"):
            try:
                days[name] = None if is_blank(entries.get(name)) else parse_date(entries[name])
            except CreditError as error:
                days[name] = None
                problems.append(Problem(c.GATE, "", f"{'/'.join(key[:2])}的{name}{error.found}", error.allowed, "第二十条", "例外不算数", key[2]))
        found[key] = Override(folded(entries.get("例外岗位")), text(entries.get("例外批准人")), text(entries.get("例外原因")), *days.values())
    return found, problems


def exception_grants(book: Book, verdicts: Sequence[Verdict], replaced: Book | None = None) -> dict[str, list[Grant]]:
    """第十九条, 第二十条: exceptions made at the gate, as what they let a customer owe more, by customer; for penalty interest only.

    Whoever made one without the authority answers for it. Documents that wait no longer are read from their rows.
    """
    amounts: dict[tuple[str, ...], tuple[date, int]] = {}
    overrides: dict[tuple[str, ...], Override] = {}
    for source in (replaced, book):
        if source and c.GATE in source.grids:
            amounts |= _decided_before(source)
            overrides |= read_overrides(read_kept(source, c.GATE, c.GATE_KEYS, c.GATE_KEPT))[0]
    amounts |= {(of.kind, of.number, of.customer): (of.day, of.fen - one.room_fen) for one in verdicts for of in (one.document,)}
    found: dict[str, list[Grant]] = {}
    for key, given in overrides.items():
        day, fen = amounts.get(key, (None, 0))
        if given.person and given.role and given.until and fen > 0:
            why = f"{key[0]}{key[1]}例外放行"
            found.setdefault(key[2], []).append(Grant(TEMPORARY, fen, None, given.given or day, given.until, given.role, given.person, why))
    return found


def _decided_before(book: Book) -> dict[tuple[str, str, str], tuple[date, int]]:
    """Day, and what was over the head-room, of every document in 放行审核 as it stands."""
    table, found = find_table(book.grid(c.GATE), c.GATE_COLUMNS), {}
    for _, row in table.body():
        try:
            day, fen, room = parse_date(table.value(row, "日期")), *(parse_fen(table.value(row, name)) for name in ("金额", "可用额度"))
        except CreditError:
            continue  # an empty row, or one that people wrote themselves
        found[tuple(folded(table.value(row, name)) for name in c.GATE_KEYS)] = (day, fen - room)
    return found
