"""The lists of 应收台账 that the tool fills: 账龄明细, 预警, 放行审核, 合同跟踪, 罚息 and 往来明细."""

from collections.abc import Mapping, Sequence

from xlsxwriter.worksheet import Worksheet

from xl_credit.forms.look import BAD, FAIR, GOOD, NOTE_FILL, POOR, Look, colour_words
from xl_credit.forms.receivables_look import (
    HEADER,
    LAST,
    MONEY,
    RATE,
    add_list,
    choose_role,
    colour_above_zero,
    colour_where,
    column_of,
    formula,
    report_sheet,
    require_date,
    style,
    width,
)
from xl_credit.receivables.columns import (
    ALERT_COLUMNS,
    ALERTS,
    DETAIL,
    DETAIL_COLUMNS,
    GATE,
    GATE_COLUMNS,
    GATE_KEPT,
    MOVEMENT_COLUMNS,
    MOVEMENTS,
    NOTE_KEPT,
    PENALTIES,
    PENALTY_COLUMNS,
    TRACKING,
    TRACKING_COLUMNS,
)
from xl_credit.rules.alerts import FALLING_DUE, NEARLY_UNPAID, OVER_LIMIT, OVER_TERM, UNPAID
from xl_credit.rules.contracts import EXCEEDED, NOT_SHIPPED, OVERDUE, RUNNING, SETTLED, UNKNOWN
from xl_credit.rules.figures import Policy
from xl_credit.rules.gates import CASH, REFUSED, RELEASED, SUSPENDED, TRIMMED
from xl_credit.rules.penalties import ARTICLES, DOWNGRADED, EXCEPTION, KINDS, UNAUTHORISED
from xl_credit.rules.statements import CLOSING, OPENING
from xl_credit.tables import column_letters

_ALERT_COLOURS = {UNPAID: BAD, NEARLY_UNPAID: POOR, FALLING_DUE: FAIR, OVER_LIMIT: BAD, OVER_TERM: BAD}
_DECISION_COLOURS = {RELEASED: GOOD, SUSPENDED: POOR, REFUSED: BAD, CASH: FAIR}
_STATE_COLOURS = {OVERDUE: BAD, EXCEEDED: BAD, UNKNOWN: BAD, RUNNING: FAIR, SETTLED: GOOD, NOT_SHIPPED: POOR}
_KIND_COLOURS = {DOWNGRADED: POOR, EXCEPTION: POOR, UNAUTHORISED: BAD}
_GATE_WIDTHS = {  # 27 columns on one page: as narrow as can be read
    "审核": 5.5, "单号": 11, "客户编码": 8, "客户名称": 13, "业务员": 6.5, "日期": 10, "优先级": 5, "授信期限": 5.5, "超期天数": 5.5,
    "决定": 14, "理由": 23, "条文": 8, "例外处理": 15, "例外批准人": 8.5, "例外岗位": 9, "例外原因": 13, "例外日期": 10, "例外截止日": 10,
    "处理说明": 13,
}  # fmt: skip


def _list_sheet(
    look: Look, name: str, title: str, note: str, columns: Sequence[str], *, kept: Sequence[str] = (), header: int = HEADER,
    widths: Mapping[str, float] | None = None, frozen: int = 2,
) -> Worksheet:  # fmt: skip
    all_columns = (*columns, *kept)
    wide = [(widths or {}).get(text) or width(text) for text in all_columns]
    sheet = report_sheet(look, name, title, note, wide, header=header)
    special = {"日罚息率": style(look, "日罚息率", num_format=RATE)}
    add_list(look, sheet, all_columns, header, kept=kept, styles=special)
    sheet.freeze_panes(header + 1, frozen)
    return sheet


def add_detail(look: Look, note: str) -> None:
    """账龄明细: every open shipment with its age."""
    sheet = _list_sheet(look, DETAIL, "应收账款账龄明细", note, DETAIL_COLUMNS, widths={"天数": 7, "客户名称": 22})
    colour_above_zero(look, sheet, DETAIL_COLUMNS.index("天数"), HEADER + 1)


def add_alerts(look: Look, note: str) -> None:
    sheet = _list_sheet(look, ALERTS, "应收账款预警(第四条、第十三条)", note, ALERT_COLUMNS, kept=NOTE_KEPT, frozen=3)
    colour_words(look, sheet, ALERT_COLUMNS.index("类别"), HEADER + 1, _ALERT_COLOURS)


def add_gate(look: Look, policy: Policy, note: str) -> None:
    """放行审核 (第十一条, 第十二条), with the exceptions that people enter (第十九条, 第二十条)."""
    columns = (*GATE_COLUMNS, *GATE_KEPT)
    widths = {text: 11 for text in columns} | _GATE_WIDTHS
    title = "订单、发货放行审核(第十一条、第十二条)"
    sheet = _list_sheet(look, GATE, title, note, GATE_COLUMNS, kept=GATE_KEPT, widths=widths, frozen=4)
    sheet.set_margins(left=0.2, right=0.2, top=0.5, bottom=0.55)
    decision, first = columns.index("决定"), HEADER + 1
    colour_words(look, sheet, decision, first, _DECISION_COLOURS)
    fill, font = POOR
    cut = {"type": "text", "criteria": "begins with", "value": TRIMMED, "format": look.book.add_format({"bg_color": fill, "font_color": font})}
    sheet.conditional_format(first, decision, LAST - 1, decision, cut)
    exception = f"{column_letters(columns.index('例外处理'))}{first + 1}"
    area = (first, columns.index("例外处理"), LAST - 1, columns.index("例外处理"))
    colour_where(look, sheet, area, f'=LEFT({exception},2)="越权"', bg_color=BAD[0], font_color=BAD[1])
    colour_above_zero(look, sheet, columns.index("超期天数"), first)
    choose_role(sheet, columns.index("例外岗位"), first, policy, "例外岗位")
    for text in ("例外日期", "例外截止日"):
        require_date(sheet, columns.index(text), first, text)


def add_tracking(look: Look, note: str) -> None:
    sheet = _list_sheet(look, TRACKING, "赊销合同跟踪(第九条(3))", note, TRACKING_COLUMNS, widths={"说明": 30})
    colour_words(look, sheet, TRACKING_COLUMNS.index("合同状态"), HEADER + 1, _STATE_COLOURS)
    colour_above_zero(look, sheet, TRACKING_COLUMNS.index("超期天数"), HEADER + 1)


def add_penalties(look: Look, note: str) -> None:
    """罚息: 第十九条 and 第二十条 summed apart above the list, so that the list may grow."""
    articles = dict.fromkeys(ARTICLES[kind] for kind in KINDS)
    header = HEADER + len(articles) + 1
    sheet = _list_sheet(look, PENALTIES, "超额罚息(第十九条、第二十条)", note, PENALTY_COLUMNS, header=header, frozen=3)
    total, interest = {"bold": True, "bg_color": NOTE_FILL}, column_of(PENALTIES, "罚息")
    money, place = look.cell(num_format=MONEY, align="right", **total), PENALTY_COLUMNS.index("罚息")
    for row, article in enumerate((*articles, None), HEADER):
        kinds = "、".join(kind for kind in KINDS if ARTICLES[kind] == article)
        sheet.set_row(row, 20)
        sheet.merge_range(row, 0, row, place - 1, f"{article}({kinds})" if article else "合计", look.cell(align="center", **total))
        summed = f'=SUMIF({column_of(PENALTIES, "条文")},"{article}",{interest})' if article else f"=SUM({interest})"
        formula(sheet, row, place, summed, money)
        for column in range(place + 1, len(PENALTY_COLUMNS)):
            sheet.write_blank(row, column, None, look.cell(**total))
    colour_words(look, sheet, PENALTY_COLUMNS.index("性质"), header + 1, _KIND_COLOURS)


def add_movements(look: Look, note: str) -> None:
    """往来明细: every customer's movements from 期初 to 期末; 对账单 takes one customer's out of it."""
    widths = {"序号": 6, "客户名称": 24, "类别": 8, "摘要": 24}
    sheet = _list_sheet(look, MOVEMENTS, "客户往来明细", note, MOVEMENT_COLUMNS, widths=widths)
    kind = f"${column_letters(MOVEMENT_COLUMNS.index('类别'))}{HEADER + 2}"
    area = (HEADER + 1, 0, LAST - 1, len(MOVEMENT_COLUMNS) - 1)
    colour_where(look, sheet, area, f'=OR({kind}="{OPENING}",{kind}="{CLOSING}")', bg_color=NOTE_FILL, bold=True)
