"""The add-in put into a user's Excel by ``xlwings addin install -f``, and the settings file that tells it which Python to start."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from xl_credit.hosts.excel_addin import FILE, PROJECT, UDF_MODULE
from xl_credit.rules.errors import CreditError

WINDOWS, MAC = "win32", "darwin"
_KEYS = {WINDOWS: "INTERPRETER_WIN", MAC: "INTERPRETER_MAC"}
_INSTALLED, _REMOVED, _PRESENT, _ABSENT = "Successfully installed", "Successfully removed", "installed at ", "not installed"

Run = Callable[[Sequence[str]], tuple[int, str]]


def run_program(command: Sequence[str]) -> tuple[int, str]:
    """Exit code and everything it says; as Excel starts Python, without the console's own Python settings."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | {"PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([*command], env=clean, cwd=Path.home(), capture_output=True, encoding="utf-8", errors="replace", check=False)
    return done.returncode, done.stdout + done.stderr


@dataclass(frozen=True)
class Machine:
    """A user's computer: ``system`` as Python names it, the Python that Excel is to start, and how a program is run there."""

    system: str
    home: Path
    interpreter: str
    encoding: str  # of the settings file: Windows' VBA reads its ANSI code page
    run: Run = run_program

    @property
    def settings(self) -> Path:
        """Where the add-in's VBA looks for the user's settings."""
        if self.system == MAC:
            return self.home / "Library" / "Containers" / "com.microsoft.Excel" / "Data" / f"{PROJECT}.conf"
        return self.home / f".{PROJECT}" / f"{PROJECT}.conf"

    def xlwings(self, verb: str, file: Path | str) -> str:
        """What ``xlwings addin VERB -f FILE`` says; it ends with 0 even when it failed, so its words are what counts."""
        code, said = self.run((self.interpreter, "-m", "xlwings.cli", "addin", verb, "-f", str(file)))
        if code:
            raise CreditError(f"xlwings 没有完成:{_last(said)}", allowed="先安装 Excel,并运行 pip install \"xl-credit[excel]\"")
        return said


def this_machine() -> Machine:
    """Windows or Mac; raises one line where there is no Excel."""
    if sys.platform not in _KEYS:
        raise CreditError("这里没有 Excel 可装", allowed="Windows、macOS(LibreOffice 见 xl-credit calc;生成文件用 xl-credit addin build)")
    return Machine(sys.platform, Path.home(), sys.executable, "mbcs" if sys.platform == WINDOWS else "utf-8")


def install(machine: Machine, file: Path) -> list[str]:
    """Install ``file`` and write the settings; gives the lines that tell what was done and what comes next."""
    code, said = machine.run((machine.interpreter, "-c", f"import {UDF_MODULE}"))
    if code:
        raise CreditError(f"{machine.interpreter} 里用不了:{_last(said)}", allowed="在这个 Python 里运行 pip install \"xl-credit[excel]\"")
    line = _setting(machine)  # first, as a path that cannot be written must stop it before Excel is touched
    said = machine.xlwings("install", file)
    if _INSTALLED not in said:
        raise CreditError(f"没有装上:{_last(said)}", allowed="关闭 Excel 后再运行")
    _write_settings(machine, [*_other_settings(machine), line])
    return [f"已装入 Excel 的启动文件夹:{FILE}", f"已写设置:{machine.settings}(Python:{machine.interpreter})", *_next_steps(machine)]


def remove(machine: Machine) -> list[str]:
    """Take the add-in out of Excel, and our setting out of the user's file; other settings stay."""
    said = machine.xlwings("remove", FILE)
    if _REMOVED not in said and "doesn't seem to be installed" not in said:
        raise CreditError(f"没有卸下:{_last(said)}", allowed="关闭 Excel 后再运行")
    lines = ["已从 Excel 卸下" if _REMOVED in said else "Excel 里没有装"]
    if machine.settings.exists():
        kept = _other_settings(machine)
        _write_settings(machine, kept)
        lines.append(f"已清除设置:{machine.settings}" + ("(其他设置保留)" if kept else ""))
    return lines


def status(machine: Machine, current: bytes) -> tuple[list[str], bool]:
    """What is installed, against the add-in as this version builds it; and whether all is as it should be."""
    said = machine.xlwings("status", FILE)
    if _PRESENT not in said:
        return ["没有装入 Excel;运行 xl-credit addin install" if _ABSENT in said else _last(said)], False
    path = Path(said.partition(_PRESENT)[2].splitlines()[0].strip())
    is_current = path.is_file() and path.read_bytes() == current
    python = _interpreter(machine)
    found = bool(python) and Path(python).exists()
    verdict = "与本版本一致" if is_current else "与本版本不同或已损坏;关闭 Excel 后重新运行 xl-credit addin install"
    where = f"设置:{machine.settings}(Python:{python})" if found else f"设置里的 Python 不存在({python or '未写'});重新运行 xl-credit addin install"
    return [f"已装:{path}", verdict, where], is_current and found


def _last(said: str) -> str:
    return (said.strip().splitlines() or ["没有说明"])[-1].strip()


def _setting(machine: Machine) -> str:
    try:
        machine.interpreter.encode(machine.encoding)
    except UnicodeEncodeError:
        allowed = "把 Python 装在路径只含本机文字的文件夹"
        raise CreditError(f"Python 的路径 {machine.interpreter} 不能用本机代码页写出", allowed=allowed) from None
    return f'"{_KEYS[machine.system]}","{machine.interpreter}"'


def _lines(machine: Machine) -> list[str]:
    if not machine.settings.exists():
        return []
    return machine.settings.read_bytes().decode(machine.encoding, "surrogateescape").splitlines()


def _is_ours(machine: Machine, line: str) -> bool:
    return line.partition(",")[0].strip().strip('"').upper() == _KEYS[machine.system]


def _other_settings(machine: Machine) -> list[str]:
    return [line for line in _lines(machine) if line.strip() and not _is_ours(machine, line)]


def _interpreter(machine: Machine) -> str:
    return next((line.partition(",")[2].strip().strip('"') for line in _lines(machine) if _is_ours(machine, line)), "")


def _write_settings(machine: Machine, lines: Sequence[str]) -> None:
    """No file where nothing is left to set."""
    if not lines:
        machine.settings.unlink(missing_ok=True)
        return
    machine.settings.parent.mkdir(parents=True, exist_ok=True)
    end = "\r\n" if machine.system == WINDOWS else "\n"
    machine.settings.write_bytes("".join(f"{line}{end}" for line in lines).encode(machine.encoding, "surrogateescape"))


def _next_steps(machine: Machine) -> list[str]:
    if machine.system == MAC:
        return [
            "下一步:完全退出 Excel(Cmd-Q)再打开,功能区出现“客户信用”;问到宏时点“启用宏”,问到控制 Excel 时点“好”",
            "Mac 版 Excel 只有功能区的命令;单元格函数(=CREDIT_SCORE() 等)需要 Windows",
        ]
    return [
        "下一步:重新打开 Excel,功能区出现“客户信用”,公式里可用 =CREDIT_SCORE() 等函数",
        "宏被禁用时:文件 → 选项 → 信任中心 → 信任中心设置 → 受信任位置,应有 XLSTART 文件夹(用户启动)",
        f"{FILE} 来自浏览器或邮件时:先在文件上点右键 → 属性 → 勾选“解除锁定”",
    ]
