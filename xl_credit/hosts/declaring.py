"""What a spreadsheet function is: its name, arguments and words, declared once and read by every host."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xl_credit.cells import folded, is_blank, parse_date, parse_decimal, parse_fen, parse_wan, parse_whole, text
from xl_credit.rules.errors import CreditError
from xl_credit.rules.quarter import Quarter

CATEGORY = "客户信用"
_YES, _NO = ("是", "1", "TRUE", "真"), ("", "否", "0", "FALSE", "假")
_FINEST, _WHOLE_DIGITS = 9, 15  # decimals that count; beyond so many digits before the point nothing is a score or an amount


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: ``name`` in formulas, ``label`` and ``help`` in the wizard.

    ``parse`` reads one cell; ``columns`` above 0 makes it a range with that many columns (one of them, where several are given)
    of which each row is one case; ``is_policy`` marks the 政策 table.
    """

    name: str
    label: str
    help: str
    parse: Callable[[object], object] | None = None
    columns: tuple[int, ...] = ()
    optional: bool = False
    is_policy: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A spreadsheet function: ``body`` takes parsed arguments and the policy and gives one cell's value."""

    name: str
    help: str
    article: str
    unit: str
    arguments: tuple[Argument, ...]
    example: str
    body: Callable[..., object]
    module: str = ""


def number(value: object) -> Decimal:
    """A score, or a year's amount in 万元 as it is or annualised; a blank is 0, as everywhere in a spreadsheet.

    Held to a thousandth of a 分: coarser would lift an annualised amount over a border, finer is the noise of a sum.
    """
    found = Decimal(0) if is_blank(value) else parse_decimal(value)
    return round(found, _FINEST) if found.as_tuple().exponent < -_FINEST and found.adjusted() < _WHOLE_DIGITS else found


def wan(value: object) -> Decimal:
    """An amount in 万元 as the ledgers have it, held to the 分."""
    return Decimal(0) if is_blank(value) else parse_wan(value)


def limit(value: object) -> Decimal:
    return _not_negative(wan(value), value)


def fen(value: object) -> int:
    """An amount in 元, in whole 分."""
    return 0 if is_blank(value) else parse_fen(value)


def excess(value: object) -> int:
    return _not_negative(fen(value), value)


def _not_negative(amount: Decimal | int, value: object) -> Decimal | int:
    if amount < 0:
        raise CreditError(f"值为“{text(value)}”", allowed="不小于0的数字")
    return amount


def days(value: object) -> int:
    return 0 if is_blank(value) else parse_whole(value, "不小于0的整天数")


def word(value: object) -> str:
    """A state or level in words; the 0 that some hosts give for a blank is a blank."""
    written = "" if value == 0 else folded(value)
    if not written:
        raise CreditError("为空", allowed="文字")
    return written


def business(value: object) -> str:
    written = word(value).upper().removesuffix("业务").removesuffix("类")
    if written not in ("A", "B"):
        raise CreditError(f"业务类型为“{text(value)}”", allowed="A、B", article="第七条(4)")
    return written


def day(value: object) -> date:
    if is_blank(value) or value == 0:
        raise CreditError("日期为空", allowed="日期,如 2026-07-01")
    return parse_date(value)


def quarter(value: object) -> Quarter:
    """A quarter by its name, or by any day in it."""
    try:
        return Quarter.parse(text(value))
    except CreditError:
        try:
            return Quarter.of(day(value))
        except CreditError:
            raise CreditError(f"季度为“{text(value)}”", allowed="如 2026Q3,或该季度的任一日期", article="第八条(5)") from None


def flag(value: object) -> bool:
    """是 or 否, TRUE or FALSE; a blank is 否."""
    written = "1" if value is True or value == 1 else "0" if value is False or value == 0 or value is None else folded(value).upper()
    if written not in (*_YES, *_NO):
        raise CreditError(f"值为“{text(value)}”", allowed="是、否")
    return written in _YES


class Table:
    """The functions by name, in the order of their declaration."""

    def __init__(self) -> None:
        self.functions: dict[str, Function] = {}

    def declare(
        self, name: str, help: str, arguments: Sequence[Argument], *, article: str, example: str, unit: str = ""
    ) -> Callable[[Callable[..., object]], Callable[..., object]]:
        """Enter the function below into the table under ``name``; every function takes the 政策 table last."""

        def entered(body: Callable[..., object]) -> Callable[..., object]:
            if name in self.functions:
                raise ValueError(f"{name} is declared twice")
            self.functions[name] = Function(name, help, article, unit, (*arguments, POLICY), example, body, body.__name__)
            return body

        return entered


POLICY = Argument("policy", "政策表", "本工作簿的 政策 表(可省略:用随程序安装的政策)", optional=True, is_policy=True)
