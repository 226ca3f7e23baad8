"""What attaching sheets makes: the parts to be added, their names, content types and links, in the workbook's own dialect."""

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from lxml import etree

from xl_credit.books.package import CONTENT_TYPES, Package
from xl_credit.books.styles import StyleAppender
from xl_credit.books.workbook import MAIN, RELATIONSHIPS, STRICT_MAIN, STRICT_RELATIONSHIPS, Sheets, rels_name

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
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
        """The first free numbered part name beside the workbook, after all that are there or declared; it is taken by this."""
        stem = posixpath.join(posixpath.dirname(self.package.workbook_part), stem)
        pattern = re.compile(re.escape(stem) + r"(\d+)\.xml", re.I)
        names = (*self.package.names(), *self._declared(), *self.parts)
        taken = [int(found[1]) for name in names if (found := pattern.fullmatch(name))]
        part = f"{stem}{max([0, *taken]) + 1}.xml"
        self.parts[part] = b""
        return part

    def _declared(self) -> list[str]:
        """Parts that have a content type, there or not: a second one for the same name would damage the file."""
        types = self.package.xml(CONTENT_TYPES).iterchildren("{*}Override")
        return [node.get("PartName", "").replace("\\", "/").lstrip("/") for node in types]

    def put(self, part: str, data: bytes, kind: str, lines: Sequence[str] = ()) -> None:
        """A new part's content, its content type (as ``override`` takes it) and the lines of its relationships."""
        self.parts[part] = data
        self.types.append(override(part, kind))
        if lines:
            self.parts[rels_name(part)] = f'{_HEAD}<Relationships xmlns="{_RELS}">{"".join(lines)}</Relationships>'.encode()

    def serialised(self, root: etree._Element) -> bytes:
        """The part as it will lie in the package."""
        return self.in_dialect(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))

    def in_dialect(self, data: bytes) -> bytes:
        """The part in the target's dialect: a strict workbook takes the same content under other namespaces."""
        if not self.strict:
            return data
        return data.replace(MAIN.encode(), STRICT_MAIN.encode()).replace(RELATIONSHIPS.encode(), STRICT_RELATIONSHIPS.encode())

    def relationship(self, link: str, kind: str, target: str, *, external: bool = False) -> str:
        """One line of a relationships part; ``kind`` is the type's last word, or the whole type where it is not the standard's."""
        base = STRICT_RELATIONSHIPS if self.strict else RELATIONSHIPS
        kind = kind if "/" in kind else f"{base}/{kind}"
        mode = ' TargetMode="External"' if external else ""
        return f'<Relationship Id="{link}" Type="{kind}" Target={quoteattr(target)}{mode}/>'

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
    """The part's line in the content types; ``kind`` is a spreadsheet part's last word, or the whole content type."""
    return f'<Override PartName={quoteattr("/" + part)} ContentType="{kind if "/" in kind else f"{_TYPE}{kind}+xml"}"/>'
