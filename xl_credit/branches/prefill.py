"""Last quarter's workbook → what stands from one quarter to the next, filled in; the rest, to be judged anew, as a comment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from xl_credit.books.package import read_package
from xl_credit.books.reading import read_grids
from xl_credit.cells import folded, is_blank, text
from xl_credit.quarter.columns import (
    AMOUNTS,
    BAD_ITEMS,
    CERTIFICATES,
    EVALUATION,
    EVALUATION_COLUMNS,
    FLAG_COLUMNS,
    LICENCES,
    REQUEST_COLUMNS,
    RESULTS,
    SUBJECTIVE_ITEMS,
)
from xl_credit.quarter.evaluation import EvaluationReader
from xl_credit.quarter.past import read_past
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.figures import Policy
from xl_credit.rules.levels import plain
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.records import PastRating
from xl_credit.tables import Row, Table, column_letters, find_table

# 业务员垫支 and 弄虚作假 stand, since an empty cell means 否: a downgrade or a held rating must not lapse by being left out
STANDING = ("业务类型", "首次交易日期", "重点客户", "业务员", *LICENCES, *CERTIFICATES, *FLAG_COLUMNS)
_ANEW = (("A类业务额", "B类业务额", *AMOUNTS), SUBJECTIVE_ITEMS, BAD_ITEMS, REQUEST_COLUMNS)
_NOT_TAKEN = "未带入,由分公司重填"


@dataclass(frozen=True, slots=True)
class Prefill:
    """Rows for the new 评估表 by header, the comment on each customer's name, and what could not be taken over."""

    records: tuple[Mapping[str, object], ...]
    comments: tuple[str, ...]
    problems: tuple[Problem, ...]


NOTHING = Prefill((), (), ())


def read_prefill(path: Path, policy: Policy, quarter: Quarter) -> Prefill:
    """The customers of last quarter's workbook for a pack of ``quarter``; a value that cannot be read is left out and reported."""
    grids = read_grids(read_package(path), {EVALUATION, RESULTS})
    if EVALUATION not in grids:
        raise CreditError(f"没有工作表“{EVALUATION}”", where=path.name, allowed="上季的分公司工作簿")
    reader = EvaluationReader(find_table(grids[EVALUATION], EVALUATION_COLUMNS), policy, quarter)
    said = _quarter_cell(reader.table)
    problems = _other_quarter(said, quarter)
    past = read_past(grids[RESULTS]) if RESULTS in grids else {}
    records: dict[str, tuple[dict[str, object], str]] = {}
    for number, row in reader.filled_rows():
        code, name = text(reader.table.value(row, "客户编码")), text(reader.table.value(row, "客户名称"))
        if not code or not name:
            problems.append(_problem(reader.table, number, "客户编码", f"该行没有客户编码或名称(“{(code or name)[:20]}”)", "整行未带入"))
        elif folded(code) in records:
            problems.append(_problem(reader.table, number, "客户编码", f"“{code}”重复", "只带入先出现的一行", code))
        else:
            record, missing = _standing(reader, number, row, code)
            problems += missing
            comment = _comment(reader.table, row, past.get(folded(code)), said)
            records[folded(code)] = {"客户编码": code, "客户名称": name, **record}, comment
    return Prefill(tuple(one for one, _ in records.values()), tuple(note for _, note in records.values()), tuple(problems))


def _standing(reader: EvaluationReader, number: int, row: Row, code: str) -> tuple[dict[str, object], list[Problem]]:
    record, problems = {}, []
    for header in STANDING:
        value = reader.table.value(row, header)
        if is_blank(value):
            continue
        try:
            read = reader.value(row, header)
        except CreditError as error:
            problems.append(_problem(reader.table, number, header, f"{header}{error.found}", _NOT_TAKEN, code, error.allowed))
            continue
        record[header] = ("是" if read else "否") if isinstance(read, bool) else read
    return record, problems


def _problem(table: Table, number: int, header: str, found: str, effect: str, code: str = "", allowed: str = "") -> Problem:
    return Problem(table.grid.name, table.cell(number, header), found, allowed, "第五条", effect, code)


def _quarter_cell(table: Table) -> tuple[str, str]:
    """What stands beside the 季度 label above the table, and in which cell."""
    for index, row in enumerate(table.grid.rows[: table.header]):
        for column, value in enumerate(row[:-1]):
            if isinstance(value, str) and folded(value) == "季度":
                return text(row[column + 1]), f"{column_letters(column + 1)}{index + 1}"
    return "", ""


def _other_quarter(said: tuple[str, str], quarter: Quarter) -> list[Problem]:
    try:
        if not said[0] or Quarter.parse(said[0]) == quarter.previous:
            return []
    except CreditError:
        pass  # not a quarter at all: reported like another quarter
    found, effect = f"上季工作簿的季度为“{said[0]}”", "按该工作簿带入"
    return [Problem(EVALUATION, said[1], found, str(quarter.previous), "第八条(5)", effect)]


def _comment(table: Table, row: Row, past: PastRating | None, said: tuple[str, str]) -> str:
    """What the branch fills in anew, as it stood last quarter: for the eye only, no rule reads it."""
    lines = [f"上季{f'({said[0]})' if said[0] else ''},本季请重新填写:"]
    if past and past.level:
        score = f",得分 {plain(past.total)}" if past.total is not None else ""
        lines.append(f"评级:{past.level}{score}")
    elif past and past.status:
        lines.append(f"评级:{past.status}")
    for headers in _ANEW:
        shown = [f"{header} {_shown(table.value(row, header))}{table.units.get(header, '')}" for header in headers
                 if not is_blank(table.value(row, header))]  # fmt: skip
        if shown:
            lines.append(";".join(shown))
    return "\n".join(lines)


def _shown(value: object) -> str:
    return f"{value:,.10g}" if isinstance(value, float) else text(value)[:60]
