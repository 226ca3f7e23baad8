"""One cell's value <-> domain value.

Numbers become exact decimals from their shortest text, amounts are held to the 分 (六 decimals of 万元) because a sum typed as
a formula carries float noise; dates come as dates, serials or the forms people type; full-width text is folded.
Each ``parse_`` raises :class:`CreditError` with what was found and what is allowed.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from xl_credit.rules.errors import CreditError

FEN_IN_WAN = Decimal("0.000001")
_YUAN_IN_WAN = Decimal(10000)
_BLANKS = (None, "")
_PLAIN_YUAN = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,2}))?")
_WRITTEN_AMOUNT = re.compile(r"^(\()?([+-]?)(?:RMB|CNY|人民币|¥)?([+-]?)([\d.,]+)(元整?|圆整?)?(\))?$", re.IGNORECASE)
_NUMBER = re.compile(r"^[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?([eE][+-]?\d{1,3})?$")
_DATE = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?$")
_CLOCK = re.compile(
    r"(?:[ T]\s*|(?<=[日号]))(?:上午|下午)?(?:[01]?\d|2[0-3])(?::[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:\s?[AP]M)?|时(?:[0-5]?\d分)?)$", re.IGNORECASE
)
_WEEKDAY = re.compile(r"\(?(?:星期|周|礼拜)[一二三四五六日天]\)?$")
_CHINESE_DATE = re.compile(r"^([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})[日号]$")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_COMPACT_DATE = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_SERIAL_TEXT = re.compile(r"^([2-7]\d{4})(?:\.\d*)?$")
_SERIAL_EPOCH = date(1899, 12, 30)
DAYS_TO_1904 = 1462
_EARLIEST, _LATEST = date(1900, 3, 1), date(2199, 12, 31)
_YES_NO = {"是": True, "否": False, True: True, False: False, "": False}
_FORMULA_LIKE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # full-width ones are signs to a Chinese Excel too


def is_blank(value: object) -> bool:
    return value in _BLANKS or (isinstance(value, str) and not value.strip())


def text(value: object) -> str:
    """What the cell says, trimmed; a whole number without its ``.0`` (codes are often typed as numbers).

    >>> text(1001.0), text("  A-01 "), text(None)
    ('1001', 'A-01', '')
    """
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def folded(value: object) -> str:
    """Text with full-width letters and digits narrowed and inner blanks removed: how states and headers are compared."""
    return "".join(unicodedata.normalize("NFKC", text(value)).split())


def parse_decimal(value: object) -> Decimal:
    """A number, exactly as written: 「1,200.50」, 「１２００」 and 1200.5 alike.

    >>> parse_decimal(0.1), parse_decimal("1,200.50"), parse_decimal("１２００")
    (Decimal('0.1'), Decimal('1200.50'), Decimal('1200'))
    """
    if isinstance(value, bool):
        raise CreditError(f"值为“{text(value)}”", allowed="数字")
    if isinstance(value, float):
        number = Decimal(int(value)) if value.is_integer() else Decimal(repr(value))
    elif isinstance(value, int | Decimal):
        number = Decimal(value)
    else:
        number = _decimal_from_text(value)
    if not number.is_finite():
        raise CreditError(f"值为“{value}”", allowed="数字")
    return number


def _decimal_from_text(value: object) -> Decimal:
    written = folded(value) if isinstance(value, str) else ""
    if written and written[0] in "¥￥":
        written = written[1:]
    if not written or not _NUMBER.match(written):
        raise CreditError(f"值为“{text(value)}”" if not is_blank(value) else "为空", allowed="数字")
    try:
        return Decimal(written.replace(",", ""))
    except InvalidOperation:
        raise CreditError(f"值为“{text(value)}”", allowed="数字") from None


def parse_number(value: object) -> int | Decimal:
    """A number, whole ones as integers, so that points and counts print without a point.

    >>> parse_number(2.0), parse_number("2.5")
    (2, Decimal('2.5'))
    """
    number = parse_decimal(value)
    return int(number) if number == number.to_integral_value() else number


def parse_wan(value: object, *, in_yuan: bool = False) -> Decimal:
    """An amount in 万元, held to the 分; ``in_yuan`` where the column's header says 元.

    >>> parse_wan(1234.5678004), parse_wan("8000000", in_yuan=True)
    (Decimal('1234.567800'), Decimal('800.000000'))
    """
    number = parse_decimal(value)
    if in_yuan:
        number /= _YUAN_IN_WAN
    if abs(number) >= Decimal(10) ** 12:
        raise CreditError(f"值为“{text(value)}”", allowed="绝对值小于1万亿万元的数字")
    return number.quantize(FEN_IN_WAN, ROUND_HALF_UP)


def parse_fen(value: object, *, in_wan: bool = False) -> int:
    """An amount in whole 分; ``in_wan`` where the column's header says 万元. More than two decimals are rounded half up.

    Text may bear the marks of 元 and of a negative amount that accounting formats leave in a CSV file; no other currency.

    >>> parse_fen(0.1 + 0.2), parse_fen("-1,200.50"), parse_fen("(¥1,200.50)"), parse_fen("35.5", in_wan=True)
    (30, -120050, -120050, 35500000)
    """
    if not in_wan:
        if type(value) is float:
            fen = round(value * 100) if abs(value) < 1e12 else 0
            if fen / 100 == value:
                return fen
        elif type(value) is str and (plain := _PLAIN_YUAN.fullmatch(value)):
            fen = int(plain[2]) * 100 + int(f"{plain[3] or '':0<2}")
            return -fen if plain[1] else fen
    number = parse_decimal(_bare_amount(value, in_wan)) * (_YUAN_IN_WAN if in_wan else 1)
    if abs(number) >= Decimal(10) ** 12:
        raise CreditError(f"值为“{text(value)}”", allowed="绝对值小于1万亿元的数字")
    return int((number * 100).quantize(Decimal(1), ROUND_HALF_UP))


def _bare_amount(value: object, in_wan: bool = False) -> object:
    """The number in an amount that is written with its currency or in brackets; anything else as it is, to be refused as no number."""
    match = _WRITTEN_AMOUNT.match(folded(value).replace("−", "-")) if isinstance(value, str) else None
    if not match:
        return value
    opened, sign, inner_sign, number, unit, closed = match.groups()
    if bool(opened) != bool(closed) or bool(opened) + bool(sign) + bool(inner_sign) > 1 or (unit and in_wan):
        return value
    return f"{'-' if opened else sign or inner_sign}{number}"


def is_finer_than_fen(value: object, fen: int) -> bool:
    """Whether an amount in 元 was rounded when it became ``fen`` (binary noise of a sum is not meant).

    >>> is_finer_than_fen(12.345, 1235), is_finer_than_fen(0.1 + 0.2, 30), is_finer_than_fen("7.50", 750)
    (True, False, False)
    """
    if type(value) is float and fen / 100 == value or type(value) is str and _PLAIN_YUAN.fullmatch(value):
        return False
    return abs(parse_decimal(_bare_amount(value)) * 100 - fen) > Decimal("0.001")


def parse_whole(value: object, allowed: str = "不小于0的整数") -> int:
    number = parse_decimal(value)
    if number != number.to_integral_value() or number < 0 or number > 10**9:
        raise CreditError(f"值为“{text(value)}”", allowed=allowed)
    return int(number)


def parse_date(value: object) -> date:
    """A date, its serial, or text as people type it: 2026-07-01, 2026/7/1, 2026.7.1, 2026年7月1日, 二〇二六年七月一日, 20260701.

    A time of day or a weekday behind it, as other systems export them, plays no part.

    >>> parse_date(46204.0), parse_date("2026年7月1日 星期三"), parse_date("2026-07-01 14:25:36")
    (datetime.date(2026, 7, 1), datetime.date(2026, 7, 1), datetime.date(2026, 7, 1))
    """
    found = _as_date(value)
    if found is None or not _EARLIEST <= found <= _LATEST:
        raise CreditError(f"值为“{text(value)}”" if not is_blank(value) else "为空", allowed="日期,如 2026-07-01")
    return found


def parse_date_1904(value: object) -> date:
    """As :func:`parse_date`, for a workbook whose serials count from 1904.

    >>> parse_date_1904(44742.0)
    datetime.date(2026, 7, 1)
    """
    return parse_date(value + DAYS_TO_1904 if isinstance(value, int | float) and not isinstance(value, bool) else value)


def _as_date(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float) and not (19000301 <= value <= 21991231 and value == int(value)):
        return _SERIAL_EPOCH + timedelta(days=int(value)) if 60 < value < 110000 else None
    written = _WEEKDAY.sub("", folded(_CLOCK.sub("", text(value))))  # 20260701 typed as a number is read as it looks
    match = _DATE.match(written) or _COMPACT_DATE.match(written)
    parts = map(int, match.groups()) if match else _chinese_date(written)
    if parts is None:
        serial_text = _SERIAL_TEXT.match(written)  # what a CSV file makes of a date without its format
        return _SERIAL_EPOCH + timedelta(days=int(serial_text[1])) if serial_text else None
    try:
        return date(*parts)
    except ValueError:
        return None


def _chinese_date(written: str) -> tuple[int, int, int] | None:
    """Year, month and day of 二〇二六年七月一日."""
    match = _CHINESE_DATE.match(written)
    if not match:
        return None
    year, month, day = match.groups()
    return int(year.translate(_DIGITS)), _up_to_99(month), _up_to_99(day)


def _up_to_99(numeral: str) -> int:
    """A numeral below a hundred; 0, which is no month and no day, for what is none.

    >>> _up_to_99("七"), _up_to_99("十二"), _up_to_99("三十"), _up_to_99("二十一"), _up_to_99("一二")
    (7, 12, 30, 21, 0)
    """
    tens, ten, ones = numeral.rpartition("十")
    if len(tens) > 1 or len(ones) > 1:
        return 0
    return int((tens or "1").translate(_DIGITS)) * 10 * bool(ten) + int((ones or "0").translate(_DIGITS))


def parse_flag(value: object) -> bool:
    """是 or 否; a blank is 否, as people leave it."""
    found = _YES_NO.get(value) if isinstance(value, str | bool) else None
    if found is None:
        found = _YES_NO.get(folded(value))
    if found is None:
        raise CreditError(f"值为“{text(value)}”", allowed="是、否")
    return found


def parse_state(value: object, states: Mapping[str, object]) -> str:
    """One of the states of an enumerated column, full-width and stray blanks forgiven."""
    if value in states:
        return value
    written = folded(value)
    if written in states:
        return written
    raise CreditError(f"值为“{text(value)}”" if written else "为空", allowed="、".join(states))


def serial(day: date) -> int:
    """A date as the serial that a 1900 workbook stores."""
    return (day - _SERIAL_EPOCH).days


def csv_text(value: object) -> str:
    """A value for a CSV cell; text that a spreadsheet would run as a formula gets a leading apostrophe, one more where it has some.

    >>> csv_text("=1+1"), csv_text("'=1+1"), csv_text(-5)
    ("'=1+1", "''=1+1", '-5')
    """
    if isinstance(value, str) and value.lstrip("'").startswith(_FORMULA_LIKE):
        return "'" + value
    return "" if value is None else str(value)


def from_csv_text(value: str) -> str:
    """The opposite of :func:`csv_text`."""
    return value[1:] if value.startswith("'") and value.lstrip("'").startswith(_FORMULA_LIKE) else value
