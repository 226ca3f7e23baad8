"""Text that a spreadsheet would run as a formula stays text: in every column that is written, in every form in which it is given out."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import record
from tests.hostile import judging
from tests.hostile.parts import Parts
from tests.hostile.samples import LEDGER_ROWS
from tests.hostile.values import FORMULA_LIKE
from tests.receivables.desk import loaded, run_here
from xl_credit.books.book import Book
from xl_credit.books.csv_table import csv_table
from xl_credit.books.fill import Fill
from xl_credit.cells import folded, from_csv_text
from xl_credit.forms.policy_workbook import build_policy_workbook
from xl_credit.forms.rating_workbook import build_rating_workbook
from xl_credit.forms.receivables_ledgers import add_ledgers
from xl_credit.forms.template_files import HEAD_OFFICE, POLICY, RATING, RECEIVABLES, template_path
from xl_credit.policy.sample import sample_grids, sample_policy
from xl_credit.quarter import columns as of_branch
from xl_credit.quarter import consolidated_receivables as of_debts
from xl_credit.quarter import consolidation as of_company
from xl_credit.quarter import head_office
from xl_credit.quarter.columns import EVALUATION_COLUMNS, RESULTS
from xl_credit.quarter.head_office_receivables import RECEIVABLES_SHEETS
from xl_credit.receivables import columns as of_ledgers
from xl_credit.receivables.columns import AGEING, GATE, LAYOUT, REPORTS, STATEMENT, UNITS, ageing_columns
from xl_credit.rules.ageing import bucket_labels
from xl_credit.rules.errors import CreditError
from xl_credit.tables import find_table

LABELS = bucket_labels(sample_policy().ageing_bounds_days)
TEMPLATES = {name: template_path(name) for name in (RATING, RECEIVABLES, HEAD_OFFICE)}
WRITTEN = {
    RATING: {RESULTS, of_branch.ROUTES, of_branch.CHANGES, of_branch.CHECKS},
    RECEIVABLES: {*REPORTS} - {STATEMENT},  # a form of native formulas
    HEAD_OFFICE: {*head_office.FILLED_SHEETS, head_office.CHARTS, *RECEIVABLES_SHEETS} - {head_office.MATRIX},  # counts only
}
BLOCKS = {of_ledgers.BRIDGE, of_ledgers.GOALS, head_office.DISTRIBUTION, head_office.APPROVALS, head_office.CHARTS}  # of a fixed number of rows


def declared() -> list[tuple[str, ...]]:
    """Every list of columns that the package declares for a table it writes, the columns of people in it after ours."""
    modules = (of_branch, of_ledgers, of_company, of_debts)
    plain = [value for module in modules for name, value in vars(module).items() if name.endswith(("_COLUMNS", "ROUTE_WRITTEN"))]
    made = [ageing_columns(LABELS), of_debts.owed_columns(LABELS), of_debts.debtor_columns(LABELS)]
    kept = {of_branch.ROUTE_WRITTEN: of_branch.ROUTE_KEPT, of_branch.CHECK_COLUMNS: of_branch.CHECK_KEPT, of_ledgers.GATE_COLUMNS: of_ledgers.GATE_KEPT,
            of_ledgers.ALERT_COLUMNS: of_ledgers.NOTE_KEPT, of_company.EXCEPTION_COLUMNS: of_branch.CHECK_KEPT,
            of_debts.ALL_SHORTFALL_COLUMNS: of_debts.SHORTFALL_KEPT}  # fmt: skip
    lists = [value for value in plain if isinstance(value, tuple) and len(value) > 2]
    return [(*columns, *kept.get(columns, ())) for columns in (*lists, *made)]


def tables() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(template, sheet, columns) of every table that is written."""
    for template, path in TEMPLATES.items():
        book = Book(path, WRITTEN[template])
        for sheet in sorted(WRITTEN[template]):
            for columns in declared():
                try:
                    find_table(book.grid(sheet), columns)
                except CreditError:
                    continue
                yield template, sheet, columns


TABLES = list(tables())


def test_every_sheet_that_is_written_is_among_the_tables():
    assert {(template, sheet) for template, sheet, _ in TABLES} == {(template, sheet) for template in WRITTEN for sheet in WRITTEN[template]}


@pytest.mark.parametrize(("template", "sheet", "columns"), TABLES, ids=[f"{sheet}-{columns[0]}" for _, sheet, columns in TABLES])
def test_in_every_column_of_every_table_of_a_workbook(template, sheet, columns, tmp_path):
    path, target = TEMPLATES[template], tmp_path / "结果.xlsx"
    book = Book(path, (sheet,))
    table = find_table(book.grid(sheet), columns)
    try:
        book.fill(sheet, Fill(columns[:1], columns, [[text] * len(columns) for text in FORMULA_LIKE], (columns[0], ""), wrapped=columns))
    except CreditError:  # a block that does not grow
        for offset, text in enumerate(FORMULA_LIKE):
            for name in columns:
                book.sheet(sheet).set(table.header + 2 + offset, table.columns[name], text)
    book.save(target)
    assert list(judging.new_formulas(target.read_bytes(), path.read_bytes())) == []
    written = loaded(target)[sheet]
    for name in columns:
        cells = [row[table.columns[name]] for row in written.iter_rows(max_col=table.columns[name] + 1)]
        found = {str(cell.value).replace("_x000D_", "\r"): cell.data_type for cell in cells if cell.value is not None}
        met = [text for text in FORMULA_LIKE if text in found]  # below a block that does not grow lies a note over several columns
        assert {found[text] for text in met} == {"s"} and len(met) >= (4 if sheet in BLOCKS else len(FORMULA_LIKE)), (name, met)


@pytest.mark.parametrize("columns", [of_branch.RESULT_COLUMNS, ageing_columns(LABELS), of_ledgers.GATE_COLUMNS])
def test_in_every_column_of_a_csv(columns):
    made = csv_table(columns, [[text] * len(columns) for text in FORMULA_LIKE])
    for text, row in zip(FORMULA_LIKE, list(csv.reader(io.StringIO(made, newline="")))[1:], strict=True):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")) for cell in row), row
        assert [from_csv_text(cell) for cell in row] == [text] * len(columns)


def _text_columns(columns: Sequence[str], example: dict[str, object]) -> list[str]:
    """Those that hold words: neither amounts nor days, nor what only a few words are allowed in."""
    return [name for name in columns if name not in UNITS and not isinstance(example.get(name), date) and not name.endswith(("日期", "日"))]


FREE = ("客户编码", "客户名称", "业务员", "合同编号")


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> Path:
    """A branch, its ledgers and a policy with such text wherever they have text, the branch's name included."""
    folder = tmp_path_factory.mktemp("像公式") / "来源"
    folder.mkdir()
    records = [record(text, **{name: text for name in FREE}) for text in FORMULA_LIKE[:12]]
    records += [record("H1", **dict.fromkeys(_text_columns(EVALUATION_COLUMNS, {}), FORMULA_LIKE[4]))]
    ledgers = {
        sheet: [{**rows[0], **dict.fromkeys(_text_columns(LAYOUT[sheet], rows[0]), text), "状态": state, **_kept(sheet, rows[0])}
                for text in FORMULA_LIKE[:8] for state in ("", text)]
        for sheet, rows in LEDGER_ROWS.items()
    }  # fmt: skip
    build_rating_workbook(
        folder / "=1+1.xlsx", sample_policy(), branch="=1+1", quarter="2026Q3", records=records, spare_rows=2,
        more_sheets=lambda look: add_ledgers(look, sample_policy(), ledgers, 2),
    )  # fmt: skip
    build_policy_workbook(folder / "政策.xlsx", sample_grids())
    parts = Parts.of((folder / "政策.xlsx").read_bytes())
    parts.put("xl/sharedStrings.xml", parts.text("xl/sharedStrings.xml").replace(f">{sample_policy().version}<", ">=1+1<").replace(">销售部经理<", ">-销售部经理<"))
    (folder / "政策.xlsx").write_bytes(parts.packed())
    return folder


def _kept(sheet: str, row: dict[str, object]) -> dict[str, object]:
    """What has to be a known word for the row to count at all."""
    return {name: row[name] for name in ("季度", "类别", "结果") if name in row}


def _good(sources: Path) -> bytes:
    return (sources / "=1+1.xlsx").read_bytes()


def test_a_workbook_built_with_it(sources):
    assert list(judging.new_formulas(_good(sources), *(path.read_bytes() for path in TEMPLATES.values()))) == []


def test_through_a_whole_regeneration(sources, tmp_path):
    ended = run_here("regenerate", sources, "-q", "2026Q3", "--out", tmp_path)
    assert ended.code == 1 and not ended.has_traceback
    templates = [path.read_bytes() for path in TEMPLATES.values()]
    for name in ("=1+1.xlsx", "总部汇总.xlsx"):
        data = (tmp_path / name).read_bytes()
        assert list(judging.whole(data)) == [] and list(judging.new_formulas(data, _good(sources), *templates)) == []
    assert list(judging.lost_customers(_good(sources), (tmp_path / "=1+1.xlsx").read_bytes())) == []
    codes = [row[0].value for row in loaded(tmp_path / "=1+1.xlsx")[RESULTS].iter_rows()]
    assert {text.strip() for text in FORMULA_LIKE[:12]} <= {code.strip() for code in codes if isinstance(code, str)}


@pytest.mark.parametrize(
    ("command", "sheet"),
    [
        (("rate", "-q", "2026Q3"), RESULTS), (("ageing", "--as-of", "2026-09-30"), AGEING), (("gate", "--orders", "--as-of", "2026-09-30"), GATE),
        (("gate", "--shipments", "--as-of", "2026-09-30"), GATE),
    ],
)  # fmt: skip
def test_through_every_command_that_prints(command, sheet, sources, tmp_path):
    verb, *more = command
    given = run_here(verb, sources / "=1+1.xlsx", *more, "-f", "json")
    answer = json.loads(given.out)
    lines = answer if isinstance(answer, list) else answer.get("客户") or answer["单据"]
    assert {folded(line["客户编码"]) for line in lines} >= set(FORMULA_LIKE[:4])
    printed = run_here(verb, sources / "=1+1.xlsx", *more, "-f", "csv").out
    cells = [cell for row in csv.reader(io.StringIO(printed, newline="")) for cell in row]
    assert not any(cell[:1] in "=+-@\t\r\n" and not _is_number(cell) for cell in cells if cell)
    if verb != "rate":
        target = tmp_path / "结果.xlsx"
        assert run_here(verb, sources / "=1+1.xlsx", *more, "--out", target).code == 1
        assert list(judging.new_formulas(target.read_bytes(), _good(sources), *(path.read_bytes() for path in TEMPLATES.values()))) == []


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_through_the_statements(sources, tmp_path):
    assert run_here("statement", sources / "=1+1.xlsx", "--as-of", "2026-09-30", "--out", tmp_path / "单").code == 1
    made = sorted((tmp_path / "单").iterdir())
    assert len(made) >= 4 and {path.parent for path in made} == {tmp_path / "单"}
    for path in made:
        assert list(judging.new_formulas(path.read_bytes())) == []
        assert b"hyperlink" not in b"".join(Parts.of(path.read_bytes()).values())


def test_a_policy_with_it_is_only_text_in_the_branch_workbook(sources, tmp_path):
    run_here("regenerate", sources, "-q", "2026Q3", "--out", tmp_path, "--policy", sources / "政策.xlsx")
    assert POLICY == "政策.xlsx" and "=1+1" in {cell.value for row in loaded(tmp_path / "=1+1.xlsx")["政策"].iter_rows() for cell in row}
    assert all(cell.data_type != "f" for row in loaded(tmp_path / "=1+1.xlsx")["政策"].iter_rows() for cell in row)
