"""Into a user's Excel and out again, with a home, a system and an xlwings that are not the real ones."""

import os
import shutil
import subprocess
import sys

import pytest

from xl_credit import addin_cli
from xl_credit.hosts import excel_install
from xl_credit.hosts.excel_addin import FILE
from xl_credit.hosts.excel_install import MAC, WINDOWS, Machine, install, remove, run_program, status, this_machine
from xl_credit.rules.errors import CreditError

PYTHON = r"C:\用户\张三\venv\Scripts\python.exe"
CURRENT = b"the add-in"


class FakeXlwings:
    """``python -m xlwings.cli addin …``, with a start-up folder of its own."""

    def __init__(self, folder, said: dict[str, str] | None = None, codes: dict[str, int] | None = None) -> None:
        self.folder, self.commands, self.said, self.codes = folder, [], said or {}, codes or {}

    def __call__(self, command):
        self.commands.append(list(command))
        if command[1] == "-c":
            return self.codes.get("import", 0), self.said.get("import", "")
        assert command[1:4] == ("-m", "xlwings.cli", "addin") and command[5] == "-f"
        verb, file = command[4], command[6]
        target = self.folder / FILE
        if verb in self.said:
            return self.codes.get(verb, 0), self.said[verb]
        if verb == "install":
            shutil.copyfile(file, target)
            return 0, "Successfully installed the xlwings add-in! Please restart Excel.\n"
        if verb == "remove":
            found = target.exists()
            target.unlink(missing_ok=True)
            return 0, "Successfully removed the add-in!" if found else "Error: Could not remove the add-in. The add-in doesn't seem to be installed."
        return 0, f'The add-in is installed at {target}\nUse "xlwings addin remove"' if target.exists() else "The add-in is not installed.\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / FILE
    path.write_bytes(CURRENT)
    return path


@pytest.fixture
def machine(tmp_path):
    """A Windows computer with Chinese settings."""
    return a_machine(tmp_path)


def a_machine(tmp_path, system=WINDOWS, interpreter=PYTHON, encoding="gbk", **said):
    home, startup = tmp_path / "home", tmp_path / "XLSTART"
    home.mkdir(exist_ok=True)
    startup.mkdir(exist_ok=True)
    return Machine(system, home, interpreter, encoding, FakeXlwings(startup, **said))


def test_install_puts_it_in_writes_the_settings_and_says_what_comes_next(machine, file):
    lines = install(machine, file)
    assert (machine.run.folder / FILE).read_bytes() == CURRENT
    assert machine.settings == machine.home / ".xl_credit" / "xl_credit.conf"
    assert machine.settings.read_bytes() == f'"INTERPRETER_WIN","{PYTHON}"\r\n'.encode("gbk")
    assert machine.run.commands == [[PYTHON, "-c", "import udfs.excel"], [PYTHON, "-m", "xlwings.cli", "addin", "install", "-f", str(file)]]
    text = "\n".join(lines)
    assert str(machine.settings) in text and PYTHON in text and "重新打开 Excel" in text and "信任中心" in text and "解除锁定" in text


def test_on_a_mac_the_settings_are_where_excel_may_read_them(tmp_path, file):
    machine = a_machine(tmp_path, MAC, "/opt/venv/bin/python", "utf-8")
    lines = install(machine, file)
    assert machine.settings == machine.home / "Library" / "Containers" / "com.microsoft.Excel" / "Data" / "xl_credit.conf"
    assert machine.settings.read_text("utf-8") == '"INTERPRETER_MAC","/opt/venv/bin/python"\n'
    assert any("启用宏" in line for line in lines) and any("需要 Windows" in line for line in lines)


def test_other_settings_of_the_user_stay(machine, file):
    machine.settings.parent.mkdir(parents=True)
    others = '"SHOW CONSOLE","False"\r\n"PYTHONPATH","D:\\我的"\r\n'.encode("gbk")
    machine.settings.write_bytes(b'"interpreter_win","C:\\old.exe"\r\n' + others)
    install(machine, file)
    install(machine, file)
    assert machine.settings.read_bytes() == others + f'"INTERPRETER_WIN","{PYTHON}"\r\n'.encode("gbk")
    assert "其他设置保留" in remove(machine)[1]
    assert machine.settings.read_bytes() == others


def test_bytes_that_are_no_text_of_this_machine_stay_too(machine, file):
    machine.settings.parent.mkdir(parents=True)
    machine.settings.write_bytes(b'"LOG","\xff\xfe"\r\n')
    install(machine, file)
    remove(machine)
    assert machine.settings.read_bytes() == b'"LOG","\xff\xfe"\r\n'


def test_remove_leaves_nothing_of_ours(machine, file):
    install(machine, file)
    assert remove(machine)[0] == "已从 Excel 卸下"
    assert not machine.settings.exists() and not (machine.run.folder / FILE).exists()
    assert remove(machine) == ["Excel 里没有装"]


def test_a_path_that_the_machines_code_page_lacks_stops_it_before_excel_is_touched(tmp_path, file):
    machine = a_machine(tmp_path, encoding="cp1252")
    with pytest.raises(CreditError, match="不能用本机代码页写出"):
        install(machine, file)
    assert not machine.settings.exists() and not (machine.run.folder / FILE).exists()


def test_a_python_without_the_package_stops_it_before_excel_is_touched(tmp_path, file):
    said = "Traceback …\nModuleNotFoundError: No module named 'xlwings'\n"
    machine = a_machine(tmp_path, said={"import": said}, codes={"import": 1})
    with pytest.raises(CreditError, match=r"No module named 'xlwings';允许:.*pip install"):
        install(machine, file)
    assert len(machine.run.commands) == 1 and not machine.settings.exists()


@pytest.mark.parametrize(
    ("said", "code", "told"),
    [("Error: Failed to install the add-in: If Excel is running, quit Excel and try again.", 0, "没有装上:Error: Failed.*关闭 Excel"),
     ("FileNotFoundError(2, 'No such file')", 0, "没有装上"), ("", 0, "没有说明"), ("x\nxlwings.XlwingsError: no Excel", 1, "xlwings 没有完成:.*no Excel")],
)  # fmt: skip
def test_an_install_that_failed_is_told_although_xlwings_ends_with_0(said, code, told, tmp_path, file):
    machine = a_machine(tmp_path, said={"install": said}, codes={"install": code})
    with pytest.raises(CreditError, match=told):
        install(machine, file)
    assert not machine.settings.exists()


def test_a_removal_that_failed_is_told_and_the_settings_stay(tmp_path, file):
    machine = a_machine(tmp_path)
    install(machine, file)
    machine.run.said["remove"] = "Error: Failed to remove the add-in: If Excel is running, quit Excel and try again."
    with pytest.raises(CreditError, match="没有卸下"):
        remove(machine)
    assert machine.settings.exists()


def test_status_tells_what_is_there(tmp_path, file):
    machine = a_machine(tmp_path, interpreter=sys.executable)
    assert status(machine, CURRENT) == (["没有装入 Excel;运行 xl-credit addin install"], False)
    install(machine, file)
    lines, is_good = status(machine, CURRENT)
    assert is_good and str(machine.run.folder / FILE) in lines[0] and lines[1] == "与本版本一致" and sys.executable in lines[2]


@pytest.mark.parametrize("place", range(len(CURRENT)))
def test_status_notices_any_damaged_byte(place, tmp_path, file):
    machine = a_machine(tmp_path, interpreter=sys.executable)
    install(machine, file)
    damaged = bytearray(CURRENT)
    damaged[place] ^= 1
    (machine.run.folder / FILE).write_bytes(damaged)
    lines, is_good = status(machine, CURRENT)
    assert not is_good and "已损坏" in lines[1]


def test_status_notices_a_python_that_is_gone(machine, file):
    install(machine, file)
    lines, is_good = status(machine, CURRENT)
    assert not is_good and f"Python 不存在({PYTHON})" in lines[2]


def test_a_program_is_run_as_excel_runs_it(tmp_path, monkeypatch):
    stub = tmp_path / "stub.py"
    stub.write_text("import os, sys\nprint('好', sys.argv[1:], 'PYTHONPATH' in os.environ)\nprint('why', file=sys.stderr)\nsys.exit(3)\n", "utf-8")
    monkeypatch.setenv("PYTHONPATH", "somewhere")
    assert run_program([sys.executable, str(stub), "a b"]) == (3, "好 ['a b'] False\nwhy\n")


def test_where_there_is_no_excel_it_is_refused_in_one_chinese_line(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(CreditError) as caught:
        this_machine()
    assert "\n" not in str(caught.value) and "这里没有 Excel 可装" in str(caught.value)


@pytest.mark.parametrize(("system", "encoding"), [("win32", "mbcs"), ("darwin", "utf-8")])
def test_this_machine_is_told_by_its_system(system, encoding, monkeypatch):
    monkeypatch.setattr(sys, "platform", system)
    assert (this_machine().system, this_machine().encoding, this_machine().interpreter) == (system, encoding, sys.executable)


def command_line(*arguments: str) -> tuple[int, str]:
    from typer.testing import CliRunner

    ended = CliRunner().invoke(addin_cli.app, arguments)
    if isinstance(ended.exception, CreditError):
        return 2, str(ended.exception)
    return ended.exit_code, ended.output


def test_the_command_line_installs_says_and_removes(tmp_path, monkeypatch, capfd):
    machine = a_machine(tmp_path, interpreter=sys.executable)
    monkeypatch.setattr(excel_install, "this_machine", lambda: machine)
    monkeypatch.setattr(addin_cli, "_built", lambda: CURRENT)
    assert [command_line(verb)[0] for verb in ("status", "install", "status", "remove", "status")] == [1, 0, 0, 0, 1]
    assert not machine.settings.exists()


def test_the_command_line_builds_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(addin_cli, "_built", lambda: CURRENT)
    assert command_line("build", "--out", str(tmp_path / FILE))[0] == 0 and (tmp_path / FILE).read_bytes() == CURRENT
    for wrong in (tmp_path / "x.xlsx", tmp_path / "none" / FILE):
        assert command_line("build", "--out", str(wrong)) == (2, f"{wrong}:写不出加载项;允许:现有文件夹中的 .xlam 文件名")


def test_the_real_build_starts_from_any_folder(tmp_path):
    code = "from xl_credit.addin_cli import app; app(['build', '--out', 'one.xlam'])"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0 and (tmp_path / "one.xlam").stat().st_size > 40_000, done.stderr
