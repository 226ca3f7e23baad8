"""What the package raises, and what it collects, when input is not as the regulation needs it.

Rules raise :class:`CreditError`; batch work turns it into a :class:`Problem` so that one bad row hides no other.
"""

from dataclasses import dataclass

_LONGEST = 2000  # characters: what was found may be a cell with tens of thousands, more than another cell may hold


def _shortened(found: str) -> str:
    return found if len(found) <= _LONGEST else f"{found[:_LONGEST]}……(共{len(found)}字)"


class CreditError(Exception):
    """One line in Chinese for the person at the workbook: where, what was found, what is allowed, which article.

    >>> str(CreditError("营业执照为“有”", allowed="具备、未年检、无", article="第七条(3)①"))
    '营业执照为“有”;允许:具备、未年检、无(第七条(3)①)'
    """

    def __init__(self, found: str, *, where: str = "", allowed: str = "", article: str = "") -> None:
        self.found, self.where, self.allowed, self.article = _shortened(found), where, allowed, article
        super().__init__(self.line())

    def line(self) -> str:
        text = f"{self.where}:{self.found}" if self.where else self.found
        if self.allowed:
            text += f";允许:{self.allowed}"
        return f"{text}({self.article})" if self.article else text

    def __reduce__(self):  # worker processes send it back whole
        return _rebuild, (self.found, self.where, self.allowed, self.article)


def _rebuild(found: str, where: str, allowed: str, article: str) -> CreditError:
    return CreditError(found, where=where, allowed=allowed, article=article)


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding for the 核对 sheet.

    ``sheet`` and ``cell`` say where (``cell`` may be empty for a whole sheet or file), ``effect`` what it did to the result.
    ``file`` is set where that is another file than the workbook which is worked on.
    """

    sheet: str
    cell: str
    found: str
    allowed: str
    article: str
    effect: str
    customer: str = ""
    file: str = ""

    def __post_init__(self) -> None:
        if len(self.found) > _LONGEST:
            object.__setattr__(self, "found", _shortened(self.found))

    @property
    def place(self) -> str:
        """``评估表!C17``; with the file's name where it is another file's."""
        return "!".join(part for part in (self.file, self.sheet, self.cell) if part)

    def line(self, file: str = "") -> str:
        """``华东.xlsx!评估表!C17:…`` for the console."""
        where = self.place if self.file or not file else f"{file}!{self.place}"
        return CreditError(self.found, where=where, allowed=self.allowed, article=self.article).line()

    def said(self, file: str = "") -> str:
        """:meth:`line` and what came of it.

        >>> Problem("发货台账", "D7", "发货日期为空", "日期,如 2026-07-01", "第十三条", "本行未计入").said()
        '发货台账!D7:发货日期为空;允许:日期,如 2026-07-01(第十三条)→本行未计入'
        """
        return f"{self.line(file)}→{self.effect}" if self.effect else self.line(file)
