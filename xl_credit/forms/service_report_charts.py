"""The front page's native charts: visits by visitor or unit, voices by category, complaints by type, satisfaction by item."""

from xlsxwriter.chart import Chart
from xlsxwriter.worksheet import Worksheet

from xl_credit.forms import service_report_columns as k
from xl_credit.forms.head_office_charts import GRID, dressed, font
from xl_credit.forms.look import Look
from xl_credit.rules.service_figures import ServicePolicy

_SIZE = {"width": 368, "height": 300}
_DATA_HEADER = 3
_BLUE, _GREEN, _AMBER, _RED, _GREY = "#2F75B5", "#70AD47", "#ED7D31", "#C00000", "#A6A6A6"
_LABELS = {"value": True, "num_format": '0;-0;""', "font": font(8)}


def add_charts(look: Look, sheet: Worksheet, policy: ServicePolicy, front: str, by_row: int, first_row: int) -> None:
    """Two a row, over the width of the page."""
    data = k.data_name(front)
    charts = (_visits(look, front, by_row), _voices(look, data, len(policy.opinions)), _complaints(look, data, len(policy.complaints)), _satisfaction(look, data, len(policy.survey_items)))
    for place, chart in enumerate(charts):
        chart.set_size(_SIZE)
        sheet.insert_chart(first_row + place // 2 * 16, place % 2 * 6, chart, {"x_offset": 3 + place % 2 * 2, "y_offset": 2, "object_position": 3})


def _visits(look: Look, front: str, header: int) -> Chart:
    chart = dressed(look, "column", None, "巡访:计划、完成、迟访、未访(次)")
    for name, colour in (("计划", _GREY), ("完成", _GREEN), ("迟访", _AMBER), ("未访", _RED)):
        column = k.BY_COLUMNS.index(name)
        chart.add_series({
            "name": [front, header, column], "categories": [front, header + 1, 0, header + 1, 0],
            "values": [front, header + 1, column, header + 1, column], "fill": {"color": colour}, "gap": 70, "overlap": 0, "data_labels": _LABELS,
        })  # fmt: skip
    return _plain_axes(chart)


def _plain_axes(chart: Chart, *, most: float | None = None) -> Chart:
    chart.set_x_axis({"num_font": font(8)})
    chart.set_y_axis({"num_font": font(8), "major_gridlines": GRID, "num_format": "0", "min": 0} | ({"max": most} if most else {}))
    return chart


def _data_series(sheet: str, column: int, names: int, count: int, colour: str) -> dict[str, object]:
    first, last = _DATA_HEADER + 1, _DATA_HEADER + count
    return {
        "name": [sheet, _DATA_HEADER, column], "categories": [sheet, first, names, last, names], "values": [sheet, first, column, last, column],
        "fill": {"color": colour}, "gap": 60,
    }  # fmt: skip


def _voices(look: Look, data: str, count: int) -> Chart:
    chart = dressed(look, "bar", None, "客户意见、建议、希望(条)")
    chart.add_series(_data_series(data, 1, 0, count, _BLUE) | {"data_labels": _LABELS})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "num_font": font(9), "interval_unit": 1})
    chart.set_x_axis({"num_font": font(8), "major_gridlines": GRID, "num_format": "0", "min": 0, "label_position": "high"})
    return chart


def _complaints(look: Look, data: str, count: int) -> Chart:
    chart = dressed(look, "column", None, "投诉:件数与平均办结天数")
    chart.add_series(_data_series(data, 4, 3, count, _AMBER) | {"data_labels": _LABELS})
    days = look.book.add_chart({"type": "line"})
    point = {"type": "diamond", "size": 8, "fill": {"color": _RED}, "border": {"color": _RED}}  # days of one type do not lead to those of the next
    series = _data_series(data, 5, 3, count, _RED) | {"y2_axis": True, "line": {"none": True}, "marker": point}
    series.pop("fill"), series.pop("gap")
    days.add_series(series)
    chart.combine(days)
    days.set_y2_axis({"num_font": font(8), "num_format": "0", "min": 0, "name": "天", "name_font": font(8)})
    return _plain_axes(chart)


def _satisfaction(look: Look, data: str, count: int) -> Chart:
    chart = dressed(look, "column", None, "满意度(1–5分)")
    labels = {"value": True, "num_format": '0.0;-0.0;""', "font": font(8)}
    chart.add_series(_data_series(data, 9, 7, count, _GREY) | {"data_labels": labels})
    chart.add_series(_data_series(data, 8, 7, count, _BLUE) | {"data_labels": labels})
    return _plain_axes(chart, most=5)
