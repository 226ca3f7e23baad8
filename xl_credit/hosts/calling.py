"""One call of a spreadsheet function for a whole range: arguments laid side by side, a value or one line of text for each case."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache

from xl_credit.cells import is_blank
from xl_credit.hosts.declaring import Argument, Function
from xl_credit.policy.flat_reading import read_flat
from xl_credit.policy.sample import sample_policy
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import Policy

Cells = Sequence[Sequence[object]]
_MISSING = object()


def call(function: Function, given: Sequence[object]) -> list[list[object]]:
    """The function's values for ``given`` (cells, ranges as rows of cells, or ``None`` where left out), as rows of cells.

    Ranges of one shape are taken cell by cell; single cells, rows and columns go along with every case. What is wrong with a
    case becomes its own text, so that it spoils no other.
    """
    try:
        policy = _policy(given[-1] if len(given) == len(function.arguments) else None)
        columns = [_column(argument, value) for argument, value in zip(function.arguments[:-1], _padded(function, given), strict=True)]
        height, width = (_extent([column[place] for column in columns]) for place in (0, 1))
    except CreditError as error:
        return [[str(error)]]
    return [[_one(function, policy, columns, row, column) for column in range(width)] for row in range(height)]


def _padded(function: Function, given: Sequence[object]) -> list[object]:
    expected = len(function.arguments) - 1
    return [*given[:expected], *[None] * (expected - len(given))]


def _policy(value: object) -> Policy:
    rows = _rows(value)
    if rows is None or all(is_blank(cell) or cell == 0 for row in rows for cell in row):
        return sample_policy()
    return _policy_of(tuple(map(tuple, rows)))


@lru_cache(maxsize=8)
def _policy_of(rows: tuple[tuple[object, ...], ...]) -> Policy:
    return read_flat(rows)


def _rows(value: object) -> Cells | None:
    """Any shape in which a host hands a value over, as rows of cells."""
    if value is None:
        return None
    if not isinstance(value, list | tuple):
        return ((value,),)
    if value and not isinstance(value[0], list | tuple):
        return (value,)
    return value


def _column(argument: Argument, value: object) -> tuple[int, int, Callable[[int, int], object]]:
    """Height, width and reader of one argument; a row of a range is one case of it."""
    rows = _rows(value)
    if rows is None or not rows or not rows[0]:
        if not argument.optional:
            raise CreditError(f"缺少参数“{argument.label}”", allowed=argument.help)
        return 1, 1, lambda row, column: _MISSING
    height, width = len(rows), len(rows[0])
    if argument.columns:
        if width not in argument.columns:
            allowed = "或".join(f"{count}列" for count in argument.columns)
            raise CreditError(f"“{argument.label}”有{width}列", allowed=f"{allowed}的区域")
        return height, 1, lambda row, column: rows[row if height > 1 else 0]
    known: dict[object, object] = {}

    def read(row: int, column: int) -> object:
        cell = rows[row if height > 1 else 0][column if width > 1 else 0]
        if cell not in known or isinstance(cell, bool):
            known[cell] = argument.parse(cell)
        return known[cell]

    return height, width, read


def _extent(sizes: Sequence[int]) -> int:
    """How many cases there are: every range has that many, or one."""
    found = {size for size in sizes if size > 1}
    if len(found) > 1:
        raise CreditError(f"各区域大小不同({'、'.join(map(str, sorted(found)))})", allowed="行列数相同的区域,或单个单元格")
    return found.pop() if found else 1


def _one(function: Function, policy: Policy, columns: Sequence[tuple], row: int, column: int) -> object:
    try:
        values = []
        for (_, _, read), argument in zip(columns, function.arguments, strict=False):
            try:
                value = read(row, column)
            except CreditError as error:
                raise _labelled(argument, error) from None
            if argument.columns and value is not _MISSING and all(map(is_blank, value)):
                return ""
            values.append(None if value is _MISSING else value)
        return _cell(function.body(*values, policy))
    except CreditError as error:
        return str(error)


def _labelled(argument: Argument, error: CreditError) -> CreditError:
    if error.article or error.found.startswith(argument.label):
        return error
    return CreditError(f"{argument.label}{error.found}", allowed=error.allowed, article=error.article)


def _cell(value: object) -> object:
    """A value as every host can show it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < 10**15 else float(value)
    return value
