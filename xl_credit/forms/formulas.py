"""第七条, 第八条 as native formulas over the 政策 sheet, for functions that Excel 2007, WPS and LibreOffice all have.

They give the provisional score while a branch types. The rules in ``xl_credit.rules`` decide; a test proves the two equal.
Amounts are compared as amount × 365 against threshold × days, rounded to the 分, so that no binary fraction moves a boundary.
A number or a date typed as text, which the rules can still read, is 资料不全 here: a formula would have to guess at it.
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
from xl_credit.quarter.columns import (
    BAD_ITEMS,
    BUSINESS_TYPES,
    CERTIFICATES,
    EVALUATION_COLUMNS,
    LICENCES,
    REQUEST_TYPES,
    SUBJECTIVE_ITEMS,
)
from xl_credit.rules.figures import PARTS
from xl_credit.rules.records import HELD, INCOMPLETE, RATED, UNRATED
from xl_credit.tables import column_letters

DAYS, STEP, TOTAL, LEVEL, LIMIT, STATUS = "折算天数", "暂评档次", "暂评得分", "暂评级别", "暂评限额", "暂评状态"
PART_COLUMNS = tuple(f"暂评{part}" for part in PARTS)
PROVISIONAL_COLUMNS = (DAYS, *PART_COLUMNS, TOTAL, LEVEL, LIMIT, STATUS, STEP)
COLUMNS = (*EVALUATION_COLUMNS, *PROVISIONAL_COLUMNS)

HEADER_ROW = 5  # of the 评估表, counted from 1
PERIOD_END, PERIOD_START, ANNUALISED_FROM, UNRATED_FROM = "$L$3", "$P$3", "$AE$3", "$AJ$3"
LAST_ROW = 20000  # lookups reach this far, well beyond any branch
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


def period_formulas(quarter_cell: str) -> tuple[str, str, str, str]:
    """The quarter's dates for the sheet's heading: period end and start, and from which first trades on a customer is new.

    A quarter ends with a month, so "fewer than n completed months" (第七条注a、b) is "first traded later than n months
    before the day after the end"; the two dates are computed once instead of in every row.
    """
    month = f'FIND(RIGHT({quarter_cell},1),"1234")*3'
    end = f'=IF(LEN({quarter_cell})=6,IFERROR(DATE(VALUE(LEFT({quarter_cell},4)),{month}+1,0),""),"")'
    start = f'=IF(ISNUMBER({PERIOD_END}),EDATE({PERIOD_END}+1,-12),"")'
    annualised, unrated = (
        f'=IF(ISNUMBER({PERIOD_END}),MAX({PERIOD_START},EDATE({PERIOD_END}+1,-{figure_cell(field)})+1),"")'
        for field in ("whole_year_months", "unrated_months")
    )
    return end, start, annualised, unrated


def _states(row: Row, first: str, last: str) -> str:
    """Which line of the policy (down) is the state of which cell (across): compared with ``=``, for which ``*`` is no wildcard."""
    items, states = _SCORES.range(NAME), _SCORES.range(CONTENT)
    return f"({items}={row.headers(first, last)})*({states}={row.span(first, last)})"


def _known_states(row: Row, first: str, last: str) -> str:
    """How many of the cells hold a state that the policy knows for their column."""
    return f"SUMPRODUCT({_states(row, first, last)})"


def _state_points(row: Row, first: str, last: str) -> str:
    return f"SUMPRODUCT({_states(row, first, last)}*{_SCORES.range(VALUE)})"


def _options_part(row: Row, items: tuple[str, ...]) -> str:
    first, last = items[0], items[-1]
    return f'=IF({_known_states(row, first, last)}<{len(items)},"",{_state_points(row, first, last)})'


def band_points(item: str, value: str, scale: str = "") -> str:
    """Points of the item's band that holds ``value``, in units of 1/``scale`` where one is given.

    A bound holds where the distance from it, rounded to the 分, is positive; 10^-9 is added where the bound itself belongs.
    """
    lower, upper = _SCORES.range(LOWER), _SCORES.range(UPPER)
    above, below = (
        f'(({bound}="")+(ROUND({distance},6)+({included}="是")/10^9>0)>0)'
        for bound, distance, included in (
            (lower, f"{value}-{lower}{scale}", _SCORES.range(LOWER_IN)),
            (upper, f"{upper}{scale}-{value}", _SCORES.range(UPPER_IN)),
        )
    )
    return f'SUMPRODUCT(({_SCORES.range(NAME)}="{item}")*{above}*{below}*{_SCORES.range(VALUE)})'


def _amount_part(row: Row, item: str) -> str:
    """第七条(3)③–⑤, 注b: the amount held to the 分; of a new customer × 365, against bounds × days (``MAX`` skips a blank)."""
    amount, days = row[item], row[DAYS]
    value = f'ROUND({amount},6)*IF({days}="",1,{figure_cell("year_days")})'
    return f'=IF(ISNUMBER({amount}),{band_points(item, value, f"*MAX(1,{days})")},"")'


def _days(row: Row) -> str:
    """第七条注b: days from the first trade to the period's end, both counted, where the amounts are to be annualised."""
    first = row["首次交易日期"]
    return f'=IF(AND(ISNUMBER({first}),{first}>={ANNUALISED_FROM},{first}<N({PERIOD_END})+1),{PERIOD_END}-INT({first})+1,"")'


def _subjective(row: Row) -> str:
    """第七条(3)⑥: 企业设立年限 stands among the states but is no state, so it adds nothing to their count and points."""
    first, last, years = SUBJECTIVE_ITEMS[0], SUBJECTIVE_ITEMS[-1], row["企业设立年限"]
    missing = f"OR({_known_states(row, first, last)}<{len(SUBJECTIVE_ITEMS) - 1},NOT(ISNUMBER({years})))"
    return f'=IF({missing},"",{_state_points(row, first, last)}+{band_points("企业设立年限", years)})'


def _is_a(row: Row) -> str:
    """第八条(4): mixed business counts as the type with the larger amount, equal amounts as the policy says."""
    a, b = f'ROUND({row["A类业务额"]},6)', f'ROUND({row["B类业务额"]},6)'
    return f'IF({row["业务类型"]}="混合",IF({a}={b},{figure_cell("mixed_tie")}="A",{a}>{b}),{row["业务类型"]}="A")'


def _one_of(cell: str, words: tuple[str, ...]) -> str:
    """A number where the cell holds one of the words, else an error; case and wildcards count, as they do in the rules."""
    return f'FIND("|"&{cell}&"|","|{"|".join(words)}|")'


def _is_complete(row: Row) -> str:
    """第五条: whether the row can be rated: what the rules read is there and readable, and the quarter is named."""
    code, flag = row["客户编码"], ("", "是", "否")
    words = [_one_of(row["业务类型"], BUSINESS_TYPES), _one_of(row["申请类型"], ("", *REQUEST_TYPES))]
    words += [_one_of(row[name], flag) for name in ("重点客户", "业务员垫支", "弄虚作假")]
    numbers = f'{row.span("A类业务额", "B类业务额")},{row.span("申请额度", "申请期限")}'
    negative = "+".join(f'COUNTIF({span},"<0")' for span in numbers.split(","))
    first, years, term = row["首次交易日期"], row["企业设立年限"], row["申请期限"]
    # the same code above or below makes both rows unusable; MATCH, because COUNTIF takes 001 and 1 for one code
    above, below = f"A${HEADER_ROW}:A{row.number - 1}", f"A{row.number + 1}:A${LAST_ROW}"
    return (
        f'AND(TRIM({code})<>"",TRIM({row["客户名称"]})<>"",COUNT(MATCH({code},{above},0),MATCH({code},{below},0))=0,'
        f"ISNUMBER({first}),{first}>60,{first}<N({PERIOD_END})+1,COUNT({','.join(words)})={len(words)},"
        f'OR({row["业务类型"]}<>"混合",COUNT({row.span("A类业务额", "B类业务额")})=2),COUNT({numbers})=COUNTA({numbers}),{negative}=0,'
        f"MOD(N({term}),1)=0,N({years})>=0,N({years})<=500,COUNT({row.span(PART_COLUMNS[0], PART_COLUMNS[-1])})={len(PARTS)})"
    )


def _status(row: Row) -> str:
    """第八条(1)(7), 第七条注a: whether the customer is rated."""
    too_new = f'{row["首次交易日期"]}>={UNRATED_FROM}'
    return (
        f'=IF(COUNTA({row.span(EVALUATION_COLUMNS[0], EVALUATION_COLUMNS[-1])})=0,"",IF({_is_complete(row)},'
        f'IF(OR({row[PART_COLUMNS[0]]}=0,{too_new}),"{UNRATED}",IF({row["弄虚作假"]}="是","{HELD}","{RATED}")),"{INCOMPLETE}"))'
    )


def _step(row: Row) -> str:
    """第七条(4), 第八条(2)(3): the row of the level table, downgrades counted, held to the last."""
    kinds, lows = _LEVELS.range(KIND), _LEVELS.range(LOWER)
    base = f'1+SUMPRODUCT(({kinds}="等级")*({lows}<>"")*({row[TOTAL]}<{lows}))'
    low = f'IF(ROUND({row[PART_COLUMNS[5]]},6)<{figure_cell("subjective_floor")},{figure_cell("subjective_drop")},0)'
    advance = f'IF({row["业务员垫支"]}="是",{figure_cell("advance_drop")},0)'
    return f'=IF({row[TOTAL]}="","",MIN(COUNTIF({kinds},"等级"),{base}+{low}+{advance}))'


def provisional_formulas(number: int) -> tuple[str, ...]:
    """The formulas of one row, in the order of ``PROVISIONAL_COLUMNS``."""
    row = Row(number)
    parts, step = row.span(PART_COLUMNS[0], PART_COLUMNS[-1]), row[STEP]
    levels = f"{_LEVELS.range(A_LEVEL).partition(':')[0]}:{_LEVELS.range(B_LEVEL).partition(':')[2]}"
    return (
        _days(row),
        _options_part(row, LICENCES),
        _options_part(row, CERTIFICATES),
        _amount_part(row, "年交易额"),
        _amount_part(row, "年赢利额"),
        _amount_part(row, "年回款额"),
        _subjective(row),
        _options_part(row, BAD_ITEMS),
        f'=IF({row[STATUS]}="{RATED}",MAX(0,MIN(100,ROUND(SUM({parts}),6))),"")',
        f'=IF({step}="","",INDEX({levels},{step},IF({_is_a(row)},1,2)))',
        f'=IF({row[STATUS]}="","",IF({step}="",0,INDEX({_LEVELS.range(VALUE)},{step})))',
        _status(row),
        _step(row),
    )
