"""All branches' receivables as the rows of the head-office workbook: pure counting, each sheet's columns beside its rows."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from xl_credit.books.sheet_xml import Value
from xl_credit.quarter.branch import BranchResult
from xl_credit.quarter.receivables import Debtor, Receivables
from xl_credit.receivables.columns import SHORTFALL_COLUMNS as OF_BRANCH
from xl_credit.receivables.rows import yuan_cell
from xl_credit.rules.goals import GOALS, UNPAID, Goal, company
from xl_credit.rules.penalties import ARTICLES, KINDS

Rows = list[list[Value]]

OWED_HEAD = ("分公司", "客户数")
OWED_TAIL = ("逾期合计", "逾期占比", "未核销", "余额", "超额度户数", "六个月未回款户数")
DEBTOR_HEAD, DEBTOR_TAIL = ("分公司", "客户编码", "客户名称", "业务员"), ("逾期合计", "余额", "授信额度")
LARGEST = 30  # customers on 欠款大户
# of each goal: the customers it is counted over, those that meet it, and its figure: for (2) the customers that do not, else the rate
GOAL_GROUPS = tuple(
    (f"{word}应计", f"{word}达标", name) for word, name in zip(("管理", "回款", "对账", "及时"), GOALS, strict=True)
)
BRANCH_GOAL_COLUMNS = ("分公司", *(column for group in GOAL_GROUPS for column in group))
ALL_SHORTFALL_COLUMNS, SHORTFALL_KEPT = ("分公司", *OF_BRANCH), ("处理说明",)
PENALTY_SUM_COLUMNS = ("分公司", "责任人", "性质", "条文", "笔数", "罚息")
PENALTY_ARTICLES = tuple(dict.fromkeys(ARTICLES[kind] for kind in KINDS))
NO_LEDGERS = "本季没有台账"


def with_ledgers(results: Iterable[BranchResult]) -> Iterator[tuple[str, Receivables]]:
    """The branches that keep ledgers."""
    for result in results:
        if result.receivables is not None:
            yield result.branch, result.receivables


def owed_columns(labels: Sequence[str]) -> tuple[str, ...]:
    """应收账款: the branch, a column per bucket under its label, and what they come to."""
    return (*OWED_HEAD, *labels, *OWED_TAIL)


def debtor_columns(labels: Sequence[str]) -> tuple[str, ...]:
    """欠款大户."""
    return (*DEBTOR_HEAD, *labels, *DEBTOR_TAIL)


def owed_rows(results: Iterable[BranchResult], buckets: int) -> Rows:
    """应收账款: one row per branch, the largest balance first."""
    rows = [_owed_row(branch, receivables, buckets) for branch, receivables in with_ledgers(results)]
    balance = -1 - OWED_TAIL[::-1].index("余额")
    return sorted(rows, key=lambda row: -row[balance])


def _owed_row(branch: str, receivables: Receivables, buckets: int) -> list[Value]:
    debtors, sums = receivables.debtors, receivables.sums() or (0,) * buckets
    overdue, opened = sum(sums[1:]), sum(sums)
    unpaid = next((goal.total - goal.met for goal in receivables.goals if goal.name == UNPAID), 0)
    return [
        branch, len(debtors), *map(yuan_cell, sums), yuan_cell(overdue), overdue / opened if opened else 0,
        yuan_cell(sum(one.unapplied for one in debtors)), yuan_cell(sum(one.balance for one in debtors)),
        sum(one.balance > one.limit_fen for one in debtors), unpaid,
    ]  # fmt: skip


def debtor_rows(results: Iterable[BranchResult]) -> Rows:
    """欠款大户: the customers with most overdue in the whole company."""
    late = [(branch, one) for branch, receivables in with_ledgers(results) for one in receivables.debtors if _overdue(one) > 0]
    late.sort(key=lambda pair: (-_overdue(pair[1]), pair[0], pair[1].code))
    return [[
        branch, one.code, one.name or None, one.salesperson or None, *map(yuan_cell, one.buckets), yuan_cell(_overdue(one)),
        yuan_cell(one.balance), yuan_cell(one.limit_fen),
    ] for branch, one in late[:LARGEST]]  # fmt: skip


def _overdue(debtor: Debtor) -> int:
    return sum(debtor.buckets[1:])


def debtors_line(results: Sequence[BranchResult], rows: Rows) -> str:
    """How many customers are overdue, and what part of it all those in ``rows`` owe."""
    kept = [receivables for _, receivables in with_ledgers(results)]
    late = [fen for receivables in kept for one in receivables.debtors if (fen := _overdue(one)) > 0]
    if not late:
        return "没有逾期客户" if kept else NO_LEDGERS
    shown = sum(Decimal(str(row[-len(DEBTOR_TAIL)])) for row in rows) * 100
    return f"逾期客户共{len(late)}户,下列{len(rows)}户合计占全公司逾期{shown / sum(late):.1%}"


def goal_rows(results: Iterable[BranchResult]) -> Rows:
    """四项目标: one row per branch, in the branches' order."""
    return [[branch, *goal_cells(receivables.goals)] for branch, receivables in with_ledgers(results)]


def company_goals(results: Iterable[BranchResult]) -> tuple[Goal, ...]:
    """第四条 over all branches that keep ledgers."""
    return company(receivables.goals for _, receivables in with_ledgers(results))


def goal_cells(goals: Iterable[Goal]) -> list[Value]:
    """Counts and figure of each goal, in the columns' order."""
    return [cell for goal in goals for cell in (goal.total, goal.met, _figure(goal))]


def _figure(goal: Goal) -> Value:
    if goal.name == UNPAID:
        return goal.total - goal.met
    return goal.met / goal.total if goal.total else None


def all_shortfall_rows(results: Iterable[BranchResult]) -> Rows:
    """未达标客户 of all branches, by branch and goal."""
    return [
        [branch, one.goal, one.customer, one.name or None, one.salesperson or None, one.reason, yuan_cell(one.fen)]
        for branch, receivables in with_ledgers(results) for goal in receivables.goals for one in goal.shortfalls
    ]  # fmt: skip


def penalty_sum_rows(results: Iterable[BranchResult]) -> Rows:
    """罚息汇总: 第十九条 before 第二十条, the largest amount first."""
    found = [
        (PENALTY_ARTICLES.index(ARTICLES[kind]), -fen, branch, person, kind, count)
        for branch, receivables in with_ledgers(results) for person, kind, fen, count in receivables.penalties
    ]  # fmt: skip
    return [[branch, person, kind, ARTICLES[kind], count, yuan_cell(-fen)] for _, fen, branch, person, kind, count in sorted(found)]


def ledgers_line(results: Sequence[BranchResult]) -> str:
    """Which branches the figures cover, and by name those without ledgers."""
    kept = [branch for branch, _ in with_ledgers(results)]
    without = [result.branch for result in results if result.receivables is None]
    if not kept:
        return NO_LEDGERS
    if not without:
        return f"{len(kept)}家分公司全部计入"
    return f"计入{len(kept)}家分公司;没有可用台账、未计入的{len(without)}家:{'、'.join(without)}"
