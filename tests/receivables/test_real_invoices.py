"""Real invoices of 123 firms (with 红字 and 作废 rows, some with stray spaces) as a ledger: every customer's sum to the 分, in bounded time."""

import csv
import gzip
import io
import os
import random
import time
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.conftest import ROOT, run_cli
from tests.receivables.desk import LABELS, picture, write_csv

INVOICES = Path(os.environ.get("XL_CREDIT_DATA") or ROOT.parent / "shared" / "data") / "cumcm2020c_sales_123_firms.csv.gz"
pytestmark = pytest.mark.skipif(not INVOICES.is_file(), reason=f"no invoices at {INVOICES}")
HEADER = ("发货单号", "客户编码", "发货日期", "金额", "状态")
LAST = date(2020, 2, 29)
SECONDS = 45  # on a busy machine; some 5 on an idle one

Invoice = dict[str, str]


@pytest.fixture(scope="module")
def invoices() -> list[Invoice]:
    with gzip.open(INVOICES, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def line(one: Invoice) -> list[str]:
    return [one["发票号码"], one["企业代号"] + one["购方单位代号"], one["开票日期"], one["价税合计"], one["发票状态"]]


def owed(invoices: list[Invoice], as_of: date) -> dict[str, Decimal]:
    """By customer, worked out here: what is valid by the day, negative invoices with their sign."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for one in invoices:
        if one["发票状态"].strip() == "有效发票" and one["开票日期"] <= str(as_of):
            found[one["企业代号"] + one["购方单位代号"]] += Decimal(one["价税合计"])
    return {code: value for code, value in found.items() if value}


@pytest.mark.slow
def test_every_customer_s_balance_is_the_sum_of_the_valid_invoices(invoices, tmp_path):
    assert {one["发票状态"] for one in invoices} == {"有效发票", "作废发票", " 作废发票"}
    assert any(one["价税合计"].startswith("-") for one in invoices)
    path = write_csv(tmp_path / "开票.csv", HEADER, *map(line, invoices))
    started = time.perf_counter()
    ended = run_cli("ageing", path, "--as-of", str(LAST), "--format", "csv", timeout=4 * SECONDS)
    assert time.perf_counter() - started < SECONDS
    assert ended.code == 1 and not ended.has_traceback
    *lines, total = csv.DictReader(io.StringIO(ended.out))
    want = owed(invoices, LAST)
    assert {one["客户编码"]: Decimal(one["余额"]) for one in lines if Decimal(one["余额"])} == want
    assert Decimal(total["余额"]) == sum(want.values())
    for one in (*lines, total):
        assert sum(Decimal(one[name]) for name in (*LABELS, "未核销")) == Decimal(one["余额"])


@pytest.mark.parametrize("as_of", [date(2017, 12, 31), date(2018, 12, 31), date(2019, 12, 31)], ids=str)
@pytest.mark.parametrize("firm", ["E1", "E25"])
def test_one_firm_on_past_days_in_any_order(invoices, tmp_path, firm, as_of):
    """E1 has credit notes over its sums; red invoices are credited to what falls due first."""
    own = [one for one in invoices if one["企业代号"] == firm]
    mixed = random.Random(7).sample(own, len(own))
    first, second = (picture(write_csv(tmp_path / f"{name}.csv", HEADER, *map(line, rows)), as_of) for name, rows in (("原", own), ("乱", mixed)))
    assert {one.customer: Decimal(one.balance) / 100 for one in first.ageings if one.balance} == owed(own, as_of)
    assert first.ageings and [one[:4] for one in first.ageings] == [one[:4] for one in second.ageings]
    assert [[item[1:] for item in one.items] for one in first.ageings] == [[item[1:] for item in one.items] for one in second.ageings]
