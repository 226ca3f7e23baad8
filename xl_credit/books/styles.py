"""A template's cell formats brought into another workbook's styles.xml by appending: no index in use there ever moves."""

import re
from functools import cached_property
from html import escape

from lxml import etree

from xl_credit.books.workbook import MAIN, insert_child, insert_section, whole_number
from xl_credit.rules.errors import CreditError

_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors",
          "extLst")
_XF_LIMIT = 65_490  # Excel's own limit of cell formats in one workbook
_FIRST_CUSTOM = 164
_DEFAULTS = {  # what index 0 means where the workbook does not say; fills 0 and 1 are fixed by the format
    "fonts": ('<font><sz val="11"/><name val="Calibri"/><family val="2"/></font>',),
    "fills": ('<fill><patternFill patternType="none"/></fill>', '<fill><patternFill patternType="gray125"/></fill>'),
    "borders": ("<border><left/><right/><top/><bottom/><diagonal/></border>",),
    "cellStyleXfs": ('<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',),
    "cellXfs": ('<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',),
}
_APPLY = "".join(f' apply{what}="1"' for what in ("NumberFormat", "Font", "Fill", "Border", "Alignment", "Protection"))
EMPTY_STYLES = (f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{MAIN}"><cellStyles count="1">'
                '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>').encode()


class StyleAppender:
    """Template style index -> index in the target, appending what the target lacks; equal formats are shared.

    Nothing is written until ``appended`` gives the target's styles.xml with the additions.
    """

    def __init__(self, target: etree._Element, template: etree._Element, where: str) -> None:
        self._target, self._template, self._where = target, template, where
        self._new: dict[str, list[str]] = {section: [] for section in _ORDER}
        self._known: dict[str, dict[object, int]] = {}
        self._sizes: dict[str, int] = {}
        self._xfs: dict[int, int] = {}
        self._dxfs: dict[int, int] = {}
        self._present = {etree.QName(node).localname for node in target.iterchildren("{*}*")}
        for section, defaults in _DEFAULTS.items():
            node = target.find(f"{{*}}{section}")
            if node is None or not len(node):
                self._new[section].extend(defaults)
                if node is None:
                    node = etree.SubElement(target, section)
                node.extend(etree.fromstring(text) for text in defaults)

    def xf(self, index: int) -> int:
        """The target's cell format that looks like the template's ``index``."""
        if index not in self._xfs:
            self._xfs[index] = self._merge_xf(_item(self._template, "cellXfs", index))
        return self._xfs[index]

    def dxf(self, index: int) -> int:
        """The same for the differential formats of conditional formatting and tables."""
        if index not in self._dxfs:
            node = _copy(_item(self._template, "dxfs", index))
            for number_format in node.iterfind("{*}numFmt"):
                number_format.set("numFmtId", str(self._number_format(number_format.get("numFmtId", "0"),
                                                                     number_format.get("formatCode"))))
            self._dxfs[index] = self._place("dxfs", _key(node), _plain(node))
        return self._dxfs[index]

    def is_date(self, index: int) -> bool:
        """Whether the template's format ``index`` shows a date or a time."""
        number = int(_item(self._template, "cellXfs", index).get("numFmtId", "0"))
        code = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", self._template_codes.get(str(number), ""))
        built_in = (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))
        return number in built_in or bool(re.search("[ymdhs]", code, re.I))

    def appended(self, data: bytes) -> bytes:
        """``data`` (the target's styles.xml) with everything new at the end of its sections; the same bytes if nothing is."""
        for section, items in self._new.items():
            if items and section in self._present:
                data = insert_child(data, section, items, count=True)
            elif items:
                data = insert_section(data, f'<{section} count="{len(items)}">{"".join(items)}</{section}>', _ORDER)
        return data

    def _merge_xf(self, source: etree._Element) -> int:
        parts = {"numFmtId": str(self._number_format(source.get("numFmtId", "0"), None)), "fontId": str(self._font(source)),
                 "fillId": str(self._part("fills", source.get("fillId", "0"))),
                 "borderId": str(self._part("borders", source.get("borderId", "0"))), "xfId": "0"}
        if source.get("quotePrefix") in ("1", "true"):
            parts["quotePrefix"] = "1"
        children = [child for child in source if etree.QName(child).localname in ("alignment", "protection")]
        attributes = "".join(f' {name}="{value}"' for name, value in parts.items())
        text = f"<xf{attributes}{_APPLY}>{''.join(map(_plain, children))}</xf>"
        index = self._place("cellXfs", _xf_key(parts, children), text)
        if index >= _XF_LIMIT:
            raise CreditError(f"单元格格式已达 {index} 种", where=self._where, allowed=f"不超过 {_XF_LIMIT} 种,请先清理多余格式")
        return index

    def _font(self, source: etree._Element) -> int:
        """By name and size, not by the other workbook's theme: the theme link is dropped unless an equal font is there."""
        font = _copy(_item(self._template, "fonts", int(source.get("fontId", "0"))))
        found = self._index("fonts").get(_key(font))
        if found is not None:
            return found
        for scheme in font.findall("{*}scheme"):
            font.remove(scheme)
        return self._place("fonts", _key(font), _plain(font))

    def _part(self, section: str, index: str) -> int:
        node = _item(self._template, section, int(index))
        return self._place(section, _key(node), _plain(node))

    def _number_format(self, number: str, code: str | None) -> int:
        if int(number) < _FIRST_CUSTOM:
            return int(number)
        code = code or self._template_codes.get(number)
        if code is None:
            return 0
        if code not in self._target_codes:
            self._target_codes[code] = max([_FIRST_CUSTOM - 1, *self._target_codes.values()]) + 1
            self._new["numFmts"].append(f'<numFmt numFmtId="{self._target_codes[code]}" formatCode="{escape(code)}"/>')
        return self._target_codes[code]

    @cached_property
    def _template_codes(self) -> dict[str, str]:
        return {node.get("numFmtId", ""): node.get("formatCode", "")
                for node in self._template.iterfind("{*}numFmts/{*}numFmt")}

    @cached_property
    def _target_codes(self) -> dict[str, int]:
        return {node.get("formatCode", ""): whole_number(node.get("numFmtId")) or 0
                for node in self._target.iterfind("{*}numFmts/{*}numFmt")}

    def _index(self, section: str) -> dict[object, int]:
        """Key -> first index, of what the target has and what was appended."""
        if section not in self._known:
            nodes = [node for node in self._target.iterfind(f"{{*}}{section}/{{*}}*")]
            keys = [_own_xf_key(node) if section == "cellXfs" else _key(node) for node in nodes]
            self._known[section] = {key: at for at, key in reversed(list(enumerate(keys)))}
            self._sizes[section] = len(nodes)
        return self._known[section]

    def _place(self, section: str, key: object, text: str) -> int:
        known = self._index(section)
        if key not in known:
            known[key] = self._sizes[section]
            self._sizes[section] += 1
            self._new[section].append(text)
        return known[key]


def _item(root: etree._Element, section: str, index: int) -> etree._Element:
    nodes = root.findall(f"{{*}}{section}/{{*}}*")
    if not 0 <= index < len(nodes):
        raise CreditError(f"模板的样式表缺少 {section} 第 {index} 项")
    return nodes[index]


def _copy(node: etree._Element) -> etree._Element:
    return etree.fromstring(etree.tostring(node, with_tail=False))


def _key(node: etree._Element) -> tuple:
    """Equal for elements that say the same, whatever their prefixes, attribute order and white space."""
    return (etree.QName(node).localname, tuple(sorted(_attributes(node))), (node.text or "").strip(),
            tuple(_key(child) for child in node.iterchildren("{*}*")))


def _xf_key(parts: dict[str, str], children: list[etree._Element]) -> tuple:
    return tuple(sorted(parts.items())), tuple(_key(child) for child in children)


def _own_xf_key(node: etree._Element) -> tuple:
    """The key under which a template format may share the target's; unshareable where a flag switches a part off."""
    attributes = dict(_attributes(node))
    if any(value in ("0", "false") for name, value in attributes.items() if name.startswith("apply")):
        return ("own", id(node))
    parts = {name: attributes.get(name, "0") for name in ("numFmtId", "fontId", "fillId", "borderId", "xfId")}
    extra = {name: value for name, value in attributes.items() if name not in parts and not name.startswith("apply")}
    return _xf_key(parts | extra, list(node.iterchildren("{*}*")))


def _attributes(node: etree._Element) -> list[tuple[str, str]]:
    """Attributes of the format itself; those of later extensions (``x14ac:…``) say nothing about the look."""
    return [(name, value) for name, value in node.items() if not name.startswith("{")]


def _plain(node: etree._Element) -> str:
    """The element as text without namespaces, to be read in the target's own."""
    name = etree.QName(node).localname
    attributes = "".join(f' {key}="{escape(value)}"' for key, value in _attributes(node))
    inside = escape(node.text or "", quote=False) + "".join(_plain(child) for child in node.iterchildren("{*}*"))
    return f"<{name}{attributes}>{inside}</{name}>" if inside else f"<{name}{attributes}/>"
