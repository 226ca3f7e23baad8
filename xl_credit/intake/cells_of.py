"""An export's row as the values of our columns: one reader for one sheet, its columns looked up once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from xl_credit.cells import folded, is_blank, parse_flag, parse_whole, text
from xl_credit.intake.header import Layout
from xl_credit.intake.mapping import BY_NAME, IN_NAME, OTHER_SIDE, SECTION, Matching, columns_of
from xl_credit.intake.proposal import is_home, year_over
from xl_credit.intake.sections import code_and_name
from xl_credit.intake.values import accounting_fen, cell_text, export_date, is_nothing, is_rounded, is_yes
from xl_credit.intake.words import (
    AMOUNT,
    CODE,
    CURRENCY,
    CUSTOMER,
    DATES,
    DAYS,
    NAME,
    NOTE,
    NUMBERS,
    ORDER,
    RED,
    SIDE,
    STATE,
    TYPE,
    VOIDED,
    Target,
    header_key,
    rules,
)
from xl_credit.quarter.columns import BUSINESS_TYPES
from xl_credit.receivables.columns import LINE_STATES, ORDER_STATES, VOID
from xl_credit.receivables.lines import VOID_NOTE, VOID_STATE, parse_term
from xl_credit.receivables.money_lines import RED_NOTE, meaning_of_state
from xl_credit.rules.errors import CreditError
from xl_credit.tables import Row

Value = str | int | float | date | None
_VALID, _RED = LINE_STATES[:2]
_TICKED = frozenset(("", "Y", "N", "是", "否", "√", "×", "1", "0", "TRUE", "FALSE"))  # of 审核标志: a document counts either way
_IN_YUAN = {"": False, "元": False, "万元": True}


class Fault(NamedTuple):
    """A cell that cannot be used: its column, what was found, what is allowed."""

    header: str
    found: str
    allowed: str


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as the export has it; ``written`` is ``None`` where it cannot be read, ``is_other`` that it is another ledger's."""

    written: int | None
    is_other: bool = False
    is_rounded: bool = False
    fault: Fault | None = None


class CellReader:
    """Reads the rows of one sheet by a matching. A merged cell's value counts in every row that it covers, amounts apart."""

    def __init__(self, layout: Layout, matching: Matching, target: Target, carry: bool) -> None:
        self.layout, self.matching, self.target = layout, matching, target
        self._columns = {name: [column.index for column in columns_of(pick, layout)] for name, pick in matching}
        self._stand_in = {name: pick.labels[0] for name, pick in matching if not columns_of(pick, layout)}
        self._in_name = self._stand_in.get(CODE) == IN_NAME
        self.in_wan = self._unit()
        day = columns_of(matching.get(target.day), layout) if target.day else ()
        self._year = year_over(day[0]) if len(day) == 2 else None
        self._monthly = bool(columns_of(matching.get(target.number), layout)) and bool(
            set(columns_of(matching.get(target.number), layout)[0].keys) & rules().monthly
        )
        self._foreign = self._checks_currency()
        self._covered = self._merged_down()
        self._carried = [name for name in (target.number, CODE, NAME, target.day) if name in self._columns] if carry else []
        self._above: dict[str, object] = {}
        self.section = ("", "")

    def _unit(self) -> bool:
        """Whether amounts are in 万元; raises for a unit that is neither 元 nor 万元."""
        if AMOUNT not in self._columns:
            return False
        (column,) = columns_of(self.matching.get(AMOUNT), self.layout)
        unit = column.unit or self.layout.unit
        if unit not in _IN_YUAN:
            raise CreditError(f"金额的单位是“{unit}”", where=self.layout.cell(self.layout.bottom, column.index), allowed="元、万元")
        return _IN_YUAN[unit]

    def _checks_currency(self) -> bool:
        """Whether a row in another currency has to be refused: the amounts are not said to be in 人民币."""
        amount = columns_of(self.matching.get(AMOUNT), self.layout)
        return CURRENCY in self._columns and bool(amount) and not is_home(amount[0])

    def _merged_down(self) -> dict[tuple[int, int], int]:
        """(row, column) of a cell under a merged one → the row in which its value stands."""
        wanted = {column for name, columns in self._columns.items() if name not in (AMOUNT, OTHER_SIDE) for column in columns}
        last, found = len(self.layout.sheet.rows) - 1, {}
        for (top, left), (bottom, _) in self.layout.sheet.merges:
            if left in wanted and self.layout.bottom < top < bottom:
                found |= {(row, left): top for row in range(top + 1, min(bottom, last) + 1)}
        return found

    def value(self, number: int, row: Row, name: str, place: int = 0) -> object:
        """The cell behind one of our columns; ``None`` where there is none."""
        columns = self._columns.get(name)
        if not columns:
            return None
        column = columns[place]
        value = row[column] if column < len(row) else None
        if self._covered and is_blank(value) and (number, column) in self._covered:
            above = self.layout.sheet.rows[self._covered[number, column]]
            return above[column] if column < len(above) else None
        if self._carried and name in self._carried:
            if is_blank(value):
                return self._above.get(name)
            self._above[name] = value
        return value

    def text(self, number: int, row: Row, name: str) -> str:
        if self._stand_in.get(name) == SECTION:
            return self.section[name == NAME]
        if self._in_name and name in (CODE, NAME):
            return code_and_name(cell_text(self.value(number, row, NAME)))[name == NAME]
        return cell_text(self.value(number, row, name))

    def cell(self, number: int, name: str = "") -> str:
        columns = self._columns.get(name)
        return self.layout.cell(number, columns[0] if columns else 0)

    def has(self, name: str) -> bool:
        return name in self._columns

    def by_name(self) -> bool:
        return self._stand_in.get(CODE) == BY_NAME

    def day(self, number: int, row: Row) -> date | None:
        """The document's date; ``None`` for a blank; raises what :func:`export_date` raises."""
        columns = self._columns[self.target.day]
        parts = [self.value(number, row, self.target.day, place) for place in range(len(columns))]
        if all(map(is_blank, parts)):
            return None
        if len(parts) == 1:
            return export_date(parts[0], self.layout.sheet.date1904)
        *year, month, day = map(cell_text, parts)
        return export_date(f"{year[0] if year else self._year}-{month.rstrip('月')}-{day.rstrip('日')}")

    def number(self, number: int, row: Row, day: date | None) -> str:
        written = self.text(number, row, self.target.number)
        return f"{day:%Y%m}-{written}" if self._monthly and written and day else written

    def has_amount(self, number: int, row: Row) -> bool:
        return any(not is_nothing(self.value(number, row, name)) for name in (AMOUNT, OTHER_SIDE))

    def amount(self, number: int, row: Row) -> Amount:
        """The row's amount, on whichever side it stands."""
        value, other = self.value(number, row, AMOUNT), self.value(number, row, OTHER_SIDE)
        try:
            fen = None if is_nothing(value) else accounting_fen(value, in_wan=self.in_wan)
            other_fen = 0 if is_nothing(other) else accounting_fen(other, in_wan=self.in_wan)
        except CreditError as error:
            return Amount(None, fault=Fault(AMOUNT, error.found, error.allowed))
        if other_fen and fen:
            return Amount(fen, fault=Fault(OTHER_SIDE, f"与{AMOUNT}两方都有数", "只有一方"))
        if other_fen:
            return Amount(0, is_other=True)
        if fen is None:
            return Amount(None, fault=Fault(AMOUNT, "为空", "金额"))
        if self._is_foreign_type(number, row):
            return Amount(fen, is_other=True)
        side = self._side(number, row)
        return Amount(fen, side is False, is_rounded(value, fen, in_wan=self.in_wan), self._fault_beside(number, row, side))

    def _is_foreign_type(self, number: int, row: Row) -> bool:
        """收款单 in a list of what was shipped, 出库单 in one of what was collected."""
        written = self.text(number, row, TYPE) if self.has(TYPE) else ""
        return any(word in written for word in self.target.foreign_types)

    def _fault_beside(self, number: int, row: Row, side: bool | None) -> Fault | None:
        """A currency or a side because of which the amount cannot be taken."""
        if self._foreign and header_key(currency := self.text(number, row, CURRENCY)) not in (*rules().home, ""):
            return Fault(CURRENCY, f"为“{currency}”", f"人民币,或以 --map {AMOUNT}=本币金额列 取本币")
        if side is None:
            return Fault(SIDE, f"为“{self.text(number, row, SIDE)}”", "、".join(self.target.sides or ()))
        return None

    def _side(self, number: int, row: Row) -> bool | None:
        """Whether the row is on the ledger's own side; ``None`` where that cannot be told."""
        if not self.has(SIDE) or not self.target.sides:
            return True
        written = self.text(number, row, SIDE)
        own, other = self.target.sides
        return None if (own in written) == (other in written) else own in written

    def is_void(self, number: int, row: Row) -> bool:
        """By the state, a flag of its own, or a note that says 作废 and no more: as the ledger itself is read."""
        if self.has(VOIDED) and is_yes(self.value(number, row, VOIDED), VOID):
            return True
        state, note = self.value(number, row, STATE), self.value(number, row, NOTE)
        if state and _state(cell_text(state))[0]:
            return True
        return isinstance(note, str) and "废" in note and bool(VOID_NOTE.match(folded(note)))

    def is_red(self, number: int, row: Row) -> bool:
        """红字, a return, a reversal: negative, whether or not the export writes the sign."""
        if self.has(RED) and is_yes(self.value(number, row, RED), "红", "负"):
            return True
        state, note = self.value(number, row, STATE), self.value(number, row, NOTE)
        if state and _state(cell_text(state))[1]:
            return True
        return bool(self.text(number, row, "冲减单号")) or (isinstance(note, str) and bool(RED_NOTE.match(folded(note))))

    def state(self, number: int, row: Row, is_void: bool, is_red: bool) -> tuple[str, Fault | None]:
        """The state in our words; one that is not known is said."""
        if self.target.kind == CUSTOMER:
            return "", None
        written = self.text(number, row, STATE)
        if self.target.kind == ORDER:
            known = VOID if is_void else rules().order_states.get(folded(written), "" if written else ORDER_STATES[0])
            return known or ORDER_STATES[0], None if known else Fault(STATE, f"为“{written}”,按待审", "、".join(ORDER_STATES))
        known = is_void or is_red or _state(written)[2]
        fault = None if known else Fault(STATE, f"为“{written}”,按有效", "、".join(LINE_STATES))
        return VOID if is_void else _RED if is_red else _VALID, fault

    def other(self, number: int, row: Row, name: str) -> Value:
        """A column beside the required ones; raises where its content is none of its kind."""
        value = self.value(number, row, name)
        if is_blank(value):
            return None
        parse = _PARSERS.get(name)
        if name in DATES:
            return export_date(value, self.layout.sheet.date1904)
        return parse(value) if parse else cell_text(value)


@lru_cache(maxsize=1024)  # the same few states stand in row after row
def _state(written: str) -> tuple[bool, bool, bool]:
    """Whether a state says 作废, whether it makes its row negative, whether it is known at all."""
    state = folded(written)
    is_red, is_known = meaning_of_state(state)
    return bool(VOID_STATE.search(state)), is_red, is_known or written.upper() in _TICKED


def _business(value: object) -> str:
    written = folded(value).upper().removesuffix("类").removesuffix("业务")
    if written not in BUSINESS_TYPES:
        raise CreditError(f"值为“{text(value)}”", allowed="、".join(BUSINESS_TYPES))
    return written


def _wan(value: object) -> int | float:
    fen = accounting_fen(value, in_wan=True)
    return fen / 1_000_000 if fen % 1_000_000 else fen // 1_000_000


def _flag(value: object) -> str:
    return "是" if is_yes(value) or parse_flag(value) else "否"


_PARSERS: Mapping[str, Callable[[object], Value]] = {
    **dict.fromkeys(DAYS, parse_whole), "账期": parse_term, **dict.fromkeys(NUMBERS, _wan), "业务类型": _business, "重点客户": _flag,
}  # fmt: skip
