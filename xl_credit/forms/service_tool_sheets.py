"""The sheets that the tool fills: 服务分级, 巡访计划, 评价建议, 参数; and 计划执行, which works itself out.

The first three are open in the workbook that everybody shares, where the tool writes and lists grow; what is sent to a role has
them guarded.
"""

from collections.abc import Sequence
from datetime import date

from xlsxwriter.worksheet import Worksheet

from xl_credit.forms import service_columns as c
from xl_credit.forms.look import BAD, FAIR, GOOD, NOTE_FILL, POOR, Look, colour_words, print_on_a4
from xl_credit.forms.receivables_look import colour_where
from xl_credit.forms.service_lists import REGION_COLUMN, REGION_ROWS
from xl_credit.forms.service_look import (
    CREDIT_TAB,
    FIRST,
    HEADER,
    LAST,
    MASTER_TAB,
    PLAN_TAB,
    add_list,
    choose,
    codes_source,
    finish_list,
    of_list,
    protect,
    require,
    title_sheet,
)
from xl_credit.forms.service_roles import may_fill
from xl_credit.policy.service import figure_rows
from xl_credit.quarter.columns import NOTE_LABEL
from xl_credit.rules.service_figures import ServicePolicy
from xl_credit.rules.visit_matching import LATE, MISSED, ON_TIME, TO_COME
from xl_credit.tables import column_letters

NOT_MADE = f"{NOTE_LABEL}尚未生成"
_GRADE_COLOURS = (GOOD, FAIR, POOR, ("#EDEDED", "#404040"))
_PEOPLE_SHOWN = 40


def add_grades(look: Look, policy: ServicePolicy, role: str | None) -> None:
    """第四条(1): written by ``service plan``, ``report`` and ``card``; 客户卡 looks here."""
    columns = c.GRADE_COLUMNS
    sheet = title_sheet(look, c.GRADES, "客户服务分级与信用摘要(第四条(1))", NOT_MADE, columns, MASTER_TAB)
    add_list(look, sheet, columns, (), 1, open_to=lambda column: False)
    place = columns.index("服务等级")
    colour_words(look, sheet, place, FIRST, dict(zip([grade.name for grade in policy.grades], _GRADE_COLOURS, strict=False)))
    finish_list(look, sheet, columns, "客户编码", frozen=2, guarded=role is not None)


def add_plan(look: Look, policy: ServicePolicy, role: str | None) -> None:
    """第四条(2), 第五条: proposed by ``service plan``; people change day, visitor and what is to be done."""
    columns = c.PLAN_ORDER
    sheet = title_sheet(look, c.PLAN, "巡访计划(第四条(2)、第五条)", NOT_MADE, columns, PLAN_TAB)
    may = may_fill(role, c.PLAN, "具体安排")
    add_list(look, sheet, columns, (), 60, open_to=lambda column: may and column not in ("建议日期", "建议巡访人", "实际日期", "执行情况", "次序"),
             needed=("计划日期", "巡访人", "客户编码"))  # fmt: skip
    for column, header in enumerate(columns):
        if header == "确认":
            choose(sheet, column, c.YES_NO, header)
        elif header == "巡访人":
            choose(sheet, column, codes_source(c.PEOPLE), header, strict=False)
        elif header == "计划日期":
            require(sheet, column, header)
    letters = {header: column_letters(column) for column, header in enumerate(columns)}
    n = FIRST + 1
    moved = f'=OR(AND(${letters["建议日期"]}{n}<>"",${letters["计划日期"]}{n}<>${letters["建议日期"]}{n}),AND(${letters["建议巡访人"]}{n}<>"",${letters["巡访人"]}{n}<>${letters["建议巡访人"]}{n}))'
    for header in ("计划日期", "巡访人"):
        column = columns.index(header)
        colour_where(look, sheet, (FIRST, column, LAST - 1, column), moved, bold=True, font_color="#C00000")
    colour_words(look, sheet, columns.index("执行情况"), FIRST, {ON_TIME: GOOD, LATE: POOR, MISSED: BAD, TO_COME: FAIR})
    count = columns.index("列入原因")
    sheet.write(2, count, "改动过的日期、巡访人显示为红色粗体,重新编排时不动", look.format(font_size=9, font_color="#7F6000", align="center"))
    finish_list(look, sheet, columns, "客户编码", frozen=6, guarded=role is not None)


def add_execution(look: Look, start: date, end: date) -> None:
    """Planned and made by visitor between two days that people choose, in native formulas."""
    columns = c.EXECUTION_COLUMNS
    sheet = title_sheet(look, c.EXECUTION, "巡访计划执行(第五条、第九条)", "黄色为统计起止日,可改;人员取自“人员”表,完成情况取自“巡访日报”。", columns, PLAN_TAB)
    label, day = look.cell(bold=True, align="center", bg_color=NOTE_FILL), look.cell(num_format="yyyy-mm-dd", align="center", bg_color="#FFFF99", bold=True, locked=False)
    for column, (text, value) in enumerate((("起", start), ("止", end))):
        sheet.write(2, column * 2, text, label)
        sheet.write_datetime(2, column * 2 + 1, value, day)
    for column, header in enumerate(columns):
        sheet.set_column(column, column, 13 if column < 3 else 11.5 if column == 3 else 9)
        sheet.write(HEADER, column, header, look.header)
    for row in range(FIRST, FIRST + _PEOPLE_SHOWN):
        for column, text in enumerate(_execution_row(row)):
            shape = look.cell(align="center", num_format="0%" if columns[column] == "完成率" else "0;-0;0", shrink=True)
            sheet.write_formula(row, column, text, shape, "")
    total = FIRST + _PEOPLE_SHOWN
    bold = {"bold": True, "bg_color": NOTE_FILL, "align": "center"}
    for column, header in enumerate(columns):
        letters = column_letters(column)
        if column < 3:
            sheet.write(total, column, "合计" if column == 0 else "", look.cell(**bold))
        elif header == "完成率":
            sheet.write_formula(total, column, f'=IF(D{total + 1}=0,"",E{total + 1}/D{total + 1})', look.cell(num_format="0%", **bold), "")
        else:
            sheet.write_formula(total, column, f"=SUM({letters}{FIRST + 1}:{letters}{total})", look.cell(**bold), "")
    _by_region(look, sheet, total + 2)
    sheet.freeze_panes(FIRST, 1)
    print_on_a4(sheet, len(columns), (HEADER, HEADER), landscape=False, whole_columns=False)
    sheet.print_area(0, 0, total + 3 + REGION_ROWS, len(columns) - 1)
    protect(sheet)


def _by_region(look: Look, sheet: Worksheet, first: int) -> None:
    """The same between the two days by region; the regions are those that 人员 lists beside its technicians."""
    sheet.write(first, 0, "按地区", look.format(bold=True, font_color="#1F4E78"))
    for column, header in enumerate(("地区", "客户", "计划", "完成", "未访", "完成率")):
        sheet.write(first + 1, column, header, look.header)
    letters = column_letters(REGION_COLUMN)
    for offset in range(REGION_ROWS):
        row = first + 2 + offset
        n, there = row + 1, f"{c.PEOPLE}!${letters}${FIRST + 1 + offset}"
        in_span = f'{of_list(c.PLAN, "地区")},$A{n},{of_list(c.PLAN, "计划日期")},">="&$B$3,{of_list(c.PLAN, "计划日期")},"<="&$D$3'
        made = f'COUNTIFS({in_span},{of_list(c.PLAN, "执行情况")},"{ON_TIME}")+COUNTIFS({in_span},{of_list(c.PLAN, "执行情况")},"{LATE}")'
        cells = (
            f'=IF({there}="","",{there})', f'=IF($A{n}="","",COUNTIFS({of_list(c.CLIENTS, "地区")},$A{n}))', f'=IF($A{n}="","",COUNTIFS({in_span}))',
            f'=IF($A{n}="","",{made})', f'=IF($A{n}="","",COUNTIFS({in_span},{of_list(c.PLAN, "执行情况")},"{MISSED}"))',
            f'=IF(N($C{n})=0,"",$D{n}/$C{n})',
        )  # fmt: skip
        for column, text in enumerate(cells):
            sheet.write_formula(row, column, text, look.cell(align="center", num_format="0%" if column == len(cells) - 1 else "0", shrink=True), "")


def _execution_row(row: int) -> Sequence[str]:
    n = row + 1
    nth, name = row - FIRST + 1, f"$A{n}"
    people = {header: f'INDEX({of_list(c.PEOPLE, header)},{nth})' for header in ("姓名", "岗位", "地区")}
    shown = {header: f'=IFERROR(IF({text}="","",{text}),"")' for header, text in people.items()}
    planned = f'COUNTIFS({of_list(c.PLAN, "巡访人")},{name},{of_list(c.PLAN, "计划日期")},">="&$B$3,{of_list(c.PLAN, "计划日期")},"<="&$D$3)'
    in_span = f'{of_list(c.DAILY, "巡访人")},{name},{of_list(c.DAILY, "巡访日期")},">="&$B$3,{of_list(c.DAILY, "巡访日期")},"<="&$D$3'

    def made(column: str, word: str) -> str:
        return f'COUNTIFS({in_span},{of_list(c.DAILY, column)},"{word}")'

    blank = f'=IF({name}="","",{{}})'
    cells = (
        planned, f"G{n}+F{n}", made("按期情况", "按期"), made("按期情况", "迟*"), f"MAX(0,D{n}-E{n})", made("按期情况", "计划外"),
        f'IF(D{n}=0,"",E{n}/D{n})', f"COUNTIFS({in_span})", f'{made("上报情况", "迟*")}+{made("上报情况", "未上报")}',
    )  # fmt: skip
    return (shown["姓名"], shown["岗位"], shown["地区"], *(blank.format(text) for text in cells))


def add_advice(look: Look, role: str | None) -> None:
    """第七条(3)⑥⑦: proposals with their sources; a person of 市场部 accepts or declines each."""
    columns = (*c.ADVICE_COLUMNS, *c.ADVICE_KEPT)
    sheet = title_sheet(look, c.ADVICE, "评价建议(信用办法第七条(3)⑥⑦)", NOT_MADE, columns, CREDIT_TAB)
    sheet.write(2, 0, "由巡访记录得出,仅供采纳;由市场部专人或市场部经理填写“采纳、采纳人、采纳日期”后,用 service accept 写入评估表副本。", look.note)
    add_list(look, sheet, columns, (), 1, open_to=lambda column: column in c.ADVICE_KEPT and may_fill(role, c.ADVICE, column))
    choose(sheet, columns.index("采纳"), (c.ACCEPTED, c.DECLINED), "采纳")
    choose(sheet, columns.index("采纳人"), codes_source(c.PEOPLE), "采纳人", strict=False)
    require(sheet, columns.index("采纳日期"), "采纳日期")
    colour_words(look, sheet, columns.index("采纳"), FIRST, {c.ACCEPTED: GOOD, c.DECLINED: BAD})
    finish_list(look, sheet, columns, "客户编码", frozen=2, guarded=role is not None)


def add_figures(look: Look, policy: ServicePolicy) -> None:
    """The policy's figures that the formulas look up."""
    note = f"政策版本:{policy.version}  {policy.notice}  由总部政策文件“客户服务”表得出,请勿在此修改。"
    sheet = title_sheet(look, c.FIGURES, "客户服务数值(公式取数)", note, c.FIGURE_COLUMNS, "#7F7F7F")
    records = [dict(zip(c.FIGURE_COLUMNS, row, strict=True)) for row in figure_rows(policy)]
    add_list(look, sheet, c.FIGURE_COLUMNS, records, 0, open_to=lambda column: False)
    for column, wide in enumerate((26, 12, 20, 10, 16)):
        sheet.set_column(column, column, wide)
    finish_list(look, sheet, c.FIGURE_COLUMNS, "键")



