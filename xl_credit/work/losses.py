"""A unit of work that does not fit into memory, or whose process dies, is lost alone: what is said of it."""

from collections.abc import Callable
from typing import TypeVar

Unit, Shared, Result = TypeVar("Unit"), TypeVar("Shared"), TypeVar("Result")
OUT_OF_MEMORY, PROCESS_GONE = "内存不足,未处理", "处理进程意外终止,未处理"


def guarded(
    function: Callable[[Unit, Shared], Result], unit: Unit, shared: Shared, lost: Callable[[Unit, str], Result]
) -> Result:
    """The unit's result; one that does not fit into memory is lost, and ends no other."""
    try:
        return function(unit, shared)
    except MemoryError:
        return lost(unit, OUT_OF_MEMORY)
