"""How the bundle's sources are reduced: nothing that runs is lost, nothing that is not reached is kept."""

import ast
import copy

import pytest

from xl_credit.hosts.lite_bundle import bundle
from xl_credit.hosts.lite_names import names_in
from xl_credit.hosts.lite_reach import reached
from xl_credit.hosts.lite_source import module_path, read_statements, statements
from xl_credit.hosts.lite_strip import stripped
from xl_credit.policy.sample import sample_policy

_MODULES = ("xl_credit.rules.levels", "xl_credit.cells", "xl_credit.quarter.evaluation", "xl_credit.rules.figures", "xl_credit.policy.sheets")


def first(source: str) -> str:
    return stripped(source, ast.parse(source).body[0])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('def f(a: int, *, b: "x" = 1) -> int:\n    """Doc."""\n    return a\n', "def f(a, *, b=1):\n    return a"),
        ("def f():\n    '''Only this.'''\n", "def f():\n    pass"),
        ("def f(a: dict[str,\n    int]):\n    return a  # 注\n", "def f(a):\n    return a"),
        ("def f() -> (\n    int\n):\n    return 1\n", "def f():\n    return 1"),
        ("def f():\n    x: int\n    y: int = 2\n    return y\n", "def f():\n    pass\n    y = 2\n    return y"),
        ("@dataclass\nclass C:\n    '''D.'''\n\n    a: int = 1  # 一\n    b: str\n", "@dataclass\nclass C:\n    a: int = 1\n    b: str"),
        ("class C:\n    def f(self) -> None:\n        '''中文。'''\n        self.x: int = 1\n", "class C:\n    def f(self):\n        self.x = 1"),
        ("X: dict[str, int] = {'#': 1}  # 注\n", "X = {'#': 1}"),
        ("T = '中文  # 不是注释'\n", "T = '中文  # 不是注释'"),
        ("def f(x: str = '中', y: int = 0): return f'{x}:{y}'  # 注\n", "def f(x='中', y=0): return f'{x}:{y}'"),
    ],
)
def test_words_for_readers_go_and_code_stays(source, expected):
    assert first(source) == expected


def test_a_string_over_several_lines_is_refused():
    with pytest.raises(ValueError, match="over several lines"):
        first("X = '''a\n\nb'''\n")


@pytest.mark.parametrize("module", _MODULES)
def test_what_is_reduced_is_the_same_code(module):
    """Docstrings and annotations taken out of both, the trees are equal."""
    body = [node for node in parsed(module).body if not isinstance(node, ast.Import | ast.ImportFrom | ast.If)]
    reduced = (one.text({piece.method for piece in one.pieces}) for one in statements(module) if one.pieces)
    assert [bare(ast.parse(text).body[0]) for text in reduced] == [bare(node) for node in body[1:]]


def test_all_that_the_bundle_carries_is_the_package_s_own_code():
    for name, source in sources_in(bundle()).items():
        if name != "xl_credit.policy.sample":
            own = {bare(node) for node in parsed(name).body} | {bare(one) for node in parsed(name).body if isinstance(node, ast.ClassDef) for one in node.body}
            for node in ast.parse(source).body:
                parts = [node] if not isinstance(node, ast.ClassDef) else [one for one in node.body if not isinstance(one, ast.Pass)]
                assert all(isinstance(one, ast.Import | ast.ImportFrom) or bare(one) in own for one in parts), ast.unparse(node)


def parsed(module: str) -> ast.Module:
    return ast.parse(module_path(module).read_text("utf-8"))


def sources_in(main: str) -> dict[str, str]:
    kept = next(node.value for node in ast.parse(main).body if isinstance(node, ast.Assign) and node.targets[0].id == "SOURCES")
    return ast.literal_eval(kept)


def bare(node: ast.AST) -> str:
    return ast.dump(_Bare().visit(copy.deepcopy(node)))


class _Bare(ast.NodeTransformer):
    def visit_FunctionDef(self, node):
        self.generic_visit(node)
        node.returns = None
        return self.visit_ClassDef(node, visited=True)

    def visit_ClassDef(self, node, visited=False):
        if not visited:
            self.generic_visit(node)
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return node

    def visit_arg(self, node):
        node.annotation = None
        return node

    def visit_AnnAssign(self, node):
        if not node.simple or node.value is None:
            return node if node.value is None else ast.Assign([node.target], node.value)
        return ast.Assign([node.target], node.value)


def only(source: str, *names: str) -> str:
    return reached([("xl_credit.planted", name) for name in names], {"xl_credit.planted": source})["xl_credit.planted"]


def test_only_what_is_reached_is_kept():
    source = "import re\nimport csv\nA = 1\nB = A\ndef f():\n    return g(B)\ndef g(x):\n    return re\ndef h():\n    return csv\n"
    assert only(source, "f") == "import re\nA = 1\nB = A\n\ndef f():\n    return g(B)\n\ndef g(x):\n    return re"


def test_a_decorator_that_may_enter_the_function_somewhere_keeps_it():
    source = "from functools import cache\ndeclare = print\n@declare(1)\ndef f():\n    return 1\n@cache\ndef g():\n    return 2\ndef h():\n    return 3\n"
    assert "def f" in only(source, "h") and "def g" not in only(source, "h")


def test_a_local_name_does_not_keep_a_function_of_that_name():
    assert names_in("def f(rate):\n    return rate + other") == {"other"}


def test_a_method_is_kept_where_anything_asks_for_it():
    source = "class C:\n    x: int = 1\n    def used(self):\n        return self.deep()\n    def deep(self):\n        return 1\n    def idle(self):\n        return 2\n    def __len__(self):\n        return 3\ndef f(c):\n    return c.used()\nZ = C()\n"
    kept = only(source, "f", "Z")
    assert "used" in kept and "deep" in kept and "__len__" in kept and "idle" not in kept


def test_a_class_of_idle_methods_only_keeps_a_body():
    assert only("class C:\n    def idle(self):\n        return 2\n", "C").split("\n") == ["", "class C:", "    pass"]


def test_a_name_that_is_imported_and_is_not_there_is_told():
    with pytest.raises(LookupError, match="xl_credit.cells has no nothing_like_it"):
        only("from xl_credit.cells import nothing_like_it\nA = nothing_like_it\n", "A")
    with pytest.raises(LookupError, match="has no nothing_like_it"):
        only("from xl_credit import cells\ndef f():\n    return cells.nothing_like_it\n", "f")


@pytest.mark.parametrize("line", ["from .cells import text", "import xl_credit.cells"])
def test_an_import_that_the_bundle_does_not_know_is_told(line):
    with pytest.raises(ValueError, match="import"):
        list(read_statements(f"{line}\n", "xl_credit.planted"))


def test_modules_come_after_those_they_import():
    order = list(reached([("xl_credit.hosts.evaluation_rows", "rate_row")], {}))
    wanted = ["xl_credit.rules.errors", "xl_credit.cells", "xl_credit.quarter.evaluation", "xl_credit.hosts.evaluation_rows"]
    assert [name for name in order if name in wanted] == wanted


def test_the_sample_policy_survives_the_flat_table():
    from xl_credit.hosts.lite_bundle import _policy_source, figures_of

    space: dict = {}
    exec(_policy_source(), space)
    assert figures_of(space["sample_policy"]()) == figures_of(sample_policy())
