"""A past quarter rated again from its snapshot: the same figures, or each difference by name; and whether its files are still the same."""

import csv
import io
import json
import shutil
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings

from tests.conftest import record, run_cli, table_rows, type_into
from tests.history.desk import POLICY, QUARTER, alter, branches_of, facts_of, kept, leave_uncalculated, regenerated, snapshot_of
from tests.history.drawn import branches as drawn_branches
from xl_credit.cells import from_csv_text
from xl_credit.history.contents import APPROVALS, BUDGET, CHANGES, COLUMNS, CUSTOMERS, DISTRIBUTION
from xl_credit.history.contents import POLICY as POLICY_TABLE
from xl_credit.history.rerun import DIFFERENCE_COLUMNS, policy_of, rerun
from xl_credit.history.rerun import branches_of as facts_in
from xl_credit.history.sources import CHANGED, MISSING, SAME, check_sources
from xl_credit.history.store import read_snapshot
from xl_credit.quarter.columns import EVALUATION
from xl_credit.quarter.record import branch_record, read_facts
from xl_credit.rules import levels
from xl_credit.rules.changes import as_past
from xl_credit.rules.errors import CreditError
from xl_credit.rules.quarter import Quarter

quick = settings(max_examples=25, deadline=None, database=None, derandomize=True)


WHOLE = '{"列":[[0,"客户编码"]],"行":[[2,%s]],"表头行":1,"1904":false,"空格":[],"上季":[%s]}'
STRANGE = [WHOLE % ("[1]", ""), WHOLE % ('{"a":1,"b":2}', ""), WHOLE % ("1", '["K","K","K","已评级","A",[],null,null,""]'),
           WHOLE % ("1", '["K","K","K","已评级","A","一级",[1,2,3],null,""]'), WHOLE % ("1", '["K","K","K","已评级","A","一级",null,"x",""]')]  # fmt: skip


class TestTheSameFigures:
    @quick
    @given(one=drawn_branches(), two=drawn_branches())
    def test_any_drawn_quarter_comes_out_as_it_was(self, tmp_path_factory, one, two):
        snapshot = kept(tmp_path_factory.mktemp("drawn"), branches_of(one, two))
        outcome = rerun(snapshot)
        assert outcome.differences == () and outcome.customers == len(snapshot.rows(CUSTOMERS))

    @quick
    @given(facts=drawn_branches())
    def test_the_facts_are_kept_to_the_last_cell(self, facts):
        decided = facts.decide(POLICY, QUARTER)
        text = branch_record(facts, decided).facts
        again = read_facts(text)
        assert again.decide(POLICY, QUARTER) == decided and again.past == {code: one for code, one in facts.past.items()}
        assert branch_record(again, decided).facts == text

    def test_a_regenerated_quarter_with_faults_moves_and_another_approved_policy(self, tmp_path):
        last = facts_of([record("K1"), record("K2", 年交易额=150, 年回款额=150)]).decide(POLICY, QUARTER)
        past = {one.entry.code: as_past(one.rating) for one in last}
        policy = replace(POLICY, version="2026", status="已核定", approved_by="总经理", annual_budget=Decimal("30.5"), subjective_floor=Decimal("12.5"))
        now = facts_of([record("K1", 合作态度="不配合", 客户产品销售状况="普通"), record("K2"), record("K3", 年回款额="很多"), record("K3")], past)
        snapshot = kept(tmp_path, branches_of(now, policy=policy), policy)
        assert policy_of(snapshot).same_figures(policy) and "未经核定" not in snapshot.policy_text
        assert [way for (way,) in snapshot.rows(CHANGES, "方向")] == ["下降", "上升"]
        assert rerun(snapshot).differences == ()

    def test_cells_that_only_seemed_empty_are_still_explained(self, branches, tmp_path):
        leave_uncalculated(branches / "甲.xlsx", "年交易额")
        snapshot = read_snapshot(regenerated(branches, tmp_path / "结果"))
        assert [reason for (reason,) in snapshot.rows(CUSTOMERS, "依据") if reason and "年交易额的公式没有计算结果" in reason]
        assert rerun(snapshot).differences == ()


class TestDifferences:
    def test_a_rule_that_has_changed_shows_in_every_value_it_changes(self, tmp_path, monkeypatch):
        snapshot = snapshot_of(tmp_path, record("K1"), record("K2", 业务员垫支="是", 申请额度=20))
        monkeypatch.setattr(levels, "downgrades", lambda *_: [])
        found = rerun(snapshot).differences
        assert {(table, branch, code) for table, branch, code, *_ in found if table == CUSTOMERS} == {(CUSTOMERS, "甲", "K2")}
        assert {(column, was, now) for table, _, _, _, column, was, now in found if table == CUSTOMERS} == {
            ("调整", "业务员代客户垫支,下调1级(第八条(3))", None), ("级别", "一级", "特级"), ("赊欠限额", 50, 80),
        }  # fmt: skip
        assert {table for table, *_ in found} == {CUSTOMERS, DISTRIBUTION}

    @pytest.mark.parametrize(("table", "column", "value"), [
        (CUSTOMERS, "得分", 99), (CUSTOMERS, "终审岗位", "董事长"), (DISTRIBUTION, "本季户数", 7), (APPROVALS, "户数", 7), (BUDGET, "建议额度合计", 1),
    ])  # fmt: skip
    def test_a_result_that_its_facts_do_not_give_is_named_with_what_they_do_give(self, tmp_path, table, column, value):
        results = branches_of(facts_of([record()]))
        right = kept(tmp_path, results)
        rows = [list(row) for row in right.rows(table)]
        place = COLUMNS[table].index(column)
        was, rows[0][place] = rows[0][place], value
        wrong = kept(tmp_path / "另", results, **{table: [tuple(row) for row in rows]})
        (difference,) = rerun(wrong).differences
        assert (difference[0], *difference[4:]) == (table, column, value, was)

    def test_a_change_that_is_missing_is_a_difference(self, tmp_path):
        past = {"K001": as_past(facts_of([record(业务员垫支="是")]).decide(POLICY, QUARTER)[0].rating)}
        results = branches_of(facts_of([record()], past))
        found = rerun(kept(tmp_path, results, 级别变动=[])).differences
        assert {(one[0], one[2], one[5]) for one in found} == {(CHANGES, "K001", None)}

    def test_the_command_lists_them_and_ends_with_1(self, tmp_path):
        results = branches_of(facts_of([record(客户名称="=1+2")]))
        row = dict(zip(COLUMNS[CUSTOMERS], kept(tmp_path, results).rows(CUSTOMERS)[0], strict=True)) | {"得分": 99}
        path = kept(tmp_path / "另", results, 客户=[tuple(row.values())]).path
        table, text, commas = (run_cli("rerun", path, "--format", form) for form in ("table", "json", "csv"))
        assert table.code == text.code == commas.code == 1 and not table.has_traceback
        (told,) = json.loads(text.out)["差异"]
        assert (told["列"], told["快照"], told["重算"]) == ("得分", 99, 100)
        assert "差异1处" in table.err and told["客户编码"] in table.out
        header, one = csv.reader(io.StringIO(commas.out))
        assert tuple(header) == DIFFERENCE_COLUMNS and from_csv_text(one[3]) == told["客户名称"] == "=1+2" and one[3] == "'=1+2"

    def test_a_tampered_snapshot_is_not_rated_at_all(self, tmp_path):
        path = snapshot_of(tmp_path).path
        alter(path, 'UPDATE "客户" SET "赊欠限额" = 500')
        done = run_cli("rerun", path)
        assert (done.code, done.out, len(done.error_lines)) == (2, "", 1) and "已被改动或损坏" in done.err

    def test_a_policy_that_lacks_a_figure_of_today_is_named(self, tmp_path):
        snapshot = snapshot_of(tmp_path)
        rows = [row for row in snapshot.rows(POLICY_TABLE) if "年度授信预算" not in row]
        older = kept(tmp_path / "旧", branches_of(facts_of([record()])), 政策=rows)
        with pytest.raises(CreditError, match="快照中的政策用不了:政策表缺少“年度授信预算”"):
            rerun(older)

    @pytest.mark.parametrize("text", ["", "{}", "[" * 100000, '{"列":[],"行":[],"表头行":1,"1904":false,"空格":[],"上季":[]}',
                                      '{"列":[[0,"客户编码"]],"行":[[99999999999]],"表头行":1,"1904":false,"空格":[],"上季":[]}', *STRANGE])  # fmt: skip
    def test_facts_that_are_none_are_refused(self, text):
        with pytest.raises(CreditError, match="评估表的存档读不出来"):
            read_facts(text)


class TestSources:
    def test_files_are_known_by_their_content_under_any_name_and_in_backups(self, branches, tmp_path):
        snapshot = read_snapshot(regenerated(branches, tmp_path / "结果"))
        (tmp_path / "结果" / "备份").mkdir()
        shutil.move(branches / "甲.xlsx", tmp_path / "结果" / "备份" / "甲.20261001-080000.xlsx")
        type_into(branches / "乙.xlsx", EVALUATION, table_rows(branches / "乙.xlsx", EVALUATION)[0]["row"], {"年交易额": 1})
        states = {name: (state, place) for _, name, state, place in check_sources(snapshot, [branches, tmp_path / "结果"])}
        assert states["甲.xlsx"] == (SAME, str(tmp_path / "结果" / "备份" / "甲.20261001-080000.xlsx"))
        assert states["乙.xlsx"][0] == CHANGED
        assert {name: state for _, name, state, _ in check_sources(snapshot, [tmp_path / "结果" / "备份"])} == {"甲.xlsx": SAME, "乙.xlsx": MISSING}

    def test_the_command_ends_with_1_where_one_is_not_what_it_was(self, branches, tmp_path):
        path = regenerated(branches, tmp_path / "结果")
        good = run_cli("rerun", path, "--sources", branches)
        assert good.code == 0 and "来源文件2个,相符2个" in good.out
        (branches / "甲.xlsx").unlink()
        bad = run_cli("rerun", path, "--sources", branches, "--format", "json")
        assert bad.code == 1 and [(one["文件"], one["状态"]) for one in json.loads(bad.out)["来源"]] == [("乙.xlsx", SAME), ("甲.xlsx", MISSING)]
        assert "没有文件夹" in run_cli("rerun", path, "--sources", tmp_path / "没有").err


def test_a_folder_is_taken_for_its_latest_quarter_or_the_one_named(tmp_path):
    kept(tmp_path, branches_of(facts_of([record("K1"), record("K2")])), quarter=Quarter(2026, 2))
    snapshot_of(tmp_path)
    assert "1户" in run_cli("rerun", tmp_path).out and "2户" in run_cli("rerun", tmp_path, "-q", "2026Q2").out
    assert run_cli("rerun", tmp_path, "-q", "2025Q2").code == 2 == run_cli("rerun", tmp_path / "没有").code


def test_branches_that_could_not_be_used_have_no_facts(branches, tmp_path):
    (branches / "坏.xlsx").write_bytes(b"")
    snapshot = read_snapshot(regenerated(branches, tmp_path / "结果"))
    assert [(name, facts is None) for name, _, facts in facts_in(snapshot)] == [("乙", False), ("坏", True), ("甲", False)]
    assert rerun(snapshot).differences == ()
