"""A function of the table as xlwings takes it: named arguments with their help, every value handed over as rows of cells."""

from collections.abc import Callable
from inspect import Parameter, Signature

from xl_credit.hosts.calling import call
from xl_credit.hosts.declaring import CATEGORY, Argument, Function

# What a VBA procedure cannot call its arguments: the language's words, and those of the wrapper's own lines.
_LANGUAGE = ["abs", "addressof", "alias", "and", "any", "array", "as", "attribute", "base", "boolean", "byref", "byte", "byval", "call", "case", "cbool", "cbyte", "ccur", "cdate", "cdbl", "cdec", "cint", "circle", "clng", "clnglng", "clngptr", "close", "compare", "const", "csng", "cstr", "currency", "cvar", "cverr", "date", "debug", "decimal", "declare", "defbool", "defbyte", "defcur", "defdate", "defdbl", "defdec", "defint", "deflng", "defobj", "defsng", "defstr", "defvar", "dim", "do", "doevents", "double", "each", "else", "elseif", "empty", "end", "endif", "enum", "eqv", "erase", "error", "event", "exit", "explicit", "false", "fix", "for", "friend", "function", "get", "global", "gosub", "goto", "if", "imp", "implements", "in", "input", "inputb", "int", "integer", "is", "lbound", "len", "lenb", "let", "lib", "like", "line", "local", "lock", "long", "longlong", "longptr", "loop", "lset", "me", "mid", "midb", "mod", "module", "new", "next", "not", "nothing", "null", "object", "on", "open", "option", "optional", "or", "output", "paramarray", "preserve", "print", "private", "property", "pset", "public", "put", "raiseevent", "random", "read", "redim", "rem", "resume", "return", "rset", "scale", "seek", "select", "set", "sgn", "shared", "single", "spc", "static", "step", "stop", "string", "sub", "tab", "text", "then", "to", "true", "type", "typeof", "ubound", "unlock", "until", "variant", "vb_name", "wend", "while", "width", "with", "withevents", "write", "xor"]
_WRAPPER = ["activeworkbook", "app", "application", "argsarray", "array", "caller", "description", "err", "failed", "range", "thisworkbook", "xlpy"]
VBA_WORDS = frozenset((*_LANGUAGE, *_WRAPPER))
_LONGEST = 255  # characters that Excel's wizard takes for a description


def vba_names(arguments: tuple[Argument, ...]) -> list[str]:
    """Argument names that VBA accepts: its own words get ``_`` behind them, as do names that differ in case only."""
    names: list[str] = []
    for argument in arguments:
        name = argument.name
        while name.lower() in VBA_WORDS or name.lower() in map(str.lower, names):
            name += "_"
        names.append(name)
    return names


def description(function: Function) -> str:
    """What the wizard says of the function: what it gives, in which unit, by which article."""
    unit = f",{function.unit}" if function.unit else ""
    return f"{function.help}{unit}({function.article})"[:_LONGEST]


def argument_help(argument: Argument) -> str:
    return f"{argument.label}:{argument.help}"[:_LONGEST]


def wrapped(function: Function, xw: object) -> Callable[..., object]:
    """The function for xlwings' module ``xw``, whose decorators read names and defaults from the signature.

    Ranges and single cells come in as rows of cells, errors as their text, so that an error is never taken for a blank.
    """

    def answer(*given: object) -> list[list[object]]:
        return call(function, given)

    names = vba_names(function.arguments)
    defaults = [None if argument.optional else Parameter.empty for argument in function.arguments]
    parameters = [Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=default) for name, default in zip(names, defaults, strict=True)]
    answer.__name__ = answer.__qualname__ = function.name
    answer.__doc__, answer.__signature__ = description(function), Signature(parameters)
    answer = xw.func(category=CATEGORY)(answer)
    for name, argument in zip(names, function.arguments, strict=True):
        answer = xw.arg(name, doc=argument_help(argument), ndim=2, err_to_str=True)(answer)
    return answer
