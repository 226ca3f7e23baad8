"""What LibreOffice itself loads: the spreadsheet functions as an add-in, and the runner of commands. Runs inside soffice."""

from collections.abc import Callable, Sequence

from udfs.functions import TABLE
from xl_credit.hosts.calc_add_in import IMPLEMENTATION, SERVICE
from xl_credit.hosts.calc_menu import RUNNER
from xl_credit.hosts.calling import call
from xl_credit.hosts.declaring import Function, day, quarter

_FIRST_DAY = (1899, 12, 30)
_OTHER_CALENDAR = "本簿的日期从1904年起算;允许:工具→选项→Calc→计算→日期 1899-12-30,再重新输入日期"


def implementations() -> object:
    """The two services, ready for LibreOffice's Python loader."""
    import unohelper
    from com.sun.star.task import XJob, XJobExecutor
    from org.xlcredit import XFunctions

    class Functions(unohelper.Base, XFunctions):
        """The functions; one object serves all documents."""

        def __init__(self, context: object) -> None:
            pass

    class Commands(unohelper.Base, XJobExecutor, XJob):
        """Runs a command by its tag: the one behind the ? of its address, or a macro's, which gets the closing line back."""

        def __init__(self, context: object) -> None:
            self.context = context

        def trigger(self, tag: str) -> None:
            from xl_credit.hosts.calc_command import run

            run(self.context, tag)

        def execute(self, named: Sequence[object]) -> str:
            from xl_credit.hosts.calc_command import run

            return run(self.context, named[0].Value)

    for function in TABLE.functions.values():
        setattr(Functions, function.name, _method(function))
    helper = unohelper.ImplementationHelper()
    helper.addImplementation(Functions, IMPLEMENTATION, (SERVICE,))
    helper.addImplementation(Commands, RUNNER, (RUNNER,))
    return helper


def _method(function: Function) -> Callable[..., tuple[tuple[object, ...], ...]]:
    dated = [place for place, argument in enumerate(function.arguments) if argument.parse in (day, quarter)]

    def method(self: object, document: object, *given: object) -> tuple[tuple[object, ...], ...]:
        if any(given[place] is not None for place in dated) and not _counts_from_1899(document):
            return ((_OTHER_CALENDAR,),)
        return ready(call(function, given))

    return method


def _counts_from_1899(document: object) -> bool:
    start = document.NullDate
    return (start.Year, start.Month, start.Day) == _FIRST_DAY


def ready(rows: Sequence[Sequence[object]]) -> tuple[tuple[object, ...], ...]:
    """Values as Calc takes them back: its numbers are floats, the longer of Python's whole numbers it does not know.

    >>> ready([[30, "一级"]])
    ((30.0, '一级'),)
    """
    return tuple(tuple(float(cell) if isinstance(cell, int) else cell for cell in row) for row in rows)
