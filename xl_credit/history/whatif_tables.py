"""What another policy would change, as rows under headers: for the console, for programs, and for the workbook."""

import json
from collections.abc import Iterable
from decimal import Decimal

from xl_credit.books.csv_table import csv_table
from xl_credit.books.sheet_xml import Value
from xl_credit.history.whatif import Shift, WhatIf
from xl_credit.policy.flat import policy_note
from xl_credit.quarter.consolidation import approver_rows, distribution_rows, top_approver
from xl_credit.quarter.results import number
from xl_credit.rules.figures import Policy

Rows = list[list[Value]]

LEVEL_COLUMNS = ("档次", "现行得分", "对比得分", "现行限额", "对比限额", "现行户数", "对比户数", "户数增减", "现行建议额度", "对比建议额度", "额度增减")
BUDGET_COLUMNS = ("项目", "现行", "对比", "增减")
APPROVAL_COLUMNS = ("终审岗位", "现行户数", "对比户数", "户数增减", "现行送审额度", "对比送审额度")
SHIFT_COLUMNS = (
    "分公司", "客户编码", "客户名称", "重点客户", "业务员", "变动", "原因", "现行得分", "对比得分", "现行级别", "对比级别", "现行限额", "对比限额",
    "现行建议额度", "对比建议额度", "现行终审", "对比终审",
)  # fmt: skip
MATRIX_CORNER = "现行 \\ 对比"


def policy_line(policy: Policy) -> str:
    """Version, effective date, status, and whether it was ever approved."""
    return policy_note(policy).partition(":")[2]


def level_rows(found: WhatIf) -> Rows:
    """第七条(4): every level of either policy, with its customers and limits before and after."""
    before, after = ({row[0]: row for part in distribution_rows(policy, results) for row in part} for policy, results in found.sides)
    labels = list(after) if list(before) == list(after) else list(dict.fromkeys((*before, *after)))
    none = [None, None, None, 0, 0, 0]
    rows = []
    for label in labels:
        (_, score, limit, _, count, amount), (_, other_score, other_limit, _, other_count, other_amount) = (
            side.get(label, none)[:6] for side in (before, after)
        )
        rows.append([label, score, other_score, limit, other_limit, count, other_count, other_count - count,
                     amount, other_amount, number(Decimal(other_amount) - Decimal(amount))])  # fmt: skip
    return rows


def budget_rows(found: WhatIf) -> Rows:
    """第九条(4), 第十条(5): the proposed limits against the year's budget, and how many only the last approver may decide."""
    was, now = found.budgets()
    top = dict.fromkeys(top_approver(policy) for policy, _ in found.sides)
    lines = (
        ("年度授信预算(万元)", was.budget, now.budget), ("建议额度合计(万元)", was.used, now.used), ("超出预算(万元)", was.over, now.over),
        ("须裁减户数", len(was.cuts), len(now.cuts)), (f"须由{'、'.join(top)}审批的户数", *found.at_the_top()),
    )  # fmt: skip
    return [[name, number(Decimal(old)), number(Decimal(new)), number(Decimal(new) - Decimal(old))] for name, old, new in lines]


def approval_rows(found: WhatIf) -> Rows:
    """第十条: what awaits whose decision before and after."""
    before, after = ({row[0]: row for row in approver_rows(policy, results)} for policy, results in found.sides)
    rows = []
    for role in dict.fromkeys((*before, *after)):
        (_, count, amount), (_, other_count, other_amount) = (side.get(role, (None, 0, 0)) for side in (before, after))
        rows.append([role, count, other_count, other_count - count, amount, other_amount])
    return rows


def matrix_rows(found: WhatIf) -> tuple[list[str], Rows]:
    """Headers, and a row per level before: how many of it go where."""
    labels, columns, counts = found.matrix()
    return [MATRIX_CORNER, *columns], [[label, *row] for label, row in zip(labels, counts, strict=True)]


def shift_rows(found: WhatIf) -> Rows:
    """Who would move, levels first, the largest change of the proposed limit first."""
    ordered = sorted(found.shifts, key=lambda one: (not one.is_of_level, -abs(one.after.proposed - one.before.proposed), one.branch, one.before.code))
    return [_shift_row(one) for one in ordered]


def _shift_row(shift: Shift) -> list[Value]:
    was, now = shift.before, shift.after
    return [
        shift.branch, was.code, was.name, "是" if was.is_key or now.is_key else "否", was.salesperson, shift.way, shift.reason, was.total, now.total,
        was.level or was.status, now.level or now.status, *map(number, (was.limit, now.limit, was.proposed, now.proposed)),
        was.final_approver or None, now.final_approver or None,
    ]  # fmt: skip


def whatif_json(found: WhatIf) -> str:
    """Everything under the Chinese headers; numbers are numbers, what is not there is null."""
    headers, matrix = matrix_rows(found)
    whole = {
        "季度": str(found.quarter), "依据": found.basis,
        "现行政策": _policy(found.policy), "对比政策": _policy(found.other),
        "级别分布": _records(LEVEL_COLUMNS, level_rows(found)),
        "变动矩阵": {"列": headers[1:], "行": {row[0]: row[1:] for row in matrix}},
        "预算与审批": _records(BUDGET_COLUMNS, budget_rows(found)), "审批汇总": _records(APPROVAL_COLUMNS, approval_rows(found)),
        "级别变动户数": sum(one.is_of_level for one in found.shifts), "变动客户": _records(SHIFT_COLUMNS, shift_rows(found)),
        "问题": found.errors,
    }  # fmt: skip
    return json.dumps(whole, ensure_ascii=False, indent=2, default=float)


def _policy(policy: Policy) -> dict[str, object]:
    return {"版本": policy.version, "生效日期": str(policy.effective), "状态": policy.status, "提示": policy.notice or None}


def _records(columns: Iterable[str], rows: Rows) -> list[dict[str, Value]]:
    return [dict(zip(columns, row, strict=True)) for row in rows]


def whatif_csv(found: WhatIf) -> str:
    """Who would move, each row with both policies."""
    policies = [policy_line(policy) for policy, _ in found.sides]
    return csv_table((*SHIFT_COLUMNS, "现行政策", "对比政策"), ([*row, *policies] for row in shift_rows(found)))
