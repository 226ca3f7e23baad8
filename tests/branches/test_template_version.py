"""A changed template has a new version, and every version that was ever handed out is told by what it holds."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from tests.conftest import build_branch, record
from xl_credit.books.book import Book
from xl_credit.books.contents import Reader
from xl_credit.books.custom_properties import put_properties, read_properties
from xl_credit.books.formula_text import normal
from xl_credit.books.package import read_package, write_package
from xl_credit.books.workbook import read_sheets
from xl_credit.forms.template_files import RATING, template_path
from xl_credit.forms.template_version import TEMPLATE_VERSION, VERSION_PROPERTY, template_version

HERE = Path(__file__).parent
RECORDED = json.loads((HERE / "template_versions.json").read_text("utf-8"))
OLD = sorted((HERE / "old_templates").glob("*.xlsx"))
_VALIDATIONS = re.compile(rb"<dataValidations.*?</dataValidations>", re.DOTALL)


def fingerprint(path: Path) -> str:
    """Of all that a branch and the rules meet in it: sheets, cells, formulas and dropdowns; not colours and widths."""
    package, digest = read_package(path), sha256()
    reader = Reader(package)
    for sheet in read_sheets(package):
        cells = reader.read(sheet.part).cells
        told = [(at, one.value if one.formula is None else normal(one.formula, *one.anchor, sheet.name)) for at, one in sorted(cells.items())]
        digest.update(repr((sheet.name, sheet.state, told, _VALIDATIONS.findall(package.read(sheet.part)))).encode())
    return digest.hexdigest()


def test_a_changed_template_has_a_new_version():
    assert fingerprint(template_path(RATING)) == RECORDED[str(TEMPLATE_VERSION)], (
        "the template changed: raise TEMPLATE_VERSION, say in _BROUGHT what it brought, add its fingerprint to template_versions.json "
        "and a copy of the template to old_templates/"
    )
    assert max(map(int, RECORDED)) == TEMPLATE_VERSION


@pytest.mark.parametrize("sheet,cell,value", [("评估表", (5, 3), "别的列名"), ("政策", (40, 1), "x"), ("客户信用评估表", (6, 1), "x")])
def test_a_planted_change_would_be_seen(tmp_path, sheet, cell, value):
    path = tmp_path / RATING
    book = Book(template_path(RATING), (sheet,))
    book.sheet(sheet).set(*cell, value)
    book.save(path)
    assert fingerprint(path) not in RECORDED.values()


@pytest.mark.parametrize("path", OLD, ids=lambda path: path.stem)
def test_an_old_template_is_the_one_it_was_and_is_told_by_what_it_holds(path):
    assert fingerprint(path) == RECORDED[path.stem]
    assert template_version(read_package(path)) == int(path.stem)


def test_a_copy_of_every_version_is_kept():
    assert {path.stem for path in OLD} == set(RECORDED)


def test_a_workbook_that_is_built_says_its_version(tmp_path):
    package = read_package(build_branch(tmp_path / "华东.xlsx", [record()]))
    assert read_properties(package) == {VERSION_PROPERTY: str(TEMPLATE_VERSION)}
    assert template_version(package) == TEMPLATE_VERSION


def test_what_the_workbook_says_goes_before_what_it_holds(tmp_path):
    package = read_package(OLD[0])
    put_properties(package, {VERSION_PROPERTY: "7"})
    assert write_package(package, tmp_path / "7.xlsx") and template_version(read_package(tmp_path / "7.xlsx")) == 7


def test_a_property_is_replaced_and_the_others_stay(tmp_path):
    path = build_branch(tmp_path / "华东.xlsx", [record()])
    package = read_package(path)
    put_properties(package, {"甲<&": "一", "乙": "二"})
    put_properties(package, {"乙": "三"})
    write_package(package, path)
    assert read_properties(read_package(path)) == {VERSION_PROPERTY: str(TEMPLATE_VERSION), "甲<&": "一", "乙": "三"}
    before = path.read_bytes()
    again = read_package(path)
    put_properties(again, {"乙": "三"})
    assert not write_package(again, path) and path.read_bytes() == before
