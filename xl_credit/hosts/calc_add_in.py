"""The function table as LibreOffice Calc reads it: an interface in UNO's own language, and names and help in Chinese."""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from xl_credit.hosts.declaring import CATEGORY, Argument, Function

SERVICE = "_xll"  # so that Calc takes Excel's _xll.TIER_LIMIT(…) for ours
MODULE, INTERFACE = "xlcredit", "XFunctions"  # UNO allows no underscore in a module's name
IMPLEMENTATION = "org.xlcredit.Functions"
_REGISTRY = 'xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"'
_ANY, _ROWS = "any", "sequence< sequence< any > >"
_CALLER = "[in] com::sun::star::beans::XPropertySet document"  # the document that asks; not shown in the wizard


def registry_file(name: str, package: str, body: str) -> str:
    """A file of LibreOffice's configuration."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<oor:component-data {_REGISTRY} oor:name="{name}" oor:package="{package}">\n{body}\n'
        "</oor:component-data>\n"
    )


def prop(name: str, value: str, kind: str = "") -> str:
    """A property; text without a language is shown in every language."""
    typed = f' oor:type="{kind}"' if kind else ""
    return f'<prop oor:name="{name}"{typed}><value>{escape(value)}</value></prop>'


def node(name: str, inner: Iterable[str], *, replace: bool = True) -> str:
    operation = ' oor:op="replace"' if replace else ""
    return f"<node oor:name={quoteattr(name)}{operation}>{''.join(inner)}</node>"


def interface(functions: Iterable[Function]) -> str:
    """The interface that Calc calls; every argument and result is ``any``, so that single cells and ranges both come through."""
    methods = "\n".join(f"  {_ROWS} {function.name}({', '.join([_CALLER, *map(_parameter, function.arguments)])});" for function in functions)
    return f"module org {{ module {MODULE} {{\n interface {INTERFACE} {{\n{methods}\n }};\n}}; }};\n"


def _parameter(argument: Argument) -> str:
    return f"[in] {_ANY} {_uno_name(argument)}"


def _uno_name(argument: Argument) -> str:
    """UNO's language takes an underscore in names of capitals only."""
    return argument.name.replace("_", "")


def function_registry(functions: Iterable[Function]) -> str:
    """CalcAddIns.xcu: what the function wizard shows."""
    listed = "\n".join(_function(function) for function in functions)
    return registry_file("CalcAddIns", "org.openoffice.Office", node("AddInInfo", [
        node(SERVICE, [node("AddInFunctions", ["\n", listed, "\n"], replace=False)]),
    ], replace=False))  # fmt: skip


def _function(function: Function) -> str:
    unit = f",{function.unit}" if function.unit else ""
    return node(function.name, [
        prop("DisplayName", function.name),
        prop("Description", f"{CATEGORY}:{function.help}{unit}({function.article})。例:{function.example}"),
        prop("Category", "Add-In"),  # the only one of Calc's categories that add-ins may extend with functions of their own kind
        prop("CompatibilityName", function.name),
        node("Parameters", map(_argument, function.arguments), replace=False),
    ])  # fmt: skip


def _argument(argument: Argument) -> str:
    return node(_uno_name(argument), [prop("DisplayName", argument.label), prop("Description", argument.help)])
