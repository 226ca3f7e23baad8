"""Rows of the 评估表 that stand on every border of the rules, drawn with a fixed seed; and a second policy to judge them by."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from random import Random

from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.columns import AMOUNTS, BAD_ITEMS, CERTIFICATES, EVALUATION_COLUMNS, LICENCES, SUBJECTIVE_ITEMS
from xl_credit.quarter.evaluation import read_entries
from xl_credit.quarter.results import decide
from xl_credit.rules.figures import Band, LevelRow, Policy, ScoreItem
from xl_credit.rules.quarter import Quarter, add_months
from xl_credit.tables import Grid

Record = dict[str, object]
FEN = Decimal("0.000001")
STATES = (*LICENCES, *CERTIFICATES, *(name for name in SUBJECTIVE_ITEMS if name != "企业设立年限"), *BAD_ITEMS)
YEARS = (0, 0.99, 1, 2.999, 3, 3.001, 5, 5.001, 40)
TYPED = (  # what the rules can read and a formula cannot: it must never show a level
    ("年交易额", "1,200"), ("年赢利额", "２００"), ("年回款额", " 800 "), ("首次交易日期", "2020-01-05"), ("首次交易日期", "2020年1月5日"),
    ("企业设立年限", "5"), ("营业执照", " 具备"), ("合作态度", "配 合"), ("申请额度", "60"), ("业务类型", "Ａ"),
)  # fmt: skip


def second_policy() -> Policy:
    """Other thresholds and numbers of bands, other points, one level row less, other downgrades and months."""
    items = {
        "年交易额": _bands((Decimal("1500.5"), 20), (900, 16), (450, Decimal("12.5")), (50, 7), (0, 3), low=0),
        "年赢利额": _bands((300, 20), (250, 19), (190, 18), (140, 15), (99, 13), (64, 11), (32, 9), (8, 7), (0, 5), low=0),
        "年回款额": _bands((640, 30), (320, Decimal("22.2")), (160, 14), low=5),
        "企业设立年限": _bands((10, 3), (5, 2), (2, Decimal("0.7")), low=0),
    }
    levels = (
        LevelRow(Decimal(85), None, "甲级", "乙级", Decimal(120)),
        LevelRow(Decimal("70.5"), Decimal(85), "乙级", "丙级", Decimal("45.5")),
        LevelRow(Decimal(55), Decimal("70.5"), "丙级", "丁级", Decimal(12)),
        LevelRow(None, Decimal(55), "丁级", "丁级以下", Decimal(0)),
    )
    base = sample_policy()
    return replace(
        base, version="改2026", status="已核定", levels=levels, unrated_months=2, whole_year_months=8, year_days=360,
        items=tuple(_changed(item, items) for item in base.items), subjective_floor=8, subjective_drop=2, advance_drop=2, mixed_tie="A",
    )  # fmt: skip


def third_policy() -> Policy:
    """More level rows than the sample has, whole years only, and nothing lost for low opinions."""
    base = sample_policy()
    cuts = (95, 90, 80, 70, 60, 50, 40, None)
    levels = tuple(
        LevelRow(None if cut is None else Decimal(cut), None if number == 1 else Decimal(cuts[number - 2]), f"A{number}", f"B{number}", Decimal(90 - 10 * number))
        for number, cut in enumerate(cuts, 1)
    )
    return replace(base, version="多级2026", levels=levels, whole_year_months=12, unrated_months=0, subjective_drop=0, advance_drop=3)


def _bands(*steps: tuple[object, object], low: object) -> tuple[Band, ...]:
    """Bands from the top; every other bound belongs to the band below it, so that both kinds of bound are met."""
    bands, upper, upper_in = [], None, False
    for number, (bound, points) in enumerate(steps):
        lower_in = number % 2 == 1
        bands.append(Band(Decimal(bound), lower_in, upper, upper_in, points))
        upper, upper_in = Decimal(bound), not lower_in
    return (*bands, Band(None, False, upper, upper_in, low))


def _changed(item: ScoreItem, bands: dict[str, tuple[Band, ...]]) -> ScoreItem:
    if item.name in bands:
        return replace(item, bands=bands[item.name])
    if item.name == "合作态度":
        return replace(item, options=(("不配合", 0), ("配合", Decimal("0.7")), ("较配合", Decimal("1.4")), ("非常配合", 2)))
    return item


class Drawer:
    """Draws rows for one policy and quarter; the same seed always gives the same rows."""

    def __init__(self, policy: Policy, quarter: Quarter, seed: int) -> None:
        self.policy, self.quarter, self.random, self.count = policy, quarter, Random(seed), 0
        self.options = {item.name: [text for text, _ in item.options] for item in policy.items if item.options}

    def rows(self) -> list[Record]:
        """All kinds of border, once each, then the totals that end a level band."""
        sources = (self.amounts(), self.first_trades(), self.states(), self.mixed(), self.incomplete(), self.totals())
        return [row for source in sources for row in source]

    def row(self, **changes: object) -> Record:
        """A complete row with every choice drawn; mostly good, so that most are rated and every level comes up."""
        self.count += 1
        pick = self.random.choice
        good = self.random.random() < 0.5
        record = {name: (self._best(name) if good or self.random.random() < 0.5 else pick(self.options[name])) for name in STATES}
        record |= {
            "客户编码": f"{self.count:05d}", "客户名称": f"客户{self.count}", "业务类型": pick(("A", "B")), "首次交易日期": date(2015, 5, 5),
            "重点客户": pick(("是", "否", None)), "业务员": "张三", "企业设立年限": pick(YEARS), "业务员垫支": pick(("是", "否", "否", None)),
            "弄虚作假": pick(("否", "否", "否", "否", None, "是")), "申请额度": pick((None, 0, 60.5)), "申请期限": pick((None, 0, 60)),
            "申请类型": pick((None, "新增", "增加", "延期")), "合同编号": pick((None, "HT-1")),
        }  # fmt: skip
        record |= {name: float(pick(self.bounds(name)) + pick((-FEN, 0, FEN))) for name in AMOUNTS}
        return record | changes

    def _best(self, name: str) -> str:
        return max(self.policy.item[name].options, key=lambda option: option[1])[0]

    def bounds(self, name: str) -> list[Decimal]:
        return sorted({b for band in self.policy.item[name].bands for b in (band.lower, band.upper) if b is not None} | {Decimal(0)})

    def amounts(self) -> Iterator[Record]:
        """Every threshold and 1 分 beside it, as it is and annualised, exactly on it and between two 分."""
        months = add_months(self.quarter.end + timedelta(days=1), -self.policy.unrated_months)
        shortest = (self.quarter.end - months).days + 5
        for name in AMOUNTS:
            for bound in self.bounds(name):
                for step in (-FEN, Decimal(0), FEN):
                    yield self.row(**{name: float(bound + step)})
                for days in (shortest, 146, 180, 219):
                    first = self.quarter.end - timedelta(days=days - 1)
                    exact = (bound * days / self.policy.year_days).quantize(FEN, ROUND_FLOOR)
                    for step in (-FEN, Decimal(0), FEN):
                        yield self.row(**{name: float(exact + step), "首次交易日期": first})
            yield self.row(**{name: -0.000001})
            yield self.row(**{name: -350})
            yield self.row(**{name: 0.1 + 0.2 + float(bound)})

    def first_trades(self) -> Iterator[Record]:
        after = self.quarter.end + timedelta(days=1)
        for months in (0, 1, 2, 3, 7, 8, 9, 10, 11, 12, 13):
            for days in (-1, 0, 1):
                first = add_months(after, -months) + timedelta(days=days)
                if first <= self.quarter.end:
                    yield self.row(首次交易日期=first)
        year = self.quarter.period_start.year
        for first in (date(year, 2, 28), date(year + 1, 2, 28), date(2024, 2, 29), self.quarter.end, self.quarter.period_start):
            if first <= self.quarter.end:
                yield self.row(首次交易日期=first)

    def states(self) -> Iterator[Record]:
        for name, options in self.options.items():
            for option in options:
                yield self.row(**{name: option})
        for years in YEARS:
            yield self.row(企业设立年限=years)
        nothing = {name: self.options[name][-1] for name in LICENCES}
        yield self.row(**nothing)
        yield self.row(**nothing, 弄虚作假="是", 首次交易日期=self.quarter.end)
        worst = {name: min(self.policy.item[name].options, key=lambda option: option[1])[0] for name in STATES}
        for business in ("A", "B"):
            for advance in ("是", "否"):
                yield self.row(业务类型=business, 业务员垫支=advance, 弄虚作假="否", 企业设立年限=0, **(worst | {"营业执照": "具备"}))

    def mixed(self) -> Iterator[Record]:
        for a, b in ((3, 2), (2, 3), (2, 2), (0, 0), (5.000001, 5), (5, 5.000001), (0.1 + 0.2, 0.3), (7, 0), (100.0000004, 100)):
            yield self.row(业务类型="混合", A类业务额=a, B类业务额=b, 弄虚作假="否")

    def incomplete(self) -> Iterator[Record]:
        """Rows that cannot be rated: a blank, a wrong word, a wrong kind of value, a date to come, a code that stands twice."""
        required = ("客户编码", "客户名称", "业务类型", "首次交易日期", *STATES, *AMOUNTS, "企业设立年限")
        for name in required:
            yield self.row(**{name: None})
        for name in (*STATES, "业务类型", "重点客户", "业务员垫支", "弄虚作假", "申请类型"):
            yield self.row(**{name: "有"})
        for name in (*AMOUNTS, "企业设立年限", "首次交易日期", "申请额度", "申请期限"):
            yield self.row(**{name: "不详"})
        others = (
            {"业务类型": "混合"}, {"业务类型": "混合", "A类业务额": 3}, {"业务类型": "混合", "A类业务额": 3, "B类业务额": -1}, {"业务类型": "a"},
            {"A类业务额": "多"}, {"B类业务额": -0.5}, {"申请额度": -1}, {"申请期限": 30.5}, {"申请期限": -1}, {"企业设立年限": -0.5},
            {"企业设立年限": 501}, {"首次交易日期": self.quarter.end + timedelta(days=1)}, {"首次交易日期": 45}, {"营业执照": 1},
            {"营业执照": "*"}, {"合作态度": "?配合"}, {"客户名称": " "}, {"客户编码": "重复"}, {"客户编码": "重复"},
        )  # fmt: skip
        for changes in others:
            yield self.row(**changes)

    def totals(self) -> Iterator[Record]:
        """Rows whose total is exactly a level's lower bound or 1 point below, a few of each, with every kind of downgrade."""
        lowest = [row.lower for row in self.policy.levels if row.lower is not None]
        wanted = dict.fromkeys([total for bound in lowest for total in (bound, bound - 1)], 6)
        for _ in range(400):
            drawn = [self.row(弄虚作假="否") for _ in range(50)]
            for record, decided in zip(drawn, self.decided(drawn), strict=True):
                total = decided.rating.total if decided.rating else None
                if wanted.get(total, 0):
                    wanted[total] -= 1
                    yield record
            if not any(wanted.values()):
                return
        raise AssertionError(f"totals not met: {wanted}")

    def decided(self, records: list[Record]) -> list:
        """What the rules say of the rows."""
        grid = Grid("评估表", [list(EVALUATION_COLUMNS), *([record.get(name) for name in EVALUATION_COLUMNS] for record in records)])
        return [decide(self.policy, entry, self.quarter, "评估表") for entry in read_entries(grid, self.policy, self.quarter)]
