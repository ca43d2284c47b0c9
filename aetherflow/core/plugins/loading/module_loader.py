"""The loaders of a plugin's modules: they run from the bytes of the snapshot. No byte code is read or written."""

import builtins
import linecache
import sys
from importlib import import_module
from importlib.machinery import ExtensionFileLoader, ModuleSpec
from importlib.util import decode_source
from io import StringIO
from pathlib import Path
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any

from aetherflow.core.contracts.errors import Interrupted
from aetherflow.core.contracts.marking import handing_marks_to
from aetherflow.core.plugins.loading.mounted_plugin import MountedPlugin
from aetherflow.core.plugins.loading.plugin_import import PluginImport
from aetherflow.core.plugins.loading.snapshot import read_data

if TYPE_CHECKING:  # at run time it costs 15 ms, and Python wants no more of a loader than its two methods
    from importlib.abc import Loader
else:
    Loader = object


class FailedBefore(ImportError):
    """A module is imported again that failed when it was run; each is run once."""


class EmptyPackageLoader(Loader):
    """Makes the package of a folder without ``__init__.py``; there is nothing to run."""

    def __init__(self, plugin: MountedPlugin | None = None, module: str = "") -> None:
        self._plugin = plugin
        self._module = module

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Leave it to Python to make the module."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Run nothing."""

    def get_resource_reader(self, fullname: str) -> Any:
        """Give importlib.resources the files of the folder."""
        return _resource_reader(self._plugin, self._module)


class AliasLoader(Loader):
    """Gives the module of an installed plugin to whoever imports it by its real name: one module, two names."""

    def __init__(self, full_name: str) -> None:
        self._full_name = full_name

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Leave it to Python to make a module, which nobody will see."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Put the plugin's module in its place."""
        # Python takes what stands in sys.modules afterwards: a module may put another one in its place.
        sys.modules[module.__name__] = import_module(self._full_name)


class SnapshotLoader(Loader):
    """The loader of one module, with all that inspect, pkgutil, importlib.resources and tracebacks ask a loader for."""

    def __init__(self, plugin: MountedPlugin, module: str, file: str) -> None:
        self._plugin = plugin
        self._module = module
        self._file = file
        self._path = plugin.snapshot.path_of(file)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Leave it to Python to make the module."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Run the module, once: where that fails, importing it again fails without running it."""
        earlier = self._plugin.failed.get(self._module)
        if earlier is not None:
            raise FailedBefore(f'"{self._file}" failed when it was first imported', name=module.__name__) from earlier
        try:
            self._run(module)
        except (KeyboardInterrupt, Interrupted):
            raise  # the user's wish, not the module's fault
        except BaseException as error:
            self._plugin.failed[self._module] = error
            raise

    def _run(self, module: ModuleType) -> None:
        code = self.get_code(module.__name__)
        self._show_in_tracebacks()
        own_import = PluginImport(self._plugin, self._module)
        module.__dict__["__builtins__"] = {**vars(builtins), "__import__": own_import}
        with handing_marks_to(lambda mark: self._plugin.put(mark, self._module)):
            exec(code, module.__dict__)

    def _show_in_tracebacks(self) -> None:
        """Give linecache the lines that run: a time of None keeps it from looking at the file again."""
        text = self.get_source(self._module)
        linecache.cache[self._path] = (len(text), None, list(StringIO(text)), self._path)

    def get_code(self, fullname: str) -> CodeType:
        """Compile the module; raises SyntaxError."""
        return compile(self._content, self._path, "exec", dont_inherit=True)

    def get_source(self, fullname: str) -> str:
        """Give the module's text."""
        return decode_source(self._content)

    def get_filename(self, fullname: str) -> str:
        """Give the path that the module was read from."""
        return self._path

    def is_package(self, fullname: str) -> bool:
        """Tell whether the module is a package."""
        return self._plugin.is_package(self._module)

    def get_data(self, path: str) -> bytes:
        """Read one of the plugin's files; raises OSError for one that was changed since it was hashed."""
        return read_data(self._plugin.snapshot, Path(path).relative_to(self._plugin.snapshot.root).as_posix())

    def get_resource_reader(self, fullname: str) -> Any:
        """Give importlib.resources the package's files; None for a module that is no package."""
        return _resource_reader(self._plugin, self._module)

    @property
    def _content(self) -> bytes:
        return self._plugin.snapshot.sources[self._file]


class CompiledLoader(ExtensionFileLoader):
    """Loads an extension module, which the system reads from the disk, if it is still the one that was hashed."""

    def __init__(self, plugin: MountedPlugin, module: str, file: str) -> None:
        super().__init__(plugin.full_name(module), plugin.snapshot.path_of(file))
        self._snapshot = plugin.snapshot
        self._file = file

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Load the library; raises SnapshotChanged."""
        read_data(self._snapshot, self._file)
        return super().create_module(spec)


def _resource_reader(plugin: MountedPlugin | None, module: str) -> Any:
    from aetherflow.core.plugins.loading.package_files import SnapshotReader  # deferred: importlib.resources, 10 ms

    folder = plugin.folder(module) if plugin else None
    return SnapshotReader(plugin.snapshot, folder) if plugin and folder is not None else None
