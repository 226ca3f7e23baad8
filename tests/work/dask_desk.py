"""A Dask cluster on this machine: a scheduler and two workers, each a process of its own, as they run on several machines."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import ROOT

_MOST_SECONDS = 240  # far beyond what a slow machine takes


class Desk:
    def __init__(self, address: str, workers: list[subprocess.Popen]) -> None:
        self.address, self.workers = address, workers


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[Desk]:
    where = folder / "scheduler.json"
    settings = os.environ | {"PYTHONPATH": str(ROOT)}
    local = ["--host", "127.0.0.1", "--no-dashboard"]
    started = []
    with (folder / "dask.log").open("wb") as log:

        def start(*command: str) -> subprocess.Popen:
            started.append(subprocess.Popen([sys.executable, "-m", "dask", *command], stdout=log, stderr=log, cwd=folder, env=settings))
            return started[-1]

        try:
            start("scheduler", *local, "--port", "0", "--scheduler-file", str(where))
            _until(where.is_file, folder)
            hands = [
                start("worker", "--scheduler-file", str(where), *local, "--nthreads", "1", "--no-nanny", "--local-directory", str(folder / f"w{one}"))
                for one in range(workers)
            ]  # fmt: skip
            _until(lambda: where.read_text("utf-8").strip().endswith("}"), folder)
            address = json.loads(where.read_text("utf-8"))["address"]
            _until(lambda: (folder / "dask.log").read_text("utf-8", "replace").count("Registered to:") >= workers, folder)
            yield Desk(address, hands)
        finally:
            for one in started:
                one.kill()
                one.wait()


def _until(done, folder: Path) -> None:
    end = time.monotonic() + _MOST_SECONDS
    while not done():
        assert time.monotonic() < end, (folder / "dask.log").read_text("utf-8", "replace")[-3000:]
        time.sleep(0.05)
