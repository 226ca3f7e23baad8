"""On a cluster of two worker processes: the same bytes as in one process; a worker that is killed costs a retry."""

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from tests.conftest import ROOT, WORKBOOKS, files_in, run_cli
from tests.work.dask_desk import cluster
from xl_credit.rules.errors import CreditError
from xl_credit.work.losses import PROCESS_GONE
from xl_credit.work.units import How, in_order

pytestmark = [pytest.mark.skipif(os.name != "posix", reason="processes are killed by signals"), pytest.mark.xdist_group("cluster")]
LEDGER = WORKBOOKS / "2026Q3" / "华南台账.xlsx"


@pytest.fixture(scope="module")
def dask(tmp_path_factory):
    with cluster(tmp_path_factory.mktemp("dask")) as desk:
        yield desk


def test_a_quarter_comes_out_byte_for_byte_as_in_one_process(dask, regenerate, tmp_path):
    more = ("--previous", WORKBOOKS / "2026Q2", "--policy", WORKBOOKS / "政策.xlsx")
    here = regenerate(WORKBOOKS / "2026Q3", *more, out=tmp_path / "本机")
    there = regenerate(WORKBOOKS / "2026Q3", *more, "--scheduler", dask.address, out=tmp_path / "集群")
    assert here.code == there.code == 1 and there.out.replace("集群", "本机") == here.out
    assert files_in(tmp_path / "集群") == files_in(tmp_path / "本机")


def test_folders_named_from_here_are_found_by_workers_that_work_elsewhere(dask, branches, tmp_path):
    done = run_cli("regenerate", branches.name, "-q", "2026Q3", "--out", "结果", "--scheduler", dask.address, cwd=tmp_path)
    assert done.code == 0 and (tmp_path / "结果" / "甲.xlsx").is_file()


@pytest.mark.parametrize("format", ["json", "csv"])
def test_a_ledger_is_aged_alike(dask, format):
    arguments = ("ageing", LEDGER, "--as-of", "2026-09-30", "--format", format)
    assert run_cli(*arguments, "--scheduler", dask.address).out == run_cli(*arguments).out


def test_returned_workbooks_are_judged_alike(dask, tmp_path):
    listed = tmp_path / "分公司.csv"
    listed.write_text("分公司\n华东\n华南\n西南\n", "utf-8")
    sent, key = tmp_path / "下发", tmp_path / "密钥"
    made = run_cli("distribute", "--branches", listed, "--quarter", "2026Q4", "--previous", WORKBOOKS / "2026Q3", "--out", sent, "--key", key)
    assert made.code in (0, 1), made.err
    came = tmp_path / "收回"
    shutil.copytree(sent, came)
    (came / "华南.xlsx").write_bytes(b"PK")
    asked = ("collect", came, "--key", key, "--date", "2026-12-20")
    lists = sent / "分发清单.xlsx"
    before = lists.read_bytes()
    here = run_cli(*asked, "--sent", sent, "--out", tmp_path / "本机")
    lists.write_bytes(before)
    there = run_cli(*asked, "--sent", sent, "--out", tmp_path / "集群", "--scheduler", dask.address)
    assert here.code == there.code == 1 and "华南" in there.out
    assert files_in(tmp_path / "集群") == files_in(tmp_path / "本机") != {}


def test_nobody_at_the_address_is_said_in_one_line(regenerate, branches):
    done = regenerate(branches, "--scheduler", "tcp://127.0.0.1:9")
    assert done.code == 2 and "连不上调度器“tcp://127.0.0.1:9”" in done.error_lines[-1] and not done.has_traceback
    done = regenerate(branches, "--scheduler", "不是地址")
    assert done.code == 2 and not done.has_traceback


def test_a_scheduler_without_workers_is_said_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr("xl_credit.work.cluster._WORKERS_SECONDS", 0.5)
    with cluster(tmp_path, workers=0) as desk, pytest.raises(CreditError, match="上没有工作进程"):
        list(in_order(abs, [1], None, How(1, desk.address), lost))


def test_a_worker_killed_in_the_middle_costs_a_retry_and_no_byte(branches, regenerate, tmp_path):
    for number in range(10):
        shutil.copy2(branches / "甲.xlsx", branches / f"丙{number}.xlsx")
    regenerate(branches, out=tmp_path / "本机")
    with cluster(tmp_path) as desk:
        command = [sys.executable, "-m", "xl_credit.cli", "regenerate", branches, "-q", "2026Q3", "--out", tmp_path / "集群", "--scheduler", desk.address]
        run = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(ROOT)})
        until = time.monotonic() + 240
        while not list((tmp_path / "集群").glob("运行记录/*.xlsx.json")) and time.monotonic() < until:
            time.sleep(0.005)
        desk.workers[0].send_signal(signal.SIGKILL)
        _, said = run.communicate(timeout=240)
    assert run.returncode == 1 and "Traceback" not in said.decode()  # 1: the same customers in twelve branches are a problem
    assert files_in(tmp_path / "集群") == files_in(tmp_path / "本机")


def deadly(unit: int, shared: object) -> int:
    if unit == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return unit


def lost(unit: int, why: str) -> str:
    return f"{unit}:{why}"


def test_a_unit_that_kills_every_worker_is_lost_alone_and_with_nobody_left_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("xl_credit.work.cluster._LOOK_SECONDS", 1)
    with cluster(tmp_path, workers=5) as desk:
        assert list(in_order(deadly, [1, 2, 3], None, How(1, desk.address), lost)) == [1, f"2:{PROCESS_GONE}", 3]
        for one in desk.workers:
            one.kill()
        monkeypatch.setattr("xl_credit.work.cluster._WORKERS_SECONDS", 1)
        with pytest.raises(CreditError, match="没有工作进程|都已退出"):
            list(in_order(deadly, [1, 3], None, How(1, desk.address), lost))


def test_a_worker_of_another_version_is_refused(dask, monkeypatch):
    monkeypatch.setattr("xl_credit.work.cluster.__version__", "9.9")
    with pytest.raises(CreditError, match="工作进程的 xl-credit 版本为"):
        list(in_order(deadly, [1], None, How(1, dask.address), lost))
