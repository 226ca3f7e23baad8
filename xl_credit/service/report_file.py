"""每月巡访情况报告书 filled: from an empty report, or renewed where one is there already, with what people wrote in it kept."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from xl_credit.books.book import Book
from xl_credit.books.fill import Fill
from xl_credit.forms import service_report_columns as k
from xl_credit.forms.service_report import MONTH_LABEL, build_report
from xl_credit.forms.service_roles import SALES_HEAD
from xl_credit.quarter.run import backup_path
from xl_credit.rules.errors import CreditError
from xl_credit.rules.service_staff import LEAD, named
from xl_credit.service import report_rows as rows
from xl_credit.service.rollup import Rollup
from xl_credit.tables import find_table

UNIT_TITLE, COMPANY_TITLE, HEAD_OFFICE_TITLE = "每月巡访情况报告书", "每月巡访情况报告书(公司汇总)", "客户服务月度汇总"
_WRAPPED = ("客户名称", "内容", "市场情况", "竞争对手情况", "其他公司销售策略", "主要问题", "处理过程", "处理结果", "问题经过", "投诉内容", "客户意见", "处理情况")
_NO_LONGER = "已不再列入"


def unit_file(unit: str, month: object) -> str:
    return f"巡访情况报告书_{unit}_{month}.xlsx"


def company_file(month: object) -> str:
    return f"客户服务汇总_{month}.xlsx"


def write_unit(path: Path, rollup: Rollup, folder: Path) -> bool:
    """第十条: a unit's report, a row for each visitor."""
    return _write(path, (rollup,), rows.visitor_rows(rollup), (UNIT_TITLE, "巡访人"), rollup.unit, folder)


def write_company(path: Path, rollups: Sequence[Rollup], folder: Path) -> bool:
    """The company's report, a row for each unit."""
    return _write(path, rollups, rows.unit_rows(rollups), (COMPANY_TITLE, "营业单位"), "全公司", folder)


def write_into_head_office(path: Path, rollups: Sequence[Rollup]) -> bool:
    """The page 客户服务 (and what its charts draw) in 总部汇总.xlsx; all else in it stays."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "页.xlsx"
        build_report(template, rollups[0].policy, HEAD_OFFICE_TITLE, "营业单位", k.HEAD_OFFICE_FRONT)
        book = Book(path, (k.HEAD_OFFICE_FRONT, k.HEAD_OFFICE_DATA), template)
        _fill_front(book, k.HEAD_OFFICE_FRONT, rollups, rows.unit_rows(rollups), _note(rollups, "全公司"))
        return book.save(path, keep_backup=backup_path(path.parent, path))


def _write(
    path: Path, rollups: Sequence[Rollup], by_rows: list[rows.Row], title_by: tuple[str, str], whose: str, folder: Path
) -> bool:
    template = folder / f"{title_by[0]}.xlsx"
    if not template.exists():
        build_report(template, rollups[0].policy, *title_by)
    names = (k.FRONT, *k.LISTS, k.DATA)
    book = Book(path if path.exists() else template, names, template)
    note = _note(rollups, whose)
    _fill_front(book, k.FRONT, rollups, by_rows, note)
    for name, found in rows.list_rows(rollups).items():
        _, columns, keys = k.LISTS[name]
        kept, mark = k.KEPT.get(name, ()), next(column for column in reversed(columns) if column not in keys)
        wrapped = tuple(column for column in columns if column in _WRAPPED)
        book.fill(name, Fill(keys, columns, found, (mark, _NO_LONGER), kept, wrapped=wrapped, empties_gone=True))
        book.write_beside(name, MONTH_LABEL, note)
    return book.save(path)


def _note(rollups: Sequence[Rollup], whose: str) -> str:
    """Above every list: month, day and unit; of one unit also who makes the report up and who gets it (第十条), as 人员 has them."""
    one = rollups[0]
    signed = "".join(f"  {what}:{role}{named(one.data.people, role)}" for what, role in (("填制", LEAD), ("提交", SALES_HEAD))) if whose == one.unit else ""
    line = f"{MONTH_LABEL}{one.month.title}  截至:{one.as_of}  营业单位:{whose}{signed}  服务政策:{one.policy.version}"
    return f"{line}  {one.policy.notice}" if one.policy.notice else line


def _fill_front(book: Book, front: str, rollups: Sequence[Rollup], by_rows: list[rows.Row], note: str) -> None:
    for name, value in rows.tiles(rollups).items():
        _below(book, front, name, value)
    for name, words in rows.texts(rollups).items():
        _beside(book, front, name, words)
    fill = Fill(("对象",), k.BY_COLUMNS, by_rows, ("迟报", _NO_LONGER), empties_gone=True)
    table, filled = book.fill(front, fill)
    first = table.header + 2
    book.chart_rows(front, first, first + max(1, len(filled.row_numbers)) - 1)
    book.write_beside(front, MONTH_LABEL, note)
    data = k.data_name(front)
    for columns, found in ((k.OPINION_DATA, rows.opinion_counts(rollups)), (k.COMPLAINT_DATA, rows.complaint_counts(rollups)), (k.SURVEY_DATA, rows.survey_means(rollups))):
        block = find_table(book.grid(data), columns)
        for number, values in enumerate(found, block.header + 2):
            for column, value in zip(columns, values, strict=True):
                book.sheet(data).set(number, block.columns[column], value)
    book.write_beside(data, MONTH_LABEL, note)


def _place(book: Book, sheet: str, label: str) -> tuple[int, int]:
    for index, row in enumerate(book.grid(sheet).rows[:60]):
        for column, value in enumerate(row):
            if value == label:
                return index, column
    raise CreditError(f"找不到“{label}”", where=f"{book.path.name}!{sheet}", allowed="保留模板中的这一格,或删去该文件后重新生成")


def _below(book: Book, sheet: str, label: str, value: object) -> None:
    row, column = _place(book, sheet, label)
    book.sheet(sheet).set(row + 2, column, value)


def _beside(book: Book, sheet: str, label: str, words: str) -> None:
    row, column = _place(book, sheet, label)
    book.sheet(sheet).set(row + 1, column + 2, words)
