"""总部汇总, receivables: what its five sheets say of branches with and without ledgers, and what stays of people's work in them."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.forms.office import convert
from tests.quarter.roll_up import formulas, results_of, rows_under
from xl_credit.books.package import read_package
from xl_credit.books.workbook import read_sheets, relationships
from xl_credit.forms.head_office import build_head_office
from xl_credit.forms.head_office_template import head_office_template
from xl_credit.forms.template_files import HEAD_OFFICE, template_path
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.branch import BranchResult
from xl_credit.quarter.consolidated_receivables import LARGEST
from xl_credit.quarter.head_office import FILLED_SHEETS, OVERVIEW, write_head_office
from xl_credit.quarter.head_office_receivables import DEBTORS, GOALS, OWED, PENALTIES, RECEIVABLES_SHEETS, SHORTFALLS
from xl_credit.quarter.receivables import Debtor, Receivables
from xl_credit.rules.ageing import Method, bucket_labels
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import Policy
from xl_credit.rules.goals import GOALS as GOAL_NAMES
from xl_credit.rules.goals import Goal, Shortfall, company
from xl_credit.rules.penalties import DOWNGRADED, EXCEPTION, UNAUTHORISED
from xl_credit.rules.quarter import Quarter

pytestmark = [  # what openpyxl does not know: data bars in one plain colour, print areas of whole columns
    pytest.mark.filterwarnings("ignore:.*xtension is not supported"),
    pytest.mark.filterwarnings("ignore:Print area cannot be set"),
]

POLICY, QUARTER = sample_policy(), Quarter(2026, 3)
LABELS = bucket_labels(POLICY.ageing_bounds_days)
OTHER = replace(POLICY, ageing_bounds_days=(15, 45, 400))
METHOD = Method(date(2026, 9, 30))
NOBODY = Shortfall(GOAL_NAMES[2], "E1", "甲公司", "张三", "本季未对账", 100_05)


def debtor(code: str, *buckets: int, unapplied: int = 0, limit: int = 0) -> Debtor:
    """A customer with these 分 in the buckets, 未到期 first."""
    whole = (*buckets, *[0] * (len(LABELS) - len(buckets)))
    return Debtor(code, f"{code}公司", "张三", whole, unapplied, sum(whole) + unapplied, limit)


def goals(*counts: tuple[int, int], shortfalls: Sequence[Shortfall] = ()) -> tuple[Goal, ...]:
    """The four goals with (total, met) each."""
    return tuple(
        Goal(name, *count, tuple(one for one in shortfalls if one.goal == name)) for name, count in zip(GOAL_NAMES, counts, strict=True)
    )


def branch(name: str, receivables: Receivables | None) -> BranchResult:
    return BranchResult(f"{name}_2026Q3.xlsx", name, receivables=receivables)


def changed(result: BranchResult, name: str = "", **changes: object) -> BranchResult:
    """The branch with other receivables, under another name where one is given."""
    return replace(result, branch=name or result.branch, receivables=replace(result.receivables, **changes))


EAST_DEBTORS = (
    debtor("E1", 100_000_01, 30_000_00, 0, 0, 0, 5_55, limit=100_000_00), debtor("E2", 20_000_00, unapplied=-5_000_00, limit=90_000_00),
)  # fmt: skip
EAST = branch("华东", Receivables(
    METHOD, EAST_DEBTORS, goals((4, 3), (4, 3), (2, 1), (2, 1), shortfalls=[NOBODY]), (), (),
    (("张三", UNAUTHORISED, 1_234_56, 2), ("李四", DOWNGRADED, 10_00, 1)),
))  # fmt: skip
SOUTH = branch("华南", Receivables(
    METHOD, (debtor("S1", 900_000_00, 0, 70_000_10, limit=1_000_000_00),), goals((36, 36), (36, 36), (0, 0), (0, 0)), (), (),
    (("王五", EXCEPTION, 99, 3),),
))  # fmt: skip
WEST = branch("西南", None)
OTHERWISE = changed(EAST, debtors=(Debtor("E1", "甲公司", "张三", (1_00, 2_00, 0, 0, 5_00), 0, 8_00, 0),))  # in the buckets of OTHER
RESULTS = (EAST, SOUTH, WEST)


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("template") / HEAD_OFFICE
    build_head_office(path)
    return path


@pytest.fixture
def written(template, tmp_path) -> Path:
    return write(template, tmp_path / HEAD_OFFICE)


def write(template: Path, target: Path, results: Sequence[BranchResult] = RESULTS, policy: Policy = POLICY) -> Path:
    write_head_office(template, target, results, policy, QUARTER, True)
    return target


def read(path: Path, name: str, second: str) -> list[dict[str, object]]:
    return rows_under(openpyxl.load_workbook(path)[name], "分公司", second)


def line(path: Path, name: str, label: str) -> str:
    """The line above the list that begins with the label."""
    cells = (row[0].value for row in openpyxl.load_workbook(path)[name].iter_rows(max_row=6))
    return next(value for value in cells if str(value).startswith(label))


def chart_ends(path: Path, name: str) -> set[str]:
    """The ranges of the sheet's chart, without the columns."""
    package = read_package(path)
    parts = [read_sheets(package).find(name).part]
    for kind in ("drawing", "chart"):
        parts = [item.target for part in parts for item in relationships(package, part) if item.kind == kind]
    found = [node.text for part in parts for node in package.xml(part).iter("{*}f") if ":" in node.text]
    return {":".join(cell.split("$")[2] for cell in area.split("!")[1].split(":")) for area in found}


def test_a_branch_has_its_buckets_its_balance_and_what_is_wrong_with_it_the_largest_first(written):
    south, east = read(written, OWED, "客户数")
    assert [south["分公司"], south["客户数"], south["余额"], south["逾期占比"]] == ["华南", 1, 970_000.1, pytest.approx(70_000.1 / 970_000.1)]
    assert [east[label] for label in LABELS] == [120_000.01, 30_000, 0, 0, 0, 5.55]
    assert [east[name] for name in ("客户数", "逾期合计", "未核销", "余额", "超额度户数", "六个月未回款户数")] == [2, 30_005.55, -5_000, 145_005.56, 1, 1]


def test_the_sheets_say_how_the_ageing_was_made_and_which_branches_have_no_ledgers(written):
    for name in RECEIVABLES_SHEETS:
        assert line(written, name, "季度:").startswith("季度:2026年第3季度") and "示例政策" in line(written, name, "季度:")
        assert line(written, name, "口径:") == f"口径:{METHOD.text}"
        assert line(written, name, "台账:") == "台账:计入2家分公司;没有可用台账、未计入的1家:西南"


def test_the_names_of_many_branches_without_ledgers_have_the_height_they_need(template, tmp_path):
    without = [branch(f"第{number:02}分公司", None) for number in range(60)]
    sheet = openpyxl.load_workbook(write(template, tmp_path / HEAD_OFFICE, [EAST, *without]))[OWED]
    assert "第59分公司" in sheet["A4"].value and sheet.row_dimensions[4].height > 40


def test_the_thirty_customers_with_most_overdue_stand_first_come_from_where_they_may(template, tmp_path):
    many = {f"第{n}": tuple(debtor(f"C{n}{i}", 1, 100 * (10 * i + n)) for i in range(10)) for n in range(4)}
    path = write(template, tmp_path / HEAD_OFFICE, [changed(EAST, name, debtors=debtors) for name, debtors in many.items()])
    rows = read(path, DEBTORS, "客户编码")
    assert len(rows) == LARGEST and [row["逾期合计"] for row in rows[:5]] == [93, 92, 91, 90, 83]
    assert [rows[0][name] for name in ("分公司", "客户编码", "业务员", "1–30", "余额", "授信额度")] == ["第3", "C39", "张三", 93, 93.01, 0]
    shown = sum(row["逾期合计"] for row in rows) / (4 * 450 + 10 * (0 + 1 + 2 + 3))
    assert line(path, DEBTORS, "大户:") == f"大户:逾期客户共39户,下列30户合计占全公司逾期{shown:.1%}"


def test_customers_without_anything_overdue_are_no_large_debtors(written):
    assert [row["客户编码"] for row in read(written, DEBTORS, "客户编码")] == ["S1", "E1"]


def test_a_branch_has_the_counts_and_the_figure_of_each_goal(written):
    east, south = read(written, GOALS, "管理应计")
    assert [east[name] for name in ("管理应计", "管理达标", GOAL_NAMES[0], "回款应计", "回款达标", GOAL_NAMES[1])] == [4, 3, 0.75, 4, 3, 1]
    assert [south[name] for name in (GOAL_NAMES[0], GOAL_NAMES[1], "对账应计", GOAL_NAMES[2])] == [1, 0, 0, None]


@pytest.mark.host
def test_the_company_s_goals_count_customers_and_do_not_average_rates(written, tmp_path):
    (path,) = convert([written], tmp_path / "recalculated")
    rows = list(openpyxl.load_workbook(path, data_only=True)[GOALS].iter_rows(values_only=True))
    cells = next(row for row in rows if row[0] == "公司合计")[1:]
    assert cells == (40, 39, 39 / 40, 40, 39, 1, 2, 1, 0.5, 2, 1, 0.5)
    whole = company([EAST.receivables.goals, SOUTH.receivables.goals])
    assert [(goal.total, goal.met) for goal in whole] == list(zip(cells[::3], cells[1::3], strict=True))


def test_customers_short_of_a_goal_are_listed_and_what_people_note_on_them_stays(template, written):
    (row,) = read(written, SHORTFALLS, "未达目标")
    assert list(row.values()) == ["华东", "季度对账完成率", "E1", "甲公司", "张三", "本季未对账", 100.05, None]
    book = openpyxl.load_workbook(written)
    book[SHORTFALLS]["H6"] = "客户已约下周"
    book.save(written)
    other = NOBODY._replace(customer="E0")
    later = changed(EAST, goals=goals((4, 4), (4, 4), (2, 1), (2, 2), shortfalls=[other, NOBODY]))
    assert [(row["客户编码"], row["处理说明"]) for row in read(write(template, written, [later]), SHORTFALLS, "未达目标")] == [
        ("E1", "客户已约下周"), ("E0", None),
    ]  # fmt: skip
    met = changed(EAST, goals=goals((4, 4), (4, 4), (2, 2), (2, 2)))
    (row,) = read(write(template, written, [met]), SHORTFALLS, "未达目标")
    assert (row["客户编码"], row["原因"], row["金额"], row["处理说明"]) == ("E1", "已达目标", None, "客户已约下周")


def test_penalties_are_listed_by_person_and_kind_and_the_articles_are_summed_apart(written):
    rows = read(written, PENALTIES, "责任人")
    assert [tuple(row.values()) for row in rows] == [
        ("华东", "李四", "降级超额", "第十九条", 1, 10), ("华南", "王五", "例外超额", "第十九条", 3, 0.99),
        ("华东", "张三", "越权超额", "第二十条", 2, 1_234.56),
    ]  # fmt: skip
    sheet = openpyxl.load_workbook(written, data_only=True)[PENALTIES]
    assert [[row[0].value, row[4].value, row[5].value] for row in sheet["A5:F7"]] == [
        ["第十九条(降级超额、例外超额)", 4, 10.99], ["第二十条(越权超额)", 2, 1_234.56], ["合计", 6, 1_245.55],
    ]  # fmt: skip


@pytest.mark.host
@pytest.mark.parametrize("results", [RESULTS, (WEST,), (EAST,)], ids=["both", "none", "one"])
def test_the_results_stored_with_the_formulas_are_what_they_come_to(template, tmp_path, results):
    path = write(template, tmp_path / HEAD_OFFICE, results)
    cells = [cell for cell in formulas(path) if cell[0] in RECEIVABLES_SHEETS]
    assert {name for name, _ in cells} == set(RECEIVABLES_SHEETS) - {SHORTFALLS}
    (recalculated,) = convert([path], tmp_path / "recalculated")
    assert results_of(path, cells) == results_of(recalculated, cells)


@pytest.mark.host
def test_an_amount_that_somebody_changes_does_not_tie_out(written, tmp_path):
    assert tie_out(written) == [0, "相符", 0]
    book = openpyxl.load_workbook(written)
    book[OWED]["D26"] = 29_999.99
    book.save(written)
    (path,) = convert([written], tmp_path / "recalculated")
    assert tie_out(path) == [-0.01, "不符", 1]


def tie_out(path: Path) -> list[object]:
    """The difference, the word for it, and how many branches do not come out."""
    row = next(row for row in openpyxl.load_workbook(path, data_only=True)[OWED].iter_rows(values_only=True) if str(row[0]).startswith("勾稽"))
    return [row[2], row[3], row[6]]


def test_the_charts_end_with_the_last_branch(template, tmp_path):
    for count in (2, 41, 70):
        path = write(template, tmp_path / f"{count}.xlsx", [replace(EAST, branch=f"第{number:02}") for number in range(count)])
        assert chart_ends(path, OWED) == {f"25:{24 + min(count, 60)}"} and chart_ends(path, GOALS) == {f"24:{23 + min(count, 60)}"}


def test_a_second_run_changes_no_byte(template, written):
    before = written.read_bytes()
    assert write_head_office(template, written, RESULTS, POLICY, QUARTER, True) is False
    assert written.read_bytes() == before


def test_without_any_ledgers_the_sheets_are_empty_and_say_so(template, written):
    write(template, written, [WEST])
    book = openpyxl.load_workbook(written)
    for name in RECEIVABLES_SHEETS:
        assert line(written, name, "台账:") == "台账:本季没有台账"
        assert not [cell.value for row in book[name].iter_rows(min_row=5) for cell in row if cell.value in ("华东", "华南", "西南")]
    assert chart_ends(written, OWED) == {"25:25"} and line(written, DEBTORS, "大户:") == "大户:本季没有台账"


def without_receivables(path: Path) -> Path:
    """A roll-up as it was before it had these sheets."""
    book = openpyxl.load_workbook(path)
    for name in RECEIVABLES_SHEETS:
        del book[name]
    book.create_sheet("会议纪要")["A1"] = "十月例会"
    book.save(path)
    return path


def test_a_workbook_of_old_gets_the_sheets_with_their_charts_once_a_branch_has_ledgers(template, written):
    without_receivables(written)
    assert not set(RECEIVABLES_SHEETS) & set(openpyxl.load_workbook(write(template, written, [WEST])).sheetnames)
    book = openpyxl.load_workbook(write(template, written))
    assert book.sheetnames[-6:] == ["会议纪要", *RECEIVABLES_SHEETS] and book["会议纪要"]["A1"].value == "十月例会"
    assert len(book[OWED]._charts) == len(book[GOALS]._charts) == 1 and chart_ends(written, OWED) == {"25:26"}
    assert [row["分公司"] for row in read(written, OWED, "客户数")] == ["华南", "华东"]


def test_the_template_has_the_columns_of_the_policy(tmp_path):
    assert head_office_template(POLICY, tmp_path / "neu") == template_path(HEAD_OFFICE) and not (tmp_path / "neu").exists()
    other = head_office_template(OTHER, tmp_path / "neu")
    labels = bucket_labels(OTHER.ageing_bounds_days)
    path = write(other, tmp_path / HEAD_OFFICE, [OTHERWISE], OTHER)
    assert [[row[label] for label in labels] for row in (*read(path, OWED, "客户数"), *read(path, DEBTORS, "客户编码"))] == [[1, 2, 0, 0, 5]] * 2


def test_other_buckets_than_the_policy_s_keep_only_their_two_sheets_from_being_filled(template, written, tmp_path):
    other, later = head_office_template(OTHER, tmp_path / "neu"), Quarter(2026, 4)
    with pytest.raises(CreditError) as raised:
        write_head_office(other, written, [OTHERWISE], OTHER, later, True)
    assert str(raised.value) == (
        f"{HEAD_OFFICE}:工作表“{OWED}”、“{DEBTORS}”的账龄区间与政策不同,未更新;"
        f"允许:删去工作表“{OWED}”、“{DEBTORS}”后重新生成(账龄区间为未到期、1–15、16–45、46–400、>400)(第十三条)"
    )
    quarters = {name: line(written, name, "季度:")[:12] for name in (*FILLED_SHEETS, *RECEIVABLES_SHEETS)}
    assert {name for name, text in quarters.items() if "第3季度" in text} == {OWED, DEBTORS}
    assert [row["分公司"] for row in read(written, GOALS, "管理应计")] == ["华东"]
    assert {row["状态"] for row in read(written, OVERVIEW, "文件")} == {"正常"}
    book = openpyxl.load_workbook(written)
    del book[OWED], book[DEBTORS]
    book.save(written)
    write_head_office(other, written, [OTHERWISE], OTHER, later, True)
    assert [row[">400"] for row in read(written, OWED, "客户数")] == [5]


def test_other_buckets_do_not_matter_while_nobody_keeps_ledgers(template, written):
    write(template, written, [WEST], OTHER)
    assert line(written, OWED, "台账:") == "台账:本季没有台账" and read(written, OWED, "客户数") == []


def test_a_sheet_whose_header_somebody_changed_keeps_only_itself_from_being_filled(template, written):
    book = openpyxl.load_workbook(written)
    book[OWED]["K24"] = "应收"
    book.save(written)
    with pytest.raises(CreditError, match="应收账款.*缺少列“未核销”"):
        write(template, written, [SOUTH])
    assert [row["分公司"] for row in read(written, GOALS, "管理应计")] == ["华南"]


def test_people_s_remark_beside_a_branch_stays_when_it_no_longer_reports(template, written):
    book = openpyxl.load_workbook(written)
    book[OWED]["O25"] = "催收中"
    book.save(written)
    rows = list(openpyxl.load_workbook(write(template, written, [EAST]))[OWED].iter_rows(min_row=25, values_only=True))
    assert [(row[0], row[1], row[2], row[14]) for row in rows[:2]] == [("华南", "本季未报", None, "催收中"), ("华东", 2, 120_000.01, None)]


@pytest.mark.host
@pytest.mark.parametrize("count", [3, 40])
def test_it_prints_on_pages_without_clipped_numbers(template, tmp_path, count):
    large = (debtor("E1", 9_876_543_210_12, *[1_234_567_890_12] * 5),) * 3
    path = write(template, tmp_path / HEAD_OFFICE, [changed(EAST, f"第{number:02}分公司", debtors=large) for number in range(count)])
    (pdf,) = convert([path], tmp_path / "pdf", "pdf")
    reader = shutil.which("pdftotext")
    if reader:
        text = subprocess.run([reader, str(pdf), "-"], capture_output=True, check=True).stdout.decode("utf-8")
        assert "###" not in text and "应收账款汇总" in text and "信用管理四项目标" in text
