"""The native formulas of 应收台账, over lists filled as the tool fills them and recalculated by LibreOffice."""

import subprocess
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.conftest import require_program
from tests.forms.office import convert
from xl_credit.books.book import Book
from xl_credit.books.fill import Fill
from xl_credit.forms.receivables_ageing import LIST_HEADER, SHARES, TIE_OUT, TOTAL
from xl_credit.forms.receivables_look import HEADER
from xl_credit.forms.receivables_statement import CODE, FIRST_LINE, MOST_LINES
from xl_credit.forms.receivables_workbook import build_receivables_workbook
from xl_credit.policy.sample import sample_policy
from xl_credit.receivables.columns import (
    AGEING,
    BRIDGE,
    GOALS,
    LEDGERS,
    MOVEMENT_COLUMNS,
    MOVEMENTS,
    PENALTIES,
    PENALTY_COLUMNS,
    REPORTS,
    STATEMENT,
    ageing_columns,
)
from xl_credit.rules.ageing import bucket_labels

POLICY = sample_policy()
LABELS = bucket_labels(POLICY.ageing_bounds_days)
COLUMNS = ageing_columns(LABELS)
START, END = date(2026, 7, 1), date(2026, 9, 30)
SHORT, LONG = "001", "01"  # as numbers they would be the same
Cells = list[list[object]]

AGEING_ROWS = (
    [SHORT, "甲公司", "张三", 1000.1, 200.2, 0, 0, 100, 0, 300.2, 0.23, 120, -300.3, 1000],
    [LONG, "=乙公司", "李四", 0, 100, 40, 30, 0, 430, 600, 1, 400, 0, 600],
    ["1", "丙公司", "张三", 300, 0, 0, 0, 0, 0, 0, 0, None, 0, 300],
)  # fmt: skip


def movements(code: str, name: str, opening: float, count: int) -> list[list[object]]:
    """期初, shipments of 100 and collections of 40 by turns, 期末."""
    rows: list[list[object]] = [[code, name, None, START, "期初", None, None, None, None, None, opening, None]]
    balance = opening
    for index in range(count):
        day, is_shipment = START + timedelta(days=index), index % 2 == 0
        balance += 100 if is_shipment else -40
        amounts = (100, None) if is_shipment else (None, 40)
        kind, number = ("发货", f"FH{index:03d}") if is_shipment else ("回款", f"HK{index:03d}")
        due = day + timedelta(days=30) if is_shipment else None
        rows.append([code, name, index + 1, day, kind, number, None, due, *amounts, balance, None])
    rows.append([code, name, None, END, "期末", None, None, None, None, None, balance, None])
    return rows


MOVEMENT_ROWS = (*movements(SHORT, "甲公司", 780, 5), *movements(LONG, "=乙公司", -780, 46), *movements("1", "丙公司", 300, 0))


def fill(path: Path, code: str = "", ageing: Sequence[Sequence[object]] = AGEING_ROWS, bridge_error: float = 0) -> Path:
    """A template filled with the sample and saved as the tool saves it."""
    build_receivables_workbook(path, POLICY, spare_rows=2)
    book = Book(path, (AGEING, BRIDGE, PENALTIES, MOVEMENTS, STATEMENT, GOALS))
    book.fill(AGEING, Fill(("客户编码",), COLUMNS, ageing, ("业务员", "已无余额")))
    book.chart_rows(AGEING, LIST_HEADER + 2, LIST_HEADER + 1 + len(ageing))
    book.fill(MOVEMENTS, Fill(("客户编码", "序号"), MOVEMENT_COLUMNS, MOVEMENT_ROWS, ("类别", "-")))
    penalty = ["张三", SHORT, "甲公司", "越权超额", START, END, 92, 1000.0, 400, 600.0, 0.0005]
    rows = [[*penalty, 27.6, "超出已批额度", "第二十条"], [*penalty, 0.05, "超出已批额度", "第二十条"], [*penalty, 1.25, "级别限额低于已批额度", "第十九条"]]
    book.fill(PENALTIES, Fill(("客户编码",), PENALTY_COLUMNS, rows, ("性质", "-")))
    for index in range(len(LABELS) + 1):
        values = (10 * index, 5, 3, 2, 1.1, 10 * index + 2.9 + (bridge_error if index == 1 else -bridge_error if index == 2 else 0))
        for column, value in enumerate(values, 1):
            book.sheet(BRIDGE).set(HEADER + 2 + index, column, value)
    for row, values in enumerate(((20, 19, 0.95, 1), (20, 18, 0.9, 2), (18, 18, 1, 0), (18, 12, 2 / 3, 6)), HEADER + 2):
        for column, value in enumerate(values, 2):
            book.sheet(GOALS).set(row, column, value)
    if code:
        book.sheet(STATEMENT).set(CODE[0] + 1, CODE[1], code)
    book.save(path)
    return path


def off(rows: Sequence[Sequence[object]], row: int, header: str, by: float) -> list[list[object]]:
    """The rows with one figure wrong."""
    wrong = [list(values) for values in rows]
    wrong[row][COLUMNS.index(header)] += by
    return wrong


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, CalamineWorkbook]:
    """The sample recalculated: as it should be, with figures that are wrong, and with nothing filled in."""
    folder = tmp_path_factory.mktemp("receivables")
    two_wrong = off(off(AGEING_ROWS, 0, "余额", 0.01), 2, "未到期", 0.01)
    paths = [
        fill(folder / "全.xlsx", SHORT), fill(folder / "长.xlsx", LONG), fill(folder / "无.xlsx", "1"), fill(folder / "错码.xlsx", "0001"),
        fill(folder / "差一分.xlsx", SHORT, off(AGEING_ROWS, 1, "余额", -0.01), bridge_error=0.01),
        fill(folder / "相抵.xlsx", SHORT, two_wrong), folder / "空.xlsx",
    ]  # fmt: skip
    build_receivables_workbook(paths[-1], POLICY, spare_rows=1)
    return {path.stem: CalamineWorkbook.from_path(str(path)) for path in convert(paths, folder / "out")}


def cells(book: CalamineWorkbook, sheet: str) -> Cells:
    return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def under(book: CalamineWorkbook, row: int) -> dict[str, object]:
    """A line of 账龄表 above its list, by the list's headers."""
    return dict(zip(COLUMNS, cells(book, AGEING)[row], strict=False))


@pytest.mark.host
def test_totals_and_shares_stand_above_the_ageing(books: dict[str, CalamineWorkbook]) -> None:
    total, shares = (under(books["全"], row) for row in (TOTAL, SHARES))
    for header in (*LABELS, "逾期合计", "未核销", "余额"):
        at = COLUMNS.index(header)
        assert total[header] == pytest.approx(sum(row[at] for row in AGEING_ROWS)), header
    opened = sum(total[label] for label in LABELS)
    assert [shares[label] for label in LABELS] == pytest.approx([total[label] / opened for label in LABELS])
    assert sum(shares[label] for label in LABELS) == pytest.approx(1)
    assert total["逾期占比"] == pytest.approx(total["逾期合计"] / opened) and total["最长逾期"] == 400


def tie(book: CalamineWorkbook) -> list[object]:
    """Difference, verdict, and for how many customers it does not come out."""
    line = cells(book, AGEING)[TIE_OUT]
    assert (line[0], line[5]) == ("勾稽(各区间+未核销−余额)", "逐户不符(户)")
    return [line[3], line[4], line[7]]


@pytest.mark.host
def test_the_ageing_ties_out_and_says_so_where_it_does_not(books: dict[str, CalamineWorkbook]) -> None:
    assert tie(books["全"]) == [0, "相符", 0]
    assert tie(books["差一分"]) == [0.01, "不符", 1]
    assert tie(books["相抵"]) == [0, "相符", 2]
    assert tie(books["空"]) == [0, "相符", 0]


@pytest.mark.host
def test_a_row_kept_only_for_its_notes_is_in_no_sum(tmp_path: Path) -> None:
    path = fill(tmp_path / "去.xlsx")
    book = Book(path, (AGEING,))
    book.sheet(AGEING).set(LIST_HEADER + 2, len(COLUMNS) + 1, "已电话联系")
    book.save(path)
    book = Book(path, (AGEING,))
    gone = Fill(("客户编码",), COLUMNS, AGEING_ROWS[1:], ("业务员", "已无余额"), empties_gone=True)
    book.fill(AGEING, gone)
    book.save(path)
    (done,) = convert([path], tmp_path / "out")
    found = CalamineWorkbook.from_path(str(done))
    assert cells(found, AGEING)[LIST_HEADER + 1][:4] == [SHORT, "", "已无余额", ""]
    assert under(found, TOTAL)["余额"] == 900 and tie(found) == [0, "相符", 0]


@pytest.mark.host
def test_the_bridge_is_summed_and_checked_by_row(books: dict[str, CalamineWorkbook]) -> None:
    total, check = HEADER + 2 + len(LABELS), HEADER + 3 + len(LABELS)
    good, wrong, empty = (cells(books[name], BRIDGE) for name in ("全", "差一分", "空"))
    rows = good[HEADER + 1 : total]
    assert [row[0] for row in rows] == [*LABELS, "未核销"]
    assert good[total][0] == "合计"
    assert good[total][1:7] == pytest.approx([sum(row[column] for row in rows) for column in range(1, 7)])
    assert good[check][6:8] == [0, "相符"]
    assert wrong[check][6:8] == [pytest.approx(0.02), "不符"]  # one row too much, one too little: the sum alone would pass
    assert [row[7] for row in wrong[HEADER + 1 : total + 1]] == pytest.approx([0, -0.01, 0.01, 0, 0, 0, 0, 0])
    assert empty[check][6:8] == [0, "相符"]


@pytest.mark.host
def test_penalties_of_either_article_are_summed_apart_above_their_list(books: dict[str, CalamineWorkbook]) -> None:
    place = PENALTY_COLUMNS.index("罚息")
    full, empty = ([(row[0], row[place]) for row in cells(books[name], PENALTIES)[HEADER : HEADER + 3]] for name in ("全", "空"))
    assert full == [("第十九条(降级超额、例外超额)", 1.25), ("第二十条(越权超额)", 27.65), ("合计", 28.9)]
    assert [amount for _, amount in empty] == [0, 0, 0]


def summary(form: Cells) -> list[object]:
    """Name, span, opening, closing, increase, decrease, check."""
    return [form[2][5], form[3][2], form[3][5], form[3][7], form[4][2], form[4][5], form[4][7]]


def listed(form: Cells) -> Cells:
    """The lines of the statement that are in use, columns 序号 to 摘要."""
    return [row[:9] for row in form[FIRST_LINE : FIRST_LINE + MOST_LINES + 3] if any(value != "" for value in row[:9])]


def strip(form: Cells) -> list[object]:
    """The amounts under the ageing's labels."""
    row = next(index for index, line in enumerate(form) if line[1] == "未到期")
    assert form[row][1:9] == ["未到期", "逾期1–30天", "逾期31–60天", "逾期61–90天", "逾期91–180天", "逾期>180天", "预收/未核销", "余额合计"]
    return form[row + 1][1:9]


@pytest.mark.host
def test_a_customers_statement_has_its_movements_and_its_ageing(books: dict[str, CalamineWorkbook]) -> None:
    form = cells(books["全"], STATEMENT)
    assert summary(form) == ["甲公司", "2026-07-01 至 2026-09-30", 780, 1000, 300, 80, "相符"]
    lines = listed(form)
    assert [line[2] for line in lines] == ["期初", "发货", "回款", "发货", "回款", "发货", "期末"]
    assert lines[1] == [1, START, "发货", "FH000", START + timedelta(days=30), 100, "", 880, ""]
    assert lines[2] == [2, START + timedelta(days=1), "回款", "HK001", "", "", 40, 840, ""]
    assert (lines[0][7], lines[-1][1], lines[-1][7]) == (780, END, 1000)
    assert strip(form) == pytest.approx([*AGEING_ROWS[0][3:9], -300.3, 1000])
    assert any("贵方应付我方余额为 1,000.00 元" in str(row[0]) for row in form)


@pytest.mark.host
def test_a_statement_with_more_lines_than_fit_says_how_many_and_what_they_come_to(books: dict[str, CalamineWorkbook]) -> None:
    form = cells(books["长"], STATEMENT)
    assert summary(form) == ["=乙公司", "2026-07-01 至 2026-09-30", -780, 600, 2300, 920, "相符"]
    lines = listed(form)
    assert len(lines) == MOST_LINES + 3 and lines[MOST_LINES][0] == MOST_LINES
    assert lines[-2] == ["", "", "其余", "", "", 300, 120, 600, "其余6笔见往来明细"]
    assert lines[-1][1:3] == [END, "期末"] and lines[-1][7] == 600
    shown = sum(line[5] or 0 for line in lines[1:-1]) - sum(line[6] or 0 for line in lines[1:-1])
    assert lines[0][7] + shown == lines[-1][7]
    assert strip(form) == pytest.approx([*AGEING_ROWS[1][3:9], 0, 600])


@pytest.mark.host
def test_a_statement_without_movements_or_of_an_unknown_customer(books: dict[str, CalamineWorkbook]) -> None:
    form = cells(books["无"], STATEMENT)
    assert summary(form)[2:] == [300, 300, 0, 0, "相符"]
    assert [line[2] for line in listed(form)] == ["期初", "期末"]
    unknown, none = (cells(books[name], STATEMENT) for name in ("错码", "空"))
    assert summary(unknown) == ["", "", "", "", "", "", "往来明细中没有此客户"] and listed(unknown) == []
    assert summary(none)[-1] == "请在黄色格选择客户" and listed(none) == [] and set(strip(none)) == {""}


@pytest.mark.host
def test_a_statement_whose_balance_is_not_that_of_the_ageing_says_so(books: dict[str, CalamineWorkbook]) -> None:
    assert summary(cells(books["相抵"], STATEMENT))[-1] == "与账龄表余额不符"


@pytest.mark.host
def test_no_formula_of_any_sheet_ends_in_an_error(books: dict[str, CalamineWorkbook]) -> None:
    for stem, book in books.items():
        for sheet in book.sheet_names:
            wrong = [value for row in cells(book, sheet) for value in row if isinstance(value, str) and value.startswith("#")]
            assert wrong == [], (stem, sheet)


@pytest.mark.host
def test_no_sheet_is_wider_than_its_page(tmp_path: Path) -> None:
    """The empty template prints a page a sheet; with 53 movements only 往来明细 takes a second."""
    program = require_program("pdfinfo")
    build_receivables_workbook(tmp_path / "空.xlsx", POLICY)
    fill(tmp_path / "全.xlsx", LONG)
    printed = convert([tmp_path / "空.xlsx", tmp_path / "全.xlsx"], tmp_path / "out", "pdf")
    told = [subprocess.run([program, path], capture_output=True, text=True, check=True).stdout for path in printed]
    sheets = len(LEDGERS) + len(REPORTS)
    assert [int(text.split("Pages:")[1].split()[0]) for text in told] == [sheets, sheets + 1]
