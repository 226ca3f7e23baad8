"""What the documents say is so: commands, terms, columns, dependencies and links."""

import importlib.util
import re
import tomllib
from dataclasses import fields

import pytest

from tests.conftest import ROOT
from xl_credit.quarter import columns
from xl_credit.receivables import columns as ledger_columns
from xl_credit.rules.ageing import Ageing, Method, OpenItem
from xl_credit.rules.credit_lines import CreditLine, Grant, Standing
from xl_credit.rules.errors import Problem
from xl_credit.rules.figures import PARTS
from xl_credit.rules.gates import Override, Verdict
from xl_credit.rules.ledger import Collection, Shipment
from xl_credit.rules.penalties import Penalty
from xl_credit.rules.records import Adjustment, Customer, LevelChange, PartScores, Proposal, Rating

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
WORDS = {
    "得分": "score", "级别": "level", "赊欠限额": "credit limit", "授信额度": "granted limit", "授信期限": "credit term", "回款": "collection",
    "发货": "shipment", "账龄": "ageing", "审批路线": "approval route", "对账": "reconciliation", "裁减": "trim",
    "垫支": "advance by salesperson", "核销": "settle; 未核销: unapplied", "敞口": "exposure", "放行": "release", "罚息": "penalty interest",
}  # fmt: skip
GROUPS = ("policy", "lite", "addin", "service")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def script(name: str):
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def command_names() -> set[str]:
    module = script("make_cli")
    return {name for name, _ in module.commands(module.app)}


def named_commands(text: str) -> set[str]:
    """``xl-credit policy check …`` → xl-credit policy check, for every command that a text shows."""
    found = re.findall(r"\bxl-credit ([a-z]+)(?: ([a-z]+)\b)?", text)
    return {f"xl-credit {verb} {more}" if verb in GROUPS else f"xl-credit {verb}" for verb, more in found}


def table_terms(text: str) -> dict[str, str]:
    """First and second column of every table."""
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return {row[0].strip(): row[1].strip() for row in rows if len(row) > 1}


def test_the_command_page_is_what_the_program_says_of_itself():
    assert (ROOT / "docs" / "cli.md").read_text("utf-8") == script("make_cli").page(), "run: python docs/make_cli.py"


def test_the_command_page_has_every_option_the_help_shows():
    from tests.conftest import run_cli

    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    for name in command_names():
        section = page.partition(f"## {name}\n")[2].partition("\n## ")[0]
        shown = run_cli(*name.split()[1:], "--help").out
        assert set(re.findall(r"(?<![\w-])--[a-z-]+", shown)) - {"--help"} == set(re.findall(r"`(--[a-z-]+)`", section)), name


@each_page
def test_every_command_in_the_documents_exists(page):
    assert named_commands(page.read_text("utf-8")) <= command_names()


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
def test_a_readme_shows_every_command(page):
    assert named_commands(page.read_text("utf-8")) == command_names()


def test_a_command_that_does_not_exist_would_be_seen():
    assert not named_commands("`xl-credit rerate FILE`") <= command_names()
    assert not named_commands("`xl-credit policy lint FILE`") <= command_names()


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
def test_every_verb_of_the_readmes_is_in_makefile_and_windows_script(page):
    verbs = set(re.findall(r"`(?:\.\\make\.cmd|make) ([a-z]+)`", page.read_text("utf-8")))
    assert {"run", "test"} <= verbs
    makefile, windows = (ROOT / "Makefile").read_text("utf-8"), (ROOT / "make.ps1").read_text("utf-8")
    for verb in verbs:
        assert re.search(rf"^{verb}:", makefile, re.M) and re.search(rf'^    "{verb}" {{', windows, re.M)


def test_the_glossaries_have_every_word():
    english, chinese = (table_terms(page.read_text("utf-8")) for page in READMES)
    assert {word: english.get(word) for word in WORDS} == WORDS
    assert set(WORDS) <= set(chinese)


def test_every_column_is_explained():
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    known = {word.strip() for word in re.split(r"[|,:()\n.;`+−=]", text)}
    wanted = {*columns.EVALUATION_COLUMNS, *columns.RESULT_COLUMNS, *columns.ROUTE_WRITTEN, *columns.ROUTE_KEPT}
    wanted |= {*columns.CHANGE_COLUMNS, *columns.CHECK_COLUMNS, *columns.CHECK_KEPT, *PARTS}
    wanted |= {name for columns in ledger_columns.LAYOUT.values() for name in columns}
    wanted |= {value for name in dir(ledger_columns) if name.endswith("_COLUMNS") for value in getattr(ledger_columns, name)}
    wanted |= {*ledger_columns.AGEING_HEAD, *ledger_columns.AGEING_TAIL, *ledger_columns.GATE_KEPT, *ledger_columns.NOTE_KEPT}
    assert sorted(wanted - known) == []


RECORDS = [
    Customer, Rating, PartScores, Adjustment, Proposal, LevelChange, Problem, Shipment, Collection, Method, OpenItem, Ageing, Grant,
    CreditLine, Standing, Override, Verdict, Penalty,
]  # fmt: skip


@pytest.mark.parametrize("record", RECORDS)
def test_every_field_is_explained(record):
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    names = record._fields if hasattr(record, "_fields") else [field.name for field in fields(record)]
    assert [name for name in names if f"`{name}`" not in text and name != "customer"] == []


def test_every_dependency_is_explained_and_none_is_left_over():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    optional = [line for group in project["optional-dependencies"].values() for line in group]
    declared = {re.match(r"[\w-]+", line)[0] for line in [*project["dependencies"], *optional]}
    text = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    listed = {name for line in text.splitlines() if line.startswith("| `") for name in re.findall(r"`([\w-]+)`", line.split("|")[1])}
    assert listed == declared


@each_page
def test_every_link_leads_somewhere(page):
    for target in LINK.findall(page.read_text("utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


def test_the_pictures_are_small_and_shown_in_both_readmes():
    for picture in sorted((ROOT / "docs" / "images").iterdir()):
        assert picture.stat().st_size < 300_000
        assert all(f"docs/images/{picture.name}" in page.read_text("utf-8") for page in READMES)


def test_the_changelog_names_this_version_its_periods_and_articles():
    from xl_credit import __version__

    text = (ROOT / "CHANGELOG.md").read_text("utf-8").partition(f"## {__version__}")[2]
    assert "**Periods:**" in text
    assert [article for article in ("四", "五", "六", "七", "八", "九", "十", "十七", "二十") if f"第{article}条" not in text] == []


def test_no_path_of_the_machine_it_was_written_on():
    for page in [*PAGES, ROOT / "Makefile", ROOT / ".ci" / "run", ROOT / "make.ps1"]:
        assert not re.search(r"(?<![\w.])/(?:work|home|root|tmp)/", page.read_text("utf-8")), page.name

