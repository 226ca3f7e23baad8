"""Packs out: what is filled in, what is locked, what the manifest says, and that running again touches nothing it must not."""

import os
import stat
import warnings
from datetime import date
from hashlib import sha256

import openpyxl
import pytest

from tests.branches.packs import EAST, KEY, POLICY, QUARTER, SPARE, cell, fill_in, last_quarter, send
from tests.conftest import WORKBOOKS, build_branch, files_in, record, run_cli, table_rows, type_into
from xl_credit.books.package import read_package
from xl_credit.branches.branch_list import read_branches
from xl_credit.branches.checklist import read_checklist, write_checklist
from xl_credit.branches.distributing import CAME_BACK, FAILED, NEW, REMADE, SAME
from xl_credit.branches.encryption import decrypted, is_encrypted
from xl_credit.branches.keys import read_key, read_passwords
from xl_credit.branches.locked import lock_digest, read_lock
from xl_credit.branches.manifest import Manifest, read_manifest
from xl_credit.branches.names import LIST_FILE, LIST_SHEET, RETURNED, SENT_BACK
from xl_credit.branches.prefill import STANDING, read_prefill
from xl_credit.forms.formulas import COLUMNS, HEADER_ROW, PROVISIONAL_COLUMNS
from xl_credit.forms.template_version import TEMPLATE_VERSION
from xl_credit.quarter.columns import EVALUATION, EVALUATION_COLUMNS
from xl_credit.rules.errors import CreditError

pytestmark = pytest.mark.filterwarnings("ignore:Print area")  # a formula as print area: openpyxl leaves it out and says so
ANEW = [header for header in EVALUATION_COLUMNS if header not in (*STANDING, "客户编码", "客户名称")]


@pytest.fixture(scope="module")
def previous(tmp_path_factory):
    return last_quarter(tmp_path_factory.mktemp("上季"))


@pytest.fixture(scope="module")
def sent(previous, tmp_path_factory):
    out = tmp_path_factory.mktemp("下发")
    assert [one.state for one in send(out, previous).made] == [NEW] * 3
    return out


@pytest.fixture(scope="module")
def opened(sent):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(sent / "甲.xlsx")


def values(sheet, offset):
    return {header: sheet.cell(*(place + add for place, add in zip(cell(header, offset), (0, 1), strict=True))).value for header in EVALUATION_COLUMNS}


def test_what_stands_is_filled_in_and_what_is_judged_anew_is_empty(opened):
    sheet = opened[EVALUATION]
    for offset, was in enumerate(EAST):
        now = values(sheet, offset)
        day = now.pop("首次交易日期")
        assert day.date() == was["首次交易日期"]
        assert {header: now[header] for header in STANDING if header != "首次交易日期"} == {h: was[h] for h in STANDING if h != "首次交易日期"}
        assert (now["客户编码"], now["客户名称"]) == (was["客户编码"], was["客户名称"])
        assert [header for header in ANEW if now[header] is not None] == []
    assert set(values(sheet, len(EAST)).values()) == {None}
    assert (sheet["B3"].value, sheet["F3"].value) == ("甲", "2026Q4")


def test_last_quarters_figures_are_shown_in_a_comment(opened):
    comment = opened[EVALUATION].cell(HEADER_ROW + 2, 2).comment.text
    assert comment.startswith("上季(2026Q3)") and "A类业务额 3万元;B类业务额 4万元;年交易额 1,200万元" in comment
    assert "合作态度 非常配合" in comment and "申请额度 60万元;申请期限 60天" in comment


def test_only_input_cells_are_open(opened):
    open_cells = {(sheet.title, cell.row, cell.column - 1) for sheet in opened for row in sheet for cell in row if not cell.protection.locked}
    rows = range(HEADER_ROW + 1, HEADER_ROW + 1 + len(EAST) + SPARE)
    last_known = HEADER_ROW + len(EAST)
    wanted = {(EVALUATION, row, column) for row in rows for column in range(len(EVALUATION_COLUMNS)) if row > last_known or column > 1}
    wanted |= {("客户信用评估表", 3, 2), ("核对", 5, 6), *(("审批路线", 5, column) for column in range(9, 13))}
    assert open_cells == wanted
    assert [sheet.title for sheet in opened if not sheet.protection.sheet] == []
    protection = opened[EVALUATION].protection
    assert protection.password is None and not any((protection.sort, protection.autoFilter, protection.formatColumns, protection.insertColumns))


def test_dropdowns_and_formulas_reach_the_spare_rows(opened):
    sheet = opened[EVALUATION]
    last = HEADER_ROW + len(EAST) + SPARE
    assert all(str(sheet.cell(last, COLUMNS.index(header) + 1).value).startswith("=") for header in PROVISIONAL_COLUMNS)
    kinds = {str(rule.sqref).partition(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    assert kinds["I6"].formula1 == '"具备,未年检,无"'


def test_the_manifest_names_the_pack_and_is_sealed_over_everything_locked(sent):
    package = read_package(sent / "甲.xlsx")
    manifest = read_manifest(package)
    assert (manifest.branch, manifest.quarter, manifest.template, manifest.policy) == ("甲", "2026Q4", str(TEMPLATE_VERSION), POLICY.version)
    assert manifest.is_sealed_by(KEY) and not manifest.is_sealed_by(b"x" * 32)
    assert manifest.digest == lock_digest(KEY, read_lock(package), manifest.identity)
    for changed in ({"branch": "乙"}, {"quarter": "2026Q3"}, {"digest": "0" * 64}):
        assert not Manifest(**{name: getattr(manifest, name) for name in Manifest.__slots__} | changed).is_sealed_by(KEY)


def test_the_manifest_is_read_from_the_hidden_sheet_where_the_properties_are_gone(sent, tmp_path):
    path = tmp_path / "甲.xlsx"
    book = openpyxl.load_workbook(sent / "甲.xlsx")
    for name in list(book.custom_doc_props.names):
        del book.custom_doc_props[name]
    book.save(path)
    assert read_manifest(read_package(path)) == read_manifest(read_package(sent / "甲.xlsx"))


def test_the_list_says_what_was_sent(sent):
    line = read_checklist(sent)["甲"]
    assert (line.file, line.customers, line.previous, line.password, line.state) == ("甲.xlsx", "3", "甲.xlsx", "无", "未收回")
    assert line.sha256 == sha256((sent / "甲.xlsx").read_bytes()).hexdigest()
    assert read_checklist(sent)["丙"].customers == "0"


def test_running_again_changes_no_byte_and_another_folder_gets_the_same_bytes(sent, previous, tmp_path):
    before = files_in(sent)
    assert [one.state for one in send(sent, previous).made] == [SAME] * 3
    assert files_in(sent) == before
    send(tmp_path / "again", previous)
    assert files_in(tmp_path / "again") == before


def test_two_processes_make_the_same_packs(previous, sent, tmp_path):
    from xl_credit.branches.branch_list import Branch
    from xl_credit.branches.distributing import distribute, plan_packs
    from xl_credit.work.units import How

    branches = [Branch(name) for name in ("甲", "乙", "丙")]
    distribute(plan_packs(branches, tmp_path, QUARTER, POLICY, previous, KEY, dict.fromkeys("甲乙丙", ""), spare_rows=SPARE), tmp_path, How(2))
    assert files_in(tmp_path) == files_in(sent)


@pytest.mark.parametrize("state", [RETURNED, SENT_BACK])
def test_a_branch_that_has_come_back_keeps_its_pack_whatever_changes(previous, tmp_path, state):
    send(tmp_path, previous)
    lines = read_checklist(tmp_path)
    write_checklist(tmp_path, lines | {"甲": lines["甲"].with_return(state, "2026-11-25", 0, "")})
    before = files_in(tmp_path)
    assert [one.state for one in send(tmp_path, previous, spare_rows=SPARE + 1).made] == [CAME_BACK, REMADE, REMADE]
    after = files_in(tmp_path)
    assert after["甲.xlsx"] == before["甲.xlsx"] and after["乙.xlsx"] != before["乙.xlsx"]
    assert read_checklist(tmp_path)["甲"].state == state


def test_a_branch_no_longer_named_keeps_its_line_once_it_has_come_back(previous, tmp_path):
    send(tmp_path, previous)
    lines = read_checklist(tmp_path)
    write_checklist(tmp_path, lines | {"甲": lines["甲"].with_return(RETURNED, "2026-11-25", 0, "")})
    send(tmp_path, previous, ("乙",))
    assert set(read_checklist(tmp_path)) == {"甲", "乙"}


def test_a_file_that_the_list_does_not_know_is_never_overwritten(previous, tmp_path):
    build_branch(tmp_path / "甲.xlsx", EAST)
    before = (tmp_path / "甲.xlsx").read_bytes()
    made = send(tmp_path, previous).made
    assert [one.state for one in made] == [FAILED, NEW, NEW] and "却不在分发清单" in made[0].error
    assert (tmp_path / "甲.xlsx").read_bytes() == before


def test_what_people_write_in_the_list_stays(previous, tmp_path):
    send(tmp_path, previous)
    number = next(row["row"] for row in _list_rows(tmp_path) if row["分公司"] == "乙")
    book = openpyxl.load_workbook(tmp_path / LIST_FILE)
    book[LIST_SHEET].cell(number, 15, "已电话通知")
    book.save(tmp_path / LIST_FILE)
    send(tmp_path, previous, spare_rows=SPARE + 1)
    assert {row["分公司"]: row["备注"] for row in _list_rows(tmp_path)} == {"甲": None, "乙": "已电话通知", "丙": None}


def _list_rows(folder):
    sheet = openpyxl.load_workbook(folder / LIST_FILE)[LIST_SHEET]
    headers = [cell.value for cell in sheet[4]]
    return [{"row": row[0].row, **dict(zip(headers, [cell.value for cell in row], strict=True))} for row in sheet.iter_rows(min_row=5) if row[0].value]


def test_the_packs_of_another_quarter_are_not_overwritten(sent, previous):
    from xl_credit.rules.quarter import Quarter

    with pytest.raises(CreditError, match="文件夹里是2026Q4的下发件"):
        send(sent, previous, quarter=Quarter.parse("2027Q1"))


def test_a_password_opens_the_pack_and_the_pack_is_made_anew_only_where_something_changed(previous, tmp_path):
    send(tmp_path, previous, passwords={"乙": "密码 Ω1"})
    data = (tmp_path / "乙.xlsx").read_bytes()
    assert is_encrypted(data) and not is_encrypted((tmp_path / "甲.xlsx").read_bytes())
    assert decrypted(data, "密码 Ω2", "乙.xlsx") is None
    (tmp_path / "开.xlsx").write_bytes(decrypted(data, "密码 Ω1", "乙.xlsx"))
    assert read_manifest(read_package(tmp_path / "开.xlsx")).branch == "乙"
    assert read_checklist(tmp_path)["乙"].password == "有"
    assert [one.state for one in send(tmp_path, previous, passwords={"乙": "密码 Ω1"}).made] == [SAME] * 3
    assert (tmp_path / "乙.xlsx").read_bytes() == data
    assert [one.state for one in send(tmp_path, previous, passwords={"乙": "另一个"}).made] == [SAME, REMADE, SAME]


def test_a_damaged_or_slow_encryption_is_refused_in_one_line(previous, tmp_path):
    send(tmp_path, previous, ("乙",), passwords={"乙": "p"})
    data = (tmp_path / "乙.xlsx").read_bytes()
    for old, new in ((b'spinCount="100000"', b'spinCount="900000000"'[:18]), (b"<encryption", b"<!DOCTYPE x")):
        assert old in data
        with pytest.raises(CreditError, match="乙.xlsx:加密方式不认识或文件已损坏"):
            decrypted(data.replace(old, new.ljust(len(old))[: len(old)]), "p", "乙.xlsx")


def test_a_value_that_cannot_be_read_and_a_repeated_customer_are_reported_not_carried(tmp_path):
    path = build_branch(tmp_path / "甲.xlsx", [record("K1", 营业执照="有"), record("K1"), record("K2", 首次交易日期="2025年8月3日"), {"客户编码": "合计"}])
    prefill = read_prefill(path, POLICY, QUARTER)
    assert [one["客户编码"] for one in prefill.records] == ["K1", "K2"]
    assert "营业执照" not in prefill.records[0] and prefill.records[1]["首次交易日期"] == date(2025, 8, 3)
    lines = [problem.said("甲.xlsx") for problem in prefill.problems]
    assert lines == [
        "甲.xlsx!评估表!I6:营业执照值为“有”;允许:具备、未年检、无(第五条)→未带入,由分公司重填",
        "甲.xlsx!评估表!A7:“K1”重复(第五条)→只带入先出现的一行",
        "甲.xlsx!评估表!A9:该行没有客户编码或名称(“合计”)(第五条)→整行未带入",
    ]


def test_another_quarters_workbook_is_reported(tmp_path):
    path = build_branch(tmp_path / "甲.xlsx", EAST, quarter="2026Q1")
    assert [problem.said() for problem in read_prefill(path, POLICY, QUARTER).problems] == [
        "评估表!F3:上季工作簿的季度为“2026Q1”;允许:2026Q3(第八条(5))→按该工作簿带入"
    ]


def test_last_quarters_rating_is_in_the_comment(tmp_path, regenerate):
    build_branch(tmp_path / "来源" / "甲.xlsx", EAST)
    regenerate(tmp_path / "来源")
    prefill = read_prefill(tmp_path / "结果" / "甲.xlsx", POLICY, QUARTER)
    assert table_rows(tmp_path / "结果" / "甲.xlsx", "评级结果")[0]["级别"] in prefill.comments[0].split("\n")[1]


def test_formula_like_text_stays_text(tmp_path):
    build_branch(tmp_path / "上季" / "甲.xlsx", [record("K1", 客户名称='=HYPERLINK("http://x","y")', 业务员="@李四")])
    send(tmp_path / "out", tmp_path / "上季", ("甲",))
    found = openpyxl.load_workbook(tmp_path / "out" / "甲.xlsx")[EVALUATION]
    assert [found.cell(6, column).data_type for column in (2, 8)] == ["s", "s"]


def test_the_key_is_made_once_for_its_owner_alone(tmp_path):
    path = tmp_path / "key"
    key = read_key(str(path), make=True)
    assert read_key(str(path), make=True) == read_key(str(path)) == key and len(key) == 32
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        path.chmod(0o640)
        with pytest.raises(CreditError, match="密钥文件可被他人读取"):
            read_key(str(path))
        path.chmod(0o600)
    path.write_text("abc")
    with pytest.raises(CreditError, match="key:不是下发密钥"):
        read_key(str(path))
    with pytest.raises(CreditError, match="没有密钥文件"):
        read_key(str(tmp_path / "none"))


@pytest.mark.skipif(os.name != "posix", reason="file modes say nothing here")
def test_a_password_file_that_others_can_read_is_refused(tmp_path):
    path = tmp_path / "密码.csv"
    path.write_text("分公司,密码\n甲,=a b\n乙,\n", "utf-8")
    path.chmod(0o644)
    with pytest.raises(CreditError, match="密码文件可被他人读取"):
        read_passwords(str(path), ["甲"])
    path.chmod(0o600)
    assert read_passwords(str(path), ["甲", "乙"]) == {"甲": "=a b", "乙": ""}
    with pytest.raises(CreditError, match="没有“丙”的密码"):
        read_passwords(str(path), ["甲", "丙"])


def test_keys_and_passwords_come_from_the_keyring(monkeypatch):
    import keyring
    from keyring.backend import KeyringBackend

    class Held(KeyringBackend):
        priority = 9
        held: dict[tuple[str, str], str] = {}

        def get_password(self, service, username):
            return self.held.get((service, username))

        def set_password(self, service, username, password):
            self.held[service, username] = password

    monkeypatch.setattr(keyring, "get_keyring", Held)
    monkeypatch.setattr(keyring, "get_password", lambda *names: Held().get_password(*names))
    monkeypatch.setattr(keyring, "set_password", lambda *names: Held().set_password(*names))
    with pytest.raises(CreditError, match="keyring:没有下发密钥"):
        read_key("keyring")
    assert read_key("keyring", make=True) == read_key("keyring")
    Held().set_password("xl-credit 分公司密码", "甲", "p")
    assert read_passwords("keyring", ["甲", "乙"]) == {"甲": "p", "乙": ""}


@pytest.mark.parametrize(
    "rows,error",
    [
        ("联系人\n王", "找不到表头"), ("分公司\n", "没有一个分公司"), ("分公司\n甲\n甲", "A3:分公司“甲”重复"), ("分公司\n../甲", "不能作文件名"),
        ("分公司\nCON", "不能作文件名"), ("分公司\n甲2026Q3", "不能作分公司名称"), ("分公司\n分发清单", "不能作分公司名称"), ("分公司\n甲台账", "不能作分公司名称"),
        ("分公司,联系人\n,王", "没有写分公司"),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_used_is_refused_with_its_cell(tmp_path, rows, error):
    path = tmp_path / "名单.csv"
    path.write_text(rows, "gb18030")
    with pytest.raises(CreditError, match=error):
        read_branches(path)


def test_branches_come_from_any_sheet_of_a_workbook_too(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["别的"])
    sheet = book.create_sheet("名单")
    for row in (["2026年名单"], ["序号", "分公司", "联系人"], [1, "甲", "王"], [2, "乙", None]):
        sheet.append(row)
    book.save(tmp_path / "名单.xlsx")
    assert [(one.name, one.contact) for one in read_branches(tmp_path / "名单.xlsx")] == [("甲", "王"), ("乙", "")]


def test_the_sample_companys_packs_from_the_command_line(tmp_path):
    arguments = ("distribute", "--branches", WORKBOOKS / "分公司.csv", "--quarter", "2026Q4", "--previous", WORKBOOKS / "2026Q3",
                 "--out", tmp_path / "下发", "--key", tmp_path / "下发.key", "--lite")  # fmt: skip
    ended = run_cli(*arguments)
    assert ended.code == 1 and not ended.has_traceback  # two rows of the sample are wrong on purpose
    assert "HD-0030”重复" in ended.err and "营业执照值为“有”" in ended.err and "2026年第4季度分发" in ended.out
    assert run_cli("lite", "check", tmp_path / "下发" / "华东.xlsx").code == 0
    sheets = openpyxl.load_workbook(tmp_path / "下发" / "华东.xlsx")
    assert sheets[EVALUATION].protection.sheet and not sheets["评级结果"].protection.sheet
    assert run_cli(*arguments[:-3], tmp_path / "另", "--spare-rows", "0").code == 2


def test_a_pack_filled_in_is_rated_as_any_workbook(sent, tmp_path, regenerate):
    from tests.branches.packs import FILLED

    fill_in(sent / "甲.xlsx", tmp_path / "来源" / "甲.xlsx", [FILLED, FILLED | {"A类业务额": 9, "B类业务额": 1}, FILLED])
    ended = regenerate(tmp_path / "来源", quarter="2026Q4")
    assert ended.code == 0, ended.err
    assert [row["评级状态"] for row in table_rows(tmp_path / "结果" / "甲.xlsx", "评级结果")] == ["已评级"] * 3
    type_into(tmp_path / "结果" / "甲.xlsx", "审批路线", 5, {"审批意见": "同意"})
    sheet = openpyxl.load_workbook(tmp_path / "结果" / "甲.xlsx")["审批路线"]
    assert not sheet.cell(8, 10).protection.locked and sheet.cell(8, 1).protection.locked  # approvals can be typed into every row
