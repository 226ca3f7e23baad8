"""Whether two regenerated workbooks say the same of every customer."""

import re
from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineWorkbook

_COMPARED = {
    "评级结果": ("客户编码", "业务类别", "法律资质", "其他资质", "交易金额", "赢利贡献", "回款总额", "主观评价", "不良记录", "得分", "原级别", "级别",
              "赊欠限额", "建议额度", "建议期限", "评级状态"),
    "审批路线": ("客户编码", "路线", "步骤", "岗位", "送审额度", "送审期限"),
}  # fmt: skip
_HEADER = 3  # 0-based, of both sheets


def differences(ours: Path, theirs: Path) -> Iterator[str]:
    """One line for each cell that differs, and for each sheet of another length."""
    for sheet, names in _COMPARED.items():
        left, right = _table(ours, sheet, names), _table(theirs, sheet, names)
        if len(left) != len(right):
            yield f"{ours.name}!{sheet}: {len(left)}行,{len(right)}行"
        for number, (a, b) in enumerate(zip(left, right, strict=False), _HEADER + 2):
            yield from (f"{ours.name}!{sheet}!{name}{number}: {x!r} {y!r}" for name, x, y in zip(names, a, b, strict=True) if x != y)


def _table(path: Path, sheet: str, names: tuple[str, ...]) -> list[list[object]]:
    with CalamineWorkbook.from_path(str(path)) as book:
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    headers = [re.split(r"[\s((]", str(value))[0] for value in rows[_HEADER]]
    columns = [headers.index(name) for name in names]
    return [[row[column] for column in columns] for row in rows[_HEADER + 1 :]]
