"""A run that is cut off loses nothing and can be gone on with; one folder takes one run at a time."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from tests.conftest import ROOT, files_in, run_cli, table_rows, type_into
from tests.quarter import killing
from xl_credit.quarter.columns import EVALUATION

posix = pytest.mark.skipif(os.name != "posix", reason="processes are forked and killed there only")


@posix
@pytest.mark.parametrize(("way", "kills"), [("out", 35), ("in-place", 25)])
def test_killed_at_any_operation_nothing_is_lost_and_going_on_ends_with_the_same_bytes(branches, tmp_path, way, kills):
    command = [sys.executable, killing.__file__, branches, tmp_path / "果", way, f"kill {way}", str(kills)]
    done = subprocess.run(list(map(str, command)), capture_output=True, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout) == []


def test_the_check_between_sees_a_lost_and_a_half_written_workbook():
    old, new = {"甲.xlsx": b"old", "乙.xlsx": b"old"}, {"甲.xlsx": b"new", "乙.xlsx": b"new"}
    assert killing.check_between({"甲.xlsx": b"new", "乙.xlsx": b"old"}, old, new) == []
    assert killing.check_between({"甲.xlsx": b"ne"}, old, new) == ["乙.xlsx is gone", "甲.xlsx is neither old nor new"]


class TestGoingOn:
    def test_what_is_done_is_not_done_again(self, branches, regenerate, tmp_path):
        regenerate(branches)
        entry = tmp_path / "结果" / "运行记录" / "甲.xlsx.json"
        told = json.loads(entry.read_bytes())
        told["result"]["notes"] = ["由上次运行记下"]
        entry.write_text(json.dumps(told), "utf-8")
        assert "由上次运行记下" in regenerate(branches, "--resume").out

    def test_a_source_changed_meanwhile_is_rated_as_it_now_is(self, branches, regenerate, tmp_path):
        regenerate(branches)
        row = table_rows(branches / "甲.xlsx", EVALUATION)[0]["row"]
        type_into(branches / "甲.xlsx", EVALUATION, row, {"年交易额": 650})
        regenerate(branches, "--resume")
        resumed = files_in(tmp_path / "结果")
        regenerate(branches, out=tmp_path / "新")
        assert resumed["甲.xlsx"] == files_in(tmp_path / "新")["甲.xlsx"]

    def test_a_result_that_somebody_changed_meanwhile_is_taken_up_with_it(self, branches, regenerate, tmp_path):
        regenerate(branches)
        result = tmp_path / "结果" / "甲.xlsx"
        row = next(one["row"] for one in table_rows(result, "审批路线"))
        type_into(result, "审批路线", row, {"审批意见": "同意"})
        regenerate(branches, "--resume")
        assert table_rows(result, "审批路线")[0]["审批意见"] == "同意"

    def test_without_a_run_to_go_on_with_it_is_refused(self, branches, regenerate, tmp_path):
        done = regenerate(branches, "--resume")
        assert done.code == 2 and done.error_lines == [f"{tmp_path / '结果'}:没有可以接着做的运行;允许:去掉 --resume"]

    @pytest.mark.parametrize("more", [("--as-of", "2026-08-31"), ("--basis", "shipment"), ("--previous", "来源")])
    def test_on_other_terms_it_is_refused(self, branches, regenerate, more):
        regenerate(branches)
        done = regenerate(branches, "--resume", *(str(branches) if one == "来源" else one for one in more))
        assert done.code == 2 and "条件" in done.err and len(done.error_lines) == 1

    def test_a_new_run_says_that_the_last_one_did_not_end(self, branches, regenerate, tmp_path):
        assert "没有做完" not in regenerate(branches).err
        (tmp_path / "结果" / "运行记录" / "完成.json").unlink()
        assert "上次运行没有做完,这次从头做起(接着做用 --resume)" in regenerate(branches).err
        assert "没有做完" not in regenerate(branches).err

    def test_a_damaged_entry_costs_its_branch_only_the_work(self, branches, regenerate, tmp_path):
        regenerate(branches)
        before = files_in(tmp_path / "结果")
        for damaged in (b"", b"[1]", b'{"inputs": [], "digest": 1}', b"\xff" * 40):
            (tmp_path / "结果" / "运行记录" / "甲.xlsx.json").write_bytes(damaged)
            done = regenerate(branches, "--resume")
            assert done.code == 0 and files_in(tmp_path / "结果") == before


class TestOneAtATime:
    def test_a_second_run_is_refused_with_who_holds_the_folder_and_let_in_once_that_is_gone(self, branches, regenerate, tmp_path):
        holder = subprocess.Popen([sys.executable, "-c", _HOLDING, str(tmp_path / "结果")], stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(ROOT)})
        try:
            assert holder.stdout.readline() == b"held\n"
            done = regenerate(branches)
            assert done.code == 2 and "正由另一次运行使用(主机" in done.err and f"进程{holder.pid})" in done.err
            assert files_in(tmp_path / "结果") == {}
        finally:
            holder.kill()
            holder.communicate()
        assert regenerate(branches).code == 0

    def test_what_a_killed_run_had_begun_to_write_is_cleared_away(self, branches, regenerate, tmp_path):
        (tmp_path / "结果").mkdir()
        (tmp_path / "结果" / ".xl-credit-abc.tmp").write_bytes(b"half")
        regenerate(branches)
        assert not list((tmp_path / "结果").rglob("*.tmp"))


_HOLDING = """
import sys, time
from pathlib import Path
from xl_credit.work.holding import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def small_disk(tmp_path):
    """A disk of its own with no more than 60 kB left."""
    folder = tmp_path / "小盘"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", folder], capture_output=True, check=False) if shutil.which("mount") else None
    if made is None or made.returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@posix
def test_on_a_full_disk_every_source_is_whole_and_the_reason_is_said(branches, small_disk):
    for path in branches.iterdir():
        shutil.copy2(path, small_disk)
    with (small_disk / "占位").open("wb") as file, pytest.raises(OSError):
        while True:
            os.write(file.fileno(), bytes(4096))
    before = {path.name: path.read_bytes() for path in small_disk.glob("*.xlsx")}
    done = run_cli("regenerate", small_disk, "-q", "2026Q3", "--in-place")
    assert done.code == 2 and not done.has_traceback and "No space left" in done.err or "磁盘空间不足" in done.err
    assert {path.name: path.read_bytes() for path in small_disk.glob("*.xlsx")} == before


@posix
def test_with_room_for_the_journal_only_the_branches_are_named_and_whole(branches, small_disk):
    for path in branches.iterdir():
        shutil.copy2(path, small_disk)
    free = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
    (small_disk / "占位").write_bytes(bytes(max(0, free - 20_000)))
    before = {path.name: path.read_bytes() for path in small_disk.glob("*.xlsx")}
    done = run_cli("regenerate", small_disk, "-q", "2026Q3", "--in-place")
    assert not done.has_traceback and done.code != 0 and "磁盘空间不足" in done.err
    assert {path.name: path.read_bytes() for path in small_disk.glob("*.xlsx") if path.name in before} == before


@posix
def test_a_folder_that_cannot_be_written_is_refused_and_whole(branches, small_disk):
    for path in branches.iterdir():
        shutil.copy2(path, small_disk)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    before = files_in(small_disk)
    done = run_cli("regenerate", small_disk, "-q", "2026Q3", "--in-place")
    assert done.code == 2 and len(done.error_lines) == 1 and not done.has_traceback
    assert files_in(small_disk) == before


@posix
def test_stopped_by_its_user_a_run_says_so_and_can_be_gone_on_with(branches, tmp_path):
    for number in range(12):
        shutil.copy2(branches / "甲.xlsx", branches / f"丙{number}.xlsx")
    command = [sys.executable, "-m", "xl_credit.cli", "regenerate", str(branches), "-q", "2026Q3", "--out", str(tmp_path / "结果")]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"})
    records = tmp_path / "结果" / "运行记录"
    until = time.monotonic() + 240
    while len(list(records.glob("*.xlsx.json"))) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate()
    if run.returncode == 2:
        assert "已中断" in said.decode()
        assert not (records / "完成.json").exists()
    done = run_cli(*command[3:], "--resume")
    assert done.code in (0, 1) and len(list((tmp_path / "结果").glob("*.xlsx"))) == 15


def test_entries_hold_results_exactly(branches, tmp_path):
    from xl_credit.forms.template_files import RATING, template_path
    from xl_credit.policy.sample import sample_policy
    from xl_credit.quarter.branch import BranchResult, Job, regenerate_branch
    from xl_credit.quarter.journal import finished, note
    from xl_credit.rules.quarter import Quarter

    job = Job(branches / "甲.xlsx", tmp_path / "甲.xlsx", Quarter.parse("2026Q3"), sample_policy(), template_path(RATING), None, None)
    told: list[BranchResult] = []
    result = regenerate_branch(job, lambda one, data: (told.append(one), note(tmp_path, job, one, data)))
    assert told == [result] == [finished(tmp_path, job)] and result.written and result.outcomes
