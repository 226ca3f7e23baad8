"""An analyst's desk: small ledgers as workbooks, CSV files and grids, and what the command line says of them."""

import csv
import io
import json
import sys
import warnings
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from unittest.mock import patch

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook import Workbook

from tests.conftest import Ended
from xl_credit.cli import main
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.ledger_file import read_file
from xl_credit.receivables.columns import COLLECTIONS, SHIPMENTS
from xl_credit.receivables.money_lines import Lines, Terms, read_collections, read_shipments
from xl_credit.receivables.picture import Picture
from xl_credit.rules.ageing import Allocation, Basis, Method, Recognition, bucket_labels
from xl_credit.rules.ledger import Collection, Shipment
from xl_credit.tables import Grid

POLICY = sample_policy()
LABELS = bucket_labels(POLICY.ageing_bounds_days)
DEFAULT_TERM = POLICY.default_term_days
DAY, DUE, AS_OF = date(2026, 7, 1), date(2026, 7, 31), date(2026, 9, 30)
SHIP = ("发货单号", "客户编码", "发货日期", "金额(元)", "到期日")
PAID = ("回款单号", "客户编码", "回款日期", "金额(元)", "核销单号")
MODES = [(basis, allocation, recognition) for basis in Basis for allocation in Allocation for recognition in Recognition]

Row = Sequence[object]
Sheets = Mapping[str, Sequence[Row]]


def shipped(number: object = "F1", code: object = "K1", day: object = DAY, amount: object = 100, due: object = DUE) -> list[object]:
    """A row under ``SHIP``."""
    return [number, code, day, amount, due]


def paid(number: object = "H1", code: object = "K1", day: object = DAY, amount: object = 40, settles: object = "F1") -> list[object]:
    """A row under ``PAID``."""
    return [number, code, day, amount, settles]


def write_csv(path: Path, *rows: Row, encoding: str = "utf-8") -> Path:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_book(path: Path, sheets: Sheets, *, from_1904: bool = False) -> Path:
    """A workbook of these sheets; text that looks like a formula is text."""
    book = Workbook()
    book.remove(book.active)
    if from_1904:
        book.epoch = CALENDAR_MAC_1904
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for cells in sheet.iter_rows():
            for cell in cells:
                if isinstance(cell.value, str):
                    cell.data_type = "s"
    book.save(path)
    return path


def money_book(path: Path, shipments: Sequence[Row], collections: Sequence[Row] = (), **more: Sequence[Row]) -> Path:
    """A workbook with 发货台账 and 回款台账 under ``SHIP`` and ``PAID``."""
    sheets = {SHIPMENTS: [SHIP, *shipments]} | ({COLLECTIONS: [PAID, *collections]} if collections else {})
    return write_book(path, sheets | more)


def loaded(path: Path, *, results: bool = False) -> Workbook:
    """With openpyxl, as another program reads it; ``results`` in place of the formulas."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it knows no print area that is worked out at printing, nor all of a data bar
        return openpyxl.load_workbook(path, data_only=results)


def read_lines(header: Row, *rows: Row, terms: Mapping[str, int] | None = None, **grid) -> Lines[Shipment]:
    """发货台账 of these rows."""
    return read_shipments(Grid(SHIPMENTS, [header, *rows], **grid), Terms(terms or {}, DEFAULT_TERM))


def read_money(header: Row, *rows: Row, shipments: Iterable[Shipment] = ()) -> Lines[Collection]:
    """回款台账 of these rows."""
    return read_collections(Grid(COLLECTIONS, [header, *rows]), shipments)


def found(lines: Lines) -> list[str]:
    """What was reported, the rows without a due date left out."""
    return [problem.line() for problem in lines.problems if "没有到期日" not in problem.found]


def run_here(*arguments: str | Path) -> Ended:
    """``xl-credit`` as :func:`tests.conftest.run_cli` runs it, within this process: quick, and what it raises is seen."""
    out, err, code = io.StringIO(newline=""), io.StringIO(), 0
    with patch.object(sys, "argv", ["xl-credit", *map(str, arguments)]), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
    return Ended(code, out.getvalue(), err.getvalue())


def ageing(path: Path, *more: str | Path, as_of: date | str = AS_OF) -> tuple[Ended, dict]:
    """``xl-credit ageing … --format json``, read with exact numbers; ``{}`` where it printed nothing."""
    ended = run_here("ageing", path, "--as-of", str(as_of), "--format", "json", *more)
    return ended, json.loads(ended.out, parse_float=Decimal) if ended.out else {}


def balances(answer: dict) -> dict[str, Decimal]:
    """余额 by customer, those of 0 left out."""
    return {one["客户编码"]: Decimal(one["余额"]) for one in answer["客户"] if one["余额"]}


def aged(answer: dict, code: str) -> dict[str, Decimal]:
    """A customer's buckets and what is unapplied, what is 0 left out."""
    (one,) = [one for one in answer["客户"] if one["客户编码"] == code]
    return {label: one[label] for label in (*LABELS, "未核销") if one[label]}


def assert_ties_out(answer: dict) -> None:
    """Σ buckets + 未核销 = 余额 of every customer and in total, and the totals are the customers' sums."""
    lines = [*answer["客户"], answer["合计"]]
    for one in lines:
        values = [one[name] for name in (*LABELS, "未核销", "余额")]
        assert all(isinstance(value, int | Decimal) and not isinstance(value, bool) for value in values), one
        assert sum(values[:-1]) == values[-1], one
        assert sum(values[1 : len(LABELS)]) == one["逾期合计"], one
    for name in (*LABELS, "逾期合计", "未核销", "余额"):
        assert sum(one[name] for one in answer["客户"]) == answer["合计"][name], name


def picture(path: Path, as_of: date = AS_OF, *mode: str, collections: Path | None = None) -> Picture:
    """What ``ageing`` works on, without a process of its own."""
    return Picture(POLICY, *read_file(path, POLICY, collections), Method(as_of, *mode))


def one_line(ended: Ended) -> str:
    """The line with which a run that could not be done ends; nothing was printed as a result."""
    assert ended.code == 2 and not ended.has_traceback, ended
    assert ended.out == "", ended.out
    lines = [line for line in ended.error_lines if line != POLICY.notice]
    assert len(lines) == 1, lines
    assert any("一" <= letter <= "鿿" for letter in lines[0]), lines
    return lines[0]


def day_of(value: object) -> date:
    assert isinstance(value, datetime), value
    return value.date()
