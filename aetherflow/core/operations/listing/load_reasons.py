"""What gave each plugin its place in the load order: the plugins that it requires, else its origin."""

from collections.abc import Iterable, Sequence

from aetherflow.core.plugins.distributions import normalised_name
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.origins import Origin, OriginKind

_Place = tuple[int, int]  # of an origin: among all, and among those of its kind, from 1
_LISTS: dict[OriginKind, str] = {
    "manifest": "the manifest's paths.plugins",
    "environment": "AETHERFLOW_PLUGIN_PATHS",
    "flag": "--plugin-path",
}


def load_reasons(plugins: Sequence[KnownPlugin], origins: Iterable[Origin]) -> list[str]:
    """Give the reason of each plugin's place; the plugins come in load order, the origins in order of precedence."""
    places = _places(origins)
    ranks = [places[_identity(plugin.source.origin)] for plugin in plugins]
    return [_reason(position, plugins, ranks) for position in range(len(plugins))]


def _places(origins: Iterable[Origin]) -> dict[tuple[str, str], _Place]:
    counts: dict[OriginKind, int] = {}
    places: dict[tuple[str, str], _Place] = {}
    for rank, origin in enumerate(origins):
        counts[origin.kind] = counts.get(origin.kind, 0) + 1
        places[_identity(origin)] = (rank, counts[origin.kind])
    return places


def _identity(origin: Origin) -> tuple[str, str]:
    return origin.kind, origin.real_path or origin.named


def _reason(position: int, plugins: Sequence[KnownPlugin], ranks: Sequence[_Place]) -> str:
    plugin, (rank, number) = plugins[position], ranks[position]
    required = _required(plugin, plugins[:position])
    if required and any(earlier > rank for earlier, _ in ranks[:position]):
        return f"after {', '.join(required)}, which it requires"
    kind = plugin.source.origin.kind
    if kind == "package":
        return "installed packages load first, by name"
    if kind == "bundle":
        return "the bundle's plugins folder"
    return f"path {number} of {_LISTS[kind]}" if kind in _LISTS else kind


def _required(plugin: KnownPlugin, earlier: Iterable[KnownPlugin]) -> list[str]:
    manifest = plugin.source.manifest
    if manifest is None or not manifest.requires:
        return []
    from aetherflow.core.plugins.written_requirements import wanted  # deferred: mostly nobody requires anything

    names = {normalised_name(each.name) for each in map(wanted, manifest.requires) if each}
    return [each.source.name for each in earlier if normalised_name(each.source.name) in names]
