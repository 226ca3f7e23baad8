"""Calls of every spreadsheet function on boundary-heavy arguments, as a browser hands them over: numbers, text, blanks of all kinds."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tests.forms.boundary import TYPED, Drawer, second_policy
from udfs.functions import TABLE
from xl_credit.cells import serial
from xl_credit.policy.flat import flat_rows
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.columns import BAD_ITEMS, CERTIFICATES, EVALUATION_COLUMNS, LICENCES, REQUEST_COLUMNS, SUBJECTIVE_ITEMS
from xl_credit.rules.quarter import Quarter

QUARTER = Quarter(2026, 3)
BLANKS = (*(None, "") * 20, 0)
AMOUNTS = (-0.01, 0, 0.01, 4.999999, 5, 5.000001, 49.999999, 50, 50.000001, 60, 80, 1000.5, 5000, 1e12, "1,200", "３０", "多", None, "", True)
DAYS = (-1, 0, 1, 29, 30, 31, 59, 60, 61, 89, 90, 91, 179, 180, 181, 30.5, "60", "三十", None)
WORDS = ("是", "否", True, False, 1, 0, None, "", "有", " 是 ")


def calls() -> list[tuple[str, list]]:
    """(function, arguments) for each function of the table, sound and unsound, by two policies."""
    found: list[tuple[str, list]] = []
    for policy, cells in ((sample_policy(), None), (second_policy(), _policy_cells())):
        drawer = Drawer(policy, QUARTER, seed=20261103)
        rows = [[_cell(record.get(name), drawer.random) for name in EVALUATION_COLUMNS] for record in [*drawer.rows(), *_typed(drawer)]]
        given = [*_of_rows(rows), *_of_numbers(policy), *_of_dates(policy), *_of_ledgers(policy), ("POLICY_VERSION", [])]
        found += [(name, [*arguments, *_lacking(name, arguments), cells] if cells else arguments) for name, arguments in given]
    return found + list(_unsound())


def _lacking(name: str, arguments: list) -> list[None]:
    """What is left out before the policy, as a host fills it in."""
    return [None] * (len(TABLE.functions[name].arguments) - 1 - len(arguments))


def _typed(drawer: Drawer) -> Iterator[dict]:
    for name, written in TYPED:
        yield drawer.row(**{name: written})


def _cell(value: object, random: Random) -> object:
    if value is None:
        return random.choice(BLANKS)
    return serial(value) if isinstance(value, date) else value


def _policy_cells() -> list[list[object]]:
    """The 政策 table of another policy, as cells."""
    return [[_plain(value) for value in row] for row in flat_rows(second_policy())]


def _plain(value: object) -> object:
    return serial(value) if isinstance(value, date) else float(value) if isinstance(value, Decimal) else value


def _of_rows(rows: list[list[object]]) -> Iterator[tuple[str, list]]:
    short = len(EVALUATION_COLUMNS) - len(REQUEST_COLUMNS)
    for quarter in ("2026Q3", serial(QUARTER.end)):
        yield "CREDIT_SCORE", [rows, quarter]
        yield "CREDIT_REASON", [[row[:short] for row in rows], quarter]
    yield "CREDIT_SCORE", [[[10, 5, 20, 20, 30, 15, 0], [0, 0, 0, 0, 5, 0, -5], ["10", None, 5.5, 0, 30, "", -2.5], [1, 2, 3, 4, 5, 6, "x"]]]
    for name, headers in (("LEGAL_SCORE", LICENCES), ("OTHER_SCORE", CERTIFICATES), ("SUBJECTIVE_SCORE", SUBJECTIVE_ITEMS), ("BAD_RECORD_SCORE", BAD_ITEMS)):
        places = [EVALUATION_COLUMNS.index(header) for header in headers]
        yield name, [[[row[place] for place in places] for row in rows]]
    for name, header in (("SALES_SCORE", "年交易额"), ("PROFIT_SCORE", "年赢利额"), ("COLLECTION_SCORE", "年回款额")):
        place = EVALUATION_COLUMNS.index(header)
        yield name, [[[row[place]] for row in rows]]
        yield name, [[list(AMOUNTS)]]


def _of_numbers(policy) -> Iterator[tuple[str, list]]:
    scores = [[half / 2] for half in range(-1, 203)] + [[float(row.lower) + step] for row in policy.levels if row.lower for step in (-1e-6, 1e-6)]
    for name in ("CREDIT_TIER", "CREDIT_LIMIT"):
        for business in ("A", "Ｂ", "B类业务", "混合", None):
            yield name, [scores, business]
        for subjective in (0, 7.999, 8, 9.99, 10, "10", 15):
            yield name, [scores, "B", subjective]
            yield name, [[[85]], "A", subjective, [list(WORDS)]]
        yield name, [[["85"], ["八十五"], [None], [True], [1e300]], "A"]
    levels = sorted({level for row in policy.levels for level in (row.level_a, row.level_b)}) + ["无", "", None, 0]
    yield "TIER_LIMIT", [[[level] for level in levels], [["A", "B", "a", None]]]
    for name in ("APPROVAL_ROUTE", "FINAL_APPROVER"):
        for low in (None, "是", "否"):
            yield name, [[[amount] for amount in AMOUNTS], [list(DAYS)], low]
    yield "OVERDUE_PENALTY", [[[amount] for amount in AMOUNTS], [list(DAYS)]]


def _of_dates(policy) -> Iterator[tuple[str, list]]:
    ends = [QUARTER.end - timedelta(days=days) for days in (0, 1, 30, 89, 90, 91, 92, 93, 120, 180, 181, 200, 272, 273, 274, 300, 365, 366)]
    days = [[serial(day)] for day in ends] + [["2026-07-01"], ["2026年7月1日"], ["20260701"], ["昨天"], [None], [0], [59], [True], [serial(date(2027, 1, 1))]]
    yield "ANNUALIZED", [[[205.5]], days, "2026Q3"]
    yield "ANNUALIZED", [[list(AMOUNTS)], [[serial(date(2026, 7, 1))]], [["2026Q3"], ["2026年第3季度"], [serial(QUARTER.end)], ["2026Q5"], [None]]]
    as_of = serial(date(2026, 9, 30))
    yield "AGING_BUCKET", [[[as_of - late] for late in (-400, -1, 0, 1, 30, 31, 60, 61, 90, 91, 180, 181, 400)] + [["2026-09-30"], ["无"], [None]], as_of]
    months = [date(2026, 3, day) for day in (29, 30, 31)] + [date(2026, 4, 1), date(2025, 8, 31), date(2026, 2, 28)]
    yield "SIX_MONTH_BREACH", [[[serial(day)] for day in months], [[serial(date(2026, 9, day)) for day in (28, 29, 30)] + [serial(date(2026, 10, 1)), None]]]


def _of_ledgers(policy) -> Iterator[tuple[str, list]]:
    amounts = [[0], [0.01], [100], [240000], [240000.01], [300000], [500000], [-5], ["30万"], [None]]
    for kind in ("订单", "发货", "退货", None):
        for limit in (0, 500000, None):
            for used in (0, 260000, 500000, 500000.01, 600000):
                yield "RELEASE_CHECK", [kind, amounts, limit, used]
                yield "RELEASE_CHECK", [kind, amounts, limit, used, [[0, 0.5, 1, 1.01, 50000]]]


def _unsound() -> Iterator[tuple[str, list]]:
    """Ranges that do not fit together, too narrow ones, things left out, a 政策 table that is none."""
    yield "CREDIT_TIER", [[[85], [70], [60]], [["A"], ["B"]]]
    yield "CREDIT_TIER", [85, "A"]
    yield "CREDIT_SCORE", [[["甲"] * 30], "2026Q3"]
    yield "CREDIT_SCORE", [[["甲"] * 31], "2026Q3"]
    yield "CREDIT_SCORE", [[[None] * 31, [""] * 31], "2026Q3"]
    yield "CREDIT_SCORE", [None, "2026Q3"]
    yield "LEGAL_SCORE", [[["具备"] * 6]]
    yield "TIER_LIMIT", ["一级", None]
    yield "POLICY_VERSION", [[["甲", "乙"], ["丙", "丁"]]]
    yield "POLICY_VERSION", [[[None, ""], [0, None]]]
    yield "SALES_SCORE", [100, [row if row[0] != "等级" else [None] * 13 for row in _policy_cells()]]
