"""A workbook's custom document properties (docProps/custom.xml): named texts that Excel, WPS and LibreOffice keep when they save."""

from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from xl_credit.books.package import CONTENT_TYPES, Package, relationships
from xl_credit.books.workbook import insert_child, rels_name, utf8

_RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # what every custom property bears
_PART = "docProps/custom.xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def _part(package: Package) -> str | None:
    return next((link.target for link in relationships(package, "") if link.kind == "custom-properties" and link.target in package), None)


def read_properties(package: Package) -> dict[str, str]:
    """Every custom property as text, by name."""
    part = _part(package)
    nodes = package.xml(part).iterchildren("{*}property") if part else ()
    return {node.get("name", ""): "".join(node.itertext()).strip() for node in nodes}


def put_properties(package: Package, values: Mapping[str, str]) -> None:
    """Give the workbook these properties; its others stay as they are."""
    if read_properties(package).items() >= values.items():
        return
    part = _part(package)
    if part is None:
        _add(package, values)
        return
    root = package.xml(part)
    for node in root.findall("{*}property"):
        if node.get("name") in values:
            root.remove(node)
    numbers = [int(node.get("pid", "1")) for node in root.findall("{*}property") if node.get("pid", "1").isdigit()]
    bare = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    package.replace(part, insert_child(bare, "", _lines(values, max([1, *numbers]) + 1)))


def _lines(values: Mapping[str, str], first: int) -> list[str]:
    return [
        f'<property xmlns="{_NAMESPACE}" fmtid="{_FORMAT_ID}" pid="{number}" name={quoteattr(name)}>'
        f'<vt:lpwstr xmlns:vt="{_VALUES}">{escape(text)}</vt:lpwstr></property>'
        for number, (name, text) in enumerate(values.items(), first)
    ]  # fmt: skip


def _add(package: Package, values: Mapping[str, str]) -> None:
    body = "".join(_lines(values, 2))
    package.add(_PART, f'{_HEAD}<Properties xmlns="{_NAMESPACE}">{body}</Properties>'.encode())
    types = insert_child(utf8(package, CONTENT_TYPES), "", [f'<Override PartName="/{_PART}" ContentType="{_CONTENT_TYPE}"/>'])
    package.replace(CONTENT_TYPES, types)
    taken, number = {link.id for link in relationships(package, "")}, 1
    while f"rId{number}" in taken:
        number += 1
    line = f'<Relationship Id="rId{number}" Type="{_RELATIONSHIP}" Target="{_PART}"/>'
    package.replace(rels_name(""), insert_child(utf8(package, rels_name("")), "", [line]))
