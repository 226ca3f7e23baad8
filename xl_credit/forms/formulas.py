"""第七条, 第八条 as native formulas over the 政策 sheet, for functions that Excel 2007, WPS and LibreOffice all have.

They give the provisional score while a branch types. The rules in ``xl_credit.rules`` decide; a test proves the two equal.
Amounts are compared as amount × 365 against threshold × days, rounded to the 分, so that no binary fraction moves a boundary.
"""

from xl_credit.policy.flat import (
    A_LEVEL,
    B_LEVEL,
    BLOCKS,
    CONTENT,
    KIND,
    LOWER,
    LOWER_IN,
    NAME,
    UPPER,
    UPPER_IN,
    VALUE,
    figure_cell,
)
from xl_credit.quarter.columns import BAD_ITEMS, CERTIFICATES, EVALUATION_COLUMNS, LICENCES
from xl_credit.rules.figures import PARTS
from xl_credit.rules.records import HELD, INCOMPLETE, RATED, UNRATED
from xl_credit.tables import column_letters

DAYS, STEP, TOTAL, LEVEL, LIMIT, STATUS = "折算天数", "暂评档次", "暂评得分", "暂评级别", "暂评限额", "暂评状态"
PART_COLUMNS = tuple(f"暂评{part}" for part in PARTS)
PROVISIONAL_COLUMNS = (DAYS, *PART_COLUMNS, TOTAL, LEVEL, LIMIT, STATUS, STEP)
COLUMNS = (*EVALUATION_COLUMNS, *PROVISIONAL_COLUMNS)

HEADER_ROW = 5  # of the 评估表, counted from 1
PERIOD_END, PERIOD_START = "$L$3", "$P$3"
_SCORES = BLOCKS["评分"]
_LEVELS = BLOCKS["等级"]


class Row:
    """The cells of one customer's row, by header, for building its formulas."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __getitem__(self, header: str) -> str:
        return f"{column_letters(COLUMNS.index(header))}{self.number}"

    def span(self, first: str, last: str) -> str:
        return f"{self[first]}:{self[last]}"

    def headers(self, first: str, last: str) -> str:
        return f"{column_letters(COLUMNS.index(first))}${HEADER_ROW}:{column_letters(COLUMNS.index(last))}${HEADER_ROW}"


def _known_states(row: Row, first: str, last: str) -> str:
    """How many of the cells hold a state that the policy knows for their column."""
    items, states = _SCORES.range(NAME), _SCORES.range(CONTENT)
    return f"SUMPRODUCT(COUNTIFS({items},{row.headers(first, last)},{states},{row.span(first, last)}))"


def _state_points(row: Row, first: str, last: str) -> str:
    items, states = _SCORES.range(NAME), _SCORES.range(CONTENT)
    return f"SUMPRODUCT(SUMIFS({_SCORES.range(VALUE)},{items},{row.headers(first, last)},{states},{row.span(first, last)}))"


def _options_part(row: Row, first: str, last: str, count: int) -> str:
    return f'=IF({_known_states(row, first, last)}<{count},"",{_state_points(row, first, last)})'


def _band_points(item: str, value: str, scale: str = "") -> str:
    """Points of the item's band that holds ``value``; thresholds are multiplied by ``scale`` where one is given."""
    lower, upper = _SCORES.range(LOWER), _SCORES.range(UPPER)
    low, high = (f"ROUND({lower}*{scale},6)", f"ROUND({upper}*{scale},6)") if scale else (lower, upper)
    above = f'(({lower}="")+({value}>{low})+({value}={low})*({_SCORES.range(LOWER_IN)}="是")>0)'
    below = f'(({upper}="")+({value}<{high})+({value}={high})*({_SCORES.range(UPPER_IN)}="是")>0)'
    return f'SUMPRODUCT(({_SCORES.range(NAME)}="{item}")*{above}*{below}*{_SCORES.range(VALUE)})'


def _amount_part(row: Row, item: str) -> str:
    amount, days = row[item], row[DAYS]
    value = f'ROUND(ROUND({amount},6)*IF({days}="",1,{figure_cell("year_days")}),6)'
    scale = f'IF({days}="",1,{days})'
    return f'=IF(ISNUMBER({amount}),{_band_points(item, value, scale)},"")'


def _months(row: Row) -> str:
    """Completed months from the first trade to the day after the period's end."""
    first, after = row["首次交易日期"], f"({PERIOD_END}+1)"
    return f"((YEAR{after}-YEAR({first}))*12+MONTH{after}-MONTH({first})-(DAY{after}<DAY({first})))"


def _days(row: Row) -> str:
    first = row["首次交易日期"]
    return (
        f'=IF(AND(ISNUMBER({first}),ISNUMBER({PERIOD_END})),IF(AND({first}>={PERIOD_START},{first}<={PERIOD_END},'
        f'{_months(row)}<{figure_cell("whole_year_months")}),{PERIOD_END}-{first}+1,""),"")'
    )


def _subjective(row: Row) -> str:
    first, last, wages, years = "合作态度", "企业经营状态", "员工平均工资水平", row["企业设立年限"]
    known = f"{_known_states(row, first, last)}+{_known_states(row, wages, wages)}"
    points = f"{_state_points(row, first, last)}+{_state_points(row, wages, wages)}"
    return f'=IF({known}<4,"",IF(ISNUMBER({years}),{points}+{_band_points("企业设立年限", years)},""))'


def _business(row: Row) -> str:
    a, b = f'ROUND({row["A类业务额"]},6)', f'ROUND({row["B类业务额"]},6)'
    return f'IF({row["业务类型"]}="混合",IF({a}={b},{figure_cell("mixed_tie")},IF({a}>{b},"A","B")),{row["业务类型"]})'


def _is_complete(row: Row) -> str:
    """Whether the row can be rated: what the rules need is there and readable."""
    mixed = f'AND({row["业务类型"]}="混合",ISNUMBER({row["A类业务额"]}),ISNUMBER({row["B类业务额"]}))'
    flags = ",".join(
        f'OR({row[name]}="",{row[name]}="是",{row[name]}="否")' for name in ("重点客户", "业务员垫支", "弄虚作假")
    )
    first = row["首次交易日期"]
    return (
        f'AND({row["客户编码"]}<>"",{row["客户名称"]}<>"",OR({row["业务类型"]}="A",{row["业务类型"]}="B",{mixed}),'
        f'ISNUMBER({first}),{first}<={PERIOD_END},COUNT({row.span(PART_COLUMNS[0], PART_COLUMNS[-1])})={len(PARTS)},'
        f'N({row["企业设立年限"]})>=0,{flags})'
    )


def _status(row: Row) -> str:
    first = row["首次交易日期"]
    too_new = f'AND({first}>={PERIOD_START},{_months(row)}<{figure_cell("unrated_months")})'
    return (
        f'=IF(COUNTA({row.span(EVALUATION_COLUMNS[0], EVALUATION_COLUMNS[-1])})=0,"",IF(NOT({_is_complete(row)}),"{INCOMPLETE}",'
        f'IF({row[PART_COLUMNS[0]]}=0,"{UNRATED}",IF({too_new},"{UNRATED}",IF({row["弄虚作假"]}="是","{HELD}","{RATED}")))))'
    )


def _step(row: Row) -> str:
    """The row of the level table, downgrades counted, held to the last."""
    kinds, lows = _LEVELS.range(KIND), _LEVELS.range(LOWER)
    base = f'1+SUMPRODUCT(({kinds}="等级")*({lows}<>"")*({row[TOTAL]}<{lows}))'
    low = f'IF({row[PART_COLUMNS[5]]}<{figure_cell("subjective_floor")},{figure_cell("subjective_drop")},0)'
    advance = f'IF({row["业务员垫支"]}="是",{figure_cell("advance_drop")},0)'
    return f'=IF({row[TOTAL]}="","",MIN(COUNTIF({kinds},"等级"),{base}+{low}+{advance}))'


def provisional_formulas(number: int) -> tuple[str, ...]:
    """The formulas of one row, in the order of ``PROVISIONAL_COLUMNS``."""
    row = Row(number)
    parts = row.span(PART_COLUMNS[0], PART_COLUMNS[-1])
    rated = f'{row[STATUS]}="{RATED}"'
    return (
        _days(row),
        _options_part(row, LICENCES[0], LICENCES[-1], len(LICENCES)),
        _options_part(row, CERTIFICATES[0], CERTIFICATES[-1], len(CERTIFICATES)),
        _amount_part(row, "年交易额"),
        _amount_part(row, "年赢利额"),
        _amount_part(row, "年回款额"),
        _subjective(row),
        _options_part(row, BAD_ITEMS[0], BAD_ITEMS[-1], len(BAD_ITEMS)),
        f'=IF({rated},MAX(0,MIN(100,SUM({parts}))),"")',
        f'=IF({row[STEP]}="","",IF({_business(row)}="A",INDEX({_LEVELS.range(A_LEVEL)},{row[STEP]}),'
        f"INDEX({_LEVELS.range(B_LEVEL)},{row[STEP]})))",
        f'=IF({row[STATUS]}="","",IF({row[STEP]}="",0,INDEX({_LEVELS.range(VALUE)},{row[STEP]})))',
        _status(row),
        _step(row),
    )
