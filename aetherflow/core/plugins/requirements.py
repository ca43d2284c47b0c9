"""What plugins require of each other, and which of those that are there serve."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.plugins.distribution_names import normalised_name
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.requirement_findings import missing_plugin, wrong_version
from aetherflow.core.plugins.version_ranges import is_version_in
from aetherflow.core.plugins.written_requirements import Wanted, wanted
from aetherflow.core.validation.dependency_graph import Graph
from aetherflow.version import VERSION

_BUILT_INS = "aetherflow"


class Need(Struct, frozen=True, kw_only=True):
    """One entry of `requires`: its number, and the ids of the plugins of that name and version.

    One of them is enough. ``fault`` says why there is none; no ids and no fault is what AetherFlow itself meets.
    """

    number: int
    ids: tuple[str, ...] = ()
    fault: Diagnostic | None = None


def needs_of(plugins: Sequence[KnownPlugin]) -> dict[str, list[Need]]:
    """Give what each plugin needs, by its id; what cannot be read is passed over: manifests are told."""
    if not any(plugin.source.manifest and plugin.source.manifest.requires for plugin in plugins):
        return {plugin.source.id: [] for plugin in plugins}
    named: dict[str, list[KnownPlugin]] = {}
    for plugin in plugins:
        named.setdefault(normalised_name(plugin.source.name), []).append(plugin)
    return {plugin.source.id: list(_needs(plugin, named)) for plugin in plugins}


def waits_of(needs: Mapping[str, Sequence[Need]]) -> Graph:
    """Give whom each plugin waits for, in the order of its needs."""
    return {plugin: list(dict.fromkeys(other for need in own for other in need.ids)) for plugin, own in needs.items()}


def _needs(plugin: KnownPlugin, named: Mapping[str, list[KnownPlugin]]) -> Iterator[Need]:
    manifest = plugin.source.manifest
    for number, written in enumerate(manifest.requires if manifest else ()):
        if (asked := wanted(written)) is not None:
            yield _need(plugin, number, asked, named)


def _need(plugin: KnownPlugin, number: int, asked: Wanted, named: Mapping[str, list[KnownPlugin]]) -> Need:
    name = normalised_name(asked.name)
    if name == _BUILT_INS and is_version_in(VERSION, asked.versions):
        return Need(number=number)
    there = _without(plugin, named.get(name, []))
    ids = [each.source.id for each in there if is_version_in(each.source.version, asked.versions)]
    if ids:
        return Need(number=number, ids=tuple(ids))
    versions = [VERSION] if name == _BUILT_INS else [each.source.version for each in there]
    if versions:
        return Need(number=number, fault=wrong_version(plugin, number, asked.name, versions))
    known = [each.source.name for plugins in named.values() for each in plugins]
    return Need(number=number, fault=missing_plugin(plugin, number, asked.name, known))


def _without(plugin: KnownPlugin, there: list[KnownPlugin]) -> list[KnownPlugin]:
    """Leave out the plugin itself where another one has its name; where none has, it requires itself."""
    return [each for each in there if each is not plugin] or there
