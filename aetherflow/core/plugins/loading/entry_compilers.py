"""The compilers that entry points name are registered, once their module has been imported."""

import inspect
from collections.abc import Iterator
from types import ModuleType

from aetherflow.core.contracts.compiler import WorkflowCompilerPlugin
from aetherflow.core.contracts.marking import Mark, marks_of
from aetherflow.core.contracts.names import name_problem
from aetherflow.core.plugins.loading.mounted_plugin import MountedPlugin, Registered
from aetherflow.core.plugins.plugin_source import Unit


def entry_compilers(plugin: MountedPlugin, unit: Unit, imported: ModuleType) -> Iterator[Registered]:
    """Give a registration for every scheme that a named class supports and no decorator has registered it for."""
    for name in unit.compilers:
        target = getattr(imported, name, None)
        if not isinstance(target, type) or not issubclass(target, WorkflowCompilerPlugin):
            continue  # what else an entry point leads to registers by itself what it has
        schemes = target.supported_schemes
        marked = {mark.name.lower() for mark in marks_of(target) if mark.kind == "compiler"}
        for scheme in schemes if isinstance(schemes, list | tuple) else ():
            if isinstance(scheme, str) and scheme.lower() not in marked and not name_problem("compiler", scheme):
                yield _registered(plugin, unit, Mark("compiler", str.__str__(scheme), target))


def _registered(plugin: MountedPlugin, unit: Unit, mark: Mark) -> Registered:
    file, line = plugin.snapshot.path_of(unit.file), 1
    try:
        own_file = inspect.getsourcefile(mark.target)
        if own_file and plugin.owns(own_file):
            file, line = own_file, inspect.getsourcelines(mark.target)[1]
    except (OSError, TypeError):
        pass  # a class without source: the module that names it must do
    return Registered(mark.kind, mark.name, mark.target, plugin.snapshot.name_of(unit.module), file, line)
