"""总部汇总: what each sheet says of branches whose results are known, and what stays of people's work in it."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.forms.office import convert
from tests.quarter.roll_up import formulas, results_of, rows_under
from xl_credit.forms.head_office import build_head_office
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter import head_office as sheets
from xl_credit.quarter.branch import BranchResult, Outcome
from xl_credit.quarter.consolidation import MOST_CHARTED, NO_PAST, NOT_RATED, level_labels
from xl_credit.quarter.head_office import write_head_office
from xl_credit.rules.changes import DOWN
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.figures import Policy
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.records import HELD, INCOMPLETE, RATED, UNRATED, LevelChange

pytestmark = [  # what openpyxl does not know: data bars in one plain colour, print areas of whole columns
    pytest.mark.filterwarnings("ignore:.*xtension is not supported"),
    pytest.mark.filterwarnings("ignore:Print area cannot be set"),
]

POLICY, QUARTER = replace(sample_policy(), annual_budget=Decimal(200)), Quarter(2026, 3)
LABELS = level_labels(POLICY)
TOTALS = [93, 85, 74, 63, 40]


def outcome(code: str, row: int | None, past: int | None = None, **changes: object) -> Outcome:
    """A customer in this row of the level table (``None``: not rated), last quarter in that one, who asked for the limit."""
    level = POLICY.levels[row] if row is not None else None
    limit = level.limit if level else Decimal(0)
    approver = "" if not limit else "总经理" if limit > 50 else "财务副总经理"
    whole = Outcome(
        code, f"{code}公司", "张三", False, "A", RATED if level else UNRATED, row, level.level_a if level else None,
        TOTALS[row] if level else None, limit, limit, limit, approver, past, RATED if past is not None else "",
    )  # fmt: skip
    return replace(whole, **changes)


def change(code: str) -> LevelChange:
    return LevelChange(code, f"{code}公司", True, "特级", "一级", DOWN, "交易金额 20→15(-5)", Decimal(50), "第十四条", "重点客户……")


EAST = BranchResult(
    "华东_2026Q3.xlsx", "华东", "",
    (
        outcome("E1", 0, 0), outcome("E2", 1, 0), outcome("E3", 2, 3), outcome("E4", None, status=HELD, past_status=UNRATED),
    ),
    (change("E2"),), (Problem("评估表", "C9", "年交易额为“-1”", "数字", "第七条", "按0计", "E3"),), ("补上工作表:核对",),
)  # fmt: skip
SOUTH = BranchResult(
    "华南_2026Q3.xlsx", "华南", "",
    (
        outcome("S1", 1, 1, business="B", name="=SUM(A1:A9)"), outcome("S2", 3),
        outcome("S3", 4, 4, submitted=Decimal(5), final_approver="销售副总"),
        outcome("S4", None, 2, status=INCOMPLETE, business=""),
    ),
)  # fmt: skip
BROKEN = BranchResult("西南.xls", "西南", "西南.xls:不支持旧格式 .xls")
RESULTS = (EAST, SOUTH, BROKEN)
PROPOSED = 80 + 50 + 30 + 50 + 10


@pytest.fixture(scope="session")
def template(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("template") / "总部汇总.xlsx"
    build_head_office(path)
    return path


@pytest.fixture
def written(template, tmp_path) -> Path:
    return write(template, tmp_path / "总部汇总.xlsx")


def write(
    template: Path, target: Path, results: Sequence[BranchResult] = RESULTS, policy: Policy = POLICY, past_known: bool = True
) -> Path:
    write_head_office(template, target, results, policy, QUARTER, past_known)
    return target


def read(path: Path, name: str, header: str = "分公司", second: str = "客户编码") -> list[dict[str, object]]:
    return rows_under(openpyxl.load_workbook(path)[name], header, second)


def test_two_builds_of_the_template_are_the_same_bytes(template, tmp_path):
    build_head_office(tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == template.read_bytes()


def test_the_overview_has_a_row_for_each_workbook_and_the_reason_where_one_is_of_no_use(written):
    east, south, broken = read(written, sheets.OVERVIEW, second="文件")
    assert east["客户数"] == 4 and east["已评级"] == 3 and east["暂缓评级"] == 1 and east["建议额度"] == 160
    assert east["下降"] == 1 and east["上升"] == 0 and east["问题数"] == 1 and east["状态"] == "有问题" and east["说明"] == "补上工作表:核对"
    assert south["资料不全"] == 1 and south["状态"] == "正常" and south["建议额度"] == 60
    assert broken["客户数"] is None and broken["状态"] == "不能使用" and "不支持旧格式" in broken["说明"]


def test_every_sheet_names_quarter_and_draft_policy(written):
    book = openpyxl.load_workbook(written)
    for name in (*sheets.FILLED_SHEETS, sheets.CHARTS):
        assert book[name]["A2"].value.startswith("季度:2026年第3季度") and "示例政策,未经核定" in book[name]["A2"].value, name


def test_the_distribution_counts_every_customer_once_and_hides_rows_without_use(written):
    sheet = openpyxl.load_workbook(written)[sheets.DISTRIBUTION]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=5, max_row=17) if row[0].value}
    assert list(rows) == [*LABELS, *NOT_RATED]
    assert [row[4].value for row in rows.values()] == [1, 2, 1, 1, 1, 0, 1, 1]
    assert [row[3].value for row in rows.values()] == [2, 1, 1, 1, 1, 1, 0, 0]
    assert [row[5].value for row in rows.values()] == [80, 100, 30, 10, 0, 0, 0, 0]
    assert [rows["一级/二级"][i].value for i in (6, 7)] == [1, 1]
    hidden = [number for number in range(5, 19) if sheet.row_dimensions[number].hidden]
    assert hidden == list(range(5 + len(LABELS), 15))


def test_the_matrix_holds_every_customer_once(written):
    rows = list(openpyxl.load_workbook(written)[sheets.MATRIX].iter_rows(min_row=4, values_only=True))
    columns = [value for value in rows[0][2:] if value]
    body = {row[0]: dict(zip(columns, row[2:], strict=False)) for row in rows[2:] if row[0]}
    assert columns == [*LABELS, *NOT_RATED] and list(body) == [NO_PAST, *columns]
    assert body["特级/一级"]["一级/二级"] == 1 and body["三级/四级"]["二级/三级"] == 1 and body[UNRATED][HELD] == 1
    assert body[NO_PAST]["三级/四级"] == 1
    assert sum(count for counts in body.values() for count in counts.values()) == 8


def test_changes_name_their_branch(written):
    rows = read(written, sheets.CHANGES)
    assert [(row["分公司"], row["客户编码"], row["方向"], row["建议额度"]) for row in rows] == [("华东", "E2", DOWN, 50)]


def test_over_budget_the_lowest_scores_are_cut_until_it_holds(written):
    book = openpyxl.load_workbook(written)
    assert book[sheets.BUDGET]["A5"].value == 200
    cuts = rows_under(book[sheets.CUTS], "分公司", "客户编码")
    assert [(row["客户编码"], row["得分"], row["裁减后额度"], row["裁减"]) for row in cuts] == [("S2", 63, 0, 10), ("E3", 74, 20, 10)]
    assert sum(row["裁减"] for row in cuts) == PROPOSED - 200
    branches = rows_under(book[sheets.BUDGET], "分公司", "授信户数")
    assert [(row["建议额度"], row["应裁减"], row["裁减后额度"]) for row in branches] == [(160, 10, 150), (60, 10, 50)]


def test_within_budget_nothing_is_cut_and_nothing_reported(template, tmp_path):
    written = write(template, tmp_path / "汇总.xlsx", policy=sample_policy())
    assert read(written, sheets.CUTS) == []
    assert "总部" not in [row["分公司"] for row in read(written, sheets.EXCEPTIONS, second="位置")]


def test_exceptions_list_the_budget_the_unusable_file_and_every_problem(written):
    rows = read(written, sheets.EXCEPTIONS, second="位置")
    assert [(row["分公司"], row["位置"]) for row in rows] == [("总部", "预算"), ("华东", "评估表!C9"), ("西南", "西南.xls")]
    assert "超出年度授信预算20万元" in rows[0]["发现"] and rows[0]["条文"] == "第九条(4)"


def test_approvals_are_summed_by_post_and_the_last_post_has_its_list(written):
    by_post = {row["终审岗位"]: (row["户数"], row["送审额度合计"]) for row in read(written, sheets.APPROVALS, "终审岗位", "户数")}
    assert {post: by_post[post] for post in ("销售副总", "财务副总经理", "总经理")} == {
        "销售副总": (1, 5), "财务副总经理": (4, 140), "总经理": (1, 80),
    }  # fmt: skip
    assert [(row["客户编码"], row["送审额度"]) for row in read(written, sheets.APPROVALS)] == [("E1", 80)]


def test_a_name_that_looks_like_a_formula_stays_text(template, tmp_path):
    low = replace(SOUTH, outcomes=(outcome("S9", 0, name="=1+1"),))
    book = openpyxl.load_workbook(write(template, tmp_path / "汇总.xlsx", [low], replace(POLICY, annual_budget=Decimal(1))))
    for name in (sheets.CUTS, sheets.APPROVALS):
        cells = [cell for row in book[name].iter_rows() for cell in row if cell.value == "=1+1"]
        assert [cell.data_type for cell in cells] == ["s"], name


def test_a_second_run_changes_no_byte(template, written):
    before = written.read_bytes()
    assert write_head_office(template, written, RESULTS, POLICY, QUARTER, True) is False
    assert written.read_bytes() == before


def test_without_last_quarter_every_customer_is_without_comparison_and_the_sheets_say_so(template, tmp_path):
    bare = [replace(EAST, outcomes=(outcome("E1", 0), outcome("E2", 1)), changes=())]
    book = openpyxl.load_workbook(write(template, tmp_path / "汇总.xlsx", bare, past_known=False))
    assert "没有提供上季工作簿" in book[sheets.OVERVIEW]["A2"].value
    assert [cell.value for cell in book[sheets.MATRIX][6]][:4] == [NO_PAST, '=IF($A6="","",SUM(C6:O6))', 1, 1]


@pytest.fixture
def annotated(written) -> Path:
    """The roll-up with a column and a sheet that head office added."""
    book = openpyxl.load_workbook(written)
    overview, extra = book[sheets.OVERVIEW], book.create_sheet("会议纪要")
    overview["P5"], overview["P6"], overview["P7"] = "跟进人", "王经理", "李经理"
    extra["A1"] = "十月例会"
    book[sheets.EXCEPTIONS]["H6"] = "已电话核实"
    book.save(written)
    return written


def test_people_s_column_and_sheet_survive_when_a_branch_goes_and_another_comes(template, annotated):
    north = BranchResult("东北_2026Q3.xlsx", "东北", "", (outcome("N1", 2),))
    write(template, annotated, (SOUTH, north))
    book = openpyxl.load_workbook(annotated)
    rows = {row[0].value: row for row in book[sheets.OVERVIEW].iter_rows(min_row=6) if row[0].value}
    assert rows["华东"][15].value == "王经理" and rows["华东"][13].value == "本季未报"
    assert rows["华南"][15].value == "李经理" and rows["东北"][2].value == 1 and rows["东北"][15].value is None
    assert book["会议纪要"]["A1"].value == "十月例会"
    exceptions = {row[1].value: row for row in book[sheets.EXCEPTIONS].iter_rows(min_row=5) if row[1].value}
    assert exceptions["评估表!C9"][7].value == "已电话核实" and exceptions["评估表!C9"][6].value == "已不再出现"


def test_a_sheet_taken_away_comes_back_with_its_charts(template, annotated):
    book = openpyxl.load_workbook(annotated)
    for name in (sheets.CHARTS, sheets.MATRIX, sheets.CUTS):
        del book[name]
    book.save(annotated)
    write(template, annotated)
    book = openpyxl.load_workbook(annotated)
    assert book["会议纪要"]["A1"].value == "十月例会" and len(book[sheets.CHARTS]._charts) == 4
    assert book[sheets.MATRIX]["C7"].value == 1 and [row["客户编码"] for row in read(annotated, sheets.CUTS)] == ["S2", "E3"]
    assert [row["客户数"] for row in rows_under(book[sheets.CHARTS], "分公司", "客户数")] == [4, 4]


def test_sheets_with_charts_that_cannot_be_made_leave_the_others_written(template, annotated, tmp_path):
    for path in (annotated, shutil.copy(template, tmp_path / "旧模板.xlsx")):
        book = openpyxl.load_workbook(path)
        del book[sheets.CHARTS]
        book.save(path)
    with pytest.raises(CreditError, match="模板中没有工作表“图表”"):
        write(tmp_path / "旧模板.xlsx", annotated, [SOUTH])
    rows = read(annotated, sheets.OVERVIEW, second="文件")
    assert [(row["分公司"], row["状态"]) for row in rows] == [("华东", "本季未报"), ("华南", "正常")]


def test_a_file_that_is_no_workbook_is_not_overwritten(template, tmp_path):
    (tmp_path / "总部汇总.xlsx").write_bytes(b"not a workbook")
    with pytest.raises(CreditError, match="不是 Excel 工作簿"):
        write(template, tmp_path / "总部汇总.xlsx")
    assert (tmp_path / "总部汇总.xlsx").read_bytes() == b"not a workbook"


def test_fewer_results_leave_nothing_of_the_former(template, written):
    write(template, written, [replace(SOUTH, outcomes=SOUTH.outcomes[:1])], sample_policy())
    book = openpyxl.load_workbook(written)
    text = {str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row}
    assert not [value for value in text if value.startswith("E") or "华东" in value or "西南" in value]


def many(count: int) -> list[BranchResult]:
    return [
        replace(EAST, file=f"第{i:02}分公司.xlsx", branch=f"第{i:02}分公司", outcomes=EAST.outcomes * (1 + i % 5)) for i in range(count)
    ]


def test_sixty_branches_fit_and_the_charts_take_the_largest(template, tmp_path):
    book = openpyxl.load_workbook(write(template, tmp_path / "汇总.xlsx", many(60)))
    assert book[sheets.OVERVIEW].tables["总览表"].ref == "A5:O65"
    charted = rows_under(book[sheets.CHARTS], "分公司", "客户数")
    assert len(charted) == MOST_CHARTED and [row["客户数"] for row in charted][:13] == [20] * 12 + [16]


@pytest.mark.host
@pytest.mark.parametrize("policy", [POLICY, replace(POLICY, annual_budget=Decimal(0)), sample_policy()], ids=["over", "none", "within"])
def test_the_results_stored_with_the_formulas_are_what_they_come_to(template, tmp_path, policy):
    path = write(template, tmp_path / "总部汇总.xlsx", policy=policy)
    cells = formulas(path)
    assert len(cells) > 90
    (recalculated,) = convert([path], tmp_path / "recalculated")
    assert results_of(path, cells) == results_of(recalculated, cells)


def test_a_formula_that_people_changed_has_no_result_of_ours(template, written):
    book = openpyxl.load_workbook(written)
    book[sheets.OVERVIEW]["C4"] = "=COUNT(C6:C99)"
    book.save(written)
    write(template, written)
    assert openpyxl.load_workbook(written)[sheets.OVERVIEW]["C4"].value == "=COUNT(C6:C99)"
    stored = openpyxl.load_workbook(written, data_only=True)[sheets.OVERVIEW]
    assert stored["C4"].value is None and stored["D4"].value == 6


@pytest.mark.host
def test_the_native_formulas_agree_with_the_rules(written, tmp_path):
    (recalculated,) = convert([written], tmp_path / "recalculated")
    book = openpyxl.load_workbook(recalculated, data_only=True)
    assert [book[sheets.OVERVIEW].cell(4, column).value for column in (3, 4, 7, 12, 13)] == [8, 6, 1, PROPOSED, 2]
    assert [cell.value for cell in book[sheets.BUDGET][5]][:6] == [200, PROPOSED, PROPOSED / 200, 20, 0, "超出预算,须裁减"]
    matrix, distribution = book[sheets.MATRIX], book[sheets.DISTRIBUTION]
    assert matrix["B5"].value == 8 and [matrix.cell(5, column).value for column in range(3, 11)] == [1, 2, 1, 1, 1, 0, 1, 1]
    assert distribution["E18"].value == 8 and distribution["F18"].value == PROPOSED
    assert sum(distribution.cell(row, 10).value for row in range(5, 18)) == pytest.approx(1)
    assert book[sheets.CUTS]["G4"].value == 20


@pytest.mark.host
@pytest.mark.parametrize("count", [3, 60])
def test_it_prints_on_pages_without_clipped_numbers(template, tmp_path, count):
    written = write(template, tmp_path / "汇总.xlsx", many(count))
    (pdf,) = convert([written], tmp_path / "pdf", "pdf")
    assert pdf.stat().st_size > 10_000
    reader = shutil.which("pdftotext")
    if reader:
        text = subprocess.run([reader, str(pdf), "-"], capture_output=True, check=True).stdout.decode("utf-8")
        assert "###" not in text and "客户信用管理季度图表" in text and "第 1 页 共" in text
