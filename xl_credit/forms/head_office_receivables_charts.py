"""Charts of the head-office sheets on receivables: branches by age of what is owed, and how far each meets the goals.

Their ranges begin in the first row of the sheet's list; the tool moves the end to the list's last.
"""

from collections.abc import Sequence

from xlsxwriter.chart import Chart

from xl_credit.forms.head_office_charts import GRID, dressed, font
from xl_credit.forms.look import Look
from xl_credit.forms.receivables_charts import bucket_colours, hexed
from xl_credit.quarter.consolidated_receivables import BRANCH_GOAL_COLUMNS, OWED_HEAD
from xl_credit.quarter.head_office_receivables import GOALS, OWED
from xl_credit.rules.goals import GOALS as GOAL_NAMES
from xl_credit.rules.goals import UNPAID

_PREPARED = 15  # rows that the ranges have before the first run
_RATE_COLOURS = ("#2F75B5", "#70AD47", "#ED7D31")


def owed_chart(look: Look, buckets: int, header: int) -> Chart:
    """第十三条: a column a branch, a piece a bucket."""
    chart = dressed(look, "column", "stacked", "各分公司应收账款账龄(元)")
    for index, colour in enumerate(bucket_colours(buckets)):
        chart.add_series(_series(OWED, header, len(OWED_HEAD) + index, hexed(colour)) | {"gap": 60})
    chart.set_x_axis({"num_font": font()})
    chart.set_y_axis({"num_font": font(), "major_gridlines": GRID, "num_format": "#,##0", "line": {"none": True}})
    return chart


def goals_chart(look: Look, header: int) -> Chart:
    """第四条(1)(3): the three goals that are rates, side by side for each branch."""
    chart = dressed(look, "column", None, "各分公司信用管理目标完成率")
    for name, colour in zip(_rates(), _RATE_COLOURS, strict=True):
        chart.add_series(_series(GOALS, header, BRANCH_GOAL_COLUMNS.index(name), colour) | {"gap": 60, "overlap": -5})
    chart.set_x_axis({"num_font": font()})
    chart.set_y_axis({
        "num_font": font(), "major_gridlines": GRID, "num_format": "0%", "min": 0, "max": 1, "major_unit": 0.2, "line": {"none": True},
    })  # fmt: skip
    return chart


def _rates() -> Sequence[str]:
    return [name for name in GOAL_NAMES if name != UNPAID]


def _series(name: str, header: int, column: int, colour: str) -> dict[str, object]:
    first, last = header + 1, header + _PREPARED
    return {
        "name": [name, header, column], "categories": [name, first, 0, last, 0], "values": [name, first, column, last, column],
        "fill": {"color": colour},
    }  # fmt: skip
