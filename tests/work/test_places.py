"""Sources and targets at addresses: an S3 store on this machine gives the bytes that folders give."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import WORKBOOKS, Ended, files_in, run_cli
from xl_credit.books.places import is_remote, place
from xl_credit.books.saving import put_bytes
from xl_credit.rules.errors import CreditError
from xl_credit.work.holding import held

STORE = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """The environment in which s3:// is a store that lives as long as these tests, with an empty bucket 信贷 called credit."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (tmp_path_factory.mktemp("s3") / "log").open("wb")
    settings = {**STORE, "FSSPEC_S3_ENDPOINT_URL": f"http://127.0.0.1:{port}"}
    server = subprocess.Popen([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log)
    try:
        until = time.monotonic() + 240
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert time.monotonic() < until
                time.sleep(0.1)
        _python(settings, "import fsspec; fsspec.filesystem('s3').mkdir('credit')")
        yield settings
    finally:
        server.kill()
        server.wait()
        log.close()


def _python(settings: dict[str, str], code: str, *given: object) -> str:
    done = subprocess.run([sys.executable, "-c", code, *map(str, given)], env=os.environ | settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def upload(store: dict[str, str], folder: Path, address: str) -> None:
    _python(store, "import sys, fsspec; fsspec.filesystem('s3').put(sys.argv[1] + '/', sys.argv[2] + '/', recursive=True)", folder, address)


def download(store: dict[str, str], address: str, folder: Path) -> dict[str, bytes]:
    _python(store, "import sys, fsspec; fsspec.filesystem('s3').get(sys.argv[1] + '/', sys.argv[2] + '/', recursive=True)", address, folder)
    return files_in(folder)


@pytest.fixture
def at_store(store, monkeypatch):
    for name, value in store.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: object) -> Ended:
        return run_cli(*arguments)

    return run


class TestQuarter:
    def test_from_store_to_store_it_gives_the_bytes_that_folders_give(self, store, at_store, regenerate, tmp_path):
        upload(store, WORKBOOKS / "2026Q3", "s3://credit/a/2026Q3")
        upload(store, WORKBOOKS / "2026Q2", "s3://credit/a/2026Q2")
        there = at_store("regenerate", "s3://credit/a/2026Q3", "-q", "2026Q3", "--previous", "s3://credit/a/2026Q2", "--out", "s3://credit/a/out")
        here = regenerate(WORKBOOKS / "2026Q3", "--previous", WORKBOOKS / "2026Q2", "--policy", WORKBOOKS / "政策.xlsx")
        assert (there.code, there.has_traceback) == (1, False), there.err
        expected = {name: data for name, data in files_in(tmp_path / "结果").items() if not name.startswith("快照")}
        found = download(store, "s3://credit/a/out", tmp_path / "取回")
        assert {name: data for name, data in found.items() if not name.startswith("快照")} == expected and here.code == 1
        assert any(name.startswith("快照") for name in found)

    def test_again_it_changes_nothing_and_in_place_it_keeps_what_was_there(self, store, at_store, branches, tmp_path):
        upload(store, branches, "s3://credit/b")
        before = files_in(branches)
        assert at_store("regenerate", "s3://credit/b", "-q", "2026Q3", "--in-place").code == 0
        once = download(store, "s3://credit/b", tmp_path / "一")
        kept = {name.split("/")[1][0]: data for name, data in once.items() if name.startswith("备份")}
        assert kept == {name[0]: data for name, data in before.items()} and once["甲.xlsx"] != before["甲.xlsx"]
        assert at_store("regenerate", "s3://credit/b", "-q", "2026Q3", "--in-place").code == 0
        assert download(store, "s3://credit/b", tmp_path / "二") == once

    def test_a_bucket_that_is_not_there_is_said_in_one_line(self, at_store, tmp_path):
        done = at_store("regenerate", "s3://nowhere/x", "-q", "2026Q3", "--out", tmp_path / "果")
        assert done.code == 2 and not done.has_traceback and "没有文件夹" in done.err


def test_a_ledger_is_aged_from_the_store_and_its_sheets_go_there(store, at_store, tmp_path):
    upload(store, WORKBOOKS / "2026Q3", "s3://credit/c")
    there = at_store("ageing", "s3://credit/c/华南台账.xlsx", "--as-of", "2026-09-30", "--format", "json", "--out", "s3://credit/c/账龄.xlsx")
    here = run_cli("ageing", WORKBOOKS / "2026Q3" / "华南台账.xlsx", "--as-of", "2026-09-30", "--format", "json", "--out", tmp_path / "账龄.xlsx")
    assert there.code == here.code and there.out == here.out
    assert download(store, "s3://credit/c", tmp_path / "取回")["账龄.xlsx"] == (tmp_path / "账龄.xlsx").read_bytes()


class TestPlaces:
    def test_a_path_is_a_path_and_so_is_a_file_address(self, tmp_path):
        assert place(str(tmp_path)) == tmp_path == place(tmp_path.as_uri())
        assert not is_remote(place("2026Q3")) and is_remote(place("memory://a/b"))

    @pytest.mark.parametrize("text", ["nosuch://x/y", "ht!tp://x"])
    def test_an_address_of_no_known_kind_is_refused_in_one_line(self, text):
        with pytest.raises(CreditError, match="用不了"):
            place(text)

    def test_what_is_put_in_a_store_is_there_whole(self):
        target = place("memory://places/whole.bin")
        put_bytes(target, b"one")
        put_bytes(target, b"two")
        assert target.read_bytes() == b"two" and [path.name for path in target.parent.iterdir()] == ["whole.bin"]


class TestOneAtATimeInAStore:
    def test_a_second_run_is_refused_and_told_what_to_delete(self):
        folder = place("memory://busy/one")
        with held(folder), pytest.raises(CreditError, match="正由另一次运行使用.*确已中断的,删除 运行记录/占用者"), held(folder):
            pass
        with held(folder):
            pass

    def test_a_run_of_this_machine_that_is_gone_is_taken_over_from(self):
        folder = place("memory://busy/two")
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        (folder / "运行记录").mkdir(parents=True)
        holder = folder / "运行记录" / "占用者"
        holder.write_text(f'{{"主机": "{socket.gethostname()}", "进程": {gone.pid}}}', "utf-8")
        with held(folder):
            assert f'"进程": {os.getpid()}' in holder.read_text("utf-8")
        holder.write_text(f'{{"主机": "别处", "进程": {gone.pid}}}', "utf-8")
        with pytest.raises(CreditError, match="主机别处"), held(folder):
            pass
