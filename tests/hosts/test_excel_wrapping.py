"""A function as xlwings calls it in Excel: rows of cells in, rows of cells out, words for the wizard."""

import inspect
import subprocess
import sys

import pytest

import udfs.excel
from udfs.functions import TABLE
from xl_credit.hosts.calling import call
from xl_credit.hosts.excel_wrapping import argument_help, description, vba_names, wrapped

EMPTY = [[None]]  # a blank cell


class Decorators:
    """xlwings' decorators, which note what they are given."""

    def __init__(self) -> None:
        self.category, self.arguments = None, {}

    def func(self, category: str):
        self.category = category
        return lambda function: function

    def arg(self, name: str, **options: object):
        self.arguments[name] = options
        return lambda function: function


@pytest.mark.parametrize("name", TABLE.functions)
def test_a_wrapper_has_the_names_and_words_of_the_table(name):
    function, xw = TABLE.functions[name], Decorators()
    wrapper = wrapped(function, xw)
    parameters = inspect.signature(wrapper).parameters
    assert (wrapper.__name__, wrapper.__doc__, xw.category) == (name, description(function), "客户信用")
    assert list(parameters) == list(xw.arguments) == vba_names(function.arguments)
    assert [one.default is None for one in parameters.values()] == [argument.optional for argument in function.arguments]
    assert [one["doc"] for one in xw.arguments.values()] == list(map(argument_help, function.arguments))
    assert all(one["ndim"] == 2 and one["err_to_str"] is True for one in xw.arguments.values())


def test_the_module_that_xlwings_loads_has_every_function():
    assert all(callable(getattr(udfs.excel, name)) for name in TABLE.functions)


def test_a_wrapper_gives_what_the_table_gives():
    scores = [[85.0], [59.0], [None], ["八十"], ["#N/A"]]
    found = udfs.excel.CREDIT_TIER(scores, [["A"]], None, None, None)
    assert found == call(TABLE.functions["CREDIT_TIER"], [scores, [["A"]], None, None, None])
    assert [len(row) for row in found] == [1] * 5 and "八十" in found[3][0]


def test_an_error_in_a_cell_is_named_and_not_taken_for_a_blank():
    ((blank,),), ((error,),) = (udfs.excel.SALES_SCORE([[cell]], None) for cell in (None, "#N/A"))
    assert blank == udfs.excel.SALES_SCORE([[0.0]], None)[0][0] and "#N/A" in error


def test_an_argument_left_out_is_as_one_never_given():
    assert udfs.excel.TIER_LIMIT([["一级"]], [["A"]], None) == udfs.excel.TIER_LIMIT([["一级"]], [["A"]]) == udfs.excel.TIER_LIMIT([["一级"]], [["A"]], EMPTY)


def test_loading_it_brings_no_pandas_of_ours():
    code = "import sys, xlwings; before = set(sys.modules); import udfs.excel; print(*sorted({'pandas', 'numpy', 'openpyxl', 'lxml'} & (set(sys.modules) - before)))"
    done = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": ":".join(filter(None, ["", *sys.path])), "PATH": ""}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""
