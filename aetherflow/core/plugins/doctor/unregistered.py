"""Plugins, and modules of them, that register nothing: most often something was forgotten."""

import ast
from collections.abc import Iterator

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import Span
from aetherflow.core.documents.regular_files import read_regular
from aetherflow.core.plugins.doctor.class_lineage import COMPILER, CONNECTOR, OBSERVERS, PLUGIN, STEP, TOOLS
from aetherflow.core.plugins.doctor.module_code import ModuleCode, read_code
from aetherflow.core.plugins.doctor.plugin_code import PluginCode
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.largest_files import LARGEST_MODULE_BYTES
from aetherflow.core.plugins.plugin_source import PluginSource
from aetherflow.core.plugins.units import is_test

_DECORATORS = {
    STEP: '`@register_step("name")`',
    CONNECTOR: '`@register_connector(kind="…", driver="…")`',
    COMPILER: '`@register_compiler("scheme")`',
    PLUGIN: '`@register_plugin("name")`',
    TOOLS: '`@register_plugin("name")`',
}
#: Of a package, which may be any library: more modules than this are not looked through.
_MOST_MODULES = 1_000


def silent_plugin(plugin: KnownPlugin, code: PluginCode) -> Iterator[Diagnostic]:
    """Warn of a plugin of which it is certain that it registers nothing, at a class that seems to be meant.

    Observers are listed in plugins.yaml, and registered nowhere.
    """
    if not plugin.contents.registers_nothing or not code.is_whole or not code.at_import:
        return
    if any(_is_an_observer(module, node) for module in code.modules.values() for node in module.tree.body):
        return
    message = f'the plugin "{plugin.source.name}" registers nothing'
    for module in code.modules.values():
        for node in module.tree.body if module.name in code.at_import else ():
            decorator = _decorator_for(module, node)
            if isinstance(node, ast.ClassDef) and decorator:
                hint = f"write {decorator} above the class"
                yield _warning("AF-P539", message, module.span_of_name(node), "not registered", hint)
                return
    hint = "decorate a class or a function of it, for example by `@register_step(…)`"
    yield _warning("AF-P539", message, None, None, hint)


def modules_left_aside(source: PluginSource, code: PluginCode) -> Iterator[Diagnostic]:
    """Warn of modules of an installed package that would register something, and that nothing imports."""
    if source.form != "distribution":
        return
    for name, file in list(source.modules.items())[:_MOST_MODULES]:
        if name in code.at_import or is_test(file) or not _mentions_a_decorator(source.path_of(file)):
            continue
        module = read_code(name, source.path_of(file))
        for first in module.reading.registrations[:1] if module else ():
            yield _warning(
                "AF-P540",
                f'"{file}" would register the {first.kind} "{first.name}", and nothing imports it '
                f'when the plugin "{source.name}" loads',
                Span(source.path_of(file), first.line, 1, first.line, 1),
                None,
                f"import it where the entry point leads, for example `from {_importing(name)}`",
            )


def _decorator_for(module: ModuleCode, node: ast.stmt) -> str | None:
    bases = node.bases if isinstance(node, ast.ClassDef) else []
    names = (module.scope.name_of(base) for base in bases)
    return next((_DECORATORS[name] for name in names if name in _DECORATORS), None)


def _is_an_observer(module: ModuleCode, node: ast.stmt) -> bool:
    bases = node.bases if isinstance(node, ast.ClassDef) else []
    return any(module.scope.name_of(base) in OBSERVERS for base in bases)


def _mentions_a_decorator(path: str) -> bool:
    try:
        return b"register_" in read_regular(path, LARGEST_MODULE_BYTES)
    except OSError:
        return False


def _importing(module: str) -> str:
    package, _, name = module.rpartition(".")
    return f"{package} import {name}" if package else f". import {name}"


def _warning(code: str, message: str, place: Span | None, label: str | None, hint: str) -> Diagnostic:
    return Diagnostic(code=code, severity=Severity.WARNING, message=message, label=label, hint=hint, span=place)
