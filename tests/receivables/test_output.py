"""What leaves the tool: JSON, CSV and workbook say the same to the 分, text stays text, and the source's other parts stay its own."""

import csv
import io
import json
import random
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl.workbook import Workbook

from tests.conftest import run_cli
from tests.policy.sample_book import SampleBook
from tests.receivables.desk import (
    AS_OF,
    DAY,
    DUE,
    LABELS,
    MODES,
    PAID,
    SHIP,
    aged,
    ageing,
    assert_ties_out,
    balances,
    day_of,
    loaded,
    money_book,
    one_line,
    paid,
    picture,
    run_here,
    shipped,
    write_book,
    write_csv,
)
from xl_credit.forms.policy_workbook import build_policy_workbook
from xl_credit.forms.template_files import RECEIVABLES, template_path
from xl_credit.receivables.columns import AGEING, BRIDGE, DETAIL, DETAIL_COLUMNS, ageing_columns
from xl_credit.receivables.rows import alert_rows
from xl_credit.tables import Grid, header_name

SHIPMENTS, COLLECTIONS = "发货台账", "回款台账"
COLUMNS = ageing_columns(LABELS)
FORMULAS = ('=HYPERLINK("http://x","y")', "+1", "-x", "@a", "=1+1", "＝1+1", "[red]x[/red]", "<b>&amp;", "_x0041_", 'a"b,c', "%s{}")


def table(sheet) -> list[dict[str, object]]:
    """The rows under a report's header row, by header without unit."""
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    at = next(i for i, row in enumerate(rows) if {"客户编码", "客户名称", "业务员"} <= set(row))
    names = [header_name(value)[0] for value in rows[at]]
    return [dict(zip(names, row, strict=True)) for row in rows[at + 1 :] if row[names.index("客户编码")] is not None]


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def exact(value: object) -> Decimal:
    assert isinstance(value, int | float), value
    return Decimal(repr(value))


class Messy:
    """A ledger in every wording that people use, and beside it, worked out apart, what each customer owes on a day."""

    def __init__(self, seed: int, shipments: int = 120, collections: int = 70) -> None:
        self.draw, self.events = random.Random(seed), []
        self.shipments = [row for number in range(shipments) for row in self._shipment(number)]
        self.collections = [self._collection(number) for number in range(collections)]

    def _amount(self, low: int, high: int) -> tuple[object, Decimal]:
        value = Decimal(self.draw.randint(low, high)) / 100
        narrow = f"{value:,.2f}"
        wide = narrow.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789.,-"})
        noisy = float(value) + (0.1 + 0.2 - 0.3)
        return self.draw.choice([float(value), narrow, f"￥{narrow}", wide, f" {value} ", noisy]), value

    def _day(self, day: date) -> object:
        plain = f"{day.year}.{day.month}.{day.day}"
        return self.draw.choice([
            day, (day - date(1899, 12, 30)).days, str(day), plain, plain.replace(".", "/"), f"{day.year}年{day.month}月{day.day}日",
            f"{day:%Y%m%d}", f"{day} 00:00:00", f"{day}".translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789-"}),
        ])  # fmt: skip

    def _code(self) -> tuple[object, str]:
        return self.draw.choice([("K1", "K1"), (" K1 ", "K1"), ("Ｋ1", "K1"), ("K2", "K2"), (1001.0, "1001"), ("1001", "1001"), ("客 三", "客三")])

    def _shipment(self, number: int) -> Iterator[list[object]]:
        code, customer = self._code()
        day = date(2026, 1, 1) + timedelta(self.draw.randrange(300))
        kind = self.draw.choice(["sale"] * 6 + ["void", "void note", "red", "red without sign", "instalments", "blank", "total", "no date"])
        written, value = self._amount(-90000, -1) if kind == "red" else self._amount(1, 900000)
        due = self._day(day + timedelta(self.draw.randrange(120))) if self.draw.random() < 0.7 else None
        row = [f"F{number}", code, self._day(day), written, due, None, None, None]
        if kind == "blank":
            yield [None] * 8
            return
        if kind == "total":
            yield ["合 计", None, None, written, None, None, None, None]
            return
        if kind == "no date":
            row[2] = self.draw.choice(["2026-02-30", None, "七月"])
        elif kind == "void":
            row[5] = self.draw.choice(["作废", " 作废发票", "（作废）", "作　废"])
        elif kind == "void note":
            row[6] = self.draw.choice(["【作废】", "作废,已重开", " 已作废"])
        elif kind == "red without sign":
            row[5], value = "红字", -value
        elif kind == "sale":
            row[6] = self.draw.choice([None, "更换作废发票", "=1+1", "-"])
        if kind not in ("void", "void note", "no date"):
            self.events.append((customer, day, value))
        yield row
        if kind == "instalments":
            yield [*row[:4], self._day(day + timedelta(200)), None, None, 2]
            self.events.append((customer, day, value))

    def _collection(self, number: int) -> list[object]:
        code, customer = self._code()
        day, kind = date(2026, 1, 15) + timedelta(self.draw.randrange(300)), self.draw.choice(["money"] * 5 + ["void", "bounced", "bounced without sign"])
        written, value = self._amount(-50000, -1) if kind == "bounced" else self._amount(1, 700000)
        state = {"void": "作 废", "bounced without sign": "退票"}.get(kind)
        allocated = self._day(day + timedelta(self.draw.randrange(60))) if self.draw.random() < 0.4 else None
        if kind != "void":
            self.events.append((customer, day, value if kind == "bounced without sign" else -value))
        return [f"H{number}", code, self._day(day), written, self.draw.choice([None, f"F{self.draw.randrange(120)}"]), state, None, allocated]

    def owed(self, as_of: date) -> dict[str, Decimal]:
        found: dict[str, Decimal] = {}
        for customer, day, value in self.events:
            if day <= as_of:
                found[customer] = found.get(customer, Decimal(0)) + value
        return {customer: value for customer, value in found.items() if value}

    def write(self, path: Path, shuffled: bool = False) -> Path:
        shipments, collections = [*self.shipments], [*self.collections]
        if shuffled:
            random.Random(1).shuffle(shipments)
            random.Random(2).shuffle(collections)
        return write_book(path, {
            SHIPMENTS: [["发货台账"], (*SHIP, "状态", "摘要", "分期"), *shipments],
            COLLECTIONS: [(*PAID, "状态", "摘要", "核销日期"), *collections],
        })  # fmt: skip


def folded_codes(answer: dict) -> dict[str, dict]:
    """The customers by their codes as they are compared."""
    found = {one["客户编码"].replace("Ｋ", "K").replace(" ", ""): {**one, "客户编码": None} for one in answer["客户"]}
    assert len(found) == len(answer["客户"])
    return found


@pytest.fixture(scope="module", params=[3, 14])
def messy(request) -> Messy:
    return Messy(request.param)


class TestExactness:
    @pytest.mark.parametrize("as_of", [date(2025, 12, 31), date(2026, 3, 31), date(2026, 9, 30), date(2027, 12, 31)], ids=str)
    def test_balances_are_what_the_source_comes_to(self, messy, tmp_path, as_of):
        ended, answer = ageing(messy.write(tmp_path / "台账.xlsx"), as_of=as_of)
        assert ended.code == 1
        found = {code: Decimal(one["余额"]) for code, one in folded_codes(answer).items() if one["余额"]}
        assert found == messy.owed(as_of)
        assert answer["合计"]["余额"] == sum(messy.owed(as_of).values())

    @pytest.mark.parametrize("mode", MODES, ids="-".join)
    def test_json_csv_and_workbook_say_the_same_and_tie_out(self, messy, tmp_path, mode):
        source, target = messy.write(tmp_path / "台账.xlsx"), tmp_path / "结果.xlsx"
        how = [word for option, value in zip(("--basis", "--allocate", "--recognise"), mode, strict=True) for word in (option, value)]
        _, answer = ageing(source, *how, "--out", target)
        assert_ties_out(answer)
        assert (answer["口径"]["账龄"], answer["口径"]["核销"], answer["口径"]["回款"]) == mode
        assert {code: one["余额"] for code, one in folded_codes(answer).items() if one["余额"]} == messy.owed(AS_OF)

        lines = list(csv.DictReader(io.StringIO(run_here("ageing", source, "--as-of", str(AS_OF), *how, "--format", "csv").out)))
        open_ones = [one for one in answer["客户"] if any(one[name] for name in (*LABELS, "未核销"))]
        assert [one["客户编码"] for one in lines] == [*(one["客户编码"] for one in open_ones), "合计"]
        for line, one in zip(lines, [*open_ones, answer["合计"]], strict=True):
            assert all(Decimal(line[name]) == one[name] for name in (*LABELS, "逾期合计", "未核销", "余额"))

        book = loaded(target)
        shown = table(book[AGEING])
        assert [one["客户编码"] for one in shown] == [one["客户编码"] for one in open_ones]
        for row, one in zip(shown, open_ones, strict=True):
            assert all(exact(row[name]) == one[name] for name in (*LABELS, "逾期合计", "未核销", "余额"))
        details = table(book[DETAIL])
        for one in open_ones:
            mine = [row for row in details if row["客户编码"] == one["客户编码"]]
            for label in LABELS:
                assert sum(exact(row["未收金额"]) for row in mine if row["账龄区间"] == label) == one[label]

    def test_the_order_of_the_rows_makes_no_difference(self, messy, tmp_path):
        first, second = (ageing(messy.write(tmp_path / "台账.xlsx", shuffled))[1] for shuffled in (False, True))
        assert list(folded_codes(first).items()) == list(folded_codes(second).items())
        assert first["合计"] == second["合计"]

    def test_every_customer_that_pays_to_the_fen_owes_nothing(self, tmp_path):
        """A hundred tenths and hundredths that no binary fraction holds."""
        rows = [shipped(f"F{i}", amount=0.07 * i) for i in range(1, 101)]
        path = money_book(tmp_path / "台账.xlsx", rows, [paid(f"H{i}", amount=round(0.07 * i, 2), settles=f"F{i}") for i in range(1, 101)])
        ended, answer = ageing(path)
        assert ended.code == 0 and balances(answer) == {} and aged(answer, "K1") == {}

    def test_large_sums_are_exact(self, tmp_path):
        rows = [shipped(f"F{i}", amount=f"{10**10 + i},".rstrip(",") + ".01") for i in range(900)]
        _, answer = ageing(write_csv(tmp_path / "台账.csv", SHIP, *rows))
        assert answer["合计"]["余额"] == sum(Decimal(f"{10**10 + i}.01") for i in range(900))
        assert_ties_out(answer)


class TestShape:
    def test_json(self, tmp_path):
        path = money_book(tmp_path / "台账.xlsx", [shipped(due=None), shipped("F2", "K2", amount=0.5), shipped("F3", "K3", amount=40)],
                          [paid(), paid("H2", "K3", settles="F3", amount=40)])  # fmt: skip
        _, answer = ageing(path)
        assert list(answer) == ["截止日", "口径", "政策", "区间", "客户", "合计", "推算到期日", "问题"]
        assert answer["截止日"] == "2026-09-30" and answer["区间"] == list(LABELS) and answer["口径"]["说明"].startswith("截至2026-09-30")
        assert [list(one) for one in answer["客户"]] == [list(COLUMNS)] * 3
        assert [one["客户编码"] for one in answer["客户"]] == ["K1", "K2", "K3"]  # what is owed first, then who owes nothing
        assert set(answer["合计"]) == {*LABELS, "逾期合计", "逾期占比", "未核销", "余额"}
        assert answer["推算到期日"] == [{"行": 2, "发货单号": "F1", "客户编码": "K1", "到期日": "2026-09-29", "依据": "默认授信期限"}]
        one = answer["客户"][1]
        assert (one["61–90"], one["逾期占比"], one["最长逾期"], one["客户名称"]) == (Decimal("0.5"), 1, 61, None)

    def test_csv(self, tmp_path):
        out = run_here("ageing", money_book(tmp_path / "台账.xlsx", [shipped()]), "--as-of", str(AS_OF), "--format", "csv").out
        assert out.endswith("\r\n") and out.count("\r\n") == out.count("\n") == 3
        assert next(csv.reader(io.StringIO(out))) == list(COLUMNS)

    def test_before_the_first_event_everything_is_nothing(self, tmp_path):
        path, target = money_book(tmp_path / "台账.xlsx", [shipped()], [paid()]), tmp_path / "结果.xlsx"
        ended, answer = ageing(path, "--out", target, as_of=DAY - timedelta(1))
        assert ended.code == 0 and not any(answer["合计"].values())
        assert all(not any(one[name] for name in (*LABELS, "未核销", "余额", "最长逾期")) for one in answer["客户"])
        book = loaded(target)
        assert table(book[AGEING]) == table(book[DETAIL]) == []

    @pytest.mark.parametrize(("day", "bucket"), [(DUE, "未到期"), (DUE + timedelta(1), "1–30"), (DUE + timedelta(30), "1–30"), (DUE + timedelta(31), "31–60")])
    def test_the_buckets_edges_through_the_command(self, tmp_path, day, bucket):
        assert aged(ageing(money_book(tmp_path / "台账.xlsx", [shipped()]), as_of=day)[1], "K1") == {bucket: 100}

    def test_the_ageing_of_a_past_day_is_that_of_the_ledger_cut_there(self, tmp_path):
        path = money_book(tmp_path / "全.xlsx", [shipped(), shipped("F2", day=date(2026, 8, 1))], [paid(day=date(2026, 7, 10)), paid("H2", day=date(2026, 8, 5))])
        cut = money_book(tmp_path / "截.xlsx", [shipped()], [paid(day=date(2026, 7, 10))])
        assert ageing(path, as_of="2026-07-31")[1]["客户"] == ageing(cut, as_of="2026-07-31")[1]["客户"]


class TestSince:
    """A bridge over any span, a year's say: opening + shipments − collections = closing, bucket by bucket."""

    MOVES = ("新增发货", "收回", "转入", "转出")

    @pytest.fixture
    def path(self, tmp_path) -> Path:
        shipments = [shipped("F1", day=date(2025, 11, 1), due=date(2025, 12, 1)), shipped("F2", "K2", day=date(2025, 12, 31), due=date(2026, 9, 30), amount=70.5)]
        shipments += [shipped("F3", day=date(2026, 1, 1), due=date(2026, 8, 31), amount=10**11), shipped("R1", day=date(2026, 2, 1), amount=-10.05, due=None)]
        return money_book(tmp_path / "台账.xlsx", shipments, [paid("H1", amount=30, day=date(2026, 3, 1), settles="F1"), paid("H2", "K2", amount=5, settles="没有")])

    def test_every_row_and_the_sum_tie(self, path):
        moved = ageing(path, "--since", "2025-12-31")[1]["变动"]
        assert moved["期初日"] == "2025-12-31" and [one["账龄区间"] for one in moved["区间"]] == [*LABELS, "未核销", "合计"]
        for one in moved["区间"]:
            shipments, settled, moved_in, moved_out = (one[name] for name in self.MOVES)
            assert one["期初"] + shipments - settled + moved_in - moved_out == one["期末"], one
        for name in ("期初", *self.MOVES, "期末"):
            assert sum(one[name] for one in moved["区间"][:-1]) == moved["区间"][-1][name]

    @pytest.mark.parametrize(("since", "opening"), [("2025-12-30", 100), ("2025-12-31", Decimal("170.5")), ("2026-01-01", Decimal(10**11) + Decimal("170.5"))])
    def test_the_opening_is_the_balance_of_that_day_and_the_closing_that_of_the_last(self, path, since, opening):
        ended, answer = ageing(path, "--since", since)
        whole = answer["变动"]["区间"][-1]
        assert (whole["期初"], whole["期末"]) == (opening, answer["合计"]["余额"])
        assert whole["期初"] == ageing(path, as_of=since)[1]["合计"]["余额"]

    def test_the_workbook_and_the_console_have_it_and_say_from_when(self, path, tmp_path):
        ended = run_here("ageing", path, "--as-of", str(AS_OF), "--since", "2025-12-31", "--out", tmp_path / "结果.xlsx")
        assert "账龄变动(2025-12-31日终至2026-09-30" in ended.out
        sheet = loaded(tmp_path / "结果.xlsx")[BRIDGE]
        assert any(str(cell.value).startswith("口径:期初为2025-12-31日终") for row in sheet["A1:A4"] for cell in row)
        assert [row[1].value for row in sheet.iter_rows() if row[0].value == "91–180"] == [0] and BRIDGE in ended.out

    def test_without_it_there_is_none(self, path, tmp_path):
        _, answer = ageing(path, "--out", tmp_path / "结果.xlsx")
        assert "变动" not in answer and BRIDGE not in loaded(tmp_path / "结果.xlsx").sheetnames

    @pytest.mark.parametrize(("since", "said"), [("2026-09-30", "--since 为2026-09-30;允许:早于截止日2026-09-30的日期"), ("2027-01-01", "早于截止日"), ("年初", "--since 值为“年初”")])
    def test_a_day_that_is_not_before_is_refused(self, path, since, said):
        assert said in one_line(run_here("ageing", path, "--as-of", "2026-09-30", "--since", since))


class TestText:
    """Codes, names and notes that a spreadsheet would run, or a console take for markup."""

    @pytest.fixture(params=["xlsx", "csv"])
    def path(self, request, tmp_path) -> Path:
        header = (*SHIP, "客户名称", "业务员", "合同编号", "摘要")
        rows = [[*shipped(text, f"{text}K", str(DAY), "100", str(DUE)), f"{text}N", text, text, text] for text in FORMULAS if text != "＝1+1"]
        if request.param == "csv":
            return write_csv(tmp_path / "台账.csv", header, *rows)
        rows = [[value.replace("_x0041_", "_x005F_x0041_") for value in row] for row in rows]  # as the format wants it; openpyxl does not
        return write_book(tmp_path / "台账.xlsx", {SHIPMENTS: [header, *rows]})

    TEXTS = sorted(text for text in FORMULAS if text != "＝1+1")

    def test_json_gives_it_back_as_it_is(self, path):
        ended, answer = ageing(path)
        assert ended.code == 0
        assert sorted(one["客户编码"] for one in answer["客户"]) == sorted(f"{text}K" for text in self.TEXTS)
        assert all(one["客户名称"] == one["客户编码"][:-1] + "N" and one["业务员"] == one["客户编码"][:-1] for one in answer["客户"])

    def test_csv_gives_it_as_text_that_reads_back(self, path):
        out = run_here("ageing", path, "--as-of", str(AS_OF), "--format", "csv").out
        lines = list(csv.DictReader(io.StringIO(out)))[:-1]
        for line in lines:
            assert not any(line[name].startswith(("=", "+", "-", "@")) for name in ("客户编码", "客户名称", "业务员"))
        assert sorted(line["客户编码"].removeprefix("'") for line in lines) == sorted(f"{text}K" for text in self.TEXTS)

    def test_the_workbook_holds_no_formula_in_it(self, path, tmp_path):
        target = tmp_path / "结果.xlsx"
        assert ageing(path, "--out", target)[0].code == 0
        book = loaded(target)
        for name, columns in ((AGEING, COLUMNS), (DETAIL, DETAIL_COLUMNS)):
            shown = table(book[name])
            codes = sorted(str(row["客户编码"]).replace("_x005F_", "_").replace("__", "_") for row in shown)
            assert codes == sorted(f"{text}K" for text in self.TEXTS)
            at = next(row for row in book[name].iter_rows() if row[0].value == "客户编码")[0].row
            for row in book[name].iter_rows(min_row=at + 1, max_row=at + len(shown)):
                assert {cell.data_type for cell in row[: len(columns)]} <= {"s", "n", "d", "inlineStr"}

    def test_the_console_prints_it(self, path):
        ended = run_here("ageing", path, "--as-of", str(AS_OF))
        assert ended.code == 0 and "[red]x[/red]K" in ended.out and "%s{}K" in ended.out

    def test_control_characters_do_no_harm(self, tmp_path):
        path, target = write_csv(tmp_path / "台账.csv", (*SHIP, "摘要"), [*shipped("F\x0b", "K\x011", str(DAY), "1", str(DUE)), "a\ufffe\x1f"]), tmp_path / "甲.xlsx"
        ended, answer = ageing(path, "--out", target)
        assert ended.code == 0 and [one["客户编码"] for one in answer["客户"]] == ["K\x011"]
        assert len(table(loaded(target)[DETAIL])) == 1


class TestPlace:
    @pytest.mark.parametrize("where", [{"TZ": "Asia/Shanghai", "LC_ALL": "C"}, {"TZ": "America/Los_Angeles", "LC_ALL": "POSIX"}], ids=["C", "POSIX"])
    def test_the_machine_s_place_makes_no_difference(self, tmp_path, monkeypatch, where):
        path = write_csv(tmp_path / "发货台账.csv", SHIP, shipped(code="客一", day="2026-07-01 00:00:00", due=str(DUE)), encoding="gb18030")
        results = []
        for number, variables in enumerate(({"TZ": "UTC", "LC_ALL": "C.UTF-8"}, where)):
            for name, value in variables.items():
                monkeypatch.setenv(name, value)
            target = tmp_path / f"结果{number}.xlsx"
            ended = run_cli("ageing", path, "--as-of", "2026-07-31", "--format", "json", "--out", target)
            assert ended.code == 0 and not ended.has_traceback
            results.append((ended.out, target.read_bytes()))
        assert results[0] == results[1]
        assert aged(json.loads(results[0][0]), "客一") == {"未到期": 100}

    def test_twice_gives_the_same_bytes(self, messy, tmp_path):
        path = messy.write(tmp_path / "台账.xlsx")
        outs = [(ageing(path, "--out", tmp_path / name)[1], (tmp_path / name).read_bytes()) for name in ("一.xlsx", "二.xlsx")]
        assert outs[0] == outs[1]


PROCEDURES = b"\xd0\xcf\x11\xe0" + bytes(range(256)) * 8


@pytest.fixture
def rich_source(tmp_path) -> Path:
    """A macro workbook with sheets, a comment, a chart and a validation of its own, and the two ledgers."""
    from openpyxl.chart import BarChart, Reference
    from openpyxl.comments import Comment
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    own = book.active
    own.title = "我的分析"
    for row in (["月份", "额"], ["一", 1], ["二", 2], ["合计", "=SUM(B2:B3)"]):
        own.append(row)
    own["A1"].comment = Comment("勿删", "张三")
    chart = BarChart()
    chart.add_data(Reference(own, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    own.add_chart(chart, "D2")
    own.add_data_validation(DataValidation(type="list", formula1='"甲,乙"', sqref="C2:C9"))
    for name, rows in ((SHIPMENTS, [SHIP, shipped()]), (COLLECTIONS, [PAID, paid()])):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.create_sheet("隐藏").sheet_state = "hidden"
    plain = tmp_path / "plain.xlsx"
    book.save(plain)
    path = tmp_path / "源.xlsm"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts(plain).items():
            if name == "[Content_Types].xml":
                data = data.replace(b"spreadsheetml.sheet.main+xml", b"SHEET").replace(
                    b"application/vnd.openxmlformats-officedocument.SHEET", b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
                ).replace(b"</Types>", b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>')  # fmt: skip
            if name == "xl/_rels/workbook.xml.rels":
                relation = b'<Relationship Id="rIdVba" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/>'
                data = data.replace(b"</Relationships>", relation + b"</Relationships>")
            archive.writestr(name, data)
        archive.writestr("xl/vbaProject.bin", PROCEDURES)
        archive.writestr("customXml/item1.xml", "<mine>私有</mine>")
    return path


SHARED_PARTS = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "docProps/app.xml"}


class TestSource:
    def test_every_other_part_stays_byte_for_byte(self, rich_source, tmp_path):
        before, raw, target = parts(rich_source), rich_source.read_bytes(), tmp_path / "结果.xlsm"
        assert ageing(rich_source, "--out", target)[0].code == 0
        after = parts(target)
        assert rich_source.read_bytes() == raw
        assert {name for name in before if after.get(name) != before[name]} <= SHARED_PARTS
        assert after["xl/vbaProject.bin"] == PROCEDURES and b"macroEnabled" in after["[Content_Types].xml"]
        book = loaded(target)
        assert book.sheetnames == ["我的分析", SHIPMENTS, COLLECTIONS, "隐藏", AGEING, DETAIL]
        assert (book["我的分析"]["A1"].comment.text, book["我的分析"]["B4"].value) == ("勿删", "=SUM(B2:B3)")
        assert [row["余额"] for row in table(book[AGEING])] == [60]

    def test_a_second_run_changes_the_report_sheets_alone(self, rich_source, tmp_path):
        first, second = tmp_path / "一.xlsm", tmp_path / "二.xlsm"
        ageing(rich_source, "--out", first)
        ageing(first, "--out", second, as_of="2026-12-31")
        before, after = parts(first), parts(second)
        assert list(before) == list(after)
        own = {name for name in parts(rich_source)} - SHARED_PARTS
        assert all(before[name] == after[name] for name in own)

    def test_a_workbook_from_1904_gets_its_dates_back_in_its_own_count(self, tmp_path):
        path, target = write_book(tmp_path / "台账.xlsx", {SHIPMENTS: [SHIP, shipped(due=None)]}, from_1904=True), tmp_path / "结果.xlsx"
        ageing(path, "--out", target)
        (row,) = table(loaded(target)[DETAIL])
        assert (day_of(row["发货日期"]), day_of(row["到期日"]), day_of(row["六个月期满日"])) == (DAY, date(2026, 9, 29), date(2027, 1, 1))

    def test_our_own_template_as_the_source(self, tmp_path):
        target = tmp_path / "结果.xlsx"
        ended, answer = ageing(template_path(RECEIVABLES), "--out", target)
        assert ended.code == 0 and answer["客户"] == [] and loaded(target).sheetnames == loaded(template_path(RECEIVABLES)).sheetnames

    def test_how_it_was_made_stands_on_both_sheets(self, tmp_path):
        path, target = money_book(tmp_path / "台账.xlsx", [shipped()]), tmp_path / "结果.xlsx"
        ageing(path, "--out", target, "--basis", "shipment", "--allocate", "fifo", "--recognise", "allocated")
        for name in (AGEING, DETAIL):
            texts = [str(value) for row in loaded(target)[name].iter_rows(max_row=5, values_only=True) for value in row if value]
            assert any(text.startswith("口径:截至2026-09-30") and all(word in text for word in ("按发货日", "先到期先核销", "按核销日期")) for text in texts)

    def test_a_csv_becomes_a_workbook_that_is_what_its_name_says(self, tmp_path):
        """What is called .xlsm and is none inside does not open in Excel: refused, or made one."""
        path, target = write_csv(tmp_path / "台账.csv", SHIP, shipped(day=str(DAY), due=str(DUE))), tmp_path / "结果.xlsm"
        ended = run_here("ageing", path, "--as-of", str(AS_OF), "--out", target)
        assert ended.code == 2 or b"macroEnabled" in parts(target)["[Content_Types].xml"]


class TestPolicy:
    @pytest.fixture
    def other_buckets(self, tmp_path) -> Path:
        """A policy of two bounds, 15 and 45 days, beside the ledger."""
        book = SampleBook()
        book.put("账龄与天数", "数值", "15,45", 参数="账龄区间上限")
        build_policy_workbook(tmp_path / "政策.xlsx", {name: Grid(name, rows) for name, rows in book.sheets.items()})
        return tmp_path / "政策.xlsx"

    def test_the_buckets_are_the_policy_s_everywhere(self, other_buckets, tmp_path):
        path, target = money_book(tmp_path / "台账.xlsx", [shipped(), shipped("F2", due=date(2026, 9, 15)), shipped("F3", due=date(2026, 9, 14))]), tmp_path / "结果.xlsx"
        _, answer = ageing(path, "--out", target)
        (one,) = answer["客户"]
        assert answer["区间"] == ["未到期", "1–15", "16–45", ">45"]
        assert [one[label] for label in answer["区间"]] == [0, 100, 100, 100] and set(LABELS) & set(one) == {"未到期"}
        (row,) = table(loaded(target)[AGEING])
        assert [row[label] for label in answer["区间"]] == [0, 100, 100, 100]

    def test_a_sheet_with_the_buckets_of_another_policy_is_not_written_into(self, other_buckets, tmp_path):
        path, target = money_book(tmp_path / "台账.xlsx", [shipped()]), tmp_path / "结果.xlsx"
        ageing(path, "--out", target)
        other_buckets.unlink()
        raw = target.read_bytes()
        ended = run_here("ageing", target, "--as-of", str(AS_OF), "--out", tmp_path / "再.xlsx")
        assert ended.code == 2 and "删去工作表“账龄表”后重新生成" in ended.error_lines[-1]
        assert target.read_bytes() == raw and not (tmp_path / "再.xlsx").exists()


class TestWarnings:
    def test_six_calendar_months_end_with_the_month(self, tmp_path):
        days = {"F1": (date(2026, 8, 31), date(2027, 2, 28)), "F2": (date(2026, 2, 28), date(2026, 8, 28)), "F3": (date(2027, 8, 30), date(2028, 2, 29))}
        path, target = money_book(tmp_path / "台账.xlsx", [shipped(number, day=day, due=None) for number, (day, _) in days.items()]), tmp_path / "结果.xlsx"
        ageing(path, "--out", target, as_of="2027-12-31")
        assert {row["发货单号"]: day_of(row["六个月期满日"]) for row in table(loaded(target)[DETAIL])} == {number: until for number, (_, until) in days.items()}

    def test_every_warning_names_the_salesperson_and_the_article(self, tmp_path):
        header = (*SHIP, "业务员")
        rows = [[*shipped("F1", day=date(2026, 3, 29), due=date(2026, 4, 30)), "张三"], [*shipped("F2", day=date(2026, 4, 15), due=date(2026, 10, 5)), "张三"],
                [*shipped("F3", day=date(2026, 3, 31), due=date(2026, 12, 30)), "张三"]]  # fmt: skip
        made = picture(write_book(tmp_path / "台账.xlsx", {SHIPMENTS: [header, *rows]}))
        warnings = alert_rows(made)
        assert {(row[0], row[4]) for row in warnings} >= {("六个月未回款", "F1"), ("将满六个月", "F2"), ("将满六个月", "F3"), ("即将到期", "F2"), ("超额度", None)}
        assert ("六个月未回款", "F3") not in {(row[0], row[4]) for row in warnings}  # due today is not past
        assert all(row[3] == "张三" and row[-1].startswith("第") and row[-2] for row in warnings)
