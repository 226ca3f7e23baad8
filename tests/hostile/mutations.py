"""A case by its seed: which workbook is damaged, how, and where it comes in."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.hostile.containers import CONTAINER
from tests.hostile.markup import MARKUP
from tests.hostile.packages import PACKAGE
from tests.hostile.parts import Parts
from tests.hostile.values import VALUES

INNER: tuple[list[Callable[[Parts, Random], None]], ...] = (PACKAGE, MARKUP, VALUES, VALUES)
ALL = [mutator.__name__ for mutators in (CONTAINER, PACKAGE, MARKUP, VALUES) for mutator in mutators]


@dataclass(frozen=True, slots=True)
class Mutated:
    """A damaged workbook and the names of what was done to it, in order."""

    data: bytes
    names: tuple[str, ...]


def mutate(good: bytes, random: Random) -> Mutated:
    """One to four of the mutations, those of the container last; the same state of ``random`` always gives the same bytes."""
    names = []
    outer = random.random() < 0.22
    inner = random.choice((0, 0, 1)) if outer else random.choice((1, 1, 1, 2, 3))
    data = good
    if inner:
        parts = Parts.of(good)
        for _ in range(inner):
            mutator = random.choice(random.choice(INNER))
            names.append(mutator.__name__)
            if parts:
                mutator(parts, random)
        data = parts.packed()
    if outer:
        mutator = random.choice(CONTAINER)
        names.append(mutator.__name__)
        data = mutator(data, random)
    return Mutated(data, tuple(names))
