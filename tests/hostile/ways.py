"""Where a damaged workbook comes in, and what is run on it there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.hostile.samples import AS_OF, QUARTER, Samples

Arguments = tuple[str | Path, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """One way in. ``sample`` is what is damaged, ``path`` where it lies, ``commands`` what is run in turn."""

    name: str
    sample: str
    path: str
    commands: tuple[Arguments, ...]
    beside: tuple[tuple[str, str], ...] = ()
    weight: int = 1


def _regenerate(*more: str) -> Arguments:
    return ("regenerate", "来源", "-q", QUARTER, "--out", "结果", *more)


_BRANCH = "来源/甲.xlsx"
_RATE = tuple(("rate", _BRANCH, "-q", QUARTER, "-f", form) for form in ("json", "csv", "table"))
_LEDGER_COMMANDS = (
    ("ageing", _BRANCH, "--as-of", AS_OF, "-f", "json", "--out", "账龄.xlsx"), ("ageing", _BRANCH, "--as-of", AS_OF, "-f", "csv", "--allocate", "fifo"),
    ("gate", _BRANCH, "--orders", "-f", "json", "--out", "放行.xlsx"), ("gate", _BRANCH, "--shipments", "-f", "csv"),
    ("statement", _BRANCH, "--as-of", AS_OF, "--out", "对账单"),
)  # fmt: skip
WAYS = (
    *(Way("branch", sample, _BRANCH, (_regenerate(), rate), weight=3) for sample in ("incoming", "rated", "resaved") for rate in _RATE[:2]),
    Way("rate", "incoming", _BRANCH, (_RATE[2],)),
    *(Way("ledgers", sample, _BRANCH, (_regenerate(), command), weight=2) for sample in ("ledgers", "rated_ledgers") for command in _LEDGER_COMMANDS),
    Way("in place", "rated", _BRANCH, (("regenerate", "来源", "-q", QUARTER, "--in-place"),)),
    Way("ledger file", "ledger_file", "来源/甲台账.xlsx", (_regenerate(), ("ageing", "来源/甲台账.xlsx", "--as-of", AS_OF, "-f", "json")), ((_BRANCH, "incoming"),), 3),
    Way("last quarter", "rated", "上季/甲.xlsx", (_regenerate("--previous", "上季"),), ((_BRANCH, "incoming"),), 2),
    Way("earlier result", "rated_ledgers", "结果/甲.xlsx", (_regenerate(),), ((_BRANCH, "ledgers"),), 3),
    Way("head office", "head_office", "结果/总部汇总.xlsx", (_regenerate(),), ((_BRANCH, "ledgers"),), 4),
    Way("policy", "policy", "政策.xlsx", (("policy", "check", "政策.xlsx"), _RATE[0], _regenerate()), ((_BRANCH, "incoming"),), 4),
    *(Way("attach", sample, "自有.xlsx", (("attach", "自有.xlsx", "--out", "附加.xlsx", *more),), weight=1)
      for sample in ("incoming", "ledger_file", "resaved", "head_office", "policy") for more in ((), ("--ledgers",))),
)  # fmt: skip


def draw(random: Random) -> Way:
    return random.choices(WAYS, [way.weight for way in WAYS])[0]


def lay_out(way: Way, folder: Path, data: bytes, samples: Samples) -> Iterator[list[str | Path]]:
    """Put the files of a case into ``folder``; its commands with their paths there."""
    for path, sample in ((way.path, None), *way.beside):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data if sample is None else getattr(samples, sample))
    given = {path for command in way.commands for path in command if _is_path(path)}
    yield from ([folder / word if word in given else word for word in command] for command in way.commands)


def _is_path(word: str | Path) -> bool:
    return "/" in str(word) or str(word).endswith(".xlsx") or word in ("来源", "结果", "上季", "对账单")


Run = Callable[..., object]
