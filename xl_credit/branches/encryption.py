"""Opening passwords of workbooks: ECMA-376 encryption as Excel, WPS and LibreOffice have it, by msoffcrypto-tool."""

import struct
from io import BytesIO
from xml.parsers.expat import ExpatError

from xl_credit.rules.errors import CreditError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_SPINS = 1_000_000  # Excel hashes 100,000 times; a foreign file may not hold the program up with more
_BROKEN = (OSError, ValueError, KeyError, IndexError, AttributeError, struct.error, ExpatError)


def is_encrypted(data: bytes) -> bool:
    """Whether it is a workbook behind an opening password."""
    return data.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in data


def encrypted(data: bytes, password: str) -> bytes:
    """The workbook behind an opening password (agile encryption); every call gives other bytes, as the salt is new."""
    library = _library()
    out = BytesIO()
    library.OOXMLFile(BytesIO(data)).encrypt(password, out)
    return out.getvalue()


def decrypted(data: bytes, password: str, where: str) -> bytes | None:
    """The workbook opened; ``None`` where it is another password. Raises 「…:加密方式不认识或文件已损坏…」."""
    library = _library()
    from msoffcrypto import exceptions

    damaged = CreditError("加密方式不认识或文件已损坏", where=where, allowed="用 Excel 另存,或取消打开密码")
    try:
        file = library.OOXMLFile(BytesIO(data))
        if file.type == "agile" and file.info["spinValue"] > _MOST_SPINS:
            raise damaged
        file.load_key(password=password, verify_password=True)
        out = BytesIO()
        file.decrypt(out)
    except exceptions.InvalidKeyError:
        return None
    except (exceptions.FileFormatError, exceptions.DecryptionError, exceptions.ParseError, *_BROKEN):
        raise damaged from None
    return out.getvalue()


def _library():
    try:
        from msoffcrypto.format import ooxml
    except ImportError:
        raise CreditError("缺少组件 msoffcrypto-tool", allowed="pip install 'xl-credit[passwords]',或不用打开密码") from None
    return ooxml
