"""Where the class of an observer is, told from files alone: in a plugin, among those shipped, or installed."""

import importlib.machinery
import os
import sys
from collections.abc import Iterable
from importlib.machinery import PathFinder
from pathlib import Path

from msgspec import Struct

from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.operations.plugins_found import PluginsFound
from aetherflow.core.plugins.builtin_index import shipped_observers
from aetherflow.core.plugins.inventory import KnownPlugin

SHIPPED_PACKAGE = "aetherflow.core.builtins.observers"


class ClassName(Struct, frozen=True):
    """What `module` says: a module, empty for an observer that is shipped, and a class."""

    module: str
    name: str

    def __str__(self) -> str:
        """Give it as it was written."""
        return f"{self.module}.{self.name}" if self.module else self.name


class PluginClass(Struct, frozen=True):
    """A class in a module of a plugin that the run loads."""

    plugin: KnownPlugin
    file: str


class InstalledClass(Struct, frozen=True):
    """A class in a module that is installed where aetherflow is; ``file`` is its source, empty where it has none."""

    file: str


Place = PluginClass | Contribution | InstalledClass


def class_name(written: str) -> ClassName:
    """Part what `module` says; the shipped observers are meant by their package too."""
    module, _, name = written.rpartition(".")
    is_shipped = module == SHIPPED_PACKAGE or module.startswith(f"{SHIPPED_PACKAGE}.")
    return ClassName("" if is_shipped else module, name)


def places_of(wanted: ClassName, plugins: PluginsFound) -> list[Place]:
    """Give where a class may be: plugins come first, and several of them may have a module of the name."""
    if not wanted.module:
        shipped = shipped_observers().get(wanted.name)
        return [shipped] if shipped else []
    in_plugins: list[Place] = [
        PluginClass(plugin, plugin.source.path_of(file))
        for plugin in plugins.found.plugins
        if (file := plugin.source.modules.get(wanted.module)) is not None
    ]
    if in_plugins or plugins.found.mode == "enterprise":
        return in_plugins
    file = installed_file(wanted.module)
    return [] if file is None else [InstalledClass(file)]


def disabled_owner(wanted: ClassName, plugins: PluginsFound) -> KnownPlugin | None:
    """Give the plugin of a class that would be its own, if it were not disabled on this machine.

    That it is installed, too, brings it back by no other way.
    """
    if any(wanted.module in plugin.source.modules for plugin in plugins.found.plugins):
        return None
    disabled = (left.plugin for left in plugins.found.disabled)
    return next((plugin for plugin in disabled if wanted.module in plugin.source.modules), None)


def known_modules(plugins: PluginsFound) -> Iterable[str]:
    """Give the modules of all plugins that may load."""
    return (module for plugin in plugins.found.plugins for module in plugin.source.modules)


def installed_file(module: str) -> str | None:
    """Give the source file of an installed module, "" where it has none, and None where it is not installed.

    No package on the way is run, and nothing counts that merely lies in the current directory.
    """
    spec: importlib.machinery.ModuleSpec | None = None
    name, path = "", installed_paths()
    for part in module.split("."):
        name = f"{name}.{part}" if name else part
        spec = _spec(name, path)
        if spec is None:
            return None
        path = list(spec.submodule_search_locations or ())
    return spec.origin if spec and spec.origin and spec.origin.endswith(".py") else ""


def installed_paths() -> list[str]:
    """Give where Python looks for modules, but for the current directory."""
    here = os.path.realpath(".")
    return [path for path in sys.path if path and os.path.realpath(path) != here]


def installed_spec(name: str) -> importlib.machinery.ModuleSpec | None:
    """Find an outermost module among those that are installed."""
    return _spec(name, installed_paths())


def _spec(name: str, path: list[str]) -> importlib.machinery.ModuleSpec | None:
    try:
        found = PathFinder.find_spec(name, path)
        return found or (None if "." in name else _editable_spec(name))
    except Exception:  # noqa: BLE001  # finders of others run here: editable installs bring their own
        return None


def _editable_spec(name: str) -> importlib.machinery.ModuleSpec | None:
    """Ask the finders that editable installs have put beside Python's own."""
    for finder in sys.meta_path:
        if getattr(finder, "__module__", type(finder).__module__).startswith("__editable__"):
            found = finder.find_spec(name, None)
            if found and not _lies_here(found):
                return found
    return None


def _lies_here(spec: importlib.machinery.ModuleSpec) -> bool:
    return bool(spec.origin) and Path(spec.origin or "").parent == Path.cwd()
