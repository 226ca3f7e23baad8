"""每月巡访情况报告书 (第十条): a front page with figures, native charts, sentences and room for the review; a list a topic behind it."""

from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from xl_credit.forms import service_report_columns as k
from xl_credit.forms.look import (
    BAD,
    FAIR,
    GOOD,
    HEADER_FILL,
    NOTE_FILL,
    POOR,
    WRITTEN_FILL,
    Look,
    colour_words,
    heading,
    print_on_a4,
)
from xl_credit.forms.service_look import is_date, width
from xl_credit.forms.service_report_charts import add_charts
from xl_credit.rules.service_figures import ServicePolicy
from xl_credit.rules.service_terms import IN_TIME, OPEN, OVERDUE, OVERDUE_DONE
from xl_credit.rules.visit_matching import LATE, MISSED, ON_TIME, TO_COME

MONTH_LABEL = "月份:"
NOT_MADE = f"{MONTH_LABEL}尚未生成"
COLUMNS, WIDE = 12, 8.4
TILE_ROW, CHART_ROW, TEXT_ROW = 3, 10, 42
BY_ROW = TEXT_ROW + len(k.TEXTS) + 4  # header of the list at the foot of the front page
_PER_ROW = 6
_TAB, _LIST_TAB = "#1F4E78", "#548235"
_STATES = {
    ON_TIME: GOOD, LATE: POOR, MISSED: BAD, TO_COME: FAIR, "计划外": FAIR, IN_TIME: GOOD, OPEN: FAIR, OVERDUE: BAD, OVERDUE_DONE: POOR, "须加访": BAD,
    "已解决": GOOD, "处理中": FAIR, "已上报": POOR,
}  # fmt: skip
_WIDTHS = {"结果": 9, "情况": 10, "状态": 9, "日报": 12, "上报": 11, "性质": 7, "对象": 22, "处理意见": 22, "内容": 44, "事项": 12, "应达": 10, "观察": 9, "关注": 9, "次数": 7, "平均分": 8}


def build_report(path: Path, policy: ServicePolicy, title: str, by: str, front: str = k.FRONT) -> None:
    """The empty report; ``by`` says what the list on the front page has a row for (巡访人 or 营业单位)."""
    look = Look(path)
    add_front(look, policy, title, by, front)
    for name in k.LISTS:
        add_list_sheet(look, name)
    add_data(look, policy, k.data_name(front))
    look.close()


def add_front(look: Look, policy: ServicePolicy, title: str, by: str, front: str) -> None:
    sheet = look.sheet(front, _TAB)
    heading(look, sheet, title, NOT_MADE, COLUMNS)
    sheet.set_column(0, COLUMNS - 1, WIDE)
    sheet.set_column(0, 0, 11)
    sheet.set_row(2, 6)
    _tiles(look, sheet)
    add_charts(look, sheet, policy, front, BY_ROW, CHART_ROW)
    _texts(look, sheet)
    _by(look, sheet, by, front)
    sheet.set_paper(9)
    sheet.set_portrait()
    sheet.fit_to_pages(1, 0)
    sheet.print_area(0, 0, 1048575, COLUMNS - 1)
    sheet.set_h_pagebreaks([BY_ROW - 2])
    sheet.set_margins(left=0.4, right=0.4, top=0.45, bottom=0.5)
    sheet.center_horizontally()
    sheet.set_footer('&L&"宋体"&9&A&C&"宋体"&9第 &P 页 共 &N 页')


def _tiles(look: Look, sheet: Worksheet) -> None:
    """Six figures a row, each with its name above it."""
    label = look.cell(align="center", bg_color=HEADER_FILL, font_size=9, bold=True)
    for place, name in enumerate(k.TILES):
        row, column = TILE_ROW + place // _PER_ROW * 2, place % _PER_ROW * 2
        shape = "0.0%" if name == "完成率" else "0.00" if name == "满意度" else "0"
        red = name in ("迟访", "未访", "未解决", "逾期答复", "投诉逾期", "迟报")
        value = look.cell(align="center", bold=True, font_size=15, num_format=shape, font_color="#1F4E78")
        sheet.merge_range(row, column, row, column + 1, name, label)
        sheet.merge_range(row + 1, column, row + 1, column + 1, "", value)
        sheet.set_row(row + 1, 27)
        if red:
            alarm = look.book.add_format({"font_color": "#C00000"})
            sheet.conditional_format(row + 1, column, row + 1, column, {"type": "cell", "criteria": ">", "value": 0, "format": alarm})


def _texts(look: Look, sheet: Worksheet) -> None:
    label = look.cell(align="center", bold=True, bg_color=HEADER_FILL, text_wrap=True, font_size=9)
    words = look.cell(align="left", text_wrap=True, font_size=9)
    for row, name in enumerate(k.TEXTS, TEXT_ROW):
        sheet.set_row(row, 40)
        sheet.merge_range(row, 0, row, 1, name, label)
        sheet.merge_range(row, 2, row, COLUMNS - 1, "", words)
    row = TEXT_ROW + len(k.TEXTS)
    sheet.set_row(row, 54)
    sheet.merge_range(row, 0, row, 1, "审查意见\n(公司主管领导)", label)
    sheet.merge_range(row, 2, row, 7, "", look.cell(align="left", valign="top", text_wrap=True))
    sheet.merge_range(row, 8, row, COLUMNS - 1, "审查人:            日期:", look.cell(valign="bottom", font_size=9, font_color="#595959"))


def _by(look: Look, sheet: Worksheet, by: str, front: str) -> None:
    total, header = BY_ROW - 1, BY_ROW
    sheet.merge_range(total - 1, 0, total - 1, COLUMNS - 1, f"按{by}统计", look.format(bold=True, font_color="#1F4E78"))
    titles = []
    for column, name in enumerate(k.BY_COLUMNS):
        shape = {"align": "center", "num_format": "0%" if name == "完成率" else "0", "shrink": True}
        sheet.write_blank(header + 1, column, None, look.cell(**shape))
        titles.append({"header": name, "header_format": look.header})
        bold = look.cell(bold=True, bg_color=NOTE_FILL, **shape)
        cell = f"{front}统计[{name}]"
        if column == 0:
            sheet.write(total, 0, "合计", bold)
        elif name == "完成率":
            sheet.write_formula(total, column, f'=IF(B{total + 1}=0,"",C{total + 1}/B{total + 1})', bold, "")
        else:
            sheet.write_formula(total, column, f"=SUM({cell})", bold, "")
    sheet.set_row(header, 30)
    sheet.add_table(header, 0, header + 1, len(k.BY_COLUMNS) - 1, {"name": f"{front}统计", "style": None, "columns": titles})


def add_list_sheet(look: Look, name: str) -> None:
    """A topic's list; what people write beside it stays when it is renewed."""
    title, columns, _ = k.LISTS[name]
    columns = (*columns, *k.KEPT.get(name, ()))
    sheet = look.sheet(name, _LIST_TAB)
    heading(look, sheet, title, NOT_MADE, len(columns))
    sheet.set_row(2, 6)
    sheet.set_row(3, 30)
    titles = []
    for column, header in enumerate(columns):
        sheet.set_column(column, column, _wide(header))
        sheet.write_blank(4, column, None, _shape(look, header, header in k.KEPT.get(name, ())))
        titles.append({"header": k.titled(header), "header_format": look.header})
        if header in ("结果", "情况", "状态", "关注"):
            colour_words(look, sheet, column, 4, _STATES)
    sheet.add_table(3, 0, 4, len(columns) - 1, {"name": f"{name}报告表", "style": None, "columns": titles})
    sheet.freeze_panes(4, 2)
    print_on_a4(sheet, len(columns), (3, 3))


def _wide(header: str) -> float:
    return _WIDTHS.get(header) or (13.5 if k.UNITS.get(header) == "元" else width(header))


def _shape(look: Look, header: str, typed: bool):
    more = {} if typed else {"bg_color": WRITTEN_FILL}
    if is_date(header) or header in ("实际日期", "首次巡访"):
        return look.cell(num_format="yyyy-mm-dd", align="center", **more)
    if k.UNITS.get(header) == "元":
        return look.cell(num_format="#,##0.00;[Red]-#,##0.00", align="right", shrink=True, **more)
    if header == "平均分":
        return look.cell(num_format="0.00", align="center", **more)
    if _wide(header) >= 20:
        return look.cell(text_wrap=True, font_size=9, align="left", **more)
    return look.cell(align="center", shrink=True, **more)


def add_data(look: Look, policy: ServicePolicy, name: str) -> None:
    """What the charts of the front page draw."""
    sheet = look.sheet(name, "#7F7F7F")
    heading(look, sheet, "图表数据", NOT_MADE, 10)
    blocks = (
        (k.OPINION_DATA, policy.opinions, 0), (k.COMPLAINT_DATA, tuple(name for name, _ in policy.complaints), 3), (k.SURVEY_DATA, policy.survey_items, 7),
    )  # fmt: skip
    for headers, names, first in blocks:
        for offset, header in enumerate(headers):
            sheet.set_column(first + offset, first + offset, 13)
            sheet.write(3, first + offset, header, look.header)
            for row, item in enumerate(names, 4):
                if offset:
                    sheet.write_blank(row, first + offset, None, look.cell(align="center"))
                else:
                    sheet.write_string(row, first, item, look.cell(align="center"))
    print_on_a4(sheet, 10, (3, 3), landscape=False)


