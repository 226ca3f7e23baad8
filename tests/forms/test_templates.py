"""The checked-in templates are what the build gives, and they attach to real workbooks with nothing else changed."""

import os
import zipfile
from pathlib import Path

import pytest

from xl_credit.books.package import read_package
from xl_credit.books.workbook import read_sheets
from xl_credit.forms.attaching import attach_our_sheets
from xl_credit.forms.template_files import TEMPLATES, build_templates, template_path
from xl_credit.rules.errors import CreditError

CORPUS = Path(os.environ.get("XL_CREDIT_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
REAL = sorted(path for path in CORPUS.glob("*.xls*")) if CORPUS.is_dir() else []
MUST_CHANGE = {"[content_types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("templates")
    build_templates(folder)
    return folder


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_checked_in_template_is_what_the_build_gives(built, name):
    new, old = ({n: z.read(n) for n in z.namelist()} for z in map(zipfile.ZipFile, (built / name, template_path(name))))
    assert list(new) == list(old)
    assert [part for part in new if new[part] != old[part]] == []


@pytest.mark.skipif(not REAL, reason=f"no workbooks in {CORPUS}")
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_our_sheets_attach_to_a_real_workbook_and_nothing_else_changes(path, tmp_path):
    before, out = path.read_bytes(), tmp_path / path.name
    try:
        report = attach_our_sheets(path, out)
    except CreditError as error:
        assert path.name in str(error) and not out.exists() and path.read_bytes() == before
        return
    assert len(report.added) == 7 and path.read_bytes() == before
    original, attached = read_package(path), read_package(out)
    changed = {n.lower() for n in original.names() if original.read(n) != attached.read(n)}
    assert changed <= MUST_CHANGE
    tabs = [sheet.name for sheet in read_sheets(original)]
    assert [sheet.name for sheet in read_sheets(attached)] == tabs + list(report.added)
