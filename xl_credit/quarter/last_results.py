"""Last results of the native formulas, stored with them: programs that show a workbook without calculating show these."""

from pathlib import Path

from xl_credit.books.book import Book
from xl_credit.books.sheet_xml import Value


class LastResults:
    """Results for the formulas of a workbook's sheets that still are those of their template.

    Any other formula in such a place loses its last result, which stood for what the sheet said before: every program then
    works it out anew.
    """

    def __init__(self, book: Book, template: Path) -> None:
        self.book, self._template = book, Book(template, ())

    def put(self, name: str, row: int, column: int, value: Value) -> None:
        """The result of the formula in a cell: row from 1, column from 0."""
        sheet, original = self.book.sheet(name), self._template.sheet(name)
        formula = sheet.formula(row, column)
        is_ours = formula is not None and formula == original.formula(row, column)
        sheet.cache(row, column, value if is_ours else None)
