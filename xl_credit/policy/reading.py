"""Policy tables → :class:`Policy`: every version of a policy workbook, with each problem's cell; and the one in force."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from xl_credit.cells import folded, is_blank, parse_date, parse_decimal, parse_flag, parse_number, parse_whole, text
from xl_credit.policy.sheets import AUTHORITY, BANDS, COLUMNS, FIGURES, LEVELS, NAME_COLUMN, PARTS_SHEET, VERSIONS, Figure
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.figures import APPROVED, DRAFT, PARTS, Band, LevelRow, Part, Policy, ScoreItem, Step
from xl_credit.tables import Grid, Row, Table, find_table, is_blank_row

UNFILLED = "×"


@dataclass(frozen=True, slots=True)
class Read:
    """What a policy file gave: its versions, and what is wrong with it, cell by cell."""

    versions: tuple[Policy, ...]
    problems: tuple[Problem, ...]
    rows: Mapping[str, list["PolicyRow"]] = field(default_factory=dict)

    def in_force(self, day: date) -> Policy:
        """The version in force on ``day``: the latest approved one; a draft only where none is approved by then."""
        due = [policy for policy in self.versions if policy.effective <= day]
        if not due:
            names = "、".join(f"{policy.version}({policy.effective})" for policy in self.versions) or "无"
            raise CreditError(f"没有在{day}有效的政策版本", allowed=f"生效日期不晚于该日的版本;文件内有:{names}", article="第七条")
        return max(due, key=lambda policy: (policy.is_approved, policy.effective, policy.version))


class PolicyRow:
    """Reads one row's cells, noting what is wrong instead of stopping."""

    def __init__(self, table: Table, number: int, row: Row, problems: list[Problem]) -> None:
        self.table, self.number, self.row, self.problems = table, number, row, problems

    def text(self, header: str) -> str:
        return text(self.table.value(self.row, header))

    def get(self, header: str, parse, default=None, blank=None):
        """The parsed cell; ``blank`` where an empty cell is allowed to mean something, else a problem and ``default``."""
        value = self.table.value(self.row, header)
        if is_blank(value) and blank is not None:
            return blank[0]
        try:
            if isinstance(value, str) and UNFILLED in value:
                raise CreditError("××尚未填写", allowed="公司核定的数值")
            return parse(value)
        except CreditError as error:
            self.note(header, error.found, error.allowed)
            return default

    def note(self, header: str, found: str, allowed: str) -> None:
        article = text(self.table.value(self.row, "条文"))
        sheet = self.table.grid.name
        cell = self.table.cell(self.number, header)
        self.problems.append(Problem(sheet, cell, f"{header}{found}", allowed, article, "政策不能使用"))


def _whole_decimal(value: object) -> Decimal:
    number = parse_decimal(value)
    return number.to_integral_value() if number == number.to_integral_value() else number


def read_policies(grids: Mapping[str, Grid]) -> Read:
    """All versions of a policy workbook. A version with a problem is left out of ``versions``; its problems say where."""
    problems: list[Problem] = []
    tables: dict[str, Table] = {}
    for sheet, columns in COLUMNS.items():
        if sheet not in grids:
            problems.append(Problem(sheet, "", f"缺少工作表“{sheet}”", "政策模板的工作表", "", "政策不能使用"))
            continue
        try:
            required = [c for c in columns if c != "生效日期" or sheet == VERSIONS]
            tables[sheet] = find_table(grids[sheet], required, ("生效日期",))
        except CreditError as error:
            problems.append(Problem(sheet, "", error.found, error.allowed, error.article, "政策不能使用"))
    if len(tables) < len(COLUMNS):
        return Read((), tuple(problems))
    rows = {sheet: list(_rows(table, problems)) for sheet, table in tables.items()}
    versions = []
    names = [cells.text("版本") for cells in rows[VERSIONS]]
    for cells in rows[VERSIONS]:
        found = len(problems)
        policy = _version(cells, rows, problems)
        if policy and len(problems) == found and names.count(policy.version) == 1:
            versions.append(policy)
    _check_stray_rows(rows, problems)
    return Read(tuple(versions), tuple(problems), rows)


def _rows(table: Table, problems: list[Problem]) -> Iterable[PolicyRow]:
    columns = [index for name, index in table.columns.items() if name != "生效日期" or table.grid.name == VERSIONS]
    for number, row in table.body():
        if not is_blank_row(row, columns):
            yield PolicyRow(table, number, row, problems)


def _check_stray_rows(rows: Mapping[str, list[PolicyRow]], problems: list[Problem]) -> None:
    names = [cells.text("版本") for cells in rows[VERSIONS]]
    for cells in rows[VERSIONS]:
        if names.count(cells.text("版本")) > 1:
            cells.note("版本", f"“{cells.text('版本')}”重复", "每个版本一行")
    for sheet, body in rows.items():
        for cells in body:
            if sheet != VERSIONS and cells.text("版本") not in names:
                cells.note("版本", f"“{cells.text('版本')}”不在“版本”表内", "、".join(names))


def _version(cells: PolicyRow, rows: Mapping[str, list[PolicyRow]], problems: list[Problem]) -> Policy | None:
    name = cells.text("版本")
    mine = {sheet: [c for c in body if c.text("版本") == name] for sheet, body in rows.items()}
    effective = cells.get("生效日期", parse_date)
    status = cells.get("状态", lambda v: _one_of(v, (DRAFT, APPROVED)))
    approved_by = cells.text("核定人")
    if status == APPROVED and not approved_by:
        cells.note("核定人", "为空", "已核定的版本须写明核定人")
    figures = {figure.field: _figure(figure, mine[figure.sheet], cells) for figure in FIGURES}
    parts, items = _parts(mine[PARTS_SHEET]), _items(mine[BANDS])
    levels, routes = _levels(mine[LEVELS]), _routes(mine[AUTHORITY])
    for sheet, got in ((PARTS_SHEET, parts), (BANDS, items), (LEVELS, levels), (AUTHORITY, routes)):
        if not got:
            problems.append(Problem(sheet, "", f"版本“{name}”没有任何行", "至少一行", "", "政策不能使用"))
    if effective is None or not levels or any(value is None for value in figures.values()):
        return None
    return Policy(name, effective, approved_by, status, parts, items, levels, routes, **figures)


def _one_of(value: object, allowed: tuple[str, ...]) -> str:
    if folded(value) not in allowed:
        raise CreditError(f"为“{text(value)}”", allowed="、".join(allowed))
    return folded(value)


def _figure(figure: Figure, body: list[PolicyRow], version: PolicyRow):
    mine = [cells for cells in body if cells.text(NAME_COLUMN[figure.sheet]) == figure.name]
    if len(mine) != 1:
        found = f"版本“{version.text('版本')}”的“{figure.name}”有{len(mine)}行" if mine else f"缺少“{figure.name}”"
        cell = mine[-1].table.cell(mine[-1].number, "数值") if mine else ""
        version.problems.append(Problem(figure.sheet, cell, found, "恰好一行", figure.article, "政策不能使用"))
        return None
    return mine[0].get("数值", figure.parse)


def _parts(body: list[PolicyRow]) -> tuple[Part, ...]:
    return tuple(
        Part(c.get("项目", lambda v: _one_of(v, PARTS), ""), c.get("最低分", parse_number, 0), c.get("最高分", parse_number, 0), c.text("评分依据"), c.text("条文"))
        for c in body
    )  # fmt: skip


def _items(body: list[PolicyRow]) -> tuple[ScoreItem, ...]:
    """Rows of one 内容 make one item, in the order they stand; a row without bounds is an option, others are bands."""
    grouped: dict[tuple[str, str], list[PolicyRow]] = {}
    for cells in body:
        part = cells.get("项目", lambda v: _one_of(v, PARTS), "")
        grouped.setdefault((part, cells.text("内容")), []).append(cells)
    return tuple(_item(part, name, rows) for (part, name), rows in grouped.items())


def _item(part: str, name: str, rows: list[PolicyRow]) -> ScoreItem:
    options, bands = [], []
    for cells in rows:
        points = cells.get("分值", parse_number, 0)
        lower = cells.get("下限", _whole_decimal, blank=(None,))
        upper = cells.get("上限", _whole_decimal, blank=(None,))
        blank_bounds = is_blank(cells.text("下限")) and is_blank(cells.text("上限"))
        if blank_bounds:
            options.append((folded(cells.text("档次")), points))
        else:
            bands.append(Band(lower, cells.get("含下限", parse_flag, False), upper, cells.get("含上限", parse_flag, False), points))
    if options and bands:
        rows[0].note("档次", f"“{name}”既有选项又有数值区间", "同一内容只用一种")
    return ScoreItem(part, name, rows[0].text("条文"), rows[0].text("单位"), tuple(options), tuple(bands))


def _levels(body: list[PolicyRow]) -> tuple[LevelRow, ...]:
    rows = [
        LevelRow(
            c.get("得分下限", _whole_decimal, blank=(None,)), c.get("得分上限", _whole_decimal, blank=(None,)),
            folded(c.text("A业务等级")), folded(c.text("B业务等级")), c.get("赊欠限额", _whole_decimal, Decimal(0)),
        )
        for c in body
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda row: (row.lower is not None, row.lower or 0), reverse=True))


def _routes(body: list[PolicyRow]) -> tuple[Step, ...]:
    return tuple(
        Step(
            c.text("路线"), c.get("步骤", parse_whole, 0), c.text("岗位"), c.text("事项"), c.get("可终审", parse_flag, False),
            c.get("额度上限", _whole_decimal, blank=(None,)), c.get("期限上限", parse_whole, blank=(None,)), c.text("条文"),
        )
        for c in body
    )  # fmt: skip

