"""What is Excel's own about an open workbook, said through xlwings: texts that stay text, comments, sheets brought in, a still screen."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from xl_credit.hosts.excel_dispatch import still
from xl_credit.hosts.live_book import Progress


class ExcelHost:
    """Excel for Windows and Mac, as :class:`xl_credit.hosts.live_book.Host` asks for it."""

    def text(self, value: str) -> str:
        """With an apostrophe before it wherever Excel could read it as a number, day, formula or truth value.

        >>> ExcelHost().text("007"), ExcelHost().text("=1+1"), ExcelHost().text("一级"), ExcelHost().text("")
        ("'007", "'=1+1", '一级', '')
        """
        return value if not value or "\u4e00" <= value[0] <= "\u9fff" else f"'{value}"

    def commented_rows(self, sheet: object) -> set[int]:
        """Rows with a note or, where Excel can tell, a threaded comment."""
        rows = {note.location.row for note in sheet.notes}
        try:
            return rows | {comment.location.row for comment in sheet.comments}
        except (NotImplementedError, AttributeError):  # Excel for Mac; Excel before threaded comments
            return rows

    def copy_sheets(self, book: object, template: Path, names: Sequence[str]) -> None:
        """Sheets one by one, as Excel copies no group with tables; from a copy, as the user's file may have the template's name."""
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(shutil.copyfile(template, Path(folder) / f"{uuid4().hex}{template.suffix}"))
            source = book.app.books.open(str(copy), read_only=True, update_links=False)
            try:
                for name in names:
                    source.sheets[name].copy(after=book.sheets[len(book.sheets) - 1])
                for name in names:
                    _look_here(book.sheets[name], f"[{copy.name}]")
            finally:
                source.close()
        book.activate()

    def extend_format(self, sheet: object, row: int, first: int, last: int) -> None:
        """By Excel's own pasting of formats."""
        sheet.range(f"{row}:{row}").copy()
        sheet.range(f"{first}:{last}").paste("formats")
        sheet.book.app.cut_copy_mode = False

    def show(self, sheet: object) -> None:
        sheet.activate()

    @contextmanager
    def command(self, book: object, label: str) -> Iterator[Progress]:
        """A still screen; Excel keeps no undo step of what comes from outside."""

        def progress(text: str) -> None:
            book.app.status_bar = f"{label}……{text}"

        with still(book.app, f"{label}……"):
            yield progress


def _look_here(sheet: object, elsewhere: str) -> None:
    """Formulas look at this workbook's sheets; copying a sheet has them look at the file it came from."""
    area = sheet.used_range
    for row, line in enumerate(area.options(ndim=2).formula, start=area.row):
        for column, formula in enumerate(line, start=area.column):
            if elsewhere in str(formula):
                sheet.range((row, column)).formula = formula.replace(elsewhere, "")
