"""Independent units of work, done one after another, in processes of this machine, or by a cluster's workers: the same results.

A unit's function takes the unit and what all units share. A unit whose process dies is reported by ``lost``; it ends no other.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TypeVar

from xl_credit.work.losses import PROCESS_GONE, guarded

Unit, Shared, Result = TypeVar("Unit"), TypeVar("Shared"), TypeVar("Result")


@dataclass(frozen=True, slots=True)
class How:
    """With how many processes, or on which Dask scheduler (``tcp://…``), which then decides how many."""

    jobs: int = 1
    scheduler: str = ""


HERE = How()


def work_through(
    function: Callable[[Unit, Shared], Result], units: Sequence[Unit], shared: Shared, how: How, lost: Callable[[Unit, str], Result]
) -> Iterator[Result]:
    """The result of every unit as it is done, in no fixed order."""
    if how.scheduler:
        from xl_credit.work.cluster import on_cluster

        yield from on_cluster(function, units, shared, how.scheduler, lost)
    elif how.jobs <= 1 or len(units) <= 1:
        for unit in units:
            yield guarded(function, unit, shared, lost)
    else:
        yield from _in_processes(function, units, shared, how.jobs, lost)


def in_order(
    function: Callable[[Unit, Shared], Result], units: Sequence[Unit], shared: Shared, how: How, lost: Callable[[Unit, str], Result]
) -> Iterator[Result]:
    """The same in the order of the units; a result that is early waits."""
    early: dict[int, Result] = {}
    due = 0
    numbered = _Numbered(function, lost)
    for number, result in work_through(numbered, list(enumerate(units)), shared, how, numbered.lost):
        early[number] = result
        while due in early:
            yield early.pop(due)
            due += 1


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A unit's function for units that bear a number."""

    function: Callable
    lose: Callable

    def __call__(self, unit: tuple[int, object], shared: object) -> tuple[int, object]:
        return unit[0], self.function(unit[1], shared)

    def lost(self, unit: tuple[int, object], why: str) -> tuple[int, object]:
        return unit[0], self.lose(unit[1], why)


def _in_processes(function: Callable, units: Sequence, shared: object, jobs: int, lost: Callable) -> Iterator:
    context = get_context("spawn")  # the same on Windows, Mac and Linux
    with ProcessPoolExecutor(min(jobs, len(units)), context, initializer=_take_shared, initargs=(shared,)) as pool:
        futures = {pool.submit(_in_worker, function, unit, lost): unit for unit in units}
        for future in as_completed(futures):
            try:
                yield future.result()
            except BrokenProcessPool:
                yield lost(futures[future], PROCESS_GONE)


_shared: list[object] = []


def _take_shared(shared: object) -> None:
    """What all units share goes to each process once."""
    _shared[:] = [shared]


def _in_worker(function: Callable, unit: object, lost: Callable) -> object:
    return guarded(function, unit, _shared[0], lost)
