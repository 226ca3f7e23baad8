"""The native formulas of the 评估表 against the rules, as LibreOffice computes them: no difference on any border."""

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.forms.boundary import TYPED, Drawer, Record, second_policy, third_policy
from tests.forms.office import convert
from xl_credit.books.book import Book
from xl_credit.forms.formulas import (
    DAYS,
    HEADER_ROW,
    LEVEL,
    LIMIT,
    PART_COLUMNS,
    PROVISIONAL_COLUMNS,
    STATUS,
    TOTAL,
    period_formulas,
    provisional_formulas,
)
from xl_credit.forms.rating_workbook import build_rating_workbook
from xl_credit.policy import flat
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.columns import EVALUATION, EVALUATION_COLUMNS, POLICY_COPY
from xl_credit.quarter.results import Decided
from xl_credit.rules.figures import Policy
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.records import INCOMPLETE

# in Excel 2007, WPS and LibreOffice alike
ALLOWED = {
    "AND", "COUNT", "COUNTA", "COUNTIF", "COUNTIFS", "DATE", "EDATE", "FIND", "IF", "IFERROR", "INDEX", "INT", "ISNUMBER", "LEFT", "LEN",
    "MATCH", "MAX", "MIN", "MOD", "N", "NOT", "OR", "RIGHT", "ROUND", "SUM", "SUMIFS", "SUMPRODUCT", "TEXT", "TRIM", "VALUE", "CHAR", "ROW",
    "ISTEXT", "MID",
}  # fmt: skip
WRONG = (7, 9, 9, 9, 9, 9, 9, 9, 99, "错", 99, "错", 9)  # cached values that no formula gives
CASES = (  # policy, quarter; any but the sample is laid over the 政策 sheet of a workbook made with the sample
    ("示例", "2026Q3"), ("示例", "2024Q1"), ("示例", "2023Q4"), ("第二", "2026Q3"), ("第二", "2024Q2"), ("多级", "2025Q2"),
)  # fmt: skip
POLICIES = {"示例": sample_policy(), "第二": second_policy(), "多级": third_policy()}


@dataclass(frozen=True)
class Case:
    """One workbook's rows, what the rules say of them, and what the formulas say."""

    records: Sequence[Record]
    typed: Sequence[Record]
    decided: Sequence[Decided]
    native: Sequence[dict[str, object]]


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Case]:
    folder, drawn = tmp_path_factory.mktemp("formulas"), {}
    for seed, (name, quarter) in enumerate(CASES):
        drawer = Drawer(POLICIES[name], Quarter.parse(quarter), seed)
        records = drawer.rows()
        typed = [drawer.row(**{header: value}) for header, value in TYPED]
        path = folder / f"{name}{quarter}.xlsx"
        _build(path, POLICIES[name], quarter, [*records, *typed])
        drawn[name, quarter] = (path, records, typed, drawer.decided(records))
    done = convert([path for path, *_ in drawn.values()], folder / "out")
    return {
        key: Case(records, typed, decided, _native(result))
        for (key, (_, records, typed, decided)), result in zip(drawn.items(), done, strict=True)
    }


def _build(path: Path, policy: Policy, quarter: str, records: Sequence[Record]) -> None:
    build_rating_workbook(path, sample_policy(), quarter=quarter, records=records, spare_rows=3, provisional=[WRONG] * len(records))
    if policy is not sample_policy():
        book = Book(path, (POLICY_COPY,))
        book.write_block(POLICY_COPY, flat.HEADER_ROW + 1, flat.flat_rows(policy))
        book.save(path)


def _native(path: Path) -> list[dict[str, object]]:
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(EVALUATION).to_python(skip_empty_area=False)
    first = len(EVALUATION_COLUMNS)
    return [dict(zip(PROVISIONAL_COLUMNS, row[first : first + len(PROVISIONAL_COLUMNS)], strict=True)) for row in rows[HEADER_ROW:]]


def _expected(decided: Decided) -> dict[str, object]:
    rating = decided.rating
    if rating is None:
        return {TOTAL: "", LEVEL: "", LIMIT: 0, STATUS: INCOMPLETE}
    parts = dict(zip(PART_COLUMNS, rating.parts, strict=True))
    return parts | {
        DAYS: _or_blank(rating.annualised_days), TOTAL: _or_blank(rating.total), LEVEL: rating.level or "", LIMIT: rating.limit,
        STATUS: rating.status,
    }  # fmt: skip


def _or_blank(value: object) -> object:
    return "" if value is None else value


def _same(expected: object, found: object) -> bool:
    if isinstance(expected, str) or isinstance(found, str):
        return expected == found
    return abs(Decimal(repr(found)) - Decimal(expected)) < Decimal("1e-9")


@pytest.mark.host
@pytest.mark.parametrize("key", CASES, ids="".join)
def test_no_difference_from_the_rules(key: tuple[str, str], cases: dict[tuple[str, str], Case]) -> None:
    case, differences = cases[key], []
    for number, (record, decided) in enumerate(zip(case.records, case.decided, strict=True)):
        native = case.native[number]
        for name, value in _expected(decided).items():
            if not _same(value, native[name]):
                differences.append((number + HEADER_ROW + 1, name, f"规则{value!r}", f"公式{native[name]!r}", record))
    assert not differences, f"{len(differences)}处不同:" + "\n".join(map(str, differences[:10]))


@pytest.mark.host
def test_the_rows_reach_every_border(cases: dict[tuple[str, str], Case]) -> None:
    """At least 500 rows a policy that matters, every level and status among them, and every total at a level's edge."""
    case = [one for key, one in cases.items() if key[0] == "示例"]
    ratings = [decided.rating for one in case for decided in one.decided]
    assert len(ratings) >= 500
    assert {rating.level for rating in ratings if rating} >= {"特级", "一级", "二级", "三级", "四级", "四级以下"}
    assert {59, 60, 69, 70, 79, 80, 89, 90} <= {rating.total for rating in ratings if rating}
    assert {decided.status for one in case for decided in one.decided} == {"已评级", "不予评级", "暂缓评级", INCOMPLETE}
    assert any(rating and rating.is_rated and len(rating.adjustments) == 2 for rating in ratings)


@pytest.mark.host
@pytest.mark.parametrize("key", CASES, ids="".join)
def test_no_level_for_numbers_typed_as_text(key: tuple[str, str], cases: dict[tuple[str, str], Case]) -> None:
    """The rules read 「1,200」; the formulas say 资料不全 and leave it to them."""
    case = cases[key]
    rows = case.native[len(case.records) : len(case.records) + len(case.typed)]
    assert [(row[LEVEL], row[TOTAL], row[LIMIT], row[STATUS]) for row in rows] == [("", "", 0, INCOMPLETE)] * len(TYPED)


@pytest.mark.host
def test_prepared_rows_stay_empty(cases: dict[tuple[str, str], Case]) -> None:
    for case in cases.values():
        blank = case.native[len(case.records) + len(case.typed) :]
        assert len(blank) == 3
        assert all(value == "" for row in blank for value in row.values())


@pytest.mark.host
@pytest.mark.parametrize("quarter", ["", "2026Q5", "2026"])
def test_without_a_quarter_nothing_is_rated(quarter: str, tmp_path: Path) -> None:
    records = [Drawer(sample_policy(), Quarter(2026, 3), 1).row()]
    path = tmp_path / "无季度.xlsx"
    build_rating_workbook(path, sample_policy(), records=records, spare_rows=0, provisional=[WRONG])
    if quarter:
        book = Book(path, (EVALUATION,))
        book.sheet(EVALUATION).set(3, 5, quarter)
        book.save(path)
    (row, *_) = _native(convert([path], tmp_path / "out")[0])
    assert (row[LEVEL], row[STATUS], row[LIMIT]) == ("", INCOMPLETE, 0)


def functions_in(formula: str) -> set[str]:
    """Names of the functions that a formula calls; what stands in quotes is text.

    >>> sorted(functions_in('=IF(A1="SUM(",ROUND(A1,2),"")'))
    ['IF', 'ROUND']
    """
    return set(re.findall(r"([A-Z][A-Z0-9.]*)\(", re.sub(r'"[^"]*"', "", formula)))


def test_only_functions_that_every_host_has(tmp_path: Path) -> None:
    """Also those in the form, the heading, the conditional formats, the validations and the names of the file itself."""
    path = tmp_path / "模板.xlsx"
    build_rating_workbook(path, sample_policy(), spare_rows=1)
    used = set().union(*map(functions_in, (*provisional_formulas(6), *period_formulas("F3"))))
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets/sheet") or name == "xl/workbook.xml":
                text = package.read(name).decode().replace("&quot;", '"').replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
                for formula in re.findall(r"<(?:f|formula|formula1|definedName)\b[^>]*>([^<]*(?:<(?!/)[^<]*)*)</", text):
                    used |= functions_in(formula)
    assert used <= ALLOWED, used - ALLOWED
    assert {"SUMPRODUCT", "COUNTIFS", "EDATE"} <= used


def test_formulas_stay_short_and_take_no_array_entry() -> None:
    formulas = provisional_formulas(6)
    assert max(map(len, formulas)) < 700
    assert sum(len(formula.encode()) for formula in formulas) < 3300
    assert not any("{" in formula for formula in formulas)
