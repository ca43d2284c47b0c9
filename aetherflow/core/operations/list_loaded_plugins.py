"""`plugins list --loaded`: what plugins register when they are imported for real, in a process of their own."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from aetherflow.core.operations.listing.found_listing import listing_of
from aetherflow.core.operations.listing.values import ListedLoad, ListedPlugin, PluginListing
from aetherflow.core.operations.loaded_in_child import loads_in_child
from aetherflow.core.operations.plugin_ground import masker_of, plugin_ground
from aetherflow.core.operations.plugin_surroundings import gathered, override_policy
from aetherflow.core.operations.requests import SurroundingsRequest
from aetherflow.core.operations.told_values import masked
from aetherflow.core.plugins.builtin_index import builtin_registry
from aetherflow.core.plugins.catalogue import Catalogue, OverridePolicy, build_catalogue
from aetherflow.core.plugins.contents import PluginContents
from aetherflow.core.plugins.contributions import static_contributions
from aetherflow.core.plugins.in_child.messages import ChildLoad
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.plugin_finding import PluginFinding
from aetherflow.core.plugins.plugin_set import PluginSet

#: What is told of names that only a plugin's code knows: they are known now.
_UNREAD = "AF-P140"


def list_loaded_plugins(request: SurroundingsRequest, *, in_full: bool = False) -> PluginListing:
    """Import every plugin that may load, and tell of all as `list_plugins` does, or in full.

    Raises InputError where a setting or a manifest is wrong, PluginRefused where no process can be started for it.
    """
    ground = plugin_ground(request)
    found = gathered(ground)
    loads = {load.plugin: load for load in loads_in_child(found.plugins, request.environ)}
    listing = listing_of(_as_loaded(found, loads, override_policy(ground)))
    plugins = tuple(_with_load(plugin, loads.get(plugin.id)) for plugin in listing.plugins)
    told = replace(listing, plugins=plugins)
    if in_full:
        from aetherflow.core.operations.listing.seen_reaches import with_reaches  # deferred: for those who ask

        told = with_reaches(told, (plugin.source for plugin in found.all_plugins()))
    return masked(told, masker_of(ground))


def _as_loaded(found: PluginSet, loads: Mapping[str, ChildLoad], policy: OverridePolicy) -> PluginSet:
    """Put what the loads have given in the place of what the plugins' text tells."""
    plugins = tuple(_registering(plugin, loads[plugin.source.id]) for plugin in found.plugins)
    catalogue = _catalogue(plugins, policy)
    findings = (*_still_true(found), *_of_loads(loads), *catalogue.findings)
    return replace(found, plugins=plugins, catalogue=catalogue, findings=findings)


def _registering(plugin: KnownPlugin, load: ChildLoad) -> KnownPlugin:
    observers = (each for each in plugin.contents.provides if each.kind == "observer")  # which no load registers
    return replace(plugin, contents=PluginContents(provides=(*load.contributions, *observers), is_complete=True))


def _catalogue(plugins: Iterable[KnownPlugin], policy: OverridePolicy) -> Catalogue:
    of_plugins = [each for plugin in plugins for each in static_contributions(plugin)]
    return build_catalogue([*builtin_registry().contributions(), *of_plugins], policy)


def _still_true(found: PluginSet) -> Iterator[PluginFinding]:
    for each in found.findings:
        if each.diagnostic.code != _UNREAD and each not in found.catalogue.findings:
            yield each


def _of_loads(loads: Mapping[str, ChildLoad]) -> Iterator[PluginFinding]:
    for plugin, load in loads.items():
        for finding in load.findings:
            yield PluginFinding(plugin=plugin, diagnostic=finding)


def _with_load(plugin: ListedPlugin, load: ChildLoad | None) -> ListedPlugin:
    if load is None:  # the built-ins
        return plugin
    told = ListedLoad(import_seconds=load.import_seconds, isolation=load.level, findings=load.findings)
    return replace(plugin, loaded=told)
