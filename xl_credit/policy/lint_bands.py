"""第七条(2)(3): whether the scoring tables hold every number once, and give the points that the parts promise."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from xl_credit.policy.findings import UNUSABLE, VersionRows, cell_of, finding
from xl_credit.policy.reading import PolicyRow
from xl_credit.policy.sample import sample_policy
from xl_credit.policy.sheets import BANDS, PARTS_SHEET
from xl_credit.rules.errors import Problem
from xl_credit.rules.figures import BAD, PARTS, Number, ScoreItem
from xl_credit.rules.levels import plain

_FULL_MARKS = 100  # 第七条(2): the six parts that add points make up 100
_GAP, _TWICE = "落在空档的客户无法评分", "同一数值有两种结果"


class Span(NamedTuple):
    """A band with the row and the two columns it stands in."""

    lower: Decimal | None
    lower_in: bool
    upper: Decimal | None
    upper_in: bool
    row: PolicyRow
    headers: tuple[str, str] = ("下限", "上限")

    @property
    def starts(self) -> tuple:
        return (self.lower is not None, self.lower or 0, not self.lower_in)

    @property
    def ends(self) -> tuple:
        return (self.upper is None, self.upper or 0, self.upper_in)

    @property
    def is_empty(self) -> bool:
        if self.lower is None or self.upper is None:
            return False
        return self.lower > self.upper or (self.lower == self.upper and not (self.lower_in and self.upper_in))


def stretch(lower: Decimal | None, lower_in: bool, upper: Decimal | None, upper_in: bool) -> str:
    """A stretch of numbers in words.

    >>> stretch(Decimal(600), True, Decimal(800), False), stretch(Decimal(5), True, Decimal(5), True)
    ('不小于600且小于800', '恰为5')
    """
    if lower is not None and lower == upper:
        return f"恰为{plain(lower)}"
    ends = [f"{'不小于' if lower_in else '大于'}{plain(lower)}"] if lower is not None else []
    if upper is not None:
        ends.append(f"{'不大于' if upper_in else '小于'}{plain(upper)}")
    return "且".join(ends) or "任何数"


def check_cover(name: str, spans: Sequence[Span]) -> Iterator[Problem]:
    """Every number lies in one span: none empty, none overlapping, no gap, both ends open."""
    for span in spans:
        if span.is_empty:
            found = f"“{name}”的下限{plain(span.lower)}与上限{plain(span.upper)}之间没有数"
            yield finding(span.row, span.headers[0], found, "下限小于上限")
    ordered = sorted((span for span in spans if not span.is_empty), key=lambda span: span.starts)
    if not ordered:
        return
    first, reach = ordered[0], ordered[0]
    if first.lower is not None:
        found = f"“{name}”没有包含{stretch(None, False, first.lower, not first.lower_in)}的档次"
        yield finding(first.row, first.headers[0], found, "最低一档的下限留空", effect=_GAP)
    for span in ordered[1:]:
        yield from _check_seam(name, reach, span)
        reach = max(reach, span, key=lambda s: s.ends)
    if reach.upper is not None:
        found = f"“{name}”没有包含{stretch(reach.upper, not reach.upper_in, None, False)}的档次"
        yield finding(reach.row, reach.headers[1], found, "最高一档的上限留空", effect=_GAP)


def _check_seam(name: str, reach: Span, span: Span) -> Iterator[Problem]:
    """Between what the spans below reach and the next span: no number missed, none held twice."""
    cells = f"{cell_of(reach.row, reach.headers[1])}与{cell_of(span.row, span.headers[0])}"
    open_ended = reach.upper is None or span.lower is None
    touching = not open_ended and reach.upper == span.lower
    if open_ended or span.lower < reach.upper or (touching and reach.upper_in and span.lower_in):
        end = min(reach, span, key=lambda s: s.ends)
        twice = stretch(span.lower, span.lower_in, end.upper, end.upper_in)
        yield finding(span.row, span.headers[0], f"“{name}”的{cells}重叠,{twice}的数有两档", "档次相接、不重叠", effect=_TWICE)
    elif not touching or not (reach.upper_in or span.lower_in):
        missed = stretch(reach.upper, not reach.upper_in, span.lower, not span.lower_in)
        yield finding(span.row, span.headers[0], f"“{name}”的{cells}之间空出{missed}的数", "档次相接、不留空档", effect=_GAP)


def check_bands(version: VersionRows) -> Iterator[Problem]:
    """第七条(3)③–⑥: the bands of every item that scores a number."""
    for item, rows in version.items():
        if item.bands:
            spans = [Span(b.lower, b.lower_in, b.upper, b.upper_in, r) for b, r in zip(item.bands, rows, strict=True)]
            yield from check_cover(item.name, spans)
            yield from _check_rising(item, spans)


def _check_rising(item: ScoreItem, spans: Sequence[Span]) -> Iterator[Problem]:
    """A larger amount never earns fewer points."""
    steps = sorted(zip(spans, item.bands, strict=True), key=lambda step: step[0].starts)
    for (_, below), (span, band) in zip(steps, steps[1:], strict=False):
        if band.points < below.points:
            found = f"“{item.name}”{stretch(*span[:4])}得{plain(band.points)}分,少于较低一档的{plain(below.points)}分"
            yield finding(span.row, "分值", found, "数额越大分值不减", effect="业绩上升反而降分")


def check_options(version: VersionRows) -> Iterator[Problem]:
    """第七条(3): the states of an item are named, each once."""
    for item, rows in version.items():
        seen: set[str] = set()
        for (option, _), row in zip(item.options, rows, strict=False):
            if not option:
                yield finding(row, "档次", f"“{item.name}”有一档既无文字也无上下限", "选项文字,或数值的上下限")
            elif option in seen:
                yield finding(row, "档次", f"“{item.name}”的选项“{option}”重复", "每个选项一行", effect=_TWICE)
            seen.add(option)


def check_parts(version: VersionRows) -> Iterator[Problem]:
    """第七条(2): the seven parts once each, the six that add points making up 100."""
    parts = version.parts()
    if not parts:
        return
    names = [part.name for part, _ in parts]
    for index, (part, row) in enumerate(parts):
        if part.name in names[:index]:
            yield finding(row, "项目", f"项目“{part.name}”重复", "每个项目一行")
    for name in PARTS:
        if name not in names:
            yield Problem(PARTS_SHEET, "", f"缺少项目“{name}”", "、".join(PARTS), "第七条(2)", UNUSABLE)
    highs = sum(part.high for part, _ in parts if part.name != BAD)
    if highs != _FULL_MARKS:
        row = parts[-1][1]
        yield finding(row, "最高分", f"除“{BAD}”外各项最高分合计{plain(highs)}分", f"{_FULL_MARKS}分", effect="总分不是百分制")


def check_ranges(version: VersionRows) -> Iterator[Problem]:
    """第七条(2)(3): the items of a part add up to the part's range, neither more nor less."""
    for part, row in version.parts():
        points = [_points(item) for item in version.policy.items_of.get(part.name, ())]
        for header, promised, given in (
            ("最低分", part.low, sum(min(p) for p in points)),
            ("最高分", part.high, sum(max(p) for p in points)),
        ):
            if promised != given:
                found = f"“{part.name}”{header}为{plain(promised)}分,各项内容的{header}合计{plain(given)}分"
                yield finding(row, header, found, "两者相等", effect="得分超出或达不到分值设置")


def _points(item: ScoreItem) -> list[Number]:
    return [points for _, points in item.options] + [band.points for band in item.bands]


def check_items(version: VersionRows) -> Iterator[Problem]:
    """第七条(3): each part has the regulation's items, in its order (a customer's states follow it), scored in its way."""
    for part in PARTS:
        expected = sample_policy().items_of[part]
        mine = [(item, rows[0]) for item, rows in version.items() if item.part == part]
        names = [item.name for item in expected]
        where = next((row for (item, row), want in zip(mine, names, strict=False) if item.name != want), None)
        if where is None and len(mine) > len(names):
            where = mine[len(names)][1]
        if where is not None:
            found = f"“{part}”的内容依次为{'、'.join(item.name for item, _ in mine)}"
            yield finding(where, "内容", found, "、".join(names))
        elif len(mine) < len(names):
            found = f"“{part}”缺少内容“{names[len(mine)]}”"
            cell = cell_of(mine[-1][1], "内容") if mine else ""
            yield Problem(BANDS, cell, found, "、".join(names), expected[0].article, UNUSABLE)
        yield from _check_kinds(mine, {item.name: item for item in expected})


def _check_kinds(mine: list[tuple[ScoreItem, PolicyRow]], expected: dict[str, ScoreItem]) -> Iterator[Problem]:
    """Amounts and years are scored by bands, states by options."""
    for item, row in mine:
        if item.name in expected and bool(item.bands) != bool(expected[item.name].bands):
            header, allowed = ("下限", "数值档次,填上下限") if expected[item.name].bands else ("档次", "选项,上下限留空")
            yield finding(row, header, f"“{item.name}”{'按数值' if item.bands else '按选项'}评分", allowed)
