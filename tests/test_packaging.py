"""What is handed out works elsewhere: the wheel has all it needs, and continuous integration cannot skip what it must run."""

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT, WORKBOOKS, files_in, workbooks_in
from xl_credit import __version__
from xl_credit.forms.template_files import TEMPLATES
from xl_credit.policy.sheets import COLUMNS

_LEFT_OUT = (".git", ".venv", "build", "dist", "node_modules", "__pycache__", ".hypothesis", ".ruff_cache")
installed_group = pytest.mark.xdist_group("installed")  # one process builds and installs, not each


def run(*command: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "VIRTUAL_ENV"))}
    clean |= {"PYTHONIOENCODING": "utf-8", **environment}
    return subprocess.run([*map(str, command)], cwd=cwd, env=clean, capture_output=True, encoding="utf-8", timeout=300, check=False)


@dataclass(frozen=True)
class Installed:
    """The wheel in an empty environment of its own, far from the source."""

    python: Path
    folder: Path

    def cli(self, *arguments: object) -> subprocess.CompletedProcess:
        program = self.python.with_name(f"xl-credit{self.python.suffix}")
        return run(program, *arguments, cwd=self.folder)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    source = shutil.copytree(ROOT, folder / "source", ignore=shutil.ignore_patterns(*_LEFT_OUT))
    done = run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, source, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Installed:
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel, cwd=folder)
    if done.returncode and not os.environ.get("CI"):
        pytest.skip(f"依赖没有装上:{done.stderr[-200:]}")
    assert done.returncode == 0, done.stderr
    return Installed(python, folder)


@installed_group
def test_the_wheel_has_the_templates_and_the_sample_policy_and_nothing_of_the_tests(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        for template in TEMPLATES:
            assert archive.read(f"xl_credit/templates/{template}") == (ROOT / "templates" / template).read_bytes()
    assert {f"xl_credit/policy/sample/{sheet}.csv" for sheet in COLUMNS} <= names
    sources = {path.relative_to(ROOT).as_posix() for path in (ROOT / "xl_credit").rglob("*.py")}
    assert sources <= names
    assert not [name for name in names if name.startswith(("tests/", "workbooks/", "benchmarks/")) or "__pycache__" in name]


@installed_group
def test_the_version_is_the_packages(wheel, installed):
    assert wheel.name.startswith(f"xl_credit-{__version__}-")
    code = "import xl_credit, importlib.metadata as m; print(xl_credit.__version__, m.version('xl-credit'), xl_credit.__file__)"
    version, of_wheel, path = run(installed.python, "-c", code, cwd=installed.folder).stdout.split(maxsplit=2)
    assert version == of_wheel == __version__ and Path(path.strip()).is_relative_to(installed.folder)


@installed_group
@pytest.mark.slow
def test_the_installed_program_rates_the_sample_quarter(installed):
    folder = installed.folder
    for name in ("2026Q2", "2026Q3"):
        shutil.copytree(WORKBOOKS / name, folder / name)
    before = files_in(folder / "2026Q3")
    policy = folder / "政策.xlsx"
    assert "regenerate" in installed.cli("--help").stdout
    assert installed.cli("policy", "new", policy).returncode == 0 and installed.cli("policy", "check", policy).returncode == 0
    done = installed.cli("regenerate", "2026Q3", "--quarter", "2026Q3", "--previous", "2026Q2", "--out", "结果", "--jobs", "2")
    assert done.returncode == 1 and "Traceback" not in done.stdout + done.stderr, done.stderr
    workbooks = {name for name in before if "台账" not in name}  # ledger files are read, their reports go into the workbooks
    assert workbooks_in(folder / "结果") == {*workbooks, "总部汇总.xlsx"} and files_in(folder / "2026Q3") == before
    assert installed.cli("templates", "--out", "模板").returncode == 0
    assert files_in(folder / "模板").keys() == set(TEMPLATES)
    assert installed.cli("attach", folder / "模板" / "政策.xlsx", "--out", folder / "带表.xlsx").returncode == 0


SKIPPING = """
import pytest
from tests.conftest import require_program
@pytest.mark.host
def test_by_fixture(): require_program("no-such-program")
@pytest.mark.host
@pytest.mark.skipif(True, reason="no Open XML validator")
def test_by_mark(): pass
@pytest.mark.host
@pytest.mark.skipif(True, reason="no workbooks in a folder")
def test_without_the_public_workbooks(): pass
def test_plain(): pytest.skip("any reason")
"""


@pytest.mark.parametrize(("environment", "told"), [({"CI": "true"}, "1 failed, 2 skipped, 1 error"), ({"CI": ""}, "4 skipped")], ids=["CI", "at home"])
def test_a_host_test_is_skipped_at_home_and_fails_in_continuous_integration(environment, told, tmp_path):
    (tmp_path / "test_hosts.py").write_text(SKIPPING, "utf-8")
    arguments = ("-c", ROOT / "pyproject.toml", "--rootdir", ROOT, "-p", "tests.conftest", tmp_path / "test_hosts.py")
    done = run(sys.executable, "-m", "pytest", *arguments, cwd=ROOT, PYTHONPATH=str(ROOT), **environment)
    assert told in done.stdout, done.stdout + done.stderr


@pytest.mark.skipif(os.name != "posix", reason="shell scripts of POSIX")
def test_the_scripts_can_be_started():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert run("bash", "-n", ROOT / ".ci" / "run", cwd=ROOT).returncode == 0
    for verb in ("run", "test", "bench", "clean"):
        done = run("make", "-n", verb, cwd=ROOT)
        assert done.returncode == 0 and "warning" not in done.stderr.lower(), done.stderr
