"""The ledgers that people keep (发货台账 to 授信台账): lists to type into, with dropdowns, checks and a line on how to fill them."""

from collections.abc import Mapping, Sequence
from datetime import date

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_credit.books.row_heights import line_count
from xl_credit.forms.look import BAD, Look, dropdown, print_filled_rows, print_on_a4
from xl_credit.forms.receivables_look import (
    HEADER,
    INPUT_TAB,
    LAST,
    add_list,
    choose_role,
    colour_where,
    is_date,
    is_money,
    is_whole,
    require_date,
    require_money,
    require_whole,
    style,
    width,
)
from xl_credit.receivables.columns import (
    COLLECTIONS,
    CONTRACTS,
    GRANT_KINDS,
    GRANTS,
    LAYOUT,
    LINE_STATES,
    ORDER_STATES,
    ORDERS,
    RECONCILED_STATES,
    RECONCILIATIONS,
    REQUEST_STATES,
    REQUESTS,
    REQUIRED,
    SHIPMENTS,
    VOID,
    titled,
)
from xl_credit.rules.figures import Policy
from xl_credit.tables import column_letters

Record = Mapping[str, object]

_VALID = (LINE_STATES[0], VOID)
CHOICES: dict[str, dict[str, tuple[str, ...]]] = {
    SHIPMENTS: {"状态": LINE_STATES},
    COLLECTIONS: {"状态": LINE_STATES},
    RECONCILIATIONS: {"结果": RECONCILED_STATES},
    ORDERS: {"状态": ORDER_STATES},
    REQUESTS: {"状态": REQUEST_STATES},
    CONTRACTS: {"状态": _VALID},
    GRANTS: {"类别": GRANT_KINDS, "状态": _VALID},
}
_NOTES = {
    SHIPMENTS: "红字、退货金额填负数,或状态选“红字”;作废的行状态选“作废”。到期日留空则=发货日期+账期,账期也留空则用客户授信期限;分期的货每期一行、同一发货单号、各填到期日;"
    "“冲减单号”填红字所冲的发货单号。",
    COLLECTIONS: "“核销单号”填所收回的发货单号,留空则先到期的先核销。退票、冲回填负数,核销单号填原发货单号,或填同一回款单号;作废的行状态选“作废”。",
    RECONCILIATIONS: "每户每季一行,季度写作 2026Q3。客户签章退回后填“回签日期”;余额不符的填“客户确认余额”,查明后结果选“不符已调节”。",
    ORDERS: "订单放行(第十一条)据此审核:未发完的选“已放行”,发完选“已发货”,取消选“已取消”。“优先级”1最先占用额度,留空排在最后。",
    REQUESTS: "发货放行(第十二条)据此审核。“优先级”1最先占用额度,留空排在最后;货已发出的填“发货单号”,状态选“已发货”。",
    CONTRACTS: "一份合同一行;赊销以合同为据(第九条(3)),发货台账、订单台账中的合同编号须在此登记。",
    GRANTS: "批准一次一行。“临时增加”在授信之上另加,须填“截止日期”。“批准岗位”须有该额度和期限的审批权限(第十条),否则按越权(第二十条)处理。",
}  # fmt: skip
_DARK = "#BDD7EE"  # headers of what cannot be left out
_SIGNED = (SHIPMENTS, COLLECTIONS, RECONCILIATIONS)  # where an amount may be negative
_WIDE = {"摘要": 20, "原因": 22, "客户名称": 24}


def add_ledgers(look: Look, policy: Policy, ledgers: Mapping[str, Sequence[Record]], spare_rows: int) -> None:
    """All seven, in the order of their places in the work: what was shipped and collected first."""
    for name in LAYOUT:
        add_ledger(look, policy, name, ledgers.get(name, ()), spare_rows)


def add_ledger(look: Look, policy: Policy, name: str, records: Sequence[Record], spare_rows: int) -> None:
    """One ledger with ``records`` filled in and ``spare_rows`` more ready for typing."""
    columns = LAYOUT[name]
    sheet = look.sheet(name, INPUT_TAB)
    _heading(look, sheet, name, len(columns))
    for column, header in enumerate(columns):
        sheet.set_column(column, column, _width(header))
    styles = {header: style(look, header, typed=True) for header in columns}
    needed = look.cell(bold=True, bg_color=_DARK, align="center", text_wrap=True)
    headers = {header: needed for header in columns if header in REQUIRED[name]}
    rows = max(1, len(records) + spare_rows)
    add_list(look, sheet, columns, HEADER, rows=rows, styles=styles, headers=headers)
    for number, record in enumerate(records, HEADER + 1):
        _write(sheet, number, columns, record, styles)
    _checks(sheet, policy, name)
    _colours(look, sheet, columns)
    sheet.freeze_panes(HEADER + 1, columns.index("客户名称") + 1)
    print_on_a4(sheet, len(columns), (HEADER, HEADER), whole_columns=False)
    print_filled_rows(look, sheet, len(columns), columns.index("客户编码"), HEADER + 1)


def _heading(look: Look, sheet: Worksheet, name: str, columns: int) -> None:
    sheet.set_row(0, 30)
    sheet.merge_range(0, 0, 0, columns - 1, name, look.title)
    sheet.set_row(1, 27)
    note = look.format(font_size=9, font_color="#7F6000", align="left", text_wrap=True)
    sheet.merge_range(1, 0, 1, columns - 1, f"{_NOTES[name]}深色表头必填。", note)
    sheet.set_row(2, 6)


def _write(sheet: Worksheet, row: int, columns: Sequence[str], record: Record, styles: Mapping[str, Format]) -> None:
    """Text stays text, whatever it begins with; a row is as high as its longest text needs."""
    for column, header in enumerate(columns):
        value = record.get(header)
        if isinstance(value, str) and value:
            sheet.write_string(row, column, value, styles[header])
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, styles[header])
        elif value is not None and value != "":
            sheet.write_number(row, column, value, styles[header])
    lines = max(line_count(record.get(header), _width(header)) for header in columns if styles[header].text_wrap)
    if lines > 1:
        sheet.set_row(row, lines * 12 + 6)


def _width(header: str) -> float:
    return _WIDE.get(header) or width(header)


def _checks(sheet: Worksheet, policy: Policy, name: str) -> None:
    """What may be typed, by column; a blank always may."""
    first = HEADER + 1
    for column, header in enumerate(LAYOUT[name]):
        what = titled(header)
        if header in CHOICES[name]:
            dropdown(sheet, column, first, CHOICES[name][header], header)
        elif header == "批准岗位":
            choose_role(sheet, column, first, policy, header)
        elif header == "季度":
            _require_quarter(sheet, column, first)
        elif is_date(header):
            require_date(sheet, column, first, what)
        elif is_money(header):
            require_money(sheet, column, first, what, negative=name in _SIGNED)
        elif is_whole(header):
            require_whole(sheet, column, first, what, 1 if header == "优先级" else 0)


def _require_quarter(sheet: Worksheet, column: int, first: int) -> None:
    cell = f"{column_letters(column)}{first + 1}"
    is_quarter = f'=AND(LEN({cell})=6,MID({cell},5,1)="Q",ISNUMBER(VALUE(LEFT({cell},4))),ISNUMBER(FIND(RIGHT({cell},1),"1234")))'
    rule = {"validate": "custom", "value": is_quarter, "error_title": "季度", "error_message": "季度写作 2026Q3"}
    sheet.data_validation(first, column, LAST - 1, column, rule)


def _colours(look: Look, sheet: Worksheet, columns: Sequence[str]) -> None:
    """Red what is text where a number or date belongs; void lines in grey."""
    first = HEADER + 1
    for column, header in enumerate(columns):
        if is_money(header) or is_date(header):
            cell = f"{column_letters(column)}{first + 1}"
            colour_where(look, sheet, (first, column, LAST - 1, column), f"=ISTEXT({cell})", bg_color=BAD[0], font_color=BAD[1])
    if "状态" in columns:
        state = f"${column_letters(columns.index('状态'))}{first + 1}"
        area = (first, 0, LAST - 1, len(columns) - 1)
        colour_where(look, sheet, area, f'={state}="{VOID}"', font_color="#A6A6A6", font_strikeout=True)
