"""The words of the packs, the list of what was sent, and the letters: the one place where they are spelled."""

LIST_FILE, LIST_SHEET = "分发清单.xlsx", "分发清单"
BRANCH, CONTACT, PREVIOUS_FILE, PASSWORD = "分公司", "联系人", "上季工作簿", "密码"
LIST_COLUMNS = (
    BRANCH, CONTACT, "季度", "文件", "客户数", PREVIOUS_FILE, "模板版本", "政策版本", "打开密码", "SHA-256", "状态", "收回日期", "问题数", "归档",
)  # fmt: skip
LIST_KEPT = ("备注",)
OUTSTANDING, RETURNED, SENT_BACK = "未收回", "已收回", "已退回"

GUIDE_SHEET, MANIFEST_SHEET = "填报说明", "下发信息"
LETTER_SHEET, LETTER_PREFIX = "退回说明", "退回说明_"
ARCHIVE_FOLDER, LETTER_FOLDER = "归档", "退回"
