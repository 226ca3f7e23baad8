"""Ranges of a Calc sheet as xlwings asks for them; rows and columns count from 1."""

import re
from functools import cached_property

from xlwings import base_classes, utils

from xl_credit.hosts.calc_cells import Rows, format_key, read_block, write_block
from xl_credit.hosts.calc_formulas import mapped

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})")
_CONTENTS, _FORMATS = 1 | 2 | 4 | 16, 32 | 64  # CellFlags; comments are neither
_STEPS = {"down": (1, 0), "up": (-1, 0), "right": (0, 1), "left": (0, -1)}


def column_number(letters: str) -> int:
    """AE → 31.

    >>> column_number("A"), column_number("AE")
    (1, 31)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def cell_place(text: str) -> tuple[int, int] | None:
    """Row and column of an address such as $B$3, ``None`` where it is none."""
    found = _CELL.fullmatch(text)
    return (int(found[2]), column_number(found[1])) if found else None


class Range(base_classes.Range):
    """A rectangle of cells; ``api`` is Calc's own range."""

    def __init__(self, sheet: object, row: int, column: int, height: int = 1, width: int = 1) -> None:
        self._sheet, self._row, self._column, self._shape = sheet, row, column, (height, width)

    @classmethod
    def of(cls, sheet: object, address: object) -> "Range":
        """The range at a CellRangeAddress."""
        height, width = address.EndRow - address.StartRow + 1, address.EndColumn - address.StartColumn + 1
        return cls(sheet, address.StartRow + 1, address.StartColumn + 1, height, width)

    @property
    def sheet(self) -> object:
        return self._sheet

    @property
    def row(self) -> int:
        return self._row

    @property
    def column(self) -> int:
        return self._column

    @property
    def shape(self) -> tuple[int, int]:
        return self._shape

    def __len__(self) -> int:
        return self._shape[0] * self._shape[1]

    @cached_property
    def api(self) -> object:
        row, column, (height, width) = self._row - 1, self._column - 1, self._shape
        return self._sheet.api.getCellRangeByPosition(column, row, column + width - 1, row + height - 1)

    def __call__(self, first: object, second: object = None) -> "Range":
        """The cell in this row and column of the range, or the n-th cell, row by row."""
        if isinstance(first, str):
            raise NotImplementedError("a cell of a range is asked for by numbers")
        row, column = (first, second) if second is not None else ((first - 1) // self._shape[1] + 1, (first - 1) % self._shape[1] + 1)
        return Range(self._sheet, self._row + row - 1, self._column + column - 1)

    @property
    def raw_value(self) -> list[list[object]]:
        return read_block(self._sheet.book.api, self.api)

    @raw_value.setter
    def raw_value(self, data: object) -> None:
        book = self._sheet.book
        write_block(book.api, self._sheet.api, self.api, self._filled(data), undoable=self._sheet.name not in book.brought_in)

    def _filled(self, data: object) -> Rows:
        """A single value goes into every cell."""
        if isinstance(data, list | tuple):
            return data if data and isinstance(data[0], list | tuple) else [data]
        return [[data] * self._shape[1]] * self._shape[0]

    @property
    def formula(self) -> object:
        """What each cell holds, formulas in Excel's words; one cell's alone for a single cell."""
        rows = mapped(self.api.getFormulaArray(), self._sheet.book.formulas.to_excel)
        return rows[0][0] if len(self) == 1 else rows

    @formula.setter
    def formula(self, data: object) -> None:
        """What begins with = is a formula, the rest is typed in as by hand. A comment on a cell stays."""
        rows = mapped(self._filled(data), self._sheet.book.formulas.to_calc)
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                self.api.getCellByPosition(column, row).setFormula("" if value is None else str(value))

    formula2 = formula

    @property
    def formula_array(self) -> str | None:
        text = self.api.getArrayFormula()
        return self._sheet.book.formulas.to_excel(text.strip("{}")) if text else None

    @formula_array.setter
    def formula_array(self, value: str) -> None:
        self.api.setArrayFormula(self._sheet.book.formulas.to_calc(value))

    @property
    def has_array(self) -> bool:
        return bool(self.api.getArrayFormula())

    @property
    def number_format(self) -> str | None:
        """Excel's code of the format; ``None`` where the cells have several."""
        areas = self.api.getUniqueCellFormatRanges()
        keys = {areas.getByIndex(number).NumberFormat for number in range(areas.Count)}
        return self._sheet.book.api.NumberFormats.getByKey(keys.pop()).FormatString if len(keys) == 1 else None

    @number_format.setter
    def number_format(self, code: str) -> None:
        self.api.NumberFormat = format_key(self._sheet.book.api, code)

    @property
    def color(self) -> tuple[int, int, int] | None:
        found = self.api.CellBackColor
        return None if found is None or found < 0 else (found >> 16 & 255, found >> 8 & 255, found & 255)

    @color.setter
    def color(self, wanted: object) -> None:
        if wanted is None:
            self.api.CellBackColor = -1
            return
        if isinstance(wanted, str):
            wanted = utils.hex_to_rgb(wanted)
        red, green, blue = utils.int_to_rgb(wanted) if isinstance(wanted, int) else wanted
        self.api.CellBackColor = red << 16 | green << 8 | blue

    def get_address(self, row_absolute: bool, col_absolute: bool, external: bool) -> str:
        columns, rows = "$" * col_absolute, "$" * row_absolute
        last_row, last_column = self._row + self._shape[0] - 1, self._column + self._shape[1] - 1
        first = f"{columns}{utils.col_name(self._column)}{rows}{self._row}"
        last = f"{columns}{utils.col_name(last_column)}{rows}{last_row}"
        address = first if len(self) == 1 else f"{first}:{last}"
        return f"'[{self._sheet.book.name}]{self._sheet.name}'!{address}" if external else address

    @property
    def address(self) -> str:
        return self.get_address(True, True, False)

    def end(self, direction: str) -> "Range":
        """Where Ctrl and an arrow key lead: the last filled cell of a stretch, or the next filled one."""
        down, right = _STEPS[{"d": "down", "u": "up", "r": "right", "l": "left"}.get(direction, direction)]
        cells = self._from_here(down, right)
        filled = [cell != "" for cell in cells]
        steps = 0
        if filled[:2] == [True, True]:
            steps = next((place for place, there in enumerate(filled) if not there), len(filled)) - 1
        elif True in filled[1:]:
            steps = filled.index(True, 1)
        return Range(self._sheet, self._row + down * steps, self._column + right * steps)

    def _from_here(self, down: int, right: int) -> list[object]:
        """The cells on the way to the edge of what is used."""
        used = self._sheet.used_range
        last_row, last_column = used.row + used.shape[0] - 1, used.column + used.shape[1] - 1
        row = max(self._row, last_row) if down > 0 else 1 if down else self._row
        column = max(self._column, last_column) if right > 0 else 1 if right else self._column
        (top, bottom), (left, edge) = sorted((self._row, row)), sorted((self._column, column))
        cells = [cell for line in self._sheet.range((top, left), (bottom, edge)).api.getFormulaArray() for cell in line]
        return cells[::-1] if down < 0 or right < 0 else cells

    def clear_contents(self) -> None:
        self.api.clearContents(_CONTENTS)

    def clear_formats(self) -> None:
        self.api.clearContents(_FORMATS)

    def clear(self) -> None:
        self.api.clearContents(_CONTENTS | _FORMATS)

    def select(self) -> None:
        self._sheet.activate()
        self._sheet.book.api.CurrentController.select(self.api)

    @property
    def table(self) -> object | None:
        """The table that the first cell lies in."""
        return next((table for table in self._sheet.tables if table.holds(self._row, self._column)), None)
