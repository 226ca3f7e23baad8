"""The commands for customer service in a running LibreOffice Calc: its guarded sheets take what the tool writes, people's rows stay."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import WORKBOOKS
from tests.hosts.calc_desk import Desk, desk
from xl_credit.forms import service_columns as c

pytestmark = [pytest.mark.host, pytest.mark.xdist_group("calc")]


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> Path:
    return Path(shutil.copytree(WORKBOOKS, tmp_path_factory.mktemp("calc served") / "公司", ignore=shutil.ignore_patterns("*.py", "__pycache__")))


@pytest.fixture(scope="module")
def calc(tmp_path_factory) -> Iterator[Desk]:
    with desk(tmp_path_factory.mktemp("calc service")) as running:
        yield running


def test_the_plan_is_made_and_what_people_wrote_stays_in_its_row(calc, company):
    calc.show(company / "客户服务" / "西南客户服务.xlsx")
    before = calc.used(c.PLAN)
    note, column = next((line, place) for line in before for place, value in enumerate(line) if value == "带新品样册,约采购经理")
    assert calc.command("visit_plan").startswith("巡访计划:2026年第3季度")
    after = calc.used(c.PLAN)
    assert calc.active() == c.PLAN and not calc.locked()
    assert after[before.index(note)][column] == note[column] and after[before.index(note)][0] == note[0]


def test_the_card_and_the_proposals(calc, company):
    calc.show(company / "客户服务" / "华南客户服务.xlsx")
    assert calc.command("customer_card").startswith("客户卡:截至2026-09") and calc.active() == c.CARD
    assert calc.command("advice").startswith("评价建议:截至2026-09") and calc.active() == c.ADVICE
    assert "对账不良记录" in {line[2] for line in calc.used(c.ADVICE)}


@pytest.mark.parametrize("tag", ["visit_plan", "customer_card", "advice"])
def test_in_a_rating_workbook_one_line_says_where_it_belongs(calc, company, tag):
    calc.show(company / "2026Q3" / "西南.xlsx")
    said = calc.command(tag)
    assert "客户服务工作簿" in said and "\n" not in said and not calc.locked()
