"""The good workbooks that are damaged: as they come in, rated with people's words in them, with ledgers, re-saved, with macros."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from tests.conftest import record
from tests.receivables.desk import loaded, run_here
from xl_credit.books.book import Book
from xl_credit.forms.policy_workbook import build_policy_workbook
from xl_credit.forms.rating_workbook import build_rating_workbook
from xl_credit.forms.receivables_ledgers import add_ledgers
from xl_credit.forms.receivables_workbook import build_receivables_workbook
from xl_credit.policy.sample import sample_grids, sample_policy
from xl_credit.quarter.columns import (
    CHECK_COLUMNS,
    CHECK_KEPT,
    CHECKS,
    RESULT_COLUMNS,
    RESULTS,
    ROUTE_KEPT,
    ROUTE_WRITTEN,
    ROUTES,
)
from xl_credit.receivables.columns import COLLECTIONS, CONTRACTS, GRANTS, ORDERS, RECONCILIATIONS, REQUESTS, SHIPMENTS
from xl_credit.tables import find_table

QUARTER, AS_OF = "2026Q3", "2026-09-30"
PEOPLES = "人写的"  # how every word begins that people wrote beside our columns
LEDGER_ROWS: dict[str, list[dict[str, object]]] = {
    SHIPMENTS: [
        {"发货单号": "S1", "客户编码": "H1", "客户名称": "H1公司", "发货日期": date(2026, 3, 1), "金额": 450000, "到期日": date(2026, 5, 30), "业务员": "张三"},
        {"发货单号": "S2", "客户编码": "H2", "发货日期": date(2026, 8, 1), "金额": 1234.56, "账期": 30, "合同编号": "HT-H2"},
        {"发货单号": "S3", "客户编码": "H3", "发货日期": date(2026, 9, 1), "金额": -100, "状态": "红字", "冲减单号": "S2"},
    ],
    COLLECTIONS: [{"回款单号": "R1", "客户编码": "H1", "回款日期": date(2026, 9, 2), "金额": 1000, "核销单号": "S1"}],
    RECONCILIATIONS: [{"客户编码": "H1", "季度": "2026Q3", "发出日期": date(2026, 9, 20), "回签日期": date(2026, 9, 28), "客户确认余额": 449000, "结果": "相符"}],
    ORDERS: [{"订单号": "O1", "客户编码": "H1", "下单日期": date(2026, 9, 20), "金额": 100000}, {"订单号": "O2", "客户编码": "H2", "下单日期": date(2026, 9, 21), "金额": 5}],
    REQUESTS: [{"申请单号": "Q1", "客户编码": "H2", "申请日期": date(2026, 9, 25), "金额": 800, "订单号": "O2"}],
    CONTRACTS: [{"合同编号": "HT-H2", "客户编码": "H2", "签订日期": date(2026, 7, 1), "合同金额": 50000, "截止日期": date(2026, 12, 31), "账期": 30}],
    GRANTS: [{"客户编码": "H1", "类别": "授信", "额度": 50, "期限": 200, "生效日期": date(2026, 1, 5), "批准岗位": "总经理", "批准人": "华总"}],
}  # fmt: skip


@dataclass(frozen=True)
class Samples:
    """Made in ``folder`` when first asked for."""

    folder: Path

    @cached_property
    def incoming(self) -> bytes:
        """A branch's workbook before its first rating."""
        return _branch(self.folder / "incoming" / "甲.xlsx")

    @cached_property
    def ledgers(self) -> bytes:
        """The same with all ledgers in it."""
        return _branch(self.folder / "ledgers" / "甲.xlsx", ledgers=True)

    @cached_property
    def rated(self) -> bytes:
        return self._regenerated("rated", self.incoming)

    @cached_property
    def rated_ledgers(self) -> bytes:
        return self._regenerated("rated_ledgers", self.ledgers)

    @cached_property
    def resaved(self) -> bytes:
        """As another program writes it: other parts, other styles, all text shared."""
        path = self.folder / "resaved.xlsx"
        (self.folder / "before.xlsx").write_bytes(self.rated)
        loaded(self.folder / "before.xlsx").save(path)
        return path.read_bytes()

    @cached_property
    def policy(self) -> bytes:
        path = self.folder / "政策.xlsx"
        build_policy_workbook(path, sample_grids())
        return path.read_bytes()

    @cached_property
    def ledger_file(self) -> bytes:
        path = self.folder / "台账.xlsx"
        build_receivables_workbook(path, sample_policy(), ledgers=LEDGER_ROWS, spare_rows=3)
        return path.read_bytes()

    @cached_property
    def head_office(self) -> bytes:
        assert self.rated_ledgers
        return (self.folder / "rated_ledgers" / "结果" / "总部汇总.xlsx").read_bytes()

    def _regenerated(self, name: str, data: bytes) -> bytes:
        """The workbook after a run, people's words written beside ours in every sheet that is written."""
        source = self.folder / name / "来源"
        source.mkdir(parents=True)
        (source / "甲.xlsx").write_bytes(data)
        ended = run_here("regenerate", source, "-q", QUARTER, "--out", source.parent / "结果")
        path = source.parent / "结果" / "甲.xlsx"
        assert ended.code in (0, 1) and path.is_file(), ended.err
        _write_beside(path)
        return path.read_bytes()


def _branch(path: Path, *, ledgers: bool = False) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    records = [record("H1"), record("H2", 年交易额=700, 年赢利额=120, 申请额度=30), record("H3", 业务员垫支="是"), record("H4", 营业执照="有")]
    build_rating_workbook(
        path, sample_policy(), branch=path.stem, quarter=QUARTER, records=records, spare_rows=3,
        more_sheets=lambda look: add_ledgers(look, sample_policy(), LEDGER_ROWS, 3) if ledgers else None,
    )  # fmt: skip
    return path.read_bytes()


def _write_beside(path: Path) -> None:
    """In the columns that are people's, and in one right of the table that nobody knows."""
    book = Book(path, (RESULTS, ROUTES, CHECKS))
    for sheet, columns, kept in ((RESULTS, RESULT_COLUMNS, ()), (ROUTES, ROUTE_WRITTEN, ROUTE_KEPT[:2]), (CHECKS, CHECK_COLUMNS, CHECK_KEPT)):
        table = find_table(book.grid(sheet), columns, kept)
        last = max(table.columns.values()) + (3 if sheet == RESULTS else 0)
        book.sheet(sheet).set(table.header + 1, last, table.grid.rows[table.header][last] if sheet != RESULTS else "备注")
        for number, row in table.body():
            if table.value(row, "客户编码"):
                for column in {*(table.columns[name] for name in kept), last}:
                    book.sheet(sheet).set(number, column, f"{PEOPLES}-{sheet}-{number}-{column}")
    book.save(path)
