"""``xl-credit calc`` as its user meets it: what it refuses, the extension alone, and a workbook opened, saved and handed back."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, build_branch, record, run_cli
from tests.hosts.calc_desk import driving, ended, pipe_for, screen, until
from xl_credit.books.package import read_package
from xl_credit.hosts.calc_extension import extension_files
from xl_credit.hosts.calc_names import formulas, has_excel_names

_LISTENING = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Setup/Office">
<prop oor:name="ooSetupConnectionURL" oor:op="fuse"><value>pipe,name={pipe};urp;</value></prop></item></oor:items>
"""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["没有.xlsx"], "没有这个文件"), (["--out", "新.xlsx"], "--out 要有来源文件"), (["--oxt", "没有/扩展.oxt"], "写不出扩展"),
        (["--oxt", "扩展.zip"], "写不出扩展"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_in_one_line(given, said, tmp_path):
    done = run_cli("calc", *given, cwd=tmp_path)
    assert done.code == 2 and said in done.err and len(done.error_lines) == 1 and not done.has_traceback


def test_without_libreoffice_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    done = run_cli("calc", cwd=tmp_path)
    assert done.code == 2 and "没有找到 LibreOffice" in done.err and not done.has_traceback


def test_the_extension_alone_is_a_file_with_everything_in_it(tmp_path):
    done = run_cli("calc", "--oxt", tmp_path / "扩展.oxt")
    assert done.code == 0 and "扩展管理器" in done.out
    with zipfile.ZipFile(tmp_path / "扩展.oxt") as archive:
        assert archive.testzip() is None and {*archive.namelist()} == {*extension_files()}


@pytest.fixture
def source(tmp_path) -> Path:
    return build_branch(tmp_path / "来源" / "华东.xlsx", [record("K1"), record("K2")])


@pytest.fixture
def display() -> Iterator[str]:
    with screen(1200, 800) as number:
        yield number


def start(folder: Path, display: str, *given: object) -> subprocess.Popen:
    """The command in a process of its own, its office listening for the test."""
    profile = folder / "xl-credit" / "calc" / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(_LISTENING.format(pipe=pipe_for(folder)), "utf-8")
    settings = os.environ | {"XDG_DATA_HOME": str(folder), "DISPLAY": display, "SAL_USE_VCLPLUGIN": "gen", "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "xl_credit.cli", "calc", *map(str, given)]
    return subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", start_new_session=True)


@pytest.mark.host
@pytest.mark.xdist_group("calc")
@pytest.mark.skipif(sys.platform != "linux", reason="a screen in memory needs X")
class TestOpened:
    def test_what_is_saved_goes_to_the_new_file_under_excel_s_names(self, tmp_path, source, display):
        before, out = source.read_bytes(), tmp_path / "结果.xlsx"
        running = start(tmp_path / "data", display, source, "--out", out)
        with ended(running), driving(pipe_for(tmp_path / "data"), Path(os.devnull)) as calc:
            assert until(calc.take).endswith(".xlsx")
            assert calc.type("评估表", "AZ1", '=CREDIT_TIER(85;"A")')[0] == "一级"
            assert calc.command("rate_book").startswith("评级本簿:2026年第3季度")
            calc.keep()
            calc.finish()
            said, _ = running.communicate(timeout=600)
        assert running.returncode == 0 and "已写出" in said and source.read_bytes() == before
        package = read_package(out)
        written = [text for name in package.names() if name.startswith("xl/worksheets/sheet") for _, text in formulas(package.read(name))]
        assert 'CREDIT_TIER(85,"A")' in written and not has_excel_names(read_package(source))

    def test_without_saving_no_file_is_written(self, tmp_path, source, display):
        out = tmp_path / "结果.xlsx"
        running = start(tmp_path / "data", display, source, "--out", out)
        with ended(running), driving(pipe_for(tmp_path / "data"), Path(os.devnull)) as calc:
            until(calc.take)
            calc.leave()
            calc.finish()
            said, _ = running.communicate(timeout=600)
        assert running.returncode == 0 and "没有保存" in said and not out.exists()
