"""A ledger drawn by a seeded generator: 发货台账 and 回款台账 as rows in the template's columns, in the order of their dates.

Of so many lines 55 in 100 are shipments, one customer has 3 in 100 of all, the others fewer and fewer. There are instalments,
credit notes, part payments, lump sums that name nothing, collections that bounced, voided rows and due dates left to the term.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

import wolfxl

from xl_credit.receivables.columns import COLLECTIONS, LAYOUT, SHIPMENTS, titled

MOST_CUSTOMERS, LINES_A_CUSTOMER, LARGEST, SHIPPED_SHARE = 20_000, 50, 0.03, 0.55
_FIRST, _DAYS = date(2024, 7, 1), 850  # some lines are later than the day of the ageing
_TERMS = (30, 45, 60, 90)

Row = list[object]


@dataclass
class Sale:
    """One line of 发货台账; ``open_fen`` is what no drawn collection names yet."""

    row: Row
    shipped: date
    due: date
    open_fen: int


@dataclass
class Drawn:
    """Both ledgers' rows; amounts in 元 with their cents."""

    shipments: list[Row] = field(default_factory=list)
    collections: list[Row] = field(default_factory=list)
    customers: int = 0
    largest: int = 0


def drawn_ledger(lines: int) -> Drawn:
    """The ledger of so many lines, always the same."""
    ledger = Drawn()
    for number, count in enumerate(_sizes(lines), 1):
        _Customer(Random(f"ledger-{number}"), f"K{number:05d}", ledger).trade(count)
        ledger.customers, ledger.largest = number, max(ledger.largest, count)
    ledger.shipments.sort(key=lambda row: row[3])
    ledger.collections.sort(key=lambda row: row[3])
    return ledger


def _sizes(lines: int) -> Iterator[int]:
    """Lines of each customer, the largest first."""
    customers = max(2, min(MOST_CUSTOMERS, lines // LINES_A_CUSTOMER))
    largest = round(lines * LARGEST)
    yield largest
    left, weights = lines - largest, [place**-0.4 for place in range(1, customers)]
    unit, given = left / sum(weights), 0
    for place, weight in enumerate(weights, 1):
        count = left - given if place == len(weights) else round(unit * weight)
        given += count
        yield count


class _Customer:
    """One customer's lines, put to the ledger's."""

    def __init__(self, draw: Random, code: str, ledger: Drawn) -> None:
        self.draw, self.code, self.name, self.ledger = draw, code, f"{code[1:]}号商贸有限公司", ledger
        self.term, self.scale = draw.choice(_TERMS), draw.lognormvariate(13.5, 0.8)
        self.sales: list[Sale] = []
        self.received: list[Row] = []

    def trade(self, lines: int) -> None:
        shipped = round(lines * SHIPPED_SHARE)
        while len(self.sales) < shipped:
            self._ship(shipped - len(self.sales))
        self.ledger.shipments += [sale.row for sale in self.sales]
        unpaid = iter(sorted((sale for sale in self.sales if sale.open_fen > 0), key=lambda sale: sale.shipped))
        while len(self.received) < lines - shipped:
            self._collect(unpaid)
        self.ledger.collections += self.received[: lines - shipped]

    def _ship(self, most: int) -> None:
        draw, kind = self.draw, self.draw.random()
        if kind < 0.04 and self.sales:
            self._credit(draw.choice(self.sales))
            return
        day, fen = _FIRST + timedelta(days=draw.randrange(_DAYS)), self._amount()
        number = self._number("FH", self.ledger.shipments, self.sales)
        if kind < 0.07 and most >= 3:
            for part in (1, 2, 3):
                self._sale(number, day, fen, day + timedelta(days=30 * part), f"{part}/3")
        else:
            self._sale(number, day, fen, day + timedelta(days=self.term), None)

    def _sale(self, number: str, day: date, fen: int, due: date, part: str | None) -> None:
        stated = due if part or self.draw.random() < 0.95 else None
        void = self.draw.random() < 0.003
        contract, order = f"HT-{self.code}-{day.year}", f"DD{number[2:]}"
        row = [number, self.code, self.name, day, fen / 100, self.term, stated, contract, order, part, None, "作废" if void else "有效", None]
        self.sales.append(Sale(row, day, due, 0 if void else fen))

    def _credit(self, of: Sale) -> None:
        """A credit note over a part of a shipment; seven in ten name it."""
        draw = self.draw
        day = of.shipped + timedelta(days=draw.randrange(1, 40))
        fen = -max(1, int(of.row[4] * 100 * draw.uniform(0.05, 0.5))) if of.open_fen > 0 else -self._amount() // 10
        number, names = self._number("HZ", self.ledger.shipments, self.sales), of.row[0] if draw.random() < 0.7 else None
        row = [number, self.code, self.name, day, fen / 100, self.term, day, of.row[7], None, None, names, "红字", "质量折让"]
        self.sales.append(Sale(row, day, day, 0))

    def _collect(self, unpaid: Iterator[Sale]) -> None:
        kind = self.draw.random()
        if kind < 0.03 and self.received:
            self._bounce(self.draw.choice(self.received))
        elif kind < 0.65 and (sale := next(unpaid, None)):
            self._pay(sale)
        else:
            day = _FIRST + timedelta(days=self.draw.randrange(self.term, _DAYS))
            self._receive(day, int(self._amount() * self.draw.uniform(0.3, 1.6)), None, day)

    def _pay(self, sale: Sale) -> None:
        """A shipment in full, or a part of it with (mostly) the rest to follow."""
        draw = self.draw
        day = max(sale.shipped, sale.due + timedelta(days=int(draw.gauss(8, 25))))
        part = sale.open_fen if draw.random() < 0.75 else int(sale.open_fen * draw.uniform(0.2, 0.8))
        settled = day + timedelta(days=draw.choice((0, 0, 0, 3, 12)))
        self._receive(day, part, sale.row[0], settled)
        sale.open_fen -= part
        if sale.open_fen and draw.random() < 0.7:
            self._receive(day + timedelta(days=20), sale.open_fen, sale.row[0], settled + timedelta(days=20))

    def _bounce(self, row: Row) -> None:
        """A collection taken back, once: under its own number, with the shipment's named or not."""
        if row[4] > 0 and row[7] != "退票":
            day, named = row[3] + timedelta(days=15), self.draw.random() < 0.5
            self.received.append([row[0], self.code, self.name, day, -row[4], row[5] if named else None, None, "退票", None])
            row[8] = "已退票"

    def _receive(self, day: date, fen: int, settles: str | None, settled: date) -> None:
        number = self._number("HK", self.ledger.collections, self.received)
        self.received.append([number, self.code, self.name, day, max(1, fen) / 100, settles, settled if settles else None, "有效", None])

    def _amount(self) -> int:
        fen = int(self.scale * self.draw.lognormvariate(0, 0.6)) + 1
        return fen if self.draw.random() < 0.7 else fen // 10_000 * 10_000 + 10_000

    def _number(self, kind: str, before: Sequence[object], own: Sequence[object]) -> str:
        return f"{kind}{len(before) + len(own) + 1:08d}"


def write_csv(ledger: Drawn, folder: Path) -> Path:
    """Two CSV files in UTF-8; gives the path of 发货台账."""
    for name, rows in ((SHIPMENTS, ledger.shipments), (COLLECTIONS, ledger.collections)):
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            out = csv.writer(file)
            out.writerow(map(titled, LAYOUT[name]))
            out.writerows([*row[:4], f"{row[4]:.2f}", *row[5:]] for row in rows)
    return folder / f"{SHIPMENTS}.csv"


def write_xlsx(ledger: Drawn, path: Path) -> None:
    """One workbook with both sheets, its texts shared as a spreadsheet program saves them."""
    book = wolfxl.Workbook(write_only=True)
    for name, rows in ((SHIPMENTS, ledger.shipments), (COLLECTIONS, ledger.collections)):
        sheet = book.create_sheet(name)
        sheet.append([titled(header) for header in LAYOUT[name]])
        for row in rows:
            sheet.append(row)
    book.save(str(path))
