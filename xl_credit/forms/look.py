"""How our sheets look on screen and on A4 paper, the same in every workbook."""

from datetime import datetime
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_credit.tables import column_letters

BODY_FONT, TITLE_FONT = "宋体", "微软雅黑"
HEADER_FILL, INPUT_FILL, WRITTEN_FILL, NOTE_FILL = "#D9E2F3", "#FFFFFF", "#F2F2F2", "#FFF2CC"
GOOD, FAIR, POOR, BAD = ("#C6EFCE", "#006100"), ("#DDEBF7", "#1F4E78"), ("#FFEB9C", "#7F6000"), ("#FFC7CE", "#9C0006")
_LAST_ROW = 20000  # dropdowns and conditional formats reach this far, well beyond any branch
_A4 = 9
_TEXT_STAYS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}  # a code may begin with =
_FIXED_DATE = datetime(2020, 1, 1)  # a build date in the file would make two builds differ


class Look:
    """The formats of one workbook, each made once."""

    def __init__(self, path: Path) -> None:
        self.book = Workbook(str(path), _TEXT_STAYS_TEXT)
        self.book.set_properties({"created": _FIXED_DATE, "author": "xl-credit", "company": ""})
        self.book.set_calc_mode("auto")
        self._formats: dict[tuple, Format] = {}
        self.book.formats[0].set_font_name(BODY_FONT)
        self.book.formats[0].set_font_size(10)

    def format(self, **properties: object) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_name": BODY_FONT, "font_size": 10, "valign": "vcenter"}
            self._formats[key] = self.book.add_format(base | properties)
        return self._formats[key]

    def cell(self, **properties: object) -> Format:
        """A bordered table cell."""
        return self.format(border=1, border_color="#A6A6A6", **properties)

    @property
    def header(self) -> Format:
        return self.cell(bold=True, bg_color=HEADER_FILL, align="center", text_wrap=True)

    @property
    def title(self) -> Format:
        return self.format(font_name=TITLE_FONT, font_size=16, bold=True, align="center")

    @property
    def note(self) -> Format:
        return self.format(font_size=9, font_color="#7F6000", align="left")

    def sheet(self, name: str, tab: str = "#1F4E78") -> Worksheet:
        sheet = self.book.add_worksheet(name)
        sheet.set_tab_color(tab)
        sheet.hide_gridlines(2)
        return sheet

    def close(self) -> None:
        self.book.close()


def print_on_a4(
    sheet: Worksheet, columns: int, header_rows: tuple[int, int], *, landscape: bool = True, pages_wide: int = 1,
    whole_columns: bool = True,
) -> None:  # fmt: skip
    """A4, one or more pages wide, header repeated, page numbers; the print area is the whole columns so that it grows."""
    sheet.set_paper(_A4)
    if landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(pages_wide, 0)
    sheet.repeat_rows(*header_rows)
    if whole_columns:
        sheet.print_area(0, 0, 1048575, columns - 1)
    sheet.set_margins(left=0.3, right=0.3, top=0.5, bottom=0.55)
    sheet.center_horizontally()
    sheet.set_footer(f'&L&"{BODY_FONT}"&9&A&C&"{BODY_FONT}"&9第 &P 页 共 &N 页')


def print_filled_rows(look: Look, sheet: Worksheet, columns: int, key_column: int, first_row: int) -> None:
    """Print down to the last row with text in ``key_column`` only, so that prepared blank rows give no blank pages.

    A print area may be a formula; Excel and WPS work it out at printing.
    """
    name, key = sheet.get_name(), column_letters(key_column)
    keys = f"{name}!${key}${first_row + 1}:${key}${_LAST_ROW}"
    last = f'MAX({first_row + 1},SUMPRODUCT(MAX(({keys}<>"")*ROW({keys}))))'
    letters = column_letters(columns - 1)
    look.book.define_name(f"{name}!_xlnm.Print_Area", f"={name}!$A$1:INDEX({name}!${letters}$1:${letters}${_LAST_ROW},{last})")


def heading(look: Look, sheet: Worksheet, title: str, note: str, columns: int) -> None:
    """Title and note line over the sheet's columns, as every sheet of ours begins."""
    sheet.set_row(0, 30)
    sheet.merge_range(0, 0, 0, columns - 1, title, look.title)
    sheet.merge_range(1, 0, 1, columns - 1, note, look.note)


def colour_words(look: Look, sheet: Worksheet, column: int, first_row: int, words: dict[str, tuple[str, str]]) -> None:
    """Conditional colours for the words that a column may hold."""
    area = f"{column_letters(column)}{first_row + 1}:{column_letters(column)}{_LAST_ROW}"
    for word, (fill, font) in words.items():
        look_of = look.book.add_format({"bg_color": fill, "font_color": font})
        sheet.conditional_format(area, {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": look_of})


def dropdown(sheet: Worksheet, column: int, first_row: int, choices: tuple[str, ...], what: str) -> None:
    """A list to choose from, with a message in the regulation's words for anything else."""
    sheet.data_validation(first_row, column, _LAST_ROW - 1, column, {
        "validate": "list", "source": list(choices), "error_title": "不在可选范围内",
        "error_message": f"{what}请选择:{'、'.join(choices)}"[:250],
    })  # fmt: skip
