"""A small branch with its service workbook, as tests need it."""

from datetime import date
from pathlib import Path

from tests.conftest import Record, build_branch, record
from xl_credit.books.book import Book
from xl_credit.forms import service_columns as c
from xl_credit.forms.service_workbook import build_service_workbook
from xl_credit.policy.service import sample_service
from xl_credit.tables import find_table, is_blank_row

PEOPLE = (
    {"姓名": "王主管", "岗位": "客户服务主管", "服务经验": 5, "管理经验": 2}, {"姓名": "李专员", "岗位": "客户服务专员", "地区": "东", "服务经验": 2},
    {"姓名": "赵专员", "岗位": "客户服务专员", "地区": "东", "服务经验": 2}, {"姓名": "方晴", "岗位": "市场部专人"}, {"姓名": "贺经理", "岗位": "销售部经理"},
    *({"姓名": f"技{n}", "岗位": "技术人员", "地区": "东"} for n in range(12)),
)  # fmt: skip


def client(code: str, **more: object) -> Record:
    return {"客户编码": code, "客户名称": f"{code}公司", "地区": "东", "性质": "经销商", "规模": "大型"} | more


def daily(code: str, day: date, **more: object) -> Record:
    return {"巡访日期": day, "上报日期": day, "巡访人": "李专员", "客户编码": code, "巡访内容": "回访", "附客户卡": "是", "问题状态": "无"} | more


def build_service(path: Path, **lists: list[Record]) -> Path:
    """A workbook with three customers, unless told; the keywords are sheets."""
    path.parent.mkdir(parents=True, exist_ok=True)
    records = {c.PEOPLE: list(PEOPLE), c.CLIENTS: [client("K1"), client("K2"), client("K3", 性质="零售商", 规模="小型")]} | lists
    build_service_workbook(path, sample_service(), branch="甲", records=records, spare_share=5)
    return path


def ratings(folder: Path, quarter: str = "2026Q3", **changes: object) -> Path:
    """A folder with the rating workbook of the branch 甲, not rated: sales 1200, 700 and 90."""
    rows = [record("K1", **changes), record("K2", 年交易额=700), record("K3", 年交易额=90)]
    build_branch(folder / "甲.xlsx", rows, quarter)
    return folder


def rows_of(path: Path, sheet: str, columns: tuple[str, ...]) -> list[Record]:
    """A sheet's filled rows under these columns, with ``row`` as the row's number."""
    table = find_table(Book(path, (sheet,)).grid(sheet), columns)
    places = [table.columns[name] for name in columns]
    return [{"row": number} | {name: table.value(row, name) for name in columns} for number, row in table.body() if not is_blank_row(row, places)]


def type_in(path: Path, sheet: str, row: int, **entries: object) -> None:
    book = Book(path, (sheet,))
    table = find_table(book.grid(sheet), tuple(entries))
    for header, value in entries.items():
        book.sheet(sheet).set(row, table.columns[header], value)
    book.save(path)
