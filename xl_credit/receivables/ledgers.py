"""All ledger sheets of a workbook (or CSV files in their place) as one set of records."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from xl_credit.receivables.columns import COLLECTIONS, LEDGERS, REQUIRED, SHIPMENTS
from xl_credit.receivables.lines import MOST_DAYS
from xl_credit.receivables.money_lines import Lines, Terms, read_collections, read_shipments
from xl_credit.receivables.other_lines import Others, read_others
from xl_credit.rules.credit_lines import GRANTED, CreditLine, Grant, unauthorised_grants
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.figures import Policy
from xl_credit.rules.ledger import Account, Collection, Shipment, accounts
from xl_credit.tables import Grid, find_table, is_blank_row

_NONE: Lines = Lines((), {}, {}, {}, ())


@dataclass(frozen=True)
class Ledgers:
    """What the ledgers say. ``others`` are the sheets beside shipments and collections.

    ``noted`` are their problems where whoever read them has put them in place.
    """

    shipment_lines: Lines[Shipment]
    collection_lines: Lines[Collection]
    others: Others
    noted: tuple[Problem, ...] | None = None

    @property
    def shipments(self) -> tuple[Shipment, ...]:
        return self.shipment_lines.lines

    @property
    def collections(self) -> tuple[Collection, ...]:
        return self.collection_lines.lines

    @cached_property
    def accounts(self) -> list[Account]:
        return accounts(self.shipments, self.collections)

    @property
    def codes(self) -> Mapping[str, str]:
        """Customer codes as they are compared → as people first wrote them."""
        return {**self.collection_lines.codes, **self.shipment_lines.codes}

    @property
    def names(self) -> Mapping[str, str]:
        papers = {paper.customer: paper.name for paper in (*self.others.requests, *self.others.orders) if paper.name}
        return {**papers, **self.collection_lines.names, **self.shipment_lines.names}

    @property
    def salespeople(self) -> Mapping[str, str]:
        contracts = {one.customer: one.salesperson for one in self.others.contracts if one.salesperson}
        return {**contracts, **self.shipment_lines.salespeople}

    @property
    def problems(self) -> tuple[Problem, ...]:
        if self.noted is not None:
            return self.noted
        return (*self.shipment_lines.problems, *self.collection_lines.problems, *self.others.problems)

    def grants(self) -> dict[str, tuple[Grant, ...]]:
        found: dict[str, list[Grant]] = {}
        for code, grant in self.others.grants:
            found.setdefault(code, []).append(grant)
        return {code: tuple(grants) for code, grants in found.items()}

    @property
    def is_empty(self) -> bool:
        others = self.others
        return not (self.shipments or self.collections or others.orders or others.requests or others.contracts)


def read_ledgers(grids: Mapping[str, Grid], policy: Policy, terms: Mapping[str, int] | None = None) -> Ledgers:
    """Every ledger sheet among ``grids``; ``terms`` are the customers' credit terms in days.

    A term that 授信台账 grants goes before those given. A sheet without its columns raises, as no ageing can be made without it:
    「发货台账:缺少列“金额”…」.
    """
    present = {name: grids[name] for name in LEDGERS if name in grids}
    others = read_others(present)
    usable = {code: days for code, days in (terms or {}).items() if days <= MOST_DAYS}
    of_contract = {(one.customer, one.number): one.term_days for one in others.contracts if one.term_days is not None}
    known = Terms(usable, policy.default_term_days, _granted_terms(others, policy), of_contract)
    shipments = read_shipments(present[SHIPMENTS], known) if SHIPMENTS in present else _NONE
    collections = read_collections(present[COLLECTIONS], shipments.lines) if COLLECTIONS in present else _NONE
    return Ledgers(shipments, collections, others)


def _granted_terms(others: Others, policy: Policy) -> dict[str, list[tuple[date, date, int]]]:
    """The terms of what was granted with authority, with the days on which they are in force."""
    of_customer: dict[str, list[Grant]] = {}
    for code, grant in others.grants:
        of_customer.setdefault(code, []).append(grant)
    found: dict[str, list[tuple[date, date, int]]] = {}
    for code, grants in of_customer.items():
        line = CreditLine(code, low_level=True, grants=tuple(grants))
        overstepped = unauthorised_grants(policy, line)
        found[code] = [
            (grant.start, grant.end or date.max, grant.term_days)
            for grant in grants if grant.kind == GRANTED and grant.term_days is not None and grant not in overstepped
        ]  # fmt: skip
    return found


def has_rows(grid: Grid) -> bool:
    """Whether anything stands in a ledger sheet below its header."""
    try:
        table = find_table(grid, REQUIRED[grid.name])
    except CreditError:
        return True  # what is wrong with it is said when it is read
    columns = [table.columns[name] for name in REQUIRED[grid.name]]
    return any(not is_blank_row(row, columns) for _, row in table.body())
