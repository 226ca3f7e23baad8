"""The code in a workbook's package: put in, looked at, taken out, and nothing else touched."""

import json
import re
import shutil
import zipfile
from html import unescape
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.books.joining import FILES, complaints, needs_corpus, needs_validator, opened, parts, rewritten
from tests.conftest import ROOT, WORKBOOKS
from tests.forms.office import convert
from tests.hosts.lite_workbooks import (
    drop,
    embedded,
    no_json,
    no_root_link,
    state,
    stripped,
    with_main,
    with_other_pane,
    with_setting,
    wrong_type,
)
from udfs.functions import TABLE
from xl_credit import lite_cli
from xl_credit.books.container import part_key
from xl_credit.books.package import read_package, write_package
from xl_credit.books.reading import read_grids
from xl_credit.hosts import lite_bundle, lite_found
from xl_credit.hosts.lite_bundle import bundle
from xl_credit.hosts.lite_found import State, look
from xl_credit.hosts.lite_package import embed, settings, strip
from xl_credit.hosts.lite_xml import as_setting, from_setting
from xl_credit.rules.errors import CreditError

TEMPLATE = ROOT / "templates" / "客户信用评估.xlsx"
OURS = {"xl/webextensions/webextension1.xml", "xl/webextensions/taskpanes.xml", "xl/webextensions/_rels/taskpanes.xml.rels"}
SHARED = {"[Content_Types].xml", "_rels/.rels"}
SOURCES = [*sorted((ROOT / "templates").glob("*.xlsx")), *sorted(WORKBOOKS.rglob("*.xlsx"))]


def run(*arguments: str | Path):
    return CliRunner().invoke(lite_cli.app, [*map(str, arguments)])


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_embedding_changes_two_parts_adds_three_and_stripping_gives_all_back(source, tmp_path):
    source = Path(shutil.copy(source, tmp_path / f"来源{source.suffix}"))
    target = embedded(source, tmp_path / "嵌入.xlsx")
    before, after = parts(source), parts(target)
    assert after.keys() - before.keys() == OURS
    assert {name for name in before if before[name] != after[name]} == SHARED
    assert state(source) is State.absent and state(target) is State.whole
    assert parts(stripped(target, tmp_path / "取出.xlsx")) == before


@needs_corpus
def test_public_workbooks_come_back_as_they_were(tmp_path):
    done = 0
    for source in FILES:
        source = Path(shutil.copy(source, tmp_path / f"来源{source.suffix}"))
        try:
            target = embedded(source, tmp_path / f"嵌入{source.suffix}")
        except CreditError as error:
            assert "签名" in str(error) or "名称" in str(error), error
            continue
        before, after = parts(source), parts(target)
        assert {part_key(name) for name in before if before[name] != after[name]} == {part_key(name) for name in SHARED}
        assert parts(stripped(target, tmp_path / f"取出{source.suffix}")) == before
        target.unlink()
        done += 1
    assert done > 15


def test_the_settings_stand_in_the_part_as_office_writes_them(tmp_path):
    part = parts(embedded(TEMPLATE, tmp_path / "a.xlsx"))["xl/webextensions/webextension1.xml"].decode()
    values = {name: unescape(value) for name, value in re.findall(r'<we:property name="([^"]+)" value="([^"]*)"/>', part)}
    assert list(values) == ["main.py", "requirements.txt", "pyodideVersion", "addinVersion"]
    assert {name: json.loads(value) for name, value in values.items()} == settings()
    assert all(re.search(r"(?<!\\)/", value) is None for value in values.values()) and "\\/" in values["main.py"]
    assert 'id="wa200008175"' in part and 'storeType="OMEX"' in part and "\n" not in part.partition("?>\n")[2]


@pytest.mark.parametrize("text", ["a/b", '"引号"', "换\n行\t制表", "\\/", "", "😀&<>'"])
def test_a_setting_reads_back_as_it_was(text):
    assert from_setting(as_setting(text)) == text
    assert from_setting("{") is None and from_setting("1") is None


def test_no_formula_no_defined_name_and_no_recalculation_is_added(tmp_path):
    target = embedded(TEMPLATE, tmp_path / "a.xlsx")
    assert not any(b"_xldudf_" in data for name, data in parts(target).items() if name not in OURS)
    assert parts(target)["xl/workbook.xml"] == parts(TEMPLATE)["xl/workbook.xml"]


def test_the_same_workbook_gives_the_same_bytes_and_another_another_identity(tmp_path):
    first, second = (embedded(TEMPLATE, tmp_path / name) for name in ("a.xlsx", "b.xlsx"))
    assert first.read_bytes() == second.read_bytes()
    identities = {re.search(rb'webextension[^>]* id="(\{[0-9A-F-]{36}\})"', parts(embedded(Path(shutil.copy(source, tmp_path / "d.xlsx")), tmp_path / "c.xlsx"))["xl/webextensions/webextension1.xml"])[1] for source in SOURCES[:3]}
    assert len(identities) == 3


def test_embedding_again_changes_nothing(tmp_path):
    once = embedded(TEMPLATE, tmp_path / "a.xlsx")
    package, before = embed(once)
    assert before.state is State.whole and before.is_current and not package.changed


def test_embedding_again_replaces_the_code_and_keeps_lite_s_other_settings(tmp_path, monkeypatch):
    old = with_setting(embedded(TEMPLATE, tmp_path / "a.xlsx"), "xlwingsEnvironment", '{"REGION": "华东"}')
    newer = bundle().replace("示例2020", "示例2021")
    monkeypatch.setattr("xl_credit.hosts.lite_package.bundle", lambda: newer)
    monkeypatch.setattr(lite_found, "bundle", lambda: newer)
    package, before = embed(old)
    assert before.state is State.whole and not before.is_current
    write_package(package, tmp_path / "b.xlsx")
    held = look(read_package(tmp_path / "b.xlsx")).settings
    assert held["main.py"] == newer and held["xlwingsEnvironment"] == '{"REGION": "华东"}'
    assert {name for name, data in parts(tmp_path / "b.xlsx").items() if parts(old)[name] != data} == {"xl/webextensions/webextension1.xml"}


def test_edited_code_is_told_and_put_right(tmp_path):
    edited = with_main(embedded(TEMPLATE, tmp_path / "a.xlsx"), lambda text: text.replace("特级", "特优", 1))
    assert state(edited) is State.edited
    assert state(embedded(edited, tmp_path / "b.xlsx")) is State.whole


def test_code_of_the_user_s_own_is_never_touched(tmp_path):
    other = with_main(embedded(TEMPLATE, tmp_path / "a.xlsx"), lambda text: "from xlwings import func\n@func\ndef hello():\n    return 1\n")
    assert state(other) is State.foreign
    for job, words in ((embed, "别的 xlwings Lite 代码,未嵌入"), (strip, "别的 xlwings Lite 代码,未取出")):
        with pytest.raises(CreditError, match=words):
            job(other)


def test_lite_without_any_code_is_filled_and_its_settings_kept(tmp_path):
    bare = rewritten(embedded(TEMPLATE, tmp_path / "a.xlsx"), lambda part, data: re.sub(rb"<we:property [^>]*/>", b"", data) if "webextension1" in part else data)
    with_setting(bare, "xlwingsWorkbookId", "a0403022")
    assert state(bare) is State.absent
    held = look(read_package(embedded(bare, tmp_path / "b.xlsx"))).settings
    assert held["main.py"] == bundle() and held["xlwingsWorkbookId"] == "a0403022"


def test_another_add_in_s_pane_stays_beside_ours(tmp_path):
    source = with_other_pane(Path(shutil.copy(TEMPLATE, tmp_path / "a.xlsx")))
    assert state(source) is State.absent
    target = embedded(source, tmp_path / "b.xlsx")
    assert state(target) is State.whole
    held = parts(target)
    assert held["xl/webextensions/webextension1.xml"] == parts(source)["xl/webextensions/webextension1.xml"]
    assert b"wa200008175" in held["xl/webextensions/webextension2.xml"] and held["xl/webextensions/taskpanes.xml"].count(b"taskpane ") == 2
    assert parts(stripped(target, tmp_path / "c.xlsx")) == parts(source)


@pytest.mark.parametrize(
    "damage",
    [drop("xl/webextensions/webextension1.xml"), drop("xl/webextensions/taskpanes.xml"), drop("xl/webextensions/_rels/taskpanes.xml.rels"), wrong_type, no_root_link, no_json],
    ids=["no extension", "no panes", "no links", "wrong type", "not linked", "no text"],
)
def test_what_is_broken_is_told_repaired_and_taken_out(damage, tmp_path):
    broken = rewritten(embedded(TEMPLATE, tmp_path / "a.xlsx"), damage)
    found = look(read_package(broken))
    assert found.state is State.broken and found.why
    repaired = embedded(broken, tmp_path / "b.xlsx")
    assert state(repaired) is State.whole
    assert parts(repaired).keys() - parts(TEMPLATE).keys() == OURS
    assert parts(stripped(broken, tmp_path / "c.xlsx")).keys() == parts(TEMPLATE).keys()
    assert parts(tmp_path / "c.xlsx")["_rels/.rels"] == parts(TEMPLATE)["_rels/.rels"]


@pytest.mark.host
def test_the_stub_that_libreoffice_leaves_is_told_and_repaired(tmp_path):
    left = convert([embedded(TEMPLATE, tmp_path / "模板.xlsx")], tmp_path / "另存")[0]
    found = look(read_package(left))
    assert found.state is State.broken and "LibreOffice" in found.why
    assert state(embedded(left, tmp_path / "修好.xlsx")) is State.whole
    assert state(stripped(left, tmp_path / "取出.xlsx")) is State.absent


@needs_validator
@pytest.mark.host
def test_microsoft_s_validator_has_nothing_against_it(tmp_path):
    target = embedded(TEMPLATE, tmp_path / "a.xlsx")
    assert complaints(target) == complaints(TEMPLATE)
    both = embedded(with_other_pane(Path(shutil.copy(TEMPLATE, tmp_path / "b.xlsx"))), tmp_path / "c.xlsx")
    assert complaints(both) == complaints(tmp_path / "b.xlsx")
    spoilt = rewritten(target, lambda part, data: data.replace(b"we:properties>", b"we:propertees>") if "webextension1" in part else data)
    assert complaints(spoilt)


def test_other_readers_see_the_same_cells(tmp_path):
    target = embedded(TEMPLATE, tmp_path / "a.xlsx")
    assert read_grids(read_package(target)) == read_grids(read_package(TEMPLATE))
    assert opened(target).sheetnames == opened(TEMPLATE).sheetnames


@pytest.mark.parametrize("name", [*TABLE.functions, "_xldudf_CREDIT_SCORE", "tier_limit"])
def test_a_defined_name_that_is_a_function_s_is_refused(name, tmp_path):
    line = f'<definedNames><definedName name="{name}">1</definedName>'.encode()
    source = rewritten(Path(shutil.copy(TEMPLATE, tmp_path / "a.xlsx")), lambda part, data: data.replace(b"<definedNames>", line) if part == "xl/workbook.xml" else data)
    with pytest.raises(CreditError, match=f"已有名称“{name}”,与函数同名"):
        embed(source)


def test_our_own_workbooks_have_no_such_name(tmp_path):
    for number, source in enumerate(SOURCES):
        embed(Path(shutil.copy(source, tmp_path / f"{number}.xlsx")))


def test_a_signed_workbook_and_an_add_in_are_refused(tmp_path):
    signed = Path(shutil.copy(TEMPLATE, tmp_path / "a.xlsx"))
    with zipfile.ZipFile(signed, "a") as archive:
        archive.writestr("_xmlsignatures/sig1.xml", "<Signature/>")
    with pytest.raises(CreditError, match="签名"):
        embed(signed)
    with pytest.raises(CreditError, match="不能嵌入 .xlam 文件"):
        embed(Path(shutil.copy(TEMPLATE, tmp_path / "a.xlam")))


def test_the_command_says_what_it_did_and_that_it_is_experimental(tmp_path):
    target = tmp_path / "嵌入.xlsx"
    done = run("embed", TEMPLATE, "--out", target)
    assert done.exit_code == 0 and "已嵌入" in done.output and "实验性" in done.output and "信任并继续" in done.output
    seen = run("check", target)
    assert seen.exit_code == 0 and f"{len(bundle().encode()):,}字节" in seen.output and "完好" in seen.output and "实验性" in seen.output
    assert run("strip", target, "--out", tmp_path / "取出.xlsx").exit_code == 0
    assert run("check", tmp_path / "取出.xlsx").exit_code == 1
    assert "已更新嵌入" in run("embed", target, "--out", tmp_path / "再.xlsx").output


def test_the_source_is_never_written_to(tmp_path):
    source = Path(shutil.copy(TEMPLATE, tmp_path / "a.xlsx"))
    for command in ("embed", "strip"):
        done = run(command, embedded(source, tmp_path / "b.xlsx") if command == "strip" else source, "--out", tmp_path / ("b.xlsx" if command == "strip" else "a.xlsx"))
        assert isinstance(done.exception, CreditError) and "不能写回来源文件" in str(done.exception)
    assert source.read_bytes() == TEMPLATE.read_bytes()


def test_checking_says_what_is_wrong(tmp_path):
    target = embedded(TEMPLATE, tmp_path / "a.xlsx")
    assert "被改动过" in run("check", with_main(target, lambda text: text + "\n")).output
    assert "不是本程序嵌入的" in run("check", with_main(target, lambda text: "x = 1\n")).output
    assert "已残缺" in run("check", rewritten(target, drop("xl/webextensions/webextension1.xml"))).output


def test_a_newer_program_says_so(tmp_path, monkeypatch):
    target = embedded(TEMPLATE, tmp_path / "a.xlsx")
    monkeypatch.setattr(lite_found, "bundle", lambda: lite_bundle.bundle() + "#")
    assert "重新嵌入即更新" in run("check", target).output
