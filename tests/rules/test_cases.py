"""The cases in ``tests/cases/*.csv``, which credit staff read and extend: one line, one case."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from tests.rules.customers import POLICY, QUARTER, customer, rated
from xl_credit.cells import is_blank, parse_date, parse_decimal, parse_flag
from xl_credit.rules import scoring
from xl_credit.rules.approval import credit_route, final_approver, in_force_by
from xl_credit.rules.errors import CreditError
from xl_credit.rules.levels import credit_limit, level_row, rate
from xl_credit.rules.limits import proposed_limit
from xl_credit.rules.quarter import Quarter, trading_months

CASES = Path(__file__).parents[1] / "cases"
FEN = Decimal("0.000001")


def number(text: str) -> Decimal | None:
    return None if is_blank(text) else parse_decimal(text)


def split(text: str) -> tuple[str, ...]:
    return tuple(text.split("、"))


def points(part: str, given: str):
    """Points of one part from a case's 输入: states in the table's order, or an amount."""
    if part in ("交易金额", "赢利贡献", "回款总额"):
        score = {"交易金额": scoring.sales_score, "赢利贡献": scoring.profit_score, "回款总额": scoring.collection_score}
        return score[part](POLICY, parse_decimal(given))
    if part == "主观评价":
        *states, years = split(given)
        return scoring.subjective_score(POLICY, states, parse_decimal(years))
    score = {"法律资质": scoring.legal_score, "其他资质": scoring.other_score, "不良记录": scoring.bad_record_score}
    return score[part](POLICY, split(given))


def judge_points(case):
    assert points(case["项目"], case["输入"]) == number(case["预期得分"])


def judge_annualising(case):
    quarter, first = Quarter.parse(case["季度"]), parse_date(case["首次交易日期"])
    days = scoring.annualised_days(POLICY, first, quarter)
    assert days == number(case["预期折算天数"])
    if case["预期满月数"]:
        assert trading_months(first, quarter.end) == number(case["预期满月数"])
    assert rate(POLICY, customer(first_trade=first), quarter).is_rated == parse_flag(case["预期参与评级"])
    if case["预期年额(万元)"]:
        actual = parse_decimal(case["实际额(万元)"])
        year = actual if days is None else scoring.annualised(POLICY, actual, days)
        assert year.quantize(FEN) == number(case["预期年额(万元)"])


def judge_level(case):
    level = POLICY.levels[level_row(POLICY, parse_decimal(case["得分"]))].level(case["业务类型"])
    assert level == case["预期等级"]
    assert credit_limit(POLICY, level, case["业务类型"]) == number(case["预期限额(万元)"])


def judge_adjustment(case):
    cooperation, product_sales, operation, wages, years = split(case["主观评价"])
    one = customer(
        business=case["业务类型"], amount_a=number(case["A类业务额(万元)"]), amount_b=number(case["B类业务额(万元)"]),
        first_trade=parse_date(case["首次交易日期"]), licences=split(case["法律资质"]),
        sales=number(case["年交易额(万元)"]), profit=number(case["年赢利额(万元)"]), collections=number(case["年回款额(万元)"]),
        cooperation=cooperation, product_sales=product_sales, operation=operation, wages=wages, years=parse_decimal(years),
        salesperson_advanced=parse_flag(case["业务员垫支"]), falsified=parse_flag(case["弄虚作假"]),
    )  # fmt: skip
    rating = rate(POLICY, one, QUARTER)
    assert rating.status == case["预期评级状态"]
    assert rating.total == number(case["预期得分"])
    assert (rating.base_level or "", rating.level or "") == (case["预期基本等级"], case["预期等级"])
    assert rating.limit == number(case["预期限额(万元)"])
    assert "、".join(step.article for step in rating.adjustments) == case["预期依据"]


def judge_proposal(case):
    asked, term = number(case["申请额度(万元)"]), number(case["申请期限(天)"])
    request = {"requested": asked, "requested_days": None if term is None else int(term), "contract": case["合同编号"]}
    if case["得分"]:
        rating = rated(parse_decimal(case["得分"]), case["业务类型"], **request)
    else:
        rating = rate(POLICY, customer(first_trade=parse_date("2026-09-01"), **request), QUARTER)
    proposal = proposed_limit(POLICY, rating)
    assert proposal.limit == number(case["预期建议额度(万元)"])
    assert proposal.submitted == number(case["预期报批额度(万元)"])
    assert proposal.term_days == number(case["预期期限(天)"])
    assert proposal.article == case["预期依据"]


def judge_route(case):
    asked = (parse_decimal(case["额度(万元)"]), int(case["期限(天)"]), parse_flag(case["低于四级"]))
    if not case["预期终审"]:
        with pytest.raises(CreditError, match="没有有权审批人"):
            credit_route(POLICY, *asked)
        return
    route = credit_route(POLICY, *asked)
    assert "→".join(item.step.role for item in route) == case["预期路线"]
    assert final_approver(route) == case["预期终审"]


def judge_in_force(case):
    assert in_force_by(POLICY, parse_date(case["批准日期"])) == parse_date(case["预期到位日期"])


JUDGES = {
    "第七条-评分": judge_points,
    "第七条-折算": judge_annualising,
    "第七条-等级": judge_level,
    "第八条-调整": judge_adjustment,
    "第九条-建议额度": judge_proposal,
    "第十条-审批路线": judge_route,
    "第十七条-到位期限": judge_in_force,
}


def cases():
    found = []
    for path in sorted(CASES.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for line, case in enumerate(csv.DictReader(file, strict=True), 2):
                found.append(pytest.param(path.stem, case, id=f"{path.stem}:{line}"))
    return found


@pytest.mark.parametrize(("name", "case"), cases())
def test_the_case_comes_out_as_expected(name, case):
    assert None not in case and None not in case.values(), "列数与表头不符"
    JUDGES[name](case)


def test_every_file_of_cases_is_judged_and_every_judge_has_cases():
    assert {path.stem for path in CASES.glob("*.csv")} == set(JUDGES) == {case.values[0] for case in cases()}


@pytest.mark.parametrize("path", sorted(CASES.glob("*.csv")), ids=lambda path: path.stem)
def test_spreadsheets_open_the_cases_as_utf_8(path):
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
