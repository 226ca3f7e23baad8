"""The workbooks that are measured: two quarters of branch workbooks, the earlier regenerated, and the templates."""

import json
from pathlib import Path

from benchmarks.drawn import BEFORE, NOW, branch_records, provisional
from xl_credit.forms.head_office import build_head_office
from xl_credit.forms.rating_workbook import build_rating_workbook
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.run import Plan, make_plan, run
from xl_credit.rules.quarter import Quarter

TEMPLATE, HEAD_OFFICE = "模板.xlsx", "总部模板.xlsx"


def make(folder: Path, branches: int, customers: int) -> None:
    """Everything into ``folder``: 上季来源, 上季 (regenerated), 本季 and the templates."""
    policy = sample_policy()
    build_rating_workbook(folder / TEMPLATE, policy)
    build_head_office(folder / HEAD_OFFICE)
    for name, quarter in (("上季来源", BEFORE), ("本季", NOW)):
        (folder / name).mkdir()
        for number in range(1, branches + 1):
            _workbook(folder / name, f"B{number:02d}", customers, quarter)
    before = make_plan(folder / "上季来源", BEFORE, folder / "上季", None, None, folder / TEMPLATE)
    report = run(before, folder / HEAD_OFFICE)
    if any(result.error for result in report.results):
        raise RuntimeError([result.error for result in report.results if result.error])
    (folder / "making.json").write_text(json.dumps({"branches": branches, "customers": customers}), "utf-8")


def _workbook(folder: Path, branch: str, customers: int, quarter: Quarter) -> None:
    policy = sample_policy()
    records = branch_records(branch, customers, quarter)
    build_rating_workbook(
        folder / f"{branch}分公司.xlsx", policy, branch=f"{branch}分公司", quarter=str(quarter), records=records,
        provisional=[provisional(policy, quarter, record) for record in records],
    )  # fmt: skip


def plan_into(folder: Path, out: Path) -> Plan:
    """This quarter's plan, compared with the earlier one."""
    return make_plan(folder / "本季", NOW, out, folder / "上季", None, folder / TEMPLATE)
