"""The hidden part of a pack that says what it is, sealed with head office's key.

It stands twice: as document properties and in a very hidden sheet. Excel keeps both; LibreOffice keeps both and shows the sheet as
merely hidden; what a program loses of one is read from the other.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from xl_credit.books.contents import Reader
from xl_credit.books.custom_properties import put_properties, read_properties
from xl_credit.books.package import Package
from xl_credit.books.workbook import read_sheets
from xl_credit.branches.names import MANIFEST_SHEET
from xl_credit.cells import text
from xl_credit.forms.look import Look
from xl_credit.forms.template_version import TEMPLATE_VERSION, VERSION_PROPERTY
from xl_credit.rules.quarter import Quarter

_PREFIX = "xl-credit "
_FIELDS = ("分公司", "季度", VERSION_PROPERTY.removeprefix(_PREFIX), "政策版本")  # the template's own property is the manifest's too
_DIGEST, _SEAL = "锁定摘要", "封印"
_NOTICE = "本表由总部下发,请勿修改或删除"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a pack says it is. ``digest`` is over everything locked, ``seal`` over the manifest itself."""

    branch: str
    quarter: str
    template: str
    policy: str
    digest: str = ""
    seal: str = ""

    @property
    def identity(self) -> dict[str, str]:
        return dict(zip(_FIELDS, (self.branch, self.quarter, self.template, self.policy), strict=True))

    def is_sealed_by(self, key: bytes) -> bool:
        """Whether head office's key made it, and nobody changed a word since."""
        return hmac.compare_digest(self.seal.encode(), seal(key, self).encode())


def new_manifest(branch: str, quarter: Quarter, policy_version: str) -> Manifest:
    return Manifest(branch, str(quarter), str(TEMPLATE_VERSION), policy_version)


def seal(key: bytes, manifest: Manifest) -> str:
    words = "\0".join((*manifest.identity.values(), manifest.digest))
    return hmac.new(key, words.encode(), sha256).hexdigest()


def add_manifest_sheet(look: Look, manifest: Manifest) -> None:
    """The very hidden sheet, its digest and seal still to come."""
    sheet = look.book.add_worksheet(MANIFEST_SHEET)
    sheet.write_string(0, 0, _NOTICE)
    for row, (name, value) in enumerate(_values(manifest).items(), 1):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value or _placeholder(name))
    sheet.protect()
    sheet.very_hidden()


def _values(manifest: Manifest) -> dict[str, str]:
    return {**manifest.identity, _DIGEST: manifest.digest, _SEAL: manifest.seal}


def _placeholder(name: str) -> str:
    return f"@{name}@"


def put_manifest(package: Package, manifest: Manifest) -> None:
    """Digest and seal into the sheet, and all of it into the document properties."""
    for part in package.names():
        if part.startswith(("xl/sharedStrings", "xl/worksheets/")):
            data = package.read(part)
            for name in (_DIGEST, _SEAL):
                data = data.replace(_placeholder(name).encode(), _values(manifest)[name].encode())
            package.replace(part, data)
    put_properties(package, {_PREFIX + name: value for name, value in _values(manifest).items()})


def read_manifest(package: Package) -> Manifest | None:
    """The manifest, from the properties or else the hidden sheet; ``None`` where neither has a whole one."""
    for values in (_in_properties(package), _in_sheet(package)):
        if all(values.get(name) for name in (*_FIELDS, _DIGEST, _SEAL)):
            return Manifest(*(values[name] for name in (*_FIELDS, _DIGEST, _SEAL)))
    return None


def _in_properties(package: Package) -> Mapping[str, str]:
    return {name.removeprefix(_PREFIX): value for name, value in read_properties(package).items()}


def _in_sheet(package: Package) -> Mapping[str, str]:
    sheet = read_sheets(package).find(MANIFEST_SHEET)
    if sheet is None or sheet.part not in package:
        return {}
    cells = Reader(package).read(sheet.part).cells
    return {text(cell.value): text(cells[row, 1].value) for (row, column), cell in cells.items() if column == 0 and (row, 1) in cells}
