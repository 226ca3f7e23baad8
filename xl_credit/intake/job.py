"""One import from file to workbook: the header found, the mapping agreed on, the rows settled and written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from xl_credit.books.book import Book
from xl_credit.books.package import read_package
from xl_credit.books.reading import read_grids
from xl_credit.intake.header import Layout, find_layouts
from xl_credit.intake.mapping import Matching
from xl_credit.intake.memory import given, remember, remembered
from xl_credit.intake.output import CHECK_SHEETS, open_target, write_import
from xl_credit.intake.parties import LIST_SHEET, Answer, Parties, answers_file, answers_in, known_customers
from xl_credit.intake.proposal import propose
from xl_credit.intake.reading import read_export
from xl_credit.intake.results import LEFT, Finding, Read, Settled
from xl_credit.intake.settling import settle
from xl_credit.intake.sheets import build_base, build_check_sheets
from xl_credit.intake.sources import Source, read_source
from xl_credit.intake.variants import proposals
from xl_credit.intake.words import Target
from xl_credit.quarter.columns import EVALUATION
from xl_credit.receivables.columns import LEDGERS
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import Policy
from xl_credit.tables import Grid

JSON_SUFFIX = ".json"
_NAMING = (EVALUATION, *LEDGERS, LIST_SHEET)


@dataclass(frozen=True)
class Offer:
    """A mapping and whether somebody has confirmed it (now or before)."""

    matching: Matching
    is_confirmed: bool


class Export:
    """The file that comes in, its header found for one of our tables."""

    def __init__(self, path: Path, target: Target, sheet: str | None = None) -> None:
        self.path, self.target = path, target
        self.source: Source = read_source(path, sheet)
        self.layouts: list[Layout] = find_layouts(self.source.sheets, target, path.name)

    @property
    def layout(self) -> Layout:
        return self.layouts[0]

    def offer(self, memory: Path, mapping: Path | None, corrections: Mapping[str, str]) -> Offer:
        """The mapping handed in, else the one remembered, else the one proposed; then single columns corrected."""
        if mapping and mapping.exists():
            offer = Offer(given(mapping, self.layout, self.target), True)
        elif found := remembered(memory, self.layout, self.target):
            offer = Offer(found, True)
        else:
            offer = Offer(propose(self.target, self.layouts), False)
        return self.corrected(offer, corrections)

    def corrected(self, offer: Offer, corrections: Mapping[str, str]) -> Offer:
        return replace(offer, matching=offer.matching.changed(corrections, self.layout, self.target, "指定")) if corrections else offer

    def refuse_unusable(self, matching: Matching) -> None:
        """Raises 「找不到“发货日期”的列…」 and 「金额有歧义:…」: neither can be left to a program."""
        missing = matching.missing(self.target)
        if missing:
            found = f"找不到“{'”“'.join(missing)}”的列"
            raise CreditError(found, where=self.path.name, allowed=f"用 --map {missing[0]}=来源列 指明;来源的列:{'、'.join(self.layout.labels)}")
        for name, pick in matching.doubts.items():
            choices = "、".join(dict.fromkeys((*pick.labels, *pick.others)))
            raise CreditError(f"{name}有歧义:{pick.doubt}", where=self.path.name, allowed=f"用 --map {name}=来源列 指明,如 {choices}")

    def remember(self, memory: Path, matching: Matching) -> None:
        remember(memory, self.layout, self.target, matching)

    def read(self, matching: Matching, parties: Parties, *, carry: bool = False) -> Read:
        found = read_export(self.target, self.layouts, matching, parties, carry=carry)
        read = {layout.sheet.name for layout in self.layouts}
        left = [sheet.name for sheet in self.source.sheets if sheet.name not in read]
        found.findings += [Finding(LEFT, f"{name}!A1", f"工作表“{name}”没有可识别的表头,未读") for name in left]
        return found


@dataclass(frozen=True)
class Done:
    """What an import came to; ``was_written`` is False where the workbook held all of it already."""

    settled: Settled
    answers: Sequence[tuple[Answer, int]]
    was_written: bool = False


class Import:
    """An export on its way into a workbook (``into``), a new one (``folder`` holds its beginnings), or into none."""

    def __init__(self, export: Export, into: Path | None, customers: Path | None) -> None:
        self.export, self.into, self.customers = export, into, customers
        self._grids: dict[str, Grid] = read_grids(read_package(into), {*_NAMING, export.target.sheet}) if into else {}

    @cached_property
    def parties(self) -> Parties:
        """The customers that the workbook and the list name, and the answers in both."""
        known, answers = known_customers(_without_list(self._grids)), answers_in(self._grids.get(LIST_SHEET))
        if self.customers and self.customers.suffix.lower() == JSON_SUFFIX:
            answers += answers_file(self.customers) if self.customers.exists() else []
        elif self.customers:
            grids = read_grids(read_package(self.customers), set(_NAMING))
            if not grids:
                raise CreditError(f"没有“{LIST_SHEET}”或“{EVALUATION}”", where=self.customers.name, allowed="其中一张工作表,或 JSON 文件")
            known += known_customers(_without_list(grids))
            answers += answers_in(grids.get(LIST_SHEET))
        return Parties(known, answers)

    def settled(self, matching: Matching, *, carry: bool = False) -> Done:
        """Every row with what becomes of it; nothing is written yet. Raises 「勾稽不符…」 rather than lose a 分."""
        read = self.export.read(matching, self.parties, carry=carry)
        settled = settle(read, self._grids.get(self.export.target.sheet), self.parties)
        if not settled.ties_out:
            raise CreditError(f"勾稽不符:来源{read.source},计入与未计入{settled.accounted}", where=self.export.path.name, allowed="两者相等;未写入")
        return Done(settled, proposals(self.parties))

    def write(self, done: Done, policy: Policy, folder: Path, out: Path, backup: Path | None = None) -> Done:
        """Into ``out``: the workbook ``into`` with the new rows, or a new one."""
        target, checks, base = self.export.target, folder / "核对.xlsx", folder / "新.xlsx"
        build_check_sheets(checks)
        build_base(base, target, policy, len(done.settled.fresh))
        book: Book = open_target(self.into or base, target, base, checks)
        written = write_import(book, done.settled, self.export.path.name, self.export.source.digest, done.answers)
        if written or out != self.into:
            book.save(out, keep_backup=backup)
        return replace(done, was_written=written)


def _without_list(grids: Mapping[str, Grid]) -> dict[str, Grid]:
    return {name: grid for name, grid in grids.items() if name not in CHECK_SHEETS}
