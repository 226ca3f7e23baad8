"""应收台账 as people see and print it: headers that the tool finds, dropdowns, checks, colours, charts, paper."""

import re
import warnings
import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from xl_credit.books.book import Book
from xl_credit.books.list_objects import list_object_at
from xl_credit.forms.receivables_ageing import LIST_HEADER
from xl_credit.forms.receivables_charts import CHARTED, bucket_colours, hexed
from xl_credit.forms.receivables_look import deciding_roles, is_date, is_money, object_name
from xl_credit.forms.receivables_workbook import build_receivables_workbook
from xl_credit.forms.template_files import RECEIVABLES, report_template, template_path
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.columns import NOTE_LABEL
from xl_credit.receivables import columns as names
from xl_credit.receivables.columns import (
    AGEING,
    BASIS_LABEL,
    BRIDGE,
    GATE,
    GOALS,
    LAYOUT,
    LEDGERS,
    OPTIONAL,
    REPORTS,
    REQUIRED,
    STATEMENT,
    ageing_columns,
)
from xl_credit.rules.ageing import bucket_labels
from xl_credit.rules.figures import CREDIT_ROUTE
from xl_credit.rules.gates import CASH, REFUSED, RELEASED, SUSPENDED, TRIMMED
from xl_credit.tables import find_table

POLICY = sample_policy()
LABELS = bucket_labels(POLICY.ageing_bounds_days)
WRITTEN = {
    AGEING: ageing_columns(LABELS), names.DETAIL: names.DETAIL_COLUMNS, BRIDGE: names.BRIDGE_COLUMNS,
    names.ALERTS: (*names.ALERT_COLUMNS, *names.NOTE_KEPT), GATE: (*names.GATE_COLUMNS, *names.GATE_KEPT), GOALS: names.SHORTFALL_COLUMNS,
    names.TRACKING: names.TRACKING_COLUMNS, names.PENALTIES: names.PENALTY_COLUMNS, names.MOVEMENTS: names.MOVEMENT_COLUMNS,
}  # fmt: skip
DANGEROUS = ("=cmd|' /C calc'!A0", "+86-21", "-1", "@SUM(A1)")
ROWS = {
    names.SHIPMENTS: [
        {"发货单号": "001", "客户编码": "0007", "客户名称": DANGEROUS[0], "发货日期": date(2026, 7, 1), "金额": Decimal("1234567.89"), "账期": 30},
        {"发货单号": DANGEROUS[1], "客户编码": DANGEROUS[2], "摘要": DANGEROUS[3], "发货日期": "七月一日", "金额": -5.5},
    ],
    names.GRANTS: [{"客户编码": "0007", "额度": 50, "批准岗位": "财务副总经理"}],
}  # fmt: skip


def build(path: Path) -> Path:
    build_receivables_workbook(path, POLICY, ledgers=ROWS, spare_rows=4)
    return path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("receivables") / RECEIVABLES)


@pytest.fixture(scope="module")
def book(built: Path) -> Workbook:
    with warnings.catch_warnings():  # openpyxl knows no print area that is worked out at printing, nor all of a data bar
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(built)


@pytest.fixture(scope="module")
def opened(built: Path) -> Book:
    return Book(built, (*LEDGERS, *REPORTS))


def test_ledgers_come_first_and_reports_after_them_in_two_colours(book: Workbook) -> None:
    assert book.sheetnames == [*LEDGERS, *REPORTS]
    assert len({book[name].sheet_properties.tabColor.rgb for name in LEDGERS}) == 1
    assert len({book[name].sheet_properties.tabColor.rgb for name in REPORTS}) == 1
    assert book[LEDGERS[0]].sheet_properties.tabColor.rgb != book[AGEING].sheet_properties.tabColor.rgb


@pytest.mark.parametrize("name", LEDGERS)
def test_every_column_of_a_ledger_is_found_with_its_unit(name: str, opened: Book) -> None:
    table = find_table(opened.grid(name), REQUIRED[name], OPTIONAL[name])
    assert table.header == 3
    assert set(table.columns) == set(LAYOUT[name])
    assert {header: unit for header, unit in table.units.items() if unit} == {h: names.UNITS[h] for h in LAYOUT[name] if h in names.UNITS}


@pytest.mark.parametrize("name", WRITTEN)
def test_every_column_of_a_report_is_found_and_is_a_list_where_it_grows(name: str, opened: Book) -> None:
    table = find_table(opened.grid(name), WRITTEN[name])
    assert tuple(table.columns) == WRITTEN[name] and list(table.columns.values()) == list(range(len(WRITTEN[name])))
    item = list_object_at(opened.package, opened.sheets.find(name).part, table)
    if name == BRIDGE:
        assert item is None
    else:
        assert (item.name, item.first_row, item.last_row) == (object_name(name), table.header + 1, table.header + 2)


def test_the_four_goals_stand_above_the_list_with_what_they_aim_at(opened: Book) -> None:
    table = find_table(opened.grid(GOALS), names.GOAL_COLUMNS)
    rows = [row for _, row in table.body()][:5]
    assert [(table.value(row, "目标"), table.value(row, "应达"), table.value(row, "条文")) for row in rows] == [
        ("信用管理完成率", 1, "第四条(1)"), ("六个月未回款客户", 0, "第四条(2)"), ("季度对账完成率", 1, "第四条(3)"), ("对账及时率", 1, "第四条(3)"),
        ("", "", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("name", [name for name in REPORTS if name != STATEMENT])
def test_every_report_has_a_line_for_the_quarter_and_one_for_the_method(name: str, opened: Book) -> None:
    assert opened.read_beside(name, NOTE_LABEL) == (1, 0, f"{NOTE_LABEL}尚未生成")
    assert opened.read_beside(name, BASIS_LABEL) == (2, 0, f"{BASIS_LABEL}尚未生成")


@pytest.mark.parametrize("name", LEDGERS)
def test_a_ledger_says_in_one_line_how_to_fill_it(name: str, book: Workbook) -> None:
    note = book[name]["A2"].value
    assert 30 < len(note) < 150 and note.endswith("深色表头必填。")
    dark = {cell.value.split("(")[0] for cell in book[name][4] if cell.fill.fgColor.rgb == "FFBDD7EE"}
    assert dark == set(REQUIRED[name])


def lists(sheet: Worksheet) -> dict[str, list[str]]:
    """Header of the column → the words of its dropdown, which reaches well below the prepared rows."""
    found = {}
    for rule in sheet.data_validations.dataValidation:
        for area in rule.sqref.ranges if rule.type == "list" and rule.formula1.startswith('"') else ():
            assert area.min_row == 5 and area.max_row == 20000
            found[sheet.cell(4, area.min_col).value] = rule.formula1.strip('"').split(",")
    return found


def test_states_are_chosen_from_lists(book: Workbook) -> None:
    roles = list(deciding_roles(POLICY))
    assert lists(book[names.SHIPMENTS]) == lists(book[names.COLLECTIONS]) == {"状态": list(names.LINE_STATES)}
    assert lists(book[names.RECONCILIATIONS]) == {"结果": list(names.RECONCILED_STATES)}
    assert lists(book[names.ORDERS]) == {"状态": list(names.ORDER_STATES)}
    assert lists(book[names.REQUESTS]) == {"状态": list(names.REQUEST_STATES)}
    assert lists(book[names.CONTRACTS]) == {"状态": ["有效", "作废"]}
    assert lists(book[names.GRANTS]) == {"类别": list(names.GRANT_KINDS), "批准岗位": roles, "状态": ["有效", "作废"]}
    assert lists(book[GATE]) == {"例外岗位": roles}


def test_who_may_decide_is_the_policys_and_another_may_still_be_recorded(book: Workbook) -> None:
    """第二十条: an approval without authority is on record too."""
    assert set(deciding_roles(POLICY)) == {"财务副总经理", "总经理", "销售副总"}
    for name in (names.GRANTS, GATE):
        rules = [rule for rule in book[name].data_validations.dataValidation if "总经理" in (rule.formula1 or "")]
        assert [rule.errorStyle for rule in rules] == ["warning"] and "越权" in rules[0].error


@pytest.mark.parametrize("name", LEDGERS)
def test_dates_and_amounts_are_checked_with_a_message(name: str, book: Workbook) -> None:
    kinds = {}
    for rule in book[name].data_validations.dataValidation:
        assert rule.error and rule.errorTitle and rule.allow_blank
        (area,) = rule.sqref.ranges
        kinds[LAYOUT[name][area.min_col - 1]] = rule.type
    for header in LAYOUT[name]:
        expected = "date" if is_date(header) else "decimal" if is_money(header) else kinds.get(header)
        assert kinds.get(header) == expected, header


def test_what_is_filled_in_keeps_its_kind(built: Path, book: Workbook) -> None:
    sheet = book[names.SHIPMENTS]
    first, second = ({LAYOUT[names.SHIPMENTS][cell.column - 1]: cell for cell in row} for row in sheet.iter_rows(min_row=5, max_row=6))
    assert (first["发货单号"].value, first["客户编码"].value, first["金额"].value) == ("001", "0007", 1234567.89)
    assert first["发货日期"].value == datetime(2026, 7, 1)
    texts = (first["客户名称"], second["发货单号"], second["客户编码"], second["摘要"])
    assert [(cell.value, cell.data_type) for cell in texts] == [(text, "s") for text in DANGEROUS]
    grid = CalamineWorkbook.from_path(str(built)).get_sheet_by_name(names.SHIPMENTS).to_python()
    assert grid[5][3] == "七月一日" and grid[5][4] == -5.5


@pytest.mark.parametrize("name", LEDGERS)
def test_prepared_rows_have_the_looks_of_their_columns(name: str, book: Workbook) -> None:
    last = 4 + len(ROWS.get(name, ())) + 4
    assert book[name].tables[f"{name}表"].ref == f"A4:{get_column_letter(len(LAYOUT[name]))}{last}"
    for column, header in enumerate(LAYOUT[name], 1):
        cell = book[name].cell(last, column)
        if is_money(header):
            assert cell.number_format.startswith("#,##0.00;[Red]")
        elif is_date(header):
            assert cell.number_format == "yyyy-mm-dd"
        elif header.endswith(("编码", "单号", "编号")):
            assert cell.number_format == "@"
        assert cell.border.left.style == "thin"


@pytest.mark.parametrize("name", [*LEDGERS, *REPORTS])
def test_paper_is_a4_one_page_wide_with_numbered_pages(name: str, book: Workbook) -> None:
    sheet = book[name]
    assert int(sheet.page_setup.paperSize) == 9
    assert sheet.page_setup.orientation == ("portrait" if name == STATEMENT else "landscape")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert int(sheet.page_setup.fitToWidth or 1) == 1
    assert int(sheet.page_setup.fitToHeight or 0) == 0 or name == STATEMENT
    assert "&P" in sheet.oddFooter.center.text and "&N" in sheet.oddFooter.center.text


@pytest.mark.parametrize("name", [name for name in (*LEDGERS, *WRITTEN) if name != GOALS])
def test_headers_stay_in_view_and_repeat_on_paper(name: str, book: Workbook, opened: Book) -> None:
    table = find_table(opened.grid(name), REQUIRED.get(name) or WRITTEN[name])
    assert int(re.findall(r"\d+", book[name].freeze_panes)[0]) == table.header + 2
    assert [int(row) for row in re.findall(r"\d+", book[name].print_title_rows)] == [table.header + 1] * 2


def test_the_frozen_rows_of_the_ageing_leave_room_for_its_list(book: Workbook) -> None:
    sheet = book[AGEING]
    points = sum(sheet.row_dimensions[row].height or 15 for row in range(1, LIST_HEADER + 2))
    assert points * 96 / 72 * sheet.sheet_view.zoomScale / 100 < 420  # pixels, of some 480 on a small screen
    assert all(sheet.row_dimensions[row].outlineLevel == 1 for row in range(4, 19))


def test_rows_that_the_tool_copies_have_no_fixed_height(built: Path, opened: Book) -> None:
    """New rows take the first row's height: with one, long texts would be cut."""
    for name in (name for name in WRITTEN if name != BRIDGE):
        first = find_table(opened.grid(name), WRITTEN[name]).header + 2
        assert "ht=" not in opened.sheet(name).rows[first].attributes


def words(sheet: Worksheet, letters: str) -> dict[str, str]:
    """The words for which the column is coloured, with the colour's fill."""
    found = {}
    for area in sheet.conditional_formatting:
        for rule in area.rules if str(area.sqref).startswith(letters) else ():
            if rule.operator in ("equal", "beginsWith"):
                found[rule.text or rule.formula[0].strip('"')] = rule.dxf.fill.bgColor.rgb[2:]
    return found


def test_warnings_and_decisions_are_coloured(book: Workbook) -> None:
    good, fair, poor, bad = "C6EFCE", "DDEBF7", "FFEB9C", "FFC7CE"
    assert words(book[names.ALERTS], "A") == {"六个月未回款": bad, "将满六个月": poor, "即将到期": fair, "超额度": bad, "超期限": bad}
    decisions = words(book[GATE], get_column_letter(names.GATE_COLUMNS.index("决定") + 1))
    assert decisions == {RELEASED: good, TRIMMED: poor, SUSPENDED: poor, REFUSED: bad, CASH: fair}


def test_the_ageing_chart_shows_the_lists_first_rows_a_series_a_bucket(built: Path) -> None:
    with zipfile.ZipFile(built) as package:
        charts = [package.read(name).decode() for name in sorted(package.namelist()) if name.startswith("xl/charts/chart")]
    chart = next(text for text in charts if "客户账龄(元)" in text)
    first, last = LIST_HEADER + 2, LIST_HEADER + 1 + CHARTED
    values = re.findall(r"<c:val><c:numRef><c:f>([^<]*)</c:f>", chart)
    assert values == [f"{AGEING}!${letter}${first}:${letter}${last}" for letter in "DEFGHI"]
    assert set(re.findall(r"<c:cat><c:strRef><c:f>([^<]*)</c:f>", chart)) <= {f"{AGEING}!$A${first}:$A${last}"}
    colours = re.findall(r"<c:ser>.*?<c:spPr><a:solidFill><a:srgbClr val=\"(\w+)\"", chart)
    assert colours == [hexed(colour)[1:] for colour in bucket_colours(len(LABELS))]
    assert 'c:grouping val="stacked"' in chart


def test_colours_go_from_green_to_dark_red_however_many_buckets() -> None:
    for buckets in (2, 3, 4, 6, 9):
        colours = bucket_colours(buckets)
        assert len(set(colours)) == buckets and colours[0][1] > colours[0][0]
        assert colours[-1] == (123, 0, 0)
        assert [green for _, green, _ in colours[1:]] == sorted((green for _, green, _ in colours[1:]), reverse=True)


def test_the_statement_is_chosen_from_the_codes_of_the_ageing(book: Workbook) -> None:
    (rule,) = book[STATEMENT].data_validations.dataValidation
    assert str(rule.sqref) == "C3" and book[STATEMENT]["C3"].number_format == "@"
    assert rule.formula1.startswith(f"OFFSET({AGEING}!$A${LIST_HEADER + 2},0,0,")


def test_fonts_are_those_of_every_chinese_office(book: Workbook) -> None:
    used = {cell.font.name for sheet in book for row in sheet.iter_rows(max_row=70) for cell in row}
    assert used == {"宋体", "微软雅黑"}


def test_built_twice_gives_the_same_bytes(built: Path, tmp_path: Path) -> None:
    assert build(tmp_path / "再建.xlsx").read_bytes() == built.read_bytes()


def test_a_policy_with_other_buckets_gets_a_template_of_its_own(tmp_path: Path) -> None:
    assert report_template(POLICY, tmp_path) == template_path(RECEIVABLES) and not list(tmp_path.iterdir())
    other = replace(POLICY, ageing_bounds_days=(15, 45, 90, 180, 365, 730, 1095))
    path = report_template(other, tmp_path / "新")
    labels = bucket_labels(other.ageing_bounds_days)
    own = Book(path, (AGEING, BRIDGE))
    assert len(find_table(own.grid(AGEING), ageing_columns(labels)).columns) == 3 + 9 + 5
    rows = own.grid(BRIDGE).rows[4:]
    assert [row[0] for row in rows[:11]] == [*labels, "未核销", "合计"]


def test_a_policy_with_other_posts_gets_a_template_of_its_own(tmp_path: Path) -> None:
    routes = tuple(replace(step, role="董事长") if step.route == CREDIT_ROUTE and step.role == "总经理" else step for step in POLICY.routes)
    assert report_template(replace(POLICY, routes=routes), tmp_path) == tmp_path / RECEIVABLES
