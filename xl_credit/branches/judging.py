"""One returned workbook judged: opened, recognised, held against the pack that was sent to its branch."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from xl_credit.books.disk import file_bytes
from xl_credit.books.package import Package, read_package
from xl_credit.books.reading import read_grids
from xl_credit.branches.checklist import Line, listed
from xl_credit.branches.comparing import Returned, Sent, compare, read_sent
from xl_credit.branches.encryption import decrypted, is_encrypted
from xl_credit.branches.entries import check_entries
from xl_credit.branches.findings import Finding
from xl_credit.branches.locked import lock_digest
from xl_credit.branches.manifest import Manifest, read_manifest
from xl_credit.branches.names import MANIFEST_SHEET
from xl_credit.cells import folded, is_blank, text
from xl_credit.forms.template_version import template_version
from xl_credit.policy.flat_reading import read_flat
from xl_credit.quarter.branch import branch_name
from xl_credit.quarter.columns import AMOUNTS, BAD_ITEMS, EVALUATION, POLICY_COPY, SUBJECTIVE_ITEMS
from xl_credit.rules.errors import CreditError
from xl_credit.rules.quarter import Quarter
from xl_credit.tables import Grid, column_letters, find_table

_ANEW = (*AMOUNTS, *SUBJECTIVE_ITEMS, *BAD_ITEMS)
_RESEND = "用下发的工作簿填报后交回"


@dataclass(frozen=True, slots=True)
class ReturnJob:
    """All that judging one file needs; sent to a worker process as it is."""

    path: Path
    sent: Path
    lines: Mapping[str, Line]
    key: bytes = field(repr=False)
    passwords: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of one returned file. ``opened`` is its content without the opening password, where it had one."""

    file: str
    branch: str = ""
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    error: str = ""  # head office's own side is at fault: nothing is said of the branch
    opened: bytes | None = field(default=None, repr=False)

    @property
    def is_good(self) -> bool:
        return bool(self.branch) and not self.findings and not self.error


def judge(job: ReturnJob) -> Judged:
    """Everything that is wrong with one returned file; it is only read."""
    name = job.path.name
    by_name = listed(job.lines, branch_name(job.path))
    try:
        data = file_bytes(job.path)
        if is_encrypted(data) and not any(job.passwords.values()):
            return Judged(name, by_name.branch if by_name else "", error="设有打开密码,须用 --passwords 给出密码表")
        opened = _opened(job, data, by_name) if is_encrypted(data) else None
        with tempfile.TemporaryDirectory() as folder:
            package = _package(job.path, opened, Path(folder))
            return _judge_package(job, package, by_name, opened)
    except CreditError as error:
        finding = Finding("", "", error.found, "", "", f"交回{error.allowed}" if error.allowed else _RESEND)
        return Judged(name, by_name.branch if by_name else "", (finding,))


def _opened(job: ReturnJob, data: bytes, by_name: Line | None) -> bytes:
    """The content behind the password: that of the branch whose name the file bears is tried first."""
    names = [by_name.branch] if by_name else []
    tried = dict.fromkeys(job.passwords.get(name, "") for name in (*names, *job.passwords))
    for password in filter(None, tried):
        opened = decrypted(data, password, job.path.name)
        if opened is not None:
            return opened
    raise CreditError("打不开:打开密码不是下发时的密码", where=job.path.name, allowed="用下发时的密码保存或取消密码的工作簿")


def _package(path: Path, opened: bytes | None, folder: Path) -> Package:
    if opened is None:
        return read_package(path)
    clear = folder / path.name
    clear.touch(mode=0o600)
    clear.write_bytes(opened)
    return read_package(clear)


def _not_begun(grid: Grid) -> list[str]:
    """A word on customers of whom nothing was filled in this quarter; what else is missing ``regenerate`` lists in 核对."""
    table = find_table(grid, ("客户编码",), _ANEW)
    rows = [row for _, row in table.body() if not is_blank(table.value(row, "客户编码"))]
    count = sum(all(is_blank(table.value(row, header)) for header in _ANEW) for row in rows)
    return [f"{len(rows)}户中有{count}户本季一项未填"] if count else []


@dataclass(frozen=True, slots=True)
class _Claim:
    """Whose workbook it is and of which quarter, as its manifest says, or the heading of its 评估表 in the cells named."""

    branch: str
    quarter: str
    branch_cell: str = ""
    quarter_cell: str = ""


def _judge_package(job: ReturnJob, package: Package, by_name: Line | None, opened: bytes | None) -> Judged:
    name, grid = job.path.name, read_grids(package, {EVALUATION}).get(EVALUATION)
    if grid is None:
        lacking = Finding(EVALUATION, "", "缺少工作表", EVALUATION, "没有", _RESEND)
        return Judged(name, by_name.branch if by_name else "", (lacking,))
    manifest, findings, notes = read_manifest(package), [], []
    if manifest is None:
        notes.append("隐藏的下发信息已丢失,按内容和分发清单核对")
    elif not manifest.is_sealed_by(job.key):
        findings.append(Finding(MANIFEST_SHEET, "", "下发信息被改动,或不是本总部下发的", "", "", _RESEND))
    genuine = manifest is not None and not findings
    claim = _Claim(manifest.branch, manifest.quarter) if genuine else _heading(grid.rows)
    line = listed(job.lines, claim.branch) or (None if genuine else by_name)
    if line is None:
        findings.append(Finding("", "", f"分公司“{claim.branch}”不在分发清单", "", "", _RESEND))
        return Judged(name, "", tuple(findings), tuple(notes))
    findings += _identity(claim, line, by_name, template_version(package))
    if not findings:
        sent, fault = _sent(job, line)
        if sent is None:
            return Judged(name, line.branch, (), tuple(notes), fault)
        findings = against(sent, package, manifest, Quarter.parse(line.quarter))
        notes += [] if findings else _not_begun(grid)
    return Judged(name, line.branch, tuple(findings), tuple(notes), "", opened)


def _heading(rows: Sequence[Sequence[object]]) -> _Claim:
    """What stands beside 分公司 and 季度 above the table."""
    found = {"分公司": ("", ""), "季度": ("", "")}
    for index, row in enumerate(rows[:10]):
        for column, value in enumerate(row[:-1]):
            label = folded(value) if isinstance(value, str) else ""
            if label in found and not found[label][1]:
                found[label] = text(row[column + 1]), f"{column_letters(column + 1)}{index + 1}"
    (branch, branch_cell), (quarter, quarter_cell) = found.values()
    return _Claim(branch, quarter, branch_cell, quarter_cell)


def _identity(claim: _Claim, line: Line, by_name: Line | None, version: int | None) -> list[Finding]:
    """Another quarter's, another branch's or an old template's workbook: nothing in it can be held against what was sent."""
    found = []
    if claim.branch and folded(claim.branch) != folded(line.branch):
        found.append(Finding(EVALUATION, claim.branch_cell, "分公司不符", line.branch, claim.branch, _RESEND))
    if by_name and by_name.branch != line.branch:
        found.append(Finding("", "", f"文件名是“{by_name.branch}”,内容是“{line.branch}”的工作簿", "", "", f"核对后交回{by_name.branch}自己的工作簿"))
    if claim.quarter and not _is_quarter(claim.quarter, line.quarter):
        sheet = EVALUATION if claim.quarter_cell else ""
        found.append(Finding(sheet, claim.quarter_cell, "季度不符", line.quarter, claim.quarter, f"交回{line.quarter}下发的工作簿"))
    if str(version) != line.template:
        found.append(Finding("", "", "模板版本不符", line.template, str(version), "改用本季下发的工作簿填报"))
    return found


def _is_quarter(written: str, wanted: str) -> bool:
    try:
        return Quarter.parse(written) == Quarter.parse(wanted)
    except CreditError:
        return False


def _sent(job: ReturnJob, line: Line) -> tuple[Sent | None, str]:
    """The pack as it was sent, proved by the key to be what head office made; or why it cannot be compared with."""
    path = job.sent / line.file
    try:
        data = file_bytes(path, may_be_open=True)
        opened = None
        if is_encrypted(data):
            opened = decrypted(data, job.passwords.get(line.branch, ""), path.name)
            if opened is None:
                return None, f"{path.name}:下发件打不开,密码表里“{line.branch}”的密码不是下发时的密码"
        with tempfile.TemporaryDirectory() as folder:
            sent = read_sent(_package(path, opened, Path(folder)))
    except CreditError as error:
        return None, f"下发件用不了:{error}"
    manifest = read_manifest(sent.package)
    if manifest is None or not manifest.is_sealed_by(job.key):
        return None, f"{path.name}:下发件不是用这个密钥生成的,或清单被改动"
    if lock_digest(job.key, sent.lock, manifest.identity) != manifest.digest:
        return None, f"{path.name}:总部留存的下发件被改动过,不能据以核对"
    return sent, ""


def against(sent: Sent, package: Package, manifest: Manifest | None, quarter: Quarter) -> list[Finding]:
    """The cells of the returned workbook against those of the pack."""
    if manifest is not None and manifest != read_manifest(sent.package):
        return [Finding("", "", "不是最近一次下发的工作簿", "", "", "把内容填入最近下发的工作簿后交回")]
    returned = Returned(package)
    found = compare(sent, returned)
    contents = returned.contents(EVALUATION)
    if contents is not None and returned.has_headers:
        policy = read_flat(sent.rows(POLICY_COPY))
        found += check_entries(sent, returned, contents, policy, quarter)
    return found
