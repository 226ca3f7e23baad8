"""The add-in and its VBA before programs that know the formats: LibreOffice, which runs VBA too, and Microsoft's validator."""

import html
import os
import re
import signal
import subprocess
import zipfile
from pathlib import Path

import pytest

import udfs
from benchmarks import functions_office
from tests.books.joining import complaints, needs_validator
from tests.conftest import require_program
from tests.hosts import excel_reading as reading
from udfs.ribbon import COMMANDS, TAB
from xl_credit.hosts import excel_addin
from xl_credit.hosts.excel_addin import FILE, build_addin
from xl_credit.hosts.excel_vba_project import Kind, behind, module, vba_project

pytestmark = [pytest.mark.host, pytest.mark.xdist_group("excel add-in")]
_NEW_PROFILE = 81
PROBE = """Attribute VB_Name = "Probe"
Function Twice(x)
    Twice = x * 2
End Function
Function Joined(first, Optional second)
    Joined = "<" & first & ">" & IsMissing(second)
End Function
"""
READ = """
import os, sys, time, uno
from com.sun.star.beans import PropertyValue
resolver = uno.getComponentContext().ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
for _ in range(600):
    try:
        context = resolver.resolve(f"uno:pipe,name={sys.argv[1]};urp;StarOffice.ComponentContext")
        break
    except Exception:
        time.sleep(0.3)
desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
settings = tuple(PropertyValue(name, 0, value, 0) for name, value in (("Hidden", True), ("MacroExecutionMode", 4)))
document = desktop.loadComponentFromURL(sys.argv[2], "_blank", 0, settings)
document.calculateAll()
sheet = document.Sheets.getByIndex(0)
print("|".join(sheet.getCellByPosition(column, 0).String for column in range(3)), flush=True)
document.close(True)
os._exit(0)  # its bridge may crash a Python that is taken down in order
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("addin") / FILE
    path.write_bytes(build_addin(Path(udfs.__file__).parent, TAB, COMMANDS.by_tag))
    return path


def office(profile: Path, *arguments: str) -> None:
    """LibreOffice once, and once more where it has just set up its profile."""
    command = [require_program("soffice"), f"-env:UserInstallation={profile.as_uri()}", "--headless", *arguments]
    for _ in range(2):
        if subprocess.run(command, capture_output=True, timeout=300, check=False).returncode != _NEW_PROFILE:
            return


def test_libreoffice_opens_it_and_has_every_module(file, tmp_path):
    reader = "--infilter=Calc MS Excel 2007 VBA XML"  # LibreOffice 7.4 knows add-ins by this name only
    office(tmp_path / "profile", reader, "--convert-to", "ods", "--outdir", str(tmp_path), str(file))
    sources = reading.by_olevba(reading.parts(file.read_bytes())[reading.PROJECT_PART])
    with zipfile.ZipFile(tmp_path / f"{file.stem}.ods") as archive:
        assert "CREDIT_SCORE" in archive.read("content.xml").decode()
        for name, source in sources.items():
            text = html.unescape(archive.read(f"Basic/XlCredit/{name}.xml").decode())
            lines = [line for line in source.splitlines() if line and not line.startswith("Attribute") and ".VB_" not in line]
            assert [line for line in lines if line not in text] == []


def test_libreoffice_runs_vba_that_we_wrote(tmp_path):
    assert values_of(probe(PROBE), tmp_path) == "42|<7>True|<7>False"


def test_other_vba_would_give_other_values(tmp_path):
    assert values_of(probe(PROBE.replace("* 2", "* 3").replace("Joined(", "Jointed(")), tmp_path).startswith("63|#")


def values_of(workbook: bytes, folder: Path) -> str:
    """The first three cells, computed by a LibreOffice that runs macros."""
    path, profile, pipe = folder / "probe.xlsm", folder / "profile", f"xlcredit{os.getpid()}"
    path.write_bytes(workbook)
    program, python = require_program("soffice"), python_with_uno()
    office(profile, "--terminate_after_init")
    running = subprocess.Popen(
        [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", f"--accept=pipe,name={pipe};urp;"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        done = subprocess.run([python, "-c", READ, pipe, path.as_uri()], capture_output=True, text=True, timeout=600, check=False)
    finally:
        os.killpg(running.pid, signal.SIGKILL)  # the program that we started has started another
        running.wait()
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def python_with_uno() -> str:
    found = functions_office.python_with_uno(Path(require_program("soffice")))
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("没有带 uno 的 Python")
    return str(found)


def probe(code: str) -> bytes:
    """A workbook whose cells call functions of a project by our writer; the values in the file are not theirs."""
    project = [behind("ThisWorkbook", Kind.WORKBOOK), behind("Sheet1", Kind.SHEET), module("Probe", Kind.STANDARD, code)]
    formulas = ("Twice(21)", "Joined(7)", "Joined(7,8)")
    cells = "".join(f'<c r="{column}1"><f>{formula}</f><v>0</v></c>' for column, formula in zip("ABC", formulas, strict=True))
    addin = excel_addin._parts(project, [])
    addin["xl/worksheets/sheet1.xml"] = re.sub(
        rb"<sheetData>.*</sheetData>", f'<sheetData><row r="1">{cells}</row></sheetData>'.encode(), addin["xl/worksheets/sheet1.xml"],
    )  # fmt: skip
    addin["xl/worksheets/sheet2.xml"] = addin["xl/worksheets/sheet2.xml"].replace(b'<sheetPr codeName="Sheet2"/>', b"")
    addin["[Content_Types].xml"] = addin["[Content_Types].xml"].replace(b"excel.addin.", b"excel.sheet.")
    addin["_rels/.rels"] = re.sub(rb'<Relationship [^>]*customUI14[^>]*/>', b"", addin["_rels/.rels"])
    addin["xl/vbaProject.bin"] = vba_project("Probing", project, excel_addin._PROJECT_ID)
    return reading.zipped(addin)


@needs_validator
def test_microsofts_validator_finds_nothing(file):
    assert not complaints(file)


@needs_validator
def test_the_validator_would_find_a_fault(file, tmp_path):
    content = reading.parts(file.read_bytes())
    content["customUI/customUI14.xml"] = content["customUI/customUI14.xml"].replace(b' size="large"', b' size="huge"', 1)
    broken = tmp_path / FILE
    broken.write_bytes(reading.zipped(content))
    assert complaints(broken)
