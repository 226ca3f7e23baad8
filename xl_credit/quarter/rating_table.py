"""One 评估表, rated without being written: the 评级结果 as a table or for other programs."""

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from xl_credit.books.blanks import blank_reasons
from xl_credit.books.csv_table import csv_table
from xl_credit.books.package import read_package
from xl_credit.books.reading import read_table_file
from xl_credit.quarter.columns import EVALUATION, RESULT_COLUMNS
from xl_credit.quarter.evaluation import explain_blanks, read_entries
from xl_credit.quarter.results import Decided, decide, result_row
from xl_credit.rules.figures import Policy
from xl_credit.rules.quarter import Quarter


def rate_file(path: Path, policy: Policy, quarter: Quarter) -> list[Decided]:
    """Rate the 评估表 of a workbook, or a CSV file of the same columns."""
    entries = read_entries(read_table_file(path, EVALUATION), policy, quarter)
    if path.suffix.lower() != ".csv":
        entries = explain_blanks(entries, lambda cells: blank_reasons(read_package(path), EVALUATION, cells))
    return [decide(policy, entry, quarter, EVALUATION) for entry in entries]


def as_json(decided: Sequence[Decided]) -> str:
    """A list of objects under the Chinese headers; numbers are numbers, what is not rated is null."""
    records = [dict(zip(RESULT_COLUMNS, result_row(one), strict=True)) for one in decided]
    return json.dumps(records, ensure_ascii=False, indent=2, default=_number)


def _number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value))


def as_csv(decided: Sequence[Decided]) -> str:
    """The same as CSV; text that a spreadsheet would take for a formula is kept text."""
    return csv_table(RESULT_COLUMNS, (result_row(one) for one in decided))
