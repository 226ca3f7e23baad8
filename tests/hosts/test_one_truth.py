"""One truth: rules, classic function bodies, LibreOffice cells, Pyodide and native formulas say the same of the same 500 customers."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

import udfs.excel
from benchmarks import functions_asked as asking
from benchmarks.functions_asked import ASKED, FIRST, QUARTER, Answers
from tests.forms.boundary import Drawer, Record, second_policy
from tests.hosts.calc_desk import Desk, desk
from tests.hosts.lite_running import prepare, run_pyodide
from xl_credit.books.book import Book
from xl_credit.forms.formulas import LEVEL, LIMIT, PART_COLUMNS, PROVISIONAL_COLUMNS, STATUS, TOTAL
from xl_credit.forms.rating_workbook import build_rating_workbook
from xl_credit.hosts.lite_bundle import bundle
from xl_credit.policy import flat
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.columns import AMOUNTS, EVALUATION, POLICY_COPY
from xl_credit.quarter.results import Decided
from xl_credit.rules.approval import credit_route
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import PARTS, Policy
from xl_credit.rules.levels import explain
from xl_credit.rules.limits import is_last_row
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.records import HELD, INCOMPLETE, RATED, UNRATED

pytestmark = [pytest.mark.host, pytest.mark.xdist_group("calc")]
POLICIES = {"示例": (sample_policy(), 1), "第二": (second_policy(), 4)}  # the second stands in the workbook's 政策 only
CUSTOMERS, LAST = 500, FIRST + 499
CLASSIC, SINGLE, SPILLED, PYODIDE, NATIVE = "经典函数", "Calc逐格", "Calc溢出", "Pyodide", "自带公式"
FUNCTIONS = (CLASSIC, SINGLE, SPILLED, PYODIDE)
WRONG = (7, 9, 9, 9, 9, 9, 9, 9, 99, "错", 99, "错", 9)  # cached values that no formula gives
Verdict = dict[str, object]


@dataclass(frozen=True)
class Case:
    """One workbook: what the rules decide, the function hosts' cells, and the native formulas'."""

    policy: Policy = field(repr=False)
    decided: list[Decided] = field(repr=False)
    said: dict[str, Answers] = field(repr=False)
    native: list[Verdict] = field(repr=False)

    def verdicts(self, host: str) -> list[Verdict]:
        return self.native if host == NATIVE else [verdict(self.said[host], number) for number in range(CUSTOMERS)]


@pytest.fixture(scope="module")
def calc(tmp_path_factory) -> Iterator[Desk]:
    with desk(tmp_path_factory.mktemp("calc")) as running:
        yield running


@pytest.fixture(scope="module", params=list(POLICIES))
def case(request, calc, tmp_path_factory) -> Case:
    policy, seed = POLICIES[request.param]
    folder, drawer = tmp_path_factory.mktemp("one truth"), Drawer(policy, Quarter.parse(QUARTER), seed)
    records = customers(policy, drawer)
    decided = drawer.decided(records)
    cells, rows = asking.table(records, decided, policy), policy_cells(policy)
    classic = asking.ask_in_turn(cells, rows, lambda name, given: getattr(udfs.excel, name)(*given))
    in_calc, native = by_calc(calc, workbook(folder / "客户.xlsx", policy, records), cells, len(rows) - 1, 0 if policy is sample_policy() else len(rows) - 1)
    pyodide = by_pyodide(folder / "pyodide", cells | classic, rows)
    return Case(policy, decided, {CLASSIC: classic, PYODIDE: pyodide} | in_calc, native)


def customers(policy: Policy, drawer: Drawer) -> list[Record]:
    """So many of all that the drawer has, with every threshold once more as sums leave it: binary noise, and less than half a 分 off.

    A code that stands twice is a fault of the sheet that no single row shows, and so is left out.
    """
    drawn = [row for row in [*drawer.rows(), *noisy(drawer)] if row["客户编码"] != "重复"]
    return [drawn[place] for place in sorted(Random(QUARTER + policy.version).sample(range(len(drawn)), CUSTOMERS))]


def noisy(drawer: Drawer) -> Iterator[Record]:
    for name in AMOUNTS:
        for bound in map(float, drawer.bounds(name)):
            for amount in (math.nextafter(bound, math.inf), math.nextafter(bound, -math.inf), bound + 4e-7, bound - 4e-7):
                yield drawer.row(**{name: amount})


def workbook(path: Path, policy: Policy, records: list) -> Path:
    build_rating_workbook(path, sample_policy(), quarter=QUARTER, records=records, spare_rows=0, provisional=[WRONG] * len(records))
    if policy is not sample_policy():
        book = Book(path, (POLICY_COPY,))
        book.write_block(POLICY_COPY, flat.HEADER_ROW + 1, flat.flat_rows(policy))
        book.save(path)
    return path


def policy_cells(policy: Policy) -> list[list[object]]:
    """The 政策 table as a sheet holds it."""
    return [[asking.bare_cell(float(value) if hasattr(value, "quantize") else value) for value in row] for row in [flat.HEADERS, *flat.flat_rows(policy)]]


def by_calc(calc: Desk, path: Path, cells: Answers, in_sheet: int, own: int) -> tuple[dict[str, Answers], list[Verdict]]:
    """The cells of formulas filled down a column, then of one array formula a function, and the workbook's own.

    Array formulas are given the ``in_sheet`` rows of the 政策, single ones ``own``: 0 where the installed policy is the same.
    """
    calc.show(path, hidden=True)
    calc.wait_with_calculating()
    for header in asking.HELPED:
        calc.put(EVALUATION, asking.area(header, CUSTOMERS), [[value if value is not None else ""] for value in cells[header]])
    for one in ASKED:
        calc.fill(EVALUATION, asking.area(one.key, CUSTOMERS), [[asking.formula(one, row, row, own)] for row in range(FIRST, LAST + 1)])
    calc.calculate()
    said = {SINGLE: {one.key: column(calc.read(EVALUATION, asking.area(one.key, CUSTOMERS))) for one in ASKED}}
    for one in ASKED:
        calc.spill(EVALUATION, asking.area(one.key, CUSTOMERS), asking.formula(one, FIRST, LAST, in_sheet))
    said[SPILLED] = {one.key: column(calc.read(EVALUATION, asking.area(one.key, CUSTOMERS))) for one in ASKED}
    first, last = asking.place(PROVISIONAL_COLUMNS[0], FIRST), asking.place(PROVISIONAL_COLUMNS[-1], LAST)
    return said, [native_verdict(dict(zip(PROVISIONAL_COLUMNS, row, strict=True))) for row in calc.read(EVALUATION, f"{first}:{last}")]


def column(rows: list) -> list[object]:
    return [value for (value,) in rows]


def by_pyodide(folder: Path, cells: Answers, rows: list) -> Answers:
    """Asked all at once, and so given the classic functions' answers where one function takes another's."""
    asked = [(one.function, asking.arguments(one, cells, rows)) for one in ASKED]
    said = run_pyodide(prepare(folder, bundle(), asked), "pyodide")["called"]
    return {one.key: [asking.bare_cell(value) for (value,) in answers] for one, answers in zip(ASKED, said, strict=True)}


def verdict(said: Answers, number: int) -> Verdict:
    """What the functions' cells say of one customer, in the words of the rules."""
    score = said["得分"][number]
    status = RATED if isinstance(score, float) else next((word for word in (UNRATED, HELD) if score.startswith(f"{word}:")), INCOMPLETE)
    if status == INCOMPLETE:
        return {"状态": status, "限额": 0.0}
    found = {"状态": status} | {part: said[part][number] for part in PARTS}
    return found | ({name: said[name][number] for name in ("得分", "级别", "限额")} if status == RATED else {"限额": 0.0})


def native_verdict(cells: dict[str, object]) -> Verdict:
    found = {"状态": cells[STATUS], "限额": cells[LIMIT]}
    if cells[STATUS] != INCOMPLETE:
        found |= {part: cells[name] for part, name in zip(PARTS, PART_COLUMNS, strict=True)}
    if cells[STATUS] == RATED:
        found |= {"得分": cells[TOTAL], "级别": cells[LEVEL]}
    return found


def by_rules(decided: Decided) -> Verdict:
    rating = decided.rating
    if rating is None:
        return {"状态": INCOMPLETE, "限额": 0.0}
    found = {"状态": rating.status, "限额": float(rating.limit)} | {part: float(points) for part, points in zip(PARTS, rating.parts, strict=True)}
    return found | ({"得分": float(rating.total), "级别": rating.level} if rating.is_rated else {})


def differences(case: Case, host: str) -> list[tuple[object, ...]]:
    """(customer, what, rules, host) wherever they are not the same; halves of points leave no noise that would need forgiving."""
    found = []
    for one, said in zip(case.decided, case.verdicts(host), strict=True):
        right = by_rules(one)
        found += [(one.entry.code, what, right.get(what), said.get(what)) for what in right.keys() | said.keys() if not same(right.get(what), said.get(what))]
    return found


def same(right: object, said: object) -> bool:
    return abs(right - said) < 1e-9 if isinstance(right, float) and isinstance(said, float) else right == said


@pytest.mark.parametrize("host", [*FUNCTIONS, NATIVE])
def test_every_host_says_of_500_customers_what_the_rules_say(case, host):
    assert len(case.decided) == len(case.verdicts(host)) == CUSTOMERS
    found = differences(case, host)
    assert not found, f"{len(found)}处不同:{found[:10]}"


@pytest.mark.parametrize("host", FUNCTIONS[1:])
def test_every_cell_of_every_function_is_the_same_in_every_host(case, host):
    """Refusals too, word for word."""
    right, said = case.said[CLASSIC], case.said[host]
    found = [(one.key, number, a, b) for one in ASKED for number, (a, b) in enumerate(zip(right[one.key], said[one.key], strict=True)) if a != b]
    assert not found, f"{len(found)}处不同:{found[:10]}"


@pytest.mark.parametrize("host", FUNCTIONS)
def test_reason_route_and_refusal_are_the_rules_own(case, host):
    said, found = case.said[host], []
    for number, decided in enumerate(case.decided):
        expected = sentences(case.policy, decided)
        found += [(number, key, text, said[key][number]) for key, text in expected.items() if said[key][number] != text]
    assert not found, f"{len(found)}处不同:{found[:10]}"


def sentences(policy: Policy, decided: Decided) -> dict[str, object]:
    """What the rules say in words; an incomplete row is refused with its first problem."""
    if decided.rating is None:
        first = decided.problems[0]
        return dict.fromkeys(("得分", "依据"), str(CreditError(first.found, allowed=first.allowed, article=first.article)))
    rating, proposal = decided.rating, decided.proposal
    route = credit_route(policy, proposal.submitted, proposal.term_days, is_last_row(policy, rating))
    said = {"依据": explain(rating), "路线": "→".join(dict.fromkeys(step.step.role for step in route)), "终审": route[-1].step.role}
    return said | ({"级别限额": float(rating.limit)} if rating.is_rated else {})


def test_the_500_stand_on_every_border(case):
    ratings = [decided.rating for decided in case.decided if decided.rating]
    assert {decided.status for decided in case.decided} == {RATED, UNRATED, HELD, INCOMPLETE}
    assert {rating.row for rating in ratings if rating.is_rated} == set(range(len(case.policy.levels)))
    edges = {row.lower for row in case.policy.levels if row.lower is not None}
    assert edges <= {rating.total for rating in ratings} and any(rating.annualised_days for rating in ratings)


@pytest.mark.parametrize("host", [*FUNCTIONS, NATIVE])
def test_a_planted_difference_would_be_found(case, host):
    number = next(number for number, decided in enumerate(case.decided) if decided.status == RATED)
    native = [dict(one) for one in case.native]
    native[number]["级别"] = "零级"
    said = {name: {key: list(values) for key, values in answers.items()} for name, answers in case.said.items()}
    for answers in said.values():
        answers["得分"][number] += 0.5
    assert len(differences(Case(case.policy, case.decided, said, native), host)) == 1
