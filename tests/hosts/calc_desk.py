"""A LibreOffice with our extension, started once for the tests of a module, and driven through its bridge."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.conftest import require_program
from tests.hosts.test_excel_in_office import python_with_uno
from xl_credit.hosts.calc_launch import arguments, prepare_profile

DRIVER = Path(__file__).with_name("calc_driver.py")


class Desk:
    """Every method of the driver, as ``desk.type("Sheet1", "A1", "=…")``."""

    def __init__(self, driver: subprocess.Popen) -> None:
        self._driver = driver

    def __getattr__(self, verb: str):
        def ask(*given: object) -> object:
            self._driver.stdin.write(json.dumps([verb, given]) + "\n")
            self._driver.stdin.flush()
            said = self._driver.stdout.readline()
            assert said, "LibreOffice or its driver has gone"
            answer = json.loads(said)
            assert "error" not in answer, answer["error"]
            return answer["answer"]

        return ask

    def show(self, path: Path | None = None, *, hidden: bool = False) -> list[str]:
        """Open a workbook, or a new one; the names of its sheets."""
        return self.open(path.resolve().as_uri() if path else "private:factory/scalc", hidden)


@contextmanager
def desk(folder: Path, display: str | None = None) -> Iterator[Desk]:
    """Headless, or on an X display."""
    pipe = pipe_for(folder)
    accept = [f"--accept=pipe,name={pipe};urp;"] + ([] if display else ["--headless"])
    command = arguments(Path(require_program("soffice")), folder, *accept)
    settings = {**os.environ, **({"SAL_USE_VCLPLUGIN": "gen", "DISPLAY": display} if display else {})}
    prepare_profile(command)
    with (folder / "office.log").open("wb") as log:
        office = subprocess.Popen(command, stdout=log, stderr=log, env=settings, start_new_session=True)
        with ended(office), driving(pipe, folder / "office.log") as running:
            yield running


def pipe_for(folder: Path) -> str:
    return f"xlcredit{os.getpid()}x{abs(hash(str(folder)))}"


@contextmanager
def ended(office: subprocess.Popen) -> Iterator[None]:
    """The program is gone afterwards, and with it what it has started: of soffice, the office itself."""
    try:
        yield
    finally:
        with suppress(ProcessLookupError):  # it has ended by itself
            os.killpg(office.pid, signal.SIGKILL)
        office.wait()


@contextmanager
def driving(pipe: str, log: Path) -> Iterator[Desk]:
    """A driver at the office on that pipe, as soon as it is there."""
    driver = subprocess.Popen([python_with_uno(), str(DRIVER), pipe], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert driver.stdout.readline() == '"ready"\n', log.read_text("utf-8", "replace")
        yield Desk(driver)
    finally:
        driver.kill()
        driver.communicate()


@contextmanager
def screen(width: int, height: int, folder: Path | None = None) -> Iterator[str]:
    """A screen in memory, kept in a file of ``folder`` if there is one; the X server itself picks a free number."""
    kept = ["-fbdir", str(folder)] if folder else []
    command = [require_program("Xvfb"), "-displayfd", "1", "-screen", "0", f"{width}x{height}x24", *kept]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield f":{server.stdout.readline().strip()}"
    finally:
        server.terminate()
        server.communicate()


def until(is_so: Callable[[], object]) -> object:
    """What it comes to be, however slow the machine; far beyond any patience it fails."""
    for _ in range(900):
        if found := is_so():
            return found
        time.sleep(0.2)
    raise AssertionError("nothing happened")
