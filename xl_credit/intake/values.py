"""Amounts and dates as ERP exports and accountants write them, on top of what :mod:`xl_credit.cells` reads."""

import re
from datetime import date
from functools import lru_cache

from xl_credit.cells import folded, is_blank, is_finer_than_fen, parse_date, parse_date_1904, parse_fen, text
from xl_credit.rules.errors import CreditError

AMOUNT_FORMS = "金额,如 1200.00、1,200.00、-1,200.00、1,200.00-、(1,200.00)"
_MINUS = str.maketrans({"−": "-", "–": "-", "—": "-", "﹣": "-", "‐": "-", "‑": "-"})
_CURRENCY = r"(?:¥|RMB|CNY|人民币)?"
_DIGITS = r"(\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+)"
_WRITTEN = re.compile(rf"([-+]?){_CURRENCY}([-+]?){_DIGITS}元?(-?)", re.IGNORECASE)
_NOTHING = re.compile(r"-+")
_QUOTED_NUMBER = re.compile(r'="([^"]*)"')
_TIME = re.compile(r"[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$|\s*(?:星期|周)[一二三四五六日天]$")
_STAMP = re.compile(r"(\d{8})\d{6}")
_TRUE = frozenset(("是", "Y", "YES", "TRUE", "1", "√", "✓", "T", "真"))


def cell_text(value: object) -> str:
    """What the cell says; ``="00123"``, by which exports keep leading zeros in a CSV, is its text.

    >>> cell_text('="00123"'), cell_text(" A1\\t"), cell_text(1001.0)
    ('00123', 'A1', '1001')
    """
    found = text(value)
    if found.startswith('="'):
        quoted = _QUOTED_NUMBER.fullmatch(found)
        return quoted[1].strip() if quoted else found
    return found


def is_nothing(value: object) -> bool:
    """An empty cell, also where a dash is written for nothing.

    >>> is_nothing(" － "), is_nothing("0.00")
    (True, False)
    """
    return is_blank(value) or (isinstance(value, str) and bool(_NOTHING.fullmatch(folded(cell_text(value)).translate(_MINUS))))


def accounting_fen(value: object, *, in_wan: bool = False) -> int:
    """An amount in whole 分, in any of the forms that accountants write.

    >>> [accounting_fen(one) for one in ("(1,200.00)", "１，２００．５", "1,200.00-", "￥-1200", -0.1)]
    [-120000, 120050, -120000, -120000, -10]

    Raises 「值为“1,20”;允许:金额,如 1200.00、…」.
    """
    if isinstance(value, str):
        return _fen_of_text(value, in_wan)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return parse_fen(value, in_wan=in_wan)
    raise _no_amount(value)


@lru_cache(maxsize=4096)
def _fen_of_text(value: str, in_wan: bool) -> int:
    return parse_fen(_plain_amount(value), in_wan=in_wan)


@lru_cache(maxsize=4096)
def _plain_amount(value: str) -> str:
    """The amount with a leading minus or none, without separators."""
    written = folded(cell_text(value)).translate(_MINUS)
    in_brackets = written.startswith("(") and written.endswith(")")
    found = _WRITTEN.fullmatch(written[1:-1] if in_brackets else written)
    signs = [*found.group(1, 2, 4)] if found else []
    if not found or sum(map(bool, signs)) + in_brackets > 1:
        raise _no_amount(value)
    return ("-" if in_brackets or "-" in signs else "") + found[3].replace(",", "").rstrip(".")


def _no_amount(value: object) -> CreditError:
    return CreditError("为空" if is_blank(value) else f"值为“{text(value)}”", allowed=AMOUNT_FORMS)


def is_rounded(value: object, fen: int, *, in_wan: bool = False) -> bool:
    """Whether the amount was finer than a 分.

    >>> is_rounded("1,200.005", 120001), is_rounded("(7.50)", -750), is_rounded(0.1 + 0.2, 30)
    (True, False, False)
    """
    if in_wan or (isinstance(value, str) and value[-3:-2] == "."):
        return False
    return is_finer_than_fen(_plain_amount(value) if isinstance(value, str) else value, fen)


def export_date(value: object, date1904: bool = False) -> date:
    """A date, also with a time or a weekday behind it.

    >>> export_date("2026-07-01 13:45:22"), export_date("20260701134522"), export_date("２０２６年７月１日 星期三")
    (datetime.date(2026, 7, 1), datetime.date(2026, 7, 1), datetime.date(2026, 7, 1))
    """
    return _date_of_text(value) if isinstance(value, str) else (parse_date_1904 if date1904 else parse_date)(value)


@lru_cache(maxsize=4096)  # a month's documents bear some thirty dates
def _date_of_text(value: str) -> date:
    written = _TIME.sub("", cell_text(value).translate(_MINUS))
    stamp = _STAMP.fullmatch(written)
    try:
        return parse_date(stamp[1] if stamp else written)
    except CreditError as error:
        raise CreditError("为空" if is_blank(value) else f"值为“{text(value)}”", allowed=error.allowed) from None


def is_yes(value: object, *words: str) -> bool:
    """Whether a flag's cell says yes: 是, Y, √, 1, or one of ``words``."""
    written = folded(cell_text(value))
    return written.upper() in _TRUE or any(word in written and not written.startswith(("非", "未", "不", "否", "无")) for word in words)
