"""The sample policy as an editable book: a test changes a cell by what its row says and learns where that cell is."""

from xl_credit.policy.lint import check_policies
from xl_credit.policy.reading import Read, read_policies
from xl_credit.policy.sample import sample_grids
from xl_credit.rules.errors import Problem
from xl_credit.tables import Grid, column_letters


class SampleBook:
    def __init__(self) -> None:
        self.sheets = {name: [list(row) for row in grid.rows] for name, grid in sample_grids().items()}

    def _index(self, sheet: str, row: dict[str, str]) -> int:
        header, *body = self.sheets[sheet]
        hits = [i for i, cells in enumerate(body, 1) if all(cells[header.index(h)] == text for h, text in row.items())]
        assert hits, f"{sheet}: {row}"
        return hits[0]

    def cell(self, sheet: str, header: str, **row: str) -> str:
        """Where the first row that says ``row`` has its ``header`` cell."""
        return f"{column_letters(self.sheets[sheet][0].index(header))}{self._index(sheet, row) + 1}"

    def put(self, sheet: str, header: str, value: object, **row: str) -> str:
        """Changes that cell, and says where it is."""
        cell, index = self.cell(sheet, header, **row), self._index(sheet, row)
        self.sheets[sheet][index][self.sheets[sheet][0].index(header)] = value
        return cell

    def drop(self, sheet: str, **row: str) -> None:
        del self.sheets[sheet][self._index(sheet, row)]

    def repeat(self, sheet: str, changes: dict[str, object], **row: str) -> int:
        """Copies a row to the end of its sheet with changes; gives its row number."""
        header = self.sheets[sheet][0]
        copied = list(self.sheets[sheet][self._index(sheet, row)])
        for name, value in changes.items():
            copied[header.index(name)] = value
        self.sheets[sheet].append(copied)
        return len(self.sheets[sheet])

    def add_version(self, name: str, effective: str, status: str = "草案", approved_by: str = "") -> None:
        """The sample's rows once more, as a version of another name and date."""
        for sheet, rows in self.sheets.items():
            header, own = rows[0], [row for row in rows[1:] if row[0] == "示例2020"]
            for row in own:
                copied = [name, *row[1:]]
                copied[header.index("生效日期")] = effective
                if sheet == "版本":
                    copied[header.index("状态")], copied[header.index("核定人")] = status, approved_by
                rows.append(copied)

    def read(self) -> Read:
        return read_policies({name: Grid(name, rows) for name, rows in self.sheets.items()})

    def findings(self) -> tuple[Problem, ...]:
        return check_policies(self.read())

    def only(self) -> Problem:
        """The one finding of the book."""
        findings = self.findings()
        assert len(findings) == 1, [problem.line() for problem in findings]
        return findings[0]

    def found_at(self, sheet: str, cell: str) -> list[Problem]:
        """The findings at one cell; there is at least one."""
        findings = self.findings()
        here = [problem for problem in findings if (problem.sheet, problem.cell) == (sheet, cell)]
        assert here, [problem.line() for problem in findings]
        return here
