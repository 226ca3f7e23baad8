"""main.py run where it will live: in Pyodide under Node, and for comparison in a Python that has nothing but itself."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import ROOT, require_program

HERE = Path(__file__).parent
Call = tuple[str, list]


def prepare(folder: Path, main: str, calls: Sequence[Call], scripts: Sequence[tuple[str, dict]] = ()) -> Path:
    """A folder with main.py, its driver and what to ask of it."""
    (folder / "site").mkdir(parents=True)
    (folder / "main.py").write_text(main, "utf-8")
    shutil.copy(HERE / "lite_driver.py", folder / "driver.py")
    (folder / "cases.json").write_text(json.dumps({"calls": calls, "scripts": scripts}, ensure_ascii=False), "utf-8")
    return folder


def run_bare(folder: Path) -> dict:
    """The answers of a Python without any package, xlwings replaced by a stub that notes what is registered."""
    shutil.copy(HERE / "lite_xlwings_stub.py", folder / "site" / "xlwings.py")
    start = "import sys; sys.path[:0] = sys.argv[1:]; exec(compile(open(sys.path[0] + '/driver.py', encoding='utf-8').read(), 'driver.py', 'exec'))"
    command = [sys.executable, "-I", "-S", "-c", start, str(folder), str(folder / "site")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False, env=os.environ | {"PYTHONUTF8": "1"})
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads((folder / "answers.json").read_text("utf-8")) | {"printed": done.stdout}


def run_pyodide(folder: Path, package: str) -> dict:
    """The answers of Pyodide, offline, with the open-source part of xlwings; ``package`` is its folder in node_modules."""
    node, home = require_program("node"), _npm_package(package)
    shutil.copytree(_xlwings(), folder / "site" / "xlwings", ignore=shutil.ignore_patterns("pro", "addin", "quickstart*", "*.dll", "__pycache__"))
    command = [node, str(HERE / "lite_runner.mjs"), str(home), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads((folder / "answers.json").read_text("utf-8")) | {"printed": done.stdout}


def _npm_package(name: str) -> Path:
    """Where npm put it: in this checkout, or where XL_CREDIT_NODE_MODULES says."""
    home = Path(os.environ.get("XL_CREDIT_NODE_MODULES") or ROOT / "node_modules") / name
    if not (home / "pyodide.mjs").is_file():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"没有 npm 包 {name}:先运行 npm install")
    return home


def _xlwings() -> Path:
    """The installed xlwings' folder, found without running any of it."""
    found = [Path(entry) / "xlwings" for entry in sys.path if (Path(entry) / "xlwings" / "__init__.py").is_file()]
    if not found:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("没有安装 xlwings")
    return found[0]
