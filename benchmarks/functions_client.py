"""Run by a Python that has LibreOffice's bridge: times what Calc takes to recalculate, natively and by our functions.

Its input is a plan as JSON (see :mod:`benchmarks.functions_office`), its output seconds and the cells that were computed.
"""

import glob
import json
import os
import sys
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

CONTENTS = 1 | 2 | 4 | 16  # CellFlags: numbers, days, texts, formulas
PATIENCE = 600  # tries to reach an office that is still starting


def connect(pipe):
    resolver = uno.getComponentContext().ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    for _ in range(PATIENCE):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.2)
    raise SystemExit("no office on the pipe")


def used(group):
    """CPU seconds of a group of processes so far, which others on the machine hardly change; where it is not told, the clock's."""
    ticks, told = 0, False
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(path) as stat:
                fields = stat.read().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if int(fields[2]) == group:
            ticks, told = ticks + int(fields[11]) + int(fields[12]), True
    return ticks / os.sysconf("SC_CLK_TCK") if told else time.perf_counter()


class Book:
    """One sheet of a workbook, computed only when it is asked for."""

    def __init__(self, context, plan):
        self.desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        self.document = self.desktop.loadComponentFromURL(plan["url"], "_blank", 0, (PropertyValue("Hidden", 0, True, 0),))
        self.document.enableAutomaticCalculation(False)
        self.sheet = self.document.Sheets.getByName(plan["sheet"])
        self.group, self.enough = plan["group"], plan["enough"]

    def area(self, address):
        return self.sheet.getCellRangeByName(address)

    def seconds(self):
        """One recalculation of everything, the mean of as many as fill the time that a tick of the CPU's count asks for."""
        started, count = used(self.group), 0
        while not count or used(self.group) - started < self.enough:
            self.document.calculateAll()
            count += 1
        return (used(self.group) - started) / count

    def put(self, columns):
        for address, values in columns:
            self.area(address).setDataArray(tuple((value,) for value in values))

    def single(self, columns):
        for address, formulas in columns:
            self.area(address).setFormulaArray(tuple((formula,) for formula in formulas))

    def spilled(self, columns):
        for address, formula in columns:
            self.area(address).setArrayFormula(formula)

    def read(self, address):
        return [list(row) for row in self.area(address).getDataArray()]

    def clear(self, addresses):
        for address in addresses:
            self.area(address).clearContents(CONTENTS)


def measure(book, plan):
    found = {"with_native": book.seconds(), "native": book.read(plan["native"]), "jobs": {}}
    book.clear([plan["native"]])
    book.put(plan["values"])
    found["without"] = book.seconds()
    for job in plan["jobs"]:
        places = [address for address, _ in job["single"]]
        kept = [(address, values) for address, values in plan["values"] if address in places]
        book.clear(places)
        one = {}
        for way in ("single", "spilled"):
            getattr(book, way)(job[way])
            one[way] = book.seconds()
            one[f"{way}_cells"] = [book.read(address) for address in places]
            book.clear(places)
        book.put(kept)
        found["jobs"][job["name"]] = one
    return found


def main():
    plan = json.load(sys.stdin)
    book = Book(connect(plan["pipe"]), plan)
    print(json.dumps(measure(book, plan)), flush=True)
    book.document.close(True)
    os._exit(0)  # the bridge may crash a Python that is taken down in order


main()
