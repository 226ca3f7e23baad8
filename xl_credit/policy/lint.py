"""Whether a policy workbook can be relied on: what could not be read, and what was read but contradicts itself."""

from collections.abc import Iterator

from xl_credit.cells import is_blank, parse_date
from xl_credit.policy.findings import UNUSABLE, VersionRows, cell_of, finding
from xl_credit.policy.lint_bands import check_bands, check_items, check_options, check_parts, check_ranges
from xl_credit.policy.lint_levels import check_approvers, check_levels, check_limits, check_routes
from xl_credit.policy.reading import UNFILLED, PolicyRow, Read
from xl_credit.policy.sheets import VERSIONS
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.figures import Policy

_MONTHS_IN_YEAR = 12
_YEARS_IN_DAYS = (365, 366, 360)
_REMARKS = ("说明", "评分依据")  # free text, where × may be a multiplication sign


def check_policies(read: Read) -> tuple[Problem, ...]:
    """Every finding of a policy workbook, each with its cell; none for a policy that the rules can be run with.

    What could not be read comes first; the other checks run on each version that could be.

    >>> from xl_credit.policy.reading import read_policies
    >>> from xl_credit.policy.sample import sample_grids
    >>> check_policies(read_policies(sample_grids()))
    ()
    """
    problems = [*read.problems, *_check_unfilled_texts(read), *_check_versions(read)]
    for policy in read.versions:
        version = VersionRows.of(read, policy)
        for check in _CHECKS:
            problems.extend(check(version))
    return tuple(dict.fromkeys(problems))


def unusable(read: Read, policy: Policy) -> tuple[Problem, ...]:
    """Findings of one version with which the rules cannot be run at all: 「政策不能使用」, or a whole item or route missing."""
    version = VersionRows.of(read, policy)
    return tuple(problem for check in _CHECKS for problem in check(version) if problem.effect == UNUSABLE or not problem.cell)


def _check_unfilled_texts(read: Read) -> Iterator[Problem]:
    """A text that still carries the regulation's ×× (figures that do are found in reading them)."""
    known = {(problem.sheet, problem.cell) for problem in read.problems}
    for sheet, body in read.rows.items():
        for row in body:
            for header in row.table.columns:
                named = (sheet, cell_of(row, header))
                if header not in _REMARKS and UNFILLED in row.text(header) and named not in known:
                    yield finding(row, header, f"{header}“{row.text(header)}”的××尚未填写", "公司核定的内容")


def _check_versions(read: Read) -> Iterator[Problem]:
    """One version per effective date and status, or nobody can say which is in force."""
    names = {row.text("版本"): row for row in read.rows.get(VERSIONS, ())}
    seen = {}
    for policy in read.versions:
        other = seen.setdefault((policy.effective, policy.status), policy.version)
        if other != policy.version:
            found = f"版本“{policy.version}”与“{other}”生效日期都是{policy.effective},状态都是{policy.status}"
            row = names[policy.version]
            yield finding(row, "生效日期", found, "同一状态的版本生效日期不同", effect="无法确定采用哪一版本")


def _check_own_dates(version: VersionRows) -> Iterator[Problem]:
    """A row that states its effective date states its version's."""
    for sheet, body in version.rows.items():
        for row in body if sheet != VERSIONS else ():
            own = _own_date(row)
            if own is not None and own != version.policy.effective:
                found = f"该行生效日期{own}与版本“{version.policy.version}”的{version.policy.effective}不同"
                yield finding(row, "生效日期", found, "与“版本”表相同,或留空", effect="按版本的生效日期采用")


def _own_date(row: PolicyRow):
    value = row.table.value(row.row, "生效日期")
    try:
        return None if is_blank(value) else parse_date(value)
    except CreditError:
        return None  # a remark such as 同上 states no date


def _check_figures(version: VersionRows) -> Iterator[Problem]:
    """第七条 注 a–c: the new customer's months and the year's days are such that annualising makes sense."""
    policy = version.policy
    if policy.unrated_months >= policy.whole_year_months:
        found = f"不参与评级的月数{policy.unrated_months}不小于视同全年的月数{policy.whole_year_months}"
        yield finding(version.figure("unrated_months"), "数值", found, f"小于{policy.whole_year_months}")
    if policy.whole_year_months > _MONTHS_IN_YEAR:
        found = f"视同全年的月数为{policy.whole_year_months}"
        yield finding(version.figure("whole_year_months"), "数值", found, f"不大于{_MONTHS_IN_YEAR}")
    if policy.year_days not in _YEARS_IN_DAYS:
        found = f"全年折算天数为{policy.year_days}"
        yield finding(version.figure("year_days"), "数值", found, "、".join(map(str, _YEARS_IN_DAYS)))


_CHECKS = (
    check_parts,
    check_items,
    check_ranges,
    check_options,
    check_bands,
    check_levels,
    check_limits,
    check_routes,
    check_approvers,
    _check_figures,
    _check_own_dates,
)
