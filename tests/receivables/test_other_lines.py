"""订单台账, 发货申请, 合同台账, 授信台账 and 对账记录 as they are really kept: a bad cell costs its row and says so."""

from datetime import date

import pytest

from tests.receivables.desk import DAY
from xl_credit.receivables.columns import CONTRACTS, GRANTS, ORDERS, RECONCILIATIONS, REQUESTS
from xl_credit.receivables.other_lines import (
    CANCELLED,
    FREED,
    SHIPPED,
    WAITING,
    Others,
    read_contracts,
    read_grants,
    read_others,
    read_papers,
    read_reconciliations,
)
from xl_credit.rules.quarter import Quarter
from xl_credit.tables import Grid

ORDER = ("订单号", "客户编码", "下单日期", "金额(元)", "优先级", "状态", "摘要")
REQUEST = ("申请单号", "客户编码", "申请日期", "金额(元)", "订单号", "发货单号", "状态")
GRANT = ("客户编码", "类别", "额度(万元)", "期限(天)", "生效日期", "截止日期", "批准岗位", "批准人", "状态")
CONTRACT = ("合同编号", "客户编码", "合同金额(元)", "截止日期", "状态")
RECORD = ("客户编码", "季度", "回签日期", "客户确认余额(元)", "结果")


def order(number: object = "D1", code: object = "K1", amount: object = 100, priority: object = None, state: object = None, day: object = DAY):
    return [number, code, day, amount, priority, state, None]


def orders(*rows):
    papers, problems = read_papers(Grid(ORDERS, [ORDER, *rows]), ORDERS)
    return papers, [problem.line() for problem in problems]


def grant(code: object = "K1", kind: object = "授信", amount: object = 10, term: object = 60, start: object = DAY, end: object = None, **more: object):
    return [code, kind, amount, term, start, end, more.get("role", "总经理"), "王", more.get("state")]


def grants(*rows, header=GRANT):
    found, problems = read_grants(Grid(GRANTS, [header, *rows]))
    return found, [problem.line() for problem in problems]


class TestPapers:
    def test_an_order_as_it_should_be(self):
        ((paper,), said) = orders(order(" Ｄ-１ ", 1001.0, "1,200.50", "2"))
        assert (paper.number, paper.customer, paper.fen, paper.priority, paper.state, paper.day) == ("D-1", "1001", 120050, 2, WAITING, DAY)
        assert said == []

    @pytest.mark.parametrize(
        ("written", "state"),
        [(None, WAITING), ("", WAITING), ("待审", WAITING), (" 待 审 ", WAITING), ("已放行", FREED), ("已发货 ", SHIPPED), ("已取消", CANCELLED)],
    )
    def test_its_state(self, written, state):
        ((paper,), said) = orders(order(state=written))
        assert (paper.state, said) == (state, [])

    @pytest.mark.parametrize("state", ["审批中", "放行", "√"])
    def test_a_state_that_nobody_knows_waits_and_is_reported(self, state):
        ((paper,), said) = orders(order(state=state))
        assert paper.state == WAITING and len(said) == 1 and f"F2:状态为“{state}”" in said[0]

    @pytest.mark.parametrize("state", ["作废", " 作 废 ", "(作废)", "已作废"])
    def test_void_ones_are_out(self, state):
        assert orders(order(state=state)) == ([], [])

    @pytest.mark.parametrize(
        ("row", "where"),
        [(order(amount=0), "D2:金额"), (order(amount=-5), "D2:金额"), (order(amount="x"), "D2:金额"), (order(number=None), "A2:订单号为空"),
         (order(code=" "), "B2:客户编码为空"), (order(day="2026-02-30"), "C2:下单日期"), (order(day=None), "C2:下单日期为空")],
    )  # fmt: skip
    def test_one_that_cannot_be_decided_is_left_out_and_said(self, row, where):
        papers, said = orders(row, order("D9"))
        assert [paper.number for paper in papers] == ["D9"]
        assert len(said) == 1 and where in said[0] and said[0].endswith("(第十一条)")

    def test_the_second_of_one_number_is_said(self):
        papers, said = orders(order(), order(amount=7))
        assert [paper.fen for paper in papers] == [10000] and "A3:订单号“D1”与第2行重复" in said[0]

    @pytest.mark.parametrize("priority", [-1, "高", 1.5])
    def test_a_priority_that_is_none_counts_as_none_and_is_said(self, priority):
        ((paper,), said) = orders(order(priority=priority))
        assert paper.priority is None and len(said) == 1 and "E2:优先级" in said[0]

    def test_totals_are_no_orders(self):
        assert orders(["合计", None, None, 500, None, None, None], [None, None, None, 500, None, None, "小计"]) == ([], [])

    def test_a_request_knows_its_order_and_its_shipment(self):
        papers, problems = read_papers(Grid(REQUESTS, [REQUEST, ["S1", "K1", "2026/7/1", "￥5", " D1", "F1 ", None]]), REQUESTS)
        assert [(paper.number, paper.fen, paper.order, paper.shipment) for paper in papers] == [("S1", 500, "D1", "F1")] and problems == []


class TestGrants:
    def test_the_unit_of_the_amount_is_the_header_s_and_万元_where_it_says_none(self):
        amounts = []
        for header in ("额度(万元)", "额度", "额度(元)", "额度（万元）"):
            ((_, one),), said = grants(grant(amount="35.5"), header=(*GRANT[:2], header, *GRANT[3:]))
            amounts.append((one.fen, said))
        assert amounts == [(35500000, []), (35500000, []), (3550, []), (35500000, [])]

    def test_a_temporary_increase_needs_its_last_day(self):
        found, said = grants(grant(kind="临时增加"), grant(kind="临时增加", end=date(2026, 6, 30)), grant(kind="临时增加", end=DAY))
        assert [one.end for _, one in found] == [DAY]
        assert len(said) == 2 and "F2:截止日期为空" in said[0] and "F3:截止日期2026-06-30早于生效日期2026-07-01" in said[1]

    @pytest.mark.parametrize("state", ["作废", " 作 废", "撤销", "已撤销"])
    def test_one_taken_back_is_out(self, state):
        assert grants(grant(state=state)) == ([], [])

    @pytest.mark.parametrize(
        ("row", "where"),
        [(grant(code=None), "A2:客户编码为空"), (grant(kind="额度"), "B2:类别为“额度”"), (grant(kind=None), "B2:类别为空"), (grant(amount="十"), "C2:额度"),
         (grant(term="两个月"), "D2:期限"), (grant(start=None), "E2:生效日期为空"), (grant(start="x"), "E2:生效日期"), (grant(end="长期"), "F2:截止日期")],
    )  # fmt: skip
    def test_one_that_is_not_clear_gives_no_credit_and_is_said(self, row, where):
        found, said = grants(row)
        assert found == [] and len(said) == 1 and where in said[0]

    def test_a_term_in_months_is_not_taken_for_days(self):
        found, said = grants(grant(term=2), header=(*GRANT[:3], "期限(个月)", *GRANT[4:]))
        assert said or [one.term_days for _, one in found] != [2]


class TestContractsAndReconciliations:
    def test_contracts(self):
        rows = [["HT1", "K1", "1,000", "2026年12月31日", None], ["HT1", "K1", 5, None, None], [None, "K1", 5, None, None], ["HT2", "K1", 5, None, "作废"],
                ["HT1", "K2", 5, "没有", None]]  # fmt: skip
        found, problems = read_contracts(Grid(CONTRACTS, [CONTRACT, *rows]))
        assert [(one.number, one.customer, one.fen, one.until) for one in found] == [("HT1", "K1", 100000, date(2026, 12, 31)), ("HT1", "K2", 500, None)]
        assert [problem.cell for problem in problems] == ["A3", "A4", "D6"]

    def test_the_unit_of_a_contract_s_amount(self):
        found, _ = read_contracts(Grid(CONTRACTS, [["合同编号", "客户编码", "合同金额(万元)"], ["HT1", "K1", 1.5]]))
        assert [one.fen for one in found] == [1500000]

    @pytest.mark.parametrize("written", ["2026Q3", "2026q3", "２０２６Ｑ３", "2026年第3季度"])
    def test_quarters_as_they_are_written(self, written):
        found, problems = read_reconciliations(Grid(RECONCILIATIONS, [RECORD, ["K1", written, "2026/10/8", "1,000.00", "相符"]]))
        assert problems == [] and [(one.quarter, one.signed, one.confirmed_fen, one.result) for one in found] == [
            (Quarter(2026, 3), date(2026, 10, 8), 100000, "相符")
        ]

    def test_what_is_wrong_there(self):
        rows = [["K1", "三季度", None, None, None], [None, "2026Q3", None, None, None], ["K1", "2026Q3", "x", "y", None]]
        found, problems = read_reconciliations(Grid(RECONCILIATIONS, [RECORD, *rows]))
        assert [problem.cell for problem in problems] == ["B2", "A3", "C4", "D4"]
        assert [(one.customer, one.signed, one.confirmed_fen) for one in found] == [("K1", None, None)]


class TestSheets:
    def test_without_sheets_there_is_nothing(self):
        assert read_others({}) == Others()

    def test_a_sheet_without_its_columns_is_one_problem_and_the_others_are_read(self):
        grids = {ORDERS: Grid(ORDERS, [["订单号", "客户编码", "下单日期"], ["D1", "K1", DAY]]), GRANTS: Grid(GRANTS, [GRANT, grant()]), CONTRACTS: Grid(CONTRACTS, [])}
        found = read_others(grids)
        assert len(found.grants) == 1 and found.orders == found.contracts == ()
        assert [(problem.sheet, problem.found) for problem in found.problems] == [(ORDERS, "缺少列“金额”"), (CONTRACTS, "找不到表头")]
