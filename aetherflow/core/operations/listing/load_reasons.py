"""What gave each plugin its place in the load order: the plugins that it requires, else its origin."""

from collections import Counter
from collections.abc import Iterable, Sequence

from aetherflow.core.plugins.distribution_names import normalised_name
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.origins import Origin, OriginKind

#: Where a plugin would load if nobody required anything: the place of its origin, then the parts of its root.
_Place = tuple[int, list[str]]
_Identity = tuple[OriginKind, str]

_BY_ORIGIN: dict[OriginKind, str] = {
    "package": "installed packages load first, by name",
    "manifest": "path {} of the manifest's paths.plugins",
    "bundle": "the bundle's plugins folder",
    "environment": "path {} of AETHERFLOW_PLUGIN_PATHS",
    "flag": "path {} of --plugin-path",
}


def load_reasons(plugins: Sequence[KnownPlugin], origins: Iterable[Origin]) -> list[str]:
    """Give the reason of each plugin's place; the plugins come in load order, the origins in order of precedence."""
    ranks: dict[_Identity, int] = {}
    reasons: dict[_Identity, str] = {}
    counted: Counter[str] = Counter()
    for origin in origins:
        counted[origin.kind] += 1
        ranks[_identity(origin)] = len(ranks)
        reasons[_identity(origin)] = _BY_ORIGIN.get(origin.kind, origin.kind).format(counted[origin.kind])
    places = [_place(plugin, ranks) for plugin in plugins]
    shared = Counter(rank for rank, _ in places)
    told = []
    for position, (plugin, place) in enumerate(zip(plugins, places, strict=True)):
        required = _required(plugin, plugins[:position])
        reason = reasons[_identity(plugin.source.origin)] + (", by folder" if shared[place[0]] > 1 else "")
        is_moved = bool(required) and any(earlier > place for earlier in places[:position])
        told.append(f"after {', '.join(required)}, which it requires" if is_moved else reason)
    return told


def _identity(origin: Origin) -> _Identity:
    return origin.kind, origin.real_path or origin.named


def _place(plugin: KnownPlugin, ranks: dict[_Identity, int]) -> _Place:
    return ranks[_identity(plugin.source.origin)], plugin.source.root.split("/")


def _required(plugin: KnownPlugin, earlier: Iterable[KnownPlugin]) -> list[str]:
    """Name the plugins among the earlier ones that this one requires."""
    manifest = plugin.source.manifest
    if manifest is None or not manifest.requires:
        return []
    from aetherflow.core.plugins.written_requirements import wanted  # deferred: mostly nobody requires anything

    names = {normalised_name(each.name) for each in map(wanted, manifest.requires) if each}
    return [each.source.name for each in earlier if normalised_name(each.source.name) in names]
