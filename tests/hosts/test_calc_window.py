"""Calc as a person sees it: the docked toolbar and the menu on a screen, and commands run by clicking them."""

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import WORKBOOKS, require_program
from tests.hosts.calc_desk import Desk, desk, screen, until
from udfs.ribbon import COMMANDS, TAB
from xl_credit.quarter.columns import CHECKS, POLICY_COPY, RESULTS

pytestmark = [pytest.mark.host, pytest.mark.xdist_group("calc")]
WIDTH, HEIGHT = 1500, 950
_ACCESS_KEY = re.compile(r"\([A-Z0-9]\)$")
TOOLBAR = "private:resource/toolbar/addon_org.xlcredit.toolbar"


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    require_program("xdotool")
    with screen(WIDTH, HEIGHT) as number:
        yield number


@pytest.fixture(scope="module")
def calc(display, tmp_path_factory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("calc window")
    for quarter in ("2026Q2", "2026Q3"):
        shutil.copytree(WORKBOOKS / quarter, folder / quarter)
    with desk(folder, display) as running:
        running.show(folder / "2026Q3" / "华东.xlsx")
        running.large(WIDTH, HEIGHT)
        yield running


def click(calc: Desk, display: str, label: str) -> None:
    click_at(display, *until(lambda: at_rest(lambda: calc.button(label))))


def click_at(display: str, x: int, y: int) -> None:
    subprocess.run([require_program("xdotool"), "mousemove", str(x), str(y), "click", "1"], env={"DISPLAY": display, "HOME": str(Path.home())}, check=True)


def at_rest(place: Callable[[], object]) -> object | None:
    """Where a button is, once the window is laid out and it stays there."""
    found = place()
    time.sleep(0.2)
    return found if found and found == place() else None


def test_the_toolbar_is_docked_on_the_first_start_with_every_command(calc):
    assert [TOOLBAR, True] in calc.toolbars()
    until(lambda: calc.button("评级本簿"))
    places = [calc.button(command.label) for command in COMMANDS.by_tag.values()]
    assert all(places) and [x for x, _ in places] == sorted(x for x, _ in places) and len({y for _, y in places}) == 1


def test_a_click_rates_the_workbook_and_another_one_goes_to_the_policy(calc, display):
    click(calc, display, "评级本簿")
    until(lambda: calc.active() == RESULTS and calc.said())
    assert calc.undo_titles() == [RESULTS] and len(calc.used(RESULTS)) > 80
    click(calc, display, "打开政策")
    until(lambda: calc.active() == POLICY_COPY)


def test_the_menu_has_every_command_and_one_chosen_there_is_carried_out(calc, display):
    labels = [command.label for command in COMMANDS.by_tag.values()]
    click_at(display, *until(lambda: at_rest(lambda: calc.menu(TAB))))
    entries = until(lambda: at_rest(lambda: opened(calc)))
    assert [label for label, _ in entries if label] == labels
    click_at(display, *dict(entries)["核对"])
    until(lambda: calc.active() == CHECKS)


def opened(calc: Desk) -> list | None:
    """The menu's entries, once each has its place on the screen; the access keys that Calc may put behind them left out."""
    entries = [(_ACCESS_KEY.sub("", label), place) for label, place in calc.entries(TAB) if label]
    return entries if entries and all(x > 0 and y > 0 for _, (x, y) in entries) else None
