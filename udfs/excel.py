"""What xlwings loads for Excel: each function of the table under its own name, and the entry of the ribbon's buttons."""

import xlwings as xw

from udfs.functions import TABLE
from xl_credit.hosts.excel_wrapping import wrapped

globals().update({name: wrapped(function, xw) for name, function in TABLE.functions.items()})


def run(tag):
    """Carry out the command that a button's tag names on the active workbook."""
    from udfs.ribbon import COMMANDS
    from xl_credit.hosts.excel_dispatch import dispatch
    from xl_credit.hosts.excel_host import ExcelHost
    from xl_credit.hosts.live_commands import OpenWorkbook

    book = xw.Book.caller()
    return dispatch(COMMANDS.by_tag, tag, book.app, OpenWorkbook(book, ExcelHost()))
