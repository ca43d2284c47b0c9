"""Decorators and base classes that nothing defines: importing the module stops there."""

import ast
from collections.abc import Iterator

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.plugins.api_names import api_names, how_to_import, import_hint
from aetherflow.core.plugins.doctor.bindings import Function
from aetherflow.core.plugins.doctor.certainty import Certainty, Fault
from aetherflow.core.plugins.doctor.module_code import ModuleCode
from aetherflow.core.plugins.doctor.plugin_code import PluginCode
from aetherflow.core.plugins.doctor.scopes import Scope
from aetherflow.core.plugins.registration_calls import API_MODULE, DECORATORS
from aetherflow.core.plugins.registration_scan import blocks_of

Definition = Function | ast.ClassDef

#: Where these are called, names may come to be that no statement binds.
_BINDING_CALLS = frozenset({"builtins.exec", "builtins.globals", "builtins.locals", "builtins.vars"})


def undefined_names(code: PluginCode, certainty: Certainty) -> Iterator[Fault]:
    """Say which decorators and bases of definitions are names that nothing in their module binds."""
    for module in code.modules.values():
        bound_elsewhere = _bound_elsewhere(module)
        if bound_elsewhere is None:
            continue
        for node, scope in definitions_at_import(module):
            if not certainty.is_guarded(module, node):
                is_certain = certainty.covers(module, node)
                for name, role in _undefined(node, scope):
                    if name.id not in bound_elsewhere:
                        yield Fault(module, node, _finding(module, name, role, is_certain=is_certain))


def definitions_at_import(module: ModuleCode) -> Iterator[tuple[Definition, Scope]]:
    """Give the functions and classes that importing a module defines, each with the scope around it."""
    waiting = [(module.tree.body, module.scope)]
    while waiting:
        body, scope = waiting.pop()
        for statement in body:
            inside = Scope(statement, scope) if isinstance(statement, ast.ClassDef) else scope
            if isinstance(statement, Definition):
                yield statement, scope
            if not isinstance(statement, Function):
                waiting += [(block, inside) for block in blocks_of(statement)]


def _bound_elsewhere(module: ModuleCode) -> frozenset[str] | None:
    """Give the names that no statement of the module's own level binds; None where that cannot be told."""
    stars = set(module.scope.bindings.stars)
    if stars - {API_MODULE} or any(use.name.removesuffix("()") in _BINDING_CALLS for use in module.found.uses):
        return None
    declared = {name for node in ast.walk(module.tree) if isinstance(node, ast.Global) for name in node.names}
    return frozenset({*declared, *(api_names().public if stars else ())})


def _undefined(node: Definition, scope: Scope) -> Iterator[tuple[ast.Name, str]]:
    for decorator in node.decorator_list:
        if name := scope.unbound(decorator):
            yield name, "decorator"
    for base in node.bases if isinstance(node, ast.ClassDef) else ():
        if name := scope.unbound(base):
            yield name, "base class"


def _finding(module: ModuleCode, name: ast.Name, role: str, *, is_certain: bool) -> Diagnostic:
    label, hint = None, import_hint(name.id)
    if hint is None and name.id in DECORATORS:
        label, hint = how_to_import(name.id)
    elif hint is None:
        label = did_you_mean(name.id, (*api_names().public, *module.scope.bindings.imported))
    return Diagnostic(
        code="AF-P537",
        severity=Severity.ERROR if is_certain else Severity.WARNING,
        message=f'the {role} "{name.id}" is defined nowhere in the module',
        label=label,
        hint=hint or "import it, or define it above",
        span=module.span_of(name),
    )
