"""A LibreOffice with our extension, started once for the tests of a module, and driven through its bridge."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
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
    pipe = f"xlcredit{os.getpid()}x{abs(hash(str(folder)))}"
    accept = [f"--accept=pipe,name={pipe};urp;"] + ([] if display else ["--headless"])
    command = arguments(Path(require_program("soffice")), folder, *accept)
    settings = {**os.environ, **({"SAL_USE_VCLPLUGIN": "gen", "DISPLAY": display} if display else {})}
    python = python_with_uno()
    prepare_profile(command)
    with (folder / "office.log").open("wb") as log:
        office = subprocess.Popen(command, stdout=log, stderr=log, env=settings, start_new_session=True)
        driver = subprocess.Popen([python, str(DRIVER), pipe], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            assert driver.stdout.readline() == '"ready"\n', (folder / "office.log").read_text("utf-8", "replace")
            yield Desk(driver)
        finally:
            driver.kill()
            driver.communicate()
            os.killpg(office.pid, signal.SIGKILL)  # the program that we started has started another
            office.wait()
