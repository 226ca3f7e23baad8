"""main.py for xlwings Lite: small, the same every time, whole, and by itself says what the package says."""

import ast
import json
import os
import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.hosts.lite_cases import calls
from tests.hosts.lite_running import prepare, run_bare
from udfs.functions import TABLE
from udfs.ribbon import COMMANDS
from xl_credit import __version__
from xl_credit.hosts import lite_bundle, lite_commands
from xl_credit.hosts.calling import call
from xl_credit.hosts.declaring import CATEGORY
from xl_credit.hosts.lite_bundle import LIMIT, bundle, is_whole, version_of


def embedded_sources(text: str) -> dict[str, str]:
    tree = ast.parse(text)
    kept = next(node.value for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "SOURCES")
    return ast.literal_eval(kept)


@pytest.fixture(scope="module")
def drawn() -> list:
    return calls()


@pytest.fixture(scope="module")
def answers(tmp_path_factory, drawn) -> dict:
    return run_bare(prepare(tmp_path_factory.mktemp("lite") / "bare", bundle(), drawn))


def as_json(values: object) -> str:
    return json.dumps(values, ensure_ascii=False)


def differences(answers: dict, asked: list) -> list:
    """Cells in which main.py and the package do not say the very same, type and all."""
    found = []
    for (name, given), said in zip(asked, answers["called"], strict=True):
        expected = call(TABLE.functions[name], given)
        if as_json(said) != as_json(expected):
            pairs = [(a, b) for ours, theirs in zip(expected, said, strict=False) for a, b in zip(ours, theirs, strict=False) if a != b]
            found.append((name, pairs[:3] or "shape"))
    return found


def test_the_bundle_stays_under_its_limit():
    assert 50_000 < len(bundle().encode()) < LIMIT


def test_two_processes_make_the_same_bytes():
    code = "import sys; from xl_credit.hosts.lite_bundle import bundle; sys.stdout.buffer.write(bundle().encode())"
    made = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}).stdout
        for seed in ("0", "12345")
    }  # fmt: skip
    assert made == {bundle().encode()}


def test_a_bundle_that_outgrows_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(lite_bundle, "LIMIT", 50_000)
    with pytest.raises(ValueError, match="more than 50000"):
        bundle.__wrapped__()


def test_only_the_standard_library_and_xlwings_are_imported():
    for source in (bundle(), *embedded_sources(bundle()).values()):
        for node in ast.walk(ast.parse(source)):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else [node.module] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert name.split(".")[0] in {*sys.stdlib_module_names, "xlwings", "xl_credit", "udfs"}, name
                assert name.split(".")[0] not in {"os", "subprocess", "socket", "threading", "multiprocessing"}, name


def test_its_head_says_what_it_is_which_version_and_under_which_licence():
    head = bundle().partition("import xlwings")[0]
    assert "实验性" in head and "MIT" in head and f"# xl-credit {__version__} main.py sha256:" in head
    assert version_of(bundle()) == __version__ and is_whole(bundle())


@pytest.mark.parametrize("change", [("特级", "特 级"), ('name="评级本簿"', 'name="评级"'), ("\n", "\r\n"), ("实验性", "正式")])
def test_a_changed_character_is_seen(change):
    edited = bundle().replace(*change, 1)
    assert edited != bundle() and version_of(edited) == __version__ and not is_whole(edited)


def test_other_code_is_not_taken_for_ours():
    other = 'import xlwings as xw\nfrom xlwings import func\n\n@func\ndef hello(name):\n    return f"Hello {name}!"\n'
    assert version_of(other) is None and not is_whole(other)


def test_every_function_is_offered_with_its_arguments_and_words(answers):
    offered = answers["registered"]
    assert list(offered["functions"]) == list(TABLE.functions)
    for name, function in TABLE.functions.items():
        own = offered["functions"][name]
        assert own["arguments"] == [one.name for one in function.arguments]
        assert own["required"] == sum(not one.optional for one in function.arguments)
        assert all(word in own["doc"] for word in (CATEGORY, function.help, function.article, function.unit, function.example))
        for one in function.arguments:
            assert offered["arguments"][name][one.name] == {"ndim": 2, "doc": f"{one.label}:{one.help}"}


def test_names_are_such_as_excel_takes_for_functions():
    for name, function in TABLE.functions.items():
        assert re.fullmatch(r"[A-Z][A-Z_]{2,}", name) and not re.fullmatch(r"[A-Z]{1,3}\d+", name)
        optional = [one.optional for one in function.arguments]
        assert optional == sorted(optional), "a required argument cannot follow an optional one"


def test_the_buttons_carry_the_ribbon_s_labels(answers):
    scripts = answers["registered"]["scripts"]
    assert list(scripts) == list(lite_commands.COMMANDS) and "rate_book" in scripts
    for tag, own in scripts.items():
        assert own["name"] == COMMANDS.by_tag[tag].label and own["doc"] == lite_commands.COMMANDS[tag] and own["hints"] == {"book": "Book"}


def test_every_function_is_drawn_on(drawn):
    assert {name for name, _ in drawn} == set(TABLE.functions)


def test_by_itself_it_says_what_the_package_says(answers, drawn):
    assert sum(len(said) * len(said[0]) for said in answers["called"]) > 20_000
    assert differences(answers, drawn) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("等级,第1档,,90", "等级,第1档,,90.5"),
        ("return points[bisect_right(inclusive, value) + bisect_left(exclusive, value)]", "return points[bisect_left(inclusive, value) + bisect_left(exclusive, value)]"),
        ("unicodedata.normalize(\"NFKC\", text(value))", "text(value)"),
    ],
)
def test_a_planted_fault_is_seen(tmp_path, drawn, old, new):
    assert bundle().count(old) == 1
    assert differences(run_bare(prepare(tmp_path / "spoilt", bundle().replace(old, new), drawn)), drawn)


def test_a_traceback_shows_the_module_and_its_line(tmp_path):
    spoilt = bundle().replace("advanced)].level(business)", "advanced)].rank(business)")
    with pytest.raises(AssertionError) as caught:
        run_bare(prepare(tmp_path / "spoilt", spoilt, [("CREDIT_TIER", [90, "A"])]))
    assert re.search(r'"main\.py/udfs/functions\.py", line \d+, in credit_tier\n\s+return policy\.levels.*rank', str(caught.value))
    assert "AttributeError" in str(caught.value)
