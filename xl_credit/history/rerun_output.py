"""What rating a quarter again came to, for programs."""

import json
from collections.abc import Sequence

from xl_credit.books.csv_table import csv_table
from xl_credit.history.rerun import DIFFERENCE_COLUMNS, Rerun
from xl_credit.history.sources import SOURCE_COLUMNS
from xl_credit.history.store import Snapshot
from xl_credit.quarter.record import Cell


def rerun_json(snapshot: Snapshot, outcome: Rerun, sources: Sequence[Sequence[Cell]]) -> str:
    """The snapshot, how many customers, each difference, and the state of each source file where it was asked for."""
    whole = {
        "快照": snapshot.name, "季度": str(snapshot.quarter), "政策": snapshot.policy_text, "客户数": outcome.customers,
        "差异": [dict(zip(DIFFERENCE_COLUMNS, one, strict=True)) for one in outcome.differences],
        "来源": [dict(zip(SOURCE_COLUMNS, one, strict=True)) for one in sources],
    }  # fmt: skip
    return json.dumps(whole, ensure_ascii=False, indent=2)


def rerun_csv(outcome: Rerun) -> str:
    return csv_table(DIFFERENCE_COLUMNS, outcome.differences)
