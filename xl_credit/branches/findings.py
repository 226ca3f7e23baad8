"""What is found in a returned workbook: where, what it was when it was sent, what it is now, and how to mend it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

_LONGEST, _BEFORE = 80, 20
_CELL = re.compile(r"([A-Z]+)(\d+)")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend. ``sheet`` and ``cell`` are the returned workbook's; empty where it is the whole sheet or file.

    >>> Finding("评估表", "AM7", "公式被改为数值", "=A1", "5", "恢复公式").line("华东.xlsx")
    '华东.xlsx!评估表!AM7:公式被改为数值,下发时为“=A1”,现为“5”;请恢复公式'
    """

    sheet: str
    cell: str
    what: str
    was: str
    now: str
    mend: str

    def line(self, file: str) -> str:
        """For the console: where, what, was and is, and how to mend it."""
        where = "!".join(part for part in (file, self.sheet, self.cell) if part)
        was, now = self.change
        change = f",下发时为{_quoted(was)},现为{_quoted(now)}" if was or now else ""
        return f"{where}:{self.what}{change};请{self.mend}"

    @property
    def change(self) -> tuple[str, str]:
        """Was and is in one line each; of long texts the stretch in which they differ.

        >>> Finding("", "", "", "=" + "A1+" * 99 + "B1" + "+C1" * 99, "=" + "A1+" * 99 + "B2", "").change
        ('…+A1+A1+A1+A1+A1+A1+B1+C1+C1+C1+C1+C1+C1+C1+C1+C1+C1+C1+C1+C1+C1+C1+C1+C1+C1+C1+C…', '…+A1+A1+A1+A1+A1+A1+B2')
        """
        was, now = (" ".join(text.split("\n")) for text in (self.was, self.now))
        if max(len(was), len(now)) <= _LONGEST:
            return was, now
        same = next((at for at, (one, other) in enumerate(zip(was, now, strict=False)) if one != other), min(len(was), len(now)))
        start = max(0, same - _BEFORE)
        return _cut(was, start), _cut(now, start)


def grouped(findings: Sequence[Finding]) -> list[Finding]:
    """The findings for a reader: the same thing in cells one below the other is told once, as of a range.

    Whoever pastes values over a whole table gets a line a column and not a line a cell.

    >>> one = [Finding("评估表", f"AR{row}", "公式被改为数值", f"=A{row}", str(row), "恢复") for row in (6, 7, 8)]
    >>> [(line.cell, line.was, line.now) for line in grouped(one)]
    [('AR6:AR8', '=A6', '6(等3格)')]
    """
    runs: list[list[Finding]] = []
    ending: dict[tuple[str, str, str, str, int], list[Finding]] = {}  # a run by its kind, column and the row that would continue it
    for one in findings:
        place = _CELL.fullmatch(one.cell)
        if place is None:
            runs.append([one])
            continue
        kind, row = (one.sheet, one.what, one.mend, place[1]), int(place[2])
        run = ending.pop((*kind, row), None)
        if run is not None and (one.what.startswith("公式") or (one.was, one.now) == (run[0].was, run[0].now)):
            run.append(one)
        else:
            runs.append(run := [one])
        ending[*kind, row + 1] = run
    return [run[0] if len(run) == 1 else _together(run) for run in runs]


def _together(run: Sequence[Finding]) -> Finding:
    first, more = run[0], f"(等{len(run)}格)"
    return replace(first, cell=f"{first.cell}:{run[-1].cell}", now=f"{first.change[1]}{more}" if first.now or first.was else "")


def _cut(text: str, start: int) -> str:
    stretch = text[start : start + _LONGEST]
    return f"{'…' if start and stretch else ''}{stretch}{'…' if start + _LONGEST < len(text) else ''}"


def _quoted(text: str) -> str:
    return f"“{text}”" if text else "空白"
