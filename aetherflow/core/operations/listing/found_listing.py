"""From the plugins that were found to what is told of all of them."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.operations.listing.listed_plugins import (
    listed_built_ins,
    listed_plugin,
    lock_states,
    names_of,
    refused_path,
)
from aetherflow.core.operations.listing.load_reasons import load_reasons
from aetherflow.core.operations.listing.names_in_effect import NamesInEffect, listed_override
from aetherflow.core.operations.listing.values import ListedPlugin, ListedRefusal, LockState, PluginListing
from aetherflow.core.plugins.catalogue import BUILT_IN, Catalogue
from aetherflow.core.plugins.origins import RefusedOrigin
from aetherflow.core.plugins.plugin_set import PluginSet


def listing_of(found: PluginSet) -> PluginListing:
    """Put what is known of plugins into the form in which it is told."""
    locks = lock_states(found)
    return PluginListing(
        mode=found.mode,
        strict=found.strict,
        lock_file=found.lock.file if found.lock else None,
        plugins=tuple(_loading(found, locks)),
        left_out=tuple(_left_out(found, locks)),
        overrides=tuple(map(listed_override, found.catalogue.overrides)),
        refused=tuple(map(_refusal, found.origins.refused)),
        findings=found.findings,
    )


def built_ins(catalogue: Catalogue) -> list[Contribution]:
    """Give the built-ins, those too whose names others have taken, by kind and name."""
    lost = [loser for override in catalogue.overrides for loser in override.losers]
    found = [each for each in (*catalogue.contributions, *lost) if each.origin == BUILT_IN]
    kinds = list(dict.fromkeys(each.kind for each in found))
    return sorted(found, key=lambda each: (kinds.index(each.kind), each.name))


def _loading(found: PluginSet, locks: Mapping[str, LockState]) -> Iterator[ListedPlugin]:
    """Give the built-ins, then the plugins in load order."""
    names = NamesInEffect(found.catalogue)
    reasons = load_reasons(found.plugins, found.origins.accepted)
    origin = next(origin for origin in found.origins.accepted if origin.kind == BUILT_IN)
    entry = listed_built_ins(built_ins(found.catalogue), origin)
    yield replace(entry, provides=tuple(map(names.judged, entry.provides)))
    for number, (plugin, reason) in enumerate(zip(found.plugins, reasons, strict=True), start=1):
        judged = tuple(map(names.judged, names_of(plugin)))
        yield listed_plugin(plugin, locks[plugin.source.id], judged, number, reason)


def _left_out(found: PluginSet, locks: Mapping[str, LockState]) -> Iterator[ListedPlugin]:
    for left in found.left_out:
        entry = listed_plugin(left.plugin, locks[left.plugin.source.id], tuple(names_of(left.plugin)), None)
        yield replace(entry, reasons=left.diagnostics)
    for left in found.disabled:
        entry = listed_plugin(left.plugin, locks[left.plugin.source.id], tuple(names_of(left.plugin)), None)
        yield replace(entry, reasons=left.diagnostics[:1], enabled=False)  # what else is wrong is nobody's trouble now


def _refusal(refused: RefusedOrigin) -> ListedRefusal:
    return ListedRefusal(
        origin=refused.origin.kind,
        path=refused_path(refused),
        named=refused.origin.named,
        reason=refused.reason,
        code=refused.code,
        hint=refused.hint,
    )
