"""客户卡 (第九条) of chosen customers, with values, a page each: what goes up with the daily report or is printed for the file."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from xl_credit.cells import folded
from xl_credit.forms import service_columns as c
from xl_credit.forms.look import Look
from xl_credit.forms.service_card import COMPLAINTS, LISTS, PLANNED, SURVEYS, VISITS, draw_card, value_source
from xl_credit.rules.errors import CreditError
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.service_figures import ServicePolicy
from xl_credit.rules.service_terms import Term
from xl_credit.rules.visit_matching import Made, match
from xl_credit.service.book import ServiceData
from xl_credit.service.credit import Credit
from xl_credit.service.grading import ClientGrade, grade_clients, grade_row
from xl_credit.service.plan_rows import PlanRow, latest_visitors

_NOT_IN_NAMES = re.compile(r"[\\/*?:\[\]']")
_LONGEST = 31


def build_cards(
    path: Path, data: ServiceData, rows: Sequence[PlanRow], credit: Credit, policy: ServicePolicy, as_of: date, codes: Sequence[str]
) -> int:
    """A sheet a customer, in the order asked for (all of them where none is named); returns how many.

    Raises 「客户编码“…”不在客户档案…」.
    """
    grades, _ = grade_clients(data, credit, policy, Quarter.of(as_of), as_of)
    graded = {one.client.code: one for one in grades}
    wanted = [folded(code) for code in codes] or list(graded)
    for code in wanted:
        if code not in graded:
            raise CreditError(f"客户编码“{code}”不在客户档案", where=data.unit, allowed="客户档案中的编码", article="第九条")
    if not wanted:
        raise CreditError("客户档案没有客户", where=data.unit, allowed="至少一个客户", article="第九条")
    look, note = Look(path), f"截至{as_of}  随巡访日报一并呈报(客户服务管理办法第九条){'  ' + policy.notice if policy.notice else ''}"
    names: set[str] = set()
    undone, visitors = _undone(data, rows, policy, as_of), latest_visitors(rows)
    for code in wanted:
        one = graded[code]
        sheet = look.sheet(_sheet_name(one.client.written, names))
        lines = _lines(data, undone, policy, code, as_of)
        draw_card(look, sheet, policy, value_source(one.client.written, _customer(one, credit, as_of, visitors.get(code, "")), lines), "", note)
    look.close()
    return len(wanted)


def _sheet_name(code: str, names: set[str]) -> str:
    """The code as a sheet may be called; no two alike."""
    plain = (_NOT_IN_NAMES.sub("-", code) or "客户")[:_LONGEST]
    name, again = plain, 2
    while name.casefold() in names:
        name, again = f"{plain[: _LONGEST - 3]}-{again}", again + 1
    names.add(name.casefold())
    return name


def _customer(one: ClientGrade, credit: Credit, as_of: date, visitor: str) -> dict[str, dict[str, object]]:
    grades = dict(zip(c.GRADE_COLUMNS, grade_row(one, credit, as_of, visitor), strict=True))
    master = one.client.values | {"首次交易日期": one.client.first_trade}
    return {c.CLIENTS: master, c.GRADES: grades}


def _undone(data: ServiceData, rows: Sequence[PlanRow], policy: ServicePolicy, as_of: date) -> list[PlanRow]:
    """Planned visits that nobody has made by the day."""
    planned = [one for one in rows if one.planned]
    made = [Made(one.row, one.code, one.day, one.visitor, one.plan) for one in data.dailies]
    kept, _ = match(policy, [one.planned for one in planned], made, as_of)
    return [row for row, one in zip(planned, kept, strict=True) if one.made is None]


def _lines(
    data: ServiceData, undone: Sequence[PlanRow], policy: ServicePolicy, code: str, as_of: date
) -> dict[str, list[dict[str, object]]]:
    visits = sorted((one for one in data.dailies if one.code == code and one.day <= as_of), key=lambda one: (one.day, one.row), reverse=True)
    open_ones = [one for one in data.complaints if one.code == code and one.day <= as_of and (one.closed is None or one.closed > as_of)]
    surveys = sorted((one for one in data.surveys if one.code == code and one.day <= as_of), key=lambda one: one.day, reverse=True)
    planned = sorted((one for one in undone if one.code == code), key=lambda one: one.day)
    found = {
        VISITS: [{"巡访日期": one.day, "巡访人": one.visitor, "巡访内容": one.content, "客户意见": one.opinion or one.suggestion or one.wish, "问题状态": one.problem_state} for one in visits],
        COMPLAINTS: [
            {"受理日期": one.day, "投诉类型": one.kind, "投诉内容": one.text, "应结日期": Term(one.day, policy.complaint_days[one.kind], None).due, "处理人": one.handler}
            for one in open_ones
        ],
        PLANNED: [{"计划日期": one.day, "巡访人": one.visitor, "列入原因": one.values["列入原因"], "具体安排": one.values["具体安排"]} for one in planned],
        SURVEYS: [{"调查日期": one.day, "平均分": one.mean, "客户意见": one.opinion, "处理情况": one.handling} for one in surveys],
    }  # fmt: skip
    return {heading: found[heading][: LISTS[heading][1]] for heading in LISTS}
