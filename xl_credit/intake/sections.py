"""Lines of an export that are no rows: titles, page lines, sums, balances carried; and those that name the customer below."""

import re
import unicodedata
from collections.abc import Sequence

from xl_credit.cells import folded, is_blank
from xl_credit.intake.values import cell_text
from xl_credit.tables import Row

_SUM = re.compile(
    r"(?:.{0,30}?[::\s]?)?(?:本页|当页|每页|本月|本日|当日|本年|本季|本期|全部|部门|客户|业务员|单据|日|月)?(?:小计|合计|总计|共计|累计)(?:数|金额)?"
    r"(?:[:]|\(.{0,30}\)|\d*[笔条张行]?)*"
)
_SUM_ANYWHERE = ("小计", "合计", "总计", "共计", "累计")
_CARRIED = re.compile(r"(?:期初|期末|年初|上年|上期|上月|本期|月初|月末)(?:余额|结转|结存|数)(?:[:].*)?|承前页|过次页|上页结转|结转下[年期]|余额")
_PAGE = re.compile(
    r"(?:打印|制表|制单|审核|复核|主管|记账|出纳|会计|导出|报表|查询|统计|核算|金额|编制|公司|账套|账簿|日期|时间|期间|页|单位|币种|科目|客户|往来|部门|仓库|范围)"
    r"[^\s:]{0,6}[:]|第\d+页|共\d+页|^\d+/\d+$|^page\d+", re.IGNORECASE,
)  # fmt: skip
_CUSTOMER = re.compile(r"^\s*(?:客户|往来单位|购货单位|客商|核算项目|辅助项|单位名称)(?:名称)?\s*[:]\s*(\S.*?)\s*$")
# a code has a digit and at least two characters, and stands in brackets or apart from the name
_CODE = r"(?=[A-Za-z.\-]*\d)([A-Za-z0-9][\w.\-]+)"
_CODE_AND_NAME = re.compile(rf"^(?:[\[【(]{_CODE}[\]】)]\s*|{_CODE}(?:[\s/、,|]+|$))(.*)$", re.ASCII)
_MOST_FILLED = 4
_ENDS = re.compile(r"\s{2,}|\s*(?:币种|期间|日期|科目|单位)[:].*$")


def sum_label(row: Row) -> str:
    """The word by which a row calls itself a sum; empty where it does not.

    >>> sum_label(["", "合 计:", 5]), sum_label(["小计(华东)", 1]), sum_label(["A1", "累计返利", 5])
    ('合计', '小计', '')
    """
    for value in row:
        if isinstance(value, str) and len(value) < 60 and any(word[1] in value for word in _SUM_ANYWHERE):
            written = folded(value)
            if _SUM.fullmatch(written):
                return next(word for word in ("本页合计", "本月合计", "本年累计", *_SUM_ANYWHERE) if word in written)
    return ""


def is_carried(row: Row) -> bool:
    """期初余额, 承前页 and their like: a balance, no document.

    >>> is_carried(["", "上年结转", 5]), is_carried(["A1", "余额宝收款", 5])
    (True, False)
    """
    return any(isinstance(value, str) and _CARRIED.fullmatch(folded(value)) for value in row)


def is_page_line(row: Row) -> bool:
    """A title, or a line of what was printed, by whom and when: one text or a few, each with its label.

    >>> is_page_line(["销售出库明细表", "", ""]), is_page_line(["制表人:张三", "", "审核:"]), is_page_line(["A1", "K1", ""])
    (True, True, False)
    """
    filled = [value for value in row if not is_blank(value)]
    if not all(isinstance(value, str) for value in filled):
        return False
    return len(filled) == 1 or sum(bool(_PAGE.search(folded(value))) for value in filled) * 2 >= len(filled)


def section_customer(row: Row) -> tuple[str, str] | None:
    """(code, name) of a line that names the customer of the rows below it.

    >>> section_customer(["客户:K001 华东商贸有限公司", ""]), section_customer(["客户:", "K2", "乙厂"])
    (('K001', '华东商贸有限公司'), ('K2', '乙厂'))
    """
    filled = [unicodedata.normalize("NFKC", cell_text(value)) for value in row if not is_blank(value)]
    if not filled or len(filled) > _MOST_FILLED or ":" not in filled[0]:
        return None
    found = _CUSTOMER.match(filled[0]) or (_CUSTOMER.match(filled[0] + " ".join(filled[1:])) if filled[0].endswith(":") else None)
    if not found:
        return None
    written = _ENDS.sub("", found[1].strip()) if not re.match(r"\S+\s{2,}\S", found[1]) else found[1]
    return code_and_name(written)


def code_and_name(written: str) -> tuple[str, str]:
    """A customer's code and name out of one text; no code where it has none that stands apart.

    >>> code_and_name("(001)华东商贸"), code_and_name("K001 华东商贸"), code_and_name("3M中国"), code_and_name("ABC 商贸")
    (('001', '华东商贸'), ('K001', '华东商贸'), ('', '3M中国'), ('', 'ABC 商贸'))
    """
    plain = unicodedata.normalize("NFKC", written).strip()
    parts = _CODE_AND_NAME.match(plain)
    return (parts[1] or parts[2], parts[3].strip()) if parts else ("", plain)


def first_words(row: Sequence[object]) -> str:
    """What a line says, for whoever reads the list of lines left out."""
    return " ".join(cell_text(value) for value in row if not is_blank(value))[:60]
