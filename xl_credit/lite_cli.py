"""``xl-credit lite``: the functions put into a workbook for xlwings Lite, looked at, taken out; merged by :mod:`xl_credit.cli`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xl_credit.console import say
from xl_credit.ledger_cli import new_file

if TYPE_CHECKING:
    from xl_credit.hosts.lite_found import Found

app = typer.Typer(help="xlwings Lite:把函数嵌入工作簿,不装 Python 也能用(实验性)。", no_args_is_help=True)

Workbook = Annotated[Path, typer.Argument(help=".xlsx 或 .xlsm 工作簿", metavar="文件")]
Out = Annotated[Path, typer.Option(help="写到的新文件;来源不动", metavar="文件")]
_EXPERIMENTAL = "实验性:尚未在 Excel 中打开验证"


@app.command()
def embed(file: Workbook, out: Out) -> None:
    """嵌入函数和“评级本簿”;再次嵌入即更新,残缺的会修好。其他内容一字不动,自带的公式仍是正式结果。"""
    from xl_credit.books.package import write_package
    from xl_credit.hosts.lite_found import State
    from xl_credit.hosts.lite_package import embed as embedded

    package, before = embedded(file)
    write_package(package, new_file(out, file))
    say({State.absent: "已嵌入", State.broken: f"原有嵌入残缺({before.why}),已重新嵌入"}.get(before.state, "已更新嵌入") + f":{out}({_EXPERIMENTAL})")
    say("在 Excel 2021、365 或网页版中:开始 → 加载项 → xlwings Lite,点“信任并继续”;再输入 =CREDIT_SCORE( 等公式,或运行“评级本簿”")


@app.command()
def check(file: Workbook) -> None:
    """看工作簿里有没有嵌入、是哪个版本、是否完好;完好为退出码0。"""
    from xl_credit.books.package import read_package
    from xl_credit.hosts.lite_found import State, look

    found = look(read_package(file))
    say(f"{file.name}:{_said(found)}", error=found.state is not State.whole)
    raise typer.Exit(0 if found.state is State.whole else 1)


def _said(found: "Found") -> str:
    from xl_credit import __version__
    from xl_credit.hosts.lite_found import MAIN, State

    if found.state is State.absent:
        return "没有嵌入 xlwings Lite 代码"
    if found.state is State.foreign:
        return "有 xlwings Lite 代码,但不是本程序嵌入的"
    if found.state is State.broken:
        return f"xlwings Lite 的嵌入已残缺:{found.why};用 xl-credit lite embed 重新嵌入可修好"
    if found.state is State.edited:
        return f"嵌入的 xl-credit {found.version} 代码被改动过;用 xl-credit lite embed 重新嵌入可复原"
    held = found.settings or {}
    size, older = len(held[MAIN].encode()), "" if found.is_current else f";本程序为 {__version__},内容不同,重新嵌入即更新"
    needs = held.get("requirements.txt", "").strip()
    return f"已嵌入 xl-credit {found.version},完好({size:,}字节,Pyodide {held.get('pyodideVersion', '')},{needs};{_EXPERIMENTAL}){older}"


@app.command()
def strip(file: Workbook, out: Out) -> None:
    """取出嵌入的代码(连同残缺的),其他内容一字不动。"""
    from xl_credit.books.package import write_package
    from xl_credit.hosts.lite_package import strip as stripped

    package, _ = stripped(file)
    write_package(package, new_file(out, file))
    say(f"已取出 xlwings Lite 代码:{out}")
