"""What the ribbon's commands for customer service do to the open service workbook: the same work as ``service``."""

from datetime import date

from xl_credit.books.policy_file import service_in_force
from xl_credit.forms import service_columns as c
from xl_credit.forms.template_files import SERVICE, template_path
from xl_credit.hosts.live_book import LiveBook
from xl_credit.hosts.live_commands import OpenWorkbook
from xl_credit.policy.sample import sample_policy
from xl_credit.policy.service import sample_service
from xl_credit.quarter.columns import NOTE_LABEL
from xl_credit.quarter.run import choose_policy
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import Policy
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.service_figures import ServicePolicy
from xl_credit.service.advice import advise, fill_advice
from xl_credit.service.book import INPUTS, WRITTEN, ServiceData, read_service, unit_name
from xl_credit.service.credit import Credit, nearby_ratings, read_credit
from xl_credit.service.grading import fill_grades, grade_clients
from xl_credit.service.monthly import mark_plan
from xl_credit.service.plan_rows import latest_visitors, read_plan
from xl_credit.service.planning import note_text, plan_quarter


class _Desk:
    """The open workbook, with the policy and the rated workbooks that lie around it."""

    def __init__(self, open_workbook: OpenWorkbook) -> None:
        self.book = LiveBook(open_workbook.book, open_workbook.host, (), also=(*INPUTS, *WRITTEN))
        if c.CLIENTS not in self.book.grids:
            raise CreditError(f"没有工作表“{c.CLIENTS}”", where=self.book.path.name, allowed="客户服务工作簿,如 华东客户服务.xlsx")
        self.book.attach(WRITTEN, template_path(SERVICE))
        self.unit = unit_name(self.book.path)

    def figures(self, day: date) -> tuple[Policy, ServicePolicy]:
        if not self.book.path.is_file():  # never saved: it lies in no folder
            return sample_policy(), sample_service()
        chosen = choose_policy(self.book.path.parent, Quarter.of(day), None)
        return chosen.policy, service_in_force(chosen.file, chosen.policy)[0]

    def credit(self, policy: Policy, day: date) -> Credit:
        """From the folders named after a quarter, beside the workbook's own or around it, up to the day's quarter."""
        folders = nearby_ratings(self.book.path.parent, Quarter.of(day)) if self.book.path.is_file() else []
        return read_credit(self.unit, folders, policy, day) if folders else Credit()

    def data(self, policy: ServicePolicy) -> ServiceData:
        return read_service(self.book.grids, policy, self.unit)

    def planned_quarter(self) -> Quarter:
        """第五条: the last quarter that 巡访要点 has a line for; raises where it has none."""
        periods = [one.period for one in self.data(sample_service()).focus if one.level == "季度"]
        if not periods:
            raise CreditError(f"{c.FOCUS}没有季度的一行", where=self.book.path.name, allowed="层次填“季度”,期间填如 2026Q4", article="第五条")
        quarters = [Quarter.parse(period) for period in periods]
        return max(quarters, key=lambda one: (one.year, one.number))

    def last_day(self) -> date:
        """The day of the newest daily report: what the workbook knows of."""
        days = [one.day for one in self.data(sample_service()).dailies]
        if not days:
            raise CreditError(f"{c.DAILY}还没有记录", where=self.book.path.name, allowed="至少一行", article="第九条")
        return max(days)


def plan(open_workbook: OpenWorkbook) -> str:
    """第四条, 第五条: grade the customers and propose the visits of the quarter that 巡访要点 names last."""
    with open_workbook.host.command(open_workbook.book, c.PLAN):
        desk = _Desk(open_workbook)
        quarter = desk.planned_quarter()
        day = quarter.previous.end
        policy, figures = desk.figures(day)
        result = plan_quarter(desk.book, desk.unit, desk.credit(policy, day), figures, quarter, day)
        desk.book.save()
    open_workbook.activate(c.PLAN)
    kept = f",{len(result.kept)}次已定的未动" if result.kept else ""
    return f"{quarter.title}:{len(result.grades)}户,巡访{len(result.visits) + len(result.kept)}次{kept},问题{len(result.problems)}处"


def card(open_workbook: OpenWorkbook) -> str:
    """第九条: grades, limits and ageing brought up to the newest report, then the card."""
    day, count = _renew(open_workbook, c.CARD, with_advice=False)
    return f"截至{day}:{count}户,在黄色格选客户编码"


def advice(open_workbook: OpenWorkbook) -> str:
    """第七条(3)⑥⑦: proposals of the newest report's quarter; people's answers stay."""
    day, count = _renew(open_workbook, c.ADVICE, with_advice=True)
    return f"截至{day}:{count}项建议,由市场部采纳"


def _renew(open_workbook: OpenWorkbook, sheet: str, *, with_advice: bool) -> tuple[date, int]:
    with open_workbook.host.command(open_workbook.book, sheet):
        desk = _Desk(open_workbook)
        day = desk.last_day()
        policy, figures = desk.figures(day)
        credit, data, quarter = desk.credit(policy, day), desk.data(figures), Quarter.of(day)
        rows, _ = read_plan(desk.book.grid(c.PLAN))
        grades, _ = grade_clients(data, credit, figures, quarter, day)
        note = (NOTE_LABEL, note_text(figures, f"{quarter.title}  截至{day}"))
        fill_grades(desk.book, grades, credit, day, latest_visitors(rows), note)
        mark_plan(desk.book, data, rows, figures, day)
        count = len(grades)
        if with_advice:
            found, _ = advise(data, credit, figures, quarter, day)
            fill_advice(desk.book, data, found, quarter, note, {})
            count = len(found)
        desk.book.save()
    open_workbook.activate(sheet)
    return day, count


