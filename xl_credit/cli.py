"""The command line: one verb a job. Problems of input become one line and an exit code (0 clean, 1 problems, 2 could not run)."""

import sys
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from xl_credit import addin_cli, branches_cli, history_cli, hosts_cli, intake_cli, ledger_cli, lite_cli, service_cli
from xl_credit.books.places import place
from xl_credit.console import RunDisplay, say, show_problems, show_ratings, writing
from xl_credit.rules.ageing import Allocation, Basis, Method, Recognition
from xl_credit.rules.errors import CreditError
from xl_credit.rules.quarter import Quarter

app = typer.Typer(
    help="客户信用评级:评估表 → 评级结果、审批路线、级别变动、核对与总部汇总。", no_args_is_help=True, add_completion=False,
    pretty_exceptions_enable=False,
)  # fmt: skip
policy_app = typer.Typer(help="信用政策文件:新建与检查。", no_args_is_help=True)
app.add_typer(policy_app, name="policy")
app.add_typer(ledger_cli.app)
app.add_typer(history_cli.app)
app.add_typer(intake_cli.app)
app.add_typer(branches_cli.app)
app.add_typer(addin_cli.app, name="addin")
app.add_typer(hosts_cli.app)
app.add_typer(lite_cli.app, name="lite")
app.add_typer(service_cli.app, name="service")

QuarterOption = Annotated[str, typer.Option("--quarter", "-q", help="评级季度,如 2026Q3", metavar="季度")]
PolicyOption = ledger_cli.PolicyOption
_INTERRUPTED = 130  # what Typer makes of Ctrl+C


class Format(StrEnum):
    table = "table"
    json = "json"
    csv = "csv"


@app.command()
def regenerate(
    source: Annotated[Path, typer.Argument(help="放有分公司工作簿的文件夹,也可为 s3:// 等网址", metavar="来源文件夹", parser=place)],
    quarter: QuarterOption,
    previous: Annotated[Path | None, typer.Option(help="上季评级后的工作簿所在文件夹或网址,用来比较级别变动", metavar="文件夹", parser=place)] = None,
    out: Annotated[Path | None, typer.Option(help="结果写入的文件夹或网址;来源文件不动", metavar="文件夹", parser=place)] = None,
    in_place: Annotated[bool, typer.Option("--in-place", help="写回来源文件本身,旧文件按日期存入 备份/")] = False,
    policy: PolicyOption = None,
    jobs: ledger_cli.JobsOption = 1,
    scheduler: ledger_cli.SchedulerOption = "",
    resume: Annotated[bool, typer.Option("--resume", help="接着做中断了的那次运行:做完的分公司不再重做")] = False,
    as_of: Annotated[str | None, typer.Option("--as-of", help="账龄和放行审核的截止日;默认为季末", metavar="日期")] = None,
    basis: ledger_cli.BasisOption = Basis.due,
    allocate: ledger_cli.AllocateOption = Allocation.matched,
    recognise: ledger_cli.RecogniseOption = Recognition.received,
) -> None:
    """重新生成一个季度:评级、审批路线、级别变动、核对;有台账的还有账龄、预警、放行审核、四项目标;汇总到 总部汇总.xlsx。"""
    from xl_credit.forms.head_office_template import head_office_template
    from xl_credit.forms.template_files import RATING, report_template, template_path
    from xl_credit.quarter.run import LedgerPlan, make_plan, run
    from xl_credit.work.units import How

    if (out is None) != in_place:
        raise CreditError("请给出 --out 文件夹,或用 --in-place 写回来源" if out is None else "--out 与 --in-place 只能用一个")
    parsed = Quarter.parse(quarter)
    method = Method(ledger_cli.parse_day(as_of, "--as-of") if as_of else parsed.end, basis, allocate, recognise)
    with tempfile.TemporaryDirectory() as folder:
        sheets = LedgerPlan(lambda figures: report_template(figures, Path(folder)), method)
        plan = make_plan(source, parsed, out or source, previous, policy, template_path(RATING), sheets)
        with RunDisplay(plan) as display:
            report = run(plan, head_office_template(plan.policy, Path(folder)), How(jobs, scheduler), display.done, resume=resume)
    display.close(report)
    kept = history_cli.keep(report)
    raise typer.Exit(0 if kept and not report.has_problems else 1)


@app.command()
def rate(
    file: Annotated[Path, typer.Argument(help="含 评估表 的 .xlsx/.xlsm,或同样列名的 .csv(UTF-8、GB18030)", metavar="文件")],
    quarter: QuarterOption,
    policy: PolicyOption = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="输出格式")] = Format.table,
) -> None:
    """只评级、不写文件:给出评级结果的表格、JSON 或 CSV。"""
    from xl_credit.quarter.finding import choose_policy
    from xl_credit.quarter.rating_table import as_csv, as_json, rate_file

    parsed = Quarter.parse(quarter)
    chosen = choose_policy(file.parent, parsed, policy)
    figures = chosen.policy
    decided = rate_file(file, figures, parsed)
    problems = [problem for one in decided for problem in one.problems]
    if format is Format.table:
        show_ratings(decided, figures)
    else:
        sys.stdout.write(as_json(decided) + "\n" if format is Format.json else as_csv(decided))
    if figures.notice:
        say(figures.notice, error=True)
    show_problems(problems, file.name)
    show_problems(chosen.problems, chosen.file.name if chosen.file else "")
    raise typer.Exit(1 if problems or chosen.problems else 0)


@app.command()
def attach(
    workbook: Annotated[Path, typer.Argument(help="已有的工作簿", metavar="工作簿")],
    out: Annotated[Path, typer.Option(help="写到的新文件", metavar="文件")],
    ledgers: Annotated[bool, typer.Option("--ledgers", help="加入台账表(发货台账、回款台账……),不加评级各表")] = False,
) -> None:
    """把我们的工作表(评估表、评级结果……)加进已有的工作簿,其他内容一概不动。"""
    from xl_credit.forms.attaching import attach_our_sheets

    report = attach_our_sheets(workbook, out, ledgers=ledgers)
    say(f"已加入:{'、'.join(report.added) or '无'}" + (f";原有同名未动:{'、'.join(report.kept)}" if report.kept else "") + f" → {out}")


@app.command()
def templates(out: Annotated[Path, typer.Option(help="写到的文件夹", metavar="文件夹")]) -> None:
    """生成五个模板:客户信用评估、政策、总部汇总、应收台账、客户服务。"""
    from xl_credit.forms.template_files import build_templates

    with writing(out):
        for path in build_templates(out):
            say(str(path))


@policy_app.command("new")
def policy_new(file: Annotated[Path, typer.Argument(help="新政策文件", metavar="文件")]) -> None:
    """写出示例政策,供填写核定;已有的文件不会被覆盖。"""
    from xl_credit.forms.policy_workbook import build_policy_workbook
    from xl_credit.policy.sample import sample_grids

    if file.exists():
        raise CreditError("文件已存在", where=str(file), allowed="换一个文件名")
    if not file.parent.is_dir() or file.suffix.lower() != ".xlsx":
        raise CreditError("写不出政策文件", where=str(file), allowed="现有文件夹中的 .xlsx 文件名")
    with writing(file):
        build_policy_workbook(file, sample_grids())
    say(f"已写出示例政策:{file}(示例政策,未经核定)")


@policy_app.command("check")
def policy_check(file: Annotated[Path, typer.Argument(help="政策文件", metavar="文件")]) -> None:
    """检查政策文件:未填的××、重叠或空缺的档次、分值合计、没有限额的级别、没有审批人的限额。"""
    from xl_credit.books.policy_file import read_policy_file, service_problems
    from xl_credit.policy.lint import check_policies

    read = read_policy_file(file)
    problems = (*check_policies(read), *service_problems(file, read))
    show_problems(problems, file.name, limit=None)
    for version in read.versions:
        say(f"版本 {version.version}:{version.effective} 起,{version.status}" + (f",{version.notice}" if version.notice else ""))
    say("政策检查通过" if not problems else f"政策检查发现{len(problems)}处问题", error=bool(problems))
    raise typer.Exit(1 if problems else 0)


def main() -> None:
    """Entry point: whatever the input is, a person reads one line, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # a file name may be no text at all
    try:
        app()
    except CreditError as error:
        say(str(error), error=True)
        sys.exit(2)
    except OSError as error:
        say(f"{error.filename or '文件'}:读写失败({error.strerror})", error=True)
        sys.exit(2)
    except SystemExit as end:
        if end.code != _INTERRUPTED:
            raise
        say("已中断;没有写完的文件保持原样", error=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
