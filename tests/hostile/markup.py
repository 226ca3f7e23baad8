"""Mutations of the XML of one part: its bytes, encodings, entities, depth, and the ways in which a worksheet may be written."""

import re
from collections.abc import Callable
from random import Random

from tests.hostile.parts import Parts

Mutator = Callable[[Parts, Random], None]
MARKUP: list[Mutator] = []
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BOMB = '<!DOCTYPE a [<!ENTITY b "ha">' + "".join(f'<!ENTITY b{n} "{f"&b{n - 1 if n else chr(0)};".replace(chr(0), "") * 10}">' for n in range(10)) + "]>"
DOCTYPES = (BOMB, '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "<!DOCTYPE a>",
            '<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]>', "<!DOCTYPE\ta\n[]>", '<!DOCTYPE a [<!ATTLIST a b CDATA "c">]>')  # fmt: skip


def markup(mutator: Mutator) -> Mutator:
    MARKUP.append(mutator)
    return mutator


def _sheet(parts: Parts, random: Random) -> str:
    return random.choice(list(parts.sheets().values()) or [parts.any_xml(random)])


def _edit(parts: Parts, part: str, pattern: str, new: Callable[[re.Match], str], random: Random, times: int = 1) -> None:
    """So many of the pattern's occurrences, drawn, each replaced."""
    text = parts.text(part)
    found = list(re.finditer(pattern, text, re.S))
    for match in sorted(random.sample(found, min(times, len(found))), key=lambda one: -one.start()):
        text = text[: match.start()] + new(match) + text[match.end() :]
    parts.put(part, text)


def _after_declaration(text: str, more: str) -> str:
    at = text.find("?>") + 2 if text.lstrip("\ufeff").startswith("<?xml") else 0
    return text[:at] + more + text[at:]


@markup
def bytes_flipped(parts: Parts, random: Random) -> None:
    part = parts.any_xml(random)
    data = bytearray(parts[part])
    for _ in range(random.choice((1, 1, 3)) if data else 0):
        data[random.randrange(len(data))] = random.randrange(256)
    parts[part] = bytes(data)


@markup
def cut_off(parts: Parts, random: Random) -> None:
    part = parts.any_xml(random)
    parts[part] = parts[part][: random.randrange(len(parts[part]) + 1)]


@markup
def slice_moved(parts: Parts, random: Random) -> None:
    part = parts.any_xml(random)
    data = parts[part]
    first, last = sorted(random.randrange(len(data) + 1) for _ in range(2))
    at = random.randrange(len(data) + 1)
    parts[part] = data[:at] + data[first:last][:500] + data[at:]


@markup
def tag_dropped(parts: Parts, random: Random) -> None:
    _edit(parts, parts.any_xml(random), r"</?[\w:]+[^>]*>", lambda found: "", random)


@markup
def element_doubled(parts: Parts, random: Random) -> None:
    _edit(parts, parts.any_xml(random), r"<([\w:]+)[^>]*(?:/>|>[^<]*</\1>)", lambda found: found[0] * 2, random)


@markup
def element_emptied(parts: Parts, random: Random) -> None:
    _edit(parts, parts.any_xml(random), r"<([\w:]+)([^>/]*)>.*?</\1>", lambda found: f"<{found[1]}{found[2]}/>", random)


@markup
def attribute_odd(parts: Parts, random: Random) -> None:
    odd = random.choice(("", "-1", "0", "999999999999999999999", "NaN", "x", "A1", "1e9", " 1 ", "１", "true", "a>b", "&#10;", "4294967296", "2147483648", "#REF!"))
    _edit(parts, parts.any_xml(random), r'(\s[\w:]+=")([^"]*)"', lambda found: f'{found[1]}{odd}"', random)


@markup
def attribute_dropped(parts: Parts, random: Random) -> None:
    _edit(parts, parts.any_xml(random), r'\s[\w:]+="[^"]*"(?=[^<]*>)', lambda found: "", random)


@markup
def attribute_doubled(parts: Parts, random: Random) -> None:
    _edit(parts, parts.any_xml(random), r'\s[\w:]+="[^"]*"(?=[^<]*>)', lambda found: found[0] * 2, random)


@markup
def document_type(parts: Parts, random: Random) -> None:
    part = parts.any_xml(random)
    parts.put(part, _after_declaration(parts.text(part), random.choice(DOCTYPES)))


@markup
def entity_used(parts: Parts, random: Random) -> None:
    part = _sheet(parts, random)
    _edit(parts, part, r"(?<=<v>)[^<]+", lambda found: random.choice(("&b9;", "&x;", "&nbsp;", "&#xD800;", "&#0;", "&#x110000;", "&", "&amp;amp;")), random)


@markup
def include(parts: Parts, random: Random) -> None:
    part = _sheet(parts, random)
    tag = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    _edit(parts, part, r"<sheetData>|<sheetData/>|<row\b[^>]*>", lambda found: found[0] + tag, random)


@markup
def other_encoding(parts: Parts, random: Random) -> None:
    """Written in it and declared so, or only one of the two."""
    part = parts.any_xml(random)
    encoding = random.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "utf-7", "cp1252", "iso-8859-1", "utf-8-sig"))
    text = parts.text(part)
    if random.random() < 0.8:
        text = re.sub(r'(<\?xml[^>]*encoding=")[^"]*', rf"\g<1>{encoding.removesuffix('-sig')}", text, count=1)
    if random.random() < 0.8:
        parts[part] = text.encode(encoding, "xmlcharrefreplace")
    else:
        parts.put(part, text)


@markup
def declaration_odd(parts: Parts, random: Random) -> None:
    part = parts.any_xml(random)
    odd = random.choice(('<?xml version="1.1"?>', "<?xml version='1.0' encoding='utf8'?>", '<?xml version="1.0" encoding="x-unknown"?>', "", "\ufeff", "\n",
                         '<?xml version="1.0" encoding="UTF-8" standalone="no"?>', '<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>', "<!-- 甲 -->"))  # fmt: skip
    parts.put(part, re.sub(r"^\s*<\?xml[^>]*\?>\s*", lambda found: odd, parts.text(part)))


@markup
def nested_deeply(parts: Parts, random: Random) -> None:
    part, depth = parts.any_xml(random), random.choice((200, 300, 5000, 100_000))
    _edit(parts, part, r"</[\w:]+>\s*$", lambda found: "<a>" * depth + "</a>" * depth + found[0], random)


@markup
def attribute_huge(parts: Parts, random: Random) -> None:
    part, size = parts.any_xml(random), random.choice((70_000, 3_000_000, 12_000_000))
    text = parts.text(part)
    found = re.search(r"<[A-Za-z][\w:]*", text)
    if found:
        parts.put(part, f'{text[: found.end()]} big="{"x" * size}"{text[found.end() :]}')


@markup
def attributes_without_end(parts: Parts, random: Random) -> None:
    part = parts.any_xml(random)
    many = "".join(f' a{number}="1"' for number in range(random.choice((300, 20_000))))
    _edit(parts, part, r"<[A-Za-z][\w:]*", lambda found: found[0] + many, random)


@markup
def white_space_huge(parts: Parts, random: Random) -> None:
    _edit(parts, parts.any_xml(random), r"(?<=[>])(?=<)", lambda found: " \n" * random.choice((1000, 500_000)), random)


@markup
def comments_and_instructions(parts: Parts, random: Random) -> None:
    """Inside the cells, holding what looks like their end."""
    odd = random.choice(("<!-- </row></sheetData> -->", "<?甲 </row></c></sheetData> ?>", "<!-- <row r='9'><c r='A9'><v>1</v></c></row> -->", "<?p <c r='A1'/> ?>"))
    _edit(parts, _sheet(parts, random), r"<sheetData>|</row>|<row\b[^>/]*>|</c>", lambda found: found[0] + odd, random, random.choice((1, 5)))


@markup
def character_data(parts: Parts, random: Random) -> None:
    _edit(parts, parts.any_xml(random), r"(?<=>)[^<>&]+(?=<)", lambda found: f"<![CDATA[{found[0]}</row><c>]]>" if random.random() < 0.3 else f"<![CDATA[{found[0]}]]>", random, 5)


@markup
def another_prefix(parts: Parts, random: Random) -> None:
    """Every element under a prefix, as some programs write; or only one of them."""
    part, prefix = _sheet(parts, random), random.choice(("x", "ns0", "a-b", "甲", "s.1"))
    text = re.sub(r"<(/?)(?=[A-Za-z]\w*[\s/>])", rf"<\1{prefix}:", parts.text(part))
    parts.put(part, text.replace(" xmlns=", f" xmlns:{prefix}=", 1))


@markup
def one_row_of_another_prefix(parts: Parts, random: Random) -> None:
    def prefixed(found: re.Match) -> str:
        inside = re.sub(r"<(/?)(?=[A-Za-z])", r"<\1z:", found[0])
        return inside.replace("<z:row", f'<z:row xmlns:z="{_MAIN}"', 1)

    _edit(parts, _sheet(parts, random), r"<row\b[^>/]*>.*?</row>", prefixed, random)


@markup
def single_quotes(parts: Parts, random: Random) -> None:
    part = parts.any_xml(random)
    parts.put(part, re.sub(r'(\s[\w:]+\s*=)"([^"\']*)"', r"\1'\2'", parts.text(part)))


@markup
def blanks_inside_tags(parts: Parts, random: Random) -> None:
    part = parts.any_xml(random)
    parts.put(part, re.sub(r'(\s[\w:]+)="([^"]*)"(?=[^<]*>)', random.choice((r'\1 = "\2"', '\n\\1="\\2"', r'\1="\2" ')), parts.text(part)))


@markup
def end_tags_with_blanks(parts: Parts, random: Random) -> None:
    part = _sheet(parts, random)
    parts.put(part, re.sub(r"</(\w+)>", r"</\1 >", parts.text(part)))


@markup
def angle_in_attribute(parts: Parts, random: Random) -> None:
    _edit(parts, _sheet(parts, random), r"<(row|c)\b", lambda found: f'{found[0]} odd="a>b</row>" '.replace("</row>", "/>" if random.random() < 0.5 else ""), random, 3)


@markup
def unknown_elements(parts: Parts, random: Random) -> None:
    odd = random.choice(('<extLst><ext uri="{1}"><c r="A1"/></ext></extLst>', '<mc:AlternateContent xmlns:mc="m"><mc:Choice/></mc:AlternateContent>', "<cell/>",
                         '<rowx r="3"/>', "<cc><v>1</v></cc>"))  # fmt: skip
    _edit(parts, _sheet(parts, random), r"</row>|<sheetData>|</c>|</sheetData>", lambda found: found[0] + odd, random)


@markup
def strict_dialect(parts: Parts, random: Random) -> None:
    for name in list(parts):
        if name.endswith((".xml", ".rels")):
            text = parts.text(name).replace(_MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
            parts.put(name, text.replace("http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships"))


@markup
def namespace_odd(parts: Parts, random: Random) -> None:
    part = parts.any_xml(random)
    parts.put(part, parts.text(part).replace(' xmlns="', random.choice((' xmlns="urn:odd', ' xmlns:q="')), 1))


@markup
def table_part_odd(parts: Parts, random: Random) -> None:
    tables = [name for name in parts if name.startswith("xl/tables/")]
    if tables:
        ref = random.choice(("A4:U1048576", "A1:XFD1048577", "A4:A4", "U9:A4", "A0:B0", "", "A4", "Sheet1!A4:U9", "$A$4:$U$9", "A4:U5 A9:U9", "A3:U9"))
        _edit(parts, random.choice(tables), r'\sref="[^"]*"', lambda found: f' ref="{ref}"', random, 2)


@markup
def table_counts_odd(parts: Parts, random: Random) -> None:
    tables = [name for name in parts if name.startswith("xl/tables/")]
    if tables:
        odd = random.choice(('totalsRowCount="1"', 'totalsRowCount="x"', 'headerRowCount="0"', 'totalsRowCount="-1"', 'totalsRowCount="99999999999"', 'insertRow="1"'))
        _edit(parts, random.choice(tables), r"<table\b", lambda found: f"<table {odd}", random)


@markup
def styles_odd(parts: Parts, random: Random) -> None:
    if "xl/styles.xml" in parts:
        section = random.choice(("cellXfs", "fonts", "fills", "borders", "cellStyleXfs", "dxfs", "numFmts", "cellStyles"))
        new = random.choice(("", f"<{section}/>", f'<{section} count="0"></{section}>', f'<{section} count="-5"><x/></{section}>'))
        _edit(parts, "xl/styles.xml", rf"<{section}\b.*?</{section}>", lambda found: new, random)


@markup
def shared_strings_odd(parts: Parts, random: Random) -> None:
    if "xl/sharedStrings.xml" in parts:
        new = random.choice(("", "<si/>", "<si><t/></si>", "<si><r><t>甲</t></r><r><t>乙</t></r></si>", "<si><rPh sb='0' eb='1'><t>ㄅ</t></rPh><t>甲</t></si>",
                             "<si><t>" + "长" * 40_000 + "</t></si>", "<si><t xml:space='preserve'>  甲  </t></si>"))  # fmt: skip
        _edit(parts, "xl/sharedStrings.xml", r"<si>.*?</si>", lambda found: new, random, random.choice((1, 1, 20)))
