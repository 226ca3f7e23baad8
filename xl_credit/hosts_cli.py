"""``xl-credit calc``: LibreOffice Calc with the functions and the toolbar; merged by :mod:`xl_credit.cli`."""

from pathlib import Path
from typing import Annotated

import typer

from xl_credit.console import say
from xl_credit.ledger_cli import new_file
from xl_credit.rules.errors import CreditError

app = typer.Typer()


@app.command()
def calc(
    file: Annotated[Path | None, typer.Argument(help="要打开的工作簿;省略则新建", metavar="[文件]")] = None,
    out: Annotated[Path | None, typer.Option(help="关闭 Calc 后,把在其中保存的结果写到这个新文件,函数名仍如 Excel 所写;来源不动", metavar="文件")] = None,
    oxt: Annotated[Path | None, typer.Option(help="只生成扩展文件 .oxt,不启动", metavar="文件")] = None,
) -> None:
    """启动带函数和工具栏“客户信用”的 LibreOffice Calc;用自己的配置,不动您的 LibreOffice。"""
    if oxt is not None:
        _build(oxt)
        return
    from xl_credit.hosts.calc_launch import arguments, data_folder, find_office, run_office

    if out is not None and file is None:
        raise CreditError("--out 要有来源文件", allowed="xl-credit calc 文件 --out 新文件")
    if file is not None and not file.is_file():
        raise CreditError("没有这个文件", where=str(file), allowed="现有的工作簿")
    office, folder = find_office(), data_folder()
    opened = _ready(file, out, folder) if file else None
    command = arguments(office, folder, "--calc", *([str(opened)] if opened else []))
    say(f"已启动 LibreOffice Calc:{file.name if file else '新工作簿'};菜单和工具栏“客户信用”,函数如 =CREDIT_TIER(85;\"A\")")
    before = opened.read_bytes() if opened else b""
    run_office(command)
    if out is not None and file is not None and opened is not None:
        _hand_back(file, opened, out, opened.read_bytes() != before)


def _build(oxt: Path) -> None:
    from xl_credit.hosts.calc_extension import build_oxt

    if not oxt.parent.is_dir() or oxt.suffix.lower() != ".oxt":
        raise CreditError("写不出扩展", where=str(oxt), allowed="现有文件夹中的 .oxt 文件名")
    build_oxt(oxt)
    say(f"已生成扩展:{oxt}({oxt.stat().st_size // 1024} KB);在 LibreOffice 的 工具→扩展管理器 中添加。其中只有函数能单独用,命令须由 xl-credit calc 启动")


def _ready(file: Path, out: Path | None, folder: Path) -> Path:
    """The file itself; a copy with Calc's names where it has Excel's, or where the result goes elsewhere."""
    from xl_credit.books.package import read_package, write_package
    from xl_credit.hosts.calc_names import has_excel_names, into_calc

    if file.suffix.lower() not in (".xlsx", ".xlsm"):
        return file
    package = read_package(file, may_be_open=True)
    if out is None and not has_excel_names(package):
        return file
    if out is not None:
        new_file(out, file)
    copy = folder / "open" / file.name
    copy.parent.mkdir(parents=True, exist_ok=True)
    into_calc(package)
    write_package(package, copy)
    if out is None:
        say(f"{file.name} 里的函数名是 Excel 的写法,打开的是副本 {copy};要留下改动,请加 --out 新文件")
    return copy


def _hand_back(file: Path, opened: Path, out: Path, is_saved: bool) -> None:
    from xl_credit.books.package import read_package, write_package
    from xl_credit.hosts.calc_names import out_of_calc

    if not is_saved:
        say("在 Calc 中没有保存,未写结果文件")
        return
    package = read_package(opened)
    out_of_calc(package, read_package(file, may_be_open=True))
    write_package(package, out)
    say(f"已写出:{out};表格样式等 LibreOffice 不留的内容以来源 {file.name} 为准")
