"""Uses of names all over a plugin, each with what it stands for once the plugin's own modules are followed."""

import ast
import sys
from collections.abc import Iterator

from msgspec import Struct

from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.doctor.bindings import Function
from aetherflow.core.plugins.doctor.module_code import ModuleCode
from aetherflow.core.plugins.doctor.name_uses import Use
from aetherflow.core.plugins.doctor.plugin_code import PluginCode
from aetherflow.core.plugins.doctor.spelled import Placed, Spelled, settled, spelled

_MOST_MODULES = 10  # that hand a name on to each other
_NO_SIBLINGS = sys.stdlib_module_names | {"builtins", "ctx", "?"}


class Seen(Struct, frozen=True):
    """One use of a name in a plugin: ``name`` is as `Scope.name_of` gives it, in the module that it comes from."""

    code: PluginCode
    module: ModuleCode
    use: Use
    name: str

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.module.span_of(self.use.node)

    @property
    def last(self) -> str:
        """The last part of the name."""
        return self.name.rpartition(".")[2]

    def argument(self, position: int, *keywords: str) -> ast.expr | None:
        """Give an argument of the call, by its place or by one of its names."""
        call = self.use.call
        if call is None:
            return None
        if len(call.args) > position:
            is_known = not any(isinstance(each, ast.Starred) for each in call.args[: position + 1])
            return call.args[position] if is_known else None
        return self.keyword(*keywords)

    def keyword(self, *names: str) -> ast.expr | None:
        """Give the argument of the call that goes by one of these names."""
        given = self.use.call.keywords if self.use.call else ()
        return next((keyword.value for keyword in given if keyword.arg in names), None)

    def spelled(self, node: ast.AST | None) -> Spelled:
        """Give what is known of the text that an expression of the use stands for."""
        return spelled(self.use.where.scope, node, self._beyond)

    def settled(self, node: ast.AST) -> Placed:
        """Follow names to the expression that they stand for."""
        return settled(self.use.where.scope, node, self._beyond)

    def whole_number(self, node: ast.AST | None) -> str:
        """Give the digits of a number, or nothing where the text does not tell it."""
        value = self.settled(node)[1] if node is not None else None
        is_number = isinstance(value, ast.Constant) and isinstance(value.value, int)
        return str(value.value) if is_number and isinstance(value, ast.Constant) else ""

    def _beyond(self, name: str) -> Placed | None:
        """Give what a name of a sibling module stands for there."""
        found = self.code.find(name, self.module)
        value = found[0].scope.bindings.only_value(found[1]) if found else None
        return (found[0].scope, value) if found and value is not None else None


def seen_uses(code: PluginCode) -> Iterator[Seen]:
    """Give every use in code that may run, module by module."""
    for module in code.modules.values():
        names: dict[str, str] = {}
        for use in module.found.uses:
            if not use.where.is_dead:
                if use.name not in names:
                    names[use.name] = _followed(code, module, use.name)
                yield Seen(code, module, use, names[use.name])


def is_alias(use: Use) -> bool:
    """Tell the value of `name = value`, whose name is followed to it."""
    return id(use.node) in use.where.scope.bindings.followed


def _followed(code: PluginCode, module: ModuleCode, name: str) -> str:
    """Follow a name through the modules of the plugin that import it from each other."""
    for _ in range(_MOST_MODULES):
        if name.partition(".")[0].partition("(")[0] in _NO_SIBLINGS:
            break
        found = code.find(name, module)
        if found is None or not found[1]:
            break
        module, rest = found
        head = next((rest[:end] for end, sign in enumerate(rest) if sign in ".(["), rest)
        meant = _meant(module, head)
        if not meant:
            break
        name = meant + rest[len(head) :]
    return name


def _meant(module: ModuleCode, name: str) -> str:
    value = module.scope.bindings.only_value(name)
    if isinstance(value, Function | ast.ClassDef):
        return ""
    meant = module.scope.name_of(ast.Name(name, ast.Load()))
    return "" if meant == f":{name}" else meant
