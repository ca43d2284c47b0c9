"""The ``__import__`` of a plugin's module: names are looked up in the plugin's own snapshot first.

Nothing of a plugin stands on ``sys.path``, so `import util` would find nothing; and if it did, two plugins with a
``util.py`` would meet. An import statement calls the ``__import__`` that it finds in the builtins of its module, at
import time and later, on every thread: that is where siblings are found.
"""

import builtins
import importlib
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from aetherflow.core.plugins.loading.mounted_plugin import MountedPlugin

#: A sibling of such a name is reached by a relative import only: what these names mean is never a plugin's choice.
NEVER_SIBLINGS = sys.stdlib_module_names | {"aetherflow", "aetherflow_plugins"}


class PluginImport:
    """What an import statement in one module of a plugin calls; ``importer`` is the module's name inside the plugin."""

    def __init__(self, plugin: MountedPlugin, importer: str) -> None:
        self._plugin = plugin
        self._importer = importer

    def __call__(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,  # noqa: A002  # the names of the function that this stands for
        locals: Mapping[str, Any] | None = None,  # noqa: A002
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        """Import a module as the builtin does."""
        own = None if level else self.own_name(name, fromlist or ())
        if own is None:
            module = builtins.__import__(name, globals, locals, fromlist or (), level)
            return _Importlib(self) if module is importlib else module
        full_name = self.full_name(own)
        if fromlist:
            return builtins.__import__(full_name, globals, locals, fromlist, 0)
        importlib.import_module(full_name)
        # `import util.part` binds util: what follows the first part of the name as written is left off.
        return sys.modules[full_name.rsplit(".", name.count("."))[0]]

    def full_name(self, own: str) -> str:
        """Give a module's name in ``sys.modules``, from its name inside the plugin."""
        return self._plugin.full_name(own)

    def own_name(self, name: str, wanted: Sequence[str] = ()) -> str | None:
        """Give the name inside the plugin that an absolute name stands for; None for a module of somebody else's.

        ``wanted`` are the names that are taken from it.
        """
        first = name.partition(".")[0]
        if first in NEVER_SIBLINGS:
            return None
        if self._plugin.snapshot.package:
            own = self._in_package(name, wanted)
            if own is not None:
                return own
        if self._plugin.snapshot.form == "distribution":
            return None  # it was written for Python's own rules, under which no plain name reaches a sibling
        return self._sibling(name, first) or self._in_folder(name, first, wanted)

    def _in_package(self, name: str, wanted: Sequence[str]) -> str | None:
        """Resolve the package's own name."""
        package = self._plugin.snapshot.package
        if name != package and not name.startswith(f"{package}."):
            return None
        if "." in package and not wanted:
            return (
                None  # it binds the namespace around the package, which is not the plugin's; the finder's alias serves
            )
        return self._plugin.snapshot.name_of(name)

    def _sibling(self, name: str, first: str) -> str | None:
        """Look for a module beside the importer, then at the plugin's root."""
        beside = self._importer if self._plugin.is_package(self._importer) else self._importer.rpartition(".")[0]
        for folder in dict.fromkeys((beside, "")):
            found = f"{folder}.{first}" if folder else first
            # redis.py that imports redis means the installed one, as far as there is one.
            is_other = found != self._importer or not _is_installed(first)
            if is_other and self._plugin.has_code(found):
                return f"{folder}.{name}" if folder else name
        return None

    def _in_folder(self, name: str, first: str, wanted: Sequence[str]) -> str | None:
        """Resolve the name of a plain folder, where it leads to a module: a folder may be called like a library."""
        snapshot = self._plugin.snapshot
        if snapshot.form != "folder" or first != snapshot.root.rpartition("/")[2]:
            return None
        rest = name.removeprefix(first).removeprefix(".")
        leads_somewhere = self._plugin.has_code(rest) if rest else any(map(self._plugin.has_code, wanted))
        return rest if leads_somewhere else None


def _is_installed(name: str) -> bool:
    return name in sys.modules or find_spec(name) is not None


class _Importlib(ModuleType):
    """The importlib of a plugin's module: its ``import_module`` finds siblings too."""

    def __init__(self, own_import: PluginImport) -> None:
        super().__init__("importlib", importlib.__doc__)
        self._own_import = own_import

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib, name)

    def import_module(self, name: str, package: str | None = None) -> ModuleType:
        """Import a module by its absolute or relative name."""
        own = self._own_import.own_name(name, ("*",)) if not name.startswith(".") else None
        return importlib.import_module(name if own is None else self._own_import.full_name(own), package)
