"""What a regeneration keeps of a quarter, how it is named, and what is not taken for a snapshot."""

import errno
import os
import sqlite3
import zlib
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import WORKBOOKS, build_branch, files_in, record, run_cli, table_rows, type_into
from tests.history.desk import POLICY, QUARTER, alter, branches_of, facts_of, kept, regenerated, snapshot_of
from xl_credit.history import store
from xl_credit.history.contents import COLUMNS, CUSTOMERS, FOLLOWS, FORMAT, OWED, SOURCES
from xl_credit.history.finding import find_snapshots
from xl_credit.history.rerun import policy_of, rerun
from xl_credit.history.store import NAME, read_snapshot
from xl_credit.quarter.columns import EVALUATION, RESULT_COLUMNS, RESULTS
from xl_credit.rules.errors import CreditError
from xl_credit.rules.quarter import Quarter


def change_sales(path: Path, amount: float) -> None:
    type_into(path, EVALUATION, table_rows(path, EVALUATION)[0]["row"], {"年交易额": amount})


class TestTaking:
    def test_a_regenerated_quarter_leaves_one_read_only_file_named_by_its_content(self, branches, tmp_path):
        path = regenerated(branches, tmp_path / "结果")
        assert path.parent == tmp_path / "结果" / "快照" and NAME.fullmatch(path.name)[1] == "2026Q3"
        assert path.stat().st_mode & 0o777 == 0o444
        assert [one.name for one in path.parent.iterdir()] == [path.name]

    def test_it_holds_the_results_as_they_stand_in_the_workbooks(self, branches, tmp_path):
        snapshot = read_snapshot(regenerated(branches, tmp_path / "结果"))
        rows = [dict(zip(COLUMNS[CUSTOMERS], row, strict=True)) for row in snapshot.rows(CUSTOMERS)]
        names = [name for name, _, _ in snapshot.branches]
        for number, name in enumerate(names, 1):
            written = table_rows(tmp_path / "结果" / f"{name}.xlsx", RESULTS)
            mine = [row for row in rows if row["分公司号"] == number]
            for column in RESULT_COLUMNS[:-1]:
                assert [row[column] for row in mine] == [row[column] if row[column] != "" else None for row in written], column
        assert names == ["乙", "甲"]

    def test_it_holds_the_policy_and_the_digest_of_every_source(self, branches, tmp_path):
        last, ledgers = branches / "上季", WORKBOOKS / "2026Q3"
        regenerated(branches, last, Quarter(2026, 2))
        (branches / "甲台账.xlsx").write_bytes((ledgers / "华南台账.xlsx").read_bytes())
        (branches / "政策.xlsx").write_bytes((WORKBOOKS / "政策.xlsx").read_bytes())
        (last / "丙.xlsx").write_bytes((last / "甲.xlsx").read_bytes())  # a branch that is no more: its customers may have moved here
        snapshot = read_snapshot(regenerated(branches, tmp_path / "结果", previous=last))
        assert policy_of(snapshot).same_figures(POLICY) and snapshot.policy_text == "示例2020(草案) 示例政策,未经核定"
        sources = {(kind, name): digest for kind, name, digest in snapshot.rows(SOURCES)}
        files = {("工作簿", name): branches / name for name in ("甲.xlsx", "乙.xlsx")}
        files |= {("上季", name): last / name for name in ("甲.xlsx", "乙.xlsx", "丙.xlsx")}
        files |= {("台账", "甲台账.xlsx"): branches / "甲台账.xlsx", ("政策", "政策.xlsx"): branches / "政策.xlsx"}
        assert sources == {key: sha256(path.read_bytes()).hexdigest() for key, path in files.items()}

    def test_it_holds_what_customers_owe_in_fen(self, tmp_path):
        path = regenerated(WORKBOOKS / "2026Q3", tmp_path / "结果")
        rows = [dict(zip(COLUMNS[OWED], row, strict=True)) for row in read_snapshot(path).rows(OWED)]
        shown = {row["客户编码"]: row for name in ("华东", "华南", "西南") for row in table_rows(tmp_path / "结果" / f"{name}.xlsx", "账龄表")}
        assert len(rows) == len(shown) > 50
        for row in rows:
            assert row["余额(分)"] == round(shown[row["客户编码"]]["余额"] * 100)
            assert row["逾期(分)"] == round(shown[row["客户编码"]]["逾期合计"] * 100)
            buckets = list(map(int, row["各区间(分)"].split(",")))
            assert sum(buckets) + row["未核销(分)"] == row["余额(分)"] and sum(buckets[1:]) == row["逾期(分)"]

    def test_the_same_quarter_gives_the_same_bytes_wherever_and_whenever_and_in_however_many_processes(self, branches, tmp_path):
        one = regenerated(branches, tmp_path / "一")
        for path in branches.iterdir():
            os.utime(path, (1_700_000_000, 1_700_000_000))
        two = regenerated(branches, tmp_path / "别处" / "二", jobs=2)
        assert (one.name, one.read_bytes()) == (two.name, two.read_bytes())

    def test_a_run_that_changes_nothing_leaves_the_snapshot_alone(self, branches, tmp_path):
        path = regenerated(branches, tmp_path / "结果")
        before = path.stat()
        assert regenerated(branches, tmp_path / "结果") == path
        assert path.stat().st_mtime_ns == before.st_mtime_ns and path.stat().st_ino == before.st_ino

    def test_a_changed_quarter_gets_another_that_follows_and_stands_and_so_does_one_changed_back(self, branches, tmp_path):
        out, whole = tmp_path / "结果", (branches / "甲.xlsx").read_bytes()
        first = regenerated(branches, out)
        content = first.read_bytes()
        change_sales(branches / "甲.xlsx", 650)
        second = regenerated(branches, out)
        (branches / "甲.xlsx").write_bytes(whole)
        third = regenerated(branches, out)
        assert len({first.name, second.name, third.name}) == 3 and first.read_bytes() == content
        assert [read_snapshot(path).follows for path in (first, second, third)] == [(), (first.name,), (second.name,)]
        found = find_snapshots([tmp_path])
        assert ([one.name for one in found.standing], found.replaced, found.aside) == ([third.name], 2, ())

    def test_what_was_made_in_two_folders_and_put_together_is_followed_by_one(self, branches, tmp_path):
        first = regenerated(branches, tmp_path / "一")
        change_sales(branches / "甲.xlsx", 650)
        other = regenerated(branches, tmp_path / "二")
        os.rename(other, first.parent / other.name)
        change_sales(branches / "甲.xlsx", 450)
        last = read_snapshot(regenerated(branches, tmp_path / "一"))
        assert last.follows == tuple(sorted((first.name, other.name)))
        assert [one.name for one in find_snapshots([tmp_path]).standing] == [last.name]

    def test_in_place_it_lies_beside_the_backups(self, branches):
        path = regenerated(branches, branches)
        assert path.parent == branches / "快照" and (branches / "备份").is_dir()
        once = files_in(branches)
        assert regenerated(branches, branches) == path and files_in(branches) == once
        own = {name: digest for kind, name, digest in read_snapshot(path).rows(SOURCES) if kind == "工作簿"}
        assert own == {name: sha256((branches / name).read_bytes()).hexdigest() for name in ("甲.xlsx", "乙.xlsx")}

    def test_without_a_usable_branch_there_is_none(self, tmp_path):
        build_branch(tmp_path / "来源" / "甲.xlsx", [record()]).write_bytes(b"")
        assert regenerated(tmp_path / "来源", tmp_path / "结果") is None
        assert not (tmp_path / "结果" / "快照").exists()

    def test_a_branch_that_cannot_be_used_stands_in_it_with_the_reason(self, branches, tmp_path):
        (branches / "坏.xlsx").write_bytes(b"")
        rows = read_snapshot(regenerated(branches, tmp_path / "结果")).rows("分公司", "分公司", "不能使用", "评估表")
        assert [(name, reason is None, facts is None) for name, reason, facts in rows] == [("乙", True, False), ("坏", False, True), ("甲", True, False)]

    def test_no_text_becomes_anything_else(self, tmp_path):
        snapshot = snapshot_of(tmp_path, record(客户名称="=1+2", 业务员="@x"), record("K2", 客户名称="𠮷野家😀 'quoted\""))
        assert [row[:2] for row in snapshot.rows(CUSTOMERS, "客户名称", "业务员")] == [("=1+2", "@x"), ("𠮷野家😀 'quoted\"", "张三")]

    def test_what_a_killed_run_left_half_written_is_gone_after_the_next(self, branches, tmp_path):
        (tmp_path / "结果" / "快照").mkdir(parents=True)
        (tmp_path / "结果" / "快照" / ".xl-credit-abc.tmp").write_bytes(b"half")
        path = regenerated(branches, tmp_path / "结果")
        assert list(path.parent.iterdir()) == [path]

    def test_a_full_disk_leaves_no_part_of_a_snapshot(self, branches, tmp_path, monkeypatch):
        def full(*_):
            raise OSError(errno.ENOSPC, "full")

        monkeypatch.setattr(store, "_settle", full)
        with pytest.raises(CreditError, match="写入失败\\(磁盘空间不足\\)"):
            regenerated(branches, tmp_path / "结果")
        assert files_in(tmp_path / "结果" / "快照") == {}

    def test_what_was_not_written_as_given_gets_no_name(self, tmp_path, monkeypatch):
        fill = store._fill

        def spoilt(path, tables, follows):
            fill(path, tables, follows)
            alter(path, 'UPDATE "客户" SET "得分" = 1')

        monkeypatch.setattr(store, "_fill", spoilt)
        with pytest.raises(CreditError, match="写入后校验失败"):
            snapshot_of(tmp_path / "快照")
        assert files_in(tmp_path) == {}

    def test_the_command_says_where_it_is_and_a_damaged_one_does_not_pass_for_kept(self, branches, regenerate, tmp_path):
        done = regenerate(branches)
        (path,) = (tmp_path / "结果" / "快照").iterdir()
        assert done.code == 0 and f"快照:{path}" in done.out.splitlines()
        alter(path, 'UPDATE "客户" SET "得分" = 100')
        again = regenerate(branches)
        assert again.code == 1 and not again.has_traceback
        assert [line for line in again.error_lines if line.startswith("没有留下快照") and path.name in line and "已被改动" in line]


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """A snapshot with rows in every table."""
    folder = tmp_path_factory.mktemp("whole")
    results = branches_of(facts_of([record("K1"), record("K2", 申请额度=3, 年回款额="很多")]), facts_of([record("K3", 业务员垫支="是")]))
    moved = [(1, "K1", "甲", "否", "一级", "特级", "上升", "x", 60, "第十四条", None)]
    owed, sources = [(1, "K1", "甲", "张三", 100, 50, 0, 0, "50,50")], [("工作簿", "甲.xlsx", "0" * 64)]
    return kept(folder, results, follows=["2026Q3-000000000000.sqlite"], 级别变动=moved, 应收=owed, 来源=sources).path


def cells_of(path: Path) -> list[tuple[str, int, str]]:
    with closing(sqlite3.connect(path)) as database:
        return [
            (table, rowid, column) for table, columns in COLUMNS.items()
            for (rowid,) in database.execute(f'SELECT rowid FROM "{table}"') for column in columns
        ]  # fmt: skip


class TestTampering:
    @settings(max_examples=80, deadline=None, database=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_a_value_changed_anywhere_is_found_by_the_name(self, whole, tmp_path, data):
        table, rowid, column = data.draw(st.sampled_from(cells_of(whole)))
        path = tmp_path / whole.name
        path.unlink(missing_ok=True)
        path.write_bytes(whole.read_bytes())
        with closing(sqlite3.connect(path)) as database:
            old = database.execute(f'SELECT "{column}" FROM "{table}" WHERE rowid = {rowid}').fetchone()[0]
            new = data.draw(st.sampled_from([None, 0, 1, 1.0, "", "1", "特级", b"x"]).filter(lambda one: one != old or type(one) is not type(old)))
            database.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?', (new, rowid))
            database.commit()
        with pytest.raises(CreditError, match="已被改动或损坏|已损坏|快照格式"):
            read_snapshot(path)

    @pytest.mark.parametrize("statement", [
        'DELETE FROM "客户" WHERE rowid = 1', 'INSERT INTO "来源" VALUES (1, 2, 3)', 'UPDATE "客户" SET rowid = 9 - rowid',
        'UPDATE "说明" SET "值" = \'2026Q2\' WHERE "项" = \'季度\'',
    ])  # fmt: skip
    def test_so_are_rows_taken_away_added_or_moved(self, whole, tmp_path, statement):
        path = tmp_path / whole.name
        path.write_bytes(whole.read_bytes())
        alter(path, statement)
        with pytest.raises(CreditError, match="快照内容与文件名不符,已被改动或损坏"):
            read_snapshot(path)

    def test_a_file_with_bytes_turned_over_is_refused_in_one_line_or_says_the_same(self, whole, tmp_path):
        draw, data, path = Random(7), whole.read_bytes(), tmp_path / whole.name
        refused, rows = 0, {table: read_snapshot(whole).rows(table) for table in COLUMNS}
        for _ in range(300):
            spoilt = bytearray(data)
            for _ in range(draw.choice((1, 1, 4, 60))):
                spoilt[draw.randrange(len(data))] = draw.randrange(256)
            path.write_bytes(spoilt[: draw.choice((len(data),) * 9 + (draw.randrange(len(data)),))])
            try:
                snapshot = read_snapshot(path)
            except CreditError as error:
                refused += 1
                assert path.name in str(error) and "\n" not in str(error)
            else:
                assert {table: snapshot.rows(table) for table in COLUMNS} == rows
        assert refused > 100

    @pytest.mark.parametrize("statements", [
        ['CREATE VIEW "另" AS SELECT 1'], ['CREATE TRIGGER t AFTER INSERT ON "客户" BEGIN SELECT 1; END'], ['CREATE TABLE "另" (x)'],
        ['DROP TABLE "应收"'], ['ALTER TABLE "应收" RENAME TO "往来"'],
        ['DROP TABLE "客户"', 'CREATE VIEW "客户" AS WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT x FROM r'],
    ])  # fmt: skip
    def test_a_database_with_other_tables_is_none_and_its_views_are_never_run(self, whole, tmp_path, statements):
        path = tmp_path / whole.name
        path.write_bytes(whole.read_bytes())
        alter(path, *statements)
        with pytest.raises(CreditError, match="不是快照"):
            read_snapshot(path)

    @pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\0" + bytes(200)])
    def test_what_is_no_database_is_refused(self, tmp_path, content):
        path = tmp_path / "2026Q3-0123456789ab.sqlite"
        path.write_bytes(content)
        with pytest.raises(CreditError, match="不是快照|已损坏"):
            read_snapshot(path)

    def test_a_snapshot_of_a_version_with_fewer_columns_is_read_and_rated_again_all_the_same(self, whole, tmp_path):
        path = tmp_path / whole.name
        path.write_bytes(whole.read_bytes())
        alter(path, 'ALTER TABLE "客户" DROP COLUMN "终审岗位"', 'ALTER TABLE "级别变动" ADD COLUMN "从前"', 'DELETE FROM "级别变动"')
        with store._opened(path) as database:
            name = store._name_of(database, QUARTER, store._schema(database, path))
        snapshot = read_snapshot(path.rename(tmp_path / name))
        assert [row[-3] for row in snapshot.rows(CUSTOMERS)] == [None] * 3 and len(snapshot.rows(CUSTOMERS)[0]) == len(COLUMNS[CUSTOMERS])
        assert rerun(snapshot).differences == ()

    def test_the_format_is_another_once_tables_or_names_of_columns_change(self):
        """Where this fails old snapshots lack what is new: count FORMAT up if that matters, and say in CHANGELOG what they lack."""
        assert (FORMAT, sha256("".join(store._SCHEMA).encode()).hexdigest()[:12]) == ("1", "bfe3c589cd03")

    @pytest.mark.parametrize("name", ["2026Q3.sqlite", "2026Q5-0123456789ab.sqlite", "2026Q3-0123456789ab (1).sqlite", "2026Q3-0123456789AB.sqlite"])
    def test_another_name_is_no_snapshots(self, whole, tmp_path, name):
        (tmp_path / name).write_bytes(whole.read_bytes())
        with pytest.raises(CreditError, match="不是快照的文件名"):
            read_snapshot(tmp_path / name)

    @pytest.mark.parametrize(("table", "row"), [("应收", (3, "K1", "甲", "张三", 1, 0, 0, 0, "1")), ("应收", (1, "K1", "甲", "张三", "x", 0, 0, 0, "1")),
                                                ("级别变动", (None, *"KK否12上x060"[:10]))])  # fmt: skip
    def test_well_named_rows_that_belong_to_no_branch_or_hold_no_amount_are_refused(self, tmp_path, table, row):
        with pytest.raises(CreditError, match="已损坏"):
            kept(tmp_path, branches_of(facts_of([record()])), **{table: [row]})

    def test_facts_that_unpack_without_end_are_not_unpacked(self, whole, tmp_path, monkeypatch):
        path = tmp_path / whole.name
        path.write_bytes(whole.read_bytes())
        with closing(sqlite3.connect(path)) as database:
            database.execute('UPDATE "分公司" SET "评估表" = ?', (zlib.compress(bytes(1 << 22)),))
            database.commit()
        monkeypatch.setattr(store, "_MOST_FACTS", 1 << 16)
        with pytest.raises(CreditError, match="已损坏"):
            read_snapshot(path)


def test_reading_changes_nothing_and_leaves_nothing_beside_the_file(whole):
    before = files_in(whole.parent)
    snapshot = read_snapshot(whole)
    assert snapshot.quarter == QUARTER and snapshot.follows == tuple(name for (name,) in snapshot.rows(FOLLOWS))
    assert files_in(whole.parent) == before


def test_the_sample_company_s_two_quarters_leave_two(tmp_path):
    for quarter, more in (("2026Q2", ()), ("2026Q3", ("--previous", WORKBOOKS / "2026Q2"))):
        run_cli("regenerate", WORKBOOKS / quarter, "-q", quarter, "--out", tmp_path / quarter, *more)
    shown = run_cli("history", "HD-0020", tmp_path)
    assert shown.code == 0 and not shown.has_traceback
    assert [line.split("│")[1].strip() for line in shown.out.splitlines() if line.startswith("│ 2026")] == ["2026Q2", "2026Q3"]
    assert "特级→一级" in shown.out and "主观评价" in shown.out
    done = run_cli("rerun", tmp_path / "2026Q3", "--sources", WORKBOOKS)
    assert done.code == 0 and "197户" in done.out and "差异0处" in done.out and "来源文件9个,相符9个" in done.out
