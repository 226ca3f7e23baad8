"""What becomes of the rows that can be taken over: new, there already, or differing from what is there."""

from collections import Counter
from collections.abc import Iterable, Mapping

from xl_credit.cells import folded, is_blank, parse_date, parse_date_1904, parse_fen, text
from xl_credit.intake.parties import Parties
from xl_credit.intake.results import (
    DIFFERS,
    KNOWN,
    NEW,
    OTHER,
    REJECTED,
    REMARK,
    VOID_LINE,
    Finding,
    Line,
    Read,
    Settled,
    Share,
)
from xl_credit.intake.words import CODE, CUSTOMER, NAME, NOTE, ORDER, STATE, Target
from xl_credit.receivables.columns import VOID
from xl_credit.receivables.lines import VOID_NOTE, VOID_STATE
from xl_credit.receivables.money_lines import RED_NOTE, meaning_of_state
from xl_credit.receivables.rows import yuan_cell
from xl_credit.rules.errors import CreditError
from xl_credit.rules.ledger import in_yuan
from xl_credit.tables import Grid, Row, Table, find_table

Content = tuple[object, ...]  # what makes a document what it is: customer, day, amount, whether it is 作废


def settle(read: Read, grid: Grid | None, parties: Parties) -> Settled:
    """Against ``grid``, the table that is there already; documents are told by their number, one that differs is only reported."""
    target = read.target
    lines, findings = _documents(read)
    present = _present(grid, target, parties) if grid else {}
    found: dict[str, list[Line]] = {}
    number = target.columns.index(target.number)
    for line in lines:
        found.setdefault(folded(line.values[number]), []).append(line)
    fresh: set[str] = set()
    shares = dict.fromkeys((NEW, KNOWN, VOID_LINE, DIFFERS, REJECTED, OTHER), Share())
    for key, document in found.items():
        there = present.get(key)
        if there is None:
            fresh.add(key)
        outcome = NEW if there is None else KNOWN if there == Counter(_content(line, target) for line in document) else DIFFERS
        if outcome == DIFFERS:
            findings += [_differing(line, target, there) for line in document]
        for line in document:
            name = VOID_LINE if outcome == NEW and line.is_void else outcome
            shares[name] = shares[name].plus(line.fen, line.rows)
    for one in findings:
        if one.kind in (REJECTED, OTHER):
            shares[one.kind] = shares[one.kind].plus(one.fen, one.rows)
    new = tuple(line for line in lines if folded(line.values[number]) in fresh)
    return Settled(read, new, shares, tuple(findings))


def _documents(read: Read) -> tuple[list[Line], list[Finding]]:
    """The rows as documents of our table, and what speaks against some of them."""
    if read.target.kind == ORDER:
        return _orders(read)
    if read.target.kind == CUSTOMER:
        return _customers(read)
    return read.lines, [*read.findings, *_repeated(read)]


def _repeated(read: Read) -> Iterable[Finding]:
    """Rows alike in all: both are taken over, since two deliveries may be alike, and somebody looks at them."""
    number, code = read.target.columns.index(read.target.number), read.target.columns.index(CODE)
    first: dict[tuple, Line] = {}
    for line in read.lines:
        before = first.setdefault(line.values, line)
        if before is not line:
            found = f"与{before.cell.split('!')[-1]}行完全相同,两行都计入"
            yield Finding(REMARK, line.cell, found, "每笔一行,请核对", str(line.values[number]), str(line.values[code]), line.fen)


def _orders(read: Read) -> tuple[list[Line], list[Finding]]:
    """Orders are one row each: the lines of one number, customer and day are added up."""
    columns, findings = read.target.columns, list(read.findings)
    places = {name: columns.index(name) for name in (read.target.number, read.target.day, read.target.amount, CODE, STATE)}
    groups: dict[str, list[Line]] = {}
    for line in read.lines:
        groups.setdefault(folded(line.values[places[read.target.number]]), []).append(line)
    lines = []
    for group in groups.values():
        first = group[0]
        same = [line for line in group if _heads_alike(line, first, places, read.target)]
        for line in group:
            if line not in same:
                findings.append(_rejected(line, places, read.target, f"与{first.cell}行同号,客户、日期或状态不同", "一张订单一个客户、日期和状态"))
        fen = sum(line.fen for line in same)
        if fen <= 0 and not first.is_void:
            findings += [_rejected(line, places, read.target, f"订单金额为{in_yuan(fen)}", "大于0的金额") for line in same]
            continue
        values = list(first.values)
        values[places[read.target.amount]] = yuan_cell(fen)
        lines.append(Line(first.cell, tuple(values), fen, first.is_void, len(same)))
    return lines, findings


def _heads_alike(one: Line, other: Line, places: Mapping[str, int], target: Target) -> bool:
    heads = (CODE, target.day, STATE)
    return all(folded(one.values[places[name]]) == folded(other.values[places[name]]) for name in heads)


def _rejected(line: Line, places: Mapping[str, int], target: Target, found: str, allowed: str) -> Finding:
    number, code = str(line.values[places[target.number]]), str(line.values[places[CODE]])
    return Finding(REJECTED, line.cell, found, allowed, number, code, line.fen, line.rows)


def _customers(read: Read) -> tuple[list[Line], list[Finding]]:
    """Each customer once: a row that says the same again is there already, one that says otherwise is rejected."""
    columns, findings = read.target.columns, list(read.findings)
    code, name = columns.index(CODE), columns.index(NAME)
    first: dict[str, Line] = {}
    for line in read.lines:
        before = first.setdefault(folded(line.values[code]), line)
        if before is line:
            continue
        if line.values == before.values:
            first[folded(line.values[code])] = before._replace(rows=before.rows + 1)
        else:
            found = f"与{before.cell}行同一编码,内容不同({before.values[name]})"
            findings.append(Finding(REJECTED, line.cell, found, "每个客户一行", "", str(line.values[code]), 0))
    return list(first.values()), findings


def _content(line: Line, target: Target) -> Content:
    values = dict(zip(target.columns, line.values, strict=True))
    if not target.is_money:
        return (folded(values[NAME]),)
    return folded(values[CODE]), values[target.day], line.fen, line.is_void


def _present(grid: Grid, target: Target, parties: Parties) -> dict[str, Counter[Content]]:
    """Number → what stands under it in the table that is there; confirmed mergings count on either side."""
    table = find_table(grid, target.required, target.columns)
    found: dict[str, Counter[Content]] = {}
    for _, row in table.body():
        key = folded(table.value(row, target.number))
        if key:
            found.setdefault(key, Counter())[_content_there(table, row, target, parties)] += 1
    return found


def _content_there(table: Table, row: Row, target: Target, parties: Parties) -> Content:
    if not target.is_money:
        return (folded(table.value(row, NAME)),)
    state, note = folded(table.value(row, STATE)), folded(table.value(row, NOTE))
    fen, is_void = _amount_there(table, row, target), bool(VOID_STATE.search(state) or VOID_NOTE.match(note))
    is_red = meaning_of_state(state)[0] or RED_NOTE.match(note) or not is_blank(table.value(row, "冲减单号"))
    fen = -fen if isinstance(fen, int) and fen > 0 and is_red else fen
    return folded(parties.merged(text(table.value(row, CODE)))), _day_there(table, row, target), fen, is_void


def _amount_there(table: Table, row: Row, target: Target) -> object:
    value = table.value(row, target.amount)
    try:
        return parse_fen(value, in_wan=table.units.get(target.amount) == "万元")
    except CreditError:
        return text(value)


def _day_there(table: Table, row: Row, target: Target) -> object:
    value = table.value(row, target.day)
    try:
        return (parse_date_1904 if table.grid.date1904 else parse_date)(value)
    except CreditError:
        return text(value)


def _differing(line: Line, target: Target, there: Counter[Content]) -> Finding:
    values = dict(zip(target.columns, line.values, strict=True))
    number, code = str(values[target.number]), str(values[CODE])
    was = ";".join(_shown(content) for content in sorted(there.elements(), key=str)[:3]) + ("……" if there.total() > 3 else "")
    found = f"簿中同号的内容不同:{was};来源:{_shown(_content(line, target))}"
    return Finding(DIFFERS, line.cell, found, "与簿中一致;簿中的未改动", number, code, line.fen, line.rows)


def _shown(content: Content) -> str:
    """A document's content as people compare it."""
    return " ".join(filter(None, map(_word, content)))


def _word(one: object) -> str:
    if isinstance(one, bool):
        return VOID if one else ""
    return in_yuan(one) if isinstance(one, int) else str(one)
