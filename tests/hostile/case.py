"""One case, from its seed to its verdict."""

import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from shutil import rmtree

from tests.hostile import judging
from tests.hostile.mutations import mutate
from tests.hostile.samples import Samples
from tests.hostile.ways import Way, draw, lay_out
from tests.receivables.desk import run_here
from xl_credit.forms.template_files import HEAD_OFFICE, RATING, RECEIVABLES, template_path

_MADE = ("结果", "账龄.xlsx", "放行.xlsx", "附加.xlsx", "对账单", "来源/备份")


@dataclass(frozen=True)
class Verdict:
    """``codes`` are the commands' exit codes; ``faults`` what should not be."""

    seed: int
    way: str
    mutations: tuple[str, ...]
    codes: tuple[int, ...]
    faults: tuple[str, ...]


def judge(seed: int, samples: Samples, folder: Path) -> Verdict:
    """Make the case in ``folder`` (removed again where nothing is wrong) and run it."""
    random = Random(seed)
    way = draw(random)
    mutated = mutate(getattr(samples, way.sample), random)
    folder = folder / str(seed)
    codes: list[int] = []
    faults = tuple(_faults(way, folder, mutated.data, samples, codes))
    if not faults:
        rmtree(folder)
    return Verdict(seed, f"{way.name}/{way.sample}", mutated.names, tuple(codes), faults)


def _faults(way: Way, folder: Path, data: bytes, samples: Samples, codes: list[int]) -> Iterator[str]:
    commands = list(lay_out(way, folder, data, samples))
    given = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for command in commands:
        words = " ".join(str(word).replace(str(folder), "") for word in command)
        try:
            ended = run_here(*command)
        except Exception:  # noqa: BLE001 - no exception at all may reach the command line
            yield f"{words}: {traceback.format_exc()[-1500:]}"
            continue
        codes.append(ended.code)
        yield from (f"{words}: {fault}" for fault in judging.ending(words, ended))
    may_change = [folder / "结果"] + ([folder / way.path] if "--in-place" in commands[0] else [])
    for path, before in given.items():
        if not any(path.is_relative_to(one) for one in may_change) and path.read_bytes() != before:
            yield f"{path.relative_to(folder)} was changed"
    sources = [str(path.relative_to(folder)) for path in given]
    yield from judging.written_beside(folder, (*sources, *_MADE, "来源/总部汇总.xlsx", "来源/运行记录", "来源/快照"))
    for path in sorted(folder.rglob("*.xlsx")):
        if path.read_bytes() != given.get(path) and "备份" not in path.parts:
            yield from (f"{path.relative_to(folder)}: {fault}" for fault in _written(way, path, data, given, samples))


def _written(way: Way, path: Path, data: bytes, given: dict[Path, bytes], samples: Samples) -> Iterator[str]:
    """What is wrong with a file that was written."""
    after = path.read_bytes()
    yield from judging.whole(after, data if way.name != "policy" else b"")
    if path.name.startswith("对账单"):
        return
    others = [getattr(samples, sample) for _, sample in way.beside]
    if path.name == "甲.xlsx":
        source = next(old for one, old in given.items() if one.parent.name == "来源" and one.name == path.name)
        yield from judging.kept_parts(source, after)
        yield from judging.lost_customers(source, after)
        yield from judging.lost_words(source, after)
    elif path.name != "总部汇总.xlsx":
        source = data
        yield from judging.kept_parts(source, after)
    else:
        source = data if way.name == "head office" else samples.head_office
        if way.name == "head office" and any(one == path for one in given):
            yield from judging.kept_parts_of_roll_up(source, after)
    yield from judging.new_formulas(after, source, *others, *_templates())


@cache
def _templates() -> tuple[bytes, ...]:
    return tuple(template_path(name).read_bytes() for name in (RATING, RECEIVABLES, HEAD_OFFICE))
