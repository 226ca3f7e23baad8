"""The sample company's quarter of customer service: what is checked in is what the script makes, and it shows what it says it shows."""

import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, WORKBOOKS, run_cli
from tests.service.desk import rows_of
from xl_credit.forms import service_columns as c
from xl_credit.forms import service_report_columns as k

sys.path.insert(0, str(WORKBOOKS))
from sample_customers import BEFORE, BRANCHES, NOW  # noqa: E402
from sample_service import FOLDER, MONTH, TELLING_SERVICE, make_service  # noqa: E402


@pytest.fixture(scope="module")
def reported(tmp_path_factory) -> tuple[Path, str]:
    out = tmp_path_factory.mktemp("served") / "客户服务"
    folders = [word for name in ("2026Q3", "2026Q2") for word in ("--ratings", WORKBOOKS / name)]
    ended = run_cli("service", "report", WORKBOOKS / FOLDER, "--month", MONTH, "--out", out, *folders)
    assert ended.code == 1 and not ended.has_traceback
    return out, ended.err


@pytest.mark.parametrize("branch", ["西南"])
def test_what_is_checked_in_is_what_the_script_makes(branch, tmp_path):
    from make_sample import of_branch
    from sample_customers import customers

    make_service(tmp_path, branch, customers(branch, NOW, of_branch(branch)), WORKBOOKS / str(BEFORE))
    assert (tmp_path / f"{branch}客户服务.xlsx").read_bytes() == (WORKBOOKS / FOLDER / f"{branch}客户服务.xlsx").read_bytes()


@pytest.mark.parametrize("told", TELLING_SERVICE, ids=lambda told: told.code)
def test_each_telling_customer_shows_its_article(told, reported):
    out, errors = reported
    advice = rows_of(out / f"{told.branch}客户服务.xlsx", c.ADVICE, c.ADVICE_COLUMNS)
    mine = [(row["评价项目"], row["建议"]) for row in advice if row["客户编码"] == told.code]
    assert (told.advice in mine) if told.advice else mine == []
    assert told.problem in errors


def test_every_planned_visit_of_the_month_is_in_the_report_once(reported):
    for branch in BRANCHES:
        plan = rows_of(WORKBOOKS / FOLDER / f"{branch}客户服务.xlsx", c.PLAN, ("计划编号", "月份"))
        wanted = sorted(row["计划编号"] for row in plan if row["月份"] == MONTH)
        found = rows_of(reported[0] / f"巡访情况报告书_{branch}_{MONTH}.xlsx", k.VISITS, k.LISTS[k.VISITS][1])
        assert sorted(row["计划编号"] for row in found if row["计划编号"]) == wanted and wanted


def test_the_company_s_lists_hold_those_of_its_branches(reported):
    company = reported[0] / f"客户服务汇总_{MONTH}.xlsx"
    for name, (_, columns, _) in k.LISTS.items():
        parts = sum(len(rows_of(reported[0] / f"巡访情况报告书_{branch}_{MONTH}.xlsx", name, columns)) for branch in BRANCHES)
        assert len(rows_of(company, name, columns)) == parts, name


def test_one_region_is_short_of_a_technician_and_the_clerk_of_experience(reported):
    assert "地区“云南贵州”有技术人员11名" in reported[1] and "服务经验0.5年,须1年以上" in reported[1]


def test_the_readme_s_command_is_the_one_that_is_tested():
    for page in ("README.md", "README.zh-CN.md"):
        assert f"xl-credit service report workbooks/{FOLDER} --month {MONTH}" in (ROOT / page).read_text("utf-8")
