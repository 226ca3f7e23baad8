"""Run by a Python that has LibreOffice's bridge: does to a running Calc what the lines of its input ask, and answers each in a line."""

import contextlib
import json
import os
import sys
import threading
import time

import uno
import unohelper
from com.sun.star.accessibility import AccessibleRole
from com.sun.star.awt import XCallback
from com.sun.star.beans import NamedValue, PropertyValue

DOCUMENT, BUTTONS = AccessibleRole.DOCUMENT_SPREADSHEET, (AccessibleRole.PUSH_BUTTON, AccessibleRole.TOGGLE_BUTTON)
MENUS = (AccessibleRole.MENU,)

SPREADSHEET = "com.sun.star.sheet.SpreadsheetDocument"


def setting(name: str, value: object) -> object:
    return PropertyValue(name, 0, value, 0)


def connect(pipe: str) -> object:
    """The office's context, once it takes commands."""
    resolver = uno.getComponentContext().ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    for _ in range(900):  # three minutes, for a slow machine
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context).getCurrentComponent()
            return context
        except Exception:  # not there yet
            time.sleep(0.2)
    raise SystemExit("no office on the pipe")


class Driver:
    def __init__(self, context: object) -> None:
        self.context = context
        self.desktop = self.service("com.sun.star.frame.Desktop")
        self.document = None

    def service(self, name: str) -> object:
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def open(self, url: str, hidden: bool) -> list[str]:
        if self.document is not None:
            self.document.close(True)
        self.document = self.desktop.loadComponentFromURL(url, "_blank", 0, (setting("Hidden", hidden), setting("MacroExecutionMode", 0)))
        self.document.CurrentController.Frame.activate()  # a window that nobody looks at gets the focus late
        return list(self.document.Sheets.ElementNames)

    def take(self) -> str:
        """The document in front, once there is one, whoever opened it; its address."""
        self.document = self.desktop.getCurrentComponent()
        return self.document.URL if self.document is not None and self.document.supportsService(SPREADSHEET) else ""

    def keep(self) -> None:
        """Saved where it is, as by Ctrl+S, and closed."""
        self.document.store()
        self.document.close(True)

    def leave(self) -> None:
        self.document.close(True)

    def cells(self, sheet: str, address: str) -> object:
        return self.document.Sheets.getByName(sheet).getCellRangeByName(address)

    def used(self, sheet: str) -> list:
        cursor = self.document.Sheets.getByName(sheet).createCursor()
        cursor.gotoStartOfUsedArea(False)
        cursor.gotoEndOfUsedArea(True)
        last = cursor.RangeAddress
        return self.document.Sheets.getByName(sheet).getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow).getDataArray()

    def put(self, sheet: str, address: str, rows: list) -> None:
        self.cells(sheet, address).setDataArray(tuple(map(tuple, rows)))

    def type(self, sheet: str, address: str, formula: str) -> list:
        """A formula as a person types it; gives what the cell shows, its text as Calc has it and its error."""
        cell = self.cells(sheet, address).getCellByPosition(0, 0)
        cell.setFormula(formula)
        return [cell.String, cell.Formula, cell.getError()]

    def spill(self, sheet: str, address: str, formula: str) -> list:
        area = self.cells(sheet, address)
        area.setArrayFormula(formula)
        return area.getDataArray()

    def fill(self, sheet: str, address: str, rows: list) -> None:
        """A formula, or a value, in every cell of its own."""
        self.cells(sheet, address).setFormulaArray(tuple(map(tuple, rows)))

    def wait_with_calculating(self) -> None:
        """Nothing is computed until asked for, so that what is filled in piece by piece is computed once."""
        self.document.enableAutomaticCalculation(False)

    def calculate(self) -> None:
        self.document.calculateAll()

    def read(self, sheet: str, address: str) -> list:
        return self.cells(sheet, address).getDataArray()

    def wizard(self, name: str) -> list:
        """Description and argument names that the function wizard shows."""
        for properties in self.service("com.sun.star.sheet.FunctionDescriptions"):
            found = {one.Name: one.Value for one in properties}
            if found["Name"] == name:
                return [found["Description"], [argument.Name for argument in found["Arguments"]]]
        raise LookupError(name)

    def button(self, name: str) -> list[int] | None:
        """Where on the screen the middle of a button is."""
        return middle(find_named(self.document.CurrentController.Frame.ContainerWindow, name, BUTTONS))

    def menu(self, name: str) -> list[int] | None:
        """Where on the screen the middle of a menu's title is."""
        return middle(find_named(self.document.CurrentController.Frame.ContainerWindow, name, MENUS))

    def entries(self, name: str) -> list:
        """What a menu offers, as (label, place on the screen); places are right while it is open."""
        found = find_named(self.document.CurrentController.Frame.ContainerWindow, name, MENUS)
        children = [found.getAccessibleChild(place).getAccessibleContext() for place in range(found.getAccessibleChildCount())] if found else []
        return [[child.getAccessibleName(), middle(child)] for child in children]

    def large(self, width: int, height: int) -> None:
        self.document.CurrentController.Frame.ContainerWindow.setPosSize(0, 0, width, height, 15)

    def look(self, sheet: str, address: str) -> list:
        """Colour, alignment, number format and right border of a cell."""
        cell = self.cells(sheet, address).getCellByPosition(0, 0)
        return [cell.CellBackColor, cell.HoriJustify.value, cell.NumberFormat, cell.RightBorder.OuterLineWidth]

    def texts(self, sheet: str, address: str) -> list:
        """Whether each cell of a column holds text, as against a number or a formula."""
        area = self.cells(sheet, address)
        return [area.getCellByPosition(0, row).Type.value == "TEXT" for row in range(area.Rows.Count)]

    def redo(self) -> None:
        self.document.UndoManager.redo()

    def formulas(self, sheet: str, address: str) -> list:
        return self.cells(sheet, address).getFormulaArray()

    def dispatch(self, command: str) -> None:
        self.service("com.sun.star.frame.DispatchHelper").executeDispatch(self.document.CurrentController.Frame, command, "", 0, ())

    def command(self, tag: str) -> str:
        """As a macro runs it, which gets the line that is shown."""
        return self.service("org.xlcredit.Commands").execute((NamedValue("command", tag),))

    def note(self, sheet: str, address: str, text: str) -> None:
        cell = self.cells(sheet, address).getCellByPosition(0, 0)
        self.document.Sheets.getByName(sheet).Annotations.insertNew(cell.CellAddress, text)

    def notes(self, sheet: str) -> list:
        listed = self.document.Sheets.getByName(sheet).Annotations
        return [listed.getByIndex(number).String for number in range(listed.Count)]

    def sheets(self) -> list:
        return list(self.document.Sheets.ElementNames)

    def active(self) -> str:
        return self.document.CurrentController.ActiveSheet.Name

    def select(self, sheet: str) -> None:
        self.document.CurrentController.setActiveSheet(self.document.Sheets.getByName(sheet))

    def undo_titles(self) -> list:
        return list(self.document.UndoManager.AllUndoActionTitles)

    def undo(self) -> None:
        self.document.UndoManager.undo()

    def locked(self) -> bool:
        return self.document.hasControllersLocked() or self.document.isActionLocked()

    def said(self) -> bool:
        return self.document.CurrentController.hasInfobar("org.xlcredit.message")

    def save(self, url: str) -> None:
        self.document.storeToURL(url, (setting("FilterName", "Calc MS Excel 2007 XML"),))

    def charts(self, sheet: str) -> int:
        return self.document.Sheets.getByName(sheet).Charts.Count

    def toolbars(self) -> list:
        manager = self.document.CurrentController.Frame.LayoutManager
        return [[element.ResourceURL, manager.isElementVisible(element.ResourceURL)] for element in manager.getElements()]


class Request(unohelper.Base, XCallback):
    """A verb carried out in the office's own main thread, as a person's click is: called back from there, we call in the same thread."""

    def __init__(self, driver: Driver, verb: str, given: list) -> None:
        self.driver, self.verb, self.given = driver, verb, given
        self.answer, self.is_done = {}, threading.Event()

    def notify(self, data: object) -> None:
        try:
            self.answer = {"answer": getattr(self.driver, self.verb)(*self.given)}
        except Exception as error:  # told to the test, which fails with it
            self.answer = {"error": f"{type(error).__name__}: {error}"}
        self.is_done.set()


def middle(found: object | None) -> list[int] | None:
    if found is None:
        return None
    at, size = found.getLocationOnScreen(), found.getSize()
    return [at.X + size.Width // 2, at.Y + size.Height // 2]


def find_named(accessible: object, name: str, roles: tuple, depth: int = 0) -> object | None:
    """The accessible thing of that name and one of those roles, somewhere below."""
    context = accessible.getAccessibleContext()
    if context.getAccessibleName() == name and context.getAccessibleRole() in roles:
        return context
    if depth < 9 and context.getAccessibleRole() != DOCUMENT:
        for place in range(min(context.getAccessibleChildCount(), 200)):
            child = context.getAccessibleChild(place)
            if child is not None and (found := find_named(child, name, roles, depth + 1)) is not None:
                return found
    return None


def main() -> None:
    driver = Driver(connect(sys.argv[1]))
    queue = driver.service("com.sun.star.awt.AsyncCallback")
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        verb, given = json.loads(line)
        if verb == "finish":  # as when the last window is closed; the office is gone before it could answer
            with contextlib.suppress(Exception):
                driver.desktop.terminate()
            print(json.dumps({"answer": True}), flush=True)
            break
        request = Request(driver, verb, given)
        queue.addCallback(request, None)
        if not request.is_done.wait(600):
            break
        print(json.dumps(request.answer, ensure_ascii=False), flush=True)
    os._exit(0)  # the bridge may crash a Python that is taken down in order


main()
