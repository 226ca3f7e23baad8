"""四项目标 and 未达标客户 (第四条), 罚息汇总 (第十九条, 第二十条) of the head-office workbook."""

from xlsxwriter.worksheet import Worksheet

from xl_credit.forms.head_office_look import LAST, formula
from xl_credit.forms.head_office_receivables_charts import goals_chart
from xl_credit.forms.head_office_receivables_look import (
    CHART_ROWS,
    CHART_TOP,
    add_list,
    listed,
    money_sheet,
    place_chart,
    summed,
)
from xl_credit.forms.look import BAD, FAIR, GOOD, HEADER_FILL, POOR, Look, colour_words
from xl_credit.forms.receivables_look import MONEY_OR_DASH, SHARE, colour_where, style
from xl_credit.quarter.consolidated_receivables import (
    ALL_SHORTFALL_COLUMNS,
    BRANCH_GOAL_COLUMNS,
    GOAL_GROUPS,
    PENALTY_ARTICLES,
    PENALTY_SUM_COLUMNS,
    SHORTFALL_KEPT,
)
from xl_credit.quarter.head_office_receivables import GOALS, PENALTIES, SHORTFALLS
from xl_credit.rules.goals import ARTICLES, MANAGED, ON_TIME, RECONCILED, UNPAID
from xl_credit.rules.penalties import ARTICLES as PENALTY_ARTICLE
from xl_credit.rules.penalties import KINDS, UNAUTHORISED
from xl_credit.tables import column_letters

_GROUPS = CHART_TOP + CHART_ROWS  # counted from 0, as all rows here
_COMPANY, _GOALS_HEADER = _GROUPS + 1, _GROUPS + 2
_PENALTIES_HEADER = 4 + len(PENALTY_ARTICLES) + 1
_LIST_HEADER = 4
_COUNT = "#,##0"


def add_goals(look: Look) -> None:
    """四项目标: the company above a row per branch, the rates charted."""
    wide = {UNPAID: 17} | dict.fromkeys((MANAGED, RECONCILED, ON_TIME), 15) | {"分公司": 16}
    widths = [wide.get(header, 10) for header in BRANCH_GOAL_COLUMNS]
    sheet = money_sheet(look, GOALS, "信用管理四项目标", widths, _GOALS_HEADER)
    place_chart(sheet, goals_chart(look, _GOALS_HEADER), widths)
    _groups(look, sheet)
    sheet.set_row(_COMPANY, 28)
    sheet.write(_COMPANY, 0, "公司合计", summed(look, align="center", font_size=12))
    bodies = {"分公司": look.cell(shrink=True)}
    for total, met, name in GOAL_GROUPS:
        bodies |= {total: look.cell(num_format=_COUNT, align="center"), met: look.cell(num_format=_COUNT, align="center")}
        bodies[name] = look.cell(num_format=_COUNT if name == UNPAID else SHARE, align="center", bold=True)
        _company(look, sheet, total, met, name)
        _goal_colours(look, sheet, total, met, name)
    add_list(look, sheet, BRANCH_GOAL_COLUMNS, _GOALS_HEADER, bodies)
    sheet.freeze_panes(0, 1)


def _groups(look: Look, sheet: Worksheet) -> None:
    """What each goal is, over its three columns."""
    sheet.set_row(_GROUPS, 22)
    shape = look.cell(bold=True, bg_color=HEADER_FILL, align="center")
    sheet.write_blank(_GROUPS, 0, None, shape)
    for number, (total, _, name) in enumerate(GOAL_GROUPS, 1):
        left, aim = BRANCH_GOAL_COLUMNS.index(total), "应为0户" if name == UNPAID else "应为100%"
        sheet.merge_range(_GROUPS, left, _GROUPS, left + 2, f"目标{number}({ARTICLES[name]},{aim})", shape)


def _company(look: Look, sheet: Worksheet, total: str, met: str, name: str) -> None:
    """Customers counted over all branches, not rates averaged."""
    count = summed(look, num_format=_COUNT, align="center", font_size=12)
    at = [BRANCH_GOAL_COLUMNS.index(header) for header in (total, met, name)]
    letters = [column_letters(column) for column in at]
    for column, letter in zip(at[:2], letters[:2], strict=True):
        formula(sheet, _COMPANY, column, f"=SUM({letter}${_GOALS_HEADER + 2}:{letter}${LAST})", count)
    of, good = (f"{letter}{_COMPANY + 1}" for letter in letters[:2])
    if name == UNPAID:
        formula(sheet, _COMPANY, at[2], f"={of}-{good}", count)
    else:
        formula(sheet, _COMPANY, at[2], f'=IF({of}=0,"",{good}/{of})', summed(look, num_format=SHARE, align="center", font_size=12))


def _goal_colours(look: Look, sheet: Worksheet, total: str, met: str, name: str) -> None:
    """Green where all customers meet the goal, red where one does not: told by the counts, a rate may look like 100.0%."""
    column = BRANCH_GOAL_COLUMNS.index(name)
    of, good = (f"${column_letters(BRANCH_GOAL_COLUMNS.index(header))}" for header in (total, met))
    for first, last in ((_COMPANY, _COMPANY), (_GOALS_HEADER + 1, LAST - 1)):
        cells = f"{of}{first + 1}", f"{good}{first + 1}"
        for sign, colours in ((">", BAD), ("=", GOOD)):
            rule = f"=AND(ISNUMBER({cells[0]}),{cells[0]}>0,{cells[0]}{sign}{cells[1]})"
            colour_where(look, sheet, (first, column, last, column), rule, bg_color=colours[0], font_color=colours[1])


def add_shortfalls(look: Look) -> None:
    """未达标客户: who keeps each goal from being met, and what people note on it."""
    columns = (*ALL_SHORTFALL_COLUMNS, *SHORTFALL_KEPT)
    sheet = money_sheet(look, SHORTFALLS, "未达标客户", (16, 17, 12, 27, 9, 50, 15, 30), _LIST_HEADER)
    wrapped = look.cell(text_wrap=True, font_size=9)
    bodies = listed(look) | {"未达目标": look.cell(align="center")} | dict.fromkeys(("原因", *SHORTFALL_KEPT), wrapped)
    bodies["金额"] = style(look, "金额", typed=True, num_format=MONEY_OR_DASH)
    add_list(look, sheet, columns, _LIST_HEADER, bodies)
    goals = {MANAGED: BAD, UNPAID: BAD, RECONCILED: POOR, ON_TIME: FAIR}
    colour_words(look, sheet, columns.index("未达目标"), _LIST_HEADER + 1, goals)
    sheet.freeze_panes(_LIST_HEADER + 1, 4)


def add_penalty_sums(look: Look) -> None:
    """罚息汇总: by branch, person and kind; 第十九条 and 第二十条 summed apart above the list."""
    sheet = money_sheet(look, PENALTIES, "罚息汇总", (22, 26, 16, 14, 12, 20), _PENALTIES_HEADER)
    count, money = (PENALTY_SUM_COLUMNS.index(header) for header in ("笔数", "罚息"))
    for row, article in enumerate((*PENALTY_ARTICLES, None), 4):
        kinds = "、".join(kind for kind in KINDS if PENALTY_ARTICLE[kind] == article)
        sheet.set_row(row, 20)
        sheet.merge_range(row, 0, row, count - 1, f"{article}({kinds})" if article else "合计", summed(look, align="center"))
        for column, shape in ((count, {"num_format": _COUNT, "align": "center"}), (money, {})):
            formula(sheet, row, column, f"={_penalty_sum(column, article)}", summed(look, **shape))
    bodies = listed(look) | dict.fromkeys(("责任人", "性质", "条文"), look.cell(align="center", shrink=True))
    bodies |= {"笔数": look.cell(num_format=_COUNT, align="center"), "罚息": style(look, "罚息", typed=True)}
    add_list(look, sheet, PENALTY_SUM_COLUMNS, _PENALTIES_HEADER, bodies)
    colours = {kind: BAD if kind == UNAUTHORISED else POOR for kind in KINDS}
    colour_words(look, sheet, PENALTY_SUM_COLUMNS.index("性质"), _PENALTIES_HEADER + 1, colours)
    sheet.freeze_panes(_PENALTIES_HEADER + 1, 0)


def _penalty_sum(column: int, article: str | None) -> str:
    summed_cells, articles = (
        f"${letters}${_PENALTIES_HEADER + 2}:${letters}${LAST}"
        for letters in (column_letters(column), column_letters(PENALTY_SUM_COLUMNS.index("条文")))
    )
    return f'SUMIFS({summed_cells},{articles},"{article}")' if article else f"SUM({summed_cells})"
