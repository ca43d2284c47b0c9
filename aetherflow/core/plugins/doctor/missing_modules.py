"""Modules that a plugin imports when it is loaded, and that are nowhere. Nothing is imported to find out."""

import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.plugins.api_names import is_ours, missing_module
from aetherflow.core.plugins.doctor.certainty import Certainty, Fault
from aetherflow.core.plugins.doctor.module_code import ModuleCode
from aetherflow.core.plugins.doctor.name_uses import Imported
from aetherflow.core.plugins.doctor.plugin_code import PluginCode
from aetherflow.core.plugins.import_findings import no_such_module, no_such_sibling
from aetherflow.core.plugins.plugin_source import PluginSource


def missing_modules(code: PluginCode, certainty: Certainty) -> Iterator[Fault]:
    """Say which imports at the module's own level lead nowhere.

    It is a warning where an installed package is missing: that is a matter of the place, and not of the plugin.
    """
    places = _Places(code.source)
    for module in code.modules.values():
        for each in module.found.imports:
            is_certain = each.is_first and not each.where.is_dead and certainty.covers(module, each.statement)
            if is_certain and (finding := _finding(module, each, places)):
                yield Fault(module, each.statement, finding)


def _finding(module: ModuleCode, imported: Imported, places: "_Places") -> Diagnostic | None:
    name = imported.module.lstrip(".")
    level = len(imported.module) - len(name)
    if level:
        missing = places.missing_sibling(module, name, level)
        return no_such_sibling(missing, places.modules, module.span_of_module(imported)) if missing else None
    if is_ours(name):
        absent = missing_module(name)
        return no_such_module(absent, (), module.span_of_module(imported)) if absent else None
    if places.may_have(module, name) or _is_installed(name.partition(".")[0]):
        return None
    return no_such_module(name.partition(".")[0], places.modules, module.span_of_module(imported), Severity.WARNING)


@cache
def _is_installed(name: str) -> bool:
    """Tell whether a module of one word can be found; to find what is inside a package would run it."""
    if name in sys.stdlib_module_names or name in sys.modules:
        return True
    try:
        return find_spec(name) is not None
    except Exception:  # noqa: BLE001  # finders of others run here: editable installs bring their own
        return True


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
