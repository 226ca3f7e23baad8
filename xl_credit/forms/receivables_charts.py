"""The charts of 应收台账: customers' ageing in stacked columns, and the goals that are rates."""

from xlsxwriter.chart import Chart

from xl_credit.forms.look import BODY_FONT, TITLE_FONT, Look
from xl_credit.receivables.columns import AGEING, AGEING_HEAD, GOALS

CHARTED = 15  # customers that a chart shows; the tool moves the end where the list is shorter
_NOT_DUE = (112, 173, 71)
_OVERDUE = ((255, 217, 102), (244, 166, 58), (237, 125, 49), (192, 0, 0), (123, 0, 0))  # yellow by orange to dark red
_GRID = {"visible": True, "line": {"color": "#E7E6E6"}}
_RATE_COLOURS = ("#2F75B5", "#70AD47", "#ED7D31")

Colour = tuple[int, int, int]


def bucket_colours(buckets: int) -> list[Colour]:
    """Green for what is not due, then from yellow to dark red over as many buckets as the policy has."""
    last = buckets - 2
    return [_NOT_DUE, *(_between(index / last if last else 1.0) for index in range(last + 1))]


def _between(place: float) -> Colour:
    """The colour at a place from 0 to 1 between the first and the last for what is overdue."""
    steps = len(_OVERDUE) - 1
    start = min(int(place * steps), steps - 1)
    rest = place * steps - start
    red, green, blue = (round(a + (b - a) * rest) for a, b in zip(_OVERDUE[start], _OVERDUE[start + 1], strict=True))
    return red, green, blue


def hexed(colour: Colour, paler: float = 0.0) -> str:
    """The colour for a file, mixed with so much white.

    >>> hexed((112, 173, 71)), hexed((0, 0, 0), 0.5)
    ('#70AD47', '#808080')
    """
    return "#" + "".join(f"{round(part + (255 - part) * paler):02X}" for part in colour)


def ageing_chart(look: Look, buckets: int, header: int) -> Chart:
    """第十三条: a column a customer, a piece a bucket; the ranges begin in the list's first row."""
    chart = _dressed(look, "column", "stacked", "客户账龄(元)")
    first, last, codes = header + 1, header + CHARTED, AGEING_HEAD.index("客户编码")
    for index, colour in enumerate(bucket_colours(buckets)):
        column = len(AGEING_HEAD) + index
        chart.add_series({
            "name": [AGEING, header, column], "categories": [AGEING, first, codes, last, codes],
            "values": [AGEING, first, column, last, column], "fill": {"color": hexed(colour)}, "gap": 60,
        })  # fmt: skip
    chart.set_x_axis({"num_font": _font(8)})
    chart.set_y_axis({"num_font": _font(8), "major_gridlines": _GRID, "num_format": "#,##0", "line": {"none": True}})
    return chart


def goals_chart(look: Look, header: int, names: int, rates: int, rows: tuple[int, ...]) -> Chart:
    """第四条(1)(3): the goals that are rates, the first at the top; ``rows`` are those of the block under ``header``."""
    chart = _dressed(look, "bar", None, "信用管理目标完成率")
    at = [f"{GOALS}!$%s${header + 2 + row}" for row in rows]
    categories, values = ("=(" + ",".join(cell % chr(65 + column) for cell in at) + ")" for column in (names, rates))
    chart.add_series({
        "name": [GOALS, header, rates], "categories": categories, "values": values, "gap": 50,
        "points": [{"fill": {"color": colour}} for colour in _RATE_COLOURS[: len(rows)]],
        "data_labels": {"value": True, "num_format": "0.0%", "font": _font(9) | {"bold": True}},
    })  # fmt: skip
    chart.set_y_axis({"reverse": True, "num_font": _font(), "major_gridlines": {"visible": False}})
    chart.set_x_axis({
        "num_font": _font(), "major_gridlines": _GRID, "num_format": "0%", "min": 0, "max": 1.1, "major_unit": 0.25,
        "label_position": "high",
    })  # fmt: skip
    chart.set_legend({"none": True})
    return chart


def _dressed(look: Look, kind: str, subtype: str | None, title: str) -> Chart:
    chart = look.book.add_chart({"type": kind} | ({"subtype": subtype} if subtype else {}))
    chart.set_title({"name": title, "overlay": False, "name_font": {"name": TITLE_FONT, "size": 12, "bold": True}})
    chart.set_legend({"position": "bottom", "font": _font()})
    chart.set_chartarea({"border": {"color": "#BFBFBF"}})
    return chart


def _font(size: int = 9) -> dict[str, object]:
    return {"name": BODY_FONT, "size": size}
