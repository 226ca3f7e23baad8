"""The optional sheet 客户服务 of the policy workbook → :class:`ServicePolicy`; a workbook without it takes the sample's figures."""

import csv
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib import resources

from xl_credit.cells import is_blank, parse_date, parse_decimal, parse_number, parse_whole, text
from xl_credit.policy.reading import PolicyRow
from xl_credit.policy.service_lint import check_service
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.service_figures import CRITERIA, GiftStep, Grade, Matter, Requirement, ServicePolicy, Step
from xl_credit.tables import Grid, find_table, is_blank_row

SHEET = "客户服务"
COLUMNS = ("版本", "类别", "项目", "内容", "下限", "上限", "数值", "文字", "单位", "条文", "说明", "生效日期")
NOTICE = "客户服务数值为示例,未经核定"
SINGLE = "单项数值"
KINDS = (
    "分级权重", "分级档次", "服务等级", "意见类别", "投诉类型", "紧急事项", "礼品审批", "满意度项目", "任职条件", "采纳岗位", "休息日", "工作日", SINGLE,
)  # fmt: skip
FIGURES: dict[str, tuple[str, Callable[[object], object]]] = {
    "日报上报天数": ("report_days", parse_whole), "迟访宽限天数": ("visit_grace_days", parse_whole),
    "巡访对应天数": ("match_days", parse_whole), "效果观察天数": ("effect_days", parse_whole),
    "承诺宽限天数": ("promise_grace_days", parse_whole), "建议最少记录": ("least_records", parse_whole),
    "每人每日巡访数": ("visits_per_day", parse_whole), "趋势季数": ("trend_quarters", parse_whole),
    "新客户回访天数": ("new_customer_days", parse_whole), "每地区技术人员": ("technicians", parse_whole),
    "满意度关注分": ("low_satisfaction", parse_number), "年度礼品预算": ("annual_gifts_yuan", parse_decimal),
    "关注客户加访": ("concern_visits", parse_whole),
}  # fmt: skip
_EFFECT = "客户服务按示例数值"


@cache
def sample_service_grid() -> Grid:
    """The sample table, header row first."""
    data = (resources.files("xl_credit.policy") / "sample" / f"{SHEET}.csv").read_text("utf-8")
    return Grid(SHEET, list(csv.reader(data.splitlines())))


@cache
def sample_service() -> ServicePolicy:
    """The sample's one version.

    >>> [grade.name for grade in sample_service().grades], sample_service().technicians
    (['甲级', '乙级', '丙级', '丁级'], 12)
    """
    policy, problems = read_service(sample_service_grid(), None, NOTICE)
    if problems:
        raise AssertionError([problem.line() for problem in problems])
    return policy


def service_policy(grid: Grid | None, version: str, notice: str) -> tuple[ServicePolicy, tuple[Problem, ...]]:
    """The figures of one policy version; those of the sample where the sheet is missing or cannot be used, which is said."""
    if grid is None:
        return sample_service(), ()
    try:
        return read_service(grid, version, notice)
    except CreditError as error:
        return sample_service(), (Problem(SHEET, "", error.line(), error.allowed, error.article, _EFFECT),)


def read_service(grid: Grid, version: str | None, notice: str) -> tuple[ServicePolicy, tuple[Problem, ...]]:
    """One version's rows (``None``: all). Raises where a figure is missing or cannot be read: 「客户服务!G5:数值为空…」."""
    problems: list[Problem] = []
    table = find_table(grid, [name for name in COLUMNS if name not in ("说明", "生效日期")], ("说明", "生效日期"))
    columns = list(table.columns.values())
    rows = [PolicyRow(table, number, row, problems) for number, row in table.body() if not is_blank_row(row, columns)]
    rows = [row for row in rows if version is None or row.text("版本") == version]
    if not rows:
        raise CreditError(f"版本“{version}”没有任何行", where=SHEET, allowed="该版本的各类数值")
    fields = _fields(_Rows(rows))
    singles = {name: [row for row in rows if row.text("类别") == SINGLE and row.text("项目") == name] for name in FIGURES}
    for name, (field, parse) in FIGURES.items():
        if len(singles[name]) != 1:
            raise CreditError(f"“{name}”有{len(singles[name])}行", where=SHEET, allowed="恰好一行")
        fields[field] = singles[name][0].get("数值", parse)
    if problems:
        raise CreditError(problems[0].found, where=problems[0].place, allowed=problems[0].allowed, article=problems[0].article)
    if sorted(name for name, _ in fields["weights"]) != sorted(CRITERIA) or sum(weight for _, weight in fields["weights"]) <= 0:
        raise CreditError("分级权重不全", where=SHEET, allowed="、".join(CRITERIA), article="第四条(1)")
    policy = ServicePolicy(version=rows[0].text("版本"), notice=notice, **fields)
    return policy, check_service(policy, SHEET)


class _Rows:
    """Rows by their 类别."""

    def __init__(self, rows: Iterable[PolicyRow]) -> None:
        self.rows = list(rows)

    def of(self, kind: str) -> list[PolicyRow]:
        found = [row for row in self.rows if row.text("类别") == kind]
        if not found and kind not in ("休息日", "工作日", "任职条件"):
            raise CreditError(f"类别“{kind}”没有任何行", where=SHEET, allowed="至少一行")
        return found

    def names(self, kind: str) -> tuple[str, ...]:
        return tuple(row.text("项目") for row in self.of(kind))


def _fields(rows: _Rows) -> dict[str, object]:
    blank = (None,)
    return {
        "weights": tuple((row.text("项目"), row.get("数值", parse_number, 0)) for row in rows.of("分级权重")),
        "steps": tuple(
            Step(row.text("项目"), row.text("内容"), row.get("下限", parse_decimal, blank=blank), row.get("上限", parse_decimal, blank=blank),
                 row.get("数值", parse_number, 0)) for row in rows.of("分级档次")
        ),
        "grades": tuple(Grade(row.text("项目"), row.get("下限", parse_number, blank=(0,)), row.get("数值", parse_whole, 0)) for row in rows.of("服务等级")),
        "opinions": rows.names("意见类别"),
        "complaints": tuple((row.text("项目"), row.get("数值", parse_whole, 0)) for row in rows.of("投诉类型")),
        "matters": tuple(Matter(row.text("项目"), row.text("文字"), row.get("数值", parse_whole, 0)) for row in rows.of("紧急事项")),
        "gift_steps": tuple(GiftStep(row.text("项目"), row.get("上限", parse_decimal, blank=blank)) for row in rows.of("礼品审批")),
        "survey_items": rows.names("满意度项目"),
        "requirements": tuple(
            Requirement(row.text("项目"), row.get("数值", parse_number, blank=(0,)), row.get("下限", parse_number, blank=(0,))) for row in rows.of("任职条件")
        ),
        "accepting_roles": rows.names("采纳岗位"),
        "days_off": frozenset(_days(rows.of("休息日"))), "days_on": frozenset(_days(rows.of("工作日"))),
    }  # fmt: skip


def _days(rows: Iterable[PolicyRow]) -> Iterable[date]:
    for row in rows:
        first = row.get("内容", parse_date)
        last = first if is_blank(text(row.text("文字"))) else row.get("文字", parse_date)
        if first and last:
            yield from (first + timedelta(days=n) for n in range((last - first).days + 1))


def figure_rows(policy: ServicePolicy) -> list[list[object]]:
    """The figures that a service workbook's formulas look up: 键 (类别|项目), 类别, 项目, 数值, 文字."""
    rows: list[tuple[str, str, object, object]] = [("投诉类型", name, days, None) for name, days in policy.complaints]
    rows += [("紧急事项", one.name, one.days, one.role) for one in policy.matters]
    rows += [("礼品审批", one.role, None if one.cap_yuan is None else _plain(one.cap_yuan), None) for one in policy.gift_steps]
    rows += [("服务等级", one.name, one.visits, None) for one in policy.grades]
    rows += [("任职条件", one.role, _plain(one.years), str(one.lead_years)) for one in policy.requirements]
    rows += [(SINGLE, name, _plain(getattr(policy, field)), None) for name, (field, _) in FIGURES.items()]
    return [[f"{kind}|{name}", kind, name, value, text] for kind, name, value, text in rows]


def _plain(value: object) -> object:
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value
