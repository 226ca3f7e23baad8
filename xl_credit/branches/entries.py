"""What a branch typed or pasted into the 评估表's input cells, held to the dropdowns and kinds that the pack gave them."""

from collections.abc import Iterator

from xl_credit.books.contents import Contents
from xl_credit.branches.comparing import Returned, Sent
from xl_credit.branches.findings import Finding
from xl_credit.branches.locked import KEY
from xl_credit.cells import is_blank, text
from xl_credit.forms.formulas import COLUMNS, HEADER_ROW
from xl_credit.quarter.columns import EVALUATION, EVALUATION_COLUMNS
from xl_credit.quarter.evaluation import EvaluationReader
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import Policy
from xl_credit.rules.quarter import Quarter
from xl_credit.tables import Grid, Table, column_letters, header_name

_FREE = ("客户编码", "客户名称", "业务员", "合同编号")  # any text


def check_entries(sent: Sent, returned: Returned, contents: Contents, policy: Policy, quarter: Quarter) -> Iterator[Finding]:
    """Filled input cells that are none of their dropdown's values, or no number or date where one belongs.

    Full-width and stray blanks are forgiven and text that is plainly a number is one, as everywhere.
    """
    columns = {header: column for header, column in returned.columns.items() if header in EVALUATION_COLUMNS and header not in _FREE}
    units = {header: header_name(cell.value)[1] for header, column in columns.items() if (cell := contents.cells.get((HEADER_ROW, column)))}
    grid = Grid(EVALUATION, (), returned.sheets.date1904)
    places = {header: COLUMNS.index(header) for header in EVALUATION_COLUMNS}
    reader = EvaluationReader(Table(grid, HEADER_ROW - 1, places, {header: units.get(header, "") for header in places}), policy, quarter)
    headers = {column: header for header, column in columns.items()}
    for (row, column), content in sorted(contents.cells.items()):
        header = headers.get(column)
        if header is None or row <= HEADER_ROW or is_blank(content.value):
            continue
        values = [None] * len(COLUMNS)
        values[places[header]] = content.value
        try:
            reader.value(values, header)
        except CreditError as error:
            what = "的值不在下拉选项内" if "、" in error.allowed else "填写的内容读不出来"
            code = contents.cells.get((row, returned.columns.get(KEY, -1)))
            was = sent.entry(text(code.value), header) if code else ""
            yield Finding(EVALUATION, f"{column_letters(column)}{row}", f"{header}{what}", was, text(content.value), f"改为:{error.allowed}")
