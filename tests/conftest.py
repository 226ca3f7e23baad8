"""What all tests share: the command line as a user runs it, small workbooks, and the programs that host tests need."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from xl_credit.books.book import Book
from xl_credit.cells import folded
from xl_credit.forms.rating_workbook import build_rating_workbook
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.columns import CERTIFICATES, LICENCES
from xl_credit.tables import find_table, header_name

ROOT = Path(__file__).parents[1]
WORKBOOKS = ROOT / "workbooks"
_ALLOWED_SKIPS = ("no workbooks in",)  # a collection of public workbooks that is no part of the project
_MEMORY = 4 << 30

Record = dict[str, object]


def require_program(name: str) -> str:
    """Where the program is; the test is skipped out loud without it, but fails in continuous integration."""
    found = shutil.which(name)
    if found:
        return found
    if os.environ.get("CI"):
        pytest.fail(f"持续集成环境必须装有 {name}")
    pytest.skip(f"没有 {name}")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    """In continuous integration a host test that would be skipped fails, whichever way it is skipped."""
    report = (yield).get_result()
    if report.skipped and os.environ.get("CI") and item.get_closest_marker("host"):
        reason = str(report.longrepr[-1]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not any(allowed in reason for allowed in _ALLOWED_SKIPS):
            report.outcome, report.longrepr = "failed", f"{item.nodeid}: 持续集成中不得跳过:{reason}"


@dataclass(frozen=True)
class Ended:
    """How a run of the command line ended."""

    code: int
    out: str
    err: str

    @property
    def error_lines(self) -> list[str]:
        return self.err.splitlines()

    @property
    def has_traceback(self) -> bool:
        return "Traceback" in self.out + self.err or "panicked" in self.err


def run_cli(*arguments: str | Path, cwd: Path | None = None, timeout: float = 240) -> Ended:
    """``xl-credit`` with these arguments in a process of its own, its memory bounded where the system can."""
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "FORCE_COLOR")}
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-m", "xl_credit.cli", *map(str, arguments)], capture_output=True, cwd=cwd, timeout=timeout, check=False,
        env=environment, preexec_fn=_bound_memory if os.name == "posix" else None,
    )  # fmt: skip
    return Ended(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def _bound_memory() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def record(code: str = "K001", **changes: object) -> Record:
    """A customer of 100 points (特级), with changes, as its row of the 评估表 under the sheet's headers."""
    whole = {"客户编码": code, "客户名称": f"{code}公司", "业务类型": "A", "首次交易日期": date(2020, 1, 1), "重点客户": "否", "业务员": "张三"}
    whole |= dict.fromkeys((*LICENCES, *CERTIFICATES), "具备")
    whole |= {"年交易额": 1200, "年赢利额": 300, "年回款额": 1200, "合作态度": "非常配合", "客户产品销售状况": "非常好"}
    whole |= {"企业经营状态": "满负荷", "企业设立年限": 8, "员工平均工资水平": "非常高", "拖延回款": "无", "对账不良记录": "无"}
    whole |= {"业务员垫支": "否", "弄虚作假": "否", "申请额度": 60, "申请期限": 60, "申请类型": "新增", "合同编号": f"HT-{code}"}
    return whole | changes


def build_branch(path: Path, records: Sequence[Record], quarter: str = "2026Q3") -> Path:
    """A branch's rating workbook as it comes in, unrated."""
    path.parent.mkdir(parents=True, exist_ok=True)
    build_rating_workbook(path, sample_policy(), branch=path.stem, quarter=quarter, records=records, spare_rows=3)
    return path


def table_rows(path: Path, sheet: str) -> list[Record]:
    """A sheet's table as people see it: rows under their headers, units left out, with ``row`` as the row's number."""
    table = find_table(Book(path, (sheet,)).grid(sheet), ("客户编码",))
    headers = [header_name(value)[0] for value in table.grid.rows[table.header]]
    rows = [{"row": number} | dict(zip(headers, row, strict=False)) for number, row in table.body()]
    return [row for row in rows if folded(row["客户编码"])]


def type_into(path: Path, sheet: str, number: int, entries: Mapping[str, object]) -> None:
    """Type values into a row of a sheet's table, by header."""
    book = Book(path, (sheet,))
    table = find_table(book.grid(sheet), ("客户编码", *entries))
    for header, value in entries.items():
        book.sheet(sheet).set(number, table.columns[header], value)
    book.save(path)


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below the folder, by its path in it; the journal left out, which tells of the last run alone."""
    found = {path.relative_to(folder): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {str(name): path.read_bytes() for name, path in found.items() if "运行记录" not in name.parts}


def workbooks_in(folder: Path) -> set[str]:
    """What a run wrote into its folder beside the snapshot in 快照/ and its journal."""
    return {name for name in files_in(folder) if Path(name).parts[0] != "快照"}


@pytest.fixture(scope="session")
def _two_branches(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    build_branch(folder / "甲.xlsx", [record("J1"), record("J2", 年交易额=700, 年赢利额=120, 申请额度=30)])
    build_branch(folder / "乙.xlsx", [record("Y1"), record("Y2", 业务员垫支="是")])
    return folder


@pytest.fixture
def branches(_two_branches, tmp_path) -> Path:
    """A folder with two small branch workbooks without any problem, 甲.xlsx and 乙.xlsx."""
    return Path(shutil.copytree(_two_branches, tmp_path / "来源"))


@pytest.fixture
def regenerate(tmp_path) -> Callable[..., Ended]:
    """``regenerate FOLDER --quarter 2026Q3 --out 结果`` with more arguments."""

    def run(source: Path, *more: str | Path, quarter: str = "2026Q3", out: Path | None = None) -> Ended:
        target = ("--out", out or tmp_path / "结果") if "--in-place" not in more else ()
        return run_cli("regenerate", source, "--quarter", quarter, *target, *more)

    return run
