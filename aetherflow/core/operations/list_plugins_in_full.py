"""`plugins list --verbose`: every plugin, with what its code is seen to reach for. Runs no plugin."""

from aetherflow.core.operations.listing.found_listing import listing_of
from aetherflow.core.operations.listing.seen_reaches import with_reaches
from aetherflow.core.operations.listing.values import PluginListing
from aetherflow.core.operations.plugin_ground import masker_of, plugin_ground
from aetherflow.core.operations.plugin_surroundings import gathered
from aetherflow.core.operations.requests import SurroundingsRequest
from aetherflow.core.operations.told_values import masked


def list_plugins_in_full(request: SurroundingsRequest) -> PluginListing:
    """Tell of all plugins as `list_plugins` does, and read all of their code besides."""
    ground = plugin_ground(request)
    found = gathered(ground)
    listing = with_reaches(listing_of(found), (plugin.source for plugin in found.all_plugins()))
    return masked(listing, masker_of(ground))
