"""What is Calc's own about an open workbook: one undo step a command, comments, sheets brought in from a template."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from xl_credit.hosts.calc_cells import comment_places
from xl_credit.hosts.live_book import Progress

_FORMULA, _CONTENTS = 16, 1 | 2 | 4 | 8 | 16  # CellFlags; comments are contents that the row below does not get


class CalcHost:
    """LibreOffice Calc, as :class:`xl_credit.hosts.live_book.Host` asks for it."""

    def text(self, value: str) -> str:
        """As it is: what is written as text over UNO stays text."""
        return value

    def commented_rows(self, sheet: object) -> set[int]:
        return {row + 1 for _, row in comment_places(sheet.api)}

    def copy_sheets(self, book: object, template: Path, names: Sequence[str]) -> None:
        """The sheets with their tables and charts; their formulas look at this workbook's sheets, not at the template.

        None of it can be undone: Calc could not take a sheet from another file away again, and would undo its formulas one by one.
        """
        document = book.api
        desktop = book.app.impl.api
        source = desktop.loadComponentFromURL(template.resolve().as_uri(), "_blank", 0, (_hidden(),))
        document.UndoManager.lock()
        try:
            for name in names:
                document.Sheets.importSheet(source, name, document.Sheets.Count)
            _bring_tables(source, document, names)
            for name in names:
                _look_here(source.Sheets.getByName(name), document.Sheets.getByName(name))
            book.impl.brought_in.update(names)
        finally:
            document.UndoManager.unlock()
            source.close(True)

    def extend_format(self, sheet: object, row: int, first: int, last: int) -> None:
        """The row copied, twice as many each time, and its values taken out again; dropdowns and colouring by condition come along."""
        document, api, width = sheet.book.api, sheet.api, sheet.used_range.last_cell.column
        brought_in = sheet.name in sheet.book.impl.brought_in
        if brought_in:  # nothing that is in it is undone
            document.UndoManager.lock()
        try:
            done, wanted = 0, last - first + 1
            while done < wanted:
                count = min(done or 1, wanted - done)
                source = api.getCellRangeByPosition(0, first - 1, width - 1, first + count - 2) if done else api.getCellRangeByPosition(0, row - 1, width - 1, row - 1)
                api.copyRange(api.getCellByPosition(0, first - 1 + done).CellAddress, source.RangeAddress)
                if not done:
                    api.getCellRangeByPosition(0, first - 1, width - 1, first - 1).clearContents(_CONTENTS)
                done += count
            api.getCellRangeByPosition(0, first - 1, width - 1, last - 1).Rows.OptimalHeight = True
        finally:
            if brought_in:
                document.UndoManager.unlock()

    def show(self, sheet: object) -> None:
        """Without xlwings' own way, which looks for the workbook among the programs that it found by itself."""
        sheet.impl.activate()

    @contextmanager
    def command(self, book: object, label: str) -> Iterator[Progress]:
        """A still screen and one undo step; after an error the workbook is as it was before."""
        document, app = book.api, book.app
        undo = document.UndoManager
        steps = len(undo.AllUndoActionTitles)

        def progress(text: str) -> None:
            app.status_bar = f"{label}……{text}"

        app.screen_updating, app.status_bar = False, f"{label}……"
        undo.enterUndoContext(label)
        try:
            yield progress
        except BaseException:
            undo.leaveUndoContext()
            if len(undo.AllUndoActionTitles) > steps:
                undo.undo()
            raise
        else:
            undo.leaveUndoContext()
        finally:
            app.screen_updating, app.status_bar = True, False


def _hidden() -> object:
    from com.sun.star.beans import PropertyValue

    return PropertyValue("Hidden", 0, True, 0)


def _bring_tables(source: object, document: object, names: Sequence[str]) -> None:
    """The tables of the sheets; importing a sheet leaves most of them behind."""
    here = document.DatabaseRanges
    for table in map(source.DatabaseRanges.getByName, source.DatabaseRanges.ElementNames):
        area = table.DataArea
        sheet = source.Sheets.getByIndex(area.Sheet).Name
        if sheet in names:
            area.Sheet = document.Sheets.getByName(sheet).RangeAddress.Sheet
            if here.hasByName(table.Name):
                here.removeByName(table.Name)
            here.addNewByName(table.Name, area)
            copy = here.getByName(table.Name)
            copy.ContainsHeader, copy.TotalsRow, copy.AutoFilter = table.ContainsHeader, table.TotalsRow, table.AutoFilter


def _look_here(original: object, copy: object) -> None:
    """Formulas as in the template: importing a sheet has them look at the template's own file."""
    for area in original.queryContentCells(_FORMULA).RangeAddresses:
        place = area.StartColumn, area.StartRow, area.EndColumn, area.EndRow
        wanted, present = (sheet.getCellRangeByPosition(*place).getFormulaArray() for sheet in (original, copy))
        for row, (right, found) in enumerate(zip(wanted, present, strict=True)):
            for column, (formula, other) in enumerate(zip(right, found, strict=True)):
                if formula != other:
                    copy.getCellByPosition(place[0] + column, place[1] + row).setFormula(formula)
