"""A table as CSV text for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Sequence

from xl_credit.cells import csv_text


def csv_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Header and rows; text that a spreadsheet would take for a formula is kept text.

    >>> csv_table(("甲", "乙"), [("=1", 2)])
    "甲,乙\\r\\n'=1,2\\r\\n"
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(map(csv_text, columns))
    writer.writerows([csv_text(value) for value in row] for row in rows)
    return out.getvalue()
