"""The closing table of a run: receivables show where some branch keeps ledgers, and never without."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from xl_credit import console
from xl_credit.quarter.branch import BranchResult
from xl_credit.quarter.receivables import Debtor, Receivables
from xl_credit.quarter.tally import Owed, tally, total
from xl_credit.rules.ageing import Method
from xl_credit.rules.quarter import Quarter


def branch(name: str, *debtors: Debtor, ledgers: bool = True, error: str = "") -> BranchResult:
    receivables = Receivables(Method(date(2026, 9, 30)), debtors, (), (), (), ()) if ledgers else None
    return BranchResult(f"{name}.xlsx", name, error, receivables=receivables)


EAST = branch("华东", Debtor("1", "甲", "", (300_00, 100_00), 0, 400_00, 0), Debtor("2", "乙", "", (0, 0), -50_00, -50_00, 0))
SOUTH, BARE = branch("华南", Debtor("3", "丙", "", (0, 100_05), 0, 100_05, 0)), branch("西南", ledgers=False)
BROKEN = branch("西北", ledgers=False, error="西北.xls:不支持旧格式 .xls")


def test_a_branch_with_ledgers_has_its_balance_and_what_of_it_is_overdue():
    assert tally(EAST).owed == Owed(350_00, 400_00, 100_00) and tally(EAST).owed.overdue_share == Decimal("0.25")
    assert tally(branch("空")).owed == Owed(0, 0, 0) and tally(branch("空")).owed.overdue_share == 0
    assert tally(BARE).owed is None


def test_the_total_adds_up_what_is_owed_and_leaves_out_branches_without_ledgers():
    assert total([tally(EAST), tally(SOUTH), tally(BARE)]).owed == Owed(450_05, 500_05, 200_05)
    assert total([tally(BARE)]).owed is None and total([]).owed is None


def shown(*results: BranchResult) -> str:
    with console.tables_console.capture() as captured:
        console._show_tallies([tally(result) for result in results], SimpleNamespace(quarter=Quarter(2026, 3)))
    return captured.get()


@pytest.mark.parametrize("results", [(BARE,), (BARE, BROKEN)])
def test_without_any_ledgers_the_table_has_no_column_for_them(results):
    assert "应收余额" not in shown(*results)


def test_with_ledgers_the_table_shows_balance_and_overdue_share():
    lines = {line.split("│")[1].strip(): line for line in shown(EAST, SOUTH, BARE, BROKEN).splitlines() if "│" in line}
    ends = {name: [cell.strip() for cell in line.split("│")[-3:-1]] for name, line in lines.items()}
    assert ends == {
        "华东": ["350.00", "25.0%"], "华南": ["100.05", "100.0%"], "西南": ["—", "—"], "西北": ["—", "—"], "合计": ["450.05", "40.0%"],
    }  # fmt: skip
    assert [cell.strip() for cell in lines["西北"].split("│")[2:-3]] == [*["—"] * 10, "1"]
