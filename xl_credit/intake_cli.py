"""The verb ``intake``: dirty exports of ERP systems into our tables; merged into the command line by :mod:`xl_credit.cli`."""

import sys
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from xl_credit.console import escape, say, tables_console
from xl_credit.ledger_cli import new_file
from xl_credit.ledger_console import steps
from xl_credit.rules.errors import CreditError
from xl_credit.rules.ledger import in_yuan, yuan

if TYPE_CHECKING:
    from xl_credit.intake.job import Done, Export, Offer
    from xl_credit.intake.mapping import Matching

app = typer.Typer()
_SHOWN = 20  # findings on the console; the sheet 导入明细 holds them all


class Format(StrEnum):
    table = "table"
    json = "json"


@app.command()
def intake(
    file: Annotated[Path, typer.Argument(help="ERP 导出:.xlsx、.xlsm、.xls,或 .csv、.txt(UTF-8、GB18030、UTF-16)", metavar="文件")],
    kind: Annotated[str, typer.Option("--as", help="导入为:发货台账、回款台账、客户(评估表)、订单(订单台账)", metavar="表")],
    out: Annotated[Path | None, typer.Option(help="写到的工作簿;没有的新建,已有的追加", metavar="文件")] = None,
    into: Annotated[Path | None, typer.Option(help="追加到这个已有的工作簿;不另给输出文件则写回,旧文件存入 备份/", metavar="工作簿")] = None,
    yes: Annotated[bool, typer.Option("--yes", "--confirm", help="确认所建议的对应,不再询问;有歧义的列仍须逐列指明")] = False,
    correct: Annotated[list[str] | None, typer.Option("--map", help="改正一列,如 金额=价税合计;可多次给出", metavar="本表列=来源列")] = None,
    mapping: Annotated[Path | None, typer.Option(help="用这个文件里的对应;文件还没有则把建议写在里面,供核对", metavar="文件")] = None,
    memory: Annotated[Path | None, typer.Option(help="记住已确认的对应;默认为来源旁的 导入对应.json", metavar="文件")] = None,
    customers: Annotated[Path | None, typer.Option(help="客户对照(.json,或有 客户对照、评估表 的工作簿)", metavar="文件")] = None,
    sheet: Annotated[str | None, typer.Option(help="只读来源的这张工作表", metavar="工作表")] = None,
    fill_down: Annotated[bool, typer.Option("--fill-down", help="单据头只写在首行的导出:空的单号、客户、日期取上一行")] = False,
    format: Annotated[Format, typer.Option("--format", "-f", help="输出格式")] = Format.table,
) -> None:
    """导入 ERP 导出的表(用友、金蝶等):列的对应确认一次就记住;计入 + 未计入 = 来源合计,到分;每一行未计入的都有原因。"""
    from xl_credit.intake.job import Export, Import
    from xl_credit.intake.mapping import overrides
    from xl_credit.intake.memory import DEFAULT_NAME
    from xl_credit.intake.words import target
    from xl_credit.policy.sample import sample_policy
    from xl_credit.quarter.run import backup_path

    wanted, corrections = target(kind), overrides(correct or ())
    place = _place(file, out, into)
    base = into or (out if out and out.exists() else None)
    kept = memory or file.parent / DEFAULT_NAME
    with steps(1) as step:
        step("读取来源")
        export = Export(file, wanted, sheet)
        offer = export.offer(kept, mapping, corrections)
        job = Import(export, base, customers)
        job.parties  # noqa: B018 - what is wrong with the workbook or the list is said before anybody is asked
    offer = _confirmed(export, offer, yes, mapping, format)
    export.remember(kept, offer.matching)
    with steps(3) as step, tempfile.TemporaryDirectory() as folder:
        step("核对各行")
        done = job.settled(offer.matching, carry=fill_down)
        if place:
            step("写入工作簿")
            backup = backup_path(place.parent, place) if place == base else None
            done = job.write(done, sample_policy(), Path(folder), place, backup)
        step("完成")
    _keep_answers(customers, done)
    _show(export, done, format, place)
    raise typer.Exit(1 if done.settled.problems or done.answers else 0)


def _place(file: Path, out: Path | None, into: Path | None) -> Path | None:
    """Where the result goes: ``out``, else the workbook ``into`` itself; never the export."""
    if out is None or out == into:
        return new_file(into, Path("簿").with_suffix(into.suffix), file) if into else None
    return new_file(out, into or Path("簿.xlsx"), file)


def _confirmed(export: "Export", offer: "Offer", yes: bool, mapping: Path | None, format: Format) -> "Offer":
    """The mapping as somebody agrees to it: remembered, by --yes, or asked on a terminal; raises where none of these."""
    if offer.is_confirmed:
        export.refuse_unusable(offer.matching)
        return offer
    if yes:
        _agreed_unseen(export, offer, format)
        _save_mapping(export, offer, mapping)
        return offer
    if sys.stdin.isatty() and sys.stderr.isatty():
        offer = _asked(export, offer)
        _save_mapping(export, offer, mapping)
        return offer
    _show_mapping(export, offer.matching, format)
    if mapping and _save_mapping(export, offer, mapping):
        raise CreditError(f"建议的对应已写入{mapping}", where=export.path.name, allowed="核对、改好后再运行;或加 --yes 确认")
    raise CreditError("列的对应还没有确认", where=export.path.name, allowed="--yes 确认,--map 本表列=来源列 改正,--mapping 文件 给出")


def _agreed_unseen(export: "Export", offer: "Offer", format: Format) -> None:
    """Shown all the same, so that a script's record has it; as JSON it is part of the result, or the result where it is refused."""
    if format is Format.table:
        _show_mapping(export, offer.matching, format)
    try:
        export.refuse_unusable(offer.matching)
    except CreditError:
        if format is Format.json:
            _show_mapping(export, offer.matching, format)
        raise


def _asked(export: "Export", offer: "Offer") -> "Offer":
    """Shown until somebody agrees; a single column is corrected by typing 本表列=来源列."""
    from xl_credit.intake.mapping import overrides

    typed = ""
    while typed.lower() not in ("n", "no", "否"):
        _show_mapping(export, offer.matching, Format.table)
        typed = typer.prompt("对应是否正确?是 y,不导入 n,改正一列:本表列=来源列", err=True, default="", show_default=False).strip()
        try:
            if typed.lower() in ("y", "yes", "是"):
                export.refuse_unusable(offer.matching)
                return offer
            if "=" in typed:
                offer = export.corrected(offer, overrides([typed]))
        except CreditError as error:
            say(str(error), error=True)
    raise CreditError("没有确认对应,未导入", where=export.path.name)


def _save_mapping(export: "Export", offer: "Offer", mapping: Path | None) -> bool:
    from xl_credit.intake.memory import record, write_json

    if mapping is None:
        return False
    write_json(mapping, record(export.layout, export.target, offer.matching))
    return True


def _show_mapping(export: "Export", matching: "Matching", format: Format) -> None:
    """The proposal with what stands in its columns; a doubt in red."""
    from xl_credit.intake.output import mapping_rows
    from xl_credit.intake.report import proposal_json

    if format is Format.json:
        sys.stdout.write(proposal_json(export, matching) + "\n")
        return
    first, last = (export.layout.cell(number) for number in (export.layout.top, export.layout.bottom))
    table = Table(title=escape(f"{export.path.name} → {export.target.sheet}(表头 {first}" + (f" 至 {last})" if last != first else ")")))
    for header in ("本表列", "列", "来源表头", "依据", "样例"):
        table.add_column(header, overflow="fold")
    for row in mapping_rows(matching, export.layouts):
        table.add_row(*(escape(str(value or "")) for value in row), style="red" if row[0] in matching.doubts else None)
    for name in matching.missing(export.target):
        table.add_row(name, "", "找不到", "用 --map 指明", "", style="red")
    tables_console.print(table)
    used = {label for _, pick in matching for label in pick.labels}
    rest = [label for label in export.layout.labels if label not in used]
    if rest:
        tables_console.print(escape(f"不取的列:{'、'.join(rest)}"))


def _keep_answers(customers: Path | None, done: "Done") -> None:
    """Proposals into the JSON list, behind what it holds."""
    if not customers or customers.suffix.lower() != ".json" or not done.answers:
        return
    from xl_credit.intake.memory import write_json
    from xl_credit.intake.parties import answers_file
    from xl_credit.intake.report import answer_records

    present = answers_file(customers) if customers.exists() else []
    there = {one.pair for one in present}
    new = [(one, rows) for one, rows in done.answers if one.pair not in there]
    if new:
        import json

        old = json.loads(customers.read_text("utf-8-sig")) if customers.exists() else []
        write_json(customers, [*old, *answer_records(new)])


def _show(export: "Export", done: "Done", format: Format, place: Path | None) -> None:
    """The result, and on the error stream what has to be looked into."""
    from xl_credit.intake.report import import_json

    if format is Format.json:
        sys.stdout.write(import_json(export, done) + "\n")
    else:
        _show_tie_out(export, done)
    problems = done.settled.problems
    for one in problems[:_SHOWN]:
        say(CreditError(one.found, where=f"{export.path.name}!{one.cell}", allowed=one.allowed).line(), error=True)
    if len(problems) > _SHOWN:
        say(f"……另有{len(problems) - _SHOWN}处,见工作表“导入明细”或 --format json", error=True)
    for answer, rows in done.answers[:_SHOWN]:
        source, kept = f"{answer.code} {answer.name}".strip(), f"{answer.to_code} {answer.to_name}".strip()
        say(f"可能是同一客户:“{source}”({rows}行)与“{kept}”:{answer.basis};在“客户对照”中确认", error=True)
    if len(done.answers) > _SHOWN:
        say(f"……另有{len(done.answers) - _SHOWN}对,见工作表“客户对照”", error=True)
    if place:
        say(f"已写出:{place}" if done.was_written else f"没有新的内容:{place}", error=format is not Format.table)
    elif format is Format.table:
        say("只核对,没有写文件;--out 新建工作簿,--into 追加到已有的工作簿", error=True)


def _show_tie_out(export: "Export", done: "Done") -> None:
    from xl_credit.intake.output import remarks, sums_verdict

    settled = done.settled
    read = settled.read
    table = Table(title=escape(f"{export.path.name} → {export.target.sheet}"), min_width=60)
    for header in ("", "行数", "金额(元)"):
        table.add_column(header, justify="right" if header else "left")
    table.add_row("来源合计", f"{read.source.rows:,}", _yuan(export, read.source.fen))
    if read.turned_fen:
        table.add_row("红字取负", "", _yuan(export, read.turned_fen))
    table.add_section()
    for name, share in settled.shares.items():
        if share.rows or name == "新增":
            table.add_row(name, f"{share.rows:,}", _yuan(export, share.fen))
    tables_console.print(table)
    say(f"勾稽:相符(差额{in_yuan(settled.difference_fen)});来源的合计行:{sums_verdict(settled)};{remarks(settled)}".rstrip(";"))


def _yuan(export: "Export", fen: int) -> str:
    return f"{yuan(fen):,.2f}" if export.target.is_money else "—"
