"""All plugins of the accepted origins with what they provide; nothing of them is executed."""

from collections.abc import Iterable

from msgspec import Struct

from aetherflow.core.plugins.contents import PluginContents, contents_of
from aetherflow.core.plugins.digests import tree_digest
from aetherflow.core.plugins.discovery import discover
from aetherflow.core.plugins.file_readings import FileReadings
from aetherflow.core.plugins.origins import Origin
from aetherflow.core.plugins.plugin_source import PluginSource
from aetherflow.core.plugins.plugin_tree import python_files


class KnownPlugin(Struct, frozen=True, kw_only=True):
    """A plugin, what it provides, and the digest of each of its files by path below the root."""

    source: PluginSource
    contents: PluginContents
    file_digests: dict[str, str]

    @property
    def digest(self) -> str:
        """The digest of the plugin's tree; made when it is asked for."""
        return tree_digest(self.file_digests)


def read_plugins(origins: Iterable[Origin], readings: FileReadings) -> list[KnownPlugin]:
    """Give the plugins of the origins, in the origins' order."""
    return [known_plugin(source, readings) for source in discover(origins, readings.manifest)]


def known_plugin(source: PluginSource, readings: FileReadings) -> KnownPlugin:
    """Read one plugin's files, as far as they have changed."""
    digests = {file.path: readings.digest(source.path_of(file.path), file) for file in source.files}
    modules = {file.path: readings.module(source.path_of(file.path), file) for file in python_files(source.files)}
    contents = contents_of(source, modules, lambda: readings.recorded(tree_digest(digests)))
    return KnownPlugin(source=source, contents=contents, file_digests=digests)
