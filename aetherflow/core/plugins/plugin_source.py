"""A plugin as it lies on disk: its files, the modules that are loaded by themselves, and what it says of itself."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.module_reading import WrittenMetadata
from aetherflow.core.plugins.origins import Origin
from aetherflow.core.plugins.plugin_manifest import PluginManifest
from aetherflow.core.plugins.plugin_tree import SourceFile

PluginForm = Literal["folder", "package", "file", "distribution"]


class Unit(Struct, frozen=True):
    """A module that is loaded by itself: its name inside the plugin, and its file below the root.

    The name begins with the package's own (``my_plugin.steps``), where the plugin is a package. ``attributes`` are what
    entry points name in the module; ``compilers`` those of them that are registered as workflow compilers.
    """

    module: str
    file: str
    attributes: tuple[str, ...] = ()
    compilers: tuple[str, ...] = ()


class PluginSource(Struct, frozen=True, kw_only=True):
    """One plugin that may be loaded. ``id`` is unique among the plugins found together; ``name`` is what people read.

    ``root`` is the real path of its folder; of a single file, the folder that the file is in. ``package`` is the dotted
    name by which its modules import each other, empty for a folder of modules and a single file. ``files`` is
    everything that belongs to it, ``modules`` gives the files of all its modules, private ones too, by dotted name, and
    ``units`` what is loaded by itself, in order. ``manifest_file`` is below the root. ``metadata`` is what its code
    says of it, once that was read. ``folders`` are those that were looked into for all this.
    """

    id: str
    name: str
    version: str
    form: PluginForm
    origin: Origin
    root: str
    package: str
    files: tuple[SourceFile, ...]
    modules: Mapping[str, str]
    units: tuple[Unit, ...]
    manifest: PluginManifest | None = None
    manifest_file: str = ""
    manifest_spans: Mapping[str, Span] = {}
    metadata: tuple[WrittenMetadata, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    folders: tuple[str, ...] = ()

    @property
    def permissions(self) -> tuple[str, ...]:
        """What it asks for, in its manifest and in its code, each once."""
        written = self.manifest.required_permissions if self.manifest else ()
        in_code = (each for said in self.metadata for each in said.required_permissions or ())
        return tuple(dict.fromkeys((*written, *in_code)))

    @property
    def place(self) -> str:
        """The real path of the plugin itself: of its folder, or of its single file."""
        return self.path_of(self.units[0].file) if self.form == "file" else self.root

    def module_files(self) -> dict[str, str]:
        """Give every module of the plugin with its file below the root."""
        return dict(self.modules)

    def path_of(self, file: str) -> str:
        """Give the real path of one of its files."""
        return f"{self.root}/{file}"


def module_files(files: tuple[SourceFile, ...], package: str) -> dict[str, str]:
    """Give the files of modules by their dotted names; a package hides a module of its name, as in Python."""
    found: dict[str, str] = {}
    for file in files:
        if file.path.endswith(".py"):
            name = _module_name(file.path, package)
            if file.path.endswith("/__init__.py") or name not in found:
                found[name] = file.path
    return found


def _module_name(path: str, package: str) -> str:
    parts = path.removesuffix(".py").split("/")
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join([package, *parts] if package else parts)
