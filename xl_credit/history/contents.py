"""What is in a snapshot: its tables with the columns people know from the workbooks, and a run's rows for them."""

from collections.abc import Iterable, Mapping, Sequence

from xl_credit import __version__
from xl_credit.policy.flat import HEADERS, flat_rows
from xl_credit.policy.flat_reading import read_flat
from xl_credit.quarter.branch import BranchResult
from xl_credit.quarter.columns import CHANGE_COLUMNS
from xl_credit.quarter.consolidation import APPROVER_COLUMNS, DISTRIBUTION_COLUMNS, approver_rows, check_all, distribution_rows
from xl_credit.quarter.record import RECORD_COLUMNS, Cell, stored
from xl_credit.quarter.results import change_row
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import Policy
from xl_credit.rules.quarter import Quarter

Row = tuple[Cell, ...]
Tables = Mapping[str, Sequence[Row]]

FORMAT = "1"
ABOUT, SOURCES, POLICY, BRANCHES, CUSTOMERS, CHANGES, DISTRIBUTION, APPROVALS, BUDGET, OWED, FOLLOWS = (
    "说明", "来源", "政策", "分公司", "客户", "级别变动", "级别分布", "审批汇总", "预算", "应收", "承接",
)  # fmt: skip
BRANCH_COLUMNS = ("分公司", "文件", "不能使用", "有台账", "评估表")
OWED_COLUMNS = ("客户编码", "客户名称", "业务员", "余额(分)", "逾期(分)", "未核销(分)", "授信额度(分)", "各区间(分)")
BUDGET_COLUMNS = ("年度授信预算", "建议额度合计", "超出", "须裁减户数")
COLUMNS: dict[str, tuple[str, ...]] = {
    ABOUT: ("项", "值"), SOURCES: ("类别", "文件", "sha256"), POLICY: HEADERS, BRANCHES: BRANCH_COLUMNS,
    CUSTOMERS: ("分公司号", *RECORD_COLUMNS), CHANGES: ("分公司号", *CHANGE_COLUMNS), DISTRIBUTION: DISTRIBUTION_COLUMNS,
    APPROVALS: APPROVER_COLUMNS, BUDGET: BUDGET_COLUMNS, OWED: ("分公司号", *OWED_COLUMNS), FOLLOWS: ("快照",),
}  # fmt: skip
RATED = (CUSTOMERS, CHANGES, DISTRIBUTION, APPROVALS, BUDGET)  # what rating again must give again
FACTS = "评估表"  # the column of 分公司


def run_tables(
    quarter: Quarter, policy: Policy, results: Sequence[BranchResult], past_known: bool, more_sources: Iterable[Row] = ()
) -> dict[str, Sequence[Row]]:
    """All tables of a run but 承接. Branches are numbered from 1 in the order of their files' names."""
    sources = {source for result in results if result.record for source in result.record.sources} | {tuple(one) for one in more_sources}
    return {
        ABOUT: about_rows(quarter, policy, results, past_known),
        SOURCES: sorted(tuple(map(_writable, one)) for one in sources),
        POLICY: policy_rows(policy),
        BRANCHES: [_branch_row(one) for one in results],
        **rated_tables(policy, results),
        OWED: [row for number, one in enumerate(results, 1) for row in _owed_rows(number, one)],
    }  # fmt: skip


def rated_tables(policy: Policy, results: Sequence[BranchResult]) -> dict[str, Sequence[Row]]:
    """第六条–第十条, 第十四条: customers, changes, levels, decisions awaited and the budget."""
    levels, others = distribution_rows(policy, results)
    check = check_all(policy, results)
    return {
        CUSTOMERS: [(number, *row) for number, one in enumerate(results, 1) if one.record for row in one.record.customers],
        CHANGES: [(number, *map(stored, change_row(change))) for number, one in enumerate(results, 1) for change in one.changes],
        DISTRIBUTION: [tuple(map(stored, row)) for row in (*levels, *others)],
        APPROVALS: [tuple(map(stored, row)) for row in approver_rows(policy, results)],
        BUDGET: [tuple(map(stored, (check.budget, check.used, check.over, len(check.cuts))))],
    }


def about_rows(quarter: Quarter, policy: Policy, results: Iterable[BranchResult], past_known: bool) -> list[Row]:
    method = next((one.receivables.method for one in results if one.receivables), None)
    return [
        ("格式", FORMAT), ("程序版本", __version__), ("季度", str(quarter)), ("政策", policy.version),
        ("政策生效日期", policy.effective.isoformat()), ("政策状态", policy.status), ("政策提示", policy.notice),
        ("上季工作簿", "已提供" if past_known else "未提供"), ("账龄", method.text if method else ""),
    ]  # fmt: skip


def policy_rows(policy: Policy) -> list[Row]:
    """The policy as the 政策 sheet has it, without the empty rows; raises where it would not be read back as the same figures."""
    rows = [tuple(map(stored, row)) for row in flat_rows(policy) if any(value is not None for value in row)]
    if not read_flat(rows).same_figures(policy):
        raise CreditError(f"政策“{policy.version}”存档后读回不一致,未留快照", allowed="先运行 xl-credit policy check 并改正")
    return rows


def _branch_row(result: BranchResult) -> Row:
    facts = result.record.facts if result.record else None
    has_ledgers = "是" if result.receivables else "否"
    return _writable(result.branch), _writable(result.file), _writable(result.error) or None, has_ledgers, facts


def _writable(name: str) -> str:
    """A file's name may be no text at all; what cannot be written as such is spelled out."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _owed_rows(number: int, result: BranchResult) -> list[Row]:
    debtors = result.receivables.debtors if result.receivables else ()
    return [
        (number, one.code, one.name, one.salesperson, one.balance, sum(one.buckets[1:]), one.unapplied, one.limit_fen, ",".join(map(str, one.buckets)))
        for one in debtors
    ]  # fmt: skip
