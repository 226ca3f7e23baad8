"""The exports in workbooks/导出样例: what they are made of, and that each is taken over as the README shows."""

import sys
from datetime import date

import pytest

from tests.conftest import WORKBOOKS, run_cli, table_rows
from tests.intake.exports import confirmed, listed, mapped
from tests.receivables.desk import ageing, assert_ties_out

sys.path.insert(0, str(WORKBOOKS))
import make_exports  # noqa: E402 - it lies beside the workbooks

SAMPLES = WORKBOOKS / "导出样例"
LEDGER, RATED = WORKBOOKS / "2026Q3" / "华南台账.xlsx", WORKBOOKS / "2026Q3" / "华南.xlsx"


@pytest.fixture
def remembered(tmp_path):
    """Where mappings are remembered, so that nothing is written beside the samples."""
    return "--memory", tmp_path / "对应.json"


def test_the_samples_are_what_their_script_makes(tmp_path):
    make_exports.make(tmp_path)
    for name in make_exports.NAMES:
        if not name.endswith(".xls"):  # LibreOffice writes that one
            assert (tmp_path / name).read_bytes() == (SAMPLES / name).read_bytes(), name
    assert {path.name for path in SAMPLES.iterdir()} >= set(make_exports.NAMES)


def test_the_old_format_holds_what_the_script_gives_it():
    from xl_credit.intake.sources import read_source

    (sheet,) = read_source(SAMPLES / make_exports.RECEIVED).sheets
    for row, cells in zip(sheet.rows, make_exports.received_rows(), strict=True):
        assert list(row[: len(cells)]) == ["" if cell == "" else cell for cell in cells]


def test_shipments_under_merged_headers_go_behind_the_branch_s_own(tmp_path, remembered):
    out = tmp_path / "华南台账.xlsx"
    found = confirmed(SAMPLES / make_exports.SHIPPED, "发货台账", "--into", LEDGER, "--out", out, "--customers", RATED, *remembered)
    assert mapped(found)["金额"] == "本币·价税合计" and mapped(found)["客户编码"] == "客户·编码"
    tie = found["勾稽"]
    assert (tie["来源行数"], tie["新增"]["行数"], tie["作废"]["行数"], tie["拒绝"]["行数"], tie["合计行"]) == (26, 24, 1, 1, "相符")
    assert listed(found, "拒绝")[0]["位置"] == "销售出库单列表!B25" and [one["归并编码"] for one in found["客户归并建议"]] == ["HN-0032"]
    before, after = table_rows(LEDGER, "发货台账"), table_rows(out, "发货台账")
    assert after[: len(before)] == before and len(after) == len(before) + 25
    (red,) = [row for row in after if row["发货单号"] == "XSCK26100004"]
    assert red["金额"] < 0 and red["状态"] == "红字" and red["发货日期"].year == 2026
    assert_ties_out(ageing(out, as_of=date(2026, 10, 31))[1])


def test_collections_in_the_old_format(tmp_path, remembered):
    found = confirmed(SAMPLES / make_exports.RECEIVED, "回款台账", "--map", "金额=收款金额", *remembered)
    assert (found["勾稽"]["新增"]["行数"], found["勾稽"]["合计行"]) == (13, "相符")
    assert [one["发现"] for one in listed(found, "拒绝")] == ["币种为“美元”"]
    assert sum(one["金额"] < 0 for one in found["记录"]) == 1


def test_an_account_is_read_once_for_each_of_its_sides(tmp_path, remembered):
    out = tmp_path / "明细.xlsx"
    debits = confirmed(SAMPLES / make_exports.ACCOUNT, "发货台账", "--out", out, *remembered)
    credits = confirmed(SAMPLES / make_exports.ACCOUNT, "回款台账", "--into", out, *remembered)
    assert debits["勾稽"]["合计行"] == credits["勾稽"]["合计行"] == "相符"
    assert debits["勾稽"]["新增"]["行数"] == credits["勾稽"]["他方"]["行数"] == 12 and credits["勾稽"]["新增"]["行数"] == 8
    assert {one["客户编码"] for one in debits["记录"]} == set(make_exports.CODES[:4])
    _, answer = ageing(out, as_of=date(2026, 10, 31))
    assert_ties_out(answer)
    assert answer["合计"]["余额"] == debits["勾稽"]["新增"]["金额"] - credits["勾稽"]["新增"]["金额"]


def test_customers_and_orders(remembered):
    found = confirmed(SAMPLES / make_exports.CUSTOMERS, "客户", *remembered)
    assert (len(found["记录"]), found["记录"][0]["首次交易日期"], found["记录"][-1]["业务类型"]) == (9, "2019-03-01", "B")
    found = confirmed(SAMPLES / make_exports.ORDERED, "订单", *remembered)
    assert len(found["记录"]) == 8 and found["勾稽"]["来源行数"] == 12 and found["勾稽"]["作废"]["行数"] == 2


def test_the_command_of_the_readme(tmp_path):
    ended = run_cli("intake", SAMPLES / make_exports.SHIPPED, "--as", "发货台账", "--yes", "--out", tmp_path / "新台账.xlsx", "--memory", tmp_path / "对应.json")
    assert ended.code == 1 and "勾稽:相符" in ended.out and (tmp_path / "新台账.xlsx").is_file()
    assert run_cli("ageing", tmp_path / "新台账.xlsx", "--as-of", "2026-10-31").code in (0, 1)
