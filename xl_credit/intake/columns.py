"""The sheets in which an import is written down: their headers, the one place where they are spelled."""

from xl_credit.intake.parties import LIST_COLUMNS, LIST_SHEET

CHECK, MAPPED, LISTED = "导入核对", "导入对应", "导入明细"
IMPORT, KIND, CELL = "导入", "类别", "位置"
CHECK_COLUMNS = (
    IMPORT, "台账", "来源文件", "文件指纹", "来源行数", "来源合计", "红字取负", "新增行数", "新增", "已有", "作废", "差异", "拒绝", "他方", "差额",
    "核对", "合计行", "说明",
)  # fmt: skip
MAPPED_COLUMNS = (IMPORT, "本表列", "来源列", "来源表头", "依据", "样例")
LISTED_COLUMNS = (IMPORT, KIND, CELL, "单号", "客户编码", "金额", "发现", "允许")
LISTED_KEPT = ("处理说明",)
SHEETS: dict[str, tuple[str, ...]] = {
    CHECK: CHECK_COLUMNS, MAPPED: MAPPED_COLUMNS, LISTED: (*LISTED_COLUMNS, *LISTED_KEPT), LIST_SHEET: LIST_COLUMNS,
}  # fmt: skip
MONEY = frozenset(("来源合计", "红字取负", "新增", "已有", "作废", "差异", "拒绝", "他方", "差额", "金额"))
COUNTS = frozenset((IMPORT, "来源行数", "新增行数", "行数"))
