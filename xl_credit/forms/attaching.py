"""Our sheets into a workbook that the team already has."""

from pathlib import Path

from xl_credit.books.graft import AttachReport, attach_sheets
from xl_credit.books.package import read_package, write_package
from xl_credit.forms.template_files import RATING, RECEIVABLES, template_path
from xl_credit.quarter.columns import CHANGES, CHECKS, EVALUATION, FORM, POLICY_COPY, RESULTS, ROUTES
from xl_credit.receivables.columns import LEDGERS
from xl_credit.rules.errors import CreditError

_OURS = (EVALUATION, RESULTS, ROUTES, CHANGES, CHECKS, POLICY_COPY, FORM)


def attach_our_sheets(workbook: Path, out: Path, *, ledgers: bool = False) -> AttachReport:
    """Write ``out``: the workbook with our sheets after its own, all else as it was; a sheet of the same name is kept.

    The rating sheets, or with ``ledgers`` the ledger sheets that people fill.
    """
    if out.exists() and out.resolve() != workbook.resolve():
        raise CreditError("文件已存在", where=str(out), allowed="换一个文件名")
    if out.resolve() == workbook.resolve():
        raise CreditError("不能写回原文件", where=str(out), allowed="另一个文件名")
    if out.suffix.lower() != workbook.suffix.lower():
        raise CreditError(f"扩展名与原工作簿{workbook.suffix}不同", where=out.name, allowed=f"{workbook.suffix}文件")
    package = read_package(workbook)
    template, names = (RECEIVABLES, LEDGERS) if ledgers else (RATING, _OURS)
    report = attach_sheets(package, read_package(template_path(template), may_be_open=True), names)
    write_package(package, out)
    return report
