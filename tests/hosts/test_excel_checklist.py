"""The checklist for a real Excel: nothing on it claims to be tested without saying when and where."""

import re

import pytest

from tests.conftest import ROOT
from udfs.ribbon import COMMANDS, TAB
from xl_credit.hosts.excel_addin import FILE

TEXT = (ROOT / "docs" / "excel-checklist.md").read_text("utf-8")
OPEN = re.compile(r"- \[ \] 未测试 · \S")
DONE = re.compile(r"- \[x\] 已测试\(\d{4}-\d\d-\d\d,[^,)]+,[^)]*Excel[^)]*\)· \S")


def unclear(text: str) -> list[str]:
    """Entries that are neither marked untested nor say when, on what system and in which Excel they were tested."""
    return [line for line in text.splitlines() if re.match(r"\s*[-*]", line) and not OPEN.match(line) and not DONE.match(line)]


def test_every_line_is_marked():
    assert unclear(TEXT) == [] and len(OPEN.findall(TEXT)) + len(DONE.findall(TEXT)) > 20


@pytest.mark.parametrize("line", ["- [x] 装得上", "- [ ] 装得上", "- [x] 未测试 · 装得上", "- [x] 已测试 · 装得上", "- 装得上"])
def test_a_line_that_is_not_would_be_seen(line):
    assert unclear(line) == [line]


def test_a_tested_line_says_when_and_where():
    assert unclear("- [x] 已测试(2026-12-01,Windows 11,Excel 365 2410)· 装得上") == []


def test_it_names_every_button():
    assert [command.label for command in COMMANDS.by_tag.values() if command.label not in TEXT] == [] and TAB in TEXT and FILE in TEXT
