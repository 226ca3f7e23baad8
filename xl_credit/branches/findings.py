"""What is found in a returned workbook: where, what it was when it was sent, what it is now, and how to mend it."""

from dataclasses import dataclass

_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend. ``sheet`` and ``cell`` are the returned workbook's; empty where it is the whole sheet or file.

    >>> Finding("评估表", "AM7", "公式被改为数值", "=A1", "5", "恢复公式").line("华东.xlsx")
    '华东.xlsx!评估表!AM7:公式被改为数值,下发时为“=A1”,现为“5”;请恢复公式'
    """

    sheet: str
    cell: str
    what: str
    was: str
    now: str
    mend: str

    def line(self, file: str) -> str:
        """For the console: where, what, was and is, and how to mend it."""
        where = "!".join(part for part in (file, self.sheet, self.cell) if part)
        change = f",下发时为{shown(self.was)},现为{shown(self.now)}" if self.was or self.now else ""
        return f"{where}:{self.what}{change};请{self.mend}"


def shown(text: str) -> str:
    """A cell's content in a sentence, long ones cut.

    >>> shown(""), shown("=A1")
    ('空白', '“=A1”')
    """
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return f"“{short}”" if short else "空白"
