"""An earlier result that is about to be replaced: what people wrote in it is carried over, or the run is refused before it is lost."""

from collections.abc import Sequence
from pathlib import Path

from xl_credit.books.book import Book
from xl_credit.books.kept import Kept, read_kept
from xl_credit.cells import is_blank
from xl_credit.forms import service_columns as c
from xl_credit.rules.errors import CreditError
from xl_credit.service.book import INPUTS, WRITTEN
from xl_credit.service.plan_rows import PlanRow, read_plan
from xl_credit.tables import Table, find_table

_FORMULAS = {"任职条件", "客户名称", "计划日期", "按期情况", "上报情况", "受理岗位", "受理人", "答复期限", "答复情况", "金额", "审批岗位", "应审批人",
             "平均分", "应结日期", "用时", "办理情况"}  # fmt: skip
_OURS = {c.CLIENTS: {"客户编码", "业务员", "首次交易日期"}, c.FOCUS: {"层次", "期间"}}


def earlier_result(source: Book, target: Path) -> Book | None:
    """The result that stands at ``target``; ``None`` where there is none, or where it is the source itself.

    Raises where people typed into its lists what the source does not have: 「华东客户服务.xlsx!巡访日报!B40:…」.
    """
    if not target.exists() or target.samefile(source.path):
        return None
    book = Book(target, (*INPUTS, *WRITTEN))
    for name in INPUTS:
        if name in book.grids and name in source.grids:
            _refuse_lost(book, source, name)
    return book


def _refuse_lost(book: Book, source: Book, name: str) -> None:
    try:
        there, here = (_table(one, name) for one in (book, source))
    except CreditError:
        return  # what is wrong with it is said when it is read
    rows = dict(here.body())
    ours = _OURS.get(name, set()) | _FORMULAS
    for number, row in there.body():
        for header in there.columns:
            if header in ours or is_blank(there.value(row, header)) or not is_blank(here.value(rows.get(number, ()), header)):
                continue
            found = "这里有来源没有的内容,重新生成会丢失"
            raise CreditError(found, where=f"{book.path}!{name}!{there.cell(number, header)}", allowed="以该文件为来源,或另选结果文件夹")


def _table(book: Book, name: str) -> Table:
    columns = [header for header in c.LAYOUT.get(name, (*c.SURVEY_HEAD, *c.SURVEY_TAIL)) if header not in c.REQUIRED[name]]
    return find_table(book.grid(name), c.REQUIRED[name], columns)


def kept_advice(book: Book | None) -> Kept:
    """Answers to 评价建议 in an earlier result."""
    return read_kept(book, c.ADVICE, c.ADVICE_KEYS, c.ADVICE_KEPT)


def kept_plan(book: Book | None) -> Kept:
    """What people wrote beside the visits of an earlier plan."""
    return read_kept(book, c.PLAN, ("计划编号",), c.PLAN_KEPT)


def with_earlier(rows: Sequence[PlanRow], book: Book | None) -> list[PlanRow]:
    """The plan's rows, those that people touched only in an earlier result as they stand there (``row`` 0: new here)."""
    if book is None or c.PLAN not in book.grids:
        return list(rows)
    touched = {one.number: one for one in read_plan(book.grid(c.PLAN))[0] if one.touched and one.number}
    own = {one.number: one for one in rows}
    found = []
    for one in rows:
        other = touched.pop(one.number, None)
        found.append(one if other is None or one.touched else _moved(other, one.row))
    return found + [_moved(one, 0) for number, one in touched.items() if number not in own]


def _moved(one: PlanRow, row: int) -> PlanRow:
    return PlanRow(row, one.number, one.quarter, one.code, one.day, one.visitor, True, one.values)
