"""All branches' results as the rows of the head-office workbook: pure counting, each sheet's columns beside its rows."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xl_credit.books.sheet_xml import Value
from xl_credit.quarter.branch import BranchResult, Outcome
from xl_credit.quarter.columns import CHANGE_COLUMNS, CHECK_COLUMNS
from xl_credit.quarter.results import change_row, number
from xl_credit.quarter.tally import Tally, tally
from xl_credit.rules.budget import BudgetCheck, Granted, check_budget
from xl_credit.rules.figures import CREDIT_ROUTE, LOW_LEVEL_ROUTE, LevelRow, Policy
from xl_credit.rules.levels import plain
from xl_credit.rules.records import HELD, INCOMPLETE, UNRATED

Rows = list[list[Value]]

USABLE, TROUBLED, UNUSABLE, NOT_REPORTED = "正常", "有问题", "不能使用", "本季未报"
BRANCH_COLUMNS = (
    "分公司", "文件", "客户数", "已评级", "不予评级", "暂缓评级", "资料不全", "上升", "下降", "新评级", "转为不评级", "建议额度", "问题数",
    "状态", "说明",
)  # fmt: skip
DISTRIBUTION_COLUMNS = ("档次", "得分", "级别限额", "上季户数", "本季户数", "建议额度", "A业务户数", "B业务户数")
ALL_CHANGE_COLUMNS = ("分公司", *CHANGE_COLUMNS)
BUDGET_COLUMNS = ("分公司", "授信户数", "建议额度", "占合计", "应裁减", "裁减后额度")
CUT_COLUMNS = ("分公司", "客户编码", "客户名称", "得分", "建议额度", "裁减后额度", "裁减", "依据")
EXCEPTION_COLUMNS = ("分公司", *CHECK_COLUMNS)
APPROVER_COLUMNS = ("终审岗位", "户数", "送审额度合计")
TOP_APPROVAL_COLUMNS = ("分公司", "客户编码", "客户名称", "业务员", "得分", "级别", "建议额度", "送审额度", "终审岗位")
CHART_COLUMNS = ("分公司", "客户数", "上升", "下降", "新评级", "转为不评级", "建议额度")
WRAPPED_COLUMNS = frozenset({"文件", "说明", "原因", "重点客户说明", "位置", "发现", "允许", "影响", "依据", "处理说明"})
NOT_RATED = (UNRATED, HELD, INCOMPLETE)
NO_PAST = "上季无可比级别"
MOST_CHARTED = 15  # a chart with more branches than these cannot be read
_CUT_BASIS = "得分最低者先裁减(第九条(4))"


def level_labels(policy: Policy) -> list[str]:
    """One name for a row of the level table: 「特级/一级」, A业务 first."""
    return [f"{row.level_a}/{row.level_b}" if row.level_a != row.level_b else row.level_a for row in policy.levels]


def score_range(row: LevelRow) -> str:
    """第七条(4): the scores of a level row in words.

    >>> score_range(LevelRow(Decimal(80), Decimal(90), "一级", "二级", Decimal(50)))
    '80分至不足90分'
    """
    if row.lower is None:
        return f"不足{plain(row.upper)}分" if row.upper is not None else "全部"
    return f"{plain(row.lower)}分以上" if row.upper is None else f"{plain(row.lower)}分至不足{plain(row.upper)}分"


def outcomes(results: Iterable[BranchResult]) -> Iterator[tuple[str, Outcome]]:
    """Every customer with its branch."""
    for result in results:
        for outcome in result.outcomes:
            yield result.branch, outcome


def proposed_total(customers: Iterable[Outcome]) -> Decimal:
    return sum((customer.proposed for customer in customers), Decimal(0))


def branch_rows(results: Iterable[BranchResult]) -> Rows:
    """总览: one row per workbook; one that could not be used has no figures, only the reason."""
    return [_branch_row(result, tally(result)) for result in results]


def _branch_row(result: BranchResult, sums: Tally) -> list[Value]:
    if result.error:
        return [result.branch, result.file, *[None] * 10, sums.problems, UNUSABLE, result.error]
    return [
        result.branch, result.file, sums.customers, sums.rated, sums.unrated, sums.held, sums.incomplete, sums.up, sums.down,
        sums.first, sums.stopped, number(sums.proposed), sums.problems, TROUBLED if sums.problems else USABLE,
        ";".join(result.notes) or None,
    ]  # fmt: skip


def distribution_rows(policy: Policy, results: Sequence[BranchResult]) -> tuple[Rows, Rows]:
    """级别分布: the rows of the level table, best first, and those of the customers without a level."""
    labels = level_labels(policy)
    everyone = [outcome for _, outcome in outcomes(results)]
    before = Counter(_label_before(labels, one) for one in everyone)
    by_label: dict[str, list[Outcome]] = {label: [] for label in (*labels, *NOT_RATED)}
    for one in everyone:
        by_label[_label_now(labels, one)].append(one)
    scores = [(score_range(row), number(row.limit)) for row in policy.levels] + [(None, None)] * len(NOT_RATED)
    rows: Rows = [
        [label, score, limit, before[label], len(these), number(proposed_total(these)), *_by_business(these)]
        for (label, these), (score, limit) in zip(by_label.items(), scores, strict=True)
    ]
    return rows[: len(labels)], rows[len(labels) :]


def _by_business(customers: Sequence[Outcome]) -> tuple[int, int]:
    counts = Counter(customer.business for customer in customers)
    return counts["A"], counts["B"]


def _label_now(labels: Sequence[str], outcome: Outcome) -> str:
    return outcome.status if outcome.row is None else labels[outcome.row]


def _label_before(labels: Sequence[str], outcome: Outcome) -> str:
    """A level that the present policy no longer has is not comparable, as for a customer without last quarter's rating."""
    if outcome.past_row is not None:
        return labels[outcome.past_row]
    return outcome.past_status if outcome.past_status in NOT_RATED else NO_PAST


@dataclass(frozen=True, slots=True)
class Matrix:
    """变动矩阵: counts of last quarter's level × this quarter's; rows begin with those that have nothing to compare."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: Rows


def level_matrix(policy: Policy, results: Sequence[BranchResult]) -> Matrix:
    """第八条(5)(6): every customer once, by level last quarter and now."""
    labels = level_labels(policy)
    columns = (*labels, *NOT_RATED)
    rows = (NO_PAST, *columns)
    pairs = Counter((_label_before(labels, one), _label_now(labels, one)) for _, one in outcomes(results))
    return Matrix(rows, columns, [[pairs[before, now] for now in columns] for before in rows])


def all_change_rows(results: Iterable[BranchResult]) -> Rows:
    """级别变动 of all branches, in the branches' order."""
    return [[result.branch, *change_row(change)] for result in results for change in result.changes]


def check_all(policy: Policy, results: Iterable[BranchResult]) -> BudgetCheck:
    """第九条(4): all proposed limits against the year's budget."""
    granted = [
        Granted(branch, one.code, one.name, one.total or 0, one.proposed)
        for branch, one in outcomes(results)
        if one.proposed > 0
    ]
    return check_budget(policy.annual_budget, granted)


def budget_rows(results: Sequence[BranchResult], check: BudgetCheck) -> Rows:
    """预算 by branch, with what the proposed cut-back takes from each."""
    cuts: Counter[str] = Counter()
    for cut in check.cuts:
        cuts[cut.granted.branch] += cut.granted.limit - cut.to
    limits: dict[str, list[Decimal]] = {result.branch: [] for result in results if not result.error}
    for branch, one in outcomes(results):
        if one.proposed > 0:
            limits[branch].append(one.proposed)
    found: Rows = []
    for branch, amounts in limits.items():
        proposed, cut = sum(amounts, Decimal(0)), Decimal(cuts[branch])
        share = round(proposed / check.used, 4) if check.used else None
        found.append([branch, len(amounts), number(proposed), share, number(cut), number(proposed - cut)])
    return found


def cut_rows(check: BudgetCheck) -> Rows:
    """裁减建议: empty while the budget holds."""
    return [
        [
            cut.granted.branch, cut.granted.code, cut.granted.name, cut.granted.total, number(cut.granted.limit),
            number(cut.to), number(cut.granted.limit - cut.to), _CUT_BASIS,
        ]
        for cut in check.cuts
    ]  # fmt: skip


def exception_rows(results: Iterable[BranchResult], check: BudgetCheck) -> Rows:
    """例外: the budget first if it is exceeded, then each branch: a file that is of no use, or all that was found in it."""
    found: Rows = []
    if check.over:
        what = f"建议额度合计{plain(check.used)}万元,超出年度授信预算{plain(check.over)}万元"
        found.append(["总部", "预算", None, what, f"不超过{plain(check.budget)}万元", "第九条(4)", "须裁减,见“裁减建议”"])
    for result in results:
        if result.error:
            found.append([result.branch, result.file, None, result.error, "能读取的工作簿", None, "整份未汇总"])
        for one in result.problems:
            where = f"{one.sheet}!{one.cell}" if one.cell else one.sheet
            found.append([result.branch, where, one.customer, one.found, one.allowed, one.article, one.effect])
    return found


def top_approver(policy: Policy) -> str:
    """第十条(5): who decides what is beyond everyone else's authority."""
    return policy.route[CREDIT_ROUTE][-1].role


def approver_rows(policy: Policy, results: Iterable[BranchResult]) -> Rows:
    """审批汇总: how much awaits whose decision, in the order of the policy's routes."""
    routes = (policy.route.get(name, ()) for name in (LOW_LEVEL_ROUTE, CREDIT_ROUTE))
    roles = dict.fromkeys(step.role for route in routes for step in route if step.final)
    waiting: dict[str, list[Decimal]] = {role: [] for role in roles}
    for _, one in outcomes(results):
        if one.final_approver:
            waiting.setdefault(one.final_approver, []).append(one.submitted)
    return [[role, len(amounts), number(sum(amounts, Decimal(0)))] for role, amounts in waiting.items()]


def top_approval_rows(policy: Policy, results: Iterable[BranchResult]) -> Rows:
    """第十条(5): the customers whose limit or term only the last in the route may decide, the largest amount first."""
    top = top_approver(policy)
    waiting = [(branch, one) for branch, one in outcomes(results) if one.final_approver == top]
    waiting.sort(key=lambda item: (-item[1].submitted, item[0], item[1].code))
    return [
        [
            branch, one.code, one.name, one.salesperson, one.total, one.level or one.status, number(one.proposed),
            number(one.submitted), top,
        ]
        for branch, one in waiting
    ]  # fmt: skip


def charted_rows(results: Iterable[BranchResult]) -> Rows:
    """图表: the branches with most customers, as many as a chart can show."""
    tallies = sorted((tally(result) for result in results if not result.error), key=lambda one: (-one.customers, one.branch))
    return [
        [one.branch, one.customers, one.up, one.down, one.first, one.stopped, number(one.proposed)]
        for one in tallies[:MOST_CHARTED]
    ]
