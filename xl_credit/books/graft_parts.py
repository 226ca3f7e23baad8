"""What attaching sheets makes: the parts to be added, their names, content types and links, in the workbook's own dialect."""

import posixpath
import re
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from lxml import etree

from xl_credit.books.package import Package
from xl_credit.books.styles import StyleAppender
from xl_credit.books.workbook import MAIN, RELATIONSHIPS, STRICT_MAIN, STRICT_RELATIONSHIPS, Sheets

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."


@dataclass
class Graft:
    """What is known of both sides, and the parts to be added."""

    package: Package
    template: Package
    target: Sheets
    source: Sheets
    strict: bool
    styles: StyleAppender
    shared: list[etree._Element]
    tables: dict[str, int]  # names and ids of the target's tables
    parts: dict[str, bytes] = field(default_factory=dict)
    types: list[str] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)

    def fresh_part(self, stem: str) -> str:
        """The first free numbered part name beside the workbook, after all that are there."""
        stem = posixpath.join(posixpath.dirname(self.package.workbook_part), stem)
        pattern = re.compile(re.escape(stem) + r"(\d+)\.xml", re.I)
        taken = [int(found[1]) for name in (*self.package.names(), *self.parts) if (found := pattern.fullmatch(name))]
        return f"{stem}{max([0, *taken]) + 1}.xml"

    def serialised(self, root: etree._Element) -> bytes:
        """The part as it will lie in the package."""
        return self.in_dialect(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))

    def in_dialect(self, data: bytes) -> bytes:
        """The part in the target's dialect: a strict workbook takes the same content under other namespaces."""
        if not self.strict:
            return data
        return data.replace(MAIN.encode(), STRICT_MAIN.encode()).replace(RELATIONSHIPS.encode(), STRICT_RELATIONSHIPS.encode())

    def relationship(self, link: str, kind: str, target: str, *, external: bool = False) -> str:
        """One line of a relationships part."""
        base = STRICT_RELATIONSHIPS if self.strict else RELATIONSHIPS
        mode = ' TargetMode="External"' if external else ""
        return f'<Relationship Id="{link}" Type="{base}/{kind}" Target={quoteattr(target)}{mode}/>'

    def id_attribute(self, link: str) -> str:
        """The link's ``r:id``, under the prefix that workbook.xml has for it."""
        namespace = STRICT_RELATIONSHIPS if self.strict else RELATIONSHIPS
        known = self.package.xml(self.package.workbook_part).nsmap
        prefix = next((prefix for prefix, uri in known.items() if uri == namespace and prefix), None)
        return f'{prefix}:id="{link}"' if prefix else f'xmlns:r="{namespace}" r:id="{link}"'


def relative(base: str, part: str) -> str:
    """``part`` as a relationship of ``base`` names it."""
    return posixpath.relpath("/" + part, posixpath.join("/", posixpath.dirname(base)))


def override(part: str, kind: str) -> str:
    """The part's line in the content types."""
    return f'<Override PartName={quoteattr("/" + part)} ContentType="{_TYPE}{kind}+xml"/>'
