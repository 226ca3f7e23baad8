"""Whatever dirt an export has: accepted and rejected are its total to the 分, in any order, and doing it again adds nothing."""

import tempfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import table_rows
from tests.intake.exports import HEAD, settled, text_file
from tests.receivables.desk import run_here
from xl_credit.intake.results import REJECTED, Settled

FEN = st.integers(-(10**11), 10**11)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
DAY_FORMS = ("{0:%Y-%m-%d}", "{0:%Y/%m/%d}", "{0.year}.{0.month}.{0.day}", "{0.year}年{0.month}月{0.day}日", "{0:%Y%m%d}", "{0:%Y-%m-%d} 08:30:00")
WIDE = str.maketrans("0123456789.,()-", "０１２３４５６７８９．，（）－")
BAD_DAYS, BAD_AMOUNTS = ("", "2026-02-30", "下周", "13/13/2026"), ("", "一百", "1,20", "(5", "5%", "#N/A")
LINES = (["第2页 共9页"], [], ["制表人:张三", "", "审核:"], list(HEAD), ["销售出库明细表"], ["", "", "期初余额", "", "999.00"])


def amount_text(fen: int, form: int) -> str:
    """One of the ways in which accountants write an amount."""
    plain = f"{Decimal(abs(fen)) / 100:,.2f}"
    ways = [plain if fen >= 0 else f"-{plain}", plain if fen >= 0 else f"({plain})", plain if fen >= 0 else f"{plain}-", f"{Decimal(fen) / 100:.2f}"]
    return (ways[form % 4]).translate(WIDE) if form >= 4 else ways[form % 4]


@st.composite
def documents(draw) -> tuple[list[str], int | None]:
    """A row under ``HEAD`` and its amount in 分; ``None`` where that cannot be read."""
    fen, is_bad = draw(FEN), draw(st.integers(0, 9)) == 0
    amount = draw(st.sampled_from(BAD_AMOUNTS)) if is_bad else amount_text(fen, draw(st.integers(0, 7)))
    day = draw(st.sampled_from(DAY_FORMS)).format(draw(DAYS)) if draw(st.integers(0, 7)) else draw(st.sampled_from(BAD_DAYS))
    number = f"XS{draw(st.integers(0, 40)):03}" if draw(st.integers(0, 9)) else ""
    code = draw(st.sampled_from(("K1", "Ｋ１", " K2 ", "K3", "007", "")))
    state = draw(st.sampled_from(("", "已审核", "作废", "红字", "怪")))
    note = draw(st.sampled_from(("", "=1+1", "-x", "@cmd", "作废", "红冲 X", "累计返利")))
    return [number, day, code, draw(st.sampled_from(("甲公司", "乙", ""))), amount, state, note], None if is_bad else fen


SURE = {"发货日期": "单据日期", "金额": "价税合计"}  # confirmed, whatever most of the cells hold

EXPORTS = st.lists(st.one_of(documents(), st.sampled_from(LINES).map(lambda row: (row, 0))), min_size=1, max_size=25)


def outcome(one: Settled) -> tuple:
    """What became of the rows, whatever order they came in."""
    return sorted(str(row.values) for row in one.fresh), dict(one.shares), one.read.turned_fen


@given(EXPORTS)
@settings(max_examples=80, deadline=None)
def test_accepted_and_rejected_are_the_source_s_total(export):
    one = settled(*(row for row, _ in export), **SURE)
    assert one.read.source.fen == sum(fen or 0 for _, fen in export)
    taken = sum(share.fen for share in one.shares.values())
    assert taken == one.read.source.fen + one.read.turned_fen
    amounts = [Decimal(str(row.values[one.read.target.columns.index("金额")])) for row in one.fresh]
    assert sum(amounts) * 100 == one.shares["新增"].fen + one.shares["作废"].fen
    assert len(amounts) == one.shares["新增"].rows + one.shares["作废"].rows


@given(EXPORTS)
@settings(max_examples=60, deadline=None)
def test_every_row_is_taken_refused_or_listed(export):
    one = settled(*(row for row, _ in export), **SURE)
    refused = [finding for finding in one.findings if finding.kind == REJECTED]
    assert all(finding.found and finding.allowed and finding.cell for finding in refused)
    printed = [finding for finding in one.findings if finding.kind in ("非数据行", "合计行")]
    assert len(one.fresh) + len(refused) + len(printed) - 1 + one.read.blank == len(export)  # the header is one of the printed


@given(EXPORTS, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_columns_and_of_rows_never_matters(export, draw):
    rows, places = [row for row, _ in export], draw.sample(range(len(HEAD)), len(HEAD))
    wide = [[*row, *[""] * (len(HEAD) - len(row))] for row in rows]
    plain = outcome(settled(*wide, **SURE))
    assert plain == outcome(settled(*([row[place] for place in places] for row in wide), head=[HEAD[place] for place in places], **SURE))
    assert plain == outcome(settled(*draw.sample(wide, len(wide)), **SURE))


@given(EXPORTS)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_doing_it_again_adds_nothing_and_what_was_written_is_what_was_accepted(export):
    with tempfile.TemporaryDirectory() as name:
        source, out = text_file(Path(name) / "出库.csv", HEAD, *(row for row, _ in export)), Path(name) / "台账.xlsx"
        run = ("intake", source, "--as", "发货台账", "--yes", "--out", out)
        assert run_here(*run).code in (0, 1)
        one, data = settled(*(row for row, _ in export)), out.read_bytes()
        rows = table_rows(out, "发货台账")
        assert sum(Decimal(str(row["金额"])) for row in rows) * 100 == one.shares["新增"].fen + one.shares["作废"].fen
        assert run_here(*run).code in (0, 1) and out.read_bytes() == data


@given(st.lists(st.tuples(FEN, st.booleans()), min_size=1, max_size=12), st.integers(-3, 3))
@settings(max_examples=80, deadline=None)
def test_a_stated_sum_agrees_only_where_the_rows_come_to_it(lines, off):
    rows = [[f"X{at}", "2026-07-01", "K1", "甲", amount_text(fen, 0), "作废" if void else "", ""] for at, (fen, void) in enumerate(lines)]
    total = sum(fen for fen, _ in lines)
    one = settled(*rows, ["合计", "", "", "", amount_text(total + off, 0)])
    possible = {total, sum(fen for fen, void in lines if not void)}
    assert any(finding.kind == "合计行" for finding in one.problems) is (total + off not in possible)


@given(st.text(min_size=1, max_size=12), st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 400))
@settings(max_examples=60, deadline=None)
def test_any_text_in_any_cell_is_taken_or_refused_never_lost(text, day, later):
    rows = [["X1", str(day), "K1", "甲", "5.00", "", ""], ["X2", str(day + timedelta(later)), "K1", "甲", "6.00", "", ""]]
    for column in range(len(HEAD)):
        changed = [list(row) for row in rows]
        changed[1][column] = text
        one = settled(*changed)
        assert one.ties_out and one.read.source.rows + one.read.blank + sum(finding.kind in ("非数据行", "合计行") for finding in one.findings) == 3
