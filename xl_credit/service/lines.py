"""One list of a service workbook, cell by cell: a bad cell costs its own row or its own figure, and says so."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from xl_credit.cells import folded, is_blank, parse_date, parse_date_1904, parse_decimal, parse_fen, text
from xl_credit.forms.service_columns import REQUIRED
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.tables import Grid, Row, find_table, is_blank_row

LEFT_OUT = "本行未计入"


class Lines:
    """Reads a sheet's rows. ``problems`` collects what is wrong; a parser answers ``None`` where it noted something."""

    def __init__(self, grid: Grid, sheet: str, columns: Sequence[str], article: str) -> None:
        self.sheet, self.article = sheet, article
        required = REQUIRED[sheet]
        self.table = find_table(grid, required, [name for name in columns if name not in required])
        self._required = [self.table.columns[name] for name in required]
        self._parse_date = parse_date_1904 if grid.date1904 else parse_date
        self.problems: list[Problem] = []

    def __iter__(self) -> Iterator["Line"]:
        for number, row in self.table.body():
            if not is_blank_row(row, self._required):
                yield Line(self, number, row)


class Line:
    """A filled row."""

    def __init__(self, lines: Lines, number: int, row: Row) -> None:
        self.lines, self.number, self.row = lines, number, row

    def value(self, header: str) -> object:
        return self.lines.table.value(self.row, header)

    def text(self, header: str) -> str:
        return text(self.value(header))

    def key(self, header: str) -> str:
        """A code or a name as it is compared."""
        return folded(self.value(header))

    def cell(self, header: str) -> str:
        """``巡访日报!C17``."""
        return f"{self.lines.sheet}!{self.lines.table.cell(self.number, header)}"

    def day(self, header: str, effect: str = "") -> date | None:
        return self._parsed(header, self.lines._parse_date, effect)

    def needed_day(self, header: str) -> date | None:
        found = self.day(header, LEFT_OUT)
        if found is None and is_blank(self.value(header)):
            self.note(header, "为空", "日期,如 2026-09-01")
        return found

    def needed_key(self, header: str) -> str:
        found = self.key(header)
        if not found:
            self.note(header, "为空", header)
        return found

    def fen(self, header: str) -> int | None:
        return self._parsed(header, parse_fen, "该金额未计入")

    def number_of(self, header: str) -> object:
        return self._parsed(header, parse_decimal, "该数未计入")

    def choice(self, header: str, allowed: Sequence[str], effect: str = LEFT_OUT) -> str:
        """One of the words; empty for a blank, and for another word, which is noted."""
        found = self.key(header)
        if found and found not in allowed:
            self.note(header, f"为“{self.text(header)}”", "、".join(allowed), effect)
            return ""
        return found

    def _parsed(self, header: str, parse: Callable[[object], object], effect: str):
        value = self.value(header)
        if is_blank(value):
            return None
        try:
            return parse(value)
        except CreditError as error:
            self.note(header, error.found, error.allowed, effect or LEFT_OUT)
            return None

    def note(self, header: str, found: str, allowed: str, effect: str = LEFT_OUT) -> None:
        lines = self.lines
        cell = lines.table.cell(self.number, header)
        lines.problems.append(Problem(lines.sheet, cell, f"{header}{found}", allowed, lines.article, effect, self.key("客户编码")))
