"""Spellings that may be one customer: put forward with what speaks for it, never merged.

Names are compared by four keys, each leaving more aside than the one before, then by a single differing character, then as
an abbreviation. All of it goes by look-up, not by comparing each with each, so that ten thousand names take a second.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from xl_credit.cells import folded
from xl_credit.intake.parties import Answer, Parties

_MARKS = re.compile(r"[\W_]+")
_FORM = re.compile(
    r"(?:集团)?(?:股份有限责任公司|股份有限公司|有限责任公司|有限公司|株式会社|总公司|公司|集团|COMPANYLIMITED|COLTD|CORPORATION|LIMITED|COMPANY|LTD|INC|LLC|GMBH|CORP)$"
)
_PREFIX = re.compile(
    r"^(?:中国)?(?:[一-龥]{2,3}(?:省|自治区))?(?:[一-龥]{2,3}市)?(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|广西|内蒙古|西藏|宁夏|新疆)?"
)
_STOCK = re.compile(r"\(株\)")
# a differing character of these kinds tells two companies apart: 一厂 and 二厂, 华东 and 华南
_TELLING = frozenset("0123456789〇零一二三四五六七八九十百甲乙丙丁戊己庚辛东南西北中上下左右前后内外大小新老旧总分ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_SHORTEST_TYPO, _SHORTEST_SHORT, _LONGEST, _CROWD = 4, 2, 40, 60


@dataclass(frozen=True, slots=True)
class _Party:
    code: str
    name: str
    rows: int
    is_known: bool

    @property
    def rank(self) -> tuple:
        """The one to keep first: known already, with a code, most rows, the smallest code."""
        return not self.is_known, not self.code, -self.rows, self.code, self.name


def proposals(parties: Parties) -> list[tuple[Answer, int]]:
    """(what to confirm, rows of the export that it concerns), in the order of the names; answered ones are left out."""
    people = sorted(_people(parties), key=lambda one: one.rank)
    answered = {one.pair for one in parties.answers if one.confirmed is not None}
    found, joined = [], set()
    for one, other, basis, is_loose in _pairs(people):
        keep, merge = sorted((one, other), key=lambda party: party.rank)
        same_code = folded(keep.code) == folded(merge.code)
        both_registered = keep.is_known and merge.is_known and is_loose  # somebody has told them apart already
        if not keep.code or same_code or both_registered or (merge.is_known and not merge.rows) or id(merge) in joined:
            continue
        joined.add(id(merge))
        answer = Answer(merge.code, merge.name, keep.code, keep.name, basis)
        if answer.pair not in answered:
            found.append((answer, merge.rows))
    return sorted(found, key=lambda item: (item[0].to_code, item[0].code, item[0].name))


def _people(parties: Parties) -> Iterable[_Party]:
    """Every customer by code (those of a merged code under the one that is kept); without a code, by name."""
    names: dict[tuple[str, str], dict[str, int]] = {}
    written: dict[tuple[str, str], str] = {}
    for (code, name), rows in sorted(parties.seen.items()):
        final = parties.code_of(code, name)
        key = (folded(final), "") if final else ("", folded(name))
        written.setdefault(key, final)
        counts = names.setdefault(key, {})
        counts[name] = counts.get(name, 0) + rows
    for key, counts in names.items():
        known = parties.known.get(key[0]) if key[0] else None
        best = max(sorted(counts), key=lambda name, counts=counts: (bool(name), counts[name]))
        yield _Party(known[0] if known else written[key], (known[1] if known else "") or best, sum(counts.values()), bool(known))
    for key, (code, name) in parties.known.items():
        if (key, "") not in names:
            yield _Party(code, name, 0, True)


def _pairs(people: Sequence[_Party]) -> Iterable[tuple[_Party, _Party, str, bool]]:
    """(one, other, what speaks for it, whether that is little): the surer first."""
    named = [one for one in people if one.name]
    for basis, key in (("名称相同(全角半角、空格、大小写)", _same), ("名称只差括号、标点", _bare), ("去掉公司后缀后相同", core), ("去掉省市和公司后缀后相同", _local)):
        groups: dict[str, list[_Party]] = {}
        for one in named:
            found = key(one.name)
            if len(found) >= _SHORTEST_SHORT:
                groups.setdefault(found, []).append(one)
        for group in groups.values():
            first = min(group, key=lambda one: one.rank)
            yield from ((first, one, basis, False) for one in group if one is not first)
    cores: dict[str, list[_Party]] = {}
    for one in named:
        if len(core(one.name)) <= _LONGEST:
            cores.setdefault(core(one.name), []).append(one)
    first_of = {found: min(group, key=lambda one: one.rank) for found, group in cores.items() if found}
    for left, right in _typos(first_of):
        yield first_of[left], first_of[right], f"一字之差:“{left}”与“{right}”", True
    for short, long in _shortened(first_of):
        yield first_of[short], first_of[long], f"“{short}”可能是“{long}”的简称", True


def _same(name: str) -> str:
    return folded(name).upper()


def _bare(name: str) -> str:
    return _MARKS.sub("", _STOCK.sub("株式会社", _same(name)))


def core(name: str) -> str:
    """What is left of a company's name without its legal form.

    >>> core("华鼎贸易（上海）有限公司"), core("华鼎贸易上海有限责任公司"), core("ACME Co., Ltd.")
    ('华鼎贸易上海', '华鼎贸易上海', 'ACME')
    """
    bare = _bare(name)
    found = _FORM.sub("", bare)
    return found if len(found) >= _SHORTEST_SHORT else bare


def _local(name: str) -> str:
    found = core(name)
    rest = _PREFIX.sub("", found)
    return rest if len(rest) >= _SHORTEST_SHORT else found


def _typos(cores: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Pairs one character apart: found by what is left when any one character is taken away."""
    near: dict[str, list[str]] = {}
    for word in sorted(cores):
        if len(word) >= _SHORTEST_TYPO:
            for rest in {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}:
                near.setdefault(rest, []).append(word)
    seen = set()
    for group in near.values():
        if 1 < len(group) <= _CROWD:
            for pair in combinations(sorted(group), 2):
                if pair not in seen and _one_apart(*pair):
                    yield pair
                seen.add(pair)


def _one_apart(one: str, other: str) -> bool:
    """One character typed wrongly, left out or doubled, or two exchanged; not one that tells companies apart."""
    start = next((at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), min(len(one), len(other)))
    left, right = one[start:], other[start:]
    while left and right and left[-1] == right[-1]:
        left, right = left[:-1], right[:-1]
    if sorted((len(left), len(right))) not in ([0, 1], [1, 1], [2, 2]):
        return False
    if len(left) == 2:
        return left == right[::-1]
    return not _TELLING & {*left, *right}


def _shortened(cores: Mapping[str, _Party]) -> Iterable[tuple[str, str]]:
    """(short, long) where the short name stands in the long one, or is made of its characters in order, and in no other."""
    inside: dict[str, set[str]] = {}
    by_first: dict[str, list[str]] = {}
    for word in sorted(cores):
        for start in range(len(word)):
            for end in range(start + _SHORTEST_SHORT, len(word) + (start > 0)):
                if word[start:end] in cores:
                    inside.setdefault(word[start:end], set()).add(word)
        by_first.setdefault(word[:1], []).append(word)
    for short in sorted(cores):
        found = inside.get(short, set())
        if not found and 3 <= len(short) <= 5:
            found = {long for long in by_first[short[:1]][: _CROWD * 10] if len(long) > len(short) + 1 and _in_order(short, long)}
        if len(found) == 1 and not short.isdigit():
            yield short, next(iter(found))


def _in_order(short: str, long: str) -> bool:
    letters = iter(long)
    return all(letter in letters for letter in short)
