"""Head office's desk in tests: two branches with a quarter behind them, their packs made, and hands that fill in or spoil one."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from tests.conftest import build_branch, record
from xl_credit.books.book import Book
from xl_credit.books.contents import Reader
from xl_credit.books.formula_text import moved
from xl_credit.books.package import read_package, write_package
from xl_credit.books.sheet_xml import SheetXml
from xl_credit.books.workbook import read_sheets
from xl_credit.branches.branch_list import Branch
from xl_credit.branches.distributing import Distribution, distribute, plan_packs
from xl_credit.forms.formulas import COLUMNS, HEADER_ROW
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.columns import EVALUATION
from xl_credit.rules.quarter import Quarter

KEY, QUARTER, POLICY = b"k" * 32, Quarter.parse("2026Q4"), sample_policy()
EAST = [record("K1", 业务员垫支="是", 营业执照="未年检"), record("K2", 业务类型="混合", A类业务额=3, B类业务额=4), record("K3", 首次交易日期=date(2021, 5, 6))]
SOUTH = [record("S1")]
SPARE = 4
FILLED = {
    "年交易额": 700, "年赢利额": 120.5, "年回款额": 650, "合作态度": "配合", "客户产品销售状况": "良好", "企业经营状态": "一般", "企业设立年限": 6,
    "员工平均工资水平": "普通", "拖延回款": "无", "对账不良记录": "无", "申请额度": 30, "申请期限": 60, "申请类型": "增加", "合同编号": "HT-9",
}  # fmt: skip


def last_quarter(folder: Path) -> Path:
    """甲 and 乙 as they were last quarter; 丙 had none."""
    build_branch(folder / "甲.xlsx", EAST)
    build_branch(folder / "乙.xlsx", SOUTH)
    return folder


def send(out: Path, previous: Path | None, names: Sequence[str] = ("甲", "乙", "丙"), **changes: object) -> Distribution:
    """Distribute to the branches, each with its password in ``passwords`` where there are any."""
    passwords = dict.fromkeys(names, "") | changes.pop("passwords", {})
    options = {"policy": POLICY, "key": KEY, "quarter": QUARTER, "spare_rows": SPARE} | changes
    jobs = plan_packs(
        [Branch(name) for name in names], out, options.pop("quarter"), options.pop("policy"), previous, options.pop("key"), passwords, **options
    )
    return distribute(jobs, out)


def cell(header: str, offset: int) -> tuple[int, int]:
    """Row and column of the customer so many rows below the first."""
    return HEADER_ROW + 1 + offset, COLUMNS.index(header)


def fill_in(path: Path, target: Path, entries: Sequence[Mapping[str, object]]) -> Path:
    """The pack with entries by header, one mapping a row from the first customer on."""
    book = Book(path, (EVALUATION,))
    for offset, values in enumerate(entries):
        for header, value in values.items():
            book.sheet(EVALUATION).set(*cell(header, offset), value)
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(target)
    return target


def spoil(path: Path, part: str, *changes: tuple[bytes, bytes]) -> None:
    """Text of a part replaced, once each."""
    package = read_package(path)
    data = package.read(part)
    for old, new in changes:
        assert old in data, old
        data = data.replace(old, new, 1)
    package.replace(part, data)
    write_package(package, path)


def rearranged(path: Path, place: Callable[[str, int, int], tuple[int, int] | None]) -> None:
    """Cells moved as a spreadsheet program moves them, references with them; a cell that ``place`` puts nowhere is gone."""
    package = read_package(path)
    for sheet in read_sheets(package):
        contents, xml = Reader(package).read(sheet.part), SheetXml(package.read(sheet.part), "")
        styles = {at: xml.style(at[0], at[1]) for at in contents.formats}
        for row in xml.rows.values():
            row.cells.clear()
        for at, style in styles.items():
            there, content = place(sheet.name, *at), contents.cells.get(at)
            if there is None:
                continue
            formula = content.formula_at(at) if content else None
            if formula is None:
                xml.set(*there, content.value if content else None, style)
            else:
                xml.set_formula(*there, moved(formula[1:], sheet.name, lambda *one: place(*one) or (1, 200)), style)
        package.replace(sheet.part, xml.data())
    write_package(package, path)
