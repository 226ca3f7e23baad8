"""Stands in for xlwings where a test wants to know what main.py registers: decorators that note what they are given."""

__version__ = "stub"
registered: dict[str, dict] = {"functions": {}, "arguments": {}, "scripts": {}}


class Book:
    pass


def func(function):
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]
    required = len(names) - len(function.__defaults__ or ())
    registered["functions"][function.__name__] = {"doc": function.__doc__, "arguments": names, "required": required}
    return function


def arg(name, **options):
    def noted(function):
        registered["arguments"].setdefault(function.__name__, {})[name] = options
        return function

    return noted


def script(*, name):
    def noted(function):
        hints = {key: hint.__name__ for key, hint in function.__annotations__.items()}
        registered["scripts"][function.__name__] = {"name": name, "doc": function.__doc__, "hints": hints}
        return function

    return noted
