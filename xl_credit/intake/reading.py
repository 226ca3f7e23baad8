"""An export read row by row: what is a document, what is a line of the printout, and what is wrong with each."""

from collections.abc import Sequence
from datetime import date

from xl_credit.cells import is_blank
from xl_credit.intake.cells_of import Amount, CellReader, Fault
from xl_credit.intake.header import Layout
from xl_credit.intake.mapping import BY_NAME, Matching
from xl_credit.intake.parties import Parties
from xl_credit.intake.results import LEFT, OTHER, REJECTED, REMARK, Finding, Line, Read
from xl_credit.intake.sections import first_words, is_carried, is_page_line, section_customer, sum_label
from xl_credit.intake.sums import SumCheck
from xl_credit.intake.values import accounting_fen, is_nothing
from xl_credit.intake.words import AMOUNT, CODE, NAME, STATE, TYPE, Target
from xl_credit.receivables.lines import collector_paused
from xl_credit.receivables.rows import yuan_cell
from xl_credit.rules.errors import CreditError
from xl_credit.tables import Row


@collector_paused()
def read_export(target: Target, layouts: Sequence[Layout], matching: Matching, parties: Parties, *, carry: bool = False) -> Read:
    """Every row of the sheets. ``carry``: an empty number, customer or date is that of the row above."""
    read, sums = Read(target, layouts, matching), SumCheck()
    code = matching.get(CODE)
    parties.by_name = code is not None and code.labels == (BY_NAME,)
    for layout in layouts:
        sums.new_sheet()
        _SheetReader(read, CellReader(layout, matching, target, carry), parties, sums).run()
    return read


class _SheetReader:
    """One sheet into a :class:`Read`."""

    def __init__(self, read: Read, cells: CellReader, parties: Parties, sums: SumCheck) -> None:
        self.read, self.cells, self.parties, self.sums = read, cells, parties, sums
        self.target, self.layout = read.target, cells.layout
        own = {self.target.number, CODE, NAME, self.target.day, self.target.amount, STATE}
        self.beside = [name for name in self.target.columns if name not in own and cells.has(name)]

    def run(self) -> None:
        for number in range(self.layout.top):
            row = self.layout.sheet.rows[number]
            if any(not is_blank(value) for value in row):
                self._left(number, "表头上方", row)
                self.cells.section = section_customer(row) or self.cells.section
        for number in range(self.layout.top, self.layout.bottom + 1):
            self._left(number, "表头", self.layout.sheet.rows[number])
        for number, row in self.layout.body():
            if all(map(is_blank, row)):
                self.read.blank += 1
            elif not self._is_line(number, row):
                self._document(number, row)

    def _left(self, number: int, what: str, row: Row) -> None:
        self.read.findings.append(Finding(LEFT, self.layout.cell(number), f"{what}:{first_words(row)}"))

    def _is_line(self, number: int, row: Row) -> bool:
        """Whether the row is one of the printout and no document; it is listed then."""
        if self._is_plainly_document(number, row):
            return False
        section = section_customer(row)
        label = sum_label(row)
        if self.layout.is_header_again(row):
            self._left(number, "重复的表头", row)
        elif label:
            self._sum(number, row, label)
        elif is_carried(row):
            self._left(number, "结转的余额", row)
        elif section and not self._amount_there(number, row):
            self.cells.section = section
            self._left(number, "分户行", row)
        elif not self._amount_there(number, row) and not self._is_named(number, row) and is_page_line(row):
            self._left(number, "说明行", row)
        else:
            return False
        return True

    def _is_plainly_document(self, number: int, row: Row) -> bool:
        """A number with a date, or a code with a name: nothing else need be asked."""
        key = self.cells.text(number, row, self.target.number)
        if not key or sum_label([key]):
            return False
        if not self.target.is_money:
            return bool(self.cells.text(number, row, NAME)) and not self.layout.is_header_again(row)
        try:
            return self.cells.day(number, row) is not None
        except CreditError:
            return False

    def _amount_there(self, number: int, row: Row) -> bool:
        return self.target.is_money and self.cells.has_amount(number, row)

    def _is_named(self, number: int, row: Row) -> bool:
        """A customer's name without a code is a customer to be asked about, no line of the printout."""
        return not self.target.is_money and bool(self.cells.text(number, row, NAME)) and not self.cells.text(number, row, CODE)

    def _sum(self, number: int, row: Row, label: str) -> None:
        """A stated sum is a check, where its amount can be read."""
        value = self.cells.value(number, row, AMOUNT)
        words = first_words(row)
        try:
            fen = None if not self.target.is_money or is_nothing(value) else accounting_fen(value, in_wan=self.cells.in_wan)
        except CreditError:
            fen = None
        if fen is None:
            self._left(number, "合计行", row)
        else:
            self.read.findings.append(self.sums.stated(self.cells.cell(number, AMOUNT), label, words.split(" ")[0], fen))

    def _document(self, number: int, row: Row) -> None:
        """One row that is a document, good or not."""
        if not self.target.is_money:
            self._take(number, row, Amount(0), None, [])
            return
        amount = self.cells.amount(number, row)
        faults = [amount.fault] if amount.fault else []
        try:
            day = self.cells.day(number, row)
            if day is None:
                faults.append(Fault(self.target.day, "为空", "日期,如 2026-07-01"))
        except CreditError as error:
            day = None
            faults.append(Fault(self.target.day, error.found, error.allowed))
        self._take(number, row, amount, day, faults)

    def _take(self, number: int, row: Row, amount: Amount, day: date | None, faults: list[Fault]) -> None:
        cells, read = self.cells, self.read
        is_void, is_red = cells.is_void(number, row), self.target.is_money and cells.is_red(number, row)
        key = cells.number(number, row, day)
        if not key:
            faults.append(Fault(self.target.number, "为空", f"{self.target.number};单据头只写在首行的用 --fill-down"))
        code, name, fault = self._party(number, row)
        if fault and not (fault.header == self.target.number and not key):
            faults.append(fault)
        written = amount.written or 0
        fen = -written if is_red and written > 0 else written
        read.source = read.source.plus(written)
        read.turned_fen += fen - written
        read.unread += self.target.is_money and amount.written is None
        read.rounded += amount.is_rounded
        self.sums.row(amount.written, fen, is_void, amount.is_rounded)
        if amount.is_other:
            kind = cells.text(number, row, TYPE) or f"{self.target.sides[1]}方"
            read.findings.append(Finding(OTHER, cells.cell(number, AMOUNT), f"{kind}的行,不属{self.target.sheet}", "", key, code, fen))
        elif faults:
            found = ";".join(f"{one.header}{one.found}" for one in faults)
            allowed = ";".join(dict.fromkeys(one.allowed for one in faults))
            shown = None if amount.written is None and self.target.is_money else fen
            read.findings.append(Finding(REJECTED, cells.cell(number, faults[0].header), found, allowed, key, code, shown))
        else:
            self._accept(number, row, key, (code, name), day, fen, is_void, is_red)

    def _party(self, number: int, row: Row) -> tuple[str, str, Fault | None]:
        """Code and name, the confirmed list applied; what is missing."""
        cells = self.cells
        code, name = "" if cells.by_name() else cells.text(number, row, CODE), cells.text(number, row, NAME)
        found = self.parties.code(code, name)
        if not name and NAME in self.target.required:
            return found, name, Fault(NAME, "为空", NAME)
        if found:
            self.read.merged += found != code and bool(code)
            return found, name, None
        if cells.by_name() and name:
            return "", name, Fault(NAME, f"“{name}”不是已知客户", f"已知客户的名称,或在客户对照中确认,或 --map {CODE}={NAME} 以名称作编码")
        return "", name, Fault(CODE, "为空", CODE)

    def _accept(
        self, number: int, row: Row, key: str, party: tuple[str, str], day: date | None, fen: int, is_void: bool, is_red: bool
    ) -> None:
        cells, target = self.cells, self.target
        state, fault = cells.state(number, row, is_void, is_red)
        found = {target.number: key, CODE: party[0], NAME: party[1] or None, STATE: state}
        if target.is_money:
            found |= {target.day: day, target.amount: yuan_cell(fen)}
        faults = [fault] if fault else []
        for name in self.beside:
            try:
                found[name] = cells.other(number, row, name)
            except CreditError as error:
                faults.append(Fault(name, f"{error.found},未采用", error.allowed))
        for one in faults:
            remark = Finding(REMARK, cells.cell(number, one.header), f"{one.header}{one.found}", one.allowed, key, party[0], fen)
            self.read.findings.append(remark)
        self.read.lines.append(Line(cells.cell(number), tuple(map(found.get, target.columns)), fen, is_void))
