"""图表: one page of native charts, fed by the other sheets' fixed cells and by a small block below the charts."""

from xlsxwriter.chart import Chart
from xlsxwriter.worksheet import Worksheet

from xl_credit.forms.look import BODY_FONT, TITLE_FONT, Look, heading, print_on_a4
from xl_credit.quarter import head_office as sheets
from xl_credit.quarter.consolidation import CHART_COLUMNS, MOST_CHARTED, NOT_RATED
from xl_credit.rules.changes import DOWN, FIRST, STOPPED, UP

_COLUMNS, _WIDTH = 15, 9.6
_WIDE, _HEIGHTS = 540, (330, 330, 430, 430)  # pixels; two side by side fill the width of the columns
_PLACES = ((3, 0, 4), (3, 7, 22), (21, 0, 4), (21, 7, 22))  # row, column, pixels to the right of it
_BUDGET_BLOCK, _BRANCH_BLOCK = 46, 52  # header rows, below the charts: rows hidden there must not squeeze them
GRID = {"visible": True, "line": {"color": "#E7E6E6"}}
_BEFORE, _NOW, _UP, _DOWN, _FIRST, _STOPPED, _LEFT = "#A6A6A6", "#2F75B5", "#70AD47", "#C00000", "#5B9BD5", "#7F7F7F", "#70AD47"


def add_charts(look: Look, note: str) -> None:
    """第八条(6), 第九条(4): levels then and now, movements and limits by branch, use of the budget.

    Rows without figures are hidden by the fill, and charts leave hidden rows out: three branches fill a chart as well as
    fifteen.
    """
    sheet = look.sheet(sheets.CHARTS, "#1F4E78")
    heading(look, sheet, "客户信用管理季度图表", note, _COLUMNS)
    sheet.set_row(2, 6)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, _COLUMNS - 1, _WIDTH)
    _budget_block(look, sheet)
    _branch_block(look, sheet)
    charts = (_levels(look), _budget_use(look), _movements(look), _limits(look))
    for chart, height, (row, column, right) in zip(charts, _HEIGHTS, _PLACES, strict=True):
        chart.set_size({"width": _WIDE, "height": height})
        sheet.insert_chart(row, column, chart, {"x_offset": right, "y_offset": 2, "object_position": 3})
    print_on_a4(sheet, _COLUMNS, (0, 1))
    sheet.set_h_pagebreaks([_BUDGET_BLOCK - 1])


def _budget_block(look: Look, sheet: Worksheet) -> None:
    sheet.write(_BUDGET_BLOCK - 1, 0, f"{sheets.BUDGET_CHART_LABEL}(万元)", look.format(bold=True))
    cells = {"预算内已用": "MIN({0}!A5,{0}!B5)", "剩余": "{0}!E5", "超出": "{0}!D5"}
    sheet.write(_BUDGET_BLOCK, 0, "项目", look.header)
    sheet.write(_BUDGET_BLOCK, 1, "金额", look.header)
    for row, (name, text) in enumerate(cells.items(), _BUDGET_BLOCK + 1):
        sheet.write(row, 0, name, look.cell())
        sheet.write_formula(row, 1, "=" + text.format(sheets.BUDGET), look.cell(num_format="#,##0.00"), "")


def _branch_block(look: Look, sheet: Worksheet) -> None:
    sheet.write(_BRANCH_BLOCK - 1, 0, f"图表数据:客户数最多的分公司(至多{MOST_CHARTED}家,全部见“{sheets.OVERVIEW}”)", look.format(bold=True))
    for column, text in enumerate(CHART_COLUMNS):
        sheet.write(_BRANCH_BLOCK, column, "建议额度(万元)" if text == "建议额度" else text, look.header)
        shape = look.cell(num_format="#,##0.00") if text == "建议额度" else look.cell(num_format="#,##0") if column else look.cell()
        for row in range(_BRANCH_BLOCK + 1, _BRANCH_BLOCK + 1 + MOST_CHARTED):
            sheet.write_blank(row, column, None, shape)
    sheet.set_row(_BRANCH_BLOCK, 30)


def dressed(look: Look, kind: str, subtype: str | None, title: str) -> Chart:
    """A chart with its title, its legend below and a grey edge."""
    chart = look.book.add_chart({"type": kind} | ({"subtype": subtype} if subtype else {}))
    chart.set_title({"name": title, "overlay": False, "name_font": {"name": TITLE_FONT, "size": 12, "bold": True}})
    chart.set_legend({"position": "bottom", "font": {"name": BODY_FONT, "size": 9}})
    chart.set_chartarea({"border": {"color": "#BFBFBF"}})
    return chart


def font(size: int = 9) -> dict[str, object]:
    """The font of what is written in a chart."""
    return {"name": BODY_FONT, "size": size}


def _labels(colour: str = "#404040") -> dict[str, object]:
    """Values at the bars, a zero without one."""
    return {"value": True, "num_format": '#,##0;-#,##0;""', "font": font(8) | {"bold": True, "color": colour}}


def _levels(look: Look) -> Chart:
    chart = dressed(look, "column", None, "客户级别分布(户):上季与本季")
    first, last = 4, 3 + sheets.MOST_LEVELS + len(NOT_RATED)
    for column, colour in ((3, _BEFORE), (4, _NOW)):
        chart.add_series({
            "name": [sheets.DISTRIBUTION, 3, column], "categories": [sheets.DISTRIBUTION, first, 0, last, 0],
            "values": [sheets.DISTRIBUTION, first, column, last, column], "fill": {"color": colour}, "gap": 60, "overlap": -5,
            "data_labels": _labels(),
        })  # fmt: skip
    chart.set_x_axis({"num_font": font(8)})
    chart.set_y_axis({"num_font": font(), "major_gridlines": GRID, "num_format": "#,##0", "min": 0})
    return chart


def _by_branch(look: Look, subtype: str | None, title: str, series: dict[str, str], labels: dict[str, object]) -> Chart:
    """Horizontal bars, so that branch names stand level; the first branch at the top."""
    chart = dressed(look, "bar", subtype, title)
    first, last = _BRANCH_BLOCK + 1, _BRANCH_BLOCK + MOST_CHARTED
    for name, colour in series.items():
        column = CHART_COLUMNS.index(name)
        chart.add_series({
            "name": [sheets.CHARTS, _BRANCH_BLOCK, column], "categories": [sheets.CHARTS, first, 0, last, 0],
            "values": [sheets.CHARTS, first, column, last, column], "fill": {"color": colour}, "gap": 45, "data_labels": labels,
        })  # fmt: skip
    chart.set_y_axis({"reverse": True, "num_font": font(), "interval_unit": 1, "major_gridlines": {"visible": False}})
    chart.set_x_axis({"num_font": font(), "major_gridlines": GRID, "num_format": "#,##0", "min": 0, "label_position": "high"})
    return chart


def _movements(look: Look) -> Chart:
    colours = {UP: _UP, DOWN: _DOWN, FIRST: _FIRST, STOPPED: _STOPPED}
    return _by_branch(look, "stacked", "各分公司级别变动(户)", colours, _labels("#FFFFFF"))


def _limits(look: Look) -> Chart:
    chart = _by_branch(look, None, "各分公司建议额度(万元)", {"建议额度": _NOW}, _labels())
    chart.set_legend({"none": True})
    return chart


def _budget_use(look: Look) -> Chart:
    chart = dressed(look, "doughnut", None, "年度授信预算使用(万元)")
    first, last = _BUDGET_BLOCK + 1, _BUDGET_BLOCK + 3
    chart.add_series({
        "name": [sheets.CHARTS, _BUDGET_BLOCK, 1], "categories": [sheets.CHARTS, first, 0, last, 0],
        "values": [sheets.CHARTS, first, 1, last, 1], "points": [{"fill": {"color": c}} for c in (_NOW, _LEFT, _DOWN)],
        "data_labels": _labels("#FFFFFF"),
    })  # fmt: skip
    chart.set_hole_size(55)
    return chart
