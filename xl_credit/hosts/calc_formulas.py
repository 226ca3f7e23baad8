"""Formulas as Excel writes them <-> as Calc's own interface takes them: ``'评估表'!A1,2`` is ``$评估表.A1;2`` there."""

import re
from collections.abc import Callable

_CALC, _EXCEL = 0, 3  # com.sun.star.sheet.AddressConvention: Calc's own, Office Open XML's
_ALIKE = re.compile(r"[A-Z$0-9:()+*/^&<>=% -]*")  # neither separators, sheets, texts nor tables: the same in both


class FormulaTranslator:
    """Translates by the document's own parser, each different formula once."""

    def __init__(self, document: object) -> None:
        from com.sun.star.table import CellAddress

        self._parser = document.createInstance("com.sun.star.sheet.FormulaParser")
        self._parser.CompileEnglish = True
        self._corner = CellAddress()
        self._known: dict[tuple[str, int], str] = {}

    def to_excel(self, formula: str) -> str:
        return self._translated(formula, _CALC, _EXCEL)

    def to_calc(self, formula: str) -> str:
        return self._translated(formula, _EXCEL, _CALC)

    def _translated(self, formula: str, source: int, target: int) -> str:
        if not formula.startswith("=") or _ALIKE.fullmatch(formula):
            return formula
        key = (formula, source)
        if key not in self._known:
            self._parser.FormulaConvention = source
            tokens = self._parser.parseFormula(formula[1:], self._corner)
            self._parser.FormulaConvention = target
            self._known[key] = "=" + self._parser.printFormula(tokens, self._corner)
        return self._known[key]


def mapped(rows: tuple[tuple[object, ...], ...], change: Callable[[str], str]) -> tuple[tuple[object, ...], ...]:
    """The rows with every text changed."""
    return tuple(tuple(change(cell) if isinstance(cell, str) else cell for cell in row) for row in rows)
