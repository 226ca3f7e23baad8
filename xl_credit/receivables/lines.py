"""One ledger sheet's rows, cell by cell: a bad cell costs its own row, and says so; nothing else is lost."""

import gc
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import repeat
from operator import itemgetter

from xl_credit.cells import folded, is_blank, is_finer_than_fen, parse_date, parse_date_1904, parse_fen, parse_whole, text
from xl_credit.receivables.columns import CURRENCY, HOME_CURRENCY, OPTIONAL, REQUIRED
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.ledger import in_yuan
from xl_credit.tables import Grid, Row, find_table, is_blank_row

LEFT_OUT = "本行未计入"
MOST_DAYS = 3650  # a credit term beyond ten years is something else typed into its column
VOID_NOTE = re.compile(r"^\W*(已经?|此单|本单|该单|此票|发票)?作废(发票|单据|单|票)?(\W.*)?$")
VOID_STATE = re.compile(r"(?<![未非无没不])(?<!没有)(?<!不是)作废")
_IN_DAYS = re.compile(r"(\d+)[天日]")
_TERM_HEADERS, _DAYS = ("账期", "期限"), ("", "天", "日")
_TOTALS = ("合计", "小计", "总计", "本页合计", "本月合计", "累计")


@contextmanager
def collector_paused() -> Iterator[None]:
    """For making records by the million: there are no cycles among them, and the collector would walk them again and again."""
    was_running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_running:
            gc.enable()


class Known(dict):
    """What ``make`` gives for a value, worked out once: the same codes, states and dates stand in line after line."""

    def __init__(self, make: Callable[[object], object]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, value: object) -> object:
        made = self[value] = self._make(value)
        return made


def _nothing(_: Row) -> None:
    """The cell of a column that the sheet does not have."""


def parse_term(value: object) -> int:
    """Days of credit; raises 「值为“20260701”;允许:0到3650的整天数」.

    >>> parse_term(30), parse_term("30天")
    (30, 30)
    """
    in_words = _IN_DAYS.fullmatch(folded(value)) if isinstance(value, str) else None
    days = parse_whole(in_words[1] if in_words else value, f"0到{MOST_DAYS}的整天数")
    if days > MOST_DAYS:
        raise CreditError(f"值为“{text(value)}”", allowed=f"0到{MOST_DAYS}的整天数")
    return days


class LineReader:
    """Reads one sheet's lines. ``problems`` collects what is wrong; a parser answers ``None`` where it noted something."""

    def __init__(self, grid: Grid, sheet: str, article: str) -> None:
        self.table = find_table(grid, REQUIRED[sheet], (*OPTIONAL[sheet], CURRENCY))
        self.sheet, self.article = sheet, article
        self.problems: list[Problem] = []
        columns = self.table.columns
        self._cells = defaultdict(lambda: _nothing, {header: itemgetter(column) for header, column in columns.items()})
        self._width = max(columns.values()) + 1
        self._has_currency = CURRENCY in columns
        self._in_days_only()
        self._required = [columns[name] for name in REQUIRED[sheet]]
        parse = parse_date_1904 if grid.date1904 else parse_date
        self._dates = Known(lambda value: None if is_blank(value) else parse(value))
        self._voided = Known(lambda state: bool(state and VOID_STATE.search(folded(state))))
        self._folded = Known(lambda value: "" if value is None else folded(value))

    def _in_days_only(self) -> None:
        """A column of terms in another unit than days is not read at all, and that is said."""
        for header in _TERM_HEADERS:
            unit = self.table.units.get(header, "")
            if header in self._cells and unit not in _DAYS:
                cell = self.table.cell(self.table.header + 1, header)
                self.problems.append(Problem(self.sheet, cell, f"{header}的单位是“{unit}”", "天", self.article, f"{header}未采用"))
                del self._cells[header]

    def lines(self) -> Iterator[tuple[int, Row]]:
        """Filled rows that are not marked 作废 and not a total, each as long as the table is wide."""
        for number, row in self.table.body():
            if len(row) < self._width:
                row = (*row, *repeat(None, self._width - len(row)))
            code = self.key(row, "客户编码")
            if code.rstrip(":") in _TOTALS if code else is_blank_row(row, self._required) or self._is_total(row):
                continue
            if not self._is_void(number, row):
                yield number, row

    def _is_void(self, number: int, row: Row) -> bool:
        """By its state, or a note that says 作废 and no more; a note that begins with it and goes on is asked about."""
        if self._voided[self.value(row, "状态")]:
            return True
        note = self.value(row, "摘要")
        if not isinstance(note, str) or "废" not in note:
            return False
        written = folded(note)
        if not VOID_NOTE.match(written):
            if written.lstrip("([{<*※【〔「《〖").startswith("作废"):
                self.note(number, row, "摘要", f"为“{note.strip()}”", "作废的行在“状态”写作废", "未按作废处理,请核对")
            return False
        return True

    def _is_total(self, row: Row) -> bool:
        return any(isinstance(value, str) and folded(value).rstrip(":") in _TOTALS for value in row)

    def value(self, row: Row, header: str) -> object:
        return self._cells[header](row)

    def key(self, row: Row, header: str) -> str:
        """A code as it is compared: width and blanks folded; empty where there is none. Each is kept in memory once."""
        return self._folded[self._cells[header](row)]

    def number(self, row: Row, header: str) -> str:
        """As :meth:`key`, for what hardly ever comes twice, as the numbers of documents do."""
        value = self.value(row, header)
        if value is None or value == "":
            return ""
        if type(value) is str and value.isascii() and value.isprintable() and " " not in value:
            return value  # nothing to fold
        return folded(value)

    def text(self, row: Row, header: str) -> str:
        return text(self.value(row, header))

    def day(self, number: int, row: Row, header: str, effect: str = LEFT_OUT) -> date | None:
        """The date under ``header``; ``None`` for a blank, and for what is no date, which is noted."""
        value = self._cells[header](row)
        try:
            return self._dates[value]
        except CreditError as error:
            self.note(number, row, header, error.found, error.allowed, effect)
            return None

    def needed_day(self, number: int, row: Row, header: str) -> date | None:
        found = self.day(number, row, header)
        if found is None and is_blank(self.value(row, header)):
            self.note(number, row, header, "为空", "日期,如 2026-07-01")
        return found

    def fen(self, number: int, row: Row, header: str = "金额", effect: str = LEFT_OUT) -> int | None:
        """The amount in 分 by the unit in the header; finer than 分 is rounded and noted. A foreign currency is none."""
        value, in_wan = self.value(row, header), self.table.units.get(header) == "万元"
        if self._has_currency and self.key(row, CURRENCY).upper() not in HOME_CURRENCY:
            self.note(number, row, CURRENCY, f"为“{self.text(row, CURRENCY)}”", "人民币,外币先折算", effect)
            return None
        try:
            fen = parse_fen(value, in_wan=in_wan)
        except CreditError as error:
            self.note(number, row, header, error.found, error.allowed, effect)
            return None
        to_the_fen = type(value) is str and value[-3:-2] == "."
        if not in_wan and not to_the_fen and is_finer_than_fen(value, fen):
            self.note(number, row, header, f"{text(value)}元不是整分", "精确到分的金额", f"按{in_yuan(fen)}计入")
        return fen

    def days(self, number: int, row: Row, header: str, effect: str = LEFT_OUT) -> int | None:
        """A credit term in days."""
        return self.whole(number, row, header, parse_term, effect)

    def whole(self, number: int, row: Row, header: str, parse: Callable[[object], int], effect: str = LEFT_OUT) -> int | None:
        value = self.value(row, header)
        if is_blank(value):
            return None
        try:
            return parse(value)
        except CreditError as error:
            self.note(number, row, header, error.found, error.allowed, effect)
            return None

    def note(self, number: int, row: Row, header: str, found: str, allowed: str, effect: str = LEFT_OUT) -> None:
        cell = self.table.cell(number, header)
        self.problems.append(Problem(self.sheet, cell, f"{header}{found}", allowed, self.article, effect, self.text(row, "客户编码")))
