"""The commands that xlwings Lite runs inside the workbook: those that need no other file, by the code that every host runs.

Every other sheet than 评级结果 stays with ``regenerate`` and the add-ins: it needs last quarter's workbook, or more code than a
workbook should carry.
"""

from collections.abc import Callable, Collection

from xl_credit import __version__
from xl_credit.books.laying import Fill
from xl_credit.cells import folded
from xl_credit.hosts.live_book import LiveBook
from xl_credit.hosts.live_commands import quarter_of
from xl_credit.policy.flat_reading import read_flat
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.branch import rate_book as rated
from xl_credit.quarter.columns import EVALUATION, NOTE_LABEL, POLICY_COPY, RESULT_COLUMNS, RESULTS
from xl_credit.quarter.notes import note_line
from xl_credit.quarter.results import result_row
from xl_credit.rules.errors import CreditError
from xl_credit.rules.figures import Policy

TITLE = "客户信用"


class LiteHost:
    """Excel seen from the browser that Lite runs in."""

    def text(self, value: str) -> str:
        """An apostrophe keeps text that Excel would take for a number, a date or a formula."""
        return value if not value or "一" <= value[0] <= "龥" else f"'{value}"

    def commented_rows(self, sheet: object) -> Collection[int]:
        return ()

    def extend_format(self, sheet: object, row: int, first: int, last: int) -> None:
        """Excel's tables bring their own look."""


class LiteBook(LiveBook):
    """An open workbook whose formulas cannot be asked for without waiting: none of them pins its row."""

    def _pinned(self, sheet: object, table: object, last: int) -> set[int]:
        return set()


def rate_book(book: object) -> str:
    """评级结果 written as ``regenerate`` writes it; 「2026年第3季度:…户已写入 评级结果…」 and a line for every problem."""
    live = LiteBook(book, LiteHost(), (EVALUATION, RESULTS), also=(POLICY_COPY,))
    policy, quarter = _policy(live), quarter_of(live)
    decided = rated(live, policy, quarter)
    rows = [result_row(one) for one in decided]
    live.fill(RESULTS, Fill(("客户编码",), RESULT_COLUMNS, rows, ("评级状态", "已不在评估表"), empties_gone=True))
    live.write_beside(RESULTS, NOTE_LABEL, note_line(policy, quarter))
    live.save()
    _go(book, RESULTS)
    problems = [problem.line() for one in decided for problem in one.problems]
    head = f"{quarter.title}:{len(rows)}户已写入 {RESULTS},问题{len(problems)}处,政策{policy.version} {policy.notice}".rstrip()
    return "\n".join([head, *problems, "审批路线、级别变动、核对没有更新;用 xl-credit regenerate 更新全部各表"])


def _policy(live: LiveBook) -> Policy:
    """The workbook's own 政策 table; the sample policy where it has none."""
    return read_flat(live.grids[POLICY_COPY].rows) if POLICY_COPY in live.grids else sample_policy()


def open_policy(book: object) -> str:
    _go(book, POLICY_COPY)
    return f"已转到 {POLICY_COPY}"


def _go(book: object, name: str) -> None:
    sheet = next((one for one in book.sheets if folded(one.name) == name), None)
    if sheet is None:
        raise CreditError(f"没有工作表“{name}”", allowed=f"含“{name}”的工作簿")
    sheet.activate()


def about(book: object) -> str:
    live = LiteBook(book, LiteHost(), (), also=(POLICY_COPY,))
    policy = _policy(live)
    return f"xl-credit {__version__}(xlwings Lite,实验性)  政策:{policy.version}({policy.status})  更新:重新运行 xl-credit lite embed"


def run(command: Callable[[object], str], book: object) -> None:
    """What a button does: one line of text where there is no answer, nothing half written."""
    try:
        print(command(book))
    except CreditError as error:
        print(error)
        book.app.alert(str(error), TITLE)


COMMANDS = {
    "rate_book": "按评估表给全部客户评级,写出 评级结果;其他各表用 xl-credit regenerate 更新",
    "open_policy": "转到本簿的 政策 表",
    "about": "程序版本和本簿的政策",
}
