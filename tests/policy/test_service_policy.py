"""The optional sheet 客户服务 of the policy workbook: read, checked; without it the sample's figures, and said so."""

from datetime import date
from pathlib import Path

import pytest

from tests.conftest import run_cli
from tests.service.desk import build_service
from xl_credit.books.book import Book
from xl_credit.books.policy_file import service_in_force
from xl_credit.forms.policy_workbook import build_policy_workbook
from xl_credit.policy.sample import sample_grids, sample_policy
from xl_credit.policy.service import NOTICE, SHEET, read_service, sample_service, sample_service_grid, service_policy
from xl_credit.rules.errors import CreditError
from xl_credit.tables import Grid

HEADERS = tuple(sample_service_grid().rows[0])


def changed(where: dict[str, str], **values: str) -> Grid:
    """The sample's table with cells changed in every row that says so; ``None`` for the whole row takes it out."""
    rows = [list(row) for row in sample_service_grid().rows]
    hit = [row for row in rows[1:] if all(row[HEADERS.index(name)] == value for name, value in where.items())]
    assert hit
    for row in hit:
        for name, value in values.items():
            row[HEADERS.index(name)] = value
    return Grid(SHEET, rows)


def without(**where: str) -> Grid:
    rows = [row for row in sample_service_grid().rows if not all(row[HEADERS.index(name)] == value for name, value in where.items())]
    return Grid(SHEET, rows)


def read(grid: Grid):
    return read_service(grid, None, "")


def test_the_sample_reads_without_a_finding():
    policy, problems = read(sample_service_grid())
    assert problems == () and (policy.technicians, policy.report_days) == (12, 1)
    assert date(2026, 10, 1) in policy.days_off and date(2026, 10, 10) in policy.days_on


@pytest.mark.parametrize(
    ("grid", "said"),
    [
        (without(类别="投诉类型"), "类别“投诉类型”没有任何行"), (without(类别="单项数值", 项目="每地区技术人员"), "“每地区技术人员”有0行"),
        (changed({"项目": "每地区技术人员"}, 数值="××"), "××尚未填写"), (changed({"项目": "每地区技术人员"}, 数值="十二"), "值为“十二”"),
        (without(类别="分级权重", 项目="规模"), "分级权重不全"), (Grid(SHEET, [HEADERS]), "没有任何行"), (Grid(SHEET, [["甲"]]), "找不到表头"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused(grid, said):
    with pytest.raises(CreditError, match=said):
        read(grid)


@pytest.mark.parametrize(
    ("grid", "said"),
    [
        (changed({"类别": "分级权重", "项目": "规模"}, 数值="30"), "分级权重合计110%"), (changed({"项目": "销售额", "下限": "600"}, 上限="900"), "销售额的档次有空档或重叠"),
        (without(项目="发展趋势", 内容="无可比"), "没有“无可比”"), (changed({"类别": "服务等级", "项目": "乙级"}, 下限="85"), "服务等级的得分下限"),
        (changed({"类别": "礼品审批", "项目": "客户服务主管"}, 上限="5000"), "礼品审批的金额上限"),
    ],
)  # fmt: skip
def test_what_nobody_can_have_meant_is_a_finding(grid, said):
    _, problems = read(grid)
    assert [said in problem.found for problem in problems] == [True]


def test_without_the_sheet_the_sample_s_figures_are_used_and_say_so():
    policy, problems = service_policy(None, "2026", "")
    assert policy is sample_service() and policy.notice == NOTICE and problems == ()


def test_a_sheet_that_cannot_be_used_is_a_problem_and_the_sample_stands_in():
    policy, problems = service_policy(sample_service_grid(), "别的版本", "")
    assert policy is sample_service() and "版本“别的版本”没有任何行" in problems[0].line() and problems[0].effect == "客户服务按示例数值"


def test_a_company_without_the_sheet_keeps_working(tmp_path):
    path = bare_policy(tmp_path)
    assert run_cli("policy", "check", path).code == 0
    build_service(tmp_path / "甲客户服务.xlsx")
    ended = run_cli("service", "report", tmp_path / "甲客户服务.xlsx", "--month", "2026-09", "--out", tmp_path / "月报")
    assert ended.code == 0 and NOTICE in ended.err


def bare_policy(folder: Path) -> Path:
    """A policy workbook as it was before there was a sheet 客户服务."""
    from xl_credit.forms.look import Look
    from xl_credit.policy.sheets import COLUMNS

    path, look = folder / "政策.xlsx", Look(folder / "政策.xlsx")
    for name in COLUMNS:
        sheet = look.sheet(name)
        for row, values in enumerate(sample_grids()[name].rows):
            for column, value in enumerate(values):
                sheet.write_string(row, column, value)
    look.close()
    return path


def test_the_sheet_s_figures_are_used_and_a_fault_in_it_is_named(tmp_path):
    path = tmp_path / "政策.xlsx"
    build_policy_workbook(path, sample_grids())
    policy, problems = service_in_force(path, sample_policy())
    assert policy.notice == "示例政策,未经核定" and problems == ()
    book = Book(path, (SHEET,))
    row = next(number for number, cells in enumerate(book.grid(SHEET).rows, 1) if cells[2] == "每地区技术人员")
    book.sheet(SHEET).set(row, 6, 10)
    book.save(path)
    assert service_in_force(path, sample_policy())[0].technicians == 10
    book.sheet(SHEET).set(row, 6, "××")
    book.save(path)
    ended = run_cli("policy", "check", path)
    assert ended.code == 1 and f"客户服务!G{row}:数值××尚未填写" in ended.err
