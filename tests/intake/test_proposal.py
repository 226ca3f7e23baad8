"""Which column becomes which of ours: the best name, by what stands in it; what cannot be told is said to be doubtful."""

import pytest

from tests.intake.exports import HEAD, line
from xl_credit.intake.header import find_layouts
from xl_credit.intake.mapping import BY_NAME, SECTION, overrides
from xl_credit.intake.proposal import propose
from xl_credit.intake.sources import SourceSheet
from xl_credit.intake.words import KINDS, target
from xl_credit.rules.errors import CreditError

SHIP = ("单据编号", "单据日期", "客户编码")


def proposed(head, *rows, kind="发货台账", above=()):
    wanted = target(kind)
    return propose(wanted, find_layouts([SourceSheet("", [*above, head, *rows])], wanted, "来源"))


def amount_of(*labels, rows=((), ), kind="发货台账"):
    """The amount's pick where these columns follow the three that are needed."""
    found = proposed((*SHIP, *labels), *(["X1", "2026-07-01", "K1", *row] for row in rows), kind=kind)
    return found.get("金额")


@pytest.mark.parametrize("kind", KINDS)
def test_every_name_in_the_table_leads_to_its_column(kind):
    wanted = target(kind)
    for ours, ranks in wanted.names.items():
        for rank in ranks:
            for name in rank:
                others = [one for one in wanted.required if one != ours]
                layouts = find_layouts([SourceSheet("", [[*others, name]])], wanted, "来源")
                picks = propose(wanted, layouts)
                assert picks.get(ours) and name in layouts[0].by_label[picks.get(ours).labels[-1]].keys, (ours, name)


def test_our_own_headers_are_known():
    for kind in KINDS:
        wanted = target(kind)
        assert proposed(wanted.columns, kind=kind).plain() == {name: name for name in wanted.columns}


@pytest.mark.parametrize(
    ("labels", "chosen"),
    [
        (("数量", "单价", "无税金额", "税额", "价税合计"), "价税合计"), (("本币金额", "金额"), "本币金额"), (("金额", "含税金额"), "含税金额"),
        (("原币价税合计", "本币价税合计"), "本币价税合计"), (("数量", "金额"), "金额"), (("借方", "贷方", "余额"), "借方"), (("税额", "价税合计", "本币金额"), "价税合计"),
    ],
)  # fmt: skip
def test_of_several_amounts_the_one_that_is_owed(labels, chosen):
    pick = amount_of(*labels, rows=[["1"] * len(labels)])
    assert pick.labels == (chosen,) and not pick.doubt


def test_the_columns_passed_over_are_named():
    assert amount_of("价税合计", "金额", rows=[["113", "100"]]).reason == "叫法“价税合计”,优先于金额"
    assert proposed((*SHIP, "金额", "开票日期")).get("发货日期").reason == "叫法“单据日期”,优先于开票日期"


@pytest.mark.parametrize(
    ("labels", "row", "doubt"),
    [
        (("金额", "金额"), ["1", "2"], "“金额”与“金额#2”都可能是金额"), (("发货金额", "发货金额"), ["1", "2"], "都可能是"),
        (("价税合计", "含税合计"), ["113", "114"], "都可能是"), (("金额", "税额"), ["100", "13"], "之外另有税额"), (("金额", "税额"), ["100", "0.00"], ""),
        (("金额", "税额"), ["100", ""], ""), (("不含税金额", "数量"), ["100", "1"], "是不含税的金额"), (("价税合计", "币种"), ["100", "美元"], "币种有美元"),
        (("本币价税合计", "币种"), ["100", "美元"], ""), (("价税合计", "币种"), ["100", "人民币"], ""), (("价税合计", "币种"), ["100", "RMB"], ""),
        (("原币金额", "币种"), ["100", "USD"], "币种有USD"),
    ],
)  # fmt: skip
def test_what_a_program_cannot_tell_is_doubtful(labels, row, doubt):
    pick = amount_of(*labels, rows=[row])
    assert (doubt in pick.doubt) if doubt else not pick.doubt, pick


def test_two_columns_of_one_name_that_say_the_same_are_no_doubt():
    assert not amount_of("金额", "金额", rows=[["1,000.00", "1000"], ["(5)", "-5"]]).doubt


def test_a_column_that_holds_something_else_is_not_taken_for_its_name():
    found = proposed(("单据编号", "日期", "制单日期", "客户编码", "金额"), ["X1", "上旬", "2026-07-01", "K1", "5"], ["X2", "中旬", "2026-07-02", "K1", "5"])
    assert found.get("发货日期").labels == ("制单日期",)
    assert amount_of("价税合计", "金额", rows=[["壹佰元", "100"], ["贰佰元", "200"]]).labels == ("金额",)


def test_an_empty_column_is_taken_by_its_name():
    assert proposed(HEAD).get("金额").labels == ("价税合计",)


def test_a_generic_name_belongs_to_its_group():
    upper, lower = ["单据编号", "日期", "存货", "", "客户", "", "金额"], ["", "", "编码", "名称", "编码", "名称", ""]
    wanted = target("发货台账")
    found = propose(wanted, find_layouts([SourceSheet("", [upper, lower, line()])], wanted, "来源"))
    assert found.get("客户编码").labels == ("客户·编码",) and found.get("客户名称").labels == ("客户·名称",)


def test_the_other_side_of_an_account_and_the_side_of_its_balance():
    found = proposed(("凭证字号", "日期", "客户编码", "借方", "贷方", "方向", "余额"), ["记-1", "2026-07-01", "K1", "5", "", "借", "5"])
    assert found.get("金额").labels == ("借方",) and found.get("对方金额").labels == ("贷方",) and not found.get("方向")
    found = proposed(("凭证字号", "日期", "客户编码", "借方", "贷方"), ["记-1", "2026-07-01", "K1", "5", ""], kind="回款台账")
    assert found.get("金额").labels == ("贷方",) and found.get("对方金额").labels == ("借方",)


def test_the_side_in_a_column_beside_the_amount():
    assert proposed((*SHIP, "金额", "借贷方向"), ["X1", "2026-07-01", "K1", "5", "借"]).get("方向").labels == ("借贷方向",)


def test_vouchers_are_numbered_anew_every_month():
    assert "每月重编" in proposed(("凭证号", "日期", "客户编码", "金额")).get("发货单号").reason


def test_month_and_day_in_columns_of_their_own():
    head = (["2026年", "", "凭证字号", "客户编码", "借方"], ["月", "日", "", "", ""])
    wanted = target("发货台账")
    found = propose(wanted, find_layouts([SourceSheet("", [*head, ["7", "01", "记-1", "K1", "5"]])], wanted, "来源"))
    assert found.get("发货日期").labels == ("2026年·月", "2026年·日")
    assert proposed(("年", "月", "日", "单据号", "客户编码", "金额")).get("发货日期").labels == ("年", "月", "日")


def test_a_customer_without_a_code():
    assert proposed(("单据编号", "日期", "客户名称", "金额")).get("客户编码").labels == (BY_NAME,)
    found = proposed(("凭证号", "日期", "摘要", "借方"), ["客户:K1 甲公司"], ["记-1", "2026-07-01", "销售", "5"])
    assert found.get("客户编码").labels == (SECTION,) and found.get("客户名称").labels == (SECTION,)


class TestCorrections:
    def changed(self, **given):
        wanted = target("发货台账")
        layouts = find_layouts([SourceSheet("", [[*HEAD, "金额", "金额"], line()])], wanted, "来源")
        return propose(wanted, layouts).changed(given, layouts[0], wanted, "指定")

    @pytest.mark.parametrize("written", ["金额", "H", "h"])
    def test_a_column_by_its_name_or_its_letters(self, written):
        assert self.changed(金额=written).get("金额").labels == ("金额",)

    def test_a_name_however_it_is_spaced(self):
        assert self.changed(摘要=" 单据 状态:").get("摘要").labels == ("单据状态",)

    def test_the_second_of_one_name(self):
        assert self.changed(金额="金额#2").get("金额").labels == ("金额#2",) == self.changed(金额="I").get("金额").labels

    def test_a_column_left_out(self):
        assert self.changed().get("摘要") and not self.changed(摘要="").get("摘要")

    @pytest.mark.parametrize(("given", "words"), [({"金额": "没有"}, "来源没有列“没有”"), ({"没有": "价税合计"}, "对应中的“没有”不是发货台账的列"), ({"金额": "ZZ"}, "来源没有列“ZZ”")])
    def test_what_is_not_there_is_named(self, given, words):
        with pytest.raises(CreditError, match=words):
            self.changed(**given)

    @pytest.mark.parametrize("written", ["金额", "", "=x"])
    def test_a_correction_without_two_sides(self, written):
        with pytest.raises(CreditError, match="--map 为"):
            overrides([written])

    def test_corrections_as_they_are_typed(self):
        assert overrides(["金额=价税合计", "摘要=", " 客户编码 = a=b "]) == {"金额": "价税合计", "摘要": "", "客户编码": "a=b"}
