"""All plugins of the accepted origins with what they provide; nothing of them is executed."""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.plugins.contents import PluginContents, contents_of
from aetherflow.core.plugins.discovery import discover
from aetherflow.core.plugins.file_readings import FileReadings
from aetherflow.core.plugins.module_reading import ModuleReading, WrittenMetadata
from aetherflow.core.plugins.origins import Origin
from aetherflow.core.plugins.plugin_source import PluginSource


class KnownPlugin(Struct, frozen=True, kw_only=True):
    """A plugin, what it provides, the digest of each of its files by path below the root, and that of their tree."""

    source: PluginSource
    contents: PluginContents
    file_digests: dict[str, str]
    digest: str


class LeftOut(Struct, frozen=True, kw_only=True):
    """A plugin that was found and may not load, and what is wrong with it."""

    plugin: KnownPlugin
    diagnostics: tuple[Diagnostic, ...]


def read_plugins(origins: Iterable[Origin], readings: FileReadings) -> list[KnownPlugin]:
    """Give the plugins of the origins, in the origins' order."""
    return [known_plugin(source, readings) for source in discover(origins, readings.manifest)]


def by_id(plugins: Iterable[KnownPlugin]) -> dict[str, KnownPlugin]:
    """Put plugins under their ids; raises ValueError rather than let one of them drop out."""
    found: dict[str, KnownPlugin] = {}
    for plugin in plugins:
        first = found.setdefault(plugin.source.id, plugin)
        if first is not plugin:
            places = f'"{first.source.place}" and "{plugin.source.place}"'
            raise ValueError(f'two plugins have the id "{plugin.source.id}": {places}')
    return found


def known_plugin(source: PluginSource, readings: FileReadings) -> KnownPlugin:
    """Read one plugin's files, as far as they have changed."""
    files = {file.path: file for file in source.files}

    said: dict[str, tuple[WrittenMetadata, ...]] = {}

    def reading_of(file: str) -> ModuleReading:
        if file not in files:
            return ModuleReading(is_read=False)
        reading = readings.module(source.path_of(file), files[file])
        if reading.metadata:
            said[file] = tuple(replace(each, file=file) for each in reading.metadata)
        return reading

    def digests() -> dict[str, str]:
        return {path: readings.digest(source.path_of(path), file) for path, file in files.items()}

    def tree(file_digests: dict[str, str]) -> str:
        return readings.tree(source.path_of(next(iter(files), "")), file_digests)

    # The contents first: modules that nothing imports are digested, and never parsed.
    contents = contents_of(source, reading_of, lambda: readings.recorded(tree(digests())))
    file_digests = digests()
    if said:
        source = replace(source, metadata=tuple(each for file in sorted(said) for each in said[file]))
    return KnownPlugin(source=source, contents=contents, file_digests=file_digests, digest=tree(file_digests))
