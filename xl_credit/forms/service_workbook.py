"""The service workbook (客户服务.xlsx): what a branch's service people fill, their forms, and the sheets that the tool fills."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from xl_credit.forms import service_columns as c
from xl_credit.forms.look import Look
from xl_credit.forms.service_card import add_card
from xl_credit.forms.service_duties import add_duties
from xl_credit.forms.service_forms import FORMS, add_form
from xl_credit.forms.service_lists import add_input
from xl_credit.forms.service_look import Record
from xl_credit.forms.service_tool_sheets import add_advice, add_execution, add_figures, add_grades, add_plan
from xl_credit.rules.service_figures import ServicePolicy

_START = date(2026, 7, 1)  # what 计划执行 counts from and to until somebody chooses
_END = date(2026, 9, 30)


def build_service_workbook(
    path: Path, policy: ServicePolicy, *, branch: str = "", role: str | None = None, records: Mapping[str, Sequence[Record]] = {},
    spare_share: int = 100, span: tuple[date, date] = (_START, _END),
) -> None:  # fmt: skip
    """Write the workbook; the same arguments always give the same bytes.

    ``role`` opens only the cells that a person of the role fills; without one all that people fill are open.
    """
    look, forms = Look(path), {form.source: form for form in FORMS}
    add_duties(look, branch, role)
    for name in (c.PEOPLE, c.CLIENTS):
        add_input(look, policy, name, records, role, spare_share)
    add_grades(look, policy, role)
    clients = records.get(c.CLIENTS, ())
    add_card(look, policy, str(clients[0]["客户编码"]) if clients else "")
    add_input(look, policy, c.FOCUS, records, role, spare_share)
    add_plan(look, policy, role)
    add_execution(look, *span)
    for name in (c.DAILY, c.URGENT, c.GIFTS):
        add_input(look, policy, name, records, role, spare_share)
        rows = records.get(name, ())
        add_form(look, forms[name], str(rows[0].get(c.KEY[name]) or "") if rows else "")
    for name in (c.SURVEYS, c.COMPLAINTS, c.PROPOSALS, c.SUPPORT):
        add_input(look, policy, name, records, role, spare_share)
    add_advice(look, role)
    add_figures(look, policy)
    look.close()
