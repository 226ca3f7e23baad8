"""What stands in a worksheet's cells: values and formulas, whichever way the program that saved it stores them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO

from lxml import etree

from xl_credit.books.formula_text import shifted
from xl_credit.books.package import Package, relationships
from xl_credit.books.workbook import whole_number
from xl_credit.rules.errors import CreditError
from xl_credit.tables import column_index

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_ON = ("1", "true")
_LAST_ROW = 1_048_576

Value = str | float | bool | None
At = tuple[int, int]  # row from 1, column from 0


@dataclass(frozen=True, slots=True)
class Content:
    """A cell: its value (a formula's last result), and the formula's text as it would stand in the cell ``anchor``."""

    value: Value
    formula: str | None = None
    anchor: At | None = None

    def formula_at(self, at: At) -> str | None:
        """The formula as it stands in the cell ``at``, beginning with ``=``."""
        if self.formula is None:
            return None
        return "=" + shifted(self.formula, at[0] - self.anchor[0], at[1] - self.anchor[1])


@dataclass(frozen=True, slots=True)
class Contents:
    """A worksheet's filled cells, the format of each cell there is, hidden rows, and whether it is protected or filtered."""

    cells: Mapping[At, Content]
    formats: Mapping[At, int]
    hidden_rows: frozenset[int] = field(default=frozenset())
    is_protected: bool = False
    is_filtered: bool = False


class Reader:
    """Reads the worksheets of one package; its shared texts are taken apart once."""

    def __init__(self, package: Package, formats_to: int = _LAST_ROW) -> None:
        """``formats_to``: the last row whose cells' formats are wanted."""
        self.package, self._formats_to = package, formats_to

    @cached_property
    def _texts(self) -> list[str]:
        part = self._linked("sharedStrings")
        return [_text(node) for node in self.package.xml(part).iterchildren("{*}si")] if part else []

    @cached_property
    def locked_formats(self) -> tuple[bool, ...]:
        """Of each cell format, whether protection locks its cells."""
        part = self._linked("styles")
        formats = self.package.xml(part).findall("{*}cellXfs/{*}xf") if part else ()
        return tuple(_is_locked(node) for node in formats)

    def _linked(self, kind: str) -> str | None:
        links = relationships(self.package, self.package.workbook_part)
        return next((item.target for item in links if item.kind == kind and item.target in self.package), None)

    def read(self, part: str) -> Contents:
        """The sheet's cells, a row at a time: formatting down to the last row of a sheet takes no memory for what is empty."""
        cells: dict[At, Content] = {}
        formats: dict[At, int] = {}
        hidden: set[int] = set()
        shared: dict[str, tuple[str, At]] = {}
        number, is_protected, is_filtered = 0, False, False
        for node in self._elements(part):
            local = etree.QName(node).localname
            if local == "sheetProtection":
                is_protected = node.get("sheet") in _ON
            elif local == "autoFilter":
                is_filtered |= node.find("{*}filterColumn") is not None
            else:
                number = whole_number(node.get("r")) or number + 1
                if node.get("hidden") in _ON or (node.get("ht") in ("0", "0.0") and node.get("customHeight") in _ON):
                    hidden.add(number)
                self._read_row(node, number, cells, formats, shared)
        return Contents(cells, formats, frozenset(hidden), is_protected, is_filtered)

    def _elements(self, part: str) -> Iterator[etree._Element]:
        """Rows, protection and filter of a sheet in their order; a row is let go when the next one is asked for."""
        source = BytesIO(self.package.read(part))
        tags = ("{*}row", "{*}sheetProtection", "{*}autoFilter")
        try:
            for _, node in etree.iterparse(source, events=("end",), tag=tags, resolve_entities=False, no_network=True, load_dtd=False):
                yield node
                node.clear()
                while node.getprevious() is not None:
                    del node.getparent()[0]
        except etree.XMLSyntaxError:
            raise CreditError("XML 内容损坏,无法读取", where=f"{self.package.path.name}!{part}") from None

    def _read_row(
        self, row: etree._Element, number: int, cells: dict[At, Content], formats: dict[At, int], shared: dict[str, tuple[str, At]]
    ) -> None:  # fmt: skip
        column = -1
        for cell in row.iterchildren("{*}c"):
            found = _REFERENCE.fullmatch(cell.get("r", ""))
            column = column_index(found[1]) if found else column + 1
            at = number, column
            if number <= self._formats_to:
                formats[at] = whole_number(cell.get("s")) or 0
            value, formula = None, None
            for child in cell:
                local = etree.QName(child).localname
                if local == "f":
                    formula = _formula(child, at, shared)
                elif local in ("v", "is"):
                    value = self._value(cell.get("t", "n"), child)
            if formula is not None:
                cells[at] = Content(value, *formula)
            elif value not in (None, ""):
                cells[at] = Content(value)

    def _value(self, kind: str, node: etree._Element) -> Value:
        text = node.text or ""
        if kind == "inlineStr":
            return _text(node)
        if kind == "s":
            place = whole_number(text)
            return self._texts[place] if place is not None and place < len(self._texts) else None
        if kind == "b":
            return text.strip() in _ON
        if kind == "n":
            try:
                return float(text)
            except ValueError:
                return None
        return _plain(text)


def _formula(node: etree._Element, at: At, shared: dict[str, tuple[str, At]]) -> tuple[str, At]:
    """Its text, and the cell in which the text would stand as it is."""
    text = node.text or ""
    if node.get("t") == "shared":
        if text:
            shared[node.get("si", "")] = text, at
        return shared.get(node.get("si", ""), ("", at))
    return text, at


def _is_locked(node: etree._Element) -> bool:
    protection = node.find("{*}protection")
    return protection is None or protection.get("locked") not in ("0", "false")


def _text(node: etree._Element) -> str:
    """A rich or plain text without the readings (``rPh``) that East Asian programs keep beside it."""
    runs = [child.text or "" for child in node.iterfind("{*}t")] + [child.text or "" for child in node.iterfind("{*}r/{*}t")]
    return _plain("".join(runs))


def _plain(text: str) -> str:
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return text.replace("\r\n", "\n") if "\r" in text else text
