"""An .xls read in a process of its own: over a damaged one the reader may panic, or ask for more memory than there is, and abort.

Run as ``python -m xl_credit.intake.xls_reading FILE [SHEET]`` it writes the sheets as JSON; memory and time are bounded.
"""

import json
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from xl_credit.rules.errors import CreditError

_SECONDS, _MEMORY = 120, 3 << 30
MOST_MERGES = 200_000
_DAMAGED = "旧格式 .xls 读不出来"
Sheet = tuple[str, list[list[object]], list]  # its name, its cells, its merged ranges


def read_xls(path: Path, sheet: str | None) -> list[Sheet]:
    """The worksheets, or the one named; raises 「旧格式 .xls 读不出来…」 for a damaged file, 「…没有工作表“…”」."""
    command = [sys.executable, "-m", __name__, str(path), *([sheet] if sheet is not None else [])]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, cwd=Path(__file__).parents[2])
    except subprocess.TimeoutExpired:
        raise CreditError(f"{_DAMAGED}({_SECONDS}秒内没有读完)", where=path.name, allowed="在 Excel 中另存为 .xlsx") from None
    found = json.loads(done.stdout) if done.returncode == 0 else {"error": _DAMAGED, "allowed": "完好的 .xls,或在 Excel 中另存为 .xlsx"}
    if "error" in found:
        raise CreditError(found["error"], where=path.name, allowed=found["allowed"])
    return [(name, [[_value(cell) for cell in row] for row in rows], merges) for name, rows, merges in found["sheets"]]


def _value(cell: object) -> object:
    """A cell as the other process wrote it."""
    if not isinstance(cell, list):
        return cell
    kind, written = cell
    return _KINDS[kind](written)


_KINDS = {
    "datetime": datetime.fromisoformat, "date": date.fromisoformat, "time": time.fromisoformat,
    "timedelta": lambda seconds: timedelta(seconds=seconds),
}  # fmt: skip


def _plain(cell: object) -> list[object]:
    """What JSON has no form for, under its kind."""
    if isinstance(cell, timedelta):
        return ["timedelta", cell.total_seconds()]
    return [type(cell).__name__, cell.isoformat()]


def calamine_sheets(source: str, sheet: str | None, where: str) -> list[Sheet]:
    """The worksheets of a workbook as its reader gives them."""
    with CalamineWorkbook.from_path(source) as book:
        names = [one.name for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        if sheet is not None and sheet not in names:
            raise CreditError(f"没有工作表“{sheet}”", where=where, allowed="、".join(names))
        tabs = [book.get_sheet_by_name(name) for name in (names if sheet is None else [sheet])]
        return [(tab.name, tab.to_python(skip_empty_area=False), (tab.merged_cell_ranges or [])[:MOST_MERGES]) for tab in tabs]


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit; there the time alone is bounded
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(path: str, sheet: str | None = None) -> None:
    _bound_memory()
    try:
        found: dict[str, object] = {"sheets": calamine_sheets(path, sheet, Path(path).name)}
    except CreditError as error:
        found = {"error": error.found, "allowed": error.allowed}
    except (CalamineError, ValueError, OSError) as error:
        found = {"error": f"{_DAMAGED}:{error}", "allowed": "完好的 .xls,或在 Excel 中另存为 .xlsx"}
    sys.stdout.buffer.write(json.dumps(found, default=_plain).encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
