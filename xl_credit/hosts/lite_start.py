"""The first lines of a bundled main.py: they make the modules that it carries importable. Needs nothing but Python."""

import linecache
import sys
import types


def load(sources):
    """Run each module's source under its own name, in order; tracebacks show its lines."""
    for name, source in sources.items():
        module, file = types.ModuleType(name), f"main.py/{name.replace('.', '/')}.py"
        module.__path__, module.__file__ = [], file
        parent, _, leaf = name.rpartition(".")
        if parent:
            if parent not in sys.modules:
                load({parent: ""})
            setattr(sys.modules[parent], leaf, module)
        sys.modules[name] = module
        linecache.cache[file] = len(source), None, source.splitlines(True), file
        exec(compile(source, file, "exec", dont_inherit=True), module.__dict__)
