"""Ageing and gate decisions for other programs (JSON, CSV) and as a workbook of their own."""

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from xl_credit.books.book import Book
from xl_credit.books.csv_table import csv_table
from xl_credit.receivables import rows as r
from xl_credit.receivables.columns import AGEING, BRIDGE, BRIDGE_COLUMNS, DETAIL, GATE_COLUMNS, ageing_columns
from xl_credit.receivables.filling import fill_ageing, fill_bridge, write_notes
from xl_credit.receivables.lines import collector_paused
from xl_credit.receivables.picture import Picture
from xl_credit.rules.ageing import bucket_labels
from xl_credit.rules.gates import Verdict
from xl_credit.rules.ledger import STATED


def ageing_records(picture: Picture) -> tuple[list[str], list[dict[str, object]], dict[str, object]]:
    """账龄表 as objects under its headers, and the totals."""
    labels = bucket_labels(picture.policy.ageing_bounds_days)
    columns = ageing_columns(labels)
    records = [dict(zip(columns, row, strict=True)) for row in r.ageing_rows(picture)]
    sums = [sum(column) for column in zip(*(one.buckets for one in picture.ageings), strict=True)] or [0] * len(labels)
    open_fen = sum(sums)
    totals: dict[str, object] = {label: r.yuan_cell(fen) for label, fen in zip(labels, sums, strict=True)}
    totals |= {
        "逾期合计": r.yuan_cell(sum(sums[1:])), "逾期占比": round(sum(sums[1:]) / open_fen, 4) if open_fen else 0,
        r.UNAPPLIED: r.yuan_cell(sum(one.unapplied for one in picture.ageings)),
        "余额": r.yuan_cell(sum(one.balance for one in picture.ageings)),
    }  # fmt: skip
    return list(columns), records, totals


def _everyone(picture: Picture) -> list[dict[str, object]]:
    """As 账龄表, and after it the customers of whom nothing is open: other programs look codes up."""
    columns, records, _ = ageing_records(picture)
    named, settled = {record["客户编码"] for record in records}, [0] * (len(columns) - 3)
    rest = [r.party(picture, one.customer) for one in picture.ageings if picture.shown(one.customer) not in named]
    return [*records, *(dict(zip(columns, [*head, *settled], strict=True)) for head in rest)]


def bridge_records(picture: Picture, since: date) -> list[dict[str, object]]:
    """账龄变动 from the end of ``since`` as objects under its headers: a row per bucket, 未核销, 合计.

    In each 期初 + 新增发货 − 收回 + 转入 − 转出 = 期末; in 合计 that is opening + shipments − collections = closing.
    """
    whole = picture.bridge(since)
    sums = map(sum, zip(*whole.buckets, whole.unapplied, strict=True))
    return [dict(zip(BRIDGE_COLUMNS, row, strict=True)) for row in [*r.bridge_rows(picture, whole), ["合计", *map(r.yuan_cell, sums)]]]


def ageing_json(picture: Picture, since: date | None = None) -> str:
    """第十三条 for other programs: per customer the buckets under their labels, 未核销 and 余额 in 元; the totals; how it was made.

    With ``since`` also how every bucket moved from the end of that day.
    """
    method = picture.method
    totals = ageing_records(picture)[2]
    derived = [line for line in picture.ledgers.shipments if line.due_basis != STATED and line.fen > 0]
    found = {
        "截止日": str(method.as_of),
        "口径": {"账龄": str(method.basis), "核销": str(method.allocation), "回款": str(method.recognition), "说明": method.text},
        "政策": {"版本": picture.policy.version, "状态": picture.policy.status},
        "区间": list(bucket_labels(picture.policy.ageing_bounds_days)),
        "客户": _everyone(picture),
        "合计": totals,
        "推算到期日": [
            {"行": line.row, "发货单号": line.number, "客户编码": picture.shown(line.customer), "到期日": str(line.due), "依据": line.due_basis}
            for line in derived
        ],
        "问题": [problem.said() for problem in picture.ledgers.problems],
    }  # fmt: skip
    if since:
        found["变动"] = {"期初日": str(since), "区间": bridge_records(picture, since)}
    return json.dumps(found, ensure_ascii=False, indent=2)


def ageing_csv(picture: Picture) -> str:
    """账龄表 as CSV with a last line 合计."""
    columns, records, totals = ageing_records(picture)
    rows = [[record[name] for name in columns] for record in records]
    return csv_table(columns, [*rows, ["合计", *[totals.get(name, "") for name in columns[1:]]]])


@collector_paused()
def write_ageing(picture: Picture, source: Path, template: Path, target: Path, note: tuple[str, str], since: date | None = None) -> None:
    """账龄表 and 账龄明细, with ``since`` 账龄变动 too, into a copy of the workbook ``source`` (of a CSV file: into the template's copy)."""
    base = template if source.suffix.lower() == ".csv" else source
    sheets = (AGEING, DETAIL, BRIDGE) if since else (AGEING, DETAIL)
    book = Book(base, sheets, template)
    fill_ageing(book, picture)
    if since:
        fill_bridge(book, picture, since)
    write_notes(book, picture, note, sheets, since)
    book.save(target)


def gate_json(picture: Picture, verdicts: Sequence[Verdict]) -> str:
    """放行审核 for other programs: a list of objects under its headers."""
    records = [dict(zip(GATE_COLUMNS, row, strict=True)) for row in r.gate_rows(picture, verdicts)]
    return json.dumps({"截止日": str(picture.as_of), "单据": records}, ensure_ascii=False, indent=2, default=_plain)


def gate_csv(picture: Picture, verdicts: Sequence[Verdict]) -> str:
    return csv_table(GATE_COLUMNS, r.gate_rows(picture, verdicts))


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else str(value)
