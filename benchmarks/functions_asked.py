"""What every host is asked about each customer of a 评估表: the same functions of the same cells, as arguments and as formulas."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from udfs.functions import TABLE
from xl_credit.cells import serial
from xl_credit.forms.formulas import COLUMNS, HEADER_ROW
from xl_credit.policy import flat
from xl_credit.quarter.columns import (
    AMOUNTS,
    BAD_ITEMS,
    CERTIFICATES,
    EVALUATION_COLUMNS,
    LICENCES,
    POLICY_COPY,
    SUBJECTIVE_ITEMS,
)
from xl_credit.quarter.results import Decided
from xl_credit.rules.figures import Policy
from xl_credit.rules.limits import is_last_row
from xl_credit.tables import column_letters

QUARTER = "2026Q3"
FIRST = HEADER_ROW + 1
HELPED = ("业务类别", "送审额度", "送审期限", "低于四级")  # what a person types beside a customer: the rules' own reading
Record = Mapping[str, object]
Answers = dict[str, list[object]]  # by key, a value for every customer


@dataclass(frozen=True)
class Asked:
    """A function of spans of columns (first and last header) and of constants, for every customer; ``key`` heads its answers."""

    key: str
    function: str
    given: tuple[tuple[str, str] | str, ...]


def _one(*headers: str) -> tuple[tuple[str, str], ...]:
    return tuple((header, header) for header in headers)


def _ends(headers: Sequence[str]) -> tuple[str, str]:
    return headers[0], headers[-1]


_ROW = _ends(EVALUATION_COLUMNS)
ASKED = (
    Asked("得分", "CREDIT_SCORE", (_ROW, QUARTER)),
    Asked("依据", "CREDIT_REASON", (_ROW, QUARTER)),
    *(Asked(f"{name}折算", "ANNUALIZED", (*_one(name, "首次交易日期"), QUARTER)) for name in AMOUNTS),
    Asked("法律资质", "LEGAL_SCORE", (_ends(LICENCES),)),
    Asked("其他资质", "OTHER_SCORE", (_ends(CERTIFICATES),)),
    Asked("交易金额", "SALES_SCORE", _one("年交易额折算")),
    Asked("赢利贡献", "PROFIT_SCORE", _one("年赢利额折算")),
    Asked("回款总额", "COLLECTION_SCORE", _one("年回款额折算")),
    Asked("主观评价", "SUBJECTIVE_SCORE", (_ends(SUBJECTIVE_ITEMS),)),
    Asked("不良记录", "BAD_RECORD_SCORE", (_ends(BAD_ITEMS),)),
    Asked("级别", "CREDIT_TIER", _one("得分", "业务类别", "主观评价", "业务员垫支")),
    Asked("限额", "CREDIT_LIMIT", _one("得分", "业务类别", "主观评价", "业务员垫支")),
    Asked("级别限额", "TIER_LIMIT", _one("级别", "业务类别")),
    Asked("路线", "APPROVAL_ROUTE", _one("送审额度", "送审期限", "低于四级")),
    Asked("终审", "FINAL_APPROVER", _one("送审额度", "送审期限", "低于四级")),
)
HEADERS = (*COLUMNS, *HELPED, *(one.key for one in ASKED))


def table(records: Sequence[Record], decided: Sequence[Decided], policy: Policy) -> Answers:
    """The 评估表 as columns of cells, as a sheet hands them over, and the helping columns."""
    cells = {header: [bare_cell(record.get(header)) for record in records] for header in EVALUATION_COLUMNS}
    return cells | {header: list(column) for header, column in zip(HELPED, zip(*_helped(records, decided, policy), strict=True), strict=True)}


def bare_cell(value: object) -> object:
    """As a spreadsheet program keeps it: days and whole numbers are numbers like others."""
    if isinstance(value, date):
        return float(serial(value))
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _helped(records: Sequence[Record], decided: Sequence[Decided], policy: Policy) -> Iterator[tuple[object, ...]]:
    for record, one in zip(records, decided, strict=True):
        rating, proposal = one.rating, one.proposal
        business = rating.business if rating else record.get("业务类型")
        if proposal is None:
            yield business, None, None, None
        else:
            yield business, float(proposal.submitted), float(proposal.term_days), "是" if is_last_row(policy, rating) else "否"


def left_out(one: Asked) -> int:
    """How many arguments stand between those given and the policy."""
    return len(TABLE.functions[one.function].arguments) - 1 - len(one.given)


def arguments(one: Asked, cells: Mapping[str, list[object]], policy: object) -> list[object]:
    """What the function is given for all customers in one call."""
    given = [part if isinstance(part, str) else _block(cells, *part) for part in one.given]
    return [*given, *[None] * left_out(one), policy]


def _block(cells: Mapping[str, list[object]], first: str, last: str) -> list[list[object]]:
    headers = HEADERS[HEADERS.index(first) : HEADERS.index(last) + 1]
    return [list(row) for row in zip(*(cells[header] for header in headers), strict=True)]


def ask_in_turn(cells: Answers, policy: object, call: Callable[[str, list[object]], list[list[object]]]) -> Answers:
    """The answers of one way of calling, each function given those of the ones before it."""
    known = dict(cells)
    for one in ASKED:
        known[one.key] = [bare_cell(value) for (value,) in call(one.function, arguments(one, known, policy))]
    return {one.key: known[one.key] for one in ASKED}


def formula(one: Asked, first: int, last: int, policy_rows: int) -> str:
    """As Calc's interface takes it, over rows ``first`` to ``last``, judged by so many rows of the workbook's 政策, if any."""
    given = [f'"{part}"' if isinstance(part, str) else _address(*part, first, last) for part in one.given]
    if policy_rows:
        given += [*[""] * left_out(one), f"$'{POLICY_COPY}'.$A${flat.HEADER_ROW}:${column_letters(len(flat.HEADERS) - 1)}${flat.HEADER_ROW + policy_rows}"]
    return f"={one.function}({';'.join(given)})"


def _address(first_header: str, last_header: str, first: int, last: int) -> str:
    return f"{place(first_header, first)}:{place(last_header, last)}" if (first_header, first) != (last_header, last) else place(first_header, first)


def place(header: str, row: int) -> str:
    return f"{column_letters(HEADERS.index(header))}{row}"


def area(header: str, count: int) -> str:
    """Where the sheet has a column's cells for so many customers."""
    return f"{place(header, FIRST)}:{place(header, FIRST + count - 1)}"
