"""Which functions and classes of a plugin lead to which: by a name in a body, across the plugin's modules."""

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from aetherflow.core.plugins.doctor.bindings import Function
from aetherflow.core.plugins.doctor.module_code import ModuleCode
from aetherflow.core.plugins.doctor.name_uses import Use
from aetherflow.core.plugins.doctor.plugin_code import PluginCode


class Definition(NamedTuple):
    """A function or class at a module's own level."""

    module: str
    name: str


def registered_definitions(code: PluginCode) -> dict[Definition, tuple[str, str]]:
    """Give what the plugin registers, with kind and name."""
    return {
        Definition(name, found.target): (found.kind, found.name)
        for name, module in code.modules.items()
        for found in module.reading.registrations
    }


def reached_from(roots: Iterable[Definition], edges: dict[Definition, set[Definition]]) -> dict[Definition, Definition]:
    """Give every definition that the roots lead to, themselves included, each with the first root that does."""
    reached: dict[Definition, Definition] = {}
    for root in roots:
        waiting = [root]
        while waiting:
            each = waiting.pop()
            if each not in reached:
                reached[each] = root
                waiting += sorted(edges.get(each, ()))
    return reached


def references(code: PluginCode) -> dict[Definition, set[Definition]]:
    """Give what each definition names in its body, in its methods too."""
    edges: dict[Definition, set[Definition]] = {}
    for module, use in _live_uses(code):
        owner = owner_of(module, use)
        if owner is not None:
            edges.setdefault(owner, set()).update(targets_of(code, module, use))
    return edges


def calls_at_import(code: PluginCode) -> dict[Definition, Definition]:
    """Give the functions that importing the plugin calls, by their name and nothing else."""
    roots: list[Definition] = []
    edges: dict[Definition, set[Definition]] = {}
    for module, use in _live_uses(code):
        if use.how != "call" or use.name.endswith(("]", ")")):
            continue
        if use.where.at_import and module.name in code.at_import:
            roots += targets_of(code, module, use)
        elif (owner := runs_in(module, use)) is not None:
            edges.setdefault(owner, set()).update(targets_of(code, module, use))
    return reached_from(roots, edges)


def owner_of(module: ModuleCode, use: Use) -> Definition | None:
    """Give the outermost definition that a use stands in."""
    if not use.where.definitions:
        return None
    return Definition(module.name, getattr(use.where.definitions[0], "name", ""))


def runs_in(module: ModuleCode, use: Use) -> Definition | None:
    """Give the module-level function whose own body a use stands in: it is run when that is called."""
    definitions = use.where.definitions
    if len(definitions) != 1 or not isinstance(definitions[0], ast.FunctionDef) or not _is_own_body(use):
        return None
    return Definition(module.name, definitions[0].name)


def targets_of(code: PluginCode, module: ModuleCode, use: Use) -> Iterator[Definition]:
    """Give the definitions that a use's name may lead to: `helpers.remember` of a sibling module, and its own."""
    found = code.find(use.name, module)
    if found is not None and found[1]:
        name = found[1].partition(".")[0].partition("(")[0].partition("[")[0]
        yield Definition(found[0].name, name)


def _live_uses(code: PluginCode) -> Iterator[tuple[ModuleCode, Use]]:
    for module in code.modules.values():
        yield from ((module, use) for use in module.found.uses if not use.where.is_dead)


def _is_own_body(use: Use) -> bool:
    """Tell the body of a function from that of a lambda in it, which may never be called."""
    scope = use.where.scope
    return isinstance(scope.node, Function)
