"""The benchmarks run at a small scale, and what they compare comes to the same results."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.branches_run import PARTS, WAYS, write_branches
from benchmarks.drawn import BEFORE, NOW, branch_records, customer_of
from benchmarks.functions_asked import ASKED
from benchmarks.functions_run import measure_functions
from benchmarks.ledger_run import ALLOCATIONS, WORK
from benchmarks.report import FUNCTIONS, LEDGERS, TITLE, Line, Results, put, write
from benchmarks.run import CONTENDERS, HERE, main
from tests.conftest import require_program
from xl_credit.policy.sample import sample_policy
from xl_credit.rules.levels import rate
from xl_credit.rules.records import HELD, RATED, UNRATED

SMALL = ["--only", "quarter", "--branches", "1", "--customers", "30", "--rules", "500", "--repeat", "1"]


@pytest.fixture
def peers():
    for needed in ("openpyxl", "pandas", "wolfxl"):
        pytest.importorskip(needed, reason="needs the packages of the bench extra")


@pytest.mark.usefixtures("peers")
def test_a_small_run_measures_every_contender_and_finds_that_they_agree():
    results, *_ = main(SMALL)
    assert [line.name for line in results.lines] == [one.name for one in CONTENDERS]
    assert all(line.wall > 0 and line.cpu > 0 and line.peak_mb > 0 for line in results.lines)
    assert results.distinct == 500
    assert results.floor.name.startswith("下限")


def test_it_can_be_started_as_a_file(tmp_path):
    done = subprocess.run([sys.executable, HERE / "run.py", "--help"], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0
    assert "--branches" in done.stdout


def test_drawn_customers_are_the_same_each_time_and_of_every_kind():
    records = branch_records("B01", 500, NOW)
    assert records == branch_records("B01", 500, NOW)
    assert records != branch_records("B01", 500, BEFORE)
    complete = [customer_of(record) for record in records if record["营业执照"] is not None]
    ratings = [rate(sample_policy(), customer, NOW) for customer in complete]
    assert {rating.status for rating in ratings} == {RATED, UNRATED, HELD}
    assert {rating.row for rating in ratings if rating.is_rated} == set(range(len(sample_policy().levels)))
    assert len(complete) < len(records)


def test_results_are_laid_out_alike_each_time(tmp_path):
    ours, script, floor = Line("本工具", 2.0, 2.0, 60.0), Line("脚本", 20.0, 20.0, 90.0), Line("下限", 1.0, 1.0, 50.0)
    results = Results("2 核,Python 3.11", "1 个工作簿", 3, Line("规则", 1.0, 1.0, 40.0), 100_000, (ours, script, floor), script, floor)
    target = Path(tmp_path) / "RESULTS.md"
    write(results, target)
    text = target.read_text("utf-8")
    assert "| 本工具 | 2.00 | 2.00 | 60 | 10.0× | 10.0× | 2.00× | 2.00× |" in text
    assert "每秒 100,000 个" in text
    write(results, target)
    assert target.read_text("utf-8") == text


@pytest.mark.usefixtures("peers")
def test_a_small_ledger_is_aged_alike_by_the_tool_and_by_both_scripts():
    _, results, *_ = main(["--only", "ledger", "--lines", "600", "--repeat", "1"])
    assert {(case.work, case.allocation) for case in results.cases} == {(work, way) for work in WORK.values() for way in ALLOCATIONS}
    assert results.compared > 0  # a customer on whom they differ stops the run
    assert all(line.cpu > 0 and line.peak_mb > 0 for case in results.cases for line in (case.tool, case.script, case.loopless))


@pytest.mark.host
@pytest.mark.xdist_group("calc")
def test_the_functions_are_timed_in_bodies_and_in_calc_once_they_agree():
    require_program("soffice")
    _, _, results, _ = main(["--only", "functions", "--rows", "40", "--repeat", "1"])
    assert {row.function for row in results.rows} - {""} == {one.function for one in ASKED} and len(results.rows) == len(ASKED) + 2
    assert results.customers == 40 and results.compared == 40 * (2 * len(ASKED) + 3) and results.native > 0
    assert all(row.body_single > 0 and row.body_spilled > 0 for row in results.rows if row.function)
    assert [one.loaded for one in results.starts] == [()] * 3


def test_functions_that_do_not_agree_are_not_timed():
    said = {"functions_make": {"customers": 1}, "functions_bodies": {"bodies": {}}, "functions_calc": {"count": 1, "compared": 9, "differences": ["级别: 一级 二级"]}}
    with pytest.raises(SystemExit, match="不一致:1格,如 .*一级 二级"):
        measure_functions(lambda task, *_: said[task], "2 核", 1, 1)


def test_sections_measured_by_themselves_leave_the_others_alone(tmp_path):
    target = Path(tmp_path) / "RESULTS.md"
    put(target, FUNCTIONS, "\n函数\n")
    put(target, LEDGERS, "\n台账\n")
    put(target, FUNCTIONS, "\n新函数\n")
    put(target, TITLE, "\n## 一个季度\n\n整季\n\n")
    assert target.read_text("utf-8") == f"{TITLE}\n## 一个季度\n\n整季\n\n{LEDGERS}\n台账\n\n{FUNCTIONS}\n新函数\n"


def test_head_office_s_round_is_measured_in_every_way(tmp_path):
    *_, results = main(["--only", "branches", "--packs", "2", "12", "--repeat", "1"])
    assert [(line.part, line.way) for line in results.lines] == [(part, way) for part in PARTS.values() for way in WAYS.values()]
    assert results.customers == 24 and results.entries >= 24 * 10
    assert all(line.wall > 0 and line.peak_mb > 0 for line in (*results.lines, results.peer))
    write_branches(results, tmp_path / "RESULTS.md")
    assert (tmp_path / "RESULTS.md").read_text("utf-8").count("Dask") >= 4
