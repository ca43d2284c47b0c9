"""What a user has switched off, or set, on this machine: values, and which plugins they are about."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from aetherflow.core.plugins.digests import short_path_digest
from aetherflow.core.plugins.distribution_names import normalised_name
from aetherflow.core.plugins.plugin_source import PluginSource


class PluginSwitch(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is said of one plugin; where it says nothing more than a plugin that is not named, it is empty."""

    enabled: bool = True
    config: dict[str, Any] = {}

    @property
    def is_empty(self) -> bool:
        """Whether it is as good as none."""
        return self.enabled and not self.config


class LocalSwitches(Struct, frozen=True, kw_only=True):
    """What is said of plugins by their names or ids, and the file that says it."""

    file: str
    plugins: Mapping[str, PluginSwitch] = {}

    def disables(self, source: PluginSource) -> bool:
        """Tell whether a plugin is switched off: one word for that is enough, whichever of its names it stands under.

        An id with a digest stays the plugin's, also when it is the only one of its name.
        """
        return any(not switch.enabled for _, switch in self._of(known_as(source)))

    def says_of(self, name: str) -> bool:
        """Tell whether anything is said under a name."""
        return not self.named(name).is_empty

    def named(self, name: str) -> PluginSwitch:
        """Give what is said under a name."""
        return next((switch for _, switch in self._of((name,))), PluginSwitch())

    def key_of(self, name: str) -> str:
        """Give the key under which something is said of a name; where there is none, the name itself."""
        return next((key for key, _ in self._of((name,))), name)

    def keys_of(self, names: Iterable[str]) -> list[str]:
        """Give every key under which something is said of one of some names."""
        return [key for key, _ in self._of(names)]

    def config_of(self, names: Iterable[str]) -> dict[str, Any]:
        """Give the config of the first of the names that has one."""
        return next((config for name in names if (config := self.named(name).config)), {})

    def _of(self, names: Iterable[str]) -> Iterator[tuple[str, PluginSwitch]]:
        wanted = set(map(normalised_name, names))
        return ((key, switch) for key, switch in self.plugins.items() if normalised_name(key) in wanted)


def known_as(source: PluginSource) -> tuple[str, ...]:
    """Give every name by which a switch can mean a plugin."""
    return source.name, source.id, f"{source.name}-{short_path_digest(source.place)}"
