"""Native charts come along with their sheet, under part names that the workbook does not have; anything else drawn is refused."""

import re
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from tests.books.joining import (
    FILES,
    attached,
    may_change,
    needs_corpus,
    needs_validator,
    new_complaints,
    opened,
    parts,
    refused,
    rewritten,
    strict,
)
from tests.forms.office import convert
from xl_credit.books.graft import AttachReport
from xl_credit.books.package import Package, read_package, relationships
from xl_credit.books.workbook import content_type, read_sheets

SHEETS = ("账龄表", "图 二")
RANGES = ["$C$10:$C$24", "$D$10:$D$24", "$C$10:$C$24", "$E$10:$E$24"]
OFFICE_2011 = "http://schemas.microsoft.com/office/2011/relationships"
PIXEL = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000"
                      "1f15c4890000000d49444154789c6360000002000100ffff03000006000557bfabd40000000049454e44ae426082")
LOOKS = """axisTitle categoryAxis chartArea dataLabel dataLabelCallout dataPoint dataPoint3D dataPointLine dataPointMarker
dataPointWireframe dataTable downBar dropLine errorBar floor gridlineMajor gridlineMinor hiLoLine leaderLine legend plotArea
plotArea3D seriesAxis seriesLine title trendline trendlineLabel upBar valueAxis wall"""


def has_drawings(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return any("drawings/drawing" in name.lower() for name in archive.namelist())


DRAWN = [path for path in FILES if has_drawings(path)]
each_drawn = pytest.mark.parametrize("path", DRAWN or [None], ids=lambda path: path.name if path else "none")


def write_list(book: xlsxwriter.Workbook, name: str = "账龄表") -> xlsxwriter.worksheet.Worksheet:
    """A sheet with a list from row 10 to row 24 and a stacked chart of it."""
    sheet = book.add_worksheet(name)
    sheet.write_row("C9", ["客户", "未到期", "逾期"])
    for row in range(15):
        sheet.write_row(9 + row, 2, [f"客户{row}", 10 + row, 20 - row])
    chart = book.add_chart({"type": "column", "subtype": "stacked"})
    for column in (3, 4):
        chart.add_series({"name": [name, 8, column], "categories": [name, 9, 2, 23, 2], "values": [name, 9, column, 23, column]})
    chart.set_title({"name": f"{name}:账龄结构"})
    sheet.insert_chart("G2", chart)
    return sheet


@pytest.fixture
def template(tmp_path) -> Path:
    path = tmp_path / "模板.xlsx"
    with xlsxwriter.Workbook(path) as book:
        write_list(book).write_url("A1", "https://example.com/a")
        line = book.add_chart({"type": "line"})
        line.add_series({"values": "='账龄表'!$D$10:$D$24", "name": "=账龄表!$D$9"})
        second = book.add_worksheet(SHEETS[1])
        second.insert_chart("A1", line)
        second.insert_chart("A20", other := book.add_chart({"type": "pie"}))
        other.add_series({"values": "='图 二'!$A$1:$A$3"})
        second.add_table("K1:L3", {"name": "图表数据"})
    return path


@pytest.fixture
def plain(tmp_path) -> Path:
    with xlsxwriter.Workbook(tmp_path / "华东.xlsx") as book:
        book.add_worksheet("台账").write("A1", "甲")
    return tmp_path / "华东.xlsx"


@pytest.fixture
def drawn(tmp_path) -> Path:
    """A branch's workbook with a chart and a drawing of its own."""
    with xlsxwriter.Workbook(tmp_path / "华南.xlsx") as book:
        write_list(book, "台账").insert_textbox("A30", "批示")
    return tmp_path / "华南.xlsx"


def planted(path: Path, changed: dict[str, tuple[bytes, bytes]], added: dict[str, bytes] | None = None) -> Path:
    """A template with other text in some parts, and more parts."""
    def change(name: str, data: bytes) -> bytes:
        old, new = changed.get(name, (b"", b""))
        assert old in data
        return data.replace(old, new, 1) if old else data

    rewritten(path, change)
    with zipfile.ZipFile(path, "a") as archive:
        for name, data in (added or {}).items():
            archive.writestr(name, data)
    return path


def linked(package: Package, part: str, *kinds: str) -> list[str]:
    """Parts that are reached over relationships of these kinds, one after the other."""
    found = [part]
    for kind in kinds:
        found = [item.target for one in found for item in relationships(package, one) if item.kind == kind]
    return found


def charts_of(package: Package, name: str) -> list[str]:
    return linked(package, read_sheets(package).find(name).part, "drawing", "chart")


def references(data: bytes) -> list[str]:
    return re.findall(r"<c:f>([^<]*)</c:f>", data.decode())


def test_charts_arrive_byte_for_byte_with_their_sheet(plain, template, tmp_path):
    package, report = attached(plain, template, tmp_path / "o.xlsx", SHEETS)
    source = read_package(template)
    assert report == AttachReport(SHEETS, ())
    for name, count in zip(SHEETS, (1, 2), strict=True):
        ours, theirs = charts_of(package, name), charts_of(source, name)
        assert [package.read(part) for part in ours] == [source.read(part) for part in theirs] and len(ours) == count
        (drawing,) = linked(package, read_sheets(package).find(name).part, "drawing")
        assert package.read(drawing) == source.read(linked(source, read_sheets(source).find(name).part, "drawing")[0])
        assert content_type(package, drawing).endswith("officedocument.drawing+xml")
        assert {content_type(package, part).rpartition(".")[2] for part in ours} == {"chart+xml"}
    book = openpyxl.load_workbook(tmp_path / "o.xlsx")
    assert [len(book[name]._charts) for name in book.sheetnames] == [0, 1, 2]
    assert [series.val.numRef.f for series in book["账龄表"]._charts[0].series] == ["账龄表!$D$10:$D$24", "账龄表!$E$10:$E$24"]
    assert book["账龄表"]._charts[0].grouping == "stacked" and book["账龄表"]["A1"].hyperlink.target == "https://example.com/a"


def test_the_sheet_names_its_drawing_by_the_right_link_in_the_right_place(plain, template, tmp_path):
    package, _ = attached(plain, template, tmp_path / "o.xlsx", SHEETS)
    part = read_sheets(package).find("图 二").part
    links = {item.id: item.kind for item in relationships(package, part)}
    order = re.findall(r"<(pageMargins|drawing|tableParts)\b", package.read(part).decode())
    (link,) = re.findall(r'<drawing r:id="(\w+)"/>', package.read(part).decode())
    assert links[link] == "drawing" and order == ["pageMargins", "drawing", "tableParts"]


def test_part_names_of_a_workbook_with_charts_of_its_own_stay_free(drawn, template, tmp_path):
    before = parts(drawn)
    package, _ = attached(drawn, template, tmp_path / "o.xlsx", SHEETS)
    after = parts(tmp_path / "o.xlsx")
    assert all(after[name] == before[name] for name in before if "drawing" in name or "chart" in name)
    assert charts_of(package, "台账") == ["xl/charts/chart1.xml"]
    assert charts_of(package, "账龄表") + charts_of(package, "图 二") == [f"xl/charts/chart{number}.xml" for number in (2, 3, 4)]
    assert len({name.lower() for name in after}) == len(after)


def test_part_names_are_compared_without_case(drawn, template, tmp_path):
    odd = {"xl/charts/chart1.xml": "xl/Charts/CHART4.xml", "xl/drawings/drawing1.xml": "xl/Drawings/Drawing07.XML",
           "xl/drawings/_rels/drawing1.xml.rels": "xl/Drawings/_rels/Drawing07.XML.rels"}
    content = parts(drawn)
    with zipfile.ZipFile(drawn, "w") as archive:
        for name, data in content.items():
            for old, new in odd.items():
                data = data.replace(old.removeprefix("xl/").encode(), new.removeprefix("xl/").encode())
            archive.writestr(odd.get(name, name), data)
    package, _ = attached(drawn, template, tmp_path / "o.xlsx", SHEETS)
    assert charts_of(package, "台账") == ["xl/Charts/CHART4.xml"] and charts_of(package, "账龄表") == ["xl/charts/chart5.xml"]
    assert linked(package, read_sheets(package).find("账龄表").part, "drawing") == ["xl/drawings/drawing8.xml"]


def test_the_name_of_a_part_that_nothing_points_to_is_not_free(plain, template, tmp_path):
    planted(plain, {}, {"xl/charts/chart6.xml": b"<stray/>", "xl/drawings/_rels/drawing1.xml.rels": b"<Relationships/>"})
    package, _ = attached(plain, template, tmp_path / "o.xlsx", SHEETS)
    assert package.read("xl/charts/chart6.xml") == b"<stray/>" and charts_of(package, "账龄表") == ["xl/charts/chart7.xml"]


def test_a_name_that_is_only_declared_is_not_declared_twice(plain, template, tmp_path):
    stale = b'<Override PartName="/xl/Charts/chart3.xml" ContentType="application/vnd.openxmlformats-officedocument.x+xml"/></Types>'
    planted(plain, {"[Content_Types].xml": (b"</Types>", stale)})
    package, _ = attached(plain, template, tmp_path / "o.xlsx", SHEETS)
    declared = re.findall(r'PartName="([^"]+)"', package.read("[Content_Types].xml").decode())
    assert charts_of(package, "账龄表") == ["xl/charts/chart4.xml"]
    assert len({name.lower() for name in declared}) == len(declared)


def with_looks(template: Path) -> Path:
    """The template as Excel saves it: the first chart has a style part and a colour part."""
    lines = "".join(f'<Relationship Id="rId{number}" Type="{OFFICE_2011}/{kind}" Target="{leaf}1.xml"/>'
                    for number, (kind, leaf) in enumerate((("chartStyle", "style"), ("chartColorStyle", "colors")), start=1))
    types = "".join(f'<Override PartName="/xl/charts/{leaf}1.xml" ContentType="application/vnd.ms-office.{kind}+xml"/>'
                    for kind, leaf in (("chartstyle", "style"), ("chartcolorstyle", "colors")))
    space = 'xmlns:cs="http://schemas.microsoft.com/office/drawing/2012/chartStyle"'
    main = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    refs = '<cs:lnRef idx="0"/><cs:fillRef idx="0"/><cs:effectRef idx="0"/><cs:fontRef idx="minor"/>'
    looks = "".join(f"<cs:{name}>{refs}</cs:{name}>" for name in LOOKS.split())
    colours = '<a:schemeClr val="accent1"/>'
    return planted(template, {"[Content_Types].xml": (b"</Types>", f"{types}</Types>".encode())}, {
        "xl/charts/_rels/chart1.xml.rels":
            f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{lines}</Relationships>'.encode(),
        "xl/charts/style1.xml": f'<cs:chartStyle {space} id="201">{looks}</cs:chartStyle>'.encode(),
        "xl/charts/colors1.xml": f'<cs:colorStyle {space} {main} meth="cycle" id="10">{colours}</cs:colorStyle>'.encode(),
    })


def test_a_charts_style_and_colours_come_along(drawn, template, tmp_path):
    package, _ = attached(drawn, with_looks(template), tmp_path / "o.xlsx", SHEETS)
    chart = charts_of(package, "账龄表")[0]
    links = [(item.type, item.target) for item in relationships(package, chart)]
    assert links == [(f"{OFFICE_2011}/chartStyle", "xl/charts/style1.xml"),
                     (f"{OFFICE_2011}/chartColorStyle", "xl/charts/colors1.xml")]
    assert content_type(package, "xl/charts/style1.xml") == "application/vnd.ms-office.chartstyle+xml"
    assert content_type(package, "xl/charts/colors1.xml") == "application/vnd.ms-office.chartcolorstyle+xml"


def test_a_chart_over_a_sheet_that_is_not_there_is_refused(plain, drawn, template, tmp_path):
    refused(plain, template, "引用工作表“账龄表”,工作簿中没有;允许:一并加入", ["图 二"])
    attached(plain, template, plain, ["账龄表"])
    assert attached(plain, template, tmp_path / "o.xlsx", ["图 二"])[1].added == ("图 二",)


def test_a_name_that_only_a_chart_uses_comes_along(plain, template, tmp_path):
    planted(template, {
        "xl/workbook.xml": (b"</sheets>", "</sheets><definedNames><definedName name=\"欠款\">账龄表!$D$10:$D$24</definedName>"
                                          "</definedNames>".encode()),
        "xl/charts/chart1.xml": ("<c:f>账龄表!$D$10:$D$24</c:f>".encode(), "<c:f>[0]!欠款</c:f>".encode()),
    })
    package, _ = attached(plain, template, tmp_path / "o.xlsx", ["账龄表"])
    assert [(item.name, item.text) for item in read_sheets(package).defined_names] == [("欠款", "账龄表!$D$10:$D$24")]
    assert references(package.read("xl/charts/chart1.xml"))[2] == "[0]!欠款"


def test_a_table_under_a_new_name_has_it_in_charts_too(template, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "华东.xlsx") as book:
        book.add_worksheet("台账").add_table("A1:B3", {"name": "图表数据"})
    planted(template, {"xl/charts/chart2.xml": ("<c:f>'账龄表'!$D$10:$D$24</c:f>".encode(), "<c:f>图表数据[Column1]</c:f>".encode())})
    package, _ = attached(tmp_path / "华东.xlsx", template, tmp_path / "o.xlsx", SHEETS)
    assert "图表数据_2[Column1]" in references(package.read(charts_of(package, "图 二")[0]))


@pytest.mark.parametrize(("draw", "what"), [
    (lambda sheet, _: sheet.insert_textbox("A1", "字"), "sp"),
    (lambda sheet, picture: sheet.insert_image("A1", str(picture)), "image|pic"),
    (lambda sheet, picture: sheet.set_background(str(picture)), "image"),
    (lambda sheet, _: sheet.insert_button("A1", {"macro": "算"}), "vmlDrawing"),
], ids=["shape", "picture", "background", "button"])
def test_what_is_drawn_and_no_chart_is_refused(plain, tmp_path, draw, what):
    (tmp_path / "p.png").write_bytes(PIXEL)
    with xlsxwriter.Workbook(tmp_path / "t.xlsx") as book:
        draw(write_list(book), tmp_path / "p.png")
    refused(plain, tmp_path / "t.xlsx", rf"账龄表.*不能带入的内容\(({what})\);允许:单元格、表格、超链接、图表", ["账龄表"])


DRAWING, CHART = "xl/drawings/drawing1.xml", "xl/charts/chart1.xml"
LINK = '<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"{}/>'
LINKS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'


@pytest.mark.parametrize(("changed", "added", "match"), [
    ({DRAWING: (b'macro=""', b'macro="[0]!Run"')}, {}, "macro"),
    ({DRAWING: (b"</xdr:twoCellAnchor>", b"</xdr:twoCellAnchor><xdr:other/>")}, {}, "other"),
    ({DRAWING: (b"<c:chart ", b'<cx:chart xmlns:cx="urn:cx" ')}, {}, "graphicFrame"),
    ({DRAWING: (b'r:id="rId1"', b'r:id="rId7"')}, {}, "模板图表缺少部件"),
    ({"xl/drawings/_rels/drawing1.xml.rels": (b"</Relationships>", LINK.format("hyperlink", "x", ' TargetMode="External"').encode()
                                              + b"</Relationships>")}, {}, "hyperlink"),
    ({"xl/drawings/_rels/drawing1.xml.rels": (b"../charts/chart1.xml\"", b"file:///c.xml\" TargetMode=\"External\"")}, {}, "chart"),
    ({}, {"xl/charts/_rels/chart1.xml.rels": LINKS.format(LINK.format("chartUserShapes", "../drawings/drawing2.xml", "")).encode()},
     "chartUserShapes"),
    ({}, {"xl/charts/_rels/chart1.xml.rels": LINKS.format(LINK.format("oleObject", "x.xlsx", ' TargetMode="External"')).encode()},
     "oleObject"),
    ({CHART: (b"<c:chart>", b"<c:pivotSource><c:name>x</c:name></c:pivotSource><c:chart>")}, {}, "pivotSource"),
    ({"xl/worksheets/_rels/sheet1.xml.rels": (b"../drawings/drawing1.xml\"", b"file:///d.xml\" TargetMode=\"External\"")}, {}, "drawing"),
], ids=["macro", "anchor", "new kind", "no part", "link", "chart outside", "shapes in it", "data outside", "pivot", "drawing outside"])
def test_a_chart_that_is_more_than_a_chart_is_refused(plain, template, changed, added, match):
    refused(plain, planted(template, changed, added), match, ["账龄表"])


def test_a_strict_workbook_is_refused_with_what_to_do(plain, template):
    refused(rewritten(plain, strict), template, "严格 Open XML.*不能加入图表;允许:在 Excel 中另存为", ["账龄表"])


def test_a_date_axis_is_refused_where_days_count_from_another_year(plain, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "t.xlsx") as book:
        sheet = book.add_worksheet("图")
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=图!$A$1:$A$3"})
        chart.set_x_axis({"date_axis": True, "min": date(2026, 1, 1)})
        sheet.insert_chart("C1", chart)
    assert attached(plain, tmp_path / "t.xlsx", tmp_path / "o.xlsx", ["图"])[1].added == ("图",)
    planted(plain, {"xl/workbook.xml": (b"<workbookPr ", b'<workbookPr date1904="1" ')})
    refused(plain, tmp_path / "t.xlsx", "日期坐标轴", ["图"])


@needs_corpus
@each_drawn
def test_charts_join_a_public_workbook_with_drawings_and_every_other_part_stays(path, template, tmp_path):
    package, report = attached(path, template, tmp_path / path.name, SHEETS)
    before, after = parts(path), parts(tmp_path / path.name)
    assert report.added == SHEETS and list(after)[:len(before)] == list(before)
    assert {name.replace("\\", "/").lower() for name, data in before.items() if after[name] != data} <= may_change(package)
    assert len({name.lower() for name in after}) == len(after)
    assert references(package.read(charts_of(package, "账龄表")[0])) == [f"账龄表!{area}" for area in (
        "$D$9", *RANGES[:2], "$E$9", *RANGES[2:])]
    if opened(path) is not None:
        assert [len(opened(tmp_path / path.name)[name]._charts) for name in SHEETS] == [1, 2]


@needs_corpus
@needs_validator
@pytest.mark.host
@each_drawn
def test_the_validator_finds_no_fault_of_ours_beside_other_drawings(path, template, tmp_path):
    attached(path, template, tmp_path / path.name, SHEETS)
    assert not new_complaints(path, tmp_path / path.name)


@needs_validator
@pytest.mark.host
@pytest.mark.parametrize("own", ["plain", "drawn"])
def test_the_validator_accepts_attached_charts_and_sees_a_planted_fault(request, own, template, tmp_path):
    path, target = request.getfixturevalue(own), tmp_path / "o.xlsx"
    package, _ = attached(path, with_looks(template), target, SHEETS)
    assert not new_complaints(path, target)
    planted(target, {charts_of(package, "账龄表")[0]: (b"c:barDir", b"c:barDier")})
    assert new_complaints(path, target)


@pytest.mark.host
def test_libreoffice_draws_the_attached_charts_from_the_cells(drawn, template, tmp_path):
    attached(drawn, template, tmp_path / "o.xlsx", SHEETS)
    (again,) = convert([tmp_path / "o.xlsx"], tmp_path / "lo")
    chart = openpyxl.load_workbook(again)["账龄表"]._charts[0]
    assert [point.v for point in chart.series[1].val.numRef.numCache.pt] == [20 - row for row in range(15)]
    assert [series.val.numRef.f.replace("'", "") for series in chart.series] == ["账龄表!$D$10:$D$24", "账龄表!$E$10:$E$24"]
