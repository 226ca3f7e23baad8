"""One branch's pack: the rating workbook with its customers, open where the branch types and locked elsewhere, and a manifest."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from xlsxwriter.utility import xl_cell_to_rowcol

from xl_credit.books.package import Package, read_package
from xl_credit.books.protection import Unlocker
from xl_credit.books.workbook import read_sheets
from xl_credit.branches.guide import add_guide
from xl_credit.branches.locked import lock_digest, read_lock
from xl_credit.branches.manifest import Manifest, add_manifest_sheet, new_manifest, put_manifest, seal
from xl_credit.branches.prefill import Prefill
from xl_credit.forms.customer_form import CHOSEN
from xl_credit.forms.formulas import COLUMNS, HEADER_ROW
from xl_credit.forms.look import Look
from xl_credit.forms.rating_workbook import build_rating_workbook
from xl_credit.forms.result_sheets import HEADER_ROW as RESULT_HEADER_ROW
from xl_credit.quarter.columns import (
    CHANGE_COLUMNS,
    CHANGES,
    CHECK_COLUMNS,
    CHECK_KEPT,
    CHECKS,
    EVALUATION,
    EVALUATION_COLUMNS,
    FORM,
    POLICY_COPY,
    RESULT_COLUMNS,
    RESULTS,
    ROUTE_KEPT,
    ROUTE_WRITTEN,
    ROUTES,
)
from xl_credit.rules.figures import Policy
from xl_credit.rules.quarter import Quarter

_FREE_COLUMNS = 30  # right of a table, for the branch's own columns
_TABLES = {
    EVALUATION: COLUMNS, RESULTS: RESULT_COLUMNS, ROUTES: (*ROUTE_WRITTEN, *ROUTE_KEPT), CHANGES: CHANGE_COLUMNS,
    CHECKS: (*CHECK_COLUMNS, *CHECK_KEPT),
}  # fmt: skip
_WRITTEN_BY_COMMAND = (RESULTS, ROUTES, CHANGES, CHECKS)  # by the code inside the workbook, where there is any
_ALLOWED = {
    "format_cells": True, "format_columns": True, "format_rows": True, "insert_columns": True, "insert_hyperlinks": True,
    "sort": True, "autofilter": True, "objects": True, "scenarios": True,
}  # fmt: skip
_COMMENT_WIDTH, _COMMENT_LINE = 330, 17  # pixels


def build_pack(
    path: Path, branch: str, quarter: Quarter, policy: Policy, prefill: Prefill, key: bytes, *, spare_rows: int,
    finish: Callable[[Path], Package] | None = None,
) -> Package:  # fmt: skip
    """The pack as a package, unwritten, built at ``path``; the same arguments always give the same bytes.

    With ``finish`` the workbook gets code of its own last, and the sheets that this code writes stay unprotected.
    """
    manifest = new_manifest(branch, quarter, policy.version)
    protected = [name for name in (*_TABLES, POLICY_COPY, FORM) if not finish or name not in _WRITTEN_BY_COMMAND]
    build_rating_workbook(
        path, policy, branch=branch, quarter=str(quarter), records=prefill.records, spare_rows=spare_rows,
        more_sheets=lambda look: _complete(look, manifest, prefill.comments, protected),
    )  # fmt: skip
    package = read_package(path)
    _unlock(package, len(prefill.records))
    digest = lock_digest(key, read_lock(package), manifest.identity)
    manifest = replace(manifest, digest=digest)
    put_manifest(package, replace(manifest, seal=seal(key, manifest)))
    return package


def _complete(look: Look, manifest: Manifest, comments: Sequence[str], protected: Sequence[str]) -> None:
    """Comments with last quarter's figures, the manifest, and protection without a password: it keeps from mistakes, not secrets."""
    sheets = {sheet.get_name(): sheet for sheet in look.book.worksheets()}
    for row, comment in enumerate(comments, HEADER_ROW):
        height = _COMMENT_LINE * sum(1 + sum(2 if ord(char) > 255 else 1 for char in line) // 52 for line in comment.split("\n")) + 12
        size = {"width": _COMMENT_WIDTH, "height": height, "font_size": 9, "author": "xl-credit"}
        sheets[EVALUATION].write_comment(row, COLUMNS.index("客户名称"), comment, size)
    open_format = look.book.add_format({"locked": False})
    for name in protected:
        if name in _TABLES:
            sheets[name].set_column(len(_TABLES[name]), len(_TABLES[name]) + _FREE_COLUMNS, None, open_format)
        if name != POLICY_COPY:  # that one is protected in every workbook
            sheets[name].protect("", _ALLOWED)
    add_guide(look, manifest.branch, manifest.quarter)
    add_manifest_sheet(look, manifest)


def _unlock(package: Package, customers: int) -> None:
    """Open what people fill in; code and name of the customers that head office knows stay locked."""
    unlocker, sheets = Unlocker(package), read_sheets(package)
    last_input, last_customer = len(EVALUATION_COLUMNS), HEADER_ROW + customers
    chosen_row, chosen_column = xl_cell_to_rowcol(CHOSEN)

    def evaluation(row: int, column: int) -> bool:
        return row > HEADER_ROW and column < last_input and (row > last_customer or column > 1)

    unlocker.unlock(sheets.find(EVALUATION).part, evaluation)
    unlocker.unlock(sheets.find(FORM).part, lambda row, column: (row, column) == (chosen_row + 1, chosen_column))
    for name, kept in ((ROUTES, ROUTE_KEPT), (CHECKS, CHECK_KEPT)):
        open_columns = range(_TABLES[name].index(kept[0]), len(_TABLES[name]))
        unlocker.unlock(sheets.find(name).part, lambda row, column, of=open_columns: row > RESULT_HEADER_ROW and column in of)
    unlocker.finish()
