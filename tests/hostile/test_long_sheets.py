"""A hundred thousand rows, and formatting down to the last row there is: bounded in memory, and next to nothing for what is only formatted."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, build_branch, record
from tests.hostile.parts import Parts
from xl_credit.quarter.columns import EVALUATION

pytestmark = pytest.mark.slow
_ROWS, _MANY, _LAST = 10_000, 100_000, 1_048_576
_MEASURED = """
import json, re, sys, time
from pathlib import Path
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.rating_table import rate_file
from xl_credit.rules.quarter import Quarter
def peak():  # of this very process: what getrusage says is carried over from the one that started it
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
policy, before, began = sample_policy(), peak(), time.process_time()
decided = rate_file(Path(sys.argv[1]), policy, Quarter(2026, 3))
print(json.dumps({"rows": len(decided), "rated": sum(one.rating is not None for one in decided), "mb": (peak() - before) / 1024, "seconds": time.process_time() - began}))
"""


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> Path:
    return long_sheet(tmp_path_factory.mktemp("长") / "甲.xlsx", _ROWS)


def long_sheet(path: Path, count: int) -> Path:
    """One good row, its like repeated under other codes."""
    build_branch(path, [record("H1")])
    parts = Parts.of(path.read_bytes())
    part = parts.sheets()[EVALUATION]
    text = parts.text(part)
    own = re.search(r'<row r="6".*?</row>', text, re.S)[0]
    own = re.sub(r"<f[ >].*?</f>|<f[^>]*/>", "", own)
    own = re.sub(r'<c r="A6"([^>]*?) t="s"><v>\d+</v></c>', r'<c r="A6"\1 t="inlineStr"><is><t>H-6</t></is></c>', own)
    more = "".join(_moved(own, number) for number in range(1000, 1000 + count))
    parts.put(part, text.replace("</sheetData>", more + "</sheetData>"))
    path.write_bytes(parts.packed())
    return path


def _moved(row: str, number: int) -> str:
    return re.sub(r'r="([A-Z]*)6"', rf'r="\g<1>{number}"', row).replace("H-6", f"H-{number}")


def formatted(path: Path, target: Path, count: int = _ROWS) -> Path:
    """The same with every row down to the last formatted, as people do with whole columns."""
    parts = Parts.of(path.read_bytes())
    part = parts.sheets()[EVALUATION]
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="1"/><c r="B{n}" s="1"/></row>' for n in range(1000 + count, _LAST, 2)) + f'<row r="{_LAST}"><c r="A{_LAST}" s="1"/></row>'
    parts.put(part, parts.text(part).replace("</sheetData>", rows + "</sheetData>"))
    target.write_bytes(parts.packed())
    return target


def measured(path: Path) -> dict[str, float]:
    done = subprocess.run([sys.executable, "-c", _MEASURED, str(path)], capture_output=True, cwd=ROOT, timeout=300, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc")
def test_a_hundred_thousand_customers_in_a_sheet_formatted_to_the_last_row_are_all_rated_in_bounded_memory(tmp_path):
    found = measured(formatted(long_sheet(tmp_path / "甲.xlsx", _MANY), tmp_path / "乙.xlsx", _MANY))
    assert found["rows"] == found["rated"] == _MANY + 1 and found["mb"] < 1500


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc")
def test_formatting_to_the_last_row_costs_no_memory_beyond_its_own_bytes(plain, tmp_path, capsys):
    bare, dressed = measured(plain), measured(formatted(plain, tmp_path / "乙.xlsx"))
    with capsys.disabled():
        print(f"\n{_ROWS} rows: {bare}; formatted to the last row: {dressed}")
    assert bare["rows"] == dressed["rows"] == bare["rated"] == dressed["rated"] == _ROWS + 1
    size = len(Parts.of((tmp_path / "乙.xlsx").read_bytes())["xl/worksheets/sheet1.xml"]) / (1 << 20)
    assert dressed["mb"] < bare["mb"] + 3 * size  # as a rectangle of 1,048,576 × 48 it would take 2 GB


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc")
def test_a_column_of_errors_in_every_row_is_explained_in_one_pass(plain, tmp_path):
    """Looked up one by one they would be found in hours."""
    parts = Parts.of(plain.read_bytes())
    part = parts.sheets()[EVALUATION]
    cells = re.sub(r'<c r="([P-Z]\d{4,})"([^>]*?)(?: t="\w+")?><v>[^<]*</v></c>', r'<c r="\1"\2 t="e"><v>#N/A</v></c>', parts.text(part))
    assert cells.count("#N/A") > 5 * _ROWS
    parts.put(part, cells)
    path = tmp_path / "丙.xlsx"
    path.write_bytes(parts.packed())
    found = measured(path)
    assert found["rows"] == _ROWS + 1 and found["rated"] == 1 and found["seconds"] < 40 * max(1.0, measured(plain)["seconds"])
