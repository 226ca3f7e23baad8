"""Confirmed mappings, kept by header fingerprint in a file that people can read and correct."""

import json
from collections.abc import Mapping
from pathlib import Path

from xl_credit.books.disk import os_error
from xl_credit.books.saving import put_bytes
from xl_credit.intake.header import Layout
from xl_credit.intake.mapping import Matching
from xl_credit.intake.words import Target
from xl_credit.rules.errors import CreditError

DEFAULT_NAME = "导入对应.json"
_ABOUT = "各种导出表头与本表列的对应,确认后记在这里;表头不变就不再询问。可以修改,或删去一段以便重新确认。"


def remembered(path: Path, layout: Layout, target: Target) -> Matching | None:
    """The mapping confirmed for this header; raises where the file is none of ours, or names columns that are not there."""
    entry = _entries(path).get(layout.fingerprint(target))
    if entry is None:
        return None
    return _matching(entry, layout, target, path.name, "上次确认的对应")


def given(path: Path, layout: Layout, target: Target) -> Matching:
    """A mapping that somebody hands in: our column → the export's, or one entry of the file that is kept."""
    return _matching(_load(path), layout, target, path.name, f"{path.name}给出")


def _matching(entry: object, layout: Layout, target: Target, file: str, why: str) -> Matching:
    plain = entry.get("对应", entry) if isinstance(entry, dict) else None
    if not isinstance(plain, dict) or not all(isinstance(one, str) for one in plain.values()):
        raise CreditError("不是列的对应", where=file, allowed='如 {"对应": {"金额": "价税合计"}}')
    try:
        found = Matching().changed(plain, layout, target, why)
    except CreditError as error:
        raise CreditError(error.found, where=file, allowed=error.allowed) from None
    missing = found.missing(target)
    if missing:
        raise CreditError(f"对应中缺少{'、'.join(missing)}", where=file, allowed="、".join(target.required))
    return found


def remember(path: Path, layout: Layout, target: Target, matching: Matching) -> None:
    """Keep it beside the others; the file is replaced whole, and not at all where it says this already."""
    entries, entry = dict(_entries(path)), record(layout, target, matching)
    if entries.get(layout.fingerprint(target)) != entry:
        entries[layout.fingerprint(target)] = entry
        write_json(path, {"说明": _ABOUT, "对应": dict(sorted(entries.items(), key=lambda item: (item[1]["台账"], item[0])))})


def record(layout: Layout, target: Target, matching: Matching) -> dict[str, object]:
    """One mapping as a file keeps it."""
    return {"台账": target.kind, "表头": list(layout.labels), "对应": matching.plain()}


def _entries(path: Path) -> Mapping[str, dict]:
    if not path.exists():
        return {}
    found = _load(path)
    entries = found.get("对应") if isinstance(found, dict) else None
    if not isinstance(entries, dict) or not all(isinstance(one, dict) and "台账" in one for one in entries.values()):
        raise CreditError("不是记住的对应", where=path.name, allowed=f"{DEFAULT_NAME}的格式,或删去后重新确认")
    return entries


def _load(path: Path) -> object:
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise CreditError("不是 JSON", where=path.name, allowed="完好的 JSON,或删去后重新确认") from error
    except OSError as error:
        raise os_error(error, path, "读取") from error


def write_json(path: Path, content: object) -> None:
    """The file in one step: beside it first, then in its place."""
    data = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    try:
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    except OSError as error:
        raise os_error(error, path, "写入") from error
    put_bytes(path, data.encode(), mode=mode)
