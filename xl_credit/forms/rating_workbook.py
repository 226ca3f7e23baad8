"""The branch's rating workbook: 评估表, the sheets that a regeneration fills, the one-customer form, and the policy's copy."""

from collections.abc import Callable, Sequence
from pathlib import Path

from xl_credit.forms.customer_form import add_customer_form
from xl_credit.forms.evaluation_sheet import Record, add_evaluation_sheet
from xl_credit.forms.formulas import HEADER_ROW
from xl_credit.forms.look import Look
from xl_credit.forms.result_sheets import add_result_sheets
from xl_credit.forms.shared_formulas import share_formulas
from xl_credit.forms.template_version import TEMPLATE_VERSION, VERSION_PROPERTY
from xl_credit.quarter.columns import EVALUATION, NOT_YET, NOTE_LABEL
from xl_credit.rules.figures import Policy


def build_rating_workbook(
    path: Path, policy: Policy, *, branch: str = "", quarter: str = "", records: Sequence[Record] = (), spare_rows: int = 300,
    provisional: Sequence[Sequence[object]] = (), more_sheets: Callable[[Look], None] = lambda look: None,
) -> None:  # fmt: skip
    """Write the workbook, ``more_sheets`` adding sheets of its own at the end; the same arguments always give the same bytes."""
    look = Look(path)
    look.book.set_custom_property(VERSION_PROPERTY, str(TEMPLATE_VERSION), "text")
    add_evaluation_sheet(
        look, policy, branch=branch, quarter=quarter, records=records, spare_rows=spare_rows, provisional=provisional
    )
    first = str(records[0].get("客户编码", "")) if records else ""
    add_result_sheets(look, policy, f"{NOTE_LABEL}{NOT_YET}")
    add_customer_form(look, policy, first)
    more_sheets(look)
    look.close()
    share_formulas(path, EVALUATION, HEADER_ROW + 1, HEADER_ROW + len(records) + spare_rows)
