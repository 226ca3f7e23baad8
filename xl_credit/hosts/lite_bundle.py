"""The one main.py that xlwings Lite runs inside a workbook, made from the package's own sources: the same bytes every time."""

import csv
import hashlib
import io
import re
from dataclasses import fields
from functools import cache

from udfs.functions import TABLE
from udfs.ribbon import COMMANDS
from xl_credit import __version__
from xl_credit.hosts import lite_commands, lite_start
from xl_credit.hosts.declaring import CATEGORY, Function
from xl_credit.hosts.lite_reach import reached
from xl_credit.hosts.lite_source import statements
from xl_credit.policy.flat import flat_rows
from xl_credit.policy.flat_reading import read_flat
from xl_credit.policy.sample import sample_policy
from xl_credit.rules.figures import Policy

LIMIT = 100_000  # bytes; what is kept in a workbook should stay small
_MARK = re.compile(r"^# xl-credit (?P<version>\S+) main\.py sha256:(?P<digest>[0-9a-f]{64})\n", re.M)
_LITE = "xl_credit.hosts.lite_commands"

_HEAD = '''"""# {category}(实验性)

公式:{formulas}

按钮:{buttons}。评级的正式结果以工作簿自带的公式和 `xl-credit regenerate` 为准。
"""
'''
_NOTE = """# Made by `xl-credit lite embed` from xl_credit's own modules; edits are lost at the next embed.
# MIT licence, https://opensource.org/license/mit. Standard library and xlwings only.
# SOURCES holds each module reduced to what the functions need: no docstrings, comments, annotations.
"""
_POLICY = """import csv
from functools import cache
from xl_credit.policy.flat_reading import read_flat
ROWS = [{rows}]
@cache
def sample_policy():
    return read_flat(repeated(csv.reader(ROWS)))
def repeated(rows):
    last = ()
    for row in rows:
        last = [above if cell == "^" else cell for cell, above in zip(row, last or row, strict=True)]
        yield last
"""
_AFTER = """
load(SOURCES)
from udfs.functions import TABLE
from xl_credit.hosts import lite_commands
from xl_credit.hosts.calling import call
from xl_credit.hosts.declaring import CATEGORY

def described(function):
    declared = TABLE.functions[function.__name__]
    unit = f",单位:{declared.unit}" if declared.unit else ""
    function.__doc__ = f"[{CATEGORY}] {declared.help}({declared.article}{unit})。例:{declared.example}"
    for one in declared.arguments:
        function = arg(one.name, ndim=2, doc=f"{one.label}:{one.help}")(function)
    return function

def answer(name, *given):
    return call(TABLE.functions[name], given)
"""


@cache
def bundle() -> str:
    """main.py; raises ``ValueError`` where it outgrows :data:`LIMIT`."""
    labels = {tag: COMMANDS.by_tag[tag].label for tag in lite_commands.COMMANDS}
    body = "".join([
        _NOTE, _imports(), _start(), "SOURCES = {\n", *map(_entry, *zip(*_sources().items(), strict=True)), "}\n", _tabbed(_AFTER.lstrip("\n")),
        *map(_wrapper, TABLE.functions.values()), *(_button(tag, label) for tag, label in labels.items()),
    ])  # fmt: skip
    head = _HEAD.format(category=CATEGORY, formulas="、".join(f"`{name}`" for name in TABLE.functions), buttons="、".join(labels.values()))
    text = f"{head}# xl-credit {__version__} main.py sha256:{_digest(head + body)}\n{body}"
    if len(text.encode()) > LIMIT:
        raise ValueError(f"main.py has {len(text.encode())} bytes, more than {LIMIT}")
    return text


def version_of(text: str) -> str | None:
    """The version that made ``text``; ``None`` where it is no main.py of ours."""
    found = _MARK.search(text)
    return found["version"] if found else None


def is_whole(text: str) -> bool:
    """Whether a main.py of ours, of any version, is as it was made."""
    found = _MARK.search(text)
    return bool(found) and _digest(text[: found.start()] + text[found.end() :]) == found["digest"]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _imports() -> str:
    return "import xlwings as xw\nfrom xlwings import arg, func, script\n"


def _start() -> str:
    own = statements(lite_start.__name__)
    return "".join(f"import {name}\n" for one in own for name in one.imports) + _tabbed("\n".join(one.text(()) for one in own if one.pieces)) + "\n"


def _sources() -> dict[str, str]:
    entries = [("udfs.functions", "TABLE"), ("xl_credit.hosts.calling", "call"), ("xl_credit.hosts.declaring", "CATEGORY"), (_LITE, "run")]
    found = reached([*entries, *((_LITE, tag) for tag in lite_commands.COMMANDS)], {"xl_credit.policy.sample": _policy_source()})
    return dict(sorted(found.items(), key=lambda item: "." in item[0]))


def _entry(name: str, source: str) -> str:
    tabbed = _tabbed(source)
    quotes = next((one for one in ("'''", '"""') if one not in tabbed), "")
    if not quotes:
        raise ValueError(f"{name} cannot be quoted")
    return f'"{name}": r{quotes}\n{tabbed}\n{quotes},\n'


def _tabbed(source: str) -> str:
    return re.sub(r"^(?: {4})+", lambda found: "\t" * (len(found[0]) // 4), source, flags=re.M)


def _policy_source() -> str:
    """The sample policy as the 政策 sheet holds it, one row a line, ^ for a cell like the one above."""
    rows = [["" if value is None else str(value) for value in row] for row in flat_rows(sample_policy()) if any(row)]
    if figures_of(read_flat(rows)) != figures_of(sample_policy()):
        raise ValueError("the sample policy does not survive the 政策 sheet")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for above, row in zip([[""] * len(rows[0]), *rows], rows, strict=False):
        writer.writerow("^" if cell and cell == same else cell for cell, same in zip(row, above, strict=True))
    return _POLICY.format(rows="".join(f"\n    {line!r}," for line in out.getvalue().splitlines()) + "\n")


def figures_of(policy: Policy) -> list[str]:
    """Every field as it prints, so that 1 and Decimal(1) differ."""
    return [repr(getattr(policy, one.name)) for one in fields(policy)]


def _wrapper(function: Function) -> str:
    given = [one.name for one in function.arguments]
    signature = ", ".join(name + ("=None" if one.optional else "") for name, one in zip(given, function.arguments, strict=True))
    return f'\n@func\n@described\ndef {function.name}({signature}):\n\treturn answer({", ".join([f"{function.name!r}", *given])})\n'.replace("'", '"')


def _button(tag: str, label: str) -> str:
    return f'\n@script(name="{label}")\ndef {tag}(book: xw.Book):\n\t"""{lite_commands.COMMANDS[tag]}"""\n\tlite_commands.run(lite_commands.{tag}, book)\n'
