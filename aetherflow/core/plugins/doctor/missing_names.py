"""Names that a plugin takes from AetherFlow, and AetherFlow does not have."""

import ast
from collections.abc import Iterator

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.api_names import how_to_import, names_of
from aetherflow.core.plugins.doctor.certainty import Certainty, Fault
from aetherflow.core.plugins.doctor.module_code import ModuleCode
from aetherflow.core.plugins.doctor.name_uses import Use
from aetherflow.core.plugins.doctor.plugin_code import PluginCode
from aetherflow.core.plugins.registration_calls import API_MODULE

#: Of other modules of ours nothing is promised at all: that they are imported is told in its own right.
_LOOKED_INTO = ("aetherflow", "aetherflow.core", API_MODULE)


def missing_names(code: PluginCode, certainty: Certainty) -> Iterator[Fault]:
    """Say where something is imported from the API, or from the packages around it, that is not there."""
    for module in code.modules.values():
        for each in module.found.imports:
            is_from = isinstance(each.statement, ast.ImportFrom) and each.module in _LOOKED_INTO
            if is_from and not each.where.is_dead and not certainty.is_guarded(module, each.statement):
                is_certain = certainty.covers(module, each.statement)
                if finding := _finding(each.module, each.alias.name, module.span_of(each.alias), is_certain=is_certain):
                    yield Fault(module, each.statement, finding)
        yield from _attributes(module, certainty)


def _attributes(module: ModuleCode, certainty: Certainty) -> Iterator[Fault]:
    """Give the uses of the API's attributes, `api.register_step`, above definitions: there they look like a name."""
    ways = [use for use in module.found.uses if isinstance(use.node, ast.Attribute)]
    uses = {id(use.node): use for use in ways if use.name.startswith(f"{API_MODULE}.")}
    for node in ast.walk(module.tree) if uses else ():
        for decorator in getattr(node, "decorator_list", ()):
            used = decorator.func if isinstance(decorator, ast.Call) else decorator
            use = uses.get(id(used))
            if isinstance(node, ast.stmt) and use and not certainty.is_guarded(module, node):
                is_certain = certainty.covers(module, node)
                if finding := _finding(API_MODULE, _taken(use), module.span_of(use.node), is_certain=is_certain):
                    yield Fault(module, node, finding)


def _taken(use: Use) -> str:
    return use.name.removeprefix(f"{API_MODULE}.").partition(".")[0].partition("(")[0]


def _finding(module: str, name: str, place: Span, *, is_certain: bool) -> Diagnostic | None:
    names = names_of(module)
    if name == "*" or names is None or name in names.importable:
        return None
    label, hint = how_to_import(name)
    return Diagnostic(
        code="AF-P538",
        severity=Severity.ERROR if is_certain else Severity.WARNING,
        message=f'{module} has no "{name}"',
        label=label,
        hint=hint,
        span=place,
    )
