"""A customer's path for programs (JSON, CSV) and as a workbook with a line chart of score and limit."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from xlsxwriter.chart import Chart

from xl_credit.books.csv_table import csv_table
from xl_credit.forms.head_office_charts import GRID, dressed, font
from xl_credit.forms.look import Look
from xl_credit.history.path import PATH_COLUMNS
from xl_credit.history.sheets import MONEY, POINTS, finish, put_table, titled_sheet

_SHEET, _HEADER = "客户历史", 4
_SHOWN = tuple(name for name in PATH_COLUMNS if name not in ("客户编码", "客户名称"))  # they are in the title
_WIDTHS = (10, 13, 8, 9, 18, 13, 13, 10, 15, 15, 44, 22, 29)
_UNITS = {"赊欠限额": "万元", "建议额度": "万元", "余额": "元", "逾期": "元"}
_SHAPES = {"得分": POINTS, "赊欠限额(万元)": MONEY, "建议额度(万元)": MONEY, "余额(元)": MONEY, "逾期(元)": MONEY}
_SCORE, _LIMIT = "#2F75B5", "#C55A11"

Records = Sequence[Mapping[str, object]]


def path_json(records: Records, aside: Sequence[str]) -> str:
    """The quarters in their order, and what was left aside."""
    return json.dumps({"季度": [dict(one) for one in records], "未采用": list(aside)}, ensure_ascii=False, indent=2, default=float)


def path_csv(records: Records) -> str:
    return csv_table(PATH_COLUMNS, ([one[name] for name in PATH_COLUMNS] for one in records))


def build_path_workbook(path: Path, records: Records) -> None:
    """One sheet: a line for each quarter, and below it score and limit drawn over the quarters."""
    look, last = Look(path), records[-1]
    title = f"客户信用历史:{last['客户编码']}  {last['客户名称']}"
    note = f"{records[0]['季度']} 至 {last['季度']},各季度重新生成时的快照;得分按左轴,额度按右轴"
    unapproved = dict.fromkeys(str(one["政策"]) for one in records if "未经核定" in str(one["政策"]))
    sheet = titled_sheet(look, _SHEET, title, note, _WIDTHS, hint=f"所用政策:{'、'.join(unapproved)}" if unapproved else "")
    headers = [f"{name}({_UNITS[name]})" if name in _UNITS else name for name in _SHOWN]
    end = put_table(look, sheet, _HEADER, headers, [[one[name] for name in _SHOWN] for one in records], _SHAPES, widths=_WIDTHS)
    sheet.freeze_panes(_HEADER + 1, 1)
    chart = _chart(look, _HEADER, end - 1)
    chart.set_size({"width": 1300, "height": 380})
    sheet.insert_chart(end + 1, 0, chart, {"x_offset": 4, "y_offset": 4, "object_position": 3})
    finish(sheet, len(_WIDTHS), _HEADER, end + 21)
    look.close()


def _chart(look: Look, header: int, last: int) -> Chart:
    chart = dressed(look, "line", None, "得分与赊欠限额、建议额度")
    lines = (("得分", _SCORE, False, "circle"), ("赊欠限额", _LIMIT, True, "diamond"), ("建议额度", "#7F7F7F", True, "square"))
    for name, colour, is_limit, marker in lines:
        column = _SHOWN.index(name)
        chart.add_series({
            "name": [_SHEET, header, column], "categories": [_SHEET, header + 1, 0, last, 0],
            "values": [_SHEET, header + 1, column, last, column], "y2_axis": is_limit,
            "line": {"color": colour, "width": 2.25, **({"dash_type": "dash"} if name == "建议额度" else {})},
            "marker": {"type": marker, "size": 7, "fill": {"color": colour}, "border": {"color": colour}},
            "data_labels": {"value": True, "position": "below" if name == "建议额度" else "above", "num_format": "0.##", "font": font(8) | {"color": colour}},
        })  # fmt: skip
    chart.show_blanks_as("gap")
    chart.set_x_axis({"num_font": font()})
    chart.set_y_axis({"name": "得分", "name_font": font(), "num_font": font(), "major_gridlines": GRID, "min": 0, "max": 100})
    chart.set_y2_axis({"name": "万元", "name_font": font(), "num_font": font(), "num_format": "#,##0", "min": 0, "major_gridlines": {"visible": False}})
    return chart
