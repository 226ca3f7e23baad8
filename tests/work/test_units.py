"""Units of work are done the same way wherever they are done; one that is lost ends no other."""

import os
import signal

import pytest

from xl_credit.work.losses import OUT_OF_MEMORY, PROCESS_GONE
from xl_credit.work.units import How, in_order, work_through

ONE, TWO = How(), How(2)


def times(unit: int, shared: int) -> int:
    return unit * shared


def greedy(unit: int, shared: int) -> int:
    if unit == 3:
        raise MemoryError
    return times(unit, shared)


def dying(unit: int, shared: int) -> int:
    if unit == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return times(unit, shared)


def lost(unit: int, why: str) -> str:
    return f"{unit}:{why}"


@pytest.mark.parametrize("how", [ONE, TWO])
def test_every_unit_has_one_result_and_they_can_be_had_in_order(how):
    units = list(range(40))
    assert sorted(work_through(times, units, 3, how, lost)) == [3 * unit for unit in units]
    assert list(in_order(times, units, 3, how, lost)) == [3 * unit for unit in units]


@pytest.mark.parametrize("how", [ONE, TWO])
def test_a_unit_too_large_for_the_memory_is_lost_alone(how):
    assert list(in_order(greedy, [1, 2, 3, 4], 10, how, lost)) == [10, 20, f"3:{OUT_OF_MEMORY}", 40]


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_unit_whose_process_dies_is_reported():
    found = list(in_order(dying, [3, 1], 10, TWO, lost))
    assert found[0] == f"3:{PROCESS_GONE}" and len(found) == 2


def test_no_units_have_no_results():
    assert list(in_order(times, [], 3, TWO, lost)) == []
