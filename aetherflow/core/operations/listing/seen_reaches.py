"""What the code of listed plugins is seen to reach for: it takes reading all of it, and so is told to who asks."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from aetherflow.core.operations.listing.values import ListedPlugin, ListedReach, ListedWay, PluginListing
from aetherflow.core.plugins.doctor.declared import declared_by
from aetherflow.core.plugins.doctor.permissions import undeclared
from aetherflow.core.plugins.doctor.plugin_code import PluginCode, read_plugin_code
from aetherflow.core.plugins.doctor.reaches import reaches_of
from aetherflow.core.plugins.doctor.resource_use import Reach
from aetherflow.core.plugins.doctor.unseen_ways import Way
from aetherflow.core.plugins.plugin_source import PluginSource


def with_reaches(listing: PluginListing, sources: Iterable[PluginSource]) -> PluginListing:
    """Add what each plugin's text shows; nothing of it is executed."""
    by_id = {source.id: source for source in sources}
    return replace(
        listing,
        plugins=tuple(_seen(plugin, by_id) for plugin in listing.plugins),
        left_out=tuple(_seen(plugin, by_id) for plugin in listing.left_out),
    )


def _seen(plugin: ListedPlugin, sources: Mapping[str, PluginSource]) -> ListedPlugin:
    source = sources.get(plugin.id)
    if source is None:  # the built-ins
        return plugin
    code = read_plugin_code(source)
    found = reaches_of(code)
    return replace(plugin, reaches=tuple(_reaches(code, found.seen)), not_shown=tuple(_ways(found.ways)))


def _reaches(code: PluginCode, found: Iterable[Reach]) -> Iterator[ListedReach]:
    """Give each thing once, at its first place; what is certain counts where one of the places is."""
    declared = declared_by(code)
    groups: dict[tuple[str, bool], list[Reach]] = {}
    for reach in found:
        if reach.detail != ":memory:":
            groups.setdefault((reach.permission, reach.is_certain), []).append(reach)
    for (permission, is_certain), places in groups.items():
        first = places[0].span
        yield ListedReach(
            permission=permission,
            file=first.file,
            line=first.line,
            column=first.column,
            places=len({each.span for each in places}),
            certain=is_certain,
            declared=None if declared is None else not undeclared(places, declared),
        )


def _ways(found: Iterable[Way]) -> Iterator[ListedWay]:
    groups: dict[str, list[Way]] = {}
    for way in found:
        groups.setdefault(way.name, []).append(way)
    for name, places in groups.items():
        first = places[0].span
        yield ListedWay(
            name=name,
            does=places[0].does,
            file=first.file,
            line=first.line,
            column=first.column,
            places=len({each.span for each in places}),
        )
