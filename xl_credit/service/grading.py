"""第四条(1): the customers of a unit graded, with what calls for more visits; and the sheet 服务分级."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from xl_credit.books.book import Book
from xl_credit.books.fill import Fill
from xl_credit.cells import folded, text
from xl_credit.forms import service_columns as c
from xl_credit.rules.errors import Problem
from xl_credit.rules.ledger import in_yuan
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.service_figures import ServicePolicy
from xl_credit.rules.service_grading import Graded, grade, growth
from xl_credit.service.book import ServiceData
from xl_credit.service.credit import Credit, credit_cells
from xl_credit.service.records import Client
from xl_credit.tables import find_table

_LISTED = 8  # customers named in one finding
WRAPPED = ("客户名称", "依据", "账龄分布")


@dataclass(frozen=True)
class ClientGrade:
    """A customer with its grade, and what calls for a visit beyond it (``more`` visits)."""

    client: Client
    graded: Graded
    concerns: tuple[str, ...]
    more: int


def grade_clients(data: ServiceData, credit: Credit, policy: ServicePolicy, quarter: Quarter, as_of: date) -> tuple[list[ClientGrade], list[Problem]]:
    """Every customer of 客户档案 by the sales to ``quarter``; what is not known of one is a problem."""
    found: list[ClientGrade] = []
    lacking: dict[tuple[str, ...], list[Client]] = {}
    concerns = _concerns(data, credit, policy, as_of)
    latest = credit.latest
    base = latest.quarter if latest else quarter
    for client in data.clients:
        sales = credit.sales.get(client.code, {})
        graded = grade(policy, client.nature, client.size, sales.get(base), growth(sales, base, policy.trend_quarters))
        reasons, pressing = concerns.get(client.code, ((), False))
        found.append(ClientGrade(client, graded, reasons, policy.concern_visits if pressing else 0))
        if graded.unknown:
            lacking.setdefault(graded.unknown, []).append(client)
    return found, [_lack(names, clients) for names, clients in lacking.items()]


def _lack(names: tuple[str, ...], clients: list[Client]) -> Problem:
    """One finding for all customers that lack the same."""
    codes = "、".join(one.written for one in clients[:_LISTED]) + ("……" if len(clients) > _LISTED else "")
    allowed = "填写客户档案;销售额由评级工作簿取得"
    return Problem(c.CLIENTS, clients[0].where, f"{len(clients)}户没有{'、'.join(names)}:{codes}", allowed, "第四条(1)", "该项按0分计")


def _concerns(data: ServiceData, credit: Credit, policy: ServicePolicy, as_of: date) -> dict[str, tuple[tuple[str, ...], bool]]:
    """第四条(3)③, 第三条(2)②: reasons for a visit by customer, and whether one presses for more visits than the grade's."""
    found: dict[str, list[tuple[str, bool]]] = {}

    def add(code: str, text: str, pressing: bool = False) -> None:
        found.setdefault(code, []).append((text, pressing))

    for code, count in _count(one.code for one in data.complaints if one.day <= as_of and (one.closed is None or one.closed > as_of)).items():
        add(code, f"未结投诉{count}件", True)
    latest = {(one.code, one.problem): one for one in data.dailies if one.problem and one.day <= as_of}
    for code, count in _count(code for (code, _), one in latest.items() if one.problem_state not in (c.SOLVED, c.NONE)).items():
        add(code, f"待解决问题{count}项", True)
    for code, mean in _latest_surveys(data, as_of).items():
        if mean < policy.low_satisfaction:
            add(code, f"满意度{mean:.1f}分", True)
    for client in data.clients:
        fell = credit.level_fell(client.code)
        if fell:
            add(client.code, f"信用级别由{fell[0]}降为{fell[1]}")
        ageing = credit.picture.ageing_of.get(client.code) if credit.picture else None
        if ageing and ageing.overdue_fen > 0:
            add(client.code, f"逾期货款{in_yuan(ageing.overdue_fen)}")
        if client.first_trade and as_of - timedelta(days=policy.new_customer_days) <= client.first_trade <= as_of:
            add(client.code, "新客户,了解使用感受并发放询问卡")
    return {code: (tuple(text for text, _ in mine), any(pressing for _, pressing in mine)) for code, mine in found.items()}


def _count(codes) -> dict[str, int]:
    found: dict[str, int] = {}
    for code in codes:
        found[code] = found.get(code, 0) + 1
    return found


def _latest_surveys(data: ServiceData, as_of: date) -> Mapping[str, object]:
    surveys = sorted((one for one in data.surveys if one.day <= as_of and one.mean is not None), key=lambda one: one.day)
    return {one.code: one.mean for one in surveys}


def grade_row(one: ClientGrade, credit: Credit, as_of: date, visitor: str = "") -> list[object]:
    """A customer's row of 服务分级, in its columns' order."""
    client, graded, latest = one.client, one.graded, credit.latest
    sales = credit.sales.get(client.code, {}).get(latest.quarter) if latest else None
    return [
        client.written, client.name or None, client.region or None, client.nature or None, client.size or None, sales, graded.growth,
        *graded.points, graded.score, graded.grade.name, graded.grade.visits + one.more, visitor or client.visitor or None, _basis(one),
        *credit_cells(credit, client.code, as_of),
    ]  # fmt: skip


def fill_grades(
    book: Book, grades: list[ClientGrade], credit: Credit, as_of: date, visitors: Mapping[str, str], note: tuple[str, str]
) -> None:
    """服务分级: the highest score first."""
    ordered = sorted(grades, key=lambda one: (-one.graded.score, one.client.code))
    rows = [grade_row(one, credit, as_of, visitors.get(one.client.code, "")) for one in ordered]
    book.fill(c.GRADES, Fill(("客户编码",), c.GRADE_COLUMNS, rows, ("依据", "已不在客户档案"), wrapped=WRAPPED, empties_gone=True))
    book.write_beside(c.GRADES, *note)


def written_grades(book: Book) -> dict[str, str]:
    """Service grades by customer as 服务分级 has them."""
    table = find_table(book.grid(c.GRADES), ("客户编码", "服务等级"))
    return {folded(table.value(row, "客户编码")): text(table.value(row, "服务等级")) for _, row in table.body() if table.value(row, "客户编码")}


def _basis(one: ClientGrade) -> str:
    more = f";关注:{'、'.join(one.concerns)}" if one.concerns else ""
    added = f",加访{one.more}次" if one.more else ""
    return f"{one.graded.basis},{one.graded.grade.name},每季{one.graded.grade.visits}次{added}{more}"
