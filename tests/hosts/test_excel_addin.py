"""The Excel add-in as a file: whole, the same each time, read by others, true to the function table and the command list."""

import io
import re
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from pyvbaanalysis import analyze_office_file

import udfs
from tests.conftest import ROOT
from tests.hosts import excel_reading as reading
from udfs.functions import TABLE
from udfs.ribbon import COMMANDS, TAB
from xl_credit.books.package import read_package
from xl_credit.hosts import excel_addin
from xl_credit.hosts.declaring import CATEGORY, Argument
from xl_credit.hosts.excel_addin import CONFIG, FILE, HELP_SHEET, UDF_MODULE, XLWINGS, build_addin, modules
from xl_credit.hosts.excel_generating import generated
from xl_credit.hosts.excel_ribbon import CALLBACK, ribbon_xml
from xl_credit.hosts.excel_wrapping import VBA_WORDS, vba_names
from xl_credit.rules.errors import CreditError

SOURCE = Path(udfs.__file__).parent
BY_TAG = COMMANDS.by_tag
RIBBON = "customUI/customUI14.xml"
group = pytest.mark.xdist_group("excel add-in")  # one process builds it, not each
pytestmark = group


@pytest.fixture(scope="module")
def wrappers() -> tuple[str, list[dict]]:
    return generated(UDF_MODULE, FILE)


@pytest.fixture(scope="module")
def sources(wrappers) -> dict[str, str]:
    return {one.name: one.source for one in modules(SOURCE, wrappers[0])}


@pytest.fixture(scope="module")
def addin() -> bytes:
    return build_addin(SOURCE, TAB, BY_TAG)


@pytest.fixture(scope="module")
def file(addin, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("addin") / FILE
    path.write_bytes(addin)
    return path


def test_the_add_in_is_whole_and_olevba_gives_back_every_module(addin, sources):
    assert reading.package_problems(addin, sources, BY_TAG) == []
    assert len(sources) == 8


def test_another_reader_gives_back_every_module_too(addin, sources, tmp_path):
    assert reading.by_pyopenvba(addin, tmp_path) == sources


def test_it_is_the_same_twice(addin):
    assert build_addin(SOURCE, TAB, BY_TAG) == addin


def test_nothing_of_this_machine_is_in_it(addin):
    assert str(ROOT).encode() not in addin and str(Path.home()).encode() not in addin and sys.prefix.encode() not in addin


def test_our_own_reader_takes_it_and_a_damaged_one_is_refused(file, addin, tmp_path):
    assert read_package(file).workbook_part == "xl/workbook.xml"
    damaged = tmp_path / FILE
    damaged.write_bytes(addin.replace(CATEGORY.encode(), CATEGORY[::-1].encode(), 1))
    with pytest.raises(CreditError, match="损坏"):
        read_package(damaged)


def test_a_compiler_would_find_no_error(file):
    found = {module: [one.message for one in problems if one.severity.value == "error"] for module, problems in analyze_office_file(file).items()}
    assert found and not [message for messages in found.values() for message in messages]


def test_the_compiler_check_would_find_an_error(addin, tmp_path):
    broken = excel_addin.module("XlCreditWizard", excel_addin.Kind.STANDARD, 'Attribute VB_Name = "XlCreditWizard"\nSub One()\n    Dim n As Long\n    n = "x"\nEnd Sub\n')
    whole = {**reading.parts(addin), reading.PROJECT_PART: excel_addin.vba_project("XlCredit", [broken], excel_addin._PROJECT_ID)}
    path = tmp_path / FILE
    path.write_bytes(reading.zipped(whole))
    assert any(one.severity.value == "error" for problems in analyze_office_file(path).values() for one in problems)


def faults(parts: dict[str, bytes], sources: dict[str, str]):
    """(what, parts with it)"""
    ribbon = parts[RIBBON].decode()
    first, second = list(BY_TAG)[:2]

    def with_ribbon(text: str):
        assert text != ribbon
        return parts | {RIBBON: text.encode()}

    yield "no Sub for a callback", with_ribbon(ribbon.replace(CALLBACK, "XlCreditOther", 1))
    yield "an id twice", with_ribbon(ribbon.replace(f'id="xl_credit_{second}"', f'id="xl_credit_{first}"'))
    yield "a tag without command", with_ribbon(ribbon.replace(f'tag="{first}"', 'tag="other"'))
    yield "a button less", with_ribbon(re.sub(rf'<button id="xl_credit_{second}"[^>]*/>', "", ribbon))
    yield "a menu", with_ribbon(ribbon.replace("<group ", '<group id="m"/><menu ', 1).replace("</group>", "</menu>", 1))
    yield "no ribbon", {name: data for name, data in parts.items() if name != RIBBON}
    yield "a workbook's content type", parts | {"[Content_Types].xml": parts["[Content_Types].xml"].replace(b"addin.", b"sheet.")}
    yield "a type without part", {name: data for name, data in parts.items() if name != "xl/styles.xml"}
    other = [excel_addin.behind("ThisWorkbook", excel_addin.Kind.WORKBOOK)]
    yield "another project", parts | {reading.PROJECT_PART: excel_addin.vba_project("XlCredit", other, excel_addin._PROJECT_ID)}


FAULTS = ["no Sub for a callback", "an id twice", "a tag without command", "a button less", "a menu", "no ribbon", "a workbook's content type",
          "a type without part", "another project"]  # fmt: skip


@pytest.mark.parametrize("what", FAULTS)
def test_a_planted_fault_is_noticed(what, addin, sources):
    planted = dict(faults(reading.parts(addin), sources))
    assert set(planted) == set(FAULTS)
    assert reading.package_problems(reading.zipped(planted[what]), sources, BY_TAG) != []
    assert reading.package_problems(reading.zipped(reading.parts(addin)), sources, BY_TAG) == []


def test_every_function_has_a_wrapper_with_its_arguments(wrappers):
    source, described = wrappers
    found = {name: [one.strip() for one in arguments.split(",")] for name, arguments in re.findall(r"^Function (\w+)\((.*)\)$", source, re.M)}
    expected = {
        name: [("Optional " if argument.optional else "") + written for argument, written in zip(function.arguments, vba_names(function.arguments), strict=True)]
        for name, function in TABLE.functions.items()
    }
    assert found == expected
    assert {one["name"]: [argument["name"] for argument in one["arguments"]] for one in described} == {
        name: vba_names(function.arguments) for name, function in TABLE.functions.items()
    }


def test_every_wrapper_calls_its_function_in_our_module(wrappers):
    called = re.findall(r'(\w+) = XLPy\.CallUDF\("([\w.]+)", "(\w+)", Array\((.*?)\), ActiveWorkbook', wrappers[0])
    assert [(name, module, function) for name, module, function, _ in called] == [(name, UDF_MODULE, name) for name in sorted(TABLE.functions)]
    assert {name: arguments.split(", ") for name, _, _, arguments in called} == {
        name: vba_names(function.arguments) for name, function in TABLE.functions.items()
    }


def sheet_of(addin: bytes, name: str):
    """A sheet by openpyxl, which takes workbooks only: the same parts under a workbook's content type."""
    content = reading.parts(addin)
    content["[Content_Types].xml"] = content["[Content_Types].xml"].replace(b"excel.addin.", b"excel.sheet.")
    return openpyxl.load_workbook(io.BytesIO(reading.zipped(content)))[name]


def test_the_wizard_gets_the_tables_words(addin):
    sheet = sheet_of(addin, HELP_SHEET)
    head, *rows = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert head[:3] == ["FunctionInfo", "1.0", CATEGORY] == ["FunctionInfo", "1.0", "客户信用"]
    assert sorted(row[0] for row in rows) == sorted(TABLE.functions)
    for name, help_text, topic, *arguments in rows:
        function = TABLE.functions[name]
        assert function.help in help_text and function.article in help_text and function.unit in help_text and topic == ""
        shown = [text for text in arguments if text]
        assert shown[::2] == vba_names(function.arguments)
        for text, argument in zip(shown[1::2], function.arguments, strict=True):
            assert argument.label in text and argument.help in text
        assert max(map(len, (help_text, *shown))) <= 255  # and so nothing is cut off in the wizard


def test_the_config_sheet_pins_its_keys_and_leaves_no_blank(addin):
    rows = [row[:2] for row in sheet_of(addin, "xl_credit.conf").iter_rows(values_only=True)]
    assert rows == list(CONFIG) and all(key == key.upper() and value for key, value in rows)
    assert dict(rows) == {"UDF MODULES": UDF_MODULE, "ADD_WORKBOOK_TO_PYTHONPATH": "FALSE", "DEBUG UDFS": "FALSE"}


def test_no_argument_is_a_word_of_vba_or_differs_in_case_only():
    for function in TABLE.functions.values():
        names = [name.lower() for name in vba_names(function.arguments)]
        assert not VBA_WORDS & {*names} and len({*names}) == len(names)
        assert all(re.fullmatch(r"[a-z]\w*", name) for name in names) and function.name.lower() not in names


def test_an_argument_named_like_a_word_of_vba_is_renamed():
    arguments = tuple(Argument(name, "", "") for name in ("type", "Date", "end", "value", "Value", "failed"))
    assert vba_names(arguments) == ["type_", "Date_", "end_", "value", "Value_", "failed_"]


def test_a_function_that_could_be_a_cell_would_be_no_function():
    assert not [name for name in TABLE.functions if re.fullmatch(r"[A-Z]{1,3}\d+|R\d*C\d*", name)]


def test_our_source_is_ascii_with_windows_line_ends():
    found = sorted([*SOURCE.glob("*.bas"), *SOURCE.glob("*.cls")])
    assert len(found) == 3
    for path in found:
        data = path.read_bytes()
        assert data.isascii() and data.count(b"\n") == data.count(b"\r\n") and data.endswith(b"\r\n")


def test_our_modules_are_in_the_project_as_they_are_in_the_folder(sources):
    for path in SOURCE.glob("*.bas"):
        assert sources[path.stem].encode() == path.read_bytes()
    assert sources["ThisWorkbook"].encode().endswith((SOURCE / "ThisWorkbook.cls").read_bytes())


def test_a_callback_does_nothing_without_a_workbook(sources):
    body = sources["XlCreditRibbon"].partition(f"Public Sub {CALLBACK}")[2].partition("End Sub")[0].splitlines()
    assert body[1].strip() == "If ActiveWorkbook Is Nothing Then Exit Sub"


def test_the_ribbon_has_the_commands_in_their_order():
    root = etree.fromstring(ribbon_xml(TAB, BY_TAG))
    assert root.tag == "{http://schemas.microsoft.com/office/2009/07/customui}customUI"
    assert [node.get("label") for node in root.iter("{*}tab")] == ["客户信用"]
    assert [node.get("label") for node in root.iter("{*}group")] == list(dict.fromkeys(command.group for command in BY_TAG.values()))
    shown = [(button.getparent().get("label"), *map(button.get, ("tag", "label", "screentip", "supertip", "imageMso", "size"))) for button in root.iter("{*}button")]
    assert shown == [
        (one.group, one.tag, one.label, one.label, one.tip, one.image, "large" if one.is_large else "normal") for one in BY_TAG.values()
    ]


def test_xlwings_is_pinned_to_the_version_that_the_vba_names(sources):
    assert f"xlwings64-{XLWINGS}.dll" in sources["xlwings"] and 'PROJECT_NAME As String = "xl_credit"' in sources["xlwings"]
    assert f'"xlwings=={XLWINGS}"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_another_xlwings_is_refused_in_one_line(monkeypatch):
    monkeypatch.setattr(excel_addin, "version", lambda name: "0.30.0")
    with pytest.raises(CreditError, match="xlwings 为0.30.0;允许:xlwings 0.37.8"):
        modules(SOURCE, "")


def test_a_module_that_cannot_be_loaded_is_one_line():
    with pytest.raises(CreditError, match="没有生成 Excel 的函数模块:ModuleNotFoundError"):
        generated("udfs.no_such_module", FILE)


def test_parts_are_stored_so_that_no_zlib_changes_the_bytes(file):
    with zipfile.ZipFile(file) as archive:
        assert {(info.compress_type, info.date_time, info.create_system) for info in archive.infolist()} == {(zipfile.ZIP_STORED, (1980, 1, 1, 0, 0, 0), 0)}
    assert file.stat().st_size < 80_000
