"""The VBA project: what is written clean is read back by others, whatever its size; what is damaged is noticed."""

import io
import random
import struct

import olefile
import pytest

from tests.hosts.excel_reading import project_problems
from xl_credit.hosts.excel_compound import compound_file
from xl_credit.hosts.excel_compression import compressed
from xl_credit.hosts.excel_vba_project import Kind, behind, encrypted, module, vba_project

ID = "{6F0B3A53-8C1D-4E6A-9B57-2D4C1E7A90C5}"


def standard(name: str, code: str = "Sub Go()\nEnd Sub\n"):
    return module(name, Kind.STANDARD, f'Attribute VB_Name = "{name}"\n{code}')


def noise(seed: int, lines: int) -> str:
    """VBA comments with little repetition, so that compression gains little."""
    drawn = random.Random(seed)
    return "".join(f"'{drawn.randrange(10**70)}\n" for _ in range(lines))


def a_project(*modules):
    every = [behind("ThisWorkbook", Kind.WORKBOOK), behind("Sheet1", Kind.SHEET), *modules]
    return vba_project("Probe", every, ID), {one.name: one.source for one in every}


def decompressed(data: bytes) -> bytes:
    """MS-OVBA 2.4.1.3 once more, from the specification and not from the code."""
    assert data[0] == 1
    at, whole = 1, bytearray()
    while at < len(data):
        (header,) = struct.unpack_from("<H", data, at)
        assert header >> 12 == 0b1011, "a raw chunk"
        end, at, start = at + (header & 0xFFF) + 3, at + 2, len(whole)
        while at < end:
            flags, at = data[at], at + 1
            for place in range(8):
                if at >= end:
                    break
                if flags >> place & 1:
                    (token,) = struct.unpack_from("<H", data, at)
                    bits = max((len(whole) - start - 1).bit_length(), 4)
                    offset, length, at = (token >> (16 - bits)) + 1, (token & (0xFFFF >> bits)) + 3, at + 2
                    for _ in range(length):
                        whole.append(whole[-offset])
                else:
                    whole.append(data[at])
                    at += 1
    return bytes(whole)


@pytest.mark.parametrize("text", [b"a", b"ab", b"aaa", b"abc" * 4, b"a" * 4096, b"a" * 4097, b"ab" * 9000, bytes(range(32, 127)) * 100], ids=lambda text: f"{text[:3]}{len(text)}")
def test_compressed_text_is_the_text_again(text):
    assert decompressed(compressed(text)) == text


@pytest.mark.parametrize("seed", range(20))
def test_compressed_drawn_text_is_the_text_again(seed):
    drawn = random.Random(seed)
    words = [f"word{number}" for number in range(drawn.randrange(1, 40))]
    text = " ".join(drawn.choice(words) for _ in range(drawn.randrange(3000))).encode()
    assert decompressed(compressed(text)) == text


def test_what_does_not_get_smaller_is_refused():
    with pytest.raises(ValueError, match="not text"):
        compressed(random.Random(1).randbytes(4096))


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 511, 512, 4095, 4096, 4097, 60_000])
def test_a_stream_of_any_size_comes_back(size):
    content = random.Random(size).randbytes(size)
    data = compound_file({"one": content, "storage": {"two": content, "x": b"y"}})
    with olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_INCORRECT) as container:
        assert sorted(map(tuple, container.listdir())) == [("one",), ("storage", "two"), ("storage", "x")]
        assert container.openstream("one").read() == container.openstream("storage/two").read() == content
        assert container.get_size("one") == size


def test_a_stream_of_exactly_4096_bytes_lies_outside_the_mini_stream():
    for size, in_mini in ((4095, 4096 + 64), (4096, 64)):
        with olefile.OleFileIO(io.BytesIO(compound_file({"limit": bytes(size), "small": b"1"}))) as container:
            assert container.root.size == in_mini


def packed_to(size: int):
    """A module whose stream has exactly ``size`` bytes."""
    def packed(text: str) -> int:
        return len(compressed(standard("Edge", text).source.encode()))

    for seed in range(50):
        text = noise(seed, 140)
        high = next(end for end in range(0, len(text), 71) if packed(text[:end]) > size)
        for end in range(high, high - 71, -1):
            if packed(text[:end]) == size:
                return standard("Edge", text[:end])
    raise AssertionError(size)


@pytest.mark.parametrize("size", [4095, 4096, 4097])
def test_a_module_stream_at_the_limit_is_whole(size):
    project, sources = a_project(packed_to(size), standard("Other"))
    with olefile.OleFileIO(io.BytesIO(project)) as container:
        assert container.get_size("VBA/Edge") == size
    assert project_problems(project, sources) == []


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 6, 11, 13, 40])
def test_names_stand_in_the_right_order_however_many(count):
    project, sources = a_project(*(standard(f"M{'x' * (number % 5)}{number}") for number in range(count)))
    assert project_problems(project, sources) == []


def test_the_same_modules_give_the_same_bytes():
    assert a_project(standard("One"))[0] == a_project(standard("One"))[0]


@pytest.mark.parametrize("percent", range(0, 100, 3))
def test_damaged_bytes_are_noticed(percent):
    project, sources = a_project(standard("One", noise(3, 90)), standard("Two"))
    assert project_problems(project, sources) == []
    first, size = place_of(project, "VBA/One")
    whole = bytearray(project)
    whole[first + size * percent // 100] ^= 0x21
    assert project_problems(bytes(whole), sources) != []


def place_of(project: bytes, stream: str) -> tuple[int, int]:
    """Where a stream that has sectors of its own begins in the file, and its size."""
    with olefile.OleFileIO(io.BytesIO(project)) as container:
        entry = container.direntries[container._find(stream)]
    assert entry.size >= 4096
    return 512 * (entry.isectStart + 1), entry.size


def planted_faults():
    """(what, the project with it)"""
    one = standard("One", noise(3, 90))
    project, _ = a_project(one)
    with olefile.OleFileIO(io.BytesIO(project)) as container:
        tree = {path[-1]: container.openstream(path).read() for path in container.listdir()}
    outer = {name: tree.pop(name) for name in ("PROJECT", "PROJECTwm")}

    def again(inner: dict, **changed: bytes) -> bytes:
        return compound_file({"VBA": inner, **outer, **changed})

    yield "cut off", project[:-512]
    yield "a sector short", project[:1024] + project[1536:]
    yield "another cutoff", project[:56] + struct.pack("<L", 8192) + project[60:]
    yield "compiled code claimed", again(tree | {"_VBA_PROJECT": bytes.fromhex("cc61b500000000")})
    yield "compiled code before the source", again(tree | {"One": bytes(32) + tree["One"]})
    yield "a raw chunk", again(tree | {"One": b"\x01" + struct.pack("<H", 0x3FFF) + one.source.encode()[:4096].ljust(4096)})
    yield "another source", again(tree | {"One": compressed(one.source.replace("'", "' ", 1).encode())})
    yield "a stream nobody names", again(tree | {"Two": compressed(b"x")})
    yield "a module without stream", again({name: data for name, data in tree.items() if name != "One"})
    yield "a module not in the list", again(tree, PROJECT=outer["PROJECT"].replace(b"Module=One\r\n", b""))
    yield "names swapped", _swapped(project, "dir", "One")


def _swapped(project: bytes, first: str, second: str) -> bytes:
    """Two directory entries that change their names but not their places."""
    names = [name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(name) + 2) for name in (first, second)]
    places = [project.index(name) for name in names]
    data = bytearray(project)
    for place, name in zip(places, reversed(names), strict=True):
        data[place : place + 66] = name
    return bytes(data)


@pytest.mark.parametrize("what", [what for what, _ in planted_faults()])
def test_a_planted_fault_is_noticed(what):
    _, sources = a_project(standard("One", noise(3, 90)))
    assert project_problems(dict(planted_faults())[what], sources) != []


def decrypted(text: str, project_id: str) -> bytes:
    """MS-OVBA 2.4.3.3; the project's own ID must be what it was encrypted with."""
    data = bytes.fromhex(text)
    seed, version, key = data[0], data[0] ^ data[1], data[0] ^ data[2]
    assert version == 2 and key == sum(project_id.encode()) & 0xFF
    plain = [key]
    for at in range(3, len(data)):
        plain.append(data[at] ^ (data[at - 2] + plain[-1] & 0xFF))
    content = bytes(plain[1 + (seed & 6) // 2 :])
    assert struct.unpack_from("<L", content)[0] == len(content) - 4
    return content[4:]


@pytest.mark.parametrize(
    ("text", "project_id", "data"),
    [
        ("DDDF94F5ACD6B0D6B0D6B0D6B0", "{BDFF0F99-EFC5-4DB0-830D-4C8BFEE87599}", bytes(4)),  # as Excel wrote it
        ("BAB8F3DCD1DDD1DDD1", "{BDFF0F99-EFC5-4DB0-830D-4C8BFEE87599}", b"\0"),
        ("9795DE03663D423E423EBD", "{BDFF0F99-EFC5-4DB0-830D-4C8BFEE87599}", b"\xff"),
        (encrypted(bytes(4), ID), ID, bytes(4)), (encrypted(b"\xff", ID, 0x97), ID, b"\xff"), (encrypted(b"\0", ID, 0), ID, b"\0"),
    ],
)  # fmt: skip
def test_protection_is_encrypted_as_excel_does_it(text, project_id, data):
    assert decrypted(text, project_id) == data


@pytest.mark.parametrize(
    ("name", "source", "told"),
    [("One", 'Attribute VB_Name = "One"\n\' 说明\n', "ASCII"), ("One", 'Attribute VB_Name = "Other"\n', "names itself"), ("One", "", "nothing")],
)
def test_source_that_no_project_could_hold_is_refused(name, source, told):
    with pytest.raises(ValueError, match=told):
        module(name, Kind.STANDARD, source)


def test_two_modules_of_one_name_are_refused():
    with pytest.raises(ValueError, match="one name"):
        a_project(standard("One"), standard("one"))


def test_an_exported_class_loses_its_preamble_and_gets_its_base():
    exported = 'VERSION 1.0 CLASS\nBEGIN\n  MultiUse = -1  \'True\nEND\nAttribute VB_Name = "Thing"\nAttribute VB_Exposed = True\nPublic x\n'
    assert module("Thing", Kind.CLASS, exported).source.splitlines() == [
        'Attribute VB_Name = "Thing"', 'Attribute VB_Base = "0{FCFB3D2A-A0FA-1068-A738-08002B3371B5}"', "Attribute VB_Exposed = True", "Public x",
    ]  # fmt: skip
