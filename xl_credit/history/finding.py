"""The snapshots below some folders: those that stand, and what was left aside with the reason."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from xl_credit.history.store import FOLDER, NAME, SUFFIX, Snapshot, read_snapshot
from xl_credit.history.taking import last_of
from xl_credit.rules.errors import CreditError
from xl_credit.rules.quarter import Quarter


@dataclass(frozen=True)
class Found:
    """Snapshots that no later one took the place of, by quarter; ``aside`` says of each file left out why."""

    standing: tuple[Snapshot, ...]
    replaced: int
    aside: tuple[str, ...]

    def of(self, quarter: Quarter | None) -> Snapshot | None:
        """The one snapshot of the quarter (of the latest, where none is named); ``None`` where there is none.

        Raises 「2026Q3有2份互不承接的快照…」 where it cannot be told which of them stands.
        """
        quarter = quarter or (self.standing[-1].quarter if self.standing else None)
        these = [one for one in self.standing if one.quarter == quarter]
        if len(these) > 1:
            names = "、".join(str(one.path) for one in these)
            raise CreditError(f"{quarter}有{len(these)}份互不承接的快照", allowed=f"指定其中一份:{names}", article="第八条(5)")
        return these[0] if these else None


def snapshot_paths(places: Iterable[Path]) -> list[Path]:
    """The files named, and below the folders named all that lie in a 快照 folder or bear a snapshot's name."""
    found: dict[Path, None] = {}
    for place in places:
        if place.is_dir():
            below = sorted(path for path in place.rglob(f"*{SUFFIX}") if path.is_file() and not path.name.startswith("."))
            found |= dict.fromkeys(path for path in below if path.parent.name == FOLDER or NAME.fullmatch(path.name))
        elif place.exists():
            found[place] = None
        else:
            raise CreditError(f"没有“{place}”", allowed="快照文件,或其上级文件夹")
    return list(found)


def find_snapshots(places: Sequence[Path], on_read: Callable[[Path], None] = lambda path: None) -> Found:
    """Every snapshot below ``places``, each read whole. Copies of one count once; a damaged or foreign file is left aside."""
    known: dict[str, Snapshot] = {}
    aside = []
    for path in snapshot_paths(places):
        on_read(path)
        try:
            snapshot = read_snapshot(path)
        except CreditError as error:
            aside.append(f"{path}:{error.found},未采用")
            continue
        known.setdefault(snapshot.name, snapshot)
    standing = last_of(known.values())
    return Found(tuple(standing), len(known) - len(standing), tuple(aside))
