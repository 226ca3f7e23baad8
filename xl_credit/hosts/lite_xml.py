"""The parts by which a workbook carries xlwings Lite code, as MS-OWEXML has them: text in, text out."""

import json
import re
import uuid
from collections.abc import Callable, Mapping
from xml.parsers import expat
from xml.sax.saxutils import escape

from lxml import etree

from xl_credit.books.safe_xml import parse_xml

STORE_ID = "wa200008175"  # xlwings Lite in Microsoft's store
FOLDER = "xl/webextensions"
TASKPANES = f"{FOLDER}/taskpanes.xml"
EXTENSION_TYPE = "application/vnd.ms-office.webextension+xml"
TASKPANES_TYPE = "application/vnd.ms-office.webextensiontaskpanes+xml"
TASKPANES_RELATIONSHIP = "http://schemas.microsoft.com/office/2011/relationships/webextensiontaskpanes"
EXTENSION_RELATIONSHIP = "http://schemas.microsoft.com/office/2011/relationships/webextension"
_WE = "http://schemas.microsoft.com/office/webextensions/webextension/2010/11"
_WETP = "http://schemas.microsoft.com/office/webextensions/taskpanes/2010/11"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TAG = re.compile(rb"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")

Node = Mapping[str, str]
"""The attributes of an element, under their names as written."""


def as_setting(value: str) -> str:
    r"""A document setting as Office keeps it: JSON, its slashes escaped.

    >>> print(as_setting('a/"b"'))
    "a\/\"b\""
    """
    return json.dumps(value, ensure_ascii=False).replace("/", "\\/")


def from_setting(written: str) -> str | None:
    """The opposite of :func:`as_setting`; ``None`` for what is no text in JSON."""
    try:
        value = json.loads(written)
    except ValueError:
        return None
    return value if isinstance(value, str) else None


def property_xml(name: str, value: str) -> str:
    """``<we:property …/>`` of one setting."""
    written = escape(as_setting(value), {'"': "&quot;"})
    return f'<we:property name="{escape(name)}" value="{written}"/>'


def extension_xml(seed: str, settings: Mapping[str, str]) -> bytes:
    """A web extension part of its own: the store's reference, the settings, an identity drawn from ``seed``."""
    identity = str(uuid.uuid5(uuid.NAMESPACE_URL, f"xl-credit:lite:{seed}")).upper()
    reference = f'<we:reference id="{STORE_ID}" version="1.0.0.0" store="en-US" storeType="OMEX"/>'
    alternate = f'<we:reference id="{STORE_ID.upper()}" version="1.0.0.0" store="" storeType="OMEX"/>'
    return (
        f'{_DECLARATION}<we:webextension xmlns:we="{_WE}" id="{{{identity}}}">{reference}'
        f"<we:alternateReferences>{alternate}</we:alternateReferences>"
        f'<we:properties>{"".join(property_xml(*item) for item in settings.items())}</we:properties>'
        f'<we:bindings/><we:snapshot xmlns:r="{_R}"/></we:webextension>'
    ).encode()


def pane_xml(link: str) -> str:
    """A task pane that stays closed until it is asked for."""
    return (
        f'<wetp:taskpane xmlns:wetp="{_WETP}" dockstate="right" visibility="0" width="350" row="1">'
        f'<wetp:webextensionref xmlns:r="{_R}" r:id="{link}"/></wetp:taskpane>'
    )


def panes_xml(link: str) -> bytes:
    return f'{_DECLARATION}<wetp:taskpanes xmlns:wetp="{_WETP}">{pane_xml(link)}</wetp:taskpanes>'.encode()


def relationships_xml(*lines: str) -> bytes:
    return f'{_DECLARATION}<Relationships xmlns="{_RELATIONSHIPS}">{"".join(lines)}</Relationships>'.encode()


def relationship_xml(link: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{link}" Type="{kind}" Target="{target}"/>'


def override_xml(part: str, kind: str) -> str:
    return f'<Override PartName="/{part}" ContentType="{kind}"/>'


def is_lite(root: etree._Element) -> bool:
    """Whether a web extension part is xlwings Lite's."""
    return any(node.get("id", "").lower() == STORE_ID for node in root.iter("{*}reference"))


def settings_of(root: etree._Element) -> dict[str, str]:
    """The settings that a web extension part holds as text."""
    found = ((node.get("name", ""), from_setting(node.get("value", ""))) for node in root.iter("{*}property"))
    return {name: value for name, value in found if value is not None}


def property_names(root: etree._Element) -> set[str]:
    return {node.get("name", "") for node in root.iter("{*}property")}


def with_settings(data: bytes, settings: Mapping[str, str]) -> bytes:
    """A web extension part with these settings, the others and all else kept; the very bytes where it has them already."""
    root = parse_xml(data, "webextension")
    if all(settings_of(root).get(name) == value for name, value in settings.items()):
        return data
    present = {node.get("name"): node for node in root.iter("{*}property")}
    holder = root.find("{*}properties")
    if holder is None:
        holder = etree.Element(f"{{{_WE}}}properties")
        root.insert(len(root.findall("{*}reference") + root.findall("{*}alternateReferences")), holder)
    for name, value in settings.items():
        node = present.get(name)
        if node is None:
            node = etree.SubElement(holder, f"{{{_WE}}}property", name=name)
        node.set("value", as_setting(value))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def without_children(data: bytes, is_gone: Callable[[list[Node]], bool]) -> bytes:
    """A part's text without those of its root's children of which ``is_gone`` is true, told by their own attributes and, after
    those, their descendants'; every other byte as it was.

    >>> without_children(b'<a><b i="1"/> <b i="2"><c/></b></a>', lambda nodes: nodes[0].get("i") == "2")
    b'<a><b i="1"/> </a>'
    """
    parser, depth, began, nodes, gone = expat.ParserCreate(), 0, 0, [], []

    def start(_: str, attributes: Node) -> None:
        nonlocal depth, began, nodes
        depth += 1
        if depth == 2:
            began, nodes = parser.CurrentByteIndex, []
        nodes.append(attributes)

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1
        if depth == 1 and is_gone(nodes):
            opening = _TAG.match(data, began)
            last = opening if opening[0].endswith(b"/>") else _TAG.match(data, parser.CurrentByteIndex)
            gone.append((began, last.end()))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.Parse(data, True)
    for first, last in reversed(gone):
        data = data[:first] + data[last:]
    return data
