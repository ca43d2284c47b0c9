"""What a flow may name, and by which plugins, for programs that ask: known without running any plugin's code."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from aetherflow.core.contracts.errors import UnknownName
from aetherflow.core.contracts.metadata import PluginMetadata, is_version
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.operations.plugin_surroundings import plugins_of
from aetherflow.core.operations.requests import SurroundingsRequest
from aetherflow.core.plugins.discovery import NO_VERSION
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.plugin_set import PluginSet
from aetherflow.core.plugins.plugin_source import PluginSource
from aetherflow.version import VERSION

BUILTINS = PluginMetadata(
    name="aetherflow",
    version=VERSION,
    author="AetherFlow",
    description="The step types and connectors that come with AetherFlow.",
)
UNKNOWN_AUTHOR = "unknown"


def surroundings(env: Mapping[str, str] | None, plugin_paths: Sequence[str | Path]) -> SurroundingsRequest:
    """Say where plugins are looked for: in the process's own environment, where no other is given."""
    environ = dict(os.environ) if env is None else env
    return SurroundingsRequest(environ=environ, plugin_paths=tuple(map(str, plugin_paths)))


def step_types(request: SurroundingsRequest) -> Mapping[str, Contribution]:
    """Give the step types by name."""
    return plugins_of(request).catalogue.registry.steps


def connectors(request: SurroundingsRequest) -> Mapping[str, Contribution]:
    """Give the connectors by "KIND:DRIVER"."""
    return plugins_of(request).catalogue.registry.connectors


def named(what: str, name: str, known: Mapping[str, Contribution]) -> Contribution:
    """Give what is registered under a name; raises UnknownName with the name that may have been meant."""
    found = known.get(name)
    if found is None:
        raise _unknown(what, name, known)
    return found


def plugins(request: SurroundingsRequest) -> list[PluginMetadata]:
    """Give the plugins that may load, in load order, the built-ins first."""
    return [BUILTINS, *(_metadata(plugin) for plugin in plugins_of(request).plugins)]


def plugin(request: SurroundingsRequest, name: str) -> PluginMetadata:
    """Give one plugin by its id or name; raises UnknownName, which says why where the plugin may not load."""
    if name == BUILTINS.name:
        return BUILTINS
    found = plugins_of(request)
    # An id is one plugin's alone, a name may be that of several: the one that loads last is the one that counts.
    by_name = {each.source.name: each for each in found.plugins} | {each.source.id: each for each in found.plugins}
    if name in by_name:
        return _metadata(by_name[name])
    raise _left_out(found, name) or _unknown("plugin", name, [BUILTINS.name, *by_name])


def _metadata(plugin: KnownPlugin) -> PluginMetadata:
    source, distribution = plugin.source, plugin.source.origin.distribution
    manifest = source.manifest
    return PluginMetadata(
        name=source.name,
        version=source.version if is_version(source.version) else NO_VERSION,
        author=(manifest and manifest.author) or (distribution and distribution.author) or UNKNOWN_AUTHOR,
        description=(manifest and manifest.description)
        or (distribution and distribution.summary)
        or _what_it_registers(plugin),
        required_permissions=source.permissions,
        compatible_versions=(manifest and manifest.compatible_versions) or _range_in_code(source),
    )


def _range_in_code(source: PluginSource) -> str:
    return next((said.compatible_versions for said in source.metadata if said.compatible_versions), "")


def _what_it_registers(plugin: KnownPlugin) -> str:
    names = ", ".join(f"{each.kind} {each.name}" for each in plugin.contents.provides)
    return f"Registers {names}." if names else "Registers nothing that could be read without running it."


def _left_out(found: PluginSet, name: str) -> UnknownName | None:
    for each in (*found.left_out, *found.disabled):
        if name in (each.plugin.source.id, each.plugin.source.name):
            first = each.diagnostics[0]
            return UnknownName(f'the plugin "{name}" is left out: {first.message}', hint=first.hint)
    return None


def _unknown(what: str, name: str, known: Iterable[str]) -> UnknownName:
    names = sorted(known)
    listed = f"there are: {', '.join(names)}" if names else f"there is no {what} at all"
    return UnknownName(f'unknown {what} "{name}"', hint=did_you_mean(name, names) or listed)
