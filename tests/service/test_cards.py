"""客户卡 (第九条): a page a customer with values, and the same card in native formulas."""

import warnings
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import run_cli
from tests.forms.office import convert
from tests.service.desk import build_service, client, daily, ratings
from xl_credit.forms import service_columns as c


def on(day: int, month: int = 8) -> date:
    return date(2026, month, day)


LISTS = {
    c.CLIENTS: [client("K1", 联系人="赵先生", 经营项目="=1+1"), client("K2"), client("a/b:c*")],
    c.DAILY: [daily("K1", on(number), 巡访内容=f"第{number}次", 客户意见="偏高") for number in range(3, 11)] + [daily("K2", on(3), 巡访内容="别家")],
    c.COMPLAINTS: [
        {"投诉编号": "T1", "受理日期": on(1), "客户编码": "K1", "投诉类型": "产品质量", "投诉内容": "色差"},
        {"投诉编号": "T2", "受理日期": on(1), "客户编码": "K1", "投诉类型": "服务态度", "投诉内容": "已了", "结案日期": on(2)},
    ],
    c.SURVEYS: [{"调查编号": "D1", "调查日期": on(4), "客户编码": "K1", "产品质量": 5, "交货及时": 4}],
}  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("cards")
    build_service(folder / "甲客户服务.xlsx", **LISTS)
    ratings(folder / "2026Q3")
    return folder


def card(served: Path, out: Path, *more: str):
    return run_cli("service", "card", served / "甲客户服务.xlsx", "--as-of", "2026-08-31", "--ratings", served / "2026Q3", "--out", out, *more)


def values(path: Path, sheet: str) -> list[list[object]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [list(row) for row in openpyxl.load_workbook(path, data_only=True)[sheet].iter_rows(values_only=True)]


def beside(rows: list[list[object]], label: str) -> object:
    return next(row[place + 1] for row in rows for place, value in enumerate(row) if value == label)


def below(rows: list[list[object]], title: str) -> list[list[object]]:
    at = next(place for place, row in enumerate(rows) if row[0] == title)
    found = []
    for row in rows[at + 2 :]:
        if not row[0] or not hasattr(row[0], "year"):
            break
        found.append(row)
    return found


def test_a_card_has_master_data_grade_credit_visits_and_open_complaints(served, tmp_path):
    ended = card(served, tmp_path / "卡.xlsx", "-c", "K1")
    rows = values(tmp_path / "卡.xlsx", "K1")
    assert ended.code == 1 and "1张客户卡" in ended.out  # ‘a/b:c*’ is in no ledger and no rating: said
    assert (beside(rows, "客户名称"), beside(rows, "联系人"), beside(rows, "服务等级"), beside(rows, "年交易额(万元)")) == ("K1公司", "赵先生", "甲级", 1200)
    assert beside(rows, "经营项目") == "=1+1"
    assert [row[2] for row in below(rows, "最近巡访")] == ["第10次", "第9次", "第8次", "第7次", "第6次"]
    assert [row[2] for row in below(rows, "未结投诉")] == ["色差"] and below(rows, "满意度")[0][1] == 4.5


def test_every_customer_gets_a_page_whatever_its_code_holds(served, tmp_path):
    card(served, tmp_path / "卡.xlsx")
    assert openpyxl.load_workbook(tmp_path / "卡.xlsx").sheetnames == ["K1", "K2", "a-b-c-"]


def test_a_customer_that_is_not_there_is_refused(served, tmp_path):
    ended = card(served, tmp_path / "卡.xlsx", "-c", "K9")
    assert ended.code == 2 and "客户编码“K9”不在客户档案" in ended.err and not (tmp_path / "卡.xlsx").exists()


@pytest.mark.parametrize("name", ["甲客户服务.xlsx", "卡.xlsm", "无此夹/卡.xlsx"])
def test_a_card_is_never_written_over_the_source_or_under_another_kind_of_name(served, name):
    before = (served / "甲客户服务.xlsx").read_bytes()
    ended = card(served, served / name)
    assert ended.code == 2 and len(ended.error_lines) == 1 and (served / "甲客户服务.xlsx").read_bytes() == before


@pytest.mark.host
def test_the_native_card_says_the_same_as_the_written_one(served, tmp_path):
    out = tmp_path / "月报"
    run_cli("service", "report", served / "甲客户服务.xlsx", "--month", "2026-08", "--ratings", served / "2026Q3", "--out", out)
    card(served, tmp_path / "卡.xlsx", "-c", "K1")
    (calculated,) = convert([out / "甲客户服务.xlsx"], tmp_path / "算过")
    native, written = values(calculated, c.CARD), values(tmp_path / "卡.xlsx", "K1")
    for label in ("客户名称", "地区", "规模", "联系人", "服务等级", "服务得分", "每季巡访次数", "年交易额(万元)", "分级依据"):
        assert beside(native, label) == beside(written, label), label
    for title in ("未结投诉", "满意度"):
        assert [row[:3] for row in below(native, title)] == [row[:3] for row in below(written, title)], title
    assert [row[2] for row in below(native, "最近巡访")] == [row[2] for row in below(written, "最近巡访")]
