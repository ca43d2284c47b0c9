"""What a plugin takes from AetherFlow: internals, which may change at any time, and names that are on their way out."""

import ast
from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct

from aetherflow.core.contracts.deprecation import Deprecation
from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.doctor.bindings import joined
from aetherflow.core.plugins.doctor.module_code import ModuleCode
from aetherflow.core.plugins.doctor.name_uses import Imported, is_within
from aetherflow.core.plugins.doctor.plugin_code import PluginCode
from aetherflow.core.plugins.registration_calls import API_MODULE

_OURS = "aetherflow"
#: The way to the API; nothing else is in these packages.
_PACKAGES = frozenset({_OURS, f"{_OURS}.core"})
_IMPORTING_CALLS = frozenset({"importlib.import_module", "importlib.__import__", "builtins.__import__"})


class _Internal(Struct, frozen=True):
    """A module of ours that is reached, or a name in one, and the place where it is named."""

    name: str
    span: Span
    is_dead: bool


def internals_used(code: PluginCode) -> Iterator[Diagnostic]:
    """Say where a plugin imports anything of ours but the API, in whatever form."""
    for module in code.modules.values():
        own = code.source.package
        imported = [each for each in _imported(module) if _is_internal(each.name, own)]
        reached = [each for each in _reached(module) if _is_internal(each.name, own)]
        told: list[str] = []
        for each in (*imported, *reached):
            # What an import has brought is used afterwards: it is told once, where it is imported.
            if each in imported or not any(is_within(each.name, name) for name in told):
                yield _internal(each)
                told.append(each.name)


def deprecated_names(code: PluginCode, deprecated: Mapping[str, Deprecation]) -> Iterator[Diagnostic]:
    """Say where a plugin names a deprecated name of the API: where it imports it, else at each use."""
    for module in code.modules.values() if deprecated else ():
        places = {**dict(_deprecated_imports(module, deprecated)), **dict(_deprecated_uses(module, deprecated))}
        yield from (_deprecated(name, deprecated[name], span) for span, name in places.items())


def _deprecated_imports(module: ModuleCode, deprecated: Collection[str]) -> Iterator[tuple[Span, str]]:
    for each in module.found.imports:
        if each.module == API_MODULE and each.alias.name in deprecated:
            yield module.span_of(each.alias), each.alias.name


def _deprecated_uses(module: ModuleCode, deprecated: Collection[str]) -> Iterator[tuple[Span, str]]:
    """Give the places of `api.old`; of a name that was imported by itself only the import counts."""
    imported = module.scope.bindings.imported
    for use in module.found.uses:
        for name in deprecated:
            if is_within(use.name, f"{API_MODULE}.{name}"):
                part = _part_named(use.node, name)
                if part is not None and not (isinstance(part, ast.Name) and part.id in imported):
                    yield module.span_of(part), name


def _imported(module: ModuleCode) -> Iterator[_Internal]:
    for each in module.found.imports:
        yield from _of_statement(module, each)
    for use in module.found.uses:
        if use.name in _IMPORTING_CALLS and use.call is not None and (name := _named(module, use.call)):
            yield _Internal(name, module.span_of(use.call.args[0]), use.where.is_dead)


def _of_statement(module: ModuleCode, each: Imported) -> Iterator[_Internal]:
    """Take the module of `from MODULE import …` once, and its names where it is on the way to the API."""
    if isinstance(each.statement, ast.ImportFrom) and each.module not in _PACKAGES:
        if each.is_first:
            yield _Internal(each.module, module.span_of_module(each), each.where.is_dead)
    elif each.alias.name != "*":
        yield _Internal(each.name, module.span_of(each.alias), each.where.is_dead)


def _named(module: ModuleCode, call: ast.Call) -> str:
    """Give the module that `import_module` is given, as far as its text tells."""
    name = module.literal_text(call.args[0]) if call.args else None
    if name is None or not name.startswith("."):
        return name or ""
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    package = module.literal_text(call.args[1] if len(call.args) > 1 else keywords.get("package"))
    parts = (package or "").split(".")
    level = len(name) - len(name.lstrip("."))
    return joined(".".join(parts[: len(parts) - level + 1]), name[level:])


def _reached(module: ModuleCode) -> Iterator[_Internal]:
    """Give what is reached through attributes: `aetherflow.core.runner.plan`, where something else imported it."""
    for use in module.found.uses:
        if use.name.startswith(f"{_OURS}."):
            yield _Internal(use.name, module.span_of(use.node), use.where.is_dead)


def _is_internal(name: str, own_package: str) -> bool:
    if name in _PACKAGES or not is_within(name, _OURS) or is_within(name, API_MODULE):
        return False
    # AetherFlow's own built-ins are a plugin too, and import each other.
    return not (own_package and is_within(name, own_package))


def _part_named(node: ast.expr, name: str) -> ast.expr | None:
    """Give the part of a chain that is spelt so: `api.old` of `api.old().attribute`."""
    part: ast.expr | None = node
    while part is not None:
        if name == getattr(part, "attr", None) or name == getattr(part, "id", None):
            return part
        part = getattr(part, "value", None) or getattr(part, "func", None)
    return None


def _internal(internal: _Internal) -> Diagnostic:
    name = internal.name.partition("(")[0].partition("[")[0]
    return Diagnostic(
        code="AF-P306",
        severity=Severity.WARNING if internal.is_dead else Severity.ERROR,
        message=f'"{name}" is internal to aetherflow, and may change with any release',
        hint=f"take what you need from {API_MODULE}: nothing else is for plugins",
        span=internal.span,
    )


def _deprecated(name: str, deprecation: Deprecation, span: Span) -> Diagnostic:
    return Diagnostic(
        code="AF-P305",
        severity=Severity.WARNING,
        message=f'"{name}" is deprecated since {deprecation.since}, and goes with {deprecation.removal}',
        hint=f"use {deprecation.instead}",
        span=span,
    )
