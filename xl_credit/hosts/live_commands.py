"""What the ribbon's commands do to the open workbook: the same work as ``regenerate``, and then the sheet that was asked for."""


from xl_credit import __version__
from xl_credit.cells import folded, is_blank
from xl_credit.forms.template_files import RATING, RECEIVABLES, template_path
from xl_credit.hosts.live_book import Host, LiveBook
from xl_credit.policy.flat_reading import read_flat
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.beside import ledger_beside, past_beside
from xl_credit.quarter.branch import SHEETS, BranchResult, fill_book
from xl_credit.quarter.columns import EVALUATION, POLICY_COPY
from xl_credit.quarter.past import read_past_file
from xl_credit.quarter.receivables import LedgerSource
from xl_credit.quarter.tally import tally
from xl_credit.receivables.columns import LEDGERS, REPORTS
from xl_credit.rules.ageing import Method
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import Policy
from xl_credit.rules.quarter import Quarter


class OpenWorkbook:
    """The workbook a command works on, and the program that has it open."""

    def __init__(self, book: object, host: Host) -> None:
        self.book, self.host = book, host

    def activate(self, name: str) -> None:
        sheet = LiveBook(self.book, self.host, ()).sheets.find(name)
        if sheet is None:
            raise CreditError(f"没有工作表“{name}”", allowed="先运行 评级本簿;账龄、放行等表须有台账")
        self.host.show(sheet)


def refresh(open_workbook: OpenWorkbook, sheet: str) -> str:
    """Rate the workbook and renew all its sheets as ``regenerate`` does, then show ``sheet``."""
    with open_workbook.host.command(open_workbook.book, sheet) as progress:
        progress("读取")
        live = LiveBook(open_workbook.book, open_workbook.host, (EVALUATION,), also=(*SHEETS, *LEDGERS, *REPORTS))
        quarter = quarter_of(live)
        live.attach(SHEETS, template_path(RATING))
        policy = policy_of(live)
        progress("评级和账龄")
        result = renew(live, policy, quarter)
        live.save(progress)
    open_workbook.activate(sheet)
    sums = tally(result)
    return f"{quarter.title}:{sums.customers}户,已评级{sums.rated}户,问题{sums.problems}处,政策{policy.version}{policy.notice and ',' + policy.notice}"


def renew(live: LiveBook, policy: Policy, quarter: Quarter) -> BranchResult:
    """第七条–第二十条 for the open workbook; last quarter's workbook and a ledger file are found beside it."""
    past_file, own = past_beside(live.path, quarter), ledger_beside(live.path)
    past, problems = read_past_file(past_file, quarter) if past_file else (None, ())
    source = LedgerSource(template_path(RECEIVABLES), Method(quarter.end), own)
    return fill_book(live, policy, quarter, past, None, problems, (), source, past_file)


def policy_of(live: LiveBook) -> Policy:
    """The workbook's own 政策 table; the installed policy where it has none."""
    return read_flat(live.grid(POLICY_COPY).rows) if POLICY_COPY not in live.attached else sample_policy()


def quarter_of(live: LiveBook) -> Quarter:
    """The quarter that the 评估表 names beside its 季度 label; raises 「评估表没有写明季度…」."""
    for row in live.grid(EVALUATION).rows[:10]:
        for label, value in zip(row, row[1:], strict=False):
            if isinstance(label, str) and folded(label) in ("季度", "季度:") and not is_blank(value):
                return Quarter.parse(value)
    raise CreditError("评估表没有写明季度", where=f"{live.path.name}!{EVALUATION}", allowed="标题下“季度”右边填写,如 2026Q3", article="第八条(5)")


def show(open_workbook: OpenWorkbook, sheet: str) -> str:
    """Go to a sheet."""
    open_workbook.activate(sheet)
    return f"已转到 {sheet}"


def about(open_workbook: OpenWorkbook) -> str:
    """Version and policy; nothing is asked of any network."""
    live = LiveBook(open_workbook.book, open_workbook.host, (), also=(POLICY_COPY,))
    policy = read_flat(live.grids[POLICY_COPY].rows) if POLICY_COPY in live.grids else sample_policy()
    return f"xl-credit {__version__}  政策:{policy.version}({policy.status})  更新:用 pip install --upgrade xl-credit"
