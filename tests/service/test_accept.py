"""评价建议: proposals from visits with their sources, accepted by a person, carried into a copy one by one (信用第六条, 第七条(3)⑥⑦)."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import run_cli, table_rows
from tests.service.desk import build_service, daily, ratings, rows_of, type_in
from xl_credit.books.package import read_package
from xl_credit.forms import service_columns as c
from xl_credit.quarter.columns import EVALUATION

COLUMNS = (*c.ADVICE_COLUMNS, *c.ADVICE_KEPT)


def on(day: int, month: int = 8) -> date:
    return date(2026, month, day)


VISITS = [
    daily("K1", on(3), 合作态度="不配合"), daily("K1", on(20), 合作态度="不配合"), daily("K1", on(3, 6), 合作态度="配合"), daily("K2", on(5), 对账情况="拒绝对账"),
    daily("K3", on(5), 客户产品销售状况="较差"), daily("K3", on(6), 承诺回款=5000, 承诺回款日期=on(20)), daily("K3", on(7), 承诺回款=100),
]  # fmt: skip


@pytest.fixture(scope="module")
def _advised(tmp_path_factory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("advice")
    build_service(folder / "甲客户服务.xlsx", **{c.DAILY: VISITS})
    ratings(folder / "2026Q3")
    ended = run_cli("service", "report", folder / "甲客户服务.xlsx", "--month", "2026-08", "--ratings", folder / "2026Q3", "--out", folder / "月报")
    assert ended.code == 1 and not ended.has_traceback
    return folder, ended.err


@pytest.fixture
def advised(_advised, tmp_path) -> Path:
    """A folder with the service workbook and its proposals, and the branch's rating workbook."""
    shutil.copy(_advised[0] / "月报" / "甲客户服务.xlsx", tmp_path)
    shutil.copytree(_advised[0] / "2026Q3", tmp_path / "2026Q3")
    return tmp_path


def proposals(folder: Path) -> dict[tuple[str, str], dict]:
    return {(row["客户编码"], row["评价项目"]): row for row in rows_of(folder / "甲客户服务.xlsx", c.ADVICE, COLUMNS)}


def answer(folder: Path, key: tuple[str, str], **entries: object) -> None:
    given = {"采纳": "采纳", "采纳人": "方晴", "采纳日期": on(9, 10)} | entries
    type_in(folder / "甲客户服务.xlsx", c.ADVICE, proposals(folder)[key]["row"], **given)


def accept(folder: Path):
    return run_cli("service", "accept", folder / "甲客户服务.xlsx", "--book", folder / "2026Q3" / "甲.xlsx", "--out", folder / "评级.xlsx")


def states(path: Path) -> dict[str, dict]:
    return {row["客户编码"]: row for row in table_rows(path, EVALUATION)}


def test_proposals_name_their_source_cells(advised):
    found = {key: (row["现评"], row["建议"], row["来源"], row["记录期间"]) for key, row in proposals(advised).items()}
    assert found == {
        ("K1", "合作态度"): ("非常配合", "不配合", "巡访日报!AB5、巡访日报!AB6", "2026Q3"), ("K2", "对账不良记录"): ("无", "拒绝对账", "巡访日报!AE8", "2026Q3"),
    }  # fmt: skip


def test_promises_that_cannot_be_verified_are_reported(_advised):
    assert "客户K3没有台账" in _advised[1] and "承诺回款没有日期" in _advised[1]


def test_nothing_is_written_unless_somebody_accepted(advised):
    ended = accept(advised)
    assert ended.code == 0 and "没有可写入的采纳项" in ended.out and not (advised / "评级.xlsx").exists()


def test_an_accepted_proposal_goes_into_a_copy_and_the_rating_workbook_stays(advised):
    answer(advised, ("K1", "合作态度"))
    answer(advised, ("K2", "对账不良记录"), 采纳="不采纳")
    book = advised / "2026Q3" / "甲.xlsx"
    before = book.read_bytes()
    ended = accept(advised)
    assert ended.code == 0 and "K1 合作态度:非常配合 → 不配合(方晴,2026-10-09)" in ended.out
    now, was = states(advised / "评级.xlsx"), states(book)
    assert now["K1"]["合作态度"] == "不配合" and now["K2"] == was["K2"] and book.read_bytes() == before
    assert {name: value for name, value in now["K1"].items() if value != was["K1"][name]}.keys() == {"合作态度"}
    one, other = read_package(book), read_package(advised / "评级.xlsx")
    changed = [name for name in one.names() if one.read(name) != other.read(name)]
    assert changed == ["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize(
    ("entries", "said"),
    [({"采纳人": "王主管"}, "采纳人王主管的岗位是客户服务主管"), ({"采纳人": "路人"}, "岗位是未登记"), ({"采纳人": None}, "没有采纳人"), ({"采纳日期": None}, "为空"), ({"采纳日期": "改天"}, "改天")],
)  # fmt: skip
def test_who_may_not_accept_or_does_not_say_when_accepts_nothing(advised, entries, said):
    answer(advised, ("K1", "合作态度"), **entries)
    ended = accept(advised)
    assert ended.code == 1 and said in ended.err and not (advised / "评级.xlsx").exists()


def test_a_state_that_has_changed_meanwhile_is_not_overwritten(advised):
    answer(advised, ("K1", "合作态度"))
    type_in(advised / "2026Q3" / "甲.xlsx", EVALUATION, states(advised / "2026Q3" / "甲.xlsx")["K1"]["row"], 合作态度="配合")
    ended = accept(advised)
    assert ended.code == 1 and "现为“配合”,建议是对“非常配合”提出的" in ended.err and not (advised / "评级.xlsx").exists()


def test_answers_stay_when_the_month_is_reported_again(_advised, advised):
    answer(advised, ("K1", "合作态度"), 说明="已核实")
    again = advised / "再"
    again.mkdir()
    shutil.copy(advised / "甲客户服务.xlsx", again)
    source, folder = _advised[0] / "甲客户服务.xlsx", _advised[0] / "2026Q3"
    run_cli("service", "report", source, "--month", "2026-08", "--ratings", folder, "--out", again)
    mine = rows_of(again / "甲客户服务.xlsx", c.ADVICE, COLUMNS)
    assert [(row["客户编码"], row["采纳"], row["说明"]) for row in mine if row["采纳"]] == [("K1", "采纳", "已核实")]


def test_the_accepted_copy_rates_by_the_new_state(advised):
    answer(advised, ("K2", "对账不良记录"))
    accept(advised)
    before, after = (run_cli("rate", path, "--quarter", "2026Q3", "--format", "csv").out for path in (advised / "2026Q3" / "甲.xlsx", advised / "评级.xlsx"))
    line = {text: next(row for row in text.splitlines() if "K2" in row) for text in (before, after)}
    assert line[before] != line[after]
