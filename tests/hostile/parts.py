"""A workbook as named parts, to be damaged by hand: no reader of ours takes part in it."""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from random import Random

_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATIONSHIP = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*"([^"]*)"')
_CELL = re.compile(r'<c r="([A-Z]+)(\d+)"((?:[^>"]|"[^"]*")*?)(?:/>|>(.*?)</c>)', re.S)


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a cell lies in its part's text, and what its tag says."""

    start: int
    end: int
    letters: str
    row: int
    attributes: str

    @property
    def reference(self) -> str:
        return f"{self.letters}{self.row}"

    @property
    def style(self) -> str:
        found = re.search(r'\ss="\d+"', self.attributes)
        return found[0] if found else ""


class Parts(dict[str, bytes]):
    """Part name → content, in the order of the file."""

    @classmethod
    def of(cls, data: bytes) -> "Parts":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return cls({name: archive.read(name) for name in archive.namelist()})

    def packed(self, method: int = zipfile.ZIP_DEFLATED) -> bytes:
        return packed(self, method)

    def text(self, name: str) -> str:
        """Empty for a part that an earlier mutation took away."""
        return self.get(name, b"").decode("utf-8", "surrogateescape")

    def put(self, name: str, text: str) -> None:
        if name in self:
            self[name] = text.encode("utf-8", "surrogateescape")

    def sheets(self) -> dict[str, str]:
        """Sheet name → part, as the workbook says."""
        targets = {}
        for tag in _RELATIONSHIP.findall(self.text("xl/_rels/workbook.xml.rels")):
            found = dict(_ATTRIBUTE.findall(tag))
            targets[found.get("Id")] = found.get("Target", "")
        sheets = {}
        for tag in _SHEET.findall(self.text("xl/workbook.xml")):
            found = dict(_ATTRIBUTE.findall(tag))
            target = targets.get(found.get("r:id"), "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if part in self:
                sheets[unescape(found.get("name", ""))] = part
        return sheets

    def cells(self, part: str) -> list[Cell]:
        return [Cell(*found.span(), found[1], int(found[2]), found[3]) for found in _CELL.finditer(self.text(part))]

    def any_xml(self, random: Random) -> str:
        return random.choice([name for name in self if name.endswith((".xml", ".rels"))] or list(self))


def packed(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method, compresslevel=1) as new:
        for name, data in parts.items():
            new.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()
