"""Exports as ERP systems hand them out, small and written here; and what ``xl-credit intake`` says of them."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from xlsxwriter import Workbook

from tests.conftest import Ended
from tests.receivables.desk import run_here
from xl_credit.intake.header import find_layouts
from xl_credit.intake.parties import Parties
from xl_credit.intake.proposal import propose
from xl_credit.intake.reading import read_export
from xl_credit.intake.results import Settled
from xl_credit.intake.settling import settle
from xl_credit.intake.sources import SourceSheet
from xl_credit.intake.words import target

Row = Sequence[object]
HEAD = ("单据编号", "单据日期", "客户编码", "客户名称", "价税合计", "单据状态", "备注")
MERGE = tuple[int, int, int, int, str]


def line(number: object = "XS001", day: object = "2026-07-01", code: object = "K1", name: object = "甲公司", amount: object = "100.00",
         state: object = "已审核", note: object = "") -> list[object]:  # fmt: skip
    """A row under ``HEAD``."""
    return [number, day, code, name, amount, state, note]


def text_file(path: Path, *rows: Row, separator: str = ",", encoding: str = "utf-8") -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def workbook(path: Path, sheets: Mapping[str, Sequence[Row]], merges: Iterable[MERGE] = ()) -> Path:
    """Numbers as numbers, dates as dates, all text as text; ``merges`` on the first sheet."""
    book = Workbook(str(path))
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(at, column, value)
                elif value is not None:
                    sheet.write(at, column, value, day if isinstance(value, date) else None)
    for top, left, bottom, right, text in merges:
        book.worksheets()[0].merge_range(top, left, bottom, right, text)
    book.close()
    return path


def intake(path: Path, kind: str = "发货台账", *more: str | Path) -> tuple[Ended, dict]:
    """``xl-credit intake … --format json``, read with exact numbers; ``{}`` where it printed nothing."""
    ended = run_here("intake", path, "--as", kind, "--format", "json", *more)
    return ended, json.loads(ended.out, parse_float=Decimal) if ended.out else {}


def confirmed(path: Path, kind: str = "发货台账", *more: str | Path) -> dict:
    """What comes of it once it is confirmed; it must have run."""
    ended, found = intake(path, kind, "--yes", *more)
    assert ended.code in (0, 1) and not ended.has_traceback, ended
    return found


def listed(found: dict, kind: str) -> list[dict]:
    return [one for one in found["明细"] if one["类别"] == kind]


def mapped(found: dict) -> dict[str, str]:
    return {one["本表列"]: one["来源表头"] for one in found["对应"]}


def settled(*rows: Row, kind: str = "发货台账", head: Row = HEAD, more: Sequence[Sequence[Row]] = (), parties: Parties | None = None,
            merges: Sequence = (), **changes: str) -> Settled:  # fmt: skip
    """Rows under a header, without a file; ``more`` are further sheets of the same header, ``changes`` single columns corrected."""
    sheets = [SourceSheet("", [head, *rows], merges), *(SourceSheet(f"续{at}", [head, *one]) for at, one in enumerate(more, 1))]
    wanted = target(kind)
    layouts = find_layouts(sheets, wanted, "来源")
    matching = propose(wanted, layouts).changed(changes, layouts[0], wanted, "")
    people = parties or Parties()
    return settle(read_export(wanted, layouts, matching, people), None, people)


def values(one: Settled, *names: str) -> list[tuple]:
    """The new rows under some of our columns."""
    columns = one.read.target.columns
    return [tuple(row.values[columns.index(name)] for name in names) for row in one.fresh]


def found_in(one: Settled, kind: str) -> list[tuple[str, str]]:
    """(cell, what was found) of each finding of a kind."""
    return [(finding.cell, finding.found) for finding in one.findings if finding.kind == kind]
