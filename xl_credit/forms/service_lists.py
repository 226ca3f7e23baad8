"""The lists that service people keep (人员 to 技术支持与培训): dropdowns, native formulas, totals above, cells open by role."""

from collections.abc import Callable, Mapping, Sequence

from xlsxwriter.worksheet import Worksheet

from xl_credit.forms import service_columns as c
from xl_credit.forms.look import BAD, FAIR, GOOD, NOTE_FILL, POOR, Look, colour_words
from xl_credit.forms.service_formulas import formulas
from xl_credit.forms.service_look import (
    DAILY_TAB,
    FIRST,
    LAST,
    MASTER_TAB,
    PLAN_TAB,
    Record,
    add_list,
    choose,
    codes_source,
    figure,
    finish_list,
    of_list,
    require,
    title_sheet,
)
from xl_credit.forms.service_roles import ROLES, may_fill
from xl_credit.rules.service_figures import NATURE, SIZE, ServicePolicy
from xl_credit.tables import column_letters

Pairs = Sequence[tuple[str, str, str]]  # a total's name, its formula, its number format
REGION_ROWS = 8  # of the block on technicians, which 计划执行 looks at
REGION_COLUMN = len(c.LAYOUT[c.PEOPLE]) + 1
_TITLES = {
    c.PEOPLE: ("人员(客户服务、技术与相关岗位)", "一人一行;同一岗位有多人时,地区相同的排在前面的受理。技术人员每地区人数见右侧,任职条件按规定核对。", MASTER_TAB),
    c.CLIENTS: ("客户档案", "一户一行,客户编码与评估表一致;性质、规模用于分级(第四条(1)),巡访人由主管指派(第四条(2)),留空则由程序建议。", MASTER_TAB),
    c.FOCUS: ("巡访计划要点(第五条)", "先年度、后季度、再月度:期间写作 2026、2026Q4、2026-10;各次巡访的安排见“巡访计划”。", PLAN_TAB),
    c.DAILY: ("巡访日报(第九条)", "每访一户一行,当日上报并附客户卡;打印用“巡访日报表”。", DAILY_TAB),
    c.URGENT: ("巡访紧急报告(第十一条)", "本单位不能自行解决的问题随时填报;受理岗位、受理人、答复期限按事项类别自动得出。", DAILY_TAB),
    c.GIFTS: ("赠送礼品预算申请(第六条)", "对特殊客户赠送礼品须先申请;审批岗位按金额自动得出,批准后方可赠送。", DAILY_TAB),
    c.SURVEYS: ("客户满意度调查(职责4)", "各项填1至5分:1很不满意,5很满意。", DAILY_TAB),
    c.COMPLAINTS: ("客户投诉记录(职责6)", "受理当日登记;应结日期按投诉类型自动得出,办结后填结案日期与客户确认。", DAILY_TAB),
    c.PROPOSALS: ("客户提案(职责5)", "客户提出的建议逐条登记、评审并答复客户。", DAILY_TAB),
    c.SUPPORT: ("技术支持与培训(第三条(3)、第七条)", "重大技术问题移交技术部门,填移交日期。", DAILY_TAB),
}  # fmt: skip
_SPARE = {
    c.PEOPLE: 120, c.CLIENTS: 300, c.FOCUS: 40, c.DAILY: 400, c.URGENT: 60, c.GIFTS: 80, c.SURVEYS: 150, c.COMPLAINTS: 120, c.PROPOSALS: 80,
    c.SUPPORT: 120,
}  # fmt: skip
_OPEN_WORDS = {"按期": GOOD, "按时": GOOD, "计划外": FAIR, "未上报": POOR, "待答复": FAIR, "办理中": FAIR, "逾期未复": BAD, "逾期未结": BAD, "不足": BAD, "符合": GOOD}


def input_columns(policy: ServicePolicy, sheet: str) -> tuple[str, ...]:
    return c.survey_columns(policy.survey_items) if sheet == c.SURVEYS else c.LAYOUT[sheet]


def add_input(
    look: Look, policy: ServicePolicy, name: str, records: Mapping[str, Sequence[Record]], role: str | None, spare_share: int
) -> None:
    """One list; ``spare_share`` is how many percent of the usual spare rows it gets."""
    columns, mine = input_columns(policy, name), formulas(policy).get(name, {})
    title, note, tab = _TITLES[name]
    sheet = title_sheet(look, name, title, f"{note}深色表头必填,灰色为公式或不归本岗位填写。", columns, tab)
    add_list(
        look, sheet, columns, records.get(name, ()), _SPARE[name] * spare_share // 100, open_to=lambda column: may_fill(role, name, column),
        formulas=mine, needed=c.REQUIRED[name],
    )  # fmt: skip
    _checks(sheet, policy, name, columns)
    for column, header in enumerate(columns):
        if header in mine:
            colour_words(look, sheet, column, FIRST, _OPEN_WORDS)
            _late(look, sheet, column)
    if name == c.PEOPLE:
        _technicians(look, sheet, _regions(records))
    elif name in _TOTALS:
        _totals(look, sheet, _TOTALS[name](policy))
    frozen = list(columns).index("客户名称") + 1 if "客户名称" in columns else 2
    finish_list(look, sheet, columns, c.KEY[name], frozen=frozen if frozen < 7 else 2)


def _late(look: Look, sheet: Worksheet, column: int) -> None:
    """Red what begins with 迟 or 逾期."""
    cell = f"{column_letters(column)}{FIRST + 1}"
    shape = look.book.add_format({"bg_color": BAD[0], "font_color": BAD[1]})
    condition = f'=AND(ISTEXT({cell}),OR(LEFT({cell},1)="迟",LEFT({cell},2)="逾期"))'
    sheet.conditional_format(FIRST, column, LAST - 1, column, {"type": "formula", "criteria": condition, "format": shape})


def _checks(sheet: Worksheet, policy: ServicePolicy, name: str, columns: Sequence[str]) -> None:
    words = dict(c.CHOICES.get(name, {})) | _policy_words(policy).get(name, {})
    people, clients = codes_source(c.PEOPLE), codes_source(c.CLIENTS)
    for column, header in enumerate(columns):
        if header in words:
            choose(sheet, column, words[header], header)
        elif header in ("巡访人", "申请人", "报告人", "受理人", "处理人", "调查人", "技术人员", "制订人", "审批人", "答复人", "业务员") and name != c.PEOPLE:
            if header not in formulas(policy).get(name, {}):
                choose(sheet, column, people, header, strict=False)
        elif header == "客户编码" and name != c.CLIENTS:
            choose(sheet, column, clients, header, strict=False)
        elif header == "计划编号":
            choose(sheet, column, codes_source(c.PLAN), header, strict=False)
        elif header in policy.survey_items and name == c.SURVEYS:
            sheet.data_validation(FIRST, column, LAST - 1, column, {
                "validate": "integer", "criteria": "between", "minimum": 1, "maximum": 5, "error_title": header, "error_message": f"{header}请填1至5的整数",
            })  # fmt: skip
        elif header not in formulas(policy).get(name, {}):
            require(sheet, column, header)


def _policy_words(policy: ServicePolicy) -> dict[str, dict[str, Sequence[str]]]:
    """The choices that are the company's own."""
    return {
        c.PEOPLE: {"岗位": ROLES},
        c.CLIENTS: {"性质": policy.names_of[NATURE], "规模": policy.names_of[SIZE]},
        c.DAILY: {"意见类别": policy.opinions},
        c.URGENT: {"事项类别": tuple(one.name for one in policy.matters)},
        c.COMPLAINTS: {"投诉类型": tuple(name for name, _ in policy.complaints)},
    }


def _regions(records: Mapping[str, Sequence[Record]]) -> list[str]:
    """The regions of customers and people, as the block on technicians begins with them."""
    return list(dict.fromkeys(str(row["地区"]) for name in (c.CLIENTS, c.PEOPLE) for row in records.get(name, ()) if row.get("地区")))[:REGION_ROWS]


def _totals(look: Look, sheet: Worksheet, pairs: Pairs) -> None:
    """Label and formula beside each other, above the header."""
    label, column = look.cell(bold=True, align="center", bg_color=NOTE_FILL, font_size=9, shrink=True), 0
    for text, formula, shape in pairs:
        value = look.cell(bold=True, align="center", num_format=shape, shrink=True)
        sheet.write_string(2, column, text, label)
        sheet.write_formula(2, column + 1, formula, value, "")
        column += 2


def _technicians(look: Look, sheet: Worksheet, regions: Sequence[str]) -> None:
    """第七条: what each region has and should have, beside the list."""
    first = REGION_COLUMN
    titles = ("配置地区", "已配技术人员", "应配置", "差额")
    sheet.merge_range(2, first, 2, first + 3, "每地区技术人员(第七条)", look.cell(bold=True, align="center", bg_color=NOTE_FILL))
    for offset, text in enumerate(titles):
        sheet.set_column(first + offset, first + offset, 10)
        sheet.write(3, first + offset, text, look.header)
    region, there, wanted = (column_letters(first + offset) for offset in range(3))
    for row in range(FIRST, FIRST + REGION_ROWS):
        n = row + 1
        named = regions[row - FIRST] if row - FIRST < len(regions) else ""
        sheet.write_string(row, first, named, look.cell(align="center", locked=False))
        sheet.write_formula(row, first + 1, f'=IF({region}{n}="","",COUNTIFS({of_list(c.PEOPLE, "地区")},{region}{n},{of_list(c.PEOPLE, "岗位")},"技术人员"))', look.cell(align="center"), "")
        sheet.write_formula(row, first + 2, f'=IF({region}{n}="","",{figure("单项数值", chr(34) + "每地区技术人员" + chr(34))})', look.cell(align="center"), "")
        sheet.write_formula(row, first + 3, f'=IF({region}{n}="","",IF({there}{n}>={wanted}{n},"已配足","缺"&({wanted}{n}-{there}{n})&"名"))', look.cell(align="center"), "")


def _gift_totals(policy: ServicePolicy) -> Pairs:
    amount, result = of_list(c.GIFTS, "金额"), of_list(c.GIFTS, "审批结果")
    budget = figure("单项数值", '"年度礼品预算"')
    approved = f'SUMIFS({amount},{result},"{c.APPROVED}")'
    return (
        ("年度预算(元)", f"={budget}", "#,##0.00"), ("已批准(元)", f"={approved}", "#,##0.00"),
        ("待审批(元)", f'=SUM({amount})-{approved}-SUMIFS({amount},{result},"{c.REFUSED_GIFT}")', "#,##0.00"),
        ("预算余额(元)", f"={budget}-{approved}", "#,##0.00;[Red]-#,##0.00"),
    )  # fmt: skip


def _counts(name: str, began: str, ended: str, state: str, done: str) -> Pairs:
    """件数, how many are done, and how many are or were overdue, of a list with due days."""
    return (
        ("件数", f"=COUNT({of_list(name, began)})", "0"), (done, f"=COUNT({of_list(name, ended)})", "0"),
        ("逾期", f'=COUNTIF({of_list(name, state)},"逾期*")', "0"),
    )  # fmt: skip


def _daily_totals(policy: ServicePolicy) -> Pairs:
    state, sent = of_list(c.DAILY, "按期情况"), of_list(c.DAILY, "上报情况")
    return (
        ("日报", f"=COUNT({of_list(c.DAILY, '巡访日期')})", "0"), ("按期", f'=COUNTIF({state},"按期")', "0"), ("迟访", f'=COUNTIF({state},"迟*")', "0"),
        ("计划外", f'=COUNTIF({state},"计划外")', "0"), ("迟报", f'=COUNTIF({sent},"迟*")+COUNTIF({sent},"未上报")', "0"),
        ("洽谈订货(元)", f"=SUM({of_list(c.DAILY, '洽谈订货')})", "#,##0.00"), ("承诺回款(元)", f"=SUM({of_list(c.DAILY, '承诺回款')})", "#,##0.00"),
    )  # fmt: skip


def _survey_totals(policy: ServicePolicy) -> Pairs:
    pairs = [("平均分", f'=IFERROR(ROUND(AVERAGE({of_list(c.SURVEYS, "平均分")}),2),"")', "0.00")]
    pairs += [(item, f'=IFERROR(ROUND(AVERAGE({of_list(c.SURVEYS, item)}),2),"")', "0.00") for item in policy.survey_items[:5]]
    return pairs


_TOTALS: dict[str, Callable[[ServicePolicy], Pairs]] = {
    c.GIFTS: _gift_totals, c.DAILY: _daily_totals, c.SURVEYS: _survey_totals,
    c.COMPLAINTS: lambda policy: _counts(c.COMPLAINTS, "受理日期", "结案日期", "办理情况", "已办结"),
    c.URGENT: lambda policy: _counts(c.URGENT, "报告日期", "答复日期", "答复情况", "已答复"),
}  # fmt: skip
