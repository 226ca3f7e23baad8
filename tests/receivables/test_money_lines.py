"""发货台账 and 回款台账 as offices really keep them: what counts, with which sign, on which day, and what is said of the rest."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from tests.receivables.desk import (
    DAY,
    DEFAULT_TERM,
    DUE,
    PAID,
    SHIP,
    aged,
    ageing,
    balances,
    found,
    money_book,
    paid,
    read_lines,
    read_money,
    shipped,
    write_book,
)
from xl_credit.rules.errors import CreditError
from xl_credit.rules.ledger import CUSTOMER_TERM, ROW_TERM, STATED
from xl_credit.rules.ledger import DEFAULT_TERM as DEFAULT_BASIS

MARKED = (*SHIP, "状态", "摘要")
MARKED_PAID = (*PAID, "状态", "摘要")


def counted(state: object = None, note: object = None, amount: object = 100) -> tuple[list[int], list[str]]:
    """分 that a shipment with these marks counts with, and what was said."""
    lines = read_lines(MARKED, [*shipped(amount=amount), state, note])
    return [line.fen for line in lines.lines], found(lines)


class TestVoid:
    @pytest.mark.parametrize(
        "state", ["作废", " 作废", "作废 ", "作　废", "作 废\n", "已作废", "(作废)", "（作废）", "【作废】", "作废发票", " 作废发票 ", "整单作废"]
    )
    def test_a_row_whose_state_says_so_is_out(self, state):
        assert counted(state) == ([], [])

    @pytest.mark.parametrize(
        "note",
        ["作废", " 作废 ", "作　废", "已作废", "(作废)", "（作废）", "[作废]", "［作废］", "【作废】", "作废,重开F2", "此单作废", "本单作废", "作废发票"],
    )
    def test_a_row_whose_note_begins_with_it_is_out(self, note):
        assert counted(None, note) == ([], [])

    @pytest.mark.parametrize("note", ["更换作废发票", "补开作废FH1", "原单作废,本单补开", "替代已作废的FH-7", "废料", "废品处理", 46204, None])
    def test_a_row_that_only_speaks_of_another_one_counts(self, note):
        assert counted(None, note) == ([10000], [])

    @pytest.mark.parametrize("state", ["有效", "有效发票", "", None, " "])
    def test_a_valid_state_counts(self, state):
        assert counted(state) == ([10000], [])

    @pytest.mark.parametrize("state", ["未作废", "非作废", "没有作废", "无作废"])
    def test_a_state_that_denies_it_counts(self, state):
        assert counted(state)[0] == [10000]

    @pytest.mark.parametrize("note", ["〔作废〕", "「作废」", "《作废》", "﹝作废﹞", "〖作废〗", "*作废*", "※作废"])
    def test_other_brackets_are_void_or_at_least_asked_about(self, note):
        fen, said = counted(None, note)
        assert fen == [] or said

    @pytest.mark.parametrize("state", ["取消", "无效", "废", "已撤销", "ZF"])
    def test_a_state_that_nobody_knows_is_reported(self, state):
        fen, said = counted(state)
        assert fen == [] or said

    def test_a_void_collection_leaves_the_shipment_open(self, tmp_path):
        rows = [[*paid("H1", amount=100), "作 废", None], [*paid("H2", amount=30), "有效", "更换作废的H1"]]
        path = write_book(tmp_path / "台账.xlsx", {"发货台账": [SHIP, shipped()], "回款台账": [MARKED_PAID, *rows]})
        ended, answer = ageing(path)
        assert ended.code == 0 and balances(answer) == {"K1": 70}

    def test_what_else_is_wrong_in_a_void_row_is_nobody_s_business(self):
        assert read_lines(MARKED, ["F1", "K1", "七月", "abc", "x", "作废", None]).problems == ()

    def test_a_void_shipment_cannot_be_settled_and_that_is_said(self):
        shipments = read_lines(MARKED, [*shipped("F1"), "作废", None], [*shipped("F2"), None, None])
        lines = read_money(PAID, paid(settles="F1"), shipments=shipments.lines)
        assert [line.fen for line in lines.lines] == [4000]
        assert len(found(lines)) == 1 and "核销单号“F1”在该客户的发货台账中没有" in found(lines)[0]


class TestRed:
    @pytest.mark.parametrize("amount", [-100, "-100", "－100.00", "￥-100"])
    def test_a_negative_line_is_taken_as_it_is(self, amount):
        assert counted("红字", "退货", amount) == ([-10000], [])

    @pytest.mark.parametrize("state", ["红字", " 红 字 ", "(红字)", "红冲", "退货", "销售折让", "贷项通知单"])
    def test_a_red_state_with_a_positive_amount_is_negated_and_reported(self, state):
        fen, said = counted(state)
        assert fen == [-10000]
        assert len(said) == 1 and said[0].startswith("发货台账!D2:金额标为红字或退回而金额为正")

    @pytest.mark.parametrize("note", ["红字", "(红字)冲F1", "【红字】", "红冲F1", "红字发票", "贷项通知"])
    def test_a_note_that_begins_with_it_does_the_same(self, note):
        fen, said = counted(None, note)
        assert (fen, len(said)) == ([-10000], 1)

    @pytest.mark.parametrize("note", ["已开红字F9,本单为重开", "红木家具", "退税联"])
    def test_a_note_that_speaks_of_something_else_does_not(self, note):
        assert counted(None, note) == ([10000], [])

    def test_a_positive_amount_on_a_line_that_credits_a_shipment_is_not_taken_for_a_sale(self):
        """It names in 冲减单号 what it reduces: negative, or at the very least reported."""
        lines = read_lines((*SHIP, "冲减单号"), [*shipped("F1"), None], [*shipped("C1", amount=30), "F1"])
        assert [line.fen for line in lines.lines] == [10000, -3000] or found(lines)

    def test_a_credit_note_reduces_the_shipment_that_it_names(self, tmp_path):
        header = (*SHIP, "冲减单号", "摘要")
        rows = [
            [*shipped("F1", day=date(2026, 4, 1), due=date(2026, 5, 1)), None, None], [*shipped("F2", amount=200), None, None],
            [*shipped("C1", amount=-30, due=None), "F2", "折让"], [*shipped("F1", amount=-10, due=None), None, "退货"],
        ]  # fmt: skip
        ended, answer = ageing(write_book(tmp_path / "台账.xlsx", {"发货台账": [header, *rows]}))
        assert ended.code == 0
        assert aged(answer, "K1") == {"91–180": 90, "61–90": 170}

    def test_one_that_names_another_customer_s_shipment_is_reported_and_stays_apart(self):
        lines = read_lines((*SHIP, "冲减单号"), [*shipped("F1", "K1"), None], [*shipped("C1", "K2", amount=-30), "F1"])
        assert [problem.customer for problem in lines.problems] == ["K2"]
        assert "冲减单号“F1”在该客户的发货台账中没有" in found(lines)[0]

    @pytest.mark.parametrize("state", ["退票", "已退回", "退款", "红冲", "冲销", "冲回"])
    def test_a_bounced_collection_without_its_sign_is_negated_and_reported(self, state):
        lines = read_money(MARKED_PAID, [*paid(), state, None], shipments=read_lines(SHIP, shipped()).lines)
        assert [line.fen for line in lines.lines] == [-4000]
        assert len(found(lines)) == 1 and found(lines)[0].startswith("回款台账!D2:金额标为红字或退回")

    @pytest.mark.parametrize("state", ["冲正", "拒付", "退汇", "空头支票", "撤销"])
    def test_the_other_words_for_it_are_not_taken_for_money_received(self, state):
        lines = read_money(MARKED_PAID, [*paid(), state, None], shipments=read_lines(SHIP, shipped()).lines)
        assert [line.fen for line in lines.lines] != [4000] or found(lines)

    @pytest.mark.parametrize("bounce", [("H1", "F1"), ("H1", None), ("H9", "F1")], ids=["names both", "names the collection", "names the shipment"])
    def test_what_bounced_is_owed_again_at_its_own_age(self, tmp_path, bounce):
        number, settles = bounce
        rows = [paid("H1", amount=100), paid(number, day=date(2026, 9, 15), amount=-100, settles=settles)]
        path = money_book(tmp_path / "台账.xlsx", [shipped(), shipped("F2", amount=50, due=date(2026, 12, 1))], rows)
        assert aged(ageing(path, as_of="2026-09-14")[1], "K1") == {"未到期": 50}
        assert aged(ageing(path, as_of="2026-09-15")[1], "K1") == {"未到期": 50, "31–60": 100}


class TestDates:
    SAME = [
        DAY, datetime(2026, 7, 1), datetime(2026, 7, 1, 23, 59, 59), 46204, 46204.0, 46204.75, "2026-07-01", "2026/7/1", "2026.7.1", "2026年7月1日",
        "2026年07月01日", "20260701", "２０２６－０７－０１", "２０２６年７月１日", "２０２６．７．１", "2026-07-01 00:00:00", "2026/7/1 0:00",
        "2026-07-01T00:00:00", " 2026 年 7 月 1 日 ", "2026-07-01\n",
    ]  # fmt: skip

    @pytest.mark.parametrize("written", SAME, ids=repr)
    def test_they_all_say_the_same_day(self, written):
        lines = read_lines(SHIP, shipped(day=written, due=written))
        assert [(line.shipped, line.due, line.due_basis) for line in lines.lines] == [(DAY, DAY, STATED)]
        assert lines.problems == ()

    @pytest.mark.parametrize("written", [20260701, 20260701.0])
    def test_eight_digits_typed_into_a_cell_are_a_number_there(self, written):
        assert [line.shipped for line in read_lines(SHIP, shipped(day=written)).lines] == [DAY]

    @pytest.mark.parametrize("written", ["46204", "46204.0"])
    def test_a_serial_that_went_through_csv_is_text_there(self, written):
        assert [line.shipped for line in read_lines(SHIP, shipped(day=written)).lines] == [DAY]

    @pytest.mark.parametrize("written", [DAY, 46204 - 1462, "2026-07-01", "2026年7月1日", "20260701"], ids=repr)
    def test_a_grid_that_counts_from_1904_says_it_too(self, written):
        assert [line.shipped for line in read_lines(SHIP, shipped(day=written), date1904=True).lines] == [DAY]

    @pytest.mark.parametrize(
        "written",
        ["2026-02-30", "2025-02-29", "2026-13-01", "2026年7月", "7/1/2026", "26-7-1", "七月一日", "#N/A", "待定", 0, -5, 1e20, float("nan"), True,
         time(0, 0), timedelta(days=3)],
        ids=repr,
    )  # fmt: skip
    def test_what_is_no_day_costs_its_row_and_is_said(self, written):
        lines = read_lines(SHIP, shipped(day=written), shipped("F2"))
        assert [line.number for line in lines.lines] == ["F2"]
        assert len(found(lines)) == 1 and found(lines)[0].startswith("发货台账!C2:发货日期值为“") and "允许:日期,如 2026-07-01" in found(lines)[0]

    def test_a_missing_day_is_said_too(self):
        lines = read_lines(SHIP, shipped(day=None), shipped(day="  "))
        assert (lines.lines, [line.split(";")[0] for line in found(lines)]) == ((), ["发货台账!C2:发货日期为空", "发货台账!C3:发货日期为空"])

    def test_a_due_date_that_is_none_is_said_and_worked_out(self):
        lines = read_lines((*SHIP, "账期(天)"), [*shipped(due="2026-02-30"), 30])
        assert [(line.due, line.due_basis) for line in lines.lines] == [(date(2026, 7, 31), ROW_TERM)]
        assert found(lines) and "E2:到期日值为“2026-02-30”" in found(lines)[0]

    def test_a_due_date_before_the_shipment_is_taken_and_said(self):
        lines = read_lines(SHIP, shipped(due=date(2026, 6, 30)))
        assert [line.due for line in lines.lines] == [date(2026, 6, 30)]
        assert "到期日2026-06-30早于发货日期2026-07-01" in found(lines)[0]

    @pytest.mark.parametrize(("allocated", "counts"), [(None, DAY), (date(2026, 8, 1), date(2026, 8, 1)), (DAY, DAY)])
    def test_a_collection_is_allocated_when_it_says_else_when_it_came(self, allocated, counts):
        lines = read_money((*PAID, "核销日期"), [*paid(settles=None), allocated])
        assert ([line.allocated for line in lines.lines], found(lines)) == ([counts], [])

    def test_one_allocated_before_it_came_is_said_and_counts_when_it_came(self):
        lines = read_money((*PAID, "核销日期"), [*paid(settles=None), date(2026, 6, 30)])
        assert [line.allocated for line in lines.lines] == [DAY]
        assert len(found(lines)) == 1 and "F2:核销日期2026-06-30早于回款日期2026-07-01" in found(lines)[0]


class TestAmounts:
    @pytest.mark.parametrize(
        ("written", "fen"),
        [(100, 10000), (100.0, 10000), ("100", 10000), ("1,234.50", 123450), ("￥1,234.50", 123450), ("¥1234.5", 123450), ("１，２３４．５０", 123450),
         ("-1,200", -120000), ("1 200.50", 120050), (".5", 50), ("+5", 500), ("1e3", 100000), (0.1 + 0.2, 30), (1.1 * 3, 330),
         (123456789.12000001, 12345678912), (Decimal("0.29"), 29), (19999.999999999996, 2000000), ("999999999999.99", 99999999999999), (0, 0),
         (-0.0, 0), (4.35, 435), (1.15, 115), (8.2, 820)],
    )  # fmt: skip
    def test_what_is_a_number_is_exact(self, written, fen):
        lines = read_lines(SHIP, shipped(amount=written))
        assert ([line.fen for line in lines.lines], found(lines)) == ([fen], [])

    @pytest.mark.parametrize(("written", "fen"), [(12.345, 1235), ("12.345", 1235), (-12.345, -1235), ("1,234,567.891", 123456789), (0.005, 1)])
    def test_three_decimals_are_rounded_and_said(self, written, fen):
        lines = read_lines(SHIP, shipped(amount=written))
        assert [line.fen for line in lines.lines] == [fen]
        assert len(found(lines)) == 1 and "元不是整分" in found(lines)[0]

    @pytest.mark.parametrize("header", ["金额(万元)", "金额（万元）", " 金 额（万元）", "金额\n(万元)", "金额(万元,含税)"])
    @pytest.mark.parametrize(("written", "fen"), [(1, 1000000), ("35.5", 35500000), ("￥1,234.5", 1234500000), (0.1 + 0.2, 300000), ("12.345678", 12345678)])
    def test_the_header_says_the_unit(self, header, written, fen):
        lines = read_lines((*SHIP[:3], header, "到期日"), shipped(amount=written))
        assert ([line.fen for line in lines.lines], found(lines)) == ([fen], [])

    @pytest.mark.parametrize("currency", ["人民币", " 人民币 ", "RMB", "cny", "ＣＮＹ", "", None])
    def test_an_amount_of_the_home_currency_counts(self, currency):
        lines = read_lines((*SHIP, "币种"), [*shipped(), currency])
        assert [line.fen for line in lines.lines] == [10000] and not found(lines)

    @pytest.mark.parametrize("currency", ["美元", "USD", "港币", "$", "欧元"])
    def test_an_amount_of_another_currency_is_not_taken_for_yuan_and_is_said(self, currency):
        lines = read_lines((*SHIP, "币种"), [*shipped(), currency], shipped("F2"))
        assert [line.number for line in lines.lines] == ["F2"]
        assert found(lines) == [f"发货台账!F2:币种为“{currency}”;允许:人民币,外币先折算(第十三条)"]

    @pytest.mark.parametrize("header", ["金额(千元)", "金额(美元)", "金额万元", "含税金额(元)"])
    def test_a_unit_that_is_not_known_is_no_amount(self, header):
        with pytest.raises(CreditError, match="缺少列“金额”"):
            read_lines((*SHIP[:3], header, "到期日"), shipped())

    @pytest.mark.parametrize(
        "written", ["", None, " ", "abc", "-", "一百元", "1.2万", "$5", "1,23", "#REF!", True, float("inf"), float("nan"), 1e12, datetime(2026, 1, 1)], ids=repr
    )
    def test_what_is_none_costs_its_row_and_is_said(self, written):
        lines = read_lines(SHIP, shipped(amount=written), shipped("F2"))
        assert [line.number for line in lines.lines] == ["F2"]
        assert len(found(lines)) == 1 and found(lines)[0].startswith("发货台账!D2:金额")


class TestTerms:
    HEADER = (*SHIP, "账期(天)")

    def read(self, term: object = None, due: object = None, terms: dict[str, int] | None = None):
        return read_lines(self.HEADER, [*shipped(due=due), term], terms=terms)

    @pytest.mark.parametrize(
        ("term", "due", "terms", "expected", "basis"),
        [(30, date(2026, 7, 5), {"K1": 60}, date(2026, 7, 5), STATED), (30, None, {"K1": 60}, date(2026, 7, 31), ROW_TERM),
         ("30", " ", {"K1": 60}, date(2026, 7, 31), ROW_TERM), (0, None, {"K1": 60}, DAY, ROW_TERM),
         (None, None, {"K1": 60}, date(2026, 8, 30), CUSTOMER_TERM), (None, None, {"K1": 0}, DAY, CUSTOMER_TERM),
         (None, None, {"K2": 60}, DAY + timedelta(DEFAULT_TERM), DEFAULT_BASIS), (None, None, {}, DAY + timedelta(DEFAULT_TERM), DEFAULT_BASIS)],
    )  # fmt: skip
    def test_the_line_then_the_customer_then_the_policy(self, term, due, terms, expected, basis):
        lines = self.read(term, due, terms)
        assert [(line.due, line.due_basis) for line in lines.lines] == [(expected, basis)]
        assert len(lines.problems) == (basis != STATED)

    def test_every_such_row_is_listed_with_where_its_term_came_from(self):
        rows = [[*shipped(f"F{i}", code, due=None), term] for i, (code, term) in enumerate([("K1", 5), ("K1", None), ("K2", None), ("K2", 7), ("K1", None)])]
        lines = read_lines(self.HEADER, *rows, [*shipped("F9"), None], terms={"K1": 60})
        said = {problem.effect: problem.found for problem in lines.problems}
        assert said == {
            "到期日按发货日期加本行账期推算": "2行没有到期日:第2、5行", "到期日按发货日期加客户授信期限推算": "2行没有到期日:第3、6行",
            f"到期日按发货日期加默认授信期限{DEFAULT_TERM}天推算": "1行没有到期日:第4行",
        }  # fmt: skip

    def test_credit_notes_need_none(self):
        assert self.read().problems and not read_lines(SHIP, shipped(amount=-5, due=None)).problems

    @pytest.mark.parametrize("term", [30, "30", "30天", " 30 天", "30日", "３０天"])
    def test_a_term_may_say_that_it_is_days(self, term):
        lines = self.read(term, terms={"K1": 60})
        assert [(line.due, line.due_basis) for line in lines.lines] == [(date(2026, 7, 31), ROW_TERM)] and not found(lines)

    @pytest.mark.parametrize("term", ["月结30天", "30个月", "天", -5, 1.5, "三十"])
    def test_a_term_that_is_none_is_said_and_the_customer_s_counts(self, term):
        lines = self.read(term, terms={"K1": 60})
        assert [(line.due, line.due_basis) for line in lines.lines] == [(date(2026, 8, 30), CUSTOMER_TERM)]
        assert len(found(lines)) == 1 and "F2:账期值为" in found(lines)[0]

    @pytest.mark.parametrize("term", [20260701, 99999999, 10**9])
    def test_a_term_beyond_all_days_is_said(self, term):
        """A date typed one column too far to the left: 账期 = 20260701."""
        lines = self.read(term)
        assert len(lines.lines) <= 1 and found(lines)

    @pytest.mark.parametrize(("header", "days"), [("账期(个月)", 92), ("账期(年)", 1096)])
    def test_a_term_in_another_unit_is_not_taken_for_days(self, header, days):
        """Three months from 1 July end on 1 October: whatever is made of it, not 4 July without a word."""
        lines = read_lines((*SHIP, header), [*shipped(due=None), 3])
        assert found(lines) or [(line.due - DAY).days for line in lines.lines] == [days]

    def test_instalments_of_one_shipment_age_each_by_its_own_day(self, tmp_path):
        rows = [[*shipped(due=due), part] for part, due in ((1, date(2026, 7, 31)), ("2", date(2026, 8, 31)), (3.0, date(2026, 10, 31)))]
        path = write_book(tmp_path / "台账.xlsx", {"发货台账": [(*SHIP, "分期"), *rows], "回款台账": [PAID, paid(amount=130)]})
        ended, answer = ageing(path)
        assert ended.code == 0 and aged(answer, "K1") == {"1–30": 70, "未到期": 100}

    def test_the_customer_s_term_comes_from_the_grants_and_from_the_rating(self, tmp_path):
        grants = [["客户编码", "类别", "额度(万元)", "期限(天)", "生效日期", "批准岗位"], ["K1", "授信", 10, 30, date(2026, 1, 1), "总经理"]]
        ratings = [["客户编码", "客户名称", "业务类别", "级别", "评级状态", "建议期限(天)"], ["K1", "甲", "A", "一级", "已评级", 45], ["K2", "乙", "A", "一级", "已评级", 45]]
        path = money_book(tmp_path / "台账.xlsx", [shipped("F1", "K1", due=None), shipped("F2", "K2", due=None), shipped("F3", "K3", due=None)],
                          授信台账=grants, 评级结果=ratings)  # fmt: skip
        derived = {one["发货单号"]: (one["到期日"], one["依据"], one["行"]) for one in ageing(path)[1]["推算到期日"]}
        assert derived == {
            "F1": ("2026-07-31", CUSTOMER_TERM, 2), "F2": ("2026-08-15", CUSTOMER_TERM, 3),
            "F3": (str(DAY + timedelta(DEFAULT_TERM)), DEFAULT_BASIS, 4),
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("contract", "granted", "expected"),
        [(45, None, ("2026-08-15", "合同账期")), (45, 60, ("2026-08-30", "客户授信期限")), (None, None, ("2026-09-29", "默认授信期限")), ("不详", None, ("2026-09-29", "默认授信期限"))],
    )
    def test_without_the_customer_s_the_contract_s_term_counts(self, tmp_path, contract, granted, expected):
        sheets = {
            "发货台账": [(*SHIP, "合同编号"), [*shipped(due=None), " ht-1 "]],
            "合同台账": [("合同编号", "客户编码", "合同金额(元)", "账期(天)"), ["ht-1", "K1", 1000, contract], ["ht-1", "K2", 1000, 10]],
        }
        if granted:
            sheets["授信台账"] = [("客户编码", "类别", "额度(万元)", "期限(天)", "生效日期", "批准岗位"), ["K1", "授信", 1, granted, date(2026, 1, 1), "总经理"]]
        ended, answer = ageing(write_book(tmp_path / "台账.xlsx", sheets))
        assert [(one["到期日"], one["依据"]) for one in answer["推算到期日"]] == [expected]
        assert ("合同台账!D2:账期值为“不详”" in ended.err) is (contract == "不详")

    def test_a_term_granted_later_does_not_change_the_past(self, tmp_path):
        """第十三条: an ageing as of a past day is that of the ledger as it was then; the term came half a year later."""
        header = ["客户编码", "类别", "额度(万元)", "期限(天)", "生效日期", "批准岗位"]
        before = money_book(tmp_path / "当时.xlsx", [shipped(due=None)])
        after = money_book(tmp_path / "后来.xlsx", [shipped(due=None)], 授信台账=[header, ["K1", "授信", 10, 10, date(2026, 12, 1), "总经理"]])
        assert ageing(after)[1]["客户"] == ageing(before)[1]["客户"]


class TestRows:
    @pytest.mark.parametrize(
        "row",
        [["合计", None, None, 500, None], ["合 计", None, None, 500, None], ["合计：", None, None, 500, None], [None, "合计", None, 500, None],
         [None, "总计", None, 500, None], [None, None, "小计", 500, None], [None, None, None, 500, "本月合计"], [None, None, None, None, None], [],
         ["", " ", "", "", "　"]],
    )  # fmt: skip
    def test_totals_and_blank_rows_are_passed_over(self, row):
        lines = read_lines(SHIP, shipped(), row, shipped("F2"))
        assert ([(line.number, line.row) for line in lines.lines], lines.problems) == ([("F1", 2), ("F2", 4)], ())

    @pytest.mark.parametrize("column", ["客户名称", "摘要", "业务员"])
    def test_a_total_in_any_text_column_is_one(self, column):
        lines = read_lines((*SHIP, column), [*shipped(), None], [None, None, None, 500, None, "合计"])
        assert (len(lines.lines), lines.problems) == (1, ())

    def test_a_total_with_a_colon_where_the_code_stands_is_one(self):
        lines = read_lines(SHIP, shipped(), [None, "合计:", None, 500, None])
        assert (len(lines.lines), lines.problems) == (1, ())

    @pytest.mark.parametrize("code", [None, "", "  ", "　"])
    def test_a_row_without_its_customer_is_left_out_and_said(self, code):
        lines = read_lines(SHIP, shipped(code=code))
        assert (lines.lines, len(found(lines))) == ((), 1) and found(lines)[0].startswith("发货台账!B2:客户编码为空")

    def test_codes_are_the_same_however_they_are_typed(self):
        rows = [shipped(f"F{i}", code) for i, code in enumerate([1001.0, 1001, "1001", " 1001 ", "１００１", "10 01"])]
        lines = read_lines(SHIP, *rows)
        assert {line.customer for line in lines.lines} == {"1001"}

    def test_leading_zeros_tell_customers_apart(self):
        assert {line.customer for line in read_lines(SHIP, shipped(code="0007"), shipped(code=7.0)).lines} == {"0007", "7"}

    def test_numbers_of_shipments_meet_however_they_are_typed(self, tmp_path):
        path = money_book(tmp_path / "台账.xlsx", [shipped(2026001)], [paid(amount=100, settles=" ２０２６００１ ")])
        ended, answer = ageing(path)
        assert (ended.code, balances(answer)) == (0, {})

    def test_a_whole_line_that_stands_twice_counts_twice_and_is_said(self):
        lines = read_lines(SHIP, shipped(), shipped("F2"), shipped())
        assert len(lines.lines) == 3
        assert found(lines) == ["发货台账!D4:与第2行完全相同;允许:每笔一行(第十三条)"]

    def test_instalments_of_one_amount_are_no_repetition(self):
        rows = [[*shipped(due=DUE + timedelta(30 * part)), part] for part in range(3)]
        assert not read_lines((*SHIP, "分期"), *rows).problems

    def test_a_collection_that_stands_twice_is_said(self):
        shipments = read_lines(SHIP, shipped()).lines
        assert found(read_money(PAID, paid(), paid(), shipments=shipments)) == ["回款台账!D3:与第2行完全相同;允许:每笔一行(第十三条)"]

    @pytest.mark.parametrize("several", ["F1、F2", "F1，F2", "F1/F2", "F1；F2", "F1和F2"])
    def test_money_on_several_shipments_in_one_cell_is_asked_for_in_a_line_each(self, tmp_path, several):
        ended, answer = ageing(money_book(tmp_path / "台账.xlsx", [shipped(), shipped("F2")], [paid(settles=several)]))
        assert aged(answer, "K1")["未核销"] == -40 and "允许:该客户的发货单号,一行一个" in ended.err

    def test_money_on_another_customer_s_shipment_stays_unapplied_and_is_said(self, tmp_path):
        path = money_book(tmp_path / "台账.xlsx", [shipped("F1", "K1")], [paid(code="K2", settles="F1"), paid("H2", "K2", settles="F7")])
        ended, answer = ageing(path)
        assert ended.code == 1
        assert aged(answer, "K1") == {"61–90": 100} and aged(answer, "K2") == {"未核销": -80}
        assert [line for line in ended.error_lines if "E2" in line and "客户K1的发货单" in line]
        assert [line for line in ended.error_lines if "E3" in line and "核销单号“F7”在该客户的发货台账中没有" in line]
        assert answer["问题"] == [line.removeprefix("台账.xlsx!") for line in ended.error_lines[1:]]

    def test_one_bad_cell_costs_one_row(self):
        rows = [shipped("F1"), shipped("F2", day="x"), shipped("F3", amount="x"), shipped("F4", code=None), shipped("F5")]
        lines = read_lines(SHIP, *rows)
        assert [line.number for line in lines.lines] == ["F1", "F5"]
        assert [problem.cell for problem in lines.problems] == ["C3", "D4", "B5"]


class TestColumns:
    def test_titles_above_moved_and_extra_columns_do_not_matter(self):
        header = ["备注栏", " 到期日 ", "金额（元）", None, "发货\n日期", "仓库", "客户 编码", "发货单号"]
        row = ["x", DUE, "1,000", 7, DAY, "一号库", "K1", "F1"]
        lines = read_lines(["发货台账"], ["编制单位:华东", None, None, "单位:元"], [], header, row)
        assert [(line.number, line.customer, line.shipped, line.fen, line.due, line.row) for line in lines.lines] == [("F1", "K1", DAY, 100000, DUE, 5)]
        assert lines.problems == ()

    def test_two_columns_of_one_name_are_refused(self):
        with pytest.raises(CreditError, match=r"发货台账:有两列都叫“金额”\(D1、F1\)"):
            read_lines((*SHIP, "金额"), [*shipped(), 5])

    @pytest.mark.parametrize("missing", range(4))
    def test_a_missing_column_is_named(self, missing):
        header, row = [*SHIP], shipped()
        del header[missing], row[missing]
        with pytest.raises(CreditError, match=f"缺少列“{SHIP[missing].split('(')[0]}”"):
            read_lines(header, row)

    def test_short_rows_are_rows(self):
        lines = read_lines((*SHIP, "状态", "摘要"), shipped()[:4])
        assert [(line.fen, line.due_basis) for line in lines.lines] == [(10000, DEFAULT_BASIS)]
