"""第七条(3)⑥⑦: what service people recorded, as proposals for the 评估表 in 评价建议; accepted ones into a copy of it, one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from xl_credit.books.book import Book
from xl_credit.books.fill import Fill
from xl_credit.books.kept import Kept
from xl_credit.cells import folded, is_blank, parse_date, text
from xl_credit.forms import service_columns as c
from xl_credit.quarter.columns import EVALUATION
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.figures import Policy
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.service_evidence import Advice, Promise, Seen, advise_observed, advise_promises
from xl_credit.rules.service_figures import ServicePolicy
from xl_credit.service.book import ServiceData
from xl_credit.service.credit import Credit
from xl_credit.tables import find_table, is_blank_row

_ARTICLE = "第七条(3)⑥⑦"


def advise(data: ServiceData, credit: Credit, policy: ServicePolicy, quarter: Quarter, as_of: date) -> tuple[list[Advice], list[Problem]]:
    """The quarter's proposals up to ``as_of``, and promises that cannot be held against a ledger."""
    if not credit.latest:
        return [], []
    first = quarter.first_day
    mine = [one for one in data.dailies if first <= one.day <= min(as_of, quarter.end)]
    seen = [Seen(one.code, item, state, one.day, where) for one in mine for item, state, where in one.seen]
    promises, problems = [], []
    for one in data.dailies:
        if not one.promised_fen or not first <= (one.promised_by or one.day) <= as_of:
            continue
        if one.promised_by is None or one.promised_by < one.day:
            found = "承诺回款没有日期" if one.promised_by is None else f"承诺回款日期{one.promised_by}早于巡访日期"
            problems.append(Problem(c.DAILY, one.promise_where.partition("!")[2], found, "承诺付款的日期", "第七条(3)⑦", "承诺未核实", one.code))
        else:
            promises.append(Promise(one.code, one.promised_fen, one.day, one.promised_by, one.promise_where))
    for one in promises:
        if one.code not in credit.collected:
            problems.append(Problem(c.DAILY, one.where.partition("!")[2], f"客户{one.code}没有台账", "回款台账", "第七条(3)⑦", "承诺未核实", one.code))
    states = credit.latest.states
    found = advise_observed(policy, seen, states) + advise_promises(policy, promises, credit.collected, states, as_of)
    return sorted(found, key=lambda one: (one.code, one.item)), problems


def fill_advice(book: Book, data: ServiceData, found: Sequence[Advice], quarter: Quarter, note: tuple[str, str], carried: Kept) -> None:
    """评价建议: the quarter's proposals, those of other quarters as they stand; what people answered stays with its row."""
    table = find_table(book.grid(c.ADVICE), c.ADVICE_COLUMNS, c.ADVICE_KEPT)
    places = [table.columns[name] for name in c.ADVICE_COLUMNS]
    standing = [
        [None if is_blank(value) else value for value in (table.value(row, name) for name in c.ADVICE_COLUMNS)]
        for _, row in table.body() if not is_blank_row(row, places) and folded(table.value(row, "记录期间")) != str(quarter)
    ]  # fmt: skip
    rows = [
        [data.shown(one.code), data.name_of(one.code) or None, one.item, one.present or None, one.proposed, one.basis, "、".join(one.sources), str(quarter),
         one.article]
        for one in found
    ]  # fmt: skip
    gone, wrapped = ("依据", "记录或评估表已变,不再建议"), ("依据", "来源", "客户名称")
    book.fill(c.ADVICE, Fill(c.ADVICE_KEYS, c.ADVICE_COLUMNS, [*standing, *rows], gone, c.ADVICE_KEPT, carried, wrapped=wrapped))
    book.write_beside(c.ADVICE, *note)


@dataclass(frozen=True, slots=True)
class Answer:
    """A row of 评价建议 that somebody accepted or declined."""

    cell: str
    code: str
    item: str
    present: str
    proposed: str
    person: str
    day: date


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was carried into the 评估表: 「评估表!V12 合作态度 配合 → 非常配合」."""

    cell: str
    answer: Answer


def read_accepted(book: Book, data: ServiceData, policy: ServicePolicy) -> tuple[list[Answer], list[Problem]]:
    """第六条(1)(2): rows marked 采纳, with who and when; by a person whose post may, where 人员 says which post that is."""
    table = find_table(book.grid(c.ADVICE), c.ADVICE_COLUMNS, c.ADVICE_KEPT)
    roles = {one.name: one.role for one in data.people}
    answers, problems = [], []
    for number, row in table.body():
        if folded(table.value(row, "采纳")) != c.ACCEPTED:
            continue
        cell, person = table.cell(number, "采纳"), folded(table.value(row, "采纳人"))
        code = folded(table.value(row, "客户编码"))
        try:
            day = parse_date(table.value(row, "采纳日期"))
            if not person:
                raise CreditError("没有采纳人", allowed="、".join(policy.accepting_roles))
            if roles and roles.get(person) not in policy.accepting_roles:
                raise CreditError(f"采纳人{person}的岗位是{roles.get(person) or '未登记'}", allowed="、".join(policy.accepting_roles))
        except CreditError as error:
            problems.append(Problem(c.ADVICE, cell, f"采纳{error.found}", error.allowed, "第六条(1)(2)", "不写入评估表", code))
            continue
        values = (text(table.value(row, name)) for name in ("评价项目", "现评", "建议"))
        answers.append(Answer(cell, code, *values, person, day))
    return answers, problems


def apply_accepted(book: Book, answers: Sequence[Answer], policy: Policy) -> tuple[list[Accepted], list[Problem]]:
    """Each accepted proposal into its cell of the 评估表, where that still says what the proposal was made against."""
    items = list(dict.fromkeys(one.item for one in answers))
    table = find_table(book.grid(EVALUATION), ("客户编码", *items))
    rows: dict[str, list[tuple[int, Sequence[object]]]] = {}
    for number, row in table.body():
        rows.setdefault(folded(table.value(row, "客户编码")), []).append((number, row))
    done, problems = [], []
    for one in answers:
        mine = rows.get(one.code, [])
        if len(mine) != 1:
            found = f"客户{one.code}在评估表有{len(mine)}行"
            problems.append(Problem(c.ADVICE, one.cell, found, "恰好一行", _ARTICLE, "未写入", one.code))
            continue
        number, row = mine[0]
        now, cell = text(table.value(row, one.item)), table.cell(number, one.item)
        if folded(now) == folded(one.proposed):
            continue  # somebody has entered it already
        item = policy.item.get(one.item)
        if item is None or one.proposed not in item.option_points:
            problems.append(Problem(c.ADVICE, one.cell, f"{one.item}的建议“{one.proposed}”", item.allowed if item else "政策中的评价项目", _ARTICLE, "未写入", one.code))
        elif folded(now) != folded(one.present):
            found = f"评估表!{cell}现为“{now}”,建议是对“{one.present}”提出的"
            problems.append(Problem(c.ADVICE, one.cell, found, "重新运行 service report 后再采纳", _ARTICLE, "未写入", one.code))
        else:
            book.sheet(EVALUATION).set(number, table.columns[one.item], one.proposed)
            done.append(Accepted(cell, one))
    return done, problems
