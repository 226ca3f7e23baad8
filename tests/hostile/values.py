"""Mutations of cells and rows of a worksheet: what stands in them, and how they lie."""

import re
from collections.abc import Callable
from random import Random
from xml.sax.saxutils import escape

from tests.hostile.parts import Cell, Parts

Mutator = Callable[[Parts, Random], None]
VALUES: list[Mutator] = []
FORMULA_LIKE = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://127.0.0.1:9/","甲")', "\t=1+1", "\r=1+1", "\n=1+1",
                "＝1+1", "=DDE(1)", "-2+3+cmd|' /C calc'!A0", "'=1+1", "=", "-", "@", "+86 21 5555", "{=1+1}", "%0A=1", " =1+1")  # fmt: skip
NUMBERS = ("1e308", "-1e308", "1e309", "-0", "0", "0.0", "1e-400", "5e-324", "NaN", "INF", "-INF", "inf", "0x10", "1_000", "1,5", " 12 ", "１２", "٣", "",
           "1e5", "99999999999999999999999", "0.1000000000000000055", "12.345", "-1", "1.7976931348623157E+308", "+5", ".5", "5.", "1e", "--1", "1 2")  # fmt: skip
DAYS = ("0", "1", "59", "60", "61", "-1", "2958465", "2958466", "46204.999999", "1e10", "0.5", "20260701", "109574", "109575", "110000", "-700000")
TEXTS = ("", " ", "　", "\u200b", "\ufeff", "\u202e甲", "a\u0301", "𠮷", "👨‍👩‍👧", "_x0007_", "_x005F_x0007_", "_x000D_", "甲\n乙", "甲\t乙", "\xa0", "#N/A", "#REF!",
         "合计", "作废", "null", "None", "nan", "TRUE", "A", "混合", "是", "具备", "2026-02-30", "2026-13-01", "0000-00-00", "9999-12-31", "二〇二六年七月一日",
         "2026Q3", "<b>甲</b>", "&lt;", "]]>", "甲" * 32_767, "x" * 40_000, "，" * 3000, "../../climbed", "C:\\x", "con", "a/b:c*d?", "H1", "h1 ", "Ｈ１",
         "1e999999999", "1" * 5000, "９" * 400, "٣", "¥1,200.00", "(1,200.00)", "1.200,50", "12%", "１２００", "[red]甲", "[/]", "\\", "%s{0}", "$(id)")  # fmt: skip
FORMULAS = (
    "<f>1+1</f><v>2</v>", "<f>1/0</f>", "<f></f><v></v>", '<f t="array" ref="A1:C3">ROW(1:3)</f><v>1</v>', '<f t="shared" si="7"/><v>3</v>',
    '<f t="shared" ref="A1:B2" si="0">A1</f><v>3</v>', '<f t="dataTable" ref="B2:C3" dt2D="1" dtr="1" r1="A1" r2="A2"/><v>3</v>',
    "<f>[1]Sheet1!$A$1</f><v>5</v>", "<f>WEBSERVICE(&quot;http://127.0.0.1:9&quot;)</f>", '<f ca="1">NOW()</f><v>46000</v>', "<f>A1</f><v>1</v>",
    '<f t="shared" si="-1"/>', '<f t="odd">1</f><v>x</v>', "<f>" + "(" * 9000 + "</f><v>1</v>", '<f t="array" ref="zzz">1</f>', "<f>1</f><f>2</f><v>3</v>",
)  # fmt: skip
TYPED = (
    ("b", "<v>1</v>"), ("b", "<v>0</v>"), ("b", "<v>true</v>"), ("b", "<v>2</v>"), ("b", "<v></v>"), ("e", "<v>#N/A</v>"), ("e", "<v>#SPILL!</v>"),
    ("e", "<v>甲</v>"), ("e", "<v>#DIV/0!</v>"), ("d", "<v>2026-07-01</v>"), ("d", "<v>2026-07-01T25:61:00</v>"), ("d", "<v>甲</v>"), ("d", "<v></v>"),
    ("str", "<v>甲</v>"), ("str", "<v></v>"), ("str", "<f>A1</f><v>=1+1</v>"), ("s", "<v>999999</v>"), ("s", "<v>-1</v>"), ("s", "<v>x</v>"),
    ("s", "<v></v>"), ("s", ""), ("s", "<v>0.5</v>"), ("s", "<v>18446744073709551616</v>"), ("zzz", "<v>1</v>"), ("n", "<v>甲</v>"), ("", "<v>1</v>"),
    ("inlineStr", "<is><t>甲</t></is>"), ("inlineStr", "<is/>"), ("inlineStr", "<v>1</v>"), ("inlineStr", "<is><t xml:space='preserve'>  =1+1 </t></is>"),
    ("inlineStr", "<is><r><rPr><b/></rPr><t>甲</t></r><r><t>乙</t></r></is>"), ("inlineStr", "<is><t>甲</t><rPh sb='0' eb='1'><t>ㄐ</t></rPh></is>"),
    ("inlineStr", "<is><t>甲</t><t>乙</t></is>"), ("inlineStr", "<is><t>甲</t></is><v>3</v>"), ("n", "<v>1</v><v>2</v>"), ("n", "<is><t>甲</t></is>"),
)  # fmt: skip
REFERENCES = ("A0", "A-1", "A1048577", "XFE1", "ZZZZ1", "AAAAAAAA1", "1A", "A", "5", "", "a5", "A 5", "$A$5", "A5:B6", "NaN", "A99999999999999999999", "甲5", "R1C1", "A05", "XFD1048576")


def values(mutator: Mutator) -> Mutator:
    VALUES.append(mutator)
    return mutator


def _part(parts: Parts, random: Random) -> str | None:
    """Mostly a sheet that is read: rows that people fill."""
    sheets = parts.sheets()
    read = [part for name, part in sheets.items() if name in ("评估表", "发货台账", "回款台账", "审批路线", "评级结果", "评分档次") or name.endswith("台账")]
    return random.choice(read if read and random.random() < 0.8 else list(sheets.values())) if sheets else None


def _cells(parts: Parts, part: str, random: Random, below: int = 0) -> list[Cell]:
    """Those of the table's body, sometimes any."""
    cells = parts.cells(part)
    body = [cell for cell in cells if cell.row > below]
    return body if body and random.random() < 0.9 else cells


def _drawn(parts: Parts, random: Random) -> tuple[str | None, Cell | None]:
    part = _part(parts, random)
    filled = [cell for cell in _cells(parts, part, random, 3) if cell.end - cell.start > 30] if part else []
    return part, random.choice(filled) if filled else None


def _put(parts: Parts, part: str, cell: Cell, xml: str) -> None:
    text = parts.text(part)
    parts.put(part, text[: cell.start] + xml + text[cell.end :])


def _content(random: Random) -> tuple[str, str]:
    """(type, content) of an awkward cell."""
    kind = random.randrange(6)
    if kind == 0:
        return "n", f"<v>{random.choice(NUMBERS)}</v>"
    if kind == 1:
        return "n", f"<v>{random.choice(DAYS)}</v>"
    if kind == 2:
        return "n", random.choice(FORMULAS)
    if kind == 3:
        return random.choice(TYPED)
    text = random.choice(FORMULA_LIKE if kind == 4 else TEXTS)
    return "inlineStr", f'<is><t xml:space="preserve">{escape(text)}</t></is>'


def _cell(cell: Cell, content: tuple[str, str], reference: str | None = None, style: str | None = None) -> str:
    kind = f' t="{content[0]}"' if content[0] != "n" else ""
    return f'<c r="{cell.reference if reference is None else reference}"{cell.style if style is None else style}{kind}>{content[1]}</c>'


@values
def value_odd(parts: Parts, random: Random) -> None:
    part, cell = _drawn(parts, random)
    if cell:
        _put(parts, part, cell, _cell(cell, _content(random)))


@values
def values_odd(parts: Parts, random: Random) -> None:
    for _ in range(random.randrange(2, 12)):
        value_odd(parts, random)


@values
def column_odd(parts: Parts, random: Random) -> None:
    """One awkward value down a whole column, whichever it is."""
    part = _part(parts, random)
    if part:
        cells, content = parts.cells(part), _content(random)
        letters = random.choice(sorted({cell.letters for cell in cells})) if cells else ""
        for cell in reversed([cell for cell in cells if cell.letters == letters and cell.row > 3]):
            _put(parts, part, cell, _cell(cell, content))


@values
def row_odd(parts: Parts, random: Random) -> None:
    part, cell = _drawn(parts, random)
    if cell:
        for other in reversed([one for one in parts.cells(part) if one.row == cell.row]):
            _put(parts, part, other, _cell(other, _content(random)))


@values
def formula_like_everywhere(parts: Parts, random: Random) -> None:
    """In every text cell of a sheet's body."""
    part = _part(parts, random)
    if part:
        for cell in reversed([cell for cell in parts.cells(part) if cell.row > 4 and 't="' in cell.attributes]):
            _put(parts, part, cell, _cell(cell, ("inlineStr", f"<is><t>{escape(random.choice(FORMULA_LIKE))}</t></is>")))


@values
def reference_odd(parts: Parts, random: Random) -> None:
    part, cell = _drawn(parts, random)
    if cell:
        _put(parts, part, cell, _cell(cell, ("n", "<v>7</v>"), random.choice(REFERENCES)))


@values
def style_odd(parts: Parts, random: Random) -> None:
    part, cell = _drawn(parts, random)
    if cell:
        style = random.choice((' s="999999"', ' s="-1"', ' s="x"', ' s=""', ' s="1" s="2"', ' s="99999999999999999999"'))
        _put(parts, part, cell, _cell(cell, ("n", "<v>7</v>"), style=style))


@values
def cell_twice(parts: Parts, random: Random) -> None:
    part, cell = _drawn(parts, random)
    if cell:
        own = parts.text(part)[cell.start : cell.end]
        _put(parts, part, cell, random.choice((own, _cell(cell, _content(random)))) + own)


@values
def cells_out_of_order(parts: Parts, random: Random) -> None:
    part, cell = _drawn(parts, random)
    if cell:
        row = [one for one in parts.cells(part) if one.row == cell.row]
        text = parts.text(part)
        xml = [text[one.start : one.end] for one in row]
        random.shuffle(xml)
        parts.put(part, text[: row[0].start] + "".join(xml) + text[row[-1].end :])


@values
def references_dropped(parts: Parts, random: Random) -> None:
    """Cells, rows or both without saying where they are, as the format allows."""
    part = _part(parts, random)
    if part:
        what = random.choice(("c", "row", "(?:c|row)"))
        parts.put(part, re.sub(rf'(<{what}) r="[^"]*"', r"\1", parts.text(part)))


def _rows(parts: Parts, random: Random) -> tuple[str | None, list[re.Match]]:
    part = _part(parts, random)
    return part, list(re.finditer(r'<row r="(\d+)".*?(?:</row>|/>)', parts.text(part), re.S)) if part else []


@values
def row_twice(parts: Parts, random: Random) -> None:
    """A row's number given to another row too."""
    part, rows = _rows(parts, random)
    if len(rows) > 1:
        one, other = random.sample(rows, 2)
        text = parts.text(part)
        new = re.sub(rf'(?<=r=")([A-Z]*){other[1]}"', rf'\g<1>{one[1]}"', other[0])
        parts.put(part, text[: other.start()] + new + text[other.end() :])


@values
def rows_out_of_order(parts: Parts, random: Random) -> None:
    part, rows = _rows(parts, random)
    if rows:
        text, xml = parts.text(part), [row[0] for row in rows]
        random.shuffle(xml)
        parts.put(part, text[: rows[0].start()] + "".join(xml) + text[rows[-1].end() :])


@values
def row_number_odd(parts: Parts, random: Random) -> None:
    """The row says another number than its cells."""
    part, rows = _rows(parts, random)
    if rows:
        row, number = random.choice(rows), random.choice(("0", "-1", "1048577", "99999999999999999999", "x", "", "1", "1048576", "3.5"))
        text = parts.text(part)
        parts.put(part, text[: row.start()] + re.sub(r'(?<=<row r=")\d+', number, row[0], count=1) + text[row.end() :])


@values
def row_removed(parts: Parts, random: Random) -> None:
    part, rows = _rows(parts, random)
    if rows:
        row, text = random.choice(rows), parts.text(part)
        parts.put(part, text[: row.start()] + text[row.end() :])


@values
def row_moved_far(parts: Parts, random: Random) -> None:
    part, rows = _rows(parts, random)
    if rows:
        row, far = rows[-1], random.choice((1_048_576, 500_000, 100_001))
        text = parts.text(part)
        parts.put(part, text[: row.start()] + re.sub(rf'(?<=r=")([A-Z]*){row[1]}"', rf'\g<1>{far}"', row[0]) + text[row.end() :])


@values
def cell_far_out(parts: Parts, random: Random) -> None:
    part, rows = _rows(parts, random)
    if rows:
        reference = random.choice(("XFD1048576", "A1048576", "XFD1", "BB1048576", "ZZ79999", "BC1000000", "SAA70000"))
        row = f'<row r="{re.sub("[A-Z]", "", reference)}"><c r="{reference}">{random.choice(("<v>1</v>", ""))}</c></row>'
        parts.put(part, parts.text(part).replace("</sheetData>", row + "</sheetData>"))


@values
def formatted_to_the_last_row(parts: Parts, random: Random) -> None:
    part, rows = _rows(parts, random)
    if rows:
        first = int(rows[-1][1]) + 1
        more = "".join(f'<row r="{number}" s="1" customFormat="1"><c r="A{number}" s="1"/></row>' for number in range(first, first + 20_000))
        parts.put(part, parts.text(part).replace("</sheetData>", more + '<row r="1048576"><c r="A1048576" s="1"/></row></sheetData>'))


@values
def hidden(parts: Parts, random: Random) -> None:
    part, rows = _rows(parts, random)
    if rows:
        row, text = random.choice(rows), parts.text(part)
        parts.put(part, text[: row.start()] + row[0].replace("<row ", '<row hidden="1" ', 1) + text[row.end() :])
        parts.put(part, re.sub(r"<col ", '<col hidden="1" ', parts.text(part), count=random.choice((1, 50))))


@values
def columns_odd(parts: Parts, random: Random) -> None:
    part = _part(parts, random)
    if part:
        column = random.choice(('<col min="1" max="16384" width="9"/>', '<col min="5" max="2"/>', '<col min="x" max="y" width="z"/>', "<col/>", '<col min="1" max="99999999999"/>',
                                '<col min="1" max="1" width="1e999"/>', '<col min="1" max="1" width="-5"/>', "<col min='1' max='1' width='9'/>"))  # fmt: skip
        parts.put(part, re.sub(r"<cols>", f"<cols>{column}", parts.text(part), count=1))


@values
def dimension_lies(parts: Parts, random: Random) -> None:
    part = _part(parts, random)
    if part:
        reference = random.choice(("A1", "A1:XFD1048576", "", "Z9:A1", "x", "A1:A1:A1", "XFD1048576", "A5:B6"))
        parts.put(part, re.sub(r'<dimension ref="[^"]*"', f'<dimension ref="{reference}"', parts.text(part), count=1))


@values
def merged_over_each_other(parts: Parts, random: Random) -> None:
    part = _part(parts, random)
    if part:
        cells = "".join(f'<mergeCell ref="{ref}"/>' for ref in random.sample(("A1:C9", "B2:D20", "A4:A4", "C3:A1", "A1:XFD1048576", "x", "", "A5:A8"), 4))
        text = parts.text(part)
        merged = text.replace("</mergeCells>", cells + "</mergeCells>") if "</mergeCells>" in text else text.replace("</sheetData>", f"</sheetData><mergeCells>{cells}</mergeCells>")
        parts.put(part, merged)


@values
def header_changed(parts: Parts, random: Random) -> None:
    """A column's name replaced, doubled, or in another unit."""
    part = _part(parts, random)
    cells = [cell for cell in parts.cells(part) if 't="s"' in cell.attributes and cell.row in (3, 4, 5)] if part else []
    if cells:
        name = random.choice(("客户编码", "金额(万元)", "金额(元)", "年交易额(元)", "账期(月)", " 客户名称 ", "=1+1", "申请额度（元）", "", "客 户 编 码", "首次交易日期(天)"))
        cell = random.choice(cells)
        _put(parts, part, cell, _cell(cell, ("inlineStr", f"<is><t>{name}</t></is>")))


@values
def sheet_emptied(parts: Parts, random: Random) -> None:
    part = _part(parts, random)
    if part:
        parts.put(part, re.sub(r"<sheetData>.*</sheetData>", random.choice(("<sheetData/>", "<sheetData></sheetData>", "")), parts.text(part), flags=re.S))


@values
def quarter_changed(parts: Parts, random: Random) -> None:
    """What the sheet says beside 季度, and whatever else stands above the table."""
    part = _part(parts, random)
    cells = [cell for cell in parts.cells(part) if cell.row <= 3] if part else []
    if cells:
        cell = random.choice(cells)
        _put(parts, part, cell, _cell(cell, _content(random)))
