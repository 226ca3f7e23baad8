"""An import for other programs: JSON under the sheets' own words."""

import json
from collections.abc import Sequence
from datetime import date

from xl_credit.intake.columns import LISTED_COLUMNS, MAPPED_COLUMNS
from xl_credit.intake.header import Layout
from xl_credit.intake.job import Done, Export
from xl_credit.intake.mapping import Matching
from xl_credit.intake.output import finding_rows, mapping_rows, remarks, sums_verdict
from xl_credit.intake.parties import LIST_COLUMNS, Answer
from xl_credit.intake.results import OUTCOMES
from xl_credit.receivables.rows import yuan_cell


def proposal_json(export: Export, matching: Matching) -> str:
    """A mapping that waits for its confirmation."""
    return _text({"状态": "待确认", **_head(export, matching)})


def import_json(export: Export, done: Done) -> str:
    """The mapping, the tie-out in 元, the rows taken over, what is listed, and who may be one customer."""
    settled = done.settled
    read, target = settled.read, export.target
    found = {
        **_head(export, read.matching),
        "勾稽": {
            "来源行数": read.source.rows, "来源合计": yuan_cell(read.source.fen), "红字取负": yuan_cell(read.turned_fen),
            **{name: {"行数": settled.shares[name].rows, "金额": yuan_cell(settled.shares[name].fen)} for name in OUTCOMES},
            "差额": yuan_cell(settled.difference_fen), "合计行": sums_verdict(settled), "说明": remarks(settled),
        },
        "记录": [_record(target.columns, line.values) for line in settled.fresh],
        "明细": [_record(LISTED_COLUMNS[1:], row) for row in finding_rows(settled.findings)],
        "客户归并建议": answer_records(done.answers),
    }  # fmt: skip
    return _text(found)


def answer_records(answers: Sequence[tuple[Answer, int]]) -> list[dict[str, object]]:
    """客户对照 as objects, to be confirmed."""
    return [
        dict(zip(LIST_COLUMNS, (one.code, one.name, one.to_code, one.to_name, one.basis, rows, _confirmed(one), ""), strict=True))
        for one, rows in answers
    ]  # fmt: skip


def _confirmed(one: Answer) -> str:
    return "" if one.confirmed is None else "是" if one.confirmed else "否"


def _head(export: Export, matching: Matching) -> dict[str, object]:
    layout: Layout = export.layout
    rows = mapping_rows(matching, export.layouts)
    return {
        "来源": export.path.name, "文件指纹": export.source.digest, "台账": export.target.sheet,
        "表头": {"指纹": layout.fingerprint(export.target), "位置": layout.cell(layout.top), "列": list(layout.labels)},
        "对应": [dict(zip(MAPPED_COLUMNS[1:], row, strict=True)) for row in rows],
        "歧义": {name: pick.doubt for name, pick in matching.doubts.items()},
    }  # fmt: skip


def _record(columns: Sequence[str], values: Sequence[object]) -> dict[str, object]:
    return {name: str(value) if isinstance(value, date) else value for name, value in zip(columns, values, strict=True)}


def _text(found: object) -> str:
    return json.dumps(found, ensure_ascii=False, indent=2)
