"""The mapping that an export's headers and cells suggest; what only a person can tell is marked as doubtful, never settled."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from xl_credit.cells import folded, is_blank
from xl_credit.intake.header import Column, Layout
from xl_credit.intake.mapping import BESIDE, BY_NAME, IN_NAME, OTHER_SIDE, SECTION, Matching, Pick, columns_of, in_order
from xl_credit.intake.sections import code_and_name, section_customer
from xl_credit.intake.values import accounting_fen, cell_text, export_date, is_nothing
from xl_credit.intake.words import (
    AMOUNT,
    CODE,
    CREDIT,
    CURRENCY,
    DATES,
    DEBIT,
    NAME,
    SIDE,
    TAX,
    TYPE,
    Ranks,
    Target,
    header_key,
    rules,
)
from xl_credit.rules.errors import CreditError
from xl_credit.tables import Row

_LOOKED_AT = 500  # rows by which a column's content is judged
_SIDE_COLUMN = {"借": DEBIT, "贷": CREDIT}
_YEAR = re.compile(r"(?<!\d)(20\d{2}|19\d{2})年?")
_HOME = re.compile(r"本币|本位币|人民币")


def propose(target: Target, layouts: Sequence[Layout]) -> Matching:
    """Our columns, the required ones first, each under the best name that the export has for it."""
    return _Proposal(target, layouts).made()


class _Proposal:
    """One export being looked at; ``taken`` are the columns that are spoken for."""

    def __init__(self, target: Target, layouts: Sequence[Layout]) -> None:
        self.target, self.layout, self.layouts = target, layouts[0], layouts
        self.sample = [row for row in _bodies(layouts[:1]) if any(map(folded, row))][:_LOOKED_AT]
        self.taken: set[int] = set()

    def made(self) -> Matching:
        target, picks = self.target, {}
        for name in (*target.required, *(one for one in target.columns if one not in target.required)):
            pick = self.pick(name, target.names[name])
            if pick:
                picks[name] = pick
        if target.day and target.day not in picks and (pick := self.month_and_day()):
            picks[target.day] = pick
        if CODE not in picks:
            picks |= self.customer(picks)
        for name, ranks in rules().beside.items():
            needed = name in BESIDE and (name != TYPE or target.foreign_types)
            if needed and (pick := self.pick(name, ranks)):
                picks[name] = pick
        if AMOUNT in picks:
            picks |= self.sides(picks[AMOUNT])
            picks[AMOUNT] = self.weighed(picks[AMOUNT], picks)
        if target.number in picks and set(self.layout.by_label[picks[target.number].labels[0]].keys) & rules().monthly:
            picks[target.number] = replace(picks[target.number], reason="凭证号每月重编,前加年月")
        if OTHER_SIDE in picks:
            picks.pop(SIDE, None)  # it tells the side of the balance then
        return Matching(in_order(picks, target))

    def pick(self, name: str, ranks: Ranks) -> Pick | None:
        """The column under the best of the names, of those whose content is what the column needs."""
        by_rank = [found for rank in ranks if (found := self.named(rank))]
        fits = self.fits(name)
        usable = [[column for column in found if fits(column)] for found in by_rank]
        usable = [found for found in usable if found]
        is_read = bool(usable)
        if not is_read and name in self.target.required:
            usable = by_rank  # nothing else is there: its rows will say what is wrong with them
        if not usable:
            return None
        (chosen, *rivals), *others = usable
        self.taken.add(chosen.index)
        rest = tuple(dict.fromkeys(column.label for found in others for column in found if column is not chosen))
        reason = f"叫法“{chosen.label}”" + (f",优先于{'、'.join(rest)}" if rest and name in self.target.required else "")
        reason += "" if is_read else ",多数内容读不出"
        differing = [one.label for one in rivals if not self.alike(chosen, one, name)]
        doubt = f"“{chosen.label}”与“{'”“'.join(differing)}”都可能是{name},内容不同" if differing else ""
        return Pick((chosen.label,), reason, doubt, (*(one.label for one in rivals), *rest))

    def named(self, keys: Sequence[str]) -> list[Column]:
        """Columns that bear one of the names; those whose full name it is before those that bear it under a group."""
        free = [column for column in self.layout.columns if column.index not in self.taken]
        full = [column for column in free if column.keys[0] in keys]
        under = [column for column in free if column not in full and set(column.keys) & set(keys)]
        return full or under

    def fits(self, name: str) -> Callable[[Column], bool]:
        if name in DATES:
            return lambda column: self._mostly(column, lambda value: export_date(value, self.layout.sheet.date1904))
        if name in (AMOUNT, TAX):
            return lambda column: self._mostly(column, accounting_fen)
        return lambda column: True

    def _mostly(self, column: Column, read: Callable[[object], object]) -> bool:
        """Whether at least half of what stands in the column can be read (an empty column may be right)."""
        good = bad = 0
        for row in self.sample:
            value = _at(row, column)
            if is_nothing(value) or self.layout.is_header_again(row):
                continue
            try:
                read(value)
                good += 1
            except CreditError:
                bad += 1
        return good >= bad

    def alike(self, one: Column, other: Column, name: str) -> bool:
        """Whether two columns say the same in every row."""
        read = _fen_or_text if name == AMOUNT else cell_text
        return all(read(_at(row, one)) == read(_at(row, other)) for row in _bodies(self.layouts))

    def month_and_day(self) -> Pick | None:
        """月 and 日 in columns of their own, the year in a third or over them: 「2026年」."""
        named = {column.keys[-1]: column for column in self.layout.columns}
        month, day, year = (named.get(word) for word in ("月", "日", "年"))
        if not month or not day:
            return None
        if year:
            return Pick((year.label, month.label, day.label), "年、月、日三列")
        return Pick((month.label, day.label), f"{_year(month)}年,月、日两列") if _year(month) else None

    def customer(self, picks: dict[str, Pick]) -> dict[str, Pick]:
        if any(section_customer(row) for layout in self.layouts for row in layout.sheet.rows):
            return {CODE: Pick((SECTION,), "客户写在各段上方的分户行"), NAME: Pick((SECTION,), "分户行")}
        if NAME in picks and self._holds_codes(columns_of(picks[NAME], self.layout)[0]):
            return {CODE: Pick((IN_NAME,), f"“{picks[NAME].shown}”中编码与名称在一起,分开")}
        return {CODE: Pick((BY_NAME,), "没有客户编码列,按名称查已知客户")} if NAME in picks and self.target.is_money else {}

    def _holds_codes(self, column: Column) -> bool:
        """Whether nearly every customer's name is written behind its code."""
        names = [cell_text(value) for row in self.sample if (value := _at(row, column)) and not self.layout.is_header_again(row)]
        return bool(names) and sum(bool(code_and_name(name)[0]) for name in names) * 10 >= len(names) * 9

    def sides(self, amount: Pick) -> dict[str, Pick]:
        """The other side's column, where the amount is one side's."""
        if not self.target.sides:
            return {}
        own, other = (rules().beside[_SIDE_COLUMN[side]] for side in self.target.sides)
        if not set(self.layout.by_label[amount.labels[0]].keys) & {key for rank in own for key in rank}:
            return {}
        found = self.pick(OTHER_SIDE, other)
        return {OTHER_SIDE: replace(found, reason=f"{self.target.sides[1]}方的行不属{self.target.sheet}")} if found else {}

    def weighed(self, pick: Pick, picks: dict[str, Pick]) -> Pick:
        """What speaks for and against the amount column: tax within or beside it, another currency."""
        if pick.doubt:
            return pick
        (column,) = columns_of(pick, self.layout)
        keys, known = set(column.keys), rules()
        (tax,) = columns_of(self.pick(TAX, known.beside[TAX]), self.layout) or (None,)
        if keys & known.net or (tax and keys & known.maybe_net and self._any_amount(tax)):
            what = "是不含税的金额" if keys & known.net else "之外另有税额,可能不含税"
            return replace(pick, doubt=f"“{column.label}”{what};应收按价税合计")
        foreign = self._foreign(picks.get(CURRENCY))
        if foreign and not is_home(column):
            return replace(pick, doubt=f"币种有{'、'.join(foreign)},“{column.label}”未必是人民币")
        return pick

    def _any_amount(self, column: Column) -> bool:
        return any(_fen_or_text(_at(row, column)) not in (0, "") for row in _bodies(self.layouts))

    def _foreign(self, pick: Pick | None) -> list[str]:
        for column in columns_of(pick, self.layout):
            found = dict.fromkeys(cell_text(_at(row, column)) for row in _bodies(self.layouts))
            return [one for one in found if one and header_key(one) not in rules().home and header_key(one) not in column.keys][:3]
        return []


def _bodies(layouts: Iterable[Layout]) -> Iterable[Row]:
    return (row for layout in layouts for _, row in layout.body())


def _at(row: Row, column: Column) -> object:
    return row[column.index] if column.index < len(row) else None


def _year(month: Column) -> str:
    found = _YEAR.search(month.group)
    return found[1] if found else ""


def is_home(column: Column) -> bool:
    """Whether a header says that its amounts are in 人民币 whatever the document's currency."""
    return bool(_HOME.search(column.label))


def year_over(column: Column) -> int | None:
    """The year that a header group names: 「2026年」 over 月 and 日."""
    return int(_year(column)) if _year(column) else None


def _fen_or_text(value: object) -> object:
    try:
        return "" if is_blank(value) else accounting_fen(value)
    except CreditError:
        return cell_text(value)
