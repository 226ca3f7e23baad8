"""填报说明: one printable page in every pack that tells the branch what to fill in, what is locked, and how to send it back."""

from xl_credit.branches.names import GUIDE_SHEET
from xl_credit.forms.look import HEADER_FILL, Look, print_on_a4

_STEPS = (
    ("填哪里", "只填“评估表”。黄色单元格是本季还要填的;有下拉选项的请从下拉中选择,不要从别处整片粘贴。"),
    ("已带入的", "客户编码、名称、业务类型、首次交易日期、业务员、各项证照和认证沿用上季,请逐项核对,有变化的直接改(编码和名称除外)。"),
    ("须重新填的", "年交易额、年赢利额、年回款额、主观评价、不良记录和授信申请每季重新填写;上季的内容见客户名称上的批注,只供参考。"),
    ("沿用须核对的", "“业务员垫支”“弄虚作假”沿用上季:空白即为“否”,请确认后再改。"),
    ("新客户", "填在已有客户下面的空行;空行已备好公式和下拉选项。不再往来的客户请保留该行。"),
    ("锁定的", "表头、公式、政策表和已有客户的编码、名称已锁定,请勿改动,也不要隐藏行;收回时逐格与下发时核对,有改动的会退回。"),
    ("可以做的", "筛选、调列宽、加颜色和批注、在表右侧加自己的列、加自己的工作表,都不影响收回;要排序,先取消工作表保护(没有密码),整行一起排。"),
    ("暂评", "右侧的暂评得分、级别和限额由公式给出,只供参考,以总部的评级结果为准。"),
    ("交回", "保存为 .xlsx,文件名不变,每个分公司只交一份;WPS、LibreOffice 保存的也可以。"),
)  # fmt: skip


def add_guide(look: Look, branch: str, quarter: str) -> None:
    sheet = look.sheet(GUIDE_SHEET, "#BF8F00")
    sheet.set_column(0, 0, 15)
    sheet.set_column(1, 1, 74)
    sheet.set_row(0, 32)
    sheet.merge_range(0, 0, 0, 1, "客户信用评估表填报说明", look.title)
    sheet.merge_range(1, 0, 1, 1, "", look.format(align="center", bold=True))
    sheet.write_string(1, 0, f"{branch}  {quarter}", look.format(align="center", bold=True))
    label, plain = look.cell(bold=True, align="center", bg_color=HEADER_FILL), look.cell(align="left", text_wrap=True)
    for row, (title, text) in enumerate(_STEPS, 3):
        sheet.set_row(row, 34)
        sheet.write_string(row, 0, title, label)
        sheet.write_string(row, 1, text, plain)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    print_on_a4(sheet, 2, (0, 1), landscape=False, whole_columns=False)
