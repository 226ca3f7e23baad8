"""Spellings of one customer: put forward with what speaks for it, never merged before somebody says so."""

import json
import random

import pytest

from tests.intake.exports import line, settled, values
from xl_credit.intake.parties import LIST_COLUMNS, Answer, Parties, answers_file, answers_in
from xl_credit.intake.variants import core, proposals
from xl_credit.rules.errors import CreditError
from xl_credit.tables import Grid


def people(*seen: tuple[str, str], known=(), answers=()) -> Parties:
    found = Parties(known, answers)
    for code, name in seen:
        found.code(code, name)
    return found


def proposed(*seen, **more) -> list[tuple[str, str, str]]:
    """(code merged, code kept, evidence)."""
    return [(one.code or one.name, one.to_code, one.basis) for one, _ in proposals(people(*seen, **more))]


@pytest.mark.parametrize(
    ("one", "other", "basis"),
    [
        ("华东商贸有限公司", "华东商贸 有限公司", "名称相同"), ("ABC商贸", "ＡＢＣ商贸", "名称相同"), ("abc商贸", "ABC商贸", "名称相同"),
        ("华鼎(上海)商贸", "华鼎上海商贸", "括号、标点"), ("华鼎（上海）商贸", "华鼎上海商贸", "括号、标点"), ("华鼎·商贸", "华鼎商贸", "括号、标点"),
        ("华东商贸有限公司", "华东商贸有限责任公司", "去掉公司后缀"), ("华东商贸股份有限公司", "华东商贸", "去掉公司后缀"), ("大和(株)", "大和株式会社", "名称只差"),
        ("大和㈱", "大和", "去掉公司后缀"), ("ACME Co., Ltd.", "ACME", "去掉公司后缀"), ("上海华鼎贸易有限公司", "华鼎贸易有限公司", "去掉省市"),
        ("广东省佛山市永丰五金厂", "永丰五金厂", "去掉省市"), ("华东商茂有限公司", "华东商贸有限公司", "一字之差"), ("华东商贸易有限公司", "华东商贸有限公司", "一字之差"),
        ("华贸东商有限公司", "华东贸商有限公司", "一字之差"), ("永丰五金", "佛山永丰五金制品有限公司", "简称"), ("中石化", "中国石油化工股份有限公司", "简称"),
    ],
)  # fmt: skip
def test_what_may_be_one_customer_is_proposed_with_its_evidence(one, other, basis):
    (found,) = proposed(("K1", one), ("K1", one), ("K2", other))
    assert found[:2] == ("K2", "K1") and basis in found[2]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("永丰一厂", "永丰二厂"), ("华东商贸有限公司", "华南商贸有限公司"), ("永丰五金第1门市部", "永丰五金第2门市部"), ("甲方商贸公司", "乙方商贸公司"), ("张三", "张四"),
        ("华东商贸有限公司", "江南机械有限公司"), ("新永丰五金厂", "永丰五金厂"), ("有限公司", "股份有限公司"), ("", ""), ("永丰五金上海分公司", "永丰五金北京分公司"),
    ],
)  # fmt: skip
def test_what_tells_two_companies_apart_is_no_spelling(one, other):
    assert [found for found in proposed(("K1", one), ("K2", other)) if "一字之差" in found[2] or "相同" in found[2]] == []


def test_a_short_name_that_stands_in_several_is_nobody_s():
    assert proposed(("K1", "永丰"), ("K2", "永丰五金制品"), ("K3", "永丰机械设备")) == []


def test_the_known_customer_is_kept_else_the_one_with_more_rows():
    assert proposed(("K1", "永丰商贸"), ("K1", "永丰商贸"), ("K2", "永丰商贸公司"), known=[("K2", "永丰商贸公司")])[0][:2] == ("K1", "K2")
    assert proposed(("K1", "永丰商贸"), ("K2", "永丰商贸公司"), ("K2", "永丰商贸公司"))[0][:2] == ("K1", "K2")
    assert proposed(("K9", "永丰商贸"), ("K2", "永丰商贸公司"))[0][:2] == ("K9", "K2")


def test_two_that_are_both_registered_are_told_apart_already():
    known = [("K1", "佛山瑞丰电子科技有限公司"), ("K2", "佛山融丰电子科技有限公司")]
    assert proposed(("K1", known[0][1]), ("K2", known[1][1]), known=known) == []
    assert proposed(("K1", known[0][1]), ("K3", known[1][1]), known=known[:1])


def test_a_name_without_a_code_is_put_to_a_known_one():
    assert proposed(("", "永丰商贸"), known=[("K1", "永丰商贸有限公司")]) == [("永丰商贸", "K1", "去掉公司后缀后相同")]


def test_the_order_of_the_rows_plays_no_part():
    seen = [("K1", "永丰商贸"), ("K2", "永丰商贸公司"), ("K3", "永丰 商贸"), ("K4", "永丰商茂"), ("K5", "江南机械"), ("K6", "江南机械厂"), ("K7", "上海江南机械")]
    first = proposed(*seen)
    for seed in range(20):
        mixed = random.Random(seed).sample(seen, len(seen))
        assert proposed(*mixed) == first


def test_nothing_is_merged_before_somebody_says_so():
    rows = [line("X1", code="K1", name="永丰商贸有限公司"), line("X2", code="K2", name="永丰商贸公司")]
    assert {code for (code,) in values(settled(*rows, parties=Parties()), "客户编码")} == {"K1", "K2"}
    unanswered = Parties(answers=[Answer("K2", "永丰商贸公司", "K1")])
    assert {code for (code,) in values(settled(*rows, parties=unanswered), "客户编码")} == {"K1", "K2"}


@pytest.mark.parametrize(("answer", "codes", "again"), [(True, {"K1"}, 0), (False, {"K1", "K2"}, 0), (None, {"K1", "K2"}, 1)])
def test_an_answer_counts_from_then_on(answer, codes, again):
    known = Parties(answers=[Answer("K2", "永丰商贸公司", "K1", confirmed=answer)])
    rows = [line("X1", code="K1", name="永丰商贸有限公司"), line("X2", code="Ｋ２", name="永丰商贸公司")]
    found = settled(*rows, parties=known)
    assert len({code for (code,) in values(found, "客户编码")}) == len(codes)
    assert len(proposals(known)) == again
    assert found.read.merged == (answer is True)


def test_an_answer_stands_whichever_of_the_two_was_to_be_kept():
    answers = [Answer("K2", "永丰商贸公司", "K1", confirmed=False)]
    assert proposed(("K1", "永丰商贸"), ("K2", "永丰商贸公司"), ("K2", "永丰商贸公司"), answers=answers) == []


def test_answers_lead_on_to_the_last():
    known = Parties(answers=[Answer("K3", "", "K2", confirmed=True), Answer("K2", "", "K1", confirmed=True)])
    assert known.merged("K3") == known.merged("Ｋ３") == "K1" and known.merged("K9") == "K9"


@pytest.mark.parametrize(
    ("answers", "words"),
    [([("K1", "K2"), ("K2", "K1")], "成环"), ([("K1", "K1")], "成环"), ([("K1", "K2"), ("K1", "K3")], "归并到两个编码")],
)
def test_answers_that_contradict_each_other(answers, words):
    with pytest.raises(CreditError, match=words):
        Parties(answers=[Answer(code, "", to, confirmed=True) for code, to in answers])


def test_the_list_in_a_sheet_and_as_json_say_the_same(tmp_path):
    rows = [["K2", "乙", "K1", "甲", "依据", 3, "是", "已核"], ["", "丙", "K1", "甲", "", "", "", ""], ["K4", "丁", "K1", "", "", "", "否", ""]]
    sheet = answers_in(Grid("客户对照", [["客户对照"], LIST_COLUMNS, *rows, [None] * 8]))
    path = tmp_path / "客户对照.json"
    path.write_text(json.dumps([dict(zip(LIST_COLUMNS, map(str, row), strict=True)) for row in rows], ensure_ascii=False), "utf-8")
    assert sheet == answers_file(path) and [one.confirmed for one in sheet] == [True, None, False]


@pytest.mark.parametrize(("row", "words"), [(["K2", "", "K1", "", "", "", "也许", ""], "客户对照!G2:确认值为“也许”"), (["K2", "", "", "", "", "", "是", ""], "归并编码为空")])
def test_an_answer_that_is_none(row, words):
    with pytest.raises(CreditError, match=words):
        answers_in(Grid("客户对照", [LIST_COLUMNS, row]))


@pytest.mark.parametrize("text", ["", "{", "{}", "[1]", '"x"', "[" * 100000])
def test_a_list_that_is_no_list(tmp_path, text):
    path = tmp_path / "客户对照.json"
    path.write_text(text, "utf-8")
    with pytest.raises(CreditError, match="客户对照.json"):
        answers_file(path)


@pytest.mark.parametrize("name", ["有限公司", "公司", "(株)", "()", "A", "集团有限公司"])
def test_a_name_of_nothing_but_its_form_keeps_something(name):
    assert core(name) or name == "()"


def test_ten_thousand_names_are_not_compared_each_with_each():
    """Fifty million comparisons would take a quarter of an hour; the one typo among them is found all the same."""
    draw = random.Random(5)
    names = ["".join(chr(0x4E00 + draw.randrange(3000)) for _ in range(8)) for _ in range(10_000)]
    found = proposed(*((f"K{at}", f"{name}有限公司") for at, name in enumerate(names)), ("X1", names[77][:3] + "商" + names[77][4:]))
    assert [one[:2] for one in found] == [("X1", "K77")]
