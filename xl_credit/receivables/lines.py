"""One ledger sheet's rows, cell by cell: a bad cell costs its own row, and says so; nothing else is lost."""

import re
from collections.abc import Callable, Iterator
from datetime import date

from xl_credit.cells import folded, is_blank, is_finer_than_fen, parse_date, parse_date_1904, parse_fen, text
from xl_credit.receivables.columns import OPTIONAL, REQUIRED
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.ledger import in_yuan
from xl_credit.tables import Grid, Row, find_table, is_blank_row

LEFT_OUT = "本行未计入"
_VOID = re.compile(r"^[\[(【<]?(已|此单|本单|此票)?作废")
_TOTALS = ("合计", "小计", "总计", "本页合计", "本月合计", "累计")


class LineReader:
    """Reads one sheet's lines. ``problems`` collects what is wrong; a parser answers ``None`` where it noted something."""

    def __init__(self, grid: Grid, sheet: str, article: str) -> None:
        self.table = find_table(grid, REQUIRED[sheet], OPTIONAL[sheet])
        self.sheet, self.article = sheet, article
        self.problems: list[Problem] = []
        self._columns, self._folded = self.table.columns, {}
        self._dates: dict[object, date] = {}
        self._parse_date = parse_date_1904 if grid.date1904 else parse_date
        self._required = [self._columns[name] for name in REQUIRED[sheet]]

    def lines(self) -> Iterator[tuple[int, Row]]:
        """Filled rows that are not marked 作废 and not a total."""
        state, note = self._columns.get("状态"), self._columns.get("摘要")
        for number, row in self.table.body():
            if is_blank_row(row, self._required):
                continue
            if (state is not None and state < len(row) and row[state] and "作废" in self.fold(row[state])) or (
                note is not None and note < len(row) and row[note] and self._is_void(row[note])
            ):
                continue
            if not self._is_total(row):
                yield number, row

    def _is_void(self, note: object) -> bool:
        return isinstance(note, str) and "废" in note and bool(_VOID.match(folded(note)))

    def _is_total(self, row: Row) -> bool:
        if not is_blank(self.value(row, "客户编码")):
            return folded(self.value(row, "客户编码")) in _TOTALS
        return any(isinstance(value, str) and folded(value).rstrip(":") in _TOTALS for value in row)

    def value(self, row: Row, header: str) -> object:
        column = self._columns.get(header)
        return row[column] if column is not None and column < len(row) else None

    def fold(self, value: object) -> str:
        """As :func:`cells.folded`, remembered: codes and numbers come again and again."""
        known = self._folded.get(value)
        if known is None:
            known = self._folded[value] = folded(value)
        return known

    def key(self, row: Row, header: str) -> str:
        """A code or number as it is compared: width and blanks folded; empty where there is none."""
        value = self.value(row, header)
        return "" if value is None or value == "" else self.fold(value)

    def text(self, row: Row, header: str) -> str:
        return text(self.value(row, header))

    def day(self, number: int, row: Row, header: str, effect: str = LEFT_OUT) -> date | None:
        """The date under ``header``; ``None`` for a blank, and for what is no date, which is noted."""
        value = self.value(row, header)
        if value is None or value == "":
            return None
        known = self._dates.get(value)
        if known is None:
            if is_blank(value):
                return None
            try:
                known = self._parse_date(value)
            except CreditError as error:
                self.note(number, row, header, error.found, error.allowed, effect)
                return None
            self._dates[value] = known
        return known

    def needed_day(self, number: int, row: Row, header: str) -> date | None:
        found = self.day(number, row, header)
        if found is None and is_blank(self.value(row, header)):
            self.note(number, row, header, "为空", "日期,如 2026-07-01")
        return found

    def fen(self, number: int, row: Row, header: str = "金额", effect: str = LEFT_OUT) -> int | None:
        """The amount in 分 by the unit in the header; finer than 分 is rounded and noted."""
        value, in_wan = self.value(row, header), self.table.units.get(header) == "万元"
        try:
            fen = parse_fen(value, in_wan=in_wan)
        except CreditError as error:
            self.note(number, row, header, error.found, error.allowed, effect)
            return None
        if not in_wan and is_finer_than_fen(value, fen):
            self.note(number, row, header, f"{text(value)}元不是整分", "精确到分的金额", f"按{in_yuan(fen)}计入")
        return fen

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
