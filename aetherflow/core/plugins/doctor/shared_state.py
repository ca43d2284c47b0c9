"""Module-level state that steps change: it is shared by every step of the process, and gone with it."""

import ast
from collections.abc import Iterator

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.plugins.doctor.definition_reach import (
    owner_of,
    reached_from,
    references,
    registered_definitions,
)
from aetherflow.core.plugins.doctor.module_code import ModuleCode
from aetherflow.core.plugins.doctor.name_uses import Use
from aetherflow.core.plugins.doctor.plugin_code import PluginCode
from aetherflow.core.plugins.doctor.words import words

_DISPLAYS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
_CONTAINERS = frozenset(
    {f"builtins.{name}()" for name in ("list", "dict", "set", "bytearray")}
    | {f"collections.{name}()" for name in ("defaultdict", "deque", "Counter", "OrderedDict", "ChainMap")}
)
_CHANGING_METHODS = words(
    """add append appendleft clear difference_update discard extend extendleft insert intersection_update move_to_end
    pop popitem popleft remove reverse rotate setdefault sort subtract symmetric_difference_update update"""
)


def shared_state_findings(code: PluginCode) -> Iterator[Diagnostic]:
    """Say where steps and connectors, or what they call in the plugin, change a variable of a module.

    Each variable is told once for each thing that changes it.
    """
    registered = registered_definitions(code)
    reached = reached_from(registered, references(code))
    told: set[tuple[str, str, str]] = set()
    for module in code.modules.values():
        for use in module.found.uses:
            owner = owner_of(module, use)
            if owner not in reached or use.where.at_import or use.where.is_dead:
                continue
            kind, name = registered[reached[owner]]
            variable = _changed_variable(code, module, use)
            if variable and (variable, kind, name) not in told:
                told.add((variable, kind, name))
                yield _shared(module, use, variable.rpartition(" ")[2], kind, name)


def _changed_variable(code: PluginCode, module: ModuleCode, use: Use) -> str:
    """Give module and name of the variable that a use changes, if it does."""
    if isinstance(use.node, ast.Name) and use.how in ("set", "delete"):
        return f"{module.name} {use.variable}" if use.variable else ""  # only `global` lets a function do that
    if not (use.how in ("set item", "delete item") or (use.how == "call" and _changes(use.node))):
        return ""
    place = (module, use.variable) if use.variable else code.find(use.name, module)
    if place is None or not place[1]:
        return ""
    owner, name = place[0], place[1].partition(".")[0].partition("[")[0]
    return f"{owner.name} {name}" if _holds_container(owner, name) else ""


def _changes(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in _CHANGING_METHODS


def _holds_container(module: ModuleCode, name: str) -> bool:
    values = module.scope.bindings.values.get(name, [])
    return any(isinstance(value, _DISPLAYS) or _is_container(module, value) for value in values)


def _is_container(module: ModuleCode, value: ast.AST | None) -> bool:
    return value is not None and module.scope.name_of(value) in _CONTAINERS


def _shared(module: ModuleCode, use: Use, variable: str, kind: str, name: str) -> Diagnostic:
    what = f'the step type "{name}"' if kind == "step" else f'the {kind} "{name}"'
    return Diagnostic(
        code="AF-P532",
        severity=Severity.WARNING,
        message=f'{what} changes "{variable}", a variable of the module: every step of the process shares it',
        hint="keep it in `ctx.state`, which is kept with the run, or in the step's own variables",
        span=module.span_of(use.node),
    )
