"""All ledger sheets of a workbook (or CSV files in their place) as one set of records."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from xl_credit.receivables.columns import COLLECTIONS, LEDGERS, SHIPMENTS
from xl_credit.receivables.money_lines import Lines, Terms, read_collections, read_shipments
from xl_credit.receivables.other_lines import Others, read_others
from xl_credit.rules.credit_lines import GRANTED, Grant
from xl_credit.rules.errors import Problem
from xl_credit.rules.figures import Policy
from xl_credit.rules.ledger import Account, Collection, Shipment, accounts
from xl_credit.tables import Grid

_NONE: Lines = Lines((), {}, {}, {}, ())


@dataclass(frozen=True)
class Ledgers:
    """What the ledgers say. ``others`` are the sheets beside shipments and collections."""

    shipment_lines: Lines[Shipment]
    collection_lines: Lines[Collection]
    others: Others

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

    A term in 授信台账 goes before those given. A sheet without its columns raises, as no ageing can be made without it:
    「发货台账:缺少列“金额”…」.
    """
    present = {name: grids[name] for name in LEDGERS if name in grids}
    others = read_others(present)
    known = Terms({**(terms or {}), **_granted_terms(others)}, policy.default_term_days)
    shipments = read_shipments(present[SHIPMENTS], known) if SHIPMENTS in present else _NONE
    collections = read_collections(present[COLLECTIONS], shipments.lines) if COLLECTIONS in present else _NONE
    return Ledgers(shipments, collections, others)


def _granted_terms(others: Others) -> dict[str, int]:
    latest: dict[str, Grant] = {}
    for code, grant in others.grants:
        if grant.kind == GRANTED and grant.term_days is not None and (code not in latest or latest[code].start <= grant.start):
            latest[code] = grant
    return {code: grant.term_days for code, grant in latest.items()}
