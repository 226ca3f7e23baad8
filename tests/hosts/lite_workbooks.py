"""Workbooks with Lite code in them, whole, foreign and damaged, for the tests."""

import re
import zipfile
from html import unescape
from pathlib import Path

from tests.books.joining import rewritten
from xl_credit.books.package import read_package, write_package
from xl_credit.hosts.lite_found import State, look
from xl_credit.hosts.lite_package import embed, strip
from xl_credit.hosts.lite_xml import as_setting, from_setting

_WE = "http://schemas.microsoft.com/office/webextensions/webextension/2010/11"
_WETP = "http://schemas.microsoft.com/office/webextensions/taskpanes/2010/11"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OFFICE_2011 = "http://schemas.microsoft.com/office/2011/relationships"
_TYPES = (
    '<Override PartName="/xl/webextensions/taskpanes.xml" ContentType="application/vnd.ms-office.webextensiontaskpanes+xml"/>'
    '<Override PartName="/xl/webextensions/webextension1.xml" ContentType="application/vnd.ms-office.webextension+xml"/>'
)
_OTHER = {
    "xl/webextensions/webextension1.xml": f'<we:webextension xmlns:we="{_WE}" id="{{1}}"><we:reference id="wa104379955" version="1.0.0.0" '
    'store="en-US" storeType="OMEX"/><we:alternateReferences/><we:properties/><we:bindings/><we:snapshot/></we:webextension>',
    "xl/webextensions/taskpanes.xml": f'<x:taskpanes xmlns:x="{_WETP}"><x:taskpane dockstate="right" visibility="1" width="350" row="3">'
    f'<x:webextensionref xmlns:r="{_R}" r:id="rId1"/></x:taskpane></x:taskpanes>',
    "xl/webextensions/_rels/taskpanes.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE_2011}/webextension" Target="webextension1.xml"/></Relationships>',
}


def embedded(source: Path, target: Path) -> Path:
    write_package(embed(source)[0], target)
    return target


def stripped(source: Path, target: Path) -> Path:
    write_package(strip(source)[0], target)
    return target


def state(path: Path) -> State:
    return look(read_package(path)).state


def with_setting(path: Path, name: str, value: str) -> Path:
    """Another setting that Lite keeps in the same part, put there as Excel would."""
    line = f'<we:property name="{name}" value="{as_setting(value).replace(chr(34), "&quot;")}"/></we:properties>'
    return rewritten(path, lambda part, data: data.replace(b"</we:properties>", line.encode()) if "webextension1" in part else data)


def with_main(path: Path, change) -> Path:
    """The embedded main.py changed by hand."""

    def changed(part: str, data: bytes) -> bytes:
        if "webextension1" not in part:
            return data
        found = re.search(r'name="main\.py" value="([^"]*)"', data.decode())
        new = as_setting(change(from_setting(unescape(found[1])))).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
        return data.decode().replace(found[1], new).encode()

    return rewritten(path, changed)


def with_other_pane(path: Path) -> Path:
    """A workbook that shows another add-in's pane already."""
    link = f'<Relationship Id="rId77" Type="{_OFFICE_2011}/webextensiontaskpanes" Target="/xl/webextensions/taskpanes.xml"/>'

    def changed(part: str, data: bytes) -> bytes:
        data = data.replace(b"</Relationships>", f"{link}</Relationships>".encode()) if part == "_rels/.rels" else data
        return data.replace(b"</Types>", f"{_TYPES}</Types>".encode()) if part == "[Content_Types].xml" else data

    rewritten(path, changed)
    with zipfile.ZipFile(path, "a") as archive:
        for name, text in _OTHER.items():
            archive.writestr(name, text)
    return path


def drop(name: str):
    return lambda part, data: None if part == name else data


def wrong_type(part: str, data: bytes) -> bytes:
    return data.replace(b"application/vnd.ms-office.webextension+xml", b"application/xml") if part == "[Content_Types].xml" else data


def no_root_link(part: str, data: bytes) -> bytes:
    return re.sub(rb"<Relationship [^>]*webextensiontaskpanes[^>]*/>", b"", data) if part == "_rels/.rels" else data


def no_json(part: str, data: bytes) -> bytes:
    return re.sub(rb'(name="main\.py" value=")&quot;', rb"\1", data) if part.endswith("webextension1.xml") else data
