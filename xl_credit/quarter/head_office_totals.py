"""What the native formulas of the head-office workbook come to, sheet by sheet; each tested against LibreOffice's own results."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from xl_credit.books.sheet_xml import Value
from xl_credit.quarter.consolidated_receivables import PENALTY_ARTICLES
from xl_credit.quarter.last_results import LastResults
from xl_credit.quarter.results import number
from xl_credit.tables import Table, find_table

Rows = Sequence[Sequence[Value]]


def cache_sums(last: LastResults, table: Table, columns: Sequence[str], rows: Rows) -> None:
    """The sums in the row above a list's header."""
    for place, name in enumerate(columns):
        last.put(table.grid.name, table.header, table.columns[name], _sum(row[place] for row in rows))


def cache_sums_below(last: LastResults, table: Table, columns: Sequence[str], room: int, rows: Rows) -> None:
    """The sums under a block of so many rows."""
    for place, name in enumerate(columns):
        last.put(table.grid.name, table.header + 2 + room, table.columns[name], _sum(row[place] for row in rows))


def cache_distribution(last: LastResults, table: Table, columns: Sequence[str], levels: Rows, others: Rows, room: int) -> None:
    """级别分布: 增减 and 占比 of every row, used or not, and 合计."""
    name, whole = table.grid.name, find_table(table.grid, columns, ("增减", "占比")).columns
    before, now = columns.index("上季户数"), columns.index("本季户数")
    rows = [*levels, *[[0] * len(columns)] * (room - len(levels)), *others]
    everyone = sum(row[now] for row in rows)
    sums = [_sum(row[place] for row in rows) for place in range(len(columns))]
    for row, cells in enumerate([*rows, sums], table.header + 2):
        for header, value in (("增减", cells[now] - cells[before]), ("占比", cells[now] / everyone if everyone else 0)):
            if header in whole:
                last.put(name, row, whole[header], value)
    for place, header in enumerate(columns):
        last.put(name, table.header + 2 + len(rows), table.columns[header], sums[place])


def cache_matrix(last: LastResults, name: str, row: int, column: int, counts: Rows, room: int) -> None:
    """变动矩阵 with its corner in this cell: what each used row and column comes to, and all."""
    used = len(counts[0])
    for offset in range(room):
        value = sum(line[offset] for line in counts) if offset < used else ""
        last.put(name, row + 1, column + 2 + offset, value)
    for offset in range(room + 1):
        last.put(name, row + 2 + offset, column + 1, sum(counts[offset]) if offset < len(counts) else "")
    last.put(name, row + 1, column + 1, sum(map(sum, counts)))


def cache_budget(last: LastResults, name: str, row: int, column: int, budget: Decimal, used: Decimal) -> None:
    """预算: the figures beside the year's budget."""
    over = used > budget
    values = (used, used / budget if budget else Decimal(0), max(used - budget, Decimal(0)), max(budget - used, Decimal(0)))
    for offset, value in enumerate(values, 1):
        last.put(name, row, column + offset, number(value) if offset != 2 else float(value))
    last.put(name, row, column + 5, "超出预算,须裁减" if over else "在预算内")


def cache_budget_chart(last: LastResults, name: str, row: int, column: int, budget: Decimal, used: Decimal) -> None:
    """图表: within the budget, left, over; from this cell down."""
    for offset, value in enumerate((min(budget, used), max(budget - used, Decimal(0)), max(used - budget, Decimal(0)))):
        last.put(name, row + offset, column, number(value))


def cache_owed(last: LastResults, table: Table, columns: Sequence[str], buckets: int, rows: Rows) -> None:
    """应收账款: 合计, 占比 and the tie-out, in the three rows above the list."""
    name, total = table.grid.name, table.header - 2
    sums = {header: _sum(row[place] for row in rows) for place, header in enumerate(columns)}
    labels = columns[2 : 2 + buckets]
    opened = sum(Decimal(str(sums[label])) for label in labels)
    shares = {header: float(Decimal(str(sums[header])) / opened) if opened else 0 for header in (*labels, "逾期合计")}
    for header in columns:
        last.put(name, total, table.columns[header], sums[header] if header != "逾期占比" else shares["逾期合计"])
        last.put(name, total + 1, table.columns[header], shares.get(header))
    difference = opened + Decimal(str(sums["未核销"])) - Decimal(str(sums["余额"]))
    place = table.columns[labels[0]]
    last.put(name, total + 2, place, number(difference))
    last.put(name, total + 2, place + 1, "不符" if difference else "相符")
    last.put(name, total + 2, place + 4, sum(_differs(row, columns, labels) for row in rows))


def _differs(row: Sequence[Value], columns: Sequence[str], labels: Sequence[str]) -> bool:
    left = _sum(row[columns.index(header)] for header in (*labels, "未核销"))
    return left != _sum([row[columns.index("余额")]])


def cache_debtors(last: LastResults, table: Table, columns: Sequence[str], texts: int, rows: Rows) -> None:
    """欠款大户: the sums of all but its first columns, which are text."""
    cache_sums(last, table, columns[texts:], [row[texts:] for row in rows])


def cache_goals(last: LastResults, table: Table, columns: Sequence[str], cells: Sequence[Value]) -> None:
    """四项目标: the company, in the row above the list."""
    for header, value in zip(columns, cells, strict=True):
        last.put(table.grid.name, table.header, table.columns[header], "" if value is None else value)


def cache_penalties(last: LastResults, table: Table, rows: Rows) -> None:
    """罚息汇总: each article's sums, then those of both, in the rows above the list."""
    for offset, article in enumerate((*PENALTY_ARTICLES, None), -len(PENALTY_ARTICLES)):
        of = [row for row in rows if article in (None, row[3])]
        for place, header in ((4, "笔数"), (5, "罚息")):
            last.put(table.grid.name, table.header + offset, table.columns[header], _sum(row[place] for row in of))


def _sum(values: Iterable[Value]) -> int | Decimal:
    """Exact: what binary fractions come to would differ from the cells' sum in the last digits."""
    return number(sum((Decimal(str(value)) for value in values if value is not None and not isinstance(value, str)), Decimal(0)))
