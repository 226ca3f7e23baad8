"""The ribbon tab as Excel reads it (customUI 2009/07), from the command list; plain buttons only, which Excel for Mac shows too."""

from collections.abc import Mapping
from itertools import groupby

from lxml import etree

from xl_credit.hosts.commanding import Command

NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"
CALLBACK = "XlCreditCommand"
_ID = "xl_credit"


def ribbon_xml(tab: str, commands: Mapping[str, Command]) -> bytes:
    """Groups in the order of the commands, each button with its tag, tip and one of Office's own pictures."""
    root = etree.Element(f"{{{NAMESPACE}}}customUI", nsmap={None: NAMESPACE})
    ribbon = etree.SubElement(root, f"{{{NAMESPACE}}}ribbon")
    tabs = etree.SubElement(ribbon, f"{{{NAMESPACE}}}tabs")
    node = etree.SubElement(tabs, f"{{{NAMESPACE}}}tab", id=f"{_ID}_tab", label=tab)
    for number, (label, members) in enumerate(groupby(commands.values(), key=lambda command: command.group), start=1):
        group = etree.SubElement(node, f"{{{NAMESPACE}}}group", id=f"{_ID}_group{number}", label=label)
        for command in members:
            etree.SubElement(group, f"{{{NAMESPACE}}}button", _button(command))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _button(command: Command) -> dict[str, str]:
    size = "large" if command.is_large else "normal"
    return {"id": f"{_ID}_{command.tag}", "tag": command.tag, "label": command.label, "size": size, "imageMso": command.image,
            "screentip": command.label, "supertip": command.tip, "onAction": CALLBACK}  # fmt: skip
