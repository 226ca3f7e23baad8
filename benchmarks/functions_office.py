"""A LibreOffice with the extension, started for one measurement; what it computes is timed by :mod:`benchmarks.functions_client`."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.functions_asked import ASKED, FIRST, Answers, Asked, area, formula, place
from xl_credit.forms.formulas import PROVISIONAL_COLUMNS
from xl_credit.hosts.calc_launch import arguments, find_office, prepare_profile
from xl_credit.policy.flat import flat_rows
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.columns import EVALUATION
from xl_credit.rules.figures import PARTS

CLIENT = Path(__file__).with_name("functions_client.py")
WHOLE = "整套评级"  # what the native columns say as well: annualised amounts, seven parts, total, level, limit
OWN_POLICY = "级别,给出政策表"
WHOLE_KEYS = ("得分", "年交易额折算", "年赢利额折算", "年回款额折算", *PARTS, "级别", "限额")


def python_with_uno(office: Path) -> Path | None:
    """LibreOffice's own Python, or the system's with its bridge."""
    beside = Path(os.path.realpath(office)).with_name("python")
    for found in (beside, Path("/usr/bin/python3"), Path(shutil.which("python3") or "python3")):
        if found.exists() and subprocess.run([found, "-c", "import uno"], capture_output=True, check=False).returncode == 0:
            return found
    return None


def plan(url: str, values: Answers, count: int, enough: float) -> dict[str, object]:
    """The workbook's cells, and for each function, and for all that native formulas say too, its formulas one by one and as arrays.

    ``values`` are what functions take from others, as values, so that one function is timed without them;
    each time is the mean over ``enough`` seconds.
    """
    rows = len(flat_rows(sample_policy()))
    jobs = [(one.key, [one], 0) for one in ASKED] + [(OWN_POLICY, [one], rows) for one in ASKED if one.key == "级别"]
    jobs.append((WHOLE, [one for one in ASKED if one.key in WHOLE_KEYS], 0))
    return {
        "url": url, "sheet": EVALUATION, "enough": enough,
        "native": f"{place(PROVISIONAL_COLUMNS[0], FIRST)}:{place(PROVISIONAL_COLUMNS[-1], FIRST + count - 1)}",
        "values": [(area(key, count), ["" if value is None else value for value in column]) for key, column in values.items()],
        "jobs": [{"name": name, "single": _single(asked, count, policy), "spilled": _spilled(asked, count, policy)} for name, asked, policy in jobs],
    }  # fmt: skip


def _single(asked: Sequence[Asked], count: int, policy: int) -> list[tuple[str, list[str]]]:
    return [(area(one.key, count), [formula(one, row, row, policy) for row in range(FIRST, FIRST + count)]) for one in asked]


def _spilled(asked: Sequence[Asked], count: int, policy: int) -> list[tuple[str, str]]:
    return [(area(one.key, count), formula(one, FIRST, FIRST + count - 1, policy)) for one in asked]


def run(wanted: dict[str, object], folder: Path) -> dict[str, object]:
    """The client's figures, from an office whose profile is in ``folder``."""
    office = find_office()
    python = python_with_uno(office)
    if python is None:
        raise RuntimeError("没有带 uno 的 Python")
    pipe = f"xlcreditbench{os.getpid()}"
    command = arguments(office, folder, "--headless", f"--accept=pipe,name={pipe};urp;")
    prepare_profile(command)
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        done = subprocess.run([python, CLIENT], input=json.dumps(wanted | {"pipe": pipe, "group": running.pid}), capture_output=True, text=True, check=False)
    finally:
        os.killpg(running.pid, signal.SIGKILL)  # the program that we started has started another
        running.wait()
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout)
