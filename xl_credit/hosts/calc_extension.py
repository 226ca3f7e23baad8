"""The extension that LibreOffice loads, a folder or an .oxt, generated from the function table and the command list; always the same bytes."""

import json
import sys
import zipfile
from collections.abc import Mapping
from importlib import resources, util
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

from udfs.functions import TABLE
from udfs.ribbon import COMMANDS, TAB
from xl_credit import __version__
from xl_credit.hosts.calc_add_in import IMPLEMENTATION, INTERFACE, MODULE, SERVICE, function_registry, interface
from xl_credit.hosts.calc_icons import picture
from xl_credit.hosts.calc_menu import RUNNER, menu_registry, picture_path, window_registry

IDENTIFIER = "org.xlcredit.calc"
COMPONENT, PACKAGES = "xl_credit_calc.py", "packages.json"
NEEDED_BY_COMMANDS = ("xlwings", "lxml", "python_calamine", "xlsxwriter")
_OLDEST_PYTHON = (3, 11)
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MEDIA = "application/vnd.sun.star."
_SOURCE_KINDS = (".py", ".csv", ".xlsx")

_ENTRY = '''"""LibreOffice's way into xl_credit; written by xl_credit.hosts.calc_extension."""
import os
import sys

OLDEST = {oldest}
_own = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pythonpath")
if _own in sys.path:
    sys.path.remove(_own)
sys.path.insert(0, _own)  # before any other xl_credit that this Python may have

if sys.version_info >= OLDEST:
    from xl_credit.hosts.calc_service import implementations

    g_ImplementationHelper = implementations()
else:
    import unohelper
    from org.{module} import {interface}

    LINE = "客户信用需要 Python %d.%d 以上,这个 LibreOffice 用的是 %d.%d;允许:换用更新的 LibreOffice" % (OLDEST + tuple(sys.version_info[:2]))

    class Functions(unohelper.Base, {interface}):
        def __init__(self, context):
            pass

    for _name in {names}:
        setattr(Functions, _name, lambda self, *given: ((LINE,),))
    g_ImplementationHelper = unohelper.ImplementationHelper()
    g_ImplementationHelper.addImplementation(Functions, "{implementation}", ("{service}",))
'''


def extension_files() -> dict[str, bytes]:
    """Every file of the extension by its path in it."""
    functions, commands = tuple(TABLE.functions.values()), tuple(COMMANDS.by_tag.values())
    texts = {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": _description(),
        "functions.idl": interface(functions),
        "xl_credit.components": _components(),
        COMPONENT: _ENTRY.format(
            oldest=_OLDEST_PYTHON, module=MODULE, interface=INTERFACE, names=tuple(TABLE.functions), implementation=IMPLEMENTATION,
            service=SERVICE,
        ),
        "CalcAddIns.xcu": function_registry(functions),
        "Addons.xcu": menu_registry(TAB, commands),
        "CalcWindowState.xcu": window_registry(TAB),
    }  # fmt: skip
    files = {name: text.encode() for name, text in texts.items()}
    files |= {picture_path(command.tag): picture(command.tag) for command in commands}
    return dict(sorted((files | _sources()).items()))


def _manifest() -> str:
    entries = (
        ("uno-typelibrary;type=RDB", "functions.idl"), ("uno-components", "xl_credit.components"),
        ("configuration-data", "CalcAddIns.xcu"), ("configuration-data", "Addons.xcu"), ("configuration-data", "CalcWindowState.xcu"),
    )  # fmt: skip
    listed = "\n".join(f' <manifest:file-entry manifest:media-type="{_MEDIA}{kind}" manifest:full-path="{name}"/>' for kind, name in entries)
    return f'{_XML}<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">\n{listed}\n</manifest:manifest>\n'


def _description() -> str:
    return (
        f'{_XML}<description xmlns="http://openoffice.org/extensions/description/2006" xmlns:xlink="http://www.w3.org/1999/xlink">\n'
        f' <identifier value="{IDENTIFIER}"/>\n <version value="{escape(__version__)}"/>\n'
        f' <display-name><name lang="en">{TAB} xl-credit</name></display-name>\n</description>\n'
    )


def _components() -> str:
    services = "".join(f'<implementation name="{name}"><service name="{service}"/></implementation>'
                       for name, service in ((IMPLEMENTATION, SERVICE), (RUNNER, RUNNER)))  # fmt: skip
    return (
        f'{_XML}<components xmlns="http://openoffice.org/2010/uno-components">\n'
        f' <component loader="com.sun.star.loader.Python" uri="{COMPONENT}">{services}</component>\n</components>\n'
    )


def _sources() -> dict[str, bytes]:
    """The package, its tables and templates, and ``udfs``: what Python finds on the extension's own path."""
    found = {}
    for package in ("xl_credit", "udfs"):
        root = Path(str(resources.files(package)))
        for path in sorted(root.rglob("*")):
            if path.suffix in _SOURCE_KINDS and path.is_file():
                found[f"pythonpath/{package}/{path.relative_to(root).as_posix()}"] = path.read_bytes()
    return found | {f"pythonpath/xl_credit/templates/{path.name}": path.read_bytes() for path in _templates()}


def _templates() -> list[Path]:
    from xl_credit.forms.template_files import TEMPLATES, template_path

    return [path for path in map(template_path, TEMPLATES) if path.is_file()]


def build_folder(folder: Path) -> list[Path]:
    """The extension unpacked, for this machine: its commands find the packages of the Python that builds it.

    Files that nothing asks for any more go; those that are as they should be are left alone. Gives what was written or removed.
    """
    files = extension_files() | {PACKAGES: json.dumps(package_places(), ensure_ascii=False, indent=1).encode()}
    changed = []
    for path in [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]:
        if path.relative_to(folder).as_posix() not in files:
            path.unlink()
            changed.append(path)
    for name, data in files.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            changed.append(path)
    return changed


def package_places() -> dict[str, object]:
    """Where this Python has the packages that commands need; ``version`` because compiled ones fit one version only."""
    specs = (util.find_spec(name) for name in NEEDED_BY_COMMANDS)
    places = {str(Path(spec.origin).resolve().parents[1]) for spec in specs if spec and spec.origin}
    return {"version": list(sys.version_info[:2]), "places": sorted(places)}


def build_oxt(target: Path, files: Mapping[str, bytes] | None = None) -> None:
    """The extension as one file for LibreOffice's extension manager; the same bytes on every machine."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name, data in (files or extension_files()).items():
            package.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED, 9)  # 1980-01-01
    target.write_bytes(held.getvalue())
