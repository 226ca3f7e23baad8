"""Who the customers of an export are: those known already, and the list by which people have confirmed what is one and the same."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from xl_credit.books.disk import os_error
from xl_credit.cells import folded, is_blank, parse_flag, text
from xl_credit.intake.words import CODE, NAME
from xl_credit.rules.errors import CreditError
from xl_credit.tables import Grid, find_table

LIST_SHEET = "客户对照"
FROM_CODE, FROM_NAME, TO_CODE, TO_NAME, BASIS, ROWS, CONFIRMED, REMARKS = LIST_COLUMNS = (
    "来源编码", "来源名称", "归并编码", "归并名称", "依据", "行数", "确认", "处理说明",
)  # fmt: skip


class Answer(NamedTuple):
    """A line of 客户对照; ``confirmed`` is ``None`` until somebody has answered."""

    code: str
    name: str
    to_code: str
    to_name: str = ""
    basis: str = ""
    confirmed: bool | None = None

    @property
    def pair(self) -> frozenset[str]:
        """Whom it is about, whichever of the two is to be kept."""
        return frozenset((folded(self.code) or folded(self.name), folded(self.to_code)))


class Parties:
    """Known customers (code → name) and the answers given; ``seen`` counts what an export says of its customers.

    ``by_name``: a row without a code is the known customer's of that very name, since the export has no column of codes.
    """

    def __init__(self, known: Iterable[tuple[str, str]] = (), answers: Iterable[Answer] = ()) -> None:
        self.known: dict[str, tuple[str, str]] = {}
        self._codes: dict[str, set[str]] = {}
        for code, name in known:
            self.known.setdefault(folded(code), (code, name))
            if name:
                self._codes.setdefault(folded(name), set()).add(folded(code))
        self.answers = tuple(answers)
        self._merged = _merged(self.answers)
        self._named = {folded(one.name): one.to_code for one in self.answers if one.confirmed and not one.code}
        self.by_name = False
        self.seen: Counter[tuple[str, str]] = Counter()
        self._answered: dict[tuple[str, str], str] = {}

    def code(self, code: str, name: str) -> str:
        """The code under which the row is kept; empty where there is none and no answer, nor a known name, gives one."""
        self.seen[code, name] += 1
        return self.code_of(code, name)

    def code_of(self, code: str, name: str) -> str:
        """As :meth:`code`, without counting."""
        found = self._answered.get((code, name))
        if found is None:
            found = self._answered[code, name] = self._look_up(code, name)
        return found

    def _look_up(self, code: str, name: str) -> str:
        if not code and name:
            named = self._codes.get(folded(name), set()) if self.by_name else set()
            code = self._named.get(folded(name)) or (self.known[next(iter(named))][0] if len(named) == 1 else "")
        return self.merged(code)

    def merged(self, code: str) -> str:
        """A code as the confirmed list has it."""
        return self._merged.get(folded(code), code)


def _merged(answers: Sequence[Answer]) -> dict[str, str]:
    """Code → the code it ends at; raises 「客户对照…成环」 and 「…归并到两个编码」."""
    step: dict[str, str] = {}
    for one in answers:
        if not one.confirmed or not one.code:
            continue
        before = step.setdefault(folded(one.code), one.to_code)
        if folded(before) != folded(one.to_code):
            raise CreditError(f"“{one.code}”归并到两个编码:{before}、{one.to_code}", where=LIST_SHEET, allowed="一个来源编码只归并到一个编码")
    found = {}
    for start in step:
        path, at = [start], step[start]
        while folded(at) in step:
            if folded(at) in path:
                raise CreditError(f"“{at}”归并成环", where=LIST_SHEET, allowed="来源编码归并到不再归并的编码")
            path.append(folded(at))
            at = step[folded(at)]
        found[start] = at
    return found


def known_customers(grids: Mapping[str, Grid]) -> list[tuple[str, str]]:
    """(code, name) from every table of a workbook that has both columns, in the tables' order."""
    found = {}
    for grid in grids.values():
        try:
            table = find_table(grid, (CODE, NAME))
        except CreditError:
            continue  # a sheet without the two columns knows no customers
        for _, row in table.body():
            code, name = text(table.value(row, CODE)), text(table.value(row, NAME))
            if code:
                before = found.get(folded(code))
                found[folded(code)] = (code, before[1] if before and before[1] else name)
    return list(found.values())


def answers_in(grid: Grid | None) -> list[Answer]:
    """The sheet 客户对照; raises 「客户对照!G5:确认值为“也许”;允许:是、否」."""
    if grid is None:
        return []
    table = find_table(grid, LIST_COLUMNS[:4], LIST_COLUMNS[4:])
    found = []
    for number, row in table.body():
        values = {name: text(table.value(row, name)) for name in LIST_COLUMNS}
        if any(values[name] for name in LIST_COLUMNS[:3]):
            found.append(_answer(values, f"{LIST_SHEET}!{table.cell(number, CONFIRMED)}"))
    return found


def answers_file(path: Path) -> list[Answer]:
    """客户对照 as JSON: a list of objects under the sheet's headers."""
    try:
        records = json.loads(path.read_text("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise CreditError("不是 JSON", where=path.name, allowed=f"{LIST_SHEET}:对象的列表") from error
    except OSError as error:
        raise os_error(error, path, "读取") from error
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise CreditError("不是对象的列表", where=path.name, allowed="、".join(LIST_COLUMNS))
    return [_answer({name: text(one.get(name)) for name in LIST_COLUMNS}, f"{path.name}第{place}项") for place, one in enumerate(records, 1)]


def _answer(values: Mapping[str, str], where: str) -> Answer:
    confirmed = None
    if not is_blank(values[CONFIRMED]):
        try:
            confirmed = parse_flag(values[CONFIRMED])
        except CreditError as error:
            raise CreditError(f"{CONFIRMED}{error.found}", where=where, allowed="是、否,或留空") from None
    if confirmed and not values[TO_CODE]:
        raise CreditError(f"{CONFIRMED}为是,而{TO_CODE}为空", where=where, allowed="归并到的客户编码")
    return Answer(values[FROM_CODE], values[FROM_NAME], values[TO_CODE], values[TO_NAME], values[BASIS], confirmed)
