"""`plugins list`: every plugin in load order with what it registers, and all that does not load. Runs no plugin."""

from aetherflow.core.operations.listing.kept_listing import kept_listing
from aetherflow.core.operations.listing.values import PluginListing
from aetherflow.core.operations.plugin_ground import masker_of, plugin_ground
from aetherflow.core.operations.requests import SurroundingsRequest


def list_plugins(request: SurroundingsRequest) -> PluginListing:
    """Tell of all plugins of some surroundings; raises InputError where a setting or a manifest is wrong."""
    ground = plugin_ground(request)
    listing, masker = kept_listing(ground), masker_of(ground)
    if listing is None:
        from aetherflow.core.operations.listing.new_listing import new_listing  # deferred: mostly nothing has changed

        listing = new_listing(ground)
    if not masker.has_secrets:
        return listing
    from aetherflow.core.operations.told_values import masked  # deferred: mostly there is nothing to hide

    return masked(listing, masker)
