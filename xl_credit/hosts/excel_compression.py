"""The compression of VBA source (MS-OVBA 2.4.1): chunks of 4096 bytes, each of literals and copies of what stands before it."""

import struct

_CHUNK = 4096
_COMPRESSED = 0b1011 << 12  # signature 011, and the flag that the chunk is compressed


def compressed(data: bytes) -> bytes:
    """``data`` as a compressed container; the same bytes wherever it runs.

    >>> compressed(b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa").hex()[:16]
    '012fb00023616161'
    """
    return b"\x01" + b"".join(_chunk(data[start : start + _CHUNK]) for start in range(0, len(data), _CHUNK))


def _chunk(data: bytes) -> bytes:
    """One chunk; text always gets smaller, and what does not would need a raw chunk, which scanners take for padding."""
    packed, at = bytearray(), 0
    while at < len(data):
        flags, tokens = 0, bytearray()
        for place in range(8):
            if at >= len(data):
                break
            offset, length = _longest(data, at)
            if length:
                flags |= 1 << place
                bits = _offset_bits(at)
                tokens += struct.pack("<H", (offset - 1) << (16 - bits) | (length - 3))
                at += length
            else:
                tokens.append(data[at])
                at += 1
        packed.append(flags)
        packed += tokens
    if len(packed) > _CHUNK:
        raise ValueError("not text: a chunk does not get smaller")
    return struct.pack("<H", _COMPRESSED | len(packed) - 1) + bytes(packed)


def _offset_bits(at: int) -> int:
    """How many bits of a copy hold its offset, at this place of the chunk; the rest hold its length."""
    return max((at - 1).bit_length(), 4)


def _longest(data: bytes, at: int) -> tuple[int, int]:
    """Offset and length of the longest earlier run of three bytes and more that goes on at ``at``; (0, 0) without one."""
    if not at:
        return 0, 0
    most = min(len(data) - at, (0xFFFF >> _offset_bits(at)) + 3)
    found, length = -1, 2
    while length < most:
        where = data.rfind(data[at : at + length + 1], 0, at + length)
        if where < 0:
            break
        found, length = where, length + 1
        while length < most and data[found + length] == data[at + length]:
            length += 1
    return (at - found, length) if found >= 0 else (0, 0)
