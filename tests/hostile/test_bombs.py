"""What is made to fill memory, disk or time, or to be run: refused in one line, or kept and never looked into."""

import io
import zipfile
from pathlib import Path

import pytest

from tests.conftest import build_branch, files_in, record, run_cli
from tests.hostile.markup import BOMB, DOCTYPES
from tests.hostile.parts import Parts, packed
from tests.hostile.samples import Samples
from tests.receivables.desk import one_line, run_here

_SECONDS = 20
_DTD_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> Parts:
    """Workbook with every kind of part that there is in ours: sheets, tables, charts, drawings, styles, strings, properties."""
    folder = tmp_path_factory.mktemp("样本")
    return Parts.of(Samples(folder).rated_ledgers)


def kinds(parts: Parts) -> dict[str, str]:
    """The first part of every kind: its name without its number."""
    found: dict[str, str] = {}
    for name in parts:
        if name.endswith((".xml", ".rels")):
            found.setdefault("".join(char for char in name if not char.isdigit()), name)
    return found


def with_doctype(text: str, doctype: str) -> str:
    head, mark, body = text.partition("?>")
    return head + mark + doctype + body if mark else doctype + text


def test_an_entity_declared_in_any_kind_of_part_is_refused(good, tmp_path):
    assert len(kinds(good)) >= 15
    for kind, name in kinds(good).items():
        for doctype in DOCTYPES:
            parts = Parts(good)
            parts.put(name, with_doctype(parts.text(name), doctype))
            (tmp_path / "坏.xlsx").write_bytes(packed(parts, zipfile.ZIP_STORED))
            line = one_line(run_here("rate", tmp_path / "坏.xlsx", "-q", "2026Q3"))
            assert "DTD" in line and name in line, (kind, doctype)


@pytest.mark.parametrize("encoding", _DTD_ENCODINGS)
def test_an_entity_bomb_in_any_encoding_is_refused(encoding, good, tmp_path):
    parts = Parts(good)
    parts["xl/workbook.xml"] = with_doctype(parts.text("xl/workbook.xml"), BOMB).encode(encoding)
    (tmp_path / "坏.xlsx").write_bytes(packed(parts))
    assert "DTD" in one_line(run_here("rate", tmp_path / "坏.xlsx", "-q", "2026Q3"))


def test_an_entity_in_a_sheet_that_is_not_named_xml_is_refused(good, tmp_path):
    parts = Parts(good)
    old = parts.sheets()["评估表"]
    new = old.replace(".xml", ".dat")
    moved = {new if name == old else name: with_doctype(data.decode(), BOMB).encode() if name == old else data for name, data in parts.items()}
    links = moved["xl/_rels/workbook.xml.rels"].replace(old.removeprefix("xl/").encode(), new.removeprefix("xl/").encode())
    (tmp_path / "坏.xlsx").write_bytes(packed(moved | {"xl/_rels/workbook.xml.rels": links}))
    assert "DTD" in one_line(run_here("rate", tmp_path / "坏.xlsx", "-q", "2026Q3"))


def nested(depth: int) -> bytes:
    """Zip in zip in zip: 10 MB of nothing in each."""
    data = bytes(10 << 20)
    for level in range(depth):
        data = packed({f"{level}/{number}.zip": data for number in range(4)})
    return data


def bomb(size: int, times: int) -> dict[str, bytes]:
    return {f"xl/media/{number}.bin": bytes(size) for number in range(times)}


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ({"xl/embeddings/nested.zip": nested(3)}, 0),  # a part like any other: never opened
        (bomb(64 << 20, 1), 2),
        (bomb((1 << 20) - 1, 300), 0),  # each small enough, all of them 300 MB
        (bomb((1 << 20) - 1, 600), 2),
        ({"xl/worksheets/sheet99.xml": b"<a>" + b" " * (80 << 20) + b"</a>"}, 2),
    ],
    ids=["nested", "one large", "many small", "too many small", "white space"],
)
def test_a_zip_bomb_takes_neither_time_nor_memory(extra, code, good, tmp_path):
    path = tmp_path / "弹.xlsx"
    path.write_bytes(packed(good | extra))
    ended = run_cli("rate", path, "-q", "2026Q3", "-f", "csv", timeout=_SECONDS)
    assert ended.code in (code, 1) and not ended.has_traceback and (ended.code == 2) == (code == 2), ended
    assert code != 2 or "压缩炸弹" in ended.err


def test_a_quoted_zip_bomb_whose_entries_share_one_stream_is_refused(good, tmp_path):
    """Every directory record names its own file, and all of them the same bytes: thousands of times its size."""
    data = packed({**good, **{f"xl/media/{number:04}.bin": b"x" * 900_000 for number in range(400)}})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        offsets = {info.filename: info.header_offset for info in archive.infolist() if info.filename.startswith("xl/media/")}
    out, first = bytearray(data), offsets["xl/media/0000.bin"]
    at = out.find(b"PK\1\2")
    while at >= 0:
        if out[at + 46 : at + 55] == b"xl/media/":
            out[at + 42 : at + 46] = first.to_bytes(4, "little")
        at = out.find(b"PK\1\2", at + 4)
    (tmp_path / "弹.xlsx").write_bytes(out)
    assert "损坏" in one_line(run_here("rate", tmp_path / "弹.xlsx", "-q", "2026Q3"))


def test_macros_are_kept_byte_for_byte_and_external_links_are_not_followed(good, tmp_path):
    parts, base = Parts(good), "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    macros = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 40
    parts["xl/vbaProject.bin"] = macros
    parts["xl/externalLinks/externalLink1.xml"] = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    parts["xl/externalLinks/_rels/externalLink1.xml.rels"] = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{base}/externalLinkPath" '
        f'Target="file://{tmp_path}/秘密.xlsx" TargetMode="External"/></Relationships>'
    ).encode()
    lines = (f'<Relationship Id="rIdV" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/>'
             f'<Relationship Id="rIdX" Type="{base}/externalLink" Target="externalLinks/externalLink1.xml"/></Relationships>')  # fmt: skip
    parts.put("xl/_rels/workbook.xml.rels", parts.text("xl/_rels/workbook.xml.rels").replace("</Relationships>", lines))
    parts.put("[Content_Types].xml", parts.text("[Content_Types].xml").replace(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"))  # fmt: skip
    source = tmp_path / "来源"
    source.mkdir()
    (source / "甲.xlsm").write_bytes(parts.packed())
    ended = run_cli("regenerate", source, "-q", "2026Q3", "--out", tmp_path / "结果")
    assert ended.code in (0, 1) and not ended.has_traceback
    after = Parts.of((tmp_path / "结果" / "甲.xlsm").read_bytes())
    kept = [name for name in parts if "vba" in name or "externalLink" in name]
    assert len(kept) == 3 and all(after[name] == parts[name] for name in kept)
    assert "macroEnabled" in after.text("[Content_Types].xml") and "rIdV" in after.text("xl/_rels/workbook.xml.rels")


@pytest.mark.parametrize("name", ["../../climbed.xml", "..\\..\\climbed.xml", "/../climbed.xml", "xl/../../climbed", "C:/climbed", "C:climbed", "\\\\h\\climbed", "xl/\x01climbed"])
def test_a_part_that_climbs_out_is_written_nowhere(name, tmp_path):
    source = tmp_path / "里" / "来源"
    good = Parts.of(build_branch(source / "甲.xlsx", [record("H1")]).read_bytes())
    (source / "甲.xlsx").write_bytes(packed({**good, name: b"<a/>"}))
    before = files_in(tmp_path)
    for command in (("rate", source / "甲.xlsx", "-q", "2026Q3"), ("attach", source / "甲.xlsx", "--out", tmp_path / "里" / "附.xlsx", "--ledgers")):
        ended = run_here(*command)
        assert ended.code == (2 if "\\\\" not in name else ended.code) and not ended.has_traceback
    Path(tmp_path / "里" / "附.xlsx").unlink(missing_ok=True)
    assert files_in(tmp_path) == before
