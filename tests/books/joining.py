"""Public workbooks, sheets joined to them, and what openpyxl and the Open XML validator say of the result."""

import json
import os
import re
import shutil
import subprocess
import warnings
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet._reader import WorksheetReader

from xl_credit.books.graft import AttachReport, attach_sheets
from xl_credit.books.package import Package, read_package, write_package
from xl_credit.rules.errors import CreditError

ROOT = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("XL_CREDIT_CORPUS") or ROOT.parent / "shared" / "corpus")
REFUSED = ("58616.", "crash-", "clusterfuzz-", "54764.")
FILES = [path for path in sorted(CORPUS.glob("*.xls*")) if not path.name.startswith(REFUSED)]
VALIDATOR = os.environ.get("XL_CREDIT_VALIDATOR") or shutil.which("ooxml-validator", path=str(ROOT / "node_modules" / ".bin"))
NAMES = ("政策", "评估表", "结果 汇总")  # attached where a test says no other
each_file = pytest.mark.parametrize("path", FILES or [None], ids=lambda path: path.name if path else "none")
needs_corpus = pytest.mark.skipif(not FILES, reason=f"no workbooks in {CORPUS}")
needs_validator = pytest.mark.skipif(not VALIDATOR, reason="no Open XML validator: set XL_CREDIT_VALIDATOR")


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {info.orig_filename: archive.read(info) for info in archive.infolist()}


def attached(path: Path, template: Path, target: Path, names: Sequence[str] = NAMES) -> tuple[Package, AttachReport]:
    package = read_package(path)
    report = attach_sheets(package, read_package(template), names)
    write_package(package, target)
    return read_package(target), report


def rewritten(path: Path, change) -> Path:
    content = parts(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in content.items():
            if (result := change(name, data)) is not None:
                new.writestr(name, result)
    return path


def opened(path: Path) -> openpyxl.Workbook | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(WorksheetReader, "bind_merged_cells", _bind_some_merged_cells)
                return openpyxl.load_workbook(path)
        except Exception:  # openpyxl's own limits, met in the original too
            return None


def _bind_some_merged_cells(reader: WorksheetReader, bind=WorksheetReader.bind_merged_cells) -> None:
    """All of them are read, but of the 50 000 in one file only the first are laid out: 4 s of openpyxl's own work."""
    if reader.parser.merged_cells:
        reader.parser.merged_cells.mergeCell = reader.parser.merged_cells.mergeCell[:500]
    bind(reader)


def may_change(package: Package) -> set[str]:
    styles = {name for name in package.names() if name.lower().endswith("styles.xml")}
    rels = {name for name in package.names() if name.lower().endswith("workbook.xml.rels")}
    return {package.workbook_part, "[content_types].xml", *(name.lower() for name in styles | rels)}


def new_complaints(path: Path, target: Path) -> Counter:
    """What the validator says of the target and did not say of the original, which is asked only where there is need."""
    found = complaints(target)
    return found - complaints(path) if found else found


def complaints(path: Path) -> Counter:
    """What the validator says, without positions; its exit code says nothing."""
    done = subprocess.run([*VALIDATOR.split(), str(path)], capture_output=True, text=True, timeout=60, check=False)
    found = Counter()
    for error in json.loads(done.stdout)["errors"]:
        line = re.sub(r"\d+", "#", f"{error['path']} {error['id']} {error['description']}")
        if "color" not in line or "font" not in str(error["xPath"]):  # a false alarm over openpyxl's order of elements
            found[line] += 1
    return found


def prefixed(name: str, data: bytes) -> bytes:
    """The part written by another hand: every element under ``x:``."""
    if name not in ("xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        return data
    return re.sub(rb"<(/?)(?=\w)", rb"<\1x:", data).replace(b" xmlns=", b" xmlns:x=")


def strict(_: str, data: bytes) -> bytes:
    for old, new in ((b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
                     (b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                      b"http://purl.oclc.org/ooxml/officeDocument/relationships"),
                     (b"http://schemas.openxmlformats.org/drawingml/2006/main", b"http://purl.oclc.org/ooxml/drawingml/main")):
        data = data.replace(old, new)
    return data


def refused(path: Path, template: Path, match: str, names: Sequence[str] = NAMES) -> None:
    package = read_package(path)
    with pytest.raises(CreditError, match=match) as caught:
        attach_sheets(package, read_package(template), names)
    assert not package.changed and "\n" not in str(caught.value)
