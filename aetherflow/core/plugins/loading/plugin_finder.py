"""Finds the modules of mounted plugins for Python's import system, and nothing else.

The finder stands in ``sys.meta_path``, and what is mounted stands with the finder: like ``sys.modules``, that is state
of the process, and this is its only place.
"""

import hashlib
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from threading import RLock
from types import ModuleType
from typing import TYPE_CHECKING

from aetherflow.core.plugins.digests import ALGORITHM
from aetherflow.core.plugins.loading.loaded_plugin import LoadedPlugin
from aetherflow.core.plugins.loading.module_loader import (
    AliasLoader,
    CompiledLoader,
    EmptyPackageLoader,
    SnapshotLoader,
)
from aetherflow.core.plugins.loading.mounted_plugin import MountedPlugin
from aetherflow.core.plugins.loading.plugin_import import NEVER_SIBLINGS
from aetherflow.core.plugins.loading.snapshot import Snapshot

if TYPE_CHECKING:
    from importlib.abc import Loader

NAMESPACE = "aetherflow_plugins"


class PluginFinder:
    """The finder of this process; ``lock`` is held while a plugin is mounted or loaded."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.mounted: dict[str, MountedPlugin] = {}
        self.loaded: dict[str, LoadedPlugin] = {}
        self._aliases: dict[str, str] = {}

    def mount(self, snapshot: Snapshot) -> MountedPlugin:
        """Give a snapshot its name; the same code of the same plugin is mounted once."""
        with self.lock:
            name = self._name_for(snapshot)
            return self.mounted.get(name) or self.mount_as(name, snapshot)

    def mount_as(self, name: str, snapshot: Snapshot) -> MountedPlugin:
        """Mount a snapshot under the name that it has in another process."""
        with self.lock:
            plugin = self.mounted[name] = MountedPlugin(name, snapshot)
            for real_name, full_name in plugin.real_names().items():
                if real_name.partition(".")[0] not in NEVER_SIBLINGS:
                    self._aliases.setdefault(real_name, full_name)
            return plugin

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Say how a module of a plugin is loaded; None for what belongs to no plugin."""
        if fullname == NAMESPACE:
            return ModuleSpec(fullname, EmptyPackageLoader(), is_package=True)
        if fullname.startswith(f"{NAMESPACE}."):
            plugin = self.mounted.get(".".join(fullname.split(".", 2)[:2]))
            return _spec_of(plugin, plugin.inner_name(fullname)) if plugin else None
        alias = self._aliases.get(fullname)
        return ModuleSpec(fullname, AliasLoader(alias)) if alias else None

    def _name_for(self, snapshot: Snapshot) -> str:
        digest = snapshot.digest.removeprefix(f"{ALGORITHM}:")
        identifier = "".join(character if character.isalnum() else "_" for character in snapshot.plugin)
        name = f"{NAMESPACE}.{identifier}_{digest[:8]}"
        mounted = self.mounted.get(name)
        if mounted is None or _is_same(mounted.snapshot, snapshot):
            return name
        # The same code in another place, or a digest that begins alike: it is a plugin of its own.
        apart = hashlib.sha256(f"{digest} {snapshot.root} {snapshot.units}".encode("utf-8", "surrogateescape"))
        return f"{name}_{apart.hexdigest()}"


def plugin_finder() -> PluginFinder:
    """Give the finder of this process; the first call puts it before all others."""
    for finder in sys.meta_path:
        if isinstance(finder, PluginFinder):
            return finder
    sys.meta_path.insert(0, PluginFinder())
    return plugin_finder()


def _spec_of(plugin: MountedPlugin, module: str) -> ModuleSpec | None:
    file = plugin.snapshot.modules.get(module) or plugin.compiled.get(module)
    is_package = plugin.is_package(module)
    if file is None and not is_package:
        return None
    path = plugin.snapshot.path_of(file) if file else None
    spec = ModuleSpec(plugin.full_name(module), _loader(plugin, module, file), origin=path, is_package=is_package)
    spec.has_location = file is not None
    if is_package:
        # A Path, not a string: Python's own finder passes it over, so that it can never run a file from the disk that
        # is not in the snapshot; pkgutil.iter_modules takes it.
        folder = Path(plugin.snapshot.path_of(plugin.folder(module) or ""))
        spec.submodule_search_locations = [folder]  # type: ignore[list-item]  # see above
    return spec


def _loader(plugin: MountedPlugin, module: str, file: str | None) -> "Loader":
    if file is None:
        return EmptyPackageLoader(plugin, module)
    is_source = module in plugin.snapshot.modules
    return SnapshotLoader(plugin, module, file) if is_source else CompiledLoader(plugin, module, file)


def _is_same(one: Snapshot, other: Snapshot) -> bool:
    return (one.digest, one.root, one.units) == (other.digest, other.root, other.units)
