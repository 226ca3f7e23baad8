"""What is a document and what is a line of the printout; every row accounted for, each refusal with its reason."""

from datetime import date

import pytest

from tests.intake.exports import HEAD, found_in, line, settled, values
from xl_credit.intake.parties import Answer, Parties
from xl_credit.intake.results import OUTCOMES, Share
from xl_credit.rules.errors import CreditError

DAY = date(2026, 7, 1)


def shares(one) -> dict[str, Share]:
    assert one.ties_out
    return {name: share for name, share in one.shares.items() if share.rows}


class TestDocuments:
    def test_a_clean_row_is_taken_over(self):
        one = settled(line(note="备货"))
        assert values(one, "发货单号", "客户编码", "客户名称", "发货日期", "金额", "状态", "摘要") == [("XS001", "K1", "甲公司", DAY, 100, "有效", "备货")]
        assert shares(one) == {"新增": Share(1, 10000)} and not one.problems

    @pytest.mark.parametrize(
        ("row", "cell", "found", "allowed"),
        [
            (line(day="2026-02-29"), "B2", "发货日期值为“2026-02-29”", "日期,如 2026-07-01"), (line(day=""), "B2", "发货日期为空", "日期,如 2026-07-01"),
            (line(amount="1,20"), "E2", "金额值为“1,20”", "金额,如 1200.00"), (line(amount=""), "E2", "金额为空", "金额"),
            (line(amount="#REF!"), "E2", "金额值为“#REF!”", "金额,如"), (line(code=" "), "C2", "客户编码为空", "客户编码"),
            (line(number=""), "A2", "发货单号为空", "--fill-down"), (line(day="x", amount="y"), "E2", "金额值为“y”;发货日期值为“x”", "日期,如"),
        ],
    )  # fmt: skip
    def test_a_row_that_cannot_be_taken_says_where_what_and_what_is_allowed(self, row, cell, found, allowed):
        one = settled(row, line("XS002"))
        (finding,) = [one for one in one.findings if one.kind == "拒绝"]
        assert (finding.cell, finding.found) == (cell, found) and allowed in finding.allowed
        assert one.shares["新增"] == Share(1, 10000) and one.shares["拒绝"].rows == 1 and one.ties_out

    def test_a_refused_row_keeps_its_amount_in_the_sum(self):
        one = settled(line(day="x", amount="(30.00)"), line(amount="abc"), line("XS9", amount="5"))
        assert shares(one) == {"新增": Share(1, 500), "拒绝": Share(2, -3000)}
        assert one.read.source == Share(3, -2500) and one.read.unread == 1

    def test_amounts_finer_than_a_fen_are_rounded_and_said(self):
        one = settled(line(amount="1.005"), line("XS2", amount="2.00"))
        assert one.read.rounded == 1 and one.read.source.fen == 301

    def test_a_column_beside_the_needed_ones_costs_no_row(self):
        one = settled([*line(), "下月"], [*line("XS2"), "2026-08-01"], head=(*HEAD, "到期日"))
        assert values(one, "到期日") == [(None,), (date(2026, 8, 1),)]
        assert found_in(one, "提示") == [("H2", "到期日值为“下月”,未采用")] and one.problems

    def test_equal_rows_are_both_taken_and_reported(self):
        one = settled(line(), line(), line("XS2"))
        assert one.shares["新增"] == Share(3, 30000) and found_in(one, "提示") == [("A3", "与A2行完全相同,两行都计入")]

    def test_text_that_looks_like_a_formula_stays_text(self):
        one = settled(line("=1+1", code="@K1", name="+甲", note="-x"))
        assert values(one, "发货单号", "客户编码", "客户名称", "摘要") == [("=1+1", "@K1", "+甲", "-x")]

    def test_codes_keep_their_leading_zeros(self):
        assert values(settled(line('="00012"', code="007")), "发货单号", "客户编码") == [("00012", "007")]

    def test_amounts_in_wan(self):
        assert values(settled(line(amount="1.5"), head=tuple(name.replace("价税合计", "价税合计(万元)") for name in HEAD)), "金额") == [(15000,)]

    @pytest.mark.parametrize(("unit", "amount"), [("元", 100), ("万元", 1000000)])
    def test_the_unit_above_the_table(self, unit, amount):
        assert values(settled(HEAD, line(), head=("表", f"单位:{unit}")), "金额") == [(amount,)]

    def test_a_unit_that_is_neither_is_asked_about(self):
        with pytest.raises(CreditError, match="金额的单位是“千元”;允许:元、万元"):
            settled(HEAD, line(), head=("表", "单位:千元"))

    def test_the_order_of_rows_and_columns_never_matters(self):
        rows = [line(), line("XS2", day="x"), line("XS3", amount="(5.00)"), line("XS4", state="作废")]
        plain = settled(*rows)
        mixed = settled(*(row[::-1] for row in rows[::-1]), head=HEAD[::-1])
        assert sorted(line.values for line in plain.fresh) == sorted(line.values for line in mixed.fresh)
        assert plain.shares == mixed.shares


class TestVoidAndRed:
    @pytest.mark.parametrize("row", [line(state="作废"), line(state="已作废"), line(state=" 作废发票"), line(note="作废"), line(note="此单作废")])
    def test_a_void_row_is_kept_as_void_and_counted_apart(self, row):
        one = settled(row, line("XS2", amount="7"))
        assert shares(one) == {"新增": Share(1, 700), "作废": Share(1, 10000)} and not one.problems
        assert ("XS001", "作废") in values(one, "发货单号", "状态")

    @pytest.mark.parametrize(("flag", "void"), [("是", True), ("Y", True), ("1", True), ("", False), ("否", False), ("N", False)])
    def test_a_flag_of_its_own(self, flag, void):
        assert bool(settled([*line(), flag], head=(*HEAD, "作废标志")).shares["作废"].rows) is void

    @pytest.mark.parametrize("row", [line(state="未作废"), line(note="作废旧单重开"), line(note="非作废")])
    def test_what_only_mentions_it_is_not_void(self, row):
        assert not settled(row).shares["作废"].rows

    def test_a_void_row_must_be_whole_all_the_same(self):
        one = settled(line(state="作废", day="x"), line("XS2", amount="7"))
        assert shares(one) == {"新增": Share(1, 700), "拒绝": Share(1, 10000)}

    @pytest.mark.parametrize("row", [line(state="红字"), line(state="退货"), line(note="红字 冲XS000")])
    def test_a_positive_amount_marked_red_is_negative(self, row):
        one = settled(row)
        assert values(one, "金额", "状态") == [(-100, "红字")]
        assert one.read.source.fen == 10000 and one.read.turned_fen == -20000 and shares(one) == {"新增": Share(1, -10000)}

    def test_a_negative_amount_stays_as_it_is(self):
        one = settled(line(amount="-100", state="红字"), line("XS2", amount="(5.00)"))
        assert values(one, "金额") == [(-100,), (-5,)] and one.read.turned_fen == 0

    @pytest.mark.parametrize(("flag", "fen"), [("红", -10000), ("是", -10000), ("蓝", 10000), ("", 10000)])
    def test_a_red_flag(self, flag, fen):
        assert settled([*line(), flag], head=(*HEAD, "红蓝字")).shares["新增"].fen == fen

    def test_what_it_reduces_makes_it_negative_as_in_the_ledger(self):
        assert values(settled([*line(), "XS000"], head=(*HEAD, "源单号")), "金额", "冲减单号") == [(-100, "XS000")]

    @pytest.mark.parametrize(("state", "known"), [("已审核", True), ("Y", True), ("", True), ("奇怪", False)])
    def test_a_state_that_is_not_known_counts_and_is_said(self, state, known):
        one = settled(line(state=state))
        assert values(one, "状态") == [("有效",)] and bool(one.problems) is not known


class TestPrintoutLines:
    def test_they_are_listed_and_never_counted(self):
        one = settled(
            ["本页合计", "", "", "", "200.00"], ["第1页 共2页"], ["华鼎公司 销售明细"], HEAD, [], ["", " ", None], line("XS2"),
            ["制表人:张三", "", "审核:", "李四"], ["打印日期:2026-10-01"],
        )  # fmt: skip
        assert shares(one) == {"新增": Share(1, 10000)} and one.read.blank == 2
        assert [found for _, found in found_in(one, "非数据行")][1:] == [
            "说明行:第1页 共2页", "说明行:华鼎公司 销售明细", "重复的表头:" + " ".join(HEAD), "说明行:制表人:张三 审核: 李四", "说明行:打印日期:2026-10-01"
        ]  # fmt: skip

    @pytest.mark.parametrize("words", ["合计", "合 计", "总计:", "小计(甲公司)", "本页合计", "华东部 小计", "客户合计:", "累计", "合计3笔", "共计"])
    @pytest.mark.parametrize("place", [0, 1, 3])
    def test_a_sum_is_no_document_wherever_its_word_stands(self, words, place):
        row = ["", "", "", "", "100.00", "", ""]
        row[place] = words
        one = settled(line(), row)
        assert shares(one) == {"新增": Share(1, 10000)} and len(found_in(one, "合计行")) == 1

    @pytest.mark.parametrize("row", [line(note="累计返利"), line(note="合计"), line(name="合计贸易公司"), line(name="总计")])
    def test_a_document_that_mentions_a_sum_is_a_document(self, row):
        assert shares(settled(row)) == {"新增": Share(1, 10000)}

    @pytest.mark.parametrize("words", ["期初余额", "上年结转", "承前页", "过次页", "期末余额"])
    def test_a_balance_carried_is_no_document(self, words):
        one = settled(line(), ["", "2026-07-01", "", "", "999", "", words])
        assert shares(one) == {"新增": Share(1, 10000)} and found_in(one, "非数据行")[-1][1].startswith("结转的余额")

    def test_what_has_an_amount_is_never_passed_over_as_a_remark(self):
        one = settled(["说明", "", "", "", "5.00", "", ""])
        assert shares(one) == {"拒绝": Share(1, 500)}


class TestStatedSums:
    def test_sums_that_agree(self):
        one = settled(line(), line("XS2"), ["小计", "", "", "", "200.00"], line("XS3"), ["小计", "", "", "", "100.00"], ["合计", "", "", "", "300.00"])
        assert [found for _, found in found_in(one, "合计行")] == ["“小计”与2行之和相符", "“小计”与1行之和相符", "“合计”与3行之和相符"] and not one.problems

    @pytest.mark.parametrize(("stated", "agrees"), [("299.99", False), ("300.00", True), ("300.01", False)])
    def test_a_sum_that_is_a_fen_out_is_reported(self, stated, agrees):
        one = settled(line(), line("XS2"), line("XS3"), ["合计", "", "", "", stated])
        assert bool(one.problems) is not agrees
        if not agrees:
            assert f"3行之和为300元,相差{'-' if stated < '300' else ''}0.01元" in one.problems[0].found and one.problems[0].cell == "E5"

    def test_a_total_over_pages_and_their_sums(self):
        rows = [line(), ["本页合计", "", "", "", "100"], ["累计", "", "", "", "100"], line("XS2"), ["本页合计", "", "", "", "100"], ["累计", "", "", "", "200"]]
        assert not settled(*rows).problems

    @pytest.mark.parametrize("stated", ["150.00", "50.00"])
    def test_with_or_without_void_rows(self, stated):
        assert not settled(line(state="作废"), line("XS2", amount="50"), ["合计", "", "", "", stated]).problems

    @pytest.mark.parametrize("stated", ["150.00", "-50.00"])
    def test_with_or_without_the_sign_of_red_rows(self, stated):
        assert not settled(line(state="红字"), line("XS2", amount="50"), ["合计", "", "", "", stated]).problems

    def test_rounding_is_allowed_a_fen_a_row_and_said(self):
        one = settled(line(amount="1.004"), line("XS2", amount="1.004"), ["合计", "", "", "", "2.01"])
        assert not one.problems and "尾差0.01元" in found_in(one, "合计行")[0][1]

    def test_a_sum_over_sheets(self):
        assert not settled(line(), more=[[line("XS2"), ["合计", "", "", "", "200"]]]).problems
        assert not settled(line(), more=[[line("XS2"), ["合计", "", "", "", "100"]]]).problems

    def test_a_row_whose_amount_cannot_be_read_makes_the_sum_disagree(self):
        assert any(one.kind == "合计行" for one in settled(line(), line("XS2", amount="一百"), ["合计", "", "", "", "200"]).problems)


class TestTwoSidedAccounts:
    HEAD = ("凭证字号", "日期", "客户编码", "摘要", "借方", "贷方", "方向", "余额")

    def account(self, kind):
        rows = [["记-1", "2026-07-01", "K1", "销售", "1,000.00", "", "借", "1,000.00"], ["记-2", "2026-07-05", "K1", "收款", "", "400.00", "借", "600.00"],
                ["记-3", "2026-08-06", "K1", "红冲", "-100.00", "", "借", "500.00"], ["记-4", "2026-08-07", "K1", "错", "5", "5", "借", "500.00"]]  # fmt: skip
        return settled(*rows, kind=kind, head=self.HEAD)

    def test_debits_are_shipments(self):
        one = self.account("发货台账")
        assert values(one, "发货单号", "金额") == [("202607-记-1", 1000), ("202608-记-3", -100)]
        assert shares(one) == {"新增": Share(2, 90000), "拒绝": Share(1, 500), "他方": Share(1, 0)}
        assert found_in(one, "拒绝") == [("F5", "对方金额与金额两方都有数")]

    def test_credits_are_collections(self):
        one = self.account("回款台账")
        assert values(one, "回款单号", "金额") == [("202607-记-2", 400)]
        assert one.shares["他方"] == Share(2, 0)

    @pytest.mark.parametrize(("side", "outcome"), [("借", "新增"), ("借方", "新增"), ("贷", "他方"), ("平", "拒绝"), ("", "拒绝")])
    def test_the_side_as_a_word(self, side, outcome):
        one = settled([*line(), side], head=(*HEAD, "借贷方向"))
        assert shares(one) == {outcome: Share(1, 10000)}


class TestMergedAndCarried:
    def test_a_merged_number_belongs_to_all_rows_that_it_covers(self):
        merges = [((1, 0), (2, 0)), ((1, 1), (2, 1)), ((1, 2), (2, 2)), ((1, 4), (2, 4))]
        one = settled(line(), ["", "", "", "乙", "", "", ""], line("XS2"), merges=merges)
        assert values(one, "发货单号") == [("XS001",), ("XS2",)]
        assert found_in(one, "拒绝") == [("E3", "金额为空")]  # an amount is there once, however many rows its cell covers
        one = settled(line(), ["", "", "", "乙", "30", "", ""], merges=merges[:3])
        assert values(one, "发货单号", "客户编码", "发货日期", "金额") == [("XS001", "K1", DAY, 100), ("XS001", "K1", DAY, 30)]

    def test_an_empty_head_is_refused_unless_it_is_to_be_carried_down(self):
        assert settled(line(), ["", "", "", "", "30", "", ""]).shares["拒绝"] == Share(1, 3000)

    def test_sections_name_the_customer_of_the_rows_below(self):
        head = ("凭证号", "日期", "摘要", "借方", "贷方")
        rows = [["客户:K1 甲公司"], head, ["1", "2026-07-01", "销售", "5", ""], ["", "", "小计", "5", ""], ["客户：K2 乙公司"], ["1", "2026-07-02", "销售", "6", ""]]
        one = settled(*rows, head=head)
        assert values(one, "客户编码", "客户名称", "金额") == [("K1", "甲公司", 5), ("K2", "乙公司", 6)] and not one.problems

    def test_a_date_of_month_and_day(self):
        one = settled(["7", "1", "记-1", "K1", "5"], ["13", "1", "记-2", "K1", "6"], head=("2026年·月", "2026年·日", "凭证字号", "客户编码", "借方"),
                      发货日期="2026年·月+2026年·日")  # fmt: skip
        assert one.shares["新增"].rows in (0, 1)


class TestCurrency:
    def test_a_row_in_another_currency_is_refused(self):
        one = settled([*line(), "人民币"], [*line("XS2"), "美元"], [*line("XS3"), ""], head=(*HEAD, "币种"))
        assert [number for (number,) in values(one, "发货单号")] == ["XS001", "XS3"] and found_in(one, "拒绝") == [("H3", "币种为“美元”")]

    def test_an_amount_in_the_home_currency_is_taken(self):
        head = tuple(name.replace("价税合计", "本币价税合计") for name in HEAD)
        assert settled([*line(), "美元"], head=(*head, "币种")).shares["新增"].rows == 1


class TestOrders:
    HEAD = ("订单编号", "订单日期", "客户编码", "价税合计", "状态")

    def orders(self, *rows):
        return settled(*rows, kind="订单", head=self.HEAD)

    def test_the_lines_of_one_order_are_one_row(self):
        one = self.orders(["D1", "2026-07-01", "K1", "5.10", ""], ["D2", "2026-07-01", "K1", "1", ""], ["D1", "2026-07-01", "K1", "4.95", ""])
        assert values(one, "订单号", "金额") == [("D1", 10.05), ("D2", 1)] and one.shares["新增"] == Share(3, 1105) and one.ties_out

    @pytest.mark.parametrize(("amount", "taken"), [("0.01", True), ("0", False), ("-0.01", False)])
    def test_an_order_is_over_nought(self, amount, taken):
        one = self.orders(["D1", "2026-07-01", "K1", amount, ""])
        assert bool(one.fresh) is taken and one.ties_out

    def test_lines_of_one_number_that_are_not_one_order(self):
        one = self.orders(["D1", "2026-07-01", "K1", "5", ""], ["D1", "2026-07-01", "K2", "6", ""], ["D1", "2026-07-02", "K1", "7", ""])
        assert one.shares["新增"] == Share(1, 500) and one.shares["拒绝"] == Share(2, 1300) and one.ties_out

    @pytest.mark.parametrize(("state", "ours"), [("", "待审"), ("已审核", "待审"), ("已关闭", "已发货"), ("已取消", "已取消"), ("作废", "作废"), ("已放行", "已放行"), ("怪", "待审")])
    def test_its_state_in_our_words(self, state, ours):
        one = self.orders(["D1", "2026-07-01", "K1", "5", state])
        assert values(one, "状态") == [(ours,)] and bool(one.problems) is (state == "怪")


class TestCustomers:
    HEAD = ("客户编码", "客户名称", "业务类型", "建档日期", "重点客户")

    def customers(self, *rows):
        return settled(*rows, kind="客户", head=self.HEAD)

    def test_what_the_evaluation_sheet_needs(self):
        one = self.customers(["K1", "甲", "A类", "2020-1-5", "√"], ["K2", "乙", "混合", "", ""])
        assert values(one, "客户编码", "业务类型", "首次交易日期", "重点客户") == [("K1", "A", date(2020, 1, 5), "是"), ("K2", "混合", None, None)]

    def test_a_cell_that_cannot_be_read_costs_no_customer(self):
        one = self.customers(["K1", "甲", "零售", "x", "也许"], ["K2", "乙", "B", "2020-01-05", "否"])
        assert values(one, "客户编码", "业务类型", "首次交易日期", "重点客户")[0] == ("K1", None, None, None) and len(found_in(one, "提示")) == 3

    def test_without_code_or_name_there_is_none(self):
        one = self.customers(["", "甲"], ["K2", "", "A"], ["K3", "丙"])
        assert found_in(one, "拒绝") == [("A2", "客户编码为空"), ("B3", "客户名称为空")] and one.shares["新增"].rows == 1

    def test_one_that_stands_twice(self):
        one = self.customers(["K1", "甲"], ["K1", "甲"], ["Ｋ１", "乙"])
        assert one.shares["新增"].rows == 2 and found_in(one, "拒绝") == [("A4", "与A2行同一编码,内容不同(甲)")] and one.ties_out and len(one.fresh) == 1


def test_codes_by_the_name_of_a_known_customer():
    people = Parties([("K1", "甲公司"), ("K2", "乙公司"), ("K3", "同名"), ("K4", "同名")], [Answer("", "甲司", "K1", confirmed=True)])
    head = ("单据编号", "日期", "客户名称", "金额")
    rows = [[f"X{at}", "2026-07-01", name, "5"] for at, name in enumerate(("甲公司", "甲司", "丙公司", "同名", " 乙 公司 "))]
    one = settled(*rows, head=head, parties=people)
    assert values(one, "客户编码", "客户名称") == [("K1", "甲公司"), ("K1", "甲司"), ("K2", "乙 公司")]
    assert [found for _, found in found_in(one, "拒绝")] == ["客户名称“丙公司”不是已知客户", "客户名称“同名”不是已知客户"]


def test_code_and_name_in_one_cell():
    head = ("单据编号", "日期", "客户", "金额")
    one = settled(["X1", "2026-07-01", "(001)甲公司", "5"], ["X2", "2026-07-01", "K02 乙公司", "6"], ["X3", "2026-07-01", "【K-3】丙公司", "7"], head=head)
    assert values(one, "客户编码", "客户名称") == [("001", "甲公司"), ("K02", "乙公司"), ("K-3", "丙公司")]
    plain = settled(["X1", "2026-07-01", "3M中国", "5"], ["X2", "2026-07-01", "ABC商贸", "6"], head=head)
    assert [found for _, found in found_in(plain, "拒绝")] == ["客户名称“3M中国”不是已知客户", "客户名称“ABC商贸”不是已知客户"]


def test_a_row_without_a_code_beside_others_is_asked_about_and_not_looked_up():
    people = Parties([("K1", "甲公司")])
    one = settled(line(), line("XS2", code=""), parties=people)
    assert found_in(one, "拒绝") == [("C3", "客户编码为空")]
    answered = Parties(people.known.values(), [Answer("", "甲公司", "K1", confirmed=True)])
    assert settled(line(), line("XS2", code=""), parties=answered).shares["新增"].rows == 2


def test_every_outcome_is_one_of_those_in_the_tie_out():
    one = settled(line(), line(day="x"), line("XS2", state="作废"))
    assert tuple(one.shares) == OUTCOMES and one.accounted == one.read.source


@pytest.mark.parametrize(
    ("kind", "head", "written", "outcome"),
    [("发货台账", HEAD, "销售出库单", "新增"), ("发货台账", HEAD, "收款单", "他方"), ("发货台账", HEAD, "", "新增"), ("回款台账", HEAD, "收款单", "新增"), ("回款台账", HEAD, "销售发票", "他方")],
)
def test_a_list_of_several_kinds_of_documents(kind, head, written, outcome):
    one = settled([*line(), written], kind=kind, head=(*head, "单据类型"), 金额="价税合计")
    assert shares(one) == {outcome: Share(1, 10000)} and not one.problems
