"""A compound file (MS-CFB version 3): the streams of a VBA project in sectors of 512 bytes, without dates or class names."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_FREE, _END, _FAT, _NOBODY = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_RED, _BLACK = 0, 1
_HEADER_FAT = 109  # FAT sectors that the header itself can name: files up to 7 MB
_ENTRY = struct.Struct("<64sHBBLLL16sLQQLQ")

Tree = Mapping[str, "bytes | Tree"]


@dataclass
class _Node:
    name: str
    kind: int
    data: bytes = b""
    color: int = _BLACK
    left: int = _NOBODY
    right: int = _NOBODY
    child: int = _NOBODY
    start: int = 0
    size: int = 0

    def record(self) -> bytes:
        name = self.name.encode("utf-16-le") + b"\0\0"
        return _ENTRY.pack(name, len(name), self.kind, self.color, self.left, self.right, self.child, b"", 0, 0, 0, self.start, self.size)


@dataclass
class _Chains:
    """Sectors of one size with their allocation table."""

    size: int
    body: bytearray = field(default_factory=bytearray)
    table: list[int] = field(default_factory=list)

    def put(self, data: bytes) -> int:
        """The first sector of ``data``, laid behind what is there."""
        first, count = len(self.table), -(-len(data) // self.size)
        if not count:
            return _END
        self.body += data.ljust(count * self.size, b"\0")
        self.table += [*range(first + 1, first + count), _END]
        return first


def compound_file(tree: Tree) -> bytes:
    """The file whose storages and streams are ``tree``.

    A stream below 4096 bytes lies in the mini stream, one of exactly 4096 in sectors of its own.
    """
    nodes = [_Node("Root Entry", _ROOT)]
    _enter(nodes, 0, tree)
    chains, mini = _Chains(_SECTOR), _Chains(_MINI)
    for node in nodes:
        if node.kind == _STREAM:
            node.size = len(node.data)
            node.start = (mini if node.size < _CUTOFF else chains).put(node.data)
    nodes[0].size, nodes[0].start = len(mini.body), chains.put(bytes(mini.body))
    directory = chains.put(_directory(nodes))
    mini_table = struct.pack(f"<{len(mini.table)}L", *mini.table)
    mini_count = -(-len(mini_table) // _SECTOR)
    mini_start = chains.put(mini_table.ljust(mini_count * _SECTOR, b"\xff"))
    fat_start, fat_count = _put_fat(chains)
    return _header(directory, mini_start, mini_count, fat_start, fat_count) + bytes(chains.body)


def _enter(nodes: list[_Node], parent: int, tree: Tree) -> None:
    """The children of a storage behind the nodes there are, linked as a red-black tree in the order that names have."""
    numbers = {}
    for name, content in tree.items():
        numbers[name] = len(nodes)
        is_stream = isinstance(content, bytes)
        nodes.append(_Node(name, _STREAM if is_stream else _STORAGE, content if is_stream else b""))
        if not is_stream:
            _enter(nodes, numbers[name], content)
    ordered = sorted(numbers, key=lambda name: (len(name), name.upper()))  # shorter names first
    root = nodes[parent].child = _link(nodes, [numbers[name] for name in ordered], len(ordered).bit_length() - 1)
    if root != _NOBODY:
        nodes[root].color = _BLACK


def _link(nodes: list[_Node], numbers: list[int], height: int) -> int:
    """The middle one as root; all black but the lowest level, so that every path down has as many black nodes."""
    if not numbers:
        return _NOBODY
    middle = len(numbers) // 2
    node = nodes[numbers[middle]]
    node.color = _BLACK if height else _RED
    node.left = _link(nodes, numbers[:middle], height - 1)
    node.right = _link(nodes, numbers[middle + 1 :], height - 1)
    return numbers[middle]


def _directory(nodes: list[_Node]) -> bytes:
    records = b"".join(node.record() for node in nodes)
    spare = _ENTRY.pack(b"", 0, 0, 0, _NOBODY, _NOBODY, _NOBODY, b"", 0, 0, 0, 0, 0)
    return records + spare * (-len(nodes) % (_SECTOR // _ENTRY.size))


def _put_fat(chains: _Chains) -> tuple[int, int]:
    """The allocation table in sectors of its own, which it lists as well."""
    used, entries = len(chains.table), _SECTOR // 4
    count = 1
    while used + count > count * entries:
        count += 1
    if count > _HEADER_FAT:
        raise ValueError("the project is larger than 7 MB")
    table = chains.table + [_FAT] * count
    table += [_FREE] * (count * entries - len(table))
    chains.body += struct.pack(f"<{len(table)}L", *table)
    return used, count


def _header(directory: int, mini_start: int, mini_count: int, fat_start: int, fat_count: int) -> bytes:
    fat = [*range(fat_start, fat_start + fat_count), *[_FREE] * (_HEADER_FAT - fat_count)]
    return struct.pack(
        f"<8s16sHHHHH6sLLLLLLLLL{_HEADER_FAT}L", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"",
        0, fat_count, directory, 0, _CUTOFF, mini_start, mini_count, _END, 0, *fat,
    )  # fmt: skip
