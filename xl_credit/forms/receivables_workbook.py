"""The receivables workbook (应收台账.xlsx): the ledgers that people keep, and the reports that the tool fills."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from xl_credit.forms.look import Look
from xl_credit.forms.receivables_ageing import add_ageing
from xl_credit.forms.receivables_goals import add_bridge, add_goals
from xl_credit.forms.receivables_ledgers import Record, add_ledgers
from xl_credit.forms.receivables_look import NOTE
from xl_credit.forms.receivables_reports import (
    add_alerts,
    add_detail,
    add_gate,
    add_movements,
    add_penalties,
    add_tracking,
)
from xl_credit.forms.receivables_statement import add_statement
from xl_credit.rules.ageing import bucket_labels
from xl_credit.rules.figures import Policy


def build_receivables_workbook(
    path: Path, policy: Policy, *, ledgers: Mapping[str, Sequence[Record]] = {}, spare_rows: int = 200, note: str = NOTE,
) -> None:  # fmt: skip
    """Write the workbook with the ledgers' rows filled in and the reports empty; the same arguments always give the same bytes.

    账龄表, 账龄变动 and 对账单 have a column or row for each bucket of the policy.
    """
    look, labels = Look(path), bucket_labels(policy.ageing_bounds_days)
    add_ledgers(look, policy, ledgers, spare_rows)
    add_ageing(look, labels, note)
    add_detail(look, note)
    add_bridge(look, labels, note)
    add_alerts(look, note)
    add_gate(look, policy, note)
    add_goals(look, note)
    add_tracking(look, note)
    add_penalties(look, note)
    add_movements(look, note)
    add_statement(look, labels)
    look.close()
