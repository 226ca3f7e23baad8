"""Which of an export's columns becomes which of ours: said by label, so that the order of the columns never matters."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from xl_credit.intake.header import Column, Layout
from xl_credit.intake.words import CODE, CURRENCY, NAME, RED, SIDE, TYPE, VOIDED, Target, header_key
from xl_credit.rules.errors import CreditError
from xl_credit.tables import column_letters

SECTION = "(分户行)"  # the customer stands in a line of its own above its rows
BY_NAME = "(按客户名称查)"  # the code is that of the known customer of this very name
IN_NAME = "(名称中的编码)"  # code and name stand in one cell: 「(001)华东商贸」
OTHER_SIDE = "对方金额"  # the amount on the account's other side: such a row is another ledger's
BESIDE = (OTHER_SIDE, SIDE, TYPE, CURRENCY, RED, VOIDED)
_STANDINS = {CODE: (SECTION, BY_NAME, IN_NAME), NAME: (SECTION,)}


@dataclass(frozen=True)
class Pick:
    """Where one of our columns comes from: one label; a month and a day column; or a stand-in for a column.

    ``doubt`` is why nobody but a person can say that it is right; ``others`` are columns that might have been meant.
    """

    labels: tuple[str, ...]
    reason: str = ""
    doubt: str = ""
    others: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        return " + ".join(self.labels)


@dataclass(frozen=True)
class Matching:
    """Our column → its pick; beside ours those of ``BESIDE`` that are read."""

    picks: Mapping[str, Pick] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[str, Pick]]:
        return iter(self.picks.items())

    def get(self, name: str) -> Pick | None:
        return self.picks.get(name)

    @property
    def doubts(self) -> dict[str, Pick]:
        return {name: pick for name, pick in self if pick.doubt}

    def plain(self) -> dict[str, str]:
        """As it is kept in a file: our column → the export's."""
        return {name: "+".join(pick.labels) for name, pick in self}

    def missing(self, target: Target) -> list[str]:
        return [name for name in target.required if name not in self.picks]

    def changed(self, overrides: Mapping[str, str], layout: Layout, target: Target, why: str) -> "Matching":
        """With single columns corrected; an empty text leaves a column out.

        Raises 「没有列“…”;允许:…」 for a column that one of the two does not have.
        """
        picks = dict(self.picks)
        for name, written in overrides.items():
            if name not in target.columns and name not in BESIDE:
                raise CreditError(f"对应中的“{name}”不是{target.sheet}的列", allowed="、".join((*target.columns, *BESIDE)))
            if written.strip():
                picks[name] = Pick(_labels(name, written, layout), why)
            else:
                picks.pop(name, None)
        return replace(self, picks=in_order(picks, target))


def in_order(picks: Mapping[str, Pick], target: Target) -> dict[str, Pick]:
    """As our table has its columns."""
    return {name: picks[name] for name in (*target.columns, *BESIDE) if name in picks}


def _labels(name: str, written: str, layout: Layout) -> tuple[str, ...]:
    if written in _STANDINS.get(name, ()):
        return (written,)
    if written in layout.by_label:
        return (written,)
    return tuple(_label(part.strip(), layout) for part in written.split("+"))


def _label(written: str, layout: Layout) -> str:
    """A column by its label, by its name however it is spaced, or by its letters."""
    if written in layout.by_label:
        return written
    key = header_key(written)
    found = [column.label for column in layout.columns if key and key in (header_key(column.label), *column.keys[:1])]
    if len(found) != 1 and written.isascii() and written.isalpha():
        found = [column.label for column in layout.columns if column_letters(column.index) == written.upper()]
    if len(found) != 1:
        raise CreditError(f"来源没有列“{written}”" if not found else f"来源有{len(found)}列叫“{written}”", where=layout.sheet.name,
                          allowed="、".join(layout.labels))  # fmt: skip
    return found[0]


def columns_of(pick: Pick | None, layout: Layout) -> tuple[Column, ...]:
    """The sheet's columns behind a pick; none for a stand-in."""
    return tuple(layout.by_label[label] for label in pick.labels if label in layout.by_label) if pick else ()


def overrides(given: Sequence[str]) -> dict[str, str]:
    """``--map 金额=价税合计`` as our column → the export's; raises 「--map 为“…”;允许:本表列=来源列…」."""
    found = {}
    for one in given:
        name, mark, label = one.partition("=")
        if not mark or not name.strip():
            raise CreditError(f"--map 为“{one}”", allowed="本表列=来源列,如 金额=价税合计;等号后留空则不取该列")
        found[name.strip()] = label.strip()
    return found
