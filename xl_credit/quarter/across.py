"""What shows only when all branches are seen together: one branch twice, one customer's credit twice, no workbook of last quarter."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from xl_credit.cells import folded
from xl_credit.quarter.branch import BranchResult, Outcome
from xl_credit.quarter.columns import EVALUATION
from xl_credit.rules.errors import Problem
from xl_credit.rules.levels import plain


def compared(results: Sequence[BranchResult], without_past: Collection[str] = ()) -> list[BranchResult]:
    """The results with the problems between them; ``without_past`` are files whose branch has no workbook of last quarter."""
    files: dict[str, list[str]] = {}
    credit: dict[tuple[str, str], list[tuple[str, Outcome]]] = {}
    for result in results:
        files.setdefault(result.branch, []).append(result.file)
        for one in result.outcomes:
            if one.submitted > 0:
                credit.setdefault((folded(one.code), folded(one.name)), []).append((result.branch, one))
    return [_with(result, files[result.branch], credit, result.file in without_past) for result in results]


def _with(
    result: BranchResult, files: Sequence[str], credit: dict[tuple[str, str], list[tuple[str, Outcome]]], is_first: bool
) -> BranchResult:
    if result.error:
        return result
    found = []
    if len(files) > 1:
        same = f"{'、'.join(files)}同为分公司“{result.branch}”"
        found.append(Problem(EVALUATION, "", same, "每个分公司一个工作簿", "第八条(5)", "客户和额度重复计入汇总"))
    for one in result.outcomes:
        places = credit.get((folded(one.code), folded(one.name)), ())
        branches = dict.fromkeys(branch for branch, _ in places)
        if one.submitted > 0 and len(branches) > 1:
            total = plain(sum(other.submitted for _, other in places))
            twice = f"客户{one.name}({one.code})在{'、'.join(branches)}都有送审额度,合计{total}万元"
            found.append(Problem(EVALUATION, "", twice, "每个客户一个授信额度", "第八条(8)", "汇总中重复计算", one.code))
    notes = (f"上季文件夹中没有“{result.branch}”的工作簿,级别变动未计算",) if is_first else ()
    return replace(result, problems=(*result.problems, *found), notes=(*result.notes, *notes))
