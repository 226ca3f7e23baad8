"""The sums that an export states (小计, 本页合计, 合计, 累计) against its rows."""

from collections.abc import Iterator

from xl_credit.intake.results import SUM, Finding
from xl_credit.rules.ledger import in_yuan

_WHOLE = frozenset(("合计", "总计", "共计", "累计", "本年累计"))  # of all rows so far; others since the sum before


class SumCheck:
    """Follows the rows and answers for each stated sum which rows it agrees with, if any."""

    def __init__(self) -> None:
        # as written; without 作废; with 红字 turned; both: an ERP may add up in either way
        self._running: list[tuple[int, int, int, int]] = [(0, 0, 0, 0)]
        self._rounded = [0]
        self._sheet = 0
        self._last: dict[str, int] = {}

    def new_sheet(self) -> None:
        self._sheet = len(self._running) - 1
        self._last.clear()

    def row(self, raw: int | None, signed: int, is_void: bool, is_rounded: bool) -> None:
        written, valid, turned, both = self._running[-1]
        raw = raw or 0
        kept, kept_turned = (0, 0) if is_void else (raw, signed)
        self._running.append((written + raw, valid + kept, turned + signed, both + kept_turned))
        self._rounded.append(self._rounded[-1] + is_rounded)

    def stated(self, cell: str, label: str, written: str, fen: int) -> Finding:
        """相符 with which rows; else what they come to."""
        now = len(self._running) - 1
        starts = list(self._starts(label))
        self._last[label] = self._last[""] = now
        for start in starts:
            for ways, name in ((0, ""), (1, ",不含作废"), (2, ",红字取负"), (3, ",不含作废、红字取负")):
                difference = fen - self._running[now][ways] + self._running[start][ways]
                if abs(difference) <= self._rounded[now] - self._rounded[start]:
                    tail = f",尾差{in_yuan(difference)}" if difference else ""
                    return Finding(SUM, cell, f"“{written}”与{now - start}行之和相符{name}{tail}", fen=fen)
        start = starts[0]
        added = self._running[now][0] - self._running[start][0]
        found = f"“{written}”为{in_yuan(fen)},{now - start}行之和为{in_yuan(added)},相差{in_yuan(fen - added)}"
        return Finding(SUM, cell, found, f"等于所列各行之和{in_yuan(added)}", fen=fen)

    def _starts(self, label: str) -> Iterator[int]:
        """After which row the rows of this sum may begin, the likeliest first."""
        before = [self._last.get(label, self._sheet), self._last.get("", self._sheet)]
        whole = [0, self._sheet]
        yield from dict.fromkeys((*whole, before[0]) if label in _WHOLE else (before[1], before[0], *whole))
