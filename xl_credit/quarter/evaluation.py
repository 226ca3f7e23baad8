"""第五条: the 评估表's rows as customers; a row that cannot be rated as its problems, cell by cell."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from xl_credit import cells
from xl_credit.quarter.columns import (
    AMOUNTS,
    BAD_ITEMS,
    BUSINESS_TYPES,
    CERTIFICATES,
    EVALUATION_COLUMNS,
    FLAG_COLUMNS,
    LICENCES,
    REQUEST_TYPES,
    SUBJECTIVE_ITEMS,
)
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.figures import Policy
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.records import INCOMPLETE, Customer
from xl_credit.tables import Grid, Row, Table, find_table, is_blank_row

_BLANK = "为空"
_EFFECT = f"{INCOMPLETE},不评级"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the 评估表: the customer, or why there is none. ``code`` and ``name`` are what the row says."""

    row: int
    code: str
    name: str
    salesperson: str
    customer: Customer | None
    problems: tuple[Problem, ...]


def read_entries(grid: Grid, policy: Policy, quarter: Quarter) -> list[Entry]:
    """Every filled row; the rows of a code that stands twice are all flagged, since none can be told to be the right one."""
    reader = EvaluationReader(find_table(grid, EVALUATION_COLUMNS), policy, quarter)
    entries = [reader.entry(number, row) for number, row in reader.filled_rows()]
    rows_of: dict[str, list[int]] = {}
    for entry in entries:
        if entry.code:
            rows_of.setdefault(cells.folded(entry.code), []).append(entry.row)
    same = [rows_of.get(cells.folded(entry.code), ()) for entry in entries]
    return [reader.repeated(entry, rows) if len(rows) > 1 else entry for entry, rows in zip(entries, same, strict=True)]


class EvaluationReader:
    """Knows how each column of one 评估表 is read; made once a sheet."""

    def __init__(self, table: Table, policy: Policy, quarter: Quarter) -> None:
        self.table, self.policy, self.quarter = table, policy, quarter
        self._states = {item.name: item.option_points for item in policy.items if item.options}
        self._parsers = {header: self._parser(header) for header in EVALUATION_COLUMNS}
        # (header, column, what each text met so far in that column means): most cells repeat a few words
        self._plan = [(header, table.columns[header], {}) for header in EVALUATION_COLUMNS]

    def filled_rows(self) -> Iterator[tuple[int, Row]]:
        columns = [self.table.columns[header] for header in EVALUATION_COLUMNS]
        first_columns = columns[:2]
        for number, row in self.table.body():
            if not is_blank_row(row, first_columns) or not is_blank_row(row, columns):
                yield number, row

    def value(self, row: Row, header: str) -> object:
        """The cell under ``header`` as the rules take it; raises :class:`CreditError` where they cannot."""
        return self._parsers[header][0](self.table.value(row, header))

    def _parser(self, header: str) -> tuple[Callable[[object], object], str]:
        if header in self._states:
            states, article = self._states[header], self.policy.item[header].article
            return (lambda value: cells.parse_state(value, states)), article
        if header == "首次交易日期" and self.table.grid.date1904:
            return cells.parse_date_1904, "第七条注a"
        in_yuan = self.table.units[header] == "元"
        if header in AMOUNTS:
            return (lambda value: cells.parse_wan(value, in_yuan=in_yuan)), "第七条(3)"
        if header in ("A类业务额", "B类业务额", "申请额度"):
            article = "第九条(2)" if header == "申请额度" else "第八条(4)"
            return (lambda value: None if cells.is_blank(value) else _not_negative(cells.parse_wan(value, in_yuan=in_yuan))), article
        return _PLAIN_PARSERS[header]

    def entry(self, number: int, row: Row) -> Entry:
        values: dict[str, object] = {}
        problems: list[Problem] = []
        width = len(row)
        for header, column, known in self._plan:
            value = row[column] if column < width else None
            try:
                values[header] = known[value]
            except (KeyError, TypeError):  # not met before in this column, or a value that no dictionary takes
                self._parse(number, header, value, known, values, problems)
        code, name = values.get("客户编码", ""), values.get("客户名称", "")
        if not problems:
            problems += self._cross_checks(number, values)
        elif not any(header in values for header in self._states):
            problems = [self._stray_row(number, row)]
        customer = None if problems else _customer(values)
        problems = [_named(problem, code) for problem in problems]
        return Entry(number, code, name, values.get("业务员", ""), customer, tuple(problems))

    def _stray_row(self, number: int, row: Row) -> Problem:
        """A row without a single state is no customer but a 合计 or 制表人 line, or a customer hardly begun: one problem will do."""
        filled = next((h for h in EVALUATION_COLUMNS if not cells.is_blank(self.table.value(row, h))), "客户编码")
        words = cells.text(self.table.value(row, filled))[:20]
        error = CreditError(f"为“{words}”,该行各项评价都没有填", allowed="整行填写;合计、制表等附加行请删去或移到表外")
        return self._problem(number, filled, error, "第五条")

    def _parse(self, number: int, header: str, value: object, known: dict, values: dict, problems: list[Problem]) -> None:
        parse, article = self._parsers[header]
        try:
            values[header] = parse(value)
        except CreditError as error:
            problems.append(self._problem(number, header, error, error.article or article))
            return
        if isinstance(value, str):  # only text: 1, 1.0 and True are one key to a dictionary
            known[value] = values[header]

    def _problem(self, number: int, header: str, error: CreditError, article: str) -> Problem:
        found = f"{header}{error.found}"
        return Problem(self.table.grid.name, self.table.cell(number, header), found, error.allowed, article, _EFFECT)

    def _cross_checks(self, number: int, values: dict[str, object]) -> list[Problem]:
        found = []
        if values["首次交易日期"] > self.quarter.end:
            error = CreditError(f"为{values['首次交易日期']},晚于期末", allowed=f"不晚于{self.quarter.end}")
            found.append(self._problem(number, "首次交易日期", error, "第七条注a"))
        if values["业务类型"] == "混合":
            for header in ("A类业务额", "B类业务额"):
                if values[header] is None:
                    error = CreditError("为空,混合业务无法判定类别", allowed="两类业务额(万元)")
                    found.append(self._problem(number, header, error, "第八条(4)"))
        return found

    def repeated(self, entry: Entry, rows: list[int]) -> Entry:
        others = "、".join(str(row) for row in rows if row != entry.row)
        error = CreditError(f"“{entry.code}”重复,另见第{others}行", allowed="每个客户一行")
        problem = _named(self._problem(entry.row, "客户编码", error, "第七条"), entry.code)
        return Entry(entry.row, entry.code, entry.name, entry.salesperson, None, (*entry.problems, problem))


def explain_blanks(entries: list[Entry], reasons_of: Callable[[list[str]], Mapping[str, str]]) -> list[Entry]:
    """Let 「…为空」 say what is really in the cell, where ``reasons_of`` knows (an error value, an uncalculated formula)."""
    blanks = [p.cell for entry in entries for p in entry.problems if p.found.endswith(_BLANK)]
    reasons = reasons_of(blanks) if blanks else {}
    if not reasons:
        return entries
    return [replace(entry, problems=tuple(_explained(problem, reasons) for problem in entry.problems)) for entry in entries]


def _explained(problem: Problem, reasons: Mapping[str, str]) -> Problem:
    reason = reasons.get(problem.cell)
    if not reason or not problem.found.endswith(_BLANK):
        return problem
    return replace(problem, found=problem.found.removesuffix(_BLANK) + reason)


def _named(problem: Problem, code: str) -> Problem:
    return Problem(problem.sheet, problem.cell, problem.found, problem.allowed, problem.article, problem.effect, code)


def _customer(values: dict[str, object]) -> Customer:
    get = values.__getitem__
    return Customer(
        get("客户编码"), get("客户名称"), get("业务类型"), get("A类业务额"), get("B类业务额"), get("首次交易日期"),
        get("重点客户"), get("业务员"), tuple(map(get, LICENCES)), tuple(map(get, CERTIFICATES)), *map(get, AMOUNTS),
        *map(get, SUBJECTIVE_ITEMS), *map(get, BAD_ITEMS), *map(get, FLAG_COLUMNS),
        get("申请额度"), get("申请期限"), get("申请类型"), get("合同编号"),
    )  # fmt: skip


def _required_text(value: object) -> str:
    written = cells.text(value)
    if not written:
        raise CreditError("为空", allowed="非空文字")
    return written


def _not_negative(amount: Decimal) -> Decimal:
    if amount < 0:
        raise CreditError(f"值为“{amount.normalize():f}”", allowed="不小于0的数字")
    return amount


def _years(value: object) -> Decimal:
    years = cells.parse_decimal(value)
    if not 0 <= years <= 500:
        raise CreditError(f"值为“{cells.text(value)}”", allowed="0到500之间的年数")
    return years


_BUSINESS = dict.fromkeys(BUSINESS_TYPES)
_REQUEST_TYPES = dict.fromkeys(REQUEST_TYPES)
_PLAIN_PARSERS: dict[str, tuple[Callable[[object], object], str]] = {
    "客户编码": (_required_text, "第五条"),
    "客户名称": (_required_text, "第五条"),
    "业务类型": (lambda value: value if value in _BUSINESS else cells.parse_state(value, _BUSINESS), "第七条(4)"),
    "首次交易日期": (cells.parse_date, "第七条注a"),
    "重点客户": (cells.parse_flag, "第八条(6)"),
    "业务员": (cells.text, "第六条"),
    "企业设立年限": (_years, "第七条(3)⑥"),
    "业务员垫支": (cells.parse_flag, "第八条(3)"),
    "弄虚作假": (cells.parse_flag, "第八条(7)"),
    "申请期限": (lambda value: None if cells.is_blank(value) else cells.parse_whole(value, "不小于0的整天数"), "第十条(2)"),
    "申请类型": (lambda value: "" if cells.is_blank(value) else cells.parse_state(value, _REQUEST_TYPES), "第十条(7)"),
    "合同编号": (cells.text, "第九条(3)"),
}
