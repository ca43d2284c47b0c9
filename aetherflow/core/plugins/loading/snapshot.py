"""A plugin's files as they were read, once: what is hashed here is what runs, whatever becomes of the files."""

from collections.abc import Iterator, Mapping
from importlib.machinery import EXTENSION_SUFFIXES

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import PluginRefused, system_reason
from aetherflow.core.documents.regular_files import open_regular, read_regular
from aetherflow.core.plugins.digests import bytes_digest, stream_digest, tree_digest
from aetherflow.core.plugins.plugin_source import PluginForm, PluginSource, Unit

#: Of a module: it is kept as long as the process lives.
LARGEST_SOURCE_BYTES = 64 * 1024 * 1024


class Snapshot(Struct, frozen=True, kw_only=True):
    """One plugin's code. ``plugin`` is its id. Every file name is relative to ``root``, with ``/``.

    ``package`` is the dotted name by which its modules import each other, empty where they are no package. ``modules``
    maps names inside the plugin to files; the package itself has the empty name. ``sources`` holds the bytes of the
    modules, ``file_digests`` the digest of every file: data files are read when they are asked for, and compared.
    """

    plugin: str
    name: str
    form: PluginForm
    root: str
    package: str
    modules: Mapping[str, str]
    units: tuple[Unit, ...]
    sources: Mapping[str, bytes]
    file_digests: Mapping[str, str]
    digest: str

    def path_of(self, file: str) -> str:
        """Give the path of one of its files."""
        return f"{self.root}/{file}"

    def texts(self) -> dict[str, str]:
        """Give the text of every module by its path, as findings are shown with it."""
        return {self.path_of(file): content.decode("utf-8", "replace") for file, content in self.sources.items()}

    def name_of(self, module: str) -> str:
        """Give a module's name inside the plugin, from that by which the plugin's author imports it."""
        return _inner_name(module, self.package)


class SnapshotChanged(OSError):
    """A file that is read when it is wanted is not the one that was hashed when the plugin was read."""


def read_snapshot(source: PluginSource) -> Snapshot:
    """Read every file of a plugin, each once; raises PluginRefused that names a file that cannot be read."""
    sources: dict[str, bytes] = {}
    digests: dict[str, str] = {}
    for file in source.files:
        if file.path.endswith(".py"):
            sources[file.path] = content = _bytes(source, file.path)
            digests[file.path] = bytes_digest(content)
        else:
            digests[file.path] = _data_digest(source, file.path)
    return Snapshot(
        plugin=source.id,
        name=source.name,
        form=source.form,
        root=source.root,
        package=source.package,
        modules={_inner_name(name, source.package): file for name, file in source.modules.items()},
        units=source.units,
        sources=sources,
        file_digests=digests,
        digest=tree_digest(digests),
    )


def read_data(snapshot: Snapshot, file: str) -> bytes:
    """Read one of the plugin's files; raises SnapshotChanged where it is another than the one that was hashed."""
    if file in snapshot.sources:
        return snapshot.sources[file]
    if file not in snapshot.file_digests:
        raise FileNotFoundError(f'the plugin "{snapshot.plugin}" has no file "{file}"')
    with open_regular(snapshot.path_of(file)) as stream:
        content = stream.read()
    if bytes_digest(content) != snapshot.file_digests[file]:
        raise SnapshotChanged(f'"{snapshot.path_of(file)}" was changed after the plugin was read')
    return content


def compiled_modules(snapshot: Snapshot) -> dict[str, str]:
    """Give the extension modules that this Python can load, by their names inside the plugin; source comes first."""
    found: dict[str, str] = {}
    for file in snapshot.file_digests:
        suffix = next(filter(file.endswith, EXTENSION_SUFFIXES), None)
        if suffix:
            found.setdefault(file.removesuffix(suffix).replace("/", "."), file)
    return {module: file for module, file in found.items() if module not in snapshot.modules}


def folders_of(snapshot: Snapshot) -> Iterator[str]:
    """Give every folder that holds a file, at whatever depth, once; the root is the empty name."""
    seen = {""}
    yield ""
    for file in snapshot.file_digests:
        parts = file.split("/")[:-1]
        for depth in range(1, len(parts) + 1):
            folder = "/".join(parts[:depth])
            if folder not in seen:
                seen.add(folder)
                yield folder


def _inner_name(module: str, package: str) -> str:
    if not package:
        return module
    return "" if module == package else module.removeprefix(f"{package}.")


def _bytes(source: PluginSource, file: str) -> bytes:
    try:
        return read_regular(source.path_of(file), LARGEST_SOURCE_BYTES)
    except OSError as error:
        raise _unreadable(source, file, error) from None


def _data_digest(source: PluginSource, file: str) -> str:
    """Hash a file piece by piece: package data may be large."""
    try:
        with open_regular(source.path_of(file)) as stream:
            return stream_digest(stream)
    except OSError as error:
        raise _unreadable(source, file, error) from None


def _unreadable(source: PluginSource, file: str, error: OSError) -> PluginRefused:
    finding = Diagnostic(
        code="AF-P505",
        message=f'"{source.path_of(file)}" of the plugin "{source.name}" cannot be read: {system_reason(error)}',
        hint="give the user who runs the flow the right to read it, or remove it",
    )
    return PluginRefused.of(finding)
