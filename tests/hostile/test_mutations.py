"""A thousand damaged workbooks by their seeds: a line or a result each, nothing lost, nothing changed that is not ours, in bounded time and memory.

One more seed: ``python -m tests.hostile --seed 4711 --count 1 --keep folder``.
"""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from random import Random

import pytest

from tests.conftest import Ended, build_branch, record, run_cli
from tests.hostile import judging
from tests.hostile.mutations import ALL, mutate
from tests.hostile.parts import Parts, packed
from tests.hostile.ways import WAYS, draw
from xl_credit.quarter.columns import EVALUATION, RESULTS

ROOT = Path(__file__).parents[2]
CASES, BATCH = 1000, 100
_SECONDS = 600  # of a batch: a case that hangs is ended much sooner


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, CASES, BATCH))
def test_a_damaged_workbook_ends_with_a_line_or_a_result_and_loses_nothing(first):
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile", "--seed", str(first), "--count", str(BATCH)], capture_output=True, cwd=ROOT, timeout=_SECONDS,
        check=False, env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    lines = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    last = lines[-1] if lines else {}
    assert "cases" in last, f"seed {last.get('begun')} ended the process: {done.stderr.decode('utf-8')[-3000:]}"
    assert [line for line in lines if line.get("faults")] == []
    assert last["cases"] == BATCH and all(last["ends"].get(code) for code in ("1", "2"))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    good = build_branch(tmp_path / "甲.xlsx", [record("H1"), record("H2")]).read_bytes()
    made = [[mutate(good, Random(seed)) for seed in range(60)] for _ in range(2)]
    assert made[0] == made[1]
    assert sum(one.data != packed(Parts.of(good)) for one in made[0]) > 50


def test_every_mutation_and_every_way_in_comes_up_in_the_suite_and_changes_something(tmp_path):
    good = build_branch(tmp_path / "甲.xlsx", [record("H1"), record("H2")]).read_bytes()
    met, ways = set(), set()
    for seed in range(CASES):
        random = Random(seed)
        ways.add(draw(random))
        met.update(mutate(good, random).names)
    assert met == set(ALL) and ways == set(WAYS)


class TestPlantedFaults:
    """What the judges are there to see, made to happen."""

    @pytest.fixture
    def source(self, tmp_path) -> bytes:
        return build_branch(tmp_path / "来源" / "甲.xlsx", [record("H1"), record("H2")]).read_bytes()

    @pytest.fixture
    def result(self, tmp_path, source) -> bytes:
        assert run_cli("regenerate", tmp_path / "来源", "-q", "2026Q3", "--out", tmp_path / "结果").code == 0
        return (tmp_path / "结果" / "甲.xlsx").read_bytes()

    def changed(self, data: bytes, sheet: str, old: str, new: str) -> bytes:
        parts = Parts.of(data)
        part = parts.sheets()[sheet]
        assert old in parts.text(part)
        parts.put(part, parts.text(part).replace(old, new, 1))
        return parts.packed()

    def test_a_good_result_has_none(self, source, result):
        found = [judging.whole(result), judging.kept_parts(source, result), judging.lost_customers(source, result), judging.new_formulas(result, source, result)]
        assert [fault for faults in found for fault in faults] == []

    def test_a_customer_that_is_missing(self, source, result):
        lost = list(judging.lost_customers(source, self.changed(result, RESULTS, "<t>H2</t>", "<t>H9</t>")))
        assert len(lost) == 1 and "(H2)" in lost[0]

    def test_a_part_that_is_not_ours_and_differs(self, source, result):
        assert any("was changed" in fault for fault in judging.kept_parts(source, self.changed(result, EVALUATION, "<sheetData>", "<sheetData >")))

    def test_a_part_that_is_gone(self, source, result):
        parts = Parts.of(result)
        del parts["docProps/app.xml"]
        assert list(judging.kept_parts(source, parts.packed())) == ["part docProps/app.xml is gone"]

    def test_text_that_became_a_formula(self, source, result):
        bad = self.changed(result, RESULTS, "<is><t>H2</t></is>", "<f>1+1</f>")
        assert list(judging.new_formulas(bad, source)) == ["a formula from nowhere: 1+1"]

    def test_a_damaged_package(self, result):
        out = io.BytesIO(result)
        with zipfile.ZipFile(out, "a") as archive:
            archive.writestr("../x.xml", b"")
        assert list(judging.whole(out.getvalue())) == ["part name ../x.xml"]
        assert list(judging.whole(result[:-5]))

    @pytest.mark.parametrize(
        "ended",
        [
            Ended(2, "", "Traceback (most recent call last)\n错误"), Ended(3, "", "错误"), Ended(2, "", "错误\n又一行"), Ended(2, "{}", "错误"),
            Ended(1, "", ""), Ended(2, "", "an error"), Ended(0, '{"甲": NaN}', ""), Ended(1, "[]", "甲\x1b[2J"),
        ],
    )  # fmt: skip
    def test_an_ending_that_is_none(self, ended):
        assert list(judging.ending("rate -f json", ended))
