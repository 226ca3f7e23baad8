"""Cells that stay open for typing in a sheet that is protected."""

import re
from collections.abc import Callable

from lxml import etree

from xl_credit.books.package import Package, relationships
from xl_credit.books.workbook import MAIN
from xl_credit.tables import column_index

_CELL = re.compile(r'<c r="([A-Z]+)(\d+)"([^>]*)')
_STYLE = re.compile(r' s="(\d+)"')


class Unlocker:
    """Gives cells of a workbook that this package built their own format again, not locked; saved by :meth:`finish`."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._part = next(link.target for link in relationships(package, package.workbook_part) if link.kind == "styles")
        self._root = package.xml(self._part)
        self._formats = self._root.find("{*}cellXfs")
        self._open: dict[int, int] = {}

    def unlock(self, part: str, is_open: Callable[[int, int], bool]) -> None:
        """Open the cells of a sheet for which ``is_open`` (row from 1, column from 0) says so."""

        def opened(found: re.Match[str]) -> str:
            letters, row, rest = found.groups()
            if not is_open(int(row), column_index(letters)):
                return found[0]
            style = _STYLE.search(rest)
            number = self._unlocked(int(style[1]) if style else 0)
            return f'<c r="{letters}{row}" s="{number}"{_STYLE.sub("", rest, count=1)}'

        self.package.replace(part, _CELL.sub(opened, self.package.read(part).decode()).encode())

    def _unlocked(self, style: int) -> int:
        if style not in self._open:
            copy = etree.fromstring(etree.tostring(self._formats[style]))
            copy.set("applyProtection", "1")
            for old in copy.findall("{*}protection"):
                copy.remove(old)
            etree.SubElement(copy, f"{{{MAIN}}}protection", locked="0")
            self._open[style] = len(self._formats)
            self._formats.append(copy)
            self._formats.set("count", str(len(self._formats)))
        return self._open[style]

    def finish(self) -> None:
        self.package.replace(self._part, etree.tostring(self._root, xml_declaration=True, encoding="UTF-8", standalone=True))
