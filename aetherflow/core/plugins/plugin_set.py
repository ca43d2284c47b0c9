"""Everything that is known of plugins in some surroundings; none of their code has run."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from aetherflow.core.contracts.registry import Kind
from aetherflow.core.plugins.catalogue import Catalogue
from aetherflow.core.plugins.inventory import KnownPlugin, LeftOut
from aetherflow.core.plugins.modes import Mode
from aetherflow.core.plugins.origins import ResolvedOrigins
from aetherflow.core.plugins.plugin_finding import PluginFinding

if TYPE_CHECKING:  # imported where there is a lock, and where something is disabled
    from aetherflow.core.plugins.local_switches import LocalSwitches
    from aetherflow.core.plugins.lock_file import PluginLock


class PluginSet(Struct, frozen=True, kw_only=True):
    """The plugins that may load, in load order, and those that may not.

    ``plugins``, ``left_out`` and ``disabled`` do not hold the built-ins; ``catalogue`` does. ``disabled`` are those
    that are switched off on this machine, by ``switches``, None where nothing is said that counts. ``findings`` are
    those of everything: origins, manifests, contents, order, names, lock; their severities are those of a strict run.
    """

    mode: Mode
    strict: bool
    origins: ResolvedOrigins
    plugins: tuple[KnownPlugin, ...]
    left_out: tuple[LeftOut, ...]
    catalogue: Catalogue
    lock: "PluginLock | None"
    findings: tuple[PluginFinding, ...]
    disabled: tuple[LeftOut, ...] = ()
    switches: "LocalSwitches | None" = None

    def unread(self) -> Iterator[KnownPlugin]:
        """Give the plugins that may register more than could be read without running them."""
        return (plugin for plugin in self.plugins if not plugin.contents.is_complete)

    def all_plugins(self) -> Iterator[KnownPlugin]:
        """Give all plugins that were found and are not disabled, those last that are left out."""
        yield from self.plugins
        yield from (left.plugin for left in self.left_out)

    def known_plugins(self) -> Iterator[KnownPlugin]:
        """Give all plugins that were found, those last that are disabled."""
        yield from self.all_plugins()
        yield from (left.plugin for left in self.disabled)

    @property
    def has_config_schemas(self) -> bool:
        """Whether any of the plugins that may load says what its config must be."""
        manifests = (plugin.source.manifest for plugin in self.plugins)
        of_classes = any(each.input_schema is not None for each in self.catalogue.registry.plugins)
        return of_classes or any(manifest and manifest.config_schema is not None for manifest in manifests)

    def disabled_with(self, kind: Kind, name: str) -> KnownPlugin | None:
        """Give the plugin that would register a name, if it were not disabled."""
        named = (kind, name)
        return next(
            (
                each.plugin
                for each in reversed(self.disabled)
                if named in {(found.kind, found.name) for found in each.plugin.contents.provides}
            ),
            None,
        )
