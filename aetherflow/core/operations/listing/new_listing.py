"""Makes a listing of plugins: finds and reads them, and keeps what is made."""

import time

from aetherflow.core.operations.listing.found_listing import listing_of
from aetherflow.core.operations.listing.keeping import keep_listing
from aetherflow.core.operations.listing.values import PluginListing
from aetherflow.core.operations.plugin_ground import PluginGround
from aetherflow.core.operations.plugin_surroundings import gathered_through, keep_readings, lock_of, open_readings


def new_listing(ground: PluginGround) -> PluginListing:
    """Give the listing of these surroundings, made of what their files say now."""
    began_ns = time.time_ns()
    readings = open_readings(ground)
    found = gathered_through(ground, readings, lock_of(ground))
    keep_readings(ground, readings)
    listing = listing_of(found)
    keep_listing(ground, found, listing, readings, began_ns)
    return listing
