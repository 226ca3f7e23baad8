"""``rate``: an 评估表 from a workbook or CSV, told as a table, JSON or CSV that all say the same."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.conftest import Ended, Record, build_branch, record, run_cli
from xl_credit.cells import from_csv_text
from xl_credit.quarter.columns import EVALUATION_COLUMNS, RESULT_COLUMNS, titled

RECORDS = [
    record("K1"),
    record("K2", 客户名称="=1+2", 年交易额=655.5, 年赢利额=112, 年回款额=468.2, 业务类型="B", 申请额度=12.5),
    record("K3", 首次交易日期="2026-08-01"),
    record("K4", 弄虚作假="是"),
]
BAD = [*RECORDS, record("K5", 年回款额="很多")]


def write_csv(path: Path, records: list[Record], encoding: str = "utf-8", headers=titled) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow([headers(name) for name in EVALUATION_COLUMNS])
        writer.writerows([one.get(name) for name in EVALUATION_COLUMNS] for one in records)
    return path


def rated(path: Path, form: str = "json", code: int = 0) -> Ended:
    ended = run_cli("rate", path, "--quarter", "2026Q3", "--format", form)
    assert (ended.code, ended.has_traceback) == (code, False), ended
    return ended


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("rate")


@pytest.fixture(scope="module")
def workbook(folder) -> Path:
    return build_branch(folder / "评估.xlsx", RECORDS)


@pytest.fixture(scope="module")
def of_workbook(workbook) -> list[dict]:
    return json.loads(rated(workbook).out)


def test_the_output_for_programs_is_json_and_nothing_else(workbook, of_workbook):
    ended = rated(workbook)
    assert json.loads(ended.out) == of_workbook and [list(row) for row in of_workbook] == [list(RESULT_COLUMNS)] * 4
    assert "示例政策" in ended.err  # said beside it, on the error stream


def test_numbers_are_numbers_and_what_is_not_rated_is_null(of_workbook):
    first, second, newcomer, held = of_workbook
    assert (first["得分"], first["级别"], first["赊欠限额"], first["建议额度"]) == (100, "特级", 80, 60)
    assert isinstance(first["得分"], int) and second["建议额度"] == 12.5
    for unrated, status in ((newcomer, "不予评级"), (held, "暂缓评级")):
        assert unrated["评级状态"] == status and unrated["赊欠限额"] == 0
        assert [unrated[name] for name in ("法律资质", "得分", "级别")] == [None] * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_gives_what_the_workbook_gives(folder, of_workbook, encoding):
    assert json.loads(rated(write_csv(folder / f"{encoding}.csv", RECORDS, encoding)).out) == of_workbook


def test_headers_without_units_and_in_another_order_are_found(folder, of_workbook, tmp_path):
    path = tmp_path / "次序.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(reversed(EVALUATION_COLUMNS)))
        writer.writeheader()
        writer.writerows({name: one.get(name) for name in EVALUATION_COLUMNS} for one in RECORDS)
    assert json.loads(rated(path).out) == of_workbook


def test_amounts_under_a_header_in_yuan_are_converted(tmp_path, of_workbook):
    def in_yuan(name: str) -> str:
        return f"{name}(元)" if name == "年交易额" else titled(name)

    records = [{**one, "年交易额": one["年交易额"] * 10000} for one in RECORDS]
    assert json.loads(rated(write_csv(tmp_path / "元.csv", records, headers=in_yuan)).out) == of_workbook


def test_csv_and_json_say_the_same_and_a_formula_is_kept_text(workbook, of_workbook):
    out = rated(workbook, "csv").out
    header, *rows = csv.reader(io.StringIO(out))
    assert header == list(RESULT_COLUMNS) and "'=1+2" in out and ",=1+2" not in out
    told = [["" if value is None else str(value) for value in one.values()] for one in of_workbook]
    assert [[from_csv_text(value) for value in row] for row in rows] == told


def test_the_table_says_what_the_json_says(workbook, of_workbook):
    lines = [line for line in rated(workbook, "table").out.splitlines() if line.startswith("│ K")]
    cells = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]
    assert [cell[0] for cell in cells] == [one["客户编码"] for one in of_workbook]
    for cell, one in zip(cells, of_workbook, strict=True):
        shown = [one["客户名称"], "—" if one["得分"] is None else str(one["得分"]), one["级别"] or "—", str(one["赊欠限额"])]
        assert cell[1:7] == [*shown, str(one["建议额度"]), one["评级状态"]]


def test_a_bad_cell_costs_its_row_only_and_ends_with_1(folder, of_workbook):
    ended = rated(write_csv(folder / "坏格.csv", BAD), code=1)
    rows = json.loads(ended.out)
    assert rows[:4] == of_workbook
    assert (rows[4]["评级状态"], rows[4]["得分"], rows[4]["级别"]) == ("资料不全", None, None)
    assert [line for line in ended.error_lines if line.startswith("坏格.csv!评估表!V6:年回款额值为“很多”")], ended.err


def test_a_missing_column_stops_it_and_is_named(tmp_path):
    path = write_csv(tmp_path / "缺列.csv", RECORDS)
    path.write_text(path.read_text("utf-8").replace("年回款额(万元)", "回款"), "utf-8")
    ended = rated(path, code=2)
    assert ended.out == "" and len(ended.error_lines) == 1 and "缺少列“年回款额”" in ended.err


def test_a_regeneration_writes_what_rate_says(workbook, of_workbook, tmp_path):
    from tests.conftest import table_rows

    source = tmp_path / "来源"
    source.mkdir()
    (source / workbook.name).write_bytes(workbook.read_bytes())
    run_cli("regenerate", source, "-q", "2026Q3", "--out", tmp_path / "结果")
    written = table_rows(tmp_path / "结果" / workbook.name, "评级结果")
    assert [[row[name] or None for name in RESULT_COLUMNS] for row in written] == [
        [one[name] or None for name in RESULT_COLUMNS] for one in of_workbook
    ]
