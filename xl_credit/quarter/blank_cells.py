"""What ledger cells that read as empty really hold: an error value, or a formula that was never calculated."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from xl_credit.books.blanks import blank_reasons
from xl_credit.books.package import read_package
from xl_credit.rules.errors import Problem

_BLANK = "为空"
_MOST = 100  # cells of a sheet that are looked up one by one


def explained(problems: Sequence[Problem], file_of: Callable[[Problem], Path | None]) -> list[Problem]:
    """「…为空」 says what is in the cell where that is not nothing; ``file_of`` is the workbook a problem's sheet stands in."""
    blanks: dict[tuple[Path, str], list[str]] = defaultdict(list)
    for problem in problems:
        file = file_of(problem) if problem.cell and problem.found.endswith(_BLANK) else None
        if file and file.is_file():
            blanks[file, problem.sheet].append(problem.cell)
    packages = {file: read_package(file) for file, _ in blanks}
    reasons = {key: blank_reasons(packages[key[0]], key[1], cells[:_MOST]) for key, cells in blanks.items()}

    def reason(problem: Problem) -> str | None:
        return reasons.get((file_of(problem), problem.sheet), {}).get(problem.cell) if problem.found.endswith(_BLANK) else None

    return [replace(one, found=one.found.removesuffix(_BLANK) + why) if (why := reason(one)) else one for one in problems]
