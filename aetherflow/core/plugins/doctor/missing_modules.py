"""Modules that a plugin imports when it is loaded, and that are nowhere. Nothing is imported to find out."""

import sys
from collections.abc import Iterator

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.plugins.api_names import is_ours, missing_module
from aetherflow.core.plugins.doctor.certainty import Certainty, Fault
from aetherflow.core.plugins.doctor.module_code import ModuleCode
from aetherflow.core.plugins.doctor.name_uses import Imported
from aetherflow.core.plugins.doctor.plugin_code import PluginCode
from aetherflow.core.plugins.import_findings import no_such_module, no_such_sibling
from aetherflow.core.plugins.installed_modules import is_installed
from aetherflow.core.plugins.plugin_source import PluginSource


def missing_modules(code: PluginCode, certainty: Certainty) -> Iterator[Fault]:
    """Say which imports at the module's own level lead nowhere.

    It is a warning where an installed package is missing: that is a matter of the place, and not of the plugin.
    """
    places = _Places(code.source)
    for module, each in _certain_imports(code, certainty):
        if finding := _finding(module, each, places):
            yield Fault(module, each.statement, finding)


def modules_of_others(code: PluginCode, certainty: Certainty) -> tuple[str, ...]:
    """Give the first words of what the plugin is certain to import and does not have itself, Python's own left out."""
    places = _Places(code.source)
    absolute = [(module, each.module) for module, each in _certain_imports(code, certainty) if each.module[0] != "."]
    others = [name for module, name in absolute if not (is_ours(name) or places.may_have(module, name))]
    return tuple(sorted({name.partition(".")[0] for name in others} - sys.stdlib_module_names))


def _certain_imports(code: PluginCode, certainty: Certainty) -> Iterator[tuple[ModuleCode, Imported]]:
    for module in code.modules.values():
        for each in module.found.imports:
            if each.is_first and not each.where.is_dead and certainty.covers(module, each.statement):
                yield module, each


def _finding(module: ModuleCode, imported: Imported, places: "_Places") -> Diagnostic | None:
    name = imported.module.lstrip(".")
    level = len(imported.module) - len(name)
    if level:
        missing = places.missing_sibling(module, name, level)
        return no_such_sibling(missing, places.modules, module.span_of_module(imported)) if missing else None
    if is_ours(name):
        absent = missing_module(name)
        return no_such_module(absent, (), module.span_of_module(imported)) if absent else None
    first = name.partition(".")[0]
    if places.may_have(module, name) or is_installed(first):
        return None
    return no_such_module(first, places.modules, module.span_of_module(imported), Severity.WARNING)


class _Places:
    """The names that stand in each folder of a plugin, without what follows their first dot."""

    def __init__(self, source: PluginSource) -> None:
        self._own = {*source.package.split("."), source.root.rpartition("/")[2]}
        self._package = source.package
        self.modules = tuple(source.modules)
        self._names: dict[str, set[str]] = {}
        for file in source.files:
            parts = file.path.split("/")
            for depth, part in enumerate(parts):
                self._names.setdefault(".".join(parts[:depth]), set()).add(part.partition(".")[0])

    def may_have(self, importer: ModuleCode, name: str) -> bool:
        """Tell whether a plain name may be the plugin's own, or that of a module beside or at the root."""
        first = name.partition(".")[0]
        return first in self._own or any(first in self._names.get(each, ()) for each in ("", self._around(importer)))

    def missing_sibling(self, importer: ModuleCode, name: str, level: int) -> str | None:
        """Give the module that a relative import leads to, from the plugin's root, where nothing stands there."""
        around = self._around(importer).split(".") if self._around(importer) else []
        base = around[: len(around) - level + 1]
        first = name.partition(".")[0]
        if not first or level - 1 > len(around) or first in self._names.get(".".join(base), ()):
            return None
        return ".".join([*base, name])

    def _around(self, importer: ModuleCode) -> str:
        """Give the folder of a module, dotted, from the plugin's root."""
        name = importer.name if importer.is_package else importer.name.rpartition(".")[0]
        return name.removeprefix(self._package).removeprefix(".") if self._package else name
