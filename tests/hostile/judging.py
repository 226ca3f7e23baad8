"""What must hold of every case: how a run ends, what it leaves alone, that what it writes is whole, and that no customer is lost."""

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from posixpath import join, normpath
from xml.parsers import expat

from lxml import etree
from python_calamine import CalamineWorkbook

from tests.conftest import Ended
from tests.hostile.samples import PEOPLES
from xl_credit.books.extent import filled_extent
from xl_credit.cells import folded, is_blank
from xl_credit.policy.sample import sample_policy
from xl_credit.quarter.columns import (
    CHANGES,
    CHECK_COLUMNS,
    CHECKS,
    EVALUATION,
    EVALUATION_COLUMNS,
    POLICY_COPY,
    RESULT_COLUMNS,
    RESULTS,
    ROUTE_WRITTEN,
    ROUTES,
)
from xl_credit.receivables.columns import REPORTS
from xl_credit.rules.errors import CreditError
from xl_credit.tables import header_name

_NOTICE = sample_policy().notice
_CHINESE = re.compile("[\u4e00-\u9fff]")
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >][^<]*")
_WRITTEN = {RESULTS, ROUTES, CHANGES, CHECKS, POLICY_COPY, *REPORTS}


def ending(command: str, ended: Ended) -> Iterator[str]:
    """0, 1 or 2; 2 is one line in Chinese and no result."""
    if ended.has_traceback:
        yield f"traceback: {ended.err[-400:]}"
    if ended.code not in (0, 1, 2):
        yield f"exit code {ended.code}"
    lines = [line for line in ended.error_lines if line != _NOTICE]
    if ended.code == 2 and (len(lines) != 1 or not _CHINESE.search(lines[0]) or ended.out.strip()):
        yield f"exit code 2 with {lines[:3]} and {ended.out[:100]!r}"
    if ended.code == 1 and not lines:
        yield "exit code 1 and nothing said"
    for line in lines:
        if len(line) > 4000:
            yield f"a line of {len(line)} characters: {line[:200]}"
        if re.search("[\x00-\x08\x0b-\x1f\x7f]", line):
            yield f"control characters on the console: {line[:200]!r}"
    if "json" in command and ended.code in (0, 1):
        try:
            json.loads(ended.out, parse_constant=_no_number)
        except ValueError as error:
            yield f"JSON: {error}: {ended.out[:200]}"


def _no_number(word: str) -> object:
    raise ValueError(f"{word} is no JSON")


def whole(data: bytes, source: bytes = b"") -> Iterator[str]:
    """A package that others can read: every part whole, and our sheets legible, unless those of its ``source`` are not."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            bad = archive.testzip()
            if bad:
                yield f"damaged part {bad}"
            for name in archive.namelist():
                if ".." in name.split("/"):
                    yield f"part name {name}"
    except zipfile.BadZipFile as error:
        yield f"no zip: {error}"
        return
    unreadable = _unreadable(data)
    if unreadable and not (source and _unreadable(source)):
        yield f"not readable: {unreadable}"


def _unreadable(data: bytes) -> str:
    if _is_vast(data):
        return "too large to be laid out"
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            for name in book.sheet_names:
                if name in _WRITTEN:
                    book.get_sheet_by_name(name).to_python()
    except Exception as error:  # noqa: BLE001 - whatever the reader raises
        return str(error) or repr(error)
    return ""


def _is_vast(data: bytes) -> bool:
    """Whether reading a sheet of it would take all the memory: what is only attached to is not read by us either."""
    try:
        return any(filled_extent(part).is_vast for name, part in _parts(data).items() if "sheet" in name.lower())
    except CreditError:  # a cell at a place that no sheet has
        return True


def kept_parts(before: bytes, after: bytes) -> Iterator[str]:
    """Every part that is not ours byte for byte; none gone; of ours, well-formed."""
    old, new = _parts(before), _parts(after)
    ours = _ours(old)
    for name, data in old.items():
        if name not in new:
            yield f"part {name} is gone"
        elif new[name] != data:
            if name not in ours:
                yield f"part {name} was changed"
            yield from _ill_formed(name, new[name])
    for name in new.keys() - old.keys():
        yield from _ill_formed(name, new[name])


def _ill_formed(name: str, data: bytes) -> Iterator[str]:
    if name.endswith((".xml", ".rels")):
        try:
            expat.ParserCreate().Parse(data, True)
        except expat.ExpatError as error:
            yield f"part {name} is ill-formed: {error}"


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def _ours(parts: Mapping[str, bytes]) -> set[str]:
    """Parts that a run may change: the written sheets with their tables and charts, and the four that know the sheets."""
    known = {name.replace("\\", "/").lstrip("/").lower(): name for name in parts}
    found = {known.get("[content_types].xml", "")}
    for book in (target for target, kind in _links(parts, known, "") if kind == "officeDocument"):
        found.add(book)
        folder, _, leaf = book.rpartition("/")
        found.add(known.get(f"{folder}/_rels/{leaf}.rels".lower().lstrip("/"), ""))
        links = list(_links(parts, known, book, ids=True))
        found |= {target for target, kind, _ in links if kind == "styles"}
        root = etree.fromstring(parts[book])
        for sheet in root.iterfind("{*}sheets/{*}sheet"):
            own = {value for key, value in sheet.attrib.items() if key.endswith("}id")}
            for part in (target for target, _, one in links if one in own and sheet.get("name", "").strip() in _WRITTEN):
                found |= {part, *_reached(parts, known, part)}
    return found


def _reached(parts: Mapping[str, bytes], known: Mapping[str, str], part: str) -> set[str]:
    return {
        target for one, kind in _links(parts, known, part) if kind in ("table", "drawing")
        for target in (one, *(chart for chart, of in _links(parts, known, one) if of == "chart"))
    }  # fmt: skip


def _links(parts: Mapping[str, bytes], known: Mapping[str, str], part: str, ids: bool = False) -> Iterator[tuple]:
    folder, _, leaf = part.rpartition("/")
    name = known.get(join(folder, "_rels", f"{leaf}.rels").lower())
    if not name:
        return
    try:
        root = etree.fromstring(parts[name])
    except etree.XMLSyntaxError:
        return
    for link in root:
        target = known.get(normpath(join("/", folder, link.get("Target", ""))).lstrip("/").lower())
        kind = link.get("Type", "").rsplit("/", 1)[-1]
        if target:
            yield (target, kind, link.get("Id")) if ids else (target, kind)


def new_formulas(after: bytes, *sources: bytes) -> Iterator[str]:
    """Formulas in the result that stand in none of its sources: text that became one."""
    allowed = {formula for data in sources for formula in _formulas(data)}
    for formula in _formulas(after) - allowed:
        yield f"a formula from nowhere: {formula.decode('utf-8', 'replace')[:100]}"


def _formulas(data: bytes) -> set[bytes]:
    found = set()
    for name, part in _parts(data).items():
        if "worksheets/" in name.lower():
            found |= {re.sub(rb"^<(?:\w+:)?f[^>]*>", b"", formula) for formula in _FORMULA.findall(part)}
    return found


def sheets(data: bytes, names: Iterable[str]) -> dict[str, list[list[object]]] | None:
    """The named sheets as calamine reads them; ``None`` where it cannot."""
    if _is_vast(data):
        return None
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            there = {name.strip().casefold(): name for name in reversed(book.sheet_names)}
            return {name: book.get_sheet_by_name(there[name]).to_python(skip_empty_area=False) for name in names if name in there}
    except Exception:  # noqa: BLE001 - whatever the reader raises
        return None


def lost_customers(before: bytes, after: bytes) -> Iterator[str]:
    """Filled rows of 评估表 that are neither in 评级结果 nor named in 核对."""
    source, result = sheets(before, (EVALUATION,)), sheets(after, (RESULTS, CHECKS))
    if not source or EVALUATION not in source or not result:
        return
    written = {folded(value) for row in result.get(RESULTS, ()) for value in row[:2]}
    said = "\n".join(str(value) for row in result.get(CHECKS, ()) for value in row)
    for number, code in filled_rows(source[EVALUATION]):
        if not (code in written and code) and not re.search(rf"评估表!?[A-Z]*{number}\b", said):
            yield f"row {number} of 评估表 ({code}) is in neither sheet"


def filled_rows(rows: list[list[object]]) -> Iterator[tuple[int, str]]:
    """(row number, code) of the rows below the header that have anything in a column of 评估表."""
    headers = [(sum(header_name(value)[0] in EVALUATION_COLUMNS for value in row), index) for index, row in enumerate(rows[:60])]
    hits, header = max(headers, key=lambda one: (one[0], -one[1]), default=(0, 0))
    if hits < 10:
        return
    columns = {header_name(value)[0]: place for place, value in enumerate(rows[header]) if header_name(value)[0] in EVALUATION_COLUMNS}
    for number, row in enumerate(rows[header + 1 :], header + 2):
        if any(not is_blank(row[column]) for column in columns.values()):
            yield number, folded(row[columns["客户编码"]]) if "客户编码" in columns else ""


def lost_words(before: bytes, after: bytes) -> Iterator[str]:
    """What people wrote beside our columns in our sheets and calamine reads is still in the same sheet."""
    ours = {RESULTS: RESULT_COLUMNS, ROUTES: ROUTE_WRITTEN, CHECKS: CHECK_COLUMNS}
    source, result = sheets(before, ours), sheets(after, ours)
    for name, rows in (source or {}).items():
        header = next((row for row in rows if folded("客户编码") in map(folded, row)), ())
        own = {place for place, value in enumerate(header) if header_name(value)[0] in ours[name]}
        words = {value for row in rows for place, value in enumerate(row) if place not in own and str(value).startswith(PEOPLES)}
        left = words - {value for row in (result or {}).get(name, ()) for value in row if isinstance(value, str)}
        if left:
            yield f"people's words gone from {name}: {sorted(left)[:3]}"


def written_beside(folder: Path, allowed: Iterable[str]) -> Iterator[str]:
    """Files that no command was asked for."""
    for path in folder.rglob("*"):
        name = str(path.relative_to(folder))
        if path.is_file() and not any(name == one or name.startswith(f"{one}/") for one in allowed):
            yield f"unexpected file {name}"


def kept_parts_of_roll_up(before: bytes, after: bytes) -> Iterator[str]:
    """In the head-office workbook every part may be ours; none may be gone, and all are well-formed."""
    old, new = _parts(before), _parts(after)
    yield from (f"part {name} is gone" for name in old.keys() - new.keys())
    for name in new:
        if new[name] != old.get(name):
            yield from _ill_formed(name, new[name])
