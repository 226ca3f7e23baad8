"""xlwings' own generator of VBA wrappers, run in a process of its own on any system: ``python -m xl_credit.hosts.excel_generating MODULE FILE``.

The generator is part of a module that needs Windows; what it imports from there and never calls is replaced by empty modules.
"""

import importlib
import json
import os
import subprocess
import sys
from io import StringIO
from types import ModuleType, SimpleNamespace

from xl_credit.rules.errors import CreditError

WRAPPERS = "xlwings_udfs"  # the module's name in every project that xlwings writes
_HEAD = f"""Attribute VB_Name = "{WRAPPERS}"
'Made by xlwings from the function table; changes are lost when the add-in is built again
#Const App = "Microsoft Excel"
"""
_WINDOWS_ONLY = {"pythoncom": ["CoInitialize"], "pywintypes": [], "win32com": [], "win32com.client": ["Dispatch"]}


def generated(module_name: str, file_name: str) -> tuple[str, list[dict]]:
    """The wrappers' VBA source, and what the generator knows of each function: name, help, category, arguments.

    Raises 「没有生成 Excel 的函数模块:…」 where xlwings, or the module itself, cannot be loaded.
    """
    command = [sys.executable, "-m", __name__, module_name, file_name]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("XLWINGS")}
    clean |= {"PYTHONPATH": os.pathsep.join(filter(None, [os.getcwd(), *sys.path])), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, env=clean, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["没有说明"])[-1]
        raise CreditError(f"没有生成 Excel 的函数模块:{last}", allowed="先运行 pip install \"xl-credit[excel]\"")
    found = json.loads(done.stdout)
    return found["source"], found["functions"]


def _windows_stand_ins() -> None:
    for name, names in _WINDOWS_ONLY.items():
        stand_in = sys.modules[name] = ModuleType(name)
        for attribute in names:
            setattr(stand_in, attribute, None)


def _generate(module_name: str, file_name: str) -> dict[str, object]:
    if sys.platform != "win32":
        _windows_stand_ins()
    import xlwings
    from xlwings import udfs

    xlwings.func, xlwings.arg, xlwings.ret, xlwings.sub = udfs.xlfunc, udfs.xlarg, udfs.xlret, udfs.xlsub
    module, source = importlib.import_module(module_name), StringIO()
    source.write(_HEAD)
    udfs.generate_vba_wrapper(module_name, module, source, SimpleNamespace(Name=file_name))
    known = (value.__xlfunc__ for _, value in sorted(vars(module).items()) if hasattr(value, "__xlfunc__"))
    return {"source": source.getvalue(), "functions": [_described(function) for function in known]}


def _described(function: dict) -> dict[str, object]:
    arguments = [{"name": argument["name"], "help": argument["doc"]} for argument in function["args"] if not argument["vba"]]
    return {"name": function["name"], "help": function["ret"]["doc"], "category": function["category"], "arguments": arguments}


if __name__ == "__main__":
    json.dump(_generate(*sys.argv[1:]), sys.stdout)
