"""A button in Excel: its command runs on a still screen, says one line, and the screen is back whatever happened."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

import udfs.excel
from udfs.ribbon import COMMANDS
from xl_credit.hosts.commanding import Commands
from xl_credit.hosts.excel_dispatch import dispatch
from xl_credit.hosts.excel_host import ExcelHost
from xl_credit.rules.errors import CreditError


class FakeApp:
    """A spreadsheet program that notes what is done to it."""

    def __init__(self, screen_updating: bool = True, refuses_status: bool = False) -> None:
        self._status, self._screen, self._refuses = False, screen_updating, refuses_status
        self.done: list[tuple[str, object]] = []

    @property
    def screen_updating(self):
        return self._screen

    @screen_updating.setter
    def screen_updating(self, value):
        self._screen = value
        self.done.append(("screen", value))

    @property
    def status_bar(self):
        return self._status

    @status_bar.setter
    def status_bar(self, value):
        if self._refuses:
            raise RuntimeError("busy")
        self._status = value
        self.done.append(("status", value))

    def alert(self, prompt, title):
        self.done.append(("alert", f"{title}|{prompt}"))


def commands(body) -> dict:
    declared = Commands()

    def rate(book):
        return body(book)

    declared.declare("评级本簿", "评级", "说明", "Info")(rate)
    return declared.by_tag


def failing(error: Exception):
    def body(book):
        raise error

    return body


def test_a_command_runs_on_a_still_screen_and_says_its_line():
    app, seen = FakeApp(), []
    line = dispatch(commands(lambda book: seen.append((book, app.screen_updating)) or "3户"), "rate", app, "工作簿")
    assert seen == [("工作簿", False)] and line == "评级本簿:3户"
    assert app.done == [("screen", False), ("status", "评级本簿……"), ("screen", True), ("status", "评级本簿:3户")]


def test_what_the_input_lacks_is_one_line_and_the_screen_is_back():
    app = FakeApp()
    line = dispatch(commands(failing(CreditError("没有工作表“评估表”", allowed="含“评估表”的工作簿"))), "rate", app, None)
    assert line == "评级本簿:没有工作表“评估表”;允许:含“评估表”的工作簿" == app.status_bar
    assert app.screen_updating and app.done[-1] == ("alert", "评级本簿|没有工作表“评估表”;允许:含“评估表”的工作簿")


def test_a_fault_of_the_program_is_one_line_too_and_its_trace_goes_elsewhere(capsys):
    app = FakeApp()
    line = dispatch(commands(failing(ZeroDivisionError("by\nzero"))), "rate", app, None)
    assert "ZeroDivisionError:by zero" in line and "\n" not in line and app.screen_updating
    assert "Traceback" in capsys.readouterr().err


def test_a_status_bar_that_refuses_does_not_leave_the_screen_off():
    app = FakeApp(refuses_status=True)
    with pytest.raises(RuntimeError):
        dispatch(commands(lambda book: ""), "rate", app, None)
    assert app.screen_updating


def test_an_interrupted_command_gives_the_screen_back():
    app = FakeApp()
    with pytest.raises(KeyboardInterrupt):
        dispatch(commands(failing(KeyboardInterrupt())), "rate", app, None)
    assert app.screen_updating


def test_a_screen_that_was_off_stays_off():
    app = FakeApp(screen_updating=False)
    dispatch(commands(lambda book: ""), "rate", app, None)
    assert app.screen_updating is False


def test_an_unknown_tag_is_told_with_the_commands_there_are():
    app = FakeApp()
    assert dispatch(commands(lambda book: ""), "other", app, None) == "客户信用:没有命令“other”;允许:评级本簿"
    assert app.done[-1][0] == "alert"


def test_a_button_reaches_the_command_with_the_active_workbook(monkeypatch):
    app = FakeApp()
    book = SimpleNamespace(app=app, fullname="", name="华东.xlsx", sheets=[])
    monkeypatch.setattr(udfs.excel.xw, "Book", SimpleNamespace(caller=lambda: book))
    assert udfs.excel.run("open_policy") == "打开政策:没有工作表“政策”;允许:先运行 评级本簿;账龄、放行等表须有台账"
    assert "xl-credit" in udfs.excel.run("about") and set(COMMANDS.by_tag) >= {"open_policy", "about"}


class FakeSheet:
    def __init__(self, book, name, formulas=((("",),)), notes=(), comments=()):
        self.book, self.name, self.formulas = book, name, [list(row) for row in formulas]
        self.notes = [SimpleNamespace(location=SimpleNamespace(row=row)) for row in notes]
        self._comments = comments

    @property
    def comments(self):
        if isinstance(self._comments, Exception):
            raise self._comments
        return [SimpleNamespace(location=SimpleNamespace(row=row)) for row in self._comments]

    def copy(self, after):
        assert after is after.book.sheets.all[-1]
        outside = [[re.sub(r"=(.+!)", rf"=[{self.book.name}]\1", cell) for cell in row] for row in self.formulas]
        after.book.sheets.all.append(FakeSheet(after.book, self.name, outside))

    @property
    def used_range(self):
        return SimpleNamespace(row=1, column=1, options=lambda ndim: SimpleNamespace(formula=[list(row) for row in self.formulas]))

    def range(self, place):
        sheet = self

        class Cell:
            def __setattr__(self, name, value):
                assert name == "formula"
                sheet.formulas[place[0] - 1][place[1] - 1] = value

        return Cell()


class FakeSheets:
    def __init__(self, *sheets):
        self.all = list(sheets)

    def __len__(self):
        return len(self.all)

    def __getitem__(self, key):
        return self.all[key] if isinstance(key, int) else next(sheet for sheet in self.all if sheet.name == key)


def test_sheets_come_from_a_copy_of_the_template_and_look_at_this_workbook(tmp_path):
    template = tmp_path / "客户信用评估.xlsx"
    template.write_bytes(b"template")
    opened, closed = [], []

    def open_book(path, read_only, update_links):
        assert read_only and not update_links and Path(path).read_bytes() == b"template"
        source = SimpleNamespace(name=Path(path).name, close=lambda: closed.append(path))
        source.sheets = FakeSheets(FakeSheet(source, "账龄表", [["=政策!A1", "1"], ["=SUM(A1)", ""]]), FakeSheet(source, "政策"))
        opened.append(source.name)
        return source

    app = SimpleNamespace(books=SimpleNamespace(open=open_book))
    book = SimpleNamespace(app=app, name="客户信用评估.xlsx", activate=lambda: closed.append("activated"))
    book.sheets = FakeSheets(FakeSheet(book, "评估表"))
    ExcelHost().copy_sheets(book, template, ["账龄表", "政策"])
    assert [sheet.name for sheet in book.sheets.all] == ["评估表", "账龄表", "政策"]
    assert book.sheets["账龄表"].formulas == [["=政策!A1", "1"], ["=SUM(A1)", ""]]
    assert opened[0] != template.name and closed[1:] == ["activated"] and list(tmp_path.iterdir()) == [template]


def test_commented_rows_are_those_with_notes_and_with_comments_where_excel_tells():
    host = ExcelHost()
    assert host.commented_rows(FakeSheet(None, "核对", notes=[3, 9], comments=[4])) == {3, 4, 9}
    assert host.commented_rows(FakeSheet(None, "核对", notes=[3], comments=NotImplementedError())) == {3}


@pytest.mark.parametrize("text", ["007", "=1+1", "+1", "-", "@a", "2026-09-30", "3/4", "1E5", "TRUE", "MAR1", "#N/A", "'x", " 1", "7", "〇"])
def test_text_that_excel_could_take_for_something_else_is_kept_text(text):
    assert ExcelHost().text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "一级", "不予评级:弄虚作假", "华东贸易有限公司"])
def test_other_text_is_left_alone(text):
    assert ExcelHost().text(text) == text


def test_a_hosts_command_is_a_still_screen():
    app = FakeApp()
    with pytest.raises(CreditError), ExcelHost().command(SimpleNamespace(app=app), "评级结果") as progress:
        assert not app.screen_updating and app.status_bar == "评级结果……"
        progress("写入 核对(2/9)")
        assert app.status_bar == "评级结果……写入 核对(2/9)"
        raise CreditError("x")
    assert app.screen_updating
