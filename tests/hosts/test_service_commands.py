"""The ribbon's commands for customer service give the cells that ``xl-credit service`` writes; in another workbook they say why not."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import WORKBOOKS
from tests.hosts.open_book import OpenBook
from tests.hosts.test_live_book import cells, run
from xl_credit.books.book import Book
from xl_credit.books.policy_file import service_in_force
from xl_credit.forms import service_columns as c
from xl_credit.quarter.run import choose_policy
from xl_credit.rules.errors import CreditError
from xl_credit.rules.quarter import Quarter
from xl_credit.service.book import INPUTS, WRITTEN
from xl_credit.service.credit import read_credit
from xl_credit.service.planning import plan_quarter

QUARTER = Quarter.parse("2026Q3")


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> Path:
    return Path(shutil.copytree(WORKBOOKS, tmp_path_factory.mktemp("served") / "公司", ignore=shutil.ignore_patterns("*.py", "__pycache__")))


def test_the_open_plan_gets_the_cells_of_the_planned_file(company, tmp_path):
    path = company / "客户服务" / "西南客户服务.xlsx"
    book, day = Book(path, WRITTEN, also=INPUTS), QUARTER.previous.end
    chosen = choose_policy(path.parent, Quarter.of(day), None)
    figures, _ = service_in_force(chosen.file, chosen.policy)
    plan_quarter(book, "西南", read_credit("西南", [company / "2026Q2"], chosen.policy, day), figures, QUARTER, day)
    book.save(tmp_path / "西南客户服务.xlsx")
    opened = OpenBook(path)
    said, _ = run(opened, "visit_plan")
    assert said.startswith("2026年第3季度:") and opened.active == c.PLAN
    wanted = OpenBook(tmp_path / "西南客户服务.xlsx")
    for name in (c.PLAN, c.GRADES, c.FOCUS):
        assert cells(opened[name].rows()) == cells(wanted[name].rows()), name


def test_the_card_and_the_proposals_are_brought_up_to_the_newest_report(company):
    opened = OpenBook(company / "客户服务" / "华南客户服务.xlsx")
    said, _ = run(opened, "customer_card")
    assert "户" in said and opened.active == c.CARD
    said, _ = run(opened, "advice")
    assert opened.active == c.ADVICE and {row[2] for row in cells(opened[c.ADVICE].rows())[4:]} >= {"对账不良记录", "企业经营状态"}


@pytest.mark.parametrize("tag", ["visit_plan", "customer_card", "advice"])
def test_a_rating_workbook_is_refused_and_stays_as_it_is(company, tag):
    opened = OpenBook(company / "2026Q3" / "华南.xlsx")
    with pytest.raises(CreditError, match="没有工作表“客户档案”"):
        run(opened, tag)
    assert all(sheet.writes == 0 for sheet in opened.sheets)


def test_a_workbook_without_a_quarter_in_its_points_is_refused(tmp_path):
    from xl_credit.forms.template_files import SERVICE, template_path

    path = tmp_path / "甲客户服务.xlsx"
    shutil.copy(template_path(SERVICE), path)
    with pytest.raises(CreditError, match="没有季度的一行"):
        run(OpenBook(path), "visit_plan")


