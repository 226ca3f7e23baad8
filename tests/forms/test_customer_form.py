"""The one-customer form: choose a code, and every figure on it is the rules' own."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.forms.boundary import Drawer, Record
from tests.forms.office import convert
from xl_credit.books.book import Book
from xl_credit.forms.rating_workbook import build_rating_workbook
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.branch import Job, regenerate_branch
from xl_credit.quarter.columns import AMOUNTS, BAD_ITEMS, CERTIFICATES, FORM, LICENCES, SUBJECTIVE_ITEMS, titled
from xl_credit.quarter.results import Decided
from xl_credit.rules.figures import PARTS
from xl_credit.rules.levels import explain
from xl_credit.rules.quarter import Quarter

QUARTER = Quarter(2026, 3)
CODE_CELL = (3, 2)
_ITEMS = (*LICENCES, *CERTIFICATES, *AMOUNTS, *SUBJECTIVE_ITEMS, *BAD_ITEMS)
Form = list[list[object]]


def _records(drawer: Drawer) -> list[Record]:
    """A customer of every kind: whole year, annualised, mixed, too new, without licence, held, incomplete."""
    good = {"弄虚作假": "否", "业务员垫支": "否"}
    return [
        drawer.row(**good), drawer.row(**good, 首次交易日期=date(2026, 2, 11)), drawer.row(**good, 业务类型="混合", A类业务额=5, B类业务额=3),
        drawer.row(首次交易日期=date(2026, 8, 1)), drawer.row(**dict.fromkeys(LICENCES, "无")), drawer.row(弄虚作假="是"), drawer.row(营业执照=None),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Record, Decided, Form]]:
    """(row, what the rules say, the form) of each customer, and of one workbook that was never rated, last."""
    folder = tmp_path_factory.mktemp("form")
    drawer = Drawer(sample_policy(), QUARTER, 11)
    records = _records(drawer)
    paths = []
    for record in records:
        path = folder / f"{record['客户编码']}.xlsx"
        build_rating_workbook(path, sample_policy(), quarter=str(QUARTER), records=records, spare_rows=2)
        if len(paths) < len(records) - 1:
            assert not regenerate_branch(Job(path, path, QUARTER, sample_policy(), path, None, None)).error
        book = Book(path, (FORM,))
        book.sheet(FORM).set(*CODE_CELL, record["客户编码"])
        book.save(path)
        paths.append(path)
    found = [_form(path) for path in convert(paths, folder / "out")]
    return list(zip(records, drawer.decided(records), found, strict=True))


def _form(path: Path) -> Form:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(FORM).to_python(skip_empty_area=False)


def _line(form: Form, label: str, column: int = 0) -> list[object]:
    """The line with the label, up to the last printed column; a part's label carries its mark and range."""
    return next(row[:6] for row in form if str(row[column]).lstrip("①②③④⑤⑥⑦").split("\n")[0] == label)


def _blank(value: object) -> object:
    return "" if value is None else value


@pytest.mark.host
def test_master_data_and_states_are_the_customers_own(forms: list[tuple[Record, Decided, Form]]) -> None:
    for record, _, form in forms:
        assert form[2][2] == record["客户编码"]
        assert form[2][4] == "2026Q3"
        assert _line(form, "客户名称")[1] == record["客户名称"]
        assert _line(form, "业务类型")[4] == record["首次交易日期"]
        for item in _ITEMS:
            assert _line(form, titled(item), 1)[3] == _blank(record.get(item)), item


@pytest.mark.host
def test_points_are_those_of_the_rules(forms: list[tuple[Record, Decided, Form]]) -> None:
    policy = sample_policy()
    for record, decided, form in forms:
        for item in (*LICENCES, *CERTIFICATES, *SUBJECTIVE_ITEMS, *BAD_ITEMS):
            state, item_rule = record[item], policy.item[item]
            if state is None:
                expected = ""
            elif item_rule.bands:
                expected = item_rule.points_at(Decimal(str(state)))
            else:
                expected = item_rule.option_points[state]
            assert _line(form, titled(item), 1)[4] == expected, item
        if decided.rating:
            assert [_line(form, part)[5] for part in PARTS] == list(decided.rating.parts)


@pytest.mark.host
def test_conclusion_is_what_was_decided(forms: list[tuple[Record, Decided, Form]]) -> None:
    for _, decided, form in forms[:-1]:
        rating = decided.rating
        expected = [_blank(rating.total), _blank(rating.level), rating.limit, decided.status]
        assert _line(form, "评定")[1:5] == expected
        assert _line(form, "暂评(公式)")[1:5] == expected
        assert _line(form, "评定依据")[1] == explain(rating)


@pytest.mark.host
def test_unrated_workbook_says_so(forms: list[tuple[Record, Decided, Form]]) -> None:
    form = forms[-1][2]
    assert _line(form, "评定")[1:5] == ["", "", "", "尚未评定"]
    assert _line(form, "暂评(公式)")[4] == "资料不全"
    assert _line(form, "评定依据")[1] == "尚未评定,请先评级"


@pytest.mark.host
def test_standards_are_the_policys(forms: list[tuple[Record, Decided, Form]]) -> None:
    form = forms[0][2]
    assert _line(form, "营业执照", 1)[2] == "具备 2分;未年检 0分;无 0分"
    assert _line(form, "年回款额(万元)", 1)[2].startswith("超过1000万元 30分;800~1000万元 25分;")
    assert _line(form, "年回款额(万元)", 1)[2].endswith(";低于100万元 5分")
    assert _line(form, "企业设立年限(年)", 1)[2] == "低于1年 0分;1~3年 1分;3~5年 2分;超过5年 3分"


def test_every_step_of_the_rating_route_has_its_box(tmp_path: Path) -> None:
    """第六条: an opinion, a signature and a date for each."""
    path = tmp_path / "表.xlsx"
    build_rating_workbook(path, sample_policy(), spare_rows=1)
    form = _form(path)
    for role in ("市场部专人", "市场部经理", "财务部", "营销总监", "总经理"):
        line = _line(form, role)
        assert line[2].startswith("意见:") and "签名:" in line[3] and "日期:" in line[3]
