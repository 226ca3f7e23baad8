"""A template sheet's native charts carried over: its drawing, the charts on it, and their own style and colour parts.

A drawing with anything else on it is refused, whole: what is not understood here could not be checked either.
"""

from lxml import etree

from xl_credit.books.graft_parts import Graft, relative
from xl_credit.books.workbook import RELATIONSHIPS, Sheet, content_type, relationships, renamed
from xl_credit.rules.errors import CreditError

_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_ANCHORS = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")
_PLACE = ("from", "to", "pos", "ext", "clientData")  # of an anchor: where it stands, not what it holds
_NAMES = {"drawing": "drawings/drawing", "chart": "charts/chart", "chartStyle": "charts/style", "chartColorStyle": "charts/colors"}
_HOLDS = {"drawing": ("chart",), "chart": ("chartStyle", "chartColorStyle")}


def not_carried(what: str, sheet: Sheet) -> CreditError:
    """The error that names what keeps a template sheet from being attached."""
    return CreditError(f"模板工作表含有不能带入的内容({what})", where=sheet.name, allowed="单元格、表格、超链接、图表")


def place_drawing(graft: Graft, sheet: Sheet, source: str) -> str:
    """Make the parts of the drawing ``source`` and of its charts; the drawing's new part name.

    A strict workbook is refused: there a chart's percentages are written in another way, not only under other namespaces.
    """
    if graft.strict:
        raise CreditError("“严格 Open XML”格式的工作簿不能加入图表", where=graft.package.path.name,
                          allowed="在 Excel 中另存为“Excel 工作簿(*.xlsx)”")
    used = _charts(graft.template.xml(source), sheet)
    if used - {item.id for item in relationships(graft.template, source)}:
        raise CreditError("模板图表缺少部件", where=sheet.name)
    return _place(graft, sheet, "drawing", source)


def _charts(root: etree._Element, sheet: Sheet) -> set[str]:
    """Relationship ids of the charts on the drawing."""
    used = set()
    for anchor in root.iterchildren("{*}*"):
        if etree.QName(anchor).localname not in _ANCHORS:
            raise not_carried(etree.QName(anchor).localname, sheet)
        for item in anchor.iterchildren("{*}*"):
            local = etree.QName(item).localname
            if local in _PLACE:
                continue
            held = item.findall("{*}graphic/{*}graphicData/*")
            if local != "graphicFrame" or [node.tag for node in held] != [f"{{{_CHART}}}chart"]:
                raise not_carried(local, sheet)
            if item.get("macro"):
                raise not_carried("macro", sheet)
            used.add(held[0].get(f"{{{RELATIONSHIPS}}}id", ""))
    return used


def _place(graft: Graft, sheet: Sheet, kind: str, source: str) -> str:
    """One part and all that it points to, under free names; relationship ids stay, so that its content may."""
    part, lines = graft.fresh_part(_NAMES[kind]), []
    for item in relationships(graft.template, source):
        if item.external or item.kind not in _HOLDS.get(kind, ()):
            raise not_carried(item.kind, sheet)
        lines.append(graft.relationship(item.id, item.type, relative(part, _place(graft, sheet, item.kind, item.target))))
    data = _chart(graft, sheet, source) if kind == "chart" else graft.template.read(source)
    graft.put(part, data, content_type(graft.template, source), lines)
    return part


def _chart(graft: Graft, sheet: Sheet, source: str) -> bytes:
    """The chart as it is, unless a table in its formulas has a new name; its formulas are checked with all others."""
    root, changed = graft.template.xml(source), False
    if root.find("{*}pivotSource") is not None:
        raise not_carried("pivotSource", sheet)
    if graft.target.date1904 != graft.source.date1904 and root.find(".//{*}dateAx") is not None:
        raise CreditError("模板图表带日期坐标轴,工作簿却用另一种日期系统(1900/1904)", where=sheet.name,
                          allowed="在 Excel 选项中改用同一日期系统")
    for node in root.iter("{*}f", "{*}sqref"):
        text = renamed(node.text or "", graft.renamed)
        graft.formulas.append(text)
        if text != (node.text or ""):
            node.text, changed = text, True
    return graft.serialised(root) if changed else graft.template.read(source)
