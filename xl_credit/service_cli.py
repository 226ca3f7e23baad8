"""The verbs for customer service: template, plan, report, card and accept; merged into the command line by :mod:`xl_credit.cli`."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from xl_credit.console import say, show_problems, writing
from xl_credit.ledger_cli import PolicyOption, new_file, parse_day
from xl_credit.ledger_console import steps
from xl_credit.rules.errors import CreditError
from xl_credit.rules.quarter import Quarter
from xl_credit.service_console import show_plans, show_reports, show_urgents

if TYPE_CHECKING:
    from xl_credit.service.planning import Planning
    from xl_credit.service.rollup import Rollup
    from xl_credit.service.work import Work

Result = TypeVar("Result")
app = typer.Typer(help="客户服务:巡访计划、巡访月报、客户卡、评价建议(客户服务管理办法)。", no_args_is_help=True)

Source = Annotated[Path, typer.Argument(help="客户服务工作簿,或放有各单位客户服务工作簿的文件夹", metavar="来源")]
RatingsOption = Annotated[
    list[Path] | None, typer.Option("--ratings", help="评级工作簿所在文件夹;可多次给出,本季与以前各季,用于销售额、趋势、额度、账龄;默认取来源旁以季度命名的文件夹", metavar="文件夹")
]
OutOption = Annotated[Path | None, typer.Option("--out", help="结果写入的文件夹;来源文件不动", metavar="文件夹")]
InPlaceOption = Annotated[bool, typer.Option("--in-place", help="写回来源文件本身,旧文件按日期存入 备份/")]
AsOfOption = Annotated[str | None, typer.Option("--as-of", help="截止日;之后的记录不计", metavar="日期")]


@app.command()
def template(
    out: Annotated[Path, typer.Option("--out", help="写到的新文件", metavar="文件")],
    branch: Annotated[str, typer.Option("--branch", help="营业单位名称", metavar="单位")] = "",
    role: Annotated[str | None, typer.Option("--role", help="只放开该岗位填写的单元格,如 客户服务专员", metavar="岗位")] = None,
    source: Annotated[Path | None, typer.Option("--from", help="带上这个客户服务工作簿里的全部内容", metavar="文件")] = None,
    policy: PolicyOption = None,
) -> None:
    """客户服务工作簿:空白的,或带上已有内容;按岗位发放时,只有该岗位填写的单元格未锁定。"""
    from xl_credit.forms.service_roles import ROLES
    from xl_credit.forms.service_workbook import build_service_workbook
    from xl_credit.service.book import unit_name
    from xl_credit.service.handing import hand_out
    from xl_credit.service.work import settle_policy

    if role is not None and role not in ROLES:
        raise CreditError(f"岗位为“{role}”", allowed="、".join(ROLES), article="岗位职责")
    if out.exists():
        raise CreditError("文件已存在", where=str(out), allowed="换一个文件名")
    _new_workbook(out)
    _, figures, problems = settle_policy((source or out).parent, policy, None)
    with writing(out):
        if source:
            hand_out(source, out, figures, branch or unit_name(source), role)
        else:
            build_service_workbook(out, figures, branch=branch, role=role)
    say(f"已写出:{out}({role or '全体岗位'})")
    _notice(figures.notice)
    show_problems(problems, "")
    raise typer.Exit(1 if problems else 0)


@app.command()
def plan(
    source: Source,
    quarter: Annotated[str, typer.Option("--quarter", "-q", help="计划的季度,如 2026Q4", metavar="季度")],
    ratings: RatingsOption = None,
    out: OutOption = None,
    in_place: InPlaceOption = False,
    as_of: AsOfOption = None,
    policy: PolicyOption = None,
) -> None:
    """巡访计划:客户分级,按级别定频次,均衡编排到人到日,并说明列入原因;已改动的行不动。"""
    from xl_credit.service.book import unit_name
    from xl_credit.service.earlier import earlier_result
    from xl_credit.service.planning import plan_quarter
    from xl_credit.service.work import open_book, settle, target_of

    wanted = Quarter.parse(quarter)
    day = parse_day(as_of, "--as-of") if as_of else wanted.previous.end
    _one_target(out, in_place)
    work = settle(source, ratings or [], policy, day)
    with steps(len(work.files)) as step, tempfile.TemporaryDirectory() as folder:
        _folder(out)

        def planned(path: Path) -> "Planning":
            book, unit = open_book(path, work.policy, Path(folder)), unit_name(path)
            target, backup = target_of(path, out)
            result = plan_quarter(book, unit, work.credit(unit), work.policy, wanted, day, earlier_result(book, target))
            book.save(target, keep_backup=backup)
            return result

        results, failed = _each(work.files, step, planned)
    show_plans([result for _, result in results], work)
    for path, result in results:
        show_problems(result.problems, path.name)
    say(f"结果:{out or source}")
    raise typer.Exit(_end(work, failed or any(result.problems for _, result in results)))


@app.command()
def report(
    source: Source,
    month: Annotated[str, typer.Option("--month", "-m", help="月份,如 2026-09", metavar="月份")],
    out: Annotated[Path, typer.Option("--out", help="报告书写入的文件夹;客户服务工作簿更新后的副本也在其中", metavar="文件夹")],
    ratings: RatingsOption = None,
    in_place: Annotated[bool, typer.Option("--in-place", help="客户服务工作簿写回来源文件本身,旧文件按日期存入 备份/")] = False,
    as_of: AsOfOption = None,
    into: Annotated[Path | None, typer.Option("--into", help="再把“客户服务”一页写进这个总部汇总工作簿", metavar="文件")] = None,
    policy: PolicyOption = None,
) -> None:
    """巡访月报:日报汇总为每单位和全公司的巡访情况报告书;紧急报告定受理人与答复期限;记录成为评价建议,待人采纳。"""
    from xl_credit.service.book import unit_name
    from xl_credit.service.earlier import earlier_result
    from xl_credit.service.monthly import month_of_unit
    from xl_credit.service.report_file import company_file, unit_file, write_company, write_into_head_office, write_unit
    from xl_credit.service.rollup import Month
    from xl_credit.service.work import open_book, settle, target_of

    wanted = Month.parse(month)
    day = parse_day(as_of, "--as-of") if as_of else wanted.last
    if day < wanted.first:
        raise CreditError(f"--as-of 为{day},早于{wanted.title}", allowed=f"不早于{wanted.first}", article="第十条")
    if into is not None and not into.is_file():
        raise CreditError(f"没有文件“{into}”", allowed="已生成的 总部汇总.xlsx")
    work = settle(source, ratings or [], policy, day)
    with steps(len(work.files) + 1) as step, tempfile.TemporaryDirectory() as folder:
        _folder(out)

        def rolled_up(path: Path) -> "Rollup":
            book, unit = open_book(path, work.policy, Path(folder)), unit_name(path)
            target, backup = target_of(path, None if in_place else out)
            done = month_of_unit(book, unit, work.credit(unit), work.policy, wanted, day, earlier_result(book, target))
            book.save(target, keep_backup=backup)
            write_unit(out / unit_file(unit, wanted), done.rollup, Path(folder))
            return done.rollup

        results, failed = _each(work.files, step, rolled_up)
        rollups = [rollup for _, rollup in results]
        step("全公司汇总")
        write_company(out / company_file(wanted), rollups, Path(folder))
        if into:
            write_into_head_office(into, rollups)
    show_reports(rollups)
    show_urgents(rollups)
    for path, rollup in results:
        show_problems(rollup.problems, path.name)
    say(f"结果:{out}(公司汇总:{out / company_file(wanted)})" + (f";已写入 {into}" if into else ""))
    raise typer.Exit(_end(work, failed or any(rollup.problems for rollup in rollups)))


@app.command()
def card(
    file: Annotated[Path, typer.Argument(help="客户服务工作簿", metavar="文件")],
    out: Annotated[Path, typer.Option("--out", help="写到的新工作簿,每户一页", metavar="文件")],
    as_of: Annotated[str, typer.Option("--as-of", help="截止日,如 2026-09-30", metavar="日期")],
    customer: Annotated[list[str] | None, typer.Option("--customer", "-c", help="只要这些客户编码;可多次给出", metavar="编码")] = None,
    ratings: RatingsOption = None,
    policy: PolicyOption = None,
) -> None:
    """客户卡:每户一页,基本资料、服务等级、额度、账龄、最近巡访、未结投诉、待访计划,可打印、随日报呈报。"""
    from xl_credit.forms import service_columns as c
    from xl_credit.service.book import read_service, unit_name
    from xl_credit.service.cards import build_cards
    from xl_credit.service.plan_rows import read_plan
    from xl_credit.service.work import read_grids_of, settle

    day = parse_day(as_of, "--as-of")
    if not file.is_file():
        raise CreditError(f"没有文件“{file}”", allowed="客户服务工作簿")
    if out.exists() and out.samefile(file):
        raise CreditError("不能写回来源文件", where=str(out), allowed="另一个文件名")
    _new_workbook(out)
    work, unit = settle(file, ratings or [], policy, day), unit_name(file)
    grids = read_grids_of(file)
    data = read_service(grids, work.policy, unit)
    rows, wrong = read_plan(grids[c.PLAN]) if c.PLAN in grids else ([], [])
    credit = work.credit(unit)
    with writing(out):
        count = build_cards(out, data, rows, credit, work.policy, day, customer or [])
    say(f"已写出:{out}({count}张客户卡)")
    problems = [*data.problems, *wrong, *credit.problems]
    show_problems(problems, file.name)
    raise typer.Exit(_end(work, bool(problems)))


@app.command()
def accept(
    file: Annotated[Path, typer.Argument(help="客户服务工作簿,其“评价建议”已填采纳、采纳人、采纳日期", metavar="文件")],
    book: Annotated[Path, typer.Option("--book", help="同一分公司的评级工作簿", metavar="文件")],
    out: Annotated[Path, typer.Option("--out", help="写到的新评级工作簿;原文件不动", metavar="文件")],
    as_of: AsOfOption = None,
    policy: PolicyOption = None,
) -> None:
    """把已采纳的评价建议写进评级工作簿的副本;现值已变、采纳人无权的不写,逐条说明。"""
    from xl_credit.books.book import Book
    from xl_credit.forms import service_columns as c
    from xl_credit.quarter.columns import EVALUATION
    from xl_credit.service.advice import apply_accepted, read_accepted
    from xl_credit.service.book import INPUTS, read_service, unit_name
    from xl_credit.service.work import settle_policy

    new_file(out, book, file)
    chosen, figures, found = settle_policy(book.parent, policy, parse_day(as_of, "--as-of") if as_of else None)
    service = Book(file, (c.ADVICE, c.PEOPLE), also=INPUTS)
    answers, problems = read_accepted(service, read_service(service.grids, figures, unit_name(file)), figures)
    target = Book(book, (EVALUATION,))
    done, more = apply_accepted(target, answers, chosen.policy) if answers else ([], [])
    if done:
        target.save(out)
    for one in done:
        answer = one.answer
        say(f"{EVALUATION}!{one.cell} {answer.code} {answer.item}:{answer.present} → {answer.proposed}({answer.person},{answer.day})")
    say(f"已写入{len(done)}项:{out}" if done else "没有可写入的采纳项,未写出文件")
    problems = [*found, *problems, *more]
    show_problems(problems, file.name)
    raise typer.Exit(1 if problems else 0)


def _each(files: Sequence[Path], step: Callable[[str], None], job: Callable[[Path], Result]) -> tuple[list[tuple[Path, Result]], bool]:
    """The job for every workbook; one that cannot be used is named and the others go on. Raises where none can be used."""
    done, failed = [], []
    for path in files:
        step(path.name)
        try:
            done.append((path, job(path)))
        except CreditError as error:
            failed.append(error if path.name in str(error) else CreditError(error.line(), where=path.name))
    if not done:
        raise failed[0]
    for error in failed:
        say(f"{error};该单位未处理", error=True)
    return done, bool(failed)


def _one_target(out: Path | None, in_place: bool) -> None:
    if (out is None) != in_place:
        raise CreditError("请给出 --out 文件夹,或用 --in-place 写回来源" if out is None else "--out 与 --in-place 只能用一个")


def _new_workbook(out: Path) -> None:
    """What is built from nothing is an .xlsx in a folder that is there."""
    if not out.parent.is_dir() or out.suffix.lower() != ".xlsx":
        raise CreditError("写不出结果文件", where=str(out), allowed="现有文件夹中的 .xlsx 文件名")


def _folder(out: Path | None) -> None:
    """The folder for results is made where there is none."""
    if out is None:
        return
    if out.exists() and not out.is_dir():
        raise CreditError("结果文件夹是一个文件", where=str(out), allowed="文件夹")
    out.mkdir(parents=True, exist_ok=True)


def _notice(notice: str) -> None:
    if notice:
        say(notice, error=True)


def _end(work: "Work", has_problems: bool) -> int:
    """Notice and policy's own problems; the exit code."""
    show_problems(work.problems, work.chosen.file.name if work.chosen.file else "")
    _notice(work.policy.notice)
    return 1 if has_problems or work.problems else 0
