"""A class with its bases, as far as they are in the plugin or known, and the members that it has of them."""

import ast
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from aetherflow.core.plugins.doctor.bindings import Function
from aetherflow.core.plugins.doctor.module_code import ModuleCode
from aetherflow.core.plugins.doctor.plugin_code import PluginCode
from aetherflow.core.plugins.registration_calls import API_MODULE, DECORATORS

STEP = f"{API_MODULE}.Step"
CONNECTOR = f"{API_MODULE}.ConnectorBase"
PLUGIN = f"{API_MODULE}.BasePlugin"
OBSERVERS = frozenset({f"{API_MODULE}.ObserverPlugin", f"{API_MODULE}.PluginBase"})
TOOLS = f"{API_MODULE}.BaseToolPlugin"
COMPILER = f"{API_MODULE}.WorkflowCompilerPlugin"
#: Bases that define nothing of a step or connector that would count as its own.
_KNOWN = frozenset(
    {STEP, CONNECTOR, PLUGIN, TOOLS, COMPILER, "builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol"}
)
_HARMLESS_DECORATORS = frozenset({f"{API_MODULE}.{name}" for name in DECORATORS} | {"typing.final"})
_MOST_BASES = 50


class OwnClass(Struct, frozen=True):
    """A class of the plugin, in its module."""

    module: ModuleCode
    node: ast.ClassDef


class Member(Struct, frozen=True):
    """An attribute of a class: whether there is one, and the function or expression where it is plainly that."""

    status: Literal["there", "missing", "unknown"]
    module: ModuleCode | None = None
    function: Function | None = None
    value: ast.expr | None = None


class Lineage(Struct, frozen=True):
    """A class and its bases in the plugin, nearest first; ``known`` are bases elsewhere that are understood.

    ``is_whole`` is false where a base, a decorator or a metaclass may add what the text does not show.
    """

    own: tuple[OwnClass, ...]
    known: frozenset[str]
    is_whole: bool

    def member(self, name: str) -> Member:
        """Find an attribute of the class, its own or inherited."""
        for each in self.own:
            member = _member_of(each, name)
            if member is not None:
                is_certain = self.is_whole or (each is self.own[0] and _is_plain(each))
                return member if is_certain else Member("there")
        return Member("missing" if self.is_whole else "unknown")


def lineage_of(code: PluginCode, module: ModuleCode, node: ast.ClassDef) -> Lineage:
    """Follow the bases of a class through the modules of the plugin."""
    own: list[OwnClass] = []
    known: set[str] = set()
    is_whole = True
    waiting = [OwnClass(module, node)]
    while waiting and len(own) < _MOST_BASES:
        each = waiting.pop(0)
        own.append(each)
        is_whole = is_whole and _is_plain(each)
        bases = [_base(code, each.module, base) for base in each.node.bases]
        waiting = [base for base in bases if isinstance(base, OwnClass) and base not in own] + waiting
        known.update(base for base in bases if isinstance(base, str))
        is_whole = is_whole and None not in bases
    return Lineage(tuple(own), frozenset(known), is_whole and not waiting)


def _base(code: PluginCode, module: ModuleCode, base: ast.expr) -> OwnClass | str | None:
    """Give a base in the plugin, the name of a known one, or None."""
    name = module.scope.name_of(base).removesuffix("[]")
    for _ in range(_MOST_BASES):
        if name in _KNOWN:
            return name
        found = code.find(name, module) if name else None
        if found is None:
            return None
        module, own_name = found
        definition = module.scope.bindings.only_value(own_name)
        if isinstance(definition, ast.ClassDef):
            return OwnClass(module, definition)
        name = module.scope.bindings.imported.get(own_name, "")  # a module may hand on what it has imported
    return None


def _is_plain(each: OwnClass) -> bool:
    """Tell a class without a metaclass, or decorators that may add to it."""
    names = [each.module.scope.name_of(decorator) for decorator in each.node.decorator_list]
    return not each.node.keywords and all(name.removesuffix("()") in _HARMLESS_DECORATORS for name in names)


def _member_of(each: OwnClass, name: str) -> Member | None:
    if (each.node.name, name) in each.module.names.set_later:
        return Member("there")
    bindings = each.module.bindings_of(each.node)
    if name not in bindings:
        return None
    value = bindings.only_value(name)
    return Member(
        "there",
        each.module,
        function=value if isinstance(value, Function) else None,
        value=value if isinstance(value, ast.expr) else None,
    )


def function_decorators(module: ModuleCode, node: Function) -> Iterator[str]:
    """Name the decorators of a function that may change how it is called."""
    for decorator in node.decorator_list:
        name = module.scope.name_of(decorator).removesuffix("()")
        if name not in _HARMLESS_DECORATORS:
            yield name
