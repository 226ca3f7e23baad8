"""LibreOffice Calc started with the functions, menu and toolbar: beside the user's own LibreOffice, which is left as it is."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from xl_credit.hosts.calc_extension import build_folder
from xl_credit.rules.errors import CreditError

_FOLDER = "xl-credit"
_NEW_PROFILE = 81  # soffice leaves with this code once it has set up a new profile
_MAC, _WINDOWS = "/Applications/LibreOffice.app/Contents/MacOS/soffice", r"LibreOffice\program\soffice.exe"


def find_office() -> Path:
    """The soffice of this computer; raises 「没有找到 LibreOffice…」."""
    folders = [os.environ.get(name) for name in ("ProgramFiles", "ProgramFiles(x86)")]
    places = [shutil.which("soffice"), shutil.which("libreoffice"), _MAC, *(str(Path(folder) / _WINDOWS) for folder in folders if folder)]
    for place in places:
        if place and Path(place).is_file():
            return Path(place)
    raise CreditError("没有找到 LibreOffice", allowed="安装 LibreOffice 7.4 以上,并让 soffice 在 PATH 中")


def data_folder() -> Path:
    """Where the extension and its profile lie for this user."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / _FOLDER / "calc"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / _FOLDER / "calc"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / _FOLDER / "calc"


def arguments(office: Path, folder: Path, *more: str) -> list[str]:
    """How Calc is started: with the extension below ``folder`` and a profile of its own there.

    The profile is not the user's, because a LibreOffice that is already running would take the file over, without the extension.
    """
    build_folder(folder / "extensions" / _FOLDER)
    return [
        str(office), f"-env:UserInstallation={(folder / 'profile').resolve().as_uri()}",
        f"-env:BUNDLED_EXTENSIONS={(folder / 'extensions').resolve().as_uri()}", "--nologo", "--norestore", *more,
    ]  # fmt: skip


def prepare_profile(command: list[str]) -> None:
    """Let LibreOffice set its profile up, which it ends with a code of its own."""
    subprocess.run([*command, "--headless", "--terminate_after_init"], capture_output=True, timeout=600, check=False)


def run_office(command: list[str]) -> int:
    """Start Calc and wait until it is closed; once more after it has set up its profile. Gives its exit code."""
    code = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode
    return run_office(command) if code == _NEW_PROFILE else code
