"""Real invoices of 123 firms, 红字 and 作废 among them, taken over whole: every customer's balance to the 分."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from tests.intake.exports import confirmed, text_file
from tests.receivables.desk import ageing, balances, run_here
from tests.receivables.test_real_invoices import INVOICES, Invoice, invoices, owed
from xl_credit.books.book import Book
from xl_credit.intake.columns import CHECK, CHECK_COLUMNS
from xl_credit.tables import find_table

pytestmark = pytest.mark.skipif(not INVOICES.is_file(), reason=f"no invoices at {INVOICES}")
HEAD = ("发票号码", "开票日期", "购方单位代号", "金额", "税额", "价税合计", "发票状态")
__all__ = ["invoices"]


def row(one: Invoice) -> list[str]:
    return [one["企业代号"] + "-" + one["发票号码"], one["开票日期"], one["企业代号"] + one["购方单位代号"], *(one[name] for name in HEAD[3:])]


@pytest.mark.slow
def test_all_invoices_tie_out_and_age_to_the_customers_balances(invoices, tmp_path):
    out, total = tmp_path / "台账.xlsx", sum(Decimal(one["价税合计"]) for one in invoices)
    path = text_file(tmp_path / "开票.csv", HEAD, *map(row, invoices), ["合计", "", "", "", "", f"{total:,.2f}", ""])
    assert run_here("intake", path, "--as", "发货台账", "--yes", "--out", out).code in (0, 1)  # some rows are alike
    table = find_table(Book(out, (CHECK,)).grid(CHECK), CHECK_COLUMNS)
    tie = {name: table.value(next(table.body())[1], name) for name in CHECK_COLUMNS}
    void = sum(Decimal(one["价税合计"]) for one in invoices if "作废" in one["发票状态"])
    assert [tie[name] for name in ("来源行数", "新增行数", "拒绝", "差额", "核对", "合计行")] == [len(invoices), len(invoices), 0, 0, "相符", "相符"]
    assert [Decimal(str(tie[name])) for name in ("来源合计", "新增", "作废")] == [total, total - void, void]
    assert balances(ageing(out, as_of=date(2020, 2, 29))[1]) == owed(invoices, date(2020, 2, 29))


@pytest.mark.parametrize("firm", ["E1", "E25"])
def test_a_firm_s_later_export_adds_only_what_is_new(invoices, tmp_path, firm):
    own = [one for one in invoices if one["企业代号"] == firm]
    numbers = sorted({one["发票号码"] for one in own})
    first = {one for one in numbers[: len(numbers) // 2]}
    out = tmp_path / "台账.xlsx"
    confirmed(text_file(tmp_path / "上.csv", HEAD, *(row(one) for one in own if one["发票号码"] in first)), "发货台账", "--out", out)
    found = confirmed(text_file(tmp_path / "全.csv", HEAD, *map(row, own)), "发货台账", "--out", out)
    assert found["勾稽"]["已有"]["行数"] == sum(one["发票号码"] in first for one in own) and found["勾稽"]["差异"]["行数"] == 0
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for one in own:
        sums[one["发票状态"].strip()] += Decimal(one["价税合计"])
    assert sum(balances(ageing(out, as_of=date(2020, 2, 29))[1]).values()) == sums["有效发票"]
