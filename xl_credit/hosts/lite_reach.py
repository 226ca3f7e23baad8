"""Which statements of which modules a bundle needs: those that its entry points reach, name by name."""

from collections.abc import Iterable, Mapping

from xl_credit.hosts.lite_source import Origin, Piece, Statement, module_path, read_statements, statements

OWN = ("xl_credit", "udfs")


def reached(entries: Iterable[tuple[str, str]], replaced: Mapping[str, str]) -> dict[str, str]:
    """Module name → reduced source, each after those that it imports, for all that the ``(module, name)`` pairs need.

    ``replaced`` modules come with a source of their own instead of their file's. Raises ``LookupError`` for a name of ours
    that is imported and is not there.
    """
    reach = _Reach({name: tuple(read_statements(text, name)) for name, text in replaced.items()})
    for module, name in entries:
        reach.need(module, name, required=True)
    return reach.sources()


class _Reach:
    """``kept``: module → places of the statements that are needed; ``imported``: module → its imported names that are."""

    def __init__(self, replaced: Mapping[str, tuple[Statement, ...]]) -> None:
        self.replaced = replaced
        self.kept: dict[str, set[int]] = {}
        self.imported: dict[str, set[str]] = {}
        self.asked: set[str] = set()  # attributes that any kept piece asks anything for
        self.waiting: dict[str, list[tuple[str, Piece]]] = {}  # methods not asked for so far

    def _statements(self, module: str) -> tuple[Statement, ...]:
        return self.replaced.get(module) or statements(module)

    def need(self, module: str, name: str, *, required: bool = False) -> None:
        """Take the statement or import that binds ``name`` in ``module``, and all that it uses."""
        self._enter(module)
        found = False
        for place, statement in enumerate(self._statements(module)):
            if name in statement.binds:
                found = True
                if statement.imports:
                    self._need_import(module, name, statement.imports[name])
                else:
                    self._keep(module, place, statement)
        if required and not found:
            raise LookupError(f"{module} has no {name}")

    def _enter(self, module: str) -> None:
        """A module that is taken at all is taken with what it does on import."""
        if module in self.kept:
            return
        self.kept[module], self.imported[module] = set(), set()
        for place, statement in enumerate(self._statements(module)):
            if statement.acts:
                self._keep(module, place, statement)

    def _keep(self, module: str, place: int, statement: Statement) -> None:
        if place in self.kept[module]:
            return
        self.kept[module].add(place)
        for piece in statement.pieces:
            if piece.method and piece.method not in self.asked:
                self.waiting.setdefault(piece.method, []).append((module, piece))
            else:
                self._keep_piece(module, piece)

    def _keep_piece(self, module: str, piece: Piece) -> None:
        modules = self._modules_of(module)
        for name in sorted(piece.uses):
            self.need(module, name)
            self._ask(name)  # a method may be named in its class's body
        for name, attribute in sorted(piece.attributes):
            if name in modules and name in piece.uses:
                self.need(modules[name], attribute, required=True)
            self._ask(attribute)

    def _ask(self, attribute: str) -> None:
        self.asked.add(attribute)
        for module, piece in self.waiting.pop(attribute, ()):
            self._keep_piece(module, piece)

    def _modules_of(self, module: str) -> dict[str, str]:
        """Names in ``module`` that stand for modules of ours."""
        imports = (item for statement in self._statements(module) for item in statement.imports.items())
        return {name: target for name, origin in imports if (target := _as_module(origin)) and _is_own(target)}

    def _need_import(self, module: str, name: str, origin: Origin) -> None:
        if name in self.imported[module]:
            return
        self.imported[module].add(name)
        if _is_own(origin.module):
            target = _as_module(origin)
            self._enter(target) if target else self.need(origin.module, origin.attribute, required=True)

    def sources(self) -> dict[str, str]:
        """Reduced sources in an order in which each module finds those it imports."""
        ordered: dict[str, str] = {}

        def visit(module: str) -> None:
            if module in ordered:
                return
            for statement in self._statements(module):
                for name, origin in statement.imports.items():
                    if name in self.imported[module] and (target := _as_module(origin) or origin.module) in self.kept:
                        visit(target)
            ordered[module] = self._source(module)

        for module in self.kept:
            visit(module)
        return ordered

    def _source(self, module: str) -> str:
        parts = []
        for place, statement in enumerate(self._statements(module)):
            wanted = [name for name in statement.imports if name in self.imported[module]]
            if wanted:
                parts += _import_lines(wanted, statement.imports)
            elif place in self.kept[module]:
                text = statement.text(self.asked)
                parts.append(f"\n{text}" if text.startswith(("def ", "class ", "@")) else text)
        return "\n".join(parts)


def _is_own(module: str) -> bool:
    return module.split(".")[0] in OWN


def _as_module(origin: Origin) -> str:
    """The module that an import names, empty where it names something in a module."""
    if not origin.attribute:
        return origin.module
    whole = f"{origin.module}.{origin.attribute}"
    return whole if _is_own(whole) and module_path(whole) else ""


def _import_lines(names: list[str], imports: Mapping[str, Origin]) -> list[str]:
    """``from a import b, c as d`` for names of one statement."""
    if not imports[names[0]].attribute:
        return [f"import {imports[name].module}" + (f" as {name}" if name != imports[name].module else "") for name in names]
    words = (imports[name].attribute + (f" as {name}" if name != imports[name].attribute else "") for name in names)
    return [f"from {imports[names[0]].module} import {', '.join(words)}"]
