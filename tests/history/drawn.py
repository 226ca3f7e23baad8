"""Rows of an 评估表 drawn by hypothesis: sound cells, and whatever people put into them."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from tests.conftest import record
from tests.history.desk import POLICY, facts_of
from xl_credit.quarter.columns import AMOUNTS, EVALUATION_COLUMNS
from xl_credit.rules.records import HELD, INCOMPLETE, RATED, UNRATED, PartScores, PastRating

_STATES = {item.name: [text for text, _ in item.options] for item in POLICY.items if item.options}
_DIRT = st.one_of(
    st.none(), st.booleans(), st.floats(-1e13, 1e13), st.sampled_from(["", " ", "=1+1", "#N/A", "很多", "１２００", "1,200.50", "𠮷", "数", "日期", "\x07"]),
    st.dates(date(1950, 1, 1), date(2190, 1, 1)), st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.just(time(8, 30)),
    st.just(timedelta(hours=30)), st.text(st.characters(exclude_categories=["Cs"]), max_size=6), st.just(float("inf")),
)  # fmt: skip
_AMOUNT = st.decimals(-50, 1500, places=2).map(float)


@st.composite
def records(draw):
    """A customer: sound in every column, or with some cells that are not."""
    one = record(draw(st.sampled_from([f"K{n:02d}" for n in range(30)])), 业务类型=draw(st.sampled_from("AB")))
    one |= {name: draw(st.sampled_from(states)) for name, states in _STATES.items() if name in one}
    one |= {name: draw(_AMOUNT) for name in AMOUNTS}
    one |= {"业务类型": draw(st.sampled_from(["A", "B", "混合"])), "A类业务额": draw(_AMOUNT), "B类业务额": draw(st.none() | _AMOUNT)}
    one |= {"首次交易日期": draw(st.dates(date(2025, 6, 1), date(2026, 10, 5)) | st.integers(43000, 46300).map(float)), "业务员垫支": draw(st.sampled_from("是否")), "弄虚作假": draw(st.sampled_from("否否否是"))}
    one |= {"申请额度": draw(st.none() | st.decimals(0, 120, places=4).map(float)), "申请期限": draw(st.none() | st.integers(0, 200).map(float))}
    if draw(st.integers(0, 3)) == 0:
        one |= {name: draw(_DIRT) for name in draw(st.lists(st.sampled_from(EVALUATION_COLUMNS), max_size=4))}
    return one


@st.composite
def past_ratings(draw):
    parts = draw(st.none() | st.builds(PartScores, *[st.integers(-5, 30) | st.sampled_from([Decimal("2.5")])] * 7))
    level = draw(st.none() | st.sampled_from(["特级", "一级", "二级", "四级以下", "五级"]))
    status = RATED if level else draw(st.sampled_from([UNRATED, HELD, INCOMPLETE]))
    return PastRating("K", "K公司", status, draw(st.sampled_from(["A", "B", ""])), level, parts, draw(st.none() | st.integers(0, 100)), draw(st.sampled_from(["", "业务员代客户垫支,下调1级(第八条(3))"])))


@st.composite
def branches(draw):
    """An 评估表 with last quarter's ratings of some of its customers."""
    rows = draw(st.lists(records(), max_size=8))
    past = draw(st.dictionaries(st.sampled_from([f"K{n:02d}" for n in range(30)]), past_ratings(), max_size=12))
    columns = draw(st.sampled_from([EVALUATION_COLUMNS, EVALUATION_COLUMNS[::-1], ("备注", *EVALUATION_COLUMNS[3:], "负责人", *EVALUATION_COLUMNS[:3])]))
    return facts_of(rows, past, first_row=draw(st.integers(1, 12)), columns=columns, date1904=draw(st.booleans()))
