"""第十一条, 第十二条: the waiting documents of one workbook decided, outside a regeneration."""

from datetime import date
from functools import cached_property
from pathlib import Path

from xl_credit.books.book import Book
from xl_credit.books.kept import read_kept
from xl_credit.quarter.beside import ledger_beside, past_beside, past_given, rated_quarter
from xl_credit.quarter.columns import NOTE_LABEL, RESULTS, ROUTES
from xl_credit.quarter.credit_lines import grants_in_routes, merged, past_sheets, written_lines, written_terms
from xl_credit.quarter.notes import note_line
from xl_credit.quarter.receivables import ledger_sheets
from xl_credit.receivables.columns import GATE, GATE_KEPT, GATE_KEYS, LEDGERS, ORDERS, REQUESTS
from xl_credit.receivables.filling import write_notes
from xl_credit.receivables.gate_sheet import fill_gate, overstep_problems, read_overrides
from xl_credit.receivables.ledgers import read_ledgers
from xl_credit.receivables.other_lines import WAITING, read_papers
from xl_credit.receivables.picture import Picture
from xl_credit.rules.ageing import Method
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.figures import Policy
from xl_credit.rules.gates import ORDER, SHIPMENT, Verdict
from xl_credit.rules.quarter import Quarter


class GateFile:
    """A rated branch workbook (and its ledger file) whose waiting orders, or shipment requests, are to be decided.

    ``past`` is last quarter's workbook, whose approvals hold too: the one ``previous`` names (a folder: the branch's in it), else
    the one beside this workbook. A ledger file that is not named is looked for beside it as well.
    """

    def __init__(self, file: Path, ledger: Path | None, of_orders: bool, previous: Path | None = None) -> None:
        self.book = Book(file, (), also=(*LEDGERS, RESULTS, ROUTES, GATE))
        self.ledger = ledger or ledger_beside(file)
        self.sheets = ledger_sheets(self.book, self.ledger)
        self.quarter = rated_quarter(self.book.grids.get(RESULTS))
        self.past = past_given(previous, file) if previous else past_beside(file, self.quarter) if self.quarter else None
        self.kind, self.sheet = (ORDER, ORDERS) if of_orders else (SHIPMENT, REQUESTS)
        if self.sheet not in self.sheets.grids:
            raise CreditError(f"没有工作表“{self.sheet}”", where=file.name, allowed=f"含“{self.sheet}”的工作簿", article="第十一条" if of_orders else "第十二条")

    def last_day(self) -> date:
        """The latest day of a waiting document: the day of the decision where none is given."""
        papers, problems = read_papers(self.sheets.grids[self.sheet], self.sheet)
        days = [paper.day for paper in papers if paper.state == WAITING]
        if not days:
            raise CreditError("没有待审的单据", where=f"{self.book.path.name}!{self.sheet}", allowed=f"状态为{WAITING}的单据,或用 --as-of 给出审核日")
        return max(days)

    @cached_property
    def _overrides(self):
        return read_overrides(read_kept(self.book, GATE, GATE_KEYS, GATE_KEPT))

    def decide(self, policy: Policy, as_of: date) -> tuple[Picture, tuple[Verdict, ...], list[Problem]]:
        """By the ratings and approvals as they stand in the workbooks; a workbook never rated has 授信台账 alone."""
        results = self.book.grids.get(RESULTS)
        ledgers = read_ledgers(self.sheets.grids, policy, written_terms(results))
        grants = merged(*(grants_in_routes(policy, grids.get(ROUTES)) for grids in (past_sheets(self.past), self.book.grids)))
        lines = written_lines(policy, results, grants)
        picture = Picture(policy, ledgers, lines, Method(as_of))
        overrides, problems = self._overrides
        verdicts = tuple(picture.verdicts(self.kind, overrides))
        return picture, verdicts, self._found(picture, [*problems, *overstep_problems(picture, verdicts)])

    def _found(self, picture: Picture, problems: list[Problem]) -> list[Problem]:
        return self.sheets.placed([*self.sheets.problems, *picture.problems(bool(picture.credit_lines)), *problems])

    def write(self, picture: Picture, template: Path, target: Path) -> list[Problem]:
        """放行审核 into a copy of the workbook; decisions of the other kind stay as they were."""
        self.book.attach((GATE,), template)
        _, problems = fill_gate(self.book, picture, kinds=(self.kind,))
        write_notes(self.book, picture, (NOTE_LABEL, note_line(picture.policy, Quarter.of(picture.as_of))), (GATE,))
        self.book.save(target)
        return self._found(picture, problems)
