"""Mutations of the zip container: bytes → bytes."""

import struct
from collections.abc import Callable
from random import Random

Mutator = Callable[[bytes, Random], bytes]
CONTAINER: list[Mutator] = []
_LOCAL, _CENTRAL, _END = b"PK\3\4", b"PK\1\2", b"PK\5\6"
_NAMES = ("../../climbed.xml", "/etc/climbed.xml", "C:/climbed.xml", "xl\\..\\..\\climbed", "xl/./workbook.xml", "a\0b.xml", "XL/WORKBOOK.XML",
          "xl/worksheets/sheet1.xml", "", " ", "xl/" + "n" * 300, "部件.xml", "con.xml", "xl/media/\u202egpj.exe", "~/x", "xl//workbook.xml")  # fmt: skip


def container(mutator: Mutator) -> Mutator:
    CONTAINER.append(mutator)
    return mutator


def _at(data: bytes, signature: bytes, random: Random) -> int:
    """Where one of the records with the signature begins."""
    places, at = [], data.find(signature)
    while at >= 0:
        places.append(at)
        at = data.find(signature, at + 1)
    return random.choice(places) if places else 0


def _patched(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def _flipped(data: bytes, first: int, last: int, random: Random) -> bytes:
    out = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 8))):
        at = random.randrange(first, max(first + 1, min(last, len(out))))
        out[at] ^= 1 << random.randrange(8)
    return bytes(out)


@container
def flip_anywhere(data: bytes, random: Random) -> bytes:
    return _flipped(data, 0, len(data), random)


@container
def flip_in_directory(data: bytes, random: Random) -> bytes:
    return _flipped(data, data.find(_CENTRAL), len(data), random)


@container
def flip_in_local_header(data: bytes, random: Random) -> bytes:
    at = _at(data, _LOCAL, random)
    return _flipped(data, at, at + 60, random)


@container
def flip_in_stream(data: bytes, random: Random) -> bytes:
    at = _at(data, _LOCAL, random) + 60
    return _flipped(data, at, at + 2000, random)


@container
def flip_in_end_record(data: bytes, random: Random) -> bytes:
    return _flipped(data, len(data) - 22, len(data), random)


@container
def truncated(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data))]


@container
def head_cut_off(data: bytes, random: Random) -> bytes:
    return data[random.randrange(1, 200) :]


@container
def bytes_dropped_inside(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + data[at + random.randrange(1, 400) :]


@container
def bytes_put_in(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + random.randbytes(random.randrange(1, 400)) + data[at:]


@container
def bytes_before(data: bytes, random: Random) -> bytes:
    return random.choice((b"PK", b"#!/bin/sh\n", b"PK\3\4" + bytes(26))) + random.randbytes(random.randrange(40)) + data


@container
def bytes_behind(data: bytes, random: Random) -> bytes:
    return data + random.choice((bytes(4), b"\0" * 70_000, b"PK\5\6" + bytes(18), random.randbytes(30)))


@container
def file_twice(data: bytes, random: Random) -> bytes:
    return data + data


@container
def comment_with_a_second_end(data: bytes, random: Random) -> bytes:
    comment = _END + bytes(18)
    return data[:-2] + struct.pack("<H", len(comment)) + comment


@container
def wrong_figure_in_directory(data: bytes, random: Random) -> bytes:
    """CRC, sizes, method, flags, name length, offset: one of them is not as it should be."""
    at = _at(data, _CENTRAL, random) + random.choice((8, 10, 16, 20, 24, 28, 30, 32, 34, 42))
    return _patched(data, at, random.choice((bytes(2), b"\xff\xff", b"\1\0", b"\x63\0", random.randbytes(4), b"\xff\xff\xff\x7f")))


@container
def wrong_figure_in_local_header(data: bytes, random: Random) -> bytes:
    at = _at(data, _LOCAL, random) + random.choice((4, 6, 8, 14, 18, 22, 26, 28))
    return _patched(data, at, random.choice((bytes(2), b"\xff\xff", b"\1\0", random.randbytes(4))))


@container
def wrong_end_record(data: bytes, random: Random) -> bytes:
    at = len(data) - 22 + random.choice((4, 8, 10, 12, 16, 20))
    return _patched(data, at, random.choice((bytes(2), b"\xff\xff", b"\xff\xff\xff\xff", random.randbytes(4))))


@container
def date_that_is_none(data: bytes, random: Random) -> bytes:
    return _patched(data, _at(data, _CENTRAL, random) + 12, random.choice((bytes(4), b"\xff\xff\xff\xff")))


@container
def odd_attributes(data: bytes, random: Random) -> bytes:
    """A part marked as a folder, a link or a device; made on another system."""
    at = _at(data, _CENTRAL, random)
    return _patched(_patched(data, at + 38, random.choice((b"\x10\0\0\0", b"\0\0\xff\xa1", b"\xff" * 4))), at + 5, random.randbytes(1))


@container
def renamed_in_both_places(data: bytes, random: Random) -> bytes:
    """A part under a name of the same length that must not be followed."""
    at = _at(data, _CENTRAL, random)
    length = struct.unpack_from("<H", data, at + 28)[0]
    name = data[at + 46 : at + 46 + length]
    bad = random.choice(_NAMES).encode()[:length].ljust(length, random.choice((b"_", b"/", b"\0", b" ")))
    return data.replace(name, bad)


@container
def renamed_in_one_place(data: bytes, random: Random) -> bytes:
    at = _at(data, random.choice((_LOCAL, _CENTRAL)), random)
    at += 30 if data[at : at + 4] == _LOCAL else 46
    return _patched(data, at, random.choice((b"../", b"/", b"X", b"\0", b"..\\", "甲".encode())))


@container
def overlapping_entries(data: bytes, random: Random) -> bytes:
    """Two directory records point to one local header."""
    one, other = _at(data, _CENTRAL, random), _at(data, _CENTRAL, random)
    return _patched(data, one + 42, data[other + 42 : other + 46])


@container
def streams_swapped(data: bytes, random: Random) -> bytes:
    """Two directory records with each other's sizes, sums and places."""
    one, other = _at(data, _CENTRAL, random), _at(data, _CENTRAL, random)
    kept = data[one + 16 : one + 28], data[one + 42 : one + 46]
    data = _patched(_patched(data, one + 16, data[other + 16 : other + 28]), one + 42, data[other + 42 : other + 46])
    return _patched(_patched(data, other + 16, kept[0]), other + 42, kept[1])


@container
def another_format_in_front(data: bytes, random: Random) -> bytes:
    return random.choice((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<?xml version='1.0'?>", b"{\\rtf1", b"%PDF-1.7", b"\xef\xbb\xbf")) + data[8:]
