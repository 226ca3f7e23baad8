"""岗位职责: duties and qualifications in the regulation's words, and who fills, checks and approves which sheet."""

from itertools import groupby

from xl_credit.forms.look import HEADER_FILL, NOTE_FILL, Look, heading, print_on_a4
from xl_credit.forms.service_columns import DUTIES as SHEET
from xl_credit.forms.service_look import MASTER_TAB, protect
from xl_credit.forms.service_roles import BELONGS, DUTIES, QUALITIES, RIGHTS

_WIDTHS = (16, 11, 26, 15, 15, 17)
_LAST = len(_WIDTHS) - 1
_LINE = 44  # characters of a duty that stand on one line


def add_duties(look: Look, branch: str, role: str | None) -> None:
    sheet = look.sheet(SHEET, MASTER_TAB)
    whose = f"营业单位:{branch or '________'}    本簿发给:{role or '全体客户服务人员'}"
    heading(look, sheet, "客户服务岗位职责及任职条件", whose, len(_WIDTHS))
    for column, wide in enumerate(_WIDTHS):
        sheet.set_column(column, column, wide)
    row, belongs = 3, dict(BELONGS)
    label = look.cell(bold=True, align="center", bg_color=HEADER_FILL, text_wrap=True)
    for name, duties in groupby(DUTIES, key=lambda one: one.role):
        sheet.merge_range(row, 0, row, _LAST, f"{name}    {belongs[name]}", look.cell(bold=True, bg_color=NOTE_FILL, indent=1))
        sheet.set_row(row, 20)
        row += 1
        for kind, lines in groupby(list(duties), key=lambda one: one.kind):
            mine = list(lines)
            sheet.merge_range(row, 0, row + len(mine) - 1, 0, kind, label)
            for one in mine:
                sheet.write(row, 1, f"{'职责' if kind == '职责' else '条件'}{one.number}", look.cell(align="center"))
                sheet.merge_range(row, 2, row, _LAST, one.text, look.cell(text_wrap=True, indent=1))
                sheet.set_row(row, 30 if len(one.text) > _LINE else 18)
                row += 1
    sheet.merge_range(row, 0, row, _LAST, QUALITIES, look.cell(italic=True, indent=1))
    _rights(look, sheet, row + 2)
    print_on_a4(sheet, len(_WIDTHS), (0, 1), landscape=False)
    protect(sheet)


def _rights(look: Look, sheet, row: int) -> None:
    sheet.merge_range(row, 0, row, _LAST, "各表由谁填写、复核、审批", look.cell(bold=True, bg_color=NOTE_FILL, indent=1))
    for column, text in ((0, "工作表"), (2, "填写"), (3, "复核"), (4, "审批"), (5, "条文")):
        if column == 0:
            sheet.merge_range(row + 1, 0, row + 1, 1, text, look.header)
        else:
            sheet.write(row + 1, column, text, look.header)
    for number, right in enumerate(RIGHTS, row + 2):
        sheet.merge_range(number, 0, number, 1, "", look.cell(indent=1))
        sheet.write_url(number, 0, f"internal:'{right.sheet}'!A1", look.cell(indent=1, font_color="#1F4E78", underline=1), right.sheet)
        cells = ("、".join(right.fills) or "程序生成", right.checks, right.approves, right.article)
        for column, text in enumerate(cells, 2):
            sheet.write(number, column, text, look.cell(align="center", text_wrap=True, font_size=9))
        sheet.set_row(number, 26 if len(right.fills) > 2 else 18)
