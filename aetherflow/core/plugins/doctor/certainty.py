"""What a load is certain to run: there a fault refuses the plugin, elsewhere it may."""

import ast
from collections.abc import Iterator

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.plugins.doctor.module_code import ModuleCode
from aetherflow.core.plugins.doctor.name_uses import Imported
from aetherflow.core.plugins.doctor.plugin_code import PluginCode, as_reading
from aetherflow.core.plugins.import_reach import reached_modules
from aetherflow.core.plugins.module_reading import ModuleReading
from aetherflow.core.plugins.registration_scan import blocks_of

_GUARDS = (ast.Try, ast.TryStar, ast.With, ast.AsyncWith)


class Fault(Struct, frozen=True):
    """A finding about a statement of a module."""

    module: ModuleCode
    statement: ast.stmt
    finding: Diagnostic


class Certainty:
    """Knows the modules and statements that a load runs, whatever happens: no branch, loop or function around them."""

    def __init__(self, code: PluginCode) -> None:
        self._codes = {code.source.modules.get(name, ""): module for name, module in code.modules.items()}
        self._statements: dict[str, frozenset[int]] = {}
        self._guarded: dict[str, frozenset[int]] = {}
        self.modules = frozenset(reached_modules(code.source, self._reading))

    def covers(self, module: ModuleCode, statement: ast.stmt) -> bool:
        """Tell whether a load runs a statement, unless an earlier one fails."""
        return module.name in self.modules and id(statement) in self._certain(module)

    def is_guarded(self, module: ModuleCode, statement: ast.stmt) -> bool:
        """Tell whether something around a statement may catch what it raises."""
        if module.name not in self._guarded:
            guards = [node for node in ast.walk(module.tree) if isinstance(node, _GUARDS)]
            self._guarded[module.name] = frozenset(id(inner) for guard in guards for inner in ast.walk(guard))
        return id(statement) in self._guarded[module.name]

    def _certain(self, module: ModuleCode) -> frozenset[int]:
        if module.name not in self._statements:
            self._statements[module.name] = frozenset(map(id, _straight(module.tree.body)))
        return self._statements[module.name]

    def _reading(self, file: str) -> ModuleReading:
        module = self._codes.get(file)
        if module is None:
            return ModuleReading()
        certain = self._certain(module)

        def is_certain(imported: Imported) -> bool:
            return id(imported.statement) in certain

        return as_reading(module, is_certain)


def _straight(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Give the statements of a module, and those of the classes in it."""
    waiting = list(body)
    while waiting:
        statement = waiting.pop()
        yield statement
        if isinstance(statement, ast.ClassDef):
            waiting += [inner for block in blocks_of(statement) for inner in block]
