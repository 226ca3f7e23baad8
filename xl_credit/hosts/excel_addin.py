"""The Excel add-in xl_credit.xlam, made from the function table, the command list and the VBA source, without Excel.

Its bytes depend on nothing but these and the pinned xlwings: parts are stored, not deflated, as zlibs differ.
"""

import zipfile
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from xl_credit.hosts.commanding import Command
from xl_credit.hosts.declaring import CATEGORY
from xl_credit.hosts.excel_generating import WRAPPERS, generated
from xl_credit.hosts.excel_ribbon import ribbon_xml
from xl_credit.hosts.excel_vba_project import Kind, Module, behind, module, vba_project
from xl_credit.rules.errors import CreditError
from xl_credit.tables import column_letters

FILE = "xl_credit.xlam"
PROJECT = "xl_credit"  # as xlwings uses it: the name of the config sheet and of the user's file
XLWINGS = "0.37.8"  # its VBA module names a DLL of the very same version
UDF_MODULE = "udfs.excel"
CONFIG = (("UDF MODULES", UDF_MODULE), ("ADD_WORKBOOK_TO_PYTHONPATH", "FALSE"), ("DEBUG UDFS", "FALSE"))
HELP_SHEET = "_IntelliSense_"  # where in-cell help for VBA functions (Excel-DNA IntelliSense) looks as well
_PROJECT_ID = "{6F0B3A53-8C1D-4E6A-9B57-2D4C1E7A90C5}"
_OUR_MODULES = ("XlCreditRibbon", "XlCreditWizard")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def build_addin(source: Path, tab: str, commands: Mapping[str, Command]) -> bytes:
    """The add-in's bytes; ``source`` is the folder with our VBA modules, which Python imports as ``udfs``."""
    wrappers, functions = generated(UDF_MODULE, FILE)
    parts = _parts(modules(source, wrappers), functions) | {"customUI/customUI14.xml": ribbon_xml(tab, commands)}
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name)  # 1980-01-01
            entry.create_system = 0  # not the system that it was made on
            archive.writestr(entry, data)
    return stream.getvalue()


def modules(source: Path, wrappers: str) -> list[Module]:
    """Every module of the project; xlwings' own come from the installed package."""
    package = _xlwings()
    runner = _text(package / "xlwings_custom_addin.bas")
    named = runner.replace('PROJECT_NAME As String = "myaddin"', f'PROJECT_NAME As String = "{PROJECT}"')
    if named == runner or f'XLWINGS_VERSION As String = "{XLWINGS}"' not in named:
        raise CreditError("xlwings 的 VBA 模块与预期不同", allowed=f"xlwings {XLWINGS}")
    return [
        behind("ThisWorkbook", Kind.WORKBOOK, _text(source / "ThisWorkbook.cls")),
        behind("Sheet1", Kind.SHEET),
        behind("Sheet2", Kind.SHEET),
        module("xlwings", Kind.STANDARD, named),
        module("Dictionary", Kind.CLASS, _text(package / "addin" / "Dictionary.cls")),
        *(module(name, Kind.STANDARD, _text(source / f"{name}.bas")) for name in _OUR_MODULES),
        module(WRAPPERS, Kind.STANDARD, wrappers),
    ]


def _xlwings() -> Path:
    try:
        found = version("xlwings")
    except PackageNotFoundError:
        found = ""
    if found != XLWINGS:
        raise CreditError(f"xlwings 为{found}" if found else "没有安装 xlwings", allowed=f"xlwings {XLWINGS}:pip install \"xl-credit[excel]\"")
    return Path(find_spec("xlwings").origin).parent


def _text(path: Path) -> str:
    return path.read_bytes().decode("ascii")


def _parts(project: Sequence[Module], functions: Sequence[Mapping]) -> dict[str, bytes]:
    """The workbook's parts: the config sheet and the functions' help, each with a module behind it."""
    texts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relationships(
            (f"{_OFFICE}/officeDocument", "xl/workbook.xml"),
            ("http://schemas.microsoft.com/office/2007/relationships/ui/extensibility", "customUI/customUI14.xml"),
            (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "docProps/core.xml": _core(),
        "xl/workbook.xml": _workbook((f"{PROJECT}.conf", HELP_SHEET)),
        "xl/_rels/workbook.xml.rels": _relationships(
            (f"{_OFFICE}/worksheet", "worksheets/sheet1.xml"), (f"{_OFFICE}/worksheet", "worksheets/sheet2.xml"),
            (f"{_OFFICE}/styles", "styles.xml"), ("http://schemas.microsoft.com/office/2006/relationships/vbaProject", "vbaProject.bin"),
        ),
        "xl/worksheets/sheet1.xml": _sheet("Sheet1", CONFIG),
        "xl/worksheets/sheet2.xml": _sheet("Sheet2", help_rows(functions)),
        "xl/styles.xml": _styles(),
    }  # fmt: skip
    parts = {name: (_DECLARED + text).encode() for name, text in texts.items()}
    return parts | {"xl/vbaProject.bin": vba_project("XlCredit", project, _PROJECT_ID)}


def help_rows(functions: Sequence[Mapping]) -> list[tuple[str, ...]]:
    """The help sheet: the category in its first row, then name, description, no help topic, and each argument with its help."""
    rows = [("FunctionInfo", "1.0", CATEGORY)]
    for function in functions:
        arguments = (text for argument in function["arguments"] for text in (argument["name"], argument["help"]))
        rows.append((function["name"], function["help"], "", *arguments))
    return rows


def _content_types() -> str:
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = {
        "/xl/workbook.xml": "application/vnd.ms-excel.addin.macroEnabled.main+xml",
        "/xl/worksheets/sheet1.xml": f"{sheet}.worksheet+xml", "/xl/worksheets/sheet2.xml": f"{sheet}.worksheet+xml",
        "/xl/styles.xml": f"{sheet}.styles+xml", "/xl/vbaProject.bin": "application/vnd.ms-office.vbaProject",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }  # fmt: skip
    listed = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in overrides.items())
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        f'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )


def _relationships(*targets: tuple[str, str]) -> str:
    listed = "".join(f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>' for number, (kind, target) in enumerate(targets, start=1))
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _workbook(sheets: Sequence[str]) -> str:
    listed = "".join(f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>' for number, name in enumerate(sheets, start=1))
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr codeName="ThisWorkbook"/>'
        f'<bookViews><workbookView xWindow="0" yWindow="0" windowWidth="20000" windowHeight="12000"/></bookViews><sheets>{listed}</sheets></workbook>'
    )


def _sheet(code_name: str, rows: Sequence[Sequence[str]]) -> str:
    """A sheet of texts."""
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = (f'<c r="{column_letters(column)}{number}" t="inlineStr"><is><t>{escape(text)}</t></is></c>' for column, text in enumerate(row) if text)
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    return f'<worksheet xmlns="{_MAIN}"><sheetPr codeName={quoteattr(code_name)}/><sheetData>{"".join(lines)}</sheetData></worksheet>'


def _styles() -> str:
    plain = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"'
    return (
        f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill>'
        '<patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border>'
        f'<left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1">{plain}/></cellStyleXfs><cellXfs count="1">'
        f'{plain} xfId="0"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def _core() -> str:
    """What the add-ins dialog shows."""
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{CATEGORY}</dc:title><dc:creator>xl-credit</dc:creator><dc:description>客户信用的函数与功能区</dc:description></cp:coreProperties>"
    )
