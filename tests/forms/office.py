"""LibreOffice as the judge of what our formulas say: workbooks recalculated from nothing, cached values thrown away."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.conftest import require_program

_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
_NEW_PROFILE = 81  # soffice leaves with this code once it has set up a new profile


def convert(paths: Sequence[Path], folder: Path, kind: str = "xlsx") -> list[Path]:
    """Each workbook opened, recalculated and saved again into ``folder``, by one LibreOffice with a profile of its own."""
    program, profile = require_program("soffice"), folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE, "utf-8")
    command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", kind, "--outdir", str(folder)]
    for _ in range(2):
        done = subprocess.run([*command, *map(str, paths)], capture_output=True, text=True, timeout=900, check=False)
        if done.returncode != _NEW_PROFILE:
            break
    converted = [folder / f"{path.stem}.{kind}" for path in paths]
    missing = [path.name for path in converted if not path.exists()]
    assert not missing, (missing, done.returncode, done.stdout, done.stderr)
    return converted
