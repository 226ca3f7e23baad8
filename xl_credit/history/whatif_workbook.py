"""What another policy would change, as a workbook: summary with charts, matrix, and the customers who would move."""

from pathlib import Path

from xlsxwriter.chart import Chart
from xlsxwriter.worksheet import Worksheet

from xl_credit.forms.head_office_charts import GRID, dressed, font
from xl_credit.forms.look import Look
from xl_credit.history import whatif_tables as tables
from xl_credit.history.sheets import COUNT, MONEY, POINTS, finish, put_rows, put_table, titled_sheet
from xl_credit.history.whatif import WhatIf

_SUMMARY, _MATRIX, _SHIFTS, _TITLE = "对比总览", "变动矩阵", "变动客户", "政策对比测算"
_HEADER = 4
_BEFORE, _AFTER = "#A6A6A6", "#2F75B5"
_WIDE, _HIGH = 548, 330
_SUMMARY_WIDTHS = (26, 14, 14, 11, 14, 14, 11, 11, 15, 15, 13)
_SHIFT_WIDTHS = {"客户名称": 30, "现行建议额度": 12.5, "对比建议额度": 12.5, "原因": 46, "分公司": 12, "客户编码": 11, "变动": 11, "现行终审": 14, "对比终审": 14}
_SHAPES = (
    dict.fromkeys(("现行户数", "对比户数", "户数增减"), COUNT)
    | dict.fromkeys(("现行限额", "对比限额", "现行建议额度", "对比建议额度", "额度增减", "现行送审额度", "对比送审额度", "现行", "对比", "增减"), MONEY)
    | dict.fromkeys(("现行得分", "对比得分"), POINTS)
)


def build_whatif_workbook(path: Path, found: WhatIf) -> None:
    """第七条–第十条 under both policies; an unapproved one is named in red on every sheet."""
    look = Look(path)
    _summary(look, found)
    _matrix(look, found)
    _shifts(look, found)
    look.close()


def _sheet(look: Look, name: str, found: WhatIf, widths: tuple[float, ...]) -> Worksheet:
    note = f"{found.quarter.title}  {found.basis}  现行:{tables.policy_line(found.policy)}  对比:{tables.policy_line(found.other)}"
    unapproved = [word for word, policy in (("现行", found.policy), ("对比", found.other)) if policy.notice]
    hint = f"{'、'.join(unapproved)}政策:{found.policy.notice or found.other.notice}" if unapproved else ""
    return titled_sheet(look, name, _TITLE, note, widths, hint=hint)


def _summary(look: Look, found: WhatIf) -> None:
    sheet = _sheet(look, _SUMMARY, found, _SUMMARY_WIDTHS)
    levels = tables.level_rows(found)
    shapes = {name: shape for name, shape in _SHAPES.items() if name not in ("现行得分", "对比得分")}  # here a band in words
    row = put_table(look, sheet, _HEADER, tables.LEVEL_COLUMNS, levels, shapes)
    last_level = row - 1
    row = budget = row + 1
    lines = tables.budget_rows(found)
    row = put_table(look, sheet, row, tables.BUDGET_COLUMNS, [line for line in lines if "万元" in line[0]], _SHAPES, height=20)
    counts = dict.fromkeys(tables.BUDGET_COLUMNS[1:], COUNT)
    row = put_rows(look, sheet, row, tables.BUDGET_COLUMNS, [line for line in lines if "万元" not in line[0]], counts)
    row = put_table(look, sheet, row + 1, tables.APPROVAL_COLUMNS, tables.approval_rows(found), _SHAPES, height=20) + 1
    for column, chart in ((0, _levels_chart(look, last_level)), (5, _budget_chart(look, budget))):
        chart.set_size({"width": _WIDE, "height": _HIGH})
        sheet.insert_chart(row, column, chart, {"x_offset": 4 if not column else 14, "y_offset": 4, "object_position": 3})
    finish(sheet, len(_SUMMARY_WIDTHS), _HEADER, row + 18)


def _matrix(look: Look, found: WhatIf) -> None:
    headers, rows = tables.matrix_rows(found)
    sheet = _sheet(look, _MATRIX, found, (18, *[12] * (len(headers) - 1)))
    end = put_table(look, sheet, _HEADER, headers, rows, dict.fromkeys(headers[1:], COUNT))
    stays = look.book.add_format({"bg_color": "#E2EFDA"})
    for place, row in enumerate(rows):
        if row[0] in headers[1:]:  # what stays where it is, so that the eye finds what moves beside it
            cell = _HEADER + 1 + place, headers.index(row[0])
            sheet.conditional_format(*cell, *cell, {"type": "no_errors", "format": stays})
    finish(sheet, len(headers), _HEADER, end)


def _shifts(look: Look, found: WhatIf) -> None:
    columns = tables.SHIFT_COLUMNS
    widths = tuple(_SHIFT_WIDTHS.get(name, 10) for name in columns)
    sheet = _sheet(look, _SHIFTS, found, widths)
    rows = tables.shift_rows(found) or [["没有客户变动", *[None] * (len(columns) - 1)]]
    end = put_table(look, sheet, _HEADER, columns, rows, _SHAPES, widths=widths)
    sheet.freeze_panes(_HEADER + 1, 3)
    sheet.autofilter(_HEADER, 0, end - 1, len(columns) - 1)
    finish(sheet, len(columns), _HEADER, end - 1)


def _levels_chart(look: Look, last: int) -> Chart:
    chart = dressed(look, "column", None, "客户级别分布(户):现行与对比")
    for name, colour in (("现行户数", _BEFORE), ("对比户数", _AFTER)):
        column = tables.LEVEL_COLUMNS.index(name)
        _series(chart, _HEADER, column, _HEADER + 1, last, colour)
    chart.set_x_axis({"num_font": font(8)})
    chart.set_y_axis({"num_font": font(), "major_gridlines": GRID, "num_format": "#,##0", "min": 0})
    return chart


def _budget_chart(look: Look, header: int) -> Chart:
    """The budget and what is proposed against it: the first two lines of the block."""
    chart = dressed(look, "column", None, "年度授信预算与建议额度(万元)")
    for column, colour in ((1, _BEFORE), (2, _AFTER)):
        _series(chart, header, column, header + 1, header + 2, colour)
    chart.set_x_axis({"num_font": font()})
    chart.set_y_axis({"num_font": font(), "major_gridlines": GRID, "num_format": "#,##0", "min": 0})
    return chart


def _series(chart: Chart, header: int, column: int, first: int, last: int, colour: str) -> None:
    chart.add_series({
        "name": [_SUMMARY, header, column], "categories": [_SUMMARY, first, 0, last, 0], "values": [_SUMMARY, first, column, last, column],
        "fill": {"color": colour}, "gap": 60, "overlap": -5,
        "data_labels": {"value": True, "num_format": '#,##0;-#,##0;""', "font": font(8) | {"bold": True, "color": "#404040"}},
    })  # fmt: skip
