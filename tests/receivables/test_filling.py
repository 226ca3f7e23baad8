"""What people write beside the tool's sheets: notes on balances stay, exceptions at the gate are honoured, kept, and lapse."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.conftest import table_rows, type_into
from tests.receivables.desk import (
    AS_OF,
    DAY,
    LABELS,
    PAID,
    POLICY,
    SHIP,
    ageing,
    loaded,
    money_book,
    paid,
    run_here,
    shipped,
    write_book,
)
from xl_credit.receivables.columns import AGEING, DETAIL, GATE, LAYOUT, titled

TODAY = date(2026, 9, 28)
FIGURES = (*LABELS, "逾期合计", "未核销", "余额")


def rows_of(path: Path, sheet: str) -> dict[str, dict[str, object]]:
    return {str(row["客户编码"]): row for row in table_rows(path, sheet)}


class TestNotes:
    @pytest.fixture
    def source(self, tmp_path) -> Path:
        return money_book(tmp_path / "台账.xlsx", [shipped("F1", "K1", amount=300), shipped("F2", "K2", amount=200), shipped("F3", "K3", amount=100)])

    def write_note(self, path: Path, code: str, note: str) -> None:
        """In the first column right of ours, under a header of their own."""
        book = loaded(path)
        sheet = book[AGEING]
        header = next(row[0].row for row in sheet.iter_rows() if row[0].value == "客户编码")
        column = sheet.max_column + 1 if sheet.cell(header, sheet.max_column).value != "催收记录" else sheet.max_column
        sheet.cell(header, column, "催收记录")
        number = next(row[0].row for row in sheet.iter_rows(min_row=header + 1) if row[0].value == code)
        sheet.cell(number, column, note)
        book.save(path)

    def test_a_note_stays_with_its_customer_when_the_order_changes(self, source, tmp_path):
        first, second, more = tmp_path / "一.xlsx", tmp_path / "二.xlsx", tmp_path / "三.xlsx"
        ageing(source, "--out", first)
        self.write_note(first, "K2", "已发催款函")
        self.write_note(first, "K3", "10月底付")
        book = loaded(first)
        book["发货台账"].append(["F9", "K3", DAY, 900, date(2026, 7, 31)])
        book["发货台账"].append(["F8", "K9", DAY, 5000, date(2026, 7, 31)])
        book.save(more)
        ended, _ = ageing(more, "--out", second)
        assert ended.code == 0
        rows = rows_of(second, AGEING)
        assert {code: (row["催收记录"] or None, row["余额"]) for code, row in rows.items()} == {
            "K1": (None, 300), "K2": ("已发催款函", 200), "K3": ("10月底付", 1000), "K9": (None, 5000)
        }

    def test_who_owes_nothing_any_more_keeps_the_note_and_counts_for_nothing(self, source, tmp_path):
        first, second, more = tmp_path / "一.xlsx", tmp_path / "二.xlsx", tmp_path / "三.xlsx"
        ageing(source, "--out", first)
        self.write_note(first, "K2", "承诺8月付")
        book = loaded(first)
        sheet = book.create_sheet("回款台账")
        sheet.append(PAID)
        sheet.append(paid(code="K2", amount=200, settles="F2"))
        book.save(more)
        ageing(more, "--out", second)
        rows = rows_of(second, AGEING)
        assert rows["K2"]["催收记录"] == "承诺8月付" and not any(rows["K2"][name] for name in FIGURES)
        assert "已无余额" in rows["K2"].values()
        assert sum(Decimal(str(row[name] or 0)) for row in rows.values() for name in ("余额",)) == 400

    def test_no_figure_of_an_earlier_run_is_left_behind(self, source, tmp_path):
        first, second = tmp_path / "一.xlsx", tmp_path / "二.xlsx"
        ageing(source, "--out", first)
        ageing(first, "--out", second, as_of=DAY - timedelta(1))
        assert rows_of(second, AGEING) == rows_of(second, DETAIL) == {}


def grant(code: str = "K1", wan: object = 10, **more: object) -> dict[str, object]:
    return {"客户编码": code, "类别": "授信", "额度": wan, "期限": 60, "生效日期": DAY, "批准岗位": "总经理", "批准人": "王总"} | more


def order(number: str, amount: object, code: str = "K1", **more: object) -> dict[str, object]:
    return {"订单号": number, "客户编码": code, "下单日期": TODAY, "金额": amount} | more


def request(number: str, amount: object, code: str = "K1", **more: object) -> dict[str, object]:
    return {"申请单号": number, "客户编码": code, "申请日期": TODAY, "金额": amount} | more


def ship(number: str, amount: object, code: str = "K1", **more: object) -> dict[str, object]:
    return {"发货单号": number, "客户编码": code, "发货日期": date(2026, 9, 1), "金额": amount, "到期日": date(2026, 10, 31)} | more


@pytest.fixture
def branch(tmp_path):
    """Builds a workbook of ledgers with these rows; 10 万元 for K1."""

    def build(**ledgers) -> Path:
        every = {"授信台账": [grant()]} | ledgers
        sheets = {name: [[*map(titled, LAYOUT[name])], *([row.get(header) for header in LAYOUT[name]] for row in rows)] for name, rows in every.items()}
        return write_book(tmp_path / "台账.xlsx", sheets)

    return build


def gate(path: Path, kind: str = "--orders", *more: str | Path, as_of: date | None = None):
    """The exit code, each document's (decision, released 元), what was said."""
    ended = run_here("gate", path, kind, "--format", "csv", *more, *(("--as-of", str(as_of)) if as_of else ()))
    lines = list(csv.DictReader(io.StringIO(ended.out)))
    return ended.code, {line["单号"]: (line["决定"], Decimal(line["放行金额"])) for line in lines}, [line for line in ended.error_lines if line != POLICY.notice]


def decided(path: Path) -> dict[str, dict[str, object]]:
    return {str(row["单号"]): row for row in table_rows(path, GATE)}


EXCEPTION = {"例外批准人": "王总", "例外岗位": "总经理", "例外原因": "旺季备货", "例外日期": TODAY, "例外截止日": date(2026, 10, 15)}


class TestGate:
    def test_each_takes_head_room_from_the_next_in_the_stated_order(self, branch):
        path = branch(发货台账=[ship("F1", 50000)], 订单台账=[order("D1", 30000, 优先级=2), order("D2", 40000, 优先级=1), order("D3", 100), order("D4", 100, "K7")])
        code, verdicts, _ = gate(path)
        assert code == 0
        assert verdicts == {"D2": ("放行", 40000), "D1": ("裁减至10,000元", 10000), "D3": ("暂停", 0), "D4": ("现款", 0)}
        assert list(verdicts) == ["D2", "D1", "D3", "D4"]

    def test_one_yuan_beyond_the_limit_passes_and_one_fen_more_does_not(self, branch):
        assert gate(branch(发货申请=[request("S1", 100001)]), "--shipments")[1] == {"S1": ("放行", 100001)}
        assert gate(branch(发货申请=[request("S1", "100001.01")]), "--shipments")[1] == {"S1": ("不予放行", 0)}

    def test_a_request_whose_shipment_is_entered_is_not_counted_twice(self, branch):
        path = branch(发货台账=[ship("F1", 100000)], 发货申请=[request("S1", 100000, 发货单号="F1"), request("S2", 5)])
        assert gate(path, "--shipments")[1] == {"S1": ("放行", 100000), "S2": ("不予放行", 0)}

    def test_an_order_released_and_then_shipped_is_counted_once(self, branch):
        freed = order("D1", 60000, 状态="已放行")
        assert gate(branch(订单台账=[freed, order("D2", 50000)]))[1] == {"D2": ("裁减至40,000元", 40000)}
        path = branch(订单台账=[freed, order("D2", 50000)], 发货台账=[ship("F1", 60000, 订单号="D1")])
        assert gate(path)[1] == {"D2": ("裁减至40,000元", 40000)}
        path = branch(订单台账=[freed], 发货申请=[request("S1", 60000, 订单号="D1"), request("S2", 40000), request("S3", 2)])
        assert gate(path, "--shipments")[1] == {"S1": ("放行", 60000), "S2": ("放行", 40000), "S3": ("不予放行", 0)}

    def test_past_its_term_nothing_passes(self, branch):
        late = ship("F1", 10, 发货日期=date(2026, 7, 1), 到期日=date(2026, 9, 27))
        assert gate(branch(发货台账=[late], 订单台账=[order("D1", 100)]))[1] == {"D1": ("暂停", 0)}
        assert gate(branch(发货台账=[late | {"金额": 1}], 订单台账=[order("D1", 100)]))[1] == {"D1": ("放行", 100)}

    def test_a_temporary_increase_lapses_by_itself(self, branch):
        more = grant(类别="临时增加", wan=5, 截止日期=date(2026, 9, 29)) | {"额度": 5}
        path = branch(订单台账=[order("D1", 150000)], 授信台账=[grant(), more])
        assert gate(path, as_of=date(2026, 9, 29))[1] == {"D1": ("放行", 150000)}
        assert gate(path, as_of=date(2026, 9, 30))[1] == {"D1": ("裁减至100,000元", 100000)}

    def test_an_exception_entered_beside_the_decision_is_honoured_kept_and_lapses(self, branch, tmp_path):
        first, second, third = tmp_path / "一.xlsx", tmp_path / "二.xlsx", tmp_path / "三.xlsx"
        source = branch(发货申请=[request("S1", 120000, 优先级=1), request("S2", 5)])
        assert gate(source, "--shipments", "--out", first)[1]["S1"] == ("不予放行", 0)
        type_into(first, GATE, decided(first)["S1"]["row"], EXCEPTION)

        code, verdicts, _ = gate(first, "--shipments", "--out", second)
        assert (code, verdicts["S1"][1], verdicts["S2"]) == (0, 120000, ("不予放行", 0))
        row = decided(second)["S1"]
        assert {name: row[name] for name in ("例外批准人", "例外岗位", "例外原因")} == {"例外批准人": "王总", "例外岗位": "总经理", "例外原因": "旺季备货"}
        assert row["放行金额"] == 120000 and row["例外处理"].startswith("例外放行:总经理(王总)") and row["决定"] == "放行"

        assert gate(second, "--shipments", as_of=date(2026, 10, 15))[1]["S1"][1] == 120000
        assert gate(second, "--shipments", "--out", third, as_of=date(2026, 10, 16))[1]["S1"][1] == 0
        row = decided(third)["S1"]
        assert "失效" in row["例外处理"] and row["例外批准人"] == "王总"

    def test_one_by_somebody_without_the_authority_is_flagged_and_changes_nothing(self, branch, tmp_path):
        first, second = tmp_path / "一.xlsx", tmp_path / "二.xlsx"
        gate(branch(订单台账=[order("D1", 9000000)]), "--orders", "--out", first)
        type_into(first, GATE, decided(first)["D1"]["row"], EXCEPTION | {"例外岗位": "销售副总", "例外批准人": "李副总"})
        code, verdicts, said = gate(first, "--orders", "--out", second)
        assert (code, verdicts["D1"][1]) == (1, 100000)
        assert any("越权:销售副总(李副总)" in line and line.endswith("(第二十条)→不予放行,按日计罚息") for line in said)
        assert decided(second)["D1"]["例外处理"].startswith("越权") and decided(second)["D1"]["例外岗位"] == "销售副总"

    @pytest.mark.parametrize("missing", ["例外批准人", "例外岗位", "例外原因", "例外截止日"])
    def test_one_that_does_not_say_who_why_or_until_when_does_not_count(self, branch, tmp_path, missing):
        first = tmp_path / "一.xlsx"
        gate(branch(发货申请=[request("S1", 120000)]), "--shipments", "--out", first)
        type_into(first, GATE, decided(first)["S1"]["row"], {name: value for name, value in EXCEPTION.items() if name != missing})
        ended = run_here("gate", first, "--shipments", "--format", "csv")
        assert "不算数" in ended.out and gate(first, "--shipments")[1] == {"S1": ("不予放行", 0)}

    def test_one_from_tomorrow_does_not_count_today(self, branch, tmp_path):
        first = tmp_path / "一.xlsx"
        gate(branch(发货申请=[request("S1", 120000)]), "--shipments", "--out", first)
        type_into(first, GATE, decided(first)["S1"]["row"], EXCEPTION | {"例外日期": TODAY + timedelta(1)})
        assert gate(first, "--shipments")[1]["S1"][1] == 0
        assert gate(first, "--shipments", as_of=TODAY + timedelta(1))[1]["S1"][1] == 120000

    def test_a_day_there_that_is_none_is_said(self, branch, tmp_path):
        first = tmp_path / "一.xlsx"
        gate(branch(发货申请=[request("S1", 120000)]), "--shipments", "--out", first)
        type_into(first, GATE, decided(first)["S1"]["row"], EXCEPTION | {"例外截止日": "月底"})
        code, verdicts, said = gate(first, "--shipments")
        assert (code, verdicts) == (1, {"S1": ("不予放行", 0)}) and any("例外截止日值为“月底”" in line for line in said)

    def test_the_other_kind_s_decisions_and_exceptions_stay(self, branch, tmp_path):
        first, second = tmp_path / "一.xlsx", tmp_path / "二.xlsx"
        source = branch(订单台账=[order("D1", 120000), order("D2", 7)], 发货申请=[request("D1", 120000)])
        gate(source, "--orders", "--out", first)
        type_into(first, GATE, decided(first)["D1"]["row"], {"处理说明": "已通知客户"})
        gate(first, "--shipments", "--out", second)
        rows = {(row["审核"], row["单号"]): (row["决定"], row["处理说明"] or None) for row in table_rows(second, GATE)}
        assert rows == {("订单", "D1"): ("裁减至100,000元", "已通知客户"), ("订单", "D2"): ("暂停", None), ("发货", "D1"): ("不予放行", None)}

    def test_a_document_that_is_no_longer_there_keeps_its_exception_and_is_marked(self, branch, tmp_path):
        first, changed, second = (tmp_path / name for name in ("一.xlsx", "改.xlsx", "二.xlsx"))
        gate(branch(发货申请=[request("S1", 120000), request("S2", 5)]), "--shipments", "--out", first)
        type_into(first, GATE, decided(first)["S1"]["row"], EXCEPTION)
        book = loaded(first)
        cell = next(cell for row in book["发货申请"].iter_rows() for cell in row if cell.value == "S1")
        header = next(row for row in book["发货申请"].iter_rows() if row[0].value == "申请单号")
        state = next(place.column for place in header if place.value == "状态")
        book["发货申请"].cell(cell.row, state, "已发货")
        book.save(changed)
        _, verdicts, _ = gate(changed, "--shipments", "--out", second)
        assert verdicts == {"S2": ("放行", 5)}
        assert decided(second)["S1"]["例外批准人"] == "王总" and decided(second)["S1"]["理由"] == "已不在待审单据中"

    def test_what_is_said_does_not_depend_on_whether_it_is_written(self, branch, tmp_path):
        path = branch(订单台账=[order("D1", 5), order("D1", 7)], 授信台账=[grant(), grant("K2", 批准岗位="市场部")])
        plain, written = gate(path), gate(path, "--orders", "--out", tmp_path / "一.xlsx")
        assert plain[:2] == written[:2] and plain[0] == 1
        assert plain[2] == [line for line in written[2] if "已写出" not in line] and len(plain[2]) == 2

    def test_the_ledger_may_be_a_workbook_of_its_own(self, tmp_path, branch):
        ledger = money_book(tmp_path / "另外.xlsx", [[*shipped("F1", day=date(2026, 9, 1), amount=70000, due=date(2026, 10, 31))]])
        assert gate(branch(订单台账=[order("D1", 50000)]), "--orders", "--ledger", ledger)[1] == {"D1": ("裁减至30,000元", 30000)}

    def test_a_ledger_that_is_in_both_is_said(self, tmp_path, branch):
        ledger = money_book(tmp_path / "另外.xlsx", [[*shipped("F1", day=date(2026, 9, 1), amount=70000, due=date(2026, 10, 31))]])
        code, verdicts, said = gate(branch(订单台账=[order("D1", 50000)], 发货台账=[ship("F7", 20000)]), "--orders", "--ledger", ledger)
        assert (code, verdicts) == (1, {"D1": ("放行", 50000)}) and any("都有“发货台账”" in line for line in said)

    def test_the_order_of_the_documents_makes_no_difference(self, branch):
        orders = [order(f"D{i}", 1000 * i, f"K{i % 2 + 1}", 优先级=i % 3 or None) for i in range(1, 30)]
        grants = [grant(), grant("K2", 7)]
        first = run_here("gate", branch(订单台账=orders, 授信台账=grants), "--orders", "--format", "json")
        second = run_here("gate", branch(订单台账=orders[::-1], 授信台账=grants[::-1]), "--orders", "--format", "json")
        assert first.code == 0 and first.out == second.out


def test_two_runs_over_one_workbook_give_one_result(tmp_path):
    path, first, second = money_book(tmp_path / "台账.xlsx", [shipped(), shipped("F2", "K2")]), tmp_path / "一.xlsx", tmp_path / "二.xlsx"
    ageing(path, "--out", first)
    ageing(first, "--out", second)
    assert first.read_bytes() == second.read_bytes()


def test_an_ageing_sheet_of_other_buckets_is_not_overwritten(tmp_path):
    """Somebody's own 账龄表, or one made by another policy."""
    path = write_book(tmp_path / "台账.xlsx", {"发货台账": [SHIP, shipped()], AGEING: [["客户编码", "客户名称", "业务员", "0-90", "余额"]]})
    ended = run_here("ageing", path, "--as-of", str(AS_OF), "--out", tmp_path / "结果.xlsx")
    assert ended.code == 2 and "账龄表" in ended.error_lines[-1] and not (tmp_path / "结果.xlsx").exists()
