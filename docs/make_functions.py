"""Write docs/functions.md from the function table.

    python docs/make_functions.py
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from udfs.functions import TABLE  # noqa: E402
from xl_credit.hosts.declaring import CATEGORY, Argument, Function  # noqa: E402

TARGET = Path(__file__).parent / "functions.md"
HEAD = f"""# 表格函数 Spreadsheet functions

类别 {CATEGORY}。同一张函数表,Excel 加载项、LibreOffice、xlwings Lite 都由它生成。每个参数可以是单个单元格,也可以是区域:区域一次算完,逐格给出结果。
空格在要数字的地方算 0,在要文字或日期的地方算没有填。填错的,该格给出一行说明,写明允许填什么,不影响其他格。最后一个参数都是政策表,可省略。

Made from `udfs/functions.py`.
"""


def argument_row(one: Argument) -> str:
    return f"| `{one.name}` | {one.label} | {'可省略' if one.optional else '必填'} | {one.help} |"


def section(function: Function) -> str:
    arguments = "\n".join(map(argument_row, function.arguments))
    unit = f" 单位:{function.unit}。" if function.unit else ""
    names = "; ".join(f"[{one.name}]" if one.optional else one.name for one in function.arguments)
    return (
        f"## {function.name}\n\n{function.help}。{function.article}。{unit}\n\n```\n={function.name}({names})\n{function.example}\n```\n\n"
        f"| 参数 | 名称 | | 说明 |\n|---|---|---|---|\n{arguments}\n"
    )


def page() -> str:
    return "\n".join([HEAD, *map(section, TABLE.functions.values())])


if __name__ == "__main__":
    TARGET.write_text(page(), "utf-8", newline="\n")
