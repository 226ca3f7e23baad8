"""The verbs of the Excel add-in: addin build, install, remove and status; merged into the command line by :mod:`xl_credit.cli`."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from xl_credit.console import say
from xl_credit.rules.errors import CreditError

app = typer.Typer(help="Excel 加载项 xl_credit.xlam:函数和功能区“客户信用”。", no_args_is_help=True)


def _built() -> bytes:
    import udfs
    from udfs.ribbon import COMMANDS, TAB
    from xl_credit.hosts.excel_addin import build_addin

    return build_addin(Path(udfs.__file__).parent, TAB, COMMANDS.by_tag)


@app.command()
def build(out: Annotated[Path, typer.Option(help="写到的 .xlam 文件", metavar="文件")]) -> None:
    """生成加载项文件;不需要 Excel,每次、每台电脑上的字节都相同。"""
    if not out.parent.is_dir() or out.suffix.lower() != ".xlam":
        raise CreditError("写不出加载项", where=str(out), allowed="现有文件夹中的 .xlam 文件名")
    data = _built()
    out.write_bytes(data)
    say(f"已生成加载项:{out}({len(data) // 1024} KB)")


@app.command()
def install() -> None:
    """装入本机的 Excel(Windows、macOS),并写好 Python 的位置;先关闭 Excel。"""
    from xl_credit.hosts.excel_addin import FILE
    from xl_credit.hosts.excel_install import install as install_file
    from xl_credit.hosts.excel_install import this_machine

    machine = this_machine()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / FILE
        file.write_bytes(_built())
        for line in install_file(machine, file):
            say(line)


@app.command()
def remove() -> None:
    """从本机的 Excel 卸下,并清除写过的设置。"""
    from xl_credit.hosts.excel_install import remove as remove_file
    from xl_credit.hosts.excel_install import this_machine

    for line in remove_file(this_machine()):
        say(line)


@app.command()
def status() -> None:
    """本机的 Excel 装了没有,是不是本版本,找不找得到 Python。"""
    from xl_credit.hosts.excel_install import status as state_of
    from xl_credit.hosts.excel_install import this_machine

    lines, is_good = state_of(this_machine(), _built())
    for line in lines:
        say(line)
    raise typer.Exit(0 if is_good else 1)
