"""Texts longer than a cell or a line holds, and such as would steer a terminal."""

from datetime import date

import pytest

from tests.conftest import build_branch, record, type_into
from tests.hostile import judging
from tests.receivables.desk import loaded, run_here, write_csv
from xl_credit.books.sheet_xml import held
from xl_credit.console import printed
from xl_credit.quarter.columns import AMOUNTS, EVALUATION, EVALUATION_COLUMNS, LICENCES, RESULTS
from xl_credit.rules.errors import CreditError, Problem

STEERING = "\x1b]0;甲\x07\x1b[2J\x9b2J\u202e"


@pytest.mark.parametrize(("text", "units"), [("长" * 32_767, 32_767), ("长" * 32_768, 32_767), ("𠮷" * 16_383, 32_766), ("𠮷" * 16_384, 32_766), ("a𠮷" * 11_000, 32_766)])
def test_a_text_is_cut_where_a_cell_ends_and_never_within_a_character(text, units):
    cut = held(text)
    assert len(cut.encode("utf-16-le")) // 2 == units and (cut == text or cut.endswith("……")) and text.startswith(cut.removesuffix("……"))


def test_a_row_full_of_long_texts_is_reported_within_what_cells_and_lines_hold(tmp_path):
    source = build_branch(tmp_path / "来源" / "甲.xlsx", [record("H1"), record("H2")])
    type_into(source, EVALUATION, 6, dict.fromkeys((*LICENCES, *AMOUNTS), "长" * 32_767))
    ended = run_here("regenerate", source.parent, "-q", "2026Q3", "--out", tmp_path / "结果")
    assert ended.code == 1 and max(map(len, ended.error_lines)) < 3000
    data = (tmp_path / "结果" / "甲.xlsx").read_bytes()
    assert list(judging.whole(data)) == list(judging.lost_customers(source.read_bytes(), data)) == []
    cells = [cell.value for sheet in loaded(tmp_path / "结果" / "甲.xlsx") if sheet.title != EVALUATION for row in sheet.iter_rows() for cell in row]
    assert max(len(value) for value in cells if isinstance(value, str)) <= 32_767


def test_what_was_found_is_shortened_and_says_so():
    for found in (CreditError("长" * 5000).found, Problem("评估表", "A1", "长" * 5000, "", "", "").found):
        assert found == "长" * 2000 + "……(共5000字)"


def test_a_terminal_is_never_steered(tmp_path):
    assert printed(STEERING) == "␛]0;甲␇␛[2J�2J�"
    row = {name: "" for name in EVALUATION_COLUMNS} | {name: str(value) for name, value in record(f"H1{STEERING}", 首次交易日期=date(2020, 1, 1)).items()}
    path = write_csv(tmp_path / "甲.csv", list(row), list(row.values()), [STEERING, *["x"] * (len(row) - 1)])
    ended = run_here("rate", path, "-q", "2026Q3")
    assert ended.code == 1 and "H1␛" in ended.out
    assert not {char for char in ended.out + ended.err if char in STEERING and char != "甲"} - set("]0;[2J")


def test_a_terminal_is_not_steered_by_a_workbook_either(tmp_path):
    source = build_branch(tmp_path / "来源" / "甲.xlsx", [record("H1", 客户名称=STEERING, 营业执照=STEERING), record("H2")])
    for command in (("rate", source, "-q", "2026Q3"), ("regenerate", source.parent, "-q", "2026Q3", "--out", tmp_path / "结果")):
        ended = run_here(*command)
        assert ended.code == 1 and not set("\x1b\x07\x9b\u202e") & set(ended.out + ended.err)
    assert "H2" in {row[0].value for row in loaded(tmp_path / "结果" / "甲.xlsx")[RESULTS].iter_rows()}
