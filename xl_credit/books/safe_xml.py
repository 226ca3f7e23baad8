"""XML of foreign files parsed without entities, DTDs or network, and ours checked to be well-formed."""

from xml.parsers import expat

from lxml import etree

from xl_credit.rules.errors import CreditError


def parse_xml(data: bytes, where: str) -> etree._Element:
    """Root of a part; a DTD, an entity or ill-formed text is a ``CreditError``."""
    refuse_doctype(data, where)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise CreditError("XML 内容损坏,无法读取", where=where) from None


def refuse_doctype(data: bytes, where: str) -> None:
    """``CreditError`` where the text declares a DTD, in UTF-8 or a wider encoding."""
    plain = data.replace(b"\0", b"") if b"\0" in data[:4] or data[:2] in (b"\xff\xfe", b"\xfe\xff") else data  # UTF-16/32
    if b"<!DOCTYPE" in plain:
        raise CreditError("XML 内含 DTD 实体声明,疑似恶意文件,已拒绝", where=where)


def is_well_formed(data: bytes) -> bool:
    """Whether it is XML without a DTD."""
    parser = expat.ParserCreate(namespace_separator=" ")  # with it, an undeclared prefix is an error too
    try:
        refuse_doctype(data, "")
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError, CreditError):
        return False
    return True
