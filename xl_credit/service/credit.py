"""What the rated workbooks of a branch say of its customers: sales quarter by quarter, level, limits, ageing, what came and went."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from xl_credit.books.package import read_package
from xl_credit.books.reading import read_grids
from xl_credit.cells import folded, is_blank, parse_date, parse_wan, text
from xl_credit.quarter.branch import branch_name
from xl_credit.quarter.columns import BAD_ITEMS, EVALUATION, NOTE_LABEL, RESULTS, ROUTES, SUBJECTIVE_ITEMS
from xl_credit.quarter.credit_lines import grants_in_routes, written_lines
from xl_credit.quarter.finding import find_ledgers, find_workbooks
from xl_credit.quarter.ledger_file import read_file
from xl_credit.receivables.columns import COLLECTIONS, SHIPMENTS
from xl_credit.receivables.ledgers import has_rows
from xl_credit.receivables.picture import Picture
from xl_credit.rules.ageing import Method, bucket_labels
from xl_credit.rules.credit_lines import standing
from xl_credit.rules.errors import CreditError, Problem
from xl_credit.rules.figures import Policy
from xl_credit.rules.ledger import FEN_IN_WAN
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.service_evidence import LATE_PAYMENT, OBSERVED, RECONCILIATION
from xl_credit.tables import Grid, find_table

_QUARTER_FOLDER = re.compile(r"^(\d{4}Q[1-4])")
_ITEMS = (*OBSERVED, LATE_PAYMENT, RECONCILIATION)


@dataclass(frozen=True)
class Rated:
    """One rated workbook: its quarter, sales (万元) and the states of the items that service can speak to."""

    path: Path
    quarter: Quarter
    sales: Mapping[str, Decimal]
    names: Mapping[str, tuple[str, str, str, date | None]]
    states: Mapping[tuple[str, str], str]
    levels: Mapping[str, str]


@dataclass(frozen=True)
class Credit:
    """A branch's rated workbooks, newest first, and its ledgers on a day. Empty where there are none."""

    rated: tuple[Rated, ...] = ()
    picture: Picture | None = None
    problems: tuple[Problem, ...] = field(default=())

    @property
    def latest(self) -> Rated | None:
        return self.rated[0] if self.rated else None

    @cached_property
    def sales(self) -> dict[str, dict[Quarter, Decimal]]:
        """By customer, the year's sales at the end of each quarter that was given."""
        found: dict[str, dict[Quarter, Decimal]] = defaultdict(dict)
        for one in self.rated:
            for code, amount in one.sales.items():
                found[code].setdefault(one.quarter, amount)
        return found

    @cached_property
    def shipped(self) -> dict[str, list[tuple[date, int]]]:
        lines = self.picture.ledgers.shipments if self.picture else ()
        return _by_customer((line.customer, line.shipped, line.fen) for line in lines)

    @cached_property
    def collected(self) -> dict[str, list[tuple[date, int]]]:
        """Every customer that has a ledger, also one that never paid."""
        if not self.picture:
            return {}
        lines = _by_customer((line.customer, line.received, line.fen) for line in self.picture.ledgers.collections)
        return {code: lines.get(code, []) for code in self.picture.ageing_of.keys() | lines.keys()}

    def level_fell(self, code: str) -> tuple[str, str] | None:
        """第八条(6): levels before and now where they differ and the limit that goes with them fell."""
        if len(self.rated) < 2 or not self.picture:
            return None
        now, before = (one.levels.get(code, "") for one in self.rated[:2])
        rows = {}
        for row, level in enumerate(self.picture.policy.levels):
            for name in (level.level_a, level.level_b):
                rows.setdefault(name, row)
        return (before, now) if before and now and rows.get(now, 0) > rows.get(before, 0) else None


def _by_customer(entries: Iterable[tuple[str, date, int]]) -> dict[str, list[tuple[date, int]]]:
    found: dict[str, list[tuple[date, int]]] = defaultdict(list)
    for code, day, fen in entries:
        found[code].append((day, fen))
    return dict(found)


def nearby_ratings(folder: Path, last: Quarter) -> list[Path]:
    """Folders named after a quarter (2026Q3, 2026Q3结果) in ``folder`` or beside it, up to the quarter ``last``."""
    found = []
    for place in dict.fromkeys((folder.resolve(), folder.resolve().parent)):
        for one in sorted(place.iterdir()) if place.is_dir() else ():
            name = _QUARTER_FOLDER.match(one.name)
            quarter = Quarter.parse(name[1]) if name and one.is_dir() else None
            if quarter and (quarter.year, quarter.number) <= (last.year, last.number):
                found.append(one)
    return found


def read_credit(unit: str, folders: Sequence[Path], policy: Policy, as_of: date) -> Credit:
    """The unit's workbook in each folder; the newest quarter's ledgers. A folder without one is a problem, not the end."""
    rated: list[Rated] = []
    problems: list[Problem] = []
    for folder in folders:
        path = next((one for one in find_workbooks(folder) if branch_name(one) == unit), None)
        if path is None:
            problems.append(Problem("", "", f"{folder}里没有{unit}的评级工作簿", "同名的分公司工作簿", "第四条(1)", "该季销售额未采用"))
            continue
        try:
            rated.append(read_rated(path))
        except CreditError as error:
            problems.append(_unused(path, error, "该季未采用"))
    newest_first = sorted(rated, key=lambda one: (one.quarter.year, one.quarter.number, bool(one.levels)), reverse=True)
    rated = list({one.quarter: one for one in reversed(newest_first)}.values())[::-1]
    picture = None
    if rated:
        try:
            picture = _picture(rated[0].path, _ledger_file(unit, rated[0].path, folders), policy, as_of)
        except CreditError as error:
            problems.append(_unused(rated[0].path, error, "账龄与回款未采用"))
    return Credit(tuple(rated), picture, tuple(problems))


def _unused(path: Path, error: CreditError, effect: str) -> Problem:
    return Problem("", "", error.found, error.allowed, error.article, effect, file=path.name)


def _ledger_file(unit: str, rated: Path, folders: Sequence[Path]) -> Path:
    """Where the branch keeps its ledgers: in the rated workbook, beside it, or in another of the folders."""
    own = read_grids(read_package(rated), {SHIPMENTS, COLLECTIONS})
    if any(has_rows(grid) for grid in own.values()):
        return rated
    files = (find_ledgers(folder).get(unit) for folder in (rated.parent, *folders))
    return next((file for file in files if file), rated)


def _picture(path: Path, source: Path, policy: Policy, as_of: date) -> Picture:
    """The ledgers of ``source`` with the credit lines of the rated workbook at ``path``."""
    ledgers, lines = read_file(source, policy)
    if source != path:
        grids = read_grids(read_package(path), {RESULTS, ROUTES})
        lines = {**lines, **written_lines(policy, grids.get(RESULTS), grants_in_routes(policy, grids.get(ROUTES)))}
    return Picture(policy, ledgers, lines, Method(as_of))


def read_rated(path: Path) -> Rated:
    """Raises where there is no 评估表 or no telling which quarter it is of."""
    grids = read_grids(read_package(path), {EVALUATION, RESULTS})
    if EVALUATION not in grids:
        raise CreditError(f"没有工作表“{EVALUATION}”", where=path.name, allowed="评级工作簿", article="第四条(1)")
    table = find_table(grids[EVALUATION], ("客户编码", "年交易额"), ("客户名称", "业务员", "首次交易日期", *SUBJECTIVE_ITEMS, *BAD_ITEMS))
    in_yuan = table.units["年交易额"] == "元"
    sales: dict[str, Decimal] = {}
    names: dict[str, tuple[str, str, str, date | None]] = {}
    states: dict[tuple[str, str], str] = {}
    for _, row in table.body():
        code = folded(table.value(row, "客户编码"))
        if not code or code in names:
            continue
        names[code] = (*(text(table.value(row, name)) for name in ("客户编码", "客户名称", "业务员")), _day(table.value(row, "首次交易日期")))
        states |= {(code, item): folded(table.value(row, item)) for item in _ITEMS}
        try:
            sales[code] = parse_wan(table.value(row, "年交易额"), in_yuan=in_yuan)
        except CreditError:
            continue  # said in 核对 when the quarter is rated
    return Rated(path, quarter_in(grids, path), sales, names, states, _levels(grids.get(RESULTS)))


def _day(value: object) -> date | None:
    try:
        return None if is_blank(value) else parse_date(value)
    except CreditError:
        return None


def _levels(grid: Grid | None) -> dict[str, str]:
    if grid is None:
        return {}
    table = find_table(grid, ("客户编码", "级别"))
    return {folded(table.value(row, "客户编码")): text(table.value(row, "级别")) for _, row in table.body()}


def quarter_in(grids: Mapping[str, Grid], path: Path) -> Quarter:
    """The quarter that the 评估表 names beside 季度, else the one in the note above 评级结果."""
    for row in grids[EVALUATION].rows[:10]:
        for label, value in zip(row, row[1:], strict=False):
            if isinstance(label, str) and folded(label).rstrip(":") == "季度" and not is_blank(value):
                return Quarter.parse(value)
    for row in grids[RESULTS].rows[:10] if RESULTS in grids else ():
        for value in row:
            if isinstance(value, str) and value.startswith(NOTE_LABEL) and "年第" in value:
                return Quarter.parse(value.removeprefix(NOTE_LABEL).split(" ")[0])
    raise CreditError("没有写明季度", where=f"{path.name}!{EVALUATION}", allowed="标题下“季度”右边填写,如 2026Q3", article="第八条(5)")


def ageing_text(picture: Picture, code: str) -> str:
    """A customer's buckets in one line, those without money left out."""
    ageing = picture.ageing_of.get(code)
    if not ageing:
        return ""
    labels = bucket_labels(picture.policy.ageing_bounds_days)
    parts = [f"{label}{'' if not label[0].isdigit() and label[0] != '>' else '天'} {fen / 100:,.2f}" for label, fen in zip(labels, ageing.buckets, strict=True) if fen]
    if ageing.unapplied:
        parts.append(f"未核销 {ageing.unapplied / 100:,.2f}")
    return ";".join(parts)


def credit_cells(credit: Credit, code: str, as_of: date) -> list[object]:
    """信用级别, 赊欠限额, 授信额度, 授信期限 (万元, 天) and 应收余额, 未到期, 逾期金额, 最长逾期 (元), 账龄分布, 统计日."""
    picture = credit.picture
    if picture is None or code not in picture.lines:
        level = credit.latest.levels.get(code, "") if credit.latest else ""
        return [level or None, *[None] * 8, as_of]
    line, ageing = picture.lines[code], picture.ageing_of.get(code)
    now = standing(picture.policy, line, as_of)
    owed: list[object] = [None] * 4
    if ageing:
        owed = [_yuan(ageing.balance), _yuan(ageing.buckets[0]), _yuan(ageing.overdue_fen), max(0, ageing.oldest_days)]
    cap = None if line.cap_fen is None else _wan(line.cap_fen)
    return [line.level or line.status or None, cap, _wan(now.limit_fen), now.term_days, *owed, ageing_text(picture, code) or None, as_of]


def _wan(fen: int) -> object:
    return fen // FEN_IN_WAN if fen % FEN_IN_WAN == 0 else Decimal(fen) / FEN_IN_WAN


def _yuan(fen: int) -> object:
    return fen // 100 if fen % 100 == 0 else fen / 100
